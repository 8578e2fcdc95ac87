/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One layer over another: what nobody allowed stays forbidden unless a word says so. */
#include <stdarg.h>
#include <string.h>

#include "control/config_leaf.h"
#include "control/element.h"

#define BIT(i) (UINT64_C(1) << (i))

struct stack {
	const struct gd_control *control;
	const struct gd_leaf *leaf;
	size_t number;
	const void *below;	/* NULL: nothing */
	const struct gd_written *w;
	void *ret;
	struct gd_remarks *out;
	struct gd_arena *arena;
	struct gd_error *err;
};

static void remark(const struct stack *s, enum gd_remark_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void remark(const struct stack *s, enum gd_remark_kind kind, const char *fmt, ...)
{
	struct gd_buf b = { .arena = s->arena };
	va_list ap;

	if (!s->out)
		return;
	va_start(ap, fmt);
	gd_buf_fmt(&b, "%s.%s: %s", s->control->name, gd_leaf_name(s->leaf, s->arena),
		   gd_vprintf(s->arena, fmt, ap));
	va_end(ap);
	*GD_APPEND(s->out->arena, s->out->v, s->out->n) = (struct gd_remark){
		.kind = kind,
		.text = b.data,
		.at = s->w->leaf_at[s->number] ? s->w->leaf_at[s->number] : s->w->at,
	};
}

/*
 * An element for a message: a word in quotes, or a rule as JSON without its quotes (messages have
 * none).
 */
static const char *show(const struct stack *s, const void *element)
{
	const struct gd_field *f = s->leaf->field;
	const char *word = element;

	if (f->kind == GD_F_RULES) {
		const struct gd_field *first = f->sub;
		const void *v = (const char *)element + first->offset;
		if (first->kind != GD_F_PATTERN && first->kind != GD_F_GIVEN)
			return "a rule";
		word = *(const char *const *)v;
	}
	return word ? gd_quote(s->arena, word, 100) : "a rule";
}

/*
 * What a plain list says and the layers below do not grant is lost: said, so that nobody wonders.
 */
static void remark_lost(const struct stack *s)
{
	const struct gd_field *f = s->leaf->field;
	const void *set = gd_leaf_of(s->leaf, s->w->set), *ret = gd_leaf_of(s->leaf, s->ret);

	if (f->kind == GD_F_ALLOW || f->kind == GD_F_RULES) {
		for (size_t i = 0; i < gd_list_len(f, set); i++)
			if (!gd_list_has(f, ret, gd_list_at(f, set, i)))
				remark(s, GD_REMARK_NO_EFFECT,
				       "%s is not in what this extends and stays out; to allow it, "
				       "write it under \"add\"",
				       show(s, gd_list_at(f, set, i)));
	} else if (f->kind != GD_F_DEMAND &&
		   gd_leaf_compare(s->leaf, s->w->set, s->ret) == GD_LOOSER) {
		remark(s, GD_REMARK_NO_EFFECT,
		       "what this extends is tighter and stays; to loosen it, write "
		       "{\"replace\": ...}");
	}
}

static void set_leaf(const struct stack *s)
{
	const struct gd_field *f = s->leaf->field;
	const bool replaced = (s->w->replaced & BIT(s->number)) != 0;

	/* What the layer leaves out it inherits, the word beside a list too: only what is below can be moot. */
	if (!s->below || replaced || gd_field_is_moot(f, (const char *)s->below + s->leaf->offset)) {
		memcpy(gd_leaf_in(s->leaf, s->ret), gd_leaf_of(s->leaf, s->w->set),
		       gd_field_size(f));
		return;
	}
	gd_leaf_meet(s->leaf, s->below, s->w->set, s->ret, s->arena);
	remark_lost(s);
}

static void add_elements(const struct stack *s)
{
	const struct gd_field *f = s->leaf->field;
	void *to = gd_leaf_in(s->leaf, s->ret);
	const void *added = gd_leaf_of(s->leaf, s->w->add);
	struct {
		char room[sizeof(struct gd_words) > sizeof(struct gd_rules)
				  ? sizeof(struct gd_words)
				  : sizeof(struct gd_rules)];
	} __attribute__((aligned(16))) joined;

	for (size_t i = 0; i < gd_list_len(f, added); i++)
		if (gd_list_has(f, to, gd_list_at(f, added, i)))
			remark(s, GD_REMARK_NO_EFFECT, "%s is there already",
			       show(s, gd_list_at(f, added, i)));
	memset(&joined, 0, sizeof(joined));
	gd_list_join(f, to, added, &joined, s->arena);
	memcpy(to, &joined, gd_field_size(f));
}

/* '*' of a closed set is all of its words; elements can be taken out of those only. */
static void dissolve_star(const struct stack *s, struct gd_words *w)
{
	size_t n;
	const char *const *all = gd_syntax_words(s->leaf->field, &n);

	if (!all || !gd_words_has(w, "*"))
		return;
	*w = (struct gd_words){ 0 };
	for (size_t i = 0; i < n; i++)
		gd_words_add(s->arena, w, all[i]);
}

static int drop_element(const struct stack *s, const void *gone, void *from)
{
	const struct gd_field *f = s->leaf->field;
	struct gd_words words = { 0 };
	struct gd_rules rules = { 0 };
	void *kept = f->kind == GD_F_RULES ? (void *)&rules : (void *)&words;

	for (size_t i = 0; i < gd_list_len(f, from); i++)
		if (!gd_list_covers(f, gone, gd_list_at(f, from, i)))
			gd_list_push(f, kept, gd_list_at(f, from, i), s->arena);
	if (f->kind != GD_F_DEMAND && gd_list_has(f, kept, gone))
		return gd_error_set(
			s->err, GD_E_INPUT,
			"%s.%s: %s cannot be dropped: a wider pattern of what this extends "
			"still allows it; write {\"replace\": [...]}",
			s->control->name, gd_leaf_name(s->leaf, s->arena), show(s, gone));
	if (gd_list_len(f, kept) == gd_list_len(f, from))
		remark(s, GD_REMARK_NO_EFFECT, "%s is not there, nothing to drop", show(s, gone));
	memcpy(from, kept, gd_field_size(f));
	return 0;
}

static int drop_elements(const struct stack *s)
{
	const struct gd_field *f = s->leaf->field;
	const void *dropped = gd_leaf_of(s->leaf, s->w->drop);
	void *from = gd_leaf_in(s->leaf, s->ret);

	if (f->kind == GD_F_ALLOW)
		dissolve_star(s, from);
	for (size_t i = 0; i < gd_list_len(f, dropped); i++)
		if (drop_element(s, gd_list_at(f, dropped, i), from) < 0)
			return -1;
	return 0;
}

static void remark_looser(const struct stack *s, const void *before)
{
	const struct gd_field *f = s->leaf->field;
	enum gd_order o = gd_leaf_compare(s->leaf, s->ret, before);
	const void *old = gd_leaf_of(s->leaf, before), *now = gd_leaf_of(s->leaf, s->ret);

	if (o == GD_EQUAL || o == GD_TIGHTER)
		return;
	if (f->kind != GD_F_ALLOW && f->kind != GD_F_RULES) {
		remark(s, GD_REMARK_LOOSER, "%s than what this extends", gd_order_names[o]);
		return;
	}
	for (size_t i = 0; i < gd_list_len(f, now); i++)
		if (!gd_list_has(f, old, gd_list_at(f, now, i)))
			remark(s, GD_REMARK_LOOSER, "allows %s", show(s, gd_list_at(f, now, i)));
}

static int layer_leaf(const struct stack *s)
{
	const uint64_t bit = BIT(s->number);

	if (s->w->has & bit)
		set_leaf(s);
	else if (s->below)
		memcpy(gd_leaf_in(s->leaf, s->ret), gd_leaf_of(s->leaf, s->below),
		       gd_field_size(s->leaf->field));
	if (s->w->added & bit)
		add_elements(s);
	return s->w->dropped & bit ? drop_elements(s) : 0;
}

/*
 * A profile that extends nothing must say what nobody can guess: its action, and the fields in
 * which silence would mean the loosest word. A list that is left out allows or demands nothing, a
 * number sets no limit.
 */
static int check_root(const struct stack *s)
{
	enum gd_field_kind k = s->leaf->field->kind;
	bool must = s->number == GD_LEAF_ACTION ||
		    (s->number != GD_LEAF_ASKED && (k == GD_F_DUTY || k == GD_F_CHOICE));

	if (!must || (s->w->has & BIT(s->number)))
		return 0;
	return gd_error_set(s->err, GD_E_INPUT, "%s: '%s' must be said where nothing is inherited",
			    s->control->name, gd_leaf_name(s->leaf, s->arena));
}

int gd_config_layer(const struct gd_control *c, const void *below, const struct gd_written *w,
		    struct gd_remarks *out, struct gd_arena *a, void **ret, struct gd_error *err)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(c, leaves);
	struct stack s = { .control = c,
			   .below = w->replace ? NULL : below,
			   .w = w,
			   .out = out,
			   .arena = a,
			   .ret = gd_config_new(c, a),
			   .err = err };

	for (s.number = 0; s.number < n; s.number++) {
		s.leaf = &leaves[s.number];
		if (s.leaf->field->resolved)
			continue;	/* looked up anew for every policy */
		if (!s.below && check_root(&s) < 0)
			return -1;
		if (layer_leaf(&s) < 0)
			return -1;
	}
	/*
	 * Judged when all is in place: where the action got looser, the fields have little to say.
	 */
	enum gd_order o = below ? gd_config_compare(c, s.ret, below) : GD_EQUAL;
	for (s.number = 0; s.number < n && o != GD_EQUAL && o != GD_TIGHTER; s.number++) {
		s.leaf = &leaves[s.number];
		if (!s.leaf->field->resolved)
			remark_looser(&s, below);
	}
	*ret = s.ret;
	return 0;
}

int gd_config_from(const struct gd_control *c, const char *json, struct gd_arena *a, void **ret,
		   struct gd_error *err)
{
	struct gd_written w;
	struct gd_pull p;

	gd_pull_init(&p, gd_strdup(a, json), strlen(json), json, err);
	if (gd_written_read(c, &p, NULL, a, &w, err) < 0)
		return -1;
	return gd_config_layer(c, NULL, &w, NULL, a, ret, err);
}
