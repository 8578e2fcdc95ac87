/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files config*.c: one leaf of a configuration. */
#ifndef GD_CONTROL_CONFIG_LEAF_H
#define GD_CONTROL_CONFIG_LEAF_H

#include "control/config.h"

enum { GD_LEAF_ACTION, GD_LEAF_ASKED };

extern const struct gd_field gd_head_fields[];

void *gd_leaf_in(const struct gd_leaf *l, void *config);
const void *gd_leaf_of(const struct gd_leaf *l, const void *config);
/* The tighter of @x and @y into @ret, whatever stands beside it. GD_F_GIVEN: @y's, the child's. */
void gd_leaf_meet(const struct gd_leaf *l, const void *x, const void *y, void *ret,
		  struct gd_arena *a);
/* Elements of either list, each once. */
void gd_list_join(const struct gd_field *f, const void *x, const void *y, void *ret,
		  struct gd_arena *a);

/* One plain value of a field into @base. 0 or -1. */
struct gd_reader {
	struct gd_pull *pull;
	struct gd_arena *arena;
	const struct gd_macros *macros;	/* NULL: none */
	bool flat;			/* the applied file's form: every field must be there */
};
int gd_field_read(const struct gd_reader *r, const struct gd_field *f, void *base);
/* "unknown field 'x', did you mean 'y'?" at @at. -1. */
int gd_unknown_field(const struct gd_reader *r, size_t at, const char *key,
		     const struct gd_words *known);

#endif
