/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files as an adversary or a failing disk would have them. Rows that need root say so and are left
 * out without.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"

#include "suite.h"

static struct gd_arena *arena;
static struct gd_error err;
static char dir[64];

/* A fresh directory; as root below /run, whose parents only root can write, else below /tmp. */
static void fresh_dir(void)
{
	arena = gd_arena_new(NULL);
	snprintf(dir, sizeof(dir), "%s/gd-test-XXXXXX", geteuid() == 0 ? "/run" : "/tmp");
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
}

static void remove_dir(void)
{
	char command[96];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf -- %s", dir);
	ck_assert_int_eq(system(command), 0);
	arena = gd_arena_free(arena);
}

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static const char *get(const char *name)
{
	struct gd_bytes b;
	int fd = open(name, O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_msg(gd_read_all(fd, 1 << 26, arena, &b, &err) == 0, "%s", err.text);
	close(fd);
	return b.data;
}

static unsigned count_files(void)
{
	FILE *p = popen("ls -A | wc -l", "r");
	unsigned n = 0;

	ck_assert_int_eq(fscanf(p, "%u", &n), 1);
	pclose(p);
	return n;
}

/* --- what is not a regular file -------------------------------------------------------------- */

static int open_kind(const char *kind)
{
	if (strcmp(kind, "directory") == 0)
		return open(".", O_RDONLY);
	if (strcmp(kind, "fifo") == 0) {
		ck_assert_int_eq(mkfifo("fifo", 0644), 0);
		return open("fifo", O_RDONLY | O_NONBLOCK);
	}
	if (strcmp(kind, "socket") == 0) {
		int two[2];
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, two), 0);
		return two[0];
	}
	if (strcmp(kind, "path") == 0)
		return open(".", O_PATH);
	if (strcmp(kind, "pipe") == 0) {
		int two[2];
		ck_assert_int_eq(pipe(two), 0);
		return two[0];
	}
	return open(kind, O_RDONLY | O_NONBLOCK);
}

static const char *const kinds[] = { "directory", "fifo",      "socket",    "path",
				     "pipe",	  "/dev/null", "/dev/zero", "/dev/full" };

START_TEST(read_refuses_kind)
{
	struct gd_bytes b = { 0 };

	fresh_dir();
	int fd = open_kind(kinds[_i]);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(gd_read_all(fd, 1000, arena, &b, &err), -1);
	ck_assert_str_eq(err.text, "not a regular file");
	ck_assert_ptr_eq(b.data, NULL);
	remove_dir();
}
END_TEST

START_TEST(read_limits)
{
	struct gd_bytes b;

	fresh_dir();
	put("f", "12345");
	int fd = open("f", O_RDONLY);
	ck_assert_int_eq(gd_read_all(fd, 4, arena, &b, &err), -1);
	ck_assert_str_eq(err.text, "larger than 4 bytes");
	ck_assert_int_eq(gd_read_all(fd, 5, arena, &b, &err), 0);
	ck_assert_str_eq(b.data, "12345");
	ck_assert_uint_eq(b.len, 5);
	/* A hole of 100 GB costs nothing to make and must cost nothing to refuse. */
	int big = open("big", O_RDWR | O_CREAT, 0600);
	if (ftruncate(big, 100ll << 30) == 0)
		ck_assert_int_eq(gd_read_all(big, 1 << 24, arena, &b, &err), -1);
	put("empty", "");
	fd = open("empty", O_RDONLY);
	ck_assert_int_eq(gd_read_all(fd, 5, arena, &b, &err), 0);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(b.data, "");
	/* /proc says 0 bytes and gives more: as good as a file that grows. */
	fd = open("/proc/self/status", O_RDONLY);
	ck_assert_int_eq(gd_read_all(fd, 1 << 20, arena, &b, &err), -1);
	ck_assert_int_eq(gd_read_all(-1, 5, arena, &b, &err), -1);
	ck_assert_int_eq(err.errnum, EBADF);
	remove_dir();
}
END_TEST

static volatile int stop_writing;

static void *write_on(void *unused)
{
	static char block[1 << 16];
	int fd = open("f", O_WRONLY);

	for (unsigned i = 0; !stop_writing; i++) {
		memset(block, 'a' + (int)(i % 26), sizeof(block));
		for (int k = 0; k < 64 && !stop_writing; k++)
			if (pwrite(fd, block, sizeof(block), (off_t)k * (off_t)sizeof(block)) < 0)
				return unused;
		if (ftruncate(fd, (off_t)(i % 2 == 0 ? 4 << 20 : 3 << 20)) < 0)
			return unused;
	}
	close(fd);
	return NULL;
}

START_TEST(read_notices_change)
{
	struct gd_bytes b;
	pthread_t writer;
	int refused = 0, whole = 0;

	fresh_dir();
	put("f", "");
	ck_assert_int_eq(truncate("f", 4 << 20), 0);
	stop_writing = 0;
	ck_assert_int_eq(pthread_create(&writer, NULL, write_on, NULL), 0);
	for (int i = 0; i < 400 && refused < 5; i++) {
		struct gd_arena *once = gd_arena_new(NULL);
		int fd = open("f", O_RDONLY);
		if (gd_read_all(fd, 1 << 26, once, &b, &err) == 0) {
			whole++;
		} else {
			ck_assert_str_eq(err.text, "changed while it was read");
			refused++;
		}
		close(fd);
		gd_arena_free(once);
	}
	stop_writing = 1;
	pthread_join(writer, NULL);
	ck_assert_msg(refused >= 5, "%d refused, %d read", refused, whole);
	remove_dir();
}
END_TEST

START_TEST(read_stream)
{
	struct gd_bytes b;
	int two[2];
	static const struct { size_t len, max; int want; } rows[] = {
		{ 0, 10, 0 }, { 10, 10, 0 }, { 11, 10, -1 }, { 8191, 100000, 0 },
		{ 8192, 100000, 0 },
		{ 8193, 100000, 0 }, { 50000, 50000, 0 }, { 50001, 50000, -1 }, { 5, SIZE_MAX, -1 },
	};

	fresh_dir();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_assert_int_eq(pipe2(two, O_NONBLOCK), 0);	/* nobody's pipe need block */
		pid_t child = fork();
		if (child == 0) {
			close(two[0]);
			fcntl(two[1], F_SETFL, 0);
			for (size_t k = 0; k < rows[i].len; k++)
				if (write(two[1], "x", 1) != 1)
					_exit(1);
			_exit(0);
		}
		close(two[1]);
		ck_assert_int_eq(gd_read_stream(two[0], rows[i].max, arena, &b, &err),
				 rows[i].want);
		if (rows[i].want == 0) {
			ck_assert_uint_eq(b.len, rows[i].len);
			ck_assert_uint_eq(strlen(b.data), rows[i].len);
		}
		close(two[0]);
		waitpid(child, NULL, 0);
	}
	int fd = open(".", O_RDONLY);
	ck_assert_int_eq(gd_read_stream(fd, 10, arena, &b, &err), -1);
	remove_dir();
}
END_TEST

/* --- replacing ------------------------------------------------------------------------------- */

START_TEST(replace)
{
	struct stat st;

	fresh_dir();
	int d = open(".", O_PATH | O_DIRECTORY);
	ck_assert_int_eq(gd_replace_file(d, "f", 0640, true, "one", 3, &err), 0);
	ck_assert_str_eq(get("f"), "one");
	stat("f", &st);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(gd_replace_file(d, "f", 0600, false, "", 0, &err), 0);
	ck_assert_str_eq(get("f"), "");
	stat("f", &st);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	/* A link in the place of the file is replaced, not followed. */
	put("elsewhere", "kept");
	ck_assert_int_eq(symlink("elsewhere", "link"), 0);
	ck_assert_int_eq(gd_replace_file(d, "link", 0644, false, "new", 3, &err), 0);
	ck_assert_str_eq(get("elsewhere"), "kept");
	ck_assert_str_eq(get("link"), "new");
	ck_assert_uint_eq(count_files(), 3);
	/* What a killed process of our pid left is not in the way. */
	char temp[64];
	snprintf(temp, sizeof(temp), ".f.%d.new", (int)getpid());
	put(temp, "half a doc");
	ck_assert_int_eq(gd_replace_file(d, "f", 0644, false, "whole", 5, &err), 0);
	ck_assert_str_eq(get("f"), "whole");
	ck_assert_uint_eq(count_files(), 3);
	/* A directory in its place, and one that is gone. */
	ck_assert_int_eq(mkdir("d", 0755), 0);
	ck_assert_int_eq(gd_replace_file(d, "d", 0644, false, "x", 1, &err), -1);
	ck_assert_uint_eq(count_files(), 4);
	ck_assert_int_eq(gd_replace_file(-1, "f", 0644, false, "x", 1, &err), -1);
	remove_dir();
}
END_TEST

/* Every way of running out of room: nothing changed, nothing left behind. */
static void replace_without_room(int d)
{
	static char big[1 << 20];

	memset(big, 'x', sizeof(big));
	unsigned files = count_files();
	err.errnum = 0;
	ck_assert_int_eq(gd_replace_file(d, "f", 0644, false, big, sizeof(big), &err), -1);
	ck_assert_int_ne(err.errnum, 0);
	ck_assert_str_eq(get("f"), "before");
	ck_assert_uint_eq(count_files(), files);
}

START_TEST(replace_over_the_size_limit)
{
	fresh_dir();
	put("f", "before");
	int d = open(".", O_PATH | O_DIRECTORY);
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, now;
	getrlimit(RLIMIT_FSIZE, &old);
	now = (struct rlimit){ 65536, old.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	replace_without_room(d);
	setrlimit(RLIMIT_FSIZE, &old);
	remove_dir();
}
END_TEST

START_TEST(replace_on_a_full_disk)
{
	fresh_dir();
	if (geteuid() == 0) {
		ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
		ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
		ck_assert_int_eq(mkdir("full", 0755), 0);
		ck_assert_int_eq(mount("none", "full", "tmpfs", 0, "size=64k"), 0);
		ck_assert_int_eq(chdir("full"), 0);
		put("f", "before");
		int d = open(".", O_PATH | O_DIRECTORY);
		replace_without_room(d);
		/* Not even an inode to be had. */
		ck_assert_int_eq(mount("none", ".", "tmpfs", MS_REMOUNT, "nr_inodes=2"), 0);
		replace_without_room(d);
		close(d);
		ck_assert_int_eq(chdir(".."), 0);
		ck_assert_int_eq(umount2("full", MNT_DETACH), 0);
	}
	remove_dir();
}
END_TEST

START_TEST(replace_without_descriptors)
{
	struct rlimit none = { 0, 0 }, old;
	struct gd_bytes b;

	fresh_dir();
	put("f", "before");
	int d = open(".", O_PATH | O_DIRECTORY), fd = open("f", O_RDONLY);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ 3, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	ck_assert_int_eq(gd_replace_file(d, "f", 0644, false, "x", 1, &err), -1);
	ck_assert_int_eq(err.errnum, EMFILE);
	ck_assert_int_eq(gd_open_trusted("/etc/passwd", &err), -1);
	ck_assert_int_eq(err.errnum, EMFILE);
	ck_assert_int_eq(gd_memfd("x", "x", 1, &err), -1);
	ck_assert_int_eq(gd_read_all(fd, 100, arena, &b, &err), 0);
	setrlimit(RLIMIT_NOFILE, &old);
	ck_assert_str_eq(get("f"), "before");
	remove_dir();
}
END_TEST

/* Killed at any point: one whole document or the other, never a part. */
START_TEST(replace_killed)
{
	enum { SIZE = 200000 };
	static char one[SIZE], two[SIZE];
	int kills_inside = 0;

	fresh_dir();
	memset(one, '1', SIZE - 1);
	memset(two, '2', SIZE - 1);
	put("f", one);
	for (int i = 0; i < 150; i++) {
		pid_t child = fork();
		if (child == 0) {
			int d = open(".", O_PATH | O_DIRECTORY);
			for (;;) {
				gd_replace_file(d, "f", 0644, false, two, SIZE - 1, NULL);
				gd_replace_file(d, "f", 0644, false, one, SIZE - 1, NULL);
			}
		}
		usleep((useconds_t)(500 + i * 37 % 3000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		const char *now = get("f");
		ck_assert_msg(strcmp(now, one) == 0 || strcmp(now, two) == 0, "a part was left");
		kills_inside += count_files() > 1;	/* its temporary is still there */
		ck_assert_int_eq(system("rm -f .f.*.new"), 0);
	}
	ck_assert_int_gt(kills_inside, 0);
	remove_dir();
}
END_TEST

START_TEST(memfd_is_sealed)
{
	char back[8] = { 0 };
	int fd = gd_memfd("document", "hello", 5, &err);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(read(fd, back, sizeof(back)), 5);
	ck_assert_str_eq(back, "hello");
	ck_assert_int_eq(write(fd, "x", 1), -1);
	ck_assert_int_eq(ftruncate(fd, 1), -1);
	ck_assert_int_eq(ftruncate(fd, 10), -1);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), -1);
	ck_assert_ptr_eq(mmap(NULL, 5, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	/* Opened again through /proc, as a runtime does, it is no more writable. */
	char path[40];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int again = open(path, O_RDWR);
	ck_assert(again < 0 || write(again, "x", 1) < 0);
	close(fd);
}
END_TEST

/* From b2sum -l 256 (coreutils 9.1). */
static const struct { const char *text, *want; } digest_rows[] = {
	{ "", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8" },
	{ "abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319" },
};

START_TEST(digest)
{
	char hex[GD_DIGEST_HEX];

	gd_digest_hex(hex, digest_rows[_i].text, strlen(digest_rows[_i].text));
	ck_assert_str_eq(hex, digest_rows[_i].want);
}
END_TEST

/* --- whom to trust --------------------------------------------------------------------------- */

START_TEST(trusted_system_files)
{
	int fd = gd_open_trusted("/etc/passwd", &err);

	ck_assert_msg(fd >= 0, "%s", err.text);
	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	fd = gd_open_trusted_dir("/etc/", &err);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ne(fcntl(fd, F_GETFL) & O_PATH, 0);
	close(fd);
	ck_assert_int_ge(fd = gd_open_trusted("/usr/../etc/./passwd", &err), 0);
	close(fd);
	ck_assert_int_ge(fd = gd_open_trusted_dir("/", &err), 0);
	close(fd);
	/* /tmp is root's and sticky, and anybody can put a file there. */
	ck_assert_int_eq(gd_open_trusted_dir("/tmp", &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
	ck_assert_int_eq(gd_open_trusted("/etc", &err), -1);
	ck_assert_int_eq(gd_open_trusted("/etc/passwd/", &err), -1);
	ck_assert_int_eq(gd_open_trusted_dir("/etc/passwd", &err), -1);
	ck_assert_int_eq(gd_open_trusted("/dev/null", &err), -1);
	ck_assert_int_eq(gd_open_trusted("etc/passwd", &err), -1);
	ck_assert_int_eq(gd_open_trusted("", &err), -1);
	ck_assert_int_eq(gd_open_trusted("/nowhere/x", &err), -1);
	ck_assert_int_eq(err.errnum, ENOENT);
}
END_TEST

/*
 * Each row is built below a directory of root's: a shell line, the path to open, and the word that
 * the refusal must hold (NULL: it opens and reads "ok").
 */
static const struct { const char *build, *path, *why; } trust_rows[] = {
	{ "echo ok >f", "f", NULL },
	{ "echo ok >f; chmod 0600 f", "f", NULL },
	{ "mkdir a b; echo ok >b/f; ln -s ../b/f a/l", "a/l", NULL },
	{ "echo ok >f; ln -s \"$PWD/f\" l", "l", NULL },
	{ "mkdir a; echo ok >a/f; ln -s a d; ln -s d e", "e/f", NULL },
	{ "echo ok >f; ln -s f 1; for i in 1 2 3 4 5 6 7; do ln -s $i $((i+1)); done", "8", NULL },
	{ "echo ok >f; ln -s f 1; for i in 1 2 3 4 5 6 7 8; do ln -s $i $((i+1)); done", "9", "too many" },
	{ "ln -s l l", "l", "too many" },
	{ "echo x >f; chown 65534 f", "f", "not owned by root" },
	{ "echo x >f; chmod 0664 f", "f", "written by others" },
	{ "echo x >f; chmod 0646 f", "f", "written by others" },
	{ "echo x >f; ln f g", "f", "another hard link" },
	{ "echo x >f; chown 65534 .", "f", "not owned by root" },
	{ "mkdir d; echo x >d/f; chmod 0775 d", "d/f", "written by others" },
	{ "mkdir d; echo x >d/f; chmod 1777 d", "d/f", "written by others" },
	{ "mkdir -p d/e; echo x >d/e/f; chmod 0777 d", "d/e/f", "written by others" },
	{ "echo x >f; ln -s f l; chown -h 65534 l", "l", "not owned by root" },
	{ "mkdir d; echo x >d/f; ln -s d l; chown -h 65534 l", "l/f", "not owned by root" },
	{ "mkdir d; echo x >d/f; chmod 0777 d; ln -s d/f l", "l", "written by others" },
	{ "echo x >/tmp/gd-test-f; ln -s /tmp/gd-test-f l", "l", "written by others" },
	{ "ln -s nowhere l", "l", "does not exist" },
	{ "mkfifo f", "f", "not a regular file" },
	{ "mkdir f", "f", "not a regular file" },
	{ "mknod f c 1 3", "f", "not a regular file" },
	{ "mknod f c 1 3; chmod 0600 f; ln -s f l", "l", "not a regular file" },
	{ "mknod n c 1 3; chmod 0666 n; ln -s n f", "f", "written by others" },
};

/* A program may have another name; everything else is asked of it as well. */
START_TEST(trusted_program)
{
	char path[300];
	int fd;

	if (geteuid() != 0)
		return;
	fresh_dir();
	snprintf(path, sizeof(path), "cd %s; echo x >f; ln f g; echo x >h; ln h i; chmod 0666 h", dir);
	ck_assert_int_eq(system(path), 0);
	snprintf(path, sizeof(path), "%s/f", dir);
	fd = gd_open_trusted_program(path, &err);
	ck_assert_msg(fd >= 0, "%s", err.text);
	close(fd);
	snprintf(path, sizeof(path), "%s/h", dir);
	ck_assert_int_eq(gd_open_trusted_program(path, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
}
END_TEST

START_TEST(trusted_rows)
{
	char command[512];
	char back[8] = { 0 };

	if (geteuid() != 0)
		return;
	fresh_dir();
	snprintf(command, sizeof(command), "set -e; cd %s; %s", dir, trust_rows[_i].build);
	ck_assert_int_eq(system(command), 0);
	snprintf(command, sizeof(command), "%s/%s", dir, trust_rows[_i].path);
	int fd = gd_open_trusted(command, &err);
	if (trust_rows[_i].why == NULL) {
		ck_assert_msg(fd >= 0, "%s", err.text);
		ck_assert_int_eq(read(fd, back, sizeof(back)), 3);
		ck_assert_str_eq(back, "ok\n");
		close(fd);
	} else {
		ck_assert_int_eq(fd, -1);
		ck_assert_msg(strstr(err.text, trust_rows[_i].why) != NULL, "%s", err.text);
	}
	unlink("/tmp/gd-test-f");
	remove_dir();
}
END_TEST

START_TEST(trusted_leaks_nothing)
{
	int before = open("/dev/null", O_RDONLY), after;

	close(before);
	for (int i = 0; i < 50; i++) {
		gd_open_trusted("/etc/nowhere", &err);
		gd_open_trusted("/tmp/x", &err);
		gd_open_trusted("/dev/null", &err);
		gd_open_trusted("/proc/self/root/etc/passwd/x", &err);
		close(gd_open_trusted_dir("/usr/lib", &err));
	}
	after = open("/dev/null", O_RDONLY);
	ck_assert_int_eq(before, after);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ read_refuses_kind, ROWS(kinds) }, { read_limits, 0 }, { read_notices_change, 0 },
		{ read_stream, 0 },
		{ replace, 0 }, { replace_over_the_size_limit, 0 }, { replace_on_a_full_disk, 0 },
		{ replace_without_descriptors, 0 }, { replace_killed, 0 }, { memfd_is_sealed, 0 },
		{ digest, ROWS(digest_rows) }, { trusted_system_files, 0 },
		{ trusted_rows, ROWS(trust_rows) }, { trusted_program, 0 },
		{ trusted_leaks_nothing, 0 },
	};

	return run_suite("file", cases, sizeof(cases) / sizeof(*cases));
}
