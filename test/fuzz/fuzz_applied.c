/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The applied file, altered: it refuses, or it selects what it selected before, never anything
 * else. The input is a list of changes (four bytes: place, place, place, value); with a first byte
 * of 'r' it is a whole file.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/policy_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char *const texts[] = {
	"{\"version\":1,\"name\":\"default\",\"extends\":[\"strict\"],\"match\":{}}",
	("{\"version\":1,\"name\":\"pods\",\"extends\":[\"strict\"],\"match\":{\"class\":["
	 "\"sandbox\"]},"
	 "\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]}}}"),
	"{\"version\":1,\"name\":\"docker\",\"extends\":[\"strict\"],\"match\":{\"class\":["
	"\"build\"],\"engine\":[\"docker\"]}}",
	"{\"version\":1,\"name\":\"image\",\"extends\":[\"strict\"],\"match\":{\"digest\":[\"" DIGEST "\"],"
	"\"engine\":[\"docker\"]}}",
	"{\"version\":1,\"name\":\"library\",\"extends\":[\"strict\"],\"match\":{\"repository\":["
	"\"docker.io/library/*\"],\"label\":[\"team=blue\"]}}",
	"{\"version\":1,\"name\":\"web\",\"extends\":[\"strict\"],\"match\":{\"namespace\":[\"prod\"],"
	"\"pod\":[\"web-*\"]}}",
};

/* Of every class and engine, without an image and with one, which selects on all levels. */
#define KINDS ((GD_CLASS_PLUGIN + 1) * (GD_ENGINE_BUILDKIT + 1))
#define SUBJECTS (3 * KINDS)
static const char *reference = "docker.io/library/nginx:1";
static const struct gd_image_label label = { "team", "blue" };
static const struct gd_image images[] = {
	{ .state = GD_IMAGE_NONE },
	{ .state = GD_IMAGE_KNOWN, .config = DIGEST, .references = { &reference, 1 }, .labels = &label, .n_labels = 1 },
	{ .state = GD_IMAGE_UNKNOWN, .why = "?" },
};
static const struct gd_use use = { .pod_namespace = "prod", .pod_name = "web-1", .container_name = "app" };

/* What each kind of container gets, by the policy's digest; "" where it is refused. */
static void select_all(struct gd_bytes b, struct gd_arena *a, char ret[SUBJECTS][GD_DIGEST_HEX])
{
	struct gd_applied *ap;
	struct gd_error err = { 0 };
	struct gd_policy p;
	int fd = gd_memfd("applied", b.data, b.len, &err);

	memset(ret, 0, SUBJECTS * sizeof(*ret));
	if (fd < 0 || gd_applied_open_fd(fd, a, &ap, &err) < 0)
		return;
	for (unsigned i = 0; i < SUBJECTS; i++) {
		struct gd_subject s = { .class = (enum gd_class)(i % (GD_CLASS_PLUGIN + 1)),
					.engine = (enum gd_engine)(i % KINDS / (GD_CLASS_PLUGIN + 1)),
					.image = &images[i / KINDS], .use = i / KINDS == 1 ? &use : NULL, .now = 1 };
		if (gd_applied_select(ap, &s, a, &p, &err) == 0)
			memcpy(ret[i], p.digest, GD_DIGEST_HEX);
	}
	if (gd_applied_floor(ap, a, &p, &err) == 1)
		assert(strcmp(p.name, "strict") == 0);
	gd_applied_close(ap);
}

static struct gd_bytes good;
static char wanted[SUBJECTS][GD_DIGEST_HEX];

static void make_good(void)
{
	struct gd_arena *a = gd_arena_new(NULL);	/* kept: the fuzzer's own */
	struct gd_set set = new_set(a);
	struct gd_error err = { 0 };

	set.floor = "strict";
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		gd_set_add(&set, "site.json", text_bytes(a, texts[i]), false);
	for (size_t i = 0; i < set.n; i++)
		assert(gd_set_resolve(&set, set.v[i]) != NULL);
	assert(gd_applied_build(&set, a, &good, &err) == 0);
	char *keep = malloc(good.len);
	memcpy(keep, good.data, good.len);
	good.data = keep;
	select_all(good, a, wanted);
	assert(*wanted[0] != '\0');
	gd_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!good.data)
		make_good();
	struct gd_arena *a = gd_arena_new(NULL);
	char got[SUBJECTS][GD_DIGEST_HEX];
	struct gd_bytes bad = { gd_alloc(a, good.len), good.len };

	if (size > 0 && data[0] == 'r') {
		/* No file but ours has a policy whose digest is ours. */
		bad = (struct gd_bytes){ gd_alloc(a, size), size - 1 };
		memcpy(bad.data, data + 1, size - 1);
		struct gd_policy p;
		struct gd_error err = { 0 };
		char *copy = memcpy(gd_alloc(a, bad.len + 1), bad.data, bad.len);
		gd_policy_read((struct gd_bytes){ copy, bad.len }, a, &p,
			       &err); /* unverified bytes do no harm */
	} else {
		memcpy(bad.data, good.data, good.len);
		for (size_t i = 0; i + 4 <= size; i += 4) {
			size_t at =
				((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]) %
				good.len;
			bad.data[at] = (char)data[i + 3];
		}
		if (size % 4 == 3)	/* cut off, too */
			bad.len = ((size_t)data[size - 3] << 16 | (size_t)data[size - 2] << 8 |
				   data[size - 1]) %
				  (good.len + 1);
	}
	select_all(bad, a, got);
	for (unsigned i = 0; i < SUBJECTS; i++)
		assert(*got[i] == '\0' || strcmp(got[i], wanted[i]) == 0);
	gd_arena_free(a);
	return 0;
}
