/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and changing values. With tree.c the only one that knows json-c. */
#include <json-c/arraylist.h>
#include <json-c/json_object.h>
#include <string.h>

#include "json/tree.h"

gd_json *gd_json_new_obj(void)
{
	return json_object_new_object();
}

gd_json *gd_json_new_arr(void)
{
	return json_object_new_array();
}

gd_json *gd_json_new_str(const char *s)
{
	return s != NULL ? json_object_new_string(s) : NULL;
}

gd_json *gd_json_new_i64(int64_t v)
{
	return json_object_new_int64(v);
}

gd_json *gd_json_new_u64(uint64_t v)
{
	return v <= INT64_MAX ? json_object_new_int64((int64_t)v) : json_object_new_uint64(v);
}

gd_json *gd_json_new_bool(bool v)
{
	return json_object_new_boolean(v);
}

/* json-c takes a value's reference only when it succeeds; ours are taken in any case. */
static int taken(int r, gd_json *v)
{
	if (r == 0)
		return 0;
	json_object_put(v);
	return -1;
}

int gd_json_set(gd_json *obj, const char *key, gd_json *v)
{
	if (v == NULL || !json_object_is_type(obj, json_type_object))
		return taken(-1, v);
	return taken(json_object_object_add(obj, key, v), v);
}

int gd_json_set_null(gd_json *obj, const char *key)
{
	return json_object_is_type(obj, json_type_object) ? json_object_object_add(obj, key, NULL)
							  : -1;
}

int gd_json_push(gd_json *arr, gd_json *v)
{
	if (v == NULL || !json_object_is_type(arr, json_type_array))
		return taken(-1, v);
	return taken(json_object_array_add(arr, v), v);
}

int gd_json_insert(gd_json *arr, size_t i, gd_json *v)
{
	size_t n = gd_json_len(arr);

	if (i > n)
		return taken(-1, v);
	if (gd_json_push(arr, v) < 0)
		return -1;
	/* json-c 0.16 has no insert: the pointers are rotated where they lie. */
	void **items = json_object_get_array(arr)->array;
	memmove(items + i + 1, items + i, (n - i) * sizeof(*items));
	items[i] = v;
	return 0;
}

int gd_json_replace(gd_json *arr, size_t i, gd_json *v)
{
	if (v == NULL || i >= gd_json_len(arr))
		return taken(-1, v);
	return taken(json_object_array_put_idx(arr, i, v), v);
}

void gd_json_remove(gd_json *obj, const char *key)
{
	if (json_object_is_type(obj, json_type_object))
		json_object_object_del(obj, key);
}

void gd_json_remove_at(gd_json *arr, size_t i)
{
	if (i < gd_json_len(arr))
		json_object_array_del_idx(arr, i, 1);
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
