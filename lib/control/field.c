/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The partial order. Every answer of "tighter" or "equal" is a promise that the other side lets
 * through everything that this one does; where two patterns overlap without one lying in the other,
 * the answer is "incomparable", never a guess.
 */
#include "control/field.h"

#include <string.h>

#include "control/element.h"

const char *const gd_action_names[] = { "ignore", "record", "rewrite", "deny", NULL };
const char *const gd_order_names[] = { "equal", "tighter", "looser", "incomparable", NULL };

enum gd_order gd_order_both(enum gd_order x, enum gd_order y)
{
	if (x == GD_EQUAL || x == y)
		return y;
	return y == GD_EQUAL ? x : GD_INCOMPARABLE;
}

/* @fewer: everything of a lies in b; @more: everything of b lies in a. */
static enum gd_order by_inclusion(bool fewer, bool more)
{
	if (fewer)
		return more ? GD_EQUAL : GD_TIGHTER;
	return more ? GD_LOOSER : GD_INCOMPARABLE;
}

static enum gd_order flipped(enum gd_order o)
{
	return o == GD_TIGHTER ? GD_LOOSER : o == GD_LOOSER ? GD_TIGHTER : o;
}

int gd_range_parse(const char *s, uint64_t *ret_first, uint64_t *ret_last)
{
	char first[24];
	const char *dash = strchr(s, '-');
	size_t n = dash ? (size_t)(dash - s) : strlen(s);
	uint64_t lo, hi;

	if (n >= sizeof(first))
		return -1;
	memcpy(first, s, n);
	first[n] = '\0';
	if (gd_parse_u64(first, &lo) < 0 || gd_parse_u64(dash ? dash + 1 : first, &hi) < 0 ||
	    hi < lo)
		return -1;
	*ret_first = lo;
	*ret_last = hi;
	return 0;
}

bool gd_ranges_have(const struct gd_words *ranges, uint64_t v)
{
	uint64_t lo, hi;

	for (size_t i = 0; i < ranges->n; i++)
		if (gd_range_parse(ranges->v[i], &lo, &hi) == 0 && v >= lo && v <= hi)
			return true;
	return false;
}

static bool range_covers(const char *outer, const char *inner)
{
	uint64_t lo, hi, l, h;

	return gd_range_parse(outer, &lo, &hi) == 0 && gd_range_parse(inner, &l, &h) == 0 &&
	       lo <= l && h <= hi;
}

bool gd_element_covers(enum gd_field_syntax syntax, const char *outer, const char *inner)
{
	if (strcmp(outer, inner) == 0)
		return true;
	switch (syntax) {
	case GD_S_RANGE:
		return range_covers(outer, inner);
	case GD_S_PROFILE: /* "any": no filter is needed; names of profiles say nothing about their
			      order */
		return strcmp(outer, "any") == 0;
	case GD_S_WORD:
	case GD_S_CAP:
		return strcmp(outer, "*") == 0;
	case GD_S_NAME:
	case GD_S_PATH:
		return gd_glob_covers(outer, inner);
	case GD_S_TEXT:
	case GD_S_SIZE:
	case GD_S_NUMBER:
	case GD_S_SIGNED:
	case GD_S_BOOL:
		return false;
	}
	return false;
}

bool gd_argv_covers(const struct gd_words *outer, const struct gd_words *inner)
{
	size_t i;

	if (outer->n == 0)
		return true;
	for (i = 0; i < outer->n; i++) {
		if (i + 1 == outer->n && strcmp(outer->v[i], "**") == 0)
			return true;
		/*
		 * An @inner without words speaks for everything, and is covered by nothing shorter.
		 */
		if (i >= inner->n || (i + 1 == inner->n && strcmp(inner->v[i], "**") == 0) ||
		    !gd_glob_covers(outer->v[i], inner->v[i]))
			return false;
	}
	return i == inner->n;
}

bool gd_argv_matches(const struct gd_words *pattern, const struct gd_words *argv)
{
	for (size_t i = 0; i < pattern->n; i++) {
		if (i + 1 == pattern->n && strcmp(pattern->v[i], "**") == 0)
			return true;
		if (i >= argv->n || !gd_glob(pattern->v[i], argv->v[i]))
			return false;
	}
	return pattern->n == 0 || pattern->n == argv->n;
}

bool gd_list_has(const struct gd_field *f, const void *list, const void *element)
{
	size_t n = gd_list_len(f, list);

	for (size_t i = 0; i < n; i++)
		if (gd_list_covers(f, gd_list_at(f, list, i), element))
			return true;
	return false;
}

bool gd_list_covers(const struct gd_field *f, const void *outer, const void *inner)
{
	if (f->kind != GD_F_RULES)
		return gd_element_covers(f->syntax, outer, inner);
	enum gd_order o = gd_fields_compare(f->sub, inner, outer);
	return o == GD_EQUAL || o == GD_TIGHTER;
}

static bool list_within(const struct gd_field *f, const void *inner, const void *outer)
{
	for (size_t i = 0; i < gd_list_len(f, inner); i++)
		if (!gd_list_has(f, outer, gd_list_at(f, inner, i)))
			return false;
	return true;
}

static enum gd_order compare_numbers(int64_t a, int64_t b)
{
	return a == b ? GD_EQUAL : a < b ? GD_TIGHTER : GD_LOOSER;
}

/* Smaller is tighter, unset is endless. */
static enum gd_order compare_limits(const struct gd_limit *a, const struct gd_limit *b)
{
	if (a->set && b->set)
		return compare_numbers(a->v, b->v);
	return a->set == b->set ? GD_EQUAL : a->set ? GD_TIGHTER : GD_LOOSER;
}

static enum gd_order compare_given(const struct gd_field *f, const void *a, const void *b)
{
	if (gd_syntax_is_number(f->syntax))
		return compare_limits(a, b);
	return gd_streq(*(const char *const *)a, *(const char *const *)b) ? GD_EQUAL
									  : GD_INCOMPARABLE;
}

static enum gd_order compare_patterns(const struct gd_field *f, const char *a, const char *b)
{
	if (!a || !b)
		return a == b ? GD_EQUAL : a ? GD_TIGHTER : GD_LOOSER;
	return by_inclusion(gd_element_covers(f->syntax, b, a), gd_element_covers(f->syntax, a, b));
}

bool gd_field_is_moot(const struct gd_field *f, const void *base)
{
	return f->beside && *(const int *)((const char *)base + f->beside->offset) == 0;
}

enum gd_order gd_field_compare(const struct gd_field *f, const void *base_a, const void *base_b)
{
	const void *a = (const char *)base_a + f->offset, *b = (const char *)base_b + f->offset;
	bool moot = gd_field_is_moot(f, base_a);

	if (moot || gd_field_is_moot(f, base_b))
		return moot ? gd_field_is_moot(f, base_b) ? GD_EQUAL : GD_LOOSER : GD_TIGHTER;

	switch (f->kind) {
	case GD_F_RIGHT:
		return compare_numbers(*(const bool *)a, *(const bool *)b);
	case GD_F_DUTY:
		return compare_numbers(*(const bool *)b, *(const bool *)a);
	case GD_F_ALLOW:
	case GD_F_RULES:
		return by_inclusion(list_within(f, a, b), list_within(f, b, a));
	case GD_F_DEMAND:
		return by_inclusion(list_within(f, b, a), list_within(f, a, b));
	case GD_F_MAX:
		return compare_limits(a, b);
	case GD_F_MIN: {
		const struct gd_limit *x = a, *y = b;
		if (x->set && y->set)
			return flipped(compare_numbers(x->v, y->v));
		return compare_limits(a, b);
	}
	case GD_F_GIVEN:
		return compare_given(f, a, b);
	case GD_F_CHOICE:
		return compare_numbers(*(const int *)b, *(const int *)a);
	case GD_F_GROUP:
		return gd_fields_compare(f->sub, a, b);
	case GD_F_PATTERN:
		return compare_patterns(f, *(const char *const *)a, *(const char *const *)b);
	case GD_F_ARGV:
		return by_inclusion(gd_argv_covers(b, a), gd_argv_covers(a, b));
	}
	return GD_INCOMPARABLE;
}

enum gd_order gd_fields_compare(const struct gd_field *table, const void *a, const void *b)
{
	enum gd_order o = GD_EQUAL;

	for (; table->name; table++)
		if (!table->resolved)	/* follows from the others */
			o = gd_order_both(o, gd_field_compare(table, a, b));
	return o;
}
