/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes bbolt files for tests: each bucket is one leaf page with what overflow it needs. That bbolt itself writes more
 * shapes is for test_bolt.c.
 */
#ifndef GD_TEST_BOLT_MAKER_H
#define GD_TEST_BOLT_MAKER_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

#define MAKER_PAGE 4096u

struct maker_node {
	const char *key;
	struct gd_bytes value;		/* .data NULL: a bucket */
	struct maker_node *child;
	size_t n;
};

struct maker {
	struct gd_arena *a;
	struct maker_node root;
	char *file;
	size_t pages, room;
};

static inline struct maker_node *maker_find(struct maker *m, struct maker_node *in, const char *key, bool make)
{
	for (size_t i = 0; i < in->n; i++)
		if (strcmp(in->child[i].key, key) == 0)
			return &in->child[i];
	if (!make)
		return NULL;
	struct maker_node *c = GD_APPEND(m->a, in->child, in->n);
	c->key = gd_strdup(m->a, key);
	return c;
}

/* Buckets in @path are separated by '|'; @key NULL makes the bucket only. */
static inline void maker_put(struct maker *m, const char *path, const char *key, const char *value, size_t len)
{
	struct maker_node *in = &m->root;
	char *copy = gd_strdup(m->a, path), *save = NULL;

	for (char *p = strtok_r(copy, "|", &save); p; p = strtok_r(NULL, "|", &save))
		in = maker_find(m, in, p, true);
	if (!key)
		return;
	in = maker_find(m, in, key, true);
	in->value = (struct gd_bytes){ gd_alloc(m->a, len + 1), len };
	memcpy(in->value.data, value, len);
}

static inline void maker_text(struct maker *m, const char *path, const char *key, const char *value)
{
	maker_put(m, path, key, value, strlen(value));
}

/* Forgets a key or a whole bucket. */
static inline void maker_drop(struct maker *m, const char *path, const char *key)
{
	struct maker_node *in = &m->root, *gone;
	char *copy = gd_strdup(m->a, path), *save = NULL;

	for (char *p = strtok_r(copy, "|", &save); p; p = strtok_r(NULL, "|", &save)) {
		in = maker_find(m, in, p, false);
		ck_assert_ptr_nonnull(in);
	}
	gone = maker_find(m, in, key, false);
	ck_assert_ptr_nonnull(gone);
	*gone = in->child[--in->n];
}

/* An extension of containerd's: google.protobuf.Any. */
static inline void maker_any(struct maker *m, const char *path, const char *key, const char *json)
{
	size_t len = strlen(json), n = 0;
	unsigned char *any = gd_alloc(m->a, len + 32);

	memcpy(any, "\n\3url\x12", 6);
	n = 6;
	for (size_t left = len; ; left >>= 7) {
		any[n++] = (unsigned char)((left & 127) | (left > 127 ? 128 : 0));
		if (left <= 127)
			break;
	}
	memcpy(any + n, json, len);
	maker_put(m, path, key, (char *)any, n + len);
}

static inline void maker_number(char *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (char)(v >> 8 * i);
}

static inline int maker_order(const void *x, const void *y)
{
	return strcmp(((const struct maker_node *)x)->key, ((const struct maker_node *)y)->key);
}

static inline uint64_t maker_page(struct maker *m, struct maker_node *bucket)
{
	size_t size = 16, at;

	if (bucket->n > 0)
		qsort(bucket->child, bucket->n, sizeof(*bucket->child), maker_order);
	for (size_t i = 0; i < bucket->n; i++) {
		struct maker_node *c = &bucket->child[i];
		if (!c->value.data) {
			c->value = (struct gd_bytes){ gd_alloc(m->a, 16), 16 };
			maker_number(c->value.data, maker_page(m, c), 8);
		} else {
			c->n = SIZE_MAX;	/* a value */
		}
		size += 16 + strlen(c->key) + c->value.len;
	}
	uint64_t id = m->pages;
	m->pages += (size + MAKER_PAGE - 1) / MAKER_PAGE;
	m->file = gd_realloc(m->a, m->file, m->room, m->pages * MAKER_PAGE);
	m->room = m->pages * MAKER_PAGE;
	char *p = m->file + id * MAKER_PAGE;
	maker_number(p, id, 8);
	maker_number(p + 8, 2, 2);
	maker_number(p + 10, bucket->n, 2);
	maker_number(p + 12, m->pages - id - 1, 4);
	at = 16 + 16 * bucket->n;
	for (size_t i = 0; i < bucket->n; i++) {
		struct maker_node *c = &bucket->child[i];
		char *e = p + 16 + 16 * i;
		maker_number(e, c->n == SIZE_MAX ? 0 : 1, 4);
		maker_number(e + 4, at - (16 + 16 * i), 4);
		maker_number(e + 8, strlen(c->key), 4);
		maker_number(e + 12, c->value.len, 4);
		memcpy(p + at, c->key, strlen(c->key));
		memcpy(p + at + strlen(c->key), c->value.data, c->value.len);
		at += strlen(c->key) + c->value.len;
	}
	return id;
}

/* The file; the maker cannot be used again. */
static inline struct gd_bytes maker_done(struct maker *m)
{
	m->pages = 3;
	m->room = 3 * MAKER_PAGE;
	m->file = gd_alloc(m->a, m->room);
	uint64_t root = maker_page(m, &m->root);
	for (size_t i = 0; i < 2; i++) {
		char *meta = m->file + i * MAKER_PAGE + 16;
		uint64_t sum = 14695981039346656037u;

		maker_number(meta, 0xED0CDAED, 4);
		maker_number(meta + 4, 2, 4);
		maker_number(meta + 8, MAKER_PAGE, 4);
		maker_number(meta + 16, root, 8);
		maker_number(meta + 40, m->pages, 8);
		maker_number(meta + 48, i + 1, 8);
		for (size_t k = 0; k < 56; k++)
			sum = (sum ^ (unsigned char)meta[k]) * 1099511628211u;
		maker_number(meta + 56, sum, 8);
	}
	return (struct gd_bytes){ m->file, m->room };
}

#endif
