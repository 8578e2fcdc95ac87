/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of runtime-spec 1.3 that is meant for Linux, as closed tables, each with its owner: the
 * one control that answers for its value, or the reason why no control needs to. A test walks the
 * tables and the controls and fails where a key has neither.
 */
#ifndef GD_DOCUMENT_KEYS_H
#define GD_DOCUMENT_KEYS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/tree.h"

enum gd_type {
	GD_T_BOOL, GD_T_STRING,
	/*
	 * A string that runtimes make a file's name or a part of a line of: no '/', no space or
	 * control character, not "." or "..". So are the keys of GD_T_WORD_MAP and GD_T_MAP.
	 */
	GD_T_WORD,
	/* Go's widths, beyond which runc refuses; INT has 32 bits, crun's width. */
	GD_T_I64, GD_T_U64, GD_T_U32, GD_T_U16, GD_T_I32, GD_T_INT,
	GD_T_OBJECT,		/* ->sub is closed */
	GD_T_STRINGS,		/* array of strings */
	GD_T_ARRAY,		/* array of objects of ->sub */
	GD_T_U32S, GD_T_STRING_MAP,
	GD_T_WORD_MAP,		/* strings */
	GD_T_MAP,		/* objects of ->sub */
};

struct gd_key {
	const char *name;
	enum gd_type type;
	const struct gd_key *sub;	/* ends with a row whose name is NULL */
	const char *owner;		/* a control's name; NULL where ->sub's rows have owners */
	const char *inert;		/* instead of an owner: why no control judges it */
};

extern const struct gd_key gd_keys_config[];	/* config.json */
extern const struct gd_key gd_keys_process[];	/* exec's process document */
extern const struct gd_key gd_keys_resources[];	/* update's resources document */

enum gd_unknown_fields { GD_UNKNOWN_REFUSE = 0, GD_UNKNOWN_STRIP };

/*
 * Check @root against @keys: unknown key, wrong type, number out of the field's range, null where
 * runc and crun differ (as an element; as a member it is absent to both and passes). With
 * GD_UNKNOWN_STRIP unknown keys are removed from @root and their pointers put into @ret_stripped; a
 * key that equals a known one but for case is refused in either mode.
 */
int gd_keys_check(gd_json *root, const struct gd_key *keys, enum gd_unknown_fields unknown,
		  struct gd_arena *a, struct gd_words *ret_stripped, struct gd_error *err);

#endif
