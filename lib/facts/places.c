/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/places.h"

#include <string.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Where the usual packages put things; other places are learnt or named in guarded.json
 * (`engines`). */
static const char *const usual_dirs[] = {
	"/var/lib/docker",     "/var/lib/containerd",
	"/var/lib/containers", "/var/lib/crio",
	"/var/lib/kubelet",    "/var/lib/buildkit",
	"/var/lib/rancher",    "/var/lib/cni",
	"/var/lib/nerdctl",    "/var/lib/docker-engine",
	"/run/docker",	       "/run/containerd",
	"/run/containers",     "/run/crio",
	"/run/podman",	       "/run/libpod",
	"/run/runc",	       "/run/crun",
	"/run/buildkit",       "/run/k3s",
	"/run/guarded",	       "/etc/docker",
	"/etc/containerd",     "/etc/crio",
	"/etc/kubernetes",     "/etc/cni",
	"/etc/guarded",	       "/var/lib/guarded",
	"/var/log/guarded",
};

/* Storage of images and their containers below an engine's data directory, from the end of the
 * path. */
static const char *const docker_roots[] = {
	"overlay2/*/merged", "overlay/*/merged",	  "fuse-overlayfs/*/merged",
	"vfs/dir/*",	     "btrfs/subvolumes/*",	  "zfs/graph/*",
	"aufs/mnt/*",	     "devicemapper/mnt/*/rootfs", "rootfs/*/%i",
	"plugins/%i/rootfs",
};
static const char *const storage_roots[] = {
	"overlay/*/merged",
	"vfs/dir/*",
	"btrfs/subvolumes/*",
	"zfs/graph/*",
};

size_t gd_places_match(const char *path, const char *tail, const struct gd_places *p,
		       const char *id, struct gd_arena *a, const char **ret_part)
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
			const char *other = want[1] == 'n'   ? p->net_owner
					    : want[1] == 'p' ? p->ipc_owner
							     : NULL;
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
		size_t len = gd_places_match(path, tails[i], &none, id, a, NULL);
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

void gd_places_learn(const struct gd_facts *f, const struct gd_host_paths *paths,
		     struct gd_arena *a, struct gd_places *ret)
{
	static const char *const tasks[] = { "io.containerd.runtime.v2.task/*/*",
					     "io.containerd.runtime.v1.linux/*/*" };
	static const char *const runtime_roots[] = { "runtime-runc/*" };
	static const char *const daemons[] = { "containerd/daemon" };
	static const char *const bundles[] = { "*/%i/userdata" };
	static const char *const executors[] = { "executor/%i" }, *const in_docker[] = {
		"buildkit"
	};
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
	const char *learnt[] = { p.data_root,  p.exec_root,	p.state,  p.graph_root,
				 p.build_root, f->runtime_root, f->bundle };
	for (size_t i = 0; i < LEN(learnt); i++)
		add_dir(&p, learnt[i], a);
	for (size_t i = 0; i < paths->engine_dirs.n; i++)
		add_dir(&p, paths->engine_dirs.v[i], a);
	for (size_t i = 0; i < paths->guarded_dirs.n; i++)
		add_dir(&p, paths->guarded_dirs.v[i], a);
	*ret = p;
}

bool gd_places_has_root(const struct gd_places *p, const struct gd_facts *f, const char *root,
			struct gd_arena *a)
{
	const char *base = NULL, *want = NULL;

	if (f->engine == GD_ENGINE_DOCKER) {
		base = base_of(root, docker_roots, LEN(docker_roots), f->id, a);
		want = p->data_root;
	} else if (f->engine == GD_ENGINE_PODMAN || f->engine == GD_ENGINE_CRIO) {
		base = base_of(root, storage_roots, LEN(storage_roots), f->id, a);
		want = gd_streq(p->graph_root, "/run/containers/storage")
			       ? "/var/lib/containers/storage"
			       : p->graph_root;
	}
	return base && want && gd_streq(base, want);
}
