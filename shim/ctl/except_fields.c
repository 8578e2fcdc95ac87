/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which field of a policy would let a finding pass: one function a control. Exact values only, never a pattern. */
#include "except_fields.h"

#include <stdlib.h>
#include <string.h>

#include "control/config.h"
#include "control/element.h"

void ctl_candidate(struct ctl_candidates *to)
{
	(void)GD_APPEND(to->arena, to->v, to->n);
}

/*
 * One step more of the candidate begun last. A value that could not be made is null, and such
 * a candidate helps nobody.
 */
void ctl_candidate_step(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value)
{
	__typeof__(to->v) c = &to->v[to->n - 1];

	if (c->n < CTL_STEPS_MAX)
		c->step[c->n++] = (struct ctl_step){ field, op, value };
	else
		gd_json_free(value);
}

void ctl_candidate_one(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value)
{
	ctl_candidate(to);
	ctl_candidate_step(to, field, op, value);
}

void ctl_candidate_add(struct ctl_candidates *to, const char *field, const char *value)
{
	if (value)
		ctl_candidate_one(to, field, CTL_ADD, gd_json_new_str(value));
}

/* A pattern would stand for more than this container has. */
bool ctl_is_literal(const char *s)
{
	return s && !strpbrk(s, "*?");
}

/* The number behind @prefix, or SIZE_MAX. */
size_t ctl_index_of(const char *pointer, const char *prefix)
{
	return gd_starts(pointer, prefix) ? (size_t)strtoul(pointer + strlen(prefix), NULL, 10) : SIZE_MAX;
}

static void by_action(struct ctl_candidates *to)
{
	ctl_candidate_one(to, "action", CTL_REPLACE, gd_json_new_str("record"));
}

static void except_by_action(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			     const char **why)
{
	(void)x, (void)config, (void)why;
	by_action(to);
}

static void except_namespaces(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			      const char **why)
{
	(void)x, (void)config;
	for (int k = 0; k < GD_NS_KINDS; k++) {
		const struct gd_namespace *ns = &to->facts->linux_.ns[k];

		if (ns->state == GD_NS_HOST)
			ctl_candidate_add(to, "host", gd_ns_names[k]);
		if (ns->state != GD_NS_JOINED)
			continue;
		ctl_candidate_add(to, "join", gd_ns_names[k]);
		if (ns->owner == GD_OWNER_UNKNOWN && ctl_is_literal(ns->path) && !gd_starts(ns->path, "/proc/"))
			ctl_candidate_add(to, "paths", ns->path);
	}
	*why = "who owns a namespace says in its own policy who may join it (namespaces.joinable)";
}

static void except_user(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_process *p = &to->facts->process;
	gd_json *uids = gd_json_new_arr(), *groups = gd_json_new_arr();
	int bad = gd_json_push(uids, gd_json_new_str(gd_printf(to->arena, "%u", p->uid)));

	(void)x, (void)config, (void)why;
	bad |= gd_json_push(groups, gd_json_new_str(gd_printf(to->arena, "%u", p->gid)));
	for (size_t i = 0; i < p->n_groups; i++)
		if (p->groups[i] != p->gid)
			bad |= gd_json_push(groups, gd_json_new_str(gd_printf(to->arena, "%u", p->groups[i])));
	ctl_candidate_one(to, "nonRoot", CTL_REPLACE, gd_json_new_bool(false));
	ctl_candidate_add(to, "uids", gd_printf(to->arena, "%u", p->uid));
	for (size_t i = 0; i < gd_json_len(groups); i++)
		ctl_candidate_add(to, "groups", gd_json_str(gd_json_at(groups, i)));
	/* Another user than the image's: this one, and none but its groups. */
	for (int root = 0; root < 2 && !bad; root++) {
		ctl_candidate(to);
		ctl_candidate_step(to, "like", CTL_REPLACE, gd_json_new_str("any"));
		ctl_candidate_step(to, "uids", CTL_REPLACE, gd_json_copy(uids));
		ctl_candidate_step(to, "groups", CTL_REPLACE, gd_json_copy(groups));
		if (root)
			ctl_candidate_step(to, "nonRoot", CTL_REPLACE, gd_json_new_bool(false));
	}
	gd_json_free(uids);
	gd_json_free(groups);
}

/* Each capability is a finding; its value is "'CAP_NAME'". */
static void except_capabilities(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
				const char **why)
{
	size_t n = x->value ? strlen(x->value) : 0;

	(void)config;
	if (n > strlen("'CAP_'") && gd_starts(x->value, "'CAP_"))
		ctl_candidate_add(to, "allow", gd_strndup(to->arena, x->value + 5, n - 6));
	*why = "no list can name what no kernel has";
}

static void except_seccomp(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **why)
{
	(void)x, (void)config;
	if (!to->facts->linux_.seccomp)
		ctl_candidate_add(to, "profiles", "any");
	*why = "put its filter into seccomp/NAME.json of profileDir and add NAME to seccomp.profiles";
}

static void except_apparmor(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			    const char **why)
{
	(void)x, (void)config, (void)why;
	ctl_candidate_add(to, "profiles", to->facts->process.apparmor ? to->facts->process.apparmor : "unconfined");
	ctl_candidate_one(to, "require", CTL_REPLACE, gd_json_new_bool(false));
}

/* "system_u:system_r:TYPE:s0:c1,c2" */
static const char *selinux_type(const char *label, struct gd_arena *a)
{
	const char *p = label;

	for (int i = 0; i < 2 && p; i++)
		p = (p = strchr(p, ':')) ? p + 1 : NULL;
	return p ? gd_strndup(a, p, strcspn(p, ":")) : NULL;
}

static void except_selinux(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **why)
{
	const struct gd_facts *f = to->facts;

	(void)x, (void)config;
	if (f->process.selinux)
		ctl_candidate_add(to, "types", selinux_type(f->process.selinux, to->arena));
	if (f->linux_.mount_label)
		ctl_candidate_add(to, "files", selinux_type(f->linux_.mount_label, to->arena));
	ctl_candidate_one(to, "require", CTL_REPLACE, gd_json_new_bool(false));
	*why = "the engine has to label it";
}

static void except_rootfs(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)x, (void)config, (void)why;
	ctl_candidate_one(to, "readOnly", CTL_REPLACE, gd_json_new_bool(false));
	if (ctl_is_literal(to->facts->root_real))
		ctl_candidate_add(to, "paths", to->facts->root_real);
}

/* What @list of the configuration demands and the document lacks. */
static void drop_missing(struct ctl_candidates *to, const char *field, const struct gd_words *demanded,
			 const struct gd_words *have)
{
	ctl_candidate(to);
	for (size_t i = 0; i < demanded->n; i++)
		if (!gd_words_has(have, demanded->v[i]))
			ctl_candidate_step(to, field, CTL_DROP, gd_json_new_str(demanded->v[i]));
	if (to->v[to->n - 1].n == 0)
		to->n--;
}

static const struct gd_words *list_of(const struct gd_control *c, const void *config, const char *name)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(c, leaves);

	for (size_t i = 0; i < n; i++)
		if (!leaves[i].group && strcmp(leaves[i].field->name, name) == 0)
			return (const struct gd_words *)(const void *)((const char *)config +
								       leaves[i].field->offset);
	return NULL;
}

static void except_paths(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_words *masked = list_of(x->control, config, "masked");
	const struct gd_words *read_only = list_of(x->control, config, "readOnly");

	(void)why;
	if (masked && gd_ends(x->pointer, "/maskedPaths"))
		drop_missing(to, "masked", masked, &to->facts->linux_.masked);
	if (read_only && gd_ends(x->pointer, "/readonlyPaths"))
		drop_missing(to, "readOnly", read_only, &to->facts->linux_.read_only);
}

static const struct {
	const char *control;
	ctl_except_fn *candidates;
} excepts[] = {
	{ "entrypoint", ctl_except_entrypoint },	{ "environment", ctl_except_environment },
	{ "workingDir", ctl_except_working_dir },	{ "ports", ctl_except_ports },
	{ "image", ctl_except_image },			{ "privileged", except_by_action },
	{ "namespaces", except_namespaces },		{ "user", except_user },
	{ "capabilities", except_capabilities },	{ "noNewPrivileges", except_by_action },
	{ "seccomp", except_seccomp },			{ "setId", except_by_action },
	{ "apparmor", except_apparmor },		{ "selinux", except_selinux },
	{ "rootfs", except_rootfs },			{ "paths", except_paths },
	{ "mounts", ctl_except_mounts },		{ "devices", ctl_except_devices },
	{ "resources", ctl_except_resources },		{ "sysctl", ctl_except_sysctl },
	{ "hooks", ctl_except_hooks },			{ "annotations", ctl_except_annotations },
};

void ctl_except_candidates(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **ret_why)
{
	*ret_why = NULL;
	for (size_t i = 0; i < sizeof(excepts) / sizeof(excepts[0]); i++)
		if (strcmp(excepts[i].control, x->control->name) == 0)
			excepts[i].candidates(to, x, config, ret_why);
}
