/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and changing values. */
#include <stdlib.h>
#include <string.h>

#include "json/value.h"

gd_json *gd_json_new_obj(void)
{
	return (gd_json *)gd_make_object(NULL, 0);
}

gd_json *gd_json_new_arr(void)
{
	return (gd_json *)gd_make_array(NULL, 0);
}

gd_json *gd_json_new_str(const char *s)
{
	return s != NULL ? (gd_json *)gd_make_text(NULL, GD_JSON_STRING, s, strlen(s)) : NULL;
}

gd_json *gd_json_new_i64(int64_t v)
{
	return (gd_json *)gd_make_int(NULL, v < 0, (uint64_t)v);
}

gd_json *gd_json_new_u64(uint64_t v)
{
	return (gd_json *)gd_make_int(NULL, false, v);
}

gd_json *gd_json_new_bool(bool v)
{
	return gd_make_bool(v);
}

/* A setter that fails has taken the value all the same. */
static int drop(gd_json *v)
{
	gd_json_free(v);
	return -1;
}

static int set(struct gd_object *o, const char *key, gd_json *v)
{
	struct gd_member m = { .value = v, .own_key = true }, *old;
	size_t len = strlen(key);

	if (o == NULL || len > UINT32_MAX)
		return drop(v);
	if ((old = gd_member_find(o, key, len)) != NULL) {
		gd_json_free(old->value);
		old->value = v;
		return 0;
	}
	m.len = (uint32_t)len;
	if ((m.key = strdup(key)) != NULL && gd_member_add(o, &m) == 0)
		return 0;
	free((char *)m.key);
	return drop(v);
}

int gd_json_set(gd_json *obj, const char *key, gd_json *v)
{
	return v != NULL ? set(gd_as_object(obj), key, v) : -1;
}

int gd_json_set_null(gd_json *obj, const char *key)
{
	return set(gd_as_object(obj), key, NULL);
}

static bool make_room(struct gd_array *a)
{
	uint32_t cap = a->head.n < 4 ? 8 : a->head.n * 2;
	gd_json **v;

	if (a->head.n < a->cap)
		return true;
	if (a->head.n > UINT32_MAX / 2 || (v = reallocarray(NULL, cap, sizeof(*v))) == NULL)
		return false;
	if (a->head.n > 0)
		memcpy(v, a->v, a->head.n * sizeof(*v));
	if (a->cap > 0)
		free(a->v);
	a->v = v;
	a->cap = cap;
	return true;
}

int gd_json_insert(gd_json *arr, size_t i, gd_json *v)
{
	struct gd_array *a = gd_as_array(arr);

	if (v == NULL || a == NULL || i > a->head.n || !make_room(a))
		return drop(v);
	memmove(a->v + i + 1, a->v + i, (a->head.n - i) * sizeof(*a->v));
	a->v[i] = v;
	a->head.n++;
	return 0;
}

int gd_json_push(gd_json *arr, gd_json *v)
{
	return gd_json_insert(arr, gd_json_len(arr), v);
}

int gd_json_replace(gd_json *arr, size_t i, gd_json *v)
{
	struct gd_array *a = gd_as_array(arr);

	if (v == NULL || a == NULL || i >= a->head.n)
		return drop(v);
	gd_json_free(a->v[i]);
	a->v[i] = v;
	return 0;
}

void gd_json_remove(gd_json *obj, const char *key)
{
	struct gd_object *o = gd_as_object(obj);
	struct gd_member *m = o != NULL ? gd_member_find(o, key, strlen(key)) : NULL;

	if (m == NULL)
		return;
	/*
	 * Its place stays empty, so that an index and whoever walks the members stay right. @key
	 * may be its own.
	 */
	gd_json_free(m->value);
	if (m->own_key)
		free((char *)m->key);
	*m = (struct gd_member){ .key = NULL };
	o->live--;
}

void gd_json_remove_at(gd_json *arr, size_t i)
{
	struct gd_array *a = gd_as_array(arr);

	if (a == NULL || i >= a->head.n)
		return;
	gd_json_free(a->v[i]);
	memmove(a->v + i, a->v + i + 1, (a->head.n - i - 1) * sizeof(*a->v));
	a->head.n--;
}

static gd_json *make_in(gd_json *obj, const char *key, gd_json *(*make)(void),
			enum gd_json_kind kind)
{
	gd_json *v = gd_json_get(obj, key);

	if (v != NULL)
		return gd_json_kind(v) == kind ? v : NULL;
	v = make();
	return gd_json_set(obj, key, v) == 0 ? v : NULL;
}

gd_json *gd_json_obj_in(gd_json *obj, const char *key)
{
	return make_in(obj, key, gd_json_new_obj, GD_JSON_OBJECT);
}

gd_json *gd_json_arr_in(gd_json *obj, const char *key)
{
	return make_in(obj, key, gd_json_new_arr, GD_JSON_ARRAY);
}
