/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between parse.c and flags.c: the pass over the words. */
#ifndef GD_INVOCATION_READER_H
#define GD_INVOCATION_READER_H

#include "invocation/grammar.h"

struct gd_reader {
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

/* @s for a message, cut. */
char *gd_reader_quoted(struct gd_reader *r, const char *s);
/* The flag at r->at, with its value; r->at is behind both. 0 or -1. */
int gd_reader_flag(struct gd_reader *r);

#endif
