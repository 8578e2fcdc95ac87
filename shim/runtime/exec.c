/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/exec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_FD 3 /* behind standard input, output and error */

extern char **environ;

const char *gd_handed_add(struct gd_handed *h, int fd, struct gd_fd_keep keep, struct gd_arena *a,
			  struct gd_error *err)
{
	int moved;

	if (h->n == GD_HANDED_MAX) {
		close(fd);
		gd_error_set(err, GD_E_SYSTEM, "more than %d documents to hand over",
			     GD_HANDED_MAX);
		return NULL;
	}
	/*
	 * Behind the range that --preserve-fds hands to the container: a caller who promises more
	 * descriptors than it opened must not get ours into the container. It stays close-on-exec
	 * until the exec itself.
	 */
	moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD + (int)keep.count);
	if (moved < 0)
		gd_error_sys(err, errno, "move a descriptor");
	close(fd);
	if (moved < 0)
		return NULL;
	h->fd[h->n++] = moved;
	return gd_printf(a, "/proc/self/fd/%d", moved);
}

int gd_listen_fds(unsigned *ret, enum gd_inner inner, struct gd_error *err)
{
	const char *n = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	uint64_t count, whose;

	*ret = 0;
	if (n == NULL || n[0] == '\0')
		return 0;
	/* runc, through go-systemd, asks whose they are; crun does not. */
	if (inner != GD_INNER_CRUN &&
	    (pid == NULL || gd_parse_u64(pid, &whose) < 0 || whose != (uint64_t)getpid()))
		return 0;
	if (gd_parse_u64(n, &count) < 0 || count > GD_PRESERVE_FDS_MAX)
		return gd_error_set(err, GD_E_INPUT, "LISTEN_FDS is not a number up to %d",
				    GD_PRESERVE_FDS_MAX);
	*ret = (unsigned)count;
	return 0;
}

static int set_cloexec(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0)
		return -1;
	return fcntl(fd, F_SETFD, on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}

/* Kernels before 5.11 know no CLOSE_RANGE_CLOEXEC: walk what is open. */
static int cloexec_from_proc(int first, struct gd_error *err)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	uint64_t fd;

	if (dir == NULL)
		return gd_error_sys(err, errno, "list open descriptors");
	while ((entry = readdir(dir)) != NULL)
		if (gd_parse_u64(entry->d_name, &fd) == 0 && fd >= (uint64_t)first &&
		    set_cloexec((int)fd, true) < 0) {
			gd_error_sys(err, errno, "mark a descriptor close-on-exec");
			closedir(dir);
			return -1;
		}
	closedir(dir);
	return 0;
}

/*
 * A descriptor that leaks into the runtime leaks a host directory into the container
 * (CVE-2024-21626). Those of the kept range are left as they are: the caller's have no flag or they
 * would not have come here, our own have it.
 */
static int seal_descriptors(struct gd_fd_keep keep, const struct gd_handed *h, struct gd_error *err)
{
	int first = FIRST_FD + (int)keep.count;

	if (syscall(SYS_close_range, (unsigned)first, ~0u, CLOSE_RANGE_CLOEXEC) < 0 &&
	    cloexec_from_proc(first, err) < 0)
		return -1;
	if (keep.single >= first && set_cloexec(keep.single, false) < 0 && errno != EBADF)
		return gd_error_sys(err, errno, "keep descriptor %d", keep.single);
	for (unsigned i = 0; h != NULL && i < h->n; i++) {
		if (h->fd[i] < first)
			return gd_error_set(err, GD_E_INPUT,
					    "a document lies among the descriptors that the call"
					    " hands to the container");
		if (set_cloexec(h->fd[i], false) < 0)
			return gd_error_sys(err, errno, "hand over a document");
	}
	return 0;
}

int gd_exec_runtime(const char *runtime, char **argv, struct gd_fd_keep keep,
		    const struct gd_handed *h, struct gd_error *err)
{
	if (seal_descriptors(keep, h, err) < 0)
		return -1;
	/*
	 * The environment is the runtime's own (proxies, buses, socket activation, conmon's
	 * numbers) and comes from the engine's unit; guarded took nothing from it and takes nothing
	 * out. runc and crun read no LD_* that an API's user could set.
	 */
	execve(runtime, argv, environ);
	return gd_error_sys(err, errno, "exec '%s'", runtime);
}
