/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One value of a field from its JSON. The same code reads what people write and what was applied.
 */
#include <string.h>

#include "control/config_leaf.h"
#include "control/element.h"

int gd_unknown_field(const struct gd_reader *r, size_t at, const char *key,
		     const struct gd_words *known)
{
	if (r->flat)
		return gd_pull_fail(r->pull, at,
				    "unknown field %s: applied by another version of guarded; run "
				    "'guardctl apply'",
				    gd_quote(r->arena, key, 64));
	return gd_pull_unknown(r->pull, at, "field", key, known, r->arena);
}

static int read_element(const struct gd_reader *r, const struct gd_field *f, const char **ret)
{
	size_t at = gd_pull_here(r->pull);
	const char *why = NULL;
	int64_t number;
	char *s;

	/* One id is a number to everybody but us. */
	if (f->syntax == GD_S_RANGE && gd_pull_peek(r->pull) == '0') {
		if (gd_pull_i64(r->pull, &number) < 0)
			return -1;
		s = gd_printf(r->arena, "%lld", (long long)number);
	} else if (gd_pull_str(r->pull, &s) < 0) {
		return -1;
	}
	*ret = gd_element_take(f, s, r->arena, &why);
	return *ret ? 0 : gd_pull_fail(r->pull, at, "%s", why);
}

/* "@bindRoots/..." comes next: no path yet, so it is looked at before paths are checked. */
static bool at_macro(const struct gd_reader *r)
{
	return r->macros && gd_pull_peek(r->pull) == '"' && r->pull->end - r->pull->at > 1 &&
	       r->pull->at[1] == '@';
}

static int unknown_macro(const struct gd_reader *r, size_t at, const char *s)
{
	return gd_pull_fail(r->pull, at, "unknown list %s, known is '@bindRoots'",
			    gd_quote(r->arena, s, 64));
}

/* A path that begins with a macro stands for as many paths as its list has. */
static bool expand(const struct gd_reader *r, const char *s, struct gd_words *ret)
{
	static const char name[] = "@bindRoots";

	if (!gd_starts(s, name))
		return false;
	const char *rest = s + sizeof(name) - 1;
	if (*rest != '\0' && *rest != '/')
		return false;
	for (size_t i = 0; i < r->macros->bind_roots.n; i++)
		gd_words_add(r->arena, ret,
			     gd_printf(r->arena, "%s%s", r->macros->bind_roots.v[i], rest));
	return true;
}

static int read_words(const struct gd_reader *r, const struct gd_field *f, struct gd_words *ret)
{
	const char *e;
	int more;

	if (gd_pull_array(r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(r->pull)) > 0) {
		size_t at = gd_pull_here(r->pull);
		char *s;
		if (f->syntax == GD_S_PATH && at_macro(r)) {
			if (gd_pull_str(r->pull, &s) < 0)
				return -1;
			if (!expand(r, s, ret))
				return unknown_macro(r, at, s);
			continue;
		}
		if (ret->n == GD_LIST_MAX)
			return gd_pull_fail(r->pull, at, "more than %d elements", GD_LIST_MAX);
		if (read_element(r, f, &e) < 0)
			return -1;
		gd_words_add(r->arena, ret, e);
	}
	return more;
}

static int read_limit(const struct gd_reader *r, const struct gd_field *f, struct gd_limit *ret)
{
	struct gd_pull *p = r->pull;
	size_t at = gd_pull_here(p);
	struct gd_limit v = { .set = true };
	char *s;

	*ret = (struct gd_limit){ .set = false };
	if (gd_pull_null(p))
		return 0;
	if (f->syntax == GD_S_SIZE && gd_pull_peek(p) == '"') {
		if (gd_pull_str(p, &s) < 0)
			return -1;
		const char *why = gd_size_take(s, &v.v);
		if (why)
			return gd_pull_fail(p, at, "%s: %s", gd_quote(r->arena, s, 32), why);
	} else if (gd_pull_i64(p, &v.v) < 0) {
		return -1;
	}
	if (v.v < 0 && f->syntax != GD_S_SIGNED)
		return gd_pull_fail(p, at, "a negative number is no limit here; null means none");
	*ret = v;
	return 0;
}

static int read_choice(const struct gd_reader *r, const struct gd_field *f, int *ret)
{
	size_t at = gd_pull_here(r->pull), n;
	const char *const *words = gd_syntax_words(f, &n);
	char *s;

	if (gd_pull_str(r->pull, &s) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], s) != 0)
			continue;
		*ret = (int)i;
		return 0;
	}
	const struct gd_words known = { (const char **)(uintptr_t)words, n };
	return gd_pull_unknown(r->pull, at, "word", s, &known, r->arena);
}

static const struct gd_field *find_field(const struct gd_field *table, const char *key,
					 const struct gd_field *next)
{
	/* What we wrote comes in table order. */
	if (next->name && strcmp(next->name, key) == 0)
		return next;
	for (; table->name; table++)
		if (strcmp(table->name, key) == 0)
			return table;
	return NULL;
}

/* An object of @table: a rule, or a group in the flat form. */
static int read_struct(const struct gd_reader *r, const struct gd_field *table, void *base,
		       bool *ret_first)
{
	const struct gd_field *next = table;
	size_t at, start = gd_pull_here(r->pull), seen = 0, want = 0;
	char *key;
	int more;

	*ret_first = false;
	if (gd_pull_object(r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(r->pull, &key, &at)) > 0) {
		const struct gd_field *f = find_field(table, key, next);
		if (!f) {
			struct gd_words known = { 0 };
			for (f = table; f->name; f++)
				gd_words_add(r->arena, &known, f->name);
			return gd_unknown_field(r, at, key, &known);
		}
		if (gd_field_read(r, f, base) < 0)
			return -1;
		*ret_first |= f == table;
		next = f + 1;
		seen++;
	}
	if (more < 0)
		return -1;
	for (const struct gd_field *f = table; r->flat && f->name; f++)
		want++;
	/* Keys are unique: written so, and the scanner refuses anything else. */
	if (r->flat && seen != want)
		return gd_pull_fail(r->pull, start,
				    "a field is missing: applied by another version of guarded; "
				    "run 'guardctl apply'");
	return 0;
}

static const struct gd_field *macro_field(const struct gd_field *sub, const char *rule)
{
	for (; sub->name; sub++) {
		if (sub->kind != GD_F_PATTERN || sub->syntax != GD_S_PATH)
			continue;
		const char *s = *(const char *const *)(rule + sub->offset);
		if (s && *s == '@')
			return sub;
	}
	return NULL;
}

/* A rule whose path begins with a macro becomes as many rules as the macro has words. */
static int push_rule(const struct gd_reader *r, const struct gd_field *f, char *rule, size_t at,
		     struct gd_rules *list)
{
	const struct gd_field *m = macro_field(f->sub, rule);
	struct gd_words paths = { 0 };

	if (!m) {
		gd_list_push(f, list, rule, r->arena);
		return 0;
	}
	const char **path = (const char **)(rule + m->offset);
	if (!expand(r, *path, &paths))
		return unknown_macro(r, at, *path);
	for (size_t i = 0; i < paths.n; i++) {
		*path = paths.v[i];
		if (push_rule(r, f, rule, at, list) < 0)
			return -1;
	}
	return 0;
}

/* A rule without its first word would speak for everything. */
static bool lacks_first(const struct gd_field *sub, const char *rule, bool given)
{
	return !given || (sub->kind == GD_F_PATTERN && !*(const char *const *)(rule + sub->offset));
}

static int read_rules(const struct gd_reader *r, const struct gd_field *f, struct gd_rules *ret)
{
	bool first;
	int more;

	if (gd_pull_array(r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(r->pull)) > 0) {
		char *rule = gd_alloc(r->arena, f->sub_size);
		size_t at = gd_pull_here(r->pull);
		if (ret->n >= GD_LIST_MAX)
			return gd_pull_fail(r->pull, at, "more than %d rules", GD_LIST_MAX);
		if (read_struct(r, f->sub, rule, &first) < 0)
			return -1;
		if (lacks_first(f->sub, rule, first))
			return gd_pull_fail(r->pull, at, "this rule has no '%s'", f->sub->name);
		if (push_rule(r, f, rule, at, ret) < 0)
			return -1;
	}
	return more;
}

static int read_word(const struct gd_reader *r, const struct gd_field *f, const char **ret)
{
	*ret = NULL;
	if (gd_pull_null(r->pull))
		return 0;
	if (f->kind != GD_F_PATTERN || f->syntax != GD_S_PATH || !at_macro(r))
		return read_element(r, f, ret);
	char *s;
	if (gd_pull_str(r->pull, &s) < 0)
		return -1;
	*ret = s;	/* push_rule makes it a path or refuses it */
	return 0;
}

int gd_field_read(const struct gd_reader *r, const struct gd_field *f, void *base)
{
	void *to = (char *)base + f->offset;
	bool first;

	switch (f->kind) {
	case GD_F_RIGHT:
	case GD_F_DUTY:
		return gd_pull_bool(r->pull, to);
	case GD_F_ALLOW:
	case GD_F_DEMAND:
	case GD_F_ARGV:
		memset(to, 0, sizeof(struct gd_words));
		return read_words(r, f, to);
	case GD_F_MAX:
	case GD_F_MIN:
		return read_limit(r, f, to);
	case GD_F_GIVEN:
		if (gd_syntax_is_number(f->syntax))
			return read_limit(r, f, to);
		return read_word(r, f, to);
	case GD_F_PATTERN:
		return read_word(r, f, to);
	case GD_F_CHOICE:
		return read_choice(r, f, to);
	case GD_F_RULES:
		memset(to, 0, sizeof(struct gd_rules));
		return read_rules(r, f, to);
	case GD_F_GROUP:
		return read_struct(r, f->sub, to, &first);
	}
	return gd_pull_fail(r->pull, gd_pull_here(r->pull), "a field of an unknown kind");
}
