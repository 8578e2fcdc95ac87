/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit record: one JSON object a line, one write. Never an environment value: controls put names and
 * lengths into findings, and a patch below /process/env keeps names only. Other values are capped.
 */
#ifndef GD_AUDIT_RECORD_H
#define GD_AUDIT_RECORD_H

#include <time.h>

#include "decide/decide.h"

#define GD_AUDIT_VALUE_MAX 256	/* bytes of one value in a record */
#define GD_AUDIT_LINE_MAX (256u << 10) /* a longer record drops its patch and says so */
#define GD_AUDIT_STRIPPED_MAX 64 /* pointers told one by one; of more, the number alone */
#define GD_AUDIT_ID 9		/* eight hex digits and NUL; names one decision in messages and `why` */

struct gd_audit {
	char id[GD_AUDIT_ID];
	struct timespec time;		/* when the decision was made */
	const char *verb;		/* as typed */
	const struct gd_facts *facts;	/* NULL where the launch failed before there were any */
	const char *container;		/* id; NULL where not known */
	const struct gd_decision *first, *again; /* as asked; and the one that counted */
	struct gd_words stripped;	/* pointers of unknown keys that were dropped */
	const gd_json *patch;		/* RFC 6902 of asked to given; NULL */
	char before[GD_DIGEST_HEX], after[GD_DIGEST_HEX]; /* "" where there is none */
	const struct gd_error *failure;	/* instead of a decision */
	const char *message;		/* what the user was told, NULL where allowed */
	uint64_t microseconds;		/* from start to decision */
};

/* Fill id with 32 random bits. */
void gd_audit_id(struct gd_audit *r);
/* The line, with its newline. */
const char *gd_audit_line(const struct gd_audit *r, struct gd_arena *a, size_t *ret_len);

#endif
