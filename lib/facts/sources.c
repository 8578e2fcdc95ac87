/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define FATAL_KUBELET \
	(GD_OR_PROC | GD_OR_NAMESPACE | GD_OR_ENGINE_SOCKET | GD_OR_SOCKET | GD_OR_DEVICE)

/*
 * Open what the claim names without following a link anywhere behind the engine's own directory:
 * that itself may have been moved to another disk by a link of root's.
 */
static int hold_claimed(const struct gd_claim *c, const char *source, struct gd_held *ret)
{
	int r = gd_hold(AT_FDCWD, source, RESOLVE_NO_SYMLINKS, ret);

	if (r != -ELOOP)
		return r;
	struct gd_held base;
	r = gd_hold(AT_FDCWD, c->base, 0, &base);
	if (r < 0)
		return r;
	r = gd_hold(base.fd, c->rest, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH, ret);
	gd_drop(&base);
	return r;
}

/* Nothing is mounted at the volume's data directory, nor, where an rbind would bring it along,
 * below. 1, 0, -1. */
static int is_bare(struct gd_view *v, const struct gd_claim *c, const struct gd_mount *m,
		   const struct gd_held *h, struct gd_error *err)
{
	struct gd_held base;
	size_t n = 0;

	if (gd_hold(AT_FDCWD, c->base, 0, &base) < 0)
		return 0;
	bool same = base.mnt_id == h->mnt_id;
	gd_drop(&base);
	if (same && !m->recursive)
		return 1;
	if (gd_view_table(v, err) < 0)
		return -1;
	struct gd_held named = *h;
	if (gd_held_name(&named, v->a) < 0)
		return 0;
	const struct gd_mnt *on = gd_mnt_by_id(&v->table, h->mnt_id);
	/* The directory of all volumes may be a disk of its own: then the mount is not the base's,
	 * but above. */
	const char *all =
		gd_strndup(v->a, named.path, (size_t)(strrchr(named.path, '/') - named.path));
	if (gd_ends(named.path, "/_data"))
		all = gd_strndup(v->a, all, (size_t)(strrchr(all, '/') - all));
	if (!same && (!on || !gd_path_within(all, on->point)))
		return 0;
	gd_mnt_below(&v->table, named.path, &n);
	return n == 0;
}

/* 1: the source is what its path claims, and settled; 0: to be looked at as a path of the host's;
 * -1. */
static int settle_claim(struct gd_view *v, const struct gd_claim *c, struct gd_mount *m,
			struct gd_error *err)
{
	struct gd_held h;
	int fd;

	if (c->kind == GD_SRC_INIT) {
		fd = gd_open_trusted_program(m->source, NULL);
		if (fd >= 0)
			close(fd);
		if (fd >= 0)
			m->kind = GD_SRC_INIT;
		return fd >= 0;
	}
	if (c->trust_base) {
		const char *dir =
			gd_strndup(v->a, m->source, (size_t)(strrchr(m->source, '/') - m->source));
		fd = gd_open_trusted_dir(dir, NULL);
		if (fd < 0)
			return 0;
		close(fd);
	}
	if (hold_claimed(c, m->source, &h) < 0)
		return 0;
	int r = (h.mode & S_IFMT) == c->type;
	if (r && c->kind == GD_SRC_VOLUME)
		r = is_bare(v, c, m, &h, err);
	gd_drop(&h);
	if (c->kind == GD_SRC_VOLUME)
		m->volume = c->name;
	if (r == 1)
		m->kind = c->kind;
	return r;
}

/* The pod's own directory: another pod's, typed as a hostPath, holds that pod's secrets. */
static bool is_own_pod(const struct gd_view *v, const char *uid)
{
	static const char *const keys[] = { "io.kubernetes.cri.sandbox-uid",
					    "io.kubernetes.pod.uid" };
	const struct gd_pairs *p = &v->f->annotations;

	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		for (size_t i = 0; i < p->n; i++)
			if (gd_streq(p->v[i].key, keys[k]))
				return gd_streq(p->v[i].value, uid);
	return false;
}

/* Where @path, on the mount @on, is in its file system. */
static const char *inner_path(struct gd_view *v, const struct gd_mnt *on, const char *path)
{
	const char *rest = path + (gd_streq(on->point, "/") ? 0 : strlen(on->point));

	return gd_path_clean(v->a, gd_printf(v->a, "%s/%s", on->root, rest));
}

/*
 * A volume of the pod's: a directory of the pod's own, or something that the kubelet mounted among
 * its volumes, or part of that (a subPath is bound elsewhere below the pod). A hostPath has nothing
 * there, so that a subPath of one is the host's path that it is.
 */
static bool is_of_pod(struct gd_view *v, const struct gd_claim *c, const struct gd_held *h,
		      const struct gd_origin *o, const struct gd_mnt *on)
{
	const char *pod = gd_printf(v->a, "%s/pods/%s", c->base, c->name);
	const char *inner = inner_path(v, on, h->path);
	size_t n;

	if (gd_path_within(o->path, pod))
		return true;
	const struct gd_mnt **m = gd_mnt_below(&v->table, gd_printf(v->a, "%s/volumes", pod), &n);
	for (size_t i = 0; i < n; i++)
		if (gd_mnt_same_fs(m[i], on) && gd_path_within(inner, m[i]->root))
			return true;
	return false;
}

static bool is_kubelets(struct gd_view *v, const struct gd_claim *c, const struct gd_mount *m,
			const struct gd_held *h, const struct gd_mnt *on)
{
	if (!is_own_pod(v, c->name) || !is_of_pod(v, c, h, &m->origins[0], on))
		return false;
	for (size_t i = 0; i < m->n_origins; i++)
		if (m->origins[i].flags & FATAL_KUBELET)
			return false;
	return true;
}

/* A directory inside a named volume, reached by whatever path: the volume's, but pinned. */
static bool is_in_volume(struct gd_view *v, const struct gd_mnt *on, struct gd_mount *m)
{
	const char *name, *data = gd_places_volume(&v->places, m->origins[0].path, &name, v->a);

	if (!data)
		return false;
	m->volume = name;
	return m->n_origins == 1 && !gd_path_within(on->point, data) &&
	       !(m->origins[0].flags & GD_OR_PRIVATE) &&
	       !(m->origins[0].flags & (GD_OR_SOCKET | GD_OR_DEVICE | GD_OR_FIFO));
}

/* A magic link, or a knot of links: what it leads to changes with who looks. */
static void refuse_link(struct gd_view *v, struct gd_mount *m, const char *source)
{
	struct gd_origin *o = GD_NEW(v->a, struct gd_origin);

	*o = (struct gd_origin){
		.path = source, .below = "", .fstype = "proc", .device = "proc", .flags = GD_OR_PROC
	};
	m->origins = o;
	m->n_origins = 1;
	m->kind = GD_SRC_HOST;
	m->unpinnable = "it leads through a link whose end depends on who follows it";
}

static int look(struct gd_view *v, const struct gd_claim *c, struct gd_mount *m,
		struct gd_error *err)
{
	const char *source = m->source ? m->source : "";
	const struct gd_mnt *on;
	struct gd_held h;

	/* Both runtimes take a relative source from the bundle. */
	if (source[0] != '/')
		source = gd_printf(v->a, "%s/%s", v->f->bundle ? v->f->bundle : "", source);
	int r = gd_hold(AT_FDCWD, source, 0, &h);
	if (r == -EMFILE || r == -ENFILE)
		return gd_error_set(err, GD_E_INPUT,
				    "more sources than this process may have open files");
	if (r == -ENOSYS || r == -ENOMEM)
		return gd_error_sys(err, -r,
				    "look at a mount's source (Linux 5.8 or later is needed)");
	if (r == -ELOOP) {
		refuse_link(v, m, source);
		return 0;
	}
	if (r < 0 || gd_held_name(&h, v->a) < 0) {
		if (r == 0)
			gd_drop(&h);
		m->kind = GD_SRC_MISSING;
		m->unpinnable = "it is not there";
		return 0;
	}
	if (gd_origins(v, &h, m->recursive, &m->origins, &m->n_origins, &on, err) < 0) {
		gd_drop(&h);
		return -1;
	}
	m->fd = h.fd;
	m->kind = GD_SRC_HOST;
	if (c->kind == GD_SRC_KUBELET && is_kubelets(v, c, m, &h, on))
		m->kind = GD_SRC_KUBELET;
	else if (is_in_volume(v, on, m))
		m->kind = GD_SRC_VOLUME;
	else if (m->n_origins == 1 && S_ISDIR(h.mode) &&
		 gd_places_snapshot(&v->places, v->f, m->origins[0].path, v->a))
		m->kind = GD_SRC_ENGINE; /* held all the same: the step before it could have laid
					    links in its way */
	if (m->propagation && gd_streq(m->propagation, "shared")) {
		struct gd_origin *o = (struct gd_origin *)&m->origins[0];
		m->unpinnable = "what is mounted below it inside is to show on the host";
		if (!m->source || !gd_streq(m->source, h.path) || gd_path_is_loose(h.path))
			o->flags |= GD_OR_CONTAINER_WRITABLE;
	}
	return 0;
}

int gd_sources_collect(struct gd_view *v, struct gd_error *err)
{
	for (size_t i = 0; i < v->f->n_mounts; i++) {
		/* Lent const to everybody else; the arena's, and filled in here. */
		struct gd_mount *m = (struct gd_mount *)&v->f->mounts[i];
		if (!m->bind)
			continue;
		struct gd_claim c = gd_places_claim(&v->places, v->f, m, v->a);
		int r = 0;
		if (c.kind != GD_SRC_HOST && c.kind != GD_SRC_KUBELET)
			r = settle_claim(v, &c, m, err);
		if (r == 0)
			r = look(v, &c, m, err);
		if (r < 0)
			return gd_error_wrap(err, "mount %zu", i);
	}
	return 0;
}
