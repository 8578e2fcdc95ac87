/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables behind the parser; for lib/invocation/ alone. */
#ifndef GD_INVOCATION_GRAMMAR_H
#define GD_INVOCATION_GRAMMAR_H

#include "invocation/invocation.h"

enum gd_flag_kind {
	GD_KIND_BOOL,	/* --x, --x=true */
	GD_KIND_VALUE,	/* --x v, --x=v */
	GD_KIND_INT,	/* a value that is a plain decimal */
	GD_KIND_LIST,	/* a value; may be repeated */
};

enum gd_flag_part {
	GD_PART_FLAG,		/* stays a flag */
	GD_PART_PROCESS,	/* has its place in an exec's process document */
	GD_PART_RESOURCES,	/* has its place in an update's resources document */
};

struct gd_flag_def {
	const char *name;
	const char *alias;	/* one letter, or "" */
	enum gd_flag_kind kind;
	const char *verbs;	/* letters; 'G' global */
	enum gd_flag_part part;
};

extern const struct gd_flag_def gd_flag_defs[GD_F_COUNT];

#define GD_LETTER_GLOBAL 'G'
/* The letter by which the table knows @v; 0 where its flags are not modelled. */
char gd_verb_letter(enum gd_verb v);
/* NONE where @word is no verb of runc. "h" is help, as the runtimes have it. */
enum gd_verb gd_verb_of(const char *word);

/*
 * The flag spelled @len bytes of @name (without dashes) for @letter under @inner; GD_F_COUNT: no
 * such flag.
 * @alias: one-letter spellings only, else long ones only. No abbreviation is a match.
 */
enum gd_flag_id gd_flag_find(enum gd_inner inner, char letter, const char *name, size_t len,
			     bool alias);
/* Does @f belong to @letter? */
bool gd_flag_of(enum gd_flag_id f, char letter);
/* The long flag that @name may have been meant for, or NULL. */
const char *gd_flag_nearest(char letter, const char *name, struct gd_arena *a);

/* What the words of a gated verb mean together; see check.c. */
int gd_invocation_check(const struct gd_invocation *inv, struct gd_arena *a, struct gd_error *err);

/* As Go's ParseBool. */
int gd_parse_go_bool(const char *s, bool *ret);

#endif
