/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole decision without a host: shipped profiles, documents, and a host that answers harmlessly. */
#ifndef GD_TEST_JUDGE_CASE_H
#define GD_TEST_JUDGE_CASE_H

#include <stdio.h>
#include <string.h>

#include "conform/conform.h"
#include "document/document.h"
#include "policy/set.h"

/* The profile as apply would resolve it; NULL with the first problem in @ret_problem. */
static inline const struct gd_policy *judge_profile(const char *name, struct gd_arena *a, const char **ret_problem)
{
	struct gd_set *set = GD_NEW(a, struct gd_set);
	struct gd_error err = { 0 };
	struct gd_source *src;
	const struct gd_policy *p;

	set->arena = a;
	set->profile_dir = "profiles";
	*ret_problem = NULL;
	if (gd_set_add_dir(set, "profiles", true, false, &err) < 0) {
		*ret_problem = gd_strdup(a, err.text);
		return NULL;
	}
	src = gd_set_find(set, name);
	p = src ? gd_set_resolve(set, src) : NULL;
	if (!p)
		*ret_problem = set->n_problems ? set->problems[0].text : "no such profile";
	return p;
}

/* Every bind is a volume, every join the pod's own sandbox's, no security module runs. */
static inline void judge_host(struct gd_facts *f)
{
	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].bind)
			((struct gd_mount *)&f->mounts[i])->kind = GD_SRC_VOLUME;
	for (int k = 0; k < GD_NS_KINDS; k++)
		if (f->linux_.ns[k].path) {
			f->linux_.ns[k].state = GD_NS_JOINED;
			f->linux_.ns[k].owner = GD_OWNER_SANDBOX;
		}
	f->root_in_engine = true;
	f->root_real = f->root_path;
	f->host_known = true;
}

static inline int judge_extract(const gd_json *doc, const char *bundle, const char *id, struct gd_arena *a,
				struct gd_facts *ret, struct gd_error *err)
{
	struct gd_where where = { .verb = GD_ON_CREATE, .id = id, .bundle = bundle };

	if (gd_facts_extract(&where, doc, NULL, a, ret, err) < 0)
		return -1;
	judge_host(ret);
	return 0;
}

#endif
