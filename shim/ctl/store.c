/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an image lies, by name or digest. What is found is read by the launch's own readers: every
 * blob by its digest.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "image/bolt.h"
#include "image/read.h"

#define DIGEST_PREFIX_MIN 6

struct wanted {
	struct ctl *ctl;
	const char *reference;	/* full, NULL where it is no name */
	const char *digits;	/* of a digest, NULL where it is none */
	struct ctl_stored *v;
	size_t n;
};

/* @digest is "sha256:<hex>" or the hex alone. */
static bool digest_fits(const struct wanted *w, const char *digest)
{
	if (!w->digits || !digest)
		return false;
	return gd_starts(gd_starts(digest, "sha256:") ? digest + strlen("sha256:") : digest, w->digits);
}

/* A name of a store's, as the store writes it. */
static bool name_fits(const struct wanted *w, const char *name)
{
	const char *full = gd_image_reference(w->ctl->arena, name);

	return w->reference && full && strcmp(full, w->reference) == 0;
}

static struct ctl_stored *add(struct wanted *w, const char *kind)
{
	struct ctl_stored *s;

	if (w->n >= CTL_IMAGES_MAX)
		return NULL;
	s = GD_APPEND(w->ctl->arena, w->v, w->n);
	s->kind = kind;
	return s;
}

static int open_dir(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void refer(struct wanted *w, struct gd_image *image, const char *name)
{
	const char *full = gd_image_reference(w->ctl->arena, name);

	if (full && !gd_words_has(&image->references, full))
		gd_words_add(w->ctl->arena, &image->references, full);
}

/* The configuration @digest, in the file @name of @dir. */
static void read_config(struct wanted *w, struct ctl_stored *s, const char *dir, const char *name, const char *digest)
{
	struct gd_arena *a = w->ctl->arena;
	struct gd_error err = { 0 };
	struct gd_bytes bytes;
	int fd = open_dir(dir), r = -1;

	if (fd < 0)
		gd_error_sys(&err, errno, "open '%s'", dir);
	else if ((r = gd_image_blob(fd, name, digest, a, &bytes, &err)) == 0)
		r = gd_error_set(&err, GD_E_INPUT, "the configuration is not there");
	if (fd >= 0)
		close(fd);
	if (r > 0)
		r = gd_image_config(bytes, &s->image, a, &err);
	s->image.config = digest;
	s->image.store = gd_printf(a, "%s/%s", dir, name);
	s->image.state = r < 0 ? GD_IMAGE_UNKNOWN : GD_IMAGE_KNOWN;
	s->why = r < 0 ? gd_strdup(a, err.text) : NULL;
}

/* --- Docker with a graph driver ------------------------------------------------------------------------------- */

/* Every name of @repositories that fits, or that stands for the digest that does. */
static void docker_names(struct wanted *w, const gd_json *repositories, const char *dir)
{
	struct gd_json_iter repo = { 0 };
	struct gd_arena *a = w->ctl->arena;
	struct gd_words digests = { 0 };

	while (gd_json_next(repositories, &repo)) {
		struct gd_json_iter name = { 0 };
		while (gd_json_next(repo.value, &name))
			if (gd_json_str(name.value) && name_fits(w, name.key) &&
			    !gd_words_has(&digests, gd_json_str(name.value)))
				gd_words_add(a, &digests, gd_strdup(a, gd_json_str(name.value)));
	}
	const struct gd_words blobs = w->digits ? ctl_names_in(w->ctl, dir) : (struct gd_words){ 0 };
	for (size_t i = 0; i < blobs.n; i++)
		if (digest_fits(w, blobs.v[i]))
			gd_words_add(a, &digests, gd_printf(a, "sha256:%s", blobs.v[i]));
	for (size_t i = 0; i < digests.n; i++) {
		struct ctl_stored *s = gd_image_is_digest(digests.v[i]) ? add(w, "docker") : NULL;
		if (!s)
			continue;
		read_config(w, s, dir, digests.v[i] + strlen("sha256:"), digests.v[i]);
		for (repo = (struct gd_json_iter){ 0 }; gd_json_next(repositories, &repo);) {
			struct gd_json_iter name = { 0 };
			while (gd_json_next(repo.value, &name))
				if (gd_streq(gd_json_str(name.value), digests.v[i]))
					refer(w, &s->image, name.key);
		}
	}
}

static void find_in_docker(struct wanted *w, const char *root)
{
	struct gd_arena *a = w->ctl->arena;
	const char *dir = gd_printf(a, "%s/image", root);
	const struct gd_words drivers = ctl_names_in(w->ctl, dir);

	for (size_t i = 0; i < drivers.n; i++) {
		const char *driver = gd_printf(a, "%s/%s", dir, drivers.v[i]);
		gd_json *file = ctl_read_json(w->ctl, gd_printf(a, "%s/repositories.json", driver));

		docker_names(w, gd_json_get(file, "Repositories"), gd_printf(a, "%s/imagedb/content/sha256", driver));
		gd_json_free(file);
	}
}

/* --- containers/storage ----------------------------------------------------------------------------------------- */

/* A file of its big data is called by its name, or "=" and that in base64 where the name has other characters. */
static const char *big_data(struct gd_arena *a, const char *name)
{
	char text[sodium_base64_ENCODED_LEN(80, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(text, sizeof(text), (const unsigned char *)name, strlen(name),
			  sodium_base64_VARIANT_ORIGINAL);
	return gd_printf(a, "=%s", text);
}

static void stored_image(struct wanted *w, const gd_json *image, const char *dir)
{
	struct gd_arena *a = w->ctl->arena;
	const gd_json *names = gd_json_get(image, "names"), *digests = gd_json_get(image, "big-data-digests");
	const char *id = gd_json_get_str(image, "id"), *manifest = gd_json_get_str(image, "digest");
	const char *config = id ? gd_printf(a, "sha256:%s", id) : NULL;
	struct ctl_stored *s;
	bool fits;

	if (!config || !gd_image_is_digest(config) || !gd_json_get_str(digests, config))
		return;
	fits = digest_fits(w, config) || digest_fits(w, manifest);
	for (size_t i = 0; i < gd_json_len(names); i++)
		fits |= gd_json_str(gd_json_at(names, i)) && name_fits(w, gd_json_str(gd_json_at(names, i)));
	s = fits ? add(w, "containers-storage") : NULL;
	if (!s)
		return;
	read_config(w, s, gd_printf(a, "%s/%s", dir, id), big_data(a, config), config);
	if (manifest && gd_image_is_digest(manifest))
		s->image.manifest = gd_strdup(a, manifest);
	for (size_t i = 0; i < gd_json_len(names); i++)
		if (gd_json_str(gd_json_at(names, i)))
			refer(w, &s->image, gd_json_str(gd_json_at(names, i)));
}

static void find_in_storage(struct wanted *w, const char *root)
{
	const char *dir = gd_printf(w->ctl->arena, "%s/overlay-images", root);
	gd_json *file = ctl_read_json(w->ctl, gd_printf(w->ctl->arena, "%s/images.json", dir));
	const gd_json *list = gd_json_get(file, "list");

	for (size_t i = 0; i < gd_json_len(list); i++)
		stored_image(w, gd_json_at(list, i), dir);
	gd_json_free(file);
}

/* --- containerd ------------------------------------------------------------------------------------------------- */

struct row { const char *space, *name, *target; };
struct rows {
	struct wanted *w;
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

static void content_image(struct wanted *w, const struct row *row, const struct rows *all, int fd, const char *root)
{
	struct gd_arena *a = w->ctl->arena;
	struct ctl_stored *s = add(w, gd_printf(a, "containerd %s", row->space));
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
			refer(w, &s->image, all->v[i].name);
}

/*
 * An image that has two names that fit is told once; a digest may be that of the configuration, which no name says.
 */
static void find_in_containerd(struct wanted *w, const char *root)
{
	struct rows rows = { .w = w };
	struct gd_error err = { 0 };
	int fd = open_dir(root);

	if (fd < 0)
		return;
	if (gd_bolt_read(fd, "io.containerd.metadata.v1.bolt/meta.db", read_rows, &rows, w->ctl->arena, &err) <= 0)
		rows.n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *row = &rows.v[i];
		bool told = false, fits = name_fits(w, row->name);
		struct gd_image image = { 0 };

		for (size_t k = 0; k < i; k++)
			told |= strcmp(rows.v[k].target, row->target) == 0 &&
				strcmp(rows.v[k].space, row->space) == 0 &&
				(w->digits || name_fits(w, rows.v[k].name));
		if (told)
			continue;
		if (!fits && w->digits &&
		    gd_image_from_content(fd, row->target, NULL, &image, w->ctl->arena, &err) == 0)
			fits = digest_fits(w, image.config) || digest_fits(w, image.manifest) ||
			       digest_fits(w, image.index);
		if (fits)
			content_image(w, row, &rows, fd, root);
	}
	close(fd);
}

/* Digits of a digest, also where they are only the first ones. */
static const char *digits_of(const char *asked)
{
	const char *hex = gd_starts(asked, "sha256:") ? asked + strlen("sha256:") : asked;

	return strlen(hex) >= DIGEST_PREFIX_MIN && strlen(hex) <= 64 &&
	       strspn(hex, "0123456789abcdef") == strlen(hex) ? hex : NULL;
}

int ctl_image_find(struct ctl *ctl, const char *asked, struct ctl_stored **ret, size_t *ret_n)
{
	const struct gd_words docker = ctl_docker_roots(ctl), graphs = ctl_graph_roots(ctl);
	struct gd_words containerd = { 0 };
	struct wanted w = { .ctl = ctl, .digits = digits_of(asked) };

	w.reference = gd_image_reference(ctl->arena, asked);
	*ret = NULL;
	*ret_n = 0;
	if (!w.reference && !w.digits)
		return gd_error_set(&ctl->err, GD_E_INPUT, "%s is neither a name nor a digest of an image",
				    gd_quote(ctl->arena, asked, 200));
	gd_words_add(ctl->arena, &containerd, GD_CONTAINERD_ROOT);
	for (size_t i = 0; i < ctl->settings.containerd_roots.n; i++)
		gd_words_add(ctl->arena, &containerd, ctl->settings.containerd_roots.v[i]);
	for (size_t i = 0; i < docker.n; i++) {
		find_in_docker(&w, docker.v[i]);
		gd_words_add(ctl->arena, &containerd, gd_printf(ctl->arena, "%s/containerd/daemon", docker.v[i]));
	}
	for (size_t i = 0; i < containerd.n; i++)
		find_in_containerd(&w, containerd.v[i]);
	for (size_t i = 0; i < graphs.n; i++)
		find_in_storage(&w, graphs.v[i]);
	*ret = w.v;
	*ret_n = w.n;
	return 0;
}
