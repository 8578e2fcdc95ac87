/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define POD GD_ENGINE_PODMAN, GD_ON_CREATE
#define X GD_ENGINE_DOCKER, GD_ON_EXEC
#define L(label) "{\"process\":{\"selinuxLabel\":\"" label "\"}}"
#define M(label) "{\"linux\":{\"mountLabel\":\"" label "\"}}"
#define WORDS "\"types\":[\"container_t\",\"container_init_t\"],\"files\":[\"container_file_t\"]"
#define LIST WORDS ",\"require\":false"
#define REQUIRE WORDS ",\"require\":true"
#define P "/process/selinuxLabel"

static void on(struct gd_facts *f)
{
	f->host.selinux = f->host_known = true;
}

static const struct control_row table[] = {
	{ D, L("system_u:system_r:container_t:s0:c1,c2"), LIST, "", .host = on },
	{ D, L("system_u:system_r:container_init_t:s0"), LIST, "", .host = on },
	{ D, L("unconfined_u:system_r:container_t:s0:c1022"), LIST, "", .host = on },
	{ D, L("system_u:system_r:container_t:s0:c1,c2"), REQUIRE, "", .host = on },
	/* types that confine nothing, with the module or without */
	{ D, L("system_u:system_r:spc_t:s0:c1,c2"), LIST, P ":af",
	  "--security-opt label=type:spc_t", .host = on,
	  .after = L("system_u:system_r:container_t:s0:c1,c2") },
	{ D, L("system_u:system_r:unconfined_t:s0"), LIST, P ":af" },
	{ D, L("system_u:system_r:spc_t:s0"),
	  "\"require\":false,\"types\":[\"container_?\"],\"files\":[]", P ":a", .host = on },
	/* levels that dominate other containers' */
	{ D, L("system_u:system_r:container_t:s0-s0:c0.c1023"), LIST, P ":af",
	  "--security-opt label=level:s0-s0:c0.c1023",
	  .after = L("system_u:system_r:container_t:s0") },
	{ D, L("system_u:system_r:container_t:s0:c0.c1023"), LIST, P ":af" },
	{ D, L("system_u:system_r:container_t:s0:c1,c2,c3"), LIST, P ":af" },
	{ D, L("system_u:system_r:container_t:s0:c"), LIST, P ":af" },
	{ D, L("system_u:system_r:container_t:s15"), LIST, P ":af" },
	/* users and roles */
	{ D, L("root:system_r:container_t:s0"), LIST, P ":af", "--security-opt label=user:root" },
	{ D, L("system_u:sysadm_r:container_t:s0"), LIST, P ":af" },
	/* no labels at all */
	{ D, L("unconfined"), LIST, P ":af", "the SELinux label 'unconfined'",
	  .after = L("system_u:system_r:container_t:s0") },
	{ D, L("system_u:system_r:container_t"), LIST, P ":af" },
	{ D, L(":::"), LIST, P ":af" },
	/* mounts */
	{ D, M("system_u:object_r:container_file_t:s0:c1,c2"), LIST, "", .host = on },
	{ D, M("system_u:object_r:etc_t:s0"), LIST, "/linux/mountLabel:af", .host = on,
	  .after = M("system_u:object_r:container_file_t:s0") },
	/* absent: Podman and CRI-O set one by themselves, the others only where their configuration
	   says so */
	{ D, NULL, LIST, "", .host = on },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, LIST, "", .host = on },
	{ POD, NULL, LIST, P ":a", "--security-opt label=disable", .host = on },
	{ GD_ENGINE_CRIO, GD_ON_CREATE, NULL, LIST, P ":a", .host = on },
	{ POD, NULL, LIST, "" },
	{ D, NULL, REQUIRE, P, "a process without an SELinux label", .host = on },
	{ D, NULL, REQUIRE, P, "a host on which SELinux confines nothing" },
	{ D, L("system_u:system_r:container_t:s0"), REQUIRE, P },
	/* exec: the container's where it has none */
	{ X, NULL, LIST, "", .host = on,
	  .own = "{\"selinuxLabel\":\"system_u:system_r:container_t:s0\"}" },
	{ X, NULL, LIST, P ":af", .host = on,
	  .own = "{\"selinuxLabel\":\"system_u:system_r:spc_t:s0\"}" },
	{ X, L("system_u:system_r:spc_t:s0"), LIST, P ":af", .host = on },
};

CONTROL_SUITE("selinux", table)
