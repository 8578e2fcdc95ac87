/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line by which an engine calls the runtime, read strictly by runc's grammar
 * (engine-facts section 1: urfave/cli v1 over Go's flag) and re-emitted in one canonical form.
 * Verbs that can start, enter or loosen a container are gated: whatever runc and we, or runc and
 * crun, could read differently is refused there. Verbs that cannot are passed with the argv
 * unchanged, so that nothing stops an operator from stopping a container.
 *
 * Pure: no environment, no files, no descriptors. Everything lent by argv or the arena.
 *
 *	struct gd_peek peek;
 *	gd_invocation_peek(argc, argv, &peek);		before anything can fail: where to say no
 *	if (gd_invocation_parse(argc, argv, &rules, a, &inv, &err) < 0) refuse;
 *	if (!inv.gated) exec runtime with gd_invocation_canonical(&inv, runtime, NULL, a);
 */
#ifndef GD_INVOCATION_INVOCATION_H
#define GD_INVOCATION_INVOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"
#include "base/inner.h"
#include "base/str.h"
#include "json/tree.h"

#define GD_ARGS_MAX 4096		/* words of an argv; an exec's command included */
#define GD_PRESERVE_FDS_MAX 4096	/* descriptors that a call may hand to a container */

/*
 * From the basename of the configured runtime: crun, crun-X and crun.X; runc likewise; else OTHER,
 * which is read and called by runc's grammar.
 */
enum gd_inner gd_inner_of(const char *runtime_path);

/* name, class */
#define GD_VERBS(X) \
	X(CREATE, "create", true) X(RUN, "run", true) X(RESTORE, "restore", true) \
	X(EXEC, "exec", true) X(UPDATE, "update", true) \
	X(START, "start", false) X(STATE, "state", false) X(KILL, "kill", false) \
	X(DELETE, "delete", false) X(PAUSE, "pause", false) X(RESUME, "resume", false) \
	X(PS, "ps", false) X(LIST, "list", false) X(EVENTS, "events", false) \
	X(CHECKPOINT, "checkpoint", false) X(FEATURES, "features", false) X(SPEC, "spec", false) \
	X(HELP, "help", false) X(VERSION, "version", false)
enum gd_verb {
	GD_VERB_NONE = 0,	/* no word at all: the runtime prints its help */
#define X(id, name, gated) GD_VERB_##id,
	GD_VERBS(X)
#undef X
	GD_VERB_LISTED,		/* unknown here, allowed by guarded.json's `verbs` */
	GD_VERB_COUNT
};
/* "create"; "" for NONE, "other" for LISTED. HELP and VERSION are --help, help, --version. */
const char *gd_verb_name(enum gd_verb v);
bool gd_verb_gated(enum gd_verb v);

/*
 * Every flag of runc 1.1 to 1.5 on the gated verbs and checkpoint, and the global ones. The order
 * of this list is the order of the canonical argv. Columns: id, name, one-letter alias or "", kind,
 * verbs (letters: G global, c create, r run, t restore, x exec, u update, k checkpoint), part:
 * FLAG stays a flag; PROCESS has its place in the process document, RESOURCES in the resources
 * document.
 */
#define GD_FLAGS(X) \
	X(DEBUG, "debug", "", BOOL, "G", FLAG) \
	X(LOG, "log", "", VALUE, "G", FLAG) \
	X(LOG_FORMAT, "log-format", "", VALUE, "G", FLAG) \
	X(LOG_LEVEL, "log-level", "", VALUE, "G", FLAG)				/* crun only */ \
	X(ROOT, "root", "", VALUE, "G", FLAG) \
	X(CRIU, "criu", "", VALUE, "G", FLAG)					/* runc only */ \
	X(SYSTEMD_CGROUP, "systemd-cgroup", "", BOOL, "G", FLAG) \
	X(CGROUP_MANAGER, "cgroup-manager", "", VALUE, "G", FLAG)		/* crun only */ \
	X(ROOTLESS, "rootless", "", VALUE, "G", FLAG) \
	X(BUNDLE, "bundle", "b", VALUE, "crt", FLAG) \
	X(CONSOLE_SOCKET, "console-socket", "", VALUE, "crtx", FLAG) \
	X(PIDFD_SOCKET, "pidfd-socket", "", VALUE, "crx", FLAG) \
	X(PID_FILE, "pid-file", "", VALUE, "crtx", FLAG) \
	X(NO_PIVOT, "no-pivot", "", BOOL, "crt", FLAG) \
	X(NO_NEW_KEYRING, "no-new-keyring", "", BOOL, "cr", FLAG) \
	X(PRESERVE_FDS, "preserve-fds", "", INT, "crx", FLAG) \
	X(DETACH, "detach", "d", BOOL, "rtx", FLAG) \
	X(KEEP, "keep", "", BOOL, "r", FLAG) \
	X(NO_SUBREAPER, "no-subreaper", "", BOOL, "crt", FLAG)	/* create: crun only */ \
	X(IMAGE_PATH, "image-path", "", VALUE, "tk", FLAG) \
	X(WORK_PATH, "work-path", "", VALUE, "tk", FLAG) \
	X(PARENT_PATH, "parent-path", "", VALUE, "k", FLAG) \
	X(LEAVE_RUNNING, "leave-running", "", BOOL, "k", FLAG) \
	X(STATUS_FD, "status-fd", "", INT, "k", FLAG) \
	X(PAGE_SERVER, "page-server", "", VALUE, "k", FLAG) \
	X(PRE_DUMP, "pre-dump", "", BOOL, "k", FLAG) \
	X(TCP_SKIP_IN_FLIGHT, "tcp-skip-in-flight", "", BOOL, "k", FLAG) \
	X(LINK_REMAP, "link-remap", "", BOOL, "k", FLAG) \
	X(TCP_ESTABLISHED, "tcp-established", "", BOOL, "tk", FLAG) \
	X(EXT_UNIX_SK, "ext-unix-sk", "", BOOL, "tk", FLAG) \
	X(SHELL_JOB, "shell-job", "", BOOL, "tk", FLAG) \
	X(FILE_LOCKS, "file-locks", "", BOOL, "tk", FLAG) \
	X(MANAGE_CGROUPS_MODE, "manage-cgroups-mode", "", VALUE, "tk", FLAG) \
	X(EMPTY_NS, "empty-ns", "", LIST, "tk", FLAG) \
	X(AUTO_DEDUP, "auto-dedup", "", BOOL, "tk", FLAG) \
	X(LAZY_PAGES, "lazy-pages", "", BOOL, "tk", FLAG) \
	X(LSM_PROFILE, "lsm-profile", "", VALUE, "t", FLAG) \
	X(LSM_MOUNT_CONTEXT, "lsm-mount-context", "", VALUE, "t", FLAG) \
	X(PROCESS, "process", "p", VALUE, "x", FLAG) \
	X(CWD, "cwd", "", VALUE, "x", PROCESS) \
	X(ENV, "env", "e", LIST, "x", PROCESS) \
	X(TTY, "tty", "t", BOOL, "x", PROCESS) \
	X(USER, "user", "u", VALUE, "x", PROCESS) \
	X(ADDITIONAL_GIDS, "additional-gids", "g", LIST, "x", PROCESS) \
	X(PROCESS_LABEL, "process-label", "", VALUE, "x", PROCESS) \
	X(APPARMOR, "apparmor", "", VALUE, "x", PROCESS) \
	X(NO_NEW_PRIVS, "no-new-privs", "", BOOL, "x", PROCESS) \
	X(CAP, "cap", "c", LIST, "x", PROCESS) \
	X(CGROUP, "cgroup", "", LIST, "x", FLAG) \
	X(IGNORE_PAUSED, "ignore-paused", "", BOOL, "x", FLAG) \
	X(RESOURCES, "resources", "r", VALUE, "u", FLAG) \
	X(BLKIO_WEIGHT, "blkio-weight", "", INT, "u", RESOURCES) \
	X(CPU_PERIOD, "cpu-period", "", VALUE, "u", RESOURCES) \
	X(CPU_QUOTA, "cpu-quota", "", VALUE, "u", RESOURCES) \
	X(CPU_BURST, "cpu-burst", "", VALUE, "u", RESOURCES) \
	X(CPU_SHARE, "cpu-share", "", VALUE, "u", RESOURCES) \
	X(CPU_RT_PERIOD, "cpu-rt-period", "", VALUE, "u", RESOURCES) \
	X(CPU_RT_RUNTIME, "cpu-rt-runtime", "", VALUE, "u", RESOURCES) \
	X(CPU_IDLE, "cpu-idle", "", VALUE, "u", RESOURCES) \
	X(CPUSET_CPUS, "cpuset-cpus", "", VALUE, "u", RESOURCES) \
	X(CPUSET_MEMS, "cpuset-mems", "", VALUE, "u", RESOURCES) \
	X(KERNEL_MEMORY, "kernel-memory", "", VALUE, "u", RESOURCES) \
	X(KERNEL_MEMORY_TCP, "kernel-memory-tcp", "", VALUE, "u", RESOURCES) \
	X(MEMORY, "memory", "", VALUE, "u", RESOURCES) \
	X(MEMORY_RESERVATION, "memory-reservation", "", VALUE, "u", RESOURCES) \
	X(MEMORY_SWAP, "memory-swap", "", VALUE, "u", RESOURCES) \
	X(PIDS_LIMIT, "pids-limit", "", INT, "u", RESOURCES) \
	X(L3_CACHE_SCHEMA, "l3-cache-schema", "", VALUE, "u", FLAG) \
	X(MEM_BW_SCHEMA, "mem-bw-schema", "", VALUE, "u", FLAG)
enum gd_flag_id {
#define X(id, name, alias, kind, verbs, part) GD_F_##id,
	GD_FLAGS(X)
#undef X
	GD_F_COUNT
};
const char *gd_flag_name(enum gd_flag_id f); /* "bundle", without dashes */

/* What one flag was given as. Not given: all zero. */
struct gd_flag_value {
	bool given;		/* also for --debug=false, --bundle= */
	bool on;		/* BOOL */
	int64_t number;		/* INT */
	const char *str;	/* VALUE, INT: as written; "" possible */
	struct gd_words list;	/* LIST: every value, in order */
};

enum gd_log_format { GD_LOG_TEXT = 0, GD_LOG_JSON };

/* Where a refusal is to be written. Found also in a command line that is refused. */
struct gd_peek {
	const char *log;	/* a path, without crun's "file:"; NULL also for journald:, syslog: */
	enum gd_log_format log_format;
	enum gd_verb verb;	/* NONE where none can be told */
};
/* Never fails; believes less than it reads: nothing but the refusal may depend on it. */
void gd_invocation_peek(int argc, char **argv, struct gd_peek *ret);

struct gd_invocation_rules {
	enum gd_inner inner;
	const struct gd_words *verbs;	/* guarded.json `verbs`, may be NULL */
};

struct gd_invocation {
	enum gd_inner inner;
	enum gd_verb verb;
	bool gated;
	bool help; /* --help on a gated verb: canonical is "VERB --help" and nothing is judged */
	const char *verb_word;		/* as written; "" for NONE */
	const char *id; /* validated on gated verbs; NULL where a passed verb names none */
	struct gd_flag_value flag[GD_F_COUNT];
	struct gd_words command;	/* exec without --process: what follows the id */
	int argc;			/* the original, lent */
	char **argv;
};

/*
 * Read argv[1..]. 0, or -1 with GD_E_INPUT: unknown global flags and unlisted verbs always; on
 * gated verbs also everything ambiguous (unknown, abbreviated, repeated or doubly spelled flags;
 * glued short flags; single-dash long flags but runc's own "-no-subreaper" on restore; "--"; values
 * that look like flags; flags that runc would ignore beside --process or --resources; a missing,
 * second or malformed id; numbers that are not plain decimals). crun: --config is refused, it would
 * replace the document that was judged;
 * --cgroup-manager disabled is refused on gated verbs, no limit would hold.
 */
int gd_invocation_parse(int argc, char **argv, const struct gd_invocation_rules *rules,
			struct gd_arena *a, struct gd_invocation *ret, struct gd_error *err);

/* The value of @f; NULL where it was not given or given empty, which runc reads as not given. */
const char *gd_invocation_str(const struct gd_invocation *inv, enum gd_flag_id f);

/* What takes the place of what was given; NULL members leave it as given. */
struct gd_canonical_with {
	const char *root;	/* the state directory that guarded looked into */
	const char *bundle;	/* create, run, restore: always emitted, absolute */
	const char *process;	/* exec: --process PATH; PROCESS flags and command are dropped */
	const char *resources;	/* update: --resources PATH; every RESOURCES flag is dropped */
};
/*
 * NULL-terminated argv for the runtime: argv[0] is @argv0, then globals, verb, "--flag value" in
 * table order, id, command. Passed verbs: the original words behind @argv0. @with may be NULL.
 */
char **gd_invocation_canonical(const struct gd_invocation *inv, const char *argv0,
			       const struct gd_canonical_with *with, struct gd_arena *a);

/* Which descriptors >= 3 the call hands on. */
struct gd_fd_keep {
	unsigned count;		/* 3 .. 2 + count */
	int single;		/* checkpoint's --status-fd; -1 none */
};
/*
 * @listen_fds: LISTEN_FDS of the environment where it is meant for this process (the caller reads
 * it), else 0; counts on create, run and restore (crun: exec too) only, in front of --preserve-fds,
 * as the runtimes do.
 */
struct gd_fd_keep gd_invocation_fds(const struct gd_invocation *inv, unsigned listen_fds);

/*
 * The flags that change what a container is or may, and that no document shows: "--no-pivot",
 * "--cgroup a/b", "--l3-cache-schema x", "--preserve-fds 2", ... Everything but what only says
 * where documents, sockets, images and pid files are, and whether to wait.
 */
void gd_invocation_judged_flags(const struct gd_invocation *inv, struct gd_arena *a,
				struct gd_words *ret);

/*
 * exec without --process: the process document that runc would make of the container's own @process
 * (its config.json's) and the flags and command given. Owned by the caller.
 */
int gd_invocation_process(const struct gd_invocation *inv, const gd_json *process, gd_json **ret,
			  struct gd_error *err);
/* update without --resources: what runc would make of the flags. Owned by the caller. */
int gd_invocation_resources(const struct gd_invocation *inv, gd_json **ret, struct gd_error *err);

#endif
