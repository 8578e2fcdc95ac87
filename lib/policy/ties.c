/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies that meet on a container with none more specific than the other: a launch would refuse it. */
#include <stdlib.h>
#include <string.h>

#include "policy/set.h"

static bool is_selected(const struct gd_source *s)
{
	return !s->profile && s->match.given;
}

/*
 * Two policies of the same rank that can meet on a container. Looked for by container, not by pair:
 * there are fewer kinds of containers than pairs of policies.
 */
static void check_ties(struct gd_set *set)
{
	bool *told = GD_NEW_N(set->arena, set->n ? set->n : 1, bool);

	for (unsigned c = 0; c <= GD_CLASS_PLUGIN; c++) {
		for (unsigned e = 0; e <= GD_ENGINE_BUILDKIT; e++) {
			const struct gd_source *best = NULL;
			for (size_t i = 0; i < set->n; i++) {
				const struct gd_source *s = set->v[i];
				if (!is_selected(s) || gd_match_by_image(&s->match) ||
				    !gd_match_has(&s->match, (enum gd_class)c, (enum gd_engine)e))
					continue;
				unsigned rank = gd_match_rank(&s->match),
					 top = best ? gd_match_rank(&best->match) : 0;
				if (best && rank == top && !told[i]) {
					told[i] = true;
					gd_set_problem(
						set, GD_PROBLEM_ERROR, s, s->match_at,
						"ties with '%s' (%s) on class "
						"'%s', engine '%s': neither is more specific",
						best->name, best->file,
						gd_class_name((enum gd_class)c),
						gd_engine_name((enum gd_engine)e));
				}
				if (!best || rank > top)
					best = s;
			}
		}
	}
}

/* One word by which one policy is found. */
struct key { const char *kind, *word; const struct gd_source *s; size_t number; };

static int by_key(const void *x, const void *y)
{
	const struct key *a = x, *b = y;
	int r = strcmp(a->kind, b->kind);

	r = r ? r : strcmp(a->word, b->word);
	return r ? r : (a->number > b->number) - (a->number < b->number);
}

static void add_keys(struct gd_set *set, size_t number, const char *kind, const struct gd_words *w, struct key **v,
		     size_t *n)
{
	for (size_t i = 0; i < w->n; i++)
		*GD_APPEND(set->arena, *v, *n) = (struct key){ kind, w->v[i], set->v[number], number };
}

static bool ties(const struct key *x, const struct key *y)
{
	return x->s != y->s &&
	       gd_match_rank_by(&x->s->match, x->word) == gd_match_rank_by(&y->s->match, y->word) &&
	       gd_match_meet(&x->s->match, &y->s->match);
}

/* The same for what is selected by image and pod: only policies that share a word can be told to meet. */
static void check_image_ties(struct gd_set *set)
{
	bool *told = GD_NEW_N(set->arena, set->n ? set->n : 1, bool);
	struct key *v = NULL;
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct gd_match *m = &set->v[i]->match;
		if (!is_selected(set->v[i]))
			continue;
		const struct { const char *kind; const struct gd_words *w; } lists[] = {
			{ "digest", &m->digests }, { "reference", &m->references },
			{ "repository", &m->repositories }, { "namespace", &m->namespaces }, { "pod", &m->pods },
			{ "containerName", &m->container_names }, { "label", &m->labels },
		};
		for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++)
			add_keys(set, i, lists[k].kind, lists[k].w, &v, &n);
	}
	if (n > 0)
		qsort(v, n, sizeof(*v), by_key);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i; k > 0 && strcmp(v[k - 1].kind, v[i].kind) == 0 &&
		     strcmp(v[k - 1].word, v[i].word) == 0 && !told[v[i].number]; k--) {
			if (!ties(&v[k - 1], &v[i]))
				continue;
			told[v[i].number] = true;
			gd_set_problem(set, GD_PROBLEM_ERROR, v[i].s, v[i].s->match_at,
				       "ties with '%s' (%s) on %s '%s': neither is more specific", v[k - 1].s->name,
				       v[k - 1].s->file, v[i].kind, v[i].word);
		}
	}
}

void gd_set_check_ties(struct gd_set *set)
{
	check_ties(set);
	check_image_ties(set);
}
