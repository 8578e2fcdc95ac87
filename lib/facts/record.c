/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a create, kept in judged.json: what its sources were, whose its namespaces. Paths lead elsewhere
 * later; exec and update are judged by what was seen. The record is root's alone; what does not read as
 * guarded wrote it refuses.
 */
#include <string.h>

#include "facts/hooks.h"
#include "facts/sources.h"

#define VERSION 1

static const char *const kind_names[] = {
	[GD_SRC_NONE] = "none", [GD_SRC_ENGINE] = "engine", [GD_SRC_INIT] = "init", [GD_SRC_VOLUME] = "volume",
	[GD_SRC_KUBELET] = "kubelet", [GD_SRC_HOST] = "host", [GD_SRC_MISSING] = "missing", NULL,
};
static const char *const state_names[] = { [GD_NS_HOST] = "host", [GD_NS_OWN] = "own",
					   [GD_NS_JOINED] = "joined", NULL };
static const char *const owner_names[] = {
	[GD_OWNER_NONE] = "none", [GD_OWNER_SANDBOX] = "sandbox", [GD_OWNER_CONTAINER] = "container",
	[GD_OWNER_ENGINE] = "engine", [GD_OWNER_UNKNOWN] = "unknown", NULL,
};

/* --- writing: every setter's failure is kept, so that a short record is never taken for a whole one ---------- */

struct writer { bool failed; };

static void put(struct writer *w, gd_json *obj, const char *key, gd_json *v)
{
	w->failed |= gd_json_set(obj, key, v) < 0;
}

static void put_str(struct writer *w, gd_json *obj, const char *key, const char *s)
{
	if (s)
		put(w, obj, key, gd_json_new_str(s));
}

static void put_u64(struct writer *w, gd_json *obj, const char *key, uint64_t v)
{
	put(w, obj, key, gd_json_new_u64(v));
}

static gd_json *push(struct writer *w, gd_json *list)
{
	gd_json *obj = gd_json_new_obj();

	w->failed |= gd_json_push(list, obj) < 0;
	return obj;
}

static void put_words(struct writer *w, gd_json *obj, const char *key, const struct gd_words *words)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < words->n; i++)
		w->failed |= gd_json_push(list, gd_json_new_str(words->v[i])) < 0;
	put(w, obj, key, list);
}

static gd_json *origins_of(struct writer *w, const struct gd_origin *o, size_t n)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < n && !w->failed; i++) {
		gd_json *x = push(w, list);
		put_str(w, x, "path", o[i].path);
		put_str(w, x, "below", o[i].below);
		put_str(w, x, "fstype", o[i].fstype);
		put_str(w, x, "device", o[i].device);
		put_u64(w, x, "flags", o[i].flags);
		put_u64(w, x, "dev", o[i].dev);
		put_u64(w, x, "ino", o[i].ino);
		put_u64(w, x, "mode", o[i].mode);
		put_u64(w, x, "uid", o[i].uid);
		put_u64(w, x, "gid", o[i].gid);
	}
	return list;
}

static gd_json *mounts_of(struct writer *w, const struct gd_facts *f)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < f->n_mounts && !w->failed; i++) {
		const struct gd_mount *m = &f->mounts[i];
		if (!m->bind)
			continue;
		gd_json *x = push(w, list);
		put_str(w, x, "destination", m->destination);
		put_str(w, x, "source", m->source);
		put(w, x, "recursive", gd_json_new_bool(m->recursive));
		put_str(w, x, "kind", kind_names[m->kind]);
		put_str(w, x, "volume", m->volume);
		put_str(w, x, "unpinnable", m->unpinnable);
		put(w, x, "origins", origins_of(w, m->origins, m->n_origins));
	}
	return list;
}

static gd_json *namespaces_of(struct writer *w, const struct gd_linux *l)
{
	gd_json *obj = gd_json_new_obj();

	for (int k = 0; k < GD_NS_KINDS && !w->failed; k++) {
		const struct gd_namespace *ns = &l->ns[k];
		gd_json *x = gd_json_new_obj();
		put_str(w, x, "state", state_names[ns->state]);
		put_str(w, x, "owner", owner_names[ns->owner]);
		put_str(w, x, "path", ns->path);
		put_str(w, x, "ownerId", ns->owner_id);
		if (ns->owner_recorded)
			put_words(w, x, "joinable", &ns->owner_joinable);
		put_u64(w, x, "dev", ns->dev);
		put_u64(w, x, "ino", ns->ino);
		put(w, obj, gd_ns_names[k], x);
	}
	return obj;
}

static gd_json *devices_of(struct writer *w, const struct gd_linux *l)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < l->n_devices && !w->failed; i++) {
		const struct gd_device *d = &l->devices[i];
		gd_json *x = push(w, list);
		put_str(w, x, "type", d->type);
		put(w, x, "major", gd_json_new_i64(d->major));
		put(w, x, "minor", gd_json_new_i64(d->minor));
		put_str(w, x, "real", d->real);
		put_words(w, x, "aliases", &d->aliases);
	}
	return list;
}

static gd_json *rules_of(struct writer *w, const struct gd_resources *r)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < r->n_devices && !w->failed; i++) {
		const struct gd_device_rule *d = &r->devices[i];
		const char type[2] = { d->type, '\0' };
		if (!d->real)
			continue;
		gd_json *x = push(w, list);
		put_str(w, x, "type", type);
		put(w, x, "major", gd_json_new_i64(d->major.v));
		put(w, x, "minor", gd_json_new_i64(d->minor.v));
		put_str(w, x, "real", d->real);
		put_words(w, x, "aliases", &d->aliases);
	}
	return list;
}

gd_json *gd_facts_to_record(const struct gd_facts *f)
{
	struct writer w = { .failed = false };
	gd_json *obj = gd_json_new_obj(), *root = gd_json_new_obj();

	put_u64(&w, obj, "version", VERSION);
	put(&w, obj, "mounts", mounts_of(&w, f));
	put(&w, obj, "namespaces", namespaces_of(&w, &f->linux_));
	put(&w, obj, "devices", devices_of(&w, &f->linux_));
	put(&w, obj, "deviceRules", rules_of(&w, &f->linux_.resources));
	put_str(&w, root, "path", f->root_path);
	put_str(&w, root, "real", f->root_real);
	put(&w, root, "inEngine", gd_json_new_bool(f->root_in_engine));
	put(&w, root, "origins", origins_of(&w, f->root_origins, f->n_root_origins));
	put(&w, obj, "root", root);
	if (f->joinable_known)
		put_words(&w, obj, "joinable", &f->joinable);
	return w.failed ? gd_json_free(obj) : obj;
}

/* --- reading ---------------------------------------------------------------------------------------- */

struct reader { struct gd_arena *a; bool failed; };

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

static int take_name(struct reader *r, const gd_json *obj, const char *key, const char *const *names)
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
		m[i].kind = (enum gd_source_kind)take_name(r, x, "kind", kind_names);
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
		ns->state = (enum gd_ns_state)take_name(r, x, "state", state_names);
		ns->owner = (enum gd_ns_owner)take_name(r, x, "owner", owner_names);
		ns->path = take_str(r, x, "path");
		ns->owner_id = take_str(r, x, "ownerId");
		ns->owner_recorded = gd_json_kind(gd_json_get(x, "joinable")) == GD_JSON_ARRAY;
		ns->owner_joinable = take_words(r, gd_json_get(x, "joinable"));
		ns->fd = -1;
		ns->dev = take_u64(r, x, "dev");
		ns->ino = take_u64(r, x, "ino");
	}
}

static void take_devices(struct reader *r, const gd_json *nodes, const gd_json *rules, struct gd_linux *l)
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

	if (take_u64(&r, record, "version") != VERSION)
		return gd_error_set(err, GD_E_INPUT, "the record's facts are of another version");
	take_mounts(&r, gd_json_get(record, "mounts"), &before);
	take_namespaces(&r, gd_json_get(record, "namespaces"), &before.linux_);
	take_devices(&r, gd_json_get(record, "devices"), gd_json_get(record, "deviceRules"), &before.linux_);
	before.root_path = take_str(&r, root, "path");
	before.root_real = take_str(&r, root, "real");
	before.root_in_engine = gd_json_get_bool(root, "inEngine");
	before.root_origins = take_origins(&r, gd_json_get(root, "origins"), &before.n_root_origins);
	before.joinable_known = gd_json_kind(gd_json_get(record, "joinable")) == GD_JSON_ARRAY;
	before.joinable = take_words(&r, gd_json_get(record, "joinable"));
	if (r.failed)
		return gd_error_set(err, GD_E_INPUT, "the record's facts cannot be read");
	if (gd_facts_carry(&before, f, a, err) < 0)
		return -1;
	gd_host_collect(f, a); /* the machine's own: as it is now */
	gd_facts_hooks(f, a);
	f->host_known = f->record_known = true;
	return 0;
}
