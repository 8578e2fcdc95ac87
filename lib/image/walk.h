/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths resolved below a container's root as chroot would, every link told. Each step is opened anew from the root by
 * openat2 with no link allowed, O_PATH: nothing leads out, no FIFO blocks, no device is touched, procfs and other
 * mounts below the root are not entered. A root that changes meanwhile gives one of its states or an error, never a
 * file outside.
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
	struct stat st;		/* of what is there */
	bool open_to_all;	/* every directory above it may be entered by everyone */
	struct gd_words links;	/* where each link that was followed lies, itself without links */
};

/*
 * Stop before a component: the walk has come to @so_far and goes on below it. -1 ends the walk with that value;
 * 1: what lies below is not the root's, the rest of the path stands as it is until the next question.
 */
typedef int gd_walk_below(void *ctx, const char *so_far, const char *rest);

struct gd_walk {
	int root;			/* O_PATH */
	gd_walk_below *below;		/* NULL: nobody asks */
	void *ctx;
	bool quick;			/* .open_to_all is not asked for */
};

/*
 * Follow @path (absolute) to its end. 0, also where it is not there (-> there false); -ELOOP, -EXDEV (a mount below the
 * root), -ENAMETOOLONG, -ECANCELED (below said so), or another -errno: it cannot be told.
 */
int gd_walk(const struct gd_walk *w, const char *path, struct gd_arena *a, struct gd_walked *ret);

/* A descriptor for reading the regular file at @path (as gd_walk told it); -errno. */
int gd_walk_open(const struct gd_walk *w, const char *path, struct stat *ret);

#endif
