/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The database of containerd's overlayfs snapshotter (seen with 1.6, the buckets are the same in 2.3):
 *   io.containerd.snapshotter.v1.overlayfs/metadata.db	v1/snapshots/NAME/{id,kind,parent}, directory snapshots/ID/fs
 */
#include <string.h>

#include "image/bolt.h"
#include "image/containerd.h"

#define OVERLAY "io.containerd.snapshotter.v1.overlayfs"

enum kind { KIND_VIEW = 1, KIND_ACTIVE = 2, KIND_COMMITTED = 3 };

struct dirs {
	const char *root;
	struct gd_ctd_record *ret;
	struct gd_arena *a;
};

static int contradiction(struct gd_error *err)
{
	return gd_error_set(err, GD_E_INPUT, "the snapshotter and containerd disagree about the container's layers");
}

static int read_dirs(struct gd_bolt *b, void *context, struct gd_error *err)
{
	static const char *const path[] = { "v1", "snapshots", NULL };
	struct dirs *d = context;
	struct gd_bolt_bucket snapshots, one;
	int found = gd_bolt_path(b, path, &snapshots, err);

	for (size_t i = 0; i < d->ret->n_chain && found == 1; i++) {
		struct gd_ctd_snapshot *s = &d->ret->chain[i];
		const char *parent, *below = i + 1 < d->ret->n_chain ? s[1].name : NULL;
		struct gd_bytes id, kind;
		uint64_t number;

		s->dir = NULL;
		if (!s->name)
			return contradiction(err);
		if ((found = gd_bolt_bucket(b, &snapshots, s->name, &one, err)) <= 0 ||
		    (found = gd_bolt_value(b, &one, "id", &id, err)) <= 0 ||
		    (found = gd_bolt_value(b, &one, "kind", &kind, err)) <= 0)
			return found < 0 ? -1 : contradiction(err);
		if (gd_bolt_text(b, &one, "parent", &parent, err) < 0)
			return -1;
		const unsigned char *p = (const unsigned char *)id.data;
		if (!gd_ctd_varint(&p, p + id.len, &number) || kind.len != 1 ||
		    (i == 0 ? *kind.data != KIND_ACTIVE && *kind.data != KIND_VIEW : *kind.data != KIND_COMMITTED) ||
		    !gd_streq(parent && *parent != '\0' ? parent : NULL, below))
			return contradiction(err);
		if (*kind.data != KIND_VIEW) /* which has nothing of its own */
			s->dir = gd_printf(d->a, "%s/" OVERLAY "/snapshots/%llu/fs", d->root,
					   (unsigned long long)number);
	}
	return found;
}

int gd_ctd_dirs(int dirfd, const char *root, struct gd_ctd_record *ret, struct gd_arena *a, struct gd_error *err)
{
	struct dirs d = { root, ret, a };

	if (!gd_streq(ret->snapshotter, "overlayfs") || ret->n_chain == 0)
		return 0;
	return gd_bolt_read(dirfd, OVERLAY "/metadata.db", read_dirs, &d, a, err);
}
