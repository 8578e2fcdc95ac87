/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy governs. The most specific one; two that are equally specific govern nothing. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json/pull.h"
#include "policy/applied.h"
#include "policy/set.h"

static int bucket_of(const struct gd_applied *ap, enum gd_entry_kind kind, const char *key,
		     struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err)
{
	return gd_applied_bucket(
		ap, gd_applied_hash(kind, key, strlen(key)) & (ap->header.n_buckets - 1), a, ret,
		err);
}

static bool has_key(const struct gd_found_entry *e, enum gd_entry_kind kind, const char *key)
{
	size_t n = strlen(key);

	return e->entry.kind == kind && e->entry.key_length == n && memcmp(e->key, key, n) == 0;
}

/* The lookups of one level, and the best that they found. */
struct search {
	const struct gd_applied *ap;
	const struct gd_subject *s;
	struct gd_arena *arena;
	struct gd_error *err;
	struct gd_found_entry best, rival;	/* .name NULL: none */
};

/* 1, 0, or -1 where what else must hold cannot be read. */
static int speaks_for(const struct search *f, const struct gd_found_entry *e)
{
	struct gd_match rest;
	struct gd_pull p;

	if ((e->entry.classes != 0 && !(e->entry.classes & 1u << f->s->class)) ||
	    (e->entry.engines != 0 && !(e->entry.engines & 1u << f->s->engine)))
		return 0;
	if (e->entry.match_length == 0)
		return 1;
	gd_pull_init(&p, gd_strndup(f->arena, e->match, e->entry.match_length), e->entry.match_length, NULL, f->err);
	if (gd_match_read(&p, f->arena, &rest) < 0)
		return -1;
	return gd_match_facts(&rest, f->s);
}

static bool is_same_policy(const struct gd_found_entry *x, const struct gd_found_entry *y)
{
	return x->entry.offset == y->entry.offset;
}

static void consider(struct search *f, const struct gd_found_entry *e)
{
	if (f->best.name && e->entry.rank < f->best.entry.rank)
		return;
	if (f->best.name && e->entry.rank == f->best.entry.rank) {
		/* By two digests, or by two names of one image. */
		if (!is_same_policy(e, &f->best))
			f->rival = *e;
		return;
	}
	f->rival.name = NULL;
	f->best = *e;
}

static int look_up(struct search *f, enum gd_entry_kind kind, const char *key)
{
	struct gd_found_entry e;
	struct gd_bytes bucket;
	size_t at = 0;
	int more;

	if (!key)
		return 0;
	if (bucket_of(f->ap, kind, key, f->arena, &bucket, f->err) < 0)
		return -1;
	while ((more = gd_applied_next(bucket, &at, &e, f->err)) > 0) {
		int speaks = has_key(&e, kind, key) ? speaks_for(f, &e) : 0;
		if (speaks < 0)
			return -1;
		if (speaks)
			consider(f, &e);
	}
	return more;
}

/* By every beginning of @name that is as long as that of some pattern. */
static int look_up_beginnings(struct search *f, enum gd_entry_kind kind, enum gd_lengths which, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	for (size_t n = 0; name && n <= len && n <= GD_PATTERN_MAX; n++)
		if (f->ap->header.lengths[which][n / 64] & UINT64_C(1) << n % 64 &&
		    look_up(f, kind, gd_strndup(f->arena, name, n)) < 0)
			return -1;
	return 0;
}

static int by_digest(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)u;
	return look_up(f, GD_ENTRY_DIGEST, i->config) < 0 || look_up(f, GD_ENTRY_DIGEST, i->manifest) < 0 ||
			       look_up(f, GD_ENTRY_DIGEST, i->index) < 0
		       ? -1
		       : 0;
}

static int by_reference(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)u;
	for (size_t n = 0; n < i->references.n; n++)
		if (look_up(f, GD_ENTRY_REFERENCE, i->references.v[n]) < 0)
			return -1;
	return 0;
}

static int by_repository(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	char name[GD_PATTERN_MAX + 1], before[GD_PATTERN_MAX + 1] = "";

	(void)u;
	for (size_t n = 0; n < i->references.n; n++) {
		/* Stores list the names of one repository one after the other. */
		if (!gd_reference_repository(i->references.v[n], name) || strcmp(name, before) == 0)
			continue;
		memcpy(before, name, sizeof(before));
		if (look_up_beginnings(f, GD_ENTRY_REPOSITORY, GD_LENGTHS_REPOSITORY, name) < 0)
			return -1;
	}
	return 0;
}

static int by_namespace(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)i;
	return look_up(f, GD_ENTRY_NAMESPACE, u->pod_namespace);
}

static int by_pod(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)i;
	return look_up_beginnings(f, GD_ENTRY_POD, GD_LENGTHS_POD, u->pod_name);
}

static int by_container(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)i;
	return look_up(f, GD_ENTRY_CONTAINER, u->container_name);
}

static int by_label(struct search *f, const struct gd_image *i, const struct gd_use *u)
{
	(void)u;
	for (size_t n = 0; n < i->n_labels; n++)
		if (look_up(f, GD_ENTRY_LABEL,
			    gd_printf(f->arena, "%s=%s", i->labels[n].key, i->labels[n].value)) < 0)
			return -1;
	return 0;
}

/* Most specific first: what is found in one is more specific than all behind it. */
static const struct level {
	enum gd_entry_kind kind;
	int (*find)(struct search *f, const struct gd_image *i, const struct gd_use *u);
} levels[] = {
	{ GD_ENTRY_DIGEST, by_digest },	      { GD_ENTRY_REFERENCE, by_reference },
	{ GD_ENTRY_REPOSITORY, by_repository }, { GD_ENTRY_NAMESPACE, by_namespace },
	{ GD_ENTRY_POD, by_pod },	      { GD_ENTRY_CONTAINER, by_container },
	{ GD_ENTRY_LABEL, by_label },
};

static int find(struct search *f)
{
	static const struct gd_image no_image;
	static const struct gd_use no_use;
	const struct gd_image *i = f->s->image && f->s->image->state == GD_IMAGE_KNOWN ? f->s->image : &no_image;
	const struct gd_use *u = f->s->use ? f->s->use : &no_use;

	for (size_t n = 0; n < sizeof(levels) / sizeof(*levels) && !f->best.name; n++)
		if (f->ap->header.kinds & GD_KIND_BIT(levels[n].kind) && levels[n].find(f, i, u) < 0)
			return -1;
	return f->best.name ? 0 : look_up(f, GD_ENTRY_SELECTOR, "");
}

/* What the store did not tell could have selected a policy that refuses more than the one found. */
static int check_known(const struct search *f)
{
	const struct gd_image *i = f->s->image;
	bool asked = i && i->state != GD_IMAGE_NOT_ASKED;

	if ((asked && i->state != GD_IMAGE_UNKNOWN) || !(f->ap->header.tightens & 1u << f->s->engine) ||
	    f->s->class == GD_CLASS_BUILD || f->s->class == GD_CLASS_PLUGIN)
		return 0;
	return gd_error_set(f->err, GD_E_REFUSED,
			    "the image is not known (%s), and a policy that it could select refuses more than '%.*s'",
			    asked && i->why ? i->why : "nobody asked the engine's store",
			    (int)f->best.entry.name_length, f->best.name);
}

static int check_exception(const struct search *f, const struct gd_policy *p)
{
	const struct gd_lack *lacks;
	int64_t now = f->s->now ? f->s->now : (int64_t)time(NULL);
	size_t n = gd_policy_lacks(p, f->arena, &lacks);

	if (n > 0)
		return gd_error_set(f->err, GD_E_REFUSED,
				    "the policy '%s' is looser than the default and may not be: %s%s", p->name,
				    gd_lack_text(&lacks[0], f->arena), n > 1 ? ", and more" : "");
	if (gd_policy_ended(p, now))
		return gd_error_set(f->err, GD_E_REFUSED,
				    "the exception '%s' ended on %s: renew it, or remove it so that "
				    "another policy governs",
				    p->name, p->until);
	return 0;
}

int gd_applied_select(const struct gd_applied *ap, const struct gd_subject *s, struct gd_arena *a,
		      struct gd_policy *ret, struct gd_error *err)
{
	struct search f = { .ap = ap, .s = s, .arena = a, .err = err };

	if (find(&f) < 0)
		return -1;
	if (!f.best.name)
		return gd_error_set(err, GD_E_REFUSED, "no applied policy matches class '%s', engine '%s'",
				    gd_class_name(s->class), gd_engine_name(s->engine));
	if (f.rival.name)
		return gd_error_set(err, GD_E_REFUSED,
				    "the policies '%.*s' and '%.*s' both match and neither is more "
				    "specific",
				    (int)f.best.entry.name_length, f.best.name,
				    (int)f.rival.entry.name_length, f.rival.name);
	if (check_known(&f) < 0 || gd_applied_policy(ap, &f.best.entry, a, ret, err) < 0)
		return -1;
	return check_exception(&f, ret);
}

bool gd_applied_selects_by_image(const struct gd_applied *ap)
{
	return ap->header.kinds != 0;
}

static int by_key(const struct gd_applied *ap, enum gd_entry_kind kind, const char *key,
		  struct gd_arena *a, struct gd_policy *ret, struct gd_error *err)
{
	struct gd_found_entry e;
	struct gd_bytes bucket;
	size_t at = 0;
	int more;

	if (bucket_of(ap, kind, key, a, &bucket, err) < 0)
		return -1;
	while ((more = gd_applied_next(bucket, &at, &e, err)) > 0)
		if (has_key(&e, kind, key))
			return gd_applied_policy(ap, &e.entry, a, ret, err) < 0 ? -1 : 1;
	return more;
}

int gd_applied_floor(const struct gd_applied *ap, struct gd_arena *a, struct gd_policy *ret,
		     struct gd_error *err)
{
	return by_key(ap, GD_ENTRY_FLOOR, "", a, ret, err);
}

int gd_applied_by_name(const struct gd_applied *ap, const char *name, struct gd_arena *a,
		       struct gd_policy *ret, struct gd_error *err)
{
	return by_key(ap, GD_ENTRY_NAME, name, a, ret, err);
}

static int by_word(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

int gd_applied_names(const struct gd_applied *ap, struct gd_arena *a, struct gd_words *ret,
		     struct gd_error *err)
{
	struct gd_found_entry e;
	struct gd_bytes bucket;
	int more;

	for (uint32_t i = 0; i < ap->header.n_buckets; i++) {
		size_t at = 0;
		if (gd_applied_bucket(ap, i, a, &bucket, err) < 0)
			return -1;
		while ((more = gd_applied_next(bucket, &at, &e, err)) > 0)
			if (e.entry.kind == GD_ENTRY_NAME)
				gd_words_add(a, ret, gd_strndup(a, e.name, e.entry.name_length));
		if (more < 0)
			return -1;
	}
	if (ret->n > 0)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_word);
	return 0;
}
