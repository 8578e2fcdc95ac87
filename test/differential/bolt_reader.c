/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bolt_reader DIR COUNT: reads DIR/db that often while a writer commits, and proves every answer to be of one
 * transaction. Says how many were wrong and how many could not be given; both fail.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/bolt.h"

struct view {
	uint64_t n, seen;
	unsigned tries;
	size_t items;
	bool wrong;
};

static uint64_t eight(struct gd_bytes b)
{
	uint64_t v = 0;

	if (b.len >= 8)
		memcpy(&v, b.data, 8);
	return v;
}

static int item(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct view *v = context;
	char want[32];

	(void)err;
	snprintf(want, sizeof(want), "item-%03zu", v->items);
	bool good = key.len == strlen(want) && memcmp(key.data, want, key.len) == 0 && eight(value) == v->n &&
		    value.len == 16 + (v->n * 31 + v->items * 17) % 600;
	for (size_t i = 16; good && i < value.len; i++)
		good = (unsigned char)value.data[i] == (unsigned char)(v->n + i);
	v->wrong |= !good;
	v->items++;
	return 0;
}

static int read_all(struct gd_bolt *b, void *context, struct gd_error *err)
{
	static const char *const head[] = { "head", NULL }, *const items[] = { "v1", "items", NULL };
	struct view *v = context;
	struct gd_bolt_bucket in;
	struct gd_bytes n;
	char name[64];
	int r;

	v->tries++;
	v->wrong = false;
	v->items = 0;
	if ((r = gd_bolt_path(b, head, &in, err)) != 1 || (r = gd_bolt_value(b, &in, "n", &n, err)) != 1)
		return r;
	v->n = eight(n);
	if ((r = gd_bolt_path(b, items, &in, err)) != 1 || gd_bolt_each(b, &in, item, v, err) < 0)
		return r < 0 ? r : -1;
	v->wrong |= v->items != 100 + v->n % 100;
	/* One by its key, one that is not there, and the generation's own bucket. */
	snprintf(name, sizeof(name), "item-%03d", (int)(v->n % 100));
	r = gd_bolt_value(b, &in, name, &n, err);
	v->wrong |= r == 0 || (r == 1 && eight(n) != v->n);
	snprintf(name, sizeof(name), "g%llu", (unsigned long long)v->n);
	const char *const generation[] = { "generations", name, NULL };
	if (r < 0 || (r = gd_bolt_path(b, generation, &in, err)) < 0)
		return -1;
	v->wrong |= r == 0 || gd_bolt_value(b, &in, "n", &n, err) != 1 || eight(n) != v->n;
	return 1;
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0, wrong = 0, none = 0, different = 0, tries = 0;
	int dir = argc == 3 ? open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	uint64_t last = 0;

	if (dir < 0 || count < 1)
		return 2;
	for (long i = 0; i < count; i++) {
		struct gd_arena *a = gd_arena_new(NULL);
		struct gd_error err = { 0 };
		struct view v = { 0 };
		int r = gd_bolt_read(dir, "db", read_all, &v, a, &err);

		if (r != 1) {
			if (none++ == 0)
				fprintf(stderr, "no answer: %d %s\n", r, err.text);
		} else if (v.wrong || v.n < last) {
			wrong++;
		} else {
			different += v.n != last;
			last = v.n;
		}
		tries += v.tries;
		gd_arena_free(a);
	}
	printf("bolt: %ld reads of %ld transactions in %ld tries: %ld wrong, %ld without an answer\n", count, different, tries,
	       wrong, none);
	/* A writer that stood still proves nothing. */
	return wrong == 0 && none == 0 && different > count / 1000 && tries > count ? 0 : 1;
}
