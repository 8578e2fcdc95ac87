/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables alone. Names and types: opencontainers/runtime-spec v1.3.0, specs-go/config.go, plus
 * the keys of older versions that runc and crun still read (enableCMT, enableMBM). Rows stand in
 * the order in which engines write them.
 * All of them in one file, longer than any other here: it is compared with the specification from
 * top to bottom, and a key that stood in another file would be missed.
 *
 * Knowingly absent, hence unknown: solaris, windows, vm, zos, freebsd (no Linux runtime needs them,
 * and crun hands documents on to virtual machine monitors).
 */
#include "document/keys.h"

#define OWNED(name, type, owner) { name, type, NULL, owner, NULL }
#define INERT(name, type, why) { name, type, NULL, NULL, why }
#define HOLDS(name, type, sub) { name, type, sub, NULL, NULL }
#define END { NULL, GD_T_BOOL, NULL, NULL, NULL }

static const struct gd_key id_mapping[] = {
	OWNED("containerID", GD_T_U32, "namespaces"),
	OWNED("hostID", GD_T_U32, "namespaces"),
	OWNED("size", GD_T_U32, "namespaces"),
	END
};

/* --- process --------------------------------------------------------------------------------- */

static const struct gd_key console_size[] = {
	INERT("height", GD_T_U32, "lines of the window of the process's own terminal"),
	INERT("width", GD_T_U32, "columns of the window of the process's own terminal"),
	END
};

static const struct gd_key user[] = {
	OWNED("uid", GD_T_U32, "user"),
	OWNED("gid", GD_T_U32, "user"),
	INERT("umask", GD_T_U32, "gives others no more than the owner of the new files could give"),
	OWNED("additionalGids", GD_T_U32S, "user"),
	INERT("username", GD_T_STRING, "for Windows alone; on Linux only the numbers count"),
	END
};

static const struct gd_key capabilities[] = {
	OWNED("bounding", GD_T_STRINGS, "capabilities"),
	OWNED("effective", GD_T_STRINGS, "capabilities"),
	OWNED("inheritable", GD_T_STRINGS, "capabilities"),
	OWNED("permitted", GD_T_STRINGS, "capabilities"),
	OWNED("ambient", GD_T_STRINGS, "capabilities"),
	END
};

static const struct gd_key rlimit[] = {
	OWNED("type", GD_T_STRING, "resources"),
	OWNED("hard", GD_T_U64, "resources"),
	OWNED("soft", GD_T_U64, "resources"),
	END
};

/* A real-time or deadline policy starves the host's own tasks. */
static const struct gd_key scheduler[] = {
	OWNED("policy", GD_T_STRING, "resources"),
	OWNED("nice", GD_T_I32, "resources"),
	OWNED("priority", GD_T_I32, "resources"),
	OWNED("flags", GD_T_STRINGS, "resources"),
	OWNED("runtime", GD_T_U64, "resources"),
	OWNED("deadline", GD_T_U64, "resources"),
	OWNED("period", GD_T_U64, "resources"),
	END
};

static const struct gd_key io_priority[] = {
	OWNED("class", GD_T_STRING, "resources"),
	INERT("priority", GD_T_INT, "within a class, and the class is judged"),
	END
};

/* A process of an exec may run there before it is in the container's cpuset. */
static const struct gd_key cpu_affinity[] = {
	INERT("initial", GD_T_STRING,
	      "where the runtime itself runs before it enters the container"),
	INERT("final", GD_T_STRING, "a choice among the processors that the cpuset leaves"),
	END
};

#define PROCESS_ROWS \
	HOLDS("consoleSize", GD_T_OBJECT, console_size), \
	HOLDS("user", GD_T_OBJECT, user), \
	OWNED("args", GD_T_STRINGS, "entrypoint"), \
	INERT("commandLine", GD_T_STRING, "for Windows alone; on Linux args is what is run"), \
	OWNED("env", GD_T_STRINGS, "environment"), \
	OWNED("cwd", GD_T_STRING, "workingDir"), \
	HOLDS("capabilities", GD_T_OBJECT, capabilities), \
	HOLDS("rlimits", GD_T_ARRAY, rlimit), \
	OWNED("noNewPrivileges", GD_T_BOOL, "noNewPrivileges"), \
	OWNED("apparmorProfile", GD_T_STRING, "apparmor"), \
	OWNED("oomScoreAdj", GD_T_INT, "resources"), \
	HOLDS("scheduler", GD_T_OBJECT, scheduler), \
	OWNED("selinuxLabel", GD_T_STRING, "selinux"), \
	HOLDS("ioPriority", GD_T_OBJECT, io_priority), \
	HOLDS("execCPUAffinity", GD_T_OBJECT, cpu_affinity), \
	END

static const struct gd_key process[] = {
	INERT("terminal", GD_T_BOOL, "a pseudo terminal of the container's own, or the engine's "
	      "pipes: neither reaches further than the other"),
	PROCESS_ROWS
};

const struct gd_key gd_keys_process[] = {
	OWNED("terminal", GD_T_BOOL, "exec"),
	PROCESS_ROWS
};

/* --- resources ------------------------------------------------------------------------------- */

static const struct gd_key device_rule[] = {
	OWNED("allow", GD_T_BOOL, "devices"),
	OWNED("type", GD_T_STRING, "devices"),
	OWNED("major", GD_T_I64, "devices"),
	OWNED("minor", GD_T_I64, "devices"),
	OWNED("access", GD_T_STRING, "devices"),
	END
};

static const struct gd_key memory[] = {
	OWNED("limit", GD_T_I64, "resources"),
	INERT("reservation", GD_T_I64,
	      "soft, within the limit; protects no more than the parent group is given"),
	OWNED("swap", GD_T_I64, "resources"),
	INERT("kernel", GD_T_I64, "a limit beside the judged one, without effect in newer kernels"),
	INERT("kernelTCP", GD_T_I64, "a limit beside the judged one, without effect on cgroup v2"),
	INERT("swappiness", GD_T_U64, "how the container's own memory is reclaimed"),
	OWNED("disableOOMKiller", GD_T_BOOL, "resources"),
	INERT("useHierarchy", GD_T_BOOL,
	      "read by no supported runtime, and always on in the kernel"),
	INERT("checkBeforeUpdate", GD_T_BOOL,
	      "lets runc refuse an update that would kill the container"),
	END
};

static const struct gd_key cpu[] = {
	OWNED("shares", GD_T_U64, "resources"),
	OWNED("quota", GD_T_I64, "resources"),
	INERT("burst", GD_T_U64,
	      "unused share saved for later; the average stays within the quota"),
	OWNED("period", GD_T_U64, "resources"),
	OWNED("realtimeRuntime", GD_T_I64, "resources"),
	OWNED("realtimePeriod", GD_T_U64, "resources"),
	INERT("cpus", GD_T_STRING,
	      "which processors; how much of them is limited by quota and shares"),
	INERT("mems", GD_T_STRING, "which memory nodes; how much of them is limited by memory"),
	INERT("idle", GD_T_I64, "only puts the container behind all others"),
	END
};

static const struct gd_key pids[] = {
	OWNED("limit", GD_T_I64, "resources"),
	END
};

static const struct gd_key weight_device[] = {
	INERT("major", GD_T_I64, "names the disk of a weight, and every weight is judged"),
	INERT("minor", GD_T_I64, "names the disk of a weight, and every weight is judged"),
	OWNED("weight", GD_T_U16, "resources"),
	OWNED("leafWeight", GD_T_U16, "resources"),
	END
};

static const struct gd_key throttle_device[] = {
	INERT("major", GD_T_I64, "names the disk of a limit, which only tightens"),
	INERT("minor", GD_T_I64, "names the disk of a limit, which only tightens"),
	INERT("rate", GD_T_U64, "a limit on one disk; without it there is none"),
	END
};

static const struct gd_key block_io[] = {
	OWNED("weight", GD_T_U16, "resources"),
	OWNED("leafWeight", GD_T_U16, "resources"),
	HOLDS("weightDevice", GD_T_ARRAY, weight_device),
	HOLDS("throttleReadBpsDevice", GD_T_ARRAY, throttle_device),
	HOLDS("throttleWriteBpsDevice", GD_T_ARRAY, throttle_device),
	HOLDS("throttleReadIOPSDevice", GD_T_ARRAY, throttle_device),
	HOLDS("throttleWriteIOPSDevice", GD_T_ARRAY, throttle_device),
	END
};

static const struct gd_key hugepage_limit[] = {
	INERT("pageSize", GD_T_WORD, "names the size of a limit, and every limit is judged"),
	OWNED("limit", GD_T_U64, "resources"),
	END
};

static const struct gd_key interface_priority[] = {
	OWNED("name", GD_T_WORD, "resources"),
	OWNED("priority", GD_T_U32, "resources"),
	END
};

static const struct gd_key network[] = {
	OWNED("classID", GD_T_U32, "resources"),
	HOLDS("priorities", GD_T_ARRAY, interface_priority),
	END
};

static const struct gd_key rdma[] = {
	INERT("hcaHandles", GD_T_U32,
	      "a limit on what only a listed device gives; without it there is none"),
	INERT("hcaObjects", GD_T_U32,
	      "a limit on what only a listed device gives; without it there is none"),
	END
};

const struct gd_key gd_keys_resources[] = {
	HOLDS("devices", GD_T_ARRAY, device_rule),
	HOLDS("memory", GD_T_OBJECT, memory),
	HOLDS("cpu", GD_T_OBJECT, cpu),
	HOLDS("pids", GD_T_OBJECT, pids),
	HOLDS("blockIO", GD_T_OBJECT, block_io),
	HOLDS("hugepageLimits", GD_T_ARRAY, hugepage_limit),
	HOLDS("network", GD_T_OBJECT, network),
	HOLDS("rdma", GD_T_MAP, rdma),
	OWNED("unified", GD_T_WORD_MAP, "resources"),
	END
};

/* --- linux ----------------------------------------------------------------------------------- */

static const struct gd_key namespace[] = {
	OWNED("type", GD_T_STRING, "namespaces"),
	OWNED("path", GD_T_STRING, "namespaces"),
	END
};

static const struct gd_key device[] = {
	OWNED("path", GD_T_STRING, "devices"),
	OWNED("type", GD_T_STRING, "devices"),
	OWNED("major", GD_T_I64, "devices"),
	OWNED("minor", GD_T_I64, "devices"),
	OWNED("fileMode", GD_T_U32, "devices"),
	INERT("uid", GD_T_U32, "who inside owns a node, and the node is judged"),
	INERT("gid", GD_T_U32, "who inside owns a node, and the node is judged"),
	END
};

/* Takes an interface away from the host: as much the host's network as a joined namespace. */
static const struct gd_key net_device[] = {
	OWNED("name", GD_T_WORD, "namespaces"),
	END
};

static const struct gd_key syscall_arg[] = {
	OWNED("index", GD_T_U32, "seccomp"),
	OWNED("value", GD_T_U64, "seccomp"),
	OWNED("valueTwo", GD_T_U64, "seccomp"),
	OWNED("op", GD_T_STRING, "seccomp"),
	END
};

/* errnoRet is Go's uint, but runc keeps 16 bits of it and crun more: what is wider is refused. */
static const struct gd_key syscall[] = {
	OWNED("names", GD_T_STRINGS, "seccomp"),
	OWNED("action", GD_T_STRING, "seccomp"),
	INERT("errnoRet", GD_T_U16, "what a call that is not made is answered with"),
	HOLDS("args", GD_T_ARRAY, syscall_arg),
	END
};

static const struct gd_key seccomp[] = {
	OWNED("defaultAction", GD_T_STRING, "seccomp"),
	INERT("defaultErrnoRet", GD_T_U16, "what a call that is not made is answered with"),
	OWNED("architectures", GD_T_STRINGS, "seccomp"),
	OWNED("flags", GD_T_STRINGS, "seccomp"),
	OWNED("listenerPath", GD_T_STRING, "seccomp"),
	INERT("listenerMetadata", GD_T_STRING, "text for a listener, and listenerPath is judged"),
	HOLDS("syscalls", GD_T_ARRAY, syscall),
	END
};

static const struct gd_key intel_rdt[] = {
	OWNED("closID", GD_T_WORD, "resources"),
	OWNED("schemata", GD_T_STRINGS, "resources"),
	OWNED("l3CacheSchema", GD_T_STRING, "resources"),
	OWNED("memBwSchema", GD_T_STRING, "resources"),
	OWNED("enableCMT", GD_T_BOOL, "resources"),
	OWNED("enableMBM", GD_T_BOOL, "resources"),
	OWNED("enableMonitoring", GD_T_BOOL, "resources"),
	END
};

static const struct gd_key memory_policy[] = {
	INERT("mode", GD_T_STRING, "how pages are spread over nodes that the cpuset leaves"),
	INERT("nodes", GD_T_STRING, "which nodes are preferred among those that the cpuset leaves"),
	INERT("flags", GD_T_STRINGS, "how nodes are counted when the cpuset changes"),
	END
};

static const struct gd_key personality[] = {
	INERT("domain", GD_T_STRING, "LINUX or LINUX32: what uname says; others are refused"),
	INERT("flags", GD_T_STRINGS, "ignored by runc, refused by crun"),
	END
};

/* runc and crun refuse them without a new time namespace, and a joined one cannot be changed. */
static const struct gd_key time_offset[] = {
	INERT("secs", GD_T_I64, "the container's own clocks since boot; never the time of day"),
	INERT("nanosecs", GD_T_U32, "the container's own clocks since boot; never the time of day"),
	END
};

static const struct gd_key linux_keys[] = {
	HOLDS("uidMappings", GD_T_ARRAY, id_mapping),
	HOLDS("gidMappings", GD_T_ARRAY, id_mapping),
	OWNED("sysctl", GD_T_STRING_MAP, "sysctl"),
	HOLDS("resources", GD_T_OBJECT, gd_keys_resources),
	OWNED("cgroupsPath", GD_T_STRING, "resources"),
	HOLDS("namespaces", GD_T_ARRAY, namespace),
	HOLDS("devices", GD_T_ARRAY, device),
	HOLDS("netDevices", GD_T_MAP, net_device),
	HOLDS("seccomp", GD_T_OBJECT, seccomp),
	OWNED("rootfsPropagation", GD_T_STRING, "mounts"),
	OWNED("maskedPaths", GD_T_STRINGS, "paths"),
	OWNED("readonlyPaths", GD_T_STRINGS, "paths"),
	OWNED("mountLabel", GD_T_STRING, "selinux"),
	HOLDS("intelRdt", GD_T_OBJECT, intel_rdt),
	HOLDS("memoryPolicy", GD_T_OBJECT, memory_policy),
	HOLDS("personality", GD_T_OBJECT, personality),
	HOLDS("timeOffsets", GD_T_MAP, time_offset),
	END
};

/* --- config.json ----------------------------------------------------------------------------- */

static const struct gd_key root[] = {
	OWNED("path", GD_T_STRING, "rootfs"),
	OWNED("readonly", GD_T_BOOL, "rootfs"),
	END
};

/* An id-mapped mount decides as whom the container reads and writes what is mounted. */
static const struct gd_key mount_mapping[] = {
	OWNED("containerID", GD_T_U32, "mounts"),
	OWNED("hostID", GD_T_U32, "mounts"),
	OWNED("size", GD_T_U32, "mounts"),
	END
};

static const struct gd_key mount[] = {
	OWNED("destination", GD_T_STRING, "mounts"),
	OWNED("type", GD_T_STRING, "mounts"),
	OWNED("source", GD_T_STRING, "mounts"),
	OWNED("options", GD_T_STRINGS, "mounts"),
	HOLDS("uidMappings", GD_T_ARRAY, mount_mapping),
	HOLDS("gidMappings", GD_T_ARRAY, mount_mapping),
	END
};

static const struct gd_key hook[] = {
	OWNED("path", GD_T_STRING, "hooks"),
	OWNED("args", GD_T_STRINGS, "hooks"),
	OWNED("env", GD_T_STRINGS, "hooks"),
	OWNED("timeout", GD_T_INT, "hooks"),
	END
};

static const struct gd_key hooks[] = {
	HOLDS("prestart", GD_T_ARRAY, hook),
	HOLDS("createRuntime", GD_T_ARRAY, hook),
	HOLDS("createContainer", GD_T_ARRAY, hook),
	HOLDS("startContainer", GD_T_ARRAY, hook),
	HOLDS("poststart", GD_T_ARRAY, hook),
	HOLDS("poststop", GD_T_ARRAY, hook),
	END
};

const struct gd_key gd_keys_config[] = {
	INERT("ociVersion", GD_T_STRING, "runtimes check that they know the version, nothing else"),
	HOLDS("process", GD_T_OBJECT, process),
	HOLDS("root", GD_T_OBJECT, root),
	/* Runtimes refuse both where the document has no uts namespace. */
	INERT("hostname", GD_T_STRING, "set in the document's uts namespace, which is judged"),
	INERT("domainname", GD_T_STRING, "set in the document's uts namespace, which is judged"),
	HOLDS("mounts", GD_T_ARRAY, mount),
	HOLDS("hooks", GD_T_OBJECT, hooks),
	OWNED("annotations", GD_T_STRING_MAP, "annotations"),
	HOLDS("linux", GD_T_OBJECT, linux_keys),
	END
};
