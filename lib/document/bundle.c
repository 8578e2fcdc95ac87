/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE 1
#include "document/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int gd_bundle_open(const char *path, struct gd_arena *a, struct gd_bundle *ret,
		   struct gd_error *err)
{
	char resolved[PATH_MAX];
	/* runc takes an empty path for its own directory. */
	const char *asked = *path != '\0' ? path : ".";

	/*
	 * Links are resolved whoever made them: the runtime is given the resolved path, and of that
	 * every component is root's alone. What a link said is history then.
	 */
	if (realpath(asked, resolved) == NULL)
		return gd_error_sys(err, errno, "bundle %s", gd_quote(a, asked, 200));
	int fd = gd_open_trusted_dir(resolved, err);
	if (fd < 0)
		return gd_error_wrap(err, "bundle");
	*ret = (struct gd_bundle){ .path = gd_strdup(a, resolved), .fd = fd };
	return 0;
}

void gd_bundle_done(struct gd_bundle *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

static int check_file(const struct gd_bundle *b, const struct stat *st, struct gd_error *err)
{
	struct stat dir;

	if (S_ISLNK(st->st_mode))
		return gd_error_set(err, GD_E_TRUST, "is a symbolic link");
	if (!S_ISREG(st->st_mode))
		return gd_error_set(err, GD_E_INPUT, "not a regular file");
	if (st->st_uid != 0 && (fstat(b->fd, &dir) < 0 || st->st_uid != dir.st_uid))
		return gd_error_set(err, GD_E_TRUST,
				    "owned neither by root nor by the bundle's owner");
	if ((st->st_mode & 022) != 0)
		return gd_error_set(err, GD_E_TRUST, "can be written by others than its owner");
	return 0;
}

/*
 * Looked at before it is opened: opening a device can do things. The bundle is root's alone, so
 * what is opened is what was looked at, and that is checked again.
 */
int gd_bundle_read(const struct gd_bundle *b, const char *name, size_t max, struct gd_arena *a,
		   struct gd_bytes *ret, struct gd_error *err)
{
	struct stat st;

	if (fstatat(b->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : gd_error_sys(err, errno, "%s", name);
	if (check_file(b, &st, err) < 0)
		return gd_error_wrap(err, "%s", name);
	int fd = openat(b->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return gd_error_sys(err, errno, "%s", name);
	int r = fstat(fd, &st) < 0 ? gd_error_sys(err, errno, "stat") : check_file(b, &st, err);
	if (r == 0)
		r = gd_read_all(fd, max, a, ret, err);
	close(fd);
	return r < 0 ? gd_error_wrap(err, "%s", name) : 1;
}

int gd_bundle_config(const struct gd_bundle *b, enum gd_unknown_fields unknown, struct gd_arena *a,
		     struct gd_document *ret, struct gd_error *err)
{
	struct gd_record_text record;
	struct gd_bytes bytes;
	char digest[GD_DIGEST_HEX];
	int r = gd_bundle_read(b, "config.json", GD_CONFIG_MAX, a, &bytes, err);

	if (r == 0)
		return gd_error_set(err, GD_E_INPUT, "config.json: the bundle has none");
	if (r < 0 || (r = gd_record_text(b, a, &record, err)) < 0)
		return -1;
	if (r == 1) {
		/*
		 * With another digest, the engine has written a new document since; that is what is
		 * asked now.
		 */
		gd_digest_hex(digest, bytes.data, bytes.len);
		if (strcmp(digest, record.digest) == 0)
			bytes = record.original;
	}
	return gd_document_parse("config.json", bytes, gd_keys_config, unknown, a, ret, err);
}
