/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths opened so that nothing can be put in their place, and by what name the kernel knows what
 * was opened. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "facts/origin.h"

/* A path without a change under it: a rename elsewhere makes openat2 say EAGAIN, which is no
 * answer. */
int gd_hold(int dirfd, const char *path, unsigned long resolve, struct gd_held *ret)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				.resolve = resolve | RESOLVE_NO_MAGICLINKS };
	struct statx st;
	int fd = -1;

	for (int i = 0; i < 16 && fd < 0; i++) {
		fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
		if (fd < 0 && errno != EAGAIN)
			return -errno;
	}
	if (fd < 0)
		return -EAGAIN;
	/* Not synced: a dead network file system must not hang a launch; nor may looking mount
	 * anything. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID)) {
		close(fd);
		return -ENOSYS; /* Linux 5.8 has both */
	}
	*ret = (struct gd_held){
		.fd = fd,
		.mnt_id = (int)st.stx_mnt_id,
		.dev = makedev(st.stx_dev_major, st.stx_dev_minor),
		.ino = st.stx_ino,
		.mode = st.stx_mode,
		.uid = st.stx_uid,
		.gid = st.stx_gid,
		.links = st.stx_nlink,
	};
	return 0;
}

void gd_drop(struct gd_held *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

int gd_held_name(struct gd_held *h, struct gd_arena *a)
{
	char link[64], path[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", h->fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || (size_t)n >= sizeof(path) - 1)
		return -1;
	path[n] = '\0';
	/* "(unreachable)/x" does not begin with a slash; a name that ends so may also be a real
	 * one: no links left */
	if (path[0] != '/' || (h->links == 0 && gd_ends(path, " (deleted)")))
		return -1;
	h->path = gd_strdup(a, path);
	return 0;
}

bool gd_path_is_loose(const char *path)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	struct stat st;

	if (len >= sizeof(part) || path[0] != '/')
		return true;
	for (size_t i = 0; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (lstat(i ? part : "/", &st) < 0 || st.st_uid != 0 || (st.st_mode & 022) != 0)
			return true;
	}
	return false;
}
