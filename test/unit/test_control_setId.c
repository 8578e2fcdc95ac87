/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * setId by its truth table, and by what the conformed filter's program really does: every way that
 * this project knows to give a file a mode is called with every mode, on each architecture that the
 * kernel runs.
 */
#include <errno.h>
#include <fcntl.h>

#include "profile_case.h"
#include "mac/setid.h"
#include "seccomp_sim.h"

#define DOCKER GD_ENGINE_DOCKER, GD_ON_CREATE
#define NOCAPS "\"process\":{\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}"
#define FILTER(def, calls) \
	"{" NOCAPS ",\"linux\":{\"seccomp\":{\"defaultAction\":\"" def "\",\"architectures\":[]," \
	"\"syscalls\":[" calls "]}}}"
#define LIST(calls) FILTER("SCMP_ACT_ERRNO", calls)
#define CALL(name, act, args) \
	"{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_" act "\",\"args\":[" args "]}"
#define ARG(i, op, a, b) \
	"{\"index\":" i ",\"op\":\"SCMP_CMP_" op "\",\"value\":" a ",\"valueTwo\":" b "}"

#define F "/linux/seccomp:f"
#define C "/process/capabilities:f"

static const struct control_row table[] = {
	/* every engine's own document wants both */
	{ DOCKER, NULL, "", C " " F },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, "", C " " F },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, "", C " " F },
	{ DOCKER, "{" NOCAPS "}", "", F },
	/* the three capabilities, in any set */
	{ DOCKER, LIST(CALL("read", "ALLOW", "")), "", "" },
	{ DOCKER,
	  "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_MKNOD\",\"CAP_KILL\"]}},\"linux\":{"
	  "\"seccomp\":"
	  "{\"syscalls\":[]}}}",
	  "", C, NULL, .after = "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}}" },
	{ DOCKER,
	  "{\"process\":{\"capabilities\":{\"bounding\":[],\"ambient\":[\"CAP_SETFCAP\"]}},"
	  "\"linux\":{"
	  "\"seccomp\":{\"syscalls\":[]}}}",
	  "", C },
	/* no filter, or one that executes what it does not list */
	{ DOCKER, "{" NOCAPS ",\"linux\":{\"seccomp\":null}}", "", F },
	{ DOCKER, FILTER("SCMP_ACT_ALLOW", ""), "", F },
	{ DOCKER, FILTER("SCMP_ACT_LOG", CALL("mount", "ERRNO", "")), "", F },
	/* single calls */
	{ DOCKER, LIST(CALL("chmod", "ALLOW", "")), "", F },
	{ DOCKER, LIST(CALL("fchmodat", "LOG", "")), "", F },
	{ DOCKER, LIST(CALL("openat2", "ALLOW", "")), "", F },
	{ DOCKER, LIST(CALL("io_uring_setup", "ALLOW", "")), "", F },
	{ DOCKER, LIST(CALL("fchmodat2", "ALLOW", ARG("2", "EQ", "420", "0"))), "", F },
	{ DOCKER, LIST(CALL("a_call_of_next_year", "ALLOW", "")), "", F },
	/* conditions that are enough, and some that are not */
	{ DOCKER, LIST(CALL("chmod", "ALLOW", ARG("1", "MASKED_EQ", "3072", "0"))), "", "" },
	{ DOCKER, LIST(CALL("chmod", "ALLOW", ARG("1", "EQ", "493", "0"))), "", "" },
	{ DOCKER, LIST(CALL("chmod", "ALLOW", ARG("1", "LE", "511", "0"))), "", "" },
	{ DOCKER, LIST(CALL("chmod", "ALLOW", ARG("1", "MASKED_EQ", "2048", "0"))), "", F },
	{ DOCKER, LIST(CALL("chmod", "ALLOW", ARG("2", "MASKED_EQ", "3072", "0"))), "", F },
	{ DOCKER, LIST(CALL("open", "ALLOW", ARG("1", "MASKED_EQ", "4194368", "0"))), "", "" },
	{ DOCKER, LIST(CALL("open", "ALLOW", ARG("1", "MASKED_EQ", "64", "0"))), "", F },
	{ DOCKER, LIST(CALL("open", "ALLOW", ARG("2", "MASKED_EQ", "3072", "0"))), "", "" },
	{ DOCKER, LIST(CALL("open", "ALLOW", ARG("0", "NE", "1", "0"))), "", F },
	/* exec: its capabilities; the filter is the container's, which decide treats as such */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC,
	  "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_MKNOD\"]}},\"linux\":{"
	  "\"seccomp\":{\"syscalls\":[]}}}",
	  "", C },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC,
	  "{\"process\":{\"capabilities\":null},\"linux\":{\"seccomp\":{\"syscalls\":"
	  "[]}}}",
	  "", C },
};

static const struct way {
	const char *name;
	int flags, mode;	/* indices of the arguments; flags -1: none */
} ways[] = {
	{ "chmod", -1, 1 },         { "fchmod", -1, 1 },        { "fchmodat", -1, 2 },
	{ "fchmodat2", -1, 2 },     { "creat", -1, 1 },         { "open", 1, 2 },
	{ "openat", 2, 3 },         { "openat2", 0, 1 },        { "mkdir", -1, 1 },
	{ "mkdirat", -1, 2 },       { "mknod", -1, 1 },         { "mknodat", -1, 2 },
	{ "io_uring_setup", 0, 1 }, { "io_uring_enter", 0, 1 }, { "io_uring_register", 0, 1 },
};

static const uint32_t tokens[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32 };
static const uint64_t high[] = { 0, UINT64_C(1) << 32, UINT64_C(0xffffffff) << 32 };

static bool gone(const char *name)
{
	return gd_starts(name, "io_uring") || gd_ends(name, "at2");
}

static void call(const struct sim *s, const struct way *w, uint32_t token, int flags, unsigned mode,
		 uint64_t top)
{
	struct seccomp_data d = { .arch = token == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64 : token };
	bool makes = w->flags < 0 || flags & (O_CREAT | 020000000),
	     open = strncmp(w->name, "open", 4) == 0;
	bool sets = mode & 06000 && (makes || !open);
	uint32_t did;

	d.nr = seccomp_syscall_resolve_name_rewrite(token, w->name);
	if (d.nr < 0)
		return; /* not on this architecture */
	if (w->flags >= 0)
		d.args[w->flags] = (unsigned)flags | top;
	d.args[w->mode] = mode | top;
	did = sim_run(s, &d);
	if (gone(w->name))
		ck_assert_uint_eq(did, SCMP_ACT_ERRNO(ENOSYS));
	else if (sets)
		ck_assert_msg((did & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO,
			      "%s(%o) on %x executes", w->name, mode, token);
	else if (top == 0) /* ordinary arguments come with ordinary registers */
		ck_assert_msg(did == SCMP_ACT_ALLOW, "%s(%o, %o) on %x is refused", w->name,
			      (unsigned)flags, mode, token);
}

static void call_all(const struct sim *s, const struct way *w)
{
	static const int flags[] = {
		O_RDONLY,           O_RDWR | O_CREAT,       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		O_RDWR | O_TMPFILE, O_RDONLY | O_DIRECTORY, 020000000,
		O_CREAT | 020000000
	};

	for (size_t t = 0; t < ROWS(tokens); t++)
		for (size_t k = 0; k < ROWS(flags); k++)
			for (unsigned mode = 0; mode < 0200000; mode += mode < 010000 ? 1 : 0777)
				for (size_t h = 0;
				     h < (tokens[t] == SCMP_ARCH_X86 ? 1 : ROWS(high)); h++)
					call(s, w, tokens[t], flags[k], mode, high[h]);
}

static const char *const samples[] = { "docker20-plain", "podman4-plain", "cri16-plain" };

START_TEST(programs)
{
	struct gd_arena *a = gd_arena_new(NULL);
	gd_json *doc = case_sample(samples[_i], a);
	struct gd_error err = { 0 };
	struct sim s = { 0 };

	ck_assert_int_eq(gd_filter_block_setid(gd_json_get(doc, "linux"), a, &err), 0);
	ck_assert_int_eq(sim_make(gd_json_pointer(doc, "/linux/seccomp"), &s), 0);
	for (size_t i = 0; i < ROWS(ways); i++)
		call_all(&s, &ways[i]);
	sim_free(&s);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

/* What setId leaves is still within the profile, so that both controls are clean in the second
 * decision. */
START_TEST(seccomp_stays_clean)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("seccomp");
	static const enum gd_engine engines[] = { GD_ENGINE_DOCKER, GD_ENGINE_PODMAN,
						  GD_ENGINE_CRI };
	const struct control_row as = { engines[_i] };
	void *config = profile_config("docker-default containerd-default podman-default", a);
	gd_json *doc = case_sample(samples[_i], a);
	struct gd_error err = { 0 };
	struct gd_findings out;
	struct gd_facts f;

	case_facts(&as, doc, NULL, a, &f);
	ck_assert_int_eq(c->fix(doc, &f, config, a, &err), 0);
	ck_assert_int_eq(gd_filter_block_setid(gd_json_get(doc, "linux"), a, &err), 0);
	case_facts(&as, doc, NULL, a, &f);
	out = case_check(c, &f, config, a);
	ck_assert_msg(out.n == 0, "%s", out.n ? out.v[0].what : "");
	out = case_check(gd_control_by_name("setId"), &f, config, a);
	ck_assert_msg(out.n == 0 || strcmp(out.v[0].pointer, "/process/capabilities") == 0, "%s",
		      out.v[0].what);
	ck_assert_uint_le(out.n, 1);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

START_TEST(rows)
{
	control_case("setId", &table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { programs, ROWS(samples) },
					   { seccomp_stays_clean, ROWS(samples) } };

	return run_suite("control setId", cases, 3);
}
