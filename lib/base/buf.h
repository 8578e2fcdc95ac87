/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text that grows in an arena; used for messages, records and serialised documents. */
#ifndef GD_BASE_BUF_H
#define GD_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct gd_buf {
	struct gd_arena *arena;
	char *data;	/* NUL behind len; NULL while empty */
	size_t len, cap;
};

void gd_buf_bytes(struct gd_buf *b, const char *data, size_t len);
void gd_buf_str(struct gd_buf *b, const char *s);
void gd_buf_fmt(struct gd_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gd_buf_enlarge(struct gd_buf *b, size_t more);
/* Room for @more bytes and the NUL, so that a caller may write them itself and add to len. */
static inline void gd_buf_reserve(struct gd_buf *b, size_t more)
{
	if (b->cap - b->len <= more)
		gd_buf_enlarge(b, more);
}
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void gd_buf_json_str(struct gd_buf *b, const char *s);
void gd_buf_json(struct gd_buf *b, const char *s, size_t len); /* the same, may hold NUL */

#endif
