/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what one rule executes is executed by a set of filters too. */
#include "mac/filter.h"

/* In which way of looking at the arguments a comparison is to hold. */
struct view {
	int bits;
	bool mux; /* through socketcall or ipc, where the first argument is theirs */
};

static bool seen(const struct gd_cond *c, const struct view *v)
{
	return !(v->mux && c->arg == 0);
}

static bool never(const struct gd_rule *r, const struct view *v)
{
	for (size_t i = 0; i < r->n; i++)
		if (seen(&r->c[i], v) && gd_cond_never(&r->c[i], v->bits))
			return true;
	return false;
}

static const struct gd_cond *on_arg(const struct gd_rule *r, uint8_t arg)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].arg == arg)
			return &r->c[i];
	return NULL;
}

static bool rule_implies(const struct gd_rule *x, const struct gd_rule *y, const struct view *v)
{
	for (size_t i = 0; i < y->n; i++) {
		const struct gd_cond *c = &y->c[i], *have = on_arg(x, c->arg);

		if (!seen(c, v) || gd_cond_always(c, v->bits))
			continue;
		if (!have || !gd_cond_implies(have, c, v->bits))
			return never(x, v);
	}
	return true;
}

static bool rule_disjoint(const struct gd_rule *x, const struct gd_rule *y, const struct view *v)
{
	for (size_t i = 0; i < y->n; i++) {
		const struct gd_cond *c = &y->c[i], *other = on_arg(x, c->arg);

		if (seen(c, v) && other && gd_cond_disjoint(other, c, v->bits))
			return true;
	}
	return never(x, v) || never(y, v);
}

/* The two calls behind which others hide. */
static const char *const mux_names[] = { "socketcall", "ipc" };

static bool is_mux(int id)
{
	return id == gd_syscall_id(mux_names[0]) || id == gd_syscall_id(mux_names[1]);
}

static bool mux_allowed(const struct gd_filter *y)
{
	for (int i = 0; i < 2; i++) {
		int id = gd_syscall_id(mux_names[i]);

		if (id < 0 || !GD_BIT(y->exec, id) || GD_BIT(y->deny, id) || GD_BIT(y->mixed, id))
			return false;
	}
	return true;
}

/* In what @y allows, refusing rules always win: what libseccomp makes of two that overlap is not
 * relied on. */
static bool covers(const struct gd_filter *y, const struct gd_rule *r, const struct view *v)
{
	/* Not by default where it is one of the two: a refusal of what hides behind it is a refusal
	 * of it. */
	bool found = GD_BIT(y->exec, r->id) || (gd_act_executes(y->def) && !is_mux(r->id));

	if (v->mux && mux_allowed(y))
		return true;
	if (GD_BIT(y->deny, r->id))
		return false;
	for (size_t i = 0; GD_BIT(y->mixed, r->id) && i < y->n; i++) {
		const struct gd_rule *q = &y->rules[i];

		if (q->id != r->id)
			continue;
		if (!gd_act_executes(q->act) && !rule_disjoint(r, q, v))
			return false;
		if (gd_act_executes(q->act) && rule_implies(r, q, v))
			found = true;
	}
	return found;
}

static bool covered_in(const struct gd_rule *r, const struct view *v,
		       const struct gd_filter *const *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (covers(y[i], r, v))
			return true;
	return never(r, v);
}

bool gd_rule_covered(const struct gd_rule *r, uint32_t arches, const struct gd_filter *const *y,
		     size_t n)
{
	bool narrow = gd_arches_32(arches);

	if (!covered_in(r, &(struct view){ 64, false }, y, n) ||
	    (narrow && !covered_in(r, &(struct view){ 32, false }, y, n)))
		return false;
	/* Every call is taken for one that hides: nothing is lost, for whoever allows a call allows
	 * those two. */
	if (!on_arg(r, 0) || !gd_arches_mux(arches))
		return true;
	return covered_in(r, &(struct view){ 64, true }, y, n) &&
	       (!narrow || covered_in(r, &(struct view){ 32, true }, y, n));
}
