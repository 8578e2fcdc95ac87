/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit log: records as lines, each chained to the one before by "seq" and "chain", its last two members. The
 * head (how far the chain has come) is a file of its own, so that a tail that was cut off shows:
 *
 *	chain(n) = BLAKE2b-256 of chain(n-1)'s 64 hex digits and line n up to the ',"chain"' ("0"... before the first)
 *
 * One lock, on the head, orders all writers: records of launches at the same time follow one another.
 * Rotation by renaming or by truncating leaves the chain whole: the head goes on, and the next file begins
 * where the last one ended.
 *
 * What it proves: that records were changed, removed, reordered or cut by somebody who could not write the head as
 * well. Against root, ship the records to another machine (and keep the last chain seen there).
 */
#ifndef GD_AUDIT_LOG_H
#define GD_AUDIT_LOG_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "policy/policy.h"

/* Beside the applied file: root's alone, and nothing that rotates logs looks there. */
const char *gd_audit_head(const struct gd_settings *s, struct gd_arena *a);

/*
 * Append one record (a JSON object and its newline) to @path: created 0600, O_NOFOLLOW, a regular file of root alone.
 * With @head the line gets its two members; NULL: as it is. Either the whole line is there afterwards or none of it:
 * on a full disk what was written of it is taken back. A line that somebody else left torn is closed first.
 */
int gd_audit_append(const char *path, const char *head, const char *line, size_t len, struct gd_arena *a,
		    struct gd_error *err);

/* What reading a chain found; counted, and each told once by @said. */
struct gd_audit_check {
	unsigned long long records, unchained, first_seq, last_seq;
	unsigned long long changed, missing, reordered, torn, restarted;
	char chain[GD_DIGEST_HEX];	/* after the last record; to begin with: "" for an unknown start */
	/* @line counts from 1 in the file being read. */
	void (*said)(void *context, unsigned long long line, const char *what);
	void *context;
};
/* Read on: files in order, oldest first. -1 where the file cannot be read. */
int gd_audit_check(FILE *f, struct gd_audit_check *c, struct gd_arena *a, struct gd_error *err);
/* After the last file: does the chain end where the head says? false, told by said(), where not. */
bool gd_audit_check_head(const char *head, struct gd_audit_check *c, struct gd_arena *a);

#endif
