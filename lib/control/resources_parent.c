/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * linux.cgroupsPath: the parent under which the container's cgroup is made decides which limits of
 *the host hold for it. The engine's own is always ordinary (engine-facts 4, tried); others the
 *policy lists. A path that could be read in two ways, or that names no child of its own, is refused
 *whatever the list says.
 *
 *	/docker/ID			cgroupfs: the directory
 *	system.slice:docker:ID		systemd: slice, prefix and name of the scope
 */
#include <string.h>

#include "control/resources.h"

/* The path taken apart; parent "/docker" or "/system.slice". */
struct place {
	const char *parent, *name;
	bool slice;	/* of systemd's form */
};

static bool has_dots(const char *path)
{
	for (const char *p = path; p; p = strchr(p, '/')) {
		size_t n;

		p += *p == '/';
		n = strcspn(p, "/");
		if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return true;
	}
	return false;
}

/* false: a path that nobody can place. */
static bool take_apart(const char *path, struct gd_arena *a, struct place *ret)
{
	const char *slash = strrchr(path, '/'), *colon = strchr(path, ':');

	if (*path == '/') {
		/*
		 * runc without systemd takes any name; one with a ':' would mean something else
		 * with it
		 */
		if (!path[1] || has_dots(path) || colon)
			return false;
		ret->parent = slash == path ? "/" : gd_strndup(a, path, (size_t)(slash - path));
		ret->name = slash + 1;
		ret->slice = false;
		return true;
	}
	if (slash || !colon || !strchr(colon + 1, ':') || strchr(strchr(colon + 1, ':') + 1, ':'))
		return false;
	/* an absent slice is system.slice to every runtime */
	ret->parent = colon == path
			  ? "/system.slice"
			  : gd_printf(a, "/%s", gd_strndup(a, path, (size_t)(colon - path)));
	ret->name = strrchr(path, ':') + 1;
	ret->slice = true;
	return *ret->name && strcmp(ret->name, "..") != 0 && strcmp(ret->name, ".") != 0 &&
	       !strstr(ret->parent, "..");
}

/*
 * Parents that an engine gives by itself, in the form in which it gives them: with --cgroup-parent
 * /system.slice an engine without systemd would put the container out of its own group. '*' and
 * '**' as in policies, "@" is containerd's namespace. user.slice is where rootless engines put
 * theirs; no guarded judges there.
 */
static const struct {
	enum gd_engine engine;
	bool slice;
	const char *parent;
} ordinary[] = {
	{ GD_ENGINE_DOCKER, false, "/docker" },
	{ GD_ENGINE_DOCKER, true, "/system.slice" },
	{ GD_ENGINE_CTR, false, "/@" },
	{ GD_ENGINE_CTR, true, "/system.slice" },
	{ GD_ENGINE_BUILDKIT, false, "/buildkit" },
	{ GD_ENGINE_BUILDKIT, false, "/docker/buildkit" },
	{ GD_ENGINE_BUILDKIT, true, "/system.slice" },
	/* kubelet alone names a pod's parent: no field of a pod reaches it */
	{ GD_ENGINE_CRI, false, "/**" },
	{ GD_ENGINE_CRI, true, "/**" },
	{ GD_ENGINE_CRIO, false, "/**" },
	{ GD_ENGINE_CRIO, true, "/**" },
	{ GD_ENGINE_PODMAN, false, "/libpod_parent" },
	{ GD_ENGINE_PODMAN, false, "/libpod_parent/*" },	/* a pod */
	{ GD_ENGINE_PODMAN, true, "/machine.slice" },
	{ GD_ENGINE_PODMAN, true, "/machine-libpod_pod_*.slice" },
};

/* <state>/io.containerd.runtime.v2.task/NAMESPACE/ID */
static const char *namespace_of(const struct gd_facts *f, struct gd_arena *a)
{
	const char *end = f->bundle ? strrchr(f->bundle, '/') : NULL, *from = end;

	while (from && from > f->bundle && from[-1] != '/')
		from--;
	return end ? gd_strndup(a, from, (size_t)(end - from)) : "";
}

static bool is_ordinary(const struct gd_facts *f, const struct place *p, struct gd_arena *a)
{
	/*
	 * systemd units' own containers, podman run --cgroups=split: below whatever started Podman
	 */
	if (f->engine == GD_ENGINE_PODMAN && gd_starts(p->name, "libpod-payload-"))
		return true;
	for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
		const char *parent = ordinary[i].parent;

		if (ordinary[i].engine != f->engine || ordinary[i].slice != p->slice)
			continue;
		if (strcmp(parent, "/@") == 0)
			parent = gd_printf(a, "/%s", namespace_of(f, a));
		if (gd_glob(parent, p->parent))
			return true;
	}
	return false;
}

static bool is_listed(const struct gd_resources_config *c, const char *parent)
{
	for (size_t i = 0; i < c->cgroup_parent.n; i++)
		if (gd_glob(c->cgroup_parent.v[i], parent))
			return true;
	return false;
}

void gd_resources_check_parent(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out)
{
	const char *path = f->linux_.cgroups_path;
	struct gd_finding *x;
	struct place at;
	bool plain;

	/* absent: every runtime makes one named after the container; update changes no cgroup */
	if (!path || f->verb == GD_ON_UPDATE)
		return;
	plain = take_apart(path, out->arena, &at) && f->id && strstr(at.name, f->id);
	if (plain && (is_ordinary(f, &at, out->arena) || is_listed(c, at.parent)))
		return;
	x = gd_found(out, "/linux/cgroupsPath");
	x->value = gd_quote(out->arena, path, 100);
	x->wanted = "the engine's own parent, or one that the policy lists";
	x->what = gd_printf(out->arena, "the control group %s", x->value);
	x->flag = plain ? gd_say(f, GD_SAY_CGROUP_PARENT,
				 f->linux_.cgroups_path[0] == '/' ? at.parent : at.parent + 1,
				 out->arena)
			: NULL;
	x->why = plain ? "the limits that the host sets for its containers would not hold there"
		       : "it is no plain child of a parent, and could be another group of the host";
	x->fix = "leave it out";
	x->asked = true;
	x->ids = "CIS-Docker-5.25";
}
