/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters under which nobody can make a set-user-id or set-group-id file.
 *
 * Every call that gives a file its mode may do so only without those two bits; the calls that take
 * the mode from memory, where no filter can look, do not exist (ENOSYS: C libraries and runtimes
 * fall back to the older ones; EPERM would be an error to them). open and openat read their mode
 * only where a file can come of it, so without O_CREAT and O_TMPFILE any mode is fine: programs
 * leave garbage there.
 */
#ifndef GD_MAC_SETID_H
#define GD_MAC_SETID_H

#include "mac/filter.h"

/* @x lets no process make such a file. False: *ret (may be NULL) names the first calls that do. */
bool gd_filter_blocks_setid(const struct gd_filter *x, struct gd_arena *a, struct gd_looser *ret);

/*
 * Make linux.seccomp of @linux_obj so, and change nothing else of what it allows. Where there is no
 * filter, or one that executes what it does not list, the result lists every call that this version
 * of guarded knows, but for those refused; newer ones answer ENOSYS.
 */
int gd_filter_block_setid(gd_json *linux_obj, struct gd_arena *a, struct gd_error *err);

#endif
