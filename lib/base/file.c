/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE 1
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8U /* Linux 6.3; older kernels answer EINVAL */
#endif

/* The number of bytes, less than @want only at the end; -1 with errno. */
static ssize_t read_some(int fd, char *to, size_t want)
{
	size_t got = 0;

	while (got < want) {
		ssize_t n = read(fd, to + got, want - got);
		if (n == 0)
			break;
		if (n > 0) {
			got += (size_t)n;
		} else if (errno == EAGAIN) {
			/* Somebody gave us a non-blocking pipe as standard input. */
			if (poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1) < 0 &&
			    errno != EINTR)
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return (ssize_t)got;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

int gd_read_all(int fd, size_t max, struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err)
{
	struct stat before, after;

	if (fstat(fd, &before) < 0)
		return gd_error_sys(err, errno, "stat");
	if (!S_ISREG(before.st_mode))
		return gd_error_set(err, GD_E_INPUT, "not a regular file");
	if (before.st_size < 0 || (uintmax_t)before.st_size > max)
		return gd_error_set(err, GD_E_INPUT, "larger than %zu bytes", max);

	size_t size = (size_t)before.st_size;
	char *data = gd_alloc(a, size + 2);	/* one byte more, to see growth, and the NUL */
	ssize_t n = read_some(fd, data, size + 1);
	if (n < 0)
		return gd_error_sys(err, errno, "read");
	if (fstat(fd, &after) < 0)
		return gd_error_sys(err, errno, "stat");
	if ((size_t)n != size || after.st_size != before.st_size ||
	    !same_time(after.st_mtim, before.st_mtim))
		return gd_error_set(err, GD_E_INPUT, "changed while it was read");
	data[size] = '\0';
	*ret = (struct gd_bytes){ .data = data, .len = size };
	return 0;
}

int gd_read_stream(int fd, size_t max, struct gd_arena *a, struct gd_bytes *ret,
		   struct gd_error *err)
{
	size_t len = 0, cap = 0, limit;
	char *data = NULL;

	if (__builtin_add_overflow(max, 2, &limit))
		return gd_error_set(err, GD_E_INPUT, "no limit given");
	for (;;) {
		size_t want = cap == 0 ? 8192 : cap * 2;
		want = want > limit ? limit : want;
		data = gd_realloc(a, data, cap, want);
		cap = want;
		ssize_t n = read_some(fd, data + len, cap - 1 - len);
		if (n < 0)
			return gd_error_sys(err, errno, "read");
		len += (size_t)n;
		if (len < cap - 1)
			break;
		if (len > max)
			return gd_error_set(err, GD_E_INPUT, "larger than %zu bytes", max);
	}
	data[len] = '\0';
	*ret = (struct gd_bytes){ .data = data, .len = len };
	return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return -1;
		}
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * The name carries our pid, so that two writers in one directory do not meet. What is left of a
 * killed process of the same pid is in the way, and nobody's: removed once.
 */
static int open_temporary(int dirfd, const char *name, char ret_temp[static 300],
			  struct gd_error *err)
{
	int n = snprintf(ret_temp, 300, ".%s.%d.new", name, (int)getpid());

	if (n < 0 || n >= 300)
		return gd_error_set(err, GD_E_SYSTEM, "name too long");
	for (int tries = 0;; tries++) {
		int fd = openat(dirfd, ret_temp,
				O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST || tries > 0 || unlinkat(dirfd, ret_temp, 0) < 0)
			return gd_error_sys(err, errno, "create a temporary file");
	}
}

static int sync_dir(int dirfd, struct gd_error *err)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* @dirfd may be O_PATH */

	if (fd < 0)
		return gd_error_sys(err, errno, "open the directory");
	int r = fsync(fd), why = errno;
	close(fd);
	return r < 0 ? gd_error_sys(err, why, "sync the directory") : 0;
}

/*
 * ext4 writes a file out at once that is renamed over another (auto_da_alloc): 80 us of a launch, for
 * a safety that only @sync asks for. Exchanging the two names is as atomic and leaves that out; what
 * was there is then removed under the temporary's name.
 */
static int put_in_place(int dirfd, const char *temp, const char *name, bool sync)
{
	if (sync || renameat2(dirfd, temp, dirfd, name, RENAME_EXCHANGE) < 0)
		return renameat(dirfd, temp, dirfd, name);	/* also where there is nothing yet */
	if (unlinkat(dirfd, temp, 0) == 0)
		return 0;
	int why = errno;	/* a folder was there: back to its place */
	renameat2(dirfd, temp, dirfd, name, RENAME_EXCHANGE);
	errno = why;
	return -1;
}

int gd_replace_file(int dirfd, const char *name, mode_t mode, bool sync, const char *data,
		    size_t len, struct gd_error *err)
{
	char temp[300];
	int fd = open_temporary(dirfd, name, temp, err);
	int r = 0;

	if (fd < 0)
		return gd_error_wrap(err, "write '%s'", name);
	if (write_all(fd, data, len) < 0)
		r = gd_error_sys(err, errno, "write");
	else if (mode != 0600 && fchmod(fd, mode) < 0)
		r = gd_error_sys(err, errno, "set the mode");
	else if (sync && fsync(fd) < 0)
		r = gd_error_sys(err, errno, "sync");
	/* Where writes are delayed to the close (NFS), its error is the write's. */
	if (close(fd) < 0 && r == 0)
		r = gd_error_sys(err, errno, "close");
	if (r == 0 && put_in_place(dirfd, temp, name, sync) < 0)
		r = gd_error_sys(err, errno, "rename");
	if (r < 0) {
		unlinkat(dirfd, temp, 0);
		return gd_error_wrap(err, "write '%s'", name);
	}
	return sync && sync_dir(dirfd, err) < 0 ? gd_error_wrap(err, "write '%s'", name) : 0;
}

int gd_memfd(const char *name, const char *data, size_t len, struct gd_error *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return gd_error_sys(err, errno, "make a memory file");
	if (write_all(fd, data, len) < 0 || lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
		gd_error_sys(err, errno, "fill a memory file");
		close(fd);
		return -1;
	}
	return fd;
}
