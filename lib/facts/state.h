/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the inner runtime remembers of its containers: runc <root>/<id>/state.json, crun <root>/<id>/status.
 * Both are root's alone; directories and files are opened by gd_open_trusted.
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

#define GD_STATE_MAX (16u << 20)	/* bytes of a state file; runc's holds the whole configuration */
#define GD_STATE_WALK_MAX 4096		/* containers looked at when a namespace's owner is sought */

/* One namespace as it is now: /proc/<init>/ns/<name>. */
struct gd_state_ns {
	const char *name;	/* "cgroup" "ipc" "mnt" "net" "pid" "time" "user" "uts" */
	bool known;		/* dev and ino are set: init is alive and the kernel has this kind */
	dev_t dev;
	ino_t ino;
};
#define GD_STATE_NS 8

struct gd_state {
	const char *root;	/* the runtime's state directory */
	const char *id;
	const char *bundle;	/* absolute, as the runtime recorded it; NOT yet trusted: gd_bundle_open it */
	pid_t init_pid;		/* 0: none recorded */
	uint64_t init_start;	/* clock ticks since boot, as /proc/PID/stat's field 22 */
	bool alive;		/* init_pid is a process, not a zombie, and started at init_start */
	struct gd_state_ns ns[GD_STATE_NS];
};

/*
 * The runtime's state directory: @flag_root (--root) if given, else the default. runc as root: /run/runc; crun, and
 * runc for others: @xdg_runtime_dir/crun or /runc where that is set, else /run/crun or /run/runc.
 * (runc as a user namespace's root honours the variable too; guarded judges no containers there.)
 */
const char *gd_state_root(enum gd_inner inner, const char *flag_root, const char *xdg_runtime_dir, bool root,
			  struct gd_arena *a);

/*
 * @id is one that gd_container_id_check passed. 0; -1: there is no such container (GD_E_INPUT), or its state is
 * malformed or not root's alone.
 */
int gd_state_find(enum gd_inner inner, const char *root, const char *id, struct gd_arena *a,
		  struct gd_state *ret, struct gd_error *err);

/*
 * Which container holds the namespace of kind @ns ("net", ...) with @dev and @ino? The container whose init
 * is the pid in @path (/proc/PID/ns/...) is tried first, then every container in every directory of @roots.
 * 1: found; 0: none of them; -1: could not be told (too many containers, a state that cannot be read).
 * A container that joined the namespace holds it as well as the one that made it: where several do, the one
 * whose state is oldest (smallest init_start) is named, and @ret_shared says so. @path and @ret_shared may be NULL.
 */
int gd_state_ns_owner(enum gd_inner inner, const struct gd_words *roots, const char *ns, dev_t dev, ino_t ino,
		      const char *path, struct gd_arena *a, struct gd_state *ret, bool *ret_shared,
		      struct gd_error *err);

/*
 * The state directories in which a joined namespace may have its owner: @root itself, and beside it those of
 * the same engine (containerd: /run/containerd/runc/<every namespace>, only where @siblings).
 */
void gd_state_roots(const char *root, bool siblings, struct gd_arena *a, struct gd_words *ret);

#endif
