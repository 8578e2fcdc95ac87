/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Docker's record of a container (config.v2.json, hostconfig.json: engine-facts 3.1 and 3.2) and of its image: with a
 * graph driver by imagedb and layerdb, with containerd's store by its blobs. The daemon writes both files before it
 * calls the runtime, and holds the container's lock until that has come back; what changes them meanwhile is not it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/places.h"
#include "image/docker.h"

/* What is read of the records, as Go's structs have it: any other spelling is no document. */
static const char *const record_keys[] = { "ID", "State", "Path", "Args", "Config", "Image", "ImageManifest",
					   "Driver", "MountPoints", "NetworkSettings", "Managed", NULL };

/* Both files as they were: a store in motion is read again. */
struct stamps { struct stat record, host; };

static void take_stamps(int dirfd, struct stamps *ret)
{
	*ret = (struct stamps){ 0 };
	if (fstatat(dirfd, "config.v2.json", &ret->record, AT_SYMLINK_NOFOLLOW) < 0)
		ret->record = (struct stat){ 0 };
	if (fstatat(dirfd, "hostconfig.json", &ret->host, AT_SYMLINK_NOFOLLOW) < 0)
		ret->host = (struct stat){ 0 };
}

static bool same_file(const struct stat *x, const struct stat *y)
{
	return x->st_dev == y->st_dev && x->st_ino == y->st_ino && x->st_size == y->st_size &&
	       x->st_mtim.tv_sec == y->st_mtim.tv_sec && x->st_mtim.tv_nsec == y->st_mtim.tv_nsec &&
	       x->st_ctim.tv_sec == y->st_ctim.tv_sec && x->st_ctim.tv_nsec == y->st_ctim.tv_nsec;
}

/* The directory's own look: it is the engine's, and nobody else may put a file in it. */
int gd_docker_dir(int dirfd, const char *name, struct gd_error *err)
{
	struct stat st;
	int fd = openat(dirfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return gd_error_sys(err, errno, "open %s", name);
	if (fstat(fd, &st) == 0 && st.st_uid == 0 && (st.st_mode & 022) == 0)
		return fd;
	close(fd);
	return gd_error_set(err, GD_E_TRUST, "%s can be written by others than root", name);
}

static gd_json *read_json(int dirfd, const char *name, struct gd_arena *a, struct gd_error *err)
{
	struct gd_bytes bytes;
	int r = gd_image_file(dirfd, name, GD_IMAGE_RECORD_MAX, a, &bytes, err);

	if (r == 0)
		gd_error_set(err, GD_E_INPUT, "%s is not there", name);
	gd_json *ret = r > 0 ? gd_image_json(bytes, err) : NULL;
	if (r > 0 && !ret)
		gd_error_wrap(err, "%s", name);
	return ret;
}

static int check_record(const struct gd_docker *d, const gd_json *record, struct gd_error *err)
{
	if (gd_image_exact(record, record_keys, err) < 0)
		return -1;
	if (!gd_streq(gd_json_get_str(record, "ID"), d->f->id))
		return gd_error_set(err, GD_E_TRUST, "config.v2.json is another container's");
	return 0;
}

/* 0, or -1 with the reason why the image is unknown. */
static int read_image(struct gd_docker *d, const gd_json *record, struct gd_error *err)
{
	struct gd_image *img = &d->f->image;
	const char *driver = gd_json_get_str(record, "Driver"), *image = gd_json_get_str(record, "Image");

	img->asked = NULL;
	const char *asked = gd_json_get_str(gd_json_get(record, "Config"), "Image");
	if (asked)
		img->asked = gd_strdup(d->a, asked);
	if (!gd_image_is_digest(image))
		return gd_error_set(err, GD_E_INPUT, "Docker's record names no image");
	/* A part of paths. */
	if (!driver || *driver == '\0' || strspn(driver, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(driver))
		return gd_error_set(err, GD_E_INPUT, "Docker's record names no storage driver");
	image = gd_strdup(d->a, image);
	driver = gd_strdup(d->a, driver);
	int r = gd_docker_in_snapshots(d) ?
		gd_docker_content(d, image, gd_json_get(record, "ImageManifest"), err) :
		gd_docker_graph(d, driver, image, err);
	if (r == 0)
		img->state = GD_IMAGE_KNOWN;
	return r;
}

static int read_once(struct gd_docker *d, int dirfd, struct gd_error *err)
{
	gd_json *record = read_json(dirfd, "config.v2.json", d->a, err), *host = NULL;
	int r = -1;

	if (record && check_record(d, record, err) == 0) {
		struct gd_error none = { 0 };	/* without it: no ports known, no health check known */
		host = read_json(dirfd, "hostconfig.json", d->a, &none);
		r = read_image(d, record, err);
		gd_docker_use(d, record, host);
	}
	gd_json_free(record);
	gd_json_free(host);
	return r;
}

static int read_until_still(struct gd_docker *d, int dirfd, struct gd_error *err)
{
	struct stamps before, after;

	for (int i = 0; i < GD_IMAGE_TRIES; i++) {
		*err = (struct gd_error){ 0 };
		d->f->image = (struct gd_image){ .store = d->store };
		d->f->use = (struct gd_use){ 0 };
		take_stamps(dirfd, &before);
		int r = read_once(d, dirfd, err);
		take_stamps(dirfd, &after);
		if (same_file(&before.record, &after.record) && same_file(&before.host, &after.host))
			return r;
	}
	d->f->use = (struct gd_use){ 0 };
	return gd_error_set(err, GD_E_INPUT, "Docker's record changed each of %d times that it was read",
			    GD_IMAGE_TRIES);
}

int gd_image_docker(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a, struct gd_error *err)
{
	const struct gd_host_paths none = { 0 };
	struct gd_docker d = { .f = f, .roots = roots, .a = a };
	struct gd_error why = { 0 };
	struct gd_places places;

	(void)err;
	gd_places_learn(f, &none, a, &places);
	d.data_root = places.data_root;
	if (!d.data_root || !gd_streq(d.data_root, gd_path_clean(a, d.data_root)))
		return gd_image_unknown(f, a, "its root does not lie where Docker keeps them");
	if (!gd_is_hex64(f->id))
		return gd_image_unknown(f, a, "its id is not one of Docker's");
	d.store = f->image.store = d.data_root;
	d.data_fd = gd_open_trusted_dir(d.data_root, &why);
	if (d.data_fd < 0)
		return gd_image_unknown(f, a, "%s", why.text);
	int containers = gd_docker_dir(d.data_fd, "containers", &why);
	int dirfd = containers < 0 ? -1 : gd_docker_dir(containers, f->id, &why);
	int r = dirfd < 0 ? -1 : read_until_still(&d, dirfd, &why);
	if (dirfd >= 0)
		close(dirfd);
	if (containers >= 0)
		close(containers);
	close(d.data_fd);
	return r < 0 ? gd_image_unknown(f, a, "%s", why.text) : 0;
}
