/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines. Input: the runtime's name, then the words, one a line. What holds for every input:
 * - what is accepted has a canonical argv that is accepted, means the same and is its own canonical
 * form;
 * - what is accepted for runc, runc reads the same way: a model of Go's flag package below
 * urfave/cli, with either of the two reorderings that runc was built with, gives the same flags,
 * values and arguments, for the line as written and for its canonical form.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invocation/grammar.h"

#define WORDS_MAX 64

struct words {
	char *v[2 * WORDS_MAX];
	int n;
};

/* --- Go's flag, urfave/cli's reorderings ------------------------------------------------------ */

enum order { NO_ORDER, ORDER_BY_DASHES, ORDER_BY_TABLE };

struct reading {
	struct gd_words values[GD_F_COUNT];
	bool spelled_short[GD_F_COUNT], spelled_long[GD_F_COUNT];
	bool help;
	struct words rest;
};

static enum gd_flag_id lookup(char letter, const char *name, size_t len, bool *ret_short)
{
	*ret_short = false;
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		const struct gd_flag_def *d = &gd_flag_defs[f];

		/* crun's own, which runc has not. */
		if (!gd_flag_of(f, letter) || f == GD_F_LOG_LEVEL || f == GD_F_CGROUP_MANAGER ||
		    (f == GD_F_NO_SUBREAPER && letter == 'c'))
			continue;
		if (strlen(d->name) == len && memcmp(d->name, name, len) == 0)
			return f;
		*ret_short = d->alias[0] != '\0' && len == 1 && d->alias[0] == name[0];
		if (*ret_short)
			return f;
	}
	return GD_F_COUNT;
}

static bool in_table(char letter, const char *word)
{
	bool is_short;
	size_t dashes = strspn(word, "-");

	if (dashes == 0 || strcmp(word, "-") == 0 || strcmp(word, "--") == 0)
		return false;
	word += dashes > 2 ? 2 : dashes;
	size_t len = strcspn(word, "=");
	return lookup(letter, word, len, &is_short) != GD_F_COUNT ||
	       (len == 4 && memcmp(word, "help", 4) == 0) || (len == 1 && word[0] == 'h');
}

static struct words reorder(const struct words *in, char letter, enum order order)
{
	struct words flags = { .n = 0 }, others = { .n = 0 };
	bool value = false;

	for (int i = 0; i < in->n; i++) {
		char *w = in->v[i];
		bool flag = order == ORDER_BY_TABLE ? in_table(letter, w)
						    : w[0] == '-' && strcmp(w, "-") != 0;

		if (order == ORDER_BY_TABLE ? value && !flag : value && w[0] != '-') {
			flags.v[flags.n++] = w;
			value = false;
			continue;
		}
		if (strcmp(w, "--") == 0) {
			for (; i < in->n; i++)
				others.v[others.n++] = in->v[i];
			break;
		}
		value = flag && strchr(w, '=') == NULL;
		if (flag)
			flags.v[flags.n++] = w;
		else
			others.v[others.n++] = w;
	}
	for (int i = 0; i < others.n; i++)
		flags.v[flags.n++] = others.v[i];
	return flags;
}

/* False: Go says no. */
static bool go_flags(struct gd_arena *a, const struct words *args, char letter, struct reading *ret)
{
	int i = 0;

	while (i < args->n) {
		char *w = args->v[i];
		size_t len = strlen(w), dashes = 1;

		if (len < 2 || w[0] != '-')
			break;
		i++;
		if (w[1] == '-') {
			dashes = 2;
			if (len == 2)
				break;
		}
		const char *name = w + dashes, *eq = name[0] != '\0' ? strchr(name + 1, '=') : NULL;
		if (name[0] == '\0' || name[0] == '-' || name[0] == '=')
			return false;
		size_t n = eq != NULL ? (size_t)(eq - name) : strlen(name);
		if ((n == 4 && memcmp(name, "help", 4) == 0) || (n == 1 && name[0] == 'h')) {
			ret->help = true;
			continue;
		}
		bool is_short;
		enum gd_flag_id f = lookup(letter, name, n, &is_short);
		if (f == GD_F_COUNT)
			return false;
		(is_short ? ret->spelled_short : ret->spelled_long)[f] = true;
		if (ret->spelled_short[f] && ret->spelled_long[f])
			return false;
		if (eq == NULL && gd_flag_defs[f].kind == GD_KIND_BOOL)
			gd_words_add(a, &ret->values[f], "true");
		else if (eq != NULL)
			gd_words_add(a, &ret->values[f], eq + 1);
		else if (i < args->n)
			gd_words_add(a, &ret->values[f], args->v[i++]);
		else
			return false;
	}
	for (; i < args->n; i++)
		ret->rest.v[ret->rest.n++] = args->v[i];
	return true;
}

/* --- the comparison ------------------------------------------------------------------------ */

static void same_flag(const struct gd_flag_value *ours, const struct gd_words *go,
		      enum gd_flag_kind kind)
{
	bool on = false;

	assert(ours->given == (go->n > 0));
	if (go->n == 0)
		return;
	switch (kind) {
	case GD_KIND_BOOL:
		assert(gd_parse_go_bool(go->v[go->n - 1], &on) == 0 && on == ours->on);
		return;
	case GD_KIND_VALUE:
	case GD_KIND_INT:
		assert(strcmp(go->v[go->n - 1], ours->str) == 0);
		return;
	case GD_KIND_LIST:
		assert(go->n == ours->list.n);
		for (size_t i = 0; i < go->n; i++)
			assert(strcmp(go->v[i], ours->list.v[i]) == 0);
		return;
	}
}

static void runc_reads_alike(struct gd_arena *a, const struct gd_invocation *inv, int argc,
			     char **argv, enum order order)
{
	struct words line = { .n = 0 };
	struct reading global = { .help = false }, own = { .help = false };
	char letter = gd_verb_letter(inv->verb);

	for (int i = 1; i < argc; i++)
		line.v[line.n++] = argv[i];
	assert(go_flags(a, &line, GD_LETTER_GLOBAL, &global));
	assert(global.rest.n > 0 && strcmp(global.rest.v[0], gd_verb_name(inv->verb)) == 0 &&
	       !global.help);
	struct words args = { .n = 0 };
	for (int i = 1; i < global.rest.n; i++)
		args.v[args.n++] = global.rest.v[i];
	if (inv->verb != GD_VERB_EXEC)
		args = reorder(&args, letter, order);
	assert(go_flags(a, &args, letter, &own) && !own.help);
	assert(own.rest.n == 1 + (int)inv->command.n && strcmp(own.rest.v[0], inv->id) == 0);
	for (size_t i = 0; i < inv->command.n; i++)
		assert(strcmp(own.rest.v[i + 1], inv->command.v[i]) == 0);
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++)
		same_flag(&inv->flag[f],
			  gd_flag_of(f, GD_LETTER_GLOBAL) ? &global.values[f] : &own.values[f],
			  gd_flag_defs[f].kind);
}

static int length(char **argv)
{
	int n = 0;

	while (argv[n] != NULL)
		n++;
	return n;
}

static void canonical_holds(struct gd_arena *a, const struct gd_invocation *inv,
			    const struct gd_invocation_rules *rules)
{
	char **argv = gd_invocation_canonical(inv, "runc", NULL, a);
	struct gd_invocation again;
	struct gd_words flags = { 0 }, flags_again = { 0 };

	assert(gd_invocation_parse(length(argv), argv, rules, a, &again, NULL) == 0);
	assert(again.verb == inv->verb && again.gated && again.help == inv->help);
	char **twice = gd_invocation_canonical(&again, "runc", NULL, a);
	for (int i = 0; i < length(argv) + 1; i++)
		assert(gd_streq(argv[i], twice[i]));
	if (inv->help)
		return;
	assert(strcmp(again.id, inv->id) == 0 && again.command.n == inv->command.n);
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		/* --tty beside --process, which every runtime ignores. */
		if (f == GD_F_TTY && gd_invocation_str(inv, GD_F_PROCESS) != NULL)
			continue;
		assert(gd_streq(gd_invocation_str(inv, f), gd_invocation_str(&again, f)));
		assert(inv->flag[f].on == again.flag[f].on &&
		       inv->flag[f].list.n == again.flag[f].list.n);
	}
	gd_invocation_judged_flags(inv, a, &flags);
	gd_invocation_judged_flags(&again, a, &flags_again);
	assert(flags.n == flags_again.n);
	if (rules->inner == GD_INNER_RUNC)
		for (enum order o = NO_ORDER; o <= ORDER_BY_TABLE; o++)
			runc_reads_alike(a, &again, length(argv), argv, o);
}

static void check(struct gd_arena *a, int argc, char **argv, enum gd_inner inner)
{
	const struct gd_invocation_rules rules = { inner, NULL };
	struct gd_invocation inv;
	struct gd_error err = { 0 };
	struct gd_peek peek;

	gd_invocation_peek(argc, argv, &peek);
	if (gd_invocation_parse(argc, argv, &rules, a, &inv, &err) < 0) {
		assert(err.kind == GD_E_INPUT && err.text[0] != '\0' &&
		       strchr(err.text, '\n') == NULL);
		return;
	}
	assert(gd_invocation_fds(&inv, 0).count <= GD_PRESERVE_FDS_MAX);
	if (!inv.gated)
		return;
	/* The refusal that may follow finds the verb, and so the exit status. */
	assert(peek.verb == inv.verb);
	canonical_holds(a, &inv, &rules);
	if (inner == GD_INNER_RUNC && !inv.help)
		for (enum order o = ORDER_BY_DASHES; o <= ORDER_BY_TABLE; o++)
			runc_reads_alike(a, &inv, argc, argv, o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gd_arena *a = gd_arena_new(NULL);
	char *text = gd_strndup(a, (const char *)data, size), *argv[WORDS_MAX + 1];
	int argc = 0;

	for (char *w = text; w != NULL && argc < WORDS_MAX;) {
		char *end = strchr(w, '\n');

		if (end != NULL)
			*end++ = '\0';
		argv[argc++] = w;
		w = end;
	}
	argv[argc] = NULL;
	check(a, argc, argv, gd_inner_of(argv[0]) == GD_INNER_CRUN ? GD_INNER_CRUN : GD_INNER_RUNC);
	gd_arena_free(a);
	return 0;
}
