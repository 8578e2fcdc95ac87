/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last step: descriptors put right, then the runtime in place of guarded. */
#ifndef GD_RUNTIME_EXEC_H
#define GD_RUNTIME_EXEC_H

#include "base/error.h"
#include "invocation/invocation.h"

#define GD_HANDED_MAX 4

/* Documents that guarded hands to the runtime by descriptor. */
struct gd_handed {
	int fd[GD_HANDED_MAX];	/* as gd_handed_add placed them */
	unsigned n;
};

/*
 * Move @fd (owned; closed here, also on failure) out of the reach of --preserve-fds and make it
 * survive the exec. Returns the path by which the runtime opens it, "/proc/self/fd/N" in @a, or
 * NULL with @err.
 */
const char *gd_handed_add(struct gd_handed *h, int fd, struct gd_fd_keep keep, struct gd_arena *a,
			  struct gd_error *err);

/*
 * LISTEN_FDS where LISTEN_PID is this process (socket activation, which runc hands on to the
 * container), else 0. -1 where the number is not a plain decimal up to GD_PRESERVE_FDS_MAX.
 */
int gd_listen_fds(unsigned *ret, enum gd_inner inner, struct gd_error *err);

/*
 * Mark every descriptor >= 3 close-on-exec but those of @keep and @h (NULL: none), then execve
 * @runtime with @argv and the environment as it is. Returns only on failure: -1.
 */
int gd_exec_runtime(const char *runtime, char **argv, struct gd_fd_keep keep,
		    const struct gd_handed *h, struct gd_error *err);

#endif
