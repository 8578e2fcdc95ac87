/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where values live and die. */
#include "json/value.h"

#include <stdlib.h>
#include <string.h>

struct gd_pool {
	struct gd_pool *next;	/* further pieces of the same pool */
	size_t used, size;
	/*
	 * Of a pool's first piece: its own tree and the copies that share what it holds; the pool
	 * it shares from.
	 */
	size_t refs;
	struct gd_pool *uses;
	_Alignas(max_align_t) char bytes[];
};

#define PIECE_LEAST ((size_t)256)
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
	*p = (struct gd_pool){ .size = size - sizeof(*p), .refs = 1 };
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
	while (first != NULL && --first->refs == 0) {
		struct gd_pool *uses = first->uses, *next;
		for (; first != NULL; first = next) {
			next = first->next;
			free(first);
		}
		first = uses;
	}
}

static struct gd_pool *pool_of(const gd_json *root)
{
	return (struct gd_pool *)((char *)root - offsetof(struct gd_pool, bytes));
}

gd_json *gd_make_root(gd_json *v)
{
	v->home = GD_HOME_ROOT;
	return v;
}

static void *make(struct gd_builder *b, size_t size, enum gd_json_kind kind, size_t n)
{
	struct gd_json_value *v = NULL;

	if (n <= UINT32_MAX)
		v = b != NULL ? gd_pool_alloc(b, size) : malloc(size);
	if (v != NULL)
		*v = (struct gd_json_value){ .kind = (uint8_t)kind, .n = (uint32_t)n,
					     .home = b != NULL ? GD_HOME_POOL : GD_HOME_ALONE };
	return v;
}

struct gd_text *gd_make_text(struct gd_builder *b, enum gd_json_kind kind, const char *s,
			     size_t len)
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
		gd_pool_free(pool_of(v));
	return NULL;
}

/*
 * A copy has containers of its own, which is what gets changed, and shares texts, numbers and keys
 * with the tree that it is a copy of, whose pool lives as long. What was put into that tree later
 * lies elsewhere, and is copied whole (@share false).
 */
struct copier {
	struct gd_builder out;
	bool share;
};

static bool copy_value(struct copier *c, const gd_json *v, gd_json **ret);

static bool is_shared(const struct copier *c, const gd_json *v)
{
	return v == NULL || v->home == GD_HOME_STATIC ||
	       (c->share && v->home == GD_HOME_POOL && v->kind != GD_JSON_ARRAY &&
		v->kind != GD_JSON_OBJECT);
}

static bool copy_array(struct copier *c, const struct gd_array *from, gd_json **ret)
{
	struct gd_array *to = gd_make_array(&c->out, from->head.n);

	for (uint32_t i = 0; to != NULL && i < from->head.n; i++) {
		gd_json *v = from->v[i];
		if (is_shared(c, v))
			to->v[i] = v;
		else if (!copy_value(c, v, &to->v[i]))
			return false;
	}
	*ret = to != NULL ? &to->head : NULL;
	return to != NULL;
}

static const char *copy_key(struct copier *c, const struct gd_member *m)
{
	if (c->share && !m->own_key)
		return m->key;
	char *key = gd_pool_alloc(&c->out, (size_t)m->len + 1);
	return key != NULL ? memcpy(key, m->key, (size_t)m->len + 1) : NULL;
}

static bool copy_object(struct copier *c, const struct gd_object *from, gd_json **ret)
{
	struct gd_object *to = gd_make_object(&c->out, from->live);
	struct gd_member *m = to != NULL ? to->v : NULL;

	for (uint32_t i = 0; to != NULL && i < from->head.n; i++) {
		if (from->v[i].key == NULL)
			continue;
		*m = (struct gd_member){ .key = copy_key(c, &from->v[i]), .len = from->v[i].len };
		if (m->key == NULL || !copy_value(c, from->v[i].value, &m++->value))
			return false;
	}
	*ret = to != NULL ? &to->head : NULL;
	return to != NULL;
}

static bool copy_scalar(struct copier *c, const gd_json *v, gd_json **ret)
{
	const struct gd_text *t = (const struct gd_text *)v;
	const struct gd_int *i = (const struct gd_int *)v;

	if (is_shared(c, v)) {
		*ret = (gd_json *)v;
		return true;
	}
	*ret = v->kind == GD_JSON_INT ? (gd_json *)gd_make_int(&c->out, v->flag, i->u) :
					(gd_json *)gd_make_text(&c->out, v->kind, t->bytes, v->n);
	return *ret != NULL;
}

static bool copy_value(struct copier *c, const gd_json *v, gd_json **ret)
{
	bool share = c->share, done;

	*ret = NULL;
	c->share = share && v != NULL && v->home == GD_HOME_POOL;
	if (gd_json_kind(v) == GD_JSON_ARRAY)
		done = copy_array(c, (const struct gd_array *)v, ret);
	else if (gd_json_kind(v) == GD_JSON_OBJECT)
		done = copy_object(c, (const struct gd_object *)v, ret);
	else
		done = copy_scalar(c, v, ret);
	c->share = share;
	return done;
}

gd_json *gd_json_copy(const gd_json *v)
{
	struct copier c = { .out = { .hint = 0 } };
	gd_json *copy = NULL;
	bool done;

	if (v == NULL || v->home == GD_HOME_STATIC)
		return (gd_json *)v;
	c.share = v->home == GD_HOME_ROOT;
	/* Texts take more than half of a tree, and are shared. */
	c.out.hint = c.share ? pool_of(v)->used / 2 : 0;
	if (v->kind == GD_JSON_ARRAY)
		done = copy_array(&c, (const struct gd_array *)v, &copy);
	else if (v->kind == GD_JSON_OBJECT)
		done = copy_object(&c, (const struct gd_object *)v, &copy);
	else
		done = copy_scalar(&c, v, &copy);
	if (!done) {
		gd_pool_free(c.out.first);
		return NULL;
	}
	if (c.share) {
		c.out.first->uses = pool_of(v);
		pool_of(v)->refs++;
	}
	return gd_make_root(copy);
}
