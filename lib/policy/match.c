/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which containers a policy governs. One row a selector. */
#include <string.h>

#include "policy/set.h"

static const char *class_word(unsigned i)
{
	return i <= GD_CLASS_PLUGIN ? gd_class_name((enum gd_class)i) : NULL;
}

static const char *engine_word(unsigned i)
{
	return i <= GD_ENGINE_BUILDKIT ? gd_engine_name((enum gd_engine)i) : NULL;
}

static const struct selector {
	const char *name;
	const char *(*word)(unsigned bit);
	size_t offset;	/* of the unsigned that holds its bits */
} selectors[] = {
	{ "class", class_word, offsetof(struct gd_match, classes) },
	{ "engine", engine_word, offsetof(struct gd_match, engines) },
};
#define N (sizeof(selectors) / sizeof(*selectors))

static struct gd_words words_of(const struct selector *s, struct gd_arena *a)
{
	struct gd_words known = { 0 };

	for (unsigned i = 0; s->word(i); i++)
		gd_words_add(a, &known, s->word(i));
	return known;
}

/* A list of words, each the name of a bit. */
static int read_bits(struct gd_pull *p, const struct selector *s, struct gd_arena *a, unsigned *ret)
{
	const struct gd_words known = words_of(s, a);
	size_t at = gd_pull_here(p);
	unsigned bit;
	char *word;
	int more;

	if (gd_pull_array(p) < 0)
		return -1;
	while ((more = gd_pull_item(p)) > 0) {
		size_t word_at = gd_pull_here(p);
		if (gd_pull_str(p, &word) < 0)
			return -1;
		for (bit = 0; bit < known.n && strcmp(known.v[bit], word) != 0; bit++)
			;
		if (bit == known.n)
			return gd_pull_unknown(p, word_at, s->name, word, &known, a);
		*ret |= 1u << bit;
	}
	/* An empty list would read as "none" and mean "any". */
	return more == 0 && *ret == 0 ? gd_pull_fail(p, at, "an empty list matches nothing") : more;
}

int gd_match_read(struct gd_pull *p, struct gd_arena *a, struct gd_match *ret)
{
	struct gd_words known = { 0 };
	size_t at, i;
	char *key;
	int more;

	*ret = (struct gd_match){ .given = true };
	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0) {
		for (i = 0; i < N && strcmp(selectors[i].name, key) != 0; i++)
			;
		if (i == N) {
			for (i = 0; i < N; i++)
				gd_words_add(a, &known, selectors[i].name);
			return gd_pull_unknown(p, at, "selector", key, &known, a);
		}
		if (read_bits(p, &selectors[i], a, (unsigned *)((char *)ret + selectors[i].offset)) < 0)
			return -1;
	}
	return more;
}

unsigned gd_match_rank(const struct gd_match *m)
{
	return (m->classes != 0) + (m->engines != 0);
}

bool gd_match_has(const struct gd_match *m, enum gd_class c, enum gd_engine e)
{
	return m->given && (m->classes == 0 || m->classes & 1u << c) &&
	       (m->engines == 0 || m->engines & 1u << e);
}
