/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 16 /* RESOLVE_IN_ROOT says EAGAIN where something is renamed meanwhile */
#define HOW (RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV)

static int open_below(int root, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC, .resolve = HOW };
	long fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd >= 0 ? (int)fd : -errno;
}

/* The directory at @path's first @len bytes; -errno, -ELOOP where a link is on the way or at its end. */
static int dir_at(const struct gd_walk *w, const char *path, size_t len, struct gd_arena *a)
{
	struct gd_walk_dirs *d = w->dirs;
	char *name;
	int fd;

	if (len == 0)
		return w->root;
	for (size_t i = d->n; i-- > 0;)
		if (d->v[i].len == len && memcmp(d->v[i].path, path, len) == 0)
			return d->v[i].fd;
	if (d->n == GD_WALK_DIRS_MAX)
		gd_walk_done(d);
	name = gd_strndup(a, path, len);
	fd = open_below(w->root, name, O_PATH | O_DIRECTORY);
	d->v[d->n].path = name;
	d->v[d->n].len = len;
	d->v[d->n++].fd = fd;
	return fd;
}

static int statx_of(int dir, const char *name, struct statx *ret)
{
	/* Not synced, nothing mounted: looking at a dead file system must not hang a launch. */
	if (statx(dir, name,
		  AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | (name[0] ? 0 : AT_EMPTY_PATH),
		  STATX_BASIC_STATS | STATX_MNT_ID, ret) < 0)
		return -errno;
	return ret->stx_mask & STATX_MNT_ID ? 0 : -ENOSYS;
}

/* What lies at @path (absolute, clean, but for links in it): 0 with its mode and, of a link, its text; or -errno. */
static int look(const struct gd_walk *w, const char *path, struct gd_arena *a, mode_t *ret, char *ret_link,
		size_t size)
{
	const char *name = strrchr(path, '/') + 1;
	int dir = dir_at(w, path, (size_t)(name - path) - 1, a), r;
	struct statx st;
	ssize_t n;

	if (dir < 0)
		return dir;
	if (w->dirs->mount == 0) {
		r = statx_of(w->root, "", &st);
		if (r < 0)
			return r;
		w->dirs->mount = st.stx_mnt_id;
	}
	r = statx_of(dir, name, &st);
	if (r < 0)
		return r;
	if (st.stx_mnt_id != w->dirs->mount)
		return -EXDEV;
	*ret = st.stx_mode;
	if (!S_ISLNK(st.stx_mode) || !ret_link)
		return 0;
	n = readlinkat(dir, name, ret_link, size - 1);
	if (n <= 0 || (size_t)n >= size - 1)
		return n < 0 ? -errno : -ENAMETOOLONG;
	ret_link[n] = '\0';
	return 0;
}

static bool is_absent(int r)
{
	return r == -ENOENT || r == -ENOTDIR;
}

/* What is left of a walk: the path so far without links, and components still to go. */
struct going {
	char at[PATH_MAX];	/* "" for the root */
	char rest[PATH_MAX];
	int links;
	bool missing;		/* what follows is not there: it stands as it was asked for */
	bool elsewhere;		/* ->below took over */
	bool open_to_all;
	bool seen;		/* ->mode is of ->at */
	mode_t mode;
};

static int join(char *at, const char *name, size_t len)
{
	size_t n = strlen(at);

	if (n + 1 + len >= PATH_MAX || len > NAME_MAX)
		return -ENAMETOOLONG;
	at[n] = '/';
	memcpy(at + n + 1, name, len);
	at[n + 1 + len] = '\0';
	return 0;
}

/* @target before what is still to go. */
static int enter_link(struct going *g, const char *target)
{
	char both[PATH_MAX];

	if (++g->links > GD_WALK_LINKS_MAX)
		return -ELOOP;
	if ((size_t)snprintf(both, sizeof(both), "%s/%s", target, g->rest) >= sizeof(both))
		return -ENAMETOOLONG;
	memcpy(g->rest, both, sizeof(both));
	if (target[0] == '/')
		g->at[0] = '\0';
	return 0;
}

/* One component forward. 0 or -errno. */
static int step(const struct gd_walk *w, struct going *g, const char *name, size_t len, struct gd_arena *a,
		struct gd_walked *ret)
{
	char before[PATH_MAX], link[PATH_MAX];
	mode_t mode = 0;
	int r;

	g->seen = false;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		char *slash = strrchr(g->at, '/');

		/* The kernel goes back only from a directory that is there; runtimes' own walks go back by text. */
		if (!w->below && !g->missing && look(w, g->at[0] ? g->at : "/", a, &mode, NULL, 0) == 0)
			g->missing = !S_ISDIR(mode);
		if (!w->below && g->missing)
			return join(g->at, "..", 2);
		if (slash)
			*slash = '\0';
		/* What was missing may be behind us; a mount that was entered is asked about again. */
		g->missing = g->elsewhere = false;
		return 0;
	}
	memcpy(before, g->at, sizeof(before));
	r = join(g->at, name, len);
	if (r < 0 || g->missing || g->elsewhere)
		return r;
	r = look(w, g->at, a, &mode, link, sizeof(link));
	g->mode = mode;
	g->seen = r == 0 && !S_ISLNK(mode);
	if (is_absent(r))
		g->missing = true;
	if (r < 0)
		return is_absent(r) ? 0 : r;
	if (S_ISLNK(mode)) {
		gd_words_add(a, &ret->links, gd_strdup(a, g->at));
		memcpy(g->at, before, sizeof(before));
		return enter_link(g, link);
	}
	if (S_ISDIR(mode) && (mode & 0111) != 0111)
		g->open_to_all = g->open_to_all && g->rest[strspn(g->rest, "/")] == '\0';
	return 0;
}

static int walk_on(const struct gd_walk *w, struct going *g, struct gd_arena *a, struct gd_walked *ret)
{
	for (;;) {
		size_t skip = strspn(g->rest, "/"), len = strcspn(g->rest + skip, "/");
		char name[NAME_MAX + 1];
		int r;

		if (len == 0)
			return 0;
		if (len > NAME_MAX)
			return -ENAMETOOLONG;
		if (w->below) {
			r = w->below(w->ctx, g->at, g->rest + skip);
			if (r < 0)
				return r;
			g->elsewhere = g->elsewhere || r > 0;
		}
		memcpy(name, g->rest + skip, len);
		name[len] = '\0';
		memmove(g->rest, g->rest + skip + len, strlen(g->rest + skip + len) + 1);
		if (len == 1 && name[0] == '.')
			continue;
		r = step(w, g, name, len, a, ret);
		if (r < 0)
			return r;
	}
}

/* What a link at @path (without links itself) says, as a path; NULL where text alone cannot tell. */
static const char *behind_link(const char *path, const char *target, struct gd_arena *a)
{
	const char *rest = target;

	if (target[0] == '/')
		return strstr(target, "..") ? NULL : target;
	while (gd_starts(rest, "../")) /* back from where no link is: text is right */
		rest += 3;
	if (strstr(rest, ".."))
		return NULL;
	return gd_path_clean(a, gd_printf(a, "%.*s/%s", (int)(strrchr(path, '/') - path), path, target));
}

/*
 * One look tells most of it: where no link is on the way, the kernel comes to the end or says that it is not there.
 * A link on the way is ELOOP before anything else; one at the end is followed with another look.
 */
static bool is_quickly_told(const struct gd_walk *w, const char *path, struct gd_arena *a, struct gd_walked *ret)
{
	char link[PATH_MAX];

	if (strstr(path, "/..") || path[0] != '/')
		return false;
	path = gd_path_clean(a, path);
	for (int i = 0; path && i <= GD_WALK_LINKS_MAX; i++) {
		int r = look(w, path, a, &ret->mode, link, sizeof(link));

		if (!is_absent(r) && (r < 0 || !w->quick))
			break;
		if (is_absent(r) || !S_ISLNK(ret->mode)) {
			ret->there = r == 0;
			ret->path = path;
			ret->open_to_all = true;
			return true;
		}
		gd_words_add(a, &ret->links, path);
		path = behind_link(path, link, a);
	}
	ret->links = (struct gd_words){ 0 };
	return false;
}

int gd_walk(const struct gd_walk *w, const char *path, struct gd_arena *a, struct gd_walked *ret)
{
	struct going g = { .open_to_all = true };
	int r;

	*ret = (struct gd_walked){ 0 };
	if (strlen(path) >= sizeof(g.rest))
		return -ENAMETOOLONG;
	strcpy(g.rest, path);
	if (!w->below && is_quickly_told(w, path, a, ret))
		return 0;
	r = walk_on(w, &g, a, ret);
	if (r < 0)
		return r;
	ret->path = gd_strdup(a, g.at[0] ? g.at : "/");
	ret->open_to_all = g.open_to_all;
	if (g.missing || g.elsewhere)
		return 0;
	ret->mode = g.mode;
	r = g.seen ? 0 : look(w, ret->path, a, &ret->mode, NULL, 0);
	ret->there = r == 0;
	return is_absent(r) ? 0 : r;
}

int gd_walk_open(const struct gd_walk *w, const char *path)
{
	struct stat st;
	int held = open_below(w->root, path, O_PATH | O_NOFOLLOW), r;
	char name[64];

	if (held < 0)
		return held;
	/* What it is, is known before it is opened for reading: opening a device may already do something. */
	r = fstat(held, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EACCES;
	if (r == 0) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", held);
		r = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		r = r >= 0 ? r : -errno;
	}
	close(held);
	return r;
}

void gd_walk_done(struct gd_walk_dirs *dirs)
{
	while (dirs->n > 0)
		if (dirs->v[--dirs->n].fd >= 0)
			close(dirs->v[dirs->n].fd);
}
