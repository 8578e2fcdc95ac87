/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "json/comments.h"
#include "json/lex.h"

/* Out of line: the compiler zeroes their buffers, and must not do so in every object that is read. */
#define COLD __attribute__((cold, noinline))

struct key {
	uint64_t hash;		/* over the decoded characters, folded where the object folds */
	const char *s;		/* inside the quotes, as written */
	uint32_t len;
	bool folds;
};

struct scanner {
	const char *start, *p, *end;
	bool fold;		/* keys are compared as Go compares them with field names */
	struct key *keys;	/* of all open objects, the innermost last */
	size_t n_keys, cap_keys;
	struct gd_error *err;
};

COLD static int refuse_at(struct scanner *s, const char *at, const char *why)
{
	unsigned long line = 1, column = 1;

	for (const char *p = s->start; p < at; p++) {
		if (*p == '\n')
			line++, column = 1;
		else if (((unsigned char)*p & 0xc0) != 0x80)
			column++;
	}
	return gd_error_set(s->err, GD_E_INPUT, "line %lu, column %lu: %s", line, column, why);
}

COLD static int refuse(struct scanner *s, const char *why)
{
	return refuse_at(s, s->p, s->p >= s->end ? "the text ends too early" : why);
}

/* Same decoded characters? Both keys were scanned, so that nothing in them can be refused. */
static int compare_text(const struct key *a, const struct key *b)
{
	const char *p = a->s, *q = b->s, *why;
	uint32_t c = 0, d = 0;

	while (p < a->s + a->len && q < b->s + b->len) {
		p = gd_lex_char(p, a->s + a->len, &c, &why);
		q = gd_lex_char(q, b->s + b->len, &d, &why);
		if (a->folds)
			c = gd_fold(c), d = gd_fold(d);
		if (c != d)
			return c < d ? -1 : 1;
	}
	return (p < a->s + a->len) - (q < b->s + b->len);
}

/*
 * By text where hashes meet, so that labels made to collide cost their maker's time and not ours.
 */
static int compare_keys(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return compare_text(a, b);
}

COLD static int refuse_twice(struct scanner *s, const struct key *a, const struct key *b)
{
	const struct key *second = a->s > b->s ? a : b;
	char name[80], why[160] = "key ";
	bool same = a->len == b->len && memcmp(a->s, b->s, a->len) == 0;

	gd_quote_buf(name, sizeof(name), second->s, second->len);
	strcat(strcat(why, name),
	       same ? " twice in one object" : " equals another key but for case or escapes");
	return refuse_at(s, second->s - 1, why);
}

static int check_duplicates(struct scanner *s, size_t first)
{
	struct key *keys = s->keys + first;
	size_t n = s->n_keys - first;

	if (n <= 16) {
		for (size_t i = 1; i < n; i++) {
			for (size_t j = 0; j < i; j++) {
				if (keys[i].hash == keys[j].hash &&
				    compare_text(&keys[i], &keys[j]) == 0)
					return refuse_twice(s, &keys[i], &keys[j]);
			}
		}
		return 0;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (compare_keys(&keys[i - 1], &keys[i]) == 0)
			return refuse_twice(s, &keys[i - 1], &keys[i]);
	}
	return 0;
}

static struct key *add_key(struct scanner *s)
{
	if (s->n_keys == s->cap_keys) {
		size_t cap = s->cap_keys * 2;
		struct key *keys = reallocarray(s->keys, cap, sizeof(*keys));
		if (keys == NULL)
			return NULL;
		s->keys = keys;
		s->cap_keys = cap;
	}
	return &s->keys[s->n_keys++];
}

/* From the opening quote to behind the closing one. */
static int scan_string(struct scanner *s)
{
	const char *p = s->p + 1, *end = s->end;

	for (;;) {
		uint32_t cp;
		const char *why, *next;

		p = gd_lex_plain(p, end);
		if (p == end)
			return refuse_at(s, s->p, "a string that does not end");
		if (*p == '"')
			break;
		if ((next = gd_lex_char(p, end, &cp, &why)) == NULL)
			return refuse_at(s, p, why);
		p = next;
	}
	s->p = p + 1;
	return 0;
}

static int scan_key(struct scanner *s, bool folds, struct key *ret)
{
	const char *from = s->p + 1, *why;
	uint64_t hash = 0xcbf29ce484222325;
	uint32_t cp;

	if (*s->p != '"')
		return refuse(s, "a key in double quotes is missing");
	if (scan_string(s) < 0)
		return -1;
	const char *to = s->p - 1;
	if ((size_t)(to - from) > UINT32_MAX)
		return refuse(s, "a key of more than 4 GiB");
	for (const char *p = from; p < to;) {
		if (gd_is_plain[(unsigned char)*p])
			cp = (unsigned char)*p++;
		else
			p = gd_lex_char(p, to, &cp, &why);
		hash = (hash ^ (folds ? gd_fold(cp) : cp)) * 0x100000001b3;
	}
	*ret = (struct key){
		.hash = hash, .s = from, .len = (uint32_t)(to - from), .folds = folds
	};
	return 0;
}

/*
 * The objects whose keys Go reads into a map, where "a" and "A" are two. By name alone: an object
 * of this name in a place where the key tables have none is unknown there, and dropped or refused.
 */
static bool is_free_map(const struct key *k)
{
	return (k->len == 11 && memcmp(k->s, "annotations", 11) == 0) ||
	       (k->len == 6 && memcmp(k->s, "sysctl", 6) == 0) ||
	       (k->len == 7 && memcmp(k->s, "unified", 7) == 0);
}

static int scan_value(struct scanner *s, int depth, bool folds);

/* ',' (0: go on), the closing bracket (1), or refused. */
static int scan_separator(struct scanner *s, char close)
{
	s->p = gd_lex_space(s->p, s->end);
	if (s->p < s->end && *s->p == close) {
		s->p++;
		return 1;
	}
	if (s->p == s->end || *s->p != ',')
		return refuse(s, close == '}' ? "',' or '}' is missing" : "',' or ']' is missing");
	s->p = gd_lex_space(s->p + 1, s->end);
	return s->p == s->end ? refuse(s, "") : 0;
}

static int scan_object(struct scanner *s, int depth, bool folds)
{
	size_t first = s->n_keys;
	int r = 0;

	s->p = gd_lex_space(s->p + 1, s->end);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return 0;
	}
	if (s->p == s->end)
		return refuse(s, "");
	while (r == 0) {
		struct key k, *slot;
		if (scan_key(s, folds, &k) < 0)
			return -1;
		if ((slot = add_key(s)) == NULL)
			return gd_error_set(s->err, GD_E_SYSTEM, "out of memory");
		*slot = k;
		s->p = gd_lex_space(s->p, s->end);
		if (s->p == s->end || *s->p != ':')
			return refuse(s, "':' is missing behind a key");
		s->p = gd_lex_space(s->p + 1, s->end);
		if (scan_value(s, depth, s->fold && !is_free_map(&k)) < 0)
			return -1;
		r = scan_separator(s, '}');
	}
	if (r < 0 || check_duplicates(s, first) < 0)
		return -1;
	s->n_keys = first;
	return 0;
}

static int scan_array(struct scanner *s, int depth)
{
	int r = 0;

	s->p = gd_lex_space(s->p + 1, s->end);
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return 0;
	}
	while (r == 0) {
		if (scan_value(s, depth, s->fold) < 0)
			return -1;
		r = scan_separator(s, ']');
	}
	return r < 0 ? -1 : 0;
}

static int scan_word(struct scanner *s)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if ((size_t)(s->end - s->p) >= n && memcmp(s->p, words[i], n) == 0) {
			s->p += n;	/* what follows is looked at as a separator */
			return 0;
		}
	}
	return refuse(s, "a value is missing");
}

/* @depth counts the objects and arrays that are open around this value. */
static int scan_value(struct scanner *s, int depth, bool folds)
{
	struct gd_number n;
	const char *why;

	if (s->p == s->end)
		return refuse(s, "");
	switch (*s->p) {
	case '{':
	case '[':
		if (depth == GD_JSON_DEPTH_MAX)
			return refuse(s, "nested too deep");
		return *s->p == '{' ? scan_object(s, depth + 1, folds) : scan_array(s, depth + 1);
	case '"':
		return scan_string(s);
	case '-':
	case '0' ... '9':
		if ((why = gd_lex_number(s->p, s->end, &n)) != NULL)
			return refuse_at(s, s->p, why);
		s->p = n.end;
		return 0;
	default:
		return scan_word(s);
	}
}

int gd_json_scan(char *bytes, size_t len, enum gd_scan_flags flags, struct gd_error *err)
{
	struct scanner s = {
		.start = bytes, .p = bytes, .end = bytes + len, .cap_keys = 16, .err = err
	};
	const char *open_comment;
	int r;

	s.fold = (flags & GD_SCAN_CASE) == 0;
	if ((flags & GD_SCAN_POLICY) != 0 &&
	    (open_comment = gd_json_blank_comments(bytes, len)) != NULL)
		return refuse_at(&s, open_comment, "a comment that does not end");
	s.p = gd_lex_space(s.p, s.end);
	if (s.p == s.end)
		return refuse_at(&s, s.p,
				 len == 0 ? "the text is empty" : "the text has no object");
	if (*s.p != '{')
		return refuse(&s, "the text does not begin with an object");
	s.keys = malloc(s.cap_keys * sizeof(*s.keys));
	if (s.keys == NULL)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	r = scan_object(&s, 1, s.fold);
	free(s.keys);
	if (r < 0)
		return -1;
	s.p = gd_lex_space(s.p, s.end);
	return s.p == s.end ? 0 : refuse(&s, "something follows the object");
}
