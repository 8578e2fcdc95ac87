/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containers/storage: Podman and CRI-O (engine-facts 3.7, 3.8).
 *   DRIVER-containers/containers.json		id, image, layer; volatile-containers.json for what does not survive
 *   DRIVER-images/images.json, DRIVER-images/ID/=BASE64(name)	names, top layer; configuration and manifests
 *   DRIVER-layers/layers.json			parent, diff digest
 * The container's image is recorded by id, which no tag moves. Its annotations say the same and can be overwritten by
 * whoever made the pod: not read.
 *
 * Left out on purpose: additional image stores (storage.conf), whose images are not in this root's
 * lists; they are unknown.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/storage.h"

/* The root and driver in ROOT/DRIVER-containers/ID/userdata. */
static bool split_bundle(const char *bundle, const char *id, struct gd_arena *a, const char **ret_root,
			 const char **ret_driver)
{
	const char *tail = gd_printf(a, "-containers/%s/userdata", id);

	if (!bundle || !gd_ends(bundle, tail))
		return false;
	const char *end = bundle + strlen(bundle) - strlen(tail), *p = end;
	while (p > bundle && p[-1] != '/')
		p--;
	if (p == end || p < bundle + 2)
		return false;
	*ret_driver = gd_strndup(a, p, (size_t)(end - p));
	*ret_root = gd_strndup(a, bundle, (size_t)(p - 1 - bundle));
	return true;
}

/* --- containers ------------------------------------------------------------------------------------------------- */

/* All records of @id in the lists so far; *ret the only one. */
static int count(const struct gd_st_containers *c, const char *id, const struct gd_st_container **ret)
{
	int n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (gd_streq(c->v[i].id, id) && n++ == 0)
			*ret = &c->v[i];
	return n;
}

/* Volatile containers may be listed below the run root. 0; -1 */
static int read_run(struct gd_st_store *s, const char *run, struct gd_arena *a, struct gd_error *err)
{
	struct gd_error why = { 0 };
	int fd = gd_open_trusted_dir(run, &why), r = 0;

	if (fd < 0)
		return why.errnum == ENOENT ? 0 : (*err = why, -1);
	if (gd_st_containers_read(fd, gd_printf(a, "%s-containers/volatile-containers.json", s->driver), a,
				  &s->containers, err) < 0 ||
	    gd_st_layers_read(fd, gd_printf(a, "%s-layers/volatile-layers.json", s->driver), a, &s->layers, err) < 0)
		r = -1;
	close(fd);
	return r;
}

/* 0; -1. Afterwards ->container, NULL where this root does not know it. */
static int open_store(struct gd_st_store *s, const char *graph, const char *driver, const char *id,
		      struct gd_arena *a, struct gd_error *err)
{
	*s = (struct gd_st_store){ .graph = graph, .driver = driver, .dirfd = gd_open_trusted_dir(graph, err) };
	if (s->dirfd < 0)
		return -1;
	if (gd_st_containers_read(s->dirfd, gd_printf(a, "%s-containers/containers.json", driver), a, &s->containers,
				  err) < 0 ||
	    gd_st_containers_read(s->dirfd, gd_printf(a, "%s-containers/volatile-containers.json", driver), a,
				  &s->containers, err) < 0) {
		close(s->dirfd);
		return -1;
	}
	count(&s->containers, id, &s->container);
	return 0;
}

/* --- Podman ----------------------------------------------------------------------------------------------------- */

static int finish(struct gd_facts *f, int r, const struct gd_error *why, struct gd_arena *a)
{
	if (r < 0)
		gd_image_unknown(f, a, "%s", why->text);
	else
		f->image.state = r > 0 ? GD_IMAGE_KNOWN : GD_IMAGE_NONE;
	return 0;
}

static void asked(struct gd_facts *f, const gd_json *metadata, struct gd_arena *a)
{
	const char *name = gd_json_get_str(metadata, "image-name");

	f->image.asked = name && *name != '\0' ? gd_strdup(a, name) : NULL;
}

/* The JSON in a container's .metadata; NULL where there is none. Owned by the caller. */
static gd_json *metadata_of(const struct gd_st_container *c, struct gd_arena *a)
{
	struct gd_error ignored = { 0 };

	return c->metadata
		       ? gd_image_json((struct gd_bytes){ gd_strdup(a, c->metadata), strlen(c->metadata) }, &ignored)
		       : NULL;
}

/*
 * Where Podman keeps what ends with the host: its own database says, else its mount in every
 * container, else the usual.
 */
static void run_roots(const struct gd_facts *f, const struct gd_libpod *pod, const char *driver, struct gd_arena *a,
		      struct gd_words *ret)
{
	const char *tail = gd_printf(a, "/%s-containers/%s/userdata/.containerenv", driver, f->id);

	gd_words_add(a, ret, GD_STORAGE_RUN);
	if (pod->run_root && !gd_words_has(ret, pod->run_root))
		gd_words_add(a, ret, pod->run_root);
	for (size_t i = 0; i < f->n_mounts && !pod->run_root; i++) {
		const char *source = f->mounts[i].source;
		if (!source || !gd_ends(source, tail) || strlen(source) == strlen(tail))
			continue;
		const char *root = gd_strndup(a, source, strlen(source) - strlen(tail));
		if (!gd_words_has(ret, root))
			gd_words_add(a, ret, root);
	}
}

static int podman(struct gd_facts *f, const char *graph, const char *driver, struct gd_arena *a)
{
	struct gd_error why = { 0 }, no_libpod = { 0 };
	struct gd_libpod pod = { 0 };
	struct gd_words runs = { 0 };
	struct gd_st_store s;

	f->image.store = gd_printf(a, "%s/%s-containers/containers.json", graph, driver);
	if (open_store(&s, graph, driver, f->id, a, &why) < 0)
		return gd_image_unknown(f, a, "%s", why.text);
	int with_libpod = gd_libpod_read(s.dirfd, f->id, a, &pod, &no_libpod), r = 0;
	run_roots(f, &pod, driver, a, &runs);
	for (size_t i = 0; i < runs.n && r == 0; i++)
		r = read_run(&s, runs.v[i], a, &why);
	int hits = count(&s.containers, f->id, &s.container);
	if (r == 0 && hits != 1)
		r = gd_error_set(&why, GD_E_INPUT, hits == 0 ? "the store does not know this container" :
				 "the store lists this container more than once");
	r = r < 0 ? -1 : gd_st_image_read(f, &s, a, &why);
	if (r >= 0 && with_libpod == 1 && gd_libpod_use(s.dirfd, &pod, f, a, &why) < 0)
		r = -1;
	if (r > 0) {
		gd_json *metadata = metadata_of(s.container, a);
		asked(f, metadata, a);
		gd_json_free(metadata);
	}
	close(s.dirfd);
	return finish(f, r, &why, a);
}

/* --- CRI-O ------------------------------------------------------------------------------------------------------ */

static const char *copy(const gd_json *of, const char *key, struct gd_arena *a)
{
	const char *s = gd_json_get_str(of, key);

	return s && *s != '\0' ? gd_strdup(a, s) : NULL;
}

/*
 * The pod's name and namespace stand in the pod's own record. Its ports only in annotations, which the pod's maker
 * can overwrite: not known.
 */
static void pod_names(struct gd_facts *f, const struct gd_st_store *s, const gd_json *metadata, struct gd_arena *a)
{
	const char *pod_id = gd_json_get_str(metadata, "pod-id");
	const struct gd_st_container *pod = NULL;

	f->use.sandbox = gd_streq(pod_id, f->id);
	if (!f->use.sandbox)
		f->use.container_name = copy(metadata, "metadata-name", a);
	if (!pod_id || count(&s->containers, pod_id, &pod) != 1)
		return;
	gd_json *record = metadata_of(pod, a);
	f->use.pod_name = copy(record, "metadata-name", a);
	f->use.pod_namespace = copy(record, "namespace", a);
	gd_json_free(record);
}

/* CRI-O makes a declared volume's directory beside the bundle's other files, in a place that nobody else can name. */
static void crio_volumes(struct gd_facts *f, struct gd_arena *a)
{
	const char *dir = gd_printf(a, "%s/mounts/", f->bundle);

	for (size_t i = 0; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];
		const char *rest = m->source && gd_starts(m->source, dir) ? m->source + strlen(dir) : NULL;

		if (rest && gd_is_hex64(rest) && m->destination)
			gd_words_add(a, &f->use.image_volumes, m->destination);
	}
}

static int crio_found(struct gd_facts *f, struct gd_st_store *s, struct gd_arena *a)
{
	struct gd_error why = { 0 };
	gd_json *metadata = metadata_of(s->container, a);
	const char *hostname = gd_json_get_str(f->doc, "hostname");
	int r = gd_st_image_read(f, s, a, &why);

	if (r > 0 && !gd_streq(gd_json_get_str(metadata, "image-id"), s->container->image) &&
	    gd_json_has(metadata, "image-id"))
		r = gd_error_set(&why, GD_E_INPUT, "the container's record names two images");
	if (metadata) {
		pod_names(f, s, metadata, a);
		asked(f, metadata, a);
	}
	f->use.hostname = hostname ? gd_strdup(a, hostname) : NULL;
	crio_volumes(f, a);
	gd_json_free(metadata);
	return finish(f, r, &why, a);
}

static int crio(struct gd_facts *f, const struct gd_image_roots *roots, const char *run, const char *driver,
		struct gd_arena *a)
{
	struct gd_error why = { 0 };
	struct gd_st_store s, found = { .dirfd = -1 };
	struct gd_words seen = { 0 };
	int r = 0;

	for (size_t i = 0; i < roots->storage.n && r == 0; i++) {
		struct gd_error one = { 0 };
		const char *named = roots->storage.v[i], *graph = *named == '/' ? gd_path_clean(a, named) : named;

		if (gd_words_has(&seen, graph))
			continue;
		gd_words_add(a, &seen, graph);
		if (open_store(&s, graph, driver, f->id, a, &one) < 0) {
			if (one.errnum != ENOENT)
				r = (why = one, -1);
			continue;
		}
		/* The run root is one for all; what is volatile counts for a root that knows nothing itself. */
		r = s.container ? 0 : read_run(&s, run, a, &why);
		int hits = count(&s.containers, f->id, &s.container);
		if (r == 0 && (hits > 1 || (hits == 1 && found.dirfd >= 0)))
			r = gd_error_set(&why, GD_E_INPUT, "more than one record of this container");
		if (r == 0 && hits == 1)
			found = s;
		else
			close(s.dirfd);
	}
	f->image.store = found.graph;
	if (r == 0 && found.dirfd < 0)
		r = gd_error_set(&why, GD_E_INPUT,
				 "no store knows this container; guarded.json can name more in 'storageRoots'");
	if (r < 0)
		finish(f, r, &why, a);
	else
		crio_found(f, &found, a);
	if (found.dirfd >= 0)
		close(found.dirfd);
	return 0;
}

int gd_image_storage(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a, struct gd_error *err)
{
	const char *root, *driver;

	(void)err; /* what fails here makes the image unknown; memory ends in the arena */
	if (!gd_is_hex64(f->id) || !split_bundle(f->bundle, f->id, a, &root, &driver))
		return gd_image_unknown(f, a, "the bundle is not where the engine keeps this container's");
	return f->engine == GD_ENGINE_CRIO ? crio(f, roots, root, driver, a) : podman(f, root, driver, a);
}
