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

/*
 * Which containers a policy governs. Selectors of different kinds must all hold; of one kind one of the list, of
 * labels every one. A container whose fact is not known is matched by no selector that asks for it.
 */
struct gd_match {
	bool given;		/* "match" is there; {} is the default policy */
	unsigned classes, engines;	/* bits; 0 is any */
	struct gd_words digests;	/* "sha256:<hex>": of the index, the manifest or the configuration */
	struct gd_words references;	/* full: "docker.io/library/nginx:1.25",
					 * "docker.io/library/nginx@sha256:..." */
	struct gd_words repositories;	/* gd_glob patterns over a reference without tag and digest */
	struct gd_words labels;		/* "key=value" of the image; sorted */
	struct gd_words namespaces, container_names;	/* Kubernetes', whole */
	struct gd_words pods;		/* gd_glob patterns */
};

/* A resolved policy: one configuration per control, in the order of gd_controls[]. */
struct gd_policy {
	const char *name, *description;
	char digest[GD_DIGEST_HEX];	/* of its bytes in the applied file */
	enum gd_mode mode;
	bool looser;			/* than the default policy, in at least one field */
	enum gd_action existing;	/* policy's own word; GD_DENY unless it says "record" */
	const struct gd_match *match;	/* never NULL */
	const char *reason, *ticket, *approved_by;	/* why it may be looser; NULL where not said */
	const char *until;		/* as written, gd_time_parse reads it; NULL */
	const void **config;		/* [gd_n_controls] */
};
const void *gd_policy_config(const struct gd_policy *p, const struct gd_control *c);
/* Whether any control of it reads what the engine's store says (gd_facts.image, .use, .program). */
bool gd_policy_needs_image(const struct gd_policy *p);

/*
 * A policy that is looser than the default one is an exception: reached by what nobody who creates a container can
 * forge (digest, Kubernetes namespace, or the classes sandbox and plugin alone), with the use of the image pinned
 * (but for those classes: a digest proves an image, not its use), and with a reason. What @p lacks of it;
 * nothing where it is not looser. Lint says it, apply writes no such policy, and a launch obeys none.
 */
enum gd_lack_kind { GD_LACKS_SELECTOR, GD_LACKS_REASON, GD_LACKS_PIN };
struct gd_lack {
	enum gd_lack_kind kind;
	const char *control;	/* PIN: its name */
};
size_t gd_policy_lacks(const struct gd_policy *p, struct gd_arena *a, const struct gd_lack **ret);
/* "'reason' is missing": a clause. */
const char *gd_lack_text(const struct gd_lack *l, struct gd_arena *a);
/* Its .until is over. Then it governs nothing any more, and what it governed is refused: never on under it, and never
 * quietly under another one. One that is not looser has no end: it would only make room for a looser one. */
bool gd_policy_ended(const struct gd_policy *p, int64_t now);

/* What selects: facts of one container. */
struct gd_subject {
	enum gd_class class;
	enum gd_engine engine;
	const struct gd_image *image;	/* NULL: nobody looked */
	const struct gd_use *use;	/* NULL likewise */
	int64_t now;			/* seconds since 1970; 0: the clock is asked where a policy has an end */
};

struct gd_applied;	/* the mapped file */
/* Trusted open, map, header verified. A missing, altered, world-writable or linked file fails. */
int gd_applied_open(const char *path, struct gd_arena *a, struct gd_applied **ret,
		    struct gd_error *err);
void gd_applied_close(struct gd_applied *ap);
/*
 * Whether a policy in it is selected by what the engine's store says: then the launch reads that before it selects.
 * Else only where the policy that governs, or the floor, needs it: gd_policy_needs_image.
 */
bool gd_applied_selects_by_image(const struct gd_applied *ap);
/*
 * The one policy that governs @s. -1 with the reason where none matches; where two tie (both names); where the image
 * is not known and a policy that it could select would refuse more than what is left; where the one that governs is
 * looser than the default and lacks what that takes, or has ended.
 */
int gd_applied_select(const struct gd_applied *ap, const struct gd_subject *s, struct gd_arena *a,
		      struct gd_policy *ret, struct gd_error *err);
/* 1 and the floor, 0 where there is none, -1. */
int gd_applied_floor(const struct gd_applied *ap, struct gd_arena *a, struct gd_policy *ret,
		     struct gd_error *err);
/* By name, for exec's and guardctl's needs. 1, 0 or -1. */
int gd_applied_by_name(const struct gd_applied *ap, const char *name, struct gd_arena *a,
		       struct gd_policy *ret, struct gd_error *err);

#endif
