/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The applied file: what is selected, what is read for it, and what a single wrong bit does. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/applied.h"

#include "policy_set.h"
#include "suite.h"

static struct gd_arena *arena;

static const char *const site[] = {
	"{\"version\":1,\"name\":\"default\",\"extends\":[\"strict\"],\"match\":{},\"description\":"
	"\"d \\u00e4 \\\"q\\\"\"}",
	"{\"version\":1,\"name\":\"pods\",\"extends\":[\"strict\"],\"match\":{\"class\":["
	"\"sandbox\"]},"
	"\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]}}}",
	"{\"version\":1,\"name\":\"podman\",\"extends\":[\"strict\"],\"match\":{\"engine\":["
	"\"podman\"]}}",
	"{\"version\":1,\"name\":\"docker-build\",\"extends\":[\"strict\"],\"match\":{\"class\":["
	"\"build\",\"plugin\"],"
	"\"engine\":[\"docker\",\"buildkit\"]}}",
	"{\"version\":1,\"name\":\"library\",\"extends\":[\"strict\"]}",
	NULL,
};

static struct gd_bytes build(struct gd_set *set)
{
	struct gd_bytes bytes = { 0 };
	struct gd_error err = { 0 };

	ck_assert_msg(set->n_errors == 0, "%s", all_problems(set));
	ck_assert_msg(gd_applied_build(set, arena, &bytes, &err) == 0, "%s", err.text);
	return bytes;
}

static struct gd_set site_set(const char *floor)
{
	struct gd_set set = new_set(arena);

	set.floor = floor;
	for (unsigned i = 0; site[i]; i++)
		gd_set_add(&set, gd_printf(arena, "%u.json", i), text_bytes(arena, site[i]), false);
	/*
	 * pods and podman meet on a podman sandbox: resolved, not linted, to see what a launch
	 * does.
	 */
	for (size_t i = 0; i < set.n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(&set, set.v[i]));
	return set;
}

static int open_bytes(struct gd_bytes b, struct gd_applied **ret, struct gd_error *err)
{
	int fd = gd_memfd("applied", b.data, b.len, err);

	return fd < 0 ? -1 : gd_applied_open_fd(fd, arena, ret, err);
}

static struct gd_applied *open_good(struct gd_bytes b)
{
	struct gd_applied *ap = NULL;
	struct gd_error err = { 0 };

	ck_assert_msg(open_bytes(b, &ap, &err) == 0, "%s", err.text);
	return ap;
}

/* --- who governs --- */
#define C(x) GD_CLASS_##x
#define E(x) GD_ENGINE_##x
static const struct {
	struct gd_subject s;
	const char *want; /* with '!': the error */
} select_rows[] = {
	{ { .class = C(CONTAINER), .engine = E(DOCKER) }, "default" },
	{ { .class = C(CONTAINER), .engine = E(UNKNOWN) }, "default" },
	{ { .class = C(SANDBOX), .engine = E(CRI) }, "pods" },
	{ { .class = C(SANDBOX), .engine = E(CRIO) }, "pods" },
	{ { .class = C(CONTAINER), .engine = E(PODMAN) }, "podman" },
	{ { .class = C(BUILD), .engine = E(DOCKER) }, "docker-build" },
	{ { .class = C(PLUGIN), .engine = E(DOCKER) }, "docker-build" },
	{ { .class = C(BUILD), .engine = E(BUILDKIT) }, "docker-build" },
	{ { .class = C(BUILD), .engine = E(PODMAN) }, "podman" },
	{ { .class = C(PLUGIN), .engine = E(CTR) }, "default" },
	{ { .class = C(SANDBOX), .engine = E(PODMAN) },
	  "!the policies 'pods' and 'podman' both match and neither is more specific" },
};

START_TEST(selects)
{
	struct gd_set set = site_set(NULL);
	struct gd_applied *ap = open_good(build(&set));
	struct gd_policy p;
	struct gd_error err = { 0 };
	const char *want = select_rows[_i].want;
	int r = gd_applied_select(ap, &select_rows[_i].s, arena, &p, &err);

	if (*want == '!') {
		ck_assert_int_eq(r, -1);
		ck_assert_str_eq(err.text, want + 1);
		ck_assert_int_eq(err.kind, GD_E_REFUSED);
	} else {
		ck_assert_msg(r == 0, "%s", err.text);
		ck_assert_str_eq(p.name, want);
	}
	gd_applied_close(ap);
}
END_TEST

START_TEST(none_matches)
{
	struct gd_set set = new_set(arena);
	struct gd_policy p;
	struct gd_error err = { 0 };

	gd_set_add(&set, "0", text_bytes(arena, site[1]), false);
	gd_set_resolve(&set, set.v[1]);
	struct gd_applied *ap = open_good(build(&set));
	ck_assert_int_eq(gd_applied_select(ap, &(struct gd_subject){ .class = C(CONTAINER), .engine = E(DOCKER) },
					   arena, &p, &err),
			 -1);
	ck_assert_str_eq(err.text, "no applied policy matches class 'container', engine 'docker'");
	gd_applied_close(ap);
}
END_TEST

/* --- what is read is what was resolved --- */
static void same_policy(const struct gd_policy *x, const struct gd_policy *y)
{
	struct gd_buf bx = { .arena = arena }, by = { .arena = arena };

	gd_policy_write(x, &bx);
	gd_policy_write(y, &by);
	ck_assert_str_eq(bx.data, by.data);
	for (size_t i = 0; i < gd_n_controls; i++)
		ck_assert_int_eq(gd_config_compare(gd_controls[i],
						   gd_policy_config(x, gd_controls[i]),
						   gd_policy_config(y, gd_controls[i])),
				 GD_EQUAL);
}

START_TEST(reads_back)
{
	struct gd_set set = site_set("strict@1");
	struct gd_bytes bytes = build(&set);
	struct gd_applied *ap = open_good(bytes);
	struct gd_policy p;
	struct gd_error err = { 0 };
	struct gd_words names = { 0 };

	for (size_t i = 0; i < set.n; i++) {
		int there = gd_applied_by_name(ap, set.v[i]->name, arena, &p, &err);
		ck_assert_msg(there == 1, "%s: %s", set.v[i]->name, err.text);
		same_policy(&p, set.v[i]->resolved);
		char digest[GD_DIGEST_HEX];
		struct gd_buf b = { .arena = arena };
		gd_policy_write(&p, &b);
		gd_digest_hex(digest, b.data, b.len);
		ck_assert_str_eq(digest, p.digest);
	}
	ck_assert_int_eq(gd_applied_by_name(ap, "nobody", arena, &p, &err), 0);
	ck_assert_int_eq(gd_applied_by_name(ap, "", arena, &p, &err), 0);
	ck_assert_int_eq(gd_applied_names(ap, arena, &names, &err), 0);
	ck_assert_uint_eq(names.n, set.n);
	ck_assert_str_eq(names.v[0], "default");
	ck_assert_int_eq(gd_applied_floor(ap, arena, &p, &err), 1);
	ck_assert_str_eq(p.name, "strict");
	gd_applied_close(ap);
	/* The same policies, the same bytes. */
	struct gd_set again = site_set("strict@1");
	struct gd_bytes same = build(&again);
	ck_assert(same.len == bytes.len && memcmp(same.data, bytes.data, same.len) == 0);
}
END_TEST

START_TEST(no_floor)
{
	struct gd_set set = site_set(NULL);
	struct gd_applied *ap = open_good(build(&set));
	struct gd_policy p;
	struct gd_error err = { 0 };

	ck_assert_int_eq(gd_applied_floor(ap, arena, &p, &err), 0);
	/* A profile that is no floor is not in the file. */
	ck_assert_int_eq(gd_applied_by_name(ap, "strict", arena, &p, &err), 0);
	gd_applied_close(ap);
}
END_TEST

/* Anything that decides changes the content word: status compares nothing else. */
START_TEST(content)
{
	struct gd_set a = site_set(NULL), b = site_set("strict"), c = site_set(NULL),
		      d = site_set(NULL);
	const struct gd_set *sets[] = { &a, &b, &c, &d };
	const char *words[4];

	c.v[2]->match.classes ^= 1u << GD_CLASS_PLUGIN;
	d.v[2]->resolved->mode = GD_MODE_AUDIT;
	for (int i = 0; i < 4; i++) {
		struct gd_bytes bytes;
		struct gd_error err = { 0 };
		ck_assert_int_eq(gd_applied_build(sets[i], arena, &bytes, &err), 0);
		struct gd_applied *ap = open_good(bytes);
		words[i] = gd_applied_content(ap, arena);
		gd_applied_close(ap);
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(words[i], words[k]);
	}
}
END_TEST

/* --- what a wrong bit does --- */
static int select_from(struct gd_bytes b, struct gd_subject s, struct gd_policy *ret,
		       struct gd_error *err)
{
	struct gd_applied *ap;

	if (open_bytes(b, &ap, err) < 0)
		return -1;
	int r = gd_applied_select(ap, &s, arena, ret, err);
	gd_applied_close(ap);
	return r;
}

START_TEST(altered)
{
	struct gd_set set = site_set(NULL);
	struct gd_bytes good = build(&set), bad;
	const struct gd_subject s = { .class = C(CONTAINER), .engine = E(DOCKER) };
	struct gd_policy p, q;
	struct gd_error err = { 0 };
	size_t refused = 0;

	ck_assert_int_eq(select_from(good, s, &p, &err), 0);
	for (size_t i = 0; i < good.len; i++) {
		struct gd_arena *keep = arena;
		arena = gd_arena_new(NULL);
		bad = (struct gd_bytes){ gd_alloc(arena, good.len), good.len };
		memcpy(bad.data, good.data, good.len);
		bad.data[i] ^= (char)(1 << (i % 8));
		err = (struct gd_error){ 0 };
		if (select_from(bad, s, &q, &err) == 0) {
			/* Elsewhere in the file: another policy, another bucket. */
			ck_assert_str_eq(p.digest, q.digest);
			ck_assert_str_eq(p.name, q.name);
		} else {
			refused++;
			ck_assert_msg(*err.text != '\0', "byte %zu: no reason", i);
		}
		gd_arena_free(arena);
		arena = keep;
	}
	/* Header, one bucket with all the selectors, and the policy itself are in it. */
	ck_assert_uint_gt(refused, sizeof(struct gd_applied_header) +
					   4 * sizeof(struct gd_applied_entry) + 1000);
}
END_TEST

START_TEST(cut_or_longer)
{
	struct gd_set set = site_set(NULL);
	struct gd_bytes good = build(&set);
	const struct gd_subject s = { .class = C(CONTAINER), .engine = E(DOCKER) };
	struct gd_policy p;
	struct gd_error err = { 0 };

	for (size_t n = 0; n < good.len; n += n < 400 ? 1 : 97)
		ck_assert_int_eq(select_from((struct gd_bytes){ good.data, n }, s, &p, &err), -1);
	struct gd_bytes longer = { gd_alloc(arena, good.len + 1), good.len + 1 };
	memcpy(longer.data, good.data, good.len);
	ck_assert_int_eq(select_from(longer, s, &p, &err), -1);
}
END_TEST

/* Parts of two files that are laid out alike do not fit together. */
START_TEST(mixed)
{
	struct gd_set a = site_set(NULL), b = site_set(NULL);
	struct gd_policy p;
	struct gd_error err = { 0 };
	const struct gd_subject s = { .class = C(CONTAINER), .engine = E(PODMAN) };

	b.v[3]->match.engines = 1u << GD_ENGINE_DOCKER; /* instead of podman: the same number of bytes */
	struct gd_bytes x = build(&a), y = build(&b);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert_int_eq(select_from(x, s, &p, &err), 0);
	ck_assert_str_eq(p.name, "podman");
	ck_assert_int_eq(select_from(y, s, &p, &err), 0);
	ck_assert_str_eq(p.name, "default");
	struct gd_applied_header h;
	memcpy(&h, x.data, sizeof(h));
	size_t head = sizeof(h) + h.n_buckets * sizeof(struct gd_applied_row);
	memcpy(y.data, x.data, head);	/* x's header over y's index */
	ck_assert_int_eq(select_from(y, s, &p, &err), -1);
	ck_assert_msg(strstr(err.text, "run it again") != NULL, "%s", err.text);
}
END_TEST

START_TEST(not_ours)
{
	struct gd_policy p;
	struct gd_applied *ap;
	struct gd_error err = { 0 };
	static char text[400] = "{\"name\":\"x\"}";

	ck_assert_int_eq(select_from((struct gd_bytes){ text, sizeof(text) },
				     (struct gd_subject){ 0 }, &p, &err),
			 -1);
	ck_assert_str_eq(err.text, "this is no applied file; run 'guardctl apply'");
	ck_assert_int_eq(gd_applied_open("/nonexistent/applied", arena, &ap, &err), -1);
	ck_assert_msg(gd_starts(err.text, "applied policies '/nonexistent/applied': "), "%s",
		      err.text);
	ck_assert_int_eq(
		gd_applied_open_fd(open("/dev/null", O_RDONLY | O_CLOEXEC), arena, &ap, &err), -1);
	ck_assert_int_eq(gd_applied_open_fd(open("/", O_RDONLY | O_CLOEXEC), arena, &ap, &err), -1);
}
END_TEST

/* --- many --- */
#define MANY 10000

static struct gd_bytes many_bytes(void)
{
	struct gd_set set = new_set(arena);
	struct gd_error err = { 0 };
	struct gd_bytes bytes;

	gd_set_add(&set, "default.json", text_bytes(arena, site[0]), false);
	for (unsigned i = 0; i < MANY; i++)
		gd_set_add(&set, "many.json", text_bytes(arena, gd_printf(arena,
			   "{\"version\":1,\"name\":\"p%u\",\"extends\":[\"strict\"]}", i)), false);
	for (size_t i = 0; i < set.n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(&set, set.v[i]));
	ck_assert_msg(gd_applied_build(&set, arena, &bytes, &err) == 0, "%s", err.text);
	return bytes;
}

/* Of ten thousand policies a launch reads little: all else in the file may be rubbish. */
START_TEST(reads_little)
{
	struct gd_bytes b = many_bytes();
	struct gd_applied *ap = open_good(b);
	const struct gd_subject s = { .class = C(CONTAINER), .engine = E(DOCKER) };
	struct gd_error err = { 0 };
	struct gd_found_entry e;
	struct gd_bytes bucket;
	struct gd_policy p;
	size_t at = 0, kept;
	struct gd_applied_row row;
	uint32_t number = gd_applied_hash(GD_ENTRY_SELECTOR, "", 0) & (ap->header.n_buckets - 1);

	ck_assert_uint_eq(ap->header.n_policies, MANY + 1);
	ck_assert_int_eq(gd_applied_bucket(ap, number, arena, &bucket, &err), 0);
	while (gd_applied_next(bucket, &at, &e, &err) > 0 && e.entry.kind != GD_ENTRY_SELECTOR)
		;
	ck_assert_int_eq(e.entry.kind, GD_ENTRY_SELECTOR);
	memcpy(&row, b.data + sizeof(ap->header) + number * sizeof(row), sizeof(row));
	kept = sizeof(ap->header) + sizeof(row) + row.length + e.entry.length;
	ck_assert_msg(kept < 128 * 1024, "%zu bytes of %zu", kept, b.len);

	char *rubbish = gd_alloc(arena, b.len);
	memset(rubbish, 0x5a, b.len);
	memcpy(rubbish, b.data, sizeof(ap->header));
	memcpy(rubbish + sizeof(ap->header) + number * sizeof(row), &row, sizeof(row));
	memcpy(rubbish + row.offset, b.data + row.offset, row.length);
	memcpy(rubbish + e.entry.offset, b.data + e.entry.offset, e.entry.length);
	ck_assert_msg(select_from((struct gd_bytes){ rubbish, b.len }, s, &p, &err) == 0, "%s",
		      err.text);
	ck_assert_str_eq(p.name, "default");
	gd_applied_close(ap);
}
END_TEST

START_TEST(finds_each)
{
	struct gd_applied *ap = open_good(many_bytes());
	struct gd_error err = { 0 };
	struct gd_policy p;

	for (unsigned i = 0; i < MANY; i += 101) {
		const char *name = gd_printf(arena, "p%u", i);
		ck_assert_int_eq(gd_applied_by_name(ap, name, arena, &p, &err), 1);
		ck_assert_str_eq(p.name, name);
	}
	gd_applied_close(ap);
}
END_TEST

/* --- writing --- */
START_TEST(written_by_root_alone)
{
	char dir[] = "/tmp/gd-applied-XXXXXX", path[64];
	struct gd_error err = { 0 };
	struct stat st;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/applied", dir);
	/* /tmp is everybody's: launches would not believe the file, so it is not written. */
	ck_assert_int_eq(gd_applied_write(path, (struct gd_bytes){ (char *)"x", 1 }, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
	ck_assert_int_eq(stat(path, &st), -1);
	ck_assert_int_eq(gd_applied_write("applied", (struct gd_bytes){ (char *)"x", 1 }, &err),
			 -1);
	rmdir(dir);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ selects, ROWS(select_rows) },
		{ none_matches, 0 },
		{ reads_back, 0 },
		{ no_floor, 0 },
		{ content, 0 },
		{ altered, 0 },
		{ cut_or_longer, 0 },
		{ mixed, 0 },
		{ not_ours, 0 },
		{ reads_little, 0 },
		{ finds_each, 0 },
		{ written_by_root_alone, 0 },
	};

	arena = gd_arena_new(NULL);
	return run_suite("applied", cases, sizeof(cases) / sizeof(*cases));
}
