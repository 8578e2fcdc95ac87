/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#include "suite.h"

static struct gd_arena *arena;

static struct gd_arena *a(void)
{
	if (arena == NULL)
		arena = gd_arena_new(NULL);
	return arena;
}

/* --- errors ---------------------------------------------------------------------------------- */

START_TEST(error_is_one_line)
{
	struct gd_error e = { 0 };

	ck_assert_int_eq(gd_error_set(&e, GD_E_INPUT, "line %d\nnext\x1b[31m\x7f", 3), -1);
	ck_assert_str_eq(e.text, "line 3?next?[31m?");
	ck_assert_int_eq(gd_error_wrap(&e, "load '%s'", "x"), -1);
	ck_assert_str_eq(e.text, "load 'x': line 3?next?[31m?");
	ck_assert_int_eq(e.kind, GD_E_INPUT);
	ck_assert_int_eq(e.errnum, 0);
	ck_assert_int_eq(gd_error_set(NULL, GD_E_INPUT, "x"), -1);
	ck_assert_int_eq(gd_error_wrap(NULL, "x"), -1);
	ck_assert_int_eq(gd_error_sys(NULL, ENOSPC, "x"), -1);
}
END_TEST

START_TEST(error_is_cut_whole)
{
	struct gd_error e = { 0 };
	char longer[2 * GD_ERROR_MAX];

	for (int shift = 0; shift < 4; shift++) {
		/* U+20AC throughout, at every offset. */
		for (size_t i = 0; i < sizeof(longer) - 1; i++)
			longer[i] = i < (size_t)shift ? 'x' : "\xe2\x82\xac"[(i - (size_t)shift) % 3];
		longer[sizeof(longer) - 1] = '\0';
		gd_error_set(&e, GD_E_INPUT, "%s", longer);
		size_t n = strlen(e.text);
		ck_assert_uint_lt(n, GD_ERROR_MAX);
		ck_assert_str_eq(e.text + n - 3, "...");
		uint32_t cp;
		for (size_t i = 0, len; i < n; i += len)
			ck_assert_msg((len = gd_utf8_decode(e.text + i, n - i, &cp)) > 0,
				      "cut inside a character");
	}
}
END_TEST

/* The words by which engines choose exit codes must not come from us. */
static const struct { int errnum; const char *never; } errno_rows[] = {
	{ ENOENT, "o such file" }, { EACCES, "ermission denied" },
	{ EPERM, "peration not permitted" },
	{ ENOTDIR, "ot a directory" }, { EISDIR, "s a directory" }, { ESRCH, "o such process" },
};

START_TEST(error_words)
{
	struct gd_error e = { 0 };

	gd_error_sys(&e, errno_rows[_i].errnum, "open");
	ck_assert_ptr_eq(strstr(e.text, errno_rows[_i].never), NULL);
	ck_assert_int_eq(strncmp(e.text, "open: ", 6), 0);
	ck_assert_uint_gt(strlen(e.text), 8);
	ck_assert_int_eq(e.errnum, errno_rows[_i].errnum);
	ck_assert_int_eq(e.kind, GD_E_SYSTEM);
	gd_error_sys(&e, ENOSPC, "write");
	ck_assert_str_eq(e.text, "write: No space left on device");
}
END_TEST

/* --- arena ----------------------------------------------------------------------------------- */

static jmp_buf out_of_memory;

static void no_memory(void)
{
	longjmp(out_of_memory, 1);
}

static const struct { size_t n, size; } impossible[] = {
	{ SIZE_MAX, 1 }, { SIZE_MAX / 2 + 2, 2 }, { (size_t)1 << 62, 1 }, { 1, SIZE_MAX - 8 },
};

START_TEST(arena_ends_in_its_handler)
{
	struct gd_arena *mine = gd_arena_new(no_memory);

	if (setjmp(out_of_memory) == 0) {
		gd_alloc_n(mine, impossible[_i].n, impossible[_i].size);
		ck_abort_msg("an impossible allocation returned");
	}
	gd_arena_free(mine);
	ck_assert_ptr_eq(gd_arena_free(NULL), NULL);
}
END_TEST

START_TEST(arena_zeroes_and_aligns)
{
	struct gd_arena *mine = gd_arena_new(NULL);
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4096, 65536, 65537, 1 << 20, 3 };

	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			unsigned char *p = gd_alloc(mine, sizes[i]);
			ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
			size_t k = 0;	/* an assertion a byte would take minutes */
			while (k < sizes[i] && p[k] == 0)
				k++;
			ck_assert_uint_eq(k, sizes[i]);
			memset(p, 0xff, sizes[i]);
		}
	}
	gd_arena_free(mine);
}
END_TEST

START_TEST(arena_grows_arrays)
{
	uint64_t *array = NULL;
	size_t n = 0;

	for (uint64_t i = 0; i < 5000; i++) {
		uint64_t *slot = GD_APPEND(a(), array, n);
		ck_assert_uint_eq(*slot, 0);
		*slot = i * i;
		gd_alloc(a(), i % 3);	/* something behind it, so that it moves */
	}
	ck_assert_uint_eq(n, 5000);
	for (uint64_t i = 0; i < n; i++)
		ck_assert_uint_eq(array[i], i * i);
}
END_TEST

START_TEST(arena_prints)
{
	ck_assert_str_eq(gd_printf(a(), "%s-%d", "x", 7), "x-7");
	ck_assert_str_eq(gd_strndup(a(), "abcdef", 3), "abc");
	ck_assert_str_eq(gd_strndup(a(), "ab", 30), "ab");
	ck_assert_uint_eq(strlen(gd_printf(a(), "%*s", 100000, "")), 100000);
}
END_TEST

/* --- text ------------------------------------------------------------------------------------ */

static const struct { const char *in, *want; } json_rows[] = {
	{ "", "\"\"" }, { "a/b", "\"a/b\"" }, { "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" }, { "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	{ "\xff" "a", "\"\xef\xbf\xbd" "a\"" }, { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(buf_json)
{
	struct gd_buf b = { .arena = a() };

	gd_buf_json_str(&b, json_rows[_i].in);
	ck_assert_str_eq(b.data, json_rows[_i].want);
	ck_assert_uint_eq(b.len, strlen(b.data));
}
END_TEST

START_TEST(buf_grows)
{
	struct gd_buf b = { .arena = a() };

	for (int i = 0; i < 10000; i++)
		gd_buf_fmt(&b, "%04d,", i);
	ck_assert_uint_eq(b.len, 50000);
	ck_assert_str_eq(b.data + 49995, "9999,");
	ck_assert_int_eq(strncmp(b.data, "0000,0001,", 10), 0);
}
END_TEST

static const struct { const char *s; uint64_t want; bool ok; } u64_rows[] = {
	{ "0", 0, true }, { "1", 1, true }, { "18446744073709551615", UINT64_MAX, true },
	{ "18446744073709551616", 0, false }, { "99999999999999999999", 0, false },
	{ "", 0, false },
	{ "00", 0, false }, { "01", 0, false }, { "+1", 0, false }, { "-1", 0, false },
	{ " 1", 0, false },
	{ "1 ", 0, false }, { "0x1", 0, false }, { "1e3", 0, false }, { NULL, 0, false },
};

START_TEST(parse_u64)
{
	uint64_t v = 77;
	int r = gd_parse_u64(u64_rows[_i].s, &v);

	ck_assert_int_eq(r, u64_rows[_i].ok ? 0 : -1);
	ck_assert_uint_eq(v, u64_rows[_i].ok ? u64_rows[_i].want : 77);
}
END_TEST

static const struct { const char *s; int64_t want; bool ok; } i64_rows[] = {
	{ "0", 0, true }, { "-1", -1, true }, { "9223372036854775807", INT64_MAX, true },
	{ "9223372036854775808", 0, false }, { "-9223372036854775808", INT64_MIN, true },
	{ "-9223372036854775809", 0, false }, { "-0", 0, false }, { "--1", 0, false },
	{ "-", 0, false },
	{ "-01", 0, false }, { NULL, 0, false },
};

START_TEST(parse_i64)
{
	int64_t v = 77;
	int r = gd_parse_i64(i64_rows[_i].s, &v);

	ck_assert_int_eq(r, i64_rows[_i].ok ? 0 : -1);
	ck_assert_int_eq(v, i64_rows[_i].ok ? i64_rows[_i].want : 77);
}
END_TEST

static const struct { const char *in, *want; size_t max; } quote_rows[] = {
	{ "", "''", 10 }, { "abc", "'abc'", 10 }, { "it's", "'it\\x27s'", 20 },
	{ "a\"b", "'a\\x22b'", 20 },
	{ "a\\b", "'a\\x5cb'", 20 }, { "a\nb\x1b", "'a\\x0ab\\x1b'", 20 },
	{ "\xc3\xa4", "'\\xc3\\xa4'", 20 },
	{ "abcdefghijkl", "'abcdefghij...'", 10 }, { "abcdefghij\n", "'abcdefghij...'", 12 },
	{ "permission denied", "'permission\\x20denied'", 60 },
	{ "Permission DENIED", "'Permission\\x20DENIED'", 60 },
	{ "a no such file or directory b", "'a no\\x20such file or directory b'", 60 },
	{ "x is a directory", "'x is\\x20a directory'", 60 },
	{ "executable file not found in $PATH", "'executable\\x20file not found in $PATH'", 60 },
	{ "not a directory", "'not\\x20a directory'", 60 },
	{ "operation not permitted", "'operation\\x20not permitted'", 60 },
	{ "just a note", "'just a note'", 60 },
};

START_TEST(quote)
{
	ck_assert_str_eq(gd_quote(a(), quote_rows[_i].in, quote_rows[_i].max), quote_rows[_i].want);
}
END_TEST

START_TEST(quote_into_a_small_buffer)
{
	char out[16];

	gd_quote_buf(out, sizeof(out), "\x01\x01\x01\x01\x01\x01", 6);
	ck_assert_str_eq(out, "'\\x01\\x01...'");
	gd_quote_buf(out, sizeof(out), "a\0b", 3);
	ck_assert_str_eq(out, "'a\\x00b'");
}
END_TEST

static const char *const near_words[] = { "capabilities", "seccomp", "mounts", "noNewPrivileges",
					  "exec" };
static const struct { const char *word, *want; } near_rows[] = {
	{ "capabilites", "capabilities" }, { "Seccomp", "seccomp" }, { "seccmop", "seccomp" },
	{ "nonewprivileges", "noNewPrivileges" }, { "mount", "mounts" }, { "windows", NULL },
	{ "x", NULL },
	{ "", NULL },
};

START_TEST(nearest)
{
	const char *got = gd_nearest(near_rows[_i].word, near_words, 5);

	ck_assert_msg(gd_streq(got, near_rows[_i].want), "%s: %s", near_rows[_i].word,
		      got ? got : "none");
}
END_TEST

START_TEST(words_and_ends)
{
	struct gd_words w = { 0 };

	ck_assert(!gd_words_has(&w, "x"));
	for (int i = 0; i < 100; i++)
		gd_words_add(a(), &w, gd_printf(a(), "w%d", i));
	ck_assert(gd_words_has(&w, "w0") && gd_words_has(&w, "w99") && !gd_words_has(&w, "w100"));
	ck_assert(gd_streq(NULL, NULL) && !gd_streq(NULL, "") && !gd_streq("", NULL) &&
		  gd_streq("a", "a"));
	ck_assert(gd_starts("abc", "ab") && gd_starts("abc", "") && !gd_starts("ab", "abc") &&
		  !gd_starts(NULL, ""));
	ck_assert(gd_ends("abc", "bc") && !gd_ends("c", "bc") && !gd_ends(NULL, "c"));
}
END_TEST

static const struct { const char *s; size_t n; uint32_t cp; } utf8_rows[] = {
	{ "a", 1, 'a' }, { "\x7f", 1, 0x7f }, { "\xc2\x80", 2, 0x80 }, { "\xdf\xbf", 2, 0x7ff },
	{ "\xe0\xa0\x80", 3, 0x800 }, { "\xef\xbf\xbf", 3, 0xffff },
	{ "\xf0\x90\x80\x80", 4, 0x10000 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff }, { "\x80", 0, 0 }, { "\xc0\x80", 0, 0 },
	{ "\xc1\xbf", 0, 0 },
	{ "\xe0\x9f\xbf", 0, 0 }, { "\xed\xa0\x80", 0, 0 }, { "\xed\xbf\xbf", 0, 0 },
	{ "\xf0\x8f\xbf\xbf", 0, 0 },
	{ "\xf4\x90\x80\x80", 0, 0 }, { "\xf8\x88\x80\x80\x80", 0, 0 }, { "\xfe", 0, 0 },
	{ "\xff", 0, 0 },
	{ "\xe2\x82", 0, 0 }, { "\xc3" "a", 0, 0 },
};

START_TEST(utf8)
{
	uint32_t cp = 0;
	char back[4];
	const char *s = utf8_rows[_i].s;
	size_t n = gd_utf8_decode(s, strlen(s), &cp);

	ck_assert_uint_eq(n, utf8_rows[_i].n);
	if (n > 0) {
		ck_assert_uint_eq(cp, utf8_rows[_i].cp);
		ck_assert_uint_eq(gd_utf8_encode(back, cp), n);
		ck_assert_mem_eq(back, s, n);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ error_is_one_line, 0 }, { error_is_cut_whole, 0 },
		{ error_words, ROWS(errno_rows) },
		{ arena_ends_in_its_handler, ROWS(impossible) }, { arena_zeroes_and_aligns, 0 },
		{ arena_grows_arrays, 0 }, { arena_prints, 0 }, { buf_json, ROWS(json_rows) },
		{ buf_grows, 0 },
		{ parse_u64, ROWS(u64_rows) }, { parse_i64, ROWS(i64_rows) },
		{ quote, ROWS(quote_rows) },
		{ quote_into_a_small_buffer, 0 }, { nearest, ROWS(near_rows) },
		{ words_and_ends, 0 },
		{ utf8, ROWS(utf8_rows) },
	};

	return run_suite("base", cases, sizeof(cases) / sizeof(*cases));
}
