/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a policy speaks for a container, and which of two speaks louder. */
#include <string.h>

#include "policy/set.h"

size_t gd_match_literal(const char *pattern)
{
	return strcspn(pattern, "*?");
}

static uint32_t pattern_rank(const char *pattern)
{
	size_t n = gd_match_literal(pattern);

	/* Of two that begin alike the one without a wildcard is more specific. */
	return (uint32_t)(2 * n + (pattern[n] == '\0') + 1);
}

static uint32_t longest(const struct gd_words *patterns)
{
	uint32_t best = 0;

	for (size_t i = 0; i < patterns->n; i++) {
		uint32_t rank = pattern_rank(patterns->v[i]);
		best = rank > best ? rank : best;
	}
	return best;
}

uint32_t gd_match_rank(const struct gd_match *m)
{
	/* Ten bits a pattern: GD_PATTERN_MAX twice and two. */
	_Static_assert(2 * GD_PATTERN_MAX + 2 < 1 << 10, "a pattern's share of the rank");
	uint32_t labels = m->labels.n < 15 ? (uint32_t)m->labels.n : 15;

	return (uint32_t)(m->digests.n > 0) << 31 | (uint32_t)(m->references.n > 0) << 30 |
	       longest(&m->repositories) << 20 | (uint32_t)(m->namespaces.n > 0) << 19 | longest(&m->pods) << 9 |
	       (uint32_t)(m->container_names.n > 0) << 8 | labels << 4 |
	       (uint32_t)((m->classes != 0) + (m->engines != 0));
}

uint32_t gd_match_rank_by(const struct gd_match *m, const char *pattern)
{
	struct gd_match mine = *m;
	bool image = m->digests.n > 0 || m->references.n > 0;

	if (!image && gd_words_has(&m->repositories, pattern))
		mine.repositories = (struct gd_words){ &pattern, 1 };
	else if (!image && m->repositories.n == 0 && m->namespaces.n == 0 && gd_words_has(&m->pods, pattern))
		mine.pods = (struct gd_words){ &pattern, 1 };
	return gd_match_rank(&mine);
}

bool gd_match_by_image(const struct gd_match *m)
{
	return m->digests.n > 0 || m->references.n > 0 || m->repositories.n > 0 || m->labels.n > 0 ||
	       m->namespaces.n > 0 || m->pods.n > 0 || m->container_names.n > 0;
}

bool gd_match_engines_own(const struct gd_match *m)
{
	const unsigned own = 1u << GD_CLASS_SANDBOX | 1u << GD_CLASS_PLUGIN;

	return m->classes != 0 && (m->classes & ~own) == 0;
}

bool gd_match_has(const struct gd_match *m, enum gd_class c, enum gd_engine e)
{
	return m->given && (m->classes == 0 || m->classes & 1u << c) &&
	       (m->engines == 0 || m->engines & 1u << e);
}

bool gd_reference_repository(const char *reference, char ret[static GD_PATTERN_MAX + 1])
{
	size_t n = strcspn(reference, "@");
	const char *slash = memrchr(reference, '/', n);
	const char *tag = memchr(slash ? slash : reference, ':', n - (slash ? (size_t)(slash - reference) : 0));

	if (tag)
		n = (size_t)(tag - reference);
	if (n > GD_PATTERN_MAX)
		return false;
	memcpy(ret, reference, n);
	ret[n] = '\0';
	return true;
}

bool gd_match_pattern(const char *pattern, const char *s)
{
	/* "x/" and two stars is what lies below x, here and in the index, where gd_glob means x as well. */
	return strncmp(pattern, s, gd_match_literal(pattern)) == 0 && gd_glob(pattern, s);
}

static bool any_matches(const struct gd_words *patterns, const char *s)
{
	for (size_t i = 0; s && i < patterns->n; i++)
		if (gd_match_pattern(patterns->v[i], s))
			return true;
	return false;
}

static bool has(const struct gd_words *w, const char *s)
{
	return s && gd_words_has(w, s);
}

static bool any_reference(const struct gd_match *m, const struct gd_image *image)
{
	for (size_t i = 0; i < image->references.n; i++)
		if (gd_words_has(&m->references, image->references.v[i]))
			return true;
	return false;
}

static bool any_repository(const struct gd_match *m, const struct gd_image *image)
{
	char repository[GD_PATTERN_MAX + 1];

	for (size_t i = 0; i < image->references.n; i++)
		if (gd_reference_repository(image->references.v[i], repository) &&
		    any_matches(&m->repositories, repository))
			return true;
	return false;
}

static bool has_label(const struct gd_image *image, const char *pair)
{
	for (size_t i = 0; i < image->n_labels; i++) {
		size_t n = strlen(image->labels[i].key);
		if (strncmp(image->labels[i].key, pair, n) == 0 && pair[n] == '=' &&
		    strcmp(image->labels[i].value, pair + n + 1) == 0)
			return true;
	}
	return false;
}

static bool all_labels(const struct gd_match *m, const struct gd_image *image)
{
	for (size_t i = 0; i < m->labels.n; i++)
		if (!has_label(image, m->labels.v[i]))
			return false;
	return true;
}

bool gd_match_facts(const struct gd_match *m, const struct gd_subject *s)
{
	static const struct gd_image no_image;
	static const struct gd_use no_use;
	const struct gd_image *i = s->image && s->image->state == GD_IMAGE_KNOWN ? s->image : &no_image;
	const struct gd_use *u = s->use ? s->use : &no_use;

	return (m->digests.n == 0 || has(&m->digests, i->config) || has(&m->digests, i->manifest) ||
		has(&m->digests, i->index)) &&
	       (m->references.n == 0 || any_reference(m, i)) &&
	       (m->repositories.n == 0 || any_repository(m, i)) && all_labels(m, i) &&
	       (m->namespaces.n == 0 || has(&m->namespaces, u->pod_namespace)) &&
	       (m->pods.n == 0 || any_matches(&m->pods, u->pod_name)) &&
	       (m->container_names.n == 0 || has(&m->container_names, u->container_name));
}

static bool share(const struct gd_words *x, const struct gd_words *y)
{
	bool any = x->n == 0 || y->n == 0;

	for (size_t i = 0; i < x->n && !any; i++)
		any = gd_words_has(y, x->v[i]);
	return any;
}

/* Two different patterns may meet on some name; that is told only where one of them is a name. */
static bool patterns_share(const struct gd_words *x, const struct gd_words *y)
{
	bool any = share(x, y);

	for (size_t i = 0; i < x->n && !any; i++)
		for (size_t k = 0; k < y->n && !any; k++)
			any = (!strpbrk(x->v[i], "*?") && gd_match_pattern(y->v[k], x->v[i])) ||
			      (!strpbrk(y->v[k], "*?") && gd_match_pattern(x->v[i], y->v[k]));
	return any;
}

static bool same(const struct gd_words *x, const struct gd_words *y)
{
	bool alike = x->n == y->n;

	for (size_t i = 0; i < x->n && alike; i++)
		alike = strcmp(x->v[i], y->v[i]) == 0;
	return alike;
}

bool gd_match_meet(const struct gd_match *x, const struct gd_match *y)
{
	return (x->classes == 0 || y->classes == 0 || x->classes & y->classes) &&
	       (x->engines == 0 || y->engines == 0 || x->engines & y->engines) && share(&x->digests, &y->digests) &&
	       share(&x->references, &y->references) && patterns_share(&x->repositories, &y->repositories) &&
	       share(&x->namespaces, &y->namespaces) && patterns_share(&x->pods, &y->pods) &&
	       share(&x->container_names, &y->container_names) && same(&x->labels, &y->labels);
}
