/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What turns one document into another, as RFC 6902 operations in the order in which they apply.
 * Members of objects are compared by key; elements of arrays are aligned (fewest changes), so that
 * a capability dropped from the middle of a list is one "remove".
 */
#include <string.h>

#include "json/tree.h"

/*
 * Elements removed and added, pairs looked at. Above, what is left between the equal ends is
 * replaced one by one.
 */
#define CHANGES_MAX 256u
#define COMPARED_MAX (1u << 20)
#define NONE ((size_t)-1)

struct diff {
	struct gd_arena *arena;
	struct gd_buf path;
	gd_json *ops;
	bool failed;	/* out of memory; nothing more is added */
};

static void operation(struct diff *d, const char *op, const gd_json *value, bool has_value)
{
	gd_json *o = gd_json_new_obj();

	d->failed |= gd_json_set(o, "op", gd_json_new_str(op)) < 0;
	d->failed |= gd_json_set(o, "path", gd_json_new_str(d->path.data)) < 0;
	if (has_value && value == NULL)
		d->failed |= gd_json_set_null(o, "value") < 0;
	else if (has_value)
		d->failed |= gd_json_set(o, "value", gd_json_copy(value)) < 0;
	d->failed |= gd_json_push(d->ops, o) < 0;
}

/* Enter a member or element; leave() with what this returned. */
static size_t enter(struct diff *d, const char *key, size_t index)
{
	size_t was = d->path.len;

	if (key != NULL)
		gd_json_pointer_add(&d->path, key);
	else
		gd_buf_fmt(&d->path, "/%zu", index);
	return was;
}

static void leave(struct diff *d, size_t was)
{
	d->path.len = was;
	d->path.data[was] = '\0';
}

static void diff_values(struct diff *d, const gd_json *from, const gd_json *to);

static void diff_objects(struct diff *d, const gd_json *from, const gd_json *to)
{
	struct gd_json_iter it = { 0 };

	while (gd_json_next(from, &it)) {
		size_t was = enter(d, it.key, 0);
		if (!gd_json_has(to, it.key))
			operation(d, "remove", NULL, false);
		else
			diff_values(d, it.value, gd_json_get(to, it.key));
		leave(d, was);
	}
	it = (struct gd_json_iter){ 0 };
	while (gd_json_next(to, &it)) {
		if (gd_json_has(from, it.key))
			continue;
		size_t was = enter(d, it.key, 0);
		operation(d, "add", it.value, true);
		leave(d, was);
	}
}

/*
 * Elements [i, i_end) of @from became [j, j_end) of @to, and none is equal to none. @at counts as
 * @to does.
 */
static void diff_gap(struct diff *d, const gd_json *from, size_t i, size_t i_end, const gd_json *to,
		     size_t j, size_t j_end)
{
	size_t was;

	for (; i < i_end && j < j_end; i++, j++) {
		was = enter(d, NULL, j);
		diff_values(d, gd_json_at(from, i), gd_json_at(to, j));
		leave(d, was);
	}
	for (; i < i_end; i++) {
		was = enter(d, NULL, j);	/* what follows moves up */
		operation(d, "remove", NULL, false);
		leave(d, was);
	}
	for (; j < j_end; j++) {
		was = enter(d, NULL, j);
		operation(d, "add", gd_json_at(to, j), true);
		leave(d, was);
	}
}

/* What differs between the equal ends of two arrays. */
struct slice {
	const gd_json *from, *to;
	size_t at, n, m;	/* elements from .at on, of each */
	size_t compared;
};

static bool same(struct slice *s, size_t i, size_t j)
{
	s->compared++;
	return gd_json_equal(gd_json_at(s->from, s->at + i), gd_json_at(s->to, s->at + j));
}

/*
 * Myers' greedy search: rows[d][t] is how far in @from one gets on the diagonal 2t - d with d
 * elements removed or added. Returns the number that leads to the end of both, or SIZE_MAX: too
 * many.
 */
static size_t search(struct slice *s, unsigned **rows, struct gd_arena *a)
{
	for (size_t d = 0; d <= CHANGES_MAX && s->compared <= COMPARED_MAX; d++) {
		const unsigned *last = d > 0 ? rows[d - 1] : NULL;
		unsigned *row = rows[d] = GD_NEW_N(a, d + 1, unsigned);
		for (size_t t = 0; t <= d; t++) {
			bool added = t == 0 || (t < d && last[t - 1] < last[t]);
			size_t i = d == 0 ? 0 : added ? last[t] : last[t - 1] + 1;
			size_t j = i + d - 2 * t;
			while (i < s->n && j < s->m && same(s, i, j))
				i++, j++;
			row[t] = (unsigned)i;
			if (i >= s->n && j >= s->m)
				return d;
		}
	}
	return SIZE_MAX;
}

/* pair[i]: which of @to element i of @from became, or none. */
static void trace_back(const struct slice *s, unsigned *const *rows, size_t d, size_t *pair)
{
	size_t i = s->n, j = s->m;

	for (size_t k = 0; k < s->n; k++)
		pair[k] = NONE;
	for (; d > 0; d--) {
		const unsigned *last = rows[d - 1];
		size_t t = (i + d - j) / 2;
		bool added = t == 0 || (t < d && last[t - 1] < last[t]);
		size_t before = added ? last[t] : last[t - 1] + 1;
		for (; i > before; i--, j--)
			pair[i - 1] = j - 1;
		i -= !added;
		j -= added;
	}
	for (; i > 0; i--, j--)
		pair[i - 1] = j - 1;
}

static bool align(struct diff *d, struct slice *s, size_t *pair)
{
	unsigned **rows;
	size_t changes;

	if (s->n > UINT32_MAX / 2 || s->m > UINT32_MAX / 2)
		return false;
	rows = GD_NEW_N(d->arena, CHANGES_MAX + 1, unsigned *);
	changes = search(s, rows, d->arena);
	if (changes == SIZE_MAX)
		return false;
	trace_back(s, rows, changes, pair);
	return true;
}

static void diff_arrays(struct diff *d, const gd_json *from, const gd_json *to)
{
	size_t n = gd_json_len(from), m = gd_json_len(to), head = 0, i = 0, j = 0;
	size_t *pair;

	while (head < n && head < m && gd_json_equal(gd_json_at(from, head), gd_json_at(to, head)))
		head++;
	while (n > head && m > head &&
	       gd_json_equal(gd_json_at(from, n - 1), gd_json_at(to, m - 1)))
		n--, m--;
	struct slice s = { .from = from, .to = to, .at = head, .n = n - head, .m = m - head };
	if (s.n > 0 && s.m > 0) {
		pair = GD_NEW_N(d->arena, s.n, size_t);
		for (size_t k = align(d, &s, pair) ? 0 : s.n; k < s.n; k++) {
			if (pair[k] == NONE)
				continue;
			diff_gap(d, from, head + i, head + k, to, head + j, head + pair[k]);
			i = k + 1;
			j = pair[k] + 1;
		}
	}
	diff_gap(d, from, head + i, n, to, head + j, m);
}

static void diff_values(struct diff *d, const gd_json *from, const gd_json *to)
{
	enum gd_json_kind kind = gd_json_kind(from);

	if (kind == gd_json_kind(to) && kind == GD_JSON_OBJECT)
		diff_objects(d, from, to);
	else if (kind == gd_json_kind(to) && kind == GD_JSON_ARRAY)
		diff_arrays(d, from, to);
	else if (!gd_json_equal(from, to))
		operation(d, "replace", to, true);
}

int gd_json_diff(const gd_json *from, const gd_json *to, struct gd_arena *a, gd_json **ret)
{
	struct diff d = { .arena = a, .path = { .arena = a }, .ops = gd_json_new_arr() };

	gd_buf_str(&d.path, "");
	if (d.ops != NULL)
		diff_values(&d, from, to);
	if (d.ops == NULL || d.failed) {
		gd_json_free(d.ops);
		return -1;
	}
	*ret = d.ops;
	return 0;
}
