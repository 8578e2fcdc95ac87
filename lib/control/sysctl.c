/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel parameters of the container. A name is allowed by the policy's list, and only where its
 * namespace is the container's own: net.* in a network namespace, the ipc ones of kernel.* and
 * fs.mqueue.* in an ipc namespace, kernel.domainname in an uts namespace. Everything else is the
 * host's and is never allowed, whatever the list says; runc refuses it too, later and in other
 * words.
 *
 * Runtimes take "net/ipv4/x" for "net.ipv4.x" (sysctl(8)'s rule: the first separator decides), so
 * names are compared in the form with dots.
 */
#include <string.h>

#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	struct gd_words allow;
};

static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, allow),
	  .primary = true,
	  .help =
	      "names of parameters that a container may set in its own namespaces, '*' matches" },
	{ .name = NULL },
};

static const char *const ipc_names[] = {
	"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
	"kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
};

/* What engines set by themselves (engine-facts 4.1 to 4.4). */
static const char *const engines_own[] = {
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "kernel.domainname",
};

static bool listed(const char *name, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i], name) == 0)
			return true;
	return false;
}
#define LISTED(name, table) listed(name, table, sizeof(table) / sizeof((table)[0]))

/* NULL: no name that any runtime could mean well. */
static const char *dotted(struct gd_arena *a, const char *key)
{
	char *r = gd_strdup(a, key);
	size_t first = strcspn(r, "./");

	if (r[first] == '/')
		for (char *p = r; *p; p++)
			*p = *p == '/' ? '.' : *p == '.' ? '/' : *p;
	if (!*r ||
	    strspn(r, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+:") !=
		strlen(r) ||
	    *r == '.' || gd_ends(r, ".") || strstr(r, "..") || strstr(r, "//") || strstr(r, "./") ||
	    strstr(r, "/."))
		return NULL;
	return r;
}

static int namespace_of(const char *name)
{
	if (gd_starts(name, "net."))
		return GD_NS_NETWORK;
	if (gd_starts(name, "fs.mqueue.") || LISTED(name, ipc_names))
		return GD_NS_IPC;
	if (strcmp(name, "kernel.domainname") == 0)
		return GD_NS_UTS;
	return -1;
}

/*
 * A pod's containers share their sandbox's, and some engines make the namespace before the runtime
 * runs.
 */
static bool own(const struct gd_namespace *ns)
{
	return ns->state == GD_NS_OWN ||
	       (ns->state == GD_NS_JOINED &&
		(ns->owner == GD_OWNER_SANDBOX || ns->owner == GD_OWNER_ENGINE));
}

static bool allowed(const struct config *c, const char *name, struct gd_arena *a)
{
	/* a '/' in the dotted form is a dot of an interface's name: '*' may stand for it */
	char *flat = gd_strdup(a, name);

	for (char *p = flat; *p; p++)
		if (*p == '/')
			*p = '.';
	for (size_t i = 0; i < c->allow.n; i++)
		if (gd_glob(c->allow.v[i], flat))
			return true;
	return false;
}

struct verdict {
	const char *why;	/* NULL: nothing wrong */
	const char *fix;
	bool engines;		/* the engine sets it by itself */
};

static struct verdict judge(const struct gd_facts *f, const struct config *c,
			    const struct gd_pair *p, struct gd_arena *a)
{
	const char *name = dotted(a, p->key);
	struct verdict v = { .engines = name && LISTED(name, engines_own) };
	int kind = name ? namespace_of(name) : -1;

	if (kind < 0) {
		v.why = name ? "it has no namespace of its own, so it would change the host"
			     : "its name is none that every runtime reads alike";
		v.fix = "set it on the host, or leave it out";
		return v;
	}
	const struct gd_namespace *ns = &f->linux_.ns[kind];

	if (v.engines && (own(ns) || ns->state == GD_NS_JOINED))
		return v; /* Podman gives it to a container that joins another's network, too */
	if (!own(ns)) {
		v.why = ns->state == GD_NS_HOST
			    ? "without a namespace of its own it would change the host"
			    : "it would change the other container's namespace";
		v.fix = gd_printf(a, "leave it out, or use a %s namespace of the container's own",
				  gd_ns_names[kind]);
	} else if (!allowed(c, name, a)) {
		v.why = "this policy does not list it among what a container may set";
		v.fix = "leave it out";
	}
	return v;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	struct gd_arena *a = out->arena;

	for (size_t i = 0; i < f->linux_.sysctl.n; i++) {
		const struct gd_pair *p = &f->linux_.sysctl.v[i];
		struct verdict v = judge(f, config, p, a);
		struct gd_finding *x;

		if (!v.why)
			continue;
		x = gd_found(out, "/linux/sysctl/%s", gd_pointer_key(a, p->key));
		x->value = gd_quote(a, p->value, 60);
		x->wanted = "not set";
		x->asked = !v.engines;
		x->flag = x->asked
			      ? gd_say(f, GD_SAY_SYSCTL, gd_printf(a, "%s=%s", p->key, p->value), a)
			      : NULL;
		x->what = gd_printf(a, "the kernel parameter %s", gd_quote(a, p->key, 80));
		x->why = v.why;
		x->fix = v.fix;
		x->fixable = true;
	}
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	gd_json *map = gd_json_get(gd_json_get(doc, "linux"), "sysctl");

	(void)err;
	for (size_t i = 0; i < f->linux_.sysctl.n; i++) {
		const struct gd_pair p = { gd_strdup(a, f->linux_.sysctl.v[i].key),
					   f->linux_.sysctl.v[i].value };

		if (judge(f, config, &p, a).why)
			gd_json_remove(map, p.key);
	}
	return 0;
}

const struct gd_control gd_control_sysctl = {
	.name = "sysctl",
	.help = "kernel parameters lie on a list, and in namespaces of the container's own",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "PSS-baseline-sysctls NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
