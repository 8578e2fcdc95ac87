/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies what gd_json_diff says; the product never needs to, its tests do. */
#ifndef GD_TEST_PATCH_H
#define GD_TEST_PATCH_H

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "json/tree.h"

/* A null is no value of its own in the tree; arrays take it only by way of a parsed one. */
static inline int put_value(gd_json *in, const char *key, size_t index, const gd_json *value,
			    bool insert)
{
	if (gd_json_kind(in) == GD_JSON_OBJECT)
		return value == NULL ? gd_json_set_null(in, key)
				     : gd_json_set(in, key, gd_json_copy(value));
	gd_json *v = value == NULL ? gd_json_new_str("null") : gd_json_copy(value);
	return insert ? gd_json_insert(in, index, v) : gd_json_replace(in, index, v);
}

/* 0, or -1 where the patch does not fit. */
static inline int apply_operation(gd_json **root, const gd_json *op)
{
	char path[65536], key[65536];
	const char *what = gd_json_get_str(op, "op"), *at = gd_json_get_str(op, "path");
	const gd_json *value = gd_json_get(op, "value");
	size_t n = 0;
	uint64_t index = 0;

	if (what == NULL || at == NULL || strlen(at) >= sizeof(path))
		return -1;
	if (*at == '\0') {
		gd_json_free(*root);
		*root = gd_json_copy(value);
		return strcmp(what, "replace");
	}
	strcpy(path, at);
	char *last = strrchr(path, '/');
	*last++ = '\0';
	for (; *last != '\0'; last++)
		key[n++] = *last != '~' ? *last : *++last == '0' ? '~' : '/';
	key[n] = '\0';
	gd_json *in = gd_json_pointer(*root, path);
	if (gd_json_kind(in) == GD_JSON_ARRAY ? gd_parse_u64(key, &index) < 0
					      : gd_json_kind(in) != GD_JSON_OBJECT)
		return -1;
	if (strcmp(what, "add") == 0 || strcmp(what, "replace") == 0)
		return put_value(in, key, index, value, *what == 'a');
	if (strcmp(what, "remove") != 0)
		return -1;
	if (gd_json_kind(in) == GD_JSON_ARRAY ? index >= gd_json_len(in) : !gd_json_has(in, key))
		return -1;
	gd_json_kind(in) == GD_JSON_ARRAY ? gd_json_remove_at(in, index) : gd_json_remove(in, key);
	return 0;
}

static inline int apply_patch(gd_json **root, const gd_json *patch)
{
	for (size_t i = 0; i < gd_json_len(patch); i++) {
		if (apply_operation(root, gd_json_at(patch, i)) < 0)
			return -1;
	}
	return 0;
}

#endif
