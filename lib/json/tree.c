/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/tree.h"

#include <string.h>

#include "json/value.h"

enum gd_json_kind gd_json_kind(const gd_json *v)
{
	return v != NULL ? (enum gd_json_kind)v->kind : GD_JSON_NULL;
}

const char *gd_json_kind_name(enum gd_json_kind k)
{
	static const char *const names[] = {
		[GD_JSON_NULL] = "null", [GD_JSON_BOOL] = "true or false",
		[GD_JSON_INT] = "a number",
		[GD_JSON_FRACTION] = "a fraction", [GD_JSON_STRING] = "a string",
		[GD_JSON_ARRAY] = "an array", [GD_JSON_OBJECT] = "an object",
	};

	return names[k];
}

gd_json *gd_json_get(const gd_json *obj, const char *key)
{
	const struct gd_object *o = gd_as_object(obj);
	const struct gd_member *m = o != NULL ? gd_member_find(o, key, strlen(key)) : NULL;

	return m != NULL ? m->value : NULL;
}

bool gd_json_has(const gd_json *obj, const char *key)
{
	const struct gd_object *o = gd_as_object(obj);

	return o != NULL && gd_member_find(o, key, strlen(key)) != NULL;
}

size_t gd_json_members(const gd_json *obj)
{
	const struct gd_object *o = gd_as_object(obj);

	return o != NULL ? o->live : 0;
}

bool gd_json_next(const gd_json *obj, struct gd_json_iter *it)
{
	const struct gd_object *o = gd_as_object(obj);

	while (o != NULL && it->at < o->head.n) {
		const struct gd_member *m = &o->v[it->at++];
		if (m->key == NULL)
			continue;
		it->key = m->key;
		it->value = m->value;
		return true;
	}
	return false;
}

size_t gd_json_len(const gd_json *arr)
{
	const struct gd_array *a = gd_as_array(arr);

	return a != NULL ? a->head.n : 0;
}

gd_json *gd_json_at(const gd_json *arr, size_t i)
{
	const struct gd_array *a = gd_as_array(arr);

	return a != NULL && i < a->head.n ? a->v[i] : NULL;
}

static const char *text_of(const gd_json *v, enum gd_json_kind kind)
{
	return gd_json_kind(v) == kind ? ((const struct gd_text *)v)->bytes : NULL;
}

const char *gd_json_str(const gd_json *v)
{
	return text_of(v, GD_JSON_STRING);
}

const char *gd_json_get_str(const gd_json *obj, const char *key)
{
	return gd_json_str(gd_json_get(obj, key));
}

bool gd_json_bool(const gd_json *v, bool fallback)
{
	return gd_json_kind(v) == GD_JSON_BOOL ? v->flag : fallback;
}

bool gd_json_get_bool(const gd_json *obj, const char *key)
{
	return gd_json_bool(gd_json_get(obj, key), false);
}

bool gd_json_i64(const gd_json *v, int64_t *ret)
{
	const struct gd_int *i = (const struct gd_int *)v;

	if (gd_json_kind(v) != GD_JSON_INT || (!v->flag && i->u > INT64_MAX))
		return false;
	*ret = (int64_t)i->u;
	return true;
}

bool gd_json_u64(const gd_json *v, uint64_t *ret)
{
	if (gd_json_kind(v) != GD_JSON_INT || v->flag)
		return false;
	*ret = ((const struct gd_int *)v)->u;
	return true;
}

const char *gd_json_fraction(const gd_json *v)
{
	return text_of(v, GD_JSON_FRACTION);
}
