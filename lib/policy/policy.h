/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies: written as JSON with comments, resolved and applied as one file, obeyed one at a time.
 *
 *   people write          policy.d/NN-name.json, profiles/NAME.json          source.c layers.c lint.c
 *   apply resolves into   one flat policy each: every control, every field   applied.c
 *   a launch reads        the one that governs it, through the index         select.c
 */
#ifndef GD_POLICY_POLICY_H
#define GD_POLICY_POLICY_H

#include "base/file.h"
#include "control/control.h"

enum gd_mode { GD_MODE_ENFORCE, GD_MODE_AUDIT, GD_MODE_LEARN };

/* guarded.json: what only root's hand sets. Defaults in settings.c; paths absolute. */
struct gd_settings {
	const char *runtime;		/* the real runtime; never guarded itself */
	const char *policy_dir, *profile_dir, *applied;
	const char *floor;		/* name of the floor policy or NULL */
	const char *audit_file;		/* NULL: none */
	bool audit_required;
	const char *contact;		/* ends a refusal, or NULL */
	struct gd_words bind_roots, engine_dirs, engine_sockets, verbs;
	struct gd_words containerd_roots, storage_roots;	/* of image stores, beside the usual places */
	const char *trust_dir;		/* trusted image records and the public keys that sign them */
	enum gd_action existing;	/* GD_DENY or GD_RECORD: exec into containers that would be refused now */
	bool strip_unknown;		/* unknownFields: "strip" */
	const char *schema;		/* for editors; no use of ours */
};
#define GD_SETTINGS_PATH "/etc/guarded/guarded.json"
/*
 * On failure @ret holds the defaults and what was read before the mistake (nothing where the file
 * is not root's alone), always with a runtime: for the verbs that nothing may hinder. Errors:
 * "settings 'PATH': line 3, column 9: ...".
 */
int gd_settings_load(const char *path, struct gd_arena *a, struct gd_settings *ret,
		     struct gd_error *err);
/* The same from bytes, which are changed in place and lent. */
int gd_settings_parse(struct gd_bytes bytes, struct gd_arena *a, struct gd_settings *ret,
		      struct gd_error *err);
/* What facts must know about the host that only guarded.json says. */
void gd_settings_host_paths(const struct gd_settings *s, struct gd_arena *a,
			    struct gd_host_paths *ret);

/* A resolved policy: one configuration per control, in the order of gd_controls[]. */
struct gd_policy {
	const char *name, *description;
	char digest[GD_DIGEST_HEX];	/* of its bytes in the applied file */
	enum gd_mode mode;
	bool looser;			/* than the default policy, in at least one field */
	enum gd_action existing;	/* policy's own word; GD_DENY unless it says "record" */
	const void **config;		/* [gd_n_controls] */
};
const void *gd_policy_config(const struct gd_policy *p, const struct gd_control *c);

/* Selectors of the present facts, most specific first (digest and references: with image facts). */
struct gd_subject { enum gd_class class; enum gd_engine engine; };

struct gd_applied;	/* the mapped file */
/* Trusted open, map, header verified. A missing, altered, world-writable or linked file fails. */
int gd_applied_open(const char *path, struct gd_arena *a, struct gd_applied **ret,
		    struct gd_error *err);
void gd_applied_close(struct gd_applied *ap);
/* The one policy that governs @s. None matches, two tie: -1 with the reason (both names). */
int gd_applied_select(const struct gd_applied *ap, const struct gd_subject *s, struct gd_arena *a,
		      struct gd_policy *ret, struct gd_error *err);
/* 1 and the floor, 0 where there is none, -1. */
int gd_applied_floor(const struct gd_applied *ap, struct gd_arena *a, struct gd_policy *ret,
		     struct gd_error *err);
/* By name, for exec's and guardctl's needs. 1, 0 or -1. */
int gd_applied_by_name(const struct gd_applied *ap, const char *name, struct gd_arena *a,
		       struct gd_policy *ret, struct gd_error *err);

#endif
