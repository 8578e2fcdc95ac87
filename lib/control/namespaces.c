/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a container shares with the host, by inode, and with other containers, by their owner.
 * Joining somebody's network is ordinary in every compose file; joining his processes reads his
 * environment and his files whatever his own policy says, so the other's policy has a say
 * (joinable), kept in the record of its create.
 */
#include <string.h>

#include "control/dialect.h"
#include "control/namespaces.h"

static const char *const kinds[] = { "network", "pid",	  "ipc",  "uts", "mount",
				     "user",	"cgroup", "time", NULL };

#define AT(member) .offset = offsetof(struct gd_namespaces_config, member)
static const struct gd_field fields[] = {
	{ .name = "host",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = kinds,
	  AT(host),
	  .primary = true,
	  .help = "namespaces of the host that may be shared" },
	{ .name = "join",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = kinds,
	  AT(join),
	  .help = "namespaces of other containers that may be joined, where those let it" },
	{ .name = "joinable",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = kinds,
	  AT(joinable),
	  .help = "namespaces of this container that others may join" },
	{ .name = "paths",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_PATH,
	  AT(paths),
	  .help = "files of namespaces that no container owns and that may be joined" },
	{ .name = NULL },
};
#undef AT

/*
 * Is sharing the host's @k what somebody typed? Engines leave user, time and (but on unified
 * hierarchies) cgroup namespaces out by themselves.
 */
static bool host_is_asked(const struct gd_facts *f, enum gd_ns_kind k)
{
	if (k == GD_NS_CGROUP)
		return f->host.cgroup2 && f->engine != GD_ENGINE_UNKNOWN;
	return k != GD_NS_USER && k != GD_NS_TIME && f->engine != GD_ENGINE_UNKNOWN;
}

/* A pod in the host's network has the host's name too: the kubelet asks for both in one word. */
static bool goes_with_network(const struct gd_facts *f, const struct gd_namespaces_config *c,
			      enum gd_ns_kind k)
{
	return k == GD_NS_UTS && (f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO) &&
	       f->linux_.ns[GD_NS_NETWORK].state == GD_NS_HOST &&
	       gd_ns_listed(&c->host, GD_NS_NETWORK);
}

static void check_host(const struct gd_facts *f, const struct gd_namespaces_config *c,
		       enum gd_ns_kind k, struct gd_findings *out)
{
	if (gd_ns_listed(&c->host, k) || goes_with_network(f, c, k))
		return;
	struct gd_finding *x = gd_ns_found(f, k, out);
	bool pod = gd_dialect(f) == GD_SPEAK_POD;

	x->asked = host_is_asked(f, k);
	if (gd_ns_about[k].said && x->asked)
		x->flag = gd_say(f, gd_ns_about[k].term, pod ? "true" : gd_ns_about[k].host_value,
				 out->arena);
	x->what = gd_printf(out->arena, "the host's %s namespace", gd_ns_names[k]);
	x->wanted = "a namespace of its own";
	x->why = gd_ns_about[k].host_why;
	x->fix = "leave it out";
	/* A user namespace needs a map of ids that nobody here can choose. */
	x->fixable = k != GD_NS_USER;
}

/* A map that reaches an account of the host's makes the container's user that account. */
static void check_maps(const struct gd_facts *f, const struct gd_namespaces_config *c,
		       struct gd_findings *out)
{
	if (gd_ns_listed(&c->host, GD_NS_USER) || f->linux_.ns[GD_NS_USER].state != GD_NS_OWN ||
	    !f->linux_.maps_accounts)
		return;
	struct gd_finding *x = gd_found(out, "/linux/uidMappings");
	x->what = "a user namespace that has accounts of the host in it";
	x->wanted = "ids of the host from 65536 on";
	x->why = "its users would be users of the host";
	x->fix = "map subordinate ids";
	x->asked = true;
}

/* An interface of the host's moved inside is as much the host's network as its namespace. */
static void check_net_devices(const struct gd_facts *f, const struct gd_namespaces_config *c,
			      struct gd_findings *out)
{
	if (gd_json_members(f->linux_.net_devices) == 0 || gd_ns_listed(&c->host, GD_NS_NETWORK))
		return;
	struct gd_finding *x = gd_found(out, "/linux/netDevices");
	x->what = "network interfaces of the host";
	x->wanted = "interfaces that the engine makes";
	x->why = "they would be taken away from the host, and its traffic read";
	x->fix = "leave them out";
	x->asked = true;
}

static void check_list(const struct gd_facts *f, struct gd_findings *out)
{
	for (int k = 0; k < GD_NS_KINDS; k++) {
		if (!f->linux_.ns[k].duplicate)
			continue;
		struct gd_finding *x = gd_ns_found(f, (enum gd_ns_kind)k, out);
		x->what = gd_printf(out->arena, "two %s namespaces", gd_ns_names[k]);
		x->wanted = "one";
		x->why = "runtimes do not agree on which of them holds";
		x->fix = "leave one out";
	}
	for (size_t i = 0; i < f->linux_.unknown_ns.n; i++) {
		struct gd_finding *x = gd_found(out, "/linux/namespaces");
		x->value = gd_quote(out->arena, f->linux_.unknown_ns.v[i], 40);
		x->what = gd_printf(out->arena, "the namespace %s", x->value);
		x->wanted = "a kind that the specification has";
		x->why = "no kernel known to guarded has that kind";
		x->fix = "leave it out";
		x->asked = true;
	}
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct gd_namespaces_config *c = config;

	if (!f->host_known) {
		struct gd_finding *x = gd_found(out, "/linux/namespaces");
		x->what = "these namespaces";
		x->why = "nobody has looked at whose they are";
		return;
	}
	for (int k = 0; k < GD_NS_KINDS; k++) {
		switch (f->linux_.ns[k].state) {
		case GD_NS_HOST:
			check_host(f, c, (enum gd_ns_kind)k, out);
			break;
		case GD_NS_JOINED:
			gd_ns_check_joined(f, c, (enum gd_ns_kind)k, out);
			break;
		case GD_NS_OWN:
			break;
		}
	}
	check_maps(f, c, out);
	check_net_devices(f, c, out);
	check_list(f, out);
}

/* A namespace of its own in place of the host's: an entry without a path. */
static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct gd_namespaces_config *c = config;
	gd_json *list = gd_json_arr_in(gd_json_obj_in(doc, "linux"), "namespaces");

	(void)a;
	for (int k = 0; list && k < GD_NS_KINDS; k++) {
		const struct gd_namespace *ns = &f->linux_.ns[k];
		if (ns->state != GD_NS_HOST || gd_ns_listed(&c->host, (enum gd_ns_kind)k) ||
		    k == GD_NS_USER || goes_with_network(f, c, (enum gd_ns_kind)k))
			continue;
		if (ns->index != SIZE_MAX) {
			gd_json_remove(gd_json_at(list, ns->index), "path");
			continue;
		}
		gd_json *entry = gd_json_new_obj();
		if (gd_json_set(entry, "type", gd_json_new_str(gd_ns_names[k])) < 0 ||
		    gd_json_push(list, entry) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	return list ? 0 : gd_error_set(err, GD_E_INPUT, "linux.namespaces is no list");
}

void gd_namespaces_joinable(const void *config, bool looser, struct gd_facts *f)
{
	const struct gd_namespaces_config *c = config;

	f->joinable = looser ? (struct gd_words){ 0 } : c->joinable;
	f->joinable_known = true;
}

/* Who joins the processes or the network of a container uses what its policy lets it do. */
static bool pins(const void *config)
{
	const struct gd_namespaces_config *c = config;

	return c->head.action >= GD_REWRITE && c->joinable.n == 0;
}

const struct gd_control gd_control_namespaces = {
	.name = "namespaces",
	.help = "what is shared with the host or joined of other containers",
	.fields = fields,
	.config_size = sizeof(struct gd_namespaces_config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.10 CIS-Docker-5.16 CIS-Docker-5.17 CIS-Docker-5.21 CIS-Docker-5.31 "
	       "PSS-baseline-hostNamespaces NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
	.pins = pins,
};
