/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define P GD_ENGINE_PODMAN, GD_ON_CREATE
#define K GD_ENGINE_CRI, GD_ON_CREATE
#define U GD_ENGINE_DOCKER, GD_ON_UPDATE
#define RES(...) "{\"linux\":{\"resources\":{" __VA_ARGS__ "}}}"
#define PROC(...) "{\"process\":{" __VA_ARGS__ "}}"
#define R "/linux/resources"
/* A policy says these; lists and numbers may be left out. */
#define SAID \
	"\"cpuRealtime\":false,\"disableOomKiller\":false,\"intelRdt\":false,\"networkClass\":" \
	"false"

/* --- what cgroups count --- */
#define PIDS SAID ",\"pids\":{\"default\":512,\"max\":4096}"
#define MEMORY SAID ",\"memory\":{\"default\":1073741824,\"max\":\"8GiB\"}"
#define SWAP SAID ",\"memory\":{\"max\":\"8GiB\"},\"swap\":{\"max\":\"1GiB\"}"
#define CPUS SAID ",\"cpus\":{\"default\":1500,\"max\":4000}"

static const struct control_row limits[] = {
	{ D, NULL, SAID, "" },
	/* pids: absent, 0, -1, within, above */
	{ D, NULL, PIDS, R "/pids/limit:f", "number of processes without a limit",
	  RES("\"pids\":{\"limit\":512}") },
	{ D, RES("\"pids\":{\"limit\":0}"), PIDS, R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":512}") },
	{ D, RES("\"pids\":{}"), PIDS, R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":512}") },
	{ D, RES("\"pids\":{\"limit\":-1}"), PIDS, R "/pids/limit:af", "--pids-limit -1",
	  RES("\"pids\":{\"limit\":4096}") },
	{ D, RES("\"pids\":{\"limit\":-2}"), PIDS, R "/pids/limit:af", "--pids-limit -1" },
	{ D, RES("\"pids\":{\"limit\":1}"), PIDS, "" },
	{ D, RES("\"pids\":{\"limit\":4096}"), PIDS, "" },
	{ D, RES("\"pids\":{\"limit\":4097}"), PIDS, R "/pids/limit:af", "--pids-limit 4097",
	  RES("\"pids\":{\"limit\":4096}") },
	{ D, RES("\"pids\":{\"limit\":-1}"), SAID ",\"pids\":{\"default\":512}", "" },
	{ D, NULL, SAID ",\"pids\":{\"default\":512}", R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":512}") },
	{ D, NULL, SAID ",\"pids\":{\"max\":100}", R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":100}") },
	{ D, NULL, SAID ",\"pids\":{\"default\":512,\"max\":100}", R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":100}") },
	{ P, NULL, PIDS, "" },
	{ P, NULL, SAID ",\"pids\":{\"max\":100}",
	  R "/pids/limit:f" }, /* 2048 is Podman's own word */
	{ P, RES("\"pids\":{\"limit\":2049}"), SAID ",\"pids\":{\"max\":100}", R "/pids/limit:af" },
	{ K, RES("\"pids\":{\"limit\":-1}"), PIDS, R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":512}") },
	/* memory and swap */
	{ D, NULL, MEMORY, R "/memory/limit:f", .after = RES("\"memory\":{\"limit\":1073741824}") },
	{ D, RES("\"memory\":{\"limit\":17179869184}"), MEMORY, R "/memory/limit:af",
	  "--memory 16g", RES("\"memory\":{\"limit\":8589934592}") },
	{ K, RES("\"memory\":{\"limit\":17179869184}"), MEMORY, R "/memory/limit:f",
	  "this memory" },
	{ D,
	  RES("\"memory\":{\"limit\":17179869184,\"swap\":20000000000,\"reservation\":9000000000}"),
	  MEMORY, R "/memory/limit:af", "--memory 16g",
	  RES("\"memory\":{\"limit\":8589934592,\"swap\":11410065408,\"reservation\":"
	      "8589934592}") },
	{ D, RES("\"memory\":{\"limit\":17179869184,\"swap\":-1}"), MEMORY, R "/memory/limit:af",
	  .after = RES("\"memory\":{\"limit\":8589934592,\"swap\":-1}") },
	{ D, RES("\"memory\":{\"limit\":1073741824,\"swap\":2147483648}"), SWAP, "" },
	{ D, RES("\"memory\":{\"limit\":1073741824}"), SWAP, R "/memory/swap:f",
	  .after = RES("\"memory\":{\"swap\":2147483648}") },
	{ D, RES("\"memory\":{\"limit\":1073741824,\"swap\":0}"), SWAP, R "/memory/swap:f" },
	{ D, RES("\"memory\":{\"limit\":1073741824,\"swap\":-1}"), SWAP, R "/memory/swap:af",
	  "--memory-swap -1", RES("\"memory\":{\"swap\":2147483648}") },
	{ D, RES("\"memory\":{\"limit\":4294967296,\"swap\":8589934592}"), SWAP, R "/memory/swap:f",
	  .after = RES(
	      "\"memory\":{\"swap\":5368709120}") }, /* twice the memory is Docker's own word */
	{ D, NULL, SWAP, R "/memory/limit:f " R "/memory/swap:f",
	  .after = RES("\"memory\":{\"limit\":8589934592,\"swap\":9663676416}") },
	{ D, NULL, SAID ",\"swap\":{\"max\":0}",
	  R "/memory/swap" }, /* without a limit of memory there is none of swap */
	{ D, RES("\"memory\":{\"limit\":1073741824,\"swap\":1073741824}"),
	  SAID ",\"swap\":{\"max\":0}", "" },
	/* processors: quota and period as thousandths, rounded up */
	{ D, NULL, CPUS, R "/cpu/quota:f", .after = RES("\"cpu\":{\"quota\":150000}") },
	{ D, RES("\"cpu\":{\"quota\":400000}"), CPUS, "" },
	{ D, RES("\"cpu\":{\"quota\":400001}"), CPUS, R "/cpu/quota:af", "--cpus 4.001",
	  RES("\"cpu\":{\"quota\":400000}") },
	{ D, RES("\"cpu\":{\"quota\":100000,\"period\":10000}"), CPUS, R "/cpu/quota:af",
	  "--cpus 10", RES("\"cpu\":{\"quota\":40000,\"period\":10000}") },
	{ D, RES("\"cpu\":{\"quota\":-1}"), CPUS, R "/cpu/quota:af",
	  .after = RES("\"cpu\":{\"quota\":400000}") },
	{ D, RES("\"cpu\":{\"quota\":0,\"period\":1000}"), SAID ",\"cpus\":{\"default\":1}",
	  R "/cpu/quota:f", .after = RES("\"cpu\":{\"quota\":1000,\"period\":1000000}") },
	{ K, RES("\"cpu\":{\"quota\":-1,\"period\":100000}"), CPUS, R "/cpu/quota:f",
	  .after = RES("\"cpu\":{\"quota\":150000}") },
	{ D, RES("\"cpu\":{\"quota\":9223372036854775807,\"period\":1}"), CPUS, R "/cpu/quota:af" },
	{ D, RES("\"cpu\":{\"quota\":600000,\"burst\":600000}"), CPUS, R "/cpu/quota:af",
	  .after = RES("\"cpu\":{\"burst\":null}") },
	/* shares and weights: absent is a number, not endless */
	{ D, NULL, SAID ",\"cpuShares\":{\"max\":1024}", "" },
	{ D, NULL, SAID ",\"cpuShares\":{\"max\":512}", R "/cpu/shares:f",
	  .after = RES("\"cpu\":{\"shares\":512}") },
	{ D, RES("\"cpu\":{\"shares\":2048}"), SAID ",\"cpuShares\":{\"max\":1024}",
	  R "/cpu/shares:af", "--cpu-shares 2048" },
	{ D, RES("\"blockIO\":{\"weight\":1000}"), SAID ",\"blkioWeight\":{\"max\":500}",
	  R "/blockIO/weight:af", "--blkio-weight 1000", RES("\"blockIO\":{\"weight\":500}") },
	{ D, RES("\"blockIO\":{\"weight\":10,\"leafWeight\":900}"),
	  SAID ",\"blkioWeight\":{\"max\":500}", R "/blockIO/weight:af",
	  .after = RES("\"blockIO\":{\"leafWeight\":500}") },
	/* --blkio-weight-device */
	{ D, RES("\"blockIO\":{\"weight\":10,\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":900}]}"),
	  SAID ",\"blkioWeight\":{\"max\":500}", R "/blockIO/weight:af",
	  .after = RES("\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":500}]}") },
	{ D,
	  RES("\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1048576},{\"pageSize\":\"1GB\","
	      "\"limit\":4294967296}]"),
	  SAID ",\"hugepages\":{\"max\":\"1GiB\"}", R "/hugepageLimits/1:af",
	  .after = RES("\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1048576},{\"pageSize\":"
		       "\"1GB\",\"limit\":1073741824}]") },
	/* update: the whole of what would hold */
	{ U, RES("\"pids\":{\"limit\":-1}"), PIDS, R "/pids/limit:af",
	  "docker update --pids-limit -1" },
	{ U, RES("\"pids\":{\"limit\":64}"), PIDS, "" },
	{ GD_ENGINE_PODMAN, GD_ON_UPDATE, RES("\"memory\":{\"limit\":-1}"), MEMORY,
	  R "/memory/limit:af", "podman update --memory -1" },
	{ GD_ENGINE_CRI, GD_ON_UPDATE, RES("\"cpu\":{\"cpus\":\"0-3\",\"shares\":2,\"quota\":-1}"),
	  SAID, "" },
	{ GD_ENGINE_CRI, GD_ON_UPDATE, RES("\"cpu\":{\"quota\":-1}"), CPUS, R "/cpu/quota:f" },
	{ GD_ENGINE_CRI, GD_ON_UPDATE,
	  RES("\"memory\":{\"limit\":100000000,\"swap\":100000000},\"cpu\":{\"shares\":100}"),
	  MEMORY, "" },
};

/* --- there or not --- */
static const struct control_row rights[] = {
	{ D, RES("\"cpu\":{\"realtimeRuntime\":950000,\"realtimePeriod\":1000000}"), SAID,
	  R "/cpu/realtimeRuntime:af", "--cpu-rt-runtime",
	  RES("\"cpu\":{\"realtimeRuntime\":null,\"realtimePeriod\":null}") },
	{ D, RES("\"cpu\":{\"realtimeRuntime\":-1}"), SAID, R "/cpu/realtimeRuntime:af" },
	{ D, RES("\"cpu\":{\"realtimeRuntime\":0,\"realtimePeriod\":0}"), SAID, "" },
	{ D, RES("\"cpu\":{\"realtimeRuntime\":1}"), "\"cpuRealtime\":true", "" },
	{ D, RES("\"memory\":{\"disableOOMKiller\":true}"), SAID, R "/memory/disableOOMKiller:af",
	  "--oom-kill-disable" },
	{ D, RES("\"memory\":{\"disableOOMKiller\":true}"), "\"disableOomKiller\":true", "" },
	{ D, RES("\"network\":{\"classID\":1}"), SAID, R "/network:af",
	  "a network class or priority" },
	{ D, RES("\"network\":{\"classID\":0,\"priorities\":[]}"), SAID, "" },
	{ D, RES("\"network\":{\"priorities\":[{\"name\":\"eth0\",\"priority\":5}]}"), SAID,
	  R "/network:af" },
	{ D, "{\"linux\":{\"intelRdt\":{\"closID\":\"x\"}}}", SAID, "/linux/intelRdt:af",
	  .after = "{\"linux\":{\"intelRdt\":null}}" },
	{ D, "{\"linux\":{\"intelRdt\":{\"closID\":\"x\"}}}", "\"intelRdt\":true", "" },
	{ K, "{\"linux\":{\"intelRdt\":{\"closID\":\"x\"}}}", SAID, "/linux/intelRdt:f" },
	{ U, "{\"linux\":{\"intelRdt\":{\"closID\":\"x\"}}}", SAID, "" },
	{ U, NULL, SAID, "/linux/intelRdt:a", "'--l3-cache-schema L3:0=f'",
	  .flags = "--l3-cache-schema L3:0=f" },
	{ U, NULL, SAID, "/linux/intelRdt:a", .flags = "--mem-bw-schema MB:0=20" },
	{ U, NULL, "\"intelRdt\":true", "", .flags = "--mem-bw-schema MB:0=20" },
	{ D, NULL, SAID, "", .flags = "--no-pivot" },
};

/* --- the unified hierarchy's words --- */
#define ONE(key, value) RES("\"unified\":{\"" key "\":\"" value "\"}")
#define MAXES \
	SAID ",\"pids\":{\"max\":4096},\"memory\":{\"max\":\"8GiB\"},\"swap\":{\"max\":\"1GiB\"}," \
	     "\"cpus\":{\"max\":4000}," \
	     "\"cpuShares\":{\"max\":1024},\"blkioWeight\":{\"max\":500},\"hugepages\":{\"max\":" \
	     "\"1GiB\"}"
#define TYPED "\"pids\":{\"limit\":1},\"memory\":{\"limit\":1,\"swap\":1},\"cpu\":{\"quota\":1000}"
#define UNI(key, value) RES(TYPED ",\"unified\":{\"" key "\":\"" value "\"}")
#define BAD(key) R "/unified/" key ":af"

static const struct control_row unified[] = {
	{ D, UNI("pids.max", "4096"), MAXES, "" },
	{ D, UNI("pids.max", "4096\\n"), MAXES, "" },
	{ D, UNI("pids.max", "4097"), MAXES, BAD("pids.max"),
	  "the control group setting 'pids.max'", RES("\"unified\":{\"pids.max\":null}") },
	{ D, UNI("pids.max", "max"), MAXES, BAD("pids.max") },
	{ D, UNI("pids.max", "max"), SAID, "" },
	{ D, UNI("pids.max", "1\\nmax"), MAXES, BAD("pids.max") },
	{ D, UNI("pids.max", "0x10"), MAXES, BAD("pids.max") },
	{ D, UNI("pids.max", "1 2 3"), MAXES, BAD("pids.max") },
	{ D, UNI("pids.max", ""), MAXES, BAD("pids.max") },
	{ D, UNI("memory.max", "8589934592"), MAXES, "" },
	{ D, UNI("memory.max", "8589934593"), MAXES, BAD("memory.max") },
	{ D, UNI("memory.max", "8G"), MAXES,
	  BAD("memory.max") }, /* the kernel takes it; nobody need write it */
	{ D, UNI("memory.swap.max", "1073741825"), MAXES, BAD("memory.swap.max") },
	{ D, UNI("cpu.max", "400000 100000"), MAXES, "" },
	{ D, UNI("cpu.max", "400001 100000"), MAXES, BAD("cpu.max") },
	{ D, UNI("cpu.max", "400000 10000"), MAXES, BAD("cpu.max") },
	/* the kernel keeps the period that it has: of a typed one of 1 ms, 400 processors */
	{ D, UNI("cpu.max", "400000"), MAXES, BAD("cpu.max") },
	{ D, UNI("cpu.max", "max 100000"), MAXES, BAD("cpu.max") },
	{ D, UNI("cpu.max", "max"), MAXES, BAD("cpu.max") },
	{ D, UNI("cpu.max", "1 0"), MAXES, BAD("cpu.max") },
	{ D, UNI("cpu.weight", "100"), MAXES, "" },
	{ D, UNI("cpu.weight", "101"), MAXES, BAD("cpu.weight") },
	{ D, UNI("cpu.weight.nice", "-20"), MAXES, BAD("cpu.weight.nice") },
	{ D, UNI("io.weight", "default 4950"), MAXES, "" },
	{ D, UNI("io.weight", "8:0 10000"), MAXES, BAD("io.weight") },
	{ D, UNI("io.bfq.weight", "default 501"), MAXES, BAD("io.bfq.weight") },
	{ D, UNI("hugetlb.2MB.max", "1073741825"), MAXES, BAD("hugetlb.2MB.max") },
	{ D, UNI("hugetlb.2MB.max", "0"), MAXES, "" },
	{ D, UNI("memory.high", "max"), MAXES, "" },
	{ D, UNI("memory.oom.group", "1"), MAXES, "" },
	{ D, UNI("memory.min", "1"), MAXES, BAD("memory.min") },
	{ K, UNI("memory.min", "1"), MAXES, "" },
	{ D, UNI("cgroup.procs", "1"), SAID, BAD("cgroup.procs") },
	{ D, UNI("cgroup.subtree_control", "+memory"), SAID, BAD("cgroup.subtree_control") },
	{ D, UNI("../pids.max", "1"), MAXES, BAD("..~1pids.max") },
	{ D, UNI("PIDS.MAX", "1"), MAXES, BAD("PIDS.MAX") },
	{ P, UNI("pids.max", "max"), MAXES, BAD("pids.max"), "--cgroup-conf pids.max=max" },
	{ K, UNI("pids.max", "max"), MAXES, R "/unified/pids.max:f" },
	/* the typed limit that is left */
	{ D, ONE("pids.max", "5"), SAID ",\"pids\":{\"max\":4096}", R "/pids/limit:f",
	  .after = RES("\"pids\":{\"limit\":4096},\"unified\":{\"pids.max\":\"5\"}") },
};

/* --- the process --- */
#define RL(type, n) PROC("\"rlimits\":[{\"type\":\"" type "\",\"hard\":" n ",\"soft\":" n "}]")
#define NOFILE SAID ",\"rlimits\":{\"nofile\":{\"replace\":1024},\"core\":0}"
#define SCORE SAID ",\"oomScoreAdj\":{\"min\":0}"
#define SHM SAID ",\"shmSize\":{\"max\":\"64MiB\"}"
#define MOUNT(...) \
	"{\"mounts\":[{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\",\"options\":[" __VA_ARGS__ \
	"]}]}"

static const struct control_row process[] = {
	{ D, RL("RLIMIT_NOFILE", "1024"), NOFILE, "" },
	{ D, RL("RLIMIT_NOFILE", "1025"), NOFILE, "/process/rlimits/0:af", "--ulimit nofile=1025",
	  RL("RLIMIT_NOFILE", "1024") },
	{ D, RL("RLIMIT_NOFILE", "18446744073709551615"), NOFILE, "/process/rlimits/0:af",
	  "--ulimit nofile=-1" },
	{ D, RL("RLIMIT_NPROC", "18446744073709551615"), NOFILE, "" },
	{ D, RL("RLIMIT_CORE", "1"), NOFILE, "/process/rlimits/0:af",
	  .after = RL("RLIMIT_CORE", "0") },
	/* what the kernel takes for CAP_SYS_NICE */
	{ D, RL("RLIMIT_RTPRIO", "99"), SAID, "/process/rlimits/0:af", "--ulimit rtprio=99",
	  RL("RLIMIT_RTPRIO", "0") },
	{ D, RL("RLIMIT_RTPRIO", "0"), SAID, "" },
	{ D, PROC("\"rlimits\":[{\"type\":\"RLIMIT_RTPRIO\",\"hard\":1,\"soft\":0}]"), SAID,
	  "/process/rlimits/0:af" },
	{ D, RL("RLIMIT_NICE", "40"), SAID, "/process/rlimits/0:af", "--ulimit nice=40",
	  RL("RLIMIT_NICE", "20") },
	{ D, RL("RLIMIT_NICE", "20"), SAID, "" },
	{ D, RL("RLIMIT_RTPRIO", "99"), SAID ",\"rlimits\":{\"rtprio\":50}",
	  "/process/rlimits/0:af", .after = RL("RLIMIT_RTPRIO", "0") },
	{ D, RL("RLIMIT_RTPRIO", "99"), "\"cpuRealtime\":true,\"rlimits\":{\"rtprio\":50}",
	  "/process/rlimits/0:af", .after = RL("RLIMIT_RTPRIO", "50") },
	{ D, RL("RLIMIT_RTPRIO", "99"), "\"cpuRealtime\":true", "" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, RL("RLIMIT_RTPRIO", "1"), SAID, "/process/rlimits/0:f" },
	{ P, RL("RLIMIT_NOFILE", "1048576"), NOFILE, "/process/rlimits/0:f" },
	{ K, RL("RLIMIT_NOFILE", "1048576"), NOFILE, "/process/rlimits/0:f" },
	{ D, PROC("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":2000,\"soft\":100}]"), NOFILE,
	  "/process/rlimits/0:af",
	  .after = PROC("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":1024,\"soft\":100}]") },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, RL("RLIMIT_NOFILE", "1025"), NOFILE,
	  "/process/rlimits/0:f" },
	{ U, RL("RLIMIT_NOFILE", "1025"), NOFILE, "" },
	/* the score: Docker writes 0 */
	{ D, NULL, SCORE, "" },
	{ D, PROC("\"oomScoreAdj\":-1000"), SCORE, "/process/oomScoreAdj:af",
	  "--oom-score-adj -1000", PROC("\"oomScoreAdj\":0") },
	/* kubelet's own for sandboxes and guaranteed pods, and no other */
	{ K, PROC("\"oomScoreAdj\":-998"), SCORE, "" },
	{ K, PROC("\"oomScoreAdj\":-997"), SCORE, "" },
	{ K, PROC("\"oomScoreAdj\":-999"), SCORE, "/process/oomScoreAdj:f",
	  .after = PROC("\"oomScoreAdj\":0") },
	{ K, PROC("\"oomScoreAdj\":-997"), SAID ",\"oomScoreAdj\":{\"min\":100}",
	  "/process/oomScoreAdj:f" },
	{ D, PROC("\"oomScoreAdj\":-997"), SCORE, "/process/oomScoreAdj:af" },
	{ D, PROC("\"oomScoreAdj\":null"), SCORE, "/process/oomScoreAdj:f",
	  .after = PROC("\"oomScoreAdj\":0") },
	{ D, PROC("\"oomScoreAdj\":null"), SAID ",\"oomScoreAdj\":{\"min\":-500}",
	  "/process/oomScoreAdj:f", .after = PROC("\"oomScoreAdj\":0") },
	{ D, PROC("\"oomScoreAdj\":null"), SAID, "" },
	{ D, PROC("\"oomScoreAdj\":1000"), SCORE, "" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, PROC("\"oomScoreAdj\":null"), SCORE, "" },
	/* scheduling */
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":99}"), SAID,
	  "/process/scheduler:af", .after = PROC("\"scheduler\":null") },
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_DEADLINE\"}"), SAID, "/process/scheduler:af" },
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":5}"), SAID, "" },
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":-5}"), SAID,
	  "/process/scheduler:af" },
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_EXT\"}"), SAID, "/process/scheduler:af" },
	{ D, PROC("\"scheduler\":{\"policy\":\"SCHED_FIFO\"}"), "\"cpuRealtime\":true", "" },
	{ D, PROC("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":0}"), SAID,
	  "/process/ioPriority:af", .after = PROC("\"ioPriority\":null") },
	{ D, PROC("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":0}"), SAID, "" },
	{ D, PROC("\"execCPUAffinity\":{\"initial\":\"0\",\"final\":\"1\"}"), SAID, "" },
	/* /dev/shm: Docker gives 64 MiB */
	{ D, NULL, SHM, "" },
	{ D, MOUNT("\"nosuid\",\"size=67108865\""), SHM, "/mounts/0/options:af",
	  "--shm-size 67108865", MOUNT("\"nosuid\",\"size=67108864\"") },
	{ D, MOUNT("\"size=1g\""), SHM, "/mounts/0/options:af", "--shm-size 1g" },
	{ D, MOUNT("\"size=65536k\""), SHM, "" },
	{ D, MOUNT("\"size=1g\",\"size=1m\""), SHM, "" },
	{ D, MOUNT("\"size=1m\",\"size=50%\""), SHM, "/mounts/0/options:af",
	  .after = MOUNT("\"size=67108864\"") },
	{ D, MOUNT("\"size=1m\",\"nr_blocks=999999999\""), SHM, "/mounts/0/options:af" },
	{ D, MOUNT("\"size=0\""), SHM, "/mounts/0/options:af" },
	{ D, MOUNT("\"size=99999999999999999999g\""), SHM, "/mounts/0/options:af" },
	{ D, MOUNT("\"size=17179869184g\""), SHM, "/mounts/0/options:af" },
	{ D, MOUNT(""), SHM, "/mounts/0/options:f" },
	{ D, "{\"mounts\":[{\"destination\":\"/dev//shm/\",\"type\":\"tmpfs\"}]}", SHM,
	  "/mounts/0/options:f" },
	{ D,
	  "{\"mounts\":[{\"destination\":\"/dev/shm\",\"type\":\"bind\",\"source\":\"/"
	  "x\",\"options\":[\"bind\"]}]}",
	  SHM, "" },
};

/* --- where the cgroup lies --- */
#define CG(path) "{\"linux\":{\"cgroupsPath\":\"" path "\"}}"
#define NO "/linux/cgroupsPath:a"
#define BATCH SAID ",\"cgroupParent\":[\"/batch/**\",\"/batch-*.slice\"]"

static const struct control_row parent[] = {
	{ D, NULL, SAID, "" },
	{ P, NULL, SAID, "" },
	{ K, NULL, SAID, "" },
	{ D, "{\"linux\":{\"cgroupsPath\":null}}", SAID, "" },
	{ D, CG(""), SAID, "" },
	{ D, CG("system.slice:docker:" DOCKER_ID), SAID, "" },
	{ D, CG(":docker:" DOCKER_ID), SAID, "" },
	{ GD_ENGINE_CTR, GD_ON_CREATE, CG("/default/" DOCKER_ID), SAID, "" },
	{ GD_ENGINE_CTR, GD_ON_CREATE, CG("/moby/" DOCKER_ID), SAID, NO },
	{ GD_ENGINE_CTR, GD_ON_CREATE, CG("system.slice:nerdctl:" DOCKER_ID), SAID, "" },
	{ GD_ENGINE_BUILDKIT, GD_ON_RUN, CG("/buildkit/" DOCKER_ID), SAID, "" },
	{ K, CG("/kubepods/besteffort/pod1/" CRI_ID), SAID, "" },
	{ K, CG("kubepods-besteffort-pod1.slice:cri-containerd:" CRI_ID), SAID, "" },
	{ K, CG("/k8s.io/" CRI_ID), SAID, "" },
	{ K, CG("/kubepods/../" CRI_ID), SAID, NO },
	{ K, CG("/kubepods/another"), SAID, NO },
	{ GD_ENGINE_CRIO, GD_ON_CREATE, CG("kubepods-pod1.slice:crio:" CRI_ID), SAID, "" },
	{ P, CG("machine.slice:libpod:" PODMAN_ID), SAID, "" },
	{ P, CG("machine-libpod_pod_0123.slice:libpod:" PODMAN_ID), SAID, "" },
	{ P, CG("/libpod_parent/0123/libpod-" PODMAN_ID), SAID, "" },
	{ P, CG("/system.slice/web.service/libpod-payload-" PODMAN_ID), SAID, "" },
	{ P, CG("/system.slice/web.service/libpod-" PODMAN_ID), SAID, NO },
	/* --cgroup-parent */
	{ D, CG("/foo/" DOCKER_ID), SAID, NO, "--cgroup-parent /foo" },
	{ D, CG("/" DOCKER_ID), SAID, NO, "--cgroup-parent /" },
	{ D, CG("user-0.slice:docker:" DOCKER_ID), SAID, NO, "--cgroup-parent user-0.slice" },
	{ D, CG("user.slice:docker:" DOCKER_ID), SAID, NO, "--cgroup-parent user.slice" },
	{ D, CG("/system.slice/" DOCKER_ID), SAID, NO, "--cgroup-parent /system.slice" },
	{ D, CG("docker:docker:" DOCKER_ID), SAID, NO },
	{ P, CG("/machine.slice/libpod-" PODMAN_ID), SAID, NO },
	{ D, CG("/docker/x/" DOCKER_ID), SAID, NO },
	{ D, CG("/dockerx/" DOCKER_ID), SAID, NO },
	{ P, CG("/docker/libpod-" PODMAN_ID), SAID, NO },
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, NULL, SAID, NO },
	{ D, CG("/batch/" DOCKER_ID), BATCH, "" },
	{ D, CG("/batch/a/b/" DOCKER_ID), BATCH, "" },
	{ D, CG("batch-1.slice:docker:" DOCKER_ID), BATCH, "" },
	{ D, CG("/batches/" DOCKER_ID), BATCH, NO },
	/* tricks, whatever the list says */
#define ANY SAID ",\"cgroupParent\":[\"/**\"]"
	{ D, CG("/foo/" DOCKER_ID), ANY, "" },
	{ D, CG("/"), ANY, NO },
	{ D, CG("/docker/"), ANY, NO },
	{ D, CG("/docker"), ANY, NO },
	{ D, CG("//docker/" DOCKER_ID), ANY, NO },
	{ D, CG("/docker/../" DOCKER_ID), ANY, NO },
	{ D, CG("/docker/./" DOCKER_ID), ANY, NO },
	{ D, CG("../docker/" DOCKER_ID), ANY, NO },
	{ D, CG("docker/" DOCKER_ID), ANY, NO },
	{ D, CG(DOCKER_ID), ANY, NO },
	{ D, CG("a.slice:docker"), ANY, NO },
	{ D, CG("a.slice:docker:" DOCKER_ID ":x"), ANY, NO },
	{ D, CG("../x.slice:docker:" DOCKER_ID), ANY, NO },
	{ D, CG("a..slice:docker:" DOCKER_ID), ANY, NO },
	{ D, CG("/a:b:" DOCKER_ID), ANY, NO },
	/* an update changes no cgroup; an exec enters it */
	{ U, CG("/foo/" DOCKER_ID), SAID, "" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, CG("/foo/" DOCKER_ID), SAID, NO },
};

#define TABLE_TEST(table) \
	START_TEST(test_##table) \
	{ \
		control_case("resources", &table[_i]); \
	} \
	END_TEST
TABLE_TEST(limits)
TABLE_TEST(rights)
TABLE_TEST(unified)
TABLE_TEST(process)
TABLE_TEST(parent)

int main(void)
{
	const struct test_case cases[] = {
		{ test_limits, ROWS(limits) },	 { test_rights, ROWS(rights) },
		{ test_unified, ROWS(unified) }, { test_process, ROWS(process) },
		{ test_parent, ROWS(parent) },
	};

	return run_suite("control resources", cases, ROWS(cases));
}
