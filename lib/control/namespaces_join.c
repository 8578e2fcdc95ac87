/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of others: whose they are, and whether those let them be joined. */
#include <string.h>

#include "control/dialect.h"
#include "control/namespaces.h"

const struct gd_ns_about gd_ns_about[GD_NS_KINDS] = {
	[GD_NS_NETWORK] = { GD_SAY_NETWORK, true, "host",
			    "it would reach every service of the host and listen to its traffic",
			    "it would share that network" },
	[GD_NS_PID] = { GD_SAY_PID, true, "host",
			"it would see and reach every process of the host",
			"it would see that one's processes, their environment and their files" },
	[GD_NS_IPC] = { GD_SAY_IPC, true, "host",
			"it would share the memory of the host's programs",
			"it would share that one's memory segments" },
	[GD_NS_UTS] = { GD_SAY_UTS, true, "host",
			"it would share the host's name, and could change it",
			"it would share that one's host name" },
	[GD_NS_MOUNT] = { GD_SAY_COUNT, false, NULL,
			  "it would see everything that the host has mounted",
			  "it would see everything that the other has mounted" },
	[GD_NS_USER] = { GD_SAY_USERNS, true, "host", "its root would be the host's root",
			 "it would have that one's users" },
	[GD_NS_CGROUP] = { GD_SAY_CGROUPNS, true, "host", "it would see the host's control groups",
			   "it would see that one's control groups" },
	[GD_NS_TIME] = { GD_SAY_COUNT, false, NULL, "it would share the host's clocks",
			 "it would share that one's clocks" },
};

bool gd_ns_listed(const struct gd_words *w, enum gd_ns_kind k)
{
	return gd_words_has(w, gd_ns_names[k]) || gd_words_has(w, "*");
}

struct gd_finding *gd_ns_found(const struct gd_facts *f, enum gd_ns_kind k, struct gd_findings *out)
{
	const struct gd_namespace *ns = &f->linux_.ns[k];
	struct gd_finding *x = ns->index == SIZE_MAX
				       ? gd_found(out, "/linux/namespaces")
				       : gd_found(out, "/linux/namespaces/%zu", ns->index);

	x->asked = true;
	x->value = ns->path ? gd_quote(out->arena, ns->path, 80) : NULL;
	return x;
}

/* The pod that the container belongs to, or a namespace that the engine made for it and nobody else
 * is in. */
static bool is_family(const struct gd_namespace *ns)
{
	return ns->owner == GD_OWNER_SANDBOX || ns->owner == GD_OWNER_ENGINE;
}

static bool same_owner(const struct gd_namespace *x, const struct gd_namespace *y)
{
	return x->state == GD_NS_JOINED && y->state == GD_NS_JOINED && x->owner == y->owner &&
	       gd_streq(x->owner_id, y->owner_id);
}

static bool family_may_join(const struct gd_linux *l, enum gd_ns_kind k)
{
	const struct gd_namespace *ns = &l->ns[k];

	switch (k) {
	case GD_NS_NETWORK:
	case GD_NS_IPC:
	case GD_NS_UTS:
	case GD_NS_USER:
		return true;
	case GD_NS_PID:
		/* A pod that shares its processes shares network and ipc: less than all three is no
		 * pod. */
		return same_owner(ns, &l->ns[GD_NS_NETWORK]) && same_owner(ns, &l->ns[GD_NS_IPC]);
	case GD_NS_MOUNT:
	case GD_NS_CGROUP:
	case GD_NS_TIME:
	case GD_NS_KINDS:
		break;
	}
	return false;
}

/* What the owner lets others join; one without a record was started without guarded and never said.
 */
static bool owner_lets(const struct gd_namespace *ns, enum gd_ns_kind k)
{
	if (ns->owner_recorded)
		return gd_ns_listed(&ns->owner_joinable, k);
	return k == GD_NS_NETWORK || k == GD_NS_IPC;
}

static bool may_join_container(const struct gd_linux *l, const struct gd_namespaces_config *c,
			       enum gd_ns_kind k)
{
	const struct gd_namespace *ns = &l->ns[k], *net = &l->ns[GD_NS_NETWORK];

	if (gd_ns_listed(&c->join, k) && owner_lets(ns, k))
		return true;
	/* Whoever shares another's network may have its name as well: Podman's pods do. */
	return k == GD_NS_UTS && same_owner(ns, net) && gd_ns_listed(&c->join, GD_NS_NETWORK) &&
	       owner_lets(net, GD_NS_NETWORK);
}

static bool path_listed(const struct gd_namespaces_config *c, const char *path)
{
	for (size_t i = 0; i < c->paths.n; i++)
		if (gd_glob(c->paths.v[i], path))
			return true;
	return false;
}

void gd_ns_check_joined(const struct gd_facts *f, const struct gd_namespaces_config *c,
			enum gd_ns_kind k, struct gd_findings *out)
{
	const struct gd_namespace *ns = &f->linux_.ns[k];
	const char *id = ns->owner_id ? gd_quote(out->arena, ns->owner_id, 12) : NULL;

	if (is_family(ns) && (family_may_join(&f->linux_, k) || gd_ns_listed(&c->join, k)))
		return;
	if (ns->owner == GD_OWNER_CONTAINER && may_join_container(&f->linux_, c, k))
		return;
	if (ns->owner == GD_OWNER_UNKNOWN && gd_ns_listed(&c->join, k) && path_listed(c, ns->path))
		return;
	struct gd_finding *x = gd_ns_found(f, k, out);
	if (gd_ns_about[k].said && ns->owner == GD_OWNER_CONTAINER &&
	    gd_dialect(f) == GD_SPEAK_FLAGS &&
	    (f->engine == GD_ENGINE_DOCKER || f->engine == GD_ENGINE_PODMAN))
		x->flag =
			gd_say(f, gd_ns_about[k].term,
			       gd_printf(out->arena, "container:%.12s", ns->owner_id), out->arena);
	x->what = id ? gd_printf(out->arena, "joining the %s namespace of %s", gd_ns_names[k], id)
		     : gd_printf(out->arena, "joining a %s namespace by a path", gd_ns_names[k]);
	x->wanted = "a namespace of its own";
	if (ns->owner == GD_OWNER_UNKNOWN)
		x->why = "nobody can say whose it is";
	else if (ns->owner == GD_OWNER_CONTAINER && gd_ns_listed(&c->join, k))
		x->why = gd_printf(out->arena, "%s; what it runs under does not let others join",
				   gd_ns_about[k].join_why);
	else
		x->why = gd_ns_about[k].join_why;
	x->fix = "leave it out";
}
