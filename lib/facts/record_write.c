/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a create, kept in judged.json: what its sources were, whose its namespaces. Paths
 * lead elsewhere later; exec and update are judged by what was seen. The record is root's alone.
 */
#include <string.h>

#include "facts/record.h"

const char *const gd_source_kind_names[] = {
	[GD_SRC_NONE] = "none",	      [GD_SRC_ENGINE] = "engine",
	[GD_SRC_INIT] = "init",	      [GD_SRC_VOLUME] = "volume",
	[GD_SRC_KUBELET] = "kubelet", [GD_SRC_HOST] = "host",
	[GD_SRC_MISSING] = "missing", NULL,
};
const char *const gd_ns_state_names[] = {
	[GD_NS_HOST] = "host", [GD_NS_OWN] = "own", [GD_NS_JOINED] = "joined", NULL
};
const char *const gd_ns_owner_names[] = {
	[GD_OWNER_NONE] = "none",	    [GD_OWNER_SANDBOX] = "sandbox",
	[GD_OWNER_CONTAINER] = "container", [GD_OWNER_ENGINE] = "engine",
	[GD_OWNER_UNKNOWN] = "unknown",	    NULL,
};

/* Every setter's failure is kept, so that a short record is never taken for a whole one. */
struct writer {
	bool failed;
};

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
		put_str(w, x, "kind", gd_source_kind_names[m->kind]);
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
		put_str(w, x, "state", gd_ns_state_names[ns->state]);
		put_str(w, x, "owner", gd_ns_owner_names[ns->owner]);
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

	put_u64(&w, obj, "version", GD_FACTS_VERSION);
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
	w.failed |= !gd_image_to_record(f, obj);
	return w.failed ? gd_json_free(obj) : obj;
}
