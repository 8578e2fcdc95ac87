/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an image lies, by name or digest. What is found is read by the launch's own readers: every
 * blob by its digest.
 */
#include "store_search.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "image/read.h"

#define DIGEST_PREFIX_MIN 6

bool store_digest_fits(const struct store_search *w, const char *digest)
{
	if (!w->digits || !digest)
		return false;
	return gd_starts(gd_starts(digest, "sha256:") ? digest + strlen("sha256:") : digest, w->digits);
}

bool store_name_fits(const struct store_search *w, const char *name)
{
	const char *full = gd_image_reference(w->ctl->arena, name);

	return w->reference && full && strcmp(full, w->reference) == 0;
}

struct ctl_stored *store_add(struct store_search *w, const char *kind)
{
	struct ctl_stored *s;

	if (w->n >= CTL_IMAGES_MAX)
		return NULL;
	s = GD_APPEND(w->ctl->arena, w->v, w->n);
	s->kind = kind;
	return s;
}

int store_open_dir(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void store_refer(struct store_search *w, struct gd_image *image, const char *name)
{
	const char *full = gd_image_reference(w->ctl->arena, name);

	if (full && !gd_words_has(&image->references, full))
		gd_words_add(w->ctl->arena, &image->references, full);
}

/* The configuration @digest, in the file @name of @dir. */
static void read_config(struct store_search *w, struct ctl_stored *s, const char *dir, const char *name,
			const char *digest)
{
	struct gd_arena *a = w->ctl->arena;
	struct gd_error err = { 0 };
	struct gd_bytes bytes;
	int fd = store_open_dir(dir), r = -1;

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
static void docker_names(struct store_search *w, const gd_json *repositories, const char *dir)
{
	struct gd_json_iter repo = { 0 };
	struct gd_arena *a = w->ctl->arena;
	struct gd_words digests = { 0 };

	while (gd_json_next(repositories, &repo)) {
		struct gd_json_iter name = { 0 };
		while (gd_json_next(repo.value, &name))
			if (gd_json_str(name.value) && store_name_fits(w, name.key) &&
			    !gd_words_has(&digests, gd_json_str(name.value)))
				gd_words_add(a, &digests, gd_strdup(a, gd_json_str(name.value)));
	}
	const struct gd_words blobs = w->digits ? ctl_names_in(w->ctl, dir) : (struct gd_words){ 0 };
	for (size_t i = 0; i < blobs.n; i++)
		if (store_digest_fits(w, blobs.v[i]))
			gd_words_add(a, &digests, gd_printf(a, "sha256:%s", blobs.v[i]));
	for (size_t i = 0; i < digests.n; i++) {
		struct ctl_stored *s = gd_image_is_digest(digests.v[i]) ? store_add(w, "docker") : NULL;
		if (!s)
			continue;
		read_config(w, s, dir, digests.v[i] + strlen("sha256:"), digests.v[i]);
		for (repo = (struct gd_json_iter){ 0 }; gd_json_next(repositories, &repo);) {
			struct gd_json_iter name = { 0 };
			while (gd_json_next(repo.value, &name))
				if (gd_streq(gd_json_str(name.value), digests.v[i]))
					store_refer(w, &s->image, name.key);
		}
	}
}

static void find_in_docker(struct store_search *w, const char *root)
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

static void stored_image(struct store_search *w, const gd_json *image, const char *dir)
{
	struct gd_arena *a = w->ctl->arena;
	const gd_json *names = gd_json_get(image, "names"), *digests = gd_json_get(image, "big-data-digests");
	const char *id = gd_json_get_str(image, "id"), *manifest = gd_json_get_str(image, "digest");
	const char *config = id ? gd_printf(a, "sha256:%s", id) : NULL;
	struct ctl_stored *s;
	bool fits;

	if (!config || !gd_image_is_digest(config) || !gd_json_get_str(digests, config))
		return;
	fits = store_digest_fits(w, config) || store_digest_fits(w, manifest);
	for (size_t i = 0; i < gd_json_len(names); i++)
		fits |= gd_json_str(gd_json_at(names, i)) && store_name_fits(w, gd_json_str(gd_json_at(names, i)));
	s = fits ? store_add(w, "containers-storage") : NULL;
	if (!s)
		return;
	read_config(w, s, gd_printf(a, "%s/%s", dir, id), big_data(a, config), config);
	if (manifest && gd_image_is_digest(manifest))
		s->image.manifest = gd_strdup(a, manifest);
	for (size_t i = 0; i < gd_json_len(names); i++)
		if (gd_json_str(gd_json_at(names, i)))
			store_refer(w, &s->image, gd_json_str(gd_json_at(names, i)));
}

static void find_in_storage(struct store_search *w, const char *root)
{
	const char *dir = gd_printf(w->ctl->arena, "%s/overlay-images", root);
	gd_json *file = ctl_read_json(w->ctl, gd_printf(w->ctl->arena, "%s/images.json", dir));
	const gd_json *list = gd_json_get(file, "list");

	for (size_t i = 0; i < gd_json_len(list); i++)
		stored_image(w, gd_json_at(list, i), dir);
	gd_json_free(file);
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
	struct store_search w = { .ctl = ctl, .digits = digits_of(asked) };

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
		store_find_in_containerd(&w, containerd.v[i]);
	for (size_t i = 0; i < graphs.n; i++)
		find_in_storage(&w, graphs.v[i]);
	*ret = w.v;
	*ret_n = w.n;
	return 0;
}
