/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists of containers/storage: containers.json, images.json, layers.json. Arrays of thousands of objects of which
 * a launch needs a few: read straight from the bytes, without a tree. Each is replaced whole by its owner (rename),
 * so that one that was opened never changes.
 */
#include <string.h>

#include "image/storage.h"
#include "json/pull.h"
#include "json/scan.h"

enum kind { TEXT, LIST };
struct field { const char *key; enum kind kind; size_t offset; };

#define LEN(x) (sizeof(x) / sizeof((x)[0]))
#define AT(type, key, kind, member) { key, kind, offsetof(struct type, member) }
static const struct field container_fields[] = {
	AT(gd_st_container, "id", TEXT, id),
	AT(gd_st_container, "image", TEXT, image),
	AT(gd_st_container, "layer", TEXT, layer),
	AT(gd_st_container, "metadata", TEXT, metadata),
};
static const struct field image_fields[] = {
	AT(gd_st_image, "id", TEXT, id),
	AT(gd_st_image, "digest", TEXT, digest),
	AT(gd_st_image, "layer", TEXT, layer),
	AT(gd_st_image, "names", LIST, names),
	AT(gd_st_image, "mapped-layers", LIST, mapped),
	AT(gd_st_image, "big-data-names", LIST, data),
};
static const struct field layer_fields[] = {
	AT(gd_st_layer, "id", TEXT, id),
	AT(gd_st_layer, "parent", TEXT, parent),
	AT(gd_st_layer, "diff-digest", TEXT, diff),
};

static int read_words(struct gd_pull *p, struct gd_arena *a, struct gd_words *ret)
{
	int r = gd_pull_array(p);

	while (r == 0 && (r = gd_pull_item(p)) > 0) {
		char *s;
		if ((r = gd_pull_str(p, &s)) == 0)
			gd_words_add(a, ret, s);
	}
	return r;
}

static int read_object(struct gd_pull *p, const struct field *fields, size_t n, struct gd_arena *a, void *to)
{
	int r = gd_pull_object(p);
	char *key, *s;
	size_t at;

	while (r == 0 && (r = gd_pull_key(p, &key, &at)) > 0) {
		const struct field *f = fields;

		while (f < fields + n && strcmp(f->key, key) != 0)
			f++;
		if (gd_pull_null(p)) {
			r = 0;
		} else if (f == fields + n) {
			r = gd_pull_skip(p);
		} else if (f->kind == LIST) {
			r = read_words(p, a, (struct gd_words *)((char *)to + f->offset));
		} else if ((r = gd_pull_str(p, &s)) == 0) {
			*(const char **)((char *)to + f->offset) = *s != '\0' ? s : NULL;
		}
	}
	return r;
}

/* The scanner wants an object, and a file that would close ours to open another is no list. */
static int open_list(struct gd_bytes file, struct gd_arena *a, struct gd_pull *p, struct gd_error *err)
{
	static const char before[] = "{\"list\":";
	size_t len = strlen(before) + file.len + 1;
	char *text = gd_alloc(a, len + 1), *key;
	size_t at;

	memcpy(text, before, strlen(before));
	memcpy(text + strlen(before), file.data, file.len);
	text[len - 1] = '}';
	if (gd_json_scan(text, len, GD_SCAN_CASE, err) < 0)
		return -1;
	gd_pull_init(p, text, len, NULL, err);
	return gd_pull_object(p) < 0 || gd_pull_key(p, &key, &at) < 0 || gd_pull_array(p) < 0 ? -1 : 0;
}

struct list {
	const struct field *fields;
	size_t n_fields, size;
};

static int read_list(int dirfd, const char *name, const struct list *l, struct gd_arena *a, void *items, size_t *n,
		     struct gd_error *err)
{
	struct gd_bytes file;
	struct gd_pull p;
	char *key;
	size_t at;
	int r = gd_image_file(dirfd, name, GD_IMAGE_STORE_MAX, a, &file, err);

	if (r <= 0)
		return r;
	r = open_list(file, a, &p, err);
	while (r == 0 && (r = gd_pull_item(&p)) > 0)
		r = read_object(&p, l->fields, l->n_fields, a, gd_grow(a, items, n, l->size));
	if (r == 0 && gd_pull_key(&p, &key, &at) != 0)
		r = gd_error_set(err, GD_E_INPUT, "more than a list");
	return r < 0 ? gd_error_wrap(err, "%s", name) : 1;
}

int gd_st_containers_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_containers *ret,
			  struct gd_error *err)
{
	static const struct list l = { container_fields, LEN(container_fields), sizeof(*ret->v) };

	return read_list(dirfd, name, &l, a, &ret->v, &ret->n, err);
}

int gd_st_images_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_images *ret, struct gd_error *err)
{
	static const struct list l = { image_fields, LEN(image_fields), sizeof(*ret->v) };

	return read_list(dirfd, name, &l, a, &ret->v, &ret->n, err);
}

int gd_st_layers_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_layers *ret, struct gd_error *err)
{
	static const struct list l = { layer_fields, LEN(layer_fields), sizeof(*ret->v) };

	return read_list(dirfd, name, &l, a, &ret->v, &ret->n, err);
}
