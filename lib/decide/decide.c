/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decide/decide.h"

#include <string.h>

#include "control/dialect.h"

const char *const gd_verdict_names[] = { "refused", "allowed", "conformed", NULL };

static unsigned verb_bit(enum gd_action_verb v)
{
	switch (v) {
	case GD_ON_EXEC:
		return GD_V_EXEC;
	case GD_ON_UPDATE:
		return GD_V_UPDATE;
	case GD_ON_CREATE:
	case GD_ON_RUN:
	case GD_ON_RESTORE:
		return GD_V_CREATE;
	}
	return GD_V_ALL; /* an unknown verb is judged by everything */
}

struct gd_finding *gd_found(struct gd_findings *out, const char *pointer, ...)
{
	struct gd_finding *f = GD_APPEND(out->arena, out->v, out->n);
	va_list ap;

	va_start(ap, pointer);
	f->pointer = gd_vprintf(out->arena, pointer, ap);
	va_end(ap);
	f->control = out->control;
	f->ids = out->control->ids;
	f->what = out->control->name;
	return f;
}

/*
 * An exec changes nothing of the container that is already running: where only the container's own document
 * would be rewritten today, entering it makes nothing looser, and it is recorded. What would be refused today
 * is not entered, unless the policy says so.
 */
static bool beyond_process(const struct gd_facts *f, const struct gd_finding *x)
{
	return f->verb == GD_ON_EXEC && !gd_starts(x->pointer, "/process");
}

/*
 * What guarded itself gave the container is nobody's word: a policy that has become stricter since would give
 * less, and not refuse. Single values only: of a list, the rest may have been typed.
 */
static bool is_ours(const struct gd_facts *f, const struct gd_finding *x)
{
	const gd_json *now = f->original && x->fixable ? gd_json_pointer(f->doc, x->pointer) : NULL;

	return now && gd_json_kind(now) != GD_JSON_OBJECT && gd_json_kind(now) != GD_JSON_ARRAY &&
	       !gd_json_equal(now, gd_json_pointer(f->original, x->pointer));
}

/* Numbers that are one limit only together. */
static const struct {
	const char *found, *with;
} together[] = {
	{ "/cpu/quota", "/cpu/period" },
	{ "/cpu/realtimeRuntime", "/cpu/realtimePeriod" },
	{ "/memory/swap", "/memory/limit" },
	{ "/blockIO/weight", "/blockIO/leafWeight" },
};

/*
 * An update changes what it names. What the container has beside that was judged when it was created, perhaps by
 * nobody, and stays as it is: a container from before guarded can be given a processor more without
 * being told about its other limits.
 */
static bool not_named(const struct gd_facts *f, const struct gd_finding *x)
{
	static const char resources[] = "/linux/resources";
	const char *at = x->pointer + sizeof(resources) - 1;

	if (f->verb != GD_ON_UPDATE || !f->update || !gd_starts(x->pointer, resources) ||
	    gd_json_pointer(f->update, at))
		return false;
	for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++)
		if (strcmp(together[i].found, at) == 0 && gd_json_pointer(f->update, together[i].with))
			return false;
	return true;
}

/* Another control is about to change what this finding is about: it must be gone when decided again. */
static bool will_be_settled(const struct gd_policy *p, const struct gd_finding *x, enum gd_pass pass)
{
	const struct gd_control *by = x->settled_by ? gd_control_by_name(x->settled_by) : NULL;
	const struct gd_config_head *head = by ? gd_policy_config(p, by) : NULL;

	return head && head->action == GD_REWRITE && pass == GD_PASS_FIRST;
}

static enum gd_action action_of(const struct gd_facts *f, const struct gd_policy *p,
				const struct gd_config_head *head, const struct gd_finding *x,
				enum gd_pass pass)
{
	enum gd_action act = head->action;

	if (x->note || not_named(f, x) || ((f->verb != GD_ON_EXEC || beyond_process(f, x)) && is_ours(f, x)))
		return GD_RECORD;
	/*
	 * On exec as well: what setId takes from the process may be all that was missing beside the filter that the
	 * container has. Where it is not, the second decision refuses.
	 */
	if (act >= GD_REWRITE && will_be_settled(p, x, pass))
		return GD_REWRITE;
	if (act == GD_REWRITE && (!x->fixable || pass != GD_PASS_FIRST))
		act = beyond_process(f, x) && x->fixable ? GD_RECORD : GD_DENY;
	if (act == GD_REWRITE && x->asked && head->asked == GD_DENY)
		act = GD_DENY;
	if (act == GD_REWRITE && beyond_process(f, x))
		act = GD_RECORD;
	if (act == GD_DENY && beyond_process(f, x) && p->existing == GD_RECORD)
		act = GD_RECORD;
	return act;
}

/* What it was created with is not what somebody types now: the finding is about another command line. */
static void tell_of_container(const struct gd_facts *f, struct gd_finding *x, const char *of, struct gd_arena *a)
{
	x->why = gd_printf(a, "the container would be refused now for %s: %s", of, x->why);
	x->flag = gd_say_verb(f);
	x->what = "entering this container";
	x->fix = "create it again, and enter that one";
}

static void ask(const struct gd_control *c, const struct gd_facts *f, const struct gd_policy *p,
		enum gd_pass pass, struct gd_findings *all)
{
	const struct gd_config_head *head = gd_policy_config(p, c);
	size_t before = all->n;

	if (!(c->verbs & verb_bit(f->verb)) || head->action == GD_IGNORE)
		return;
	if (f->class == GD_CLASS_SANDBOX && !c->sandbox)
		return;
	/* The floor only refuses (what it would rewrite, too): what it would record is the policy's affair. */
	if (pass == GD_PASS_FLOOR && head->action < GD_REWRITE)
		return;
	all->control = c;
	c->check(f, head, all);
	for (size_t i = before; i < all->n; i++) {
		all->v[i].action = action_of(f, p, head, &all->v[i], pass);
		if (all->v[i].action == GD_DENY && beyond_process(f, &all->v[i]))
			tell_of_container(f, &all->v[i], all->v[i].what, all->arena);
	}
}

/* "docker exec --privileged" is one flag as well: exec's finding about the capabilities as a whole. */
static bool is_composite(const struct gd_finding *x)
{
	return x->control == &gd_control_privileged ||
	       (gd_streq(x->control->name, "exec") && gd_streq(x->pointer, "/process/capabilities") && x->asked);
}

/*
 * The composite owns what it explains: somebody who typed --privileged is told about that one flag, and where
 * the policy rewrites it, its parts are rewritten with it.
 */
static void explain(const struct gd_facts *f, struct gd_findings *all)
{
	const struct gd_finding *composite = NULL;

	for (size_t i = 0; i < all->n && !composite; i++)
		if (is_composite(&all->v[i]))
			composite = &all->v[i];
	if (!composite || composite->action < GD_REWRITE)
		return;
	for (size_t i = 0; i < all->n; i++) {
		struct gd_finding *x = &all->v[i];

		if (is_composite(x) || !gd_privileged_explains(x))
			continue;
		/* What an exec brings does not excuse what the container has. */
		if (composite->action == GD_REWRITE && x->action == GD_DENY && x->fixable && !beyond_process(f, x))
			x->action = GD_REWRITE;
		x->explained = true;
	}
}

static void conclude(struct gd_decision *d)
{
	enum gd_verdict v = GD_ALLOW;

	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].action == GD_DENY) {
			if (!d->first || d->first->explained)
				d->first = &d->v[i];
			v = GD_REFUSE;
		} else if (d->v[i].action == GD_REWRITE && v == GD_ALLOW) {
			v = GD_CONFORM;
		}
	}
	d->would = v;
	d->verdict = d->policy->mode == GD_MODE_ENFORCE ? v : GD_ALLOW;
}

void gd_decide(const struct gd_facts *f, const struct gd_policy *p, enum gd_pass pass,
	       struct gd_arena *a, struct gd_decision *ret)
{
	struct gd_findings all = { .arena = a };
	struct gd_decision d = { .policy = p };

	for (size_t i = 0; i < gd_n_controls; i++)
		ask(gd_controls[i], f, p, pass, &all);
	explain(f, &all);
	d.v = all.v;
	d.n = all.n;
	conclude(&d);
	*ret = d;
}

void gd_decide_container(const struct gd_facts *exec, const struct gd_policy *p, struct gd_arena *a,
			 struct gd_decision *ret)
{
	struct gd_facts f = *exec;

	*ret = (struct gd_decision){ .verdict = GD_ALLOW, .would = GD_ALLOW, .policy = p };
	if (p->existing == GD_RECORD || !exec->container)
		return;
	/* By the words of a create, which tell what somebody typed. Its flags are gone, and its hooks have run. */
	f.verb = GD_ON_CREATE;
	f.process = *exec->container;
	f.container = NULL;
	f.flags = (struct gd_words){ 0 };
	f.n_hooks = 0;
	gd_decide(&f, p, GD_PASS_FIRST, a, ret);
	for (size_t i = 0; i < ret->n; i++) {
		struct gd_finding *x = (struct gd_finding *)&ret->v[i];

		if (x->action == GD_DENY)
			tell_of_container(exec, x, x->flag ? x->flag : x->what, a);
	}
}
