/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a layer says about a control, and the flat form of the applied file. */
#include <string.h>

#include "control/config_leaf.h"
#include "control/element.h"

#define BIT(i) (UINT64_C(1) << (i))

struct layer {
	struct gd_reader reader;
	const struct gd_control *control;
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n;
	struct gd_written *w;
};

/* What stands at a place of the layer, into @config. */
static int read_into(const struct layer *l, size_t i, void *config)
{
	return gd_field_read(&l->reader, l->leaves[i].field, (char *)config + l->leaves[i].offset);
}

/*
 * "add", "drop" and "replace" as one table: which configuration they fill and which bit they set.
 */
static int read_word_of(const struct layer *l, size_t i, const char *word, size_t at)
{
	struct gd_written *w = l->w;
	const struct { const char *word; void *config; uint64_t *bits; bool lists; } words[] = {
		{ "add", w->add, &w->added, true },
		{ "drop", w->drop, &w->dropped, true },
		{ "replace", w->set, &w->replaced, false },
	};
	struct gd_words known = { 0 };

	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
		if (words[k].lists && !gd_kind_is_list(l->leaves[i].field->kind))
			continue;
		gd_words_add(l->reader.arena, &known, words[k].word);
		if (strcmp(words[k].word, word) != 0)
			continue;
		*words[k].bits |= BIT(i);
		if (!words[k].lists)
			w->has |= BIT(i);
		return read_into(l, i, words[k].config);
	}
	return gd_unknown_field(&l->reader, at, word, &known);
}

static int read_leaf(const struct layer *l, size_t i)
{
	struct gd_pull *p = l->reader.pull;
	size_t at;
	char *key;
	int more;

	l->w->leaf_at[i] = gd_pull_here(p);
	if (gd_pull_peek(p) != '{') {
		l->w->has |= BIT(i);
		return read_into(l, i, l->w->set);
	}
	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0)
		if (read_word_of(l, i, key, at) < 0)
			return -1;
	return more;
}

/* The leaf called @key in @group (NULL: none), or -1. */
static int find_leaf(const struct layer *l, const char *group, const char *key)
{
	for (size_t i = 0; i < l->n; i++)
		if (gd_streq(l->leaves[i].group, group) &&
		    strcmp(l->leaves[i].field->name, key) == 0)
			return l->leaves[i].field->resolved ? -1 : (int)i;
	return -1;
}

static int unknown_key(const struct layer *l, const char *group, const char *key, size_t at)
{
	struct gd_words known = { 0 };

	for (size_t i = 0; i < l->n; i++)
		if (gd_streq(l->leaves[i].group, group) && !l->leaves[i].field->resolved)
			gd_words_add(l->reader.arena, &known, l->leaves[i].field->name);
	for (const struct gd_field *f = l->control->fields; !group && f && f->name; f++)
		if (f->kind == GD_F_GROUP)
			gd_words_add(l->reader.arena, &known, f->name);
	return gd_unknown_field(&l->reader, at, key, &known);
}

static int read_group(const struct layer *l, const char *group)
{
	struct gd_pull *p = l->reader.pull;
	size_t at;
	char *key;
	int more;

	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0) {
		int i = find_leaf(l, group, key);
		if (i < 0)
			return unknown_key(l, group, key, at);
		if (read_leaf(l, (size_t)i) < 0)
			return -1;
	}
	return more;
}

/* The control's own "add" and "drop" mean its primary field; -1 where it has none. */
static int primary(const struct layer *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->leaves[i].field->primary)
			return (int)i;
	return -1;
}

static int read_own_word(const struct layer *l, const char *key, size_t at)
{
	int i;

	if (strcmp(key, "replace") == 0)
		return gd_pull_bool(l->reader.pull, &l->w->replace);
	i = primary(l);
	if (i < 0)
		return gd_pull_fail(l->reader.pull, at,
				    "'%s' has no list that '%s' could mean: name the field, "
				    "\"FIELD\": {\"%s\": [...]}",
				    l->control->name, key, key);
	if (l->w->leaf_at[i] == 0)
		l->w->leaf_at[i] = at;
	return read_word_of(l, (size_t)i, key, at);
}

static bool is_own_word(const char *key)
{
	return strcmp(key, "replace") == 0 || strcmp(key, "add") == 0 || strcmp(key, "drop") == 0;
}

static bool is_group(const struct gd_control *c, const char *key)
{
	for (const struct gd_field *f = c->fields; f && f->name; f++)
		if (f->kind == GD_F_GROUP && strcmp(f->name, key) == 0)
			return true;
	return false;
}

static int read_key(const struct layer *l, const char *key, size_t at)
{
	int i;

	if (is_own_word(key))
		return read_own_word(l, key, at);
	if (is_group(l->control, key))
		return read_group(l, key);
	i = find_leaf(l, NULL, key);
	return i < 0 ? unknown_key(l, NULL, key, at) : read_leaf(l, (size_t)i);
}

/* "asked" is one of two words; the table knows four. */
static int check_asked(const struct layer *l)
{
	const struct gd_config_head *h = l->w->set;

	if (!(l->w->has & BIT(GD_LEAF_ASKED)) || h->asked >= GD_REWRITE)
		return 0;
	return gd_pull_fail(l->reader.pull, l->w->leaf_at[GD_LEAF_ASKED],
			    "'asked' is 'deny' or 'rewrite'");
}

int gd_written_read(const struct gd_control *c, struct gd_pull *p, const struct gd_macros *m,
		    struct gd_arena *a, struct gd_written *ret, struct gd_error *err)
{
	static const struct gd_macros none;
	struct layer l = { .reader = { .pull = p, .arena = a, .macros = m ? m : &none },
			   .control = c,
			   .w = ret };
	size_t at;
	char *key;
	int more;

	p->err = err;
	*ret = (struct gd_written){ .present = true,
				    .at = gd_pull_here(p),
				    .set = gd_config_new(c, a),
				    .add = gd_config_new(c, a),
				    .drop = gd_config_new(c, a) };
	l.n = gd_leaves(c, l.leaves);
	if (l.n == 0)
		return gd_error_set(err, GD_E_INPUT, "control '%s' has too many fields", c->name);
	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0)
		if (read_key(&l, key, at) < 0)
			return -1;
	return more < 0 ? -1 : check_asked(&l);
}

/* The head's two fields, then the table's: one object, read with two tables one after the other. */
static int read_flat_key(const struct gd_reader *r, const struct gd_control *c, const char *key,
			 size_t *seen, void *config)
{
	static const struct gd_field none = { .name = NULL };
	const struct gd_field *table = *seen < 2 ? gd_head_fields : c->fields ? c->fields : &none;
	size_t i = *seen < 2 ? *seen : *seen - 2;

	/* What we wrote comes in table order, so anything else was written by another version. */
	if (!table[i].name || strcmp(table[i].name, key) != 0)
		return gd_unknown_field(r, gd_pull_here(r->pull), key, &(struct gd_words){ 0 });
	++*seen;
	return gd_field_read(r, &table[i], config);
}

int gd_config_read(const struct gd_control *c, struct gd_pull *p, struct gd_arena *a, void **ret,
		   struct gd_error *err)
{
	const struct gd_reader r = { .pull = p, .arena = a, .flat = true };
	void *config = gd_config_new(c, a);
	size_t seen = 0, at;
	char *key;
	int more;

	p->err = err;
	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0)
		if (read_flat_key(&r, c, key, &seen, config) < 0)
			return gd_error_wrap(err, "control '%s'", c->name);
	if (more < 0)
		return -1;
	if (seen < 2 || (c->fields && c->fields[seen - 2].name))
		return gd_error_set(err, GD_E_INPUT,
				    "control '%s': a field is missing: applied by another version "
				    "of guarded; run 'guardctl apply'",
				    c->name);
	*ret = config;
	return 0;
}
