/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl install and uninstall on engines' files as people have them, below a root directory of the test's own. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "guardctl_case.h"
#include "suite.h"

static char root[] = "/tmp/guarded-install-XXXXXX";
static struct gd_arena *arena;

static void setup(void)
{
	arena = gd_arena_new(NULL);
	strcpy(root, "/tmp/guarded-install-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf %s", root)), 0);
	arena = gd_arena_free(arena);
}

static int sh(const char *command)
{
	return system(gd_printf(arena, "cd %s && { %s; } >out 2>&1", root, command));
}

static int guardctl(const char *words)
{
	return sh(gd_printf(arena, "%s %s", guardctl_program, words));
}

static const char *text(const char *path)
{
	FILE *f = fopen(gd_printf(arena, "%s/%s", root, path), "re");
	char *buf = gd_alloc(arena, 65536);

	if (!f)
		return NULL;
	buf[fread(buf, 1, 65535, f)] = '\0';
	fclose(f);
	return buf;
}

static void put(const char *path, const char *content)
{
	const char *full = gd_printf(arena, "%s/%s", root, path);

	ck_assert_int_eq(system(gd_printf(arena, "mkdir -p $(dirname %s)", full)), 0);
	FILE *f = fopen(full, "we");
	ck_assert(f && fputs(content, f) >= 0 && fclose(f) == 0);
}

#define DAEMON "etc/docker/daemon.json"
#define TOML "etc/containerd/config.toml"
#define PODMAN "etc/containers/containers.conf.d/50-guarded.conf"
#define CRIO "etc/crio/crio.conf.d/50-guarded.conf"
#define CRI1 "io.containerd.grpc.v1.cri"
#define CRI2 "io.containerd.cri.v1.runtime"
#define PROGRAM "--program /usr/sbin/guarded "

static const struct {
	const char *path, *before;	/* NULL: there is none */
	const char *words;
	const char *has[4], *lacks;
} rows[] = {
	{ DAEMON, NULL, "docker", { "\"guarded\": {", "\"path\": \"/usr/sbin/guarded\"" }, "default-runtime" },
	{ DAEMON, NULL, "--default docker", { "\"default-runtime\": \"guarded\"" }, NULL },
	{ DAEMON, "", "--default docker", { "\"default-runtime\": \"guarded\"" }, NULL },
	{ DAEMON, "{\"log-opts\":{\"max-size\":\"1m\"},\"n\":12345678901234567890,\"runtimes\":{\"x\":{\"path\":\"/x\"}}}",
	  "--default docker", { "\"max-size\": \"1m\"", "12345678901234567890", "\"path\": \"/x\"" }, NULL },
	{ DAEMON, "{\"default-runtime\":\"x\",\"runtimes\":{\"x\":{\"path\":\"/x\"}}}", "docker",
	  { "\"default-runtime\": \"x\"" }, NULL },
	{ DAEMON, "{\"runtimes\":{\"guarded\":{\"path\":\"/old/guarded\",\"runtimeArgs\":[\"--x\"]}}}", "docker",
	  { "/usr/sbin/guarded" }, "runtimeArgs" },
	{ TOML, NULL, "containerd", { "version = 2\n", CRI1 "\".containerd.runtimes.guarded.options]",
	  "BinaryName = \"/usr/sbin/guarded\"" }, "default_runtime_name" },
	{ TOML, NULL, "--default containerd", { "\".containerd]\n  default_runtime_name = \"guarded\"" }, NULL },
	{ TOML, "# mine\nversion = 2\n[plugins.\"" CRI1 "\".containerd]\n  default_runtime_name = \"runc\"\n  snapshotter = \"overlayfs\"\n"
	  "[plugins.\"" CRI1 "\".containerd.runtimes.runc.options]\n  SystemdCgroup = true\n", "--default containerd",
	  { "# mine\n", "  default_runtime_name = \"guarded\"\n  snapshotter", "    SystemdCgroup = true\n# guarded: end" },
	  "\"runc\"" },
	{ TOML, "version = 2\n[plugins.\"" CRI1 "\".containerd]\n  snapshotter = \"overlayfs\"\n", "--default containerd",
	  { ".containerd]\n  default_runtime_name = \"guarded\"\n  snapshotter" }, "[plugins.\"" CRI1 "\".containerd]\n[" },
	{ TOML, "version = 3\n", "--default containerd", { CRI2 "\".containerd]\n", CRI2 "\".containerd.runtimes.guarded]" },
	  "grpc.v1" },
	/* a key of that name in another table is another key */
	{ TOML, "version = 2\n[plugins.\"x\"]\n  default_runtime_name = \"runc\"\n", "--default containerd",
	  { "[plugins.\"x\"]\n  default_runtime_name = \"runc\"\n" }, NULL },
	{ PODMAN, NULL, "podman", { "guarded = [\"/usr/sbin/guarded\"]", "\"crun\", \"runc\"" }, "\nruntime = " },
	{ PODMAN, NULL, "--default podman", { "\nruntime = \"guarded\"" }, NULL },
	{ CRIO, NULL, "crio", { "runtime_path = \"/usr/sbin/guarded\"", "runtime_type = \"oci\"" }, "default_runtime" },
	{ CRIO, NULL, "--default crio", { "default_runtime = \"guarded\"" }, NULL },
};

static bool same(const char *a, const char *b)
{
	return (!a && !b) || gd_streq(a, b);
}

/* In and out again, byte for byte; a second time changes nothing; --dry-run changes nothing. */
START_TEST(in_and_out)
{
	const char *after, *engine = strrchr(rows[_i].words, ' ') ? strrchr(rows[_i].words, ' ') + 1 : rows[_i].words;
	const char *install = gd_printf(arena, "install --root %s " PROGRAM "%s", root, rows[_i].words);

	if (rows[_i].before)
		put(rows[_i].path, rows[_i].before);
	ck_assert_msg(guardctl(gd_printf(arena, "%s --dry-run", install)) == 0, "%s", text("out"));
	ck_assert_msg(strstr(text("out"), "guarded") != NULL, "%s", text("out"));
	ck_assert_msg(same(text(rows[_i].path), rows[_i].before), "--dry-run wrote");
	ck_assert_msg(guardctl(install) == 0, "%s", text("out"));
	ck_assert_msg(strstr(text("out"), "next: ") != NULL, "%s", text("out"));
	after = text(rows[_i].path);
	for (int k = 0; k < 4 && rows[_i].has[k]; k++)
		ck_assert_msg(strstr(after, rows[_i].has[k]) != NULL, "no %s in %s", rows[_i].has[k], after);
	ck_assert_msg(!rows[_i].lacks || !strstr(after, rows[_i].lacks), "%s in %s", rows[_i].lacks, after);
	ck_assert_int_eq(guardctl(install), 0);
	ck_assert_msg(strstr(text("out"), "nothing to do") && same(text(rows[_i].path), after), "%s", text("out"));
	ck_assert_msg(guardctl(gd_printf(arena, "uninstall --root %s %s", root, engine)) == 0, "%s", text("out"));
	ck_assert_msg(same(text(rows[_i].path), rows[_i].before), "%s", text(rows[_i].path));
	ck_assert_int_eq(guardctl(gd_printf(arena, "uninstall --root %s %s", root, engine)), 0);
	ck_assert_ptr_nonnull(strstr(text("out"), "nothing to do"));
}
END_TEST

/* What was edited since keeps the edit and loses what is ours. */
START_TEST(edited_since)
{
	put(DAEMON, "{\"a\":1}");
	put(TOML, "version = 2\n");
	ck_assert_int_eq(guardctl(gd_printf(arena, "install --root %s " PROGRAM "--default docker", root)), 0);
	ck_assert_int_eq(guardctl(gd_printf(arena, "install --root %s " PROGRAM "--default containerd", root)), 0);
	ck_assert_int_eq(sh("sed -i 's/\"a\": 1/\"a\": 2/' " DAEMON " && echo '# later' >>" TOML), 0);
	ck_assert_int_eq(guardctl(gd_printf(arena, "uninstall --root %s docker", root)), 0);
	ck_assert_ptr_nonnull(strstr(text("out"), "was edited since"));
	ck_assert_msg(strstr(text(DAEMON), "\"a\": 2") && !strstr(text(DAEMON), "guarded"), "%s", text(DAEMON));
	ck_assert_int_eq(guardctl(gd_printf(arena, "uninstall --root %s containerd", root)), 0);
	ck_assert_str_eq(text(TOML), "version = 2\n# later\n");
}
END_TEST

START_TEST(the_name_runc)
{
	char link[256] = "";

	ck_assert_int_eq(guardctl(gd_printf(arena, "install --root %s " PROGRAM "--replace-runc --default docker", root)), 0);
	ck_assert_int_gt(readlink(gd_printf(arena, "%s/usr/libexec/guarded/bin/runc", root), link, sizeof(link) - 1), 0);
	ck_assert_str_eq(link, "/usr/sbin/guarded");
	ck_assert_ptr_nonnull(strstr(text("etc/systemd/system/docker.service.d/50-guarded.conf"),
				     "Environment=PATH=/usr/libexec/guarded/bin:"));
	ck_assert_int_eq(guardctl(gd_printf(arena, "uninstall --root %s docker", root)), 0);
	ck_assert_int_eq(sh("test -z \"$(find usr etc var -type f -o -type l)\""), 0);
}
END_TEST

/* What cannot be edited is left as it is, and said. */
static const struct { const char *path, *before, *words, *says; } refused[] = {
	{ DAEMON, "{\"a\":1,}", "docker", "daemon.json" },
	{ DAEMON, "{\"runtimes\":[]}", "docker", "'runtimes' is no object" },
	{ TOML, "[plugins]\n", "containerd", "version 0" },
	{ TOML, "version = 9\n", "containerd", "version 9" },
	{ TOML, "version = 2\n[plugins.\"" CRI1 "\".containerd.runtimes.guarded]\n", "containerd", "is there already" },
	{ NULL, NULL, "lxc", "docker, containerd, podman or crio?" },
	{ NULL, NULL, "--program guarded docker", "no program 'guarded'" },
};

START_TEST(left_as_it_is)
{
	if (refused[_i].before)
		put(refused[_i].path, refused[_i].before);
	ck_assert_int_ne(guardctl(gd_printf(arena, "install --root %s %s%s", root,
					    strstr(refused[_i].words, "--program") ? "" : PROGRAM, refused[_i].words)), 0);
	ck_assert_msg(strstr(text("out"), refused[_i].says) != NULL, "%s", text("out"));
	if (refused[_i].before)
		ck_assert_str_eq(text(refused[_i].path), refused[_i].before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("install");
	TCase *rows_case = tcase_create("install");
	SRunner *runner = srunner_create(suite);
	int failed;

	find_guardctl();
	tcase_add_checked_fixture(rows_case, setup, teardown);
	tcase_set_timeout(rows_case, 120);
	tcase_add_loop_test(rows_case, in_and_out, 0, ROWS(rows));
	tcase_add_test(rows_case, edited_since);
	tcase_add_test(rows_case, the_name_runc);
	tcase_add_loop_test(rows_case, left_as_it_is, 0, ROWS(refused));
	suite_add_tcase(suite, rows_case);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
