/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "invocation/grammar.h"

const struct gd_flag_def gd_flag_defs[GD_F_COUNT] = {
#define X(id, name, alias, kind, verbs, part) \
	[GD_F_##id] = { name, alias, GD_KIND_##kind, verbs, GD_PART_##part },
	GD_FLAGS(X)
#undef X
};

static const struct {
	const char *name;
	bool gated;
	char letter;
} verbs[GD_VERB_COUNT] = {
#define X(id, name, gated) [GD_VERB_##id] = { name, gated, 0 },
	[GD_VERB_NONE] = { "", false, 0 },
	GD_VERBS(X)
	[GD_VERB_LISTED] = { "other", false, 0 },
#undef X
};

static const char letters[GD_VERB_COUNT] = {
	[GD_VERB_CREATE] = 'c', [GD_VERB_RUN] = 'r', [GD_VERB_RESTORE] = 't', [GD_VERB_EXEC] = 'x',
	[GD_VERB_UPDATE] = 'u', [GD_VERB_CHECKPOINT] = 'k',
};

/*
 * Flags that only one of the runtimes has. Given to the other, getopt_long might take one for an
 * abbreviation, and a global one would shift the verb; so they are unknown there. Flags with a
 * place in a document are not listed: they never reach the runtime as flags.
 */
static const struct {
	enum gd_flag_id flag;
	char letter;		/* 0: every verb that has it */
	enum gd_inner only;
} one_runtime[] = {
	{ GD_F_LOG_LEVEL, 0, GD_INNER_CRUN },
	{ GD_F_CGROUP_MANAGER, 0, GD_INNER_CRUN },
	{ GD_F_NO_SUBREAPER, 'c', GD_INNER_CRUN },
	{ GD_F_CRIU, 0, GD_INNER_RUNC },
	{ GD_F_PIDFD_SOCKET, 0, GD_INNER_RUNC },
	{ GD_F_IGNORE_PAUSED, 0, GD_INNER_RUNC },
};

const char *gd_verb_name(enum gd_verb v)
{
	return (unsigned)v < GD_VERB_COUNT ? verbs[v].name : "";
}

bool gd_verb_gated(enum gd_verb v)
{
	return (unsigned)v < GD_VERB_COUNT && verbs[v].gated;
}

char gd_verb_letter(enum gd_verb v)
{
	return (unsigned)v < GD_VERB_COUNT ? letters[v] : 0;
}

enum gd_verb gd_verb_of(const char *word)
{
	if (strcmp(word, "h") == 0)
		return GD_VERB_HELP;
	/* "version" is the name of what --version asks for, not a word that a runtime knows. */
	for (enum gd_verb v = GD_VERB_NONE + 1; v < GD_VERB_VERSION; v++)
		if (strcmp(word, verbs[v].name) == 0)
			return v;
	return GD_VERB_NONE;
}

const char *gd_flag_name(enum gd_flag_id f)
{
	return (unsigned)f < GD_F_COUNT ? gd_flag_defs[f].name : "";
}

bool gd_flag_of(enum gd_flag_id f, char letter)
{
	return letter != 0 && strchr(gd_flag_defs[f].verbs, letter) != NULL;
}

static bool runtime_has(enum gd_inner inner, enum gd_flag_id f, char letter)
{
	if (inner == GD_INNER_OTHER)
		inner = GD_INNER_RUNC;
	for (size_t i = 0; i < sizeof(one_runtime) / sizeof(one_runtime[0]); i++)
		if (one_runtime[i].flag == f && one_runtime[i].only != inner &&
		    (one_runtime[i].letter == 0 || one_runtime[i].letter == letter))
			return false;
	return true;
}

enum gd_flag_id gd_flag_find(enum gd_inner inner, char letter, const char *name, size_t len,
			     bool alias)
{
	if (len == 0)
		return GD_F_COUNT;
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		const char *have = alias ? gd_flag_defs[f].alias : gd_flag_defs[f].name;

		if (gd_flag_of(f, letter) && strlen(have) == len && memcmp(have, name, len) == 0)
			return runtime_has(inner, f, letter) ? f : GD_F_COUNT;
	}
	return GD_F_COUNT;
}

const char *gd_flag_nearest(char letter, const char *name, struct gd_arena *a)
{
	struct gd_words names = { 0 };

	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++)
		if (gd_flag_of(f, letter))
			gd_words_add(a, &names, gd_flag_defs[f].name);
	return gd_nearest(name, names.v, names.n);
}

int gd_parse_go_bool(const char *s, bool *ret)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(s, yes[i]) == 0)
			return *ret = true, 0;
		if (strcmp(s, no[i]) == 0)
			return *ret = false, 0;
	}
	return -1;
}

static bool is_program(const char *base, const char *name)
{
	size_t n = strlen(name);

	return strncmp(base, name, n) == 0 && (base[n] == '\0' || base[n] == '-' || base[n] == '.');
}

enum gd_inner gd_inner_of(const char *runtime_path)
{
	const char *slash = strrchr(runtime_path, '/');
	const char *base = slash != NULL ? slash + 1 : runtime_path;

	if (is_program(base, "crun"))
		return GD_INNER_CRUN;
	return is_program(base, "runc") ? GD_INNER_RUNC : GD_INNER_OTHER;
}
