/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the applied file: header, bucket, policy, each believed only with its digest. */
#include "policy/applied_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/applied.h"
#include "policy/set.h"

/* One read brings header, index and the first policies of an ordinary host. */
#define FIRST_READ 16384

static int altered(struct gd_error *err, const char *what)
{
	return gd_error_set(
		err, GD_E_TRUST,
		"%s of the applied file is not as 'guardctl apply' wrote it; run it again", what);
}

uint32_t gd_applied_hash(enum gd_entry_kind kind, const char *key, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */

	h = (h ^ (uint64_t)kind) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(h ^ h >> 32);
}

static int read_at(const struct gd_applied *ap, uint64_t offset, size_t len, char *to,
		   struct gd_error *err)
{
	size_t got = 0;

	if (offset > ap->header.length || len > ap->header.length - offset)
		return altered(err, "the index");
	if (offset + len <= ap->n_first) {
		memcpy(to, ap->first + offset, len);
		return 0;
	}
	while (got < len) {
		ssize_t n = pread(ap->fd, to + got, len - got, (off_t)(offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gd_error_sys(err, errno, "read the applied file");
		if (n == 0)
			return altered(err, "the length");
		got += (size_t)n;
	}
	return 0;
}

static int check_header(const struct gd_applied_header *h, uint64_t size, struct gd_error *err)
{
	char digest[GD_DIGEST_HEX];

	if (memcmp(h->magic, GD_APPLIED_MAGIC, sizeof(h->magic)) != 0)
		return gd_error_set(err, GD_E_TRUST,
				    "this is no applied file; run 'guardctl apply'");
	if (h->version != GD_APPLIED_VERSION)
		return gd_error_set(err, GD_E_INPUT,
				    "applied by another version of guarded; run 'guardctl apply'");
	gd_digest_hex(digest, (const char *)h, offsetof(struct gd_applied_header, digest));
	if (memcmp(digest, h->digest, GD_HEX) != 0)
		return altered(err, "the header");
	if (h->length != size)
		return altered(err, "the length");
	/* From here on the numbers are ours, and checked all the same. */
	if (h->n_buckets == 0 || h->n_buckets > GD_BUCKETS_MAX ||
	    (h->n_buckets & (h->n_buckets - 1)) != 0 ||
	    size < sizeof(*h) + h->n_buckets * sizeof(struct gd_applied_row))
		return altered(err, "the header");
	return 0;
}

static int open_fd(struct gd_applied *ap, struct gd_arena *a, struct gd_error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(ap->fd, &st) < 0)
		return gd_error_sys(err, errno, "stat the applied file");
	if (!S_ISREG(st.st_mode) || st.st_size > GD_APPLIED_MAX)
		return gd_error_set(err, GD_E_TRUST,
				    "the applied file is no regular file, or too large");
	ap->first = gd_alloc(a, FIRST_READ);
	do {
		n = pread(ap->fd, ap->first, FIRST_READ, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return gd_error_sys(err, errno, "read the applied file");
	ap->n_first = (size_t)n;
	if (ap->n_first < sizeof(ap->header))
		return gd_error_set(err, GD_E_TRUST,
				    "the applied file is cut off; run 'guardctl apply'");
	memcpy(&ap->header, ap->first, sizeof(ap->header));
	return check_header(&ap->header, (uint64_t)st.st_size, err);
}

int gd_applied_open_fd(int fd, struct gd_arena *a, struct gd_applied **ret, struct gd_error *err)
{
	struct gd_applied *ap = GD_NEW(a, struct gd_applied);

	ap->fd = fd;
	if (open_fd(ap, a, err) < 0) {
		close(fd);
		return -1;
	}
	*ret = ap;
	return 0;
}

int gd_applied_open(const char *path, struct gd_arena *a, struct gd_applied **ret,
		    struct gd_error *err)
{
	struct stat st;
	int fd;

	/* 'apply' writes a file: a link in its place is somebody's mistake, wherever it leads. */
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return gd_error_set(err, GD_E_TRUST,
				    "applied policies '%s': a link; run 'guardctl apply'", path);
	fd = gd_open_trusted(path, err);
	if (fd < 0 || gd_applied_open_fd(fd, a, ret, err) < 0)
		return gd_error_wrap(err, "applied policies '%s'", path);
	return 0;
}

void gd_applied_close(struct gd_applied *ap)
{
	if (ap && ap->fd >= 0) {
		close(ap->fd);
		ap->fd = -1;
	}
}

const char *gd_applied_content(const struct gd_applied *ap, struct gd_arena *a)
{
	return gd_strndup(a, ap->header.content, GD_HEX);
}

int gd_applied_bucket(const struct gd_applied *ap, uint32_t number, struct gd_arena *a,
		      struct gd_bytes *ret, struct gd_error *err)
{
	struct gd_applied_row row;
	struct gd_applied_seal seal;
	char digest[GD_DIGEST_HEX], *part;

	if (read_at(ap, sizeof(ap->header) + number * sizeof(row), sizeof(row), (char *)&row, err) <
	    0)
		return -1;
	if (row.length < GD_HEX || row.length > GD_PART_MAX)
		return altered(err, "the index");
	/* The seal is put over the end of the digest, so that what it covers lies together. */
	part = gd_alloc(a, sizeof(seal) + row.length);
	if (read_at(ap, row.offset, row.length, part + sizeof(seal), err) < 0)
		return -1;
	memcpy(seal.content, ap->header.content, GD_HEX);
	seal.offset = row.offset;
	seal.number = number;
	seal.length = row.length;
	char *covered = part + GD_HEX, said[GD_HEX];
	memcpy(said, part + sizeof(seal), GD_HEX);
	memcpy(covered, &seal, sizeof(seal));
	gd_digest_hex(digest, covered, sizeof(seal) + row.length - GD_HEX);
	if (row.zero != 0 || memcmp(digest, said, GD_HEX) != 0)
		return altered(err, "the index");
	*ret = (struct gd_bytes){ .data = covered + sizeof(seal), .len = row.length - GD_HEX };
	return 0;
}

/* 1: *ret is the entry at *@at, which moves behind it; 0: none is left; -1: malformed. */
int gd_applied_next(struct gd_bytes bucket, size_t *at, struct gd_found_entry *ret,
		    struct gd_error *err)
{
	size_t left = bucket.len - *at, words;

	if (left == 0)
		return 0;
	if (left < sizeof(ret->entry))
		return altered(err, "the index");
	memcpy(&ret->entry, bucket.data + *at, sizeof(ret->entry));
	words = (size_t)ret->entry.key_length + ret->entry.name_length + ret->entry.match_length;
	if (left - sizeof(ret->entry) < words || ret->entry.length > GD_PART_MAX)
		return altered(err, "the index");
	ret->key = bucket.data + *at + sizeof(ret->entry);
	ret->name = ret->key + ret->entry.key_length;
	ret->match = ret->name + ret->entry.name_length;
	*at += sizeof(ret->entry) + words;
	return 1;
}

int gd_applied_policy(const struct gd_applied *ap, const struct gd_applied_entry *e,
		      struct gd_arena *a, struct gd_policy *ret, struct gd_error *err)
{
	struct gd_bytes bytes = { .data = gd_alloc(a, (size_t)e->length + 1), .len = e->length };
	char digest[GD_DIGEST_HEX];

	if (read_at(ap, e->offset, e->length, bytes.data, err) < 0)
		return -1;
	gd_digest_hex(digest, bytes.data, bytes.len);
	if (memcmp(digest, e->digest, GD_HEX) != 0)
		return altered(err, "a policy");
	if (gd_policy_read(bytes, a, ret, err) < 0)
		return gd_error_wrap(err, "applied policy");
	memcpy(ret->digest, digest, sizeof(digest));
	return 0;
}
