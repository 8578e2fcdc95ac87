/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json/scan.h"

#include "suite.h"

static struct gd_error err;

static int scan(const char *text, size_t len, enum gd_scan_flags flags)
{
	char *copy = malloc(
		len +
		1); /* exactly as long as the text, so that the sanitizer sees a step too far */
	char *exact = realloc(copy, len > 0 ? len : 1);

	memcpy(exact, text, len);
	int r = gd_json_scan(exact, len, flags, &err);
	free(exact);
	return r;
}

#define S(text) text, sizeof(text) - 1

/*
 * What runc's decoder (Go), crun's and a C library read differently, row by row as the projects'
 * facts list them: engine-facts section 6, then style section 3. NULL: all read it alike, it
 * passes.
 */
static const struct { const char *text; size_t len; const char *why; } rows[] = {
	/*
	 * duplicate keys: Go merges structs, replaces scalars; json-c takes the last, YAJL the
	 * first
	 */
	{ S("{\"process\":{\"args\":[\"a\"]},\"process\":{\"cwd\":\"/\"}}"), "key 'process' twice in one object" },
	{ S("{\"mounts\":[{\"destination\":\"/y\",\"source\":\"/etc\"}],\"mounts\":[{\"destination\":\"/x\"}]}"), "twice" },
	{ S("{\"a\":1,\"b\":2,\"a\":3}"), "key 'a' twice" },
	{ S("{\"x\":{\"y\":{\"a\":1,\"a\":1}}}"), "twice" },
	{ S("{\"x\":[{\"a\":1,\"a\":null}]}"), "twice" },
	{ S("{\"\":1,\"\":2}"), "twice" },
	{ S("{\"a\":1,\"\\u0061\":2}"), "but for case or escapes" },
	{ S("{\"a/b\":1,\"a\\/b\":2}"), "but for case or escapes" },
	{ S("{\"\xc3\xa4\":1,\"\\u00e4\":2}"), "but for case or escapes" },
	{ S("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"), "but for case or escapes" },
	{ S("{\"a\":{\"b\":1},\"b\":{\"a\":1}}"), NULL },
	{ S("{\"l\":[{\"a\":1},{\"a\":1}]}"), NULL },
	/* letter case: Go compares without it, the later wins */
	{ S("{\"process\":{},\"Process\":{}}"), "but for case" },
	{ S("{\"process\":{\"noNewPrivileges\":true},\"pRoCeSs\":{\"noNewPrivileges\":false}}"), "but for case" },
	{ S("{\"process\":{\"args\":[],\"Args\":[]}}"), "but for case" },
	{ S("{\"process\":1,\"\\u0050rocess\":2}"), "but for case" },
	{ S("{\"\xc3\xa4\":1,\"\xc3\x84\":2}"), NULL },	/* outside ASCII no field has a name */
	/* U+017F and U+212A fold to s and k */
	{ S("{\"process\":1,\"proce\\u017f\\u017f\":2}"), "but for case" },
	{ S("{\"process\":1,\"proce\xc5\xbf\xc5\xbf\":2}"), "but for case" },
	{ S("{\"maskedPaths\":1,\"mas\\u212AedPaths\":2}"), "but for case" },
	{ S("{\"maskedPaths\":1,\"mas\xe2\x84\xaa" "edPaths\":2}"), "but for case" },
	/* the maps in which case counts */
	{ S("{\"annotations\":{\"a\":\"1\",\"A\":\"2\"}}"), NULL },
	{ S("{\"linux\":{\"sysctl\":{\"a\":\"1\",\"A\":\"2\"}}}"), NULL },
	{ S("{\"linux\":{\"resources\":{\"unified\":{\"k\":\"1\",\"\\u212a\":\"2\"}}}}"), NULL },
	{ S("{\"annotations\":{\"a\":\"1\",\"a\":\"2\"}}"), "twice" },
	{ S("{\"annotations\":{\"a\":\"1\",\"\\u0061\":\"2\"}}"), "but for case or escapes" },
	{ S("{\"annotations\":{\"x\":{\"a\":1,\"A\":2}}}"), "but for case" },
	{ S("{\"annotations\":[{\"a\":1,\"A\":2}]}"), "but for case" },
	{ S("{\"Annotations\":{\"a\":1,\"A\":2}}"), "but for case" },
	{ S("{\"\\u0061nnotations\":{\"a\":1,\"A\":2}}"), "but for case" },
	/* NUL: Go keeps it, C ends there */
	{ S("{\"process\\u0000\":1,\"process\":2}"), "NUL character" },
	{ S("{\"a\":\"x\\u0000y\"}"), "NUL character" },
	{ S("{\"a\":\"x\0y\"}"), "NUL byte" },
	{ S("{\"a\":1}\0"), "something follows" },
	{ S("\0{\"a\":1}"), "does not begin with an object" },
	{ S("{\"a\":\0}"), "a value is missing" },
	/* behind the first value Go reads nothing */
	{ S("{} {}"), "something follows" }, { S("{}}"), "something follows" },
	{ S("{} trailing garbage"), "something follows" },
	{ S("{}\n\t \r"), NULL }, { S("{},"), "something follows" },
	{ S("{}//"), "something follows" },
	/* null is a value like others here; the key tables judge it */
	{ S("{\"a\":null,\"b\":[null]}"), NULL },
	{ S("null"), "does not begin with an object" },
	/* bytes that are not text: Go puts U+FFFD */
	{ S("{\"a\":\"\xff\"}"), "not UTF-8" }, { S("{\"a\":\"\xc0\xaf\"}"), "not UTF-8" },
	{ S("{\"a\":\"\x80\"}"), "not UTF-8" },
	{ S("{\"a\":\"\xed\xa0\x80\"}"), "not UTF-8" }, { S("{\"a\":\"\xe2\x82\"}"), "not UTF-8" },
	{ S("{\"a\":\"\xf4\x90\x80\x80\"}"), "not UTF-8" }, { S("{\"\xff\":1}"), "not UTF-8" },
	{ S("{\"a\":\"\xf0\x9f\x98\x80 \xe2\x82\xac \xc3\xa4\"}"), NULL },
	{ S("{\"a\":\"\xef\xbf\xbd\"}"), NULL },
	{ S("{\"a\":\"\\ud800\"}"), "surrogate" }, { S("{\"a\":\"\\udc00\"}"), "surrogate" },
	{ S("{\"a\":\"\\ud800\\ud800\"}"), "surrogate" },
	{ S("{\"a\":\"\\ud800x\"}"), "surrogate" },
	{ S("{\"a\":\"\\ud83d\\u0041\"}"), "surrogate" },
	{ S("{\"\\ude00\\ud83d\":1}"), "surrogate" },
	{ S("{\"a\":\"\\ud83d\\ue000\"}"), "surrogate" }, { S("{\"a\":\"\\ud83d\\uffff\"}"), "surrogate" },
	{ S("{\"a\":\"\\ud83d\\ude00\"}"), NULL },
	/* control characters: json-c takes them even when strict */
	{ S("{\"a\":\"x\ny\"}"), "control character" },
	{ S("{\"a\":\"x\ty\"}"), "control character" },
	{ S("{\"a\x01\":1}"), "control character" }, { S("{\"a\":\"\\n\\t\\u001f\x7f\"}"), NULL },
	{ S("{\x0b\"a\":1}"), "a key in double quotes" },
	{ S("{\"a\":\xc2\xa0" "1}"), "a value is missing" },
	/* comments: YAJL takes them */
	{ S("{/* */\"a\":1}"), "a key in double quotes" },
	{ S("{\"a\":1}// x"), "something follows" },
	{ S("// x\n{}"), "does not begin" }, { S("{\"a\":1 # x\n}"), "',' or '}'" },
	/* json-c takes these though strict */
	{ S("{'process':1}"), "double quotes" }, { S("{\"a\":'x'}"), "a value is missing" },
	{ S("{\"a\":NaN}"), "a value is missing" },
	{ S("{\"a\":Infinity}"), "a value is missing" },
	{ S("{\"a\":-Infinity}"), "without digits" }, { S("{\"a\":1.}"), "ends in its point" },
	/* json-c takes these unless strict */
	{ S("{\"a\":TRUE}"), "a value is missing" }, { S("{\"a\":NULL}"), "a value is missing" },
	{ S("{\"a\":truex}"), "',' or '}'" },
	{ S("{\"a\":07}"), "leading zero" }, { S("{\"a\":-07}"), "leading zero" },
	{ S("{\"a\":1,}"), "double quotes" },
	{ S("{\"a\":[1,]}"), "a value is missing" }, { S("{,}"), "double quotes" },
	{ S("{\"a\":[,1]}"), "a value is missing" },
	{ S("{a:1}"), "double quotes" }, { S("{\"a\" 1}"), "':' is missing" },
	{ S("{\"a\":1 \"b\":2}"), "',' or '}'" },
	{ S("{\"a\":[1 2]}"), "',' or ']'" }, { S("{\"a\":{]}"), "double quotes" },
	{ S("{\"a\":[}"), "a value is missing" },
	/* numbers: what clamps or converts */
	{ S("{\"a\":0.0}"), NULL }, { S("{\"a\":1e0}"), "exponent" },
	{ S("{\"a\":1E5}"), "exponent" }, { S("{\"a\":1.5e3}"), "exponent" },
	{ S("{\"a\":-0}"), "negative zero" }, { S("{\"a\":-0.00}"), "negative zero" },
	{ S("{\"a\":-0.5}"), NULL },
	{ S("{\"a\":18446744073709551615}"), NULL },
	{ S("{\"a\":18446744073709551616}"), "beyond 64 bits" },
	{ S("{\"a\":99999999999999999999}"), "beyond 64 bits" },
	{ S("{\"a\":-9223372036854775808}"), NULL },
	{ S("{\"a\":-9223372036854775809}"), "beyond 64 bits" },
	{ S("{\"a\":99999999999999999999.5}"), "beyond 64 bits" },
	{ S("{\"a\":+1}"), "a value is missing" }, { S("{\"a\":.5}"), "a value is missing" },
	{ S("{\"a\":-}"), "without digits" },
	{ S("{\"a\":0x10}"), "',' or '}'" }, { S("{\"a\":1_000}"), "',' or '}'" },
	{ S("{\"a\":1.5.1}"), "',' or '}'" },
	{ S("{\"a\":--1}"), "without digits" }, { S("{\"a\":00}"), "leading zero" },
	{ S("{\"a\":0.10}"), NULL },
	/* what is no object */
	{ S(""), "the text is empty" }, { S(" \n "), "has no object" },
	{ S("[]"), "does not begin with an object" },
	{ S("\xef\xbb\xbf{}"), "does not begin with an object" },
	{ S("{\0\"\0a\0\"\0:\0" "1\0}\0"), "double quotes" },
	{ S("\xff\xfe{\0}\0"), "does not begin" }, { S("1"), "does not begin" },
	{ S("\"a\""), "does not begin" },
	/* cut anywhere */
	{ S("{"), "ends too early" }, { S("{\"a"), "does not end" },
	{ S("{\"a\""), "ends too early" }, { S("{\"a\":"), "ends too early" },
	{ S("{\"a\":1"), "ends too early" }, { S("{\"a\":1,"), "ends too early" },
	{ S("{\"a\":["), "ends too early" },
	{ S("{\"a\":[1,"), "ends too early" }, { S("{\"a\":tru"), "a value is missing" },
	{ S("{\"a\":\"\\"), "unknown escape" },
	{ S("{\"a\":\"\\u12"), "four hexadecimal" }, { S("{\"a\":\"\\ud83d\\u"), "surrogate" },
	{ S("{\"a\":\"\xe2"), "not UTF-8" },
	/* escapes */
	{ S("{\"a\":\"\\x41\"}"), "unknown escape" }, { S("{\"a\":\"\\'\"}"), "unknown escape" },
	{ S("{\"a\":\"\\u 041\"}"), "four hexadecimal" },
	{ S("{\"a\":\"\\U00000041\"}"), "unknown escape" },
	{ S("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"}"), NULL },
	{ S("{\"a\":\"\\\xc3\xa4\"}"), "unknown escape" },
	{ S("{}"), NULL }, { S(" { \"a\" : [ ] , \"b\" : { } } "), NULL },
	{ S("{\"a\":[true,false,null,\"\",0,-1,{},[]]}"), NULL },
};

START_TEST(strict)
{
	int r = scan(rows[_i].text, rows[_i].len, GD_SCAN_STRICT);

	if (rows[_i].why == NULL) {
		ck_assert_msg(r == 0, "%s: %s", rows[_i].text, err.text);
	} else {
		ck_assert_msg(r == -1 && strstr(err.text, rows[_i].why) != NULL, "%s: %s",
			      rows[_i].text, err.text);
		ck_assert_int_eq(err.kind, GD_E_INPUT);
	}
}
END_TEST

static const struct { const char *text, *where; } place_rows[] = {
	{ "{\n  \"a\": 1,\n  \"a\": 2\n}", "line 3, column 3:" },
	{ "{\"\xc3\xa4\xe2\x82\xac\":x}", "line 1, column 7:" },
	{ "[", "line 1, column 1:" }, { "{\r\n\"a\":\r\n07}", "line 3, column 1:" },
	{ "{\"a\":\"b\\q\"}", "line 1, column 8:" },
	{ "{}\n\nx", "line 3, column 1:" }, { "{\"a\":1,\"x\":2,\"A\":1}", "line 1, column 14:" },
};

START_TEST(place)
{
	ck_assert_int_eq(scan(place_rows[_i].text, strlen(place_rows[_i].text), GD_SCAN_STRICT),
			 -1);
	ck_assert_msg(strncmp(err.text, place_rows[_i].where, strlen(place_rows[_i].where)) == 0,
		      "%s", err.text);
}
END_TEST

/* Policies: what becomes of the text, or why it is refused. */
static const struct { const char *in, *want; } policy_rows[] = {
	{ "{}// x", "{}    " }, { "/* a\nb */{}", "    \n    {}" }, { "{\"a\":1,}", "{\"a\":1 }" },
	{ "{\"a\":[1,2, // x\n]}", "{\"a\":[1,2      \n]}" },
	{ "{\"a\":[1,/**/]}", "{\"a\":[1     ]}" },
	{ "{\"a\":\"// no /* no */ ,]\"}", "{\"a\":\"// no /* no */ ,]\"}" },
	{ "{\"a\":\"\\\"// x\"}", "{\"a\":\"\\\"// x\"}" }, { "{/*/ */}", "{      }" },
	{ "{/***/}", "{     }" },
	{ "{,}", NULL }, { "{\"a\":[,]}", NULL }, { "{\"a\":[1,,]}", NULL }, { "{\"a\":,}", NULL },
	{ "{/* x}", NULL },
	{ "{/*/}", NULL }, { "{\"a\":1 / 2}", NULL }, { "{\"a\":07}", NULL },
	{ "{\"a\":1,\"A\":2}", NULL }, { "{# x\n}", NULL },
	{ "{/* /* */ */}", NULL }, { "{\"a\":\"x", NULL }, { "/", NULL }, { "{}/", NULL },
	{ "{}/*", NULL },
	{ "{},", NULL }, { "{\"a\":1,//\n//\n}", "{\"a\":1   \n  \n}" },
};

START_TEST(policy)
{
	char text[80];
	size_t n = strlen(policy_rows[_i].in);

	memcpy(text, policy_rows[_i].in, n + 1);
	int r = gd_json_scan(text, n, GD_SCAN_POLICY, &err);
	ck_assert_msg(r == (policy_rows[_i].want != NULL ? 0 : -1), "%s: %s", policy_rows[_i].in,
		      err.text);
	if (r == 0)
		ck_assert_str_eq(text, policy_rows[_i].want);
}
END_TEST

START_TEST(case_counts_elsewhere)
{
	ck_assert_int_eq(scan(S("{\"Labels\":{\"a\":\"1\",\"A\":\"2\"}}"), GD_SCAN_CASE), 0);
	ck_assert_int_eq(scan(S("{\"Labels\":{\"a\":\"1\",\"a\":\"2\"}}"), GD_SCAN_CASE), -1);
	ck_assert_int_eq(scan(S("{\"a\":1,\"\\u0061\":2}"), GD_SCAN_CASE), -1);
	ck_assert_int_eq(scan(S("{\"a\":1,}"), GD_SCAN_CASE), -1);
}
END_TEST

/* @n times @part between @before and @after. */
static int scan_many(const char *before, const char *part, size_t n, const char *after)
{
	size_t b = strlen(before), p = strlen(part), a = strlen(after), len = b + n * p + a;
	char *text = malloc(len);

	memcpy(text, before, b);
	for (size_t i = 0; i < n; i++)
		memcpy(text + b + i * p, part, p);
	memcpy(text + b + n * p, after, a);
	int r = gd_json_scan(text, len, GD_SCAN_STRICT, &err);
	free(text);
	return r;
}

START_TEST(depth)
{
	char brackets[GD_JSON_DEPTH_MAX + 1];

	for (int n = GD_JSON_DEPTH_MAX - 3; n <= GD_JSON_DEPTH_MAX + 1; n++) {
		memset(brackets, ']', sizeof(brackets));
		brackets[n - 1] = '\0';
		char after[GD_JSON_DEPTH_MAX + 8];
		snprintf(after, sizeof(after), "%s}", brackets);
		ck_assert_int_eq(scan_many("{\"a\":", "[", (size_t)n - 1, after),
				 n <= GD_JSON_DEPTH_MAX ? 0 : -1);
	}
	ck_assert_int_eq(scan_many("", "[", 100 << 20, ""), -1);
	ck_assert_str_eq(err.text, "line 1, column 1: the text does not begin with an object");
	ck_assert_int_eq(scan_many("{\"a\":", "[", 100 << 20, ""), -1);
	ck_assert_ptr_ne(strstr(err.text, "nested too deep"), NULL);
	ck_assert_int_eq(scan_many("", "{\"a\":", 10 << 20, ""), -1);
	ck_assert_ptr_ne(strstr(err.text, "nested too deep"), NULL);
	ck_assert_int_eq(scan_many("{\"a\":\"", "x", 50 << 20, "\"}"), 0);
	ck_assert_int_eq(scan_many("{", " ", 50 << 20, "}"), 0);
	ck_assert_int_eq(scan_many("{\"a\":", "9", 10 << 20, "}"), -1);
}
END_TEST

/*
 * Many keys take time by n log n; a duplicate is found wherever it stands, also among the
 * innermost.
 */
START_TEST(many_keys)
{
	enum { KEYS = 200000 };
	char *text = malloc(KEYS * 16 + 64), *p = text;

	p += sprintf(p, "{\"annotations\":{");
	for (int i = 0; i < KEYS; i++)
		p += sprintf(p, "\"k%x\":{},", i * 7919);
	char *last = p;
	p += sprintf(p, "\"z\":1}}");
	clock_t before = clock();
	ck_assert_msg(gd_json_scan(text, (size_t)(p - text), GD_SCAN_STRICT, &err) == 0, "%s",
		      err.text);
	ck_assert_int_lt(clock() - before, 2 * CLOCKS_PER_SEC);
	for (int i = 0; i < KEYS; i += KEYS / 5 - 1) {
		p = last + sprintf(last, "\"k%x\":1}}", i * 7919);
		ck_assert_int_eq(gd_json_scan(text, (size_t)(p - text), GD_SCAN_STRICT, &err), -1);
		ck_assert_ptr_ne(strstr(err.text, "twice"), NULL);
	}
	free(text);
}
END_TEST

/* The document's own bytes are not touched when strict. */
START_TEST(strict_changes_nothing)
{
	char text[] = "{\"a\":[1,2],\"b\":\"// x\",}", before[sizeof(text)];

	memcpy(before, text, sizeof(text));
	ck_assert_int_eq(gd_json_scan(text, sizeof(text) - 1, GD_SCAN_STRICT, &err), -1);
	ck_assert_mem_eq(before, text, sizeof(text));
	ck_assert_int_eq(gd_json_scan(text, sizeof(text) - 1, GD_SCAN_STRICT, NULL), -1);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ strict, ROWS(rows) }, { place, ROWS(place_rows) }, { policy, ROWS(policy_rows) },
		{ case_counts_elsewhere, 0 }, { depth, 0 }, { many_keys, 0 },
		{ strict_changes_nothing, 0 },
	};

	return run_suite("scan", cases, sizeof(cases) / sizeof(*cases));
}
