/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lets a container pass, found by trying: one denied finding after the other, each candidate judged by the code
 * of the launch, and at the end without whatever turned out to be idle.
 */
#include <string.h>

#include "conform/conform.h"
#include "except.h"

#define ROUNDS_MAX 256	/* findings excepted one after the other */

static struct gd_bytes bytes_of(struct gd_arena *a, const char *text, size_t len)
{
	return (struct gd_bytes){ gd_strndup(a, text, len), len };
}

/* What launches would obey: names looked up as apply does, once for what many tries share. */
static int look_up_all(struct ctl_exception *e, struct gd_policy *p)
{
	struct ctl *ctl = e->ctl;

	for (size_t c = 0; c < gd_n_controls; c++) {
		const struct gd_control *control = gd_controls[c];
		void *copy;

		if (!control->resolve)
			continue;
		if (e->looked_up_from[c] != p->config[c]) {
			copy = memcpy(gd_alloc(ctl->arena, control->config_size), p->config[c], control->config_size);
			if (control->resolve(copy, ctl->settings.profile_dir, ctl->arena, &ctl->err) < 0)
				return -1;
			e->looked_up_from[c] = p->config[c];
			e->looked_up[c] = copy;
		}
		p->config[c] = e->looked_up[c];
	}
	return 0;
}

/*
 * The policy with @controls, by itself. The set is that of every try: what is added to it is taken out again. NULL:
 * it cannot be read or layered, and is no candidate.
 */
static struct gd_policy *resolve_try(struct ctl_exception *e, const gd_json *controls)
{
	struct gd_set set = e->set;
	struct gd_policy *copy = NULL;
	const struct gd_policy *p;
	struct gd_source *s;
	size_t len;
	const char *text = ctl_except_text(e, controls, &len);

	if (!text)
		return NULL;
	set.v = memcpy(GD_NEW_N(e->ctl->arena, set.n + 1, struct gd_source *), set.v, set.n * sizeof(*set.v));
	set.problems = NULL;
	set.n_problems = set.n_errors = 0;
	s = gd_set_add(&set, "except.json", bytes_of(e->ctl->arena, text, len), false);
	p = s ? gd_set_resolve(&set, s) : NULL;
	if (!p) {
		gd_error_set(&e->ctl->err, GD_E_INPUT, "%s", set.n_problems ? set.problems[0].text : "not a policy");
		return NULL;
	}
	copy = GD_NEW(e->ctl->arena, struct gd_policy);
	*copy = *p;
	copy->config = memcpy(GD_NEW_N(e->ctl->arena, gd_n_controls, const void *), p->config,
			      gd_n_controls * sizeof(*p->config));
	return look_up_all(e, copy) < 0 ? NULL : copy;
}

static void judge_by(struct ctl_exception *e, const struct gd_policy *p, struct ctl_judged *j)
{
	struct gd_error none = { 0 };
	struct ctl *ctl = e->ctl;

	*j = e->judged;
	memset(&j->conformed, 0, sizeof(j->conformed));
	gd_decide(&j->facts, p, GD_PASS_FIRST, ctl->arena, &j->first);
	if (j->first.verdict != GD_REFUSE &&
	    gd_conform(&j->facts, &j->first, j->has_floor ? &j->floor : NULL, ctl->arena, &j->conformed, &none) < 0)
		j->first.verdict = GD_REFUSE;
}

/* The findings that stand in the way, of a decision that refuses. */
static bool is_denied(const struct gd_decision *d, const struct gd_finding *x)
{
	return !x->note && (x->action == GD_DENY || x == d->first);
}

static bool is_same(const struct gd_finding *x, const struct gd_finding *y)
{
	return x->control == y->control && gd_streq(x->pointer, y->pointer) && gd_streq(x->what, y->what) &&
	       gd_streq(x->why, y->why);
}

/* Still denied, or denied by the second decision only now. */
static bool stands(const struct ctl_judged *j, const struct gd_finding *x)
{
	const struct gd_decision *d = ctl_judged_final(j);

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++)
		if (is_denied(d, &d->v[i]) && is_same(&d->v[i], x))
			return true;
	return false;
}

static size_t count_of(const struct ctl_judged *j, const struct gd_control *c)
{
	const struct gd_decision *d = ctl_judged_final(j);
	size_t n = 0;

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++)
		n += is_denied(d, &d->v[i]) && d->v[i].control == c;
	return n;
}

static void take(struct ctl_exception *e, const struct gd_finding *x, const struct ctl_step *steps, size_t n)
{
	struct ctl_taken *t = GD_APPEND(e->ctl->arena, e->taken, e->n_taken);

	t->x = x;
	for (t->n = 0; t->n < n; t->n++) {
		t->step[t->n] = steps[t->n];
		t->step[t->n].value = gd_json_copy(steps[t->n].value);
	}
}

/* What loosens the pin itself is no way: the exception could be borrowed for another use of the image. */
static bool still_pins(const struct gd_policy *p, const struct gd_control *c)
{
	return !c->pins || c->pins(gd_policy_config(p, c));
}

/*
 * One more candidate on top of what was found so far. It helps where the finding is gone and the control has not
 * found more in its place.
 */
static int try_candidate(struct ctl_exception *e, const struct ctl_judged *before, const struct gd_finding *x,
			 const struct ctl_step *steps, size_t n, struct ctl_judged *after)
{
	gd_json *controls = gd_json_copy(e->controls);
	const struct gd_policy *p;

	for (size_t i = 0; i < n; i++)
		if (!controls || ctl_except_put(controls, x->control->name, &steps[i], e->ctl->arena) < 0)
			return gd_json_free(controls), 0;
	p = resolve_try(e, controls);
	if (p)
		judge_by(e, p, after);
	if (!p || !still_pins(p, x->control) || stands(after, x) ||
	    count_of(after, x->control) > count_of(before, x->control)) {
		gd_json_free(controls);
		return 0;
	}
	gd_json_free(e->controls);
	e->controls = controls;
	take(e, x, steps, n);
	return 1;
}

static bool is_floor(const struct ctl_exception *e, const struct ctl_judged *j)
{
	return j->has_floor && ctl_judged_final(j)->policy &&
	       gd_streq(ctl_judged_final(j)->policy->name, e->judged.floor.name) &&
	       !gd_streq(e->judged.floor.name, e->judged.by.name);
}

static int except_one(struct ctl_exception *e, const struct ctl_judged *j, const struct gd_finding *x,
		      struct ctl_judged *after)
{
	struct ctl_candidates c = { .arena = e->ctl->arena, .facts = &e->judged.facts };
	const struct gd_policy *p = resolve_try(e, e->controls);
	const char *why = NULL;
	int found = 0;

	if (is_floor(e, j))
		why = "the floor refuses it, and no policy reaches below that";
	else if (p)
		ctl_except_candidates(&c, x, gd_policy_config(p, x->control), &why);
	for (size_t i = 0; i < c.n; i++) {
		if (!found)
			found = try_candidate(e, j, x, c.v[i].step, c.v[i].n, after);
		for (size_t k = 0; k < c.v[i].n; k++)
			gd_json_free(c.v[i].step[k].value);
	}
	if (!found)
		gd_words_add(e->ctl->arena, &e->cannot,
			     gd_printf(e->ctl->arena, "%s (%s): %s%s%s", x->what, x->control->name,
				       x->why ? x->why : "", why ? "; " : "", why ? why : ""));
	return found;
}

/* The first that stands in the way and was not given up. */
static const struct gd_finding *next_denied(const struct ctl_judged *j, const struct gd_findings *given_up)
{
	const struct gd_decision *d = ctl_judged_final(j);

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++) {
		bool known = !is_denied(d, &d->v[i]);

		for (size_t k = 0; k < given_up->n; k++)
			known |= is_same(&given_up->v[k], &d->v[i]);
		if (!known)
			return &d->v[i];
	}
	return NULL;
}

/* The pins with everything taken but what is dropped; NULL: out of memory. */
static gd_json *built(struct ctl_exception *e)
{
	gd_json *controls = ctl_except_pins();

	for (size_t i = 0; controls && i < e->n_taken; i++)
		for (size_t k = 0; k < e->taken[i].n && !e->taken[i].dropped; k++)
			if (ctl_except_put(controls, e->taken[i].x->control->name, &e->taken[i].step[k],
					   e->ctl->arena) < 0)
				return gd_json_free(controls);
	return controls;
}

/* A later step may have made an earlier one idle: the smallest that still lets it pass. */
static void shrink(struct ctl_exception *e)
{
	for (size_t i = 0; i < e->n_taken; i++) {
		struct ctl_judged j;
		const struct gd_policy *p;
		gd_json *controls;

		e->taken[i].dropped = true;
		controls = built(e);
		p = controls ? resolve_try(e, controls) : NULL;
		if (p)
			judge_by(e, p, &j);
		e->taken[i].dropped = p && ctl_judged_final(&j)->verdict != GD_REFUSE;
		if (e->taken[i].dropped) {
			gd_json_free(e->controls);
			e->controls = controls;
		} else {
			gd_json_free(controls);
		}
	}
}

/* From the pins alone to a policy that lets it pass. 1; 0: something cannot be excepted; -1. */
int ctl_except_search(struct ctl_exception *e)
{
	struct gd_findings given_up = { .arena = e->ctl->arena };
	const struct gd_policy *p = resolve_try(e, e->controls);
	const struct gd_finding *x;
	struct ctl_judged now, after;

	if (!p)
		return -1;
	judge_by(e, p, &now);
	for (size_t round = 0; round < ROUNDS_MAX && (x = next_denied(&now, &given_up)) != NULL; round++) {
		if (except_one(e, &now, x, &after))
			now = after;
		else
			*GD_APPEND(given_up.arena, given_up.v, given_up.n) = *x;
	}
	if (given_up.n > 0)
		return 0;
	shrink(e);
	return ctl_judged_final(&now)->verdict != GD_REFUSE
		       ? 1
		       : gd_error_set(&e->ctl->err, GD_E_INPUT,
				      "it would still be refused, and nothing that was found says why");
}
