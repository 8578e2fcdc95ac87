/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/resources.h"

#define AT(member) offsetof(struct gd_resources_config, member)

static const struct gd_field count_bounds[] = {
	{ .name = "default",
	  .kind = GD_F_GIVEN,
	  .syntax = GD_S_NUMBER,
	  .offset = offsetof(struct gd_bounds, given),
	  .help = "given where the document has no limit" },
	{ .name = "max",
	  .kind = GD_F_MAX,
	  .syntax = GD_S_NUMBER,
	  .offset = offsetof(struct gd_bounds, max),
	  .help = "ceiling; -1 and a missing limit are above it" },
	{ .name = NULL },
};
static const struct gd_field size_bounds[] = {
	{ .name = "default",
	  .kind = GD_F_GIVEN,
	  .syntax = GD_S_SIZE,
	  .offset = offsetof(struct gd_bounds, given),
	  .help = "given where the document has no limit" },
	{ .name = "max",
	  .kind = GD_F_MAX,
	  .syntax = GD_S_SIZE,
	  .offset = offsetof(struct gd_bounds, max),
	  .help = "ceiling; -1 and a missing limit are above it" },
	{ .name = NULL },
};
static const struct gd_field count_max[] = {
	{ .name = "max", .kind = GD_F_MAX, .syntax = GD_S_NUMBER, .offset = 0, .help = "ceiling" },
	{ .name = NULL },
};
static const struct gd_field size_max[] = {
	{ .name = "max", .kind = GD_F_MAX, .syntax = GD_S_SIZE, .offset = 0, .help = "ceiling" },
	{ .name = NULL },
};
static const struct gd_field score_min[] = {
	{ .name = "min", .kind = GD_F_MIN, .syntax = GD_S_SIGNED, .offset = 0,
	  .help = "lowest score; below 0 the kernel kills the host's services first" },
	{ .name = NULL },
};
static const struct gd_field rlimit_max[] = {
#define X(id, text) \
	{ .name = text, \
	  .kind = GD_F_MAX, \
	  .syntax = GD_S_NUMBER, \
	  .offset = GD_RL_##id * sizeof(struct gd_limit), \
	  .help = "ceiling of RLIMIT_" #id },
	GD_RLIMITS(X)
#undef X
	    { .name = NULL },
};

#define GROUP(n, table, member, text) \
	{ .name = n, .kind = GD_F_GROUP, .offset = AT(member), .sub = table, \
	  .sub_size = sizeof(((struct gd_resources_config *)0)->member), .help = text }
#define RIGHT(n, member, text) \
	{ .name = n, .kind = GD_F_RIGHT, .syntax = GD_S_BOOL, .offset = AT(member), .help = text }

static const struct gd_field fields[] = {
	GROUP("pids", count_bounds, pids, "number of processes and threads"),
	GROUP("memory", size_bounds, memory, "memory, in bytes"),
	GROUP("swap", size_max, swap, "swap beside the memory, in bytes"),
	GROUP("cpus", count_bounds, cpus, "processor time, in thousandths of a processor"),
	GROUP("cpuShares", count_max, cpu_shares, "share of the processors; absent it is 1024"),
	RIGHT("cpuRealtime", cpu_realtime,
	      "real-time processor time, scheduling policies and disk priorities before everybody "
	      "else's"),
	GROUP("blkioWeight", count_max, blkio_weight,
	      "share of the disks, 10 to 1000; absent it is 500"),
	GROUP("hugepages", size_max, hugepages,
	      "huge pages, in bytes, of each size that the document lists"),
	GROUP("shmSize", size_max, shm_size, "size of the tmpfs on /dev/shm, in bytes"),
	GROUP("oomScoreAdj", score_min, oom_score_adj, "who is killed first when memory runs out"),
	RIGHT("disableOomKiller", disable_oom_killer, "the container may switch off being killed"),
	GROUP("rlimits", rlimit_max, rlimits, "limits of the process that the document lists"),
	{ .name = "cgroupParent",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_PATH,
	  .offset = AT(cgroup_parent),
	  .help = "parents of the container's cgroup beside the engine's own: \"/batch/**\", a "
		  "slice as \"/batch.slice\"" },
	RIGHT("intelRdt", intel_rdt,
	      "shares of the processor's cache (intelRdt, --l3-cache-schema)"),
	RIGHT("networkClass", network_class, "net_cls and net_prio identifiers"),
	{ .name = NULL },
};

bool gd_resources_typed(const struct gd_facts *f)
{
	return gd_dialect(f) != GD_SPEAK_POD;
}

const char *gd_say_bytes(const struct gd_facts *f, uint64_t v, struct gd_arena *a)
{
	static const struct { int shift; const char *flag, *pod; } units[] = {
		{ 30, "g", "Gi" }, { 20, "m", "Mi" }, { 10, "k", "Ki" },
	};

	for (size_t i = 0; v && i < sizeof(units) / sizeof(units[0]); i++)
		if ((v & ((UINT64_C(1) << units[i].shift) - 1)) == 0)
			return gd_printf(a, "%llu%s", (unsigned long long)(v >> units[i].shift),
					 gd_dialect(f) == GD_SPEAK_POD ? units[i].pod
								       : units[i].flag);
	return gd_printf(a, "%llu", (unsigned long long)v);
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	gd_resources_check_limits(f, config, out);
	gd_resources_check_rights(f, config, out);
	gd_resources_check_unified(f, config, out);
	gd_resources_check_process(f, config, out);
	gd_resources_check_shm(f, config, out);
	gd_resources_check_parent(f, config, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	if (gd_resources_fix_limits(doc, f, config, a) < 0 ||
	    gd_resources_fix_rights(doc, f, config, a) < 0 ||
	    gd_resources_fix_unified(doc, f, config, a) < 0 ||
	    gd_resources_fix_process(doc, f, config, a) < 0 ||
	    gd_resources_fix_shm(doc, f, config, a) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

const struct gd_control gd_control_resources = {
	.name = "resources",
	.help = "what a container may take of the host: processes, memory, processors, disks, its "
		"cgroup",
	.fields = fields,
	.config_size = sizeof(struct gd_resources_config),
	.verbs = GD_V_ALL,
	.sandbox = false,
	.ids = "NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
