/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's root: where it lies, and what would come along with it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "facts/sources.h"

#define OVERLAY_MAGIC 0x794c7630

/*
 * The root of an overlay mount with nothing mounted below it, by two calls instead of reading the
 * whole mount table. False also where the kernel cannot tell: then the table says.
 */
static bool is_lone_overlay(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == OVERLAY_MAGIC && gd_mnt_is_lone_root(fd);
}

/*
 * Is a root at this place the engine's? containerd's shim and BuildKit mount it in the bundle;
 * Docker, Podman and CRI-O name it in their storage. Not in the bundle with those: "podman --rootfs
 * /:O" puts an overlay of the host there.
 */
static bool is_at_engines_place(const struct gd_view *v, const char *real)
{
	const struct gd_facts *f = v->f;

	switch (f->engine) {
	case GD_ENGINE_DOCKER:
	case GD_ENGINE_PODMAN:
	case GD_ENGINE_CRIO:
		return gd_places_has_root(&v->places, f, real, v->a);
	case GD_ENGINE_CTR:
	case GD_ENGINE_CRI:
	case GD_ENGINE_BUILDKIT:
	case GD_ENGINE_UNKNOWN:
		break;
	}
	return f->bundle && gd_path_within(real, f->bundle) && !gd_streq(real, f->bundle);
}

/* A bind mounted where an engine's root belongs must come from an engine's storage or the bundle.
 */
static bool is_from_engine(const struct gd_view *v, const struct gd_origin *o)
{
	if (v->f->bundle && gd_path_within(o->path, v->f->bundle))
		return true;
	for (size_t i = 0; i < v->dirs.n; i++)
		if (gd_path_within(o->path, v->dirs.v[i]) && !gd_streq(o->path, v->dirs.v[i]))
			return true;
	return false;
}

int gd_root_collect(struct gd_view *v, struct gd_error *err)
{
	struct gd_facts *f = v->f;
	const struct gd_origin *o;
	const struct gd_mnt *on;
	struct gd_held h;
	size_t n;

	if (!f->root_path)
		return 0;
	const char *path =
		f->root_path[0] == '/'
			? f->root_path
			: gd_printf(v->a, "%s/%s", f->bundle ? f->bundle : "", f->root_path);
	int r = gd_hold(AT_FDCWD, path, 0, &h);
	if (r == -ENOSYS)
		return gd_error_sys(err, -r, "look at the root (Linux 5.8 or later is needed)");
	if (r < 0)
		return 0; /* not there: root_real stays NULL, the rootfs control says no */
	if (!S_ISDIR(h.mode) || gd_held_name(&h, v->a) < 0) {
		gd_drop(&h);
		return 0;
	}
	f->root_real = h.path;
	f->root_in_engine = is_at_engines_place(v, h.path);
	if (f->root_in_engine && is_lone_overlay(h.fd)) {
		gd_drop(&h);
		return 0;
	}
	r = gd_origins(v, &h, true, &o, &n, &on, err);
	gd_drop(&h);
	if (r < 0)
		return gd_error_wrap(err, "root");
	f->root_in_engine = f->root_in_engine && is_from_engine(v, &o[0]);
	f->root_origins = o + 1;
	f->n_root_origins = n - 1;
	return 0;
}
