/* Every way this project knows to give a file a mode: what setId must close is the bit, by any of
 * them. PATH must not exist for the creating ways and must exist for the changing ones. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int done(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int by_chmod(const char *path, mode_t mode)
{
	return syscall(SYS_chmod, path, mode);
}

static int by_fchmod(const char *path, mode_t mode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : fchmod(fd, mode);
}

static int by_fchmodat(const char *path, mode_t mode)
{
	return syscall(SYS_fchmodat, AT_FDCWD, path, mode);
}

static int by_fchmodat2(const char *path, mode_t mode)
{
	return syscall(452, AT_FDCWD, path, mode, 0);
}

static int by_open(const char *path, mode_t mode)
{
	return done(syscall(SYS_open, path, O_CREAT | O_WRONLY | O_CLOEXEC, mode));
}

static int by_openat(const char *path, mode_t mode)
{
	return done(syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_CLOEXEC, mode));
}

static int by_creat(const char *path, mode_t mode)
{
	return done(syscall(SYS_creat, path, mode));
}

static int by_openat2(const char *path, mode_t mode)
{
	struct open_how how = { .flags = O_CREAT | O_WRONLY | O_CLOEXEC, .mode = mode };

	return done(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)));
}

static int by_tmpfile(const char *path, mode_t mode)
{
	char dir[256], link[64];
	int fd;

	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	fd = syscall(SYS_openat, AT_FDCWD, dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static int by_mknod(const char *path, mode_t mode)
{
	return syscall(SYS_mknod, path, S_IFREG | mode, 0);
}

static int by_mknodat(const char *path, mode_t mode)
{
	return syscall(SYS_mknodat, AT_FDCWD, path, S_IFREG | mode, 0);
}

/* 32-bit chmod: another architecture's number for the same call. */
static int by_int80(const char *path, mode_t mode)
{
#ifdef __x86_64__
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long result;

	if (low == MAP_FAILED)
		return -1;
	strcpy(low, path);
	__asm__ volatile("int $0x80" : "=a"(result)
			 : "a"(15L), "b"((long)(uintptr_t)low), "c"((long)mode) : "memory");
	errno = result < 0 ? -result : 0;
	return result < 0 ? -1 : 0;
#else
	(void)path, (void)mode;
	errno = ENOSYS;
	return -1;
#endif
}

static int by_x32(const char *path, mode_t mode)
{
#ifdef __x86_64__
	return syscall(0x40000000 + SYS_chmod, path, mode);
#else
	(void)path, (void)mode;
	errno = ENOSYS;
	return -1;
#endif
}

/* The mode travels in memory that no filter can read. */
static int by_uring(const char *path, mode_t mode)
{
	struct io_uring_params params;
	struct io_uring_sqe *sqes, *sqe;
	unsigned char *ring;
	struct io_uring_cqe *cqe;
	int fd;

	memset(&params, 0, sizeof(params));
	fd = syscall(SYS_io_uring_setup, 4, &params);
	if (fd < 0)
		return -1;
	if (!(params.features & IORING_FEAT_SINGLE_MMAP))
		return -1;
	ring = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	sqes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	if (ring == MAP_FAILED || sqes == MAP_FAILED)
		return -1;
	sqe = &sqes[0];
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_OPENAT;
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)path;
	sqe->len = mode;
	sqe->open_flags = O_CREAT | O_WRONLY | O_CLOEXEC;
	((unsigned *)(ring + params.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(ring + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0UL) < 0)
		return -1;
	cqe = (struct io_uring_cqe *)(ring + params.cq_off.cqes);
	errno = cqe->res < 0 ? -cqe->res : 0;
	return cqe->res < 0 ? -1 : 0;
}

/* cap_setuid+ep on a file: as good as the bit. */
static int by_filecap(const char *path, mode_t mode)
{
	const struct { uint32_t magic, permitted, inheritable, rest[2]; } caps = {
		0x02000001, 1U << 7, 0, { 0, 0 },
	};

	(void)mode;
	return setxattr(path, "security.capability", &caps, sizeof(caps), 0);
}

/* What the file holds changes, the bit stays where CAP_FSETID is held. */
static int by_overwrite(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	(void)mode;
	if (fd < 0)
		return -1;
	return write(fd, "#!", 2) == 2 ? done(fd) : -1;
}

static const struct {
	const char *name;
	int (*set)(const char *path, mode_t mode);
} ways[] = {
	{ "chmod", by_chmod }, { "fchmod", by_fchmod }, { "fchmodat", by_fchmodat },
	{ "fchmodat2", by_fchmodat2 }, { "open", by_open }, { "openat", by_openat },
	{ "creat", by_creat }, { "openat2", by_openat2 }, { "tmpfile", by_tmpfile },
	{ "mknod", by_mknod }, { "mknodat", by_mknodat }, { "int80", by_int80 }, { "x32", by_x32 }, { "io_uring", by_uring },
	{ "filecap", by_filecap }, { "overwrite", by_overwrite },
};

int probe_mode(int argc, char **argv)
{
	umask(0);
	for (size_t i = 0; argc == 4 && i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(argv[1], ways[i].name)) {
			if (ways[i].set(argv[3], strtoul(argv[2], NULL, 8)))
				return probe_failed(argv[1]);
			printf("SET by %s\n", argv[1]);
			return 0;
		}
	return 2;
}
