/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies beside one another: which are looser than the default, and what is lost where one cannot be found. */
#include <stdlib.h>

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
			return gd_error_set(err, GD_E_INPUT, "the policy '%s' is looser than the default: %s",
					    s->name, gd_lack_text(&lacks[0], a));
	}
	return 0;
}

#define COMPARISONS_MAX 200000	/* pairs of policies: above, every engine counts as tightened */
#define EVERY ((1u << (GD_ENGINE_BUILDKIT + 1)) - 1)

struct governing { const struct gd_policy *p; uint32_t rank; unsigned engines; bool by_image; };

/* By rank, so that those that could be left over for one stand before it. */
static int by_rank(const void *x, const void *y)
{
	const struct governing *a = x, *b = y;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

static struct governing *governing(const struct gd_set *set, struct gd_arena *a, size_t *ret_n)
{
	struct governing *v = GD_NEW_N(a, set->n ? set->n : 1, struct governing);

	*ret_n = 0;
	for (size_t i = 0; i < set->n; i++) {
		const struct gd_match *m = &set->v[i]->match;
		if (governs(set, set->v[i]))
			v[(*ret_n)++] = (struct governing){ set->v[i]->resolved, gd_match_rank(m),
							    m->engines ? m->engines : EVERY, gd_match_by_image(m) };
	}
	qsort(v, *ret_n, sizeof(*v), by_rank);
	return v;
}

uint16_t gd_set_tightened(const struct gd_set *set, struct gd_arena *a)
{
	size_t n, compared = 0;
	const struct governing *v = governing(set, a, &n);
	unsigned bits = 0;

	for (size_t i = 0; i < n && bits != EVERY; i++) {
		if (!v[i].by_image || (bits & v[i].engines) == v[i].engines)
			continue;
		for (size_t k = 0; k < i && v[k].rank < v[i].rank; k++) {
			if (!(v[k].engines & v[i].engines))
				continue;
			if (++compared > COMPARISONS_MAX)
				return (uint16_t)EVERY;
			if (!gd_policy_looser(v[k].p, v[i].p, a, NULL))
				continue;
			bits |= v[i].engines;
			break;
		}
	}
	return (uint16_t)bits;
}
