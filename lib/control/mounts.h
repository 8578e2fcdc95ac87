/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the control mounts: its configuration, and what it wants of one mount. */
#ifndef GD_CONTROL_MOUNTS_H
#define GD_CONTROL_MOUNTS_H

#include "control/like.h"

enum gd_propagation { GD_SPREAD_SHARED, GD_SPREAD_SLAVE, GD_SPREAD_PRIVATE };

struct gd_mount_rule {
	const char *source, *destination; /* patterns; destination NULL: anywhere */
	bool read_only, waive;
	struct gd_words special;
};

/* A volume by its name, at one place. */
struct gd_mount_named {
	const char *name, *destination; /* patterns; destination NULL: anywhere */
	bool read_only;
};

struct gd_mounts_config {
	struct gd_config_head head;
	struct gd_rules allow; /* struct gd_mount_rule */
	struct gd_words types, volumes;
	int propagation; /* enum gd_propagation: what is still let pass */
	bool nosuid, nodev, noexec, id_mapped;
	int like;
	struct gd_rules named; /* struct gd_mount_named */
	struct gd_words tmpfs;
};

/* What a mount's options lack; fix() adds it. */
enum gd_want {
	GD_WANT_RO = 1, /* the kernel's own file systems */
	GD_WANT_SOURCE_RO = 2, /* the rule that lets the source pass says so */
	GD_WANT_DEEP_RO = 4, /* the same, of what an rbind brings along: "rro" */
	GD_WANT_NOSUID = 8,
	GD_WANT_NODEV = 16,
	GD_WANT_NOEXEC = 32,
	GD_WANT_PRIVATE = 64,
	GD_WANT_NO_DATA = 128, /* words on a bind that only some runtimes take for options */
};

/* Whether setId is in force: asked once for all mounts, and only where one depends on it. */
enum gd_set_id { GD_SET_ID_UNASKED, GD_SET_ID_HOLDS, GD_SET_ID_LACKS };

/* mounts_source.c: may this bind's source be here? Findings into @out (NULL: only the wants). */
unsigned gd_mount_judge_source(const struct gd_facts *f, const struct gd_mounts_config *c,
			       const struct gd_mount *m, enum gd_set_id *set_id,
			       struct gd_findings *out);
/* mounts_place.c: destination, type, options. */
unsigned gd_mount_judge_place(const struct gd_facts *f, const struct gd_mounts_config *c,
			      const struct gd_mount *m, struct gd_findings *out);

/* mounts_like.c: is it one that the image declares, the engine brings, or the policy lists with its place? */
void gd_mounts_check_like(const struct gd_facts *f, const struct gd_mounts_config *c, struct gd_findings *out);
bool gd_mounts_need_image(const void *config);
bool gd_mounts_pin(const void *config);

/* "-v /etc", "hostPath: /etc", "-v NAME" for a volume; NULL where nobody typed it or it is not
 * sure. */
const char *gd_mount_flag(const struct gd_facts *f, const struct gd_mount *m, struct gd_arena *a);
const char *gd_mount_what(const struct gd_mount *m, struct gd_arena *a);

/* mounts_refuse.c */
struct gd_mount_special {
	unsigned flag;
	const char *word; /* in a rule's "special" */
	const char *itself; /* why, where the source is one */
	const char *fix;
};
extern const struct gd_mount_special gd_mount_specials[];
extern const size_t gd_n_mount_specials;

#define GD_TYPE_BITS 0170000 /* of a mode; sys/stat.h asks the host and is not for controls */
#define GD_TYPE_DIR 0040000
#define GD_TYPE_FILE 0100000

struct gd_finding *gd_mount_found(const struct gd_facts *f, const struct gd_mount *m,
				  struct gd_findings *out);
void gd_mount_refuse_origin(const struct gd_facts *f, const struct gd_mounts_config *c,
			    const struct gd_mount *m, const struct gd_origin *o,
			    struct gd_findings *out);
void gd_mount_refuse_plant(const struct gd_facts *f, const struct gd_mount *m,
			   struct gd_findings *out);
void gd_mount_want_ro(const struct gd_facts *f, const struct gd_mount *m, unsigned want,
		      struct gd_findings *out);
void gd_mount_refuse(const struct gd_facts *f, const struct gd_mount *m, const char *why,
		     const char *fix, struct gd_findings *out);

#endif
