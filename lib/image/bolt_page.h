/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bbolt file's pages and their elements (bolt_page.c); for bolt.c, which knows buckets. */
#ifndef GD_IMAGE_BOLT_PAGE_H
#define GD_IMAGE_BOLT_PAGE_H

#include <stdbool.h>

#include "image/bolt.h"

#define GD_BOLT_BRANCH 1
#define GD_BOLT_LEAF 2
#define GD_BOLT_LEAF_BUCKET 1
#define GD_BOLT_META_SIZE 64

struct gd_bolt_held {
	uint64_t id;
	char *data;
	size_t size, room;
};

struct gd_bolt {
	int fd;
	struct gd_arena *arena;
	unsigned char meta[GD_BOLT_META_SIZE];	/* of the view */
	size_t page_size;
	uint64_t pages;			/* in use; ids are below */
	uint64_t root;
	struct gd_bolt_held *held;	/* pages of this view; those behind .n are of an earlier try, to
					 * be filled again */
	size_t n, n_ever;
	size_t visits, bytes;
};

struct gd_bolt_page {
	const unsigned char *data;
	size_t size;
	unsigned flags, count;
};

/* One element of a page. */
struct gd_bolt_element {
	uint32_t flags;
	uint64_t child;		/* of a branch */
	struct gd_bytes key, value;
};

uint64_t gd_bolt_number(const unsigned char *p, int bytes);
int gd_bolt_broken(struct gd_error *err, const char *what); /* -1 */

/* A view begins: of the newest valid meta page. */
int gd_bolt_begin(struct gd_bolt *b, struct gd_error *err);
/* What was read since is of one transaction. */
bool gd_bolt_held_still(const struct gd_bolt *b);

/* One page more was looked into. */
int gd_bolt_visit(struct gd_bolt *b, struct gd_error *err);
int gd_bolt_check_page(const unsigned char *data, size_t size, struct gd_bolt_page *ret, struct gd_error *err);
int gd_bolt_get_page(struct gd_bolt *b, uint64_t id, struct gd_bolt_page *ret, struct gd_error *err);
/* @i < count. */
int gd_bolt_element(const struct gd_bolt_page *p, unsigned i, struct gd_bolt_element *ret, struct gd_error *err);
/* The first element whose key is @key or behind it; count where none is. @exact says which. */
int gd_bolt_search(const struct gd_bolt_page *p, const char *key, size_t len, unsigned *ret, bool *exact,
		   struct gd_error *err);

#endif
