/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between applied.c and select.c: the opened file and its parts. */
#ifndef GD_POLICY_APPLIED_H
#define GD_POLICY_APPLIED_H

#include "policy/applied_file.h"

struct gd_applied {
	int fd;		/* owned; -1 after gd_applied_close */
	char *first;	/* the first bytes of the file */
	size_t n_first;
	struct gd_applied_header header;
};

/* An entry of a bucket; key and name are lent by it and have no NUL. */
struct gd_found_entry {
	struct gd_applied_entry entry;
	const char *key, *name, *match;
};

/* One bucket's entries, verified; lives in @a. */
int gd_applied_bucket(const struct gd_applied *ap, uint32_t number, struct gd_arena *a,
		      struct gd_bytes *ret, struct gd_error *err);
int gd_applied_next(struct gd_bytes bucket, size_t *at, struct gd_found_entry *ret,
		    struct gd_error *err);
/* The policy of an entry, verified and read. */
int gd_applied_policy(const struct gd_applied *ap, const struct gd_applied_entry *e,
		      struct gd_arena *a, struct gd_policy *ret, struct gd_error *err);

#endif
