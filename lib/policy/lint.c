/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a set of policies although each of them can be read. */
#include <string.h>
#include <time.h>

#include "policy/set.h"

static bool is_selected(const struct gd_source *s)
{
	return !s->profile && s->match.given;
}

bool gd_set_is_applied(const struct gd_set *set, const struct gd_source *s)
{
	return s->resolved && (!s->profile || (set->floor && gd_set_find(set, set->floor) == s));
}

static void check_names(struct gd_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct gd_source *s = set->v[i];
		for (size_t k = 0; k < i; k++) {
			const struct gd_source *t = set->v[k];
			if (strcmp(s->name, t->name) != 0)
				continue;
			/*
			 * Versions of one profile stand side by side; a policy has its name to
			 * itself.
			 */
			if (s->profile && t->profile && s->version != t->version)
				continue;
			gd_set_problem(set, GD_PROBLEM_ERROR, s, s->name_at,
				       "the name '%s' is taken by %s", s->name, t->file);
			break;
		}
	}
}

static void find_standard(struct gd_set *set)
{
	bool none = true;

	for (size_t i = 0; i < set->n; i++) {
		const struct gd_source *s = set->v[i];
		if (!is_selected(s) || gd_match_rank(&s->match) != 0)
			continue;
		none = false;
		if (!set->standard)
			set->standard = s;
	}
	if (none)
		gd_set_problem(set, GD_PROBLEM_ERROR, NULL, 0,
			       "no default policy: one policy has an empty match, "
			       "\"match\": {}; what none matches is refused");
}

static void check_control(struct gd_set *set, const struct gd_source *s, size_t c)
{
	const struct gd_control *control = gd_controls[c];
	const struct gd_config_head *head = s->resolved->config[c];
	const struct gd_written *w = &s->controls[c];

	if (!w->present)
		return;
	if (head->action == GD_REWRITE && !control->fix)
		gd_set_problem(set, GD_PROBLEM_ERROR, s, w->at,
			       "%s: there is nothing that could be rewritten, say "
			       "'deny'",
			       control->name);
	/* Leaves 0 and 1 are action and asked. */
	if (head->action == GD_IGNORE && !s->profile &&
	    ((w->has | w->added | w->dropped) & ~UINT64_C(3)) != 0)
		gd_set_problem(set, GD_PROBLEM_WARNING, s, w->at,
			       "%s: its action is 'ignore', so its fields have no "
			       "effect",
			       control->name);
	if (head->action != GD_REWRITE && !s->profile && (w->has & UINT64_C(2)) != 0)
		gd_set_problem(set, GD_PROBLEM_WARNING, s, w->leaf_at[1],
			       "%s: 'asked' has no effect without the action "
			       "'rewrite'",
			       control->name);
}

static const char *join(struct gd_set *set, const struct gd_words *w)
{
	struct gd_buf b = { .arena = set->arena };

	for (size_t i = 0; i < w->n && i < 6; i++)
		gd_buf_fmt(&b, "%s%s", i ? ", " : "", w->v[i]);
	if (w->n > 6)
		gd_buf_fmt(&b, " and %zu more", w->n - 6);
	return b.data;
}

static size_t place_of(const struct gd_source *s, const struct gd_lack *l)
{
	for (size_t c = 0; c < gd_n_controls && l->kind == GD_LACKS_PIN; c++)
		if (strcmp(gd_controls[c]->name, l->control) == 0 && s->controls[c].present)
			return s->controls[c].at;
	return l->kind == GD_LACKS_SELECTOR ? s->match_at : l->kind == GD_LACKS_REASON ? s->name_at : s->controls_at;
}

static void check_looser(struct gd_set *set, struct gd_source *s)
{
	struct gd_words why = { 0 };
	const struct gd_lack *lacks;
	size_t n;

	if (!s->resolved || !set->standard || !set->standard->resolved || s == set->standard)
		return;
	s->resolved->looser =
		gd_policy_looser(s->resolved, set->standard->resolved, set->arena, &why);
	if (!s->resolved->looser || !is_selected(s))
		return;
	n = gd_policy_lacks(s->resolved, set->arena, &lacks);
	for (size_t i = 0; i < n; i++)
		gd_set_problem(set, GD_PROBLEM_ERROR, s, place_of(s, &lacks[i]),
			       "looser than the default policy '%s' in %s: %s", set->standard->name, join(set, &why),
			       gd_lack_text(&lacks[i], set->arena));
	if (gd_policy_ended(s->resolved, (int64_t)time(NULL)))
		gd_set_problem(set, GD_PROBLEM_WARNING, s, s->until_at, "ended: what it governs is refused");
}

static void check_until(struct gd_set *set, const struct gd_source *s)
{
	if (s->until && !(s->resolved && s->resolved->looser))
		gd_set_problem(set, GD_PROBLEM_WARNING, s, s->until_at,
			       "'until' has no effect: only what is looser than the default ends");
}

/*
 * What names stand for, looked up once a policy is whole. Policies share what they inherit, so it
 * is looked up into a copy, and once for all that share it one after the other.
 */
static void look_up(struct gd_set *set, struct gd_source *s, size_t c)
{
	const struct gd_control *control = gd_controls[c];
	struct gd_looked_up *last = &set->looked_up[c];
	struct gd_error err = { 0 };

	if (!control->resolve || !set->profile_dir)
		return;
	if (last->from != s->resolved->config[c]) {
		void *copy = gd_alloc(set->arena, control->config_size);
		memcpy(copy, s->resolved->config[c], control->config_size);
		if (control->resolve(copy, set->profile_dir, set->arena, &err) < 0) {
			gd_set_problem(set, GD_PROBLEM_ERROR, s, s->controls[c].at, "%s: %s",
				       control->name, err.text);
			return;
		}
		*last = (struct gd_looked_up){ .from = s->resolved->config[c], .to = copy };
	}
	s->resolved->config[c] = last->to;
}

static bool is_extended(const struct gd_set *set, const struct gd_source *s)
{
	for (size_t i = 0; i < set->n; i++)
		for (size_t k = 0; k < set->v[i]->extends.n; k++)
			if (gd_set_find(set, set->v[i]->extends.v[k]) == s)
				return true;
	return false;
}

static void check_use(struct gd_set *set, const struct gd_source *s)
{
	if (s->profile || s->match.given || gd_streq(set->floor, s->name))
		return;
	if (set->n <= 1024 && !is_extended(set, s)) /* quadratic: left out where it would be felt */
		gd_set_problem(set, GD_PROBLEM_WARNING, s, s->name_at,
			       "'%s' governs nothing: it has no 'match', is not the "
			       "floor, and nothing extends it",
			       s->name);
}

void gd_set_check(struct gd_set *set)
{
	check_names(set);
	for (size_t i = 0; i < set->n; i++) {
		struct gd_source *s = set->v[i];
		if (!gd_set_resolve(set, s))
			continue;
		for (size_t c = 0; c < gd_n_controls; c++)
			check_control(set, s, c);
		check_use(set, s);
	}
	find_standard(set);
	gd_set_check_ties(set);
	for (size_t i = 0; i < set->n; i++) {
		check_looser(set, set->v[i]);
		check_until(set, set->v[i]);
	}
	/*
	 * Last: what is inherited must not be taken from a copy in which everything is looked up.
	 */
	set->looked_up = GD_NEW_N(set->arena, gd_n_controls, struct gd_looked_up);
	for (size_t i = 0; i < set->n; i++)
		for (size_t c = 0; c < gd_n_controls && gd_set_is_applied(set, set->v[i]); c++)
			look_up(set, set->v[i], c);
	if (set->floor && !gd_set_find(set, set->floor))
		gd_set_problem(set, GD_PROBLEM_ERROR, NULL, 0,
			       "guarded.json names the floor %s: there is no such policy or "
			       "profile",
			       gd_quote(set->arena, set->floor, 80));
}
