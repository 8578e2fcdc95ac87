/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose the namespaces are: by inode, never by what the document calls them. */
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "document/document.h"
#include "facts/sources.h"
#include "facts/state.h"

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

/* As /proc/PID/ns calls them. */
static const char *const proc_names[GD_NS_KINDS] = {
	[GD_NS_NETWORK] = "net",   [GD_NS_PID] = "pid",	  [GD_NS_IPC] = "ipc",
	[GD_NS_UTS] = "uts",	   [GD_NS_MOUNT] = "mnt", [GD_NS_USER] = "user",
	[GD_NS_CGROUP] = "cgroup", [GD_NS_TIME] = "time",
};

/*
 * The host's namespaces are pid 1's, and guarded's own: whoever runs the engine in a container of
 * its own calls that one the host, and what a container would share with it is as much too much.
 */
static bool is_hosts(struct gd_view *v, enum gd_ns_kind k, const struct stat *st)
{
	static const char *const whose[] = { "1", "self" };
	struct stat host;

	for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++) {
		const char *path = gd_printf(v->a, "/proc/%s/ns/%s", whose[i], proc_names[k]);
		if (stat(path, &host) == 0 && host.st_dev == st->st_dev &&
		    host.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* @path is a file right in @dir, which ends with a slash. */
static bool lies_in(const char *path, const char *dir)
{
	return gd_starts(path, dir) && strchr(path + strlen(dir), '/') == NULL;
}

/* Files to which engines bind the namespaces that they make: "/run/netns/cni-..." and the like. */
static bool is_engines_file(const struct gd_view *v, const char *path)
{
	/* containerd 1 and 2 with netns_mounts_under_state_dir: behind its state directory. */
	static const char *const below_state[] = {
		"io.containerd.grpc.v1.cri/netns/",
		"io.containerd.cri.v1.runtime/netns/",
	};
	static const struct {
		unsigned engines;
		const char *prefix;
	} made[] = {
		{ 1u << GD_ENGINE_PODMAN, "/run/netns/netns-" },
		{ 1u << GD_ENGINE_CRI, "/run/netns/" },
		{ 1u << GD_ENGINE_CRIO, "/run/netns/" },
		{ 1u << GD_ENGINE_CRIO, "/run/ipcns/" },
		{ 1u << GD_ENGINE_CRIO, "/run/utsns/" },
		{ 1u << GD_ENGINE_CRIO, "/run/userns/" },
		{ 1u << GD_ENGINE_CRIO, "/run/pidns/" },
	};
	const char *rest = gd_starts(path, "/var/run/") ? path + strlen("/var") : path;

	if (v->places.exec_root && lies_in(path, gd_printf(v->a, "%s/netns/", v->places.exec_root)))
		return true;
	if (v->f->engine == GD_ENGINE_CRI && v->places.state)
		for (size_t i = 0; i < sizeof(below_state) / sizeof(below_state[0]); i++)
			if (lies_in(path,
				    gd_printf(v->a, "%s/%s", v->places.state, below_state[i])))
				return true;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		if ((made[i].engines & 1u << v->f->engine) && lies_in(rest, made[i].prefix))
			return true;
	return false;
}

static const char *annotation(const struct gd_facts *f, const char *key)
{
	for (size_t i = 0; i < f->annotations.n; i++)
		if (gd_streq(f->annotations.v[i].key, key))
			return f->annotations.v[i].value;
	return NULL;
}

/*
 * The pod's sandbox as the engine's annotation has it: containerd writes it over whatever the pod
 * brought along (engine-facts 3.10). Believed only for a container whose namespace was found, by
 * inode, to be that one's.
 */
static bool is_own_sandbox(const struct gd_facts *f, const char *id)
{
	const char *key = f->engine == GD_ENGINE_CRI	? "io.kubernetes.cri.sandbox-id"
			  : f->engine == GD_ENGINE_CRIO ? "io.kubernetes.cri-o.SandboxID"
							: NULL;
	return key && gd_streq(annotation(f, key), id);
}

/* What the owner's policy lets others join, from the record of its create. */
static void read_joinable(struct gd_view *v, const struct gd_state *s, struct gd_namespace *ns)
{
	struct gd_bundle b = { .fd = -1 };
	struct gd_record r = { 0 };

	if (!s->bundle || gd_bundle_open(s->bundle, v->a, &b, NULL) < 0)
		return;
	if (gd_record_read(&b, v->a, &r, NULL) == 1) {
		const gd_json *list = gd_json_get(r.facts, "joinable");
		ns->owner_recorded = gd_json_kind(list) == GD_JSON_ARRAY;
		for (size_t i = 0; i < gd_json_len(list); i++) {
			const char *word = gd_json_str(gd_json_at(list, i));
			if (word)
				gd_words_add(v->a, &ns->owner_joinable, gd_strdup(v->a, word));
		}
		gd_json_free(r.facts);
	}
	gd_bundle_done(&b);
}

static int find_owner(struct gd_view *v, enum gd_ns_kind k, const struct stat *st,
		      struct gd_error *err)
{
	struct gd_namespace *ns = &v->f->linux_.ns[k];
	struct gd_words roots = { 0 };
	struct gd_state s = { 0 };
	struct gd_error why = { 0 };

	ns->owner = GD_OWNER_UNKNOWN;
	if (!v->f->runtime_root)
		return 0;
	gd_state_roots(v->f->runtime_root, v->a, &roots);
	int r = gd_state_ns_owner(v->f->inner, &roots, proc_names[k], st->st_dev, st->st_ino,
				  ns->path, v->a, &s, &why);
	if (r < 0)
		return 0; /* could not be told: unknown, which no policy takes for ordinary */
	(void)err;
	if (r == 0) {
		if (is_engines_file(v, ns->path))
			ns->owner = GD_OWNER_ENGINE;
		return 0;
	}
	ns->owner_id = s.id;
	if (is_own_sandbox(v->f, s.id)) {
		ns->owner = GD_OWNER_SANDBOX;
		v->places.sandbox = s.id;
	} else {
		ns->owner = GD_OWNER_CONTAINER;
		read_joinable(v, &s, ns);
	}
	if (k == GD_NS_NETWORK)
		v->places.net_owner = s.id;
	if (k == GD_NS_IPC)
		v->places.ipc_owner = s.id;
	return 0;
}

bool gd_maps_have_accounts(const struct gd_linux *l)
{
	const struct {
		const struct gd_id_map *v;
		size_t n;
	} maps[] = {
		{ l->uid_maps, l->n_uid_maps },
		{ l->gid_maps, l->n_gid_maps },
	};

	/*
	 * Accounts are numbered below 65536 by every distribution; subordinate ids, from which
	 * engines take their maps, begin above. (A directory service may number higher:
	 * guarded.json is the place to say so.)
	 */
	for (size_t m = 0; m < 2; m++) {
		if (maps[m].n == 0)
			return true;
		for (size_t i = 0; i < maps[m].n; i++)
			if (maps[m].v[i].size > 0 && maps[m].v[i].host < 65536)
				return true;
	}
	return false;
}

/* A container in the host's network still has its sandbox's files: the annotation, if that
 * container is there. */
static void guess_sandbox(struct gd_view *v)
{
	const char *key = v->f->engine == GD_ENGINE_CRI	   ? "io.kubernetes.cri.sandbox-id"
			  : v->f->engine == GD_ENGINE_CRIO ? "io.kubernetes.cri-o.SandboxID"
							   : NULL;
	const char *id = key ? annotation(v->f, key) : NULL;
	struct gd_state s = { 0 };

	if (v->places.sandbox || !key)
		return;
	if (!id || gd_streq(id, v->f->id))
		v->places.sandbox = v->f->id; /* the sandbox itself */
	else if (v->f->runtime_root && id[0] != '.' && !strchr(id, '/') &&
		 gd_state_find(v->f->inner, v->f->runtime_root, id, v->a, &s, NULL) == 0)
		v->places.sandbox = id;
}

int gd_namespaces_of(struct gd_view *v, pid_t init, struct gd_error *err)
{
	struct gd_linux *l = &v->f->linux_;
	struct stat st;

	l->maps_accounts = l->ns[GD_NS_USER].state != GD_NS_OWN || gd_maps_have_accounts(l);
	for (int k = 0; k < GD_NS_KINDS; k++) {
		struct gd_namespace *ns = &l->ns[k];
		const char *path = gd_printf(v->a, "/proc/%d/ns/%s", (int)init, proc_names[k]);
		if (stat(path, &st) < 0) {
			if (k == GD_NS_TIME || k == GD_NS_CGROUP)
				continue; /* kernels without these kinds */
			return gd_error_set(err, GD_E_SYSTEM, "the container's init is gone");
		}
		ns->dev = st.st_dev;
		ns->ino = st.st_ino;
		if (is_hosts(v, (enum gd_ns_kind)k, &st)) {
			ns->state = GD_NS_HOST;
			ns->owner = GD_OWNER_NONE;
		} else if (ns->state == GD_NS_HOST) {
			ns->state = GD_NS_OWN; /* it runs in a namespace of its own, whatever the
						  document says */
		} else if (ns->state == GD_NS_JOINED &&
			   find_owner(v, (enum gd_ns_kind)k, &st, err) < 0) {
			return -1;
		}
	}
	guess_sandbox(v);
	return 0;
}

/* Open @path where it is a namespace. Descriptor or -1; what is looked at is what stays held. */
static int hold_namespace(const char *path, struct stat *ret)
{
	struct statfs fs;
	/* an ordinary file there must neither block nor become a terminal */
	int fd = path[0] == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC && fstat(fd, ret) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int gd_namespaces_collect(struct gd_view *v, struct gd_error *err)
{
	struct gd_linux *l = &v->f->linux_;
	struct stat st;

	l->maps_accounts = l->ns[GD_NS_USER].state != GD_NS_OWN || gd_maps_have_accounts(l);
	for (int k = 0; k < GD_NS_KINDS; k++) {
		struct gd_namespace *ns = &l->ns[k];
		if (ns->state != GD_NS_JOINED)
			continue;
		/* Not a namespace, or not there: it could become anybody's before the runtime
		 * looks. */
		ns->owner = GD_OWNER_UNKNOWN;
		int fd = hold_namespace(ns->path, &st);
		if (fd < 0)
			continue;
		ns->dev = st.st_dev;
		ns->ino = st.st_ino;
		ns->fd = fd;
		if (is_hosts(v, (enum gd_ns_kind)k, &st)) {
			ns->state = GD_NS_HOST;
			ns->owner = GD_OWNER_NONE;
		} else if (find_owner(v, (enum gd_ns_kind)k, &st, err) < 0) {
			return -1;
		}
		/*
		 * A pod's sandbox lives as long as the pod, and a file that the engine made is
		 * root's: those paths stay (checkpointing looks them up again). Of any other the
		 * number of a process is all there is.
		 */
		if (ns->state == GD_NS_HOST || ns->owner == GD_OWNER_SANDBOX ||
		    ns->owner == GD_OWNER_ENGINE) {
			close(ns->fd);
			ns->fd = -1;
		}
	}
	guess_sandbox(v);
	return 0;
}
