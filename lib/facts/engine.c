/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/facts.h"

#include <string.h>

/*
 * The bundle's directory is made by the engine and its parents are root's alone (gd_bundle_open),
 * so that its shape cannot be chosen by whoever asks for a container; annotations and labels can.
 */
static const char *const engine_names[] = {
	[GD_ENGINE_UNKNOWN] = "unknown", [GD_ENGINE_DOCKER] = "docker", [GD_ENGINE_CTR] = "ctr",
	[GD_ENGINE_CRI] = "cri", [GD_ENGINE_PODMAN] = "podman", [GD_ENGINE_CRIO] = "crio",
	[GD_ENGINE_BUILDKIT] = "buildkit",
};
static const char *const class_names[] = {
	[GD_CLASS_CONTAINER] = "container",
	[GD_CLASS_SANDBOX] = "sandbox",
	[GD_CLASS_BUILD] = "build",
	[GD_CLASS_PLUGIN] = "plugin",
};

const char *gd_engine_name(enum gd_engine e)
{
	return (unsigned)e < sizeof(engine_names) / sizeof(engine_names[0]) ? engine_names[e]
									    : "unknown";
}

const char *gd_class_name(enum gd_class c)
{
	return (unsigned)c < sizeof(class_names) / sizeof(class_names[0]) ? class_names[c]
									  : "container";
}

/* containerd's namespaces that mean somebody; every other one is ctr's or nerdctl's. */
static const struct {
	const char *name;
	enum gd_engine engine;
	enum gd_class class;
} namespaces[] = {
	{ "moby", GD_ENGINE_DOCKER, GD_CLASS_CONTAINER },
	{ "plugins.moby", GD_ENGINE_DOCKER, GD_CLASS_PLUGIN },
	{ "k8s.io", GD_ENGINE_CRI, GD_CLASS_CONTAINER },
	{ "default", GD_ENGINE_CTR, GD_CLASS_CONTAINER },
	{ "buildkit", GD_ENGINE_BUILDKIT, GD_CLASS_BUILD },
};

struct part {
	const char *s;
	size_t len;
};

static bool part_is(struct part p, const char *s)
{
	return strlen(s) == p.len && memcmp(p.s, s, p.len) == 0;
}

static bool part_ends(struct part p, const char *s)
{
	return p.len > strlen(s) && memcmp(p.s + p.len - strlen(s), s, strlen(s)) == 0;
}

/* The last three components, the last one first. */
static void last_parts(const char *path, struct part ret[static 3])
{
	const char *end = path + strlen(path);

	for (int i = 0; i < 3; i++) {
		const char *p = end;

		while (p > path && p[-1] != '/')
			p--;
		ret[i] = (struct part){ p, (size_t)(end - p) };
		end = p > path ? p - 1 : path;
	}
}

static void find_namespace(struct part name, struct gd_facts *f)
{
	f->engine = GD_ENGINE_CTR;
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
		if (part_is(name, namespaces[i].name)) {
			f->engine = namespaces[i].engine;
			f->class = namespaces[i].class;
			f->containerd_namespace = namespaces[i].name;
		}
	}
}

/*
 * .../io.containerd.runtime.v2.task/NAMESPACE/ID	containerd's shim
 * .../overlay-containers/ID/userdata			containers/storage: CRI-O below its run
 *directory, Podman below its graph root
 * .../buildkit/.../executor/ID				BuildKit's own runc worker
 */
void gd_engine_find(const char *bundle, const char *runtime_root, struct gd_facts *f)
{
	struct part p[3];

	(void)
	    runtime_root; /* says nothing that the bundle does not, and engines let users name it */
	f->engine = GD_ENGINE_UNKNOWN;
	f->class = GD_CLASS_CONTAINER;
	f->containerd_namespace = NULL;
	if (!bundle)
		return;
	last_parts(bundle, p);
	if (part_is(p[2], "io.containerd.runtime.v2.task") ||
	    part_is(p[2], "io.containerd.runtime.v1.linux")) {
		find_namespace(p[1], f);
	} else if (part_is(p[0], "userdata") && part_ends(p[2], "-containers")) {
		f->engine = gd_starts(bundle, "/run/") ? GD_ENGINE_CRIO : GD_ENGINE_PODMAN;
	} else if (part_is(p[1], "executor") && strstr(bundle, "/buildkit/")) {
		f->engine = GD_ENGINE_BUILDKIT;
		f->class = GD_CLASS_BUILD;
	}
}
