/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole decision without a host: shipped profiles, documents, and a host that answers harmlessly. */
#ifndef GD_TEST_JUDGE_CASE_H
#define GD_TEST_JUDGE_CASE_H

#include <stdio.h>
#include <string.h>

#include "conform/conform.h"
#include "control/config.h"
#include "document/document.h"
#include "mac/profile.h"
#include "policy/set.h"

/* The line of a shipped seccomp profile; "" where it does not compile. Apply also asks who owns the file. */
static inline const char *judge_seccomp_line(const char *name, struct gd_arena *a)
{
	FILE *f = fopen(gd_printf(a, "profiles/seccomp/%s.json", name), "r");
	char *text = gd_alloc(a, GD_PROFILE_MAX + 1);
	struct gd_error err = { 0 };
	const char *line = "";

	if (f) {
		size_t n = fread(text, 1, GD_PROFILE_MAX, f);

		fclose(f);
		if (gd_profile_compile(text, n, name, a, &line, &err) < 0)
			line = "";
	}
	return line;
}

/* What apply looks up for the control seccomp, put into its flat form. */
static inline void judge_look_up(const struct gd_policy *p, struct gd_arena *a)
{
	static const char *const names[] = { "docker-default", "containerd-default", "podman-default" };
	const char *hole = "\"resolved\":[";
	struct gd_buf flat = { .arena = a }, full = { .arena = a };
	struct gd_error err = { 0 };
	struct gd_pull pull;
	void *config;
	char *at;
	size_t i = 0, told = 0;

	while (strcmp(gd_controls[i]->name, "seccomp") != 0)
		i++;
	gd_config_write(gd_controls[i], p->config[i], &flat);
	at = strstr(flat.data, hole) + strlen(hole);
	gd_buf_bytes(&full, flat.data, (size_t)(at - flat.data));
	for (size_t k = 0; k < 3; k++)
		if (strstr(flat.data, names[k]))
			gd_buf_fmt(&full, "%s\"%s\"", told++ ? "," : "", judge_seccomp_line(names[k], a));
	gd_buf_str(&full, at);
	gd_pull_init(&pull, full.data, full.len, NULL, &err);
	if (gd_config_read(gd_controls[i], &pull, a, &config, &err) == 0)
		p->config[i] = config;
}

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
	if (p)
		judge_look_up(p, a);
	else
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
