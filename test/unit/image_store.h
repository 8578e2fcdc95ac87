/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores of engines, made by hand below the fake host's tmpfs. Texts are written with ' for ". */
#ifndef GD_TEST_IMAGE_STORE_H
#define GD_TEST_IMAGE_STORE_H

#include <sodium.h>
#include <stdarg.h>

#include "base/file.h"

#include "fake_host.h"

static struct gd_arena *arena;

static inline char *quoted(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = gd_vprintf(arena, fmt, ap);
	va_end(ap);
	for (char *p = s; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	return s;
}

static inline void put_bytes(const char *path, const char *data, size_t len)
{
	char *dir = gd_strdup(arena, path);

	*strrchr(dir, '/') = '\0';
	fake_dirs(dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	MUST(fd);
	ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static inline void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static inline const char *sum_of(const char *data, size_t len)
{
	unsigned char sum[32];
	char hex[65];

	crypto_hash_sha256(sum, (const unsigned char *)data, len);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	return gd_printf(arena, "sha256:%s", hex);
}

/* A blob below @dir, by its digest, which is returned. */
static inline const char *put_blob(const char *dir, const char *text)
{
	const char *digest = sum_of(text, strlen(text));

	put(gd_printf(arena, "%s/%s", dir, digest + 7), text);
	return digest;
}

static inline struct gd_bytes slurp(const char *path)
{
	struct gd_bytes b;
	struct gd_error err = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	MUST(fd);
	ck_assert_msg(gd_read_all(fd, 1 << 24, arena, &b, &err) == 0, "%s: %s", path, err.text);
	close(fd);
	return b;
}

static inline const char *joined(const struct gd_words *w)
{
	char *s = gd_strdup(arena, "");

	for (size_t i = 0; i < w->n; i++)
		s = gd_printf(arena, "%s%s%s", s, i ? "|" : "", w->v[i]);
	return s;
}

#define D1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define D2 "sha256:2222222222222222222222222222222222222222222222222222222222222222"

#endif
