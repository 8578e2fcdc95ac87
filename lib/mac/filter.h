/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A seccomp filter as the runtime will compile it, and the proof that one allows nothing that
 * another does not.
 *
 * What is modelled (runc 1.1 to 1.5 and crun, which agree in all of it; libseccomp 2.5 and 2.6):
 *  - names that libseccomp does not know are skipped; the native architecture is always in; programs
 *    of an architecture that is not listed are killed;
 *  - the conditions of one rule are a conjunction, unless two of them look at the same argument:
 *    then the runtime makes a rule of each of them, a disjunction;
 *  - on 32-bit architectures, x32 among them, only the lower half of argument and value is compared;
 *  - rules of one call that differ in their action may swallow each other in libseccomp, depending
 *    on order and shape. So a refusing rule never takes anything away from what the document's
 *    filter is taken to allow, and always from what the policy's is;
 *  - socket and System V calls are reached through socketcall and ipc too, where the first argument
 *    of the rule is lost.
 *
 * A call "executes" with ALLOW, LOG, TRACE (the tracer may be a process of the container) and
 * NOTIFY (a filter that the container itself adds later is asked instead, and may say "continue").
 *
 * runc's own stub in front of the filter answers ENOSYS for calls newer than any that the filter
 * names; it only ever refuses, so it is left out.
 */
#ifndef GD_MAC_FILTER_H
#define GD_MAC_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/tree.h"
#include "mac/arch.h"
#include "mac/syscall.h"

#define GD_FILTER_RULES_MAX 4096	/* rules with conditions in one filter */
#define GD_FILTER_CONDS_MAX 6		/* of one entry: crun drops those behind, runc does not */

#define GD_FILTERS_MAX 32		/* filters whose union one is compared with */

enum gd_act {
	GD_ACT_KILL_PROCESS, GD_ACT_KILL_THREAD, GD_ACT_TRAP, GD_ACT_ERRNO,
	GD_ACT_NOTIFY, GD_ACT_TRACE, GD_ACT_LOG, GD_ACT_ALLOW, /* from here on: executes */
};
/* "SCMP_ACT_ALLOW"; SCMP_ACT_KILL is KILL_THREAD. Number or -1. */
int gd_act_number(const char *name);
const char *gd_act_name(enum gd_act act);
static inline bool gd_act_executes(enum gd_act act) { return act >= GD_ACT_NOTIFY; }

enum gd_cmp { GD_CMP_NE, GD_CMP_LT, GD_CMP_LE, GD_CMP_EQ, GD_CMP_GE, GD_CMP_GT, GD_CMP_MASKED_EQ };
int gd_cmp_number(const char *name);	/* "SCMP_CMP_MASKED_EQ" */
const char *gd_cmp_name(enum gd_cmp op);

struct gd_cond {
	uint8_t arg;	/* 0 .. 5 */
	uint8_t op;	/* enum gd_cmp */
	uint64_t a, b;	/* MASKED_EQ: (argument & a) == b; the others: a */
};

/* A conjunction on one call. At most one condition an argument. */
struct gd_rule {
	int id;			/* gd_syscall_id */
	enum gd_act act;
	uint16_t err;		/* with ERRNO and TRACE */
	uint8_t n;
	const struct gd_cond *c;
};

struct gd_filter {
	uint32_t arches;			/* the native one always among them */
	enum gd_act def;
	uint16_t def_err;
	uint64_t exec[GD_SYSCALL_WORDS];	/* calls that a rule without conditions executes */
	uint64_t deny[GD_SYSCALL_WORDS];	/* calls that a rule without conditions refuses */
	uint64_t mixed[GD_SYSCALL_WORDS];	/* calls with a rule with conditions */
	struct gd_rule *rules;			/* those */
	size_t n;
	struct gd_words unknown;		/* names outside our table that would execute */
	bool notify;				/* a rule or the default does, or a listener is named */
};

#define GD_BIT(map, id) ((map)[(id) / 64] >> ((id) % 64) & 1)
#define GD_BIT_SET(map, id) ((map)[(id) / 64] |= UINT64_C(1) << ((id) % 64))

/* No filter at all: absent, null, or the empty object, for which runc installs none. */
bool gd_filter_absent(const gd_json *seccomp);

/*
 * Exact: an action, operator, architecture, flag or shape that is not known fails, and what the
 * runtimes would read differently.
 */
int gd_filter_decode(const gd_json *seccomp, struct gd_arena *a, struct gd_filter *ret,
		     struct gd_error *err);

/* The rules that the runtime makes of one entry's conditions. */
struct gd_conds {
	const struct gd_cond *c;
	uint8_t n;		/* conditions */
	bool any;		/* each is a rule of its own; else all of them are one */
};
int gd_conds_decode(const gd_json *args, struct gd_arena *a, struct gd_conds *ret,
		    struct gd_error *err);
size_t gd_conds_rules(const struct gd_conds *c);	/* 1 where there is no condition at all */
/* The @i-th of them, on call @id. */
struct gd_rule gd_conds_rule(const struct gd_conds *c, size_t i, int id, enum gd_act act);

/* Where a filter is not tighter. */
#define GD_LOOSER_NAMES 3
struct gd_looser {
	const char *names[GD_LOOSER_NAMES];	/* the first calls; those unknown last */
	size_t n;		/* calls altogether; 0: it is not about single calls */
	bool args;		/* the first of them is allowed by both, with other arguments */
	bool unknown;		/* only names outside our table */
	const char *why;	/* where n is 0 */
};

/*
 * Proves that @x allows nothing that none of @y allows, call by call, on every architecture of @x.
 * True: proven. False: *ret (may be NULL) says for what it could not be.
 */
bool gd_filter_tighter(const struct gd_filter *x, const struct gd_filter *const *y, size_t n_y,
		       struct gd_looser *ret);

/* The same of one call, of a filter that refuses what it does not list. */
bool gd_call_covered(const struct gd_filter *x, int id, const struct gd_filter *const *y,
		     size_t n_y);
/* All that @r lets through on @arches is executed by @y as well. */
bool gd_rule_covered(const struct gd_rule *r, uint32_t arches, const struct gd_filter *const *y,
		     size_t n_y);

/* Sets of values of one argument. @bits 64 or 32: how much of it is compared. */
bool gd_cond_implies(const struct gd_cond *x, const struct gd_cond *y, int bits);
bool gd_cond_disjoint(const struct gd_cond *x, const struct gd_cond *y, int bits);
bool gd_cond_always(const struct gd_cond *x, int bits);
bool gd_cond_never(const struct gd_cond *x, int bits);

#endif
