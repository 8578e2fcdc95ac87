/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory, and what a launch asks of it. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/part.h"

static int check_owner(const struct stat *st, const char *name, struct gd_error *err)
{
	if (st->st_uid != 0)
		return gd_error_set(err, GD_E_TRUST, "%s is not owned by root", name);
	if (st->st_mode & 022)
		return gd_error_set(err, GD_E_TRUST, "%s can be written by others than root", name);
	return 0;
}

/* 0 and the descriptor, or -1 in its place where nothing is there; -1. */
static int open_room(int dir, const char *name, int *ret, struct gd_error *err)
{
	struct stat st;

	*ret = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*ret < 0)
		return errno == ENOENT ? 0 : gd_error_sys(err, errno, "open %s", name);
	if (fstat(*ret, &st) < 0)
		return gd_error_sys(err, errno, "stat %s", name);
	return check_owner(&st, name, err);
}

void gd_trust_close(struct gd_trust_dir *d)
{
	int *fds[] = { &d->records, &d->keys, &d->revoked };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

int gd_trust_open(const char *path, struct gd_arena *a, struct gd_trust_dir *ret, struct gd_error *err)
{
	int dir = gd_open_trusted_dir(path, err);
	int r = -1;

	*ret = (struct gd_trust_dir){ .records = -1, .keys = -1, .revoked = -1, .arena = a };
	if (dir >= 0) {
		if (open_room(dir, "records", &ret->records, err) == 0 &&
		    open_room(dir, "keys", &ret->keys, err) == 0 &&
		    open_room(dir, "revoked", &ret->revoked, err) == 0)
			r = 0;
		close(dir);
	}
	if (r < 0) {
		gd_trust_close(ret);
		return gd_error_wrap(err, "trusted records");
	}
	return 0;
}

int gd_trust_file(int dirfd, const char *name, struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err)
{
	struct stat st;
	int fd, r = -1;

	if (dirfd < 0)
		return 0;
	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ELOOP)
		return gd_error_set(err, GD_E_TRUST, "%s is a symbolic link", name);
	if (fd < 0)
		return gd_error_sys(err, errno, "open %s", name);
	if (fstat(fd, &st) < 0)
		gd_error_sys(err, errno, "stat %s", name);
	else if (!S_ISREG(st.st_mode) || st.st_nlink > 1)
		gd_error_set(err, GD_E_TRUST, "%s is %s", name,
			     S_ISREG(st.st_mode) ? "known by another name too" : "not a regular file");
	else if (check_owner(&st, name, err) == 0)
		r = gd_read_all(fd, GD_TRUST_FILE_MAX, a, ret, err) < 0 ? gd_error_wrap(err, "%s", name) : 1;
	close(fd);
	return r;
}

const char *gd_trust_file_name(const char *digest, struct gd_arena *a)
{
	static const char prefix[] = "sha256:";
	const char *hex = digest + sizeof(prefix) - 1;

	if (!gd_starts(digest, prefix) || !gd_is_hex64(hex))
		return NULL;
	return gd_printf(a, "%s.json", hex);
}

/* --- revocations --------------------------------------------------------------------------------------- */

static int read_mark_text(struct reader *r, const struct row *row)
{
	return gd_trust_text(&r->pull, gd_trust_place(r, row));
}

static int read_mark_time(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char *s;

	if (gd_trust_text(&r->pull, &s) < 0)
		return -1;
	if (gd_trust_time_parse(s, gd_trust_place(r, row)) < 0)
		return gd_pull_fail(&r->pull, at, "this is no time");
	return 0;
}

static const struct row mark_rows[] = {
	{ "version", gd_trust_read_version, 0, true, NULL },
	{ "time", read_mark_time, offsetof(struct gd_trust_mark, time), true, NULL },
	{ "reason", read_mark_text, offsetof(struct gd_trust_mark, reason), false, NULL },
	{ NULL, NULL, 0, false, NULL },
};

void gd_trust_mark_write(const struct gd_trust_mark *m, struct gd_buf *b)
{
	char text[24];

	gd_buf_fmt(b, "{\"version\":1,\"time\":\"%s\"", gd_trust_time(m->time, text));
	if (m->reason) {
		gd_buf_str(b, ",\"reason\":");
		gd_buf_json_str(b, m->reason);
	}
	gd_buf_str(b, "}\n");
}

/*
 * What stands in a mark is for people: whatever is there revokes, empty, broken or not root's alone. Only "there is
 * nothing" does not.
 */
static int marked(const struct gd_trust_dir *d, const char *name, const char **ret_why, struct gd_error *err)
{
	struct gd_trust_mark m = { 0 };
	struct gd_error unread = { 0 };
	struct gd_bytes bytes;
	char text[24];
	int n = gd_trust_file(d->revoked, name, d->arena, &bytes, &unread);

	(void)err;
	if (n == 0)
		return 0;
	if (n < 0 || gd_trust_read_object(bytes, mark_rows, &m, d->arena, &unread) < 0)
		*ret_why = "revoked";
	else
		*ret_why = gd_printf(d->arena, "revoked at %s%s%s", gd_trust_time(m.time, text), m.reason ? ": " : "",
				     m.reason ? gd_quote(d->arena, m.reason, 200) : "");
	return 1;
}

int gd_trust_revoked(const struct gd_trust_dir *d, const char *digest, const char **ret_why, struct gd_error *err)
{
	const char *name = gd_trust_file_name(digest, d->arena);

	return name ? marked(d, name, ret_why, err) : gd_error_set(err, GD_E_INPUT, "this is no digest");
}

int gd_trust_key_here(void *dir, const char *name, struct gd_trust_key *ret, struct gd_error *err)
{
	const struct gd_trust_dir *d = dir;
	char id[GD_TRUST_KEY_ID];
	struct gd_bytes bytes;
	const char *why;
	int n = gd_trust_file(d->keys, gd_printf(d->arena, "%s.pub", name), d->arena, &bytes, err);

	if (n == 0)
		return gd_error_set(err, GD_E_TRUST, "no key '%s' is trusted here", name);
	if (n < 0 || gd_trust_key_read(bytes, d->arena, ret, err) < 0)
		return gd_error_wrap(err, "key '%s'", name);
	gd_trust_key_id(ret, id);
	if (marked(d, gd_printf(d->arena, "key-%s.json", id), &why, err))
		return gd_error_set(err, GD_E_TRUST, "the key '%s' was %s", name, why);
	return 0;
}

/* --- a launch -------------------------------------------------------------------------------------------- */

struct found { struct gd_signer *signers; struct gd_distrust *rejected; size_t n_signers, n_rejected; };

static void reject(struct found *f, const char *name, const char *why, struct gd_arena *a)
{
	struct gd_distrust *x = GD_APPEND(a, f->rejected, f->n_rejected);

	x->name = gd_quote(a, name, 64);
	x->why = gd_strdup(a, why);
}

static void accept(struct found *f, const struct gd_trust_entry *e, const struct gd_trust_claims *c,
		   struct gd_arena *a)
{
	*GD_APPEND(a, f->signers, f->n_signers) = (struct gd_signer){
		.name = c->import_key ? c->signer : e->key, .repository = c->repository, .digest = c->digest,
		.created = c->created, .expires = c->expires, .scan = c->scan, .build = c->build, .claims = c->claims,
	};
}

static void look_up(struct gd_trust_dir *d, const char *digest, int64_t now, struct found *f, struct gd_trust *ret)
{
	struct gd_trust_entries e = { 0 };
	struct gd_error err = { 0 };
	struct gd_bytes bytes;
	const char *name = gd_trust_file_name(digest, d->arena), *why;
	int n;

	if (!name)
		return;
	if (!ret->revoked && gd_trust_revoked(d, digest, &why, &err) != 0)
		ret->revoked = why;
	n = gd_trust_file(d->records, name, d->arena, &bytes, &err);
	if (n < 0 || (n > 0 && gd_trust_entries_read(bytes, d->arena, &e, &err) < 0))
		reject(f, "the records", gd_printf(d->arena, "altered or cut off: %s", err.text), d->arena);
	for (size_t i = 0; i < e.n; i++) {
		struct gd_trust_claims c;

		err = (struct gd_error){ 0 };
		if (gd_trust_verify(&e.v[i], digest, now, gd_trust_key_here, d, d->arena, &c, &err) < 0)
			reject(f, e.v[i].key, err.text, d->arena);
		else
			accept(f, &e.v[i], &c, d->arena);
	}
}

int gd_trust_find(const char *dir, const struct gd_image *image, int64_t now, struct gd_arena *a,
		  struct gd_trust *ret, struct gd_error *err)
{
	const char *digests[] = { image->config, image->manifest, image->index };
	struct gd_error why = { 0 };
	struct gd_trust_dir d;
	struct found f = { 0 };

	(void)err;
	*ret = (struct gd_trust){ .asked = true, .now = now };
	if (image->state != GD_IMAGE_KNOWN)
		return 0;
	if (gd_trust_open(dir, a, &d, &why) < 0) {
		/* Nobody ever signed or revoked anything here; what asks for a signature finds none. */
		ret->why = why.errnum == ENOENT ? NULL : gd_strdup(a, why.text);
		return 0;
	}
	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++)
		if (digests[i])
			look_up(&d, digests[i], now, &f, ret);
	gd_trust_close(&d);
	ret->signers = f.signers;
	ret->n_signers = f.n_signers;
	ret->rejected = f.rejected;
	ret->n_rejected = f.n_rejected;
	return 0;
}
