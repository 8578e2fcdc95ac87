/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl from its command line to its exit status, on directories of its own. As root everything;
 * as anybody else the files are not root's, and that is what must be said.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

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

static struct gd_arena *arena;
static char *dir;
static char output[1 << 18];	/* of the last run: standard output and error together */

static const char *path(const char *name)
{
	return gd_printf(arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "we");

	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "write %s", name);
}

static struct gd_bytes get(const char *name)
{
	struct gd_bytes b = { 0 };
	struct gd_error err = { 0 };
	int fd = open(path(name), O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0 && gd_read_all(fd, 1 << 20, arena, &b, &err) == 0, "read %s: %s",
		      name, err.text);
	close(fd);
	return b;
}

#define DEFAULT(mode)                                                                              \
	"{\"version\":1,\"name\":\"default\",\"extends\":[\"baseline\"],\"match\":{},\"mode\":"    \
	"\"" mode "\"}"

static void setup(void)
{
	const char *base = geteuid() == 0 ? "/run/guarded-test-XXXXXX" : "/tmp/guarded-test-XXXXXX";

	arena = gd_arena_new(NULL);
	dir = mkdtemp(gd_strdup(arena, base));
	ck_assert_ptr_nonnull(dir);
	umask(022);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(system(gd_printf(arena,
					  "cp -r profiles %s/ && chmod -R u=rwX,go=rX %s/profiles "
					  "&& mkdir %s/policy.d "
					  "%s/state",
					  dir, dir, dir, dir)),
			 0);
	put("guarded.json",
	    gd_printf(arena,
		      "{\"runtime\":\"/bin/true\",\"policyDir\":\"%s/policy.d\",\"profileDir\":"
		      "\"%s/profiles\",\"applied\":\"%s/state/applied\",\"audit\":{\"file\":null}}",
		      dir, dir, dir));
	put("policy.d/10-default.json", DEFAULT("enforce"));
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf %s", dir)), 0);
	arena = gd_arena_free(arena);
}

/* Run guardctl with @words (separated by spaces) and return its exit status. */
static int run(const char *words)
{
	int status = run_guardctl(path("guarded.json"), words, path("output"));

	struct gd_bytes b = get("output");
	snprintf(output, sizeof(output), "%.*s", (int)b.len, b.data);
	return status;
}

#define RUN(words, want, text)                                                                     \
	do {                                                                                       \
		int got_ = run(words);                                                             \
		ck_assert_msg(got_ == (want), "guardctl %s: %d, %.4000s", words, got_, output);         \
		ck_assert_msg(strstr(output, text) != NULL, "guardctl %s: no '%s' in %.4000s", words,   \
			      text, output);                                                       \
	} while (0)

static bool same(struct gd_bytes x, struct gd_bytes y)
{
	return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

static unsigned files_in_state(void)
{
	struct gd_words names = { 0 };
	DIR *d = opendir(path("state"));
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			gd_words_add(arena, &names, e->d_name);
	closedir(d);
	return (unsigned)names.n;
}

START_TEST(applies)
{
	struct stat st;

	if (geteuid() != 0) {
		RUN("apply", CTL_ERROR, "root");
		return;
	}
	RUN("status", CTL_NO, "every create, run, exec and update is refused");
	RUN("apply --dry-run", CTL_OK, "+ default\nwould be applied");
	ck_assert_uint_eq(files_in_state(), 0);
	RUN("apply", CTL_OK, "+ default\napplied to");
	ck_assert_int_eq(stat(path("state/applied"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	RUN("apply", CTL_OK, "nothing to apply");
	RUN("status", CTL_OK, "default (enforce)");
	RUN("status --format json", CTL_OK, "\"inOrder\": true");
	RUN("policy diff default", CTL_OK, "");
	ck_assert_str_eq(output, "");
}
END_TEST

static void record(const char *id, const char *verdict, const char *container)
{
	struct gd_error e = { 0 };
	const char *line = gd_printf(arena,
				     "{\"time\":\"2026-11-22T10:00:0%c.000000Z\",\"id\":\"%s\",\"verb\":\"create\","
				     "\"container\":\"%s\",\"engine\":\"docker\",\"policy\":{\"name\":\"a|b=c\"},"
				     "\"verdict\":\"%s\",\"message\":\"no|=\\\\ \",\"findings\":[{\"control\":\"mounts\","
				     "\"action\":\"deny\",\"why\":\"w\"}]}\n", id[0], id, container, verdict);

	ck_assert_msg(gd_audit_append(path("audit.jsonl"), path("state/audit.head"), line, strlen(line), arena, &e) == 0,
		      "%s", e.text);
}

/* The log as launches write it, read back, proven, and handed on. */
START_TEST(audit_log)
{
	if (geteuid() != 0)
		return;
	put("guarded.json", gd_printf(arena, "{\"runtime\":\"/bin/true\",\"applied\":\"%s\",\"audit\":{\"file\":\"%s\"}}",
				      path("state/applied"), path("audit.jsonl")));
	record("1aaa0000", "refused", "c1");
	record("2aaa0000", "allowed", "c2");
	ck_assert_int_eq(rename(path("audit.jsonl"), path("audit.jsonl.1")), 0);
	RUN("audit verify", CTL_OK, "whole: 2 records, 1 to 2"); /* nothing was decided since */
	record("3aaa0000", "conformed", "c1");
	RUN("audit verify", CTL_OK, "whole: 3 records, 1 to 3");
	RUN("audit query --container c1 --format json", CTL_OK, "3aaa0000");
	ck_assert(strstr(output, "1aaa0000") && !strstr(output, "2aaa0000"));
	RUN("audit query --since 2026-11-22T10:00:02Z --until 2026-11-22T10:00:02.5Z", CTL_OK, "allowed");
	ck_assert(!strstr(output, "conformed") && !strstr(output, "refused"));
	RUN("audit query --verdict refused --control seccomp", CTL_NO, "");
	RUN("audit tail -n 1", CTL_OK, "3aaa0000");
	ck_assert(!strstr(output, "2aaa0000"));
	RUN("audit export --format cef --verdict refused", CTL_OK,
	    "CEF:0|guarded|guarded|" GD_VERSION "|mounts|create refused|8|rt=2026-11-22T10:00:01.000000Z");
	ck_assert_msg(strstr(output, "cs2=a|b\\=c") && strstr(output, "msg=no|\\=\\\\ "), "%s", output);
	RUN("audit export --format ecs --verdict refused", CTL_OK, "\"type\":[\"denied\"],\"outcome\":\"failure\"");
	ck_assert_int_eq(system(gd_printf(arena, "sed -i s/conformed/allowed/ %s", path("audit.jsonl"))), 0);
	RUN("audit verify", CTL_NO, "audit.jsonl:1: this record or the one before it was changed");
	ck_assert_int_eq(truncate(path("audit.jsonl"), 0), 0);
	RUN("audit verify", CTL_NO, "the log ends with record 2, its head says 3");
}
END_TEST

/* What stands in policy.d and is not right, or not applied, changes nothing. */
START_TEST(edits_change_nothing)
{
	if (geteuid() != 0) {
		RUN("apply", CTL_ERROR, "root");
		return;
	}
	RUN("apply", CTL_OK, "applied");
	struct gd_bytes before = get("state/applied");

	put("policy.d/10-default.json",
	    "{\"version\":1,\"name\":\"default\",\"exte"); /* half saved */
	RUN("apply", CTL_NO, "10-default.json:1:");
	RUN("apply", CTL_NO, "not applied: ");
	RUN("status", CTL_NO, "errors, see 'guardctl policy lint'");
	RUN("policy lint", CTL_NO, "error: ");
	put("policy.d/10-default.json", "");
	RUN("apply", CTL_NO, "not applied");
	unlink(path("policy.d/10-default.json"));
	RUN("apply", CTL_NO, "no default policy");
	ck_assert(same(before, get("state/applied")));

	put("policy.d/10-default.json", DEFAULT("audit"));
	RUN("status", CTL_NO, "edited and not applied");
	RUN("policy diff default", CTL_NO, "mode:\n- enforce\n+ audit");
	RUN("apply --dry-run", CTL_OK, "~ default: mode\nwould be applied");
	ck_assert(same(before, get("state/applied")));
	/* An editor's leftovers are no policies. */
	put("policy.d/.10-default.json.swp", "x");
	put("policy.d/10-default.json~", "x");
	RUN("apply", CTL_OK, "~ default: mode\napplied to");
	ck_assert(!same(before, get("state/applied")));
	RUN("status", CTL_OK, "default (audit)");

	/* Only what a policy governs is different: said, though no policy is. */
	put("policy.d/20-pods.json", "{\"version\":1,\"name\":\"pods\",\"extends\":[\"baseline\"],"
				     "\"match\":{\"class\":[\"sandbox\"]}}");
	RUN("apply", CTL_OK, "+ pods");
	put("policy.d/20-pods.json", "{\"version\":1,\"name\":\"pods\",\"extends\":[\"baseline\"],"
				     "\"match\":{\"class\":[\"plugin\"]}}");
	RUN("apply", CTL_OK, "~ pods: what it matches, its reason or description\napplied");
	unlink(path("policy.d/20-pods.json"));
	RUN("apply", CTL_OK, "- pods");
}
END_TEST

/* Files that somebody else could have written decide nothing. */
START_TEST(only_roots)
{
	if (geteuid() != 0) {
		RUN("apply", CTL_ERROR, "root");
		return;
	}
	RUN("apply", CTL_OK, "applied");
	struct gd_bytes before = get("state/applied");

	put("policy.d/10-default.json", DEFAULT("audit"));
	ck_assert_int_eq(chmod(path("policy.d/10-default.json"), 0666), 0);
	RUN("apply", CTL_NO, "10-default.json: ");
	ck_assert_int_eq(chmod(path("policy.d/10-default.json"), 0644), 0);
	ck_assert_int_eq(chmod(path("policy.d"), 0777), 0);
	RUN("apply", CTL_ERROR, "policies");
	ck_assert_int_eq(chmod(path("policy.d"), 0755), 0);
	ck_assert_int_eq(chmod(path("profiles"), 0777), 0);
	RUN("apply", CTL_ERROR, "profiles");
	ck_assert_int_eq(chmod(path("profiles"), 0755), 0);
	ck_assert_int_eq(chmod(path("state"), 0777), 0);
	RUN("apply", CTL_ERROR, "state");
	ck_assert_int_eq(chmod(path("state"), 0755), 0);
	ck_assert(same(before, get("state/applied")));
	ck_assert_uint_eq(files_in_state(), 1);
	ck_assert_int_eq(chmod(path("guarded.json"), 0666), 0);
	RUN("apply", CTL_ERROR, "guarded.json");
	ck_assert_int_eq(chmod(path("guarded.json"), 0644), 0);
	RUN("apply", CTL_OK, "applied to");
}
END_TEST

/* The disk is full: what was applied stays, and nothing is left beside it. */
START_TEST(full_disk)
{
	const struct rlimit small = { 1000, 1000 };

	if (geteuid() != 0) {
		RUN("apply", CTL_ERROR, "root");
		return;
	}
	RUN("apply", CTL_OK, "applied");
	struct gd_bytes before = get("state/applied");
	put("policy.d/10-default.json", DEFAULT("audit"));
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	int got = run("apply");
	ck_assert_int_eq(got, CTL_ERROR);
	ck_assert(same(before, get("state/applied")));
	ck_assert_uint_eq(files_in_state(), 1);
}
END_TEST

/* An applied file that was changed is reported, and the next apply puts a good one in its place. */
START_TEST(altered)
{
	if (geteuid() != 0) {
		RUN("apply", CTL_ERROR, "root");
		return;
	}
	RUN("apply", CTL_OK, "applied");
	struct gd_bytes good = get("state/applied");
	FILE *f = fopen(path("state/applied"), "r+e");

	ck_assert(f && fseek(f, 60, SEEK_SET) == 0 && fputc('!', f) == '!' && fclose(f) == 0);
	RUN("status", CTL_NO, "is not as 'guardctl apply' wrote it");
	RUN("policy show --applied default", CTL_ERROR, "is not as 'guardctl apply' wrote it");
	RUN("apply", CTL_OK, "+ default");
	ck_assert(same(good, get("state/applied")));
	ck_assert_int_eq(unlink(path("state/applied")), 0);
	RUN("status", CTL_NO, "every create, run, exec and update is refused");
	RUN("apply", CTL_OK, "+ default");
}
END_TEST

static const struct {
	const char *words;
	int want;
	const char *text;
} command_rows[] = {
	{ "--help", CTL_OK, "usage: guardctl" },
	{ "-h", CTL_OK, "apply" },
	{ "--version", CTL_OK, "guardctl " },
	{ "", CTL_ERROR, "usage: guardctl" },
	{ "aply", CTL_ERROR, "unknown command 'aply', did you mean 'apply'?" },
	{ "apply --help", CTL_OK, "usage: guardctl apply" },
	{ "apply x", CTL_ERROR, "apply takes no argument" },
	{ "apply --frobnicate", CTL_ERROR, "usage: guardctl apply" },
	{ "status --help", CTL_OK, "usage: guardctl status" },
	{ "status --format xml", CTL_ERROR, "--format is text or json" },
	{ "status x", CTL_ERROR, "takes no argument" },
	{ "policy --help", CTL_OK, "usage: guardctl policy" },
	{ "policy", CTL_ERROR, "lint, show, which, diff or schema?" },
	{ "policy frob", CTL_ERROR, "lint, show, which, diff or schema?" },
	{ "check --help", CTL_OK, "usage: guardctl check" },
	{ "why --help", CTL_OK, "usage: guardctl why" },
	{ "audit --help", CTL_OK, "usage: guardctl audit" },
	{ "audit", CTL_ERROR, "query, tail, export or verify is needed" },
	{ "audit frob", CTL_ERROR, "query, tail, export or verify is needed" },
	{ "audit query --since yesterday", CTL_ERROR, "that value is not understood" },
	{ "audit query --control frob", CTL_ERROR, "that value is not understood" },
	{ "audit tail", CTL_ERROR, "guarded.json keeps no audit log" },
	{ "policy lint --applied", CTL_ERROR, "--applied belongs to show" },
};

/* Asked for help, or wrongly, guardctl needs no policies at all. */
START_TEST(command_lines)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -r %s/profiles %s/policy.d", dir, dir)), 0);
	/*
	 * A command that is not asked for help reads guarded.json first, which only root's is
	 * believed.
	 */
	const char *words = command_rows[_i].words;
	bool reads = !strstr(words, "-h") && !strstr(words, "--version") && *words &&
		     strcmp(words, "aply") != 0;
	RUN(words, command_rows[_i].want, geteuid() != 0 && reads ? "root" : command_rows[_i].text);
}
END_TEST

START_TEST(policies)
{
	if (geteuid() != 0) {
		RUN("policy lint", CTL_ERROR, "root");
		return;
	}
	RUN("policy lint", CTL_OK, "");
	ck_assert_str_eq(output, "");
	RUN("policy show default", CTL_OK, "\"NET_BIND_SERVICE\"");
	RUN("policy show baseline", CTL_OK, "\"name\": \"baseline\"");
	RUN("policy show restricted@1", CTL_OK, "\"name\": \"restricted\"");
	RUN("policy show nobody", CTL_ERROR, "no policy or profile is called 'nobody'");
	RUN("policy show --applied default", CTL_ERROR, "applied");
	RUN("policy diff baseline restricted", CTL_NO, "capabilities.allow: tighter");
	RUN("policy diff restricted baseline", CTL_NO, "capabilities.allow: looser");
	RUN("policy diff baseline baseline", CTL_OK, "");
	RUN("policy schema", CTL_OK, "\"$defs\"");
	/* A file is linted in the place of the policy of its name. */
	put("mine.json", DEFAULT("adit"));
	RUN(gd_printf(arena, "policy lint %s", path("mine.json")), CTL_NO,
	    "mine.json:1:72: unknown mode 'adit'");
	put("mine.json", DEFAULT("audit"));
	RUN(gd_printf(arena, "policy lint %s", path("mine.json")), CTL_OK, "");
	RUN(gd_printf(arena, "policy lint %s", path("nothing.json")), CTL_ERROR, "nothing.json");
}
END_TEST

/* The look-up of a launch, by words. */
START_TEST(which)
{
#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	put("policy.d/20-a.json", "{\"version\":1,\"name\":\"by-digest\",\"extends\":[\"baseline\"],"
				  "\"match\":{\"digest\":[\"" DIGEST "\"]},\"reason\":\"tests\",\"ticket\":\"T-7\"}");
	put("policy.d/20-b.json", "{\"version\":1,\"name\":\"library\",\"extends\":[\"baseline\"],"
				  "\"match\":{\"repository\":[\"docker.io/library/*\"]}}");
	put("policy.d/20-c.json", "{\"version\":1,\"name\":\"blue\",\"extends\":[\"baseline\"],"
				  "\"match\":{\"label\":[\"team=blue\"],\"engine\":[\"docker\"]}}");
	put("policy.d/20-d.json", "{\"version\":1,\"name\":\"pods\",\"extends\":[\"baseline\"],"
				  "\"match\":{\"namespace\":[\"prod\"],\"pod\":[\"web-*\"]}}");
	put("policy.d/20-e.json", "{\"version\":1,\"name\":\"red\",\"extends\":[\"baseline\"],"
				  "\"match\":{\"label\":[\"team=red\"]}}");
	RUN("policy which", CTL_ERROR, "applied");
	RUN("apply", CTL_OK, "applied");
	RUN("policy which", CTL_OK, "default (enforce)");
	RUN("policy which " DIGEST, CTL_OK, "by-digest (enforce)\n  match        {\"digest\":[\"" DIGEST "\"]}\n"
	    "  reason       tests\n  ticket       T-7");
	RUN("policy which nginx", CTL_OK, "library (enforce)");
	RUN("policy which quay.io/nginx team=blue", CTL_OK, "default");
	RUN("policy which quay.io/nginx team=blue engine:docker", CTL_OK, "blue (enforce)");
	RUN("policy which team=blue team=red engine:docker", CTL_OK, "blue (enforce)");
	RUN("policy which namespace:prod pod:web-1 containerName:app", CTL_OK, "pods (enforce)");
	RUN("policy which namespace:prod pod:db-1", CTL_OK, "default");
	RUN("policy which engine:dcoker", CTL_ERROR, "there is no 'engine:dcoker'");
	RUN("policy which UPPER", CTL_ERROR, "neither");
	RUN("policy which /nonexistent/bundle", CTL_ERROR, "nonexistent");
	RUN("status", CTL_OK, "by-digest (enforce)");
}
END_TEST

int main(void)
{

	find_guardctl();
	Suite *suite = suite_create("guardctl");
	TCase *once = tcase_create("guardctl");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(once, setup, teardown);
	tcase_set_timeout(once, 120);
	tcase_add_test(once, applies);
	tcase_add_test(once, audit_log);
	tcase_add_test(once, edits_change_nothing);
	tcase_add_test(once, only_roots);
	tcase_add_test(once, full_disk);
	tcase_add_test(once, altered);
	tcase_add_test(once, policies);
	tcase_add_test(once, which);
	tcase_add_loop_test(once, command_lines, 0, ROWS(command_rows));
	suite_add_tcase(suite, once);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
