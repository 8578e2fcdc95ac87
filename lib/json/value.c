/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where values live and die. */
#include "json/value.h"

#include <stdlib.h>
#include <string.h>

struct gd_pool {
	struct gd_pool *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

#define PIECE_LEAST ((size_t)4 << 10)
#define PIECE_MOST ((size_t)1 << 20)

static struct gd_pool *add_piece(struct gd_builder *b, size_t need)
{
	size_t size = b->last == NULL ? b->hint : b->last->size * 2;
	struct gd_pool *p;

	size = size < PIECE_LEAST ? PIECE_LEAST : size > PIECE_MOST ? PIECE_MOST : size;
	if (GD_SANITIZED || size < need)
		size = need;
	if (__builtin_add_overflow(size, sizeof(*p), &size) || (p = malloc(size)) == NULL)
		return NULL;
	p->next = NULL;
	p->used = 0;
	p->size = size - sizeof(*p);
	if (b->last != NULL)
		b->last->next = p;
	else
		b->first = p;
	return b->last = p;
}

void *gd_pool_alloc(struct gd_builder *b, size_t size)
{
	const size_t align = sizeof(void *);	/* no value needs more */
	struct gd_pool *p = b->last;

	if (size > SIZE_MAX - align)
		return NULL;
	size = (size + align - 1) & ~(align - 1);
	if ((p == NULL || p->size - p->used < size) && (p = add_piece(b, size)) == NULL)
		return NULL;
	void *ret = p->bytes + p->used;
	p->used += size;
	return ret;
}

void gd_pool_free(struct gd_pool *first)
{
	while (first != NULL) {
		struct gd_pool *next = first->next;
		free(first);
		first = next;
	}
}

gd_json *gd_make_root(gd_json *v)
{
	v->home = GD_HOME_ROOT;
	return v;
}

static void *make(struct gd_builder *b, size_t size, enum gd_json_kind kind, size_t n)
{
	struct gd_json_value *v = n > UINT32_MAX ? NULL : b != NULL ? gd_pool_alloc(b, size) : malloc(size);

	if (v != NULL)
		*v = (struct gd_json_value){ .kind = (uint8_t)kind, .n = (uint32_t)n,
					     .home = b != NULL ? GD_HOME_POOL : GD_HOME_ALONE };
	return v;
}

struct gd_text *gd_make_text(struct gd_builder *b, enum gd_json_kind kind, const char *s, size_t len)
{
	struct gd_text *t = make(b, sizeof(*t) + len + 1, kind, len);

	if (t != NULL) {
		memcpy(t->bytes, s, len);
		t->bytes[len] = '\0';
	}
	return t;
}

struct gd_int *gd_make_int(struct gd_builder *b, bool minus, uint64_t u)
{
	struct gd_int *i = make(b, sizeof(*i), GD_JSON_INT, 0);

	if (i != NULL) {
		i->head.flag = minus;
		i->u = u;
	}
	return i;
}

/* The list is there, and what is in it not yet. Alone, lists are empty and grow. */
struct gd_array *gd_make_array(struct gd_builder *b, size_t n)
{
	struct gd_array *a = make(b, sizeof(*a), GD_JSON_ARRAY, n);

	if (a == NULL)
		return NULL;
	a->cap = 0;
	a->v = NULL;
	if (n > 0 && (a->v = gd_pool_alloc(b, n * sizeof(*a->v))) == NULL)
		return NULL;
	return a;
}

struct gd_object *gd_make_object(struct gd_builder *b, size_t n)
{
	struct gd_object *o = make(b, sizeof(*o), GD_JSON_OBJECT, n);

	if (o == NULL)
		return NULL;
	o->cap = 0;
	o->live = (uint32_t)n;
	o->v = NULL;
	o->index = NULL;
	if (n > 0 && (o->v = gd_pool_alloc(b, n * sizeof(*o->v))) == NULL)
		return NULL;
	return o;
}

gd_json *gd_make_bool(bool v)
{
	static const struct gd_json_value both[2] = {
		{ .kind = GD_JSON_BOOL, .home = GD_HOME_STATIC },
		{ .kind = GD_JSON_BOOL, .home = GD_HOME_STATIC, .flag = true },
	};

	return (gd_json *)&both[v];	/* nothing writes to a scalar once it is made */
}

static void free_inside(gd_json *v)
{
	struct gd_array *a = gd_as_array(v);
	struct gd_object *o = gd_as_object(v);

	for (uint32_t i = 0; a != NULL && i < a->head.n; i++)
		gd_json_free(a->v[i]);
	if (a != NULL && a->cap > 0)
		free(a->v);
	for (uint32_t i = 0; o != NULL && i < o->head.n; i++) {
		gd_json_free(o->v[i].value);
		if (o->v[i].own_key)
			free((char *)o->v[i].key);
	}
	if (o != NULL) {
		free(o->index);
		if (o->cap > 0)
			free(o->v);
	}
}

gd_json *gd_json_free(gd_json *v)
{
	if (v == NULL || v->home == GD_HOME_STATIC)
		return NULL;
	free_inside(v);
	if (v->home == GD_HOME_ALONE)
		free(v);
	else if (v->home == GD_HOME_ROOT)
		gd_pool_free((struct gd_pool *)((char *)v - offsetof(struct gd_pool, bytes)));
	return NULL;
}

static bool copy_value(struct gd_builder *b, const gd_json *v, gd_json **ret);

static bool copy_array(struct gd_builder *b, const struct gd_array *from, gd_json **ret)
{
	struct gd_array *to = gd_make_array(b, from->head.n);

	for (uint32_t i = 0; to != NULL && i < from->head.n; i++)
		if (!copy_value(b, from->v[i], &to->v[i]))
			return false;
	*ret = to != NULL ? &to->head : NULL;
	return to != NULL;
}

static bool copy_object(struct gd_builder *b, const struct gd_object *from, gd_json **ret)
{
	struct gd_object *to = gd_make_object(b, from->live);
	struct gd_member *m = to != NULL ? to->v : NULL;

	for (uint32_t i = 0; to != NULL && i < from->head.n; i++) {
		if (from->v[i].key == NULL)
			continue;
		char *key = gd_pool_alloc(b, (size_t)from->v[i].len + 1);
		if (key == NULL)
			return false;
		memcpy(key, from->v[i].key, (size_t)from->v[i].len + 1);
		*m = (struct gd_member){ .key = key, .len = from->v[i].len };
		if (!copy_value(b, from->v[i].value, &m++->value))
			return false;
	}
	*ret = to != NULL ? &to->head : NULL;
	return to != NULL;
}

static bool copy_value(struct gd_builder *b, const gd_json *v, gd_json **ret)
{
	const struct gd_text *t = (const struct gd_text *)v;
	const struct gd_int *i = (const struct gd_int *)v;

	*ret = NULL;
	switch (gd_json_kind(v)) {
	case GD_JSON_NULL:
		return true;
	case GD_JSON_BOOL:
		*ret = gd_make_bool(v->flag);
		return true;
	case GD_JSON_INT:
		*ret = (gd_json *)gd_make_int(b, v->flag, i->u);
		return *ret != NULL;
	case GD_JSON_FRACTION:
	case GD_JSON_STRING:
		*ret = (gd_json *)gd_make_text(b, v->kind, t->bytes, v->n);
		return *ret != NULL;
	case GD_JSON_ARRAY:
		return copy_array(b, (const struct gd_array *)v, ret);
	case GD_JSON_OBJECT:
		return copy_object(b, (const struct gd_object *)v, ret);
	}
	return false;
}

gd_json *gd_json_copy(const gd_json *v)
{
	/* The copy of a document; what is smaller leaves the rest of its piece untouched. */
	struct gd_builder b = { .hint = (size_t)64 << 10 };
	gd_json *copy;

	if (v == NULL)
		return NULL;
	if (!copy_value(&b, v, &copy)) {
		gd_pool_free(b.first);
		return NULL;
	}
	return copy->home == GD_HOME_STATIC ? copy : gd_make_root(copy);
}
