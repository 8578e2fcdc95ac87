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

static gd_json *words_json(const struct gd_words *w)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			return gd_json_free(list);
	return list;
}

/* "/a~1b/3": its last part, as the document has it. */
static const char *last_of(const char *pointer, struct gd_arena *a)
{
	const char *p = strrchr(pointer, '/');
	char *s = gd_strdup(a, p ? p + 1 : pointer), *to = s;

	for (p = s; *p; p++)
		if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
			*to++ = *++p == '0' ? '~' : '/';
		else
			*to++ = *p;
	*to = '\0';
	return s;
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

/* --- devices, resources and lists ------------------------------------------------------------------------------- */

static gd_json *device_rule(const char *path, const char *const *access)
{
	gd_json *rule = gd_json_new_obj(), *list;

	if (gd_json_set(rule, "path", gd_json_new_str(path)) < 0)
		return gd_json_free(rule);
	list = gd_json_arr_in(rule, "access");
	for (; *access; access++)
		if (gd_json_push(list, gd_json_new_str(*access)) < 0)
			return gd_json_free(rule);
	return rule;
}

static void device_rules(struct ctl_candidates *to, const char *path)
{
	static const char *const sets[][4] = { { "read", NULL }, { "read", "write", NULL },
					       { "read", "write", "mknod", NULL } };

	for (size_t i = 0; ctl_is_literal(path) && i < sizeof(sets) / sizeof(sets[0]); i++)
		ctl_candidate_one(to, "allow", CTL_ADD, device_rule(path, sets[i]));
}

static const char *number_text(const struct gd_i64 *n, struct gd_arena *a)
{
	return n->set && n->v >= 0 ? gd_printf(a, "%lld", (long long)n->v) : "*";
}

static void except_devices(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **why)
{
	const struct gd_linux *l = &to->facts->linux_;
	size_t node = ctl_index_of(x->pointer, "/linux/devices/"),
	       rule = ctl_index_of(x->pointer, "/linux/resources/devices/");

	(void)config, (void)why;
	if (node < l->n_devices)
		device_rules(to, l->devices[node].real);
	if (rule >= l->resources.n_devices)
		return;
	const struct gd_device_rule *r = &l->resources.devices[rule];
	device_rules(to, r->real);
	ctl_candidate_add(to, "numbers", gd_printf(to->arena, "%c %s:%s %s", r->type ? r->type : 'a',
					 number_text(&r->major, to->arena), number_text(&r->minor, to->arena),
					 r->access ? r->access : "rwm"));
}

/* "/a" of "/a/ID", "/a.slice" of "a.slice:docker:ID". */
static const char *cgroup_parent(const char *path, struct gd_arena *a)
{
	const char *colon = path ? strchr(path, ':') : NULL, *slash;

	if (colon)
		return gd_printf(a, "/%.*s", (int)(colon - path), path);
	slash = path ? strrchr(path, '/') : NULL;
	return slash && slash > path ? gd_strndup(a, path, (size_t)(slash - path)) : NULL;
}

static const char *leaf_path(const struct gd_leaf *l, struct gd_arena *a)
{
	return l->group ? gd_printf(a, "%s.%s", l->group, l->field->name) : l->field->name;
}

/*
 * Which limit a finding means only the control knows: each that is set is tried, with the
 * document's number, then none.
 */
static void except_resources(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			     const char **why)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(x->control, leaves);
	const gd_json *at = gd_json_pointer(to->facts->doc, x->pointer);
	const char *parent = cgroup_parent(to->facts->linux_.cgroups_path, to->arena);
	int64_t v = 0;
	bool number = gd_json_i64(at, &v);

	(void)config, (void)why;
	if (gd_ends(x->pointer, "/cgroupsPath")) {
		ctl_candidate_add(to, "cgroupParent", ctl_is_literal(parent) ? parent : NULL);
		return;
	}
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const char *name = leaf_path(&leaves[i], to->arena);
			enum gd_field_kind kind = leaves[i].field->kind;

			if (kind == GD_F_MAX && (pass == 1 || (number && v >= 0)))
				ctl_candidate_one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_MIN && (pass == 1 || number))
				ctl_candidate_one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_RIGHT && pass == 0)
				ctl_candidate_one(to, name, CTL_REPLACE, gd_json_new_bool(true));
		}
}

static void except_sysctl(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const char *key = last_of(x->pointer, to->arena);

	(void)config;
	if (ctl_is_literal(key))
		ctl_candidate_add(to, "allow", key);
	*why = "it would change the host's own";
}

static void except_hooks(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)config;
	for (size_t i = 0; i < to->facts->n_hooks; i++) {
		const struct gd_hook *h = &to->facts->hooks[i];
		gd_json *rule, *stages;

		if (!gd_streq(x->pointer, gd_printf(to->arena, "/hooks/%s/%zu", h->stage, h->index)) ||
		    !ctl_is_literal(h->path))
			continue;
		rule = gd_json_new_obj();
		if (gd_json_set(rule, "path",
				gd_json_new_str(h->real && ctl_is_literal(h->real) ? h->real : h->path)) < 0)
			return (void)gd_json_free(rule);
		stages = gd_json_arr_in(rule, "stage");
		if (gd_json_push(stages, gd_json_new_str(h->stage)) < 0 ||
		    (h->args.n > 0 && gd_json_set(rule, "args", words_json(&h->args)) < 0))
			return (void)gd_json_free(rule);
		ctl_candidate_one(to, "allow", CTL_ADD, rule);
	}
	*why = "its program must be a file that only root can write";
}

static void except_annotations(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	(void)to, (void)x, (void)config;
	*why = "no field lets a single annotation pass that a pattern forbids; drop the pattern by hand";
}

static const struct {
	const char *control;
	ctl_except_fn *candidates;
} excepts[] = {
	{ "entrypoint", ctl_except_entrypoint },	  { "environment", ctl_except_environment },
	{ "workingDir", ctl_except_working_dir },	  { "ports", ctl_except_ports },
	{ "image", ctl_except_image },
	{ "privileged", except_by_action },	  { "namespaces", except_namespaces },
	{ "user", except_user },		  { "capabilities", except_capabilities },
	{ "noNewPrivileges", except_by_action }, { "seccomp", except_seccomp },
	{ "setId", except_by_action },		  { "apparmor", except_apparmor },
	{ "selinux", except_selinux },		  { "rootfs", except_rootfs },
	{ "paths", except_paths },		  { "mounts", ctl_except_mounts },
	{ "devices", except_devices },		  { "resources", except_resources },
	{ "sysctl", except_sysctl },		  { "hooks", except_hooks },
	{ "annotations", except_annotations },
};

void ctl_except_candidates(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **ret_why)
{
	*ret_why = NULL;
	for (size_t i = 0; i < sizeof(excepts) / sizeof(excepts[0]); i++)
		if (strcmp(excepts[i].control, x->control->name) == 0)
			excepts[i].candidates(to, x, config, ret_why);
}
