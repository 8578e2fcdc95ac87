/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over the words, in the order in which they stand. runc moves flags before the arguments
 * first, by rules that changed between its versions (urfave/cli 1.22.1 looks at dashes, later ones
 * at the table of flags), and both get some orders wrong. What either of them would read
 * differently from this pass is refused here: see `wedged` and take_word().
 */
#include <stdio.h>
#include <string.h>

#include "invocation/grammar.h"

#define SHOWN 80 /* bytes of a word quoted in a message */

struct reader {
	int argc, at;			/* argv[at] is the next word */
	char **argv;
	enum gd_inner inner;
	char letter;			/* of the verb whose flags are read; 'G' in front of it */
	bool spelled_short[GD_F_COUNT], spelled_long[GD_F_COUNT];
	const char *wedged; /* a word behind which runc reads flags as arguments; NULL: none yet */
	bool last_takes_next; /* the previous word was a flag without '=' or a value with a dash */
	struct gd_arena *a;
	struct gd_invocation *inv;
	struct gd_error *err;
};

static char *quoted(struct reader *r, const char *s)
{
	return gd_quote(r->a, s, SHOWN);
}

static int unknown_flag(struct reader *r, const char *word)
{
	const char *name = word + strspn(word, "-");
	const char *near = gd_flag_nearest(r->letter, name, r->a);

	if (r->inner == GD_INNER_CRUN && (r->letter == 'c' || r->letter == 'r') &&
	    (strcmp(word, "-f") == 0 || strcmp(word, "--config") == 0 ||
	     gd_starts(word, "--config=")))
		return gd_error_set(
			r->err, GD_E_INPUT,
			"--config would replace the config.json that is judged; leave it out");
	if (near != NULL)
		return gd_error_set(r->err, GD_E_INPUT, "unknown flag %s; did you mean --%s?",
				    quoted(r, word), near);
	return gd_error_set(r->err, GD_E_INPUT, "unknown flag %s", quoted(r, word));
}

/* "-1", not "-x": a number is the only value with a dash in front that anybody writes. */
static bool is_negative(const char *s)
{
	return s[0] == '-' && s[1] != '\0' && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

static int store(struct reader *r, enum gd_flag_id f, const char *value)
{
	struct gd_flag_value *v = &r->inv->flag[f];

	v->given = true;
	switch (gd_flag_defs[f].kind) {
	case GD_KIND_BOOL:
		v->on = true;
		if (value != NULL && gd_parse_go_bool(value, &v->on) < 0)
			return gd_error_set(r->err, GD_E_INPUT, "--%s is true or false, not %s",
					    gd_flag_name(f), quoted(r, value));
		return 0;
	case GD_KIND_LIST:
		gd_words_add(r->a, &v->list, value);
		return 0;
	case GD_KIND_INT:
		/* Go takes 0x10, 010 and 1_0 too, strtoll reads them otherwise. */
		if (gd_parse_i64(value, &v->number) < 0)
			return gd_error_set(r->err, GD_E_INPUT,
					    "--%s wants a plain decimal number, not %s",
					    gd_flag_name(f), quoted(r, value));
		v->str = value;
		return 0;
	case GD_KIND_VALUE:
		v->str = value;
		return 0;
	}
	return gd_error_set(r->err, GD_E_INPUT, "--%s is of no kind", gd_flag_name(f));
}

/* The word behind a flag that wants one. */
static const char *next_value(struct reader *r, enum gd_flag_id f)
{
	const char *v;

	if (r->at >= r->argc) {
		gd_error_set(r->err, GD_E_INPUT, "--%s wants a value", gd_flag_name(f));
		return NULL;
	}
	v = r->argv[r->at++];
	r->last_takes_next = is_negative(v);
	/*
	 * urfave/cli 1.22.1 takes a lone "-" for an argument and the next word for the flag's
	 * value. It comes out right only where the id is all that follows.
	 */
	if (strcmp(v, "-") == 0) {
		r->wedged = v;
		if (r->inv->id != NULL) {
			gd_error_set(r->err, GD_E_INPUT,
				     "--%s - stands behind the id; write --%s=-", gd_flag_name(f),
				     gd_flag_name(f));
			return NULL;
		}
	}
	return v;
}

static int check_spelling(struct reader *r, enum gd_flag_id f, bool alias)
{
	(alias ? r->spelled_short : r->spelled_long)[f] = true;
	if (r->spelled_short[f] && r->spelled_long[f])
		return gd_error_set(r->err, GD_E_INPUT,
				    "-%s and --%s are one flag, given in both spellings",
				    gd_flag_defs[f].alias, gd_flag_name(f));
	if (r->inv->flag[f].given && gd_flag_defs[f].kind != GD_KIND_LIST)
		return gd_error_set(r->err, GD_E_INPUT, "--%s is given twice", gd_flag_name(f));
	return 0;
}

/*
 * Which flag is @word? *ret_value: behind its '=' or NULL. Of the spellings that runc takes, "-x=v"
 * and "-long" are refused: crun reads "=v" as the value and "-l -o -n -g" as flags.
 */
static enum gd_flag_id identify(struct reader *r, const char *word, bool *ret_alias,
				const char **ret_value)
{
	size_t dashes = strspn(word, "-");
	const char *eq = strchr(word, '=');
	size_t len = eq != NULL ? (size_t)(eq - word) - dashes : strlen(word) - dashes;

	*ret_value = eq != NULL ? eq + 1 : NULL;
	*ret_alias = dashes == 1 && len == 1 && eq == NULL;
	/* go-runc spells this one so, on restore alone. */
	if (r->letter == 't' && strcmp(word, "-no-subreaper") == 0)
		return GD_F_NO_SUBREAPER;
	if (dashes != 2 && !*ret_alias)
		return GD_F_COUNT;
	return gd_flag_find(r->inner, r->letter, word + dashes, len, *ret_alias);
}

static int take_flag(struct reader *r)
{
	const char *word = r->argv[r->at++];
	const char *value;
	bool alias;
	enum gd_flag_id f;

	if (strcmp(word, "--") == 0)
		return gd_error_set(r->err, GD_E_INPUT, "'--' is not taken; leave it out");
	f = identify(r, word, &alias, &value);
	if (f == GD_F_COUNT)
		return unknown_flag(r, word);
	if (r->wedged != NULL)
		return gd_error_set(r->err, GD_E_INPUT,
				    "flag %s behind %s, where the runtime reads it as an argument;"
				    " put flags first",
				    quoted(r, word), quoted(r, r->wedged));
	if (check_spelling(r, f, alias) < 0)
		return -1;
	r->last_takes_next = false;
	if (gd_flag_defs[f].kind == GD_KIND_BOOL) {
		r->last_takes_next = value == NULL;
		return store(r, f, value);
	}
	if (value == NULL && (value = next_value(r, f)) == NULL)
		return -1;
	if (value[0] == '-' && !is_negative(value) &&
	    !(f == GD_F_RESOURCES && strcmp(value, "-") == 0))
		return gd_error_set(r->err, GD_E_INPUT, "--%s: its value%s%s looks like a flag",
				    gd_flag_name(f), f == GD_F_ENV ? "" : " ",
				    /* a variable is told by its name or not at all */
				    f == GD_F_ENV ? "" : quoted(r, value));
	return store(r, f, value);
}

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
static int read_globals(struct reader *r)
{
	enum gd_verb asked = GD_VERB_NONE;

	r->letter = GD_LETTER_GLOBAL;
	while (r->at < r->argc && r->argv[r->at][0] == '-' && r->argv[r->at][1] != '\0') {
		const char *word = r->argv[r->at];

		if (is_help(word) || is_version(r->inner, word)) {
			asked = is_help(word) ? GD_VERB_HELP : GD_VERB_VERSION;
			r->at++;
		} else if (take_flag(r) < 0) {
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
static int take_word(struct reader *r)
{
	const char *word = r->argv[r->at++];

	if (r->inv->id != NULL)
		return gd_error_set(r->err, GD_E_INPUT,
				    "one container id is wanted, %s is a second", quoted(r, word));
	if (gd_container_id_check(word, r->err) < 0)
		return -1;
	r->inv->id = word;
	/* runc takes it for the value of the flag in front, and stops reading flags there. */
	if (r->last_takes_next)
		r->wedged = word;
	r->last_takes_next = false;
	return 0;
}

static int read_arguments(struct reader *r)
{
	while (r->at < r->argc) {
		const char *word = r->argv[r->at];

		if (is_help(word)) {
			r->inv->help = true;
			return 0;
		}
		if ((word[0] == '-' && word[1] != '\0' ? take_flag(r) : take_word(r)) < 0)
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
static void read_passed(struct reader *r)
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

static int find_verb(struct reader *r, const struct gd_invocation_rules *rules)
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
				    quoted(r, word));
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
	struct reader r = {
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
