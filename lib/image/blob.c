/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a store: opened so that no link leads elsewhere, root's alone, and, where a digest names them, its bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "image/read.h"

#define PREFIX "sha256:"
#define AGAIN 16 /* a rename elsewhere in the tree makes openat2 say EAGAIN, which is no answer */

int gd_image_unknown(struct gd_facts *f, struct gd_arena *a, const char *why, ...)
{
	const char *store = f->image.store, *asked = f->image.asked;
	va_list ap;

	va_start(ap, why);
	const char *text = gd_vprintf(a, why, ap);
	va_end(ap);
	/* Half of an image must not be taken for a whole one. */
	f->image = (struct gd_image){ .state = GD_IMAGE_UNKNOWN, .why = text, .store = store, .asked = asked };
	return 0;
}

bool gd_image_is_digest(const char *s)
{
	return s && gd_starts(s, PREFIX) && gd_is_hex64(s + strlen(PREFIX));
}

/*
 * Opened for reading at once: what is not a regular file is refused below, and nobody but root could have put a
 * device here, whose opening does things.
 */
static int open_below(int dirfd, const char *name)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	int fd = -1;

	for (int i = 0; i < AGAIN && fd < 0; i++) {
		fd = (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
		if (fd < 0 && errno != EAGAIN)
			break;
	}
	return fd;
}

int gd_image_file(int dirfd, const char *name, size_t max, struct gd_arena *a, struct gd_bytes *ret,
		  struct gd_error *err)
{
	struct stat st;
	int fd = open_below(dirfd, name), r;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return errno == ELOOP || errno == EXDEV ?
			gd_error_set(err, GD_E_TRUST, "%s: there is a link on the way", name) :
			gd_error_sys(err, errno, "open %s", name);
	if (fstat(fd, &st) < 0)
		r = gd_error_sys(err, errno, "stat");
	else if (S_ISREG(st.st_mode) && (st.st_uid != 0 || (st.st_mode & 022) != 0))
		r = gd_error_set(err, GD_E_TRUST, "can be written by others than root");
	else
		r = gd_read_all(fd, max, a, ret, err);
	close(fd);
	return r < 0 ? gd_error_wrap(err, "%s", name) : 1;
}

int gd_image_blob(int dirfd, const char *name, const char *digest, struct gd_arena *a, struct gd_bytes *ret,
		  struct gd_error *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[crypto_hash_sha256_BYTES];

	if (!gd_image_is_digest(digest))
		return gd_error_set(err, GD_E_INPUT, "%s is not a sha256 digest",
				    digest ? gd_quote(a, digest, 80) : "nothing");
	int r = gd_image_file(dirfd, name, GD_IMAGE_BLOB_MAX, a, ret, err);
	if (r <= 0)
		return r;
	/* sodium_init is left out as in base/digest.c: SHA-256 has one implementation only. */
	crypto_hash_sha256(sum, (const unsigned char *)ret->data, ret->len);
	for (size_t i = 0; i < sizeof(sum); i++) {
		const char *hex = digest + strlen(PREFIX) + 2 * i;
		if (hex[0] != digits[sum[i] >> 4] || hex[1] != digits[sum[i] & 15])
			return gd_error_set(err, GD_E_TRUST, "the bytes of %s are not those that its digest names",
					    digest);
	}
	return 1;
}
