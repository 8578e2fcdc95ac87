/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"
#include "judge_case.h"

#define X GD_ENGINE_DOCKER, GD_ON_EXEC
#define POLICY(allow, privileged, user, caps, terminal) \
	"\"allow\":\"" allow "\",\"privileged\":" privileged ",\"otherUser\":" user \
	",\"moreCapabilities\":" caps ",\"terminal\":" terminal
#define USUAL POLICY("any", "false", "true", "false", "true")
#define STRICT POLICY("any", "false", "false", "false", "false")
#define LOOSE POLICY("any", "true", "true", "true", "true")
#define CAPS(list) "{\"process\":{\"capabilities\":{\"bounding\":[" list "]}}}"
#define OWN_CAPS(list) "{\"capabilities\":{\"bounding\":[" list "]}}"
#define MOST \
	"\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_DAC_READ_SEARCH\",\"CAP_FOWNER\",\"CAP_" \
	"FSETID\",\"CAP_KILL\"," \
	"\"CAP_SETGID\",\"CAP_SETUID\",\"CAP_SETPCAP\",\"CAP_LINUX_IMMUTABLE\",\"CAP_NET_BIND_" \
	"SERVICE\"," \
	"\"CAP_NET_BROADCAST\",\"CAP_NET_ADMIN\",\"CAP_NET_RAW\",\"CAP_IPC_LOCK\",\"CAP_IPC_" \
	"OWNER\"," \
	"\"CAP_SYS_MODULE\",\"CAP_SYS_RAWIO\",\"CAP_SYS_CHROOT\",\"CAP_SYS_PTRACE\",\"CAP_SYS_" \
	"PACCT\"," \
	"\"CAP_SYS_BOOT\",\"CAP_SYS_NICE\",\"CAP_SYS_RESOURCE\",\"CAP_SYS_TIME\",\"CAP_SYS_TTY_" \
	"CONFIG\"," \
	"\"CAP_MKNOD\",\"CAP_LEASE\",\"CAP_AUDIT_WRITE\",\"CAP_AUDIT_CONTROL\",\"CAP_SETFCAP\""
#define P "/process"
#define LIMIT(n) "\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":" n ",\"soft\":" n "}]"

#define HEALTH POLICY("healthcheck", "true", "true", "true", "true")
#define COMMANDS(argv) ",\"commands\":[{\"argv\":" argv "}]"
#define ARGS(list) "{\"process\":{\"args\":[" list "]}}"

static void known(struct gd_facts *f)
{
	f->use.health_known = true;
}

static void healthy(struct gd_facts *f)
{
	known(f);
	f->healthcheck = true;
}

static const struct control_row table[] = {
	/* the same process again: what docker exec gives without a flag */
	{ X, NULL, STRICT, "" },
	{ GD_ENGINE_PODMAN, GD_ON_EXEC, NULL, STRICT, "" },
	{ GD_ENGINE_CRI, GD_ON_EXEC, NULL, STRICT, "" },
	{ GD_ENGINE_DOCKER, GD_ON_CREATE, NULL, STRICT, "" },
	/* at all */
	{ X, NULL, POLICY("none", "true", "true", "true", "true"), P "/args:a", "docker exec" },
	{ GD_ENGINE_CRI, GD_ON_EXEC, NULL, POLICY("none", "true", "true", "true", "true"), P "/args:a",
	  "kubectl exec" },
	{ GD_ENGINE_UNKNOWN, GD_ON_EXEC, NULL, POLICY("none", "true", "true", "true", "true"),
	  P "/args:a", "entering this container" },
	/* the health check alone, as it was recognised; and what is listed besides */
	{ X, NULL, HEALTH, P "/args:a", "docker exec", .host = known },
	{ X, NULL, HEALTH, "", .host = healthy },
	{ X, NULL, POLICY("none", "true", "true", "true", "true"), P "/args:a", .host = healthy },
	{ X, ARGS("\"ls\",\"-l\""), HEALTH COMMANDS("[\"ls\",\"**\"]"), "" },
	{ X, ARGS("\"ls\",\"-l\""), HEALTH COMMANDS("[\"ls\"]"), P "/args:a" },
	{ X, ARGS("\"ls\""), POLICY("none", "true", "true", "true", "true") COMMANDS("[\"ls\"]"), "" },
	{ X, ARGS("\"LS\""), HEALTH COMMANDS("[\"ls\"]"), P "/args:a" },
	{ X, ARGS("\"/tmp/ls\""), HEALTH COMMANDS("[\"ls\"]"), P "/args:a" },
	{ X, ARGS("\"sh\",\"-c\",\"ls\""), HEALTH COMMANDS("[\"ls\"]"), P "/args:a" },
	{ X, ARGS(""), HEALTH COMMANDS("[\"ls\"]"), P "/args:a" },
	/* what may be run says nothing of as whom, and with what */
	{ X, "{\"process\":{\"args\":[\"ls\"],\"terminal\":true}}",
	  POLICY("none", "true", "true", "true", "false") COMMANDS("[\"ls\"]"), P "/terminal:a" },
	/* --privileged */
	{ X, CAPS(MOST ",\"CAP_SYS_ADMIN\""), USUAL, P "/capabilities:af",
	  "docker exec --privileged",
	  CAPS("\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_FOWNER\",\"CAP_FSETID\",\"CAP_KILL\","
	       "\"CAP_SETGID\",\"CAP_SETUID\","
	       "\"CAP_SETPCAP\",\"CAP_NET_BIND_SERVICE\",\"CAP_NET_RAW\",\"CAP_SYS_CHROOT\",\"CAP_"
	       "MKNOD\","
	       "\"CAP_AUDIT_WRITE\",\"CAP_SETFCAP\"") },
	{ GD_ENGINE_PODMAN, GD_ON_EXEC, CAPS(MOST ",\"CAP_SYS_ADMIN\""), USUAL,
	  P "/capabilities:af", "podman exec --privileged" },
	{ GD_ENGINE_CRI, GD_ON_EXEC, CAPS(MOST ",\"CAP_SYS_ADMIN\""), USUAL, P "/capabilities:af",
	  "an exec with every capability" },
	{ X, CAPS(MOST ",\"CAP_SYS_ADMIN\""), POLICY("any", "false", "true", "true", "true"),
	  P "/capabilities:af" },
	{ X, CAPS(MOST ",\"CAP_SYS_ADMIN\""), LOOSE, "" },
	{ X, CAPS(MOST ",\"CAP_SYS_ADMIN\""), USUAL, "",
	  .own = OWN_CAPS(MOST ",\"CAP_SYS_ADMIN\"") },
	/* some: what the engine asked for at create and guarded took away; nobody typed it */
	{ X, NULL, USUAL, P "/capabilities:f", "an exec with the capabilities 'NET_RAW'",
	  CAPS("\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_FSETID\",\"CAP_FOWNER\",\"CAP_MKNOD\","
	       "\"CAP_SETGID\",\"CAP_SETUID\","
	       "\"CAP_SETFCAP\",\"CAP_SETPCAP\",\"CAP_NET_BIND_SERVICE\",\"CAP_SYS_CHROOT\",\"CAP_"
	       "KILL\",\"CAP_AUDIT_WRITE\""),
	  OWN_CAPS("\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_FSETID\",\"CAP_FOWNER\",\"CAP_MKNOD\","
		   "\"CAP_SETGID\",\"CAP_SETUID\","
		   "\"CAP_SETFCAP\",\"CAP_SETPCAP\",\"CAP_NET_BIND_SERVICE\",\"CAP_SYS_CHROOT\","
		   "\"CAP_KILL\","
		   "\"CAP_AUDIT_WRITE\"") },
	{ X, CAPS("\"CAP_SYS_ADMIN\""), USUAL, P "/capabilities:f", .after = CAPS("") },
	{ GD_ENGINE_UNKNOWN, GD_ON_EXEC, CAPS("\"CAP_SYS_ADMIN\""), USUAL, P "/capabilities:af" },
	{ X, CAPS("\"CAP_SYS_ADMIN\""), POLICY("any", "false", "true", "true", "true"), "" },
	{ X, "{\"process\":{\"capabilities\":{\"ambient\":[\"CAP_SYS_PTRACE\"]}}}", USUAL,
	  P "/capabilities:f", .after = "{\"process\":{\"capabilities\":{\"ambient\":[]}}}" },
	{ X,
	  "{\"process\":{\"capabilities\":{\"effective\":[\"CAP_CHOWN\"],\"inheritable\":[\"CAP_"
	  "KILL\"]}}}",
	  USUAL, "" },
	{ X, "{\"process\":{\"capabilities\":null}}", USUAL, "" },
	/* confinement */
	{ X, NULL, USUAL, P "/noNewPrivileges:f",
	  .after = "{\"process\":{\"noNewPrivileges\":true}}",
	  .own = "{\"noNewPrivileges\":true}" },
	{ X, "{\"process\":{\"noNewPrivileges\":true}}", USUAL, "" },
	{ X, "{\"process\":{\"apparmorProfile\":\"unconfined\"}}", USUAL, P "/apparmorProfile:f",
	  .after = "{\"process\":{\"apparmorProfile\":\"docker-default\"}}",
	  .own = "{\"apparmorProfile\":\"docker-default\"}" },
	{ X, NULL, USUAL, P "/apparmorProfile:f",
	  .own = "{\"apparmorProfile\":\"docker-default\"}" },
	{ X, "{\"process\":{\"apparmorProfile\":\"docker-default\"}}", USUAL, "" },
	{ X, "{\"process\":{\"selinuxLabel\":\"a:b:spc_t:s0\"}}", USUAL, P "/selinuxLabel:f",
	  .own = "{\"selinuxLabel\":\"a:b:container_t:s0\"}" },
	{ X, NULL, LOOSE, "",
	  .own = "{\"noNewPrivileges\":true,\"apparmorProfile\":\"docker-default\"}" },
	/* limits */
	{ X, "{\"process\":{" LIMIT("2048") "}}", USUAL, P "/rlimits/0:f",
	  .after = "{\"process\":{" LIMIT("1024") "}}", .own = "{" LIMIT("1024") "}" },
	{ X, "{\"process\":{" LIMIT("512") "}}", USUAL, "", .own = "{" LIMIT("1024") "}" },
	{ X, "{\"process\":{" LIMIT("512") "}}", USUAL, P "/rlimits/0:f",
	  .after = "{\"process\":{\"rlimits\":[]}}" },
	{ X, "{\"process\":{" LIMIT("18446744073709551615") "}}", USUAL, P "/rlimits/0:f",
	  .own = "{" LIMIT("1024") "}" },
	/* users; the sample is 1234:1234 */
	{ X, "{\"process\":{\"user\":{\"uid\":0}}}", STRICT, P "/user:af",
	  "docker exec --user 0:1234",
	  "{\"process\":{\"user\":{\"uid\":1234,\"gid\":1234,\"additionalGids\":[1234]}}}" },
	{ X, "{\"process\":{\"user\":{\"gid\":6}}}", STRICT, P "/user:af",
	  "docker exec --user 1234:6" },
	{ X, "{\"process\":{\"user\":{\"additionalGids\":[1234,0]}}}", STRICT, P "/user:af" },
	{ X, "{\"process\":{\"user\":{\"additionalGids\":[]}}}", STRICT, "" },
	{ X, "{\"process\":{\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0]}}}", USUAL, "" },
	{ X, "{\"process\":{\"user\":{\"uid\":1000}}}", STRICT, P "/user:af",
	  "docker exec --user 1000:1234", .own = "{\"user\":{\"uid\":0,\"gid\":1234}}" },
	/* terminal, flags */
	{ X, "{\"process\":{\"terminal\":true}}", STRICT, P "/terminal:a", "docker exec --tty" },
	{ X, "{\"process\":{\"terminal\":true}}", USUAL, "" },
	{ X, NULL, LOOSE, P ":a", "'--cgroup /'", .flags = "--cgroup /" },
	{ X, NULL, LOOSE, "", .flags = "--preserve-fds 2" },
};

START_TEST(rows)
{
	control_case("exec", &table[_i]);
}
END_TEST

static const struct image_ask asks_table[] = {
	{ USUAL, false, false },
	{ HEALTH, true, true },
	{ POLICY("none", "true", "true", "true", "true"), false, true },
	{ HEALTH COMMANDS("[\"ls\",\"-l\"]"), true, true },
	{ HEALTH COMMANDS("[\"ls\",\"**\"]"), true, false },
	{ POLICY("none", "true", "true", "true", "true") COMMANDS("[\"l?\"]"), false, false },
};

START_TEST(asks)
{
	image_asks("exec", &asks_table[_i]);
}
END_TEST

START_TEST(unknown_container)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("exec");
	const struct gd_facts f = { .verb = GD_ON_EXEC };
	struct gd_findings out = case_check(c, &f, case_config(c, LOOSE, a), a);

	ck_assert_uint_eq(out.n, 1);
	ck_assert(!out.v[0].fixable);
	gd_arena_free(a);
}
END_TEST

/*
 * The whole decision under baseline: processes that Docker 20.10 and containerd's CRI really handed
 * over.
 */
static const struct {
	enum gd_engine engine;
	const char *process, *patch;
	enum gd_verdict want;
	const char *message;
} real_rows[] = {
	{ GD_ENGINE_DOCKER, "docker20-exec/process1.json", NULL, GD_REFUSE,
	  "guarded refused docker exec --privileged: it would give this shell root on the host. "
	  "Drop --privileged."
	  " (exec, policy baseline; guardctl why 7f3d)" },
	/* engines hand every exec the capabilities that they gave the container: setId takes its three again */
	{ GD_ENGINE_DOCKER, "docker20-exec/process2.json", NULL, GD_CONFORM },
	{ GD_ENGINE_CRI, "cri16-plain/exec-process.json", NULL, GD_CONFORM },
	{ GD_ENGINE_DOCKER, "docker20-exec/process2.json",
	  "{\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0]}}", GD_CONFORM },
	{ GD_ENGINE_DOCKER, "docker20-exec/process2.json", "{\"cwd\":\"/proc/self/fd/8\"}",
	  GD_REFUSE,
	  "guarded refused docker exec --workdir /proc/self/fd/8: under /proc it could name a "
	  "directory of the host that"
	  " the runtime holds open. Name a plain directory of the image. (workingDir, policy "
	  "baseline; guardctl why 7f3d)" },
};

START_TEST(real)
{
	const struct control_row r = { real_rows[_i].engine, GD_ON_EXEC };
	struct gd_arena *a = gd_arena_new(NULL);
	gd_json *doc = case_sample(case_engines[r.engine].sample, a), *own, *process;
	const char *problem;
	const struct gd_policy *p = judge_profile("baseline", a, &problem);
	struct gd_decision d;
	struct gd_facts f;

	ck_assert_msg(p != NULL, "%s", problem);
	own = gd_json_copy(gd_json_get(doc, "process"));
	process = case_file(gd_printf(a, "test/data/samples/%s", real_rows[_i].process), a);
	case_patch(process, real_rows[_i].patch, a);
	ck_assert_int_eq(gd_json_set(doc, "process", process), 0);
	case_facts(&r, doc, own, a, &f);
	judge_host(&f);
	gd_decide(&f, p, GD_PASS_FIRST, a, &d);
	if (real_rows[_i].message)
		ck_assert_str_eq(gd_decision_message(&d, "7f3d", NULL, a), real_rows[_i].message);
	ck_assert_msg(d.verdict == real_rows[_i].want, "%s",
		      gd_decision_message(&d, "7f3d", NULL, a));
	gd_json_free(doc);
	gd_json_free(own);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { unknown_container, 0 }, { asks, ROWS(asks_table) },
						 { real, ROWS(real_rows) } };

	return run_suite("control exec", cases, ROWS(cases));
}
