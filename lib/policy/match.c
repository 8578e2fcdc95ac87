/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "match" as people and apply write it. One row a selector. */
#include <stdlib.h>
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

/* --- words: NULL where one is well written, else what is wrong with it --- */

static const char *wrong_digest(const char *s, struct gd_arena *a)
{
	if (gd_starts(s, "sha256:") && gd_is_hex64(s + strlen("sha256:")))
		return NULL;
	return gd_printf(a, "%s is no digest: 'sha256:' and 64 digits of 0-9 and a-f", gd_quote(a, s, 100));
}

/* Docker's rule: what stands before the first '/' is a registry only if it cannot be a folder of Docker Hub. */
static bool begins_with_registry(const char *s)
{
	size_t n = strcspn(s, "/");

	if (s[n] == '\0')
		return false;
	return memchr(s, '.', n) || memchr(s, ':', n) || memchr(s, '*', n) || memchr(s, '?', n) ||
	       (n == strlen("localhost") && gd_starts(s, "localhost"));
}

/* @s with the registry and the folder that Docker would have added. */
static const char *whole_repository(const char *s, struct gd_arena *a)
{
	static const char hub[] = "docker.io/", old_hub[] = "index.docker.io/";

	if (gd_starts(s, old_hub))
		s += strlen(old_hub);
	else if (gd_starts(s, hub))
		s += strlen(hub);
	else if (begins_with_registry(s) || gd_starts(s, "*"))
		return s;
	return gd_printf(a, "docker.io/%s%s", strchr(s, '/') || gd_starts(s, "*") ? "" : "library/", s);
}

static const char *last_component(const char *s)
{
	const char *slash = strrchr(s, '/');

	return slash ? slash + 1 : s;
}

static const char *wrong_reference(const char *s, struct gd_arena *a)
{
	const char *whole = whole_repository(s, a);

	if (strpbrk(s, "*?"))
		return gd_printf(a, "%s: a reference is exact, patterns stand in 'repository'", gd_quote(a, s, 100));
	if (!strpbrk(last_component(whole), ":@"))
		whole = gd_printf(a, "%s:latest", whole);
	if (strcmp(whole, s) != 0)
		return gd_printf(a, "%s is no full reference, say %s", gd_quote(a, s, 100), gd_quote(a, whole, 120));
	return strlen(s) > 2 * GD_PATTERN_MAX ? "no reference is that long" : NULL;
}

static const char *wrong_repository(const char *s, struct gd_arena *a)
{
	const char *whole = whole_repository(s, a);

	if (strchr(s, '@') || strchr(last_component(s), ':'))
		return gd_printf(a, "%s: a repository has neither tag nor digest, 'reference' and 'digest' "
				 "select by those", gd_quote(a, s, 100));
	if (strcmp(whole, s) != 0)
		return gd_printf(a, "%s names no registry, say %s", gd_quote(a, s, 100), gd_quote(a, whole, 120));
	return strlen(s) > GD_PATTERN_MAX ? "no repository is that long" : NULL;
}

static const char *wrong_label(const char *s, struct gd_arena *a)
{
	if (strchr(s, '=') && *s != '=')
		return strlen(s) > UINT16_MAX ? "no label is that long" : NULL;
	return gd_printf(a, "%s: a label is written 'key=value'", gd_quote(a, s, 100));
}

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-."

static const char *wrong_name(const char *s, struct gd_arena *a)
{
	if (strlen(s) <= 253 && *s != '\0' && strspn(s, NAME_BYTES) == strlen(s))
		return NULL;
	return gd_printf(a, "%s is no name of Kubernetes': a-z, 0-9, '-' and '.'", gd_quote(a, s, 100));
}

static const char *wrong_pod(const char *s, struct gd_arena *a)
{
	if (strlen(s) <= 253 && *s != '\0' && strspn(s, NAME_BYTES "*?") == strlen(s))
		return NULL;
	return gd_printf(a, "%s is no pattern of a pod's name: a-z, 0-9, '-', '.', '*' and '?'", gd_quote(a, s, 100));
}

static const struct selector {
	const char *name;
	size_t offset;			/* of the unsigned that holds its bits, or of its words */
	const char *(*word)(unsigned bit);	/* bits */
	const char *(*wrong)(const char *s, struct gd_arena *a);	/* words */
	bool pairs;			/* may also be written as an object */
} selectors[] = {
#define AT(field) offsetof(struct gd_match, field)
	{ "class", AT(classes), class_word, NULL, false },
	{ "engine", AT(engines), engine_word, NULL, false },
	{ "digest", AT(digests), NULL, wrong_digest, false },
	{ "reference", AT(references), NULL, wrong_reference, false },
	{ "repository", AT(repositories), NULL, wrong_repository, false },
	{ "label", AT(labels), NULL, wrong_label, true },
	{ "namespace", AT(namespaces), NULL, wrong_name, false },
	{ "pod", AT(pods), NULL, wrong_pod, false },
	{ "containerName", AT(container_names), NULL, wrong_name, false },
#undef AT
};
#define N (sizeof(selectors) / sizeof(*selectors))

static struct gd_words bit_words(const struct selector *s, struct gd_arena *a)
{
	struct gd_words known = { 0 };

	for (unsigned i = 0; s->word(i); i++)
		gd_words_add(a, &known, s->word(i));
	return known;
}

static int read_bit(struct gd_pull *p, const struct selector *s, struct gd_arena *a, unsigned *ret)
{
	size_t at = gd_pull_here(p);
	unsigned bit;
	char *word;

	if (gd_pull_str(p, &word) < 0)
		return -1;
	for (bit = 0; s->word(bit) && strcmp(s->word(bit), word) != 0; bit++)
		;
	if (!s->word(bit)) {
		const struct gd_words known = bit_words(s, a);
		return gd_pull_unknown(p, at, s->name, word, &known, a);
	}
	*ret |= 1u << bit;
	return 0;
}

static int add_word(struct gd_pull *p, const struct selector *s, size_t at, const char *word, struct gd_arena *a,
		    struct gd_words *ret)
{
	const char *wrong = s->wrong(word, a);

	if (wrong)
		return gd_pull_fail(p, at, "%s", wrong);
	if (ret->n == GD_SELECTORS_MAX)
		return gd_pull_fail(p, at, "more than %d words of '%s'", GD_SELECTORS_MAX, s->name);
	gd_words_add(a, ret, word);
	return 0;
}

static int read_list(struct gd_pull *p, const struct selector *s, struct gd_arena *a, void *ret)
{
	int more;
	char *word;

	if (gd_pull_array(p) < 0)
		return -1;
	while ((more = gd_pull_item(p)) > 0) {
		size_t at = gd_pull_here(p);
		if (s->word) {
			if (read_bit(p, s, a, ret) < 0)
				return -1;
		} else if (gd_pull_str(p, &word) < 0 || add_word(p, s, at, word, a, ret) < 0) {
			return -1;
		}
	}
	return more;
}

static int read_pairs(struct gd_pull *p, const struct selector *s, struct gd_arena *a, struct gd_words *ret)
{
	char *key, *value;
	size_t at;
	int more;

	if (gd_pull_object(p) < 0)
		return -1;
	while ((more = gd_pull_key(p, &key, &at)) > 0)
		if (gd_pull_str(p, &value) < 0 ||
		    add_word(p, s, at, gd_printf(a, "%s=%s", key, value), a, ret) < 0)
			return -1;
	return more;
}

static int by_word(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int read_selector(struct gd_pull *p, const struct selector *s, struct gd_arena *a, struct gd_match *m)
{
	void *to = (char *)m + s->offset;
	size_t at = gd_pull_here(p);
	int r = s->pairs && gd_pull_peek(p) == '{' ? read_pairs(p, s, a, to) : read_list(p, s, a, to);
	struct gd_words *w = to;

	if (r < 0)
		return -1;
	/* An empty list would read as "none" and mean "any". */
	if (s->word ? *(unsigned *)to == 0 : w->n == 0)
		return gd_pull_fail(p, at, "an empty list matches nothing");
	if (!s->word)
		qsort(w->v, w->n, sizeof(*w->v), by_word);
	return 0;
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
		if (read_selector(p, &selectors[i], a, ret) < 0)
			return -1;
	}
	return more;
}

static void write_words(const struct selector *s, const void *from, struct gd_buf *b)
{
	const struct gd_words *w = from;
	const unsigned *bits = from;
	const char *comma = "";

	gd_buf_str(b, "[");
	for (unsigned i = 0; s->word && s->word(i); i++) {
		if (!(*bits & 1u << i))
			continue;
		gd_buf_fmt(b, "%s\"%s\"", comma, s->word(i));
		comma = ",";
	}
	for (size_t i = 0; !s->word && i < w->n; i++) {
		gd_buf_str(b, i ? "," : "");
		gd_buf_json_str(b, w->v[i]);
	}
	gd_buf_str(b, "]");
}

void gd_match_write(const struct gd_match *m, struct gd_buf *b)
{
	const char *comma = "";

	gd_buf_str(b, "{");
	for (size_t i = 0; i < N; i++) {
		const struct selector *s = &selectors[i];
		const void *from = (const char *)m + s->offset;
		if (s->word ? *(const unsigned *)from == 0 : ((const struct gd_words *)from)->n == 0)
			continue;
		gd_buf_fmt(b, "%s\"%s\":", comma, s->name);
		write_words(s, from, b);
		comma = ",";
	}
	gd_buf_str(b, "}");
}
