/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Docker's store with a graph driver: <data-root>/image/<driver>/ {imagedb/content/sha256, layerdb,
 * repositories.json}. The image's bytes have its id as digest; that the container's root stands on that image's
 * layers, and is the one which the runtime is given, is what layerdb says of it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "facts/places.h"
#include "image/docker.h"
#include "json/pull.h"
#include "json/scan.h"

#define LINE_MAX_BYTES 256 /* of layerdb's files: an id or a digest */

/*
 * Where a driver keeps a container's root, from the data root on, and whether its layers are
 * directories of their own.
 */
static const struct { const char *driver, *root; bool layered; } drivers[] = {
	{ "overlay2", "overlay2/*/merged", true },
	{ "fuse-overlayfs", "fuse-overlayfs/*/merged", true },
	{ "overlay", "overlay/*/merged", false },
	{ "vfs", "vfs/dir/*", false },
	{ "btrfs", "btrfs/subvolumes/*", false },
	{ "zfs", "zfs/graph/*", false },
	{ "aufs", "aufs/mnt/*", false },
	{ "devicemapper", "devicemapper/mnt/*/rootfs", false },
};

/* One line of layerdb, without its end; "" where the file is not there. */
static const char *read_line(const struct gd_docker *d, int dirfd, const char *name, struct gd_error *err)
{
	struct gd_bytes bytes;
	int r = gd_image_file(dirfd, name, LINE_MAX_BYTES, d->a, &bytes, err);

	if (r <= 0)
		return r == 0 ? "" : NULL;
	bytes.data[strcspn(bytes.data, "\n")] = '\0';
	return bytes.data;
}

/* Part of a path: what layerdb calls a directory of the driver's. */
static bool is_cache_id(const char *s)
{
	return *s != '\0' && strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz-") == strlen(s);
}

/* The driver's directories of the image's layers, as layerdb maps each chain to one. */
static int find_layers(const struct gd_docker *d, int layerdb, const char *driver, struct gd_error *err)
{
	struct gd_image *img = &d->f->image;
	char chain[72] = "", name[96];

	for (size_t i = 0; i < img->diff_ids.n; i++) {
		gd_image_chain_add(chain, img->diff_ids.v[i]);
		snprintf(name, sizeof(name), "%s/cache-id", chain + strlen("sha256:"));
		const char *id = read_line(d, layerdb, name, err);
		if (!id)
			return -1;
		if (!is_cache_id(id))
			return gd_error_set(err, GD_E_INPUT, "layer %s was removed from the store", chain);
		gd_words_add(d->a, &img->layers, gd_printf(d->a, "%s/%s/%s/diff", d->data_root, driver, id));
	}
	return 0;
}

/* The container's own layer stands on the image's, and its root is the one that the runtime is told. */
static int check_layers(const struct gd_docker *d, int layerdb, const char *driver, struct gd_error *err)
{
	const struct gd_places none = { 0 };
	const struct gd_facts *f = d->f;
	struct gd_image *img = &d->f->image;
	const char *part = NULL;
	size_t i = 0;

	const char *own = gd_printf(d->a, "mounts/%s", f->id);
	const char *parent = read_line(d, layerdb, gd_printf(d->a, "%s/parent", own), err);
	const char *mount = parent ? read_line(d, layerdb, gd_printf(d->a, "%s/mount-id", own), err) : NULL;
	if (!mount)
		return -1;
	if (!gd_streq(parent, gd_image_chain(&img->diff_ids, img->diff_ids.n, d->a)))
		return gd_error_set(err, GD_E_TRUST, "the container's layers are not those of its image");
	while (i < sizeof(drivers) / sizeof(drivers[0]) && !gd_streq(drivers[i].driver, driver))
		i++;
	if (i == sizeof(drivers) / sizeof(drivers[0]))
		return gd_error_set(err, GD_E_INPUT, "Docker's storage driver %s is not known", driver);
	size_t len = gd_places_match(f->root_path, drivers[i].root, &none, f->id, d->a, &part);
	if (len != strlen(d->data_root) || *mount == '\0' || !gd_streq(part, mount))
		return gd_error_set(err, GD_E_TRUST, "the container's root is not the one that its record names");
	if (!drivers[i].layered)
		return 0;
	d->f->use.upper = gd_printf(d->a, "%s/%s/%s/diff", d->data_root, driver, mount);
	if (img->diff_ids.n == 0)
		return 0;
	int sums = gd_docker_dir(layerdb, "sha256", err);
	int r = sums < 0 ? -1 : find_layers(d, sums, driver, err);
	if (sums >= 0)
		close(sums);
	return r;
}

/* {"Repositories": {"nginx": {"nginx:1.25": "sha256:...", ...}}} */
static int read_names(const struct gd_docker *d, struct gd_pull *p, const char *id)
{
	char *key, *name, *digest;
	size_t at;
	int r, s = 0;

	if (gd_pull_object(p) < 0)
		return -1;
	while ((r = gd_pull_key(p, &key, &at)) > 0) {
		if (gd_pull_object(p) < 0)
			return -1;
		while ((s = gd_pull_key(p, &name, &at)) > 0) {
			if (gd_pull_str(p, &digest) < 0)
				return -1;
			const char *full = gd_streq(digest, id) ? gd_image_reference(d->a, name) : NULL;
			if (full)
				gd_words_add(d->a, &d->f->image.references, full);
		}
		if (s < 0)
			return -1;
	}
	return r;
}

/* Straight from the bytes: a host with thousands of images pays no tree. */
static int read_references(const struct gd_docker *d, int dirfd, const char *id, struct gd_error *err)
{
	struct gd_bytes bytes;
	struct gd_pull p;
	char *key;
	size_t at;
	int r = gd_image_file(dirfd, "repositories.json", GD_IMAGE_STORE_MAX, d->a, &bytes, err);

	if (r <= 0)
		return r;
	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_CASE, err) < 0)
		return gd_error_wrap(err, "repositories.json");
	gd_pull_init(&p, bytes.data, bytes.len, NULL, err);
	r = gd_pull_object(&p);
	while (r >= 0 && (r = gd_pull_key(&p, &key, &at)) > 0)
		r = gd_streq(key, "Repositories") && !gd_pull_null(&p) ? read_names(d, &p, id) : gd_pull_skip(&p);
	return r < 0 ? gd_error_wrap(err, "repositories.json") : 0;
}

static int read_driver(const struct gd_docker *d, int dirfd, const char *driver, const char *id, struct gd_error *err)
{
	struct gd_image *img = &d->f->image;
	struct gd_bytes bytes;
	int r = gd_image_blob(dirfd, gd_printf(d->a, "imagedb/content/sha256/%s", id + 7), id, d->a, &bytes, err);

	if (r == 0)
		return gd_error_set(err, GD_E_INPUT, "its image was removed from the store (%.19s)", id);
	if (r < 0 || gd_image_config(bytes, img, d->a, err) < 0)
		return -1;
	img->config = id;
	int layerdb = gd_docker_dir(dirfd, "layerdb", err);
	if (layerdb < 0)
		return -1;
	r = check_layers(d, layerdb, driver, err);
	close(layerdb);
	return r < 0 ? -1 : read_references(d, dirfd, id, err);
}

int gd_docker_graph(struct gd_docker *d, const char *driver, const char *id, struct gd_error *err)
{
	int image = gd_docker_dir(d->data_fd, "image", err);
	int dirfd = image < 0 ? -1 : gd_docker_dir(image, driver, err);
	int r = dirfd < 0 ? -1 : read_driver(d, dirfd, driver, id, err);

	d->f->image.store = gd_printf(d->a, "%s/image/%s", d->data_root, driver);
	if (dirfd >= 0)
		close(dirfd);
	if (image >= 0)
		close(image);
	return r;
}
