/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy governs. The most specific one; two that are equally specific govern nothing. */
#include <stdlib.h>
#include <string.h>

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

static bool speaks_for(const struct gd_found_entry *e, const struct gd_subject *s)
{
	return (e->entry.classes == 0 || e->entry.classes & 1u << s->class) &&
	       (e->entry.engines == 0 || e->entry.engines & 1u << s->engine);
}

/* 1 and the best entry under this key, 0, or -1: two are equally good. */
static int best_of(const struct gd_applied *ap, enum gd_entry_kind kind, const char *key,
		   const struct gd_subject *s, struct gd_arena *a, struct gd_found_entry *ret,
		   struct gd_error *err)
{
	struct gd_found_entry e, rival = { .name = NULL };
	struct gd_bytes bucket;
	size_t at = 0;
	int more, found = 0;

	if (bucket_of(ap, kind, key, a, &bucket, err) < 0)
		return -1;
	while ((more = gd_applied_next(bucket, &at, &e, err)) > 0) {
		if (!has_key(&e, kind, key) || !speaks_for(&e, s))
			continue;
		if (found && e.entry.rank < ret->entry.rank)
			continue;
		if (found && e.entry.rank == ret->entry.rank) {
			rival = e;
			continue;
		}
		rival.name = NULL;
		*ret = e;
		found = 1;
	}
	if (more < 0)
		return -1;
	if (rival.name)
		return gd_error_set(err, GD_E_REFUSED,
				    "the policies '%.*s' and '%.*s' both match and neither is more "
				    "specific",
				    (int)ret->entry.name_length, ret->name,
				    (int)rival.entry.name_length, rival.name);
	return found;
}

int gd_applied_select(const struct gd_applied *ap, const struct gd_subject *s, struct gd_arena *a,
		      struct gd_policy *ret, struct gd_error *err)
{
	/*
	 * Most specific first. Digest, reference and pattern of the image go before the last row.
	 */
	const struct { enum gd_entry_kind kind; const char *key; } tries[] = {
		{ GD_ENTRY_SELECTOR, "" },
	};
	struct gd_found_entry e;

	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		int found = best_of(ap, tries[i].kind, tries[i].key, s, a, &e, err);
		if (found < 0)
			return -1;
		if (found)
			return gd_applied_policy(ap, &e.entry, a, ret, err);
	}
	return gd_error_set(err, GD_E_REFUSED, "no applied policy matches class '%s', engine '%s'",
			    gd_class_name(s->class), gd_engine_name(s->engine));
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
