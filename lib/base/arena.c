/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Chunks come from the kernel and are handed out once, so what leaves is zero without a pass over it: a page that
 * is never used is never touched. (calloc clears what it takes from the heap's end, and in a short-lived
 * process page faults are what costs: 1 to 2 microseconds each in a virtual machine.)
 */
#if GD_SANITIZED
#define CHUNK_SIZE 0 /* one chunk an allocation: the sanitizer sees every overflow */
#else
#define CHUNK_SIZE ((size_t)256 << 10)
#endif

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

struct gd_arena {
	struct chunk *chunks;	/* the newest first; only this one is allocated from */
	void (*no_memory)(void);
};

static _Noreturn void out_of_memory(const struct gd_arena *a)
{
	if (a != NULL && a->no_memory != NULL)
		a->no_memory();
	abort();
}

struct gd_arena *gd_arena_new(void (*no_memory)(void))
{
	struct gd_arena *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		if (no_memory != NULL)
			no_memory();
		abort();
	}
	a->no_memory = no_memory;
	return a;
}

static struct chunk *take(size_t size)
{
#if GD_SANITIZED
	return calloc(1, size);
#else
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
#endif
}

static void release(struct chunk *c)
{
#if GD_SANITIZED
	free(c);
#else
	munmap(c, sizeof(*c) + c->size);
#endif
}

struct gd_arena *gd_arena_free(struct gd_arena *a)
{
	if (a == NULL)
		return NULL;
	for (struct chunk *c = a->chunks, *next; c != NULL; c = next) {
		next = c->next;
		release(c);
	}
	free(a);
	return NULL;
}

/* SIZE_MAX where rounding up overflows: no chunk can hold it. */
static size_t round_up(size_t size)
{
	const size_t align = _Alignof(max_align_t);

	return size > SIZE_MAX - align ? SIZE_MAX : (size + align - 1) & ~(align - 1);
}

static void add_chunk(struct gd_arena *a, size_t need)
{
	size_t size = need > CHUNK_SIZE ? need : CHUNK_SIZE;

	if (size > GD_ALLOC_MAX)
		out_of_memory(a);
	struct chunk *c = take(sizeof(*c) + size);
	if (c == NULL)
		out_of_memory(a);
	c->size = size;
	/*
	 * A large object gets a chunk of its own behind the current one, whose rest stays usable.
	 */
	if (need > CHUNK_SIZE / 4 && CHUNK_SIZE > 0 && a->chunks != NULL) {
		c->next = a->chunks->next;
		a->chunks->next = c;
		c->used = size;
		return;
	}
	c->next = a->chunks;
	a->chunks = c;
}

void *gd_alloc(struct gd_arena *a, size_t size)
{
	size_t need = round_up(size > 0 ? size : 1);
	struct chunk *c = a->chunks;

	if (c == NULL || c->size - c->used < need) {
		add_chunk(a, need);
		if (c != NULL && a->chunks == c)
			return c->next->bytes;
		c = a->chunks;
	}
	void *p = c->bytes + c->used;
	c->used += need;
	return p;
}

void *gd_alloc_n(struct gd_arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory(a);
	return gd_alloc(a, total);
}

void *gd_realloc(struct gd_arena *a, void *old, size_t old_size, size_t size)
{
	struct chunk *c = a->chunks;
	size_t had = round_up(old_size > 0 ? old_size : 1), need = round_up(size > 0 ? size : 1);

	if (old != NULL && size <= old_size)
		return old;
	if (old != NULL && c != NULL && c->used >= had && (char *)old == c->bytes + c->used - had &&
	    c->size - c->used >= need - had) {
		c->used += need - had;
		return old;
	}
	void *p = gd_alloc(a, size);
	if (old != NULL)
		memcpy(p, old, old_size);
	return p;
}

char *gd_strndup(struct gd_arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = gd_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *gd_strdup(struct gd_arena *a, const char *s)
{
	return gd_strndup(a, s, strlen(s));
}

char *gd_vprintf(struct gd_arena *a, const char *fmt, va_list ap)
{
	struct chunk *c = a->chunks;
	size_t room = c != NULL ? c->size - c->used : 0;
	char *p = room > 0 ? c->bytes + c->used : NULL;
	va_list again;

	/* Printed where the next allocation will be: mostly there is room, and once is enough. */
	va_copy(again, ap);
	int n = vsnprintf(p, room, fmt, again);
	va_end(again);
	if (n < 0)	/* only on an encoding error or a text over 2 GiB */
		out_of_memory(a);
	if ((size_t)n < room) {	/* and room is whole units, as .used is: it fits rounded up */
		c->used += round_up((size_t)n + 1);
		return p;
	}
	if (room > 0)
		memset(p, 0, room); /* what is handed out is zero */
	p = gd_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *gd_printf(struct gd_arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = gd_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

/*
 * The capacity is not stored: it is the power of two at or above the length, so the array is full
 * exactly when the length is one (or zero).
 */
void *gd_grow(struct gd_arena *a, void *items, size_t *n, size_t size)
{
	void *array;
	size_t bytes;

	memcpy(&array, items, sizeof(array));	/* the caller's pointer has another type */
	if (*n == 0 || (*n >= 4 && (*n & (*n - 1)) == 0)) {
		size_t cap = *n == 0 ? 4 : *n * 2;

		if (__builtin_mul_overflow(cap, size, &bytes))
			out_of_memory(a);
		array = gd_realloc(a, *n == 0 ? NULL : array, *n * size, bytes);
		memcpy(items, &array, sizeof(array));
	}
	return (char *)array + (*n)++ * size;
}
