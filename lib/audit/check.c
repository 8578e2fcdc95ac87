/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a chained log again: what was changed, removed, reordered or cut. */
#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/chain.h"
#include "base/str.h"

static void say(struct gd_audit_check *c, unsigned long long line, const char *what)
{
	if (c->said)
		c->said(c->context, line, what);
}

static void order(struct gd_audit_check *c, unsigned long long number, unsigned long long seq, struct gd_arena *a)
{
	if (!c->records || seq == c->last_seq + 1)
		return;
	if (seq == 1) {
		c->restarted++;
		say(c, number, "the chain begins anew here: its head was lost, or this is another host's log");
	} else if (seq > c->last_seq) {
		c->missing += seq - c->last_seq - 1;
		say(c, number,
		    gd_printf(a, "%llu record%s before this one missing: %llu follows %llu", seq - c->last_seq - 1,
			      seq - c->last_seq == 2 ? " is" : "s are", seq, c->last_seq));
	} else {
		c->reordered++;
		say(c, number, gd_printf(a, "out of order: %llu follows %llu", seq, c->last_seq));
	}
}

/* The link is checked where the record before it is here; else it is where the reading begins. */
static void link_of(struct gd_audit_check *c, unsigned long long number, const char *line, size_t len,
		    struct gd_arena *a)
{
	char chain[GD_DIGEST_HEX], want[GD_DIGEST_HEX];
	unsigned long long seq;

	if (!gd_chain_read(line, len, &seq, chain)) {
		c->unchained++;
		say(c, number, "not a record of the chain");
		return;
	}
	order(c, number, seq, a);
	if (seq == 1) /* the first of all stands behind nothing */
		memset(memset(c->chain, 0, sizeof(c->chain)), '0', sizeof(c->chain) - 1);
	if (c->chain[0] && (!c->records || seq == 1 || seq == c->last_seq + 1)) {
		gd_chain_next(c->chain, line, gd_chain_covers(line, len), a, want);
		if (strcmp(want, chain)) {
			c->changed++;
			say(c, number, "this record or the one before it was changed");
		}
	}
	if (!c->records)
		c->first_seq = seq;
	c->records++;
	c->last_seq = seq;
	memcpy(c->chain, chain, sizeof(chain));
}

int gd_audit_check(FILE *f, struct gd_audit_check *c, struct gd_arena *a, struct gd_error *err)
{
	unsigned long long number = 0;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	(void)a;
	while ((n = getline(&line, &cap, f)) > 0) {
		struct gd_arena *per_line = gd_arena_new(NULL);

		number++;
		if (line[n - 1] != '\n') {
			c->torn++;
			say(c, number, "the last line is not whole");
		} else {
			link_of(c, number, line, (size_t)n - 1, per_line);
		}
		gd_arena_free(per_line);
	}
	free(line);
	return ferror(f) ? gd_error_sys(err, errno, "read the audit log") : 0;
}

bool gd_audit_check_head(const char *head, struct gd_audit_check *c, struct gd_arena *a)
{
	int fd = open(head, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct gd_chain_head h = { 0 };

	if (fd < 0) {
		say(c, 0, gd_printf(a, "the head '%s' cannot be read: a cut tail would not show", head));
		return false;
	}
	gd_chain_head_read(fd, &h);
	close(fd);
	/* A record whose writer was killed before it moved the head is in the log first. */
	if (c->last_seq == h.seq ? !strcmp(c->chain, h.chain) : c->last_seq == h.seq + 1)
		return true;
	c->missing += h.seq > c->last_seq ? h.seq - c->last_seq : 0;
	say(c, 0, gd_printf(a, "the log ends with record %llu, its head says %llu", c->last_seq, h.seq));
	return false;
}
