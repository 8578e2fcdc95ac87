/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/extract.h"

#include <string.h>

const char *const gd_ns_names[GD_NS_KINDS] = {
	[GD_NS_NETWORK] = "network", [GD_NS_PID] = "pid",     [GD_NS_IPC] = "ipc",
	[GD_NS_UTS] = "uts",	     [GD_NS_MOUNT] = "mount", [GD_NS_USER] = "user",
	[GD_NS_CGROUP] = "cgroup",   [GD_NS_TIME] = "time",
};

/*
 * What is not listed is the host's. A path may turn out to be the host's too (Docker 20.10 writes
 * host networks so): only the host half can tell, until then it is joined. Of two entries of a kind
 * the first is kept and both are reported: runc refuses them, crun does not.
 */
static void extract_namespaces(const gd_json *list, struct gd_arena *a, struct gd_linux *ret)
{
	for (int k = 0; k < GD_NS_KINDS; k++)
		ret->ns[k] = (struct gd_namespace){ .state = GD_NS_HOST, .index = SIZE_MAX, .fd = -1 };
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const gd_json *e = gd_json_at(list, i);
		const char *type = gd_json_get_str(e, "type"), *path = gd_extract_text(e, "path");
		int k = 0;

		while (k < GD_NS_KINDS && !gd_streq(gd_ns_names[k], type))
			k++;
		if (k == GD_NS_KINDS) {
			gd_words_add(a, &ret->unknown_ns, type ? type : "");
		} else if (ret->ns[k].index != SIZE_MAX) {
			ret->ns[k].duplicate = true;
		} else {
			ret->ns[k].state = path ? GD_NS_JOINED : GD_NS_OWN;
			ret->ns[k].path = path;
			ret->ns[k].index = i;
		}
	}
}

static const struct gd_id_map *extract_maps(const gd_json *list, struct gd_arena *a, size_t *ret_n)
{
	size_t n = gd_json_len(list);
	struct gd_id_map *v = n ? GD_NEW_N(a, n, struct gd_id_map) : NULL;

	for (size_t i = 0; i < n; i++) {
		const gd_json *m = gd_json_at(list, i);

		v[i] = (struct gd_id_map){
			.container = gd_extract_u64(m, "containerID").v,
			.host = gd_extract_u64(m, "hostID").v,
			.size = gd_extract_u64(m, "size").v,
		};
	}
	*ret_n = n;
	return v;
}

/* runc reads an absent type as "a", all devices; a longer word is no type to any runtime. */
static char device_type(const char *s)
{
	if (!s || !*s)
		return 'a';
	return s[1] == '\0' ? s[0] : '?';
}

static void extract_device_rules(const gd_json *list, struct gd_arena *a, struct gd_resources *ret)
{
	size_t n = gd_json_len(list);
	struct gd_device_rule *v = n ? GD_NEW_N(a, n, struct gd_device_rule) : NULL;

	for (size_t i = 0; i < n; i++) {
		const gd_json *d = gd_json_at(list, i);
		const char *access = gd_json_get_str(d, "access");

		v[i] = (struct gd_device_rule){
			.allow = gd_json_get_bool(d, "allow"),
			.type = device_type(gd_json_get_str(d, "type")),
			.major = gd_extract_i64(d, "major"),
			.minor = gd_extract_i64(d, "minor"),
			.access = access ? access : "",
		};
	}
	ret->devices = v;
	ret->n_devices = n;
}

static void extract_hugepages(const gd_json *list, struct gd_arena *a, struct gd_resources *ret)
{
	size_t n = gd_json_len(list);
	struct gd_hugepage *v = n ? GD_NEW_N(a, n, struct gd_hugepage) : NULL;

	for (size_t i = 0; i < n; i++) {
		const char *size = gd_json_get_str(gd_json_at(list, i), "pageSize");

		v[i] = (struct gd_hugepage){ .size = size ? size : "",
					     .limit = gd_extract_u64(gd_json_at(list, i),
								     "limit") };
	}
	ret->hugepages = v;
	ret->n_hugepages = n;
}

static void extract_cpu_memory(const gd_json *cpu, const gd_json *memory, struct gd_resources *ret)
{
	ret->memory = gd_extract_i64(memory, "limit");
	ret->swap = gd_extract_i64(memory, "swap");
	ret->reservation = gd_extract_i64(memory, "reservation");
	ret->kernel = gd_extract_i64(memory, "kernel");
	ret->kernel_tcp = gd_extract_i64(memory, "kernelTCP");
	ret->swappiness = gd_extract_u64(memory, "swappiness");
	ret->disable_oom_killer = gd_json_get_bool(memory, "disableOOMKiller");
	ret->cpu_shares = gd_extract_u64(cpu, "shares");
	ret->cpu_period = gd_extract_u64(cpu, "period");
	ret->cpu_quota = gd_extract_i64(cpu, "quota");
	ret->cpu_burst = gd_extract_u64(cpu, "burst");
	ret->cpu_rt_runtime = gd_extract_i64(cpu, "realtimeRuntime");
	ret->cpu_rt_period = gd_extract_u64(cpu, "realtimePeriod");
	ret->cpu_idle = gd_extract_i64(cpu, "idle");
	ret->cpus = gd_extract_text(cpu, "cpus");
	ret->mems = gd_extract_text(cpu, "mems");
}

static bool extract_io_devices(const gd_json *io)
{
	static const char *const lists[] = {
		"weightDevice",		  "throttleReadBpsDevice",   "throttleWriteBpsDevice",
		"throttleReadIOPSDevice", "throttleWriteIOPSDevice",
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (gd_json_len(gd_json_get(io, lists[i])) > 0)
			return true;
	return false;
}

void gd_extract_resources(const gd_json *obj, struct gd_arena *a, struct gd_resources *ret)
{
	const gd_json *io = gd_json_get(obj, "blockIO"), *net = gd_json_get(obj, "network");

	*ret = (struct gd_resources){
		.json = obj,
		.pids = gd_extract_i64(gd_json_get(obj, "pids"), "limit"),
		.io_weight = gd_extract_u64(io, "weight"),
		.io_leaf_weight = gd_extract_u64(io, "leafWeight"),
		.io_devices = extract_io_devices(io),
		.unified = gd_extract_pairs(obj, "unified", a),
		.net_class = gd_extract_u64(net, "classID"),
		.net_priorities = gd_json_len(gd_json_get(net, "priorities")) > 0,
		.rdma = gd_json_members(gd_json_get(obj, "rdma")) > 0,
	};
	extract_cpu_memory(gd_json_get(obj, "cpu"), gd_json_get(obj, "memory"), ret);
	extract_device_rules(gd_json_get(obj, "devices"), a, ret);
	extract_hugepages(gd_json_get(obj, "hugepageLimits"), a, ret);
}

static void extract_devices(const gd_json *list, struct gd_arena *a, struct gd_linux *ret)
{
	size_t n = gd_json_len(list);
	struct gd_device *v = n ? GD_NEW_N(a, n, struct gd_device) : NULL;

	for (size_t i = 0; i < n; i++) {
		const gd_json *d = gd_json_at(list, i);
		const char *path = gd_json_get_str(d, "path"), *type = gd_json_get_str(d, "type");

		v[i] = (struct gd_device){
			.path = path ? path : "",
			.type = type ? type : "",
			.major = gd_extract_i64(d, "major").v,
			.minor = gd_extract_i64(d, "minor").v,
			.mode = gd_extract_u64(d, "fileMode"),
			.uid = gd_extract_u64(d, "uid"),
			.gid = gd_extract_u64(d, "gid"),
		};
	}
	ret->devices = v;
	ret->n_devices = n;
}

void gd_extract_linux(const gd_json *obj, struct gd_arena *a, struct gd_linux *ret)
{
	*ret = (struct gd_linux){
		.sysctl = gd_extract_pairs(obj, "sysctl", a),
		.masked = gd_extract_words(obj, "maskedPaths", a),
		.read_only = gd_extract_words(obj, "readonlyPaths", a),
		.seccomp = gd_json_get(obj, "seccomp"),
		.cgroups_path = gd_extract_text(obj, "cgroupsPath"),
		.rootfs_propagation = gd_extract_text(obj, "rootfsPropagation"),
		.mount_label = gd_extract_text(obj, "mountLabel"),
		.personality = gd_extract_text(gd_json_get(obj, "personality"), "domain"),
		.intel_rdt = gd_json_get(obj, "intelRdt"),
		.memory_policy = gd_json_get(obj, "memoryPolicy"),
		.time_offsets = gd_json_get(obj, "timeOffsets"),
		.net_devices = gd_json_get(obj, "netDevices"),
	};
	extract_namespaces(gd_json_get(obj, "namespaces"), a, ret);
	ret->uid_maps = extract_maps(gd_json_get(obj, "uidMappings"), a, &ret->n_uid_maps);
	ret->gid_maps = extract_maps(gd_json_get(obj, "gidMappings"), a, &ret->n_gid_maps);
	gd_extract_resources(gd_json_get(obj, "resources"), a, &ret->resources);
	extract_devices(gd_json_get(obj, "devices"), a, ret);
}
