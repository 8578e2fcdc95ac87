/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy means with everything that it extends. */
#include <string.h>

#include "policy/set.h"

/* "restricted@1" in two; without '@' the version is 0. -1: malformed. */
static int split(const struct gd_set *set, const char *ref, const char **ret_name,
		 uint64_t *ret_version)
{
	const char *at = strchr(ref, '@');

	*ret_version = 0;
	*ret_name = at ? gd_strndup(set->arena, ref, (size_t)(at - ref)) : ref;
	return at && (gd_parse_u64(at + 1, ret_version) < 0 || *ret_version == 0) ? -1 : 0;
}

struct gd_source *gd_set_find(const struct gd_set *set, const char *ref)
{
	struct gd_source *best = NULL;
	const char *name;
	uint64_t version;

	if (split(set, ref, &name, &version) < 0)
		return NULL;
	for (size_t i = 0; i < set->n; i++) {
		struct gd_source *s = set->v[i];
		if (strcmp(s->name, name) != 0 || (version != 0 && (uint64_t)s->version != version))
			continue;
		if (!best || s->version > best->version)
			best = s;
	}
	return best;
}

static void no_such(struct gd_set *set, const struct gd_source *src, const char *ref)
{
	struct gd_words known = { 0 };
	const char *near, *name;
	uint64_t version;

	split(set, ref, &name, &version);
	for (size_t i = 0; i < set->n; i++)
		gd_words_add(set->arena, &known, set->v[i]->name);
	near = gd_nearest(name, known.v, known.n);
	if (near && strcmp(near, name) == 0)
		gd_set_problem(set, GD_PROBLEM_ERROR, src, src->extends_at,
			       "extends %s: there is no such version",
			       gd_quote(set->arena, ref, 80));
	else
		gd_set_problem(set, GD_PROBLEM_ERROR, src, src->extends_at,
			       "extends %s: there is no such policy or "
			       "profile%s%s%s",
			       gd_quote(set->arena, ref, 80), near ? ", did you mean '" : "",
			       near ? near : "", near ? "'?" : "");
}

/* All that @src extends, met. NULL where it extends nothing. -1: a problem was added. */
static int resolve_below(struct gd_set *set, struct gd_source *src, const void **ret[static 1])
{
	const void **below = NULL;

	for (size_t i = 0; i < src->extends.n; i++) {
		struct gd_source *parent = gd_set_find(set, src->extends.v[i]);
		if (!parent) {
			no_such(set, src, src->extends.v[i]);
			return -1;
		}
		if (parent->resolving) {
			gd_set_problem(set, GD_PROBLEM_ERROR, src, src->extends_at,
				       "'%s' extends itself through '%s'", parent->name, src->name);
			return -1;
		}
		const struct gd_policy *p = gd_set_resolve(set, parent);
		if (!p)
			return -1;
		const void **both = GD_NEW_N(set->arena, gd_n_controls, const void *);
		for (size_t c = 0; c < gd_n_controls; c++)
			both[c] = below ? gd_config_meet(gd_controls[c], below[c], p->config[c],
							 set->arena)
					: p->config[c];
		below = both;
	}
	*ret = below;
	return 0;
}

static void pass_on(struct gd_set *set, const struct gd_source *src, const struct gd_remarks *r)
{
	/* What a shipped profile loosens or repeats over another is its author's affair. */
	for (size_t i = 0; i < r->n && !src->profile; i++)
		gd_set_problem(set,
			       r->v[i].kind == GD_REMARK_LOOSER ? GD_PROBLEM_LOOSER
								: GD_PROBLEM_WARNING,
			       src, r->v[i].at, "%s", r->v[i].text);
}

static int resolve_control(struct gd_set *set, struct gd_source *src, size_t c, const void *below,
			   const void **ret)
{
	const struct gd_written *w = &src->controls[c];
	struct gd_remarks remarks = { .arena = set->arena };
	struct gd_error err = { 0 };
	void *config;

	if (!w->present) {
		if (!below)
			gd_set_problem(set, GD_PROBLEM_ERROR, src, src->controls_at,
				       "the control '%s' is missing: what "
				       "extends nothing names every control",
				       gd_controls[c]->name);
		*ret = below;
		return below ? 0 : -1;
	}
	if (gd_config_layer(gd_controls[c], below, w, &remarks, set->arena, &config, &err) < 0) {
		gd_set_problem(set, GD_PROBLEM_ERROR, src, w->at, "%s", err.text);
		return -1;
	}
	pass_on(set, src, &remarks);
	*ret = config;
	return 0;
}

const struct gd_policy *gd_set_resolve(struct gd_set *set, struct gd_source *src)
{
	struct gd_policy *p;
	const void **below;
	bool bad = false;

	if (src->resolved || src->failed)
		return src->resolved;
	src->resolving = true;
	bad = resolve_below(set, src, &below) < 0;
	p = GD_NEW(set->arena, struct gd_policy);
	*p = (struct gd_policy){ .name = src->name,
				 .description = src->description,
				 .mode = src->mode,
				 .existing = src->existing,
				 .match = &src->match,
				 .reason = src->reason, .until = src->until,
				 .ticket = src->ticket, .approved_by = src->approved_by,
				 .config = GD_NEW_N(set->arena, gd_n_controls, const void *) };
	for (size_t c = 0; c < gd_n_controls && !bad; c++)
		bad = resolve_control(set, src, c, below ? below[c] : NULL, &p->config[c]) < 0;
	src->resolving = false;
	src->failed = bad;
	if (!bad)
		src->resolved = p;
	return src->resolved;
}

const void *gd_policy_config(const struct gd_policy *p, const struct gd_control *c)
{
	for (size_t i = 0; i < gd_n_controls; i++)
		if (gd_controls[i] == c)
			return p->config[i];
	return NULL;
}

/* enforce is tighter than the two that refuse nothing. */
static bool mode_looser(const struct gd_policy *x, const struct gd_policy *y)
{
	return x->mode != GD_MODE_ENFORCE && y->mode == GD_MODE_ENFORCE;
}

bool gd_policy_looser(const struct gd_policy *x, const struct gd_policy *y, struct gd_arena *a,
		      struct gd_words *ret_why)
{
	struct gd_words why = { 0 };

	/* Where @y refuses nothing at all, nothing is looser. */
	if (y->mode != GD_MODE_ENFORCE)
		return false;
	if (mode_looser(x, y))
		gd_words_add(a, &why, "mode");
	if (x->existing == GD_RECORD && y->existing != GD_RECORD)
		gd_words_add(a, &why, "existing");
	for (size_t c = 0; c < gd_n_controls; c++) {
		struct gd_words fields = { 0 };
		if (x->config[c] == y->config[c])
			continue;
		gd_config_looser(gd_controls[c], x->config[c], y->config[c], a, &fields);
		for (size_t i = 0; i < fields.n; i++)
			gd_words_add(a, &why,
				     gd_printf(a, "%s.%s", gd_controls[c]->name, fields.v[i]));
	}
	if (ret_why)
		*ret_why = why;
	return why.n > 0;
}
