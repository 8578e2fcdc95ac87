/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arm/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "facts/mounttable.h"

#define TREE_CLONE 1u /* OPEN_TREE_CLONE */
#define TREE_CLOEXEC O_CLOEXEC
#define MOVE_EMPTY_FROM 0x4u /* MOVE_MOUNT_F_EMPTY_PATH */

static int make_target(const char *path, mode_t mode, struct gd_error *err)
{
	int r = S_ISDIR(mode) ? mkdir(path, 0700) : mknod(path, S_IFREG | 0600, 0);

	return r < 0 ? gd_error_sys(err, errno, "make %s", path) : 0;
}

/*
 * A copy of the mount at the descriptor itself, no path involved, put onto @path. *ret_alone: it
 * brought nothing along, nor anything that covers it.
 */
static int bind_fd(int fd, bool recursive, const char *path, bool *ret_alone, struct gd_error *err)
{
	int tree = (int)syscall(SYS_open_tree, fd, "",
				TREE_CLONE | TREE_CLOEXEC | (unsigned)AT_EMPTY_PATH |
					(recursive ? (unsigned)AT_RECURSIVE : 0));

	if (tree < 0)
		return gd_error_sys(err, errno, "take hold of a mount's source");
	int r = (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_EMPTY_FROM);
	int errnum = errno;
	*ret_alone = r == 0 && (!recursive || gd_mnt_is_lone_root(tree));
	close(tree);
	return r < 0 ? gd_error_sys(err, errnum, "pin a mount's source") : 0;
}

/* A source that is to be private in the container may be so at once; others follow the host's
 * mounts, as asked. */
static int set_private(const struct gd_mount *m, const char *pin, struct gd_error *err)
{
	if (!gd_streq(m->propagation, "private") && !gd_streq(m->propagation, "unbindable"))
		return 0;
	if (mount(NULL, pin, NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return gd_error_sys(err, errno, "keep a mount's source private");
	return 0;
}

static const struct gd_origin *judged_below(const struct gd_mount *m, const char *below)
{
	for (size_t i = 1; i < m->n_origins; i++)
		if (gd_streq(m->origins[i].below, below))
			return &m->origins[i];
	return NULL;
}

/* What is seen at @path is what was seen when it was judged. One that could not be looked at then
 * has no inode. */
static bool is_same(const char *path, const struct gd_origin *o)
{
	struct statx st;

	if (o->ino == 0)
		return true;
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
		     STATX_INO, &st) == 0 &&
	       st.stx_ino == o->ino && makedev(st.stx_dev_major, st.stx_dev_minor) == o->dev;
}

/*
 * What came along must have been judged. Since then something may have been mounted below the
 * source, over what is mounted there, or over the source itself: an rbind brings all of that.
 */
static int check_carried(const struct gd_mnt_table *t, const struct gd_mount *m, const char *pin,
			 struct gd_error *err)
{
	size_t n, at_pin = 0, carried = 0;
	const struct gd_mnt **v = gd_mnt_below(t, GD_PIN_DIR, &n);

	for (size_t i = 0; i < n; i++) {
		if (!gd_path_within(v[i]->point, pin))
			continue;
		const char *below = v[i]->point + strlen(pin);
		const struct gd_origin *o = *below ? judged_below(m, below) : &m->origins[0];
		bool many = *below ? ++carried >= m->n_origins : ++at_pin > 1;
		if (!o || many || !gd_streq(o->fstype, v[i]->fstype) || !is_same(v[i]->point, o))
			return gd_error_set(
				err, GD_E_REFUSED,
				"something was mounted at or below a source while it was judged");
	}
	return 0;
}

static int check_path_clear(const char *path, struct gd_arena *a)
{
	return gd_path_within(gd_path_clean(a, path), GD_PIN_PARENT) ? -1 : 0;
}

static int check_clear(const struct gd_mount *m, const char *path, struct gd_arena *a,
		       struct gd_error *err)
{
	if (path && check_path_clear(path, a) < 0)
		return gd_error_set(err, GD_E_REFUSED, "the source of mount %zu is guarded's own",
				    m->index);
	return 0;
}

/*
 * The invariant: a bind is pinned, or is one that cannot be swapped, or was judged as unpinnable;
 * and no source of the caller's is one of the pins, which are made only now.
 */
static int check_all(const struct gd_facts *f, struct gd_arena *a, struct gd_error *err)
{
	for (size_t i = 0; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];
		if (!m->bind)
			continue;
		if (m->fd < 0 && !gd_pin_exempt(m->kind) && !m->unpinnable)
			return gd_error_set(err, GD_E_REFUSED,
					    "the source of mount %zu was not held", m->index);
		if (check_clear(m, m->source, a, err) < 0 ||
		    (m->n_origins > 0 && check_clear(m, m->origins[0].path, a, err) < 0))
			return -1;
	}
	return 0;
}

static int name_pin(gd_json *doc, const struct gd_mount *m, const char *pin, struct gd_arena *a,
		    struct gd_error *err)
{
	gd_json *entry = gd_json_at(gd_json_get(doc, "mounts"), m->index);

	if (!gd_streq(gd_json_get_str(entry, "destination"), m->destination) ||
	    !gd_streq(gd_json_get_str(entry, "source"), m->source))
		return gd_error_set(err, GD_E_REFUSED, "mount %zu is not the one that was judged",
				    m->index);
	/* The facts lend the name from the document; it is wanted for the record after it is gone
	 * from there. */
	((struct gd_mount *)m)->source = gd_strdup(a, m->source);
	if (gd_json_set(entry, "source", gd_json_new_str(pin)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

/* 1: pinned; 0: none to pin; -1. A namespace's descriptor may be bound whatever mount namespace it
 * was opened in. */
static int pin_namespaces(const struct gd_facts *f, gd_json *doc, bool entered, struct gd_arena *a,
			  struct gd_error *err)
{
	int pinned = 0;
	bool alone;

	for (int k = 0; k < GD_NS_KINDS; k++) {
		struct gd_namespace *ns = (struct gd_namespace *)&f->linux_.ns[k];
		gd_json *entry = gd_json_at(gd_json_pointer(doc, "/linux/namespaces"), ns->index);
		if (ns->path && check_path_clear(ns->path, a) < 0)
			return gd_error_set(err, GD_E_REFUSED,
					    "pin: a %s namespace is guarded's own", gd_ns_names[k]);
		if (ns->state != GD_NS_JOINED || ns->fd < 0)
			continue;
		const char *pin = gd_printf(a, "%s/%s", GD_PIN_DIR, gd_ns_names[k]);
		if (!entered || !gd_streq(gd_json_get_str(entry, "type"), gd_ns_names[k]) ||
		    !gd_streq(gd_json_get_str(entry, "path"), ns->path))
			return gd_error_set(err, GD_E_REFUSED,
					    "pin: the %s namespace is not the one that was judged",
					    gd_ns_names[k]);
		ns->path = gd_strdup(a, ns->path);
		if (make_target(pin, S_IFREG, err) < 0 ||
		    bind_fd(ns->fd, false, pin, &alone, err) < 0)
			return gd_error_wrap(err, "pin the %s namespace", gd_ns_names[k]);
		if (gd_json_set(entry, "path", gd_json_new_str(pin)) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
		pinned = 1;
	}
	return pinned;
}

static int pin_sources(const struct gd_facts *f, gd_json *doc, bool entered, struct gd_arena *a,
		       struct gd_error *err)
{
	struct gd_mnt_table table = { 0 };
	bool *crowded = GD_NEW_N(a, f->n_mounts + 1, bool), any = false;
	int pinned = 0;

	if (check_all(f, a, err) < 0)
		return gd_error_wrap(err, "pin");
	for (size_t i = 0; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];
		if (m->fd < 0 || m->unpinnable)
			continue;
		if (!entered)
			return gd_error_set(err, GD_E_REFUSED,
					    "pin: not in a mount namespace of its own");
		const char *pin = gd_printf(a, "%s/%zu", GD_PIN_DIR, m->index);
		/* Nothing hangs below a file; what hangs on it was not there when it was judged. */
		bool deep = m->recursive && S_ISDIR(m->origins[0].mode), alone;
		if (make_target(pin, m->origins[0].mode, err) < 0 ||
		    bind_fd(m->fd, deep, pin, &alone, err) < 0 || set_private(m, pin, err) < 0 ||
		    name_pin(doc, m, pin, a, err) < 0)
			return gd_error_wrap(err, "pin mount %zu", m->index);
		crowded[i] = !alone;
		any |= !alone;
		pinned = 1;
	}
	if (any && gd_mnt_read(NULL, a, &table, err) < 0)
		return -1;
	for (size_t i = 0; i < f->n_mounts; i++)
		if (crowded[i] &&
		    check_carried(&table, &f->mounts[i],
				  gd_printf(a, "%s/%zu", GD_PIN_DIR, f->mounts[i].index), err) < 0)
			return -1;
	return pinned;
}

int gd_pin(const struct gd_facts *f, gd_json *doc, struct gd_arena *a, struct gd_error *err)
{
	bool entered = gd_pin_entered();
	int spaces = pin_namespaces(f, doc, entered, a, err);
	int sources = spaces < 0 ? -1 : pin_sources(f, doc, entered, a, err);

	return sources < 0 ? -1 : spaces | sources;
}
