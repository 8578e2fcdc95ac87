/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define ENGINES(value) \
	"\"net.ipv4.ip_unprivileged_port_start\":" value ",\"net.ipv4.ping_group_range\":" value
#define S(name) "{\"linux\":{\"sysctl\":{" ENGINES("null") ",\"" name "\":\"1\"}}}"
#define SAFE "\"allow\":[\"net.*\",\"kernel.shm_rmid_forced\",\"kernel.msg*\",\"fs.mqueue.*\"]"

static void host_net(struct gd_facts *f)
{
	f->linux_.ns[GD_NS_NETWORK].state = GD_NS_HOST;
}

static void joined_net(struct gd_facts *f)
{
	f->linux_.ns[GD_NS_NETWORK].state = GD_NS_JOINED;
	f->linux_.ns[GD_NS_NETWORK].owner = GD_OWNER_CONTAINER;
}

static void pods_net(struct gd_facts *f)
{
	f->linux_.ns[GD_NS_NETWORK].state = GD_NS_JOINED;
	f->linux_.ns[GD_NS_NETWORK].owner = GD_OWNER_SANDBOX;
}

static const struct control_row table[] = {
	/* the engines' own: two of net.*, allowed without being listed */
	{ D, NULL, "", "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, "", "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, "", "", .host = joined_net },
	{ D, S("kernel.domainname"), "", "" },
	/* listed or not */
	{ D, S("net.core.somaxconn"), SAFE, "" },
	{ D, S("net.core.somaxconn"), "", "/linux/sysctl/net.core.somaxconn:af",
	  "--sysctl net.core.somaxconn=1",
	  .after = "{\"linux\":{\"sysctl\":{\"net.core.somaxconn\":null}}}" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, S("net.core.somaxconn"), "",
	  "/linux/sysctl/net.core.somaxconn:af", "securityContext.sysctls: net.core.somaxconn=1" },
	{ D, S("kernel.shm_rmid_forced"), SAFE, "" },
	{ D, S("kernel.msgmax"), SAFE, "" },
	{ D, S("fs.mqueue.msg_max"), SAFE, "" },
	{ D, S("kernel.sem"), SAFE, "/linux/sysctl/kernel.sem:af" },
	/* the namespace must be the container's own */
	{ D, S("net.core.somaxconn"), SAFE, "/linux/sysctl/net.core.somaxconn:af",
	  .host = host_net },
	{ D, S("net.core.somaxconn"), SAFE, "/linux/sysctl/net.core.somaxconn:af",
	  .host = joined_net },
	{ D, S("net.core.somaxconn"), SAFE, "", .host = pods_net },
	{ D, NULL, SAFE,
	  "/linux/sysctl/net.ipv4.ip_unprivileged_port_start:f"
	  " /linux/sysctl/net.ipv4.ping_group_range:f",
	  .host = host_net, .after = "{\"linux\":{\"sysctl\":{" ENGINES("null") "}}}" },
	{ D,
	  "{\"linux\":{\"sysctl\":{\"kernel.shm_rmid_forced\":\"1\"},\"namespaces\":[{\"type\":"
	  "\"network\"}]}}",
	  SAFE, "/linux/sysctl/kernel.shm_rmid_forced:af" },
	/* never, whatever the list says */
	{ D, S("kernel.core_pattern"), "\"allow\":[\"*\"]",
	  "/linux/sysctl/kernel.core_pattern:af" },
	{ D, S("vm.overcommit_memory"), "\"allow\":[\"*\"]",
	  "/linux/sysctl/vm.overcommit_memory:af" },
	{ D, S("kernel.hostname"), "\"allow\":[\"*\"]", "/linux/sysctl/kernel.hostname:af" },
	{ D, S("fs.mqueueX"), "\"allow\":[\"*\"]", "/linux/sysctl/fs.mqueueX:af" },
	/* how names may be written */
	{ D, S("net/core/somaxconn"), SAFE, "" },
	{ D, S("net/core/somaxconn"), "", "/linux/sysctl/net~1core~1somaxconn:af" },
	{ D, S("net.ipv4.conf.eth0/100.forwarding"), SAFE, "" },
	{ D, S("net/ipv4/conf/eth0.100/forwarding"), SAFE, "" },
	{ D, S("kernel/core_pattern"), "\"allow\":[\"*\"]",
	  "/linux/sysctl/kernel~1core_pattern:af" },
	{ D, S("net.../kernel.core_pattern"), "\"allow\":[\"*\"]",
	  "/linux/sysctl/net...~1kernel.core_pattern:af" },
	{ D, S("net/../kernel/core_pattern"), "\"allow\":[\"*\"]",
	  "/linux/sysctl/net~1..~1kernel~1core_pattern:af" },
	{ D, S("net. core"), "\"allow\":[\"*\"]", "/linux/sysctl/net. core:af" },
	{ D, S(""), "\"allow\":[\"*\"]", "/linux/sysctl/:af" },
	{ D, S("net."), "\"allow\":[\"*\"]", "/linux/sysctl/net.:af" },
	{ D, S("NET.core.x"), "\"allow\":[\"*\"]", "/linux/sysctl/NET.core.x:af" },
	{ D, "{\"linux\":{\"sysctl\":null}}", "", "" },
};

CONTROL_SUITE("sysctl", table)
