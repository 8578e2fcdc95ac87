/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/places.h"

#include <string.h>
#include <sys/stat.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define DOCKER (1u << GD_ENGINE_DOCKER)
#define STORAGE (1u << GD_ENGINE_PODMAN | 1u << GD_ENGINE_CRIO)
#define CRI (1u << GD_ENGINE_CRI)
#define BUILD (1u << GD_ENGINE_BUILDKIT)
#define CRI_DIR "io.containerd.grpc.v1.cri"

/* Where the usual packages put things; other places are learnt or named in guarded.json (`engines`). */
static const char *const usual_dirs[] = {
	"/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/crio", "/var/lib/kubelet",
	"/var/lib/buildkit", "/var/lib/rancher", "/var/lib/cni", "/var/lib/nerdctl", "/var/lib/docker-engine",
	"/run/docker", "/run/containerd", "/run/containers", "/run/crio", "/run/podman", "/run/libpod",
	"/run/runc", "/run/crun", "/run/buildkit", "/run/k3s", "/run/guarded",
	"/etc/docker", "/etc/containerd", "/etc/crio", "/etc/kubernetes", "/etc/cni", "/etc/guarded",
	"/var/lib/guarded", "/var/log/guarded",
};

enum base { DATA_ROOT, EXEC_ROOT, STORE_ROOT, CRI_ROOT, BUILD_ROOT };

/*
 * Components from the end of a path: "%i" this container, "%n" it or the owner of the network joined, "%p" it or
 * the owner of the ipc namespace joined, "%s" its sandbox, "*" any one, "x*" any one that begins so.
 */
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
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/resolv.conf", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/hostname", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/hosts", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%n/userdata/.containerenv", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%p/userdata/shm", S_IFDIR, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/passwd", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/group", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/timezone", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/localtime", S_IFREG, GD_SRC_ENGINE },
	{ STORAGE, STORE_ROOT, "overlay-containers/%i/userdata/run/secrets", S_IFDIR, GD_SRC_ENGINE },
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

/* The engine's own init, which --init puts in front of the command. */
static const struct { const char *destination, *name; } inits[] = {
	{ "/sbin/docker-init", "docker-init" }, { "/run/podman-init", "catatonit" },
	{ "/dev/init", "catatonit" }, { "/sbin/tini", "tini" },
};

/* Storage of images and their containers below an engine's data directory, from the end of the path. */
static const char *const docker_roots[] = {
	"overlay2/*/merged", "overlay/*/merged", "fuse-overlayfs/*/merged", "vfs/dir/*", "btrfs/subvolumes/*",
	"zfs/graph/*", "aufs/mnt/*", "devicemapper/mnt/*/rootfs", "rootfs/*/%i", "plugins/%i/rootfs",
};
static const char *const storage_roots[] = {
	"overlay/*/merged", "vfs/dir/*", "btrfs/subvolumes/*", "zfs/graph/*",
};

/*
 * @path ends in the components of @tail: the length of what is before (without its last slash), and the part of
 * the last "*" or id. 0: it does not; nothing lies directly below "/".
 */
static size_t match(const char *path, const char *tail, const struct gd_places *p, const char *id,
		    struct gd_arena *a, const char **ret_part)
{
	size_t end = strlen(path), tail_end = strlen(tail);

	for (;;) {
		size_t from = end, tail_from = tail_end;
		while (from > 0 && path[from - 1] != '/')
			from--;
		while (tail_from > 0 && tail[tail_from - 1] != '/')
			tail_from--;
		const char *want = tail + tail_from;
		size_t len = end - from, want_len = tail_end - tail_from;
		if (len == 0 || from < 2)
			return 0;
		if (want[0] == '%' || want[0] == '*') {
			const char *part = gd_strndup(a, path + from, len);
			const char *other = want[1] == 'n' ? p->net_owner : want[1] == 'p' ? p->ipc_owner : NULL;
			const char *self = want[1] == 's' ? p->sandbox : id;
			if (want[0] == '%' && !(self && gd_streq(part, self)) &&
			    !(other && gd_streq(part, other)))
				return 0;
			if (ret_part)
				*ret_part = part;
		} else if (want_len > 0 && want[want_len - 1] == '*') {
			if (len < want_len || memcmp(path + from, want, want_len - 1) != 0)
				return 0;
		} else if (len != want_len || memcmp(path + from, want, len) != 0) {
			return 0;
		}
		if (tail_from == 0)
			return from - 1;
		end = from - 1;
		tail_end = tail_from - 1;
	}
}

static const char *base_of(const char *path, const char *const *tails, size_t n, const char *id,
			   struct gd_arena *a)
{
	const struct gd_places none = { 0 };

	for (size_t i = 0; path && i < n; i++) {
		size_t len = match(path, tails[i], &none, id, a, NULL);
		if (len > 0)
			return gd_strndup(a, path, len);
	}
	return NULL;
}

static void add_dir(struct gd_places *p, const char *dir, struct gd_arena *a)
{
	if (dir && dir[0] == '/' && dir[1] != '\0')
		gd_words_add(a, &p->dirs, gd_path_clean(a, dir));
}

void gd_places_learn(const struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a,
		     struct gd_places *ret)
{
	static const char *const tasks[] = { "io.containerd.runtime.v2.task/*/*",
					     "io.containerd.runtime.v1.linux/*/*" };
	static const char *const runtime_roots[] = { "runtime-runc/*" };
	static const char *const daemons[] = { "containerd/daemon" };
	static const char *const bundles[] = { "*/%i/userdata" };
	static const char *const executors[] = { "executor/%i" }, *const in_docker[] = { "buildkit" };
	struct gd_places p = { 0 };

	p.state = base_of(f->bundle, tasks, LEN(tasks), f->id, a);
	if (f->engine == GD_ENGINE_DOCKER) {
		p.data_root = base_of(f->root_path, docker_roots, LEN(docker_roots), f->id, a);
		p.exec_root = base_of(f->runtime_root, runtime_roots, LEN(runtime_roots), f->id, a);
		if (!p.exec_root)
			p.exec_root = base_of(p.state, daemons, LEN(daemons), f->id, a);
		if (!p.exec_root)
			p.exec_root = "/run/docker";
	}
	if (f->engine == GD_ENGINE_PODMAN || f->engine == GD_ENGINE_CRIO)
		p.graph_root = base_of(f->bundle, bundles, LEN(bundles), f->id, a);
	if (f->engine == GD_ENGINE_BUILDKIT) {
		p.build_root = base_of(f->bundle, executors, LEN(executors), f->id, a);
		p.data_root = base_of(p.build_root, in_docker, LEN(in_docker), f->id, a);
	}
	for (size_t i = 0; i < LEN(usual_dirs); i++)
		gd_words_add(a, &p.dirs, usual_dirs[i]);
	const char *learnt[] = { p.data_root, p.exec_root, p.state, p.graph_root, p.build_root, f->runtime_root,
				 f->bundle };
	for (size_t i = 0; i < LEN(learnt); i++)
		add_dir(&p, learnt[i], a);
	for (size_t i = 0; i < paths->engine_dirs.n; i++)
		add_dir(&p, paths->engine_dirs.v[i], a);
	for (size_t i = 0; i < paths->guarded_dirs.n; i++)
		add_dir(&p, paths->guarded_dirs.v[i], a);
	*ret = p;
}

/*
 * May the engine's files lie below @base? Docker's roots are learnt. containers/storage has a second root (the
 * run root) and containerd's CRI plugin a persistent one, which no path tells: the usual ones, those of
 * guarded.json, or one whose whole way only root can write (then nobody else can have laid it out).
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
		*ret_trust = !gd_streq(base, p->graph_root) && !gd_streq(base, "/run/containers/storage") &&
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

		if (!gd_ends(dir, "/kubelet") || !gd_path_within(path, gd_printf(a, "%s/pods", dir)))
			continue;
		const char *uid = path + strlen(dir) + strlen("/pods/");
		size_t len = strcspn(uid, "/");
		if (strlen(path) <= strlen(dir) + strlen("/pods/") || len == 0 || uid[len] == '\0')
			return false;
		*ret = (struct gd_claim){ .kind = GD_SRC_KUBELET, .base = dir,
					  .rest = path + strlen(dir) + 1, .name = gd_strndup(a, uid, len) };
		return true;
	}
	return false;
}

struct gd_claim gd_places_claim(const struct gd_places *p, const struct gd_facts *f, const struct gd_mount *m,
				struct gd_arena *a)
{
	struct gd_claim claim = { .kind = GD_SRC_HOST };
	unsigned engine = 1u << f->engine;

	if (!m->source || m->source[0] != '/' || !gd_streq(gd_path_clean(a, m->source), m->source))
		return claim;
	for (size_t i = 0; i < LEN(inits); i++) {
		const char *name = strrchr(m->source, '/') + 1;
		if (gd_streq(m->destination, inits[i].destination) && gd_streq(name, inits[i].name) &&
		    m->read_only)
			return (struct gd_claim){ .kind = GD_SRC_INIT };
	}
	for (size_t i = 0; i < LEN(rows); i++) {
		const char *part = NULL;
		if (!(rows[i].engines & engine))
			continue;
		size_t len = match(m->source, rows[i].tail, p, f->id, a, &part);
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

bool gd_places_snapshot(const struct gd_places *p, const struct gd_facts *f, const char *path, struct gd_arena *a)
{
	static const char *const in_data[] = { "overlay2/*/diff/**", "overlay2/*/merged/**", "vfs/dir/*/**",
					       "tmp/buildkit-mount*/**" };
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

bool gd_places_has_root(const struct gd_places *p, const struct gd_facts *f, const char *root)
{
	struct gd_arena *scratch = gd_arena_new(NULL);
	const char *base = NULL, *want = NULL;

	if (f->engine == GD_ENGINE_DOCKER) {
		base = base_of(root, docker_roots, LEN(docker_roots), f->id, scratch);
		want = p->data_root;
	} else if (f->engine == GD_ENGINE_PODMAN || f->engine == GD_ENGINE_CRIO) {
		base = base_of(root, storage_roots, LEN(storage_roots), f->id, scratch);
		want = gd_streq(p->graph_root, "/run/containers/storage") ? "/var/lib/containers/storage"
									     : p->graph_root;
	}
	bool has = base && want && gd_streq(base, want);
	gd_arena_free(scratch);
	return has;
}
