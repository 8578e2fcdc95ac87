/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout (little endian as on every machine that containerd supports; no alignment is relied upon):
 *   page    id 8, flags 2, count 2, overflow 4; then elements, then what they point at
 *   branch  pos 4, key size 4, page 8
 *   leaf    flags 4 (1: a bucket), pos 4, key size 4, value size 4; pos counts from the element's own beginning
 *   bucket  root page 8, sequence 8; root 0: a page follows inline
 *   meta    behind the header of pages 0 and 1: magic 4, version 4, page size 4, flags 4, root bucket 16, freelist 8,
 *           pages in use 8, transaction 8, FNV-1a of all before 8
 */
#define _GNU_SOURCE 1
#include "image/bolt_page.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HEADER 16
#define ELEMENT 16
#define PAGE_SIZE_MIN 1024u
#define PAGE_SIZE_MAX 65536u

uint64_t gd_bolt_number(const unsigned char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = bytes; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

int gd_bolt_broken(struct gd_error *err, const char *what)
{
	return gd_error_set(err, GD_E_INPUT, "the database is damaged: %s", what);
}

/* --- meta pages ------------------------------------------------------------------------------------------------ */

static bool meta_good(const unsigned char m[static GD_BOLT_META_SIZE], size_t page_size)
{
	uint64_t sum = 14695981039346656037u;

	if (gd_bolt_number(m, 4) != 0xED0CDAED || gd_bolt_number(m + 4, 4) != 2 ||
	    gd_bolt_number(m + 8, 4) != page_size)
		return false;
	for (int i = 0; i < GD_BOLT_META_SIZE - 8; i++)
		sum = (sum ^ m[i]) * 1099511628211u;
	return gd_bolt_number(m + 56, 8) == sum;
}

static bool meta_at(int fd, size_t page, size_t page_size, unsigned char ret[static GD_BOLT_META_SIZE])
{
	off_t at = (off_t)(page * page_size + HEADER);

	return pread(fd, ret, GD_BOLT_META_SIZE, at) == GD_BOLT_META_SIZE && meta_good(ret, page_size);
}

static uint64_t transaction(const unsigned char m[static GD_BOLT_META_SIZE])
{
	return gd_bolt_number(m + 48, 8);
}

/* Of the two valid meta pages the one with the higher transaction. One may be torn: it is being written just now. */
static bool meta_newest(int fd, size_t page_size, unsigned char ret[static GD_BOLT_META_SIZE])
{
	unsigned char first[GD_BOLT_META_SIZE], second[GD_BOLT_META_SIZE];
	bool one = meta_at(fd, 0, page_size, first), two = meta_at(fd, 1, page_size, second);

	if (one || two)
		memcpy(ret, !two || (one && transaction(first) > transaction(second)) ? first : second,
		       GD_BOLT_META_SIZE);
	return one || two;
}

/* The page size stands in the first meta page; where that is torn, the second lies at one of few places. */
static bool meta_find(int fd, unsigned char ret[static GD_BOLT_META_SIZE])
{
	unsigned char first[GD_BOLT_META_SIZE];

	if (pread(fd, first, GD_BOLT_META_SIZE, HEADER) != GD_BOLT_META_SIZE)
		return false;
	for (size_t size = PAGE_SIZE_MIN; size <= PAGE_SIZE_MAX; size *= 2)
		if (meta_good(first, size))
			return meta_newest(fd, size, ret);
	for (size_t size = PAGE_SIZE_MIN; size <= PAGE_SIZE_MAX; size *= 2)
		if (meta_at(fd, 1, size, ret))
			return true;
	return false;
}

int gd_bolt_begin(struct gd_bolt *b, struct gd_error *err)
{
	if (!meta_find(b->fd, b->meta))
		return gd_error_set(err, GD_E_INPUT, "no database of bbolt: neither meta page is valid");
	b->page_size = (size_t)gd_bolt_number(b->meta + 8, 4);
	b->root = gd_bolt_number(b->meta + 16, 8);
	b->pages = gd_bolt_number(b->meta + 40, 8);
	b->n = b->visits = b->bytes = 0;
	return 0;
}

/* What was read since gd_bolt_begin() is of one transaction. */
bool gd_bolt_held_still(const struct gd_bolt *b)
{
	unsigned char now[GD_BOLT_META_SIZE];

	return meta_newest(b->fd, b->page_size, now) && memcmp(now, b->meta, GD_BOLT_META_SIZE) == 0;
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

/* A buffer for one more page, from an earlier try where it fits. */
static struct gd_bolt_held *take(struct gd_bolt *b, uint64_t id, size_t size)
{
	struct gd_bolt_held *h;

	if (b->n == b->n_ever)
		GD_APPEND(b->arena, b->held, b->n_ever);
	h = &b->held[b->n++];
	if (h->room < size) {
		h->data = gd_alloc(b->arena, size);
		h->room = size;
	}
	h->id = id;
	h->size = size;
	return h;
}

static int fill(struct gd_bolt *b, struct gd_bolt_held *h, struct gd_error *err)
{
	ssize_t n = pread(b->fd, h->data, h->size, (off_t)(h->id * b->page_size));

	if (n < 0)
		return gd_error_sys(err, errno, "read a page");
	b->bytes += h->size;
	return (size_t)n == h->size ? 0 : gd_bolt_broken(err, "a page lies behind the end of the file");
}

/* NULL: not to be read. */
static struct gd_bolt_held *read_page(struct gd_bolt *b, uint64_t id, struct gd_error *err)
{
	struct gd_bolt_held *h = take(b, id, b->page_size);

	if (fill(b, h, err) < 0)
		return NULL;
	uint64_t size = (gd_bolt_number((unsigned char *)h->data + 12, 4) + 1) * b->page_size;
	if (size > GD_BOLT_PAGE_MAX || size / b->page_size > b->pages - id || b->bytes + size > GD_BOLT_BYTES_MAX) {
		gd_bolt_broken(err, "a page is too large");
		return NULL;
	}
	if (size > b->page_size) {
		b->n--;
		h = take(b, id, (size_t)size);
		if (fill(b, h, err) < 0)
			return NULL;
	}
	return h;
}

int gd_bolt_check_page(const unsigned char *data, size_t size, struct gd_bolt_page *ret, struct gd_error *err)
{
	if (size < HEADER)
		return gd_bolt_broken(err, "a page without a header");
	*ret = (struct gd_bolt_page){ .data = data, .size = size, .flags = (unsigned)gd_bolt_number(data + 8, 2),
			      .count = (unsigned)gd_bolt_number(data + 10, 2) };
	if (ret->flags != GD_BOLT_BRANCH && ret->flags != GD_BOLT_LEAF)
		return gd_bolt_broken(err, "a page of another kind");
	if (HEADER + (size_t)ret->count * ELEMENT > size || (ret->flags == GD_BOLT_BRANCH && ret->count == 0))
		return gd_bolt_broken(err, "a page with a wrong count");
	return 0;
}

int gd_bolt_visit(struct gd_bolt *b, struct gd_error *err)
{
	return ++b->visits > GD_BOLT_VISITS_MAX ? gd_bolt_broken(err, "too many pages to read") : 0;
}

int gd_bolt_get_page(struct gd_bolt *b, uint64_t id, struct gd_bolt_page *ret, struct gd_error *err)
{
	struct gd_bolt_held *h = NULL;

	if (gd_bolt_visit(b, err) < 0)
		return -1;
	if (id < 2 || id >= b->pages || id > INT64_MAX / PAGE_SIZE_MAX)
		return gd_bolt_broken(err, "a page that is none");
	for (size_t i = 0; i < b->n && !h; i++)
		if (b->held[i].id == id)
			h = &b->held[i];
	if (!h && !(h = read_page(b, id, err)))
		return -1;
	if (gd_bolt_number((unsigned char *)h->data, 8) != id)
		return gd_bolt_broken(err, "a page names itself otherwise");
	return gd_bolt_check_page((unsigned char *)h->data, h->size, ret, err);
}

int gd_bolt_element(const struct gd_bolt_page *p, unsigned i, struct gd_bolt_element *ret, struct gd_error *err)
{
	size_t at = HEADER + (size_t)i * ELEMENT;
	const unsigned char *e = p->data + at;
	bool leaf = p->flags == GD_BOLT_LEAF;
	uint64_t from = at + gd_bolt_number(e + (leaf ? 4 : 0), 4), key = gd_bolt_number(e + (leaf ? 8 : 4), 4),
		 value = leaf ? gd_bolt_number(e + 12, 4) : 0;

	if (from < HEADER + (size_t)p->count * ELEMENT || from + key + value > p->size)
		return gd_bolt_broken(err, "an element leaves its page");
	*ret = (struct gd_bolt_element){ .flags = leaf ? (uint32_t)gd_bolt_number(e, 4) : 0,
					 .child = leaf ? 0 : gd_bolt_number(e + 8, 8) };
	ret->key = (struct gd_bytes){ (char *)p->data + from, (size_t)key };
	ret->value = (struct gd_bytes){ (char *)p->data + from + key, (size_t)value };
	return 0;
}

static int order(struct gd_bytes a, const char *key, size_t len)
{
	int r = memcmp(a.data, key, a.len < len ? a.len : len);

	return r != 0 ? r : (a.len > len) - (a.len < len);
}

int gd_bolt_search(const struct gd_bolt_page *p, const char *key, size_t len, unsigned *ret, bool *exact,
		   struct gd_error *err)
{
	unsigned low = 0, high = p->count;

	*exact = false;
	while (low < high) {
		unsigned mid = low + (high - low) / 2;
		struct gd_bolt_element e;

		if (gd_bolt_element(p, mid, &e, err) < 0)
			return -1;
		int r = order(e.key, key, len);
		if (r == 0)
			*exact = true;
		if (r < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return 0;
}
