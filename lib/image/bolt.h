/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a bbolt database (containerd's meta.db, Podman's bolt_state.db) that its owner keeps locked and writes to
 * meanwhile: without the lock, in one transaction's view, proven afterwards.
 *
 * Why this is safe: pages are copy-on-write, and what transaction N can reach is not overwritten before N+2 begins,
 * which is after N+1 was made valid by writing its meta page. Whoever read everything and then still finds N's meta
 * page to be the newest has read N and nothing else. Otherwise all is read again.
 *
 * Every number in the file is doubted: a page that lies outside the file, names itself otherwise, or has an element
 * that leaves it is an error (or another try, where the database moved), and no shape of it makes reading endless.
 */
#ifndef GD_IMAGE_BOLT_H
#define GD_IMAGE_BOLT_H

#include <stdint.h>

#include "base/file.h"

#define GD_BOLT_TRIES 1000		/* each takes microseconds; a commit that syncs its disk takes a
					 * thousand times that */
#define GD_BOLT_DEPTH_MAX 32		/* branch pages above one another */
#define GD_BOLT_VISITS_MAX 16384	/* pages looked into in one try, the same one again included */
#define GD_BOLT_PAGE_MAX (16u << 20)	/* bytes of one page with its overflow */
#define GD_BOLT_BYTES_MAX (64u << 20)	/* bytes read in one try */

struct gd_bolt;

/* A bucket as one try sees it; the caller's, to be copied at will, not to be kept beyond the try. */
struct gd_bolt_bucket {
	uint64_t root;			/* page; 0: inline */
	const unsigned char *page;	/* of an inline bucket */
	size_t size;
};

/*
 * What is to be read, all of it in one view. Called again from the beginning where the database changed meanwhile, so
 * it must begin by forgetting; whatever it returns (1, 0, -1) counts only for the view that held.
 */
typedef int gd_bolt_reader(struct gd_bolt *b, void *context, struct gd_error *err);

/*
 * @name below the directory @dirfd (no link followed): a regular file that only root can write. What @read returned;
 * 0 also where the file is not there; -1 with the reason.
 */
int gd_bolt_read(int dirfd, const char *name, gd_bolt_reader *read, void *context, struct gd_arena *a,
		 struct gd_error *err);
/* The same of an open file, whoever's it is. */
int gd_bolt_read_fd(int fd, gd_bolt_reader *read, void *context, struct gd_arena *a, struct gd_error *err);

/*
 * For readers. 1 found, 0 not there (or a bucket where a value was asked for, and the other way round), -1. Values
 * are of the arena, unchanged once gd_bolt_read has returned, not aligned, without a NUL behind.
 * @parent NULL: the root.
 */
int gd_bolt_bucket(struct gd_bolt *b, const struct gd_bolt_bucket *parent, const char *name,
		   struct gd_bolt_bucket *ret, struct gd_error *err);
int gd_bolt_value(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct gd_bytes *ret,
		  struct gd_error *err);
/* Down through the names @path (ended by NULL). */
int gd_bolt_path(struct gd_bolt *b, const char *const *path, struct gd_bolt_bucket *ret, struct gd_error *err);
/* A value as a string; NULL where it is not there or holds a NUL. -1 or 0. */
int gd_bolt_text(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, const char **ret,
		 struct gd_error *err);
/*
 * Every element in the order of keys; @each returns 0 to go on, else what gd_bolt_each returns.
 * Buckets have no .data.
 */
typedef int gd_bolt_visitor(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err);
int gd_bolt_each(struct gd_bolt *b, const struct gd_bolt_bucket *in, gd_bolt_visitor *each, void *context,
		 struct gd_error *err);

#endif
