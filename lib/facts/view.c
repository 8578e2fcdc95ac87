/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By what path of the host something is known: links, bind mounts and volumes led back to where
 * things lie. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts/origin.h"

#define TRIES_MAX 8 /* other names of a directory that are verified before its own is taken */

int gd_view_table(struct gd_view *v, struct gd_error *err)
{
	if (v->has_table)
		return 0;
	if (gd_mnt_read(NULL, v->a, &v->table, err) < 0)
		return -1;
	v->has_table = true;
	return 0;
}

bool gd_view_has_dir(struct gd_view *v, const char *path)
{
	for (size_t i = 0; i < v->dirs.n; i++)
		if (gd_path_within(path, v->dirs.v[i]))
			return true;
	return false;
}

/* @path, in the file system of @m and there called @inner, by the name that @other gives it; NULL:
 * none. */
static const char *name_under(struct gd_view *v, const struct gd_mnt *other, const char *inner)
{
	if (!gd_path_within(inner, other->root))
		return NULL;
	const char *rest = inner + (gd_streq(other->root, "/") ? 0 : strlen(other->root));
	const char *point = gd_streq(other->point, "/") ? "" : other->point;
	if (rest[0] == '/' && rest[1] == '\0')
		rest = "";
	return point[0] || rest[0] ? gd_printf(v->a, "%s%s", point, rest) : "/";
}

/* Is @x the better name? The file system's own mount before a bind of a part, a place of the host's
 * before an engine's. */
static bool better(struct gd_view *v, const struct gd_mnt *x, const struct gd_mnt *y,
		   const struct gd_mnt *own)
{
	size_t lx = strlen(x->root), ly = strlen(y->root);
	bool ex = gd_view_has_dir(v, x->point), ey = gd_view_has_dir(v, y->point);

	if (lx != ly)
		return lx < ly;
	if (ex != ey)
		return ey;
	if (x == own || y == own)
		return x == own;
	return x->id < y->id;
}

/*
 * The path as if typed: where the directory that is @inner of @m's file system lies on that file
 * system's own mount. A name is taken only where it leads to the same inode now: what a mount hides
 * has no such name.
 */
const char *gd_view_name(struct gd_view *v, const struct gd_mnt *m, const char *path,
			 const struct gd_held *h)
{
	const char *inner =
		name_under(v, &(struct gd_mnt){ .root = m->point, .point = m->root }, path);
	const struct gd_mnt *last = NULL;

	if (!inner || m->root[0] != '/' || gd_ends(m->root, "//deleted"))
		return path;
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		const struct gd_mnt *best = NULL;
		for (size_t i = 0; i < v->table.n; i++) {
			const struct gd_mnt *x = &v->table.v[i];
			if (!gd_mnt_same_fs(x, m) || !gd_path_within(inner, x->root) ||
			    (last && !better(v, last, x, m)) || x == last)
				continue;
			if (!best || better(v, x, best, m))
				best = x;
		}
		if (!best || best == m)
			return path;
		const char *name = name_under(v, best, inner);
		struct gd_held there;
		if (name && gd_hold(AT_FDCWD, name, RESOLVE_NO_SYMLINKS, &there) == 0) {
			bool same = there.dev == h->dev && there.ino == h->ino;
			gd_drop(&there);
			if (same)
				return name;
		}
		last = best;
	}
	return path;
}

const char *gd_view_foreign_name(struct gd_view *v, const struct gd_mnt *theirs,
				 const struct gd_mnt **ret_on)
{
	const struct gd_mnt *best = NULL;

	for (size_t i = 0; i < v->table.n; i++) {
		const struct gd_mnt *x = &v->table.v[i];
		if (gd_mnt_same_fs(x, theirs) && gd_path_within(theirs->root, x->root) &&
		    (!best || better(v, x, best, NULL)))
			best = x;
	}
	*ret_on = best;
	return best ? name_under(v, best, theirs->root) : NULL;
}

/* No link on the way to @path's last part; each parent is asked once. */
static bool is_straight(struct gd_view *v, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	size_t len = (size_t)(strrchr(path, '/') - path);
	struct gd_straight *s = v->straight;

	for (size_t i = 0; i < v->n_straight; i++)
		if (strncmp(s[i].dir, path, len) == 0 && s[i].dir[len] == '\0')
			return s[i].is;
	const char *dir = gd_strndup(v->a, path, len);
	int fd = len > 0 ? (int)syscall(SYS_openat2, AT_FDCWD, dir, &how, sizeof(how)) : -1;
	if (fd >= 0)
		close(fd);
	if (v->n_straight < GD_STRAIGHT_MAX)
		s[v->n_straight++] = (struct gd_straight){ .dir = dir, .is = len == 0 || fd >= 0 };
	return len == 0 || fd >= 0;
}

/*
 * Most of what is looked for is not there, and what is has neither links in its way nor a bind
 * mount under it: one cheap call then.
 */
const char *gd_view_host_path(struct gd_view *v, const char *path, const char **ret_reached,
			      struct stat *ret)
{
	const struct gd_mnt *m;
	struct gd_held h;

	*ret_reached = path;
	if (lstat(path, ret) < 0)
		return NULL;
	m = v->has_table ? gd_mnt_over(&v->table, path) : NULL;
	if (!S_ISLNK(ret->st_mode) && (!m || gd_streq(m->root, "/")) && is_straight(v, path))
		return path;
	if (gd_hold(AT_FDCWD, path, 0, &h) < 0)
		return NULL;
	int named = gd_held_name(&h, v->a), r = fstat(h.fd, ret);
	gd_drop(&h);
	if (named < 0 || r < 0)
		return NULL;
	*ret_reached = h.path;
	m = v->has_table ? gd_mnt_by_id(&v->table, h.mnt_id) : NULL;
	return m && gd_path_within(h.path, m->point) ? gd_view_name(v, m, h.path, &h) : h.path;
}

/* Under both names: as the engine reaches it, and where it lies (an administrator may have bound it
 * there). */
void gd_view_dirs(struct gd_view *v)
{
	const char *reached;
	struct stat st;

	if (v->has_dirs)
		return;
	v->has_dirs = true;
	for (size_t i = 0; i < v->places.dirs.n; i++) {
		const char *lies = gd_view_host_path(v, v->places.dirs.v[i], &reached, &st);
		if (lies && !gd_words_has(&v->dirs, reached))
			gd_words_add(v->a, &v->dirs, reached);
		if (lies && !gd_words_has(&v->dirs, lies))
			gd_words_add(v->a, &v->dirs, lies);
	}
}
