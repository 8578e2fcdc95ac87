/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER
#define K GD_ENGINE_CRI

static struct gd_namespace *ns(struct gd_facts *f, enum gd_ns_kind k)
{
	return &f->linux_.ns[k];
}

static void host(struct gd_facts *f)
{
	f->host_known = true;
	f->linux_.maps_accounts = f->linux_.ns[GD_NS_USER].state != GD_NS_OWN;
}

static void unified(struct gd_facts *f)
{
	host(f);
	f->host.cgroup2 = true;
}

/* Every namespace that is joined belongs to @owner. */
static void owned(struct gd_facts *f, enum gd_ns_owner owner, const char *id, bool recorded, const char *joinable)
{
	static const char *words[1];

	host(f);
	words[0] = joinable;
	for (int k = 0; k < GD_NS_KINDS; k++) {
		if (ns(f, k)->state != GD_NS_JOINED)
			continue;
		ns(f, k)->owner = owner;
		ns(f, k)->owner_id = id;
		ns(f, k)->owner_recorded = recorded;
		ns(f, k)->owner_joinable = (struct gd_words){ .v = words, .n = joinable ? 1 : 0 };
	}
}

static void sandbox(struct gd_facts *f) { owned(f, GD_OWNER_SANDBOX, "538bab3659b8", false, NULL); }
static void engine(struct gd_facts *f) { owned(f, GD_OWNER_ENGINE, NULL, false, NULL); }
static void unknown(struct gd_facts *f) { owned(f, GD_OWNER_UNKNOWN, NULL, false, NULL); }
static void other(struct gd_facts *f) { owned(f, GD_OWNER_CONTAINER, "aaaabbbbcccc", false, NULL); }
static void lets_net(struct gd_facts *f) { owned(f, GD_OWNER_CONTAINER, "aaaabbbbcccc", true, "network"); }
static void lets_pid(struct gd_facts *f) { owned(f, GD_OWNER_CONTAINER, "aaaabbbbcccc", true, "pid"); }
static void lets_none(struct gd_facts *f) { owned(f, GD_OWNER_CONTAINER, "aaaabbbbcccc", true, NULL); }

/* The network is another's, the rest the sandbox's. */
static void mixed(struct gd_facts *f)
{
	sandbox(f);
	ns(f, GD_NS_NETWORK)->owner = GD_OWNER_CONTAINER;
	ns(f, GD_NS_NETWORK)->owner_id = "aaaabbbbcccc";
}

/* The file that Docker 20.10 writes for --network host. */
static void by_path(struct gd_facts *f)
{
	host(f);
	if (ns(f, GD_NS_NETWORK)->path)
		ns(f, GD_NS_NETWORK)->state = GD_NS_HOST;
}

static void mapped_low(struct gd_facts *f)
{
	host(f);
	f->linux_.maps_accounts = true;
}

#define BASE "\"host\":[\"user\",\"cgroup\",\"time\"],\"join\":[\"network\",\"ipc\"],\"joinable\":[\"network\",\"ipc\"]"
#define L(list) "{\"linux\":{\"namespaces\":[" list "]}}"
#define N(type) "{\"type\":\"" type "\"}"
#define J(type, path) "{\"type\":\"" type "\",\"path\":\"" path "\"}"
#define REST N("mount") "," N("uts") "," N("ipc") "," N("pid")
#define P "/proc/14673/ns/"

static const struct control_row table[] = {
	/* what engines write */
	{ D, 0, NULL, BASE, "", .host = host },
	{ K, 0, NULL, BASE, "", .host = sandbox },
	{ GD_ENGINE_PODMAN, 0, NULL, BASE, "", .host = host },
	{ D, 0, NULL, BASE, "/linux/namespaces" },	/* nobody asked the host */

	/* the host's */
	{ D, 0, L(REST), BASE, "/linux/namespaces:af", "--network host", NULL, .host = host },
	{ D, 0, L(N("mount") "," N("network") "," N("uts") "," N("ipc")), BASE, "/linux/namespaces:af", "--pid host",
	  .host = host },
	{ K, 0, L(REST), BASE, "/linux/namespaces:af", "hostNetwork: true", .host = host },
	{ D, 0, L(""), BASE, "/linux/namespaces:af /linux/namespaces:af /linux/namespaces:af /linux/namespaces:af "
	  "/linux/namespaces:af", .host = host },
	{ GD_ENGINE_UNKNOWN, 0, L(REST), BASE, "/linux/namespaces:f", "the host's network namespace", .host = host },
	{ D, 0, L(REST "," J("network", "/run/docker/netns/default")), BASE, "/linux/namespaces/4:af", "--network host",
	  .host = by_path },
	{ D, 0, L(REST), "\"host\":[\"user\",\"cgroup\",\"time\",\"network\"]", "", .host = host },
	{ D, 0, L(REST), "\"host\":[\"*\"]", "", .host = host },
	{ D, 0, NULL, "\"host\":[\"user\",\"time\"]", "/linux/namespaces:f", .host = host },
	{ D, 0, NULL, "\"host\":[\"user\",\"time\"]", "/linux/namespaces:af", "--cgroupns host", .host = unified },
	{ D, 0, NULL, "\"host\":[\"cgroup\",\"time\"]", "/linux/namespaces", .host = host },	/* no map can be given */
	/* a pod in the host's network has its name too; a container of another engine has not */
	{ K, 0, L(N("mount") "," N("ipc") "," N("pid")), "\"host\":[\"user\",\"cgroup\",\"time\",\"network\"]", "",
	  .host = host },
	{ K, 0, L(N("mount") "," N("ipc") "," N("pid") "," N("network")),
	  "\"host\":[\"user\",\"cgroup\",\"time\",\"network\"]", "/linux/namespaces:af", .host = host },
	{ D, 0, L(N("mount") "," N("ipc") "," N("pid")), "\"host\":[\"user\",\"cgroup\",\"time\",\"network\"]",
	  "/linux/namespaces:af", .host = host },

	/* a pod */
	{ K, 0, L(N("mount") "," N("pid") "," J("network", P "net") "," J("ipc", P "ipc") "," J("uts", P "uts")), BASE, "",
	  .host = sandbox },
	{ K, 0, L(N("mount") "," J("pid", P "pid") "," J("network", P "net") "," N("ipc") "," N("uts")), BASE,
	  "/linux/namespaces/1:a", .host = sandbox },
	{ K, 0, L(N("mount") "," J("pid", P "pid") "," N("network") "," J("ipc", P "ipc") "," N("uts")), BASE,
	  "/linux/namespaces/1:a", .host = sandbox },
	{ K, 0, NULL, BASE, "/linux/namespaces/0:a", .host = mixed },
	{ K, 0, L(REST "," N("network") "," J("cgroup", P "cgroup")), BASE, "/linux/namespaces/5:a", .host = sandbox },
	{ K, 0, L(J("mount", P "mnt") "," N("uts") "," N("ipc") "," N("pid") "," N("network")), BASE,
	  "/linux/namespaces/0:a", .host = sandbox },
	{ GD_ENGINE_PODMAN, 0, L(REST "," J("network", "/run/netns/netns-1")), BASE, "", .host = engine },
	{ GD_ENGINE_PODMAN, 0, L(N("mount") "," N("uts") "," N("ipc") "," N("network") "," J("pid", P "pid")), BASE,
	  "/linux/namespaces/4:a", .host = engine },

	/* another container's */
	{ D, 0, L(REST "," J("network", P "net")), BASE, "", .host = other },
	{ D, 0, L(REST "," J("network", P "net")), BASE, "", .host = lets_net },
	{ D, 0, L(REST "," J("network", P "net")), BASE, "/linux/namespaces/4:a", "--network container:aaaabbbbcccc",
	  .host = lets_none },
	{ D, 0, L(REST "," J("network", P "net")), BASE, "/linux/namespaces/4:a", .host = lets_pid },
	{ D, 0, L(REST "," J("network", P "net")), BASE, "/linux/namespaces/4:a", .host = unknown },
	{ D, 0, L(REST "," J("network", P "net")), BASE ",\"paths\":[\"/proc/**\"]", "", .host = unknown },
	{ D, 0, L(REST "," J("network", P "net")), BASE ",\"paths\":[\"/run/**\"]", "/linux/namespaces/4:a",
	  .host = unknown },
	{ D, 0, L(REST "," J("network", P "net")), "\"host\":[\"user\",\"cgroup\",\"time\"],\"paths\":[\"/**\"]",
	  "/linux/namespaces/4:a", .host = unknown },
	{ D, 0, L(REST "," J("network", P "net")), "\"host\":[\"user\",\"cgroup\",\"time\"]", "/linux/namespaces/4:a",
	  .host = other },
	{ D, 0, L(N("mount") "," N("uts") "," N("ipc") "," N("network") "," J("pid", P "pid")), BASE,
	  "/linux/namespaces/4:a", "--pid container:aaaabbbbcccc", .host = other },
	{ D, 0, L(N("mount") "," N("uts") "," N("ipc") "," N("network") "," J("pid", P "pid")), BASE,
	  "/linux/namespaces/4:a", .host = lets_pid },
	{ D, 0, L(N("mount") "," N("uts") "," N("ipc") "," N("network") "," J("pid", P "pid")),
	  "\"host\":[\"user\",\"cgroup\",\"time\"],\"join\":[\"pid\"]", "/linux/namespaces/4:a", .host = other },
	{ D, 0, L(N("mount") "," N("uts") "," N("ipc") "," N("network") "," J("pid", P "pid")),
	  "\"host\":[\"user\",\"cgroup\",\"time\"],\"join\":[\"pid\"]", "", .host = lets_pid },
	/* the name goes with the network of the same one, alone it does not */
	{ D, 0, L(N("mount") "," N("pid") "," N("ipc") "," J("network", P "net") "," J("uts", P "uts")), BASE, "",
	  .host = other },
	{ D, 0, L(N("mount") "," N("pid") "," N("ipc") "," N("network") "," J("uts", P "uts")), BASE,
	  "/linux/namespaces/4:a", .host = other },
	{ D, 0, L(REST "," N("network") "," J("user", P "user")), BASE, "/linux/namespaces/5:a", .host = other },

	/* lists that runtimes read differently */
	{ D, 0, L(REST "," N("network") "," N("pid")), BASE, "/linux/namespaces/3:a", "two pid namespaces", .host = host },
	{ D, 0, L(REST "," N("network") "," N("syslog")), BASE, "/linux/namespaces:a", .host = host },
	{ D, 0, L(REST "," N("network") "," N("Network")), BASE, "/linux/namespaces:a", .host = host },

	/* maps */
	{ D, 0, L(REST "," N("network") "," N("user")), "\"host\":[\"cgroup\",\"time\"]", "", .host = host },
	{ D, 0, L(REST "," N("network") "," N("user")), "\"host\":[\"cgroup\",\"time\"]", "/linux/uidMappings:a",
	  .host = mapped_low },
	{ D, 0, L(REST "," N("network") "," N("user")), BASE, "", .host = mapped_low },

	/* interfaces of the host are the host's network */
	{ D, 0, "{\"linux\":{\"netDevices\":{\"eth0\":{}}}}", BASE, "/linux/netDevices:a",
	  "network interfaces of the host", .host = host },
	{ D, 0, "{\"linux\":{\"netDevices\":{}}}", BASE, "", .host = host },

	{ D, GD_ON_EXEC, L(REST), BASE, "/linux/namespaces:af", "docker exec --network host", .host = host },
};

START_TEST(rows)
{
	control_case("namespaces", &table[_i]);
}
END_TEST

/* Nobody may join what a looser policy lets do. */
START_TEST(pins)
{
	static const struct { const char *config; bool pins; } v[] = {
		{ "\"joinable\":[]", true }, { "", true }, { "\"joinable\":[\"network\"]", false },
		{ "\"joinable\":[\"*\"]", false },
	};
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("namespaces");

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct gd_config_head *config = case_config(c, v[i].config, a);

		ck_assert_msg(c->pins(config) == v[i].pins, "%s", v[i].config);
		config->action = GD_RECORD;
		ck_assert(!c->pins(config));
	}
	ck_assert(c->needs_image == NULL);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { pins, 0 } };

	return run_suite("control namespaces", cases, ROWS(cases));
}
