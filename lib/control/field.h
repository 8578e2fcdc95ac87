/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a control's configuration, as data. From one table come: parsing and its messages,
 * the partial order by which layers may only tighten, merging, serialising into the applied
 * file, `policy show`, the schema and the man page's test.
 *
 * Every kind has a direction. "Tighter" is a partial order; what cannot be compared counts as
 * looser.
 */
#ifndef GD_CONTROL_FIELD_H
#define GD_CONTROL_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* From loose to tight. */
enum gd_action { GD_IGNORE = 0, GD_RECORD, GD_REWRITE, GD_DENY };
extern const char *const gd_action_names[]; /* "ignore" "record" "rewrite" "deny", NULL */

/* Every configuration begins with this; its two words are the same for all controls. */
struct gd_config_head {
	enum gd_action action;	/* deny | rewrite | record | ignore */
	enum gd_action asked;	/* with rewrite: what happens with what somebody typed; deny (default) or rewrite */
};

enum gd_field_kind {
	GD_F_RIGHT,	/* bool; false is tighter; layers: and */
	GD_F_DUTY,	/* bool; true is tighter; layers: or */
	GD_F_ALLOW,	/* struct gd_words, patterns or words; fewer is tighter; layers: intersection */
	GD_F_DEMAND,	/* struct gd_words; more is tighter; layers: union */
	GD_F_MAX,	/* struct gd_limit; smaller is tighter, absent is unlimited; layers: minimum */
	GD_F_MIN,	/* struct gd_limit; larger is tighter, absent is none; layers: maximum */
	GD_F_GIVEN,	/* struct gd_limit or const char *: what rewrite gives where the document has none;
			 * a number: smaller is tighter; a word: any other is looser; layers: the child's */
	GD_F_CHOICE,	/* int, index in .words, which are listed from loose to tight; layers: the tighter */
	GD_F_RULES,	/* struct gd_rules: objects of .sub; fewer is tighter; layers: intersection of those
			 * covered by one of the other's */
	GD_F_GROUP,	/* an embedded struct with fields of its own (.sub), e.g. resources.pids {default,max} */
	GD_F_PATTERN,	/* const char *, in rules only: what the rule speaks for; NULL speaks for everything;
			 * narrower is tighter. The first field of a rule must be given and is usually one */
	GD_F_ARGV,	/* struct gd_words in order, in rules only: one pattern an argument, "**" as the last
			 * stands for any number more; absent (n 0) speaks for every command line */
};

/* How one element is written, checked and compared. */
enum gd_field_syntax {
	GD_S_WORD,	/* one of .words, or "*" for all of them */
	GD_S_NAME,	/* free text, glob without '/' (sysctl, annotation, variable names) */
	GD_S_PATH,	/* absolute path, clean, glob */
	GD_S_CAP,	/* capability, with or without CAP_, stored without; "*" */
	GD_S_SIZE,	/* bytes, or "8GiB"; "4G" refused */
	GD_S_NUMBER,
	GD_S_SIGNED,	/* may be negative; struct gd_limit with the value as two's complement */
	GD_S_RANGE,	/* "1000-65535" or "1000": ids */
	GD_S_PROFILE,	/* name of a seccomp profile */
	GD_S_TEXT,	/* free text, whole */
	GD_S_BOOL,
};

struct gd_limit { bool set; int64_t v; };
struct gd_rules { void *v; size_t n; }; /* array of .sub_size structs */

struct gd_field {
	const char *name;
	enum gd_field_kind kind;
	enum gd_field_syntax syntax;
	size_t offset;
	const char *const *words;	/* ends with NULL */
	const struct gd_field *sub;
	size_t sub_size;
	bool primary;			/* the control's own "add" and "drop" mean this field */
	bool resolved;			/* people cannot write it: gd_control's resolve() fills it at apply */
	/*
	 * A GD_F_CHOICE of the same struct, before this list in the table: while it holds its first word, the
	 * loosest, everything passes and this list has nothing to say. It then counts as a list of everything, so
	 * that a child that chooses a tighter word can say what it lets pass besides.
	 */
	const struct gd_field *beside;
	const char *help;		/* one line, for people */
};

/*
 * @a against @b. Tighter: whatever @a lets pass @b lets pass too, and whatever @b demands @a
 * demands. What cannot be compared counts as looser wherever it matters.
 */
enum gd_order { GD_EQUAL = 0, GD_TIGHTER, GD_LOOSER, GD_INCOMPARABLE };
extern const char *const gd_order_names[]; /* "equal" "tighter" "looser" "incomparable", NULL */

/* Two orders on different things put together. */
enum gd_order gd_order_both(enum gd_order x, enum gd_order y);

/* The list @f of @base has nothing to say: gd_field.beside. */
bool gd_field_is_moot(const struct gd_field *f, const void *base);

/*
 * One field; @a and @b are the structs that hold it. GD_F_GROUP: all of its fields together.
 */
enum gd_order gd_field_compare(const struct gd_field *f, const void *a, const void *b);
/* Every field of a table that ends with a row whose name is NULL. */
enum gd_order gd_fields_compare(const struct gd_field *table, const void *a, const void *b);

/* Every argument line that @inner matches is matched by @outer; as GD_F_ARGV reads them. */
bool gd_argv_covers(const struct gd_words *outer, const struct gd_words *inner);
/* @argv is matched by @pattern, as GD_F_ARGV reads it. */
bool gd_argv_matches(const struct gd_words *pattern, const struct gd_words *argv);
/* "1000-65535" or "7", as the reader stores every GD_S_RANGE. 0 or -1. */
int gd_range_parse(const char *s, uint64_t *ret_first, uint64_t *ret_last);
/* @v lies in one of @ranges. */
bool gd_ranges_have(const struct gd_words *ranges, uint64_t v);

#endif
