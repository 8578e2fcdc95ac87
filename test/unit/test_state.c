/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtimes' state: real processes behind made-up state files. Run by another than root, everything here must be
 * refused as not root's alone, and that is what is tested then.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts/state.h"
#include "facts/state_proc.h"

static struct gd_arena *arena;
static const char *root;	/* the state directory of a test */

static void setup(void)
{
	char *dir = strdup(geteuid() == 0 ? "/run/guarded-test.XXXXXX" : "/tmp/guarded-test.XXXXXX");

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0711), 0);
	root = dir;
	arena = gd_arena_new(NULL);
}

static void teardown(void)
{
	char *argv[] = { (char *)"rm", (char *)"-rf", (char *)root, NULL };
	pid_t pid = fork();

	if (pid == 0)
		execvp(argv[0], argv);
	waitpid(pid, NULL, 0);
	arena = gd_arena_free(arena);
	free((char *)root);
}

/* Field 22 of stat, read another way than the library does: our names hold no spaces. */
static unsigned long long start_of(pid_t pid)
{
	char path[64];
	unsigned long long start = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d"
				" %llu", &start), 1);
	fclose(f);
	return start;
}

static void put(const char *id, const char *name, const char *text)
{
	char *dir = gd_printf(arena, "%s/%s", root, id);
	FILE *f;

	ck_assert(mkdir(dir, 0711) == 0 || errno == EEXIST);
	f = fopen(gd_printf(arena, "%s/%s", dir, name), "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	fclose(f);
	ck_assert_int_eq(chmod(gd_printf(arena, "%s/%s", dir, name), 0600), 0);
}

static void put_runc(const char *id, pid_t pid, unsigned long long start, const char *labels, const char *namespaces)
{
	put(id, "state.json", gd_printf(arena, "{\"id\":\"%s\",\"init_process_pid\":%d,\"init_process_start\":%llu,"
					"\"config\":{\"labels\":%s,\"namespaces\":%s}}", id, (int)pid, start, labels,
					namespaces));
}

static int find(enum gd_inner inner, const char *id, struct gd_state *s, struct gd_error *err)
{
	int r = gd_state_find(inner, root, id, arena, s, err);

	if (geteuid() != 0) {
		ck_assert_int_eq(r, -1);
		ck_assert(err->kind == GD_E_TRUST || err->errnum == ENOENT);
	}
	return r;
}

static bool as_root(void)
{
	return geteuid() == 0;
}

START_TEST(runc_state)
{
	struct gd_state s;
	struct gd_error err = { 0 };
	struct stat st;

	/* an annotation may have the name */
	put_runc("c1", getpid(), start_of(getpid()), "[\"bundle=/evil\",\"a=b\",\"bundle=/b/c1\"]",
		 "[{\"type\":\"NEWNET\",\"path\":\"/proc/7/ns/net\"},{\"type\":\"NEWIPC\",\"path\":\"\"}]");
	int r = find(GD_INNER_RUNC, "c1", &s, &err);
	if (!as_root())
		return;
	ck_assert_msg(r == 0, "%s", err.text);
	ck_assert_str_eq(s.id, "c1");
	ck_assert_str_eq(s.bundle, "/b/c1");
	ck_assert_int_eq(s.init_pid, getpid());
	ck_assert(s.alive);
	ck_assert_int_eq(stat("/proc/self/ns/net", &st), 0);
	ck_assert(gd_state_ns(&s, "net")->known);
	ck_assert_uint_eq(gd_state_ns(&s, "net")->ino, st.st_ino);
	ck_assert_uint_eq(gd_state_ns(&s, "net")->dev, st.st_dev);
	ck_assert_str_eq(gd_state_ns(&s, "net")->joined, "/proc/7/ns/net");
	ck_assert_ptr_null(gd_state_ns(&s, "ipc")->joined);
	ck_assert_ptr_null(gd_state_ns(&s, "network"));
}
END_TEST

START_TEST(crun_state)
{
	struct gd_state s;
	struct gd_error err = { 0 };

	put("c1", "status", gd_printf(arena, "{\"pid\":%d,\"process-start-time\":%llu,\"cgroup-path\":\"/x\","
				      "\"bundle\":\"/b/c1\"}", (int)getpid(), start_of(getpid())));
	put("c1", "config.json", "{\"linux\":{\"namespaces\":[{\"type\":\"mount\"},"
				 "{\"type\":\"network\",\"path\":\"/run/netns/x\"}]}}");
	int r = find(GD_INNER_CRUN, "c1", &s, &err);
	if (!as_root())
		return;
	ck_assert_msg(r == 0, "%s", err.text);
	ck_assert_str_eq(s.bundle, "/b/c1");
	ck_assert(s.alive);
	ck_assert_str_eq(gd_state_ns(&s, "net")->joined, "/run/netns/x");
	ck_assert_ptr_null(gd_state_ns(&s, "mnt")->joined);
}
END_TEST

/* A number that was given to another process is nobody's init. */
START_TEST(reused_pid)
{
	struct gd_state s;
	struct gd_error err = { 0 };
	pid_t zombie = fork();

	if (zombie == 0)
		_exit(0);
	usleep(50000);
	put_runc("other", getpid(), start_of(getpid()) + 1, "[\"bundle=/b\"]", "[]");
	put_runc("zombie", zombie, start_of(zombie), "[\"bundle=/b\"]", "[]");
	put_runc("gone", 0x3fffffff, 5, "[\"bundle=/b\"]", "[]");
	put_runc("none", 0, 0, "[\"bundle=/b\"]", "[]");
	put_runc("unknown", getpid(), 0, "[\"bundle=/b\"]", "[]");
	static const char *const ids[] = { "other", "zombie", "gone", "none", "unknown" };
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		int r = find(GD_INNER_RUNC, ids[i], &s, &err);
		if (!as_root())
			continue;
		ck_assert_msg(r == 0, "%s: %s", ids[i], err.text);
		ck_assert_msg(!s.alive, "%s", ids[i]);
		ck_assert_msg(!gd_state_ns(&s, "net")->known, "%s", ids[i]);
	}
	waitpid(zombie, NULL, 0);
}
END_TEST

static const struct { const char *why, *text, *refusal; } bad[] = {
	{ "empty", "", "" },
	{ "not JSON", "x", "" },
	{ "another id", "{\"id\":\"c2\",\"config\":{\"labels\":[\"bundle=/b\"]}}", "id" },
	{ "no id", "{\"config\":{\"labels\":[\"bundle=/b\"]}}", "id" },
	{ "no bundle", "{\"id\":\"c1\",\"config\":{\"labels\":[\"x=/b\"]}}", "bundle" },
	{ "relative bundle", "{\"id\":\"c1\",\"config\":{\"labels\":[\"bundle=b\"]}}", "bundle" },
	{ "bundle not last", "{\"id\":\"c1\",\"config\":{\"labels\":[\"bundle=/b\",\"a=b\"]}}", "bundle" },
	{ "relative bundle behind another", "{\"id\":\"c1\",\"config\":{\"labels\":[\"bundle=/b\",\"bundle=b\"]}}", "bundle" },
	{ "pid of a string", "{\"id\":\"c1\",\"init_process_pid\":\"1\",\"config\":{\"labels\":[\"bundle=/b\"]}}", "pid" },
	{ "negative pid", "{\"id\":\"c1\",\"init_process_pid\":-1,\"config\":{\"labels\":[\"bundle=/b\"]}}", "pid" },
	{ "huge pid", "{\"id\":\"c1\",\"init_process_pid\":4294967297,\"config\":{\"labels\":[\"bundle=/b\"]}}", "pid" },
	{ "start of a string", "{\"id\":\"c1\",\"init_process_start\":\"5\",\"config\":{\"labels\":[\"bundle=/b\"]}}", "start" },
	{ "twice", "{\"id\":\"c1\",\"id\":\"c1\",\"config\":{\"labels\":[\"bundle=/b\"]}}", "" },
};

START_TEST(malformed)
{
	struct gd_state s;
	struct gd_error err = { 0 };

	put("c1", "state.json", bad[_i].text);
	ck_assert_msg(find(GD_INNER_RUNC, "c1", &s, &err) == -1, "accepted: %s", bad[_i].why);
	if (as_root()) {
		ck_assert_msg(err.kind != GD_OK && err.errnum != ENOENT, "%s: %s", bad[_i].why, err.text);
		ck_assert_msg(strstr(err.text, bad[_i].refusal) != NULL, "%s: %s", bad[_i].why, err.text);
	}
}
END_TEST

START_TEST(not_roots_alone)
{
	struct gd_state s;
	struct gd_error err = { 0 };

	put_runc("c1", getpid(), 5, "[\"bundle=/b\"]", "[]");
	put_runc("c2", getpid(), 5, "[\"bundle=/b\"]", "[]");
	ck_assert_int_eq(chmod(gd_printf(arena, "%s/c1/state.json", root), 0666), 0);
	ck_assert_int_eq(chmod(gd_printf(arena, "%s/c2", root), 0777), 0);
	ck_assert_int_eq(gd_state_find(GD_INNER_RUNC, root, "c1", arena, &s, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
	err = (struct gd_error){ 0 };
	ck_assert_int_eq(gd_state_find(GD_INNER_RUNC, root, "c2", arena, &s, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
	err = (struct gd_error){ 0 };
	ck_assert_int_eq(gd_state_find(GD_INNER_RUNC, root, "../c2", arena, &s, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_INPUT);
}
END_TEST

START_TEST(unknown_container)
{
	struct gd_state s;
	struct gd_error err = { 0 };

	ck_assert_int_eq(find(GD_INNER_RUNC, "nobody", &s, &err), -1);
	if (as_root()) {
		ck_assert_int_eq(err.kind, GD_E_INPUT);
		ck_assert_int_eq(err.errnum, ENOENT);
	}
}
END_TEST

START_TEST(roots)
{
	static const struct { enum gd_inner inner; const char *flag, *xdg; bool root; const char *want; } t[] = {
		{ GD_INNER_RUNC, NULL, NULL, true, "/run/runc" },
		{ GD_INNER_RUNC, NULL, "/run/user/0", true, "/run/runc" },
		{ GD_INNER_RUNC, NULL, "/run/user/5", false, "/run/user/5/runc" },
		{ GD_INNER_RUNC, "/x", "/run/user/5", false, "/x" },
		{ GD_INNER_RUNC, "", NULL, true, "/run/runc" },
		{ GD_INNER_CRUN, NULL, "/run/user/0", true, "/run/user/0/crun" },
		{ GD_INNER_CRUN, NULL, "", true, "/run/crun" },
		{ GD_INNER_OTHER, NULL, NULL, true, "/run/runc" },
	};
	struct gd_words w = { 0 };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_str_eq(gd_state_root(t[i].inner, t[i].flag, t[i].xdg, t[i].root, arena), t[i].want);
	gd_state_roots("/run/docker/runtime-runc/moby/", arena, &w);
	ck_assert_uint_eq(w.n, 1);
	ck_assert_str_eq(w.v[0], "/run/docker/runtime-runc/moby");
	w = (struct gd_words){ 0 };
	const char *parent = gd_printf(arena, "%s/containerd/runc", root);
	ck_assert_int_eq(mkdir(gd_printf(arena, "%s/containerd", root), 0700), 0);
	ck_assert_int_eq(mkdir(parent, 0700), 0);
	ck_assert_int_eq(mkdir(gd_printf(arena, "%s/k8s.io", parent), 0700), 0);
	ck_assert_int_eq(mkdir(gd_printf(arena, "%s/default", parent), 0700), 0);
	gd_state_roots(gd_printf(arena, "%s/k8s.io", parent), arena, &w);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_str_eq(w.v[0], gd_printf(arena, "%s/k8s.io", parent));
	ck_assert_str_eq(w.v[1], gd_printf(arena, "%s/default", parent));
}
END_TEST

START_TEST(paths)
{
	static const struct { const char *path; pid_t want; } t[] = {
		{ "/proc/17/ns/net", 17 }, { "/proc/1/ns/pid", 1 }, { "/proc/self/ns/net", 0 }, { "/run/netns/x", 0 },
		{ "/proc/17/root/proc/1/ns/net", 0 }, { "/proc//ns/net", 0 }, { "/proc/017/ns/net", 0 }, { NULL, 0 },
		{ "/proc/99999999999999999/ns/net", 0 }, { "/proc/4294967297/ns/net", 0 }, { "proc/17/ns/net", 0 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_int_eq(gd_state_path_pid(t[i].path), t[i].want);
}
END_TEST

/* A process in a new UTS namespace, or in that of @join. */
static pid_t spawn(pid_t join)
{
	int ready[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		int fd = join > 0 ? open(gd_printf(arena, "/proc/%d/ns/uts", (int)join), O_RDONLY) : -1;
		int r = join > 0 ? setns(fd, CLONE_NEWUTS) : unshare(CLONE_NEWUTS);

		if (r < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	usleep(50000); /* the next one starts at another tick */
	return pid;
}

static int owner(const char *path, struct stat *st, struct gd_state *ret, struct gd_error *err)
{
	struct gd_words w = { 0 };

	gd_words_add(arena, &w, "/run/guarded-test-no-such-root");
	gd_words_add(arena, &w, root);
	return gd_state_ns_owner(GD_INNER_RUNC, &w, "uts", st->st_dev, st->st_ino, path, arena, ret, err);
}

START_TEST(namespaces_owner)
{
	struct gd_state s;
	struct gd_error err = { 0 };
	struct stat theirs, ours;

	if (!as_root()) {
		/* Without root nobody makes namespaces, and no state can be trusted. */
		ck_assert_int_eq(stat("/proc/self/ns/uts", &ours), 0);
		put_runc("c1", getpid(), start_of(getpid()), "[\"bundle=/b\"]", "[]");
		ck_assert_int_eq(owner(NULL, &ours, &s, &err), -1);
		return;
	}
	pid_t maker = spawn(0), joiner = spawn(maker), other = spawn(0);
	ck_assert_int_eq(stat(gd_printf(arena, "/proc/%d/ns/uts", (int)maker), &theirs), 0);
	ck_assert_int_eq(stat("/proc/self/ns/uts", &ours), 0);
	put_runc("a-joiner", joiner, start_of(joiner), "[\"bundle=/joiner\"]",
		 gd_printf(arena, "[{\"type\":\"NEWUTS\",\"path\":\"/proc/%d/ns/uts\"}]", (int)maker));
	put_runc("maker", maker, start_of(maker), "[\"bundle=/maker\"]", "[{\"type\":\"NEWUTS\",\"path\":\"\"}]");
	put_runc("other", other, start_of(other), "[\"bundle=/other\"]", "[]");
	ck_assert_int_eq(mkdir(gd_printf(arena, "%s/being-created", root), 0711), 0);

	ck_assert_msg(owner(NULL, &theirs, &s, &err) == 1, "%s", err.text);
	ck_assert_str_eq(s.id, "maker");
	ck_assert_int_eq(owner(gd_printf(arena, "/proc/%d/ns/uts", (int)joiner), &theirs, &s, &err), 1);
	ck_assert_str_eq(s.bundle, "/maker");
	ck_assert_int_eq(owner("/run/netns/x", &ours, &s, &err), 0);
	/* A state that cannot be read might be the owner's. */
	put("broken", "state.json", "{");
	ck_assert_int_eq(owner(NULL, &theirs, &s, &err), -1);
	pid_t all[] = { maker, joiner, other };
	for (size_t i = 0; i < 3; i++) {
		kill(all[i], SIGKILL);
		waitpid(all[i], NULL, 0);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("state");
	TCase *t = tcase_create("state");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, runc_state);
	tcase_add_test(t, crun_state);
	tcase_add_test(t, reused_pid);
	tcase_add_loop_test(t, malformed, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(t, not_roots_alone);
	tcase_add_test(t, unknown_container);
	tcase_add_test(t, roots);
	tcase_add_test(t, paths);
	tcase_add_test(t, namespaces_owner);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
