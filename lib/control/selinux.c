/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where SELinux enforces, labels are of the types that confine containers, and within one
 * container's categories.
 *
 * A label that is missing cannot be made up: the engine has to have labelled the files of the root
 * for it. Docker and containerd's CRI leave labels out unless their own configuration turns SELinux
 * on, so there its absence is nobody's request.
 */
#include <string.h>

#include "control/control.h"
#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	struct gd_words types, files;
	bool require;
};

static const struct gd_field fields[] = {
	{ .name = "types",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, types),
	  .primary = true,
	  .help = "types that a process may have" },
	{ .name = "files",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, files),
	  .help = "types that mounts may be labelled with" },
	{ .name = "require",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct config, require),
	  .help = "refuse where SELinux does not enforce, or a process has no label" },
	{ .name = NULL },
};

struct label { const char *user, *role, *type, *level; };

/* user:role:type:level, where the level may hold colons. False: not of that shape. */
static bool split(const char *s, struct gd_arena *a, struct label *ret)
{
	char *copy = gd_strdup(a, s), *rest = copy;
	const char *part[4] = { NULL };

	for (int i = 0; i < 3; i++) {
		part[i] = strsep(&rest, ":");
		if (!part[i] || !*part[i])
			return false;
	}
	part[3] = rest ? rest : "";
	*ret = (struct label){ part[0], part[1], part[2], part[3] };
	return rest != NULL;
}

static bool any_matches(const struct gd_words *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (gd_glob(patterns->v[i], name))
			return true;
	return false;
}

/*
 * "s0", "s0:c1" or "s0:c1,c2": what engines give. A range, or more categories than two, dominates
 * the labels of other containers.
 */
static bool plain_level(const char *s)
{
	static const char digits[] = "0123456789";
	int n = 0;

	if (strncmp(s, "s0", 2) != 0)
		return false;
	s += 2;
	for (char sep = ':'; *s == sep && n < 2; sep = ',', n++) {
		if (s[1] != 'c' || !strspn(s + 2, digits))
			return false;
		s += 2 + strspn(s + 2, digits);
	}
	return *s == '\0';
}

static bool plain_user(const struct label *l)
{
	return (gd_streq(l->user, "system_u") || gd_streq(l->user, "unconfined_u")) &&
	       (gd_streq(l->role, "system_r") || gd_streq(l->role, "object_r"));
}

/* What of @label is wrong, or NULL. */
static const char *wrong(const char *label, const struct gd_words *types, struct gd_arena *a,
			 const char **ret_flag)
{
	struct label l;

	*ret_flag = NULL;
	if (!split(label, a, &l))
		return "it is no label of four parts";
	if (!any_matches(types, l.type)) {
		*ret_flag = gd_printf(a, "type:%s", l.type);
		return "SELinux would not keep it from the host's files";
	}
	if (!plain_level(l.level)) {
		*ret_flag = gd_printf(a, "level:%s", l.level);
		return "its categories reach the files of other containers";
	}
	if (!plain_user(&l)) {
		*ret_flag = gd_printf(a, "user:%s", l.user);
		return "containers have the user system_u and the role system_r";
	}
	return NULL;
}

/* A type to put in place of one that is not listed: the first that is a name and no pattern. */
static const char *first_type(const struct gd_words *types)
{
	for (size_t i = 0; i < types->n; i++)
		if (!strpbrk(types->v[i], "*?"))
			return types->v[i];
	return NULL;
}

static void check_label(const struct gd_facts *f, const char *label, const char *pointer,
			const struct gd_words *types, struct gd_findings *out)
{
	const char *flag, *why = wrong(label, types, out->arena, &flag);

	if (!why)
		return;
	struct gd_finding *x = gd_found(out, "%s", pointer);

	x->value = gd_quote(out->arena, label, 120);
	x->wanted = "a type of the policy's list and plain categories";
	x->what = gd_printf(out->arena, "the SELinux label %s", x->value);
	x->why = why;
	x->asked = true;
	x->flag = flag && f->verb != GD_ON_EXEC ? gd_say(f, GD_SAY_SELINUX, flag, out->arena)
						: NULL;
	x->fix = "leave it out";
	x->fixable = first_type(types);
}

static void check_none(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	/* These label every container, unless they are told not to. */
	bool told = f->host.selinux &&
		    (f->engine == GD_ENGINE_PODMAN || f->engine == GD_ENGINE_CRIO);

	if (!told && !c->require)
		return;
	struct gd_finding *x = gd_found(out, "/process/selinuxLabel");

	x->what = f->host.selinux ? "a process without an SELinux label"
				  : "a host on which SELinux confines nothing";
	x->wanted = "a label";
	x->why = f->host.selinux ? "SELinux would not keep it from the host's files"
				 : "SELinux does not enforce here";
	x->asked = told;
	x->flag = told && f->verb != GD_ON_EXEC ? gd_say(f, GD_SAY_SELINUX, "disable", out->arena)
						: NULL;
	x->fix = told              ? "leave it out"
		 : f->host.selinux ? "turn SELinux on in the engine"
				   : "run it elsewhere";
}

/* An exec without a label of its own runs under the container's. */
static const char *label_of(const struct gd_facts *f)
{
	if (!f->process.selinux && f->verb == GD_ON_EXEC && f->container)
		return f->container->selinux;
	return f->process.selinux;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	const char *label = label_of(f);

	if (label)
		check_label(f, label, "/process/selinuxLabel", &c->types, out);
	if (!label || (c->require && !f->host.selinux))
		check_none(f, c, out);
	if (f->linux_.mount_label && *f->linux_.mount_label)
		check_label(f, f->linux_.mount_label, "/linux/mountLabel", &c->files, out);
}

static int mend(gd_json *obj, const char *key, const char *label, const struct gd_words *types,
		struct gd_arena *a, struct gd_error *err)
{
	struct label l = { 0 };
	const char *flag, *type = first_type(types),
			  *role = gd_streq(key, "mountLabel") ? "object_r" : "system_r";
	bool whole = label && split(label, a, &l);

	if (!label || !type || !wrong(label, types, a, &flag))
		return 0;
	if (whole && any_matches(types, l.type))
		type = l.type;
	label = gd_printf(a, "system_u:%s:%s:%s", role, type,
			  whole && plain_level(l.level) ? l.level : "s0");
	return gd_json_set(obj, key, gd_json_new_str(label)) < 0
		       ? gd_error_set(err, GD_E_SYSTEM, "out of memory") : 0;
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;

	if (mend(gd_json_get(doc, "process"), "selinuxLabel", label_of(f), &c->types, a, err) < 0)
		return -1;
	if (f->verb == GD_ON_EXEC)
		return 0; /* the mounts are there already */
	return mend(gd_json_get(doc, "linux"), "mountLabel", f->linux_.mount_label, &c->files, a,
		    err);
}

const struct gd_control gd_control_selinux = {
	.name = "selinux",
	.help = "SELinux labels are of listed types and of one container's categories, where "
		"SELinux enforces",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.3 PSS-baseline-seLinuxOptions NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
