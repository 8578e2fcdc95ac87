/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies beside one another: which are looser than the default, and what is lost where one cannot be found. */
#include "policy/set.h"

static bool governs(const struct gd_set *set, const struct gd_source *s)
{
	return gd_set_is_applied(set, s) && !s->profile && s->match.given;
}

/* The default policy, for which lint looked before; in a set that nobody linted it is looked for here. */
static const struct gd_source *standard_of(const struct gd_set *set)
{
	for (size_t i = 0; i < set->n && !set->standard; i++)
		if (governs(set, set->v[i]) && gd_match_rank(&set->v[i]->match) == 0)
			return set->v[i];
	return set->standard;
}

int gd_set_mark_looser(const struct gd_set *set, struct gd_arena *a, struct gd_error *err)
{
	const struct gd_source *standard = standard_of(set);
	const struct gd_lack *lacks;

	for (size_t i = 0; i < set->n && standard; i++) {
		const struct gd_source *s = set->v[i];
		if (s == standard || !gd_set_is_applied(set, s))
			continue;
		s->resolved->looser = gd_policy_looser(s->resolved, standard->resolved, a, NULL);
		if (governs(set, s) && gd_policy_lacks(s->resolved, a, &lacks) > 0)
			return gd_error_set(err, GD_E_INPUT, "the policy '%s' is looser than the default: %s", s->name,
					    gd_lack_text(&lacks[0], a));
	}
	return 0;
}

#define COMPARISONS_MAX 200000	/* pairs of policies: above, every engine counts as tightened */

uint16_t gd_set_tightened(const struct gd_set *set, struct gd_arena *a)
{
	const unsigned every = (1u << (GD_ENGINE_BUILDKIT + 1)) - 1;
	size_t compared = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < set->n && bits != every; i++) {
		const struct gd_source *x = set->v[i];
		unsigned engines = x->match.engines ? x->match.engines : every;
		if (!governs(set, x) || !gd_match_by_image(&x->match) || (bits & engines) == engines)
			continue;
		for (size_t k = 0; k < set->n; k++) {
			const struct gd_source *y = set->v[k];
			if (y == x || !governs(set, y) || (y->match.engines && !(y->match.engines & engines)))
				continue;
			/* Of those by digest every one is its own case: only what asks for less is left over. */
			if (gd_match_rank(&y->match) >= gd_match_rank(&x->match))
				continue;
			if (++compared > COMPARISONS_MAX)
				return (uint16_t)every;
			if (!gd_policy_looser(y->resolved, x->resolved, a, NULL))
				continue;
			bits |= engines;
			break;
		}
	}
	return (uint16_t)bits;
}
