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
#include "image/bolt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HEADER 16
#define ELEMENT 16
#define BRANCH 1
#define LEAF 2
#define LEAF_BUCKET 1
#define META_SIZE 64
#define PAGE_SIZE_MIN 1024u
#define PAGE_SIZE_MAX 65536u
#define OPEN_TRIES 16
#define META_TRIES 16

struct held {
	uint64_t id;
	char *data;
	size_t size, room;
};

struct gd_bolt {
	int fd;
	struct gd_arena *arena;
	unsigned char meta[META_SIZE];	/* of the view */
	size_t page_size;
	uint64_t pages;			/* in use; ids are below */
	uint64_t root;
	struct held *held;		/* pages of this view; those behind .n are of an earlier try, to be filled again */
	size_t n, n_ever;
	size_t visits, bytes;
};

struct page {
	const unsigned char *data;
	size_t size;
	unsigned flags, count;
};

/* One element of a page. */
struct element {
	uint32_t flags;
	uint64_t child;		/* of a branch */
	struct gd_bytes key, value;
};

static uint64_t number(const unsigned char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = bytes; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static int broken(struct gd_error *err, const char *what)
{
	return gd_error_set(err, GD_E_INPUT, "the database is damaged: %s", what);
}

/* --- meta pages ------------------------------------------------------------------------------------------------ */

static bool meta_good(const unsigned char m[static META_SIZE], size_t page_size)
{
	uint64_t sum = 14695981039346656037u;

	if (number(m, 4) != 0xED0CDAED || number(m + 4, 4) != 2 || number(m + 8, 4) != page_size)
		return false;
	for (int i = 0; i < META_SIZE - 8; i++)
		sum = (sum ^ m[i]) * 1099511628211u;
	return number(m + 56, 8) == sum;
}

static bool meta_at(int fd, size_t page, size_t page_size, unsigned char ret[static META_SIZE])
{
	return pread(fd, ret, META_SIZE, (off_t)(page * page_size + HEADER)) == META_SIZE && meta_good(ret, page_size);
}

/* Of the two valid meta pages the one with the higher transaction. One may be torn: it is being written just now. */
static bool meta_newest(int fd, size_t page_size, unsigned char ret[static META_SIZE])
{
	unsigned char first[META_SIZE], second[META_SIZE];
	bool one = meta_at(fd, 0, page_size, first), two = meta_at(fd, 1, page_size, second);

	if (one || two)
		memcpy(ret, !two || (one && number(first + 48, 8) > number(second + 48, 8)) ? first : second, META_SIZE);
	return one || two;
}

/* The page size stands in the first meta page; where that is torn, the second lies at one of few places. */
static bool meta_find(int fd, unsigned char ret[static META_SIZE])
{
	unsigned char first[META_SIZE];

	if (pread(fd, first, META_SIZE, HEADER) != META_SIZE)
		return false;
	for (size_t size = PAGE_SIZE_MIN; size <= PAGE_SIZE_MAX; size *= 2)
		if (meta_good(first, size))
			return meta_newest(fd, size, ret);
	for (size_t size = PAGE_SIZE_MIN; size <= PAGE_SIZE_MAX; size *= 2)
		if (meta_at(fd, 1, size, ret))
			return true;
	return false;
}

static int begin(struct gd_bolt *b, struct gd_error *err)
{
	if (!meta_find(b->fd, b->meta))
		return gd_error_set(err, GD_E_INPUT, "no database of bbolt: neither meta page is valid");
	b->page_size = (size_t)number(b->meta + 8, 4);
	b->root = number(b->meta + 16, 8);
	b->pages = number(b->meta + 40, 8);
	b->n = b->visits = b->bytes = 0;
	return 0;
}

/* What was read since begin() is of one transaction. */
static bool held_still(const struct gd_bolt *b)
{
	unsigned char now[META_SIZE];

	return meta_newest(b->fd, b->page_size, now) && memcmp(now, b->meta, META_SIZE) == 0;
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

/* A buffer for one more page, from an earlier try where it fits. */
static struct held *take(struct gd_bolt *b, uint64_t id, size_t size)
{
	struct held *h;

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

static int fill(struct gd_bolt *b, struct held *h, struct gd_error *err)
{
	ssize_t n = pread(b->fd, h->data, h->size, (off_t)(h->id * b->page_size));

	if (n < 0)
		return gd_error_sys(err, errno, "read a page");
	b->bytes += h->size;
	return (size_t)n == h->size ? 0 : broken(err, "a page lies behind the end of the file");
}

/* NULL: not to be read. */
static struct held *read_page(struct gd_bolt *b, uint64_t id, struct gd_error *err)
{
	struct held *h = take(b, id, b->page_size);

	if (fill(b, h, err) < 0)
		return NULL;
	uint64_t size = (number((unsigned char *)h->data + 12, 4) + 1) * b->page_size;
	if (size > GD_BOLT_PAGE_MAX || size / b->page_size > b->pages - id || b->bytes + size > GD_BOLT_BYTES_MAX) {
		broken(err, "a page is too large");
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

static int check_page(const unsigned char *data, size_t size, struct page *ret, struct gd_error *err)
{
	if (size < HEADER)
		return broken(err, "a page without a header");
	*ret = (struct page){ .data = data, .size = size, .flags = (unsigned)number(data + 8, 2),
			      .count = (unsigned)number(data + 10, 2) };
	if (ret->flags != BRANCH && ret->flags != LEAF)
		return broken(err, "a page of another kind");
	if (HEADER + (size_t)ret->count * ELEMENT > size || (ret->flags == BRANCH && ret->count == 0))
		return broken(err, "a page with a wrong count");
	return 0;
}

static int get_page(struct gd_bolt *b, uint64_t id, struct page *ret, struct gd_error *err)
{
	struct held *h = NULL;

	if (++b->visits > GD_BOLT_VISITS_MAX)
		return broken(err, "too many pages to read");
	if (id < 2 || id >= b->pages || id > INT64_MAX / PAGE_SIZE_MAX)
		return broken(err, "a page that is none");
	for (size_t i = 0; i < b->n && !h; i++)
		if (b->held[i].id == id)
			h = &b->held[i];
	if (!h && !(h = read_page(b, id, err)))
		return -1;
	if (number((unsigned char *)h->data, 8) != id)
		return broken(err, "a page names itself otherwise");
	return check_page((unsigned char *)h->data, h->size, ret, err);
}

/* @i < count. */
static int element_at(const struct page *p, unsigned i, struct element *ret, struct gd_error *err)
{
	size_t at = HEADER + (size_t)i * ELEMENT;
	const unsigned char *e = p->data + at;
	bool leaf = p->flags == LEAF;
	uint64_t from = at + number(e + (leaf ? 4 : 0), 4), key = number(e + (leaf ? 8 : 4), 4),
		 value = leaf ? number(e + 12, 4) : 0;

	if (from < HEADER + (size_t)p->count * ELEMENT || from + key + value > p->size)
		return broken(err, "an element leaves its page");
	*ret = (struct element){ .flags = leaf ? (uint32_t)number(e, 4) : 0, .child = leaf ? 0 : number(e + 8, 8) };
	ret->key = (struct gd_bytes){ (char *)p->data + from, (size_t)key };
	ret->value = (struct gd_bytes){ (char *)p->data + from + key, (size_t)value };
	return 0;
}

static int order(struct gd_bytes a, const char *key, size_t len)
{
	int r = memcmp(a.data, key, a.len < len ? a.len : len);

	return r != 0 ? r : (a.len > len) - (a.len < len);
}

/* The first element whose key is @key or behind it; count where none is. .exact says which. */
static int search(const struct page *p, const char *key, size_t len, unsigned *ret, bool *exact, struct gd_error *err)
{
	unsigned low = 0, high = p->count;

	*exact = false;
	while (low < high) {
		unsigned mid = low + (high - low) / 2;
		struct element e;

		if (element_at(p, mid, &e, err) < 0)
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

/* --- buckets ------------------------------------------------------------------------------------------------------ */

static int bucket_page(struct gd_bolt *b, const struct gd_bolt_bucket *in, struct page *ret, struct gd_error *err)
{
	struct gd_bolt_bucket root = { .root = b->root };

	in = in ? in : &root;
	if (in->root != 0)
		return get_page(b, in->root, ret, err);
	if (!in->page)
		return broken(err, "no root page");
	if (++b->visits > GD_BOLT_VISITS_MAX)
		return broken(err, "too many pages to read");
	if (check_page(in->page, in->size, ret, err) < 0)
		return -1;
	return ret->flags == LEAF ? 0 : broken(err, "an inline bucket that branches");
}

static int find(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct element *ret,
		struct gd_error *err)
{
	size_t len = strlen(key);
	struct page p;
	unsigned i;
	bool exact;

	if (bucket_page(b, in, &p, err) < 0)
		return -1;
	for (int depth = 0; p.flags == BRANCH; depth++) {
		struct element e;

		if (depth == GD_BOLT_DEPTH_MAX)
			return broken(err, "branches without an end");
		/* A branch holds the first key of each child: the last one not behind @key. */
		if (search(&p, key, len, &i, &exact, err) < 0 ||
		    element_at(&p, exact || i == 0 ? i : i - 1, &e, err) < 0 || get_page(b, e.child, &p, err) < 0)
			return -1;
	}
	if (search(&p, key, len, &i, &exact, err) < 0)
		return -1;
	if (!exact)
		return 0;
	return element_at(&p, i, ret, err) < 0 ? -1 : 1;
}

int gd_bolt_bucket(struct gd_bolt *b, const struct gd_bolt_bucket *parent, const char *name, struct gd_bolt_bucket *ret,
		   struct gd_error *err)
{
	struct element e;
	int r = find(b, parent, name, &e, err);

	if (r <= 0 || !(e.flags & LEAF_BUCKET))
		return r < 0 ? -1 : 0;
	if (e.value.len < 16)
		return broken(err, "a bucket without a root");
	const unsigned char *v = (const unsigned char *)e.value.data;
	*ret = (struct gd_bolt_bucket){ .root = number(v, 8) };
	if (ret->root == 0) {
		ret->page = v + 16;
		ret->size = e.value.len - 16;
	}
	return 1;
}

int gd_bolt_value(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct gd_bytes *ret,
		  struct gd_error *err)
{
	struct element e;
	int r = find(b, in, key, &e, err);

	if (r <= 0 || (e.flags & LEAF_BUCKET))
		return r < 0 ? -1 : 0;
	*ret = e.value;
	return 1;
}

int gd_bolt_path(struct gd_bolt *b, const char *const *path, struct gd_bolt_bucket *ret, struct gd_error *err)
{
	int r = 1;

	for (const struct gd_bolt_bucket *in = NULL; r == 1 && *path; path++, in = ret) {
		struct gd_bolt_bucket next;

		if ((r = gd_bolt_bucket(b, in, *path, &next, err)) == 1)
			*ret = next;
	}
	return r;
}

int gd_bolt_text(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, const char **ret,
		 struct gd_error *err)
{
	struct gd_bytes v;
	int r = gd_bolt_value(b, in, key, &v, err);

	*ret = r == 1 && !memchr(v.data, '\0', v.len) ? gd_strndup(b->arena, v.data, v.len) : NULL;
	return r < 0 ? -1 : 0;
}

static int walk(struct gd_bolt *b, const struct page *p, int depth, gd_bolt_visitor *each, void *context,
		struct gd_error *err)
{
	int r = 0;

	if (depth == GD_BOLT_DEPTH_MAX)
		return broken(err, "branches without an end");
	for (unsigned i = 0; i < p->count && r == 0; i++) {
		struct element e;
		struct page child;

		if (element_at(p, i, &e, err) < 0)
			return -1;
		if (p->flags == BRANCH)
			r = get_page(b, e.child, &child, err) < 0 ? -1 : walk(b, &child, depth + 1, each, context, err);
		else
			r = each(context, e.key, e.flags & LEAF_BUCKET ? (struct gd_bytes){ 0 } : e.value, err);
	}
	return r;
}

int gd_bolt_each(struct gd_bolt *b, const struct gd_bolt_bucket *in, gd_bolt_visitor *each, void *context,
		 struct gd_error *err)
{
	struct page p;

	return bucket_page(b, in, &p, err) < 0 ? -1 : walk(b, &p, 0, each, context, err);
}

/* --- a view -------------------------------------------------------------------------------------------------------- */

/* -2: not there. */
static int open_database(int dirfd, const char *name, struct gd_error *err)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	struct stat st;
	int fd = -1;

	errno = EAGAIN; /* also what openat2 says of a rename elsewhere in the tree, which is no answer */
	for (int i = 0; i < OPEN_TRIES && fd < 0 && errno == EAGAIN; i++)
		fd = (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
	if (fd < 0)
		return errno == ENOENT ? -2 : gd_error_sys(err, errno, "open");
	int r = 0;
	if (fstat(fd, &st) < 0)
		r = gd_error_sys(err, errno, "stat");
	else if (!S_ISREG(st.st_mode))
		r = gd_error_set(err, GD_E_TRUST, "not a regular file");
	else if (st.st_uid != 0 || (st.st_mode & 022) != 0)
		r = gd_error_set(err, GD_E_TRUST, "can be written by others than root");
	if (r < 0)
		close(fd);
	return r < 0 ? -1 : fd;
}

int gd_bolt_read_fd(int fd, gd_bolt_reader *read, void *context, struct gd_arena *a, struct gd_error *err)
{
	struct gd_bolt b = { .fd = fd, .arena = a };
	struct gd_error why = { 0 };
	bool viewed = false;

	for (int tries = 0, bad = 0; tries < GD_BOLT_TRIES && bad < META_TRIES; tries++) {
		why = (struct gd_error){ 0 };
		/* Neither meta page valid: a database, of which one is torn and the other broken, may be whole a moment later. */
		if (begin(&b, &why) < 0) {
			bad++;
			continue;
		}
		viewed = true;
		int r = read(&b, context, &why);
		if (!held_still(&b)) {
			why = (struct gd_error){ 0 };
			continue;
		}
		if (r < 0 && err)
			*err = why;
		return r;
	}
	if (viewed && why.kind == GD_OK)
		return gd_error_set(err, GD_E_INPUT, "it changed %d times while it was read", GD_BOLT_TRIES);
	if (err)
		*err = why;
	return -1;
}

int gd_bolt_read(int dirfd, const char *name, gd_bolt_reader *read, void *context, struct gd_arena *a,
		 struct gd_error *err)
{
	int fd = open_database(dirfd, name, err), r;

	if (fd < 0)
		return fd == -2 ? 0 : gd_error_wrap(err, "'%s'", name);
	r = gd_bolt_read_fd(fd, read, context, a, err);
	close(fd);
	return r < 0 ? gd_error_wrap(err, "'%s'", name) : r;
}
