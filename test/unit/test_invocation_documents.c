/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec's and update's flags: the document made of them, or the refusal. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "invocation/invocation.h"
#include "json/scan.h"

static struct gd_arena *arena;

static void setup(void)
{
	arena = gd_arena_new(NULL);
}

static void teardown(void)
{
	arena = gd_arena_free(arena);
}

static void parse(const char *line, struct gd_invocation *inv)
{
	static const struct gd_invocation_rules rules = { 0 };
	char *save, *copy = gd_strdup(arena, line), **argv = NULL;
	struct gd_error err = { 0 };
	size_t n = 0;

	*GD_APPEND(arena, argv, n) = copy;
	for (char *w = strtok_r(gd_strdup(arena, line), " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		*GD_APPEND(arena, argv, n) = w;
	ck_assert_msg(gd_invocation_parse((int)n, argv, &rules, arena, inv, &err) == 0, "%s: %s", line, err.text);
}

static gd_json *json(const char *text)
{
	gd_json *v;
	char *copy = gd_strdup(arena, text);

	ck_assert_int_eq(gd_json_scan(copy, strlen(copy), GD_SCAN_STRICT, NULL), 0);
	ck_assert_int_eq(gd_json_parse(copy, strlen(copy), &v, NULL), 0);
	return v;
}

static void expect(const char *line, gd_json *got, const char *want)
{
	const char *bytes;
	size_t len;

	ck_assert_int_eq(gd_json_bytes(got, arena, &bytes, &len), 0);
	ck_assert_msg(strcmp(bytes, want) == 0, "%s:\n got %s\nwant %s", line, bytes, want);
	gd_json_free(got);
}

static const char base[] =
	"{\"terminal\":true,\"user\":{\"uid\":5,\"gid\":6,\"additionalGids\":[7]},\"args\":[\"sleep\",\"9\"],"
	"\"env\":[\"PATH=/bin\"],\"cwd\":\"/\",\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"noNewPrivileges\":true,"
	"\"apparmorProfile\":\"x\",\"oomScoreAdj\":100}";

static const struct { const char *line, *want; } processes[] = {
	/* What is not asked for stays, but the terminal is never inherited. */
	{ "exec c1 id -u",
	  "{\"terminal\":false,\"user\":{\"uid\":5,\"gid\":6,\"additionalGids\":[7]},\"args\":[\"id\",\"-u\"],"
	  "\"env\":[\"PATH=/bin\"],\"cwd\":\"/\",\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"noNewPrivileges\":true,"
	  "\"apparmorProfile\":\"x\",\"oomScoreAdj\":100}" },
	{ "exec -t -u 0 -g 0 -e A=1 -e A=2 --cwd /w --apparmor y --process-label l --no-new-privs=false -c NET_RAW c1 sh",
	  "{\"terminal\":true,\"user\":{\"uid\":0,\"gid\":6,\"additionalGids\":[7,0]},\"args\":[\"sh\"],"
	  "\"env\":[\"PATH=/bin\",\"A=1\",\"A=2\"],\"cwd\":\"/w\",\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"NET_RAW\"],"
	  "\"effective\":[\"NET_RAW\"],\"permitted\":[\"NET_RAW\"]},\"noNewPrivileges\":false,"
	  "\"apparmorProfile\":\"y\",\"oomScoreAdj\":100,\"selinuxLabel\":\"l\"}" },
	{ "exec -u 4294967295:0 c1 sh",
	  "{\"terminal\":false,\"user\":{\"uid\":4294967295,\"gid\":0,\"additionalGids\":[7]},\"args\":[\"sh\"],"
	  "\"env\":[\"PATH=/bin\"],\"cwd\":\"/\",\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"noNewPrivileges\":true,"
	  "\"apparmorProfile\":\"x\",\"oomScoreAdj\":100}" },
	{ "exec -u root c1 sh", NULL },
	{ "exec -u 4294967296 c1 sh", NULL },	/* runc would keep the lower half: root */
	{ "exec -u 0: c1 sh", NULL },
	{ "exec -u :0 c1 sh", NULL },
	{ "exec -u 0x0 c1 sh", NULL },
	{ "exec -u 00 c1 sh", NULL },
	{ "exec -u 1:2:3 c1 sh", NULL },
	{ "exec -g 4294967296 c1 sh", NULL },
	{ "exec -g -1 c1 sh", NULL },
	{ "exec -u 11111111111111111111111111111111 c1 sh", NULL },
};

START_TEST(process)
{
	struct gd_invocation inv;
	struct gd_error err = { 0 };
	gd_json *container = json(base), *got = NULL;

	parse(processes[_i].line, &inv);
	int r = gd_invocation_process(&inv, container, &got, &err);
	if (processes[_i].want == NULL) {
		ck_assert_msg(r == -1, "accepted: %s", processes[_i].line);
		ck_assert_int_eq(err.kind, GD_E_INPUT);
	} else {
		ck_assert_msg(r == 0, "%s: %s", processes[_i].line, err.text);
		expect(processes[_i].line, got, processes[_i].want);
	}
	expect("the container's own", container, base);
}
END_TEST

START_TEST(process_of_nothing)
{
	struct gd_invocation inv;
	gd_json *got, *bare = json("{\"cwd\":\"/\"}"), *odd = json("{\"env\":{},\"user\":[]}");

	parse("exec -c KILL -u 1 -e A=1 c1 sh", &inv);
	ck_assert_int_eq(gd_invocation_process(&inv, NULL, &got, NULL), -1);
	ck_assert_int_eq(gd_invocation_process(&inv, odd, &got, NULL), -1);
	ck_assert_int_eq(gd_invocation_process(&inv, bare, &got, NULL), 0);
	expect("bare", got, "{\"cwd\":\"/\",\"args\":[\"sh\"],\"terminal\":false,\"env\":[\"A=1\"],\"capabilities\":"
	       "{\"bounding\":[\"KILL\"],\"effective\":[\"KILL\"],\"permitted\":[\"KILL\"]},\"user\":{\"uid\":1}}");
	gd_json_free(bare);
	gd_json_free(odd);
}
END_TEST

static const struct { const char *line, *want; } resources[] = {
	{ "update c1", "{}" },
	{ "update --memory 512m --memory-swap -1 --memory-reservation 1GiB c1",
	  "{\"memory\":{\"limit\":536870912,\"reservation\":1073741824,\"swap\":-1}}" },
	{ "update --memory 10b --kernel-memory 2kb --kernel-memory-tcp 3TB c1",
	  "{\"memory\":{\"kernel\":2048,\"kernelTCP\":3298534883328,\"limit\":10}}" },
	{ "update --cpu-quota -1 --cpu-period 100000 --cpu-share 18446744073709551615 --cpuset-cpus 0-1 c1",
	  "{\"cpu\":{\"period\":100000,\"quota\":-1,\"shares\":18446744073709551615,\"cpus\":\"0-1\"}}" },
	{ "update --cpu-burst 5 --cpu-idle 1 --cpu-rt-period 6 --cpu-rt-runtime 7 --cpuset-mems 0 c1",
	  "{\"cpu\":{\"burst\":5,\"realtimePeriod\":6,\"realtimeRuntime\":7,\"idle\":1,\"mems\":\"0\"}}" },
	{ "update --pids-limit -1 --blkio-weight 10 c1", "{\"blockIO\":{\"weight\":10},\"pids\":{\"limit\":-1}}" },
	{ "update --pids-limit 0 --blkio-weight 0 c1", "{\"pids\":{\"limit\":0}}" },
	{ "update --l3-cache-schema L3:0=f c1", "{}" },
	{ "update --memory= c1", "{}" },
	{ "update --memory -2 c1", NULL },
	{ "update --memory 1.5g c1", NULL },
	{ "update --memory m c1", NULL },
	{ "update --memory 5x c1", NULL },
	{ "update --memory 5ki c1", NULL },
	{ "update --memory 5kbb c1", NULL },
	{ "update --memory 8192p c1", NULL },	/* 2^63 */
	{ "update --memory 9223372036854775808 c1", NULL },
	{ "update --memory 010 c1", NULL },
	{ "update --cpu-share -1 c1", NULL },
	{ "update --cpu-period 0x10 c1", NULL },
	{ "update --cpu-quota 9223372036854775808 c1", NULL },
};

START_TEST(resource)
{
	struct gd_invocation inv;
	struct gd_error err = { 0 };
	gd_json *got = NULL;

	parse(resources[_i].line, &inv);
	int r = gd_invocation_resources(&inv, &got, &err);
	if (resources[_i].want == NULL) {
		ck_assert_msg(r == -1, "accepted: %s", resources[_i].line);
		ck_assert_int_eq(err.kind, GD_E_INPUT);
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", resources[_i].line, err.text);
	expect(resources[_i].line, got, resources[_i].want);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("invocation documents");
	TCase *t = tcase_create("documents");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, process, 0, sizeof(processes) / sizeof(processes[0]));
	tcase_add_test(t, process_of_nothing);
	tcase_add_loop_test(t, resource, 0, sizeof(resources) / sizeof(resources[0]));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
