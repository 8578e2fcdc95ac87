/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judged.json's facts read back. What does not read as guarded wrote it refuses. */
#include <string.h>

#include "facts/hooks.h"
#include "facts/record.h"
#include "facts/sources.h"

struct reader {
	struct gd_arena *a;
	bool failed;
};

static const char *take_str(struct reader *r, const gd_json *obj, const char *key)
{
	const char *s = gd_json_get_str(obj, key);

	return s ? gd_strdup(r->a, s) : NULL;
}

static uint64_t take_u64(struct reader *r, const gd_json *obj, const char *key)
{
	uint64_t v = 0;

	r->failed |= !gd_json_u64(gd_json_get(obj, key), &v);
	return v;
}

static int64_t take_i64(struct reader *r, const gd_json *obj, const char *key)
{
	int64_t v = 0;

	r->failed |= !gd_json_i64(gd_json_get(obj, key), &v);
	return v;
}

static int take_name(struct reader *r, const gd_json *obj, const char *key,
		     const char *const *names)
{
	const char *s = gd_json_get_str(obj, key);

	for (int i = 0; names[i]; i++)
		if (gd_streq(names[i], s))
			return i;
	r->failed = true;
	return 0;
}

static struct gd_words take_words(struct reader *r, const gd_json *list)
{
	struct gd_words w = { 0 };

	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *s = gd_json_str(gd_json_at(list, i));
		if (s)
			gd_words_add(r->a, &w, gd_strdup(r->a, s));
		r->failed |= !s;
	}
	return w;
}

static const struct gd_origin *take_origins(struct reader *r, const gd_json *list, size_t *ret_n)
{
	size_t n = gd_json_len(list);
	struct gd_origin *o = GD_NEW_N(r->a, n + 1, struct gd_origin);

	for (size_t i = 0; i < n; i++) {
		const gd_json *x = gd_json_at(list, i);
		o[i].path = take_str(r, x, "path");
		o[i].below = take_str(r, x, "below");
		o[i].fstype = take_str(r, x, "fstype");
		o[i].device = take_str(r, x, "device");
		o[i].flags = (unsigned)take_u64(r, x, "flags");
		o[i].dev = take_u64(r, x, "dev");
		o[i].ino = take_u64(r, x, "ino");
		o[i].mode = (mode_t)take_u64(r, x, "mode");
		o[i].uid = (uid_t)take_u64(r, x, "uid");
		o[i].gid = (gid_t)take_u64(r, x, "gid");
		r->failed |= !o[i].path || !o[i].below || !o[i].fstype;
	}
	*ret_n = n;
	return o;
}

static void take_mounts(struct reader *r, const gd_json *list, struct gd_facts *f)
{
	size_t n = gd_json_len(list);
	struct gd_mount *m = GD_NEW_N(r->a, n + 1, struct gd_mount);

	r->failed |= gd_json_kind(list) != GD_JSON_ARRAY;
	for (size_t i = 0; i < n; i++) {
		const gd_json *x = gd_json_at(list, i);
		m[i].bind = true;
		m[i].fd = -1;
		m[i].destination = take_str(r, x, "destination");
		m[i].source = take_str(r, x, "source");
		m[i].recursive = gd_json_get_bool(x, "recursive");
		m[i].kind = (enum gd_source_kind)take_name(r, x, "kind", gd_source_kind_names);
		m[i].volume = take_str(r, x, "volume");
		m[i].unpinnable = take_str(r, x, "unpinnable");
		m[i].origins = take_origins(r, gd_json_get(x, "origins"), &m[i].n_origins);
		/* A path of the host's without an origin would be judged by nothing. */
		r->failed |= m[i].kind == GD_SRC_HOST && m[i].n_origins == 0;
	}
	f->mounts = m;
	f->n_mounts = n;
}

static void take_namespaces(struct reader *r, const gd_json *obj, struct gd_linux *l)
{
	for (int k = 0; k < GD_NS_KINDS; k++) {
		const gd_json *x = gd_json_get(obj, gd_ns_names[k]);
		struct gd_namespace *ns = &l->ns[k];
		ns->state = (enum gd_ns_state)take_name(r, x, "state", gd_ns_state_names);
		ns->owner = (enum gd_ns_owner)take_name(r, x, "owner", gd_ns_owner_names);
		ns->path = take_str(r, x, "path");
		ns->owner_id = take_str(r, x, "ownerId");
		ns->owner_recorded = gd_json_kind(gd_json_get(x, "joinable")) == GD_JSON_ARRAY;
		ns->owner_joinable = take_words(r, gd_json_get(x, "joinable"));
		ns->fd = -1;
		ns->dev = take_u64(r, x, "dev");
		ns->ino = take_u64(r, x, "ino");
	}
}

static void take_devices(struct reader *r, const gd_json *nodes, const gd_json *rules,
			 struct gd_linux *l)
{
	size_t n = gd_json_len(nodes), n_rules = gd_json_len(rules);
	struct gd_device *d = GD_NEW_N(r->a, n + 1, struct gd_device);
	struct gd_device_rule *x = GD_NEW_N(r->a, n_rules + 1, struct gd_device_rule);

	for (size_t i = 0; i < n; i++) {
		const gd_json *v = gd_json_at(nodes, i);
		d[i].type = take_str(r, v, "type");
		d[i].major = take_i64(r, v, "major");
		d[i].minor = take_i64(r, v, "minor");
		d[i].real = take_str(r, v, "real");
		d[i].aliases = take_words(r, gd_json_get(v, "aliases"));
	}
	for (size_t i = 0; i < n_rules; i++) {
		const gd_json *v = gd_json_at(rules, i);
		const char *type = gd_json_get_str(v, "type");
		x[i].type = type ? type[0] : '?';
		x[i].major = (struct gd_i64){ .set = true, .v = take_i64(r, v, "major") };
		x[i].minor = (struct gd_i64){ .set = true, .v = take_i64(r, v, "minor") };
		x[i].real = take_str(r, v, "real");
		x[i].aliases = take_words(r, gd_json_get(v, "aliases"));
	}
	l->devices = d;
	l->n_devices = n;
	l->resources.devices = x;
	l->resources.n_devices = n_rules;
}

int gd_facts_from_record(struct gd_facts *f, const gd_json *record, struct gd_arena *a,
			 struct gd_error *err)
{
	struct reader r = { .a = a };
	struct gd_facts before = { .host_known = true };
	const gd_json *root = gd_json_get(record, "root");

	if (take_u64(&r, record, "version") != GD_FACTS_VERSION)
		return gd_error_set(err, GD_E_INPUT, "the record's facts are of another version");
	take_mounts(&r, gd_json_get(record, "mounts"), &before);
	take_namespaces(&r, gd_json_get(record, "namespaces"), &before.linux_);
	take_devices(&r, gd_json_get(record, "devices"), gd_json_get(record, "deviceRules"),
		     &before.linux_);
	before.root_path = take_str(&r, root, "path");
	before.root_real = take_str(&r, root, "real");
	before.root_in_engine = gd_json_get_bool(root, "inEngine");
	before.root_origins =
		take_origins(&r, gd_json_get(root, "origins"), &before.n_root_origins);
	before.joinable_known = gd_json_kind(gd_json_get(record, "joinable")) == GD_JSON_ARRAY;
	before.joinable = take_words(&r, gd_json_get(record, "joinable"));
	if (r.failed || !gd_image_from_record(f, record, a))
		return gd_error_set(err, GD_E_INPUT, "the record's facts cannot be read");
	if (gd_facts_carry(&before, f, a, err) < 0)
		return -1;
	gd_host_collect(f, a); /* the machine's own: as it is now */
	gd_facts_hooks(f, a);
	f->host_known = f->record_known = true;
	return 0;
}
