/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between setid.c and setid_narrow.c: the calls in question. */
#ifndef GD_MAC_SETID_CALLS_H
#define GD_MAC_SETID_CALLS_H

#include "mac/setid.h"

/* A call that gives a file its mode. Each condition by itself is enough. */
struct gd_setid_family {
	const char *name;
	const struct gd_cond *either[2];
};
extern const struct gd_setid_family gd_setid_families[];
extern const size_t gd_n_setid_families;

/* Calls that take the mode from memory. */
extern const char *const gd_setid_absent[];
extern const size_t gd_n_setid_absent;

/* What may be left of those calls: everything else stands for nothing here. */
struct gd_filter gd_setid_allowed(struct gd_arena *a);

#endif
