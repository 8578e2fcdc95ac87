/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the chained log: the head, and one link. */
#ifndef GD_AUDIT_CHAIN_H
#define GD_AUDIT_CHAIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/file.h"

struct gd_chain_head {
	unsigned long long seq;		/* of the last record */
	char chain[GD_DIGEST_HEX];
	dev_t dev; ino_t ino; off_t size;	/* of the log when it was written */
};

/* Zero and "000..." where there is none or it cannot be read: the chain begins anew, which a check shows. */
void gd_chain_head_read(int fd, struct gd_chain_head *ret);
int gd_chain_head_write(int fd, const struct gd_chain_head *h);

/* "...,"seq":N,"chain":"HEX"}" without its newline: its two members, or false. */
bool gd_chain_read(const char *line, size_t len, unsigned long long *ret_seq, char ret_chain[static GD_DIGEST_HEX]);
/* How much of @line the chain covers; 0 where it is no chained record. */
size_t gd_chain_covers(const char *line, size_t len);
/* The link behind @previous. */
void gd_chain_next(const char *previous, const char *covered, size_t len, struct gd_arena *a,
		   char ret[static GD_DIGEST_HEX]);

/*
 * @line (an object and a newline) with its two members, @h moved on to it; @newline: behind a torn
 * line, which ends first.
 */
char *gd_chain_line(struct gd_chain_head *h, bool newline, const char *line, size_t len, struct gd_arena *a,
		    size_t *ret_len);

#endif
