/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody probably typed, in the words of the engine that they typed it to. One table for all
 * controls: a refusal that names '--pids-limit' to somebody who wrote a pod is of no use.
 *
 * An engine that nobody is sure of has no words: gd_say returns NULL and the message names the
 * thing itself (gd_finding.what). containerd's own namespaces are shared by ctr and nerdctl, so
 * only what both spell alike is said there.
 */
#ifndef GD_CONTROL_DIALECT_H
#define GD_CONTROL_DIALECT_H

#include "control/control.h"

enum gd_dialect {
	GD_SPEAK_PLAIN,	/* nobody's: a bundle by hand, a build, a plugin */
	GD_SPEAK_FLAGS,	/* docker, podman, ctr and nerdctl */
	GD_SPEAK_POD,	/* Kubernetes: fields of a pod */
};
enum gd_dialect gd_dialect(const struct gd_facts *f);

/* name, Docker, Podman (NULL: as Docker), ctr and nerdctl alike, Pod field, compose key */
#define GD_TERMS(X) \
	X(PRIVILEGED, "--privileged", NULL, "--privileged", "securityContext.privileged", \
	  "privileged") \
	X(CAP_ADD, "--cap-add", NULL, "--cap-add", "capabilities.add", "cap_add") \
	X(CAP_DROP, "--cap-drop", NULL, "--cap-drop", "capabilities.drop", "cap_drop") \
	X(SECCOMP, "--security-opt seccomp=", NULL, NULL, "seccompProfile.type", "security_opt") \
	X(APPARMOR, "--security-opt apparmor=", NULL, NULL, "appArmorProfile.type", \
	  "security_opt") \
	X(SELINUX, "--security-opt label=", NULL, NULL, "seLinuxOptions", "security_opt") \
	X(NO_NEW_PRIVILEGES, "--security-opt no-new-privileges", NULL, NULL, \
	  "allowPrivilegeEscalation", "security_opt") \
	X(SYSTEM_PATHS, "--security-opt systempaths=", "--security-opt unmask=", NULL, \
	  "procMount", "security_opt") \
	X(NETWORK, "--network", NULL, NULL, "hostNetwork", "network_mode") \
	X(PID, "--pid", NULL, NULL, "hostPID", "pid") \
	X(IPC, "--ipc", NULL, NULL, "hostIPC", "ipc") \
	X(UTS, "--uts", NULL, NULL, NULL, "uts") \
	X(USERNS, "--userns", NULL, NULL, "hostUsers", "userns_mode") \
	X(CGROUPNS, "--cgroupns", NULL, NULL, NULL, "cgroup") \
	X(VOLUME, "-v", NULL, NULL, "hostPath", "volumes") \
	X(TMPFS, "--tmpfs", NULL, NULL, "emptyDir", "tmpfs") \
	X(DEVICE, "--device", NULL, "--device", NULL, "devices") \
	X(DEVICE_RULE, "--device-cgroup-rule", NULL, NULL, NULL, "device_cgroup_rules") \
	X(READ_ONLY, "--read-only", NULL, "--read-only", "readOnlyRootFilesystem", "read_only") \
	X(PIDS, "--pids-limit", NULL, NULL, NULL, "pids_limit") \
	X(MEMORY, "--memory", NULL, NULL, "resources.limits.memory", "mem_limit") \
	X(SWAP, "--memory-swap", NULL, NULL, NULL, "memswap_limit") \
	X(CPUS, "--cpus", NULL, "--cpus", "resources.limits.cpu", "cpus") \
	X(CPU_SHARES, "--cpu-shares", NULL, "--cpu-shares", "resources.requests.cpu", \
	  "cpu_shares") \
	X(CPU_REALTIME, "--cpu-rt-runtime", NULL, NULL, NULL, "cpu_rt_runtime") \
	X(OOM_SCORE, "--oom-score-adj", NULL, NULL, NULL, "oom_score_adj") \
	X(OOM_KILL_DISABLE, "--oom-kill-disable", NULL, NULL, NULL, "oom_kill_disable") \
	X(BLKIO_WEIGHT, "--blkio-weight", NULL, NULL, NULL, "blkio_config.weight") \
	X(SHM_SIZE, "--shm-size", NULL, NULL, NULL, "shm_size") \
	X(ULIMIT, "--ulimit", NULL, NULL, NULL, "ulimits") \
	X(CGROUP_PARENT, "--cgroup-parent", NULL, NULL, NULL, "cgroup_parent") \
	X(CGROUP_CONF, NULL, "--cgroup-conf", NULL, NULL, NULL) \
	X(SYSCTL, "--sysctl", NULL, NULL, "securityContext.sysctls", "sysctls") \
	X(ANNOTATION, "--annotation", NULL, "--annotation", "metadata.annotations", "annotations") \
	X(ENV, "--env", NULL, "--env", "env", "environment") \
	X(USER, "--user", NULL, "--user", "runAsUser", "user") \
	X(GROUP_ADD, "--group-add", NULL, NULL, "supplementalGroups", "group_add") \
	X(WORKDIR, "--workdir", NULL, NULL, "workingDir", "working_dir") \
	X(ENTRYPOINT, "--entrypoint", NULL, NULL, "command", "entrypoint") \
	X(COMMAND, NULL, NULL, NULL, "args", "command") \
	X(PUBLISH, "-p", NULL, NULL, "hostPort", "ports") \
	X(CHECKPOINT, "--checkpoint", NULL, NULL, NULL, NULL) \
	X(TTY, "--tty", NULL, "--tty", "tty", "tty")

enum gd_term {
#define X(id, docker, podman, ctr, pod, compose) GD_SAY_##id,
	GD_TERMS(X)
#undef X
	GD_SAY_COUNT
};

/*
 * What was typed: "--cap-add SYS_ADMIN", "docker exec --privileged", "runAsUser: 0". @value (may be
 * NULL) comes from the user and is neutralised here. NULL where the engine has no word for it.
 */
const char *gd_say(const struct gd_facts *f, enum gd_term t, const char *value, struct gd_arena *a);

/*
 * What to type instead, for the fix: as gd_say without the program's name, and under Docker with
 * the compose key: "--pids-limit 512 (compose: pids_limit)". @value is ours, taken as it is. Never
 * NULL: where the engine has no word it is @otherwise.
 */
const char *gd_advise(const struct gd_facts *f, enum gd_term t, const char *value,
		      const char *otherwise, struct gd_arena *a);

/* "docker exec", "podman update", "kubectl exec"; NULL on create and where not sure. */
const char *gd_say_verb(const struct gd_facts *f);

/* A key as a JSON pointer writes it: '~' and '/' escaped. */
const char *gd_pointer_key(struct gd_arena *a, const char *key);

/*
 * @s without anything that could end a line or pose as another word; in quotes only where it needs
 * them.
 */
const char *gd_bare(struct gd_arena *a, const char *s, size_t max);

#endif
