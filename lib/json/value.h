/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How values are kept; for lib/json alone.
 *
 * Own code where a library would do, and therefore argued: the scanner's lexer and the writer are
 * ours for exactness, and json-c was left with keeping the values, each in two or three
 * allocations: 80 of the 220 page faults of a create, 1.76 against 1.40 ms beside a shell
 * wrapper's 0.78 in the same run, which is the difference between over and within the limit of a
 * launch. json-c stays as the second reader that the fuzzer compares every accepted document with.
 *
 * A tree that was parsed or copied lies in one pool: a launch makes a thousand values, and what
 * costs there are the pages that are touched. A value that a maker made is an allocation of its
 * own; either may hold the other, and gd_json_free of the outermost frees all. Values never move:
 * what a getter lent stays good while the tree around it grows.
 */
#ifndef GD_JSON_VALUE_H
#define GD_JSON_VALUE_H

#include "json/tree.h"

/* What frees a value. */
enum gd_home {
	GD_HOME_POOL,	/* the pool that it lies in */
	GD_HOME_ALONE,	/* gd_json_free */
	GD_HOME_ROOT,	/* gd_json_free, with the pool at whose beginning it lies */
	GD_HOME_STATIC,	/* nobody */
};

struct gd_json_value {
	uint8_t kind;		/* enum gd_json_kind */
	uint8_t home;
	bool flag;		/* true; a number below zero */
	uint32_t n;		/* bytes of a text, elements, members (removed ones too) */
};

struct gd_text {		/* string or fraction */
	struct gd_json_value head;
	char bytes[];		/* NUL behind .n of them */
};

struct gd_int {
	struct gd_json_value head;
	uint64_t u;		/* as int64_t where head.flag */
};

struct gd_array {
	struct gd_json_value head;
	uint32_t cap;		/* 0: .v lies in the pool; else malloc'ed for so many */
	gd_json **v;
};

struct gd_member {
	const char *key;	/* NULL: removed */
	gd_json *value;
	uint32_t len;		/* of the key */
	bool own_key;		/* malloc'ed */
};

struct gd_object {
	struct gd_json_value head;
	uint32_t cap;		/* as gd_array's */
	uint32_t live;		/* members that are not removed */
	struct gd_member *v;
	struct gd_index *index;	/* NULL until one is worth its while */
};

struct gd_pool;

/*
 * A pool while it is filled, {0} at first. .hint: bytes that the whole tree may need, or 0.
 * gd_pool_alloc returns NULL when memory ends; the pool is then still the caller's to free.
 */
struct gd_builder {
	struct gd_pool *first, *last;
	size_t hint;
};
void *gd_pool_alloc(struct gd_builder *b, size_t size);
void gd_pool_free(struct gd_pool *first);

/* In the pool, or (@b NULL) alone; NULL when memory ends. */
struct gd_text *gd_make_text(struct gd_builder *b, enum gd_json_kind kind, const char *s,
			     size_t len);
struct gd_int *gd_make_int(struct gd_builder *b, bool minus, uint64_t u);
struct gd_array *gd_make_array(struct gd_builder *b, size_t n);
struct gd_object *gd_make_object(struct gd_builder *b, size_t n);
gd_json *gd_make_bool(bool v);

/* The pool's first value, which gd_json_free will be given. */
gd_json *gd_make_root(gd_json *v);

/* NULL: not there. */
struct gd_member *gd_member_find(const struct gd_object *o, const char *key, size_t len);
/* Two members of one key among all; for an object whose members were put in place unlooked at. */
bool gd_object_has_twins(struct gd_object *o);
/* Behind the last one; *@m is copied, its key and value are the object's then. -1 out of memory. */
int gd_member_add(struct gd_object *o, const struct gd_member *m);

static inline struct gd_object *gd_as_object(const gd_json *v)
{
	return v != NULL && v->kind == GD_JSON_OBJECT ? (struct gd_object *)v : NULL;
}

static inline struct gd_array *gd_as_array(const gd_json *v)
{
	return v != NULL && v->kind == GD_JSON_ARRAY ? (struct gd_array *)v : NULL;
}

#endif
