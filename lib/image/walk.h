/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths resolved below a container's root as chroot would, every link told. Directories are opened from the root by
 * openat2 with no link allowed, O_PATH, and what lies in them is looked at by its one name, never opened: nothing
 * leads out, no FIFO blocks, no device is touched, procfs and other mounts below the root are not entered. A root
 * that changes meanwhile gives one of its states or an error, never a file outside.
 */
#ifndef GD_IMAGE_WALK_H
#define GD_IMAGE_WALK_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/str.h"

#define GD_WALK_LINKS_MAX 40	/* MAXSYMLINKS */

struct gd_walked {
	const char *path;	/* without links; what is missing at its end stands as it was asked for */
	bool there;
	mode_t mode;		/* of what is there */
	bool open_to_all;	/* every directory above it may be entered by everyone */
	struct gd_words links;	/* where each link that was followed lies, itself without links */
};

/*
 * Stop before a component: the walk has come to @so_far and goes on below it. -1 ends the walk with that value;
 * 1: what lies below is not the root's, the rest of the path stands as it is until the next question.
 */
typedef int gd_walk_below(void *ctx, const char *so_far, const char *rest);

/* Directories that were come through, held for the next look: most looks are into few of them. */
#define GD_WALK_DIRS_MAX 48
struct gd_walk_dirs {
	struct { const char *path; size_t len; int fd; } v[GD_WALK_DIRS_MAX]; /* fd: or -errno */
	size_t n;
	uint64_t mount;			/* the root's; anything on another one is -EXDEV */
};

struct gd_walk {
	int root;			/* O_PATH */
	struct gd_walk_dirs *dirs;	/* zeroed at first; gd_walk_done closes */
	gd_walk_below *below;		/* NULL: nobody asks */
	void *ctx;
	bool quick;			/* .open_to_all is not asked for */
};

/*
 * Follow @path (absolute) to its end. 0, also where it is not there (-> there false); -ELOOP, -EXDEV (a mount below
 * the root), -ENAMETOOLONG, -ECANCELED (below said so), or another -errno: it cannot be told.
 */
int gd_walk(const struct gd_walk *w, const char *path, struct gd_arena *a, struct gd_walked *ret);

/* A descriptor for reading the regular file at @path (as gd_walk told it); -errno. */
int gd_walk_open(const struct gd_walk *w, const char *path);

void gd_walk_done(struct gd_walk_dirs *dirs);

#endif
