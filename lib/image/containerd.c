/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containerd's CRI, ctr and nerdctl. CRI records which image a container is (ImageRef, the configuration's digest);
 * ctr and nerdctl record a name, which may point elsewhere by now, so that the layers of the container's own snapshot
 * decide whether it still means the same.
 *
 * Left out on purpose: every other name of the image. The store lists names, not images, and going through all of
 * them would cost what an index is there to save; looked up are the name it was made of, the names in the request,
 * and the same repositories by digest.
 */
#define _GNU_SOURCE 1
#include <string.h>
#include <unistd.h>

#include "image/containerd.h"

#define BLOBS "io.containerd.content.v1.content/blobs/sha256/"
#define CRI_CONTAINERS "io.containerd.grpc.v1.cri/containers"

static const struct gd_ctd_name *find_name(const struct gd_ctd_record *r, const char *name)
{
	for (size_t i = 0; name && i < r->n_names; i++)
		if (gd_streq(r->names[i].name, name))
			return &r->names[i];
	return NULL;
}

static const char *target_of(const struct gd_ctd_record *r, const char *name)
{
	const struct gd_ctd_name *n = find_name(r, name);

	return n ? n->target : NULL;
}

/*
 * The layers that the container's snapshot lies on are those of @image. With a user namespace older containerds put a
 * snapshot of changed owners between, called as its parent with "-UID-GID" behind.
 */
static bool same_layers(const struct gd_ctd_record *r, const struct gd_image *image, struct gd_arena *a,
			size_t *first)
{
	const char *want = image->diff_ids.n ? gd_image_chain(&image->diff_ids, image->diff_ids.n, a) : NULL;
	const char *have;

	*first = 1;
	if (r->n_chain == 0)
		return false;
	have = r->chain[0].parent;
	if (want && have && r->n_chain > 1 && gd_starts(have, want) && have[strlen(want)] == '-' &&
	    strspn(have + strlen(want), "-0123456789") == strlen(have) - strlen(want)) {
		have = r->chain[1].parent;
		*first = 2;
	}
	return gd_streq(have, want) && r->n_chain - *first == image->diff_ids.n;
}

/* Directories of writable and image's layers: only where both databases agree, and no owners were changed between. */
static void directories(struct gd_facts *f, struct gd_ctd_found *at, size_t first, struct gd_arena *a)
{
	struct gd_ctd_record *r = &at->record;
	struct gd_error why = { 0 };

	if (gd_ctd_dirs(at->dirfd, at->root, r, a, &why) != 1)
		return;
	f->use.upper = r->chain[0].dir;
	if (first != 1)
		return;
	for (size_t i = 1; i <= f->image.diff_ids.n; i++)
		if (!gd_streq(r->chain[i].key, gd_image_chain(&f->image.diff_ids, f->image.diff_ids.n + 1 - i, a)))
			return;
	for (size_t i = r->n_chain; i-- > 1;)
		gd_words_add(a, &f->image.layers, r->chain[i].dir);
}

static void references(struct gd_facts *f, const struct gd_ctd_record *r, const char *target, struct gd_arena *a)
{
	for (size_t i = 0; i < r->n_names; i++) {
		const char *full;

		if (!gd_streq(r->names[i].target, target) || gd_image_is_digest(r->names[i].name))
			continue;
		full = gd_image_reference(a, r->names[i].name);
		if (full && !gd_words_has(&f->image.references, full))
			gd_words_add(a, &f->image.references, full);
	}
}

/* By the configuration's digest; index and manifest only where a name still leads over them to the same one. */
static int cri_image(struct gd_facts *f, const struct gd_ctd_found *at, const char *config, struct gd_arena *a,
		     struct gd_error *err)
{
	const char *target = target_of(&at->record, config);
	struct gd_error ignored = { 0 };
	struct gd_image image = f->image;
	struct gd_bytes bytes;

	if (!target)
		target = target_of(&at->record, at->record.image);
	if (target && gd_image_from_content(at->dirfd, target, NULL, &image, a, &ignored) >= 0 &&
	    gd_streq(image.config, config)) {
		f->image = image;
		references(f, &at->record, target, a);
		return 1;
	}
	int r = gd_image_blob(at->dirfd, gd_printf(a, BLOBS "%s", config + strlen("sha256:")), config, a, &bytes,
			      err);
	if (r <= 0)
		return r;
	f->image.config = config;
	return gd_image_config(bytes, &f->image, a, err) < 0 ? -1 : 1;
}

static int named_image(struct gd_facts *f, const struct gd_ctd_found *at, struct gd_arena *a, struct gd_error *err)
{
	const char *target = target_of(&at->record, at->record.image);

	if (!target)
		return 0;
	if (gd_image_from_content(at->dirfd, target, NULL, &f->image, a, err) < 0)
		return -1;
	references(f, &at->record, target, a);
	return 1;
}

/*
 * Mounts that containerd made for the image's volumes: its own directory, at a place that the request did not mount.
 */
static void image_volumes(struct gd_facts *f, const char *root, const struct gd_cri *cri, struct gd_arena *a)
{
	const char *dir = gd_printf(a, "%s/" CRI_CONTAINERS "/%s/volumes", root, f->id);
	size_t len = strlen(dir);

	for (size_t i = 0; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];

		if (m->source && gd_starts(m->source, dir) && m->source[len] == '/' &&
		    !strchr(m->source + len + 1, '/') && !gd_starts(m->source + len + 1, "..") && m->destination &&
		    !gd_words_has(&cri->mounts, m->destination))
			gd_words_add(a, &f->use.image_volumes, m->destination);
	}
}

static int read_cri(struct gd_facts *f, const struct gd_ctd_found *at, struct gd_cri *cri, struct gd_arena *a,
		    struct gd_error *err)
{
	const struct gd_ctd_record *r = &at->record;
	struct gd_cri pod = { 0 };

	if (r->container.data && gd_cri_container(r->container, cri, &f->use, a, err) < 0)
		return -1;
	if (r->container.data && !gd_streq(cri->id, f->id))
		return gd_error_set(err, GD_E_INPUT, "CRI's record is of another container");
	if (!r->sandbox.data)
		return gd_error_set(err, GD_E_INPUT, "CRI has no record of the pod");
	if (gd_cri_sandbox(r->sandbox, &pod, &f->use, a, err) < 0)
		return -1;
	if (!gd_streq(pod.id, r->is_sandbox ? f->id : cri->sandbox_id))
		return gd_error_set(err, GD_E_INPUT, "CRI's record is of another pod");
	f->use.sandbox = r->is_sandbox;
	image_volumes(f, at->root, cri, a);
	return 0;
}

/* ctr publishes nothing; nerdctl keeps its ports in a label or elsewhere, by version: not known. */
static void ctr_use(struct gd_facts *f, const struct gd_ctd_record *r, struct gd_arena *a)
{
	const char *hostname = gd_json_get_str(f->doc, "hostname");

	f->use.ports_known = !r->nerdctl;
	f->use.hostname = hostname ? gd_strdup(a, hostname) : NULL;
}

static int read_found(struct gd_facts *f, struct gd_ctd_found *at, struct gd_arena *a)
{
	struct gd_error why = { 0 };
	struct gd_cri cri = { 0 };
	const struct gd_ctd_record *r = &at->record;
	bool by_cri = f->engine == GD_ENGINE_CRI;
	size_t first;

	f->image.store = gd_printf(a, "%s/io.containerd.metadata.v1.bolt/meta.db", at->root);
	if (by_cri && read_cri(f, at, &cri, a, &why) < 0)
		return gd_image_unknown(f, a, "%s", why.text);
	if (!by_cri)
		ctr_use(f, r, a);
	if (!cri.config && !r->image) {
		f->image.state = GD_IMAGE_NONE; /* ctr run --rootfs */
		return 0;
	}
	int got = cri.config ? cri_image(f, at, cri.config, a, &why) : named_image(f, at, a, &why);
	if (got == 0 && r->is_sandbox) {
		f->image = (struct gd_image){ .state = GD_IMAGE_NONE, .store = f->image.store };
		return 0;
	}
	if (got == 0)
		return gd_image_unknown(f, a, cri.config ? "its configuration %s was removed from the store" :
					"the name %s was removed after the container was made",
					cri.config ? cri.config : gd_quote(a, r->image, 120));
	if (got < 0)
		return gd_image_unknown(f, a, "%s", why.text);
	if (!same_layers(r, &f->image, a, &first))
		return gd_image_unknown(f, a, cri.config || r->n_chain == 0 ?
					"the container's layers are not those of its image %s" :
					"the name %s was moved to another image after the container was made",
					gd_quote(a, cri.config ? cri.config : r->image, 120));
	/* The same layers can be declared otherwise. A pull of what was there already sets the name again, too. */
	const struct gd_ctd_name *name = cri.config ? NULL : find_name(r, r->image);
	if (!cri.config && (!name || name->later))
		return gd_image_unknown(f, a,
					"the name %s was set again after the container was made; "
					"make the container anew",
					gd_quote(a, r->image, 120));
	f->image.asked = cri.names.n ? cri.names.v[0] : r->image;
	f->image.state = GD_IMAGE_KNOWN;
	directories(f, at, first, a);
	return 0;
}

int gd_image_containerd(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a,
			struct gd_error *err)
{
	const char *ns = gd_ctd_namespace(f->bundle, f->id, a);
	struct gd_error why = { 0 };
	struct gd_ctd_found at;

	(void)err; /* what fails here makes the image unknown; memory ends in the arena */
	if (!ns)
		return gd_image_unknown(f, a, "the bundle is not where containerd keeps this container's");
	int r = gd_ctd_find(&roots->containerd, ns, f->id, &at, a, &why);
	if (r < 0)
		return gd_image_unknown(f, a, "%s", why.text);
	if (r == 0)
		return gd_image_unknown(f, a,
					"no containerd root knows this container; guarded.json can name more in "
					"'containerdRoots'");
	r = read_found(f, &at, a);
	close(at.dirfd);
	return r;
}
