/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over the words, in the order in which they stand. runc moves flags before the arguments
 * first, by rules that changed between its versions (urfave/cli 1.22.1 looks at dashes, later ones
 * at the table of flags), and both get some orders wrong. What either of them would read
 * differently from this pass is refused here: see `wedged` and take_word().
 */
#include <stdio.h>
#include <string.h>

#include "invocation/reader.h"

/* --help, -h in the place of a flag. */
static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool is_version(enum gd_inner inner, const char *word)
{
	return strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0 ||
	       (inner == GD_INNER_CRUN && strcmp(word, "-V") == 0);
}

/* The words in front of the verb. Leaves r->at on the verb, or at the end. */
static int read_globals(struct gd_reader *r)
{
	enum gd_verb asked = GD_VERB_NONE;

	r->letter = GD_LETTER_GLOBAL;
	while (r->at < r->argc && r->argv[r->at][0] == '-' && r->argv[r->at][1] != '\0') {
		const char *word = r->argv[r->at];

		if (is_help(word) || is_version(r->inner, word)) {
			asked = is_help(word) ? GD_VERB_HELP : GD_VERB_VERSION;
			r->at++;
		} else if (gd_reader_flag(r) < 0) {
			return -1;
		}
	}
	/* Which of the two wins is not the same for every runtime. */
	if (asked != GD_VERB_NONE && r->at < r->argc)
		return gd_error_set(r->err, GD_E_INPUT, "%s and a command: give one of them",
				    asked == GD_VERB_HELP ? "--help" : "--version");
	r->inv->verb = asked;
	return 0;
}

/* A word that is no flag: the id, or one too many. */
static int take_word(struct gd_reader *r)
{
	const char *word = r->argv[r->at++];

	if (r->inv->id != NULL)
		return gd_error_set(r->err, GD_E_INPUT,
				    "one container id is wanted, %s is a second", gd_reader_quoted(r, word));
	if (gd_container_id_check(word, r->err) < 0)
		return -1;
	r->inv->id = word;
	/* runc takes it for the value of the flag in front, and stops reading flags there. */
	if (r->last_takes_next)
		r->wedged = word;
	r->last_takes_next = false;
	return 0;
}

static int read_arguments(struct gd_reader *r)
{
	while (r->at < r->argc) {
		const char *word = r->argv[r->at];

		if (is_help(word)) {
			r->inv->help = true;
			return 0;
		}
		if ((word[0] == '-' && word[1] != '\0' ? gd_reader_flag(r) : take_word(r)) < 0)
			return -1;
		/* exec reads no flag behind the id: the rest is the command's. */
		if (r->inv->verb == GD_VERB_EXEC && r->inv->id != NULL)
			break;
	}
	if (r->inv->id == NULL)
		return gd_error_set(r->err, GD_E_INPUT, "no container id");
	if (r->at < r->argc && strcmp(r->argv[r->at], "--") == 0)
		return gd_error_set(r->err, GD_E_INPUT,
				    "'--' behind the id would be the command; leave it out");
	while (r->at < r->argc)
		gd_words_add(r->a, &r->inv->command, r->argv[r->at++]);
	return 0;
}

/* Verbs whose flags take no value, so that the first word without a dash is the id. */
static const bool id_first[GD_VERB_COUNT] = {
	[GD_VERB_START] = true,	 [GD_VERB_STATE] = true, [GD_VERB_KILL] = true,
	[GD_VERB_DELETE] = true, [GD_VERB_PAUSE] = true, [GD_VERB_RESUME] = true,
};

/* Passed whatever is written; but the id, and checkpoint's --status-fd, are good to know. */
static void read_passed(struct gd_reader *r)
{
	r->err = NULL;
	if (r->letter != 0) {
		if (read_arguments(r) < 0 || r->inv->help)
			r->inv->id = NULL;
		return;
	}
	if (!id_first[r->inv->verb])
		return;
	while (r->at < r->argc && r->argv[r->at][0] == '-')
		r->at++;
	if (r->at < r->argc && gd_container_id_check(r->argv[r->at], NULL) == 0)
		r->inv->id = r->argv[r->at];
}

static int find_verb(struct gd_reader *r, const struct gd_invocation_rules *rules)
{
	const char *word = r->argv[r->at++];

	r->inv->verb_word = word;
	r->inv->verb = gd_verb_of(word);
	if (r->inv->verb == GD_VERB_NONE && rules->verbs != NULL &&
	    gd_words_has(rules->verbs, word))
		r->inv->verb = GD_VERB_LISTED;
	if (r->inv->verb == GD_VERB_NONE)
		return gd_error_set(r->err, GD_E_INPUT,
				    "command %s is not known to guarded; if it can neither start"
				    " nor change a container, list it under 'verbs' in guarded.json",
				    gd_reader_quoted(r, word));
	r->letter = gd_verb_letter(r->inv->verb);
	r->inv->gated = gd_verb_gated(r->inv->verb);
	return 0;
}

int gd_invocation_parse(int argc, char **argv, const struct gd_invocation_rules *rules,
			struct gd_arena *a, struct gd_invocation *ret, struct gd_error *err)
{
	struct gd_invocation inv = {
		.inner = rules->inner, .verb_word = "", .argc = argc, .argv = argv
	};
	struct gd_reader r = {
		.argc = argc, .at = 1, .argv = argv, .inner = rules->inner,
		.a = a, .inv = &inv, .err = err,
	};

	if (argc > GD_ARGS_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d words on the command line",
				    GD_ARGS_MAX);
	if (read_globals(&r) < 0)
		return -1;
	if (r.at < argc && find_verb(&r, rules) < 0)
		return -1;
	r.wedged = NULL;
	r.last_takes_next = false;
	if (!inv.gated) {
		read_passed(&r);
	} else if (read_arguments(&r) < 0 || (!inv.help && gd_invocation_check(&inv, a, err) < 0)) {
		return gd_error_wrap(err, "%s", gd_verb_name(inv.verb));
	}
	*ret = inv;
	return 0;
}
