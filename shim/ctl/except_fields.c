/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which field of a policy would let a finding pass: one function a control. Exact values only, never a pattern. */
#include "except.h"

#include <stdlib.h>
#include <string.h>

#include "control/config.h"
#include "control/element.h"
#include "control/mounts.h"
#include "facts/init.h"

static void start(struct ctl_candidates *to)
{
	(void)GD_APPEND(to->arena, to->v, to->n);
}

/* One step more of the candidate begun last. A value that could not be made is null, and such a candidate helps nobody. */
static void step(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value)
{
	__typeof__(to->v) c = &to->v[to->n - 1];

	if (c->n < CTL_STEPS_MAX)
		c->step[c->n++] = (struct ctl_step){ field, op, value };
	else
		gd_json_free(value);
}

static void one(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value)
{
	start(to);
	step(to, field, op, value);
}

static void add_str(struct ctl_candidates *to, const char *field, const char *value)
{
	if (value)
		one(to, field, CTL_ADD, gd_json_new_str(value));
}

/* A pattern would stand for more than this container has. */
static bool is_literal(const char *s)
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
static size_t index_of(const char *pointer, const char *prefix)
{
	return gd_starts(pointer, prefix) ? (size_t)strtoul(pointer + strlen(prefix), NULL, 10) : SIZE_MAX;
}

static void by_action(struct ctl_candidates *to)
{
	one(to, "action", CTL_REPLACE, gd_json_new_str("record"));
}

typedef void except_fn(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why);

static void except_by_action(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
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
			add_str(to, "host", gd_ns_names[k]);
		if (ns->state != GD_NS_JOINED)
			continue;
		add_str(to, "join", gd_ns_names[k]);
		if (ns->owner == GD_OWNER_UNKNOWN && is_literal(ns->path) && !gd_starts(ns->path, "/proc/"))
			add_str(to, "paths", ns->path);
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
	one(to, "nonRoot", CTL_REPLACE, gd_json_new_bool(false));
	add_str(to, "uids", gd_printf(to->arena, "%u", p->uid));
	for (size_t i = 0; i < gd_json_len(groups); i++)
		add_str(to, "groups", gd_json_str(gd_json_at(groups, i)));
	/* Another user than the image's: this one, and none but its groups. */
	for (int root = 0; root < 2 && !bad; root++) {
		start(to);
		step(to, "like", CTL_REPLACE, gd_json_new_str("any"));
		step(to, "uids", CTL_REPLACE, gd_json_copy(uids));
		step(to, "groups", CTL_REPLACE, gd_json_copy(groups));
		if (root)
			step(to, "nonRoot", CTL_REPLACE, gd_json_new_bool(false));
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
		add_str(to, "allow", gd_strndup(to->arena, x->value + 5, n - 6));
	*why = "no list can name what no kernel has";
}

static void except_seccomp(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)x, (void)config;
	if (!to->facts->linux_.seccomp)
		add_str(to, "profiles", "any");
	*why = "put its filter into seccomp/NAME.json of profileDir and add NAME to seccomp.profiles";
}

static void except_apparmor(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)x, (void)config, (void)why;
	add_str(to, "profiles", to->facts->process.apparmor ? to->facts->process.apparmor : "unconfined");
	one(to, "require", CTL_REPLACE, gd_json_new_bool(false));
}

/* "system_u:system_r:TYPE:s0:c1,c2" */
static const char *selinux_type(const char *label, struct gd_arena *a)
{
	const char *p = label;

	for (int i = 0; i < 2 && p; i++)
		p = (p = strchr(p, ':')) ? p + 1 : NULL;
	return p ? gd_strndup(a, p, strcspn(p, ":")) : NULL;
}

static void except_selinux(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_facts *f = to->facts;

	(void)x, (void)config;
	if (f->process.selinux)
		add_str(to, "types", selinux_type(f->process.selinux, to->arena));
	if (f->linux_.mount_label)
		add_str(to, "files", selinux_type(f->linux_.mount_label, to->arena));
	one(to, "require", CTL_REPLACE, gd_json_new_bool(false));
	*why = "the engine has to label it";
}

static void except_rootfs(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)x, (void)config, (void)why;
	one(to, "readOnly", CTL_REPLACE, gd_json_new_bool(false));
	if (is_literal(to->facts->root_real))
		add_str(to, "paths", to->facts->root_real);
}

/* What @list of the configuration demands and the document lacks. */
static void drop_missing(struct ctl_candidates *to, const char *field, const struct gd_words *demanded,
			 const struct gd_words *have)
{
	start(to);
	for (size_t i = 0; i < demanded->n; i++)
		if (!gd_words_has(have, demanded->v[i]))
			step(to, field, CTL_DROP, gd_json_new_str(demanded->v[i]));
	if (to->v[to->n - 1].n == 0)
		to->n--;
}

static const struct gd_words *list_of(const struct gd_control *c, const void *config, const char *name)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(c, leaves);

	for (size_t i = 0; i < n; i++)
		if (!leaves[i].group && strcmp(leaves[i].field->name, name) == 0)
			return (const struct gd_words *)(const void *)((const char *)config + leaves[i].field->offset);
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

/* --- mounts ----------------------------------------------------------------------------------------------------- */

static gd_json *mount_rule(const struct gd_mount *m, size_t i, bool waive)
{
	const struct gd_origin *o = &m->origins[i];
	bool read_only = m->read_only && (i == 0 || gd_words_has(&m->options, "rro"));
	gd_json *rule = gd_json_new_obj(), *special;

	if (gd_json_set(rule, "source", gd_json_new_str(o->path)) < 0 ||
	    gd_json_set(rule, "destination", gd_json_new_str(m->target)) < 0 ||
	    (read_only && gd_json_set(rule, "readOnly", gd_json_new_bool(true)) < 0) ||
	    (waive && gd_json_set(rule, "waive", gd_json_new_bool(true)) < 0))
		return gd_json_free(rule);
	for (size_t k = 0; k < gd_n_mount_specials; k++) {
		const char *word = gd_mount_specials[k].word;
		bool before = false;

		for (size_t l = 0; l < k; l++)
			before |= (o->flags & gd_mount_specials[l].flag) && !strcmp(gd_mount_specials[l].word, word);
		if (!(o->flags & gd_mount_specials[k].flag) || before)
			continue;
		special = gd_json_arr_in(rule, "special");
		if (gd_json_push(special, gd_json_new_str(word)) < 0)
			return gd_json_free(rule);
	}
	return rule;
}

static void mount_rules(struct ctl_candidates *to, const struct gd_mount *m, bool waive)
{
	start(to);
	for (size_t i = 0; i < m->n_origins; i++)
		step(to, "allow", CTL_ADD, mount_rule(m, i, waive));
}

static gd_json *mount_named(const struct gd_mount *m)
{
	gd_json *rule = gd_json_new_obj();

	if (gd_json_set(rule, "name", gd_json_new_str(m->volume)) < 0 ||
	    gd_json_set(rule, "destination", gd_json_new_str(m->target)) < 0 ||
	    (m->read_only && gd_json_set(rule, "readOnly", gd_json_new_bool(true)) < 0))
		return gd_json_free(rule);
	return rule;
}

static bool is_rule_possible(const struct gd_mount *m)
{
	bool possible = m->n_origins > 0 && m->n_origins < CTL_STEPS_MAX && is_literal(m->target);

	for (size_t i = 0; possible && i < m->n_origins; i++)
		possible = is_literal(m->origins[i].path);
	return possible;
}

static const struct gd_mount *mount_of(const struct gd_facts *f, const char *pointer)
{
	size_t index = index_of(pointer, "/mounts/");

	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].index == index)
			return &f->mounts[i];
	return NULL;
}

static void except_mounts(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_mount *m = mount_of(to->facts, x->pointer);
	static const char *const flags[] = { "nosuid", "nodev", "noexec" };

	(void)config;
	*why = "what is not there, cannot be held, or hides a program of the image has no exception";
	if (!m)
		return;
	if (!gd_ends(x->pointer, "/type")) {
		if (m->kind == GD_SRC_HOST && is_rule_possible(m)) {
			mount_rules(to, m, false);
			mount_rules(to, m, true);
		}
		if (m->n_origins == 1 && (m->origins[0].flags & GD_OR_PRIVATE) && is_literal(m->origins[0].device))
			add_str(to, "volumes", gd_printf(to->arena, "%s %s", m->origins[0].fstype, m->origins[0].device));
		if (m->volume && is_literal(m->volume) && is_literal(m->target))
			one(to, "named", CTL_ADD, mount_named(m));
		if (!m->bind && gd_streq(m->type, "tmpfs") && is_literal(m->target))
			add_str(to, "tmpfs", m->target);
		if (m->id_mapped)
			one(to, "idMapped", CTL_REPLACE, gd_json_new_bool(true));
	}
	add_str(to, "types", m->bind ? "bind" : m->type);
	add_str(to, "types", gd_starts(m->type, "cgroup") ? "cgroup-rw" : gd_streq(m->type, "sysfs") ? "sysfs-rw" : NULL);
	if (m->propagation && !gd_streq(m->propagation, "private"))
		one(to, "propagation", CTL_REPLACE, gd_json_new_str(m->propagation));
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		one(to, flags[i], CTL_REPLACE, gd_json_new_bool(false));
}

/* --- devices, resources and lists --------------------------------------------------------------------------------- */

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

	for (size_t i = 0; is_literal(path) && i < sizeof(sets) / sizeof(sets[0]); i++)
		one(to, "allow", CTL_ADD, device_rule(path, sets[i]));
}

static const char *number_text(const struct gd_i64 *n, struct gd_arena *a)
{
	return n->set && n->v >= 0 ? gd_printf(a, "%lld", (long long)n->v) : "*";
}

static void except_devices(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_linux *l = &to->facts->linux_;
	size_t node = index_of(x->pointer, "/linux/devices/"), rule = index_of(x->pointer, "/linux/resources/devices/");

	(void)config, (void)why;
	if (node < l->n_devices)
		device_rules(to, l->devices[node].real);
	if (rule >= l->resources.n_devices)
		return;
	const struct gd_device_rule *r = &l->resources.devices[rule];
	device_rules(to, r->real);
	add_str(to, "numbers", gd_printf(to->arena, "%c %s:%s %s", r->type ? r->type : 'a',
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

/* Which limit a finding means only the control knows: each that is set is tried, with the document's number, then none. */
static void except_resources(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(x->control, leaves);
	const gd_json *at = gd_json_pointer(to->facts->doc, x->pointer);
	const char *parent = cgroup_parent(to->facts->linux_.cgroups_path, to->arena);
	int64_t v = 0;
	bool number = gd_json_i64(at, &v);

	(void)config, (void)why;
	if (gd_ends(x->pointer, "/cgroupsPath")) {
		add_str(to, "cgroupParent", is_literal(parent) ? parent : NULL);
		return;
	}
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const char *name = leaf_path(&leaves[i], to->arena);
			enum gd_field_kind kind = leaves[i].field->kind;

			if (kind == GD_F_MAX && (pass == 1 || (number && v >= 0)))
				one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_MIN && (pass == 1 || number))
				one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_RIGHT && pass == 0)
				one(to, name, CTL_REPLACE, gd_json_new_bool(true));
		}
}

static void except_sysctl(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const char *key = last_of(x->pointer, to->arena);

	(void)config;
	if (is_literal(key))
		add_str(to, "allow", key);
	*why = "it would change the host's own";
}

static void except_hooks(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)config;
	for (size_t i = 0; i < to->facts->n_hooks; i++) {
		const struct gd_hook *h = &to->facts->hooks[i];
		gd_json *rule, *stages;

		if (!gd_streq(x->pointer, gd_printf(to->arena, "/hooks/%s/%zu", h->stage, h->index)) || !is_literal(h->path))
			continue;
		rule = gd_json_new_obj();
		if (gd_json_set(rule, "path", gd_json_new_str(h->real && is_literal(h->real) ? h->real : h->path)) < 0)
			return (void)gd_json_free(rule);
		stages = gd_json_arr_in(rule, "stage");
		if (gd_json_push(stages, gd_json_new_str(h->stage)) < 0 ||
		    (h->args.n > 0 && gd_json_set(rule, "args", words_json(&h->args)) < 0))
			return (void)gd_json_free(rule);
		one(to, "allow", CTL_ADD, rule);
	}
	*why = "its program must be a file that only root can write";
}

static void except_annotations(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	(void)to, (void)x, (void)config;
	*why = "no field lets a single annotation pass that a pattern forbids; drop the pattern by hand";
}

/* --- the use of the image ------------------------------------------------------------------------------------------ */

static void except_entrypoint(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			      const char **why)
{
	const struct gd_words *args = &to->facts->process.args;
	gd_json *rule = gd_json_new_obj(), *argv = gd_json_arr_in(rule, "argv");
	bool possible = args->n > 0;

	(void)x, (void)config;
	for (size_t i = gd_facts_init_args(to->facts); i < args->n; i++)
		possible &= is_literal(args->v[i]) && gd_json_push(argv, gd_json_new_str(args->v[i])) == 0;
	if (possible)
		one(to, "allow", CTL_ADD, rule);
	else
		gd_json_free(rule);
	*why = "a command that holds '*' or '?', that something is mounted over or that was exchanged is not pinned by its "
	       "name";
}

/* Which names: the finding tells them for people, so each that could be meant is tried. */
static void except_environment(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	const struct gd_words *env = &to->facts->process.env, *own = &to->facts->image.env;
	size_t index = index_of(x->pointer, "/process/env/");

	(void)config;
	for (size_t i = 0; i < env->n + own->n; i++) {
		const char *entry = i < env->n ? env->v[i] : own->v[i - env->n];
		size_t n = strcspn(entry, "=");
		const char *name = gd_strndup(to->arena, entry, n);

		if ((index == i || (index == SIZE_MAX && i >= env->n)) && n > 0 && entry[n] && is_literal(name))
			add_str(to, "allow", name);
	}
	*why = "whoever may set it chooses what is run, or it is none that all runtimes read alike";
}

static void except_working_dir(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	(void)to, (void)x, (void)config;
	*why = "only the image's own working directory can be pinned; build an image that declares this one";
}

static void except_ports(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_use *u = &to->facts->use;

	(void)x, (void)config, (void)why;
	for (size_t i = 0; i < u->n_ports; i++) {
		const char *address = u->ports[i].address;

		if (u->ports[i].host)
			add_str(to, "hostPorts", gd_printf(to->arena, "%u", u->ports[i].host));
		if (address && *address && is_literal(address))
			add_str(to, "addresses", address);
	}
	add_str(to, "addresses", "any");
	one(to, "like", CTL_REPLACE, gd_json_new_str("any"));
	one(to, "publish", CTL_REPLACE, gd_json_new_bool(true));
}

static void except_image(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_image *i = &to->facts->image;

	(void)x, (void)config;
	add_str(to, "digests", i->config);
	for (size_t k = 0; k < i->references.n; k++) {
		const char *name = i->references.v[k], *slash = strrchr(name, '/');
		size_t n = strcspn(name, "@");
		const char *colon = memchr(slash ? slash : name, ':', strlen(slash ? slash : name));

		if (colon && colon < name + n)
			n = (size_t)(colon - name);
		add_str(to, "repositories", gd_strndup(to->arena, name, n));
	}
	*why = "have it signed, or scanned: guardctl trust";
}

static const struct {
	const char *control;
	except_fn *candidates;
} excepts[] = {
	{ "entrypoint", except_entrypoint },	  { "environment", except_environment },
	{ "workingDir", except_working_dir },	  { "ports", except_ports },
	{ "image", except_image },
	{ "privileged", except_by_action },	  { "namespaces", except_namespaces },
	{ "user", except_user },		  { "capabilities", except_capabilities },
	{ "noNewPrivileges", except_by_action }, { "seccomp", except_seccomp },
	{ "setId", except_by_action },		  { "apparmor", except_apparmor },
	{ "selinux", except_selinux },		  { "rootfs", except_rootfs },
	{ "paths", except_paths },		  { "mounts", except_mounts },
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

/* --- written -------------------------------------------------------------------------------------------------------- */

/* A group's object, or the control's own: "pids.max" lies in {"pids": {"max": ...}}. */
static gd_json *holder_of(gd_json *control, const char **field, struct gd_arena *a)
{
	const char *dot = strchr(*field, '.');
	const char *group = dot ? gd_strndup(a, *field, (size_t)(dot - *field)) : NULL;

	*field = dot ? dot + 1 : *field;
	return group ? gd_json_obj_in(control, group) : control;
}

int ctl_except_put(gd_json *controls, const char *control, const struct ctl_step *s, struct gd_arena *a)
{
	static const char *const words[] = { [CTL_ADD] = "add", [CTL_DROP] = "drop", [CTL_REPLACE] = "replace" };
	gd_json *o = gd_json_obj_in(controls, control), *list;
	const char *field = s->field;

	if (!(o = holder_of(o, &field, a)))
		return -1;
	/* What was said plainly before gives way to the word. */
	if (gd_json_kind(gd_json_get(o, field)) != GD_JSON_OBJECT)
		gd_json_remove(o, field);
	if (!(o = gd_json_obj_in(o, field)))
		return -1;
	if (s->op == CTL_REPLACE)
		return s->value ? gd_json_set(o, words[s->op], gd_json_copy(s->value)) : gd_json_set_null(o, words[s->op]);
	list = gd_json_arr_in(o, words[s->op]);
	for (size_t i = 0; i < gd_json_len(list); i++)
		if (gd_json_equal(gd_json_at(list, i), s->value))
			return 0;
	return s->value ? gd_json_push(list, gd_json_copy(s->value)) : -1;
}

gd_json *ctl_except_pins(void)
{
	/* As JSON: a word that only tightens needs none of the layers' own. */
	static const struct { const char *control, *text; } pins[] = {
		{ "entrypoint", "{\"action\":\"deny\",\"like\":\"image\",\"covered\":false,\"changed\":false}" },
		{ "environment", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "user", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "workingDir", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "mounts", "{\"action\":\"rewrite\",\"like\":\"image\"}" },
		{ "ports", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "exec", "{\"action\":\"rewrite\",\"allow\":\"healthcheck\"}" },
		{ "namespaces", "{\"action\":\"rewrite\",\"joinable\":[]}" },
	};
	gd_json *o = gd_json_new_obj(), *c;

	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		struct gd_error none = { 0 };

		if (gd_json_parse(pins[i].text, strlen(pins[i].text), &c, &none) < 0 ||
		    gd_json_set(o, pins[i].control, c) < 0)
			return gd_json_free(o);
	}
	return o;
}
