/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The image of a container in containers/storage: its configuration and manifests among the big data, its layers. */
#include <string.h>

#include "image/storage.h"

/* Big data's file: names other than of lower-case letters, digits and dots are written in base64 behind a '='. */
static const char *data_file(const char *name, struct gd_arena *a)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(name), n = 1;

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.") == len)
		return name;
	char *ret = gd_alloc(a, len / 3 * 4 + 6);
	ret[0] = '=';
	for (size_t i = 0; i < len; i += 3) {
		unsigned char in[3] = { (unsigned char)name[i], i + 1 < len ? (unsigned char)name[i + 1] : 0,
					i + 2 < len ? (unsigned char)name[i + 2] : 0 };
		ret[n++] = digits[in[0] >> 2];
		ret[n++] = digits[(in[0] & 3) << 4 | in[1] >> 4];
		ret[n++] = i + 1 < len ? digits[(in[1] & 15) << 2 | in[2] >> 6] : '=';
		ret[n++] = i + 2 < len ? digits[in[2] & 63] : '=';
	}
	return ret;
}

static int read_data(const struct gd_st_store *s, const char *image, const char *name, const char *digest,
		     struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err)
{
	return gd_image_blob(s->dirfd, gd_printf(a, "%s-images/%s/%s", s->driver, image, data_file(name, a)), digest,
			     a, ret, err);
}

static const struct gd_st_image *find_image(const struct gd_st_images *images, const char *id)
{
	const struct gd_st_image *found = NULL;

	for (size_t i = 0; i < images->n; i++)
		if (gd_streq(images->v[i].id, id)) {
			if (found)
				return NULL;
			found = &images->v[i];
		}
	return found;
}

/* The configuration is filed under its digest: that of the image's id, or (an id that is none) the only one there. */
static const char *config_digest(const struct gd_st_image *image, struct gd_arena *a)
{
	const char *own = gd_printf(a, "sha256:%s", image->id), *only = NULL;

	if (gd_words_has(&image->data, own))
		return own;
	for (size_t i = 0; i < image->data.n; i++)
		if (gd_image_is_digest(image->data.v[i])) {
			if (only)
				return NULL;
			only = image->data.v[i];
		}
	return only;
}

/* @doc is the manifest of @config, or an index that lists @manifest. */
static bool leads_to(const gd_json *doc, const char *config, const char *manifest)
{
	const gd_json *list = gd_json_get(doc, "manifests");

	if (config)
		return gd_streq(gd_json_get_str(gd_json_get(doc, "config"), "digest"), config);
	for (size_t i = 0; i < gd_json_len(list); i++)
		if (gd_streq(gd_json_get_str(gd_json_at(list, i), "digest"), manifest))
			return true;
	return false;
}

/* What of "manifest-sha256:..." holds; what cannot be read or proven is left out. */
static const char *find_manifest(const struct gd_st_store *s, const struct gd_st_image *image, const char *config,
				 const char *manifest, struct gd_arena *a)
{
	static const char prefix[] = "manifest-";

	for (size_t i = 0; i < image->data.n; i++) {
		const char *name = image->data.v[i], *digest = name + strlen(prefix);
		struct gd_error ignored = { 0 };
		struct gd_bytes bytes;

		if (!gd_starts(name, prefix) || !gd_image_is_digest(digest) ||
		    read_data(s, image->id, name, digest, a, &bytes, &ignored) != 1)
			continue;
		gd_json *doc = gd_image_json(bytes, &ignored);
		bool is = leads_to(doc, config, manifest);
		gd_json_free(doc);
		if (is)
			return digest;
	}
	return NULL;
}

static void references(struct gd_image *image, const struct gd_words *names, struct gd_arena *a)
{
	const char *const digests[] = { image->manifest, image->index };

	for (size_t i = 0; i < names->n; i++) {
		const char *full = gd_image_reference(a, names->v[i]);
		const char *slash = full ? strrchr(full, '/') : NULL,
			   *end = slash ? slash + strcspn(slash, ":@") : NULL;

		if (!full)
			continue;
		gd_words_add(a, &image->references, full);
		for (size_t k = 0; k < 2 && end; k++) {
			const char *by = digests[k] ? gd_printf(a, "%.*s@%s", (int)(end - full), full, digests[k])
						    : NULL;
			if (by && !gd_words_has(&image->references, by))
				gd_words_add(a, &image->references, by);
		}
	}
}

static int read_image(struct gd_facts *f, const struct gd_st_store *s, const struct gd_st_image *image,
		      struct gd_arena *a, struct gd_error *err)
{
	const char *digest = config_digest(image, a);
	struct gd_bytes bytes;

	if (!digest)
		return gd_error_set(err, GD_E_INPUT, "the store does not say which is the configuration of image %s",
				    image->id);
	int r = read_data(s, image->id, digest, digest, a, &bytes, err);
	if (r == 0)
		return gd_error_set(err, GD_E_INPUT, "the configuration of image %s is gone", image->id);
	if (r < 0 || gd_image_config(bytes, &f->image, a, err) < 0)
		return -1;
	f->image.config = digest;
	f->image.manifest = find_manifest(s, image, digest, NULL, a);
	if (f->image.manifest)
		f->image.index = find_manifest(s, image, NULL, f->image.manifest, a);
	references(&f->image, &image->names, a);
	return 0;
}

static const struct gd_st_layer *find_layer(const struct gd_st_store *s, const char *id)
{
	for (size_t i = 0; id && i < s->layers.n; i++)
		if (gd_streq(s->layers.v[i].id, id))
			return &s->layers.v[i];
	return NULL;
}

static int mismatch(struct gd_error *err)
{
	return gd_error_set(err, GD_E_INPUT, "the container's layers are not those of its image");
}

/*
 * From the image's top layer down, each must be the diff that the configuration names. Where a layer's digest is not
 * recorded (pulled in parts, zstd:chunked), a registry of somebody's own may have given other files under the
 * manifest and configuration of a trusted image: nothing proves that they are not.
 */
static int read_layers(struct gd_facts *f, const struct gd_st_store *s, const struct gd_st_image *image,
		       struct gd_arena *a, struct gd_error *err)
{
	const struct gd_st_layer *own = find_layer(s, s->container->layer), *l = find_layer(s, image->layer);
	const char *dirs[GD_STORAGE_LAYERS_MAX];
	size_t n = f->image.diff_ids.n;
	bool told = gd_streq(s->driver, "overlay");	/* others keep no directories */

	if (!own ||
	    (!gd_streq(own->parent, image->layer) && !(own->parent && gd_words_has(&image->mapped, own->parent))))
		return mismatch(err);
	if (n > GD_STORAGE_LAYERS_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d layers", GD_STORAGE_LAYERS_MAX);
	for (size_t i = n; i-- > 0; l = find_layer(s, l->parent)) {
		if (!l || !gd_is_hex64(l->id) || (l->diff && !gd_streq(l->diff, f->image.diff_ids.v[i])))
			return mismatch(err);
		if (!l->diff)
			return gd_error_set(err, GD_E_INPUT,
					    "layer %.12s was pulled in parts, and no digest of all of it is "
					    "recorded; pull the image again without 'enable_partial_images'",
					    l->id);
		dirs[i] = gd_printf(a, "%s/%s/%s/diff", s->graph, s->driver, l->id);
	}
	if (l || (n == 0 && image->layer))
		return mismatch(err);
	for (size_t i = 0; told && i < n; i++)
		gd_words_add(a, &f->image.layers, dirs[i]);
	return 0;
}

static const char *upper_of(const struct gd_st_store *s, struct gd_arena *a)
{
	return gd_streq(s->driver, "overlay") && gd_is_hex64(s->container->layer) ?
		gd_printf(a, "%s/overlay/%s/diff", s->graph, s->container->layer) : NULL;
}

int gd_st_image_read(struct gd_facts *f, struct gd_st_store *s, struct gd_arena *a, struct gd_error *err)
{
	struct gd_st_images images = { 0 };
	const char *id = s->container->image;

	f->use.upper = upper_of(s, a);
	if (!id)
		return 0;
	if (!gd_is_hex64(id))
		return gd_error_set(err, GD_E_INPUT, "the container's image has an id that is none");
	if (gd_st_images_read(s->dirfd, gd_printf(a, "%s-images/images.json", s->driver), a, &images, err) < 0 ||
	    gd_st_layers_read(s->dirfd, gd_printf(a, "%s-layers/layers.json", s->driver), a, &s->layers, err) < 0 ||
	    gd_st_layers_read(s->dirfd, gd_printf(a, "%s-layers/volatile-layers.json", s->driver), a, &s->layers,
			      err) < 0)
		return -1;
	const struct gd_st_image *image = find_image(&images, id);
	if (!image)
		return gd_error_set(err, GD_E_INPUT,
				    "its image %s is not in the store: removed, or kept in another one", id);
	if (read_image(f, s, image, a, err) < 0 || read_layers(f, s, image, a, err) < 0)
		return -1;
	return 1;
}
