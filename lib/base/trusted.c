/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk that proves a file to be root's alone. Each component is opened relative to the one
 * before, without following links, and judged on the descriptor: what was judged is what is entered
 * next. Directories in which only root can write cannot change under the walk but by root.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"

#define LINKS_MAX 8

struct walk {
	const char *path;	/* as asked, for messages */
	const char *rest;	/* still to be walked */
	char *joined;		/* what .rest lies in once a link was put before it; owned */
	int dir;		/* O_PATH, judged; owned */
	int links;
	bool want_dir;
	bool links_too;		/* the file may have more than one name */
	int found;		/* what the path names; owned, -1 until then */
};

static int distrust(const struct walk *w, const char *part, const char *why, struct gd_error *err)
{
	char path[256], name[128];

	gd_quote_buf(path, sizeof(path), w->path, strlen(w->path));
	gd_quote_buf(name, sizeof(name), part, strlen(part));
	return gd_error_set(err, GD_E_TRUST, "%s: %s %s", path, name, why);
}

static int fail(const struct walk *w, int errnum, const char *what, struct gd_error *err)
{
	char path[256];

	gd_quote_buf(path, sizeof(path), w->path, strlen(w->path));
	return gd_error_sys(err, errnum, "%s %s", what, path);
}

/* ACLs need no look of their own: with one, the group bits of the mode are its mask. */
static int check_owner(const struct walk *w, const char *part, const struct stat *st,
		       struct gd_error *err)
{
	if (st->st_uid != 0)
		return distrust(w, part, "is not owned by root", err);
	if (!S_ISLNK(st->st_mode) && (st->st_mode & 022) != 0)
		return distrust(w, part, "can be written by others than root", err);
	return 0;
}

/* @fd is the walk's then; @st is of it. */
static int enter(struct walk *w, const char *part, int fd, const struct stat *st,
		 struct gd_error *err)
{
	if (!S_ISDIR(st->st_mode))
		return distrust(w, part, "is not a folder", err);
	if (w->dir >= 0)
		close(w->dir);
	w->dir = fd;
	return 0;
}

static int enter_root(struct walk *w, struct gd_error *err)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fail(w, errno, "open", err);
	if (fstat(fd, &st) < 0)
		fail(w, errno, "stat", err);
	else if (check_owner(w, "/", &st, err) == 0 && enter(w, "/", fd, &st, err) == 0)
		return 0;
	close(fd);
	return -1;
}

/* The path's rest lies behind the link's text from now on; few paths have one. */
static int follow(struct walk *w, const char *part, int link, struct gd_error *err)
{
	size_t rest = strlen(w->rest), size = PATH_MAX + 1 + rest + 1;
	char *joined;

	if (++w->links > LINKS_MAX)
		return distrust(w, part, "is one symbolic link too many", err);
	joined = malloc(size);
	if (joined == NULL)
		return fail(w, ENOMEM, "open", err);
	ssize_t n = readlinkat(link, "", joined, PATH_MAX);
	if (n <= 0 || n == PATH_MAX || (size_t)n + rest >= 2 * PATH_MAX) {
		int why = n < 0 ? errno : n == 0 ? ENOENT : ENAMETOOLONG;
		free(joined);
		return fail(w, why, "read a link in", err);
	}
	joined[n] = rest > 0 ? '/' : '\0';
	memcpy(joined + n + 1, w->rest, rest + 1);
	bool rooted = joined[0] == '/';
	free(w->joined);
	w->rest = w->joined = joined;
	return rooted ? enter_root(w, err) : 0;
}

static int take_file(struct walk *w, const char *part, const struct stat *st, struct gd_error *err)
{
	if (!S_ISREG(st->st_mode))
		return distrust(w, part, "is not a regular file", err);
	if (st->st_nlink != 1 && !w->links_too)
		return distrust(w, part, "has another hard link", err);
	/*
	 * By name again, not through /proc/self/fd, which need not be mounted. The directory is
	 * root's alone, and the descriptor is compared with what was judged.
	 */
	int fd = openat(w->dir, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat again;
	if (fd < 0)
		return fail(w, errno, "open", err);
	if (fstat(fd, &again) < 0 || again.st_dev != st->st_dev || again.st_ino != st->st_ino ||
	    again.st_mode != st->st_mode || again.st_uid != 0 ||
	    (again.st_nlink != 1 && !w->links_too)) {
		close(fd);
		return distrust(w, part, "changed while it was opened", err);
	}
	w->found = fd;
	return 0;
}

/* One component, taken off w->rest. */
static int step(struct walk *w, struct gd_error *err)
{
	char part[NAME_MAX + 1];
	size_t len = strcspn(w->rest, "/");

	if (len > NAME_MAX)
		return fail(w, ENAMETOOLONG, "open", err);
	memcpy(part, w->rest, len);
	part[len] = '\0';
	bool slash = w->rest[len] == '/';
	w->rest += len;
	w->rest += strspn(w->rest, "/");
	bool last = *w->rest == '\0';

	struct stat st;
	int fd = openat(w->dir, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(w, errno, "open", err);
	int r = fstat(fd, &st) < 0 ? fail(w, errno, "stat", err) : check_owner(w, part, &st, err);
	if (r == 0 && S_ISLNK(st.st_mode))
		r = follow(w, part, fd, err);
	else if (r == 0 && last && !w->want_dir && !slash && !S_ISDIR(st.st_mode))
		r = take_file(w, part, &st, err);
	else if (r == 0 && (r = enter(w, part, fd, &st, err)) == 0)
		return 0;	/* the walk owns it now */
	close(fd);
	return r;
}

static bool is_roots_alone(const struct stat *st)
{
	return st->st_uid == 0 && (st->st_mode & 022) == 0;
}

/*
 * The everyday path, without a link: the same judgement by name, from the root down. What lies in a directory that only
 * root can write can be exchanged by nobody else, so that each next name means what it meant when it was judged. A
 * third of the walk's calls, on every start. -1: not everyday, the walk decides, and has the words.
 */
static int open_plain(const char *path, bool links_too)
{
	char prefix[PATH_MAX];
	struct stat st;
	int fd;

	if (*path != '/' || strlen(path) >= sizeof(prefix) || strstr(path, "/.") || strstr(path, "//"))
		return -1;
	for (const char *slash = path; slash; slash = strchr(slash + 1, '/')) {
		size_t n = slash == path ? 1 : (size_t)(slash - path);
		memcpy(prefix, path, n);
		prefix[n] = '\0';
		if (lstat(prefix, &st) < 0 || !S_ISDIR(st.st_mode) || !is_roots_alone(&st))
			return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_roots_alone(&st) && (st.st_nlink == 1 || links_too))
		return fd;
	close(fd);
	return -1;
}

static int walk_trusted(const char *path, bool want_dir, bool links_too, struct gd_error *err)
{
	int plain = want_dir ? -1 : open_plain(path, links_too);

	struct walk w = {
		.path = path, .dir = -1, .want_dir = want_dir, .links_too = links_too, .found = -1
	};

	if (plain >= 0)
		return plain;
	if (*path != '/')
		return gd_error_set(err, GD_E_INPUT, "'%s' is not an absolute path", path);
	if (strlen(path) >= PATH_MAX)
		return fail(&w, ENAMETOOLONG, "open", err);
	w.rest = path;
	int r = enter_root(&w, err);
	while (r == 0 && w.found < 0 && *(w.rest += strspn(w.rest, "/")) != '\0')
		r = step(&w, err);
	if (r == 0 && w.found < 0 && want_dir) {
		w.found = w.dir;
		w.dir = -1;
	} else if (r == 0 && w.found < 0) {
		r = distrust(&w, path, "is not a regular file", err);
	}
	if (w.dir >= 0)
		close(w.dir);
	free(w.joined);
	return r == 0 ? w.found : -1;
}

int gd_open_trusted(const char *path, struct gd_error *err)
{
	return walk_trusted(path, false, false, err);
}

int gd_open_trusted_program(const char *path, struct gd_error *err)
{
	return walk_trusted(path, false, true, err);
}

int gd_open_trusted_dir(const char *path, struct gd_error *err)
{
	return walk_trusted(path, true, false, err);
}
