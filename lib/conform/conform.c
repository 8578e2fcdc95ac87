/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conform/conform.h"

static bool rewrites(const struct gd_decision *d, const struct gd_control *c)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].control == c && d->v[i].action == GD_REWRITE)
			return true;
	return false;
}

static int fix_all(gd_json *doc, const struct gd_facts *f, const struct gd_decision *d, struct gd_arena *a,
		   struct gd_error *err)
{
	bool changed = false;

	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_control *c = gd_controls[i];
		const struct gd_config_head *head = gd_policy_config(d->policy, c);
		bool after = c->follows && changed && head->action == GD_REWRITE;

		if (!c->fix || (!rewrites(d, c) && !after))
			continue;
		changed = true;
		if (c->fix(doc, f, gd_policy_config(d->policy, c), a, err) < 0)
			return gd_error_wrap(err, "make it conform to control '%s'", c->name);
	}
	return 0;
}

/* The container's own process, which exec's facts compare with, is not part of the document: kept. */
int gd_conform(const struct gd_facts *f, const struct gd_decision *d, const struct gd_policy *floor,
	       struct gd_arena *a, struct gd_conformed *ret, struct gd_error *err)
{
	struct gd_conformed c = { .doc = gd_json_copy(f->doc) };

	if (!c.doc)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	if (d->verdict == GD_CONFORM && fix_all(c.doc, f, d, a, err) < 0)
		goto fail;
	if (gd_facts_again(f, c.doc, a, &c.facts, err) < 0)
		goto fail;
	c.again = *d;
	if (d->verdict == GD_CONFORM)
		gd_decide(&c.facts, d->policy, GD_PASS_AGAIN, a, &c.again);
	if (floor && c.again.verdict != GD_REFUSE) {
		struct gd_decision by_floor;

		gd_decide(&c.facts, floor, GD_PASS_FLOOR, a, &by_floor);
		if (by_floor.verdict == GD_REFUSE)
			c.again = by_floor;
	}
	*ret = c;
	return 0;
fail:
	gd_json_free(c.doc);
	return -1;
}

void gd_conformed_done(struct gd_conformed *c)
{
	c->doc = gd_json_free(c->doc);
}
