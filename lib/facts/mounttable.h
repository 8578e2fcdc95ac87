/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mount table of this process, /proc/self/mountinfo (proc_pid_mountinfo(5)), parsed once per
 * launch and only where a source cannot be judged without it. Strings lie in the text, which the
 * arena holds.
 */
#ifndef GD_FACTS_MOUNTTABLE_H
#define GD_FACTS_MOUNTTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define GD_MOUNTINFO_MAX (64u << 20) /* bytes; 10,000 container mounts are 2 MB */

enum gd_mnt_flags {
	GD_MNT_NOSUID = 1,
	GD_MNT_NODEV = 2,
	GD_MNT_RO = 4,
	GD_MNT_SHARED = 8, /* member of a peer group: what is mounted below it shows elsewhere */
	GD_MNT_UNBINDABLE = 16, /* an rbind leaves it out */
};

struct gd_mnt {
	int id, parent;
	unsigned major, minor; /* the file system's */
	unsigned flags;
	const char *root; /* which directory of the file system is mounted; "net:[...]" on nsfs */
	const char *point; /* where, as seen from this process's root */
	const char *fstype, *device,
		*super; /* super: the file system's own options, not unescaped */
};

struct gd_mnt_table {
	const struct gd_mnt *v; /* in the kernel's order */
	size_t n;
	const struct gd_mnt **by_id,
		**by_point; /* sorted; a directory is followed by all that is below it */
};

/* @path NULL: /proc/self/mountinfo. */
int gd_mnt_read(const char *path, struct gd_arena *a, struct gd_mnt_table *ret,
		struct gd_error *err);
/* @text is taken over and changed; NUL behind @len. */
int gd_mnt_parse(char *text, size_t len, struct gd_arena *a, struct gd_mnt_table *ret,
		 struct gd_error *err);

bool gd_mnt_same_fs(const struct gd_mnt *x, const struct gd_mnt *y);
/* NULL where there is none. */
const struct gd_mnt *gd_mnt_by_id(const struct gd_mnt_table *t, int id);
/* Mounts whose mountpoint lies strictly below @path, as a slice of by_point. */
const struct gd_mnt **gd_mnt_below(const struct gd_mnt_table *t, const char *path, size_t *ret_n);
/* @m hangs, over any number of mounts, on the mount @id. */
bool gd_mnt_hangs_on(const struct gd_mnt_table *t, const struct gd_mnt *m, int id);

/*
 * @fd (O_PATH, or of open_tree) is the root of a mount, and nothing is mounted on that mount. Asked
 * of the kernel directly (listmount, Linux 6.8); false where it cannot tell.
 */
bool gd_mnt_is_lone_root(int fd);

/* The mount that @path, without links, lies on. NULL only in an empty table. */
const struct gd_mnt *gd_mnt_over(const struct gd_mnt_table *t, const char *path);

/* Compare paths so that a directory's descendants follow it without a gap. */
int gd_path_order(const char *a, const char *b);

#endif
