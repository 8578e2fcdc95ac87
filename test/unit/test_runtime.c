/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runtime's two ways out: the exec with its descriptors, and the refusal with its line. */
#include <check.h>
#include <stdio.h>
#include <sys/wait.h>

/* Programs are no library: the sources under test are taken in. */
#include "runtime/exec.c"
#include "runtime/refuse.c"

#include "base/file.h"
#include "json/scan.h"
#include "json/tree.h"

static struct gd_arena *arena;
static char dir[] = "/tmp/guarded-test.XXXXXX";

static void setup(void)
{
	arena = gd_arena_new(NULL);
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf %s", dir)), 0);
	arena = gd_arena_free(arena);
}

static char *slurp(const char *path)
{
	char *text = gd_alloc(arena, 65536);
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return NULL;
	ck_assert_uint_lt(fread(text, 1, 65535, f), 65535);
	fclose(f);
	return text;
}

/* Refuse in a process of its own, whose stderr is a file; returns the exit status. */
static int refuse(const char *log, enum gd_log_format format, enum gd_verb verb, const char *msg,
		  char **ret_stderr)
{
	const struct gd_peek peek = { log, format, verb };
	const char *path = gd_printf(arena, "%s/stderr", dir);
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		alarm(5); /* a FIFO for a log must not hang */
		if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(99);
		_exit(gd_refuse(&peek, msg));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	*ret_stderr = slurp(path);
	return WEXITSTATUS(status);
}

static gd_json *parse(const char *line)
{
	gd_json *v;
	char *copy = gd_strdup(arena, line);

	ck_assert_msg(gd_json_scan(copy, strlen(copy), GD_SCAN_STRICT, NULL) == 0, "%s", line);
	ck_assert_int_eq(gd_json_parse(copy, strlen(copy), &v, NULL), 0);
	return v;
}

START_TEST(json_lines)
{
	const char *log = gd_printf(arena, "%s/log.json", dir);
	char *err, *text, *save;

	ck_assert_int_eq(refuse(log, GD_LOG_JSON, GD_VERB_CREATE, "guarded refused: a", &err), 1);
	ck_assert_str_eq(err, "guarded refused: a\n");
	ck_assert_int_eq(
		refuse(log, GD_LOG_JSON, GD_VERB_EXEC, "b 'x\"\\\n\x01\x7f' \xc3\xa4 \xff", &err),
		255);
	ck_assert_str_eq(err, "b 'x\"\\   ' \xc3\xa4 \xff\n");
	ck_assert_int_eq(refuse(log, GD_LOG_JSON, GD_VERB_NONE, "c", &err), 1);
	text = slurp(log);
	static const char *const want[] = { "guarded refused: a",
					    "b 'x\"\\   ' \xc3\xa4 \xef\xbf\xbd", "c" };
	char *line = strtok_r(text, "\n", &save);
	for (size_t i = 0; i < 3; i++, line = strtok_r(NULL, "\n", &save)) {
		ck_assert_ptr_nonnull(line);
		gd_json *v = parse(line);
		const char *time = gd_json_get_str(v, "time");

		ck_assert_str_eq(gd_json_get_str(v, "level"), "error");
		ck_assert_str_eq(gd_json_get_str(v, "msg"), want[i]);
		ck_assert_uint_eq(gd_json_members(v), 3);
		ck_assert_uint_eq(strlen(time), 20);
		ck_assert(time[4] == '-' && time[10] == 'T' && time[19] == 'Z' &&
			  strcmp(time, "2025") > 0);
		gd_json_free(v);
	}
	ck_assert_ptr_null(line);
}
END_TEST

START_TEST(text_line)
{
	const char *log = gd_printf(arena, "%s/log", dir);
	char *err, *text;

	ck_assert_int_eq(refuse(log, GD_LOG_TEXT, GD_VERB_UPDATE, "it's \"so\"", &err), 1);
	text = slurp(log);
	ck_assert(gd_starts(text, "time=\"2"));
	ck_assert(gd_ends(text, "Z\" level=error msg=\"it's \\\"so\\\"\"\n"));
}
END_TEST

/* By these words engines choose exit codes and error classes. */
START_TEST(telltales_softened)
{
	static const struct {
		const char *said, *heard;
	} t[] = {
		{ "open 'x': No such file or directory", "open 'x': No-such file or directory" },
		{ "Permission denied", "Permission-denied" },
		{ "is a directory, not a directory", "is-a directory, not-a directory" },
		{ "no such process; container not running",
		  "no-such process; container-not running" },
		{ "permitted", "permitted" },
	};
	char *err;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(refuse(NULL, GD_LOG_JSON, GD_VERB_RUN, t[i].said, &err), 1);
		ck_assert_str_eq(err, gd_printf(arena, "%s\n", t[i].heard));
	}
}
END_TEST

START_TEST(no_log_of_ours)
{
	const char *target = gd_printf(arena, "%s/target", dir),
		   *link = gd_printf(arena, "%s/link", dir);
	const char *fifo = gd_printf(arena, "%s/fifo", dir);
	char *err, *long_message = gd_alloc(arena, 100000);
	struct stat st;

	ck_assert_int_eq(symlink(target, link), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	const char *const logs[] = { link, fifo, dir, "/dev/null", "/nowhere/log", "" };
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		ck_assert_int_eq(refuse(logs[i], GD_LOG_JSON, GD_VERB_CREATE, "no", &err), 1);
		ck_assert_str_eq(err, "no\n");
	}
	ck_assert_int_eq(stat(target, &st), -1);
	memset(long_message, 'x', 99999);
	ck_assert_int_eq(refuse(NULL, GD_LOG_JSON, GD_VERB_CREATE, long_message, &err), 1);
	ck_assert_uint_eq(strlen(err), MESSAGE_MAX + 1);
}
END_TEST

/* Exec a shell that lists which of 3..60 it has; with @open_up_to open before. */
static char *descriptors_after(struct gd_fd_keep keep, bool hand, int open_up_to)
{
	const char *out = gd_printf(arena, "%s/out", dir);
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct gd_handed h = { .n = 0 };
		const char *path = "/dev/null";
		struct gd_error err = { 0 };
		int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
			_exit(99);
		for (int i = 3; i <= 60; i++)
			close(i);
		for (int i = 3; i <= open_up_to; i++)
			if (open("/dev/null", O_RDONLY) != i)
				_exit(98);
		if (hand) {
			int doc = gd_memfd("guarded", "document", 8, &err);

			path = doc < 0 ? NULL : gd_handed_add(&h, doc, keep, arena, &err);
			if (path == NULL)
				_exit(97);
		}
		char *argv[] = { (char *)"sh", (char *)"-c",
				 (char *)"i=3; while [ $i -le 60 ]; do [ -e /proc/$$/fd/$i ] && "
					 "printf '%d ' $i; i=$((i+1));"
					 " done; cat $0",
				 (char *)path, NULL };
		gd_exec_runtime("/bin/sh", argv, keep, hand ? &h : NULL, &err);
		_exit(96);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
	return slurp(out);
}

START_TEST(descriptors)
{
	static const struct {
		struct gd_fd_keep keep;
		bool hand;
		int open_up_to;
		const char *want;
	} t[] = {
		{ { 0, -1 }, false, 8, "" },
		{ { 0, -1 }, true, 8, "10 document" }, /* 3..8 are gone; 9 is where it was made */
		{ { 2, -1 }, false, 8, "3 4 " },
		{ { 2, -1 }, true, 8, "3 4 10 document" },
		/* Promised more than is open: the document does not slip in. */
		{ { 10, -1 }, true, 4, "3 4 13 document" },
		{ { 0, 3 }, false, 8, "3 " }, /* checkpoint --status-fd 3 */
		{ { 0, 40 }, false, 8, "" },  /* not open: the runtime will say so */
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char *got = descriptors_after(t[i].keep, t[i].hand, t[i].open_up_to);

		ck_assert_msg(strcmp(got, t[i].want) == 0, "row %zu: %s", i, got);
	}
}
END_TEST

START_TEST(old_kernels)
{
	struct gd_error err = { 0 };
	int fd = open("/dev/null", O_RDONLY);

	ck_assert_int_ge(fd, 3);
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
	ck_assert_int_eq(cloexec_from_proc(fd + 1, &err), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
	ck_assert_int_eq(cloexec_from_proc(3, &err), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFD), 0);
	close(fd);
}
END_TEST

START_TEST(handed_limit)
{
	struct gd_handed h = { .n = 0 };
	const struct gd_fd_keep keep = { 0, -1 }, all = { 1000, -1 };
	struct gd_error err = { 0 };

	for (int i = 0; i <= GD_HANDED_MAX; i++) {
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		const char *path = gd_handed_add(&h, fd, keep, arena, &err);

		ck_assert_int_eq(path != NULL, i < GD_HANDED_MAX);
	}
	/* The range grew since it was handed: refused, not leaked into the container. */
	ck_assert_int_eq(
		gd_exec_runtime("/bin/true", (char *[]){ (char *)"true", NULL }, all, &h, &err),
		-1);
	ck_assert_int_eq(err.kind, GD_E_INPUT);
	err = (struct gd_error){ 0 };
	ck_assert_int_eq(gd_exec_runtime("/nowhere/runc", (char *[]){ (char *)"runc", NULL }, keep,
					 NULL, &err),
			 -1);
	ck_assert_int_eq(err.errnum, ENOENT);
}
END_TEST

START_TEST(listening)
{
	static const struct {
		const char *fds;
		int pid;
		enum gd_inner inner;
		int r;
		unsigned want;
	} t[] = {
		{ NULL, 0, GD_INNER_RUNC, 0, 0 },
		{ "", 0, GD_INNER_RUNC, 0, 0 },
		{ "3", 0, GD_INNER_RUNC, 0, 3 }, /* pid 0 stands for ours */
		{ "3", 1, GD_INNER_RUNC, 0, 0 },
		{ "3", -1, GD_INNER_RUNC, 0, 0 }, /* none given */
		{ "3", 1, GD_INNER_CRUN, 0, 3 },
		{ "0x3", 0, GD_INNER_RUNC, -1, 0 },
		{ "-3", 1, GD_INNER_CRUN, -1, 0 },
		{ "5000", 0, GD_INNER_RUNC, -1, 0 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		unsigned got = 77;
		struct gd_error err = { 0 };

		unsetenv("LISTEN_FDS");
		unsetenv("LISTEN_PID");
		if (t[i].fds != NULL)
			setenv("LISTEN_FDS", t[i].fds, 1);
		if (t[i].pid >= 0)
			setenv("LISTEN_PID",
			       gd_printf(arena, "%d", t[i].pid > 0 ? t[i].pid : (int)getpid()), 1);
		ck_assert_int_eq(gd_listen_fds(&got, t[i].inner, &err), t[i].r);
		ck_assert_uint_eq(got, t[i].want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("runtime");
	TCase *t = tcase_create("ways out");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, json_lines);
	tcase_add_test(t, text_line);
	tcase_add_test(t, telltales_softened);
	tcase_add_test(t, no_log_of_ours);
	tcase_add_test(t, descriptors);
	tcase_add_test(t, old_kernels);
	tcase_add_test(t, handed_limit);
	tcase_add_test(t, listening);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
