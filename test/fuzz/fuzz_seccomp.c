/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seccomp filters and profiles. The first byte says what the rest is: a filter as a document has
 * it, a filter built from bytes so that most are well-formed, a profile's file, or a profile's
 * line.
 *
 * Invariants: a filter made to conform decodes, is proven tighter than the profiles and stays as it
 * is; made safe against set-id files it is proven so, and still tighter; what a profile compiles to
 * is read back, and what is given for it is proven tighter than it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "mac/profile.h"
#include "mac/setid.h"

static struct gd_profile profiles[3];
static const struct gd_filter *y[6];

#define must(holds) ((holds) ? (void)0 : broken(#holds, __LINE__))

static gd_json *now; /* what is being looked at, for whoever reads the crash */

static void broken(const char *what, int line)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const char *text = "";
	size_t len;

	if (now)
		gd_json_bytes(now, a, &text, &len);
	fprintf(stderr, "line %d: %s\n%s\n", line, what, text);
	abort();
}

static struct gd_arena *kept; /* holds the profiles */

static void load(void)
{
	static const char *const names[] = { "docker-default", "containerd-default",
					     "podman-default" };
	struct gd_arena *a = kept = gd_arena_new(NULL);
	struct gd_error err = { 0 };

	for (int i = 0; i < 3; i++) {
		char *text = gd_alloc(a, GD_PROFILE_MAX + 1);
		FILE *f = fopen(gd_printf(a, "profiles/seccomp/%s.json", names[i]), "r");
		const char *line;

		must(f != NULL);
		size_t n = fread(text, 1, GD_PROFILE_MAX, f);
		fclose(f);
		must(gd_profile_compile(text, n, names[i], a, &line, &err) == 0);
		must(gd_profile_read(line, "unknown", 0xa80425fb, a, &profiles[i], &err) == 1);
		y[2 * i] = &profiles[i].given;
		y[2 * i + 1] = &profiles[i].legacy;
	}
}

static void tighter(gd_json *linux_obj, size_t n, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_filter x;

	must(gd_filter_decode(gd_json_get(linux_obj, "seccomp"), a, &x, &err) == 0);
	must(gd_filter_tighter(&x, y, n, NULL));
}

static void conform(gd_json *linux_obj, size_t n, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_filter x;
	gd_json *once;

	must(gd_filter_conform(linux_obj, y, n, y[0], a, &err) == 0);
	tighter(linux_obj, n, a);
	once = gd_json_copy(linux_obj);
	must(gd_filter_conform(linux_obj, y, n, y[0], a, &err) == 0);
	must(gd_json_equal(once, linux_obj));
	gd_json_free(once);
	must(gd_filter_block_setid(linux_obj, a, &err) == 0);
	must(gd_filter_decode(gd_json_get(linux_obj, "seccomp"), a, &x, &err) == 0);
	must(gd_filter_blocks_setid(&x, a, NULL));
	tighter(linux_obj, n, a);
}

/* Narrowed without a profile: whatever it was, nobody makes set-id files under it. */
static void block(gd_json *linux_obj, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_filter x;

	if (gd_filter_block_setid(linux_obj, a, &err) < 0)
		return;
	must(gd_filter_decode(gd_json_get(linux_obj, "seccomp"), a, &x, &err) == 0);
	must(gd_filter_blocks_setid(&x, a, NULL));
}

static void take(gd_json *seccomp, size_t n, struct gd_arena *a)
{
	gd_json *linux_obj = gd_json_new_obj(), *other = gd_json_new_obj();

	gd_json_set(other, "seccomp", gd_json_copy(seccomp));
	gd_json_set(linux_obj, "seccomp", seccomp);
	now = linux_obj;
	block(other, a);
	conform(linux_obj, n, a);
	now = NULL;
	gd_json_free(other);
	gd_json_free(linux_obj);
}

struct bytes { const uint8_t *at, *end; };

static uint8_t next(struct bytes *b)
{
	return b->at < b->end ? *b->at++ : 0;
}

static const char *pick(struct bytes *b, const char *const *words, size_t n)
{
	return words[next(b) % n];
}
#define PICK(b, words) pick(b, words, sizeof(words) / sizeof(*(words)))

static gd_json *build_entry(struct bytes *b)
{
	static const char *const calls[] = {
		"chmod",     "open",   "openat", "openat2", "mknodat",     "io_uring_setup",
		"clone",     "clone3", "socket", "mount",   "personality", "socketcall",
		"ipc",       "shmget", "read",   "bpf",     "unshare",     "no_such_call",
		"fchmodat2",
	};
	static const char *const acts[] = {
		"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW",  "SCMP_ACT_LOG",
		"SCMP_ACT_KILL",  "SCMP_ACT_TRACE", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRAP",
	};
	static const char *const ops[] = {
		"SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE", "SCMP_CMP_LT",
		"SCMP_CMP_LE", "SCMP_CMP_GE",        "SCMP_CMP_GT",
	};
	static const uint64_t values[] = { 0,          06000,       04000,      0100,
					   020000100,  2114060288,  38,         40,
					   0xffffffff, 0x100000000, UINT64_MAX, 8,
					   0x20000,    16,          9,          1 };
	gd_json *e = gd_json_new_obj(), *names = gd_json_arr_in(e, "names"), *args;

	for (int i = next(b) % 4; i >= 0; i--)
		gd_json_push(names, gd_json_new_str(PICK(b, calls)));
	gd_json_set(e, "action", gd_json_new_str(PICK(b, acts)));
	args = gd_json_arr_in(e, "args");
	for (int i = next(b) % 5; i > 1; i--) {
		gd_json *c = gd_json_new_obj();

		gd_json_set(c, "index", gd_json_new_u64(next(b) % 4));
		gd_json_set(c, "op", gd_json_new_str(PICK(b, ops)));
		gd_json_set(c, "value", gd_json_new_u64(values[next(b) % 16]));
		gd_json_set(c, "valueTwo", gd_json_new_u64(values[next(b) % 16]));
		gd_json_push(args, c);
	}
	return e;
}

static gd_json *build(struct bytes *b)
{
	static const char *const defs[] = { "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_KILL",
					    "SCMP_ACT_LOG" };
	static const char *const arches[] = { "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_X86_64",
					      "SCMP_ARCH_S390" };
	gd_json *f = gd_json_new_obj(), *list = gd_json_arr_in(f, "architectures");

	gd_json_set(f, "defaultAction", gd_json_new_str(PICK(b, defs)));
	for (int i = next(b) % 4; i > 0; i--)
		gd_json_push(list, gd_json_new_str(PICK(b, arches)));
	list = gd_json_arr_in(f, "syscalls");
	while (b->at < b->end && gd_json_len(list) < 40)
		gd_json_push(list, build_entry(b));
	return f;
}

static void try_profile(char *text, size_t len, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_profile p;
	struct gd_filter x;
	const char *line;
	gd_json *given;

	if (gd_profile_compile(text, len, "docker-default", a, &line, &err) < 0)
		return;
	must(gd_profile_read(line, "unknown", UINT64_MAX, a, &p, &err) == 1);
	must(gd_profile_read(line, "unknown", 0, a, &p, &err) == 1);
	given = gd_filter_json(&p.given);
	must(gd_filter_decode(given, a, &x, &err) == 0);
	/* Profiles of refusals are compared as a whole, and rules that contradict each other with
	 * nothing. */
	if (!gd_act_executes(p.given.def) && p.given.n == 0)
		must(gd_filter_tighter(&x, (const struct gd_filter *[]){ &p.given }, 1, NULL));
	gd_json_free(given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_profile p;
	gd_json *v;

	if (!y[0])
		load();
	if (size > 1) {
		char *text = gd_alloc(a, size); /* one NUL behind, whatever is in it */
		struct bytes b = { data + 1, data + size };
		size_t n = data[0] & 16 ? 2 : 6;

		memcpy(text, data + 1, size - 1);
		switch (data[0] % 4) {
		case 0:
			take(build(&b), n, a);
			break;
		case 1:
			if (gd_json_scan(text, size - 1, GD_SCAN_STRICT, &err) == 0 &&
			    gd_json_parse(text, size - 1, &v, &err) == 0)
				take(v, n, a);
			break;
		case 2:
			try_profile(text, size - 1, a);
			break;
		case 3:
			gd_profile_read(text, data[0] & 16 ? "docker" : "unknown", data[0], a, &p,
					&err);
		}
	}
	gd_arena_free(a);
	return 0;
}
