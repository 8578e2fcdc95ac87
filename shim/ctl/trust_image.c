/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands are told: images, times, files. */
#include "trust.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "image/read.h"
#include "store.h"

#define DAY 86400

int trust_time(const char *s, int64_t now, int64_t *ret)
{
	static const struct { char unit; int64_t seconds; } units[] = { { 'd', DAY }, { 'h', 3600 },
									{ 'y', 365 * DAY } };
	size_t n = strspn(s, "0123456789");
	uint64_t v;
	char digits[8];

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (s[n] != units[i].unit || s[n + 1] != '\0' || n >= sizeof(digits))
			continue;
		memcpy(digits, s, n);
		digits[n] = '\0';
		if (gd_parse_u64(digits, &v) < 0)
			return -1;
		*ret = now + (int64_t)v * units[i].seconds;
		return 0;
	}
	return gd_time_parse(s, ret);
}

int trust_read(struct ctl *ctl, const char *path, size_t max, struct gd_bytes *ret)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), r;

	if (fd < 0)
		return gd_error_sys(&ctl->err, errno, "open %s", gd_quote(ctl->arena, path, 200));
	/* A pipe is as good as a file here: what it says is proven by its signature. */
	r = gd_read_stream(fd, max, ctl->arena, ret, &ctl->err);
	if (!in)
		close(fd);
	return r < 0 ? gd_error_wrap(&ctl->err, "%s", gd_quote(ctl->arena, path, 200)) : 0;
}

const char *trust_repository(struct gd_arena *a, const char *reference)
{
	const char *full = gd_image_reference(a, reference);

	if (!full)
		return NULL;
	size_t n = strcspn(full, "@");
	const char *slash = memrchr(full, '/', n);
	const char *colon = slash ? memchr(slash, ':', n - (size_t)(slash - full)) : NULL;
	return gd_strndup(a, full, colon ? (size_t)(colon - full) : n);
}

static const char *whole_digest(struct gd_arena *a, const char *s)
{
	const char *digest = gd_starts(s, "sha256:") ? s : gd_printf(a, "sha256:%s", s);

	return gd_trust_file_name(digest, a) ? digest : NULL;
}

int trust_image_find(struct ctl *ctl, const char *asked, struct trust_image *ret)
{
	struct trust_image t = { .digest = whole_digest(ctl->arena, asked), .image = { .state = GD_IMAGE_KNOWN } };
	struct ctl_stored *found;
	size_t n;

	if (t.digest) {
		t.image.config = t.digest;
		*ret = t;
		return 0;
	}
	if (ctl_image_find(ctl, asked, &found, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (found[i].why || !found[i].image.config)
			continue;
		if (t.digest && strcmp(t.digest, found[i].image.config) != 0)
			return gd_error_set(&ctl->err, GD_E_INPUT,
					    "%s is one image in one store and another in another; name its digest",
					    gd_quote(ctl->arena, asked, 200));
		/* The store that knows more digests of it knows the more. */
		if (!t.digest || !t.image.manifest)
			t.image = found[i].image;
		t.digest = found[i].image.config;
	}
	if (!t.digest)
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "%s is in no store of this host%s%s; pull it, or name its digest",
				    gd_quote(ctl->arena, asked, 200), n ? ", or cannot be read there: " : "",
				    n && found[0].why ? found[0].why : "");
	t.repository = trust_repository(ctl->arena, asked);
	*ret = t;
	return 0;
}
