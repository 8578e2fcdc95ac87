/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Docker with containerd's image store (29's default): the record names the target and the manifest, whose blobs lie
 * in the content root of whichever containerd the daemon uses. Blobs are what their digests say wherever they are
 * found; which layers the root stands on only the mount that the daemon made can tell without containerd's database.
 */
#include <string.h>
#include <unistd.h>

#include "facts/mounttable.h"
#include "image/docker.h"

bool gd_docker_in_snapshots(const struct gd_docker *d)
{
	size_t n = strlen(d->data_root);

	return strncmp(d->f->root_path, d->data_root, n) == 0 && gd_starts(d->f->root_path + n, "/rootfs/");
}

static const char *unescaped(const char *s, size_t len, struct gd_arena *a)
{
	return memchr(s, '\\', len) ? NULL : gd_strndup(a, s, len);
}

/* containerd may have stepped into the directory of all (snapshots/) for the length of the list. */
static bool add_lower(const char *s, size_t len, const char *snapshots, struct gd_arena *a, struct gd_words *ret)
{
	const char *dir = unescaped(s, len, a);

	if (!dir || len == 0 || (dir[0] != '/' && !snapshots))
		return false;
	gd_words_add(a, ret, dir[0] == '/' ? dir : gd_printf(a, "%s/%s", snapshots, dir));
	return true;
}

/* "lowerdir=TOP:...:LOWEST", or as the newer system calls have it, "lowerdir+=TOP,...,lowerdir+=LOWEST". */
static bool split_lower(const char *super, const char *snapshots, struct gd_arena *a, struct gd_words *ret)
{
	for (const char *p = super; *p != '\0'; p += strcspn(p, ","), p += *p == ',') {
		bool list = gd_starts(p, "lowerdir=");
		if (!list && gd_starts(p, "datadir+="))
			return false;	/* data of files that lie elsewhere */
		if (!list && !gd_starts(p, "lowerdir+="))
			continue;
		p += strlen(list ? "lowerdir=" : "lowerdir+=");
		for (size_t n;; p += n + 1) {
			n = strcspn(p, list ? ":," : ",");
			if (!add_lower(p, n, snapshots, a, ret))
				return false;
			if (p[n] != ':') {
				p += n;
				break;
			}
		}
	}
	return ret->n > 0;
}

/* The value of an overlay's option. */
static const char *option(const char *super, const char *name, size_t *ret_len)
{
	for (const char *p = super; *p != '\0'; p += strcspn(p, ","), p += *p == ',') {
		if (gd_starts(p, name)) {
			p += strlen(name);
			*ret_len = strcspn(p, ",");
			return p;
		}
	}
	return NULL;
}

/*
 * Layers and the writable one from the mount that is the container's root. Docker puts its init layer on top of the
 * image's. Their number must be the image's; anything unusual, and they are not told.
 */
static void find_layers(const struct gd_docker *d)
{
	struct gd_image *img = &d->f->image;
	struct gd_mnt_table table;
	struct gd_error none = { 0 };
	struct gd_words top_down = { 0 }, layers = { 0 };
	const char *root = gd_path_clean(d->a, d->f->root_path), *upper;
	size_t upper_len;

	if (gd_mnt_read(NULL, d->a, &table, &none) < 0)
		return;
	const struct gd_mnt *m = gd_mnt_over(&table, root);
	if (!m || !gd_streq(m->point, root) || !gd_streq(m->fstype, "overlay"))
		return;
	upper = option(m->super, "upperdir=", &upper_len);
	const char *up = upper ? unescaped(upper, upper_len, d->a) : NULL;
	if (!up || up[0] != '/')
		return;
	/* .../snapshots/N/fs */
	const char *slash = strrchr(up, '/'), *snapshots = NULL;
	if (slash && gd_streq(slash, "/fs")) {
		while (--slash > up && *slash != '/')
			;
		snapshots = gd_strndup(d->a, up, (size_t)(slash - up));
	}
	d->f->use.upper = up;
	if (!split_lower(m->super, snapshots, d->a, &top_down))
		return;
	size_t extra = top_down.n - img->diff_ids.n;
	if (top_down.n < img->diff_ids.n || extra > 1)
		return;
	for (size_t i = top_down.n; i > extra; i--)
		gd_words_add(d->a, &layers, top_down.v[i - 1]);
	img->layers = layers;
}

/* 1: found there; 0: not the whole of it; -1: found and wrong. */
static int look_in(const struct gd_docker *d, const char *root, const char *target, const char *manifest,
		   struct gd_error *err)
{
	struct gd_error miss = { 0 };
	int fd = gd_open_trusted_dir(root, &miss), r;

	if (fd < 0) {
		if (err->kind == GD_OK)
			*err = miss;
		return 0;
	}
	*err = (struct gd_error){ 0 };
	r = gd_image_from_content(fd, target, manifest, &d->f->image, d->a, err);
	close(fd);
	if (r < 0)
		return err->kind == GD_E_TRUST ? -1 : 0;
	d->f->image.store = root;
	return 1;
}

int gd_docker_content(struct gd_docker *d, const char *target, const gd_json *manifest, struct gd_error *err)
{
	const gd_json *digest = gd_json_get(manifest, "digest");
	const char *recorded = gd_json_str(digest);
	struct gd_words roots = { 0 };
	struct gd_error last = { 0 };
	int r = 0;

	if ((manifest && gd_json_kind(manifest) != GD_JSON_OBJECT) || (manifest && !gd_image_is_digest(recorded)))
		return gd_error_set(err, GD_E_INPUT, "Docker's record of the manifest cannot be read");
	for (size_t i = 0; d->roots && i < d->roots->containerd.n; i++)
		gd_words_add(d->a, &roots, d->roots->containerd.v[i]);
	gd_words_add(d->a, &roots, gd_printf(d->a, "%s/containerd/daemon", d->data_root));
	for (size_t i = 0; r == 0 && i < roots.n; i++) {
		struct gd_error here = { 0 };
		r = look_in(d, roots.v[i], target, recorded, &here);
		/* A root that is there says more than one that is not. */
		if (r <= 0 && here.kind != GD_OK && (last.kind == GD_OK || here.kind != GD_E_SYSTEM))
			last = here;
	}
	if (r <= 0) {
		*err = last;
		return -1;
	}
	/*
	 * Without a record of it, which manifest of an index became the container is anybody's guess: --platform and
	 * an index of one's own make it another one than ours, with other layers, and nothing here contradicts.
	 */
	if (!recorded && d->f->image.index)
		return gd_error_set(err, GD_E_INPUT,
				    "which image of the index %s it is, Docker (before 24) does not record", target);
	find_layers(d);
	return 0;
}
