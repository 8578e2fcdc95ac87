/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a tree, and what compares trees without knowing how they are kept. */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "json/value.h"

static void put(struct gd_buf *b, char c)
{
	gd_buf_reserve(b, 1);
	b->data[b->len++] = c;
}

static void indent(struct gd_buf *b, int level)
{
	gd_buf_bytes(b, "\n", 1);
	while (level-- > 0)
		gd_buf_bytes(b, "  ", 2);
}

/*
 * Without the printf family: a document holds hundreds of numbers and a launch some hundred
 * microseconds.
 */
static void write_int(struct gd_buf *b, const gd_json *v)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t u = 0;
	int64_t i = 0;
	bool minus = !gd_json_u64(v, &u) && gd_json_i64(v, &i);

	if (minus)
		u = 0 - (uint64_t)i;
	do {
		*--p = (char)('0' + u % 10);
	} while ((u /= 10) != 0);
	if (minus)
		*--p = '-';
	gd_buf_bytes(b, p, (size_t)(digits + sizeof(digits) - p));
}

static void write_value(struct gd_buf *b, const gd_json *v, int level, bool pretty);

static void write_object(struct gd_buf *b, const gd_json *v, int level, bool pretty)
{
	struct gd_json_iter it = { 0 };
	bool first = true;

	put(b, '{');
	for (; gd_json_next(v, &it); first = false) {
		if (!first)
			put(b, ',');
		if (pretty)
			indent(b, level + 1);
		gd_buf_json_str(b, it.key);
		put(b, ':');
		if (pretty)
			put(b, ' ');
		write_value(b, it.value, level + 1, pretty);
	}
	if (pretty && !first)
		indent(b, level);
	put(b, '}');
}

static void write_array(struct gd_buf *b, const gd_json *v, int level, bool pretty)
{
	size_t n = gd_json_len(v);

	put(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			put(b, ',');
		if (pretty)
			indent(b, level + 1);
		write_value(b, gd_json_at(v, i), level + 1, pretty);
	}
	if (pretty && n > 0)
		indent(b, level);
	put(b, ']');
}

static void write_value(struct gd_buf *b, const gd_json *v, int level, bool pretty)
{
	switch (gd_json_kind(v)) {
	case GD_JSON_NULL:
		gd_buf_bytes(b, "null", 4);
		break;
	case GD_JSON_BOOL:
		gd_buf_str(b, gd_json_bool(v, false) ? "true" : "false");
		break;
	case GD_JSON_INT:
		write_int(b, v);
		break;
	case GD_JSON_FRACTION:
		gd_buf_str(b, gd_json_fraction(v));
		break;
	case GD_JSON_STRING:
		gd_buf_json(b, gd_json_str(v), v->n);
		break;
	case GD_JSON_ARRAY:
		write_array(b, v, level, pretty);
		break;
	case GD_JSON_OBJECT:
		write_object(b, v, level, pretty);
		break;
	}
}

static int write_tree(const gd_json *v, struct gd_arena *a, bool pretty, const char **ret,
		      size_t *ret_len)
{
	struct gd_buf b = { .arena = a };

	gd_buf_reserve(&b, 8192);
	write_value(&b, v, 0, pretty);
	if (pretty)
		gd_buf_bytes(&b, "\n", 1);
	*ret = b.data;
	if (ret_len != NULL)
		*ret_len = b.len;
	return 0;
}

int gd_json_bytes(const gd_json *v, struct gd_arena *a, const char **ret, size_t *ret_len)
{
	return write_tree(v, a, false, ret, ret_len);
}

void gd_json_append(struct gd_buf *b, const gd_json *v)
{
	gd_buf_reserve(b, 0);
	write_value(b, v, 0, false);
	b->data[b->len] = '\0';
}

int gd_json_pretty(const gd_json *v, struct gd_arena *a, const char **ret, size_t *ret_len)
{
	return write_tree(v, a, true, ret, ret_len);
}

static bool equal_objects(const gd_json *a, const gd_json *b)
{
	struct gd_json_iter it = { 0 };

	if (gd_json_members(a) != gd_json_members(b))
		return false;
	while (gd_json_next(a, &it)) {
		if (!gd_json_has(b, it.key) || !gd_json_equal(it.value, gd_json_get(b, it.key)))
			return false;
	}
	return true;
}

static bool equal_arrays(const gd_json *a, const gd_json *b)
{
	size_t n = gd_json_len(a);

	if (n != gd_json_len(b))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!gd_json_equal(gd_json_at(a, i), gd_json_at(b, i)))
			return false;
	}
	return true;
}

static bool equal_ints(const gd_json *a, const gd_json *b)
{
	uint64_t u = 0, v = 0;
	int64_t i = 0, j = 0;
	bool positive = gd_json_u64(a, &u);

	if (positive != gd_json_u64(b, &v))
		return false;
	return positive ? u == v : gd_json_i64(a, &i) && gd_json_i64(b, &j) && i == j;
}

bool gd_json_equal(const gd_json *a, const gd_json *b)
{
	enum gd_json_kind kind = gd_json_kind(a);

	if (a == b)
		return true;
	if (kind != gd_json_kind(b))
		return false;
	switch (kind) {
	case GD_JSON_NULL:
		return true;
	case GD_JSON_BOOL:
		return gd_json_bool(a, false) == gd_json_bool(b, false);
	case GD_JSON_INT:
		return equal_ints(a, b);
	case GD_JSON_FRACTION: /* as written: whether 1.10 is 1.1 is for a number's reader to say */
		return gd_streq(gd_json_fraction(a), gd_json_fraction(b));
	case GD_JSON_STRING:
		return gd_streq(gd_json_str(a), gd_json_str(b));
	case GD_JSON_ARRAY:
		return equal_arrays(a, b);
	case GD_JSON_OBJECT:
		return equal_objects(a, b);
	}
	return false;
}

/* The next step of a pointer, decoded; false at the end or where it is malformed. */
static bool pointer_part(const char **p, char *part, size_t size)
{
	size_t n = 0;

	if (**p != '/')
		return false;
	for (++*p; **p != '\0' && **p != '/'; ++*p) {
		char c = **p;
		if (c == '~') {
			++*p;
			if (**p != '0' && **p != '1')
				return false;
			c = **p == '0' ? '~' : '/';
		}
		if (n + 1 == size)
			return false;
		part[n++] = c;
	}
	part[n] = '\0';
	return true;
}

gd_json *gd_json_pointer(const gd_json *root, const char *pointer)
{
	gd_json *v = (gd_json *)root;
	char part[4096];	/* longer keys than this exist, but nobody points at them */
	uint64_t i;

	while (*pointer != '\0') {
		if (!pointer_part(&pointer, part, sizeof(part)))
			return NULL;
		if (gd_json_kind(v) == GD_JSON_ARRAY)
			v = gd_parse_u64(part, &i) == 0 ? gd_json_at(v, i) : NULL;
		else
			v = gd_json_get(v, part);
	}
	return v;
}

void gd_json_pointer_add(struct gd_buf *b, const char *key)
{
	gd_buf_bytes(b, "/", 1);
	for (;;) {
		size_t plain = strcspn(key, "~/");
		gd_buf_bytes(b, key, plain);
		key += plain;
		if (*key == '\0')
			return;
		gd_buf_bytes(b, *key++ == '~' ? "~0" : "~1", 2);
	}
}
