/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What turns one document into another, as RFC 6902 operations in the order in which they apply.
 * Members of objects are compared by key; elements of arrays are aligned (longest common
 * subsequence), so that a capability dropped from the middle of a list is one "remove".
 */
#include <string.h>

#include "json/tree.h"

/* Cells of an alignment. Above, what is left between the equal ends is replaced one by one. */
#define ALIGN_MAX (64u << 10)

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

/*
 * One slice of two arrays; the lengths of common tails are in a table of (n + 1) * (m + 1) cells.
 */
struct slice {
	const gd_json *from, *to;
	size_t i, j, n, m;
	unsigned *cells;
};

static unsigned *cell(const struct slice *s, size_t i, size_t j)
{
	return &s->cells[i * (s->m + 1) + j];
}

static bool same(const struct slice *s, size_t i, size_t j)
{
	return gd_json_equal(gd_json_at(s->from, s->i + i), gd_json_at(s->to, s->j + j));
}

static void align(struct diff *d, struct slice *s)
{
	size_t i, j, gap_i = 0, gap_j = 0;

	for (i = s->n; i-- > 0;) {
		for (j = s->m; j-- > 0;) {
			unsigned down = *cell(s, i + 1, j), right = *cell(s, i, j + 1);
			*cell(s, i, j) = down > right ? down : right;
			if (same(s, i, j))
				*cell(s, i, j) = *cell(s, i + 1, j + 1) + 1;
		}
	}
	for (i = j = 0; i < s->n && j < s->m;) {
		if (same(s, i, j)) {
			diff_gap(d, s->from, s->i + gap_i, s->i + i, s->to, s->j + gap_j, s->j + j);
			gap_i = ++i;
			gap_j = ++j;
		} else if (*cell(s, i + 1, j) >= *cell(s, i, j + 1)) {
			i++;
		} else {
			j++;
		}
	}
	diff_gap(d, s->from, s->i + gap_i, s->i + s->n, s->to, s->j + gap_j, s->j + s->m);
}

static void diff_arrays(struct diff *d, const gd_json *from, const gd_json *to)
{
	size_t n = gd_json_len(from), m = gd_json_len(to), head = 0, cells;

	while (head < n && head < m && gd_json_equal(gd_json_at(from, head), gd_json_at(to, head)))
		head++;
	while (n > head && m > head &&
	       gd_json_equal(gd_json_at(from, n - 1), gd_json_at(to, m - 1)))
		n--, m--;
	struct slice s = {
		.from = from, .to = to, .i = head, .j = head, .n = n - head, .m = m - head
	};
	if (s.n == 0 || s.m == 0 || __builtin_mul_overflow(s.n + 1, s.m + 1, &cells) ||
	    cells > ALIGN_MAX) {
		diff_gap(d, from, head, n, to, head, m);
		return;
	}
	s.cells = GD_NEW_N(d->arena, cells, unsigned);
	align(d, &s);
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
