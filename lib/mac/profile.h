/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seccomp profiles: what a policy lets a container call.
 *
 * A profile is a file in the layout of Docker's, with capabilities and architectures as conditions
 * of entries, and two words of our own: "engines" (whose containers it speaks for; none named:
 * everybody's) and, in an entry, "legacy" (an earlier version of the engine allowed it: accepted
 * where a document has it, never given).
 *
 * `guardctl apply` compiles it into one line of text that a launch reads in a few microseconds:
 * calls as bits by gd_syscall_id, conditions on capabilities still in it. Words are separated by
 * one space, numbers are hexadecimal but for ACT, ERRNO and ID:
 *
 *   gd1 NAME ENGINE,ENGINE|- ARCHES ACT:ERRNO
 *	Architectures as bits; the default action.
 *   +ALL-NONE or +ALL-NONEL
 *	What follows holds where all bits of ALL and none of NONE are in the bounding set; L: legacy.
 *   xACT:ERRNO:BITS
 *	Calls without conditions; the first digit holds calls 0 to 3.
 *   rACT:ERRNO:ID:COND;COND
 *	One rule; COND is ARG OP A, or ARG m A,B; OP is one of "nlLeGgm".
 */
#ifndef GD_MAC_PROFILE_H
#define GD_MAC_PROFILE_H

#include "mac/filter.h"

#define GD_PROFILE_MAX (256u << 10)	/* bytes of a profile's file */

struct gd_profile {
	const char *name;
	struct gd_filter given;		/* what the newest version of the engine gives */
	struct gd_filter legacy;	/* what earlier ones gave; by default it executes nothing */
};

/* The profile in @bytes (JSON, comments allowed; changed in place), called @name, as one line. */
int gd_profile_compile(char *bytes, size_t len, const char *name, struct gd_arena *a,
		       const char **ret, struct gd_error *err);
/* The same from @dir/seccomp/@name.json, a file that only root can write. */
int gd_profile_load(const char *dir, const char *name, struct gd_arena *a, const char **ret,
		    struct gd_error *err);

/*
 * A compiled line for a container of @engine (gd_engine_name) whose bounding set is @caps. 1; 0: it
 * does not speak for that engine; -1: not a line that this version wrote. An unknown engine's
 * containers are everybody's.
 */
int gd_profile_read(const char *line, const char *engine, uint64_t caps, struct gd_arena *a,
		    struct gd_profile *ret, struct gd_error *err);

/* A filter as a document has it. Owned by the caller; NULL when memory ends. */
gd_json *gd_filter_json(const struct gd_filter *f);
/* One rule more at the end of "syscalls". 0 or -1. */
int gd_rule_push(gd_json *calls, const struct gd_rule *r);

/*
 * Make linux.seccomp of @linux_obj tighter than the union @y: by taking away what none of them
 * allows, where that can be said call by call; else, and where there is no filter, @given takes its
 * place.
 */
int gd_filter_conform(gd_json *linux_obj, const struct gd_filter *const *y, size_t n_y,
		      const struct gd_filter *given, struct gd_arena *a, struct gd_error *err);

#endif
