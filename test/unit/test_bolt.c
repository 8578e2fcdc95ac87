/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bbolt files: test/data/bolt/small.db was written by Debian's bbolt (test/differential/bolt, "fixture"). What it says is
 * read right; damaged anywhere it is refused or says something else, and never more than that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "image/bolt.h"
#include "suite.h"

#define FIXTURE "test/data/bolt/small.db"
#define PAGE 1024

static struct gd_arena *a;
static struct gd_bytes good;

static void load(void)
{
	struct gd_error err = { 0 };
	int fd = open(FIXTURE, O_RDONLY | O_CLOEXEC);

	a = gd_arena_new(NULL);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(gd_read_all(fd, 1 << 20, a, &good, &err), 0);
	close(fd);
}

struct question {
	const char *path[4], *key;
	int answer;		/* 1, 0 */
	const char *begins;	/* with what */
	size_t len;
};

static const struct question questions[] = {
	{ { "v1", "many" }, "key-0000", 1, "value 0 of many", 28 },
	{ { "v1", "many" }, "key-0399", 1, "value 399 of man", 30 },
	{ { "v1", "many" }, "key-0200", 1, "value 200 of man", 30 },
	{ { "v1", "many" }, "key-0400", 0, NULL, 0 },
	{ { "v1", "many" }, "a", 0, NULL, 0 },
	{ { "v1", "many" }, "", 0, NULL, 0 },
	{ { "v1", "many" }, "key-02000", 0, NULL, 0 },
	{ { "v1", "inline" }, "a", 1, "alpha", 5 },
	{ { "v1", "inline" }, "b", 1, "\0\1\2", 3 },
	{ { "v1", "inline" }, "empty", 1, "", 0 },
	{ { "v1", "inline" }, "c", 0, NULL, 0 },
	{ { "v1", "x", "y", "z" }, "bottom", 1, "reached", 7 },
	{ { "v1", "x", "y" }, "z", 0, NULL, 0 },			/* a bucket, no value */
	{ { "v1", "inline", "a" }, "a", 0, NULL, 0 },		/* a value, no bucket */
	{ { "v1", "nothing" }, "a", 0, NULL, 0 },
	{ { "v1", "large" }, "value", 1, "0123456789abcdef", 10000 },
	{ { "v2" }, "a", 0, NULL, 0 },
	{ { "second" }, "transaction", 1, "2", 1 },
};

struct answer {
	int got;
	char value[16];
	size_t len;
};

struct exam {
	struct answer q[sizeof(questions) / sizeof(questions[0])];
	size_t walked;
	int walk;
	int runs;
};

static int count_one(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct exam *e = context;
	volatile char touched = 0;

	(void)err;
	for (size_t i = 0; i < key.len; i++)
		touched ^= key.data[i];
	for (size_t i = 0; value.data && i < value.len; i++)
		touched ^= value.data[i];
	e->walked++;
	return 0;
}

/* Asks everything, whatever fails on the way. */
static int ask_all(struct gd_bolt *b, void *context, struct gd_error *err)
{
	static const char *const many[] = { "v1", "many", NULL };
	struct exam *e = context;
	struct gd_bolt_bucket in;
	int bad = 0;

	memset(e->q, 0, sizeof(e->q));
	e->runs++;
	for (int i = 0; i < ROWS(questions); i++) {
		const struct question *q = &questions[i];
		const char *path[5] = { q->path[0], q->path[1], q->path[2], q->path[3], NULL };
		struct answer *to = &e->q[i];
		struct gd_bytes v;

		to->got = gd_bolt_path(b, path, &in, err);
		if (to->got == 1 && (to->got = gd_bolt_value(b, &in, q->key, &v, err)) == 1) {
			to->len = v.len;
			memcpy(to->value, v.data, v.len < sizeof(to->value) ? v.len : sizeof(to->value));
			count_one(e, v, v, err);
		}
		bad += to->got < 0;
	}
	e->walked = 0;
	e->walk = gd_bolt_path(b, many, &in, err);
	if (e->walk == 1)
		e->walk = gd_bolt_each(b, &in, count_one, e, err);
	return bad || e->walk < 0 ? -1 : 1;
}

static int examine(struct gd_bytes db, struct exam *ret, struct gd_error *err)
{
	struct gd_arena *mine = gd_arena_new(NULL);
	struct gd_error own = { 0 };
	int fd = gd_memfd("db", db.data, db.len, &own), r;

	*ret = (struct exam){ 0 };
	ck_assert_int_ge(fd, 0);
	r = gd_bolt_read_fd(fd, ask_all, ret, mine, err);
	close(fd);
	gd_arena_free(mine);
	return r;
}

static bool right(const struct exam *e, int i)
{
	const struct question *q = &questions[i];
	const struct answer *to = &e->q[i];

	return to->got == q->answer &&
	       (q->answer != 1 ||
		(to->len == q->len && memcmp(to->value, q->begins, q->len < sizeof(to->value) ? q->len : 15) == 0));
}

START_TEST(everything_is_found)
{
	struct gd_error err = { 0 };
	struct exam e;

	load();
	ck_assert_msg(examine(good, &e, &err) == 1, "%s", err.text);
	for (int i = 0; i < ROWS(questions); i++)
		ck_assert_msg(right(&e, i), "question %d: %d, %zu bytes", i, e.q[i].got, e.q[i].len);
	ck_assert_uint_eq(e.walked, 400);
	ck_assert_int_eq(e.runs, 1);
}
END_TEST

/* --- damage -------------------------------------------------------------------------------------------------------- */

static struct gd_bytes copy(void)
{
	struct gd_bytes ret = { gd_alloc(a, good.len), good.len };

	memcpy(ret.data, good.data, good.len);
	return ret;
}

static void put(struct gd_bytes db, size_t at, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		db.data[at + (size_t)i] = (char)(v >> 8 * i);
}

static uint64_t get(struct gd_bytes db, size_t at, int bytes)
{
	uint64_t v = 0;

	for (int i = bytes; i-- > 0;)
		v = v << 8 | (unsigned char)db.data[at + (size_t)i];
	return v;
}

/* A meta page as bbolt would have written it. */
static void seal(struct gd_bytes db, size_t page)
{
	uint64_t sum = 14695981039346656037u;
	size_t at = page * PAGE + 16;

	for (size_t i = 0; i < 56; i++)
		sum = (sum ^ (unsigned char)db.data[at + i]) * 1099511628211u;
	put(db, at + 56, sum, 8);
}

static size_t newest(struct gd_bytes db)
{
	return get(db, 16 + 48, 8) > get(db, PAGE + 16 + 48, 8) ? 0 : 1;
}

/* Every byte of both meta pages: the other one is taken, with its own transaction, or nothing changes. */
START_TEST(a_damaged_meta_page_is_not_believed)
{
	load();
	for (size_t page = 0; page < 2; page++)
		for (size_t i = 16; i < 80; i++) {
			struct gd_bytes db = copy();
			struct exam e;

			db.data[page * PAGE + i] ^= 0x41;
			ck_assert_int_eq(examine(db, &e, NULL), 1);
			for (int k = 0; k < ROWS(questions); k++) {
				bool second = gd_streq(questions[k].path[0], "second");
				ck_assert(second && page == newest(good) ? e.q[k].got == 0 : right(&e, k));
			}
		}
}
END_TEST

START_TEST(no_meta_page_no_database)
{
	struct gd_error err = { 0 };
	struct exam e;

	load();
	struct gd_bytes db = copy();
	db.data[20] ^= 1;
	db.data[PAGE + 20] ^= 1;
	ck_assert_int_eq(examine(db, &e, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "neither meta page"));
	ck_assert_int_eq(e.runs, 0);
	for (size_t len = 0; len < 3 * PAGE; len += 13) {
		db = (struct gd_bytes){ good.data, len };
		ck_assert_int_eq(examine(db, &e, NULL), -1);
	}
}
END_TEST

/* A root, a size or a count that lies, with a good checksum: refused or nothing found, never read beyond the file. */
static const struct { const char *what; size_t at; uint64_t value; int bytes; } lies[] = {
	{ "root in the meta pages", 16, 0, 8 }, { "root is page 1", 16, 1, 8 },
	{ "root behind the end", 16, 1u << 20, 8 }, { "root is huge", 16, UINT64_MAX, 8 },
	{ "root overflows", 16, UINT64_MAX / PAGE + 3, 8 }, { "no pages in use", 40, 0, 8 },
	{ "endless pages in use, root behind the end", 16, 1u << 30, 8 },
	{ "page size of another", 8, 2048, 4 }, { "page size 0", 8, 0, 4 }, { "page size 1", 8, 1, 4 },
	{ "page size huge", 8, 0x80000000u, 4 }, { "older version", 4, 1, 4 },
};

START_TEST(a_lie_in_the_meta_page)
{
	struct exam e;

	load();
	struct gd_bytes db = copy();
	for (size_t page = 0; page < 2; page++) {
		put(db, page * PAGE + 16 + lies[_i].at, lies[_i].value, lies[_i].bytes);
		if (strstr(lies[_i].what, "endless"))
			put(db, page * PAGE + 16 + 40, UINT64_MAX, 8);
		seal(db, page);
	}
	ck_assert_msg(examine(db, &e, NULL) == -1, "%s", lies[_i].what);
}
END_TEST

/* The pages of kind @flags from @from on; 0: none. */
static size_t next_page(struct gd_bytes db, unsigned flags, size_t from)
{
	for (size_t p = from; (p + 1) * PAGE <= db.len; p++)
		if (get(db, p * PAGE, 8) == p && get(db, p * PAGE + 8, 2) == flags)
			return p;
	return 0;
}

/* Pages that lead back to themselves, to another, to the meta pages, behind the end. */
START_TEST(branches_that_lie)
{
	size_t pages = 0, refused = 0;

	load();
	for (size_t p = 2; (p = next_page(good, 1, p)) != 0; p++) {
		const uint64_t to[] = { p, 0, 1, 2, 1u << 20, UINT64_MAX, UINT64_MAX / PAGE + 1 + p };

		pages++;
		for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
			struct gd_bytes db = copy();
			struct gd_error err = { 0 };
			struct exam e;

			for (size_t k = 0; k < get(db, p * PAGE + 10, 2); k++)
				put(db, p * PAGE + 16 + 16 * k + 8, to[i], 8);
			refused += examine(db, &e, &err) < 0;
			if (i == 0 && e.walk < 0)
				ck_assert(strstr(err.text, "without an end") || strstr(err.text, "too many pages"));
		}
	}
	ck_assert_uint_gt(pages, 1);
	ck_assert_uint_gt(refused, 6);
}
END_TEST

/* Two branches that name each other: neither depth nor number of visits is without limit. */
START_TEST(a_ring_of_branches)
{
	load();
	struct gd_bytes db = copy();
	struct gd_error err = { 0 };
	struct exam e;
	size_t first = next_page(db, 1, 2), second = next_page(db, 1, first + 1);

	ck_assert_uint_gt(second, first);
	for (size_t i = 0; i < 2; i++) {
		size_t p = i == 0 ? first : second;
		for (size_t k = 0; k < get(db, p * PAGE + 10, 2); k++)
			put(db, p * PAGE + 16 + 16 * k + 8, i == 0 ? second : first, 8);
	}
	/* Whichever of them is in use. */
	for (size_t p = 2; (p = next_page(db, 1, p)) != 0; p++)
		for (size_t k = 0; p != first && p != second && k < get(db, p * PAGE + 10, 2); k++)
			put(db, p * PAGE + 16 + 16 * k + 8, first, 8);
	ck_assert_int_eq(examine(db, &e, &err), -1);
	ck_assert_int_eq(e.walk, -1);
}
END_TEST

/* Headers and elements of every page, each number at its extremes: under the sanitizers this is the whole point. */
START_TEST(numbers_at_their_extremes)
{
	static const uint64_t values[] = { 0, 1, 2, 3, 15, 16, 1023, 1024, 65535, 0x7fffffff, 0xffffffff, UINT64_MAX };
	size_t refused = 0;

	load();
	for (size_t p = 2; (p + 1) * PAGE <= good.len; p++) {
		size_t n = get(good, p * PAGE + 10, 2), end = n > 3 ? 16 + 3 * 16 : 16 + 16 * n;

		for (size_t at = 0; at < end; at += 4)
			for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
				struct gd_bytes db = copy();
				struct exam e;

				put(db, p * PAGE + at, values[i], at == 0 ? 8 : at == 8 ? 2 : 4);
				if (at == 8)
					put(db, p * PAGE + 10, values[i], 2);
				refused += examine(db, &e, NULL) < 0;
			}
	}
	ck_assert_uint_gt(refused, 1000);
}
END_TEST

/* The inline bucket's own page within its value. */
START_TEST(inline_buckets_that_lie)
{
	static const char key[] = "inline";
	static const struct { size_t at; uint64_t value; int bytes; } changes[] = {
		{ 16 + 8, 1, 2 },		/* it branches */
		{ 16 + 8, 0, 2 }, { 16 + 8, 0x10, 2 }, { 16 + 10, 4, 2 }, { 16 + 10, 0xffff, 2 },
		{ 32 + 4, 0, 4 }, { 32 + 4, 4096, 4 }, { 32 + 4, 0xffffffff, 4 }, { 32 + 8, 0xffffffff, 4 },
		{ 32 + 12, 0xffffffff, 4 }, { 32 + 12, 1024, 4 },
	};
	size_t hits = 0;

	load();
	for (size_t at = 2 * PAGE; at + 128 < good.len; at++) {
		/* The key is followed by its value: root 0, a sequence, a leaf's header. */
		size_t v = at + strlen(key);
		if (memcmp(good.data + at, key, strlen(key)) != 0 || get(good, v, 8) != 0 || get(good, v + 16 + 8, 2) != 2)
			continue;
		hits++;
		struct gd_bytes db = copy();
		struct exam e;
		put(db, v + changes[_i].at, changes[_i].value, changes[_i].bytes);
		examine(db, &e, NULL);
		bool any = false;
		for (int k = 0; k < ROWS(questions); k++)
			any |= gd_streq(questions[k].path[1], "inline") && e.q[k].got < 0;
		hits += any ? 100 : 0;
		for (int k = 0; k < ROWS(questions); k++)
			ck_assert(gd_streq(questions[k].path[1], "inline") || right(&e, k));
	}
	ck_assert_uint_gt(hits, 100);
}
END_TEST

/* Cut anywhere: what is left is refused where it is needed. */
START_TEST(cut_short)
{
	struct exam e;

	load();
	for (size_t pages = 2; pages * PAGE < good.len; pages++) {
		struct gd_bytes db = { good.data, pages * PAGE - 1 };
		if (examine(db, &e, NULL) == 1)
			for (int k = 0; k < ROWS(questions); k++)
				ck_assert(right(&e, k));
	}
	struct gd_bytes db = { good.data, 8 * PAGE };
	ck_assert_int_eq(examine(db, &e, NULL), -1);
}
END_TEST

/* --- files ---------------------------------------------------------------------------------------------------------- */

static int always(struct gd_bolt *b, void *context, struct gd_error *err)
{
	(void)b;
	(void)err;
	++*(int *)context;
	return 1;
}

static void write_file(int dir, const char *name, mode_t mode)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(write(fd, good.data, good.len), (ssize_t)good.len);
	close(fd);
}

START_TEST(only_a_file_of_roots)
{
	char path[] = "/tmp/guarded-test.XXXXXX";
	struct gd_error err = { 0 };
	int called = 0;

	load();
	ck_assert_ptr_nonnull(mkdtemp(path));
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	write_file(dir, "db", 0600);
	write_file(dir, "loose", 0620);
	ck_assert_int_eq(symlinkat("db", dir, "link"), 0);
	ck_assert_int_eq(mkfifoat(dir, "fifo", 0600), 0);
	ck_assert_int_eq(mkdirat(dir, "dir", 0700), 0);
	ck_assert_int_eq(symlinkat("dir", dir, "dirlink"), 0);
	int sub = openat(dir, "dir", O_PATH | O_DIRECTORY | O_CLOEXEC);
	write_file(sub, "db", 0600);
	ck_assert_int_eq(gd_bolt_read(dir, "db", always, &called, a, &err), geteuid() == 0 ? 1 : -1);
	ck_assert_int_eq(called, geteuid() == 0);
	called = 0;
	ck_assert_int_eq(gd_bolt_read(dir, "none", always, &called, a, &err), 0);
	ck_assert_int_eq(gd_bolt_read(dir, "loose", always, &called, a, &err), -1);
	ck_assert_int_eq(gd_bolt_read(dir, "link", always, &called, a, &err), -1);
	ck_assert_int_eq(gd_bolt_read(dir, "dirlink/db", always, &called, a, &err), -1);
	ck_assert_int_eq(gd_bolt_read(sub, "../db", always, &called, a, &err), -1);
	ck_assert_int_eq(gd_bolt_read(dir, "fifo", always, &called, a, &err), -1);
	ck_assert_int_eq(gd_bolt_read(dir, "dir", always, &called, a, &err), -1);
	ck_assert_int_eq(called, 0);
	const char *const names[] = { "dir/db", "db", "loose", "link", "fifo", "dirlink" };
	for (int i = 0; i < ROWS(names); i++)
		ck_assert_int_eq(unlinkat(dir, names[i], 0), 0);
	ck_assert_int_eq(unlinkat(dir, "dir", AT_REMOVEDIR), 0);
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

/* --- motion --------------------------------------------------------------------------------------------------------- */

struct moving { int fd, runs, until; };

/* Commits while it is read: another transaction in the meta page. */
static int moved(struct gd_bolt *b, void *context, struct gd_error *err)
{
	struct moving *m = context;

	(void)b;
	if (++m->runs <= m->until) {
		struct gd_bytes db = copy();
		size_t page = m->runs % 2 ? 1 - newest(good) : newest(good);
		put(db, page * PAGE + 16 + 48, 100 + (uint64_t)m->runs, 8);
		seal(db, page);
		ck_assert_int_eq(pwrite(m->fd, db.data + page * PAGE, PAGE, (off_t)(page * PAGE)), PAGE);
		return gd_error_set(err, GD_E_INPUT, "not to be told");
	}
	return 0;
}

START_TEST(what_moved_is_read_again)
{
	struct gd_error err = { 0 };
	struct moving m = { .until = 7 };

	load();
	m.fd = memfd_create("db", MFD_CLOEXEC);
	ck_assert_int_eq(write(m.fd, good.data, good.len), (ssize_t)good.len);
	ck_assert_int_eq(gd_bolt_read_fd(m.fd, moved, &m, a, &err), 0);
	ck_assert_int_eq(m.runs, 8);
	ck_assert_str_eq(err.text, "");
	m = (struct moving){ .fd = m.fd, .until = 1 << 30 };
	ck_assert_int_eq(gd_bolt_read_fd(m.fd, moved, &m, a, &err), -1);
	ck_assert_int_eq(m.runs, GD_BOLT_TRIES);
	ck_assert_ptr_nonnull(strstr(err.text, "it changed"));
	close(m.fd);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ everything_is_found, 0 },
		{ a_damaged_meta_page_is_not_believed, 0 },
		{ no_meta_page_no_database, 0 },
		{ a_lie_in_the_meta_page, ROWS(lies) },
		{ branches_that_lie, 0 },
		{ a_ring_of_branches, 0 },
		{ numbers_at_their_extremes, 0 },
		{ inline_buckets_that_lie, 11 },
		{ cut_short, 0 },
		{ only_a_file_of_roots, 0 },
		{ what_moved_is_read_again, 0 },
	};

	return run_suite("bolt", cases, sizeof(cases) / sizeof(*cases));
}
