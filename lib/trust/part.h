/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of lib/trust: small JSON objects, one row a key, unknown keys refused. */
#ifndef GD_TRUST_PART_H
#define GD_TRUST_PART_H

#include <string.h>

#include "json/pull.h"
#include "trust/trust.h"

struct reader {
	struct gd_pull pull;
	struct gd_arena *arena;
	void *to;
};
struct row {
	const char *key;
	int (*read)(struct reader *r, const struct row *row);
	size_t offset;
	bool needed;
	const struct row *sub;
};

static inline void *gd_trust_place(struct reader *r, const struct row *row)
{
	return (char *)r->to + row->offset;
}

/* May hold NUL, at which gd_strndup would end. */
static inline struct gd_bytes gd_trust_copy(struct gd_bytes b, struct gd_arena *a)
{
	return (struct gd_bytes){ memcpy(gd_alloc(a, b.len + 1), b.data, b.len), b.len };
}

/* The object that comes next. At most 64 rows. */
int gd_trust_read_rows(struct reader *r, const struct row *table);
/* @bytes are scanned, changed in place and lent. */
int gd_trust_read_object(struct gd_bytes bytes, const struct row *table, void *to, struct gd_arena *a,
			 struct gd_error *err);
int gd_trust_read_version(struct reader *r, const struct row *row);
/* 1 to GD_TRUST_TEXT_MAX bytes without control characters. */
int gd_trust_text(struct gd_pull *p, const char **ret);
int gd_trust_severity(const char *name);	/* -1: none of ours */

/* Exactly @want bytes (0: any number up to @max) of strict base64, or -1. */
int gd_trust_base64(struct gd_pull *p, size_t want, size_t max, struct gd_arena *a, struct gd_bytes *ret);
void gd_trust_base64_write(struct gd_buf *b, const void *data, size_t len); /* with its quotes */
void gd_trust_hex(char *ret, const unsigned char *data, size_t len); /* 2 * len digits and NUL */

#endif
