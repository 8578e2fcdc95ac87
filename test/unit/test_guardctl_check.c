/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl check and why from their command line to their exit status: a bundle, a document, standard input; findings as
 * a table, the record, the difference; 0 it would start, 1 it would be refused, 2 nobody can say.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/log.h"
#include "ctl/ctl.h"
#include "guardctl_case.h"
#include "suite.h"

#define DOCUMENT(mounts)                                                                                             \
	"{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/\",\"args\":[\"sh\"],"     \
	"\"user\":{\"uid\":0,\"gid\":0},\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_MKNOD\"]}},\"mounts\":"  \
	"[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}" mounts "],\"linux\":{\"namespaces\":["   \
	"{\"type\":\"pid\"},{\"type\":\"network\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"}]," PATHS "}}"
#define PATHS                                                                                                        \
	"\"maskedPaths\":[\"/proc/acpi\",\"/proc/asound\",\"/proc/kcore\",\"/proc/keys\",\"/proc/latency_stats\"," \
	"\"/proc/timer_list\",\"/proc/timer_stats\",\"/proc/sched_debug\",\"/proc/scsi\",\"/sys/firmware\"],"     \
	"\"readonlyPaths\":[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\"]"
#define HOST ",{\"destination\":\"/h\",\"type\":\"bind\",\"source\":\"/\",\"options\":[\"rbind\"]}"
#define HELD "it holds everything on the host"

static struct gd_arena *arena;
static char *dir;
static char out[1 << 16], err[1 << 16];

static const char *path(const char *name)
{
	return gd_printf(arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "we");

	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "write %s", name);
}

static void take(const char *name, char *to, size_t size)
{
	FILE *f = fopen(path(name), "re");

	ck_assert_ptr_nonnull(f);
	size_t n = fread(to, 1, size - 1, f);
	to[n] = '\0';
	fclose(f);
}

/* guardctl @words, D/ in them this test's directory; "in" is its standard input. */
static int run(const char *words)
{
	const char *home = gd_printf(arena, "%s/", dir), *line = "";
	int status;

	for (const char *at; (at = strstr(words, "D/")) != NULL; words = at + 2)
		line = gd_printf(arena, "%s%.*s%s", line, (int)(at - words), words, home);
	status = system(gd_printf(arena, "cd / && '%s' --guarded-config %sguarded.json %s%s <%sin >%sout 2>%serr", guardctl_program,
				  home, line, words, home, home, home));
	ck_assert(WIFEXITED(status));
	take("out", out, sizeof(out));
	take("err", err, sizeof(err));
	return WEXITSTATUS(status);
}

#define RUN(words, want, on, text)                                                                               \
	do {                                                                                                     \
		int got_ = run(words);                                                                           \
		ck_assert_msg(got_ == (want), "%s: %d, %.2000s%.2000s", words, got_, out, err);                  \
		ck_assert_msg(strstr(on, text), "%s: no '%s' in %.2000s|%.2000s", words, text, out, err);        \
	} while (0)

static void setup(void)
{
	arena = gd_arena_new(NULL);
	dir = mkdtemp(gd_strdup(arena, geteuid() == 0 ? "/run/guarded-test-XXXXXX" : "/tmp/guarded-test-XXXXXX"));
	ck_assert_ptr_nonnull(dir);
	umask(022);
	ck_assert_int_eq(system(gd_printf(arena, "chmod 755 %s && cp -r profiles %s/ && chmod -R u=rwX,go=rX %s && "
					  "cd %s && mkdir -p policy.d state good/rootfs bad/rootfs", dir, dir, dir, dir)), 0);
	put("guarded.json", gd_printf(arena, "{\"runtime\":\"/bin/true\",\"policyDir\":\"%s/policy.d\",\"profileDir\":"
				      "\"%s/profiles\",\"applied\":\"%s/state/applied\",\"audit\":{\"file\":\"%s/audit\"}}",
				      dir, dir, dir, dir));
	put("policy.d/10-default.json", "{\"version\":1,\"name\":\"default\",\"extends\":[\"baseline\"],\"match\":{}}");
	put("good/config.json", DOCUMENT(""));
	put("bad/config.json", DOCUMENT(HOST));
	put("in", "");
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf %s", dir)), 0);
	arena = gd_arena_free(arena);
}

START_TEST(checks)
{
	if (geteuid() != 0) {
		RUN("check D/good", CTL_ERROR, err, "root");
		return;
	}
	RUN("check D/good", CTL_ERROR, err, "applied");
	RUN("apply", CTL_OK, out, "applied to");
	RUN("check D/good", CTL_OK, out, "would start, changed as below (policy default)");
	ck_assert_str_eq(err, "");
	RUN("check D/good/config.json --bundle D/good", CTL_OK, out, "would start");
	RUN("check --format json D/good", CTL_OK, out, "\"verdict\":\"conformed\"");
	ck_assert_ptr_nonnull(strstr(out, "\"patch\":["));
	RUN("check --format diff D/good", CTL_OK, out, "--- asked\n+++ given\n");
	ck_assert_ptr_nonnull(strstr(out, "-        \"CAP_MKNOD\""));
	ck_assert_ptr_nonnull(strstr(out, "+      \"defaultAction\": \"SCMP_ACT_ERRNO\""));

	RUN("check D/bad", CTL_NO, out, "would be refused (policy default)");
	ck_assert_ptr_nonnull(strstr(out, HELD));
	RUN("check --format json D/bad", CTL_NO, out, "\"verdict\":\"refused\"");
	ck_assert_ptr_nonnull(strstr(out, "\"message\":\"guarded refused "));
	/* there is no document to show, but a word of why */
	RUN("check --format diff D/bad", CTL_NO, err, "guarded refused ");
	ck_assert_str_eq(out, "");

	put("in", DOCUMENT(HOST));
	RUN("check --bundle D/good -", CTL_NO, out, HELD);
	put("in", DOCUMENT(""));
	RUN("check --bundle D/bad --format json -", CTL_OK, out, "\"conformed\"");
	/* it looked, and nothing more */
	ck_assert(access(path("audit"), F_OK) < 0 && errno == ENOENT);
	ck_assert(access(path("good/judged.json"), F_OK) < 0 && errno == ENOENT);
	take("good/config.json", out, sizeof(out));
	ck_assert_str_eq(out, DOCUMENT(""));
}
END_TEST

/* What cannot be judged is neither. */
START_TEST(checks_nothing)
{
	if (geteuid() != 0)
		return;
	RUN("apply", CTL_OK, out, "applied to");
	RUN("check -", CTL_ERROR, err, "the text is empty");
	put("in", "{\"ociVersion\":\"1.0.2\",\"Root\":{}}");
	RUN("check -", CTL_ERROR, err, "Root");
	put("in", DOCUMENT("") "}");
	RUN("check -", CTL_ERROR, err, "-: line 1");
	RUN("check D/nothing", CTL_ERROR, err, "does not exist");
	RUN("check D/policy.d", CTL_ERROR, err, "config.json");
	RUN("check", CTL_ERROR, err, "one PATH is needed");
	RUN("check D/good D/bad", CTL_ERROR, err, "one PATH is needed");
	RUN("check --format xml D/good", CTL_ERROR, err, "--format is table, json or diff");
	RUN("check --policy nobody D/good", CTL_ERROR, err, "no applied policy is called 'nobody'");
}
END_TEST

static void record(const char *id, const char *flag)
{
	struct gd_error e = { 0 };
	const char *line = gd_printf(arena, "{\"time\":\"2026-11-22T10:00:00.000000Z\",\"id\":\"%s\",\"verb\":\"create\","
				     "\"container\":\"c\",\"engine\":\"docker\",\"policy\":{\"name\":\"p\"},\"verdict\":"
				     "\"refused\",\"message\":\"m\",\"findings\":[{\"control\":\"mounts\",\"action\":\"deny\","
				     "\"pointer\":\"/mounts/7\",\"flag\":\"%s\",\"why\":\"it holds\",\"fix\":\"leave it\"}]}\n",
				     id, flag);

	ck_assert_msg(gd_audit_append(path("audit"), path("state/audit.head"), line, strlen(line), arena, &e) == 0, "%s",
		      e.text);
}

START_TEST(why)
{
	if (geteuid() != 0)
		return;
	RUN("why 1aaa0000", CTL_ERROR, err, "audit");
	record("1aaa0000", "-v /:/h");
	record("2aaa0000", "\\\"id\\\":\\\"3aaa0000");
	RUN("why 1aaa0000", CTL_OK, out, "refused 2026-11-22T10:00:00.000000Z");
	ck_assert_ptr_nonnull(strstr(out, "-v /:/h"));
	ck_assert_ptr_nonnull(strstr(out, "/mounts/7"));
	ck_assert_ptr_nonnull(strstr(out, "it holds"));
	RUN("why 1aaa", CTL_OK, out, "-v /:/h");
	RUN("why --format json 1aaa", CTL_OK, out, "{\"time\":");
	RUN("why 3aaa0000", CTL_NO, err, "3aaa0000");
	RUN("why 1aa", CTL_ERROR, err, "four to eight digits");
	RUN("why '1aaa\"'", CTL_ERROR, err, "four to eight digits");
	RUN("why", CTL_ERROR, err, "usage");
	/* Rotation takes no decision away. */
	ck_assert_int_eq(rename(path("audit"), path("audit.1")), 0);
	RUN("why 1aaa", CTL_OK, out, "-v /:/h");
	record("4aaa0000", "-v /etc:/h");
	RUN("why 4aaa", CTL_OK, out, "-v /etc:/h");
	RUN("why 1aaa", CTL_OK, out, "-v /:/h");
	RUN("why 5aaa", CTL_NO, err, "5aaa");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guardctl check");
	TCase *once = tcase_create("guardctl check");
	SRunner *runner;
	int failed;

	find_guardctl();
	tcase_add_checked_fixture(once, setup, teardown);
	tcase_set_timeout(once, 120);
	tcase_add_test(once, checks);
	tcase_add_test(once, checks_nothing);
	tcase_add_test(once, why);
	suite_add_tcase(suite, once);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
