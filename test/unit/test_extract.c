/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/cap.h"
#include "control_case.h"

/* --- capabilities by name --- */
static const struct { const char *name; int exact, loose, loosest;
} cap_rows[] = {
	{ "CAP_CHOWN", 0, 0, 0 },
	{ "CAP_SYS_ADMIN", 21, 21, 21 },
	{ "CAP_CHECKPOINT_RESTORE", 40, 40, 40 },
	{ "SYS_ADMIN", -1, 21, 21 },
	{ "cap_sys_admin", -1, 21, 21 },
	{ "Cap_Sys_Admin", -1, 21, 21 },
	{ "CAP_SYS_ADMIN ", -1, -1, 21 },
	{ "CAP_SYS_ADMIN=x", -1, -1, 21 },
	{ "21", -1, -1, 21 },
	{ "0x15", -1, -1, 21 },
	{ "63", -1, -1, 63 },
	{ "64", -1, -1, -1 },
	{ "CAP_", -1, -1, -1 },
	{ "", -1, -1, -1 },
	{ "CAP_NOPE", -1, -1, -1 },
	{ "CAP_CAP_CHOWN", -1, -1, -1 },
	{ "ALL", -1, -1, -1 },
	{ NULL, -1, -1, -1 },
};

START_TEST(cap_names)
{
	ck_assert_int_eq(gd_cap_number(cap_rows[_i].name), cap_rows[_i].exact);
	ck_assert_int_eq(gd_cap_number_loose(cap_rows[_i].name), cap_rows[_i].loose);
	ck_assert_int_eq(gd_cap_number_loosest(cap_rows[_i].name), cap_rows[_i].loosest);
}
END_TEST

START_TEST(cap_numbers)
{
	for (int i = -1; i <= GD_CAP_COUNT; i++) {
		char name[64];

		if (!gd_cap_name(i)) {
			ck_assert(i < 0 || i == GD_CAP_COUNT);
			continue;
		}
		snprintf(name, sizeof(name), "CAP_%s", gd_cap_name(i));
		ck_assert_int_eq(gd_cap_number(name), i);
	}
}
END_TEST

/* --- engines by bundle --- */
#define TASK "/run/containerd/io.containerd.runtime.v2.task/"
static const struct { const char *bundle, *engine, *class, *ns;
} engine_rows[] = {
	{ TASK "moby/abc", "docker", "container", "moby" },
	{ "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/abc", "docker",
	  "container", "moby" },
	{ TASK "plugins.moby/abc", "docker", "plugin", "plugins.moby" },
	{ TASK "k8s.io/abc", "cri", "container", "k8s.io" },
	{ TASK "default/abc", "ctr", "container", "default" },
	{ TASK "mine/abc", "ctr", "container", NULL },
	{ TASK "buildkit/abc", "buildkit", "build", "buildkit" },
	{ "/var/lib/containers/storage/overlay-containers/abc/userdata", "podman", "container",
	  NULL },
	{ "/home/x/.local/share/containers/storage/vfs-containers/abc/userdata", "podman",
	  "container", NULL },
	{ "/run/containers/storage/overlay-containers/abc/userdata", "crio", "container", NULL },
	{ "/var/lib/docker/buildkit/executor/abc", "buildkit", "build", NULL },
	{ "/var/lib/buildkit/runc-overlayfs/executor/abc", "buildkit", "build", NULL },
	{ "/srv/executor/abc", "unknown", "container", NULL },
	{ "/io.containerd.runtime.v2.task/moby", "unknown", "container", NULL },
	{ TASK "moby/abc/rootfs", "unknown", "container", NULL },
	{ "/x-containers/userdata", "unknown", "container", NULL },
	{ "/root/moby/abc", "unknown", "container", NULL },
	{ "/", "unknown", "container", NULL },
	{ "", "unknown", "container", NULL },
	{ NULL, "unknown", "container", NULL },
};

START_TEST(engines)
{
	struct gd_facts f = { .engine = GD_ENGINE_CRIO };

	gd_engine_find(engine_rows[_i].bundle, NULL, &f);
	ck_assert_str_eq(gd_engine_name(f.engine), engine_rows[_i].engine);
	ck_assert_str_eq(gd_class_name(f.class), engine_rows[_i].class);
	ck_assert(gd_streq(f.containerd_namespace, engine_rows[_i].ns));
}
END_TEST

/* --- mount options --- */
/* flags: b bind, r recursive, o read-only, s nosuid, d nodev, x noexec, i id-mapped */
static const struct { const char *type, *options, *flags, *propagation, *data;
} mount_rows[] = {
	{ "tmpfs", "", "", NULL, "" },
	{ "bind", "\"rbind\",\"rprivate\"", "br", "private", "" },
	{ "bind", "\"bind\",\"ro\"", "bo", NULL, "" },
	{ "none", "\"rbind\"", "br", NULL, "" },
	{ "tmpfs", "\"bind\"", "b", NULL, "" },
	{ "bind", "", "br", NULL, "" }, /* crun binds */
	{ "bind", "\"rbind\",\"bind\"", "br", NULL, "" },
	{ "x", "\"ro\",\"rw\"", "", NULL, "" },
	{ "x", "\"rw\",\"ro\"", "o", NULL, "" },
	{ "x", "\"nosuid\",\"nodev\",\"noexec\"", "sdx", NULL, "" },
	{ "x", "\"nosuid\",\"suid\",\"nodev\",\"dev\",\"noexec\",\"exec\"", "", NULL, "" },
	{ "x", "\"suid\",\"nosuid\"", "s", NULL, "" },
	{ "x", "\"rro\",\"rw\"", "o", NULL, "" }, /* mount_setattr comes last */
	{ "x", "\"ro\",\"rrw\"", "", NULL, "" },
	{ "x", "\"rrw\",\"rro\"", "o", NULL, "" },
	{ "x", "\"rnosuid\",\"rnodev\",\"rnoexec\",\"suid\"", "sdx", NULL, "" },
	{ "x", "\"nosuid\",\"rsuid\"", "", NULL, "" },
	{ "x", "\"RO\",\"NOSUID\"", "", NULL, "RO NOSUID" },
	{ "x", "\"shared\"", "", "shared", "" },
	{ "x", "\"rprivate\",\"rshared\"", "", "shared", "" },
	{ "x", "\"shared\",\"slave\",\"runbindable\"", "", "unbindable", "" },
	{ "x", "\"idmap\"", "i", NULL, "" },
	{ "x", "\"ridmap=uids=0-0-1\"", "i", NULL, "" },
	{ "x", "\"remount\"", "", NULL, "remount" },
	{ "tmpfs", "\"mode=755\",\"size=64m\",\"strictatime\",\"defaults\",\"tmpcopyup\"", "", NULL,
	  "mode=755 size=64m" },
	{ "x", "\"copy-symlink\",\"src-nofollow\"", "", NULL, "copy-symlink src-nofollow" },
	{ "x", "\"\"", "", NULL, "" },
};

static const char *flags_of(const struct gd_mount *m, struct gd_arena *a)
{
	return gd_printf(a, "%s%s%s%s%s%s%s", m->bind ? "b" : "", m->recursive ? "r" : "",
			 m->read_only ? "o" : "", m->nosuid ? "s" : "", m->nodev ? "d" : "",
			 m->noexec ? "x" : "", m->id_mapped ? "i" : "");
}

/* Documents of the running test: facts lend from them. */
static gd_json *held[160];
static size_t n_held;

static gd_json *hold(gd_json *doc)
{
	ck_assert_uint_lt(n_held, ROWS(held));
	return held[n_held++] = doc;
}

static struct gd_arena *begin(void)
{
	return gd_arena_new(NULL);
}

static void end(struct gd_arena *a)
{
	while (n_held > 0)
		gd_json_free(held[--n_held]);
	gd_arena_free(a);
}

static void extract(const char *text, const char *container, struct gd_arena *a,
		    struct gd_facts *ret)
{
	const struct gd_where where = { .verb = container ? GD_ON_EXEC : GD_ON_CREATE, .id = "abc",
					.bundle = TASK "moby/abc" };
	struct gd_error err = { 0 };
	gd_json *own = container ? hold(case_parse(container, a)) : NULL;

	ck_assert_int_eq(gd_facts_extract(&where, hold(case_parse(text, a)), own, a, ret, &err), 0);
}

START_TEST(mount_options)
{
	struct gd_arena *a = begin();
	struct gd_buf b = { .arena = a };
	struct gd_facts f;

	extract(gd_printf(a,
			  "{\"mounts\":[{\"destination\":\"/first\"},{\"destination\":\"x//y/../"
			  "z\",\"type\":\"%s\","
			  "\"options\":[%s]}]}",
			  mount_rows[_i].type, mount_rows[_i].options),
		NULL, a, &f);
	ck_assert_uint_eq(f.n_mounts, 2);
	const struct gd_mount *m = &f.mounts[1];

	ck_assert_str_eq(flags_of(m, a), mount_rows[_i].flags);
	ck_assert(gd_streq(m->propagation, mount_rows[_i].propagation));
	gd_buf_str(&b, "");
	for (size_t i = 0; i < m->unknown_options.n; i++)
		gd_buf_fmt(&b, "%s%s", i ? " " : "", m->unknown_options.v[i]);
	ck_assert_str_eq(b.data ? b.data : "", mount_rows[_i].data);
	ck_assert_str_eq(m->target, "/x/z");
	ck_assert_uint_eq(m->index, 1);
	ck_assert_int_eq(m->fd, -1);
	ck_assert_int_eq(m->kind, m->bind ? GD_SRC_HOST : GD_SRC_NONE);
	end(a);
}
END_TEST

START_TEST(mount_mappings)
{
	struct gd_arena *a = begin();
	struct gd_facts f;

	extract("{\"mounts\":[{\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]},{"
		"\"gidMappings\":[]},{}]}",
		NULL, a, &f);
	ck_assert(f.mounts[0].id_mapped && !f.mounts[1].id_mapped);
	ck_assert_str_eq(f.mounts[2].destination, "");
	ck_assert_str_eq(f.mounts[2].target, "/");
	ck_assert_str_eq(f.mounts[2].type, "");
	ck_assert_ptr_null(f.mounts[2].source);
	end(a);
}
END_TEST

/* Every word of the option table in turn: bsearch finds only what is sorted. */
START_TEST(mount_words)
{
	static const char *const words[] = {
		"acl",	       "async",	      "atime",		"bind",	      "defaults",
		"dev",	       "diratime",    "dirsync",	"exec",	      "iversion",
		"lazytime",    "loud",	      "mand",		"noacl",      "noatime",
		"nodev",       "nodiratime",  "noexec",		"noiversion", "nolazytime",
		"nomand",      "norelatime",  "nostrictatime",	"nosuid",     "nosymfollow",
		"private",     "ratime",      "rbind",		"rdev",	      "rdiratime",
		"relatime",    "rexec",	      "rnoatime",	"rnodev",     "rnodiratime",
		"rnoexec",     "rnorelatime", "rnostrictatime", "rnosuid",    "rnosymfollow",
		"ro",	       "rprivate",    "rrelatime",	"rro",	      "rrw",
		"rshared",     "rslave",      "rstrictatime",	"rsuid",      "rsymfollow",
		"runbindable", "rw",	      "shared",		"silent",     "slave",
		"strictatime", "suid",	      "symfollow",	"sync",	      "tmpcopyup",
		"unbindable",
	};
	struct gd_arena *a = begin();
	struct gd_facts f;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		extract(gd_printf(a, "{\"mounts\":[{\"options\":[\"%s\"]}]}", words[i]), NULL, a,
			&f);
		ck_assert_msg(f.mounts[0].unknown_options.n == 0, "%s", words[i]);
	}
	end(a);
}
END_TEST

/* --- the rest --- */
START_TEST(capability_sets)
{
	struct gd_arena *a = begin();
	struct gd_facts f;

	extract("{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"sys_admin\",\"CAP_"
		"NOPE\",null],"
		"\"ambient\":[\"CAP_KILL\"]}}}",
		NULL, a, &f);
	ck_assert(f.process.caps.present);
	/* a name that only some runtime takes is held and unknown */
	ck_assert_uint_eq(f.process.caps.set[GD_CAPS_BOUNDING],
			  GD_CAP_BIT(GD_CAP_CHOWN) | GD_CAP_BIT(GD_CAP_SYS_ADMIN));
	ck_assert_uint_eq(f.process.caps.set[GD_CAPS_AMBIENT], GD_CAP_BIT(GD_CAP_KILL));
	ck_assert_uint_eq(f.process.caps.set[GD_CAPS_EFFECTIVE], 0);
	ck_assert_uint_eq(f.process.caps.unknown.n, 3);
	extract("{\"process\":{}}", NULL, a, &f);
	ck_assert(!f.process.caps.present);
	end(a);
}
END_TEST

START_TEST(namespaces)
{
	struct gd_arena *a = begin();
	struct gd_facts f;

	extract("{\"linux\":{\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"pid\",\"path\":\"/"
		"proc/9/ns/pid\"},"
		"{\"type\":\"pid\"},{\"type\":\"uts\",\"path\":\"\"},{\"type\":\"NETWORK\"}]}}",
		NULL, a, &f);
	ck_assert_int_eq(f.linux_.ns[GD_NS_MOUNT].state, GD_NS_OWN);
	ck_assert_int_eq(f.linux_.ns[GD_NS_PID].state, GD_NS_JOINED);
	ck_assert_str_eq(f.linux_.ns[GD_NS_PID].path, "/proc/9/ns/pid");
	ck_assert_uint_eq(f.linux_.ns[GD_NS_PID].index, 1);
	ck_assert(f.linux_.ns[GD_NS_PID].duplicate && !f.linux_.ns[GD_NS_MOUNT].duplicate);
	ck_assert_int_eq(f.linux_.ns[GD_NS_UTS].state, GD_NS_OWN);
	ck_assert_int_eq(f.linux_.ns[GD_NS_NETWORK].state, GD_NS_HOST);
	ck_assert_uint_eq(f.linux_.ns[GD_NS_NETWORK].index, SIZE_MAX);
	ck_assert_uint_eq(f.linux_.unknown_ns.n, 1);
	extract("{}", NULL, a, &f);
	for (int k = 0; k < GD_NS_KINDS; k++)
		ck_assert_int_eq(f.linux_.ns[k].state, GD_NS_HOST);
	end(a);
}
END_TEST

START_TEST(whole)
{
	struct gd_arena *a = begin();
	gd_json *doc = hold(case_sample("docker20-plain", a));
	const struct gd_where where = { .verb = GD_ON_CREATE,
					.id = DOCKER_ID,
					.bundle = TASK "moby/" DOCKER_ID };
	struct gd_error err = { 0 };
	struct gd_facts f;

	ck_assert_int_eq(gd_facts_extract(&where, doc, NULL, a, &f, &err), 0);
	ck_assert_uint_eq(f.process.uid, 1234);
	ck_assert_uint_eq(f.process.n_groups, 1);
	ck_assert_uint_eq(f.process.env.n, 4);
	ck_assert_str_eq(f.process.cwd, "/srv/app");
	ck_assert(f.process.oom_score_adj.set && f.process.oom_score_adj.v == 0);
	ck_assert_uint_eq((unsigned)__builtin_popcountll(f.process.caps.set[GD_CAPS_BOUNDING]), 14);
	ck_assert_uint_eq(f.n_mounts, 11);
	ck_assert_uint_eq(f.linux_.resources.n_devices, 8);
	ck_assert_int_eq(f.linux_.resources.devices[0].type, 'a');
	ck_assert(!f.linux_.resources.devices[0].allow && !f.linux_.resources.devices[0].major.set);
	ck_assert_int_eq(f.linux_.resources.devices[1].major.v, 1);
	ck_assert(f.linux_.seccomp == gd_json_pointer(doc, "/linux/seccomp"));
	ck_assert_uint_eq(f.n_hooks, 1);
	ck_assert_str_eq(f.hooks[0].stage, "prestart");
	ck_assert_int_eq(f.hooks[0].program, GD_HOOK_UNKNOWN);
	ck_assert_uint_eq(f.linux_.sysctl.n, 2);
	ck_assert_uint_eq(f.linux_.masked.n, 10);
	ck_assert(!f.root_read_only && !f.host_known && f.container == NULL);
	ck_assert(gd_starts(f.root_path, "/var/lib/docker/overlay2/"));
	end(a);
}
END_TEST

/* The wrong kind everywhere: nothing is believed, nothing crashes. */
START_TEST(nonsense)
{
	static const char *const texts[] = {
		"{\"process\":1,\"mounts\":{},\"linux\":[],\"hooks\":\"x\",\"annotations\":[1],"
		"\"root\":null}",
		"{\"process\":{\"user\":[],\"capabilities\":1,\"rlimits\":{},\"env\":[1,null],"
		"\"args\":\"x\",\"cwd\":7}}",
		"{\"linux\":{\"resources\":{\"memory\":[],\"devices\":[1,null],\"pids\":{\"limit\":"
		"\"9\"},\"unified\":3},"
		"\"namespaces\":[1,{}],\"devices\":[[]],\"maskedPaths\":[null],\"uidMappings\":[5]}"
		"}",
		"{\"mounts\":[1,null,{\"options\":7,\"destination\":[]}],\"hooks\":{\"prestart\":["
		"1,{\"args\":5}]}}",
		"{\"process\":null,\"linux\":null,\"mounts\":null,\"hooks\":null,\"annotations\":"
		"null}",
	};
	struct gd_arena *a = begin();
	struct gd_facts f;

	extract(texts[_i], NULL, a, &f);
	ck_assert_uint_eq(f.process.uid, 0);
	ck_assert(!f.linux_.resources.pids.set);
	ck_assert_uint_eq(f.process.n_rlimits, 0);
	end(a);
}
END_TEST

START_TEST(exec)
{
	struct gd_arena *a = begin();
	struct gd_facts f;

	extract("{\"process\":{\"user\":{\"uid\":0,\"gid\":4294967295}}}", "{\"user\":{\"uid\":7}}",
		a, &f);
	ck_assert_uint_eq(f.process.uid, 0);
	ck_assert_uint_eq(f.process.gid, UINT32_MAX);
	ck_assert_ptr_nonnull(f.container);
	ck_assert_uint_eq(f.container->uid, 7);
	end(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ cap_names, ROWS(cap_rows) },
		{ cap_numbers, 0 },
		{ engines, ROWS(engine_rows) },
		{ mount_options, ROWS(mount_rows) },
		{ mount_mappings, 0 },
		{ mount_words, 0 },
		{ capability_sets, 0 },
		{ namespaces, 0 },
		{ whole, 0 },
		{ nonsense, 5 },
		{ exec, 0 },
	};

	return run_suite("extract", cases, ROWS(cases));
}
