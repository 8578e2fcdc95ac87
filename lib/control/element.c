/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/element.h"

#include <string.h>

#include "base/buf.h"
#include "base/cap.h"

static const char *const cap_names[] = {
#define X(name) #name,
	GD_CAPS(X)
#undef X
};
_Static_assert(sizeof(cap_names) / sizeof(*cap_names) == GD_CAP_COUNT, "one name a capability");

#define ID_LAST "4294967295" /* the largest uid or gid */

bool gd_syntax_is_number(enum gd_field_syntax s)
{
	return s == GD_S_SIZE || s == GD_S_NUMBER || s == GD_S_SIGNED;
}

bool gd_kind_is_list(enum gd_field_kind k)
{
	return k == GD_F_ALLOW || k == GD_F_DEMAND || k == GD_F_RULES || k == GD_F_ARGV;
}

size_t gd_field_size(const struct gd_field *f)
{
	switch (f->kind) {
	case GD_F_RIGHT:
	case GD_F_DUTY:
		return sizeof(bool);
	case GD_F_ALLOW:
	case GD_F_DEMAND:
	case GD_F_ARGV:
		return sizeof(struct gd_words);
	case GD_F_MAX:
	case GD_F_MIN:
		return sizeof(struct gd_limit);
	case GD_F_GIVEN:
		return gd_syntax_is_number(f->syntax) ? sizeof(struct gd_limit)
						      : sizeof(const char *);
	case GD_F_PATTERN:
		return sizeof(const char *);
	case GD_F_CHOICE:
		return sizeof(int);
	case GD_F_RULES:
		return sizeof(struct gd_rules);
	case GD_F_GROUP:
		return f->sub_size;
	}
	return 0;
}

size_t gd_list_len(const struct gd_field *f, const void *list)
{
	return f->kind == GD_F_RULES ? ((const struct gd_rules *)list)->n
				     : ((const struct gd_words *)list)->n;
}

const void *gd_list_at(const struct gd_field *f, const void *list, size_t i)
{
	if (f->kind == GD_F_RULES)
		return (const char *)((const struct gd_rules *)list)->v + i * f->sub_size;
	return ((const struct gd_words *)list)->v[i];
}

void gd_list_push(const struct gd_field *f, void *list, const void *element, struct gd_arena *a)
{
	if (f->kind == GD_F_RULES) {
		struct gd_rules *r = list;
		memcpy(gd_grow(a, &r->v, &r->n, f->sub_size), element, f->sub_size);
	} else {
		gd_words_add(a, list, element);
	}
}

const char *const *gd_syntax_words(const struct gd_field *f, size_t *ret_n)
{
	*ret_n = 0;
	if (f->syntax == GD_S_CAP) {
		*ret_n = GD_CAP_COUNT;
		return cap_names;
	}
	while (f->words && f->words[*ret_n])
		++*ret_n;
	return f->words;
}

static const char *unknown(const char *what, const char *s, const struct gd_field *f,
			   struct gd_arena *a)
{
	size_t n;
	const char *const *words = gd_syntax_words(f, &n);
	const char *near = words ? gd_nearest(s, words, n) : NULL;

	if (near)
		return gd_printf(a, "unknown %s %s, did you mean '%s'?", what, gd_quote(a, s, 64),
				 near);
	struct gd_buf b = { .arena = a };
	gd_buf_fmt(&b, "unknown %s %s", what, gd_quote(a, s, 64));
	for (size_t i = 0; f->syntax == GD_S_WORD && i < n; i++)
		gd_buf_fmt(&b, "%s'%s'", i == 0 ? "; known are " : ", ", words[i]);
	return b.data;
}

static const char *take_word(const struct gd_field *f, const char *s, struct gd_arena *a,
			     const char **ret_why)
{
	size_t n;
	const char *const *words = gd_syntax_words(f, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], s) == 0)
			return words[i];
	if (strcmp(s, "*") == 0 && f->kind != GD_F_GIVEN && f->kind != GD_F_DEMAND)
		return "*";
	*ret_why = unknown("word", s, f, a);
	return NULL;
}

static const char *take_cap(const struct gd_field *f, const char *s, struct gd_arena *a,
			    const char **ret_why)
{
	if (strcmp(s, "*") == 0 && f->kind != GD_F_GIVEN)
		return "*";
	int n = gd_cap_number_loose(s);
	if (n >= 0 && n < GD_CAP_COUNT)
		return cap_names[n];
	/* Docker's word for all of them is a trap in a list that means "no more than these". */
	*ret_why = strcmp(s, "ALL") == 0
			   ? "write '*' for all capabilities"
			   : unknown("capability", gd_starts(s, "CAP_") ? s + 4 : s, f, a);
	return NULL;
}

static const char *take_path(const char *s, struct gd_arena *a, const char **ret_why)
{
	const char *clean;

	if (*s != '/') {
		*ret_why = gd_printf(a, "%s is no absolute path", gd_quote(a, s, 200));
		return NULL;
	}
	clean = gd_path_clean(a, s);
	if (strcmp(clean, s) == 0)
		return s;
	*ret_why = gd_printf(a, "%s is no clean path, write %s", gd_quote(a, s, 200),
			     gd_quote(a, clean, 200));
	return NULL;
}

static const char *take_range(const char *s, struct gd_arena *a, const char **ret_why)
{
	uint64_t lo, hi;

	if (strcmp(s, "*") == 0)
		return "0-" ID_LAST;
	if (gd_range_parse(s, &lo, &hi) == 0 && hi <= UINT32_MAX)
		return strchr(s, '-') ? s : gd_printf(a, "%s-%s", s, s);
	*ret_why = gd_printf(a, "%s is no range, write '1000-65535', '1000' or '*'",
			     gd_quote(a, s, 64));
	return NULL;
}

const char *gd_element_take(const struct gd_field *f, const char *s, struct gd_arena *a,
			    const char **ret_why)
{
	if (*s == '\0') {
		*ret_why = "an empty word means nothing here";
		return NULL;
	}
	switch (f->syntax) {
	case GD_S_WORD:
		return take_word(f, s, a, ret_why);
	case GD_S_CAP:
		return take_cap(f, s, a, ret_why);
	case GD_S_PATH:
		return take_path(s, a, ret_why);
	case GD_S_RANGE:
		return take_range(s, a, ret_why);
	case GD_S_NAME:
	case GD_S_PROFILE:
	case GD_S_TEXT:
		return s;
	case GD_S_SIZE:
	case GD_S_NUMBER:
	case GD_S_SIGNED:
	case GD_S_BOOL:
		break;
	}
	*ret_why = "no word belongs here";
	return NULL;
}

const char *gd_size_take(const char *s, int64_t *ret)
{
	static const struct { const char *unit; unsigned shift; } units[] = {
		{ "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "TiB", 40 },
	};
	char digits[24];
	size_t n = strspn(s, "0123456789");
	int64_t v;

	if (n == 0 || n >= sizeof(digits))
		return "a size is written as bytes or as '512MiB', '8GiB'";
	memcpy(digits, s, n);
	digits[n] = '\0';
	if (gd_parse_i64(digits, &v) < 0)
		return "this size is too large, or begins with a zero";
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(s + n, units[i].unit) != 0)
			continue;
		if (v > INT64_MAX >> units[i].shift)
			return "this size is too large";
		*ret = v << units[i].shift;
		return NULL;
	}
	if (s[n] == '\0')
		return "a size without a unit is a number: write it without quotes";
	return "Docker and Kubernetes read this unit differently: write KiB, MiB, GiB or TiB "
	       "(powers of 1024), or bytes";
}
