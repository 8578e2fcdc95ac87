/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source claims to be by its path alone: one of the engine's own files, a volume, a pod's.
 */
#include <string.h>
#include <sys/stat.h>

#include "facts/places.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define DOCKER (1u << GD_ENGINE_DOCKER)
#define STORAGE (1u << GD_ENGINE_PODMAN | 1u << GD_ENGINE_CRIO)
#define CRI (1u << GD_ENGINE_CRI)
#define BUILD (1u << GD_ENGINE_BUILDKIT)
#define CRI_DIR "io.containerd.grpc.v1.cri"

enum base { DATA_ROOT, EXEC_ROOT, STORE_ROOT, CRI_ROOT, BUILD_ROOT };

/* Tails of paths as gd_places_match reads them. */
static const struct claim_row {
	unsigned engines;
	enum base base;
	const char *tail;
	mode_t type;
	enum gd_source_kind kind;
} rows[] = {
	{ DOCKER, DATA_ROOT, "containers/%n/resolv.conf", S_IFREG, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%n/hostname", S_IFREG, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%n/hosts", S_IFREG, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%p/mounts/shm", S_IFDIR, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%i/mounts/secrets", S_IFDIR, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%i/mounts/secrets/*", S_IFREG, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "containers/%i/mounts/configs/*", S_IFREG, GD_SRC_ENGINE },
	{ DOCKER, DATA_ROOT, "volumes/*/_data", S_IFDIR, GD_SRC_VOLUME },
	{ DOCKER, DATA_ROOT, "plugins/%i/propagated-mount", S_IFDIR, GD_SRC_ENGINE },
	{ DOCKER, EXEC_ROOT, "plugins/%i", S_IFDIR, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/resolv.conf", S_IFREG,
	  GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/hostname", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/hosts", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/.containerenv", S_IFREG,
	  GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%p/userdata/shm", S_IFDIR, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/passwd", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/group", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/timezone", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/localtime", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/run/secrets", S_IFDIR,
	  GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/secrets/*", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "volumes/*/_data", S_IFDIR, GD_SRC_VOLUME },
	{ CRI, CRI_ROOT, "sandboxes/%s/resolv.conf", S_IFREG, GD_SRC_ENGINE },
	{ CRI, CRI_ROOT, "sandboxes/%s/hostname", S_IFREG, GD_SRC_ENGINE },
	{ CRI, CRI_ROOT, "sandboxes/%s/hosts", S_IFREG, GD_SRC_ENGINE },
	{ CRI, CRI_ROOT, "sandboxes/%s/shm", S_IFDIR, GD_SRC_ENGINE },
	{ CRI, CRI_ROOT, "containers/%i/volumes/*", S_IFDIR, GD_SRC_VOLUME },
	{ BUILD, BUILD_ROOT, "executor/resolv.conf", S_IFREG, GD_SRC_ENGINE },
	{ BUILD, BUILD_ROOT, "executor/hosts", S_IFREG, GD_SRC_ENGINE },
	{ BUILD, BUILD_ROOT, "executor/hosts.*", S_IFREG, GD_SRC_ENGINE },
	{ BUILD, DATA_ROOT, "tmp/buildkit-secrets*/*", S_IFREG, GD_SRC_ENGINE },
	{ BUILD, DATA_ROOT, "tmp/.buildkit-ssh-sock*/*", S_IFSOCK, GD_SRC_ENGINE },
};

/* The engine's own init, which --init puts in front of the command. "tini" is nerdctl's. */
static const struct {
	unsigned engines;
	const char *destination, *name;
} inits[] = {
	{ DOCKER, "/sbin/docker-init", "docker-init" },
	{ STORAGE, "/run/podman-init", "catatonit" },
	{ STORAGE, "/dev/init", "catatonit" },
	{ 1u << GD_ENGINE_CTR, "/sbin/tini", "tini" },
};

/*
 * Where the host's programs lie. That a file is root's is not enough: root of a container makes such files in
 * volumes, images bring them in layers, and the engine tells everybody the paths of both.
 */
static const char *const program_dirs[] = { "/usr", "/bin", "/sbin", "/nix/store", "/gnu/store", "/snap" };

static bool is_init(const struct gd_facts *f, const struct gd_mount *m)
{
	const char *name = strrchr(m->source, '/') + 1;
	bool installed = false;

	for (size_t i = 0; i < LEN(program_dirs); i++)
		installed |= gd_path_within(m->source, program_dirs[i]);
	for (size_t i = 0; installed && m->read_only && i < LEN(inits); i++)
		if ((inits[i].engines & 1u << f->engine) && gd_streq(m->destination, inits[i].destination) &&
		    gd_streq(name, inits[i].name))
			return true;
	return false;
}

/*
 * May the engine's files lie below @base? Docker's roots are learnt. containers/storage has a
 * second root (the run root) and containerd's CRI plugin a persistent one, which no path tells: the
 * usual ones, those of guarded.json, or one whose whole way only root can write (then nobody else
 * can have laid it out).
 */
static bool base_fits(const struct gd_places *p, enum base kind, const char *base, bool *ret_trust)
{
	*ret_trust = false;
	switch (kind) {
	case DATA_ROOT:
		return gd_streq(base, p->data_root);
	case EXEC_ROOT:
		return gd_streq(base, p->exec_root);
	case BUILD_ROOT:
		return gd_streq(base, p->build_root);
	case STORE_ROOT:
		if (!p->graph_root)
			return false;
		*ret_trust = !gd_streq(base, p->graph_root) &&
			     !gd_streq(base, "/run/containers/storage") &&
			     !gd_streq(base, "/var/lib/containers/storage");
		return true;
	case CRI_ROOT:
		if (!p->state || !gd_ends(base, "/" CRI_DIR))
			return false;
		*ret_trust = !gd_streq(base, "/var/lib/containerd/" CRI_DIR) &&
			     !gd_streq(base, "/run/containerd/" CRI_DIR);
		return true;
	}
	return false;
}

/* "/var/lib/kubelet/pods/UID/..." */
static bool below_kubelet(const struct gd_places *p, const char *path, struct gd_arena *a,
			  struct gd_claim *ret)
{
	for (size_t i = 0; i < p->dirs.n; i++) {
		const char *dir = p->dirs.v[i];

		if (!gd_ends(dir, "/kubelet") ||
		    !gd_path_within(path, gd_printf(a, "%s/pods", dir)))
			continue;
		const char *uid = path + strlen(dir) + strlen("/pods/");
		size_t len = strcspn(uid, "/");
		if (strlen(path) <= strlen(dir) + strlen("/pods/") || len == 0 || uid[len] == '\0')
			return false;
		*ret = (struct gd_claim){ .kind = GD_SRC_KUBELET,
					  .base = dir,
					  .rest = path + strlen(dir) + 1,
					  .name = gd_strndup(a, uid, len) };
		return true;
	}
	return false;
}

struct gd_claim gd_places_claim(const struct gd_places *p, const struct gd_facts *f,
				const struct gd_mount *m, struct gd_arena *a)
{
	struct gd_claim claim = { .kind = GD_SRC_HOST };
	unsigned engine = 1u << f->engine;

	if (!m->source || m->source[0] != '/' || !gd_streq(gd_path_clean(a, m->source), m->source))
		return claim;
	if (is_init(f, m))
		return (struct gd_claim){ .kind = GD_SRC_INIT };
	for (size_t i = 0; i < LEN(rows); i++) {
		const char *part = NULL;
		if (!(rows[i].engines & engine))
			continue;
		size_t len = gd_places_match(m->source, rows[i].tail, p, f->id, a, &part);
		if (len == 0)
			continue;
		const char *base = gd_strndup(a, m->source, len);
		if (!base_fits(p, rows[i].base, base, &claim.trust_base))
			continue;
		claim.kind = rows[i].kind;
		claim.type = rows[i].type;
		claim.base = base;
		claim.rest = m->source + len + 1;
		/* the first of the two parts is met last: the volume's name, the owner's id */
		claim.name = part;
		return claim;
	}
	if (f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO)
		below_kubelet(p, m->source, a, &claim);
	return claim;
}

const char *gd_places_volume(const struct gd_places *p, const char *path, const char **ret_name,
			     struct gd_arena *a)
{
	const char *roots[] = { p->data_root, p->graph_root };

	for (size_t i = 0; i < LEN(roots); i++) {
		if (!roots[i])
			continue;
		const char *volumes = gd_printf(a, "%s/volumes", roots[i]);
		if (!gd_path_within(path, volumes) || path[strlen(volumes)] != '/')
			continue;
		const char *name = path + strlen(volumes) + 1;
		size_t len = strcspn(name, "/");
		const char *data = gd_printf(a, "%s/%.*s/_data", volumes, (int)len, name);
		if (len == 0 || !gd_path_within(path, data))
			continue;
		*ret_name = gd_strndup(a, name, len);
		return data;
	}
	return NULL;
}

bool gd_places_snapshot(const struct gd_places *p, const struct gd_facts *f, const char *path,
			struct gd_arena *a)
{
	static const char *const in_data[] = { "overlay2/*/diff/**", "overlay2/*/merged/**",
					       "vfs/dir/*/**", "tmp/buildkit-mount*/**" };
	static const char *const in_root[] = { "snapshots/snapshots/*/fs/**" };

	if (f->engine != GD_ENGINE_BUILDKIT)
		return false;
	for (size_t i = 0; p->data_root && i < LEN(in_data); i++)
		if (gd_path_within(path, p->data_root) &&
		    gd_glob(gd_printf(a, "/%s", in_data[i]), path + strlen(p->data_root)))
			return true;
	for (size_t i = 0; p->build_root && i < LEN(in_root); i++)
		if (gd_path_within(path, p->build_root) &&
		    gd_glob(gd_printf(a, "/%s", in_root[i]), path + strlen(p->build_root)))
			return true;
	return false;
}
