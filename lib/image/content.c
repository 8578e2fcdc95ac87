/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containerd's content store: an index leads to manifests, a manifest to the configuration, each named by its digest.
 * Without a record of the manifest that was taken the choice is made as containerd makes it for this host; whoever
 * has one compares the layers' chain, so that another choice than the engine's cannot pass.
 */
#include <string.h>

#include "image/read.h"

#define BLOBS "io.containerd.content.v1.content/blobs/sha256/"
#define DEPTH_MAX 4	/* indexes in indexes; engines make none but buildx's one */
#define BLOBS_MAX 64	/* read for one image */
#define MANIFESTS_MAX 1024 /* in one index */

enum kind { NOTHING, INDEX, MANIFEST, CONFIG };
static const struct { const char *type; enum kind kind; } types[] = {
	{ "application/vnd.oci.image.index.v1+json", INDEX },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", INDEX },
	{ "application/vnd.oci.image.manifest.v1+json", MANIFEST },
	{ "application/vnd.docker.distribution.manifest.v2+json", MANIFEST },
	{ "application/vnd.oci.image.config.v1+json", CONFIG },
	{ "application/vnd.docker.container.image.v1+json", CONFIG },
};
static const char *const document_keys[] = { "schemaVersion", "mediaType", "manifests", "config", "layers",
					     "fsLayers", NULL };
static const char *const descriptor_keys[] = { "mediaType", "digest", "platform", "annotations", "size", NULL };
static const char *const platform_keys[] = { "architecture", "os", "variant", NULL };

/* From the best on, as containerd's platforms.Only() orders what this processor runs. */
static const struct { const char *architecture, *variant; } runs[] = {
#if defined(__x86_64__)
	{ "amd64", "" }, { "amd64", "v1" }, { "386", "" },
#elif defined(__aarch64__)
	{ "arm64", "v8" }, { "arm64", "" }, { "arm", "v8" }, { "arm", "v7" }, { "arm", "" }, { "arm", "v6" },
	{ "arm", "v5" },
#endif
	{ NULL, NULL },
};

struct walk {
	int dirfd;
	const char *wanted;	/* the manifest that the engine recorded, or NULL */
	unsigned blobs;
	struct gd_image *image;
	struct gd_arena *a;
	struct gd_error *err;
};

static enum kind kind_of_type(const char *type)
{
	for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].kind;
	return NOTHING;
}

/* 1; 0: not in this store; -1. */
static int read_blob(struct walk *w, const char *digest, struct gd_bytes *ret)
{
	if (++w->blobs > BLOBS_MAX)
		return gd_error_set(w->err, GD_E_INPUT, "more than %d blobs to read for one image", BLOBS_MAX);
	if (!gd_image_is_digest(digest))
		return gd_error_set(w->err, GD_E_INPUT, "a blob is not named by a sha256 digest");
	return gd_image_blob(w->dirfd, gd_printf(w->a, BLOBS "%s", digest + 7), digest, w->a, ret, w->err);
}

static int not_there(struct walk *w, const char *digest)
{
	return gd_error_set(w->err, GD_E_INPUT, "%s was removed from the store", digest);
}

/* What the document is by its own members; one that could be read as two kinds is none (CVE-2021-41190). */
static enum kind kind_of(const gd_json *doc, struct gd_error *err)
{
	bool index = gd_json_has(doc, "manifests"), layers = gd_json_has(doc, "layers");
	bool config = gd_json_has(doc, "config");
	enum kind kind = index ? INDEX : MANIFEST;
	const gd_json *type = gd_json_get(doc, "mediaType");

	if (gd_image_exact(doc, document_keys, err) < 0)
		return NOTHING;
	if ((index && (layers || config)) || (!index && (!layers || !config)) || gd_json_has(doc, "fsLayers") ||
	    (type && kind_of_type(gd_json_str(type)) != kind)) {
		gd_error_set(err, GD_E_INPUT, "neither an index nor a manifest of an image");
		return NOTHING;
	}
	return kind;
}

/* -1: this host runs no such; else the less the better. A platform that is not told comes behind all that are. */
#define RANK_UNTOLD 100
static int rank_platform(const gd_json *platform)
{
	const char *os = gd_json_get_str(platform, "os"), *arch = gd_json_get_str(platform, "architecture");
	const char *variant = gd_json_get_str(platform, "variant");

	if (!platform)
		return RANK_UNTOLD;
	for (int i = 0; gd_streq(os, "linux") && runs[i].architecture; i++)
		if (gd_streq(arch, runs[i].architecture) && gd_streq(variant ? variant : "", runs[i].variant))
			return i;
	return -1;
}

/* buildx keeps what it attests beside the images, as manifests for a platform that is none. */
static bool is_attestation(const gd_json *descriptor)
{
	return gd_streq(gd_json_get_str(gd_json_get(descriptor, "annotations"), "vnd.docker.reference.type"),
			"attestation-manifest");
}

static int read_manifest(struct walk *w, const char *digest, const gd_json *doc)
{
	const gd_json *config = gd_json_get(doc, "config"), *layers = gd_json_get(doc, "layers");
	const char *name = gd_json_get_str(config, "digest");
	struct gd_bytes bytes;

	if (gd_json_kind(config) != GD_JSON_OBJECT || gd_json_kind(layers) != GD_JSON_ARRAY ||
	    gd_image_exact(config, descriptor_keys, w->err) < 0 ||
	    kind_of_type(gd_json_get_str(config, "mediaType")) != CONFIG)
		return gd_error_set(w->err, GD_E_INPUT, "%s is not the manifest of a container image", digest);
	int r = read_blob(w, name, &bytes);
	if (r <= 0)
		return r < 0 ? -1 : not_there(w, name);
	if (gd_image_config(bytes, w->image, w->a, w->err) < 0)
		return -1;
	if (w->image->diff_ids.n != gd_json_len(layers))
		return gd_error_set(w->err, GD_E_INPUT, "%s and its configuration differ in their layers", digest);
	w->image->manifest = gd_strdup(w->a, digest);
	w->image->config = gd_strdup(w->a, name);
	return 1;
}

/*
 * The platform that a manifest without one in its descriptor is for stands in its configuration. 1; 0: another one's,
 * or not pulled; -1.
 */
static int is_for_this_host(struct walk *w, const gd_json *manifest)
{
	struct gd_bytes bytes;
	int r = read_blob(w, gd_json_get_str(gd_json_get(manifest, "config"), "digest"), &bytes);

	if (r <= 0)
		return r;
	gd_json *config = gd_image_json(bytes, w->err);
	r = !config || gd_image_exact(config, platform_keys, w->err) < 0 ? -1 : rank_platform(config) >= 0;
	gd_json_free(config);
	return r;
}

static int visit(struct walk *w, const char *digest, enum kind as, int depth, bool untold);

static int check_descriptor(struct walk *w, const gd_json *d)
{
	const gd_json *platform = gd_json_get(d, "platform");

	if (gd_json_kind(d) != GD_JSON_OBJECT || gd_image_exact(d, descriptor_keys, w->err) < 0 ||
	    (platform &&
	     (gd_json_kind(platform) != GD_JSON_OBJECT || gd_image_exact(platform, platform_keys, w->err) < 0)))
		return gd_error_set(w->err, GD_E_INPUT, "an index with an entry that engines read differently");
	return 0;
}

/* The one recorded is taken whatever it is for: somebody may have asked for another platform. */
static int rank_of(const struct walk *w, const gd_json *d, enum kind kind)
{
	if (kind != INDEX && kind != MANIFEST)
		return -1;
	if (w->wanted && kind == MANIFEST)
		return gd_streq(gd_json_get_str(d, "digest"), w->wanted) ? 0 : -1;
	if (w->wanted)
		return RANK_UNTOLD;
	return is_attestation(d) ? -1 : rank_platform(gd_json_get(d, "platform"));
}

/* 1: found; 0: nothing in it for this host; -1. */
static int visit_index(struct walk *w, const gd_json *doc, int depth)
{
	const gd_json *list = gd_json_get(doc, "manifests");
	size_t n = gd_json_len(list);

	if (gd_json_kind(list) != GD_JSON_ARRAY || n > MANIFESTS_MAX)
		return gd_error_set(w->err, GD_E_INPUT, "an index without a list, or with more than %d",
				    MANIFESTS_MAX);
	for (size_t i = 0; i < n; i++)
		if (check_descriptor(w, gd_json_at(list, i)) < 0)
			return -1;
	for (int rank = 0; rank <= RANK_UNTOLD; rank++) {
		for (size_t i = 0; i < n; i++) {
			const gd_json *d = gd_json_at(list, i);
			enum kind kind = kind_of_type(gd_json_get_str(d, "mediaType"));
			if (rank_of(w, d, kind) != rank)
				continue;
			int r = visit(w, gd_json_get_str(d, "digest"), kind, depth + 1, rank == RANK_UNTOLD);
			if (r != 0)
				return r;
		}
	}
	return 0;
}

/* @untold: its descriptor named no platform, so that the engine may not have pulled it, and looked inside. */
static int visit(struct walk *w, const char *digest, enum kind as, int depth, bool untold)
{
	struct gd_bytes bytes;
	gd_json *doc;

	if (depth > DEPTH_MAX)
		return gd_error_set(w->err, GD_E_INPUT, "indexes lie more than %d deep", DEPTH_MAX);
	int r = read_blob(w, digest, &bytes);
	if (r <= 0)
		return r < 0 ? -1 : untold ? 0 : not_there(w, digest);
	if (!(doc = gd_image_json(bytes, w->err)))
		return gd_error_wrap(w->err, "%s", digest);
	enum kind kind = kind_of(doc, w->err);
	if (kind == NOTHING || (as != NOTHING && as != kind)) {
		r = kind == NOTHING ? -1 : gd_error_set(w->err, GD_E_INPUT, "%s is not what the index says", digest);
	} else if (kind == INDEX) {
		r = visit_index(w, doc, depth);
		if (r > 0 && depth == 0)
			w->image->index = gd_strdup(w->a, digest);
	} else if (w->wanted && !gd_streq(digest, w->wanted)) {
		r = gd_error_set(w->err, GD_E_INPUT, "the manifest recorded is not the one of the image");
	} else {
		r = untold && !w->wanted ? is_for_this_host(w, doc) : 1;
		r = r > 0 ? read_manifest(w, digest, doc) : r;
	}
	gd_json_free(doc);
	return r;
}

int gd_image_from_content(int dirfd, const char *target, const char *manifest, struct gd_image *ret,
			  struct gd_arena *a, struct gd_error *err)
{
	struct gd_image image = *ret;
	struct walk w = { .dirfd = dirfd, .wanted = manifest, .image = &image, .a = a, .err = err };

	image.index = image.manifest = image.config = NULL;
	int r = visit(&w, target, NOTHING, 0, false);
	if (r <= 0)
		return r < 0 ? -1 : manifest ?
			gd_error_set(err, GD_E_INPUT, "%s does not hold the manifest that was recorded", target) :
			gd_error_set(err, GD_E_INPUT, "%s holds no image for this host", target);
	*ret = image;
	return 0;
}
