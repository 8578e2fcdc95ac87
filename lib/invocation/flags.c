/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One flag with its value, in the spellings that every runtime reads alike. See parse.c. */
#include <string.h>

#include "invocation/reader.h"

#define SHOWN 80 /* bytes of a word quoted in a message */

char *gd_reader_quoted(struct gd_reader *r, const char *s)
{
	return gd_quote(r->a, s, SHOWN);
}

static int unknown_flag(struct gd_reader *r, const char *word)
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
				    gd_reader_quoted(r, word), near);
	return gd_error_set(r->err, GD_E_INPUT, "unknown flag %s", gd_reader_quoted(r, word));
}

/* "-1", not "-x": a number is the only value with a dash in front that anybody writes. */
static bool is_negative(const char *s)
{
	return s[0] == '-' && s[1] != '\0' && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

static int store(struct gd_reader *r, enum gd_flag_id f, const char *value)
{
	struct gd_flag_value *v = &r->inv->flag[f];

	v->given = true;
	switch (gd_flag_defs[f].kind) {
	case GD_KIND_BOOL:
		v->on = true;
		if (value != NULL && gd_parse_go_bool(value, &v->on) < 0)
			return gd_error_set(r->err, GD_E_INPUT, "--%s is true or false, not %s",
					    gd_flag_name(f), gd_reader_quoted(r, value));
		return 0;
	case GD_KIND_LIST:
		gd_words_add(r->a, &v->list, value);
		return 0;
	case GD_KIND_INT:
		/* Go takes 0x10, 010 and 1_0 too, strtoll reads them otherwise. */
		if (gd_parse_i64(value, &v->number) < 0)
			return gd_error_set(r->err, GD_E_INPUT,
					    "--%s wants a plain decimal number, not %s",
					    gd_flag_name(f), gd_reader_quoted(r, value));
		v->str = value;
		return 0;
	case GD_KIND_VALUE:
		v->str = value;
		return 0;
	}
	return gd_error_set(r->err, GD_E_INPUT, "--%s is of no kind", gd_flag_name(f));
}

/* The word behind a flag that wants one. */
static const char *next_value(struct gd_reader *r, enum gd_flag_id f)
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

static int check_spelling(struct gd_reader *r, enum gd_flag_id f, bool alias)
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
static enum gd_flag_id identify(struct gd_reader *r, const char *word, bool *ret_alias,
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

int gd_reader_flag(struct gd_reader *r)
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
				    gd_reader_quoted(r, word), gd_reader_quoted(r, r->wedged));
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
				    f == GD_F_ENV ? "" : gd_reader_quoted(r, value));
	return store(r, f, value);
}
