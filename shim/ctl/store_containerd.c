/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images by name or digest in containerd's database; see store.c. */
#include "store_search.h"

#include <string.h>
#include <unistd.h>

#include "image/bolt.h"
#include "image/read.h"

struct row { const char *space, *name, *target; };
struct rows {
	struct store_search *w;
	struct row *v;
	size_t n;
	struct gd_bolt *bolt;
	struct gd_bolt_bucket images;
	const char *space;
};

static int visit_image(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct rows *rows = context;
	struct gd_arena *a = rows->w->ctl->arena;
	const char *name = gd_strndup(a, key.data, key.len), *target = NULL;
	struct gd_bolt_bucket image, at;
	struct row *row;
	int r;

	(void)value;
	r = gd_bolt_bucket(rows->bolt, &rows->images, name, &image, err);
	if (r > 0)
		r = gd_bolt_bucket(rows->bolt, &image, "target", &at, err);
	if (r > 0)
		r = gd_bolt_text(rows->bolt, &at, "digest", &target, err);
	if (r < 0 || !target)
		return r < 0 ? -1 : 0;
	row = GD_APPEND(a, rows->v, rows->n);
	*row = (struct row){ rows->space, name, target };
	return 0;
}

static int visit_space(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct rows *rows = context;
	const char *path[] = { "v1", NULL, "images", NULL };
	int r;

	if (value.data)
		return 0;
	path[1] = rows->space = gd_strndup(rows->w->ctl->arena, key.data, key.len);
	r = gd_bolt_path(rows->bolt, path, &rows->images, err);
	return r <= 0 ? r : gd_bolt_each(rows->bolt, &rows->images, visit_image, rows, err);
}

static int read_rows(struct gd_bolt *b, void *context, struct gd_error *err)
{
	struct rows *rows = context;
	struct gd_bolt_bucket v1;
	int r = gd_bolt_bucket(b, NULL, "v1", &v1, err);

	rows->bolt = b;
	rows->n = 0;
	rows->v = NULL;
	return r <= 0 ? r : gd_bolt_each(b, &v1, visit_space, rows, err) < 0 ? -1 : 1;
}

static void content_image(struct store_search *w, const struct row *row, const struct rows *all, int fd,
			  const char *root)
{
	struct gd_arena *a = w->ctl->arena;
	struct ctl_stored *s = store_add(w, gd_printf(a, "containerd %s", row->space));
	struct gd_error err = { 0 };

	if (!s)
		return;
	s->image.store = gd_printf(a, "%s/io.containerd.metadata.v1.bolt/meta.db", root);
	s->image.state = GD_IMAGE_KNOWN;
	if (gd_image_from_content(fd, row->target, NULL, &s->image, a, &err) < 0) {
		s->image.state = GD_IMAGE_UNKNOWN;
		s->why = gd_strdup(a, err.text);
	}
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].target, row->target) == 0 && strcmp(all->v[i].space, row->space) == 0)
			store_refer(w, &s->image, all->v[i].name);
}

/*
 * An image that has two names that fit is told once; a digest may be that of the configuration, which no name says.
 */
void store_find_in_containerd(struct store_search *w, const char *root)
{
	struct rows rows = { .w = w };
	struct gd_error err = { 0 };
	int fd = store_open_dir(root);

	if (fd < 0)
		return;
	if (gd_bolt_read(fd, "io.containerd.metadata.v1.bolt/meta.db", read_rows, &rows, w->ctl->arena, &err) <= 0)
		rows.n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *row = &rows.v[i];
		bool told = false, fits = store_name_fits(w, row->name);
		struct gd_image image = { 0 };

		for (size_t k = 0; k < i; k++)
			told |= strcmp(rows.v[k].target, row->target) == 0 &&
				strcmp(rows.v[k].space, row->space) == 0 &&
				(w->digits || store_name_fits(w, rows.v[k].name));
		if (told)
			continue;
		if (!fits && w->digits &&
		    gd_image_from_content(fd, row->target, NULL, &image, w->ctl->arena, &err) == 0)
			fits = store_digest_fits(w, image.config) || store_digest_fits(w, image.manifest) ||
			       store_digest_fits(w, image.index);
		if (fits)
			content_image(w, row, &rows, fd, root);
	}
	close(fd);
}
