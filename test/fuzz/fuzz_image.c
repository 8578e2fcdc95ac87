/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What image builders and registries give: a configuration, and an index or manifest found in a content store under its
 * own digest. Whatever is taken has well-formed digests, clean paths, ports with their protocol and no hole in a list;
 * what is refused leaves nothing behind. The first byte chooses: 'i' a content store, 'p' passwd and group, else a
 * configuration.
 */
#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/read.h"

#define BLOBS "io.containerd.content.v1.content/blobs/sha256"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char store_path[] = "/tmp/fuzz-image-XXXXXX", layer_path[] = "/tmp/fuzz-layer-XXXXXX";

static void clean_up(void)
{
	static const char *const left[] = { "/etc/passwd", "/etc/group", "/etc", "" };
	char path[256];

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", layer_path, left[i]);
		remove(path);
	}
	for (size_t n = strlen(BLOBS); n > 0; n--) {
		if (n < strlen(BLOBS) && BLOBS[n] != '/')
			continue;
		snprintf(path, sizeof(path), "%s/%.*s", store_path, (int)n, BLOBS);
		rmdir(path);
	}
	rmdir(store_path);
}

static void check_list(const struct gd_words *w)
{
	assert(w->n == 0 || w->v);
	for (size_t i = 0; i < w->n; i++)
		assert(w->v[i]);
}

static void check_image(const struct gd_image *img, struct gd_arena *a)
{
	const struct gd_words *lists[] = { &img->entrypoint, &img->cmd, &img->env, &img->volumes, &img->ports, &img->health,
					   &img->diff_ids };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		check_list(lists[i]);
	for (size_t i = 0; i < img->diff_ids.n; i++)
		assert(gd_image_is_digest(img->diff_ids.v[i]));
	for (size_t i = 0; i < img->volumes.n; i++)
		assert(img->volumes.v[i][0] == '/' && gd_streq(img->volumes.v[i], gd_path_clean(a, img->volumes.v[i])));
	for (size_t i = 0; i < img->ports.n; i++) {
		const char *protocol;
		uint16_t first, last;
		assert(strchr(img->ports.v[i], '/') && gd_image_port(img->ports.v[i], &first, &last, &protocol));
		assert(first == last);
	}
	for (size_t i = 0; i < img->n_labels; i++)
		assert(img->labels[i].key && img->labels[i].value);
	if (img->diff_ids.n > 0)
		assert(gd_image_is_digest(gd_image_chain(&img->diff_ids, img->diff_ids.n, a)));
}

static int store_dir(const char *at)
{
	char path[256];

	for (const char *p = BLOBS; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) {
		const char *end = strchrnul(p, '/');
		snprintf(path, sizeof(path), "%s/%.*s", at, (int)(end - BLOBS), BLOBS);
		assert(mkdir(path, 0755) == 0);
	}
	int fd = open(at, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert(fd >= 0);
	return fd;
}

/* One store for all inputs; each removes its blob. */
static int store(void)
{
	static int fd = -1;

	if (fd < 0) {
		assert(mkdtemp(store_path));
		fd = store_dir(store_path);
	}
	return fd;
}

static void fuzz_content(const char *text, size_t len, struct gd_arena *a)
{
	unsigned char sum[32];
	char digest[7 + 65] = "sha256:", name[sizeof(BLOBS) + 66];
	struct gd_image img = { 0 };
	struct gd_error err = { 0 };

	crypto_hash_sha256(sum, (const unsigned char *)text, len);
	for (size_t i = 0; i < 32; i++)
		snprintf(digest + 7 + 2 * i, 3, "%02x", sum[i]);
	snprintf(name, sizeof(name), BLOBS "/%s", digest + 7);
	int fd = openat(store(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	close(fd);
	/* Nothing that it names is there: never taken, and never more than looked for. */
	assert(gd_image_from_content(store(), digest, NULL, &img, a, &err) < 0 && err.text[0] != '\0');
	assert(gd_image_from_content(store(), digest, digest, &img, a, &err) < 0);
	assert(!img.config && !img.manifest && !img.index);
	unlinkat(store(), name, 0);
}

/* "USER\0rest": the rest is both lists. */
static void fuzz_users(const char *text, size_t len, struct gd_arena *a)
{
	const char *dir = layer_path;
	static bool made;
	static const char *const files[] = { "passwd", "group" };
	const char *layers[] = { dir }, *ids[] = { dir };
	size_t user = strnlen(text, len), from = user < len ? user + 1 : len;
	struct gd_facts f = { .engine = len & 1 ? GD_ENGINE_CRI : GD_ENGINE_DOCKER };

	if (!made)
		assert(mkdtemp(layer_path) && mkdir(gd_printf(a, "%s/etc", dir), 0755) == 0);
	made = true;
	for (size_t i = 0; i < 2; i++) {
		int fd = open(gd_printf(a, "%s/etc/%s", dir, files[i]), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		assert(fd >= 0 && write(fd, text + from, len - from) == (ssize_t)(len - from));
		close(fd);
	}
	f.image = (struct gd_image){ .user = gd_strndup(a, text, user), .layers = { layers, 1 }, .diff_ids = { ids, 1 } };
	gd_image_ids(&f, a);
	assert(f.image.ids_known || (f.image.ids_why && f.image.uid == 0 && f.image.n_groups == 0));
	assert(f.image.uid <= INT32_MAX && f.image.gid <= INT32_MAX);
	for (size_t i = 0; i < f.image.n_groups; i++)
		assert(f.image.groups[i] <= INT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool registered;
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_image img = { 0 };
	struct gd_error err = { 0 };
	char *text = gd_alloc(a, size + 1);

	if (!registered)
		atexit(clean_up);
	registered = true;

	memcpy(text, data, size);
	if (size > 0 && data[0] == 'i') {
		fuzz_content(text + 1, size - 1, a);
	} else if (size > 0 && data[0] == 'p') {
		fuzz_users(text + 1, size - 1, a);
	} else {
		const char *full = gd_image_reference(a, text);
		/* normalising twice changes nothing */
		assert(!full || gd_streq(full, gd_image_reference(a, full)));
		if (gd_image_config((struct gd_bytes){ text, size }, &img, a, &err) == 0)
			check_image(&img, a);
		else
			assert(err.text[0] != '\0' && img.cmd.n == 0 && img.diff_ids.n == 0);
	}
	gd_arena_free(a);
	return 0;
}
