/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/config.h"

#include <string.h>

#include "control/config_leaf.h"
#include "control/element.h"

/*
 * The two words that every control has. Written here once; the tables of controls begin behind
 * them.
 */
const struct gd_field gd_head_fields[] = {
	{ .name = "action",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .offset = offsetof(struct gd_config_head, action),
	  .words = gd_action_names,
	  .help = "what happens with a finding: deny, rewrite, record or ignore" },
	{ .name = "asked",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .offset = offsetof(struct gd_config_head, asked),
	  .words = gd_action_names,
	  .help = "with rewrite, what happens with what somebody typed: deny (the default) or "
		  "rewrite" },
	{ .name = NULL },
};

static bool add_leaf(struct gd_leaf *ret, size_t *n, const struct gd_field *f,
		     const struct gd_field *group)
{
	if (*n == GD_LEAVES_MAX)
		return false;
	ret[(*n)++] = (struct gd_leaf){ .field = f, .group = group ? group->name : NULL,
					.offset = group ? group->offset : 0 };
	return true;
}

size_t gd_leaves(const struct gd_control *c, struct gd_leaf ret[static GD_LEAVES_MAX])
{
	size_t n = 0;

	for (const struct gd_field *f = gd_head_fields; f->name; f++)
		add_leaf(ret, &n, f, NULL);
	for (const struct gd_field *f = c->fields; f && f->name; f++) {
		if (f->kind != GD_F_GROUP) {
			if (!add_leaf(ret, &n, f, NULL))
				return 0;
			continue;
		}
		for (const struct gd_field *g = f->sub; g->name; g++)
			if (!add_leaf(ret, &n, g, f))
				return 0;
	}
	return n;
}

char *gd_leaf_name(const struct gd_leaf *l, struct gd_arena *a)
{
	return gd_printf(a, "%s%s%s", l->group ? l->group : "", l->group ? "." : "",
			 l->field->name);
}

void *gd_leaf_in(const struct gd_leaf *l, void *config)
{
	return (char *)config + l->offset + l->field->offset;
}

const void *gd_leaf_of(const struct gd_leaf *l, const void *config)
{
	return (const char *)config + l->offset + l->field->offset;
}

enum gd_order gd_leaf_compare(const struct gd_leaf *l, const void *a, const void *b)
{
	return gd_field_compare(l->field, (const char *)a + l->offset, (const char *)b + l->offset);
}

void *gd_config_new(const struct gd_control *c, struct gd_arena *a)
{
	struct gd_config_head *head = gd_alloc(a, c->config_size);

	head->action = GD_IGNORE;
	head->asked =
		GD_DENY; /* what somebody typed is never changed silently unless a policy says so */
	return head;
}

static bool tighter_or_equal(enum gd_order o)
{
	return o == GD_EQUAL || o == GD_TIGHTER;
}

static void meet_lists(const struct gd_field *f, const void *x, const void *y, void *ret,
		       struct gd_arena *a)
{
	/* What lies in both. Patterns that only overlap drop out: less is allowed, never more. */
	for (size_t i = 0; i < gd_list_len(f, y); i++)
		if (gd_list_has(f, x, gd_list_at(f, y, i)))
			gd_list_push(f, ret, gd_list_at(f, y, i), a);
	for (size_t i = 0; i < gd_list_len(f, x); i++) {
		const void *e = gd_list_at(f, x, i);
		if (gd_list_has(f, y, e) && !gd_list_has(f, ret, e))
			gd_list_push(f, ret, e, a);
	}
}

void gd_list_join(const struct gd_field *f, const void *x, const void *y, void *ret,
		  struct gd_arena *a)
{
	for (size_t i = 0; i < gd_list_len(f, x); i++)
		gd_list_push(f, ret, gd_list_at(f, x, i), a);
	for (size_t i = 0; i < gd_list_len(f, y); i++)
		if (!gd_list_has(f, ret, gd_list_at(f, y, i)))
			gd_list_push(f, ret, gd_list_at(f, y, i), a);
}

void gd_leaf_meet(const struct gd_leaf *l, const void *x, const void *y, void *ret,
		  struct gd_arena *a)
{
	const struct gd_field *f = l->field;
	const void *vx = gd_leaf_of(l, x), *vy = gd_leaf_of(l, y);
	void *to = gd_leaf_in(l, ret);

	memset(to, 0, gd_field_size(f));
	switch (f->kind) {
	case GD_F_ALLOW:
	case GD_F_RULES:
		meet_lists(f, vx, vy, to, a);
		return;
	case GD_F_DEMAND:
		gd_list_join(f, vx, vy, to, a);
		return;
	case GD_F_RIGHT:
	case GD_F_DUTY:
	case GD_F_MAX:
	case GD_F_MIN:
	case GD_F_CHOICE:
		/* Total orders: one of the two is as tight as the other or tighter. */
		memcpy(to, tighter_or_equal(gd_leaf_compare(l, x, y)) ? vx : vy, gd_field_size(f));
		return;
	case GD_F_GIVEN:
	case GD_F_GROUP:
	case GD_F_PATTERN:
	case GD_F_ARGV:
		memcpy(to, vy, gd_field_size(f));
		return;
	}
}

/* As gd_leaf_meet, of two whole configurations: a list that has nothing to say says nothing against the other's. */
static void meet_whole(const struct gd_leaf *l, const void *x, const void *y, void *ret, struct gd_arena *a)
{
	bool x_moot = gd_field_is_moot(l->field, (const char *)x + l->offset);
	bool y_moot = gd_field_is_moot(l->field, (const char *)y + l->offset);

	if (x_moot == y_moot)
		gd_leaf_meet(l, x, y, ret, a);
	else
		memcpy(gd_leaf_in(l, ret), gd_leaf_of(l, x_moot ? y : x), gd_field_size(l->field));
}

/* "asked" speaks only beside "rewrite". */
static enum gd_action asked_of(const struct gd_config_head *h)
{
	return h->action == GD_REWRITE ? h->asked : h->action;
}

static enum gd_order compare_actions(const struct gd_config_head *x, const struct gd_config_head *y)
{
	const struct gd_config_head ex = { x->action, asked_of(x) },
				    ey = { y->action, asked_of(y) };

	return gd_fields_compare(gd_head_fields, &ex, &ey);
}

void *gd_config_meet(const struct gd_control *c, const void *x, const void *y, struct gd_arena *a)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(c, leaves);
	struct gd_config_head *ret = gd_config_new(c, a);
	const struct gd_config_head *hx = x, *hy = y;

	for (size_t i = 2; i < n; i++)
		if (!leaves[i].field->resolved)
			meet_whole(&leaves[i], x, y, ret, a);
	ret->action = hx->action > hy->action ? hx->action : hy->action;
	ret->asked = asked_of(hx) > asked_of(hy) ? asked_of(hx) : asked_of(hy);
	if (ret->asked < GD_REWRITE)
		ret->asked = GD_DENY;
	return ret;
}

enum gd_order gd_config_compare(const struct gd_control *c, const void *x, const void *y)
{
	const struct gd_config_head *hx = x, *hy = y;
	bool acts = hx->action > GD_RECORD, other = hy->action > GD_RECORD;

	/* Where nothing is refused or changed, what the fields say decides nothing. */
	if (acts != other)
		return acts ? GD_TIGHTER : GD_LOOSER;
	enum gd_order o = compare_actions(hx, hy);
	if (!acts && (o != GD_EQUAL || hx->action == GD_IGNORE))
		return o;
	return c->fields ? gd_order_both(o, gd_fields_compare(c->fields, x, y)) : o;
}

void gd_config_looser(const struct gd_control *c, const void *x, const void *y, struct gd_arena *a,
		      struct gd_words *ret)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(c, leaves);

	if (tighter_or_equal(gd_config_compare(c, x, y)))
		return;
	if (!tighter_or_equal(compare_actions(x, y)))
		gd_words_add(a, ret, "action");
	/* Fields speak only where both sides act; else the action has said it all. */
	if (((const struct gd_config_head *)x)->action > GD_RECORD)
		for (size_t i = 2; i < n; i++)
			if (!leaves[i].field->resolved &&
			    !tighter_or_equal(gd_leaf_compare(&leaves[i], x, y)))
				gd_words_add(a, ret, gd_leaf_name(&leaves[i], a));
}
