/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the inner runtime remembers of its containers: runc <root>/<id>/state.json, crun
 * <root>/<id>/status. Both are root's alone; directories and files are opened by gd_open_trusted.
 */
#ifndef GD_FACTS_STATE_H
#define GD_FACTS_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/inner.h"
#include "base/str.h"

#define GD_STATE_MAX (16u << 20) /* bytes of a state file; runc's holds the whole configuration */
#define GD_STATE_WALK_MAX 4096	 /* containers looked at when a namespace's owner is sought */

/* One namespace as it is now: /proc/<init>/ns/<name>. */
struct gd_state_ns {
	const char *name;	/* "cgroup" "ipc" "mnt" "net" "pid" "time" "user" "uts" */
	bool known;		/* dev and ino are set: init is alive and the kernel has this kind */
	dev_t dev;
	ino_t ino;
	const char *joined;	/* the path that its document joins; NULL: its own, or shared */
};
#define GD_STATE_NS 8

struct gd_state {
	const char *root;	/* the runtime's state directory */
	const char *id;
	const char *bundle;	/* absolute, as recorded; NOT yet trusted: gd_bundle_open it */
	pid_t init_pid;		/* 0: none recorded */
	uint64_t init_start;	/* clock ticks since boot, as /proc/PID/stat's field 22 */
	bool alive;		/* init_pid is a process, not a zombie, and started at init_start */
	struct gd_state_ns ns[GD_STATE_NS];
};

/*
 * The runtime's state directory: @flag_root (--root) if given, else the default. runc as root:
 * /run/runc; crun, and runc for others: @xdg_runtime_dir/crun or /runc where that is set, else
 * /run/crun or /run/runc. (runc as a user namespace's root honours the variable too; guarded judges
 * no containers there.)
 */
const char *gd_state_root(enum gd_inner inner, const char *flag_root, const char *xdg_runtime_dir,
			  bool root, struct gd_arena *a);

/*
 * @id is one that gd_container_id_check passed. 0; -1: there is no such container (GD_E_INPUT,
 * errnum ENOENT), or its state is malformed (GD_E_INPUT) or not root's alone (GD_E_TRUST).
 */
int gd_state_find(enum gd_inner inner, const char *root, const char *id, struct gd_arena *a,
		  struct gd_state *ret, struct gd_error *err);

/* The row of @ns ("net", ...) or NULL. */
const struct gd_state_ns *gd_state_ns(const struct gd_state *s, const char *ns);

/*
 * Whose is the namespace of kind @ns ("net", ...) with @dev and @ino? 1: found; 0: no container of
 * @roots holds it; -1: could not be told (too many containers, a state that cannot be read).
 *
 * A container that joined a namespace holds it as well as the one that made it. The container whose
 * init is the pid in @path (/proc/PID/ns/..., may be NULL) is the answer where it did not join by
 * such a path itself; where it did, the pid in that path is asked. Otherwise all containers are
 * looked at and the oldest that holds the namespace is named: a joiner is always younger. A
 * namespace that an engine made and bound to a file (a sandbox's network) belongs to the first
 * container that joined it.
 */
int gd_state_ns_owner(enum gd_inner inner, const struct gd_words *roots, const char *ns, dev_t dev,
		      ino_t ino, const char *path, struct gd_arena *a, struct gd_state *ret,
		      struct gd_error *err);

/*
 * The state directories in which a joined namespace may have its owner: @root itself and, where it
 * is one of containerd's (".../containerd/runc/NAMESPACE"), its siblings: a CRI container may join
 * one of ctr's.
 */
void gd_state_roots(const char *root, struct gd_arena *a, struct gd_words *ret);

#endif
