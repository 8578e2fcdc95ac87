/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One decision by the code of the launch, for the subcommands that need one: check, except, image. */
#ifndef GD_CTL_JUDGE_H
#define GD_CTL_JUDGE_H

#include "conform/conform.h"
#include "ctl.h"
#include "document/document.h"

struct ctl_where {
	const char *bundle;	/* where the document stands or would stand; NULL: nowhere that an engine
				 * would put it */
	const char *id;		/* NULL: the last component of the bundle's path */
};

struct ctl_judged {
	const gd_json *doc;		/* lent */
	struct gd_facts facts;
	struct gd_policy by, floor;
	int has_floor;
	struct gd_decision first;
	struct gd_conformed conformed;	/* .doc NULL: the first decision refuses */
};

/* The last component; containers/storage has the bundle one level deeper. */
const char *ctl_bundle_id(const char *bundle, struct gd_arena *a);

/* Everything that is known about @doc before a policy is asked: host and store included. 0 or -1 with ctl->err. */
int ctl_judge_facts(struct ctl *ctl, const struct ctl_where *at, const gd_json *doc, struct ctl_judged *j);
/*
 * The decision of @applied, by the policy that matches or the one called @name. May be asked again of the same facts.
 */
int ctl_judge(struct ctl *ctl, const struct gd_applied *applied, const char *name, struct ctl_judged *j);
/* The decision that counts: the second one where it refuses. */
const struct gd_decision *ctl_judged_final(const struct ctl_judged *j);

#endif
