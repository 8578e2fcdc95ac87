/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buckets of a bbolt file, and the view that proves what was read of them. */
#define _GNU_SOURCE 1
#include "image/bolt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "image/bolt_page.h"

#define OPEN_TRIES 16
#define META_TRIES 16

/* --- buckets ---------------------------------------------------------------------------------------------------- */

static int bucket_page(struct gd_bolt *b, const struct gd_bolt_bucket *in, struct gd_bolt_page *ret,
		       struct gd_error *err)
{
	struct gd_bolt_bucket root = { .root = b->root };

	in = in ? in : &root;
	if (in->root != 0)
		return gd_bolt_get_page(b, in->root, ret, err);
	if (!in->page)
		return gd_bolt_broken(err, "no root page");
	if (gd_bolt_visit(b, err) < 0 || gd_bolt_check_page(in->page, in->size, ret, err) < 0)
		return -1;
	return ret->flags == GD_BOLT_LEAF ? 0 : gd_bolt_broken(err, "an inline bucket that branches");
}

static int find(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct gd_bolt_element *ret,
		struct gd_error *err)
{
	size_t len = strlen(key);
	struct gd_bolt_page p;
	unsigned i;
	bool exact;

	if (bucket_page(b, in, &p, err) < 0)
		return -1;
	for (int depth = 0; p.flags == GD_BOLT_BRANCH; depth++) {
		struct gd_bolt_element e;

		if (depth == GD_BOLT_DEPTH_MAX)
			return gd_bolt_broken(err, "branches without an end");
		/* A branch holds the first key of each child: the last one not behind @key. */
		if (gd_bolt_search(&p, key, len, &i, &exact, err) < 0 ||
		    gd_bolt_element(&p, exact || i == 0 ? i : i - 1, &e, err) < 0 ||
		    gd_bolt_get_page(b, e.child, &p, err) < 0)
			return -1;
	}
	if (gd_bolt_search(&p, key, len, &i, &exact, err) < 0)
		return -1;
	if (!exact)
		return 0;
	return gd_bolt_element(&p, i, ret, err) < 0 ? -1 : 1;
}

int gd_bolt_bucket(struct gd_bolt *b, const struct gd_bolt_bucket *parent, const char *name,
		   struct gd_bolt_bucket *ret, struct gd_error *err)
{
	struct gd_bolt_element e;
	int r = find(b, parent, name, &e, err);

	if (r <= 0 || !(e.flags & GD_BOLT_LEAF_BUCKET))
		return r < 0 ? -1 : 0;
	if (e.value.len < 16)
		return gd_bolt_broken(err, "a bucket without a root");
	const unsigned char *v = (const unsigned char *)e.value.data;
	*ret = (struct gd_bolt_bucket){ .root = gd_bolt_number(v, 8) };
	if (ret->root == 0) {
		ret->page = v + 16;
		ret->size = e.value.len - 16;
	}
	return 1;
}

int gd_bolt_value(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct gd_bytes *ret,
		  struct gd_error *err)
{
	struct gd_bolt_element e;
	int r = find(b, in, key, &e, err);

	if (r <= 0 || (e.flags & GD_BOLT_LEAF_BUCKET))
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

static int walk(struct gd_bolt *b, const struct gd_bolt_page *p, int depth, gd_bolt_visitor *each, void *context,
		struct gd_error *err)
{
	int r = 0;

	if (depth == GD_BOLT_DEPTH_MAX)
		return gd_bolt_broken(err, "branches without an end");
	for (unsigned i = 0; i < p->count && r == 0; i++) {
		struct gd_bolt_element e;
		struct gd_bolt_page child;

		if (gd_bolt_element(p, i, &e, err) < 0)
			return -1;
		if (p->flags == GD_BOLT_BRANCH)
			r = gd_bolt_get_page(b, e.child, &child, err) < 0
				    ? -1
				    : walk(b, &child, depth + 1, each, context, err);
		else
			r = each(context, e.key, e.flags & GD_BOLT_LEAF_BUCKET ? (struct gd_bytes){ 0 } : e.value,
				 err);
	}
	return r;
}

int gd_bolt_each(struct gd_bolt *b, const struct gd_bolt_bucket *in, gd_bolt_visitor *each, void *context,
		 struct gd_error *err)
{
	struct gd_bolt_page p;

	return bucket_page(b, in, &p, err) < 0 ? -1 : walk(b, &p, 0, each, context, err);
}

/* --- a view ----------------------------------------------------------------------------------------------------- */

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
		/*
		 * Neither meta page valid: a database, of which one is torn and the other broken, may be
		 * whole a moment later.
		 */
		if (gd_bolt_begin(&b, &why) < 0) {
			bad++;
			continue;
		}
		viewed = true;
		int r = read(&b, context, &why);
		if (!gd_bolt_held_still(&b)) {
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
