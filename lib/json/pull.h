/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading JSON straight from its bytes into structs, without a tree: for policies, the applied
 * file and guarded.json. A launch reads one policy of a few kilobytes in a few microseconds this
 * way, and every error knows its line and column.
 *
 * The bytes have passed gd_json_scan, or were written by us and verified by their digest. The
 * reader does not repeat the scanner's checks, but never leaves the bytes, whatever they are.
 * Strings are decoded in place: the bytes belong to the reader and must live as long as what was
 * read.
 */
#ifndef GD_JSON_PULL_H
#define GD_JSON_PULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct gd_pull {
	char *start, *at, *end;
	const char *origin;	/* the same bytes untouched, to count lines in; NULL: errors give the offset */
	struct gd_error *err;
	unsigned depth;
};

void gd_pull_init(struct gd_pull *p, char *bytes, size_t len, const char *origin,
		  struct gd_error *err);

/* What the next value begins with: '{' '[' '"' 't' 'f' 'n' '0' (any number), or 0 at the end. */
char gd_pull_peek(struct gd_pull *p);
/* Offset of the next value, for errors later on. */
size_t gd_pull_here(struct gd_pull *p);

/* All return -1 with the error set where the value is of another kind. */
int gd_pull_object(struct gd_pull *p);			/* enter */
int gd_pull_key(struct gd_pull *p, char **ret, size_t *ret_at);	/* 1: a value follows; 0: left the object */
int gd_pull_array(struct gd_pull *p);			/* enter */
int gd_pull_item(struct gd_pull *p);			/* 1: a value follows; 0: left the array */
int gd_pull_str(struct gd_pull *p, char **ret);
int gd_pull_bool(struct gd_pull *p, bool *ret);
int gd_pull_i64(struct gd_pull *p, int64_t *ret);
bool gd_pull_null(struct gd_pull *p);			/* true and past it where the value is null */
int gd_pull_skip(struct gd_pull *p);			/* any value */

/* Line and column, from 1, of the byte at @at; characters are counted, not bytes. */
void gd_pull_position(const char *origin, size_t at, size_t *ret_line, size_t *ret_column);
/* "line 3, column 14: " and the text, as the scanner says it. Returns -1. */
int gd_pull_fail(const struct gd_pull *p, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * "unknown WHAT 'word', did you mean 'ward'?", or all of @known where none is near. Returns -1.
 */
int gd_pull_unknown(const struct gd_pull *p, size_t at, const char *what, const char *word,
		    const struct gd_words *known, struct gd_arena *a);

#endif
