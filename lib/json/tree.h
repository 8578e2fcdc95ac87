/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON values. One rule of ownership: a value has exactly one owner, either its container or the
 * caller who made it. How they are kept is known to lib/json alone (json/value.h).
 *
 * Getters lend: what they return lives as long as the tree and is not changed. They are total:
 * asked of a value of another kind (or NULL) they return NULL, 0 or the fallback, never crash.
 */
#ifndef GD_JSON_TREE_H
#define GD_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

typedef struct gd_json_value gd_json; /* NULL is JSON's null and also "absent"; see gd_json_has */

enum gd_json_kind {
	GD_JSON_NULL, GD_JSON_BOOL, GD_JSON_INT, GD_JSON_FRACTION, GD_JSON_STRING, GD_JSON_ARRAY,
	GD_JSON_OBJECT,
};

/*
 * Parse bytes that gd_json_scan has passed. The root is an object. Owned by the caller.
 */
int gd_json_parse(const char *bytes, size_t len, gd_json **ret, struct gd_error *err);
gd_json *gd_json_free(gd_json *v);		/* NULL is fine; always returns NULL */
gd_json *gd_json_copy(const gd_json *v);	/* deep; owned by the caller */
bool gd_json_equal(const gd_json *a, const gd_json *b); /* order of arrays counts, of keys not */

enum gd_json_kind gd_json_kind(const gd_json *v);
const char *gd_json_kind_name(enum gd_json_kind k); /* "a string" */

/* Objects */
gd_json *gd_json_get(const gd_json *obj, const char *key);	/* NULL: absent or null */
bool gd_json_has(const gd_json *obj, const char *key);		/* true for null too */
size_t gd_json_members(const gd_json *obj);
/*
 * Walk in the order of the document: struct gd_json_iter it = {0}; while (gd_json_next(obj, &it)).
 * The member that was just returned may be removed or replaced meanwhile; nothing may be added.
 */
struct gd_json_iter {
	const char *key;
	gd_json *value;
	size_t at;
};
bool gd_json_next(const gd_json *obj, struct gd_json_iter *it);

/* Arrays */
size_t gd_json_len(const gd_json *arr);
gd_json *gd_json_at(const gd_json *arr, size_t i);

/* Scalars */
const char *gd_json_str(const gd_json *v);			/* NULL where not a string */
const char *gd_json_get_str(const gd_json *obj, const char *key);
bool gd_json_bool(const gd_json *v, bool fallback);
bool gd_json_get_bool(const gd_json *obj, const char *key);	/* absent: false */
/* false where @v is not an integer in the range of the type. */
bool gd_json_i64(const gd_json *v, int64_t *ret);
bool gd_json_u64(const gd_json *v, uint64_t *ret);

/* The digits as they were written ("1.10"); NULL where not a fraction. */
const char *gd_json_fraction(const gd_json *v);

/*
 * Makers; owned by the caller until put somewhere. When memory ends they return NULL, and the
 * setters fail on NULL, so that one check at the end of a chain is enough.
 */
gd_json *gd_json_new_obj(void);
gd_json *gd_json_new_arr(void);
gd_json *gd_json_new_str(const char *s);
gd_json *gd_json_new_i64(int64_t v);
gd_json *gd_json_new_u64(uint64_t v);
gd_json *gd_json_new_bool(bool v);

/* Setters take the value, also when they fail (it is freed then). 0 or -1. @v NULL fails. */
int gd_json_set(gd_json *obj, const char *key, gd_json *v);	/* replaces in place, keeps order */
int gd_json_set_null(gd_json *obj, const char *key);
int gd_json_push(gd_json *arr, gd_json *v);
int gd_json_insert(gd_json *arr, size_t i, gd_json *v);
int gd_json_replace(gd_json *arr, size_t i, gd_json *v);
void gd_json_remove(gd_json *obj, const char *key);
void gd_json_remove_at(gd_json *arr, size_t i);
/*
 * obj[key], made (as an object or array) where absent or null. NULL when out of memory or of
 * another kind.
 */
gd_json *gd_json_obj_in(gd_json *obj, const char *key);
gd_json *gd_json_arr_in(gd_json *obj, const char *key);

/* RFC 6901; NULL where nothing is there. */
gd_json *gd_json_pointer(const gd_json *root, const char *pointer);
/* Append "/key" with its ~ and / escaped. */
void gd_json_pointer_add(struct gd_buf *b, const char *key);

/*
 * Canonical bytes: no spaces, keys in the order of the document, slashes not escaped, numbers as
 * they were written. Lives in @a.
 */
int gd_json_bytes(const gd_json *v, struct gd_arena *a, const char **ret, size_t *ret_len);
void gd_json_append(struct gd_buf *b, const gd_json *v); /* the same, behind what @b holds */
int gd_json_pretty(const gd_json *v, struct gd_arena *a, const char **ret, size_t *ret_len);

/*
 * The difference as an RFC 6902 patch (an array; owned by the caller): for the audit record and
 * `check`. Says what was really changed, independent of what any control claims.
 */
int gd_json_diff(const gd_json *from, const gd_json *to, struct gd_arena *a, gd_json **ret);

#endif
