/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define TRIES_MAX 8	/* other names of a directory that are verified before its own is taken */

/* A path without a change under it: a rename elsewhere makes openat2 say EAGAIN, which is no answer. */
int gd_hold(int dirfd, const char *path, unsigned long resolve, struct gd_held *ret)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = resolve | RESOLVE_NO_MAGICLINKS };
	struct statx st;
	int fd = -1;

	for (int i = 0; i < 16 && fd < 0; i++) {
		fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
		if (fd < 0 && errno != EAGAIN)
			return -errno;
	}
	if (fd < 0)
		return -EAGAIN;
	/* Not synced: a dead network file system must not hang a launch; nor may looking mount anything. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID)) {
		close(fd);
		return -ENOSYS; /* Linux 5.8 has both */
	}
	*ret = (struct gd_held){
		.fd = fd,
		.mnt_id = (int)st.stx_mnt_id,
		.dev = makedev(st.stx_dev_major, st.stx_dev_minor),
		.ino = st.stx_ino,
		.mode = st.stx_mode,
		.uid = st.stx_uid,
		.gid = st.stx_gid,
		.links = st.stx_nlink,
	};
	return 0;
}

void gd_drop(struct gd_held *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

int gd_held_name(struct gd_held *h, struct gd_arena *a)
{
	char link[64], path[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", h->fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || (size_t)n >= sizeof(path) - 1)
		return -1;
	path[n] = '\0';
	/* "(unreachable)/x" does not begin with a slash; a name that ends so may also be a real one: no links left */
	if (path[0] != '/' || (h->links == 0 && gd_ends(path, " (deleted)")))
		return -1;
	h->path = gd_strdup(a, path);
	return 0;
}

int gd_view_table(struct gd_view *v, struct gd_error *err)
{
	if (v->has_table)
		return 0;
	if (gd_mnt_read(NULL, v->a, &v->table, err) < 0)
		return -1;
	v->has_table = true;
	return 0;
}

static const struct {
	const char *type;
	unsigned flag;
} kernel_types[] = {
	{ "proc", GD_OR_PROC }, { "sysfs", GD_OR_PROC }, { "cgroup", GD_OR_PROC },
	{ "cgroup2", GD_OR_PROC }, { "debugfs", GD_OR_PROC }, { "tracefs", GD_OR_PROC },
	{ "securityfs", GD_OR_PROC }, { "bpf", GD_OR_PROC }, { "efivarfs", GD_OR_PROC },
	{ "configfs", GD_OR_PROC }, { "pstore", GD_OR_PROC }, { "binfmt_misc", GD_OR_PROC },
	{ "selinuxfs", GD_OR_PROC }, { "smackfs", GD_OR_PROC }, { "fusectl", GD_OR_PROC },
	{ "resctrl", GD_OR_PROC }, { "mqueue", GD_OR_PROC }, { "rpc_pipefs", GD_OR_PROC },
	{ "nfsd", GD_OR_PROC }, { "cpuset", GD_OR_PROC }, { "xenfs", GD_OR_PROC },
	{ "devtmpfs", GD_OR_DEVICE }, { "devpts", GD_OR_DEVICE }, { "nsfs", GD_OR_NAMESPACE },
};

static unsigned type_flags(const char *fstype)
{
	for (size_t i = 0; i < LEN(kernel_types); i++)
		if (gd_streq(kernel_types[i].type, fstype))
			return kernel_types[i].flag;
	return 0;
}

static unsigned mode_flags(mode_t mode)
{
	return S_ISSOCK(mode) ? GD_OR_SOCKET : S_ISBLK(mode) || S_ISCHR(mode) ? GD_OR_DEVICE
					     : S_ISFIFO(mode) ? GD_OR_FIFO : 0;
}

static bool same_fs(const struct gd_mnt *x, const struct gd_mnt *y)
{
	return x->major == y->major && x->minor == y->minor;
}

static bool in_dirs(struct gd_view *v, const char *path)
{
	for (size_t i = 0; i < v->dirs.n; i++)
		if (gd_path_within(path, v->dirs.v[i]))
			return true;
	return false;
}

/* @path, in the file system of @m and there called @inner, by the name that @other gives it; NULL: none. */
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

/* Is @x the better name? The file system's own mount before a bind of a part, a place of the host's before an engine's. */
static bool better(struct gd_view *v, const struct gd_mnt *x, const struct gd_mnt *y, const struct gd_mnt *own)
{
	size_t lx = strlen(x->root), ly = strlen(y->root);
	bool ex = in_dirs(v, x->point), ey = in_dirs(v, y->point);

	if (lx != ly)
		return lx < ly;
	if (ex != ey)
		return ey;
	if (x == own || y == own)
		return x == own;
	return x->id < y->id;
}

/*
 * The path as if typed: where the directory that is @inner of @m's file system lies on that file system's own
 * mount. A name is taken only where it leads to the same inode now: what a mount hides has no such name.
 */
static const char *host_path(struct gd_view *v, const struct gd_mnt *m, const char *path, const struct gd_held *h)
{
	const char *inner = name_under(v, &(struct gd_mnt){ .root = m->point, .point = m->root }, path);
	const struct gd_mnt *last = NULL;

	if (!inner || m->root[0] != '/' || gd_ends(m->root, "//deleted"))
		return path;
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		const struct gd_mnt *best = NULL;
		for (size_t i = 0; i < v->table.n; i++) {
			const struct gd_mnt *x = &v->table.v[i];
			if (!same_fs(x, m) || !gd_path_within(inner, x->root) ||
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
 * Most of what is looked for is not there, and what is has neither links in its way nor a bind mount under it: one
 * cheap call then.
 */
const char *gd_view_host_path(struct gd_view *v, const char *path, const char **ret_reached, struct stat *ret)
{
	const struct gd_mnt *m = v->has_table ? gd_mnt_over(&v->table, path) : NULL;
	struct gd_held h;

	*ret_reached = path;
	if (lstat(path, ret) < 0)
		return NULL;
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
	return m && gd_path_within(h.path, m->point) ? host_path(v, m, h.path, &h) : h.path;
}

/* Under both names: as the engine reaches it, and where it lies (an administrator may have bound it there). */
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

static bool is_nosuid_everywhere(const struct gd_view *v, const struct gd_mnt *m)
{
	for (size_t i = 0; i < v->table.n; i++) {
		const struct gd_mnt *x = &v->table.v[i];
		if (same_fs(x, m) && (~x->flags & (GD_MNT_NOSUID | GD_MNT_NODEV)))
			return false;
	}
	return true;
}

/* A file system that only an engine's volume has mounted: nothing of the host's is in it. */
static bool is_private(struct gd_view *v, const struct gd_mnt *m)
{
	for (size_t i = 0; i < v->table.n; i++)
		if (same_fs(&v->table.v[i], m) && !in_dirs(v, v->table.v[i].point))
			return false;
	return true;
}

static unsigned path_flags(struct gd_view *v, const char *path)
{
	unsigned flags = 0;

	if (gd_path_within(path, "/run") || gd_path_within(path, "/var/run"))
		flags |= GD_OR_RUN;
	if (gd_path_within(path, "/tmp") || gd_path_within(path, "/var/tmp"))
		flags |= GD_OR_TMP;
	for (size_t i = 0; i < v->dirs.n; i++) {
		if (gd_path_within(path, v->dirs.v[i]))
			flags |= GD_OR_ENGINE_DIR;
		else if (gd_path_within(v->dirs.v[i], path))
			flags |= GD_OR_ENGINE_DIR | GD_OR_ENGINE_ABOVE;
	}
	for (size_t i = 0; i < v->n_sockets; i++)
		if (gd_path_within(v->sockets[i].path, path))
			flags |= GD_OR_ENGINE_SOCKET;
	return flags;
}

static unsigned inode_flags(const struct gd_view *v, const struct gd_held *h)
{
	for (size_t i = 0; i < v->n_sockets; i++)
		if (v->sockets[i].dev == h->dev && v->sockets[i].ino == h->ino)
			return GD_OR_ENGINE_SOCKET;
	return 0;
}

static void describe(struct gd_view *v, const struct gd_mnt *m, const char *path, const struct gd_held *h,
		     struct gd_origin *o)
{
	o->path = host_path(v, m, path, h);
	o->fstype = m->fstype;
	o->device = m->device;
	o->dev = h->dev;
	o->ino = h->ino;
	o->mode = h->mode;
	o->uid = h->uid;
	o->gid = h->gid;
	o->flags = type_flags(m->fstype) | mode_flags(h->mode) | path_flags(v, o->path) | inode_flags(v, h);
	if (m->flags & GD_MNT_SHARED)
		o->flags |= GD_OR_SHARED;
	if (is_nosuid_everywhere(v, m))
		o->flags |= GD_OR_NOSUID;
	if (in_dirs(v, m->point) && is_private(v, m))
		o->flags |= GD_OR_PRIVATE;
}

int gd_origins(struct gd_view *v, const struct gd_held *h, bool recursive, const struct gd_origin **ret,
	       size_t *ret_n, const struct gd_mnt **ret_mnt, struct gd_error *err)
{
	struct gd_origin *o = NULL;
	size_t n = 0, below_n = 0;

	if (gd_view_table(v, err) < 0)
		return -1;
	const struct gd_mnt *m = gd_mnt_by_id(&v->table, h->mnt_id);
	if (!m || !gd_path_within(h->path, m->point))
		return gd_error_set(err, GD_E_SYSTEM, "the mount table changed while it was read");
	gd_view_dirs(v);
	if (S_ISDIR(h->mode) || S_ISSOCK(h->mode))
		gd_view_sockets(v); /* nothing else is one or holds one */
	describe(v, m, h->path, h, GD_APPEND(v->a, o, n));
	o[0].below = "";
	const struct gd_mnt **below = recursive ? gd_mnt_below(&v->table, h->path, &below_n) : NULL;
	for (size_t i = 0; i < below_n; i++) {
		struct gd_held sub = { .fd = -1, .mode = S_IFDIR };
		if ((below[i]->flags & GD_MNT_UNBINDABLE) || !gd_mnt_hangs_on(&v->table, below[i], m->id))
			continue;
		if (n > GD_SUBMOUNTS_MAX)
			return gd_error_set(err, GD_E_INPUT, "more than %d mounts below one source",
					    GD_SUBMOUNTS_MAX);
		/* What cannot be looked at (a dead network mount) is still judged by its type and path. */
		(void)gd_hold(AT_FDCWD, below[i]->point, RESOLVE_NO_SYMLINKS, &sub);
		gd_drop(&sub);
		struct gd_origin *x = GD_APPEND(v->a, o, n);
		describe(v, below[i], below[i]->point, &sub, x);
		x->below = below[i]->point + (gd_streq(h->path, "/") ? 0 : strlen(h->path));
	}
	*ret = o;
	*ret_n = n;
	*ret_mnt = m;
	return 0;
}

int gd_origin_of_foreign(struct gd_view *v, const struct gd_mnt *theirs, struct gd_origin *ret,
			 struct gd_error *err)
{
	struct gd_held h = { .fd = -1 };
	const struct gd_mnt *best = NULL;

	if (gd_view_table(v, err) < 0)
		return -1;
	gd_view_dirs(v);
	gd_view_sockets(v);
	for (size_t i = 0; i < v->table.n; i++) {
		const struct gd_mnt *x = &v->table.v[i];
		if (same_fs(x, theirs) && gd_path_within(theirs->root, x->root) &&
		    (!best || better(v, x, best, NULL)))
			best = x;
	}
	if (!best)
		return 0;
	const char *path = name_under(v, best, theirs->root);
	(void)gd_hold(AT_FDCWD, path, RESOLVE_NO_SYMLINKS, &h);
	gd_drop(&h);
	*ret = (struct gd_origin){ .below = "" };
	describe(v, best, path, &h, ret);
	return 1;
}

bool gd_path_is_loose(const char *path)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	struct stat st;

	if (len >= sizeof(part) || path[0] != '/')
		return true;
	for (size_t i = 0; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (lstat(i ? part : "/", &st) < 0 || st.st_uid != 0 || (st.st_mode & 022) != 0)
			return true;
	}
	return false;
}
