/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE 1
#include "json/tree.h"

#include <json-c/arraylist.h>
#include <json-c/json_object.h>
#include <json-c/linkhash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "json/lex.h"
#include "json/scan.h"

/*
 * The values are json-c's, the parser and the writer are ours: json-c's own parser takes single
 * quotes, NaN and NULs, clamps numbers, and does so differently from version to version. One
 * reading of the text, the scanner's, is used for both (json/lex.h), so the two cannot come to
 * differ.
 */
struct parser {
	const char *p, *end;
	char *scratch;	/* decoded strings and keys; as large as the text, so never to be checked */
};

static json_object *parse_value(struct parser *s, int depth, bool *ok);

/*
 * From the opening quote; the text is in scratch, NUL behind it. false where the scanner was not
 * run.
 */
static bool parse_string(struct parser *s, size_t *ret_len)
{
	const char *p = gd_lex_plain(s->p + 1, s->end);
	char *to = mempcpy(s->scratch, s->p + 1, (size_t)(p - s->p - 1));

	for (s->p = p; s->p < s->end && *s->p != '"';) {
		uint32_t cp;
		const char *why;

		if (gd_is_plain[(unsigned char)*s->p]) {
			*to++ = *s->p++;
			continue;
		}
		s->p = gd_lex_char(s->p, s->end, &cp, &why);
		if (s->p == NULL)
			return false;
		to += gd_utf8_encode(to, cp);
	}
	if (s->p == s->end)
		return false;
	s->p++;
	*to = '\0';
	*ret_len = (size_t)(to - s->scratch);
	return true;
}

static json_object *parse_number(struct parser *s, bool *ok)
{
	struct gd_number n;
	const char *from = s->p;

	if (!(*ok = gd_lex_number(from, s->end, &n) == NULL))
		return NULL;
	s->p = n.end;
	if (n.fraction) {
		/*
		 * Kept as text: "1.10" is to come out as "1.10". json-c's copy is NUL-terminated.
		 */
		size_t len = (size_t)(n.end - from);
		memcpy(s->scratch, from, len);
		s->scratch[len] = '\0';
		return json_object_new_double_s(strtod(s->scratch, NULL), s->scratch);
	}
	if (n.minus)
		return json_object_new_int64((int64_t)(0 - n.magnitude));
	return n.magnitude <= INT64_MAX ? json_object_new_int64((int64_t)n.magnitude) :
					  json_object_new_uint64(n.magnitude);
}

/* false: the closing bracket was passed, or the text is wrong (*ok is false then). */
static bool parse_more(struct parser *s, char close, bool *ok)
{
	s->p = gd_lex_space(s->p, s->end);
	*ok = s->p < s->end && (*s->p == close || *s->p == ',');
	if (!*ok)
		return false;
	bool more = *s->p == ',';
	s->p = gd_lex_space(s->p + 1, s->end);
	return more;
}

static bool parse_member(struct parser *s, json_object *obj, int n, int depth)
{
	size_t len;
	bool ok;

	if (s->p == s->end || *s->p != '"' || !parse_string(s, &len) || len > INT32_MAX)
		return false;
	s->p = gd_lex_space(s->p, s->end);
	if (s->p == s->end || *s->p != ':')
		return false;
	s->p = gd_lex_space(s->p + 1, s->end);
	/* The value is parsed into the same scratch, behind the key. */
	char *key = s->scratch;
	s->scratch += len + 1;
	json_object *v = parse_value(s, depth, &ok);
	s->scratch = key;
	if (!ok || json_object_object_add(obj, key, v) < 0) {
		json_object_put(v);
		return false;
	}
	return json_object_object_length(obj) == n;	/* else the key was there: not scanned */
}

static json_object *parse_object(struct parser *s, int depth, bool *ok)
{
	json_object *obj = json_object_new_object();
	int n = 0;

	*ok = obj != NULL;
	s->p = gd_lex_space(s->p + 1, s->end);
	if (*ok && s->p < s->end && *s->p == '}') {
		s->p++;
		return obj;
	}
	while (*ok) {
		if (!(*ok = parse_member(s, obj, ++n, depth)) || !parse_more(s, '}', ok))
			break;
	}
	if (!*ok && obj != NULL)
		json_object_put(obj);
	return *ok ? obj : NULL;
}

static json_object *parse_array(struct parser *s, int depth, bool *ok)
{
	json_object *arr = json_object_new_array_ext(4);

	*ok = arr != NULL;
	s->p = gd_lex_space(s->p + 1, s->end);
	if (*ok && s->p < s->end && *s->p == ']') {
		s->p++;
		return arr;
	}
	while (*ok) {
		json_object *v = parse_value(s, depth, ok);
		if (*ok && json_object_array_add(arr, v) < 0) {
			json_object_put(v);
			*ok = false;
		}
		if (!*ok || !parse_more(s, ']', ok))
			break;
	}
	if (!*ok && arr != NULL)
		json_object_put(arr);
	return *ok ? arr : NULL;
}

static json_object *parse_word(struct parser *s, bool *ok)
{
	size_t left = (size_t)(s->end - s->p);
	bool yes = left >= 4 && memcmp(s->p, "true", 4) == 0;
	bool no = left >= 5 && memcmp(s->p, "false", 5) == 0;
	bool null = left >= 4 && memcmp(s->p, "null", 4) == 0;

	*ok = yes || no || null;
	s->p += no ? 5 : 4;
	if (!yes && !no)
		return NULL;
	json_object *v = json_object_new_boolean(yes);
	*ok = v != NULL;
	return v;
}

static json_object *parse_value(struct parser *s, int depth, bool *ok)
{
	json_object *v = NULL;
	size_t len;

	*ok = false;
	if (s->p == s->end || depth > GD_JSON_DEPTH_MAX)
		return NULL;
	switch (*s->p) {
	case '{':
		return parse_object(s, depth + 1, ok);
	case '[':
		return parse_array(s, depth + 1, ok);
	case '"':
		if (parse_string(s, &len) && len <= INT32_MAX)
			v = json_object_new_string_len(s->scratch, (int)len);
		break;
	case '-':
	case '0' ... '9':
		v = parse_number(s, ok);
		break;
	default:
		return parse_word(s, ok);
	}
	*ok = v != NULL;
	return v;
}

int gd_json_parse(const char *bytes, size_t len, gd_json **ret, struct gd_error *err)
{
	struct parser s = { .p = bytes, .end = bytes + len };
	char *scratch = malloc(len + GD_JSON_DEPTH_MAX + 8);	/* a NUL for each open key */
	bool ok = false;
	json_object *v = NULL;

	if (scratch == NULL)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	s.scratch = scratch;
	s.p = gd_lex_space(s.p, s.end);
	if (s.p < s.end && *s.p == '{')
		v = parse_object(&s, 1, &ok);
	free(scratch);
	if (ok && gd_lex_space(s.p, s.end) != s.end) {
		json_object_put(v);
		ok = false;
	}
	if (!ok)
		return gd_error_set(err, GD_E_INPUT,
				    "not the text that was scanned, or out of memory");
	*ret = v;
	return 0;
}

gd_json *gd_json_free(gd_json *v)
{
	json_object_put(v);
	return NULL;
}

gd_json *gd_json_copy(const gd_json *v)
{
	json_object *copy = NULL;

	/* json-c takes no const, and changes nothing. A fraction's text is copied with it. */
	if (v == NULL || json_object_deep_copy((json_object *)v, &copy, NULL) < 0)
		return NULL;
	return copy;
}

enum gd_json_kind gd_json_kind(const gd_json *v)
{
	switch (json_object_get_type(v)) {
	case json_type_boolean: return GD_JSON_BOOL;
	case json_type_double: return GD_JSON_FRACTION;
	case json_type_int: return GD_JSON_INT;
	case json_type_object: return GD_JSON_OBJECT;
	case json_type_array: return GD_JSON_ARRAY;
	case json_type_string: return GD_JSON_STRING;
	case json_type_null: break;
	}
	return GD_JSON_NULL;
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
	json_object *v = NULL;

	return json_object_object_get_ex(obj, key, &v) ? v : NULL;
}

bool gd_json_has(const gd_json *obj, const char *key)
{
	return json_object_object_get_ex(obj, key, NULL);
}

size_t gd_json_members(const gd_json *obj)
{
	return json_object_is_type(obj, json_type_object) ? (size_t)json_object_object_length(obj)
							  : 0;
}

bool gd_json_next(const gd_json *obj, struct gd_json_iter *it)
{
	struct lh_entry *e;

	if (!json_object_is_type(obj, json_type_object))
		return false;
	e = it->started ? it->at : lh_table_head(json_object_get_object(obj));
	it->started = true;
	if (e == NULL)
		return false;
	it->key = lh_entry_k(e);
	it->value = lh_entry_v(e);
	it->at = lh_entry_next(e);
	return true;
}

size_t gd_json_len(const gd_json *arr)
{
	return json_object_is_type(arr, json_type_array) ? json_object_array_length(arr) : 0;
}

gd_json *gd_json_at(const gd_json *arr, size_t i)
{
	return i < gd_json_len(arr) ? json_object_array_get_idx(arr, i) : NULL;
}

const char *gd_json_str(const gd_json *v)
{
	return json_object_is_type(v, json_type_string) ? json_object_get_string((json_object *)v)
							: NULL;
}

const char *gd_json_get_str(const gd_json *obj, const char *key)
{
	return gd_json_str(gd_json_get(obj, key));
}

bool gd_json_bool(const gd_json *v, bool fallback)
{
	return json_object_is_type(v, json_type_boolean) ? json_object_get_boolean(v) != 0
							 : fallback;
}

bool gd_json_get_bool(const gd_json *obj, const char *key)
{
	return gd_json_bool(gd_json_get(obj, key), false);
}

/* json-c keeps an integer as int64 or uint64 and clamps what is asked as the other. */
bool gd_json_i64(const gd_json *v, int64_t *ret)
{
	if (!json_object_is_type(v, json_type_int) || json_object_get_uint64(v) > INT64_MAX)
		return false;
	*ret = json_object_get_int64(v);
	return true;
}

bool gd_json_u64(const gd_json *v, uint64_t *ret)
{
	if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) < 0)
		return false;
	*ret = json_object_get_uint64(v);
	return true;
}

const char *gd_json_fraction(const gd_json *v)
{
	return json_object_is_type(v, json_type_double) ? json_object_get_userdata((json_object *)v)
							: NULL;
}
