/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/dialect.h"

#include <string.h>

#define VALUE_MAX 80 /* bytes of a value in a message */

enum tongue { DOCKER, PODMAN, CTR, POD, COMPOSE, TONGUES };

static const char *const terms[GD_SAY_COUNT][TONGUES] = {
#define X(id, docker, podman, ctr, pod, compose) \
	[GD_SAY_##id] = { docker, podman, ctr, pod, compose },
	GD_TERMS(X)
#undef X
};

enum gd_dialect gd_dialect(const struct gd_facts *f)
{
	if (f->class == GD_CLASS_BUILD || f->class == GD_CLASS_PLUGIN)
		return GD_SPEAK_PLAIN;
	switch (f->engine) {
	case GD_ENGINE_DOCKER:
	case GD_ENGINE_PODMAN:
	case GD_ENGINE_CTR:
		return GD_SPEAK_FLAGS;
	case GD_ENGINE_CRI:
	case GD_ENGINE_CRIO:
		return GD_SPEAK_POD;
	case GD_ENGINE_BUILDKIT:
	case GD_ENGINE_UNKNOWN:
		break;
	}
	return GD_SPEAK_PLAIN;
}

static const char *term(const struct gd_facts *f, enum gd_term t)
{
	const char *const *row = terms[t];

	if (gd_dialect(f) == GD_SPEAK_PLAIN)
		return NULL;
	switch (f->engine) {
	case GD_ENGINE_DOCKER:
		return row[DOCKER];
	case GD_ENGINE_PODMAN:
		return row[PODMAN] ? row[PODMAN] : row[DOCKER];
	case GD_ENGINE_CTR:
		return row[CTR];
	case GD_ENGINE_CRI:
	case GD_ENGINE_CRIO:
		return f->verb == GD_ON_EXEC
			   ? NULL
			   : row[POD]; /* kubectl exec has no flags for any of it */
	case GD_ENGINE_BUILDKIT:
	case GD_ENGINE_UNKNOWN:
		return NULL;
	}
	return NULL;
}

static bool is_pod(const struct gd_facts *f)
{
	return gd_dialect(f) == GD_SPEAK_POD;
}

const char *gd_say_verb(const struct gd_facts *f)
{
	bool exec = f->verb == GD_ON_EXEC;

	if (!exec && f->verb != GD_ON_UPDATE)
		return NULL;
	if (f->engine == GD_ENGINE_DOCKER)
		return exec ? "docker exec" : "docker update";
	if (f->engine == GD_ENGINE_PODMAN)
		return exec ? "podman exec" : "podman update";
	return is_pod(f) && exec ? "kubectl exec" : NULL;
}

const char *gd_bare(struct gd_arena *a, const char *s, size_t max)
{
	char *q = gd_quote(a, s, max);
	size_t n = strlen(q);

	/*
	 * gd_quote's own quotes stay only around what a shell would split or what it had to escape
	 */
	if (n <= 2 || strpbrk(q, " \\") || memchr(q + 1, '\'', n - 2))
		return q;
	q[n - 1] = '\0';
	return q + 1;
}

const char *gd_pointer_key(struct gd_arena *a, const char *key)
{
	struct gd_buf b = { .arena = a };

	if (!strpbrk(key, "~/"))
		return key;
	for (; *key; key++) {
		if (*key == '~' || *key == '/')
			gd_buf_str(&b, *key == '~' ? "~0" : "~1");
		else
			gd_buf_bytes(&b, key, 1);
	}
	return b.data;
}

static const char *join(const char *word, const char *value, bool pod, struct gd_arena *a)
{
	if (!value)
		return word;
	if (pod)
		return gd_printf(a, "%s: %s", word, value);
	return gd_printf(a, gd_ends(word, "=") ? "%s%s" : "%s %s", word, value);
}

const char *gd_say(const struct gd_facts *f, enum gd_term t, const char *value, struct gd_arena *a)
{
	const char *word = term(f, t), *verb = gd_say_verb(f), *said;

	if (!word)
		return NULL;
	said = join(word, value ? gd_bare(a, value, VALUE_MAX) : NULL, is_pod(f), a);
	return verb ? gd_printf(a, "%s %s", verb, said) : said;
}

const char *gd_advise(const struct gd_facts *f, enum gd_term t, const char *value,
		      const char *otherwise, struct gd_arena *a)
{
	const char *word = term(f, t), *said;

	if (!word)
		return otherwise;
	said = join(word, value, is_pod(f), a);
	if (f->engine == GD_ENGINE_DOCKER && terms[t][COMPOSE] && f->verb != GD_ON_EXEC &&
	    f->verb != GD_ON_UPDATE)
		return gd_printf(a, "%s (compose: %s)", said, terms[t][COMPOSE]);
	return said;
}
