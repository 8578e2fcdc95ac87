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
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC | O_NOFOLLOW, .resolve = HOW };
	long fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd >= 0 ? (int)fd : -errno;
}

/* 0 with ->st, or -errno. */
static int look(int root, const char *path, struct stat *ret, char *ret_link, size_t size)
{
	int fd = open_below(root, path, O_PATH), r = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	if (fstat(fd, ret) < 0) {
		r = -errno;
	} else if (S_ISLNK(ret->st_mode) && ret_link) {
		n = readlinkat(fd, "", ret_link, size - 1);
		if (n <= 0 || (size_t)n >= size - 1)
			r = n < 0 ? -errno : -ENAMETOOLONG;
		else
			ret_link[n] = '\0';
	}
	close(fd);
	return r;
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
	bool seen;		/* ->st is of ->at */
	struct stat st;
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
	struct stat st;
	int r;

	g->seen = false;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		char *slash = strrchr(g->at, '/');

		/* The kernel goes back only from a directory that is there; runtimes' own walks go back by text. */
		if (!w->below && !g->missing && look(w->root, g->at[0] ? g->at : "/", &st, NULL, 0) == 0)
			g->missing = !S_ISDIR(st.st_mode);
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
	r = look(w->root, g->at, &st, link, sizeof(link));
	g->st = st;
	g->seen = r == 0 && !S_ISLNK(st.st_mode);
	if (is_absent(r))
		g->missing = true;
	if (r < 0)
		return is_absent(r) ? 0 : r;
	if (S_ISLNK(st.st_mode)) {
		gd_words_add(a, &ret->links, gd_strdup(a, g->at));
		memcpy(g->at, before, sizeof(before));
		return enter_link(g, link);
	}
	if (S_ISDIR(st.st_mode) && (st.st_mode & 0111) != 0111)
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
		int r = look(w->root, path, &ret->st, link, sizeof(link));

		if (!is_absent(r) && (r < 0 || !w->quick))
			break;
		if (is_absent(r) || !S_ISLNK(ret->st.st_mode)) {
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
	ret->st = g.st;
	r = g.seen ? 0 : look(w->root, ret->path, &ret->st, NULL, 0);
	ret->there = r == 0;
	return is_absent(r) ? 0 : r;
}

int gd_walk_open(const struct gd_walk *w, const char *path, struct stat *ret)
{
	struct stat before;
	int held = open_below(w->root, path, O_PATH), fd, r;
	char name[64];

	if (held < 0)
		return held;
	/* What it is, is known before it is opened for reading: opening a device may already do something. */
	r = fstat(held, &before) < 0 ? -errno : S_ISREG(before.st_mode) ? 0 : -EACCES;
	if (r == 0) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", held);
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		r = fd >= 0 ? fd : -errno;
		*ret = before;
	}
	close(held);
	return r;
}
