/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "document/keys.h"

/*
 * A step on the way to what is looked at; lives on the stack and is spelt out only where it is
 * told.
 */
struct step {
	const struct step *up;
	const char *key;	/* NULL: an element */
	size_t index;
};

struct check {
	enum gd_unknown_fields unknown;
	struct gd_arena *arena;
	struct gd_words *stripped;
	const struct step *at;
	struct gd_error *err;
};

static void spell(struct gd_buf *b, const struct step *s)
{
	if (s == NULL)
		return;
	spell(b, s->up);
	if (s->key != NULL)
		gd_json_pointer_add(b, s->key);
	else
		gd_buf_fmt(b, "/%zu", s->index);
}

static struct gd_buf where(const struct check *c)
{
	struct gd_buf b = { .arena = c->arena };

	gd_buf_str(&b, "");
	spell(&b, c->at);
	return b;
}

static int refuse(struct check *c, const char *why)
{
	char at[200];
	struct gd_buf b = where(c);

	gd_quote_buf(at, sizeof(at), b.data, b.len);
	return gd_error_set(c->err, GD_E_INPUT, "%s: %s", at, why);
}

/* The key as which a decoder that ignores case, as Go's does, would read @name. */
static bool reads_as(const char *name, const char *key)
{
	size_t left = strlen(name);

	for (; left > 0 && *key != '\0'; key++) {
		uint32_t cp;
		size_t n = gd_utf8_decode(name, left, &cp);
		if (n == 0 || gd_fold(cp) != gd_fold((unsigned char)*key))
			return false;
		name += n;
		left -= n;
	}
	return left == 0 && *key == '\0';
}

/*
 * Documents hold their keys in the tables' order: looking on from where the last one was is mostly
 * one look.
 */
static const struct gd_key *find(const struct gd_key *keys, const char *name,
				 const struct gd_key **at)
{
	for (const struct gd_key *k = *at; k->name != NULL; k++) {
		if (strcmp(k->name, name) == 0) {
			*at = k + 1;
			return k;
		}
	}
	for (const struct gd_key *k = keys; k < *at; k++) {
		if (strcmp(k->name, name) == 0) {
			*at = k + 1;
			return k;
		}
	}
	return NULL;
}

static int unknown_key(struct check *c, gd_json *obj, const struct gd_key *keys, const char *name)
{
	char why[120];
	const char *names[64];
	size_t n = 0;

	for (const struct gd_key *k = keys; k->name != NULL; k++) {
		if (reads_as(name, k->name)) {
			snprintf(why, sizeof(why), "runtimes differ on whether this is '%s'",
				 k->name);
			return refuse(c, why);
		}
		if (n < sizeof(names) / sizeof(*names))
			names[n++] = k->name;
	}
	if (c->unknown == GD_UNKNOWN_STRIP) {
		gd_words_add(c->arena, c->stripped, where(c).data);
		gd_json_remove(obj, name);
		return 0;
	}
	const char *near = gd_nearest(name, names, n);
	if (near == NULL)
		return refuse(c, "unknown key");
	snprintf(why, sizeof(why), "unknown key (is '%s' meant?)", near);
	return refuse(c, why);
}

static int check_int(struct check *c, const gd_json *v, enum gd_type type)
{
	static const struct { int64_t min; uint64_t max; } ranges[] = {
		[GD_T_I64] = { INT64_MIN, INT64_MAX }, [GD_T_U64] = { 0, UINT64_MAX },
		[GD_T_U32] = { 0, UINT32_MAX }, [GD_T_U16] = { 0, UINT16_MAX },
		[GD_T_I32] = { INT32_MIN, INT32_MAX },
		/* Go's int has 64 bits, crun's 32. */
		[GD_T_INT] = { INT32_MIN, INT32_MAX },
	};
	int64_t i;
	uint64_t u;

	if (gd_json_kind(v) != GD_JSON_INT)
		return refuse(c, "a whole number is expected");
	if (gd_json_u64(v, &u) ? u <= ranges[type].max
			       : gd_json_i64(v, &i) && i >= ranges[type].min)
		return 0;
	return refuse(c, "the number is out of range");
}

static int expect(struct check *c, const gd_json *v, enum gd_json_kind kind)
{
	char why[80];

	if (gd_json_kind(v) == kind)
		return 0;
	snprintf(why, sizeof(why), "%s is expected, not %s", gd_json_kind_name(kind),
		 gd_json_kind_name(gd_json_kind(v)));
	return refuse(c, why);
}

/*
 * "hugetlb.<pageSize>.limit_in_bytes" below the container's group, "<closID>" below
 * /sys/fs/resctrl: a path in the place of a name would be another's file. No engine writes one.
 */
static int check_word(struct check *c, const char *s)
{
	bool dots = strcmp(s, ".") == 0 || strcmp(s, "..") == 0;

	for (; *s != '\0' && !dots; s++)
		dots = *s == '/' || (unsigned char)*s <= ' ' || *s == 0x7f;
	return dots ? refuse(c, "a plain name is expected") : 0;
}

static int check_value(struct check *c, gd_json *v, enum gd_type type, const struct gd_key *sub);

/*
 * A null element is an empty string or struct to runc, and no element or a crash to crun: refused,
 * as the type below does with null. A null member is absent to both.
 */
static int check_array(struct check *c, gd_json *v, enum gd_type element, const struct gd_key *sub)
{
	struct step here = { .up = c->at };
	size_t n = gd_json_len(v);

	if (expect(c, v, GD_JSON_ARRAY) < 0)
		return -1;
	c->at = &here;
	for (; here.index < n; here.index++) {
		if (check_value(c, gd_json_at(v, here.index), element, sub) < 0)
			return -1;
	}
	c->at = here.up;
	return 0;
}

static int check_map(struct check *c, gd_json *v, bool words, enum gd_type element,
		     const struct gd_key *sub)
{
	struct step here = { .up = c->at };
	struct gd_json_iter it = { 0 };

	if (expect(c, v, GD_JSON_OBJECT) < 0)
		return -1;
	c->at = &here;
	while (gd_json_next(v, &it)) {
		here.key = it.key;
		if ((words && check_word(c, it.key) < 0) ||
		    check_value(c, it.value, element, sub) < 0)
			return -1;
	}
	c->at = here.up;
	return 0;
}

static int check_object(struct check *c, gd_json *obj, const struct gd_key *keys)
{
	struct step here = { .up = c->at };
	struct gd_json_iter it = { 0 };
	const struct gd_key *next = keys;

	if (expect(c, obj, GD_JSON_OBJECT) < 0)
		return -1;
	c->at = &here;
	while (gd_json_next(obj, &it)) {
		const struct gd_key *k = find(keys, it.key, &next);
		here.key = it.key;
		if (k == NULL ? unknown_key(c, obj, keys, it.key) < 0 :
				it.value != NULL && check_value(c, it.value, k->type, k->sub) < 0)
			return -1;
	}
	c->at = here.up;
	return 0;
}

static int check_value(struct check *c, gd_json *v, enum gd_type type, const struct gd_key *sub)
{
	switch (type) {
	case GD_T_BOOL:
		return expect(c, v, GD_JSON_BOOL);
	case GD_T_STRING:
		return expect(c, v, GD_JSON_STRING);
	case GD_T_WORD:
		return expect(c, v, GD_JSON_STRING) < 0 ? -1 : check_word(c, gd_json_str(v));
	case GD_T_I64:
	case GD_T_U64:
	case GD_T_U32:
	case GD_T_U16:
	case GD_T_I32:
	case GD_T_INT:
		return check_int(c, v, type);
	case GD_T_OBJECT:
		return check_object(c, v, sub);
	case GD_T_STRINGS:
		return check_array(c, v, GD_T_STRING, NULL);
	case GD_T_ARRAY:
		return check_array(c, v, GD_T_OBJECT, sub);
	case GD_T_U32S:
		return check_array(c, v, GD_T_U32, NULL);
	case GD_T_STRING_MAP:
		return check_map(c, v, false, GD_T_STRING, NULL);
	case GD_T_WORD_MAP:
		return check_map(c, v, true, GD_T_STRING, NULL);
	case GD_T_MAP:
		return check_map(c, v, true, GD_T_OBJECT, sub);
	}
	return refuse(c, "a type that the tables do not have");
}

int gd_keys_check(gd_json *root, const struct gd_key *keys, enum gd_unknown_fields unknown,
		  struct gd_arena *a, struct gd_words *ret_stripped, struct gd_error *err)
{
	struct gd_words stripped = { 0 };
	struct check c = { .unknown = unknown, .arena = a, .stripped = &stripped, .err = err };

	if (check_object(&c, root, keys) < 0)
		return -1;
	if (ret_stripped != NULL)
		*ret_stripped = stripped;
	return 0;
}
