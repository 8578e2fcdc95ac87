/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings: lists of words, patterns, numbers, and text that must not carry anything with it. */
#ifndef GD_BASE_STR_H
#define GD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A list of borrowed strings; the array lives in an arena. */
struct gd_words {
	const char **v;
	size_t n;
};

void gd_words_add(struct gd_arena *a, struct gd_words *w, const char *s); /* copies nothing */
bool gd_words_has(const struct gd_words *w, const char *s);

bool gd_streq(const char *a, const char *b);	/* NULL equals only NULL */
bool gd_starts(const char *s, const char *prefix);
bool gd_is_hex64(const char *s);	/* 64 digits of 0-9 and a-f and no more: ids, digests; NULL is none */
bool gd_ends(const char *s, const char *suffix);

/*
 * Glob over names and absolute paths. '*' matches within one component (never '/'), '?' one
 * character that is not '/', '**' as a whole component anything below, and a pattern that ends in
 * such a component matches the folder itself too. No brackets, no escapes: a policy is read by
 * people. Linear time in the number of '*'. In a string with a '/', no wildcard matches an empty
 * component ("/x/" is not in "/x/" followed by a star), and none ever matches "." or ".." where a
 * path was not cleaned.
 */
bool gd_glob(const char *pattern, const char *s);
/* True where every string that @inner matches is matched by @outer. False when in doubt. */
bool gd_glob_covers(const char *outer, const char *inner);

/*
 * A whole-string decimal without sign, leading zeros (but "0") or spaces. 0 or -1; *ret is written
 * on success only.
 */
int gd_parse_u64(const char *s, uint64_t *ret);
int gd_parse_i64(const char *s, int64_t *ret);

/*
 * Quote what a user wrote for a one-line message: single quotes, control characters, quotes,
 * backslashes and bytes outside printable ASCII as \xNN, cut to @max bytes with "...". The words by
 * which Docker and Podman choose exit codes (engine-facts 2.6) are broken up with a soft mark so
 * that no value can pose as another failure.
 */
char *gd_quote(struct gd_arena *a, const char *s, size_t max);

/* The same into a buffer of @size (at least 16) bytes, for where no arena is; @s may hold NUL. */
void gd_quote_buf(char *ret, size_t size, const char *s, size_t len);

/* In place: the same words, in a whole message, joined by '-' ("permission-denied"). Returns @s. */
char *gd_soften(char *s);

/* The nearest of @words by edit distance, or NULL where none is near enough to be a slip. */
const char *gd_nearest(const char *word, const char *const *words, size_t n);

/* Lexical cleaning of an absolute path as Go's filepath.Clean does: no "//", "/./", "/../". */
char *gd_path_clean(struct gd_arena *a, const char *path);
/* @path is @dir or below it, both clean. */
bool gd_path_within(const char *path, const char *dir);

#endif
