/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bbolt file, any bytes: walked and asked, whatever it says. With a first byte of 'm' the input is a list of changes
 * (three bytes of place, one of value) to a small good database, whose meta pages are then sealed again, so that the
 * fuzzer gets behind their checksums.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "image/bolt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE 1024u
#define PAGES 8u

static void put(unsigned char *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static void seal(unsigned char *meta)
{
	uint64_t sum = 14695981039346656037u;

	for (size_t i = 0; i < 56; i++)
		sum = (sum ^ meta[i]) * 1099511628211u;
	put(meta + 56, sum, 8);
}

static void make_meta(unsigned char *db, unsigned page)
{
	unsigned char *m = db + page * PAGE + 16;

	put(m, 0xED0CDAED, 4);
	put(m + 4, 2, 4);
	put(m + 8, PAGE, 4);
	put(m + 16, 3, 8);	/* root: a branch */
	put(m + 40, PAGES, 8);
	put(m + 48, page + 1, 8);
	seal(m);
}

static void head(unsigned char *db, unsigned page, unsigned flags, unsigned count)
{
	put(db + page * PAGE, page, 8);
	put(db + page * PAGE + 8, flags, 2);
	put(db + page * PAGE + 10, count, 2);
}

/* Bucket "v1" holds page 5, bucket "in" an inline page, both behind a branch. */
static void make_good(unsigned char db[PAGES * PAGE])
{
	unsigned char *p = db + 3 * PAGE;

	make_meta(db, 0);
	make_meta(db, 1);
	head(db, 3, 1, 2);
	for (unsigned i = 0; i < 2; i++) {
		put(p + 16 + 16 * i, 32 - 16 * i + 2 * i, 4);
		put(p + 16 + 16 * i + 4, 2, 4);
		put(p + 16 + 16 * i + 8, 4 + 2 * i, 8);
	}
	memcpy(p + 48, "inv1", 4);
	p = db + 4 * PAGE;	/* "in" */
	head(db, 4, 2, 1);
	put(p + 16, 1, 4);
	put(p + 20, 16, 4);
	put(p + 24, 2, 4);
	put(p + 28, 16 + 16 + 16 + 2, 4);
	memcpy(p + 32, "in", 2);
	put(p + 34 + 16 + 8, 2, 2);
	put(p + 34 + 16 + 10, 1, 2);
	put(p + 34 + 32 + 4, 16, 4);
	put(p + 34 + 32 + 8, 1, 4);
	put(p + 34 + 32 + 12, 1, 4);
	memcpy(p + 34 + 48, "ab", 2);
	p = db + 6 * PAGE;	/* "v1" */
	head(db, 6, 2, 1);
	put(p + 16, 1, 4);
	put(p + 20, 16, 4);
	put(p + 24, 2, 4);
	put(p + 28, 16, 4);
	memcpy(p + 32, "v1", 2);
	put(p + 34, 5, 8);
	p = db + 5 * PAGE;
	head(db, 5, 2, 1);
	put(p + 20, 16, 4);
	put(p + 24, 1, 4);
	put(p + 28, 2, 4);
	memcpy(p + 32, "kvv", 3);
}

struct seen { size_t elements, runs; unsigned char touched; bool found; };

static int visit(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct seen *s = context;

	(void)err;
	for (size_t i = 0; i < key.len; i++)
		s->touched ^= (unsigned char)key.data[i]; /* every byte is there to be read */
	for (size_t i = 0; value.data && i < value.len; i++)
		s->touched ^= (unsigned char)value.data[i];
	return ++s->elements > 100000 ? 1 : 0;
}

static int read_all(struct gd_bolt *b, void *context, struct gd_error *err)
{
	static const char *const paths[][3] = { { "v1" }, { "in" }, { "v1", "k" } };
	struct seen *s = context;
	struct gd_bolt_bucket in;
	struct gd_bytes v;
	const char *text;

	s->runs++;
	gd_bolt_each(b, NULL, visit, s, err);
	for (size_t i = 0; i < 3; i++) {
		if (gd_bolt_path(b, paths[i], &in, err) != 1)
			continue;
		gd_bolt_each(b, &in, visit, s, err);
		if (gd_bolt_value(b, &in, i == 0 ? "k" : "a", &v, err) == 1) {
			visit(s, v, v, err);
			s->found |= i == 0 && v.len == 2 && memcmp(v.data, "vv", 2) == 0;
		}
		gd_bolt_text(b, &in, "k", &text, err);
	}
	return 1;
}

static struct seen examine(const unsigned char *bytes, size_t len)
{
	static int fd = -1;
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct seen s = { 0 };

	if (fd < 0)
		fd = memfd_create("db", MFD_CLOEXEC);
	assert(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len);
	int r = gd_bolt_read_fd(fd, read_all, &s, a, &err);
	/* Nothing moves here: either there was a valid meta page and one try, or none at all. */
	assert((r == 1 && s.runs == 1) || (r == -1 && s.runs == 0));
	gd_arena_free(a);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char good[PAGES * PAGE], db[PAGES * PAGE];

	if (good[16] == 0) {
		make_good(good);
		struct seen s = examine(good, sizeof(good));
		assert(s.found && s.elements >= 4);
	}
	if (size == 0 || data[0] != 'm') {
		examine(data, size);
		return 0;
	}
	memcpy(db, good, sizeof(db));
	for (size_t i = 1; i + 4 <= size; i += 4)
		db[(data[i] | (unsigned)data[i + 1] << 8 | (unsigned)data[i + 2] << 16) % sizeof(db)] = data[i + 3];
	seal(db + 16);
	seal(db + PAGE + 16);
	examine(db, sizeof(db));
	return 0;
}
