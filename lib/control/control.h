/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control: one rule of the policy language, one file, one row in gd_controls[].
 *
 * check() is pure: facts and its own configuration in, findings out. fix() makes the document conform: it is
 * called once, in table order, only where check() left a fixable finding that the policy wants
 * rewritten, on the tree as the controls before it left it. It changes nothing that check() did not complain
 * about, and may assume nothing about parts that other controls own.
 *
 * A finding's words become the message: "guarded refused <flag>: <why>. <fix> (<control>, policy ...)". So
 * flag is what somebody probably typed in the dialect of the engine (NULL where not sure: then
 * @what names the thing), why is the consequence in plain words, fix says what to do instead; no
 * full stop at the end of any, values quoted with gd_quote, single quotes only.
 */
#ifndef GD_CONTROL_CONTROL_H
#define GD_CONTROL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "facts/facts.h"
#include "control/field.h"

struct gd_control;

struct gd_finding {
	const struct gd_control *control;
	const char *pointer;	/* JSON pointer of the offending value; "" for the whole */
	const char *value;	/* as found, short, already quoted; NULL where secret or absent */
	const char *wanted;	/* what the policy wants instead, short */
	const char *flag;	/* "--cap-add SYS_ADMIN", "-v /:/host", "hostPath /", NULL */
	const char *what;	/* "the capability 'SYS_ADMIN'": always there */
	const char *why;
	const char *fix;
	const char *ids;	/* "CIS-Docker-5.3 PSS-baseline NIST-800-190-4.4.3", may be NULL: the control's */
	bool asked;		/* differs from the engine's defaults: somebody typed it */
	bool fixable;		/* fix() can conform this one */
	bool note;		/* worth a record and no more, whatever the policy does with findings */
	enum gd_action action;	/* set by decide: what happens with it */
	/* Another control's name: where that one rewrites, this finding waits for the second decision, which must
	 * no longer have it. (A writable host folder is fine once setId has made the filter conform.) */
	const char *settled_by;
	bool explained;		/* set by decide: part of a composite finding, not told separately */
};

struct gd_findings {
	struct gd_arena *arena;
	const struct gd_control *control;	/* set by decide before check() */
	struct gd_finding *v;
	size_t n;
};

/* A new finding of the running control, zeroed but for control and ids. */
struct gd_finding *gd_found(struct gd_findings *out, const char *pointer, ...)
	__attribute__((format(printf, 2, 3)));

enum gd_control_verbs {
	GD_V_CREATE = 1, /* create, run, restore */
	GD_V_EXEC = 2,
	GD_V_UPDATE = 4,
	GD_V_ALL = 7,
};

struct gd_control {
	const char *name;
	const char *help;	/* one sentence, for the man page's table and `policy show` */
	const struct gd_field *fields;	/* of its configuration beyond action and asked; ends with name NULL */
	size_t config_size;		/* the struct begins with struct gd_config_head */
	unsigned verbs;
	bool sandbox;		/* applies to the class sandbox too */
	bool follows;		/* judges by what controls before it may change: where one of them has rewritten and
				 * this one's action is rewrite, fix() is called without a finding as well */
	const char *ids;	/* identifiers it answers to where a finding has none of its own */
	void (*check)(const struct gd_facts *f, const void *config, struct gd_findings *out);
	/* NULL: nothing to rewrite, every finding is denied. 0 or -1. */
	int (*fix)(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
		   struct gd_error *err);
	/*
	 * At apply, once a policy is layered and before it is written: what names in the configuration stand for
	 * (files below @profile_dir) is looked up into the fields marked resolved, so that no launch has to
	 * read it. NULL: nothing to look up.
	 */
	int (*resolve)(void *config, const char *profile_dir, struct gd_arena *a, struct gd_error *err);
	/* Whether check() reads gd_facts.image, .use or .program under this configuration: a launch asks the engine's
	 * store only where a policy needs it. NULL: never. The action ignore never does. */
	bool (*needs_image)(const void *config);
	/*
	 * Whether this configuration fixes the control's part of how an image is used, so that a looser policy cannot
	 * be borrowed for another use of the same image. Only with deny, or with rewrite where asking is refused or
	 * rewritten; record and ignore pin nothing. NULL: the control has no part in it.
	 */
	bool (*pins)(const void *config);
};

/* In order: the composite first, then what others depend on (capabilities, user, namespaces before seccomp). */
extern const struct gd_control *const gd_controls[];
extern const size_t gd_n_controls;
/* The composite, and whether a finding of another control is one of its parts. */
extern const struct gd_control gd_control_privileged;
bool gd_privileged_explains(const struct gd_finding *x);

const struct gd_control *gd_control_by_name(const char *name);

#endif
