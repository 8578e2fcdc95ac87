/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document's filter made tighter than the policy's, by the least that can be said. */
#include <string.h>

#include "mac/profile.h"

struct work {
	const struct gd_filter *x;
	const struct gd_filter *const *y;
	size_t n;
	uint64_t drop[GD_SYSCALL_WORDS];	/* no rule of the document's that executes may stay */
	uint64_t sift[GD_SYSCALL_WORDS];	/* each one stays that is covered by itself */
};

/* On every condition what libseccomp is known to make one rule of, whatever stands beside it. */
static bool straight(const struct gd_rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].op != GD_CMP_EQ && r->c[i].op != GD_CMP_MASKED_EQ)
			return false;
	return true;
}

static void sort_out(struct work *w)
{
	for (int id = 0; id < GD_SYSCALLS; id++) {
		if (gd_call_covered(w->x, id, w->y, w->n))
			continue;
		GD_BIT_SET(GD_BIT(w->x->exec, id) ? w->drop : w->sift, id);
	}
}

static bool stays(const struct work *w, const char *name, const struct gd_conds *conds,
		  enum gd_act act)
{
	int id = gd_syscall_id(name);

	if (act == GD_ACT_NOTIFY || id < 0)
		return false;
	if (GD_BIT(w->drop, id))
		return false;
	for (size_t i = 0; GD_BIT(w->sift, id) && i < gd_conds_rules(conds); i++) {
		struct gd_rule r = gd_conds_rule(conds, i, id, act);

		if (!straight(&r) || !gd_rule_covered(&r, w->x->arches, w->y, w->n))
			return false;
	}
	return true;
}

static int sift_entry(const struct work *w, gd_json *entry, struct gd_arena *a,
		      struct gd_error *err)
{
	gd_json *names = gd_json_get(entry, "names");
	enum gd_act act = (enum gd_act)gd_act_number(gd_json_get_str(entry, "action"));
	struct gd_conds conds;

	if (!gd_act_executes(act))
		return 0;
	if (gd_conds_decode(gd_json_get(entry, "args"), a, &conds, err) < 0)
		return -1;
	for (size_t i = gd_json_len(names); i-- > 0;)
		if (!stays(w, gd_json_str(gd_json_at(names, i)), &conds, act))
			gd_json_remove_at(names, i);
	return 0;
}

static bool refuses(const struct gd_filter *x, int id)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->rules[i].id == id && !gd_act_executes(x->rules[i].act))
			return true;
	return GD_BIT(x->deny, id);
}

/*
 * A call that the document allowed whole and the policy under conditions gets the policy's
 * conditions. Not where the document refuses some of it by rules of its own: libseccomp may not
 * take both.
 */
static int push_conditions(const struct work *w, gd_json *calls)
{
	for (int id = 0; id < GD_SYSCALLS; id++) {
		bool done = !GD_BIT(w->drop, id) || refuses(w->x, id);

		for (size_t i = 0; i < w->n && !done; i++) {
			for (size_t k = 0; k < w->y[i]->n && GD_BIT(w->y[i]->mixed, id); k++) {
				if (w->y[i]->rules[k].id != id || !w->y[i]->rules[k].n)
					continue;
				if (gd_rule_push(calls, &w->y[i]->rules[k]) < 0)
					return -1;
				done = true;
			}
		}
	}
	return 0;
}

static void sift_arches(gd_json *list, const struct gd_filter *const *y, size_t n)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= y[i]->arches;
	for (size_t i = gd_json_len(list); i-- > 0;) {
		int arch = gd_arch_number(gd_json_str(gd_json_at(list, i)));

		if (arch < 0 || !(all & GD_ARCH_BIT(arch)))
			gd_json_remove_at(list, i);
	}
}

static int intersect(gd_json *seccomp, const struct gd_filter *x, const struct gd_filter *const *y,
		     size_t n, struct gd_arena *a, struct gd_error *err)
{
	gd_json *calls = gd_json_get(seccomp, "syscalls");
	struct work w = { .x = x, .y = y, .n = n };

	gd_json_remove(seccomp, "listenerPath");
	gd_json_remove(seccomp, "listenerMetadata");
	sift_arches(gd_json_get(seccomp, "architectures"), y, n);
	sort_out(&w);
	for (size_t i = gd_json_len(calls); i-- > 0;) {
		gd_json *e = gd_json_at(calls, i);

		if (sift_entry(&w, e, a, err) < 0)
			return -1;
		if (gd_json_len(gd_json_get(e, "names")) == 0)
			gd_json_remove_at(calls, i);
	}
	return push_conditions(&w, calls);
}

int gd_filter_conform(gd_json *linux_obj, const struct gd_filter *const *y, size_t n,
		      const struct gd_filter *given, struct gd_arena *a, struct gd_error *err)
{
	gd_json *seccomp = gd_json_get(linux_obj, "seccomp");
	struct gd_filter x, after;
	struct gd_error why = { 0 };

	if (!gd_filter_absent(seccomp) && gd_filter_decode(seccomp, a, &x, &why) == 0) {
		if (gd_filter_tighter(&x, y, n, NULL))
			return 0;
		if (!gd_act_executes(x.def) && intersect(seccomp, &x, y, n, a, err) == 0 &&
		    gd_filter_decode(seccomp, a, &after, &why) == 0 &&
		    gd_filter_tighter(&after, y, n, NULL))
			return 0;
	}
	if (gd_json_set(linux_obj, "seccomp", gd_filter_json(given)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}
