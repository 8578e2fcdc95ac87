/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "mac/filter.h"

static bool same_rule(const struct gd_rule *p, const struct gd_rule *q)
{
	if (p->id != q->id || p->act != q->act || p->err != q->err || p->n != q->n)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (p->c[i].arg != q->c[i].arg || p->c[i].op != q->c[i].op ||
		    p->c[i].a != q->c[i].a ||
		    (p->c[i].op == GD_CMP_MASKED_EQ && p->c[i].b != q->c[i].b))
			return false;
	return true;
}

static bool said_before(const struct gd_filter *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_rule(&f->rules[k], &f->rules[i]))
			return true;
	return false;
}

/* The next rule with conditions on @id at or behind @i that says anything new; n at the end. */
static size_t next_on(const struct gd_filter *f, int id, size_t i)
{
	while (i < f->n && (f->rules[i].id != id || f->rules[i].n == 0 || said_before(f, i)))
		i++;
	return i;
}

/* The runtimes leave out a rule that does what the default does: then it is not there to refuse
 * anything. */
static bool left_out(const struct gd_filter *f, const struct gd_rule *r)
{
	return r->act == f->def && (r->act != GD_ACT_ERRNO || r->err == f->def_err);
}

/* @y has just these rules on @id, in this order, and none of them falls out of @x alone. */
static bool same_on(const struct gd_filter *x, const struct gd_filter *y, int id)
{
	size_t i = next_on(x, id, 0), k = next_on(y, id, 0);

	while (i < x->n && k < y->n && same_rule(&x->rules[i], &y->rules[k]) &&
	       !left_out(x, &x->rules[i])) {
		i = next_on(x, id, i + 1);
		k = next_on(y, id, k + 1);
	}
	return i == x->n && k == y->n && !GD_BIT(y->deny, id);
}

/*
 * Whether libseccomp makes of @x's rules on @id what they say. Several rules on one call become one
 * tree of 32-bit comparisons, and with orders or negations among them 2.5.4 was seen to execute
 * what no rule allows (three rules "< 7", "> 0x200000000", "<= 2" let 0x7e020000 through).
 */
static bool sound(const struct gd_filter *x, int id)
{
	size_t n = 0;
	bool plain = true;

	for (size_t i = 0; i < x->n; i++) {
		const struct gd_rule *r = &x->rules[i];

		if (r->id != id)
			continue;
		n++;
		for (size_t k = 0; k < r->n; k++)
			plain &= r->c[k].op == GD_CMP_EQ || r->c[k].op == GD_CMP_MASKED_EQ;
	}
	return plain || n == 1;
}

static bool executes_on(const struct gd_filter *x, int id)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->rules[i].id == id && gd_act_executes(x->rules[i].act))
			return true;
	return false;
}

/* All that @x executes of @id under conditions is executed by @y. */
static bool conditions_covered(const struct gd_filter *x, int id, const struct gd_filter *const *y,
			       size_t n)
{
	struct gd_rule any = { .id = id, .act = GD_ACT_ALLOW };

	if (!executes_on(x, id) || gd_rule_covered(&any, x->arches, y, n))
		return true;
	for (size_t i = 0; i < n; i++)
		if (same_on(x, y[i], id))
			return true;
	if (!sound(x, id))
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (x->rules[i].id == id && gd_act_executes(x->rules[i].act) &&
		    !gd_rule_covered(&x->rules[i], x->arches, y, n))
			return false;
	return true;
}

bool gd_call_covered(const struct gd_filter *x, int id, const struct gd_filter *const *y, size_t n)
{
	struct gd_rule any = { .id = id, .act = GD_ACT_ALLOW };

	if (GD_BIT(x->exec, id))
		return gd_rule_covered(&any, x->arches, y, n);
	return !GD_BIT(x->mixed, id) || conditions_covered(x, id, y, n);
}

static void tell(struct gd_looser *l, const char *name, bool args)
{
	if (l->n < GD_LOOSER_NAMES)
		l->names[l->n] = name;
	if (l->n++ == 0)
		l->args = args;
}

static void compare_calls(const struct gd_filter *x, const struct gd_filter *const *y, size_t n,
			  struct gd_looser *l)
{
	for (int w = 0; w < GD_SYSCALL_WORDS; w++) {
		uint64_t rest = x->exec[w] | x->mixed[w];

		/* By far the most: executed by one of @y without conditions. */
		for (size_t i = 0; i < n; i++)
			rest &= ~(y[i]->exec[w] & ~y[i]->deny[w] & ~y[i]->mixed[w]);
		for (; rest; rest &= rest - 1) {
			int id = w * 64 + __builtin_ctzll(rest);
			bool args = false;

			if (gd_call_covered(x, id, y, n))
				continue;
			for (size_t i = 0; i < n; i++)
				args |= GD_BIT(y[i]->mixed, id) && executes_on(y[i], id);
			tell(l, gd_syscall_name(id), args);
		}
	}
}

/* The next rule with conditions at or behind @i. */
static size_t next_cond(const struct gd_filter *f, size_t i)
{
	while (i < f->n && f->rules[i].n == 0)
		i++;
	return i;
}

static bool same(const struct gd_filter *x, const struct gd_filter *y)
{
	size_t i = next_cond(x, 0), k = next_cond(y, 0);

	if (x->def != y->def || x->arches != y->arches ||
	    memcmp(x->exec, y->exec, sizeof(x->exec)) != 0 ||
	    memcmp(x->deny, y->deny, sizeof(x->deny)) != 0)
		return false;
	while (i < x->n && k < y->n && same_rule(&x->rules[i], &y->rules[k])) {
		i = next_cond(x, i + 1);
		k = next_cond(y, k + 1);
	}
	if (i < x->n || k < y->n)
		return false;
	/* Which of several rules without conditions came first is not kept: none may be there. */
	for (int w = 0; w < GD_SYSCALL_WORDS; w++)
		if (x->exec[w] & (x->deny[w] | x->mixed[w]))
			return false;
	return true;
}

/*
 * Where both execute what they do not list, everything hangs on refusals. What libseccomp makes of
 * those is not dependable (2.5.4 loses some in filters of few rules on several architectures), so
 * only the same list passes for as tight.
 */
static bool open_default(const struct gd_filter *x, const struct gd_filter *const *y, size_t n,
			 struct gd_looser *l)
{
	l->why = "executes every call that it does not list";
	for (size_t i = 0; i < n; i++)
		if (same(x, y[i]))
			return true;
	return false;
}

/* @y without those that kill on an architecture of @x: the proof has to hold on each. */
static size_t alike(const struct gd_filter *x, const struct gd_filter *const *y, size_t n,
		    const struct gd_filter *ret[static GD_FILTERS_MAX])
{
	size_t k = 0;

	/* Programs that this kernel cannot run need no filter. */
	for (size_t i = 0; i < n && k < GD_FILTERS_MAX; i++)
		if (!(x->arches & gd_arches_run() & ~y[i]->arches))
			ret[k++] = y[i];
	return k;
}

bool gd_filter_tighter(const struct gd_filter *x, const struct gd_filter *const *all, size_t n_all,
		       struct gd_looser *ret)
{
	const struct gd_filter *y[GD_FILTERS_MAX];
	size_t n = alike(x, all, n_all, y);
	struct gd_looser l = { 0 };
	bool open = false;

	for (size_t i = 0; i < n; i++)
		open |= gd_act_executes(y[i]->def);
	if (n == 0) {
		l.why = "covers an architecture that the policy's does not";
	} else if (x->notify) {
		l.why = "lets another process answer system calls";
	} else if (gd_act_executes(x->def)) {
		if (open_default(x, y, n, &l))
			return true;
	} else {
		compare_calls(x, y, n, &l);
		l.unknown = l.n == 0;
		for (size_t i = 0; i < x->unknown.n && !open; i++)
			tell(&l, x->unknown.v[i], false);
		if (l.n == 0)
			return true;
	}
	if (ret)
		*ret = l;
	return false;
}
