/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containerd's own database (engine-facts 3.3 to 3.5; seen with 1.6, the buckets are the same in 2.3):
 *   io.containerd.metadata.v1.bolt/meta.db	v1/NAMESPACE/{containers,images,snapshots,sandboxes}/...
 */
#include <string.h>

#include "image/bolt.h"
#include "image/containerd.h"

#define META "io.containerd.metadata.v1.bolt/meta.db"

struct reading {
	const char *ns, *id;
	struct gd_ctd_record *ret;
	struct gd_arena *a;
	struct gd_bolt *b;
	struct gd_error *err;
};

/* --- protobuf --------------------------------------------------------------------------------------------------- */

bool gd_ctd_varint(const unsigned char **p, const unsigned char *end, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; *p < end && shift < 63; shift += 7) {
		unsigned char c = *(*p)++;

		*ret |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			return true;
	}
	return false;
}

/*
 * The value (field 2) of a google.protobuf.Any; .data NULL where it is none. A JSON document inside; no URL counts.
 */
static struct gd_bytes any_value(struct gd_bytes any)
{
	const unsigned char *p = (const unsigned char *)any.data, *end = p + any.len;
	struct gd_bytes ret = { 0 };

	while (p < end) {
		uint64_t tag, len;

		if (!gd_ctd_varint(&p, end, &tag) || (tag != (1 << 3 | 2) && tag != (2 << 3 | 2)) ||
		    !gd_ctd_varint(&p, end, &len) || len > (uint64_t)(end - p))
			return (struct gd_bytes){ 0 };
		if (tag >> 3 == 2)
			ret = (struct gd_bytes){ (char *)p, (size_t)len };
		p += len;
	}
	return ret;
}

/* --- meta.db ---------------------------------------------------------------------------------------------------- */

/* An extension's JSON, copied: the strict scanner wants a NUL behind and may write. -1, 0. */
static int extension(struct reading *r, const struct gd_bolt_bucket *of, const char *key, struct gd_bytes *ret)
{
	struct gd_bolt_bucket in;
	struct gd_bytes any;
	int found = gd_bolt_bucket(r->b, of, "extensions", &in, r->err);

	if (found == 1)
		found = gd_bolt_value(r->b, &in, key, &any, r->err);
	if (found <= 0)
		return found;
	if (any.len > GD_IMAGE_RECORD_MAX)
		return gd_error_set(r->err, GD_E_INPUT, "a record of more than %u bytes", GD_IMAGE_RECORD_MAX);
	struct gd_bytes v = any_value(any);
	if (!v.data)
		return gd_error_set(r->err, GD_E_INPUT, "'%s' is no record of containerd's", key);
	*ret = (struct gd_bytes){ gd_strndup(r->a, v.data, v.len), v.len };
	/* gd_strndup stops at a NUL; JSON holds none. */
	return memchr(v.data, '\0', v.len) ? gd_error_set(r->err, GD_E_INPUT, "'%s' holds a NUL", key) : 0;
}

#define TIME_SIZE 13 /* without the zone behind */

/* Two of Go's times; false also where one is none. */
static bool before(struct gd_bytes a, struct gd_bytes b)
{
	return a.len >= TIME_SIZE && b.len >= TIME_SIZE && memcmp(a.data + 1, b.data + 1, TIME_SIZE - 1) <= 0;
}

static int add_name(struct reading *r, const struct gd_bolt_bucket *images, const char *name, const char **ret)
{
	struct gd_bolt_bucket image, target;
	struct gd_bytes updated = { 0 };
	const char *digest = NULL;
	int found = gd_bolt_bucket(r->b, images, name, &image, r->err);

	if (found == 1 && gd_bolt_value(r->b, &image, "updatedat", &updated, r->err) < 0)
		return -1;
	if (found == 1)
		found = gd_bolt_bucket(r->b, &image, "target", &target, r->err);
	if (found < 0 || (found == 1 && gd_bolt_text(r->b, &target, "digest", &digest, r->err) < 0))
		return -1;
	*ret = digest;
	if (digest) {
		struct gd_ctd_name *n = GD_APPEND(r->a, r->ret->names, r->ret->n_names);
		*n = (struct gd_ctd_name){ gd_strdup(r->a, name), digest, !before(updated, r->ret->created) };
	}
	return 0;
}

/* A name, and where it holds, the same repository by the digest that it points at. */
static int look_up(struct reading *r, const struct gd_bolt_bucket *images, const char *name)
{
	const char *target, *same, *slash = strrchr(name, '/'), *tag = strchr(slash ? slash : name, ':');

	for (size_t i = 0; i < r->ret->n_names; i++)
		if (gd_streq(r->ret->names[i].name, name))
			return 0;
	if (add_name(r, images, name, &target) < 0)
		return -1;
	if (!target || strchr(name, '@') || gd_starts(name, "sha256:"))
		return 0;
	const char *repository = tag ? gd_strndup(r->a, name, (size_t)(tag - name)) : name;
	return add_name(r, images, gd_printf(r->a, "%s@%s", repository, target), &same);
}

static int names(struct reading *r, const struct gd_bolt_bucket *ns, const struct gd_cri *cri)
{
	struct gd_bolt_bucket images;
	int found = gd_bolt_bucket(r->b, ns, "images", &images, r->err);

	if (found <= 0)
		return found;
	/* CRI lists every image by its configuration's digest too: what it is, whatever its names became. */
	if ((cri->config && look_up(r, &images, cri->config) < 0) ||
	    (r->ret->image && look_up(r, &images, r->ret->image) < 0))
		return -1;
	for (size_t i = 0; i < cri->names.n; i++)
		if (look_up(r, &images, cri->names.v[i]) < 0)
			return -1;
	return 0;
}

static int chain(struct reading *r, const struct gd_bolt_bucket *ns)
{
	const char *const path[] = { "snapshots", r->ret->snapshotter, NULL };
	struct gd_bolt_bucket snapshots = *ns, snapshot;
	const char *key = r->ret->snapshot_key;
	int found = 1;

	for (const char *const *p = path; found == 1 && *p; p++)
		found = gd_bolt_bucket(r->b, &snapshots, *p, &snapshots, r->err);
	while (found == 1 && key) {
		if (r->ret->n_chain == GD_CONTAINERD_CHAIN_MAX)
			return gd_error_set(r->err, GD_E_INPUT, "more than %d layers", GD_CONTAINERD_CHAIN_MAX);
		if ((found = gd_bolt_bucket(r->b, &snapshots, key, &snapshot, r->err)) <= 0)
			break;
		struct gd_ctd_snapshot *s = GD_APPEND(r->a, r->ret->chain, r->ret->n_chain);
		s->key = key;
		if (gd_bolt_text(r->b, &snapshot, "name", &s->name, r->err) < 0 ||
		    gd_bolt_text(r->b, &snapshot, "parent", &s->parent, r->err) < 0)
			return -1;
		if (s->parent && *s->parent == '\0')
			s->parent = NULL;
		key = s->parent;
	}
	return found < 0 ? -1 : 0;
}

/* CRI 2.x keeps the pod under its own bucket too; the container's extension is there in every version. */
static int pod(struct reading *r, const struct gd_bolt_bucket *ns, const char *sandbox)
{
	static const struct { const char *bucket, *key; } places[] = {
		{ "containers", "io.cri-containerd.sandbox.metadata" }, { "sandboxes", "metadata" },
	};

	for (size_t i = 0; i < 2 && !r->ret->sandbox.data; i++) {
		struct gd_bolt_bucket in;
		int found = gd_bolt_bucket(r->b, ns, places[i].bucket, &in, r->err);

		if (found == 1)
			found = gd_bolt_bucket(r->b, &in, sandbox, &in, r->err);
		if (found < 0 || (found == 1 && extension(r, &in, places[i].key, &r->ret->sandbox) < 0))
			return -1;
	}
	return 0;
}

static int cri(struct reading *r, const struct gd_bolt_bucket *ns, const struct gd_bolt_bucket *self,
	       struct gd_cri *ret)
{
	struct gd_use ignored = { 0 };
	struct gd_bytes copy;

	if (extension(r, self, "io.cri-containerd.container.metadata", &r->ret->container) < 0)
		return -1;
	if (!r->ret->container.data) {
		int found = extension(r, self, "io.cri-containerd.sandbox.metadata", &r->ret->sandbox);
		r->ret->is_sandbox = r->ret->sandbox.data != NULL;
		return found;
	}
	copy = (struct gd_bytes){ gd_strndup(r->a, r->ret->container.data, r->ret->container.len),
				  r->ret->container.len };
	if (gd_cri_container(copy, ret, &ignored, r->a, r->err) < 0)
		return -1;
	return ret->sandbox_id ? pod(r, ns, ret->sandbox_id) : 0;
}

static int labels(struct reading *r, const struct gd_bolt_bucket *self)
{
	struct gd_bolt_bucket in;
	const char *home;
	int found = gd_bolt_bucket(r->b, self, "labels", &in, r->err);

	if (found <= 0)
		return found;
	if (gd_bolt_text(r->b, &in, "nerdctl/namespace", &home, r->err) < 0)
		return -1;
	r->ret->nerdctl = home != NULL;
	return 0;
}

static int read_record(struct gd_bolt *b, void *context, struct gd_error *err)
{
	struct reading *r = context;
	const char *const path[] = { "v1", r->ns, NULL };
	struct gd_bolt_bucket ns, self;
	struct gd_cri asked = { 0 };
	int found;

	*r->ret = (struct gd_ctd_record){ 0 };
	r->b = b;
	r->err = err;
	if ((found = gd_bolt_path(b, path, &ns, err)) <= 0 ||
	    (found = gd_bolt_bucket(b, &ns, "containers", &self, err)) <= 0 ||
	    (found = gd_bolt_bucket(b, &self, r->id, &self, err)) <= 0)
		return found;
	if (gd_bolt_value(b, &self, "createdat", &r->ret->created, err) < 0 ||
	    gd_bolt_text(b, &self, "image", &r->ret->image, err) < 0 ||
	    gd_bolt_text(b, &self, "snapshotter", &r->ret->snapshotter, err) < 0 ||
	    gd_bolt_text(b, &self, "snapshotKey", &r->ret->snapshot_key, err) < 0)
		return -1;
	if (r->ret->image && *r->ret->image == '\0')
		r->ret->image = NULL;
	if (cri(r, &ns, &self, &asked) < 0 || names(r, &ns, &asked) < 0 || labels(r, &self) < 0)
		return -1;
	return r->ret->snapshotter && r->ret->snapshot_key && chain(r, &ns) < 0 ? -1 : 1;
}

int gd_ctd_read(int dirfd, const char *ns, const char *id, struct gd_arena *a, struct gd_ctd_record *ret,
		struct gd_error *err)
{
	struct reading r = { .ns = ns, .id = id, .ret = ret, .a = a };

	return gd_bolt_read(dirfd, META, read_record, &r, a, err);
}
