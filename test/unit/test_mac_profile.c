/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles: from their file to their line and back, and what runtimes make of those that are
 * shipped. */
#include <errno.h>

#include "profile_case.h"
#include "seccomp_sim.h"

#define FOURTEEN UINT64_C(0xa80425fb)
#define SYS_ADMIN (UINT64_C(1) << 21)

static const char *const shipped[] = { "docker-default", "containerd-default", "podman-default" };

static bool executes(const struct gd_filter *f, const char *name)
{
	return GD_BIT(f->exec, gd_syscall_id(name));
}

static struct gd_profile read_line(const char *line, const char *engine, uint64_t caps,
				   struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_profile p;

	ck_assert_msg(gd_profile_read(line, engine, caps, a, &p, &err) == 1, "%s", err.text);
	return p;
}

START_TEST(shipped_ones)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const char *line = profile_line(shipped[_i], a);
	struct gd_profile p = read_line(line, "unknown", FOURTEEN, a),
			  q = read_line(line, "unknown", ~UINT64_C(0), a);

	ck_assert_str_eq(p.name, shipped[_i]);
	ck_assert_uint_eq(p.given.arches & gd_arches_run(), gd_arches_run());
	/* what every container needs, what none gets, and what hangs on a capability */
	ck_assert(executes(&p.given, "read") && executes(&p.given, "execve") &&
		  executes(&p.given, "chroot"));
	ck_assert(!executes(&p.given, "kexec_load") && !executes(&p.given, "add_key"));
	ck_assert(!executes(&p.given, "bpf") && !executes(&p.given, "init_module"));
	ck_assert(executes(&q.given, "bpf") && executes(&q.given, "init_module"));
	/* nobody's newest version gives io_uring */
	ck_assert(!executes(&p.given, "io_uring_setup"));
	ck_assert_int_eq(p.legacy.def, GD_ACT_ERRNO);
	gd_arena_free(a);
}
END_TEST

START_TEST(engines_of_their_own)
{
	static const struct { const char *profile, *engine; int speaks;
	} rows[] = {
		{ "docker-default", "docker", 1 },   { "docker-default", "cri", 0 },
		{ "docker-default", "unknown", 1 },  { "docker-default", "doc", 0 },
		{ "docker-default", "buildkit", 1 }, { "containerd-default", "cri", 1 },
		{ "containerd-default", "ctr", 1 },  { "containerd-default", "crio", 0 },
		{ "podman-default", "podman", 1 },   { "podman-default", "crio", 1 },
		{ "podman-default", "docker", 0 },
	};
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_profile p;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(gd_profile_read(profile_line(rows[i].profile, a), rows[i].engine, 0,
					      a, &p, &err) == rows[i].speaks,
			      "%s for %s", rows[i].profile, rows[i].engine);
	gd_arena_free(a);
}
END_TEST

/*
 * Several rules on one call are where libseccomp goes astray. Those that are shipped are tried on
 * both sides of every value that they name: what is given has to do just what it says.
 */
static void try_values(const struct sim *s, const struct gd_filter *f, int id, uint32_t token)
{
	static const uint64_t points[] = { 0,          8,          9,          16,
					   37,         38,         39,         40,
					   41,         0x20000,    0x20008,    0x7e020000,
					   0x02000000, 0x10000000, 0x01000011, 0xffffffff };
	const size_t n = sizeof(points) / sizeof(*points);

	for (size_t i = 0; i < n * n; i++) {
		struct seccomp_data d = { .arch = token == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64
									 : token };
		bool meant = false;

		d.nr = seccomp_syscall_resolve_name_rewrite(token, gd_syscall_name(id));
		if (d.nr == 102)
			d.nr = 359; /* socket itself, not through socketcall */
		d.args[0] = points[i % n] + (uint64_t)(i % 3) - 1;
		d.args[2] = points[i / n];
		if (token != SCMP_ARCH_X86_64)
			d.args[0] &= UINT32_MAX;
		for (size_t r = 0; r < f->n; r++) {
			const struct gd_rule *q = &f->rules[r];
			bool hit = q->id == id && gd_act_executes(q->act);

			for (size_t k = 0; k < q->n && hit; k++) {
				const struct gd_cond point = { q->c[k].arg, GD_CMP_EQ,
							       d.args[q->c[k].arg], 0 };

				hit = gd_cond_implies(&point, &q->c[k],
						      token == SCMP_ARCH_X86_64 ? 64 : 32);
			}
			meant |= hit;
		}
		if (d.nr >= 0)
			ck_assert_msg((sim_executes(s, &d) != 0) == meant, "%s(%llx, %llx) on %x",
				      gd_syscall_name(id), (unsigned long long)d.args[0],
				      (unsigned long long)d.args[2], token);
	}
}

START_TEST(conditions_do_what_they_say)
{
	static const uint32_t tokens[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32 };
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_profile p = read_line(profile_line(shipped[_i], a), "unknown", 0, a);
	gd_json *given = gd_filter_json(&p.given);
	struct sim s;
	int tried = 0;

	ck_assert_int_eq(sim_make(given, &s), 0);
	for (int id = 0; id < GD_SYSCALLS; id++) {
		if (!GD_BIT(p.given.mixed, id) || GD_BIT(p.given.exec, id))
			continue;
		tried++;
		for (size_t t = 0; t < 3; t++)
			try_values(&s, &p.given, id, tokens[t]);
	}
	ck_assert_int_ge(tried, 2);
	sim_free(&s);
	gd_json_free(given);
	gd_arena_free(a);
}
END_TEST

/* What is given is clean by the profile that it was given for, whatever the capabilities. */
START_TEST(given_is_tighter)
{
	static const uint64_t caps[] = { 0, FOURTEEN, SYS_ADMIN, ~UINT64_C(0) };
	struct gd_arena *a = gd_arena_new(NULL);

	for (size_t i = 0; i < 4; i++) {
		struct gd_profile p = read_line(profile_line(shipped[_i], a), "unknown", caps[i],
						a);
		const struct gd_filter *y[] = { &p.given };
		gd_json *given = gd_filter_json(&p.given);
		struct gd_error err = { 0 };
		struct gd_looser l = { 0 };
		struct gd_filter x;

		ck_assert_int_eq(gd_filter_decode(given, a, &x, &err), 0);
		ck_assert_msg(gd_filter_tighter(&x, y, 1, &l), "%zu: %s", i,
			      l.n ? l.names[0] : l.why);
		gd_json_free(given);
	}
	gd_arena_free(a);
}
END_TEST

static const struct { const char *json, *error;
} broken[] = {
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"raed\"],\"action\":"
	  "\"SCMP_ACT_ALLOW\"}]}",
	  "/syscalls/0: system call 'raed' is not known; is 'read' meant?" },
	{ "{\"defaultAction\":\"SCMP_ACT_DENY\"}", "default action 'SCMP_ACT_DENY' is not known" },
	{ "{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}",
	  "default action 'SCMP_ACT_NOTIFY' is not known" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"listenerPath\":\"/x\"}",
	  "key 'listenerPath' is not known" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":"
	  "\"SCMP_ACT_ALLOW\","
	  "\"includes\":{\"caps\":[\"SYS_ADMIN\"]}}]}",
	  "/syscalls/0: capability 'SYS_ADMIN' is not known" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":"
	  "\"SCMP_ACT_ALLOW\","
	  "\"includes\":{\"minKernel\":\"6.1\"}}]}",
	  "/syscalls/0: minKernel '6.1': only kernels below 5.0 can be told apart" },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"socketcall\"],"
	  "\"action\":\"SCMP_ACT_ERRNO\"}]}",
	  "/syscalls/0: 'socketcall' cannot be refused by a rule: leave it out" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"engines\":[\"dockerd\"]}",
	  "engine 'dockerd' is not known" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"name\":\"other\"}", "calls itself 'other'" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_PDP11\"]}",
	  "architecture 'SCMP_ARCH_PDP11' is not known" },
};

START_TEST(broken_files)
{
	struct gd_arena *a = gd_arena_new(NULL);
	char *text = gd_strdup(a, broken[_i].json);
	struct gd_error err = { 0 };
	const char *line;

	ck_assert_int_eq(gd_profile_compile(text, strlen(text), "mine", a, &line, &err), -1);
	ck_assert_str_eq(err.text, broken[_i].error);
	gd_arena_free(a);
}
END_TEST

/* Of another version, cut, or with an identity that this one does not have: refused, never guessed
 * at. */
START_TEST(broken_lines)
{
	static const char *const lines[] = {
		"",
		"gd1",
		"gd2 x - 7 3:1",
		"gd1 x - 7",
		"gd1 x - 7 3",
		"gd1 x - 7 9:1",
		"gd1 x - 7 4:1",
		"gd1 x - 7 3:1 ",
		"gd1 x - 7 3:1 y",
		"gd1 x - 7 3:1 x7:0:g",
		"gd1 x - 7 3:1 r7:0:9999:0e1",
		"gd1 x - 7 3:1 r7:0:5:",
		"gd1 x - 7 3:1 r7:0:5:7e1",
		"gd1 x - 7 3:1 r7:0:5:0m1",
		"gd1 x - 7 3:1 r7:0:5:0?1",
		"gd1 x - 7 3:1 +fffffffffffffffff-0",
		"gd1 x - 7 3:1  x7:0:f",
		"gd1 x - 7 3:1 r7:0:5:0e1;1e1;2e1;3e1;4e1;5e1;0e1",
	};
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_profile p;
	char *far = gd_alloc(a, 400);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ck_assert_msg(gd_profile_read(lines[i], "docker", 0, a, &p, &err) == -1, "%s",
			      lines[i]);
	memset(far, '0', 399);
	memcpy(far, "gd1 x - 7 3:1 x7:0:", 19);
	far[19 + GD_SYSCALLS / 4] = '1';
	ck_assert_int_eq(gd_profile_read(far, "docker", 0, a, &p, &err), -1);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ shipped_ones, ROWS(shipped) }, { engines_of_their_own, 0 },
		{ conditions_do_what_they_say, ROWS(shipped) }, { given_is_tighter, ROWS(shipped) },
		{ broken_files, ROWS(broken) }, { broken_lines, 0 },
	};

	return run_suite("mac/profile", cases, ROWS(cases));
}
