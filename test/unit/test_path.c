/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/str.h"

#include "suite.h"

/* What Go's filepath.Clean gives; the Go program in test/differential compares the same rows. */
static const struct { const char *in, *want; } clean_rows[] = {
	{ "/", "/" }, { "//", "/" }, { "/.", "/" }, { "/..", "/" }, { "/../..", "/" },
	{ "/a", "/a" },
	{ "/a/", "/a" }, { "/a//b", "/a/b" }, { "/a/./b", "/a/b" }, { "/a/../b", "/b" },
	{ "/a/b/..", "/a" },
	{ "/a/b/../..", "/" }, { "/a/b/../../../c", "/c" }, { "/...", "/..." }, { "/..a", "/..a" },
	{ "/a..", "/a.." }, { "", "." }, { ".", "." }, { "a", "a" }, { "a/..", "." },
	{ "../a/..", ".." },
	{ "a/../..", ".." }, { "../../a", "../../a" }, { "./a", "a" }, { "a/b/../../../c", "../c" },
	{ "/proc/self/../1", "/proc/1" },
};

START_TEST(clean)
{
	struct gd_arena *a = gd_arena_new(NULL);

	ck_assert_str_eq(gd_path_clean(a, clean_rows[_i].in), clean_rows[_i].want);
	gd_arena_free(a);
}
END_TEST

static const struct { const char *path, *dir; bool want; } within_rows[] = {
	{ "/a", "/a", true }, { "/a/b", "/a", true }, { "/ab", "/a", false },
	{ "/a", "/a/b", false },
	{ "/a", "/", true }, { "/", "/", true }, { "/", "/a", false },
	{ "/run/docker.sock", "/run", true },
	{ "/runner", "/run", false },
};

START_TEST(within)
{
	ck_assert_int_eq(gd_path_within(within_rows[_i].path, within_rows[_i].dir),
			 within_rows[_i].want);
}
END_TEST

static const struct { const char *pattern, *s; bool want; } glob_rows[] = {
	/* names */
	{ "", "", true }, { "", "a", false }, { "a", "a", true }, { "a", "A", false },
	{ "*", "", true },
	{ "*", "abc", true }, { "APP_*", "APP_", true }, { "APP_*", "APP_X", true },
	{ "APP_*", "xAPP_X", false },
	{ "*_PROXY", "HTTP_PROXY", true }, { "a*b*c", "aXbYc", true }, { "a*b*c", "abcbc", true },
	{ "a*b*c", "acb", false }, { "?", "a", true }, { "?", "", false }, { "??", "a", false },
	{ "a?c", "abc", true },
	{ "[a]", "a", false }, { "[a]", "[a]", true }, { "\\*", "*", false },
	{ "a**b", "aXb", true },
	{ "*a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false },
	/* a star stays in its component */
	{ "*", "a/b", false }, { "/srv/*", "/srv/a", true }, { "/srv/*", "/srv/a/b", false },
	{ "/srv/?", "/srv/a", true },
	{ "/srv?a", "/srv/a", false }, { "/srv*", "/srv/a", false }, { "/*/b", "/a/b", true },
	{ "/*/b", "/a/c/b", false },
	{ "reg/web/*", "reg/web/a", true }, { "reg/web/*", "reg/web/a/b", false },
	{ "/a**b", "/a/b", false },
	/* any depth */
	{ "/x/**", "/x", true }, { "/x/**", "/x/a", true }, { "/x/**", "/x/a/b/c", true },
	{ "/x/**", "/xy", false },
	{ "/x/**", "/", false }, { "/**", "/", true }, { "/**", "/a/b", true }, { "**", "a", true },
	{ "**", "/a/b", true },
	{ "/**/b", "/b", true }, { "/**/b", "/a/b", true }, { "/**/b", "/a/c/b", true },
	{ "/**/b", "/a/b/c", false },
	{ "/**/b/*", "/a/b/b/c", true }, { "/**/a/**/b", "/x/a/y/a/z/b", true },
	{ "/**/a/**/b", "/x/b/y/a", false },
	{ "/**/**/b", "/b", true }, { "/a/**/**", "/a", true }, { "/**/", "/a/", true },
	{ "/**/", "/a", false },
	/* empty components and dots are nobody's wildcard */
	{ "/*", "/", false }, { "/srv/*", "/srv/", false }, { "/srv/**", "/srv/../etc", false },
	{ "/srv/*", "/srv/..", false }, { "/srv/*/x", "/srv/../x", false },
	{ "/srv/?", "/srv/.", false },
	{ "/srv/.?", "/srv/..", false }, { "/srv/**", "/srv/a/../../etc", false },
	{ "/srv/**/x", "/srv/../x", false },
	{ "/srv/*", "/srv/...", true }, { "/srv/*", "/srv/.a", true },
};

START_TEST(glob)
{
	ck_assert_msg(gd_glob(glob_rows[_i].pattern, glob_rows[_i].s) == glob_rows[_i].want,
		      "%s %s", glob_rows[_i].pattern, glob_rows[_i].s);
}
END_TEST

static const struct { const char *outer, *inner; bool want; } covers_rows[] = {
	{ "a", "a", true }, { "a", "b", false }, { "*", "a", true }, { "*", "*", true },
	{ "*", "?", true },
	{ "?", "?", true }, { "?", "*", false }, { "?", "a", true }, { "a", "?", false },
	{ "a", "*", false },
	{ "a*", "ab*", true }, { "ab*", "a*", false }, { "a*c", "abc", true },
	{ "a*c", "a*b*c", true },
	{ "a*b*c", "a*c", false }, { "*", "**", false }, { "**", "*", true }, { "**", "**", true },
	{ "/x/**", "/x/*", true }, { "/x/**", "/x", true }, { "/x/**", "/x/**", true },
	{ "/x/**", "/x/a/**", true },
	{ "/x/a/**", "/x/**", false }, { "/x/*", "/x/**", false }, { "/x/*/c", "/x/b/c", true },
	{ "/x/*/c", "/x/**/c", false }, { "/**", "/x/**/c", true }, { "/**/c", "/x/**/c", true },
	{ "/**/c", "/x/**", false }, { "/x/*", "/x/", false }, { "/x/**", "/x/../y", false },
	{ "/x/*", "/y/*", false },
};

START_TEST(glob_covers)
{
	ck_assert_msg(gd_glob_covers(covers_rows[_i].outer, covers_rows[_i].inner) ==
			      covers_rows[_i].want,
		      "%s %s", covers_rows[_i].outer, covers_rows[_i].inner);
}
END_TEST

/* Enumerates words over a small alphabet: @index in base 5. */
static void word(char *out, unsigned index, const char *alphabet)
{
	for (; index > 0; index /= 6)
		*out++ = alphabet[index % 6];
	*out = '\0';
}

/* Whatever covers() claims holds for every short string: inclusion is never claimed wrongly. */
START_TEST(covers_is_never_wrong)
{
	enum { WORDS = 6 * 6 * 6 * 6, STRINGS = 6 * 6 * 6 * 6 };
	char outer[8], inner[8], s[8];
	unsigned claims = 0,
		 step = 7; /* every seventh pair; together with the rows above enough, and fast */

	for (unsigned i = (unsigned)_i; i < WORDS; i += step) {
		word(outer, i, "/*?a.b");
		for (unsigned j = 1; j < WORDS; j++) {
			word(inner, j, "/*?a.b");
			if (!gd_glob_covers(outer, inner))
				continue;
			claims++;
			for (unsigned k = 0; k < STRINGS; k += 5) {
				word(s, k, "/a.b/a");
				if (gd_glob(inner, s) && !gd_glob(outer, s))
					ck_abort_msg("%s covers %s but for %s", outer, inner, s);
			}
		}
	}
	ck_assert_uint_gt(claims, 100);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ clean, ROWS(clean_rows) }, { within, ROWS(within_rows) },
		{ glob, ROWS(glob_rows) },
		{ glob_covers, ROWS(covers_rows) }, { covers_is_never_wrong, 7 },
	};

	return run_suite("path", cases, sizeof(cases) / sizeof(*cases));
}
