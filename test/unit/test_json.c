/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "json/scan.h"
#include "json/tree.h"

#include "patch.h"
#include "suite.h"

static struct gd_error err;

static struct gd_arena *a(void)
{
	static struct gd_arena *arena;

	return arena != NULL ? arena : (arena = gd_arena_new(NULL));
}

static gd_json *parse(const char *text)
{
	gd_json *v = NULL;
	size_t n = strlen(text);

	ck_assert_msg(gd_json_scan((char *)text, n, GD_SCAN_STRICT, &err) == 0, "%s: %s", text,
		      err.text);
	ck_assert_msg(gd_json_parse(text, n, &v, &err) == 0, "%s: %s", text, err.text);
	return v;
}

static const char *bytes(const gd_json *v)
{
	const char *s;
	size_t n;

	ck_assert_int_eq(gd_json_bytes(v, a(), &s, &n), 0);
	ck_assert_uint_eq(n, strlen(s));
	return s;
}

/* Canonical already: comes out as it went in. Else: as the second column has it. */
static const struct { const char *in, *want; } lossless_rows[] = {
	{ "{}", NULL }, { "{\"a\":18446744073709551615}", NULL },
	{ "{\"a\":9223372036854775807}", NULL },
	{ "{\"a\":9223372036854775808}", NULL }, { "{\"a\":-9223372036854775808}", NULL },
	{ "{\"a\":-1}", NULL },
	{ "{\"a\":9007199254740993}", NULL }, { "{\"a\":0}", NULL }, { "{\"a\":1.10}", NULL },
	{ "{\"a\":-0.5000}", NULL },
	{ "{\"a\":3.141592653589793238462643383279502884197}", NULL }, { "{\"a\":0.1}", NULL },
	{ "{\"z\":1,\"a\":2,\"m\":3}", NULL },
	{ "{\"a\":[],\"b\":{},\"c\":\"\",\"d\":null}", NULL },
	{ "{\"a\":[null,true,false,[[]],{\"x\":null}]}", NULL }, { "{\"a/b\":\"/x//y\"}", NULL },
	{ "{\"\":{\"\":\"\"}}", NULL }, { "{\"a\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\"}", NULL },
	{ "{\"a\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}", NULL }, { "{\"a\":[3,1,2,2]}", NULL },
	{ "{\"a\":\"\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xbd\xef\xbf\xbf\"}", NULL },
	{ " { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}" }, { "{\"a\":\"\\/\"}", "{\"a\":\"/\"}" },
	{ "{\"a\":\"\\u00e4\\ud83d\\ude00\\u001F\"}", "{\"a\":\"\xc3\xa4\xf0\x9f\x98\x80\\u001f\"}" },
	{ "{\"\\u0061\":\"\\u003cx\\u003e\\u0026\"}", "{\"a\":\"<x>&\"}" },
	{ "{\"a\":\"\x7f\"}", "{\"a\":\"\\u007f\"}" },
};

START_TEST(lossless)
{
	gd_json *v = parse(lossless_rows[_i].in);
	const char *want = lossless_rows[_i].want != NULL ? lossless_rows[_i].want
							  : lossless_rows[_i].in;

	ck_assert_str_eq(bytes(v), want);
	gd_json *copy = gd_json_copy(v);
	ck_assert_str_eq(bytes(copy), want);
	ck_assert(gd_json_equal(v, copy));
	gd_json *again = parse(want);
	ck_assert(gd_json_equal(v, again));
	const char *pretty;
	size_t n;
	gd_json_pretty(v, a(), &pretty, &n);
	gd_json *third = parse(pretty);
	ck_assert(gd_json_equal(v, third));
	gd_json_free(third);
	gd_json_free(again);
	gd_json_free(copy);
	gd_json_free(v);
}
END_TEST

START_TEST(pretty)
{
	gd_json *v = parse("{\"a\":[1,{\"b\":[]}],\"c\":{}}");
	const char *s;

	gd_json_pretty(v, a(), &s, NULL);
	ck_assert_str_eq(
		s, "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}\n");
	gd_json_free(v);
}
END_TEST

/*
 * The parser does not depend on the scanner for its own safety: what the scanner refuses, it
 * refuses or reads alike.
 */
static const char *const unscanned[] = {
	"", "[]", "{", "{\"a\"", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":[", "{\"a\":[1", "{\"a\":[1,", "{\"a\":tru}",
	"{\"a\":\"x", "{\"a\":\"\\", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "{\"a\":01}",
	"{\"a\":-}", "{\"a\":1e5}", "{'a':1}", "{\"a\":99999999999999999999}", "{\"a\" 1}", "{1:2}", "{\"a\":1;}", "{,}", "[1,]",
};

START_TEST(parse_alone)
{
	gd_json *v = NULL;
	size_t n = strlen(unscanned[_i]);
	char *exact = malloc(n > 0 ? n : 1);

	memcpy(exact, unscanned[_i], n);
	ck_assert_int_eq(gd_json_parse(exact, n, &v, &err), -1);
	ck_assert_ptr_eq(v, NULL);
	free(exact);
	char deep[400] = "{\"a\":";
	memset(deep + 5, '[', 200);
	ck_assert_int_eq(gd_json_parse(deep, strlen(deep), &v, &err), -1);
}
END_TEST

START_TEST(getters_are_total)
{
	gd_json *v = parse("{\"s\":\"x\",\"i\":-7,\"u\":18446744073709551615,\"f\":1.50,\"b\":true,"
			   "\"n\":null,\"a\":[1,null],\"o\":{}}");
	static const char *const keys[] = { "s", "i", "u", "f", "b", "n", "a", "o", "absent" };
	static const enum gd_json_kind kinds[] = { GD_JSON_STRING,   GD_JSON_INT,    GD_JSON_INT,
						   GD_JSON_FRACTION, GD_JSON_BOOL,   GD_JSON_NULL,
						   GD_JSON_ARRAY,    GD_JSON_OBJECT, GD_JSON_NULL };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		gd_json *m = gd_json_get(v, keys[i]);
		int64_t s = 77;
		uint64_t u = 77;
		ck_assert_int_eq(gd_json_kind(m), kinds[i]);
		ck_assert_int_eq(gd_json_has(v, keys[i]), i != 8);
		ck_assert_int_eq(gd_json_str(m) != NULL, i == 0);
		ck_assert_int_eq(gd_json_fraction(m) != NULL, i == 3);
		ck_assert_int_eq(gd_json_bool(m, false), i == 4);
		ck_assert_int_eq(gd_json_bool(m, true), true);
		ck_assert_int_eq(gd_json_i64(m, &s), i == 1);
		ck_assert_int_eq(s, i == 1 ? -7 : 77);
		ck_assert_int_eq(gd_json_u64(m, &u), i == 2);
		ck_assert_uint_eq(u, i == 2 ? UINT64_MAX : 77);
		ck_assert_uint_eq(gd_json_len(m), i == 6 ? 2 : 0);
		ck_assert_uint_eq(gd_json_members(m), 0);
		ck_assert_ptr_eq(gd_json_get(m, "x"), NULL);
		ck_assert(!gd_json_has(m, "x"));
		ck_assert_ptr_eq(gd_json_at(m, 5), NULL);
		struct gd_json_iter it = { 0 };
		ck_assert(!gd_json_next(m, &it));
		ck_assert_ptr_ne(gd_json_kind_name(gd_json_kind(m)), NULL);
	}
	ck_assert_str_eq(gd_json_fraction(gd_json_get(v, "f")), "1.50");
	ck_assert_ptr_eq(gd_json_free(NULL), NULL);
	ck_assert_ptr_eq(gd_json_copy(NULL), NULL);
	gd_json_free(v);
}
END_TEST

START_TEST(walk_and_remove)
{
	gd_json *v = parse("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}");
	struct gd_json_iter it = { 0 };
	char order[8] = "";

	while (gd_json_next(v, &it)) {
		strcat(order, it.key);
		if (*it.key == 'b' || *it.key == 'd')
			gd_json_remove(v, it.key);
	}
	ck_assert_str_eq(order, "abcd");
	ck_assert_str_eq(bytes(v), "{\"a\":1,\"c\":3}");
	gd_json_free(v);
}
END_TEST

START_TEST(setters)
{
	gd_json *v = parse("{\"a\":1,\"b\":[1,2,3],\"c\":null,\"d\":\"x\"}"),
		*b = gd_json_get(v, "b");

	ck_assert_int_eq(gd_json_set(v, "a", gd_json_new_str("s")), 0);	/* in its place */
	ck_assert_int_eq(gd_json_insert(b, 0, gd_json_new_i64(-1)), 0);
	ck_assert_int_eq(gd_json_insert(b, 4, gd_json_new_u64(UINT64_MAX)), 0);
	ck_assert_int_eq(gd_json_insert(b, 2, gd_json_new_bool(false)), 0);
	ck_assert_int_eq(gd_json_replace(b, 1, gd_json_new_obj()), 0);
	gd_json_remove_at(b, 3);
	ck_assert_int_eq(gd_json_push(b, gd_json_new_arr()), 0);
	ck_assert_str_eq(bytes(v), "{\"a\":\"s\",\"b\":[-1,{},false,3,18446744073709551615,[]],"
				   "\"c\":null,\"d\":\"x\"}");
	/* made where absent or null, refused where another kind */
	ck_assert_ptr_ne(gd_json_obj_in(v, "c"), NULL);
	ck_assert_ptr_ne(gd_json_arr_in(v, "e"), NULL);
	ck_assert_ptr_eq(gd_json_arr_in(v, "e"), gd_json_get(v, "e"));
	ck_assert_ptr_eq(gd_json_obj_in(v, "e"), NULL);
	ck_assert_ptr_eq(gd_json_obj_in(v, "d"), NULL);
	ck_assert_ptr_eq(gd_json_obj_in(b, "d"), NULL);
	/* a value is taken also by a setter that fails: the sanitizer would see a leak */
	ck_assert_int_eq(gd_json_set(b, "x", gd_json_new_str("1")), -1);
	ck_assert_int_eq(gd_json_set(NULL, "x", gd_json_new_str("1")), -1);
	ck_assert_int_eq(gd_json_set(v, "x", NULL), -1);
	ck_assert_int_eq(gd_json_push(v, gd_json_new_str("1")), -1);
	ck_assert_int_eq(gd_json_push(b, NULL), -1);
	ck_assert_int_eq(gd_json_insert(b, 99, gd_json_new_str("1")), -1);
	ck_assert_int_eq(gd_json_replace(b, 6, gd_json_new_str("1")), -1);
	ck_assert_int_eq(gd_json_set_null(b, "x"), -1);
	ck_assert_ptr_eq(gd_json_new_str(NULL), NULL);
	gd_json_remove(b, "x");
	gd_json_remove(v, "absent");
	gd_json_remove_at(b, 99);
	gd_json_remove_at(v, 0);
	ck_assert_str_eq(bytes(v),
		"{\"a\":\"s\",\"b\":[-1,{},false,3,18446744073709551615,[]],\"c\":{},\"d\":\"x\",\"e\":[]}");
	gd_json_free(v);
}
END_TEST

/* Enough members for an index: found, replaced, removed, added, in the order in which they came. */
START_TEST(many_members)
{
	enum { MANY = 300 };
	gd_json *v = gd_json_new_obj(), *copy, *w = NULL;
	struct gd_json_iter it = { 0 };
	char key[16], text[64 * MANY] = "{";
	int64_t n = 0;

	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "key%d", i * 7919 % 100003);
		ck_assert_int_eq(gd_json_set(v, key, gd_json_new_i64(i)), 0);
		sprintf(text + strlen(text), "%s\"%s\":%d", i ? "," : "", key, i);
		if (i % 3 == 0)
			gd_json_remove(v, "key0");	/* the first one, once */
	}
	ck_assert_uint_eq(gd_json_members(v), MANY - 1);
	ck_assert_int_eq(gd_json_set(v, "key7919", gd_json_new_i64(-1)), 0);
	ck_assert_int_eq(gd_json_set(v, "key0", gd_json_new_i64(MANY)), 0);
	copy = gd_json_copy(v);
	ck_assert(gd_json_equal(v, copy) && gd_json_members(copy) == MANY);
	gd_json_free(v);
	for (int i = 1; gd_json_next(copy, &it); i++) {	/* "key0" came last in the end */
		ck_assert(gd_json_i64(gd_json_get(copy, it.key), &n));
		ck_assert_int_eq(n, i == 1 ? -1 : i);
	}
	ck_assert(!gd_json_has(copy, "key1") && !gd_json_has(copy, ""));
	gd_json_free(copy);
	strcat(text, "}");
	w = parse(text);
	ck_assert_uint_eq(gd_json_members(w), MANY);
	ck_assert(gd_json_has(w, "key7919"));
	gd_json_free(w);
	/* one of them twice; the parser alone finds that too, and leaves nothing behind */
	strcpy(text + strlen(text) - 1, ",\"key7919\":0}");
	ck_assert_int_eq(gd_json_parse(text, strlen(text), &w, &err), -1);
}
END_TEST

/* A copy shares what is never changed with its original, and outlives it; so does a copy of the copy. */
START_TEST(copies)
{
	gd_json *v = parse("{\"a\":[\"x\",1,{\"b\":1.5}],\"c\":\"y\"}"), *two, *three;

	gd_json_set(v, "added", gd_json_new_str("alone"));
	two = gd_json_copy(v);
	gd_json_push(gd_json_get(two, "a"), gd_json_copy(gd_json_get(v, "a")));
	ck_assert_str_eq(bytes(v), "{\"a\":[\"x\",1,{\"b\":1.5}],\"c\":\"y\",\"added\":\"alone\"}");
	three = gd_json_copy(two);
	gd_json_free(v);
	gd_json_remove(two, "c");
	gd_json_remove_at(gd_json_get(two, "a"), 0);
	ck_assert_str_eq(bytes(two), "{\"a\":[1,{\"b\":1.5},[\"x\",1,{\"b\":1.5}]],\"added\":\"alone\"}");
	gd_json_free(two);
	ck_assert_str_eq(bytes(three), "{\"a\":[\"x\",1,{\"b\":1.5},[\"x\",1,{\"b\":1.5}]],\"c\":\"y\","
				       "\"added\":\"alone\"}");
	gd_json_free(three);
}
END_TEST

static const struct { const char *a, *b; bool want; } equal_rows[] = {
	{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
	{ "{\"a\":[1,2]}", "{\"a\":[2,1]}", false },
	{ "{\"a\":1}", "{\"a\":1.0}", false }, { "{\"a\":1.10}", "{\"a\":1.1}", false },
	{ "{\"a\":1.1}", "{\"a\":1.1}", true },
	{ "{\"a\":null}", "{}", false }, { "{\"a\":null}", "{\"b\":null}", false },
	{ "{\"a\":[]}", "{\"a\":{}}", false },
	{ "{\"a\":18446744073709551615}", "{\"a\":-1}", false },
	{ "{\"a\":9223372036854775808}", "{\"a\":-9223372036854775808}", false },
	{ "{\"a\":9223372036854775807}", "{\"a\":9223372036854775808}", false },
	{ "{\"a\":\"1\"}", "{\"a\":1}", false },
	{ "{\"a\":0}", "{\"a\":false}", false }, { "{\"a\":\"x\"}", "{\"a\":\"x\"}", true },
	{ "{\"a\":\"x\"}", "{\"a\":\"X\"}", false },
	{ "{\"a\":-1}", "{\"a\":-1}", true }, { "{\"a\":[1]}", "{\"a\":[1,1]}", false },
	{ "{}", "{}", true },
	{ "{\"a\":true}", "{\"a\":false}", false },
	{ "{\"a\":{\"x\":1}}", "{\"a\":{\"x\":1,\"y\":1}}", false },
};

START_TEST(equal)
{
	gd_json *x = parse(equal_rows[_i].a), *y = parse(equal_rows[_i].b);

	ck_assert_int_eq(gd_json_equal(x, y), equal_rows[_i].want);
	ck_assert_int_eq(gd_json_equal(y, x), equal_rows[_i].want);
	ck_assert(gd_json_equal(x, x) && !gd_json_equal(x, NULL) && gd_json_equal(NULL, NULL));
	gd_json_free(x);
	gd_json_free(y);
}
END_TEST

static const struct { const char *pointer, *want; } pointer_rows[] = {
	{ "", "{\"a\":[10,{\"b/c\":1,\"d~e\":2}],\"\":3,\"x\":{\"\":4}}" }, { "/a/0", "10" },
	{ "/a/1/b~1c", "1" }, { "/a/1/d~0e", "2" },
	{ "/", "3" }, { "/x/", "4" }, { "/a/2", NULL }, { "/a/-", NULL }, { "/a/00", NULL },
	{ "/a/01", NULL }, { "/a/+1", NULL },
	{ "a", NULL }, { "/a/1/b~2c", NULL }, { "/a/1/b~", NULL }, { "/b", NULL },
	{ "/a/0/x", NULL }, { "/a/18446744073709551616", NULL },
};

START_TEST(pointer)
{
	gd_json *v = parse("{\"a\":[10,{\"b/c\":1,\"d~e\":2}],\"\":3,\"x\":{\"\":4}}");
	gd_json *m = gd_json_pointer(v, pointer_rows[_i].pointer);

	ck_assert_int_eq(m != NULL, pointer_rows[_i].want != NULL);
	if (m != NULL)
		ck_assert_str_eq(bytes(m), pointer_rows[_i].want);
	gd_json_free(v);
}
END_TEST

/* From, to, and the smallest patch that a reader would write. */
static const struct { const char *from, *to, *want; } diff_rows[] = {
	{ "{\"a\":1}", "{\"a\":1}", "[]" },
	{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "[]" },
	{ "{\"a\":1}", "{\"a\":2}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]" },
	{ "{\"a\":1}", "{}", "[{\"op\":\"remove\",\"path\":\"/a\"}]" },
	{ "{}", "{\"a\":null}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":null}]" },
	{ "{\"a\":1}", "{\"a\":null}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":null}]" },
	{ "{\"a/b~c\":{\"x\":1}}", "{\"a/b~c\":{\"x\":2}}", "[{\"op\":\"replace\",\"path\":\"/a~1b~0c/x\",\"value\":2}]" },
	{ "{\"c\":[\"A\",\"B\",\"C\",\"D\",\"E\"]}", "{\"c\":[\"A\",\"C\",\"E\"]}",
	  "[{\"op\":\"remove\",\"path\":\"/c/1\"},{\"op\":\"remove\",\"path\":\"/c/2\"}]" },
	{ "{\"c\":[\"A\",\"C\"]}", "{\"c\":[\"A\",\"B\",\"C\",\"D\"]}",
	  "[{\"op\":\"add\",\"path\":\"/c/1\",\"value\":\"B\"},{\"op\":\"add\",\"path\":\"/c/3\",\"value\":\"D\"}]" },
	{ "{\"m\":[{\"d\":\"/a\",\"o\":[\"rw\"]},{\"d\":\"/b\"}]}", "{\"m\":[{\"d\":\"/a\",\"o\":[\"ro\"]},{\"d\":\"/b\"}]}",
	  "[{\"op\":\"replace\",\"path\":\"/m/0/o/0\",\"value\":\"ro\"}]" },
	{ "{\"m\":[1,2,3]}", "{\"m\":[]}",
	  "[{\"op\":\"remove\",\"path\":\"/m/0\"},{\"op\":\"remove\",\"path\":\"/m/0\"},{\"op\":\"remove\",\"path\":\"/m/0\"}]" },
	{ "{\"m\":[]}", "{\"m\":{}}", "[{\"op\":\"replace\",\"path\":\"/m\",\"value\":{}}]" },
	{ "{\"a\":1.10}", "{\"a\":1.1}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":1.1}]" },
};

static void check_diff(const gd_json *from, const gd_json *to, const char *want)
{
	gd_json *patch = NULL, *applied = gd_json_copy(from);

	ck_assert_int_eq(gd_json_diff(from, to, a(), &patch), 0);
	if (want != NULL)
		ck_assert_str_eq(bytes(patch), want);
	ck_assert_int_eq(apply_patch(&applied, patch), 0);
	ck_assert_msg(gd_json_equal(applied, to), "%s -> %s by %s gave %s", bytes(from), bytes(to),
		      bytes(patch), bytes(applied));
	gd_json_free(patch);
	gd_json_free(applied);
}

START_TEST(diff)
{
	gd_json *from = parse(diff_rows[_i].from), *to = parse(diff_rows[_i].to);

	check_diff(from, to, diff_rows[_i].want);
	check_diff(to, from, NULL);
	gd_json_free(from);
	gd_json_free(to);
}
END_TEST

/* Arrays of letters changed at random, small enough to be aligned and large enough not to be. */
START_TEST(diff_random)
{
	unsigned seed = (unsigned)_i * 2654435761u + 1;
	size_t sizes[2];
	gd_json *both[2] = { gd_json_new_obj(), gd_json_new_obj() };

	for (int k = 0; k < 2; k++) {
		gd_json *list = gd_json_arr_in(both[k], "list");
		sizes[k] = (size_t)(rand_r(&seed) % (_i % 10 == 0 ? 600 : 12));
		for (size_t i = 0; i < sizes[k]; i++) {
			if (rand_r(&seed) % 4 == 0) {
				gd_json *o = gd_json_new_obj();
				gd_json_set(o, "k", gd_json_new_i64(rand_r(&seed) % 3));
				gd_json_push(list, o);
			} else {
				gd_json_push(list, gd_json_new_i64(rand_r(&seed) % 5));
			}
		}
	}
	check_diff(both[0], both[1], NULL);
	gd_json_free(both[0]);
	gd_json_free(both[1]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ lossless, ROWS(lossless_rows) }, { pretty, 0 }, { parse_alone, ROWS(unscanned) },
		{ getters_are_total, 0 },
		{ walk_and_remove, 0 }, { setters, 0 },
		{ many_members, 0 }, { copies, 0 }, { equal, ROWS(equal_rows) },
		{ pointer, ROWS(pointer_rows) },
		{ diff, ROWS(diff_rows) }, { diff_random, 60 },
	};

	return run_suite("json", cases, sizeof(cases) / sizeof(*cases));
}
