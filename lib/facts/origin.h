/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a path of the host really is: opened without magic links, found in the mount table, named by
 * the path of that directory on its file system's own mount, with everything an rbind would carry
 * along.
 */
#ifndef GD_FACTS_ORIGIN_H
#define GD_FACTS_ORIGIN_H

#include <sys/stat.h>

#include "facts/mounttable.h"
#include "facts/places.h"

#define GD_SUBMOUNTS_MAX 4096 /* carried by one source; more are refused */
#define GD_SOCKETS_MAX 256 /* engine sockets looked for in /proc/net/unix */

#define GD_STRAIGHT_MAX \
	32 /* directories remembered to have no link in their path, or to have one */
struct gd_straight {
	const char *dir;
	bool is;
};
struct gd_known_socket {
	const char *path;
	dev_t dev;
	ino_t ino;
};

/* What the host half has found out so far; the costly parts are found when they are first needed.
 */
struct gd_view {
	struct gd_facts *f;
	const struct gd_host_paths *paths;
	struct gd_arena *a;
	struct gd_places places;
	bool has_table, has_dirs, has_sockets;
	struct gd_mnt_table table;
	struct gd_straight straight[GD_STRAIGHT_MAX];
	size_t n_straight;
	struct gd_words dirs; /* engines' and guarded's directories, resolved, that are there */
	struct gd_known_socket *sockets;
	size_t n_sockets;
};

/* An opened path. */
struct gd_held {
	int fd; /* O_PATH | O_CLOEXEC; owned */
	int mnt_id;
	dev_t dev;
	ino_t ino;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	unsigned links;
	const char *path; /* as the kernel names it: links resolved. NULL until gd_held_name */
};

/* openat2 with @resolve (RESOLVE_*) and O_PATH. 0 or -errno; magic links are never followed. */
int gd_hold(int dirfd, const char *path, unsigned long resolve, struct gd_held *ret);
void gd_drop(struct gd_held *h);
/* Fill h->path. 0 or -1: deleted, or not reachable from this root. */
int gd_held_name(struct gd_held *h, struct gd_arena *a);

int gd_view_table(struct gd_view *v, struct gd_error *err);
/*
 * Where @path lies, as if typed; with the table read, bind mounts resolved too. *ret_reached: by
 * what name it is reached, links resolved. NULL: not there.
 */
const char *gd_view_host_path(struct gd_view *v, const char *path, const char **ret_reached,
			      struct stat *ret);
/*
 * @path (as it is reached, on the mount @m, opened as @h), as if typed: where it lies on its file
 * system's own mount. @path itself where no other name leads to the same inode.
 */
const char *gd_view_name(struct gd_view *v, const struct gd_mnt *m, const char *path,
			 const struct gd_held *h);
/* The same for a mount of another process's table, without looking; NULL where the host has none of
 * that. */
const char *gd_view_foreign_name(struct gd_view *v, const struct gd_mnt *theirs,
				 const struct gd_mnt **ret_on);
/* @path is an engine's or guarded's directory, or lies below one. */
bool gd_view_has_dir(struct gd_view *v, const char *path);
void gd_view_dirs(struct gd_view *v);
void gd_view_sockets(struct gd_view *v);

/*
 * The origin of @h (named) first, then with @recursive those of the mounts below it. *ret_mnt is
 * the mount it lies on. 0 or -1.
 */
int gd_origins(struct gd_view *v, const struct gd_held *h, bool recursive,
	       const struct gd_origin **ret, size_t *ret_n, const struct gd_mnt **ret_mnt,
	       struct gd_error *err);

/*
 * The same for a mount of another process's table, which has only the file system and the directory
 * in it: 1, 0 where the host has not mounted that file system, -1.
 */
int gd_origin_of_foreign(struct gd_view *v, const struct gd_mnt *theirs, struct gd_origin *ret,
			 struct gd_error *err);

/* Some component of @path can be written by others than root, sticky or not. */
bool gd_path_is_loose(const char *path);

#endif
