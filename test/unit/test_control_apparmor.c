/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define X GD_ENGINE_DOCKER, GD_ON_EXEC
#define AA(name) "{\"process\":{\"apparmorProfile\":\"" name "\"}}"
#define WORDS \
	"\"profiles\":[\"docker-default\",\"cri-containerd.apparmor.d\",\"containers-default-*\"," \
	"\"mine\"]"
#define LIST WORDS ",\"require\":false"
#define REQUIRE WORDS ",\"require\":true"
#define P "/process/apparmorProfile"

static void loaded(struct gd_facts *f)
{
	static const char *names[] = { "mine", "docker-default", "cri-containerd.apparmor.d",
				       "containers-default-0.50.1", "nerdctl-default" };

	f->host.apparmor = f->host_known = true;
	f->host.apparmor_loaded = (struct gd_words){ names, ROWS(names) };
}

/* The kernel has it, nobody loaded anything: no apparmor_parser on the host. */
static void bare(struct gd_facts *f)
{
	f->host.apparmor = f->host_known = true;
}

static void off(struct gd_facts *f)
{
	f->host_known = true;
}

static void selinux_instead(struct gd_facts *f)
{
	f->host_known = f->host.selinux = true;
}

static const struct control_row table[] = {
	/* listed and loaded */
	{ D, AA("docker-default"), LIST, "", .host = loaded },
	{ D, AA("mine"), LIST, "", .host = loaded },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, AA("containers-default-0.50.1"), LIST, "",
	  .host = loaded },
	/* switched off */
	{ D, AA("unconfined"), LIST, P ":af", "--security-opt apparmor=unconfined", .host = loaded,
	  .after = AA("docker-default") },
	{ D, AA("unconfined"), "\"require\":false,\"profiles\":[\"**\"]", P ":af", .host = loaded },
	{ D, AA("unconfined"), LIST, P ":a", .host = bare },
	{ D, AA("unconfined"), LIST, P ":af", .host = off,
	  .after = "{\"process\":{\"apparmorProfile\":null}}" },
	/* one that the policy does not know, with the module or without */
	{ D, AA("theirs"), LIST, P ":af", "--security-opt apparmor=theirs", .host = loaded },
	{ D, AA("theirs"), LIST, P ":af", .host = off },
	/* listed, not loaded */
	{ D, AA("docker-default"), LIST, P, .host = bare },
	{ D, AA("mine"), LIST, P ":a", .host = bare },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, AA("containers-default-9"), LIST, P ":f", .host = loaded,
	  .after = AA("containers-default-0.50.1") },
	{ D, AA("docker-default"), LIST, "", .host = off },
	/* none: where the engine's own is loaded somebody left it out */
	{ D, NULL, LIST, P ":af", "a process without an AppArmor profile", .host = loaded,
	  .after = AA("docker-default") },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, LIST, P ":af", .host = loaded,
	  .after = AA("cri-containerd.apparmor.d") },
	{ GD_ENGINE_CTR, GD_ON_CREATE, NULL, LIST ",\"give\":\"mine\"", P ":f", .host = loaded,
	  .after = AA("mine") },
	{ GD_ENGINE_CTR, GD_ON_CREATE, NULL, LIST, "",
	  .host = loaded }, /* nerdctl-default is not listed */
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, NULL, LIST, "", .host = loaded },
	{ D, NULL, LIST, "", .host = bare },
	{ D, AA(""), LIST, P ":af", .host = loaded },
	/* no module: recorded where there is no other either, refused where required */
	{ D, NULL, LIST, P, "a host without a security module", .host = off },
	{ D, NULL, LIST, "", .host = selinux_instead },
	{ D, NULL, REQUIRE, P, "a host on which AppArmor confines nothing", .host = off },
	{ D, NULL, REQUIRE, P, .host = bare },
	{ D, AA("docker-default"), REQUIRE, P, .host = off },
	{ D, AA("docker-default"), REQUIRE, "", .host = loaded },
	{ D, NULL, REQUIRE, P }, /* the host was not asked */
	/* exec: without one of its own it runs under the container's */
	{ X, NULL, LIST, "", .host = loaded, .own = "{\"apparmorProfile\":\"docker-default\"}" },
	{ X, NULL, LIST, P ":af", .host = loaded, .own = "{\"apparmorProfile\":\"unconfined\"}",
	  .after = AA("docker-default") },
	{ X, AA("unconfined"), LIST, P ":af", .host = loaded,
	  .own = "{\"apparmorProfile\":\"docker-default\"}" },
};

CONTROL_SUITE("apparmor", table)
