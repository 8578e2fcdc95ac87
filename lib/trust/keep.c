/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing into the directory: guardctl's half. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/part.h"

static const char *const rooms[] = { "records", "keys", "revoked" };

/* The directory, made with its rooms where missing, locked until it is closed. Descriptor or -1. */
static int lock_dir(const char *path, struct gd_error *err)
{
	int at, dir;

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return gd_error_sys(err, errno, "make '%s'", path);
	at = gd_open_trusted_dir(path, err);
	if (at < 0)
		return -1;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++)
		if (mkdirat(at, rooms[i], 0755) < 0 && errno != EEXIST) {
			gd_error_sys(err, errno, "make '%s/%s'", path, rooms[i]);
			close(at);
			return -1;
		}
	dir = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || flock(dir, LOCK_EX) < 0) {
		gd_error_sys(err, errno, "lock '%s'", path);
		if (dir >= 0)
			close(dir);
		dir = -1;
	}
	close(at);
	return dir;
}

static int room_of(const struct gd_trust_dir *d, const char *name)
{
	return strcmp(name, "records") == 0 ? d->records : strcmp(name, "keys") == 0 ? d->keys : d->revoked;
}

int gd_trust_put(const char *path, const char *room, const char *name, const struct gd_buf *b, struct gd_arena *a,
		 struct gd_error *err)
{
	int lock = lock_dir(path, err), r = -1;
	struct gd_trust_dir d;

	if (lock < 0)
		return -1;
	if (gd_trust_open(path, a, &d, err) == 0) {
		r = gd_replace_file(room_of(&d, room), name, 0644, true, b->data, b->len, err);
		gd_trust_close(&d);
	}
	close(lock);
	return r;
}

/* Signed by the same key for the same signer: of imported ones one key signs for many. */
static bool is_replaced_by(const struct gd_trust_entry *old, const struct gd_trust_entry *new, struct gd_arena *a)
{
	struct gd_trust_claims x, y;
	struct gd_error err = { 0 };

	if (strcmp(old->key, new->key) != 0)
		return false;
	return gd_trust_claims_read(old->payload, a, &x, &err) < 0 ||
	       (gd_trust_claims_read(new->payload, a, &y, &err) == 0 && strcmp(x.signer, y.signer) == 0);
}

static int keep(const struct gd_trust_dir *d, const char *digest, const struct gd_trust_entry *e, bool sync,
		struct gd_arena *a, struct gd_error *err)
{
	const char *name = gd_trust_file_name(digest, a), *why;
	struct gd_trust_entries old = { 0 }, new = { 0 };
	struct gd_buf b = { .arena = a };
	struct gd_bytes bytes;
	int n;

	if (!name)
		return gd_error_set(err, GD_E_INPUT, "%s is no digest, 'sha256:' and 64 digits",
				    gd_quote(a, digest, 80));
	if (gd_trust_revoked(d, digest, &why, err) != 0)
		return gd_error_set(err, GD_E_REFUSED, "this image was %s; no record of it counts", why);
	n = gd_trust_file(d->records, name, a, &bytes, err);
	if (n < 0 || (n > 0 && gd_trust_entries_read(bytes, a, &old, err) < 0))
		return gd_error_wrap(
			err, "the records of this image cannot be read; remove 'records/%s' to begin anew", name);
	for (size_t i = 0; i < old.n; i++)
		if (!is_replaced_by(&old.v[i], e, a))
			*GD_APPEND(a, new.v, new.n) = old.v[i];
	if (new.n == GD_TRUST_RECORDS_MAX)
		return gd_error_set(err, GD_E_INPUT, "%d others have signed this image, which is as many as can be",
				    GD_TRUST_RECORDS_MAX);
	*GD_APPEND(a, new.v, new.n) = *e;
	gd_trust_entries_write(&new, &b);
	return gd_replace_file(d->records, name, 0644, sync, b.data, b.len, err);
}

int gd_trust_keep(const char *path, const char *digest, const struct gd_trust_entry *e, bool sync, struct gd_arena *a,
		  struct gd_error *err)
{
	int lock = lock_dir(path, err), r = -1;
	struct gd_trust_dir d;

	if (lock < 0)
		return -1;
	if (gd_trust_open(path, a, &d, err) == 0) {
		r = keep(&d, digest, e, sync, a, err);
		gd_trust_close(&d);
	}
	close(lock);
	return r;
}
