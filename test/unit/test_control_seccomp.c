/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile_case.h"

#define ALL "docker-default containerd-default podman-default"
#define DOCKER GD_ENGINE_DOCKER, GD_ON_CREATE
#define SECCOMP(s) "{\"linux\":{\"seccomp\":" s "}}"
#define FILTER(def, arches, calls) \
	SECCOMP("{\"defaultAction\":\"" def "\",\"architectures\":[" arches \
		"],\"syscalls\":[" calls "]}")
#define LIST(calls) FILTER("SCMP_ACT_ERRNO", "\"SCMP_ARCH_X86_64\"", calls)
#define CALL(name, act, args) \
	"{\"names\":[" name "],\"action\":\"SCMP_ACT_" act "\",\"args\":[" args "]}"
#define ARG(i, op, a, b) \
	"{\"index\":" i ",\"op\":\"SCMP_CMP_" op "\",\"value\":" a ",\"valueTwo\":" b "}"
#define BOUNDING(caps) "{\"process\":{\"capabilities\":{\"bounding\":[" caps "]}}}"

struct row {
	enum gd_engine engine;
	enum gd_action_verb verb;
	const char *patch, *profiles;
	const char *asked;	/* "" clean, "f" fixable, "af" asked too */
	const char *what;	/* part of the finding's words, or NULL */
	const char *also;	/* a second patch, or NULL */
};

static const struct row table[] = {
	/* every engine's own document, under its own profile and under all */
	{ DOCKER, NULL, "docker-default", "" },
	{ DOCKER, NULL, ALL, "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, "podman-default", "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, ALL, "" },
	/* another engine's profile alone: then it speaks for everybody */
	{ DOCKER, LIST(CALL("\"unshare\"", "ALLOW", "")), "podman-default", "" },
	{ DOCKER, LIST(CALL("\"keyctl\"", "ALLOW", "")), "containerd-default", "af", "'keyctl'" },
	/* what Podman lets its containers call is no excuse for one of Docker's */
	{ DOCKER, LIST(CALL("\"unshare\"", "ALLOW", "")), ALL, "af", "allows 'unshare'" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, LIST(CALL("\"unshare\"", "ALLOW", "")), ALL, "" },
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, LIST(CALL("\"unshare\"", "ALLOW", "")), ALL, "" },
	/* none at all: Docker and Podman give one by themselves, containerd does not */
	{ DOCKER, SECCOMP("null"), ALL, "af", "without a seccomp filter" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, SECCOMP("null"), ALL, "af" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, ALL, "f", "without" },
	{ GD_ENGINE_CTR, GD_ON_CREATE, SECCOMP("null"), ALL, "f" },
	/* runc installs none for these */
	{ DOCKER, SECCOMP("{\"defaultAction\":null,\"architectures\":null,\"syscalls\":null}"), ALL,
	  "af", "without" },
	{ DOCKER, SECCOMP("{\"defaultAction\":\"\",\"architectures\":null,\"syscalls\":[]}"), ALL,
	  "af", "without" },
	{ DOCKER, SECCOMP("null"), "any", "" },
	/* whoever answers its calls rules the container: not even where anything may be called */
	{ DOCKER, SECCOMP("{\"listenerPath\":\"/run/x\"}"), "any", "a", "another process" },
	{ DOCKER, LIST(CALL("\"openat\"", "NOTIFY", "")), "any", "a", "another process" },
	{ DOCKER, FILTER("SCMP_ACT_NOTIFY", "", ""), "any", "a", "another process" },
	{ DOCKER, FILTER("SCMP_ACT_ALLOW", "", CALL("\"mount\"", "ERRNO", "")), "any", "" },
	/* the default executes */
	{ DOCKER, FILTER("SCMP_ACT_ALLOW", "", ""), ALL, "af", "executes every call" },
	{ DOCKER, FILTER("SCMP_ACT_LOG", "", ""), ALL, "af", "executes every call" },
	{ DOCKER, FILTER("SCMP_ACT_TRACE", "", ""), ALL, "af", "executes every call" },
	{ DOCKER, FILTER("SCMP_ACT_ALLOW", "", CALL("\"mount\"", "ERRNO", "")), ALL, "af",
	  "executes every call" },
	/* less than the profile is fine, whatever refuses */
	{ DOCKER, LIST(""), ALL, "" },
	{ DOCKER, FILTER("SCMP_ACT_KILL_PROCESS", "", CALL("\"read\"", "ALLOW", "")), ALL, "" },
	{ DOCKER, FILTER("SCMP_ACT_TRAP", "", CALL("\"mount\"", "KILL", "")), ALL, "" },
	/* more is not, by whatever action that executes */
	{ DOCKER, LIST(CALL("\"read\",\"mount\",\"keyctl\"", "ALLOW", "")), ALL, "af",
	  "'keyctl' and 'mount'" },
	{ DOCKER, LIST(CALL("\"mount\"", "LOG", "")), ALL, "af" },
	{ DOCKER, LIST(CALL("\"mount\"", "TRACE", "")), ALL, "af" },
	{ DOCKER, LIST(CALL("\"mount\"", "NOTIFY", "")), ALL, "af", "another process" },
	{ DOCKER, LIST(CALL("\"read\"", "NOTIFY", "")), ALL, "af", "another process" },
	{ DOCKER, SECCOMP("{\"listenerPath\":\"/run/x\"}"), ALL, "af", "another process" },
	/* a refusal beside it does not help: libseccomp takes the first of two */
	{ DOCKER, LIST(CALL("\"mount\"", "ALLOW", "") "," CALL("\"mount\"", "KILL", "")), ALL,
	  "af" },
	{ DOCKER, LIST(CALL("\"mount\"", "ERRNO", "") "," CALL("\"mount\"", "ALLOW", "")), ALL,
	  "af" },
	/* arguments */
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("0", "MASKED_EQ", "2114060288", "0"))), ALL,
	  "" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("0", "MASKED_EQ", "4278124544", "0"))), ALL,
	  "" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("0", "EQ", "17", "0"))), ALL, "" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", "")), ALL, "af", "'clone' with arguments" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("0", "MASKED_EQ", "1845493760", "0"))), ALL,
	  "af" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("0", "EQ", "268435456", "0"))), ALL, "af" },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", ARG("1", "MASKED_EQ", "2114060288", "0"))), ALL,
	  "af" },
	{ DOCKER, LIST(CALL("\"keyctl\"", "ALLOW", ARG("0", "EQ", "1", "0"))), ALL, "af",
	  "that allows 'keyctl'" },
	/* two conditions on one argument: runc makes two rules, one of which is wider */
	{ DOCKER,
	  LIST(CALL("\"clone\"", "ALLOW",
		    ARG("0", "MASKED_EQ", "2114060288", "0") "," ARG("0", "NE", "5", "0"))),
	  ALL, "af" },
	{ DOCKER,
	  LIST(CALL("\"personality\"", "ALLOW",
		    ARG("0", "EQ", "8", "0") "," ARG("0", "EQ", "0", "0"))),
	  ALL, "" },
	/* on 32 bits the upper half is not looked at: 2^32 + 8 is 8 there, 2^32 + 5 is 5 */
	{ DOCKER,
	  FILTER("SCMP_ACT_ERRNO", "\"SCMP_ARCH_X86\"",
		 CALL("\"personality\"", "ALLOW", ARG("0", "EQ", "4294967301", "0"))),
	  ALL, "af" },
	/* capabilities open calls, and only in the bounding set */
	{ DOCKER, LIST(CALL("\"chroot\"", "ALLOW", "")), ALL, "" },
	{ DOCKER, LIST(CALL("\"chroot\"", "ALLOW", "")), ALL, "af", "'chroot'", BOUNDING("") },
	{ DOCKER, LIST(CALL("\"mount\",\"bpf\"", "ALLOW", "")), ALL, "", NULL,
	  BOUNDING("\"CAP_SYS_ADMIN\"") },
	{ DOCKER, LIST(CALL("\"ptrace\",\"kcmp\"", "ALLOW", "")), ALL, "af", "'kcmp'" },
	{ DOCKER, LIST(CALL("\"ptrace\",\"kcmp\"", "ALLOW", "")), ALL, "", NULL,
	  BOUNDING("\"CAP_SYS_PTRACE\"") },
	{ DOCKER, LIST(CALL("\"perf_event_open\"", "ALLOW", "")), ALL, "", NULL,
	  BOUNDING("\"CAP_PERFMON\"") },
	{ DOCKER, LIST(CALL("\"clone\"", "ALLOW", "")), ALL, "", NULL,
	  BOUNDING("\"CAP_SYS_ADMIN\"") },
	/* earlier Docker versions: accepted */
	{ DOCKER, LIST(CALL("\"io_uring_setup\",\"socket\"", "ALLOW", "")), ALL, "" },
	/* names that nobody knows: an engine newer than we are, so nobody asked */
	{ DOCKER, LIST(CALL("\"read\",\"brand_new_call\"", "ALLOW", "")), ALL, "f",
	  "'brand_new_call'" },
	{ DOCKER, LIST(CALL("\"mount\",\"brand_new_call\"", "ALLOW", "")), ALL, "af",
	  "'brand_new_call'" },
	{ DOCKER, LIST(CALL("\"brand_new_call\"", "ERRNO", "")), ALL, "" },
	/* architectures */
	{ DOCKER,
	  FILTER("SCMP_ACT_ERRNO", "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"", ""),
	  ALL, "" },
	{ DOCKER, FILTER("SCMP_ACT_ERRNO", "\"SCMP_ARCH_MIPS\"", ""), ALL,
	  "" }, /* never runs here */
	/* not understood is not accepted */
	{ DOCKER, LIST(CALL("\"read\"", "MAYBE", "")), ALL, "af", "cannot read" },
	{ DOCKER, FILTER("SCMP_ACT_MAYBE", "", ""), ALL, "af", "cannot read" },
	{ DOCKER, FILTER("SCMP_ACT_ERRNO", "\"SCMP_ARCH_PDP11\"", ""), ALL, "af", "cannot read" },
	{ DOCKER, LIST(CALL("\"read\"", "ALLOW", ARG("0", "ABOUT", "1", "0"))), ALL, "af",
	  "cannot read" },
	{ DOCKER, LIST(CALL("\"read\"", "ALLOW", ARG("6", "EQ", "1", "0"))), ALL, "af",
	  "cannot read" },
	{ DOCKER, LIST(CALL("\"\"", "ALLOW", "")), ALL, "af", "cannot read" },
	{ DOCKER, SECCOMP("{\"flags\":[\"SECCOMP_FILTER_FLAG_NEW\"]}"), ALL, "af", "cannot read" },
	{ DOCKER,
	  SECCOMP("{\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"]}"),
	  ALL, "" },
	/* exec: the container's filter, by the container's capabilities */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, NULL, ALL, "" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, LIST(CALL("\"mount\"", "ALLOW", "")), ALL, "af" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, LIST(CALL("\"chroot\"", "ALLOW", "")), ALL, "", NULL,
	  BOUNDING("") },
};

START_TEST(rows)
{
	const struct row *r = &table[_i];
	const struct control_row as = { r->engine, r->verb };
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("seccomp");
	gd_json *doc = case_sample(case_engines[r->engine].sample, a), *own = NULL;
	bool any = strcmp(r->profiles, "any") == 0;
	void *config = any ? case_config(c, "\"profiles\":[\"any\"]", a)
			   : profile_config(r->profiles, a);
	struct gd_findings out;
	struct gd_facts f;

	if (r->verb == GD_ON_EXEC)
		own = gd_json_copy(gd_json_get(doc, "process"));
	case_patch(doc, r->patch, a);
	case_patch(doc, r->also, a);
	case_facts(&as, doc, own, a, &f);
	out = case_check(c, &f, config, a);
	ck_assert_str_eq(case_findings(&out, a),
			 *r->asked ? gd_printf(a, "/linux/seccomp:%s", r->asked) : "");
	if (r->what)
		ck_assert_msg(strstr(out.v[0].what, r->what) != NULL, "%s", out.v[0].what);
	if (r->verb != GD_ON_EXEC)
		case_fix(&as, c, config, doc, own, case_fixable(&out), a);
	gd_json_free(own);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

/* Taking away keeps the rest as it was: nobody's filter is replaced where one name was too many. */
START_TEST(only_the_excess_goes)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("seccomp");
	const struct control_row as = { DOCKER };
	gd_json *doc = case_sample("docker20-plain", a), *was = NULL;
	gd_json *calls = gd_json_pointer(doc, "/linux/seccomp/syscalls");
	struct gd_error err = { 0 };
	const char *text;
	struct gd_facts f;
	size_t len;

	was = gd_json_copy(doc);
	gd_json_push(calls, case_parse(CALL("\"mount\",\"keyctl\"", "ALLOW", ""), a));
	gd_json_push(gd_json_get(gd_json_at(calls, 0), "names"), gd_json_new_str("bpf"));
	case_facts(&as, doc, NULL, a, &f);
	ck_assert_int_eq(c->fix(doc, &f, profile_config(ALL, a), a, &err), 0);
	ck_assert(gd_json_equal(doc, was));
	/* allowed whole, and by the profile under a condition: gets the condition */
	gd_json_push(calls, case_parse(CALL("\"clone\"", "ALLOW", ""), a));
	ck_assert_int_eq(c->fix(doc, &f, profile_config(ALL, a), a, &err), 0);
	case_facts(&as, doc, NULL, a, &f);
	ck_assert_uint_eq(case_check(c, &f, profile_config(ALL, a), a).n, 0);
	ck_assert_int_eq(gd_json_bytes(gd_json_pointer(doc, "/linux/seccomp"), a, &text, &len), 0);
	ck_assert_ptr_nonnull(strstr(
		text, "\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,"
		      "\"value\":2114060288,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]"));
	gd_json_free(was);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

/* Capabilities that were just taken open no calls any more, although check() saw them. */
START_TEST(by_the_capabilities_left)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("seccomp");
	const struct control_row as = { DOCKER };
	gd_json *doc = case_sample("docker20-plain", a);
	void *config = profile_config(ALL, a);
	struct gd_error err = { 0 };
	struct gd_facts f;

	case_patch(doc, LIST(CALL("\"mount\",\"read\"", "ALLOW", "")), a);
	case_patch(doc, BOUNDING("\"CAP_SYS_ADMIN\""), a);
	case_facts(&as, doc, NULL, a, &f);
	ck_assert_uint_eq(case_check(c, &f, config, a).n, 0);
	case_patch(doc, BOUNDING(""), a);
	ck_assert_int_eq(c->fix(doc, &f, config, a, &err), 0);
	case_facts(&as, doc, NULL, a, &f);
	ck_assert_uint_eq(case_check(c, &f, config, a).n, 0);
	ck_assert(c->follows);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

static const char *const samples[] = {
	"docker20-cgparent", "docker20-devrule", "docker20-env",     "docker20-init",
	"docker20-netcont",  "docker20-plain",   "docker20-swarm",   "docker20-symlink",
	"docker20-tmpfs",    "docker20-volbind", "docker20-volfrom", "podman4-override",
	"podman4-plain",     "podman4-proxy",    "podman4-systemd",
};

START_TEST(real_documents_pass)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("seccomp");
	struct control_row as = { gd_starts(samples[_i], "podman") ? GD_ENGINE_PODMAN
								   : GD_ENGINE_DOCKER };
	gd_json *doc = case_sample(samples[_i], a);
	struct gd_findings out;
	struct gd_facts f;

	case_facts(&as, doc, NULL, a, &f);
	out = case_check(c, &f, profile_config(ALL, a), a);
	ck_assert_msg(out.n == 0, "%s", out.n ? out.v[0].what : "");
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) },
					   { only_the_excess_goes, 0 },
					   { by_the_capabilities_left, 0 },
					   { real_documents_pass, ROWS(samples) } };

	return run_suite("control seccomp", cases, 4);
}
