/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration of one control: read from a policy as people write it, layered, compared,
 * written into the applied file and read back by the launch. Everything is driven by the control's
 * field table.
 *
 * As people write it, in a layer over another policy:
 *
 *   "capabilities": { "allow": ["CHOWN"] }               intersects with what is inherited
 *                   { "add": ["SYS_NICE"] }              one element more (the primary field)
 *                   { "drop": ["NET_RAW"] }              one less
 *                   { "allow": { "replace": [...] } }    one field anew; also numbers and words
 *                   { "allow": { "add": [...], "drop": [...] } }
 *                   { "replace": true, "action": ... }   the whole control anew
 *
 * In the applied file a configuration is flat: every field, in table order, plain values, null for
 * a limit or a word that is not set. The reader of that form refuses a missing field, so that a
 * policy applied by another version of guarded is never half understood.
 */
#ifndef GD_CONTROL_CONFIG_H
#define GD_CONTROL_CONFIG_H

#include "base/buf.h"
#include "control/control.h"
#include "json/pull.h"

#define GD_LEAVES_MAX 64	/* fields of one control, groups counted by their fields, with action and asked */
#define GD_LIST_MAX 4096	/* elements of one list of a policy */

/* One field of a control with its groups dissolved; 0 is action, 1 is asked. */
struct gd_leaf {
	const struct gd_field *field;
	const char *group;	/* name of the group it lies in, NULL */
	size_t offset;		/* from the beginning of the configuration to the struct that @field counts from */
};
/* Returns how many. A control with more than GD_LEAVES_MAX is a mistake of the table: 0. */
size_t gd_leaves(const struct gd_control *c, struct gd_leaf ret[static GD_LEAVES_MAX]);
char *gd_leaf_name(const struct gd_leaf *l, struct gd_arena *a); /* "pids.max" */

/* What a layer says about one control. Bits count leaves. */
struct gd_written {
	bool present, replace;
	size_t at;			/* offset in the file, for messages */
	void *set, *add, *drop;		/* configurations that hold the values */
	uint64_t has, replaced, added, dropped;
	size_t leaf_at[GD_LEAVES_MAX];	/* offset of each field's value */
};

/*
 * Words of a policy that stand for lists of guarded.json: "@bindRoots/..." at the beginning of a
 * path.
 */
struct gd_macros {
	struct gd_words bind_roots;
};

/* A configuration in which nothing is allowed, demanded or given; action ignore, asked deny. */
void *gd_config_new(const struct gd_control *c, struct gd_arena *a);

/*
 * Read what a layer says; @p stands on the object. Errors begin with "line 3, column 9: " and name
 * the nearest right word. @m may be NULL.
 */
int gd_written_read(const struct gd_control *c, struct gd_pull *p, const struct gd_macros *m,
		    struct gd_arena *a, struct gd_written *ret, struct gd_error *err);
/*
 * A whole configuration by itself, as a profile writes it; for tests and tables. @json is copied.
 */
int gd_config_from(const struct gd_control *c, const char *json, struct gd_arena *a, void **ret,
		   struct gd_error *err);

/* Something that happened while layering, for lint: texts live in the arena. */
enum gd_remark_kind {
	GD_REMARK_LOOSER,	/* a word (add, drop, replace) loosened */
	GD_REMARK_NO_EFFECT,	/* said, and changes nothing */
};
struct gd_remark { enum gd_remark_kind kind; size_t at; const char *text; };
struct gd_remarks { struct gd_arena *arena; struct gd_remark *v; size_t n; };

/*
 * @below (NULL: nothing, a profile that extends nothing) with @w over it. @ret is new; the two
 * share elements. -1: a word that cannot be followed ("drop" of what a pattern still allows), or a
 * profile that leaves out what must be said.
 */
int gd_config_layer(const struct gd_control *c, const void *below, const struct gd_written *w,
		    struct gd_remarks *out, struct gd_arena *a, void **ret, struct gd_error *err);
/* Two policies extended at once: what both allow, what either demands. */
void *gd_config_meet(const struct gd_control *c, const void *x, const void *y, struct gd_arena *a);
/*
 * @y as the control's decision sees it: where nothing is refused or changed, fields do not matter.
 */
enum gd_order gd_config_compare(const struct gd_control *c, const void *x, const void *y);
/* The fields in which @x is looser than @y or cannot be compared, for messages; may be empty. */
void gd_config_looser(const struct gd_control *c, const void *x, const void *y, struct gd_arena *a,
		      struct gd_words *ret);

/* The flat form. */
void gd_config_write(const struct gd_control *c, const void *config, struct gd_buf *b);
/* One field's value, as it stands in the flat form; and how two compare there. */
void gd_leaf_write(const struct gd_leaf *l, const void *config, struct gd_buf *b);
enum gd_order gd_leaf_compare(const struct gd_leaf *l, const void *a, const void *b);
int gd_config_read(const struct gd_control *c, struct gd_pull *p, struct gd_arena *a, void **ret,
		   struct gd_error *err);

#endif
