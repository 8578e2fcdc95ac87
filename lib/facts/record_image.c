/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the store said at create, in judged.json: one table for writing and reading. What is empty is left out.
 * Left out for good are the layers and their digests: they were looked at once, and what was found in them (the
 * user's numbers) is kept. The program is not kept either: exec asks about another one.
 */
#include <stddef.h>

#include "facts/record.h"

enum type { STR, WORDS, FLAG };
struct field {
	const char *key;
	enum type type;
	size_t at;
};

#define OF(what, type, member) { #member, type, offsetof(struct what, member) }
static const struct field image_fields[] = {
	OF(gd_image, STR, why),		OF(gd_image, STR, store),	OF(gd_image, STR, config),
	OF(gd_image, STR, manifest),	OF(gd_image, STR, index),	OF(gd_image, STR, asked),
	OF(gd_image, WORDS, references), OF(gd_image, WORDS, entrypoint), OF(gd_image, WORDS, cmd),
	OF(gd_image, WORDS, env),	OF(gd_image, STR, user),	OF(gd_image, STR, cwd),
	OF(gd_image, WORDS, volumes),	OF(gd_image, WORDS, ports),	OF(gd_image, WORDS, health),
	OF(gd_image, STR, stop_signal),	OF(gd_image, FLAG, ids_known),	OF(gd_image, STR, ids_why),
	OF(gd_image, STR, home),
	{ 0 },
};
static const struct field use_fields[] = {
	OF(gd_use, FLAG, ports_known),	OF(gd_use, FLAG, publish_all),	OF(gd_use, STR, pod_namespace),
	OF(gd_use, STR, pod_name),	OF(gd_use, STR, container_name), OF(gd_use, FLAG, health_known),
	OF(gd_use, WORDS, health),	OF(gd_use, WORDS, image_volumes), OF(gd_use, WORDS, links),
	OF(gd_use, STR, hostname),	OF(gd_use, FLAG, init),		OF(gd_use, FLAG, sandbox),
	OF(gd_use, STR, upper),
	OF(gd_use, FLAG, started_before),
	{ 0 },
};

static const char *const states[] = {
	[GD_IMAGE_NOT_ASKED] = "notAsked", [GD_IMAGE_NONE] = "none", [GD_IMAGE_KNOWN] = "known",
	[GD_IMAGE_UNKNOWN] = "unknown",
};

/* --- writing -------------------------------------------------------------------------------------- */

static bool put_words(gd_json *obj, const char *key, const struct gd_words *w)
{
	gd_json *list = w->n ? gd_json_arr_in(obj, key) : NULL;

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			return false;
	return true;
}

static bool put_field(gd_json *obj, const struct field *d, const char *from)
{
	const char *s;

	switch (d->type) {
	case STR:
		s = *(const char *const *)(from + d->at);
		return !s || gd_json_set(obj, d->key, gd_json_new_str(s)) == 0;
	case WORDS:
		return put_words(obj, d->key, (const struct gd_words *)(from + d->at));
	case FLAG:
		break;
	}
	return !*(const bool *)(from + d->at) || gd_json_set(obj, d->key, gd_json_new_bool(true)) == 0;
}

static bool put_all(gd_json *obj, const struct field *d, const void *from)
{
	for (; d->key; d++)
		if (!put_field(obj, d, from))
			return false;
	return true;
}

static bool put_ids(gd_json *obj, const struct gd_image *m)
{
	gd_json *list;

	if (!m->ids_known)
		return true;
	list = gd_json_arr_in(obj, "ids");
	if (gd_json_push(list, gd_json_new_u64(m->uid)) < 0 || gd_json_push(list, gd_json_new_u64(m->gid)) < 0)
		return false;
	for (size_t i = 0; i < m->n_groups; i++)
		if (gd_json_push(list, gd_json_new_u64(m->groups[i])) < 0)
			return false;
	return true;
}

/* Key and value in turn: a label may have any name. */
static bool put_labels(gd_json *obj, const struct gd_image *m)
{
	gd_json *list = m->n_labels ? gd_json_arr_in(obj, "labels") : NULL;

	for (size_t i = 0; i < m->n_labels; i++)
		if (gd_json_push(list, gd_json_new_str(m->labels[i].key)) < 0 ||
		    gd_json_push(list, gd_json_new_str(m->labels[i].value)) < 0)
			return false;
	return true;
}

static bool put_ports(gd_json *obj, const struct gd_use *u)
{
	gd_json *list = u->n_ports ? gd_json_arr_in(obj, "ports") : NULL;

	for (size_t i = 0; i < u->n_ports; i++) {
		const struct gd_published *p = &u->ports[i];
		gd_json *x = gd_json_new_obj();

		if (gd_json_push(list, x) < 0 ||
		    gd_json_set(x, "container", gd_json_new_u64(p->container)) < 0 ||
		    gd_json_set(x, "host", gd_json_new_u64(p->host)) < 0 ||
		    gd_json_set(x, "protocol", gd_json_new_str(p->protocol ? p->protocol : "")) < 0 ||
		    gd_json_set(x, "address", gd_json_new_str(p->address ? p->address : "")) < 0)
			return false;
	}
	return true;
}

/* "" where a mount lands where it says. */
static bool put_lands(gd_json *record, const struct gd_facts *f)
{
	gd_json *list = gd_json_arr_in(record, "lands");

	for (size_t i = 0; i < f->n_mounts; i++) {
		const char *lands = f->mounts[i].lands;

		if (!lands)
			return gd_json_remove(record, "lands"), true; /* nobody looked */
		if (gd_json_push(list, gd_json_new_str(gd_streq(lands, f->mounts[i].target) ? "" : lands)) < 0)
			return false;
	}
	return list != NULL;
}

bool gd_image_to_record(const struct gd_facts *f, gd_json *record)
{
	gd_json *image, *use;

	if (!put_lands(record, f))
		return false;
	if (f->image.state == GD_IMAGE_NOT_ASKED)
		return true;
	image = gd_json_obj_in(record, "image");
	use = gd_json_obj_in(record, "use");
	return image && use && gd_json_set(image, "state", gd_json_new_str(states[f->image.state])) == 0 &&
	       put_all(image, image_fields, &f->image) && put_ids(image, &f->image) && put_labels(image, &f->image) &&
	       put_all(use, use_fields, &f->use) && put_ports(use, &f->use);
}

/* --- reading -------------------------------------------------------------------------------------- */

static bool take_words(const gd_json *list, struct gd_words *ret, struct gd_arena *a)
{
	if (list && gd_json_kind(list) != GD_JSON_ARRAY)
		return false;
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *s = gd_json_str(gd_json_at(list, i));

		if (!s)
			return false;
		gd_words_add(a, ret, gd_strdup(a, s));
	}
	return true;
}

static bool take_field(const gd_json *obj, const struct field *d, char *to, struct gd_arena *a)
{
	const gd_json *v = gd_json_get(obj, d->key);

	if (!v)
		return true;
	if (d->type == WORDS)
		return take_words(v, (struct gd_words *)(to + d->at), a);
	if (d->type == FLAG) {
		*(bool *)(to + d->at) = gd_json_bool(v, false);
		return gd_json_kind(v) == GD_JSON_BOOL;
	}
	if (!gd_json_str(v))
		return false;
	*(const char **)(to + d->at) = gd_strdup(a, gd_json_str(v));
	return true;
}

static bool take_all(const gd_json *obj, const struct field *d, void *to, struct gd_arena *a)
{
	for (; d->key; d++)
		if (!take_field(obj, d, to, a))
			return false;
	return gd_json_kind(obj) == GD_JSON_OBJECT;
}

static bool take_ids(const gd_json *list, struct gd_image *m, struct gd_arena *a)
{
	size_t n = gd_json_len(list);
	uint32_t *ids = GD_NEW_N(a, n + 1, uint32_t);

	if (!m->ids_known)
		return !list;
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		if (!gd_json_u64(gd_json_at(list, i), &v) || v > UINT32_MAX)
			return false;
		ids[i] = (uint32_t)v;
	}
	if (n < 2)
		return false;
	m->uid = ids[0];
	m->gid = ids[1];
	m->groups = ids + 2;
	m->n_groups = n - 2;
	return true;
}

static bool take_labels(const gd_json *list, struct gd_image *m, struct gd_arena *a)
{
	struct gd_words flat = { 0 };
	struct gd_image_label *v;

	if (!take_words(list, &flat, a) || flat.n % 2 != 0)
		return false;
	v = GD_NEW_N(a, flat.n / 2 + 1, struct gd_image_label);
	for (size_t i = 0; i + 1 < flat.n; i += 2)
		v[i / 2] = (struct gd_image_label){ flat.v[i], flat.v[i + 1] };
	m->labels = v;
	m->n_labels = flat.n / 2;
	return true;
}

static bool take_port(const gd_json *x, struct gd_published *p, struct gd_arena *a)
{
	const char *protocol = gd_json_get_str(x, "protocol"), *address = gd_json_get_str(x, "address");
	uint64_t container, host;

	if (!protocol || !address || !gd_json_u64(gd_json_get(x, "container"), &container) ||
	    !gd_json_u64(gd_json_get(x, "host"), &host) || container > UINT16_MAX || host > UINT16_MAX)
		return false;
	*p = (struct gd_published){ (uint16_t)container, (uint16_t)host, gd_strdup(a, protocol),
				    gd_strdup(a, address) };
	return true;
}

static bool take_ports(const gd_json *list, struct gd_use *u, struct gd_arena *a)
{
	size_t n = gd_json_len(list);
	struct gd_published *v = GD_NEW_N(a, n + 1, struct gd_published);

	if (list && gd_json_kind(list) != GD_JSON_ARRAY)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!take_port(gd_json_at(list, i), &v[i], a))
			return false;
	u->ports = v;
	u->n_ports = n;
	return true;
}

/* The document on exec and update is the recorded one: its mounts are those of the list, one by one. */
static bool take_lands(const gd_json *list, struct gd_facts *f, struct gd_arena *a)
{
	if (!list)
		return true;
	if (gd_json_kind(list) != GD_JSON_ARRAY || gd_json_len(list) != f->n_mounts)
		return false;
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		const char *s = gd_json_str(gd_json_at(list, i));

		if (!s || (s[0] != '\0' && s[0] != '/'))
			return false;
		m->lands = s[0] ? gd_strdup(a, s) : m->target;
	}
	return true;
}

static bool take_state(const gd_json *image, struct gd_image *m)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (gd_streq(states[i], gd_json_get_str(image, "state"))) {
			m->state = (enum gd_image_state)i;
			return true;
		}
	return false;
}

bool gd_image_from_record(struct gd_facts *f, const gd_json *record, struct gd_arena *a)
{
	const gd_json *image = gd_json_get(record, "image"), *use = gd_json_get(record, "use");
	struct gd_image m = { 0 };
	struct gd_use u = { 0 };

	if (!take_lands(gd_json_get(record, "lands"), f, a))
		return false;
	if (image || use) {
		if (!take_state(image, &m) || !take_all(image, image_fields, &m, a) ||
		    !take_ids(gd_json_get(image, "ids"), &m, a) ||
		    !take_labels(gd_json_get(image, "labels"), &m, a) || !take_all(use, use_fields, &u, a) ||
		    !take_ports(gd_json_get(use, "ports"), &u, a))
			return false;
	}
	f->image = m;
	f->use = u;
	if (u.sandbox && (f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO))
		f->class = GD_CLASS_SANDBOX;
	return true;
}
