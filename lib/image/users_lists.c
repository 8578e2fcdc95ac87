/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The image's own lists of users and groups, out of its layers as overlayfs would show them, without a mount. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "image/read.h"

#define FILE_MAX_BYTES (1u << 20) /* of /etc/passwd and /etc/group */
#define LINE_MAX_BYTES 65535 /* Go's scanner stops at longer ones */

struct lookup {
	const struct gd_image *img;
	struct gd_arena *a;
	const char *why;
};

static bool unknown(struct lookup *l, const char *why)
{
	l->why = why;
	return false;
}

static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

/* An opaque directory hides what is below it. Overlayfs' own marks, of root's mounts and of a user's. */
static bool is_opaque(const char *dir)
{
	static const char *const marks[] = { "trusted.overlay.opaque", "user.overlay.opaque" };
	char value[4];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (lgetxattr(dir, marks[i], value, sizeof(value)) >= 1 && value[0] == 'y')
			return true;
	return false;
}

/* A file of the image's maker's: looked at before it is opened, as it may be a device. */
static bool read_file(struct lookup *l, int etc, const char *name, struct gd_bytes *ret)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	struct gd_error err = { 0 };
	int fd = (int)syscall(SYS_openat2, etc, name, &how, sizeof(how));
	int r = fd < 0 ? -1 : gd_read_all(fd, FILE_MAX_BYTES, l->a, ret, &err);

	if (fd >= 0)
		close(fd);
	return r == 0 || unknown(l, "the image's list of users or groups cannot be read");
}

#define FILES 2
struct search { const char *name; bool done; struct gd_bytes bytes; };

static bool look_in_etc(struct lookup *l, int etc, struct search *s)
{
	struct stat st;

	if (fstatat(etc, s->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || unknown(l, "a layer of the image cannot be read");
	s->done = true;	/* here, or removed here */
	if (is_whiteout(&st))
		return true;
	if (!S_ISREG(st.st_mode))
		return unknown(l, "the image's list of users or groups is not a plain file");
	return read_file(l, etc, s->name, &s->bytes);
}

/* One layer's /etc; O_PATH, or -1. *ret_last: there is none, nor in any lower layer. */
static int open_etc(struct lookup *l, const char *layer, const char *path, bool *ret_last)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	*ret_last = false;
	if (fd >= 0)
		return fd;
	if (errno == ENOENT) {
		if (lstat(layer, &st) < 0)
			unknown(l, "a layer of the image cannot be opened");
	} else if (lstat(path, &st) == 0 && is_whiteout(&st)) {
		*ret_last = true;
	} else {
		/* A link's target would have to be looked up in all layers at once. */
		unknown(l, "the image's /etc is not a folder");
	}
	return -1;
}

/* From the topmost layer down until both are found or said not to be. */
static bool find_files(struct lookup *l, struct search files[static FILES])
{
	bool last = false;

	for (size_t i = l->img->layers.n; i > 0 && !last && !(files[0].done && files[1].done); i--) {
		const char *layer = l->img->layers.v[i - 1], *path = gd_printf(l->a, "%s/etc", layer);
		int etc = open_etc(l, layer, path, &last);
		if (etc < 0 && l->why)
			return false;
		bool good = true;
		for (size_t j = 0; etc >= 0 && good && j < FILES; j++)
			good = files[j].done || look_in_etc(l, etc, &files[j]);
		if (etc >= 0) {
			close(etc);
			last = i > 1 && !(files[0].done && files[1].done) && is_opaque(path);
		}
		if (!good)
			return false;
	}
	return true;
}

/* NUL in a file, or a line so long that Go stops: read differently here and there. */
static bool is_plain(struct lookup *l, const struct gd_bytes *b)
{
	const char *end = b->data + b->len;

	for (const char *p = b->data; p && p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		if ((nl ? nl : end) - p > LINE_MAX_BYTES)
			return unknown(l, "the image's list of users or groups has a line too long");
		p = nl ? nl + 1 : NULL;
	}
	return !b->data || !memchr(b->data, '\0', b->len) ||
	       unknown(l, "the image's list of users or groups is not text");
}

bool gd_image_lists(const struct gd_image *img, struct gd_arena *a, struct gd_bytes *ret_passwd,
		    struct gd_bytes *ret_group, const char **ret_why)
{
	struct search files[FILES] = { { .name = "passwd" }, { .name = "group" } };
	struct lookup l = { .img = img, .a = a };

	bool good = find_files(&l, files) && is_plain(&l, &files[0].bytes) && is_plain(&l, &files[1].bytes);
	*ret_passwd = files[0].bytes;
	*ret_group = files[1].bytes;
	*ret_why = l.why;
	return good;
}
