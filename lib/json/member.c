/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of objects by their key. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "json/value.h"

#define INDEX_FROM 24	/* members; up to there looking at each is faster */

/* Open addressing: the position of a member plus one, or 0. Removed members stay where they are. */
struct gd_index {
	uint64_t seed;
	uint32_t mask, slots[];
};

static uint32_t hash(const struct gd_index *x, const char *key, size_t len)
{
	uint64_t h = x->seed;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(h >> 32);
}

static bool is_key(const struct gd_member *m, const char *key, size_t len)
{
	/* The first byte tells most apart, without a call; an empty key's is its NUL. */
	return m->key != NULL && m->len == len && *m->key == *key && memcmp(m->key, key, len) == 0;
}

static struct gd_member *look(const struct gd_object *o, const char *key, size_t len)
{
	const struct gd_index *x = o->index;

	for (uint32_t at = hash(x, key, len) & x->mask; x->slots[at] != 0; at = (at + 1) & x->mask)
		if (is_key(&o->v[x->slots[at] - 1], key, len))
			return &o->v[x->slots[at] - 1];
	return NULL;
}

static void enter(struct gd_object *o, uint32_t i)
{
	struct gd_index *x = o->index;
	uint32_t at = hash(x, o->v[i].key, o->v[i].len) & x->mask;

	while (x->slots[at] != 0)
		at = (at + 1) & x->mask;
	x->slots[at] = i + 1;
}

/* Without memory for one, members are looked at one by one. */
static bool make_index(struct gd_object *o)
{
	uint32_t size = 64;
	size_t bytes;

	/* half of it stays empty, and room to grow */
	while (size / 4 < o->head.n && size < UINT32_C(1) << 31)
		size *= 2;
	if (__builtin_mul_overflow(size, sizeof(uint32_t), &bytes) ||
	    (o->index = calloc(1, sizeof(*o->index) + bytes)) == NULL)
		return false;
	o->index->mask = size - 1;
	/*
	 * Whoever names a container's labels cannot know where they will meet. Where the kernel has
	 * nothing random yet, the place of a random heap has to do.
	 */
	if (getrandom(&o->index->seed, sizeof(o->index->seed), GRND_NONBLOCK) < 0)
		o->index->seed = (uintptr_t)o->index;
	return true;
}

static bool fill_index(struct gd_object *o)
{
	if (o->head.n <= INDEX_FROM || (o->index == NULL && !make_index(o)))
		return false;
	for (uint32_t i = 0; i < o->head.n; i++)
		if (o->v[i].key != NULL)
			enter(o, i);
	return true;
}

struct gd_member *gd_member_find(const struct gd_object *o, const char *key, size_t len)
{
	/* An index changes nothing that can be seen. */
	if (o->index != NULL || fill_index((struct gd_object *)o))
		return look(o, key, len);
	for (uint32_t i = 0; i < o->head.n; i++)
		if (is_key(&o->v[i], key, len))
			return &o->v[i];
	return NULL;
}

bool gd_object_has_twins(struct gd_object *o)
{
	bool indexed = o->head.n > INDEX_FROM && make_index(o), twins = false;

	for (uint32_t i = 0; i < o->head.n && !twins; i++) {
		if (indexed)
			twins = look(o, o->v[i].key, o->v[i].len) != NULL;
		for (uint32_t j = 0; !indexed && j < i; j++)
			twins |= is_key(&o->v[j], o->v[i].key, o->v[i].len);
		if (indexed)
			enter(o, i);
	}
	/*
	 * A parser that fails lets go of its pool and no more. Who looks for members makes it
	 * again.
	 */
	free(o->index);
	o->index = NULL;
	return twins;
}

static bool make_room(struct gd_object *o)
{
	uint32_t cap = o->head.n < 4 ? 8 : o->head.n * 2;
	struct gd_member *v;

	if (o->head.n < o->cap)
		return true;
	if (o->head.n > UINT32_MAX / 2 || (v = reallocarray(NULL, cap, sizeof(*v))) == NULL)
		return false;
	if (o->head.n > 0)
		memcpy(v, o->v, o->head.n * sizeof(*v));
	if (o->cap > 0)
		free(o->v);
	o->v = v;
	o->cap = cap;
	return true;
}

int gd_member_add(struct gd_object *o, const struct gd_member *m)
{
	if (!make_room(o))
		return -1;
	if (o->index != NULL && o->index->mask / 2 <= o->head.n) {
		free(o->index);
		o->index = NULL;
	}
	o->v[o->head.n++] = *m;
	o->live++;
	if (o->index != NULL)
		enter(o, o->head.n - 1);
	return 0;
}
