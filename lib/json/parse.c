/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tree from its text. One reading of the text, the scanner's, is used for both (json/lex.h), so
 * the two cannot come to differ; no library's parser reads as strictly (json/scan.h).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/utf8.h"
#include "json/lex.h"
#include "json/scan.h"
#include "json/value.h"

struct parser {
	const char *p, *end;
	struct gd_builder out;
	struct gd_member *open;	/* what open objects and arrays hold so far, the innermost last */
	size_t n_open, cap_open;
};

static gd_json *parse_value(struct parser *s, int depth, bool *ok);

static bool hold(struct parser *s, struct gd_member m)
{
	if (s->n_open == s->cap_open) {
		size_t cap = s->cap_open * 2;
		struct gd_member *v = reallocarray(s->open, cap, sizeof(*v));
		if (v == NULL)
			return false;
		s->open = v;
		s->cap_open = cap;
	}
	s->open[s->n_open++] = m;
	return true;
}

/* Behind the quote that ends the string, whose inside begins at @p; NULL where none does. */
static const char *string_end(const char *p, const char *end)
{
	while ((p = gd_lex_plain(p, end)) < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : NULL;
}

/* Decodes [@p, @to) into at least as many bytes; how many they became, or -1: not scanned. */
static ssize_t decode(const char *p, const char *to, char *ret)
{
	char *out = ret;

	while (p < to) {
		uint32_t cp;
		const char *why;

		if (gd_is_plain[(unsigned char)*p]) {
			*out++ = *p++;
			continue;
		}
		if ((p = gd_lex_char(p, to, &cp, &why)) == NULL)
			return -1;
		out += gd_utf8_encode(out, cp);
	}
	return out - ret;
}

/* From the opening quote to behind the closing one; @to has room for as many bytes, and a NUL. */
static bool take_string(struct parser *s, const char *close, char *to, uint32_t *ret_len)
{
	const char *from = s->p + 1;
	ssize_t n = decode(from, close - 1, to);

	if (n < 0)
		return false;
	to[n] = '\0';
	*ret_len = (uint32_t)n;
	s->p = close;
	return true;
}

static gd_json *parse_string(struct parser *s)
{
	const char *from = s->p + 1, *plain = gd_lex_plain(from, s->end), *close;
	struct gd_text *t;

	if (plain < s->end && *plain == '"') {	/* as nearly all are */
		s->p = plain + 1;
		return (gd_json *)gd_make_text(&s->out, GD_JSON_STRING, from,
					       (size_t)(plain - from));
	}
	if ((close = string_end(plain, s->end)) == NULL)
		return NULL;
	t = gd_make_text(&s->out, GD_JSON_STRING, from, (size_t)(close - 1 - from));
	return t != NULL && take_string(s, close, t->bytes, &t->head.n) ? &t->head : NULL;
}

static bool parse_key(struct parser *s, struct gd_member *ret)
{
	const char *close;
	char *key;

	if (s->p == s->end || *s->p != '"' || (close = string_end(s->p + 1, s->end)) == NULL ||
	    close - s->p > UINT32_MAX)
		return false;
	if ((key = gd_pool_alloc(&s->out, (size_t)(close - s->p))) == NULL)
		return false;
	*ret = (struct gd_member){ .key = key };
	return take_string(s, close, key, &ret->len);
}

static gd_json *parse_number(struct parser *s)
{
	struct gd_number n;
	const char *from = s->p;

	if (gd_lex_number(from, s->end, &n) != NULL)
		return NULL;
	s->p = n.end;
	/* A fraction is kept as text: "1.10" is to come out as "1.10". */
	if (n.fraction)
		return (gd_json *)gd_make_text(&s->out, GD_JSON_FRACTION, from,
					       (size_t)(n.end - from));
	return (gd_json *)gd_make_int(&s->out, n.minus, n.minus ? 0 - n.magnitude : n.magnitude);
}

/* false: the closing bracket was passed, or the text is wrong (*ok is false then). */
static bool parse_more(struct parser *s, char close, bool *ok)
{
	s->p = gd_lex_space(s->p, s->end);
	*ok = s->p < s->end && (*s->p == close || *s->p == ',');
	if (!*ok)
		return false;
	bool more = *s->p == ',';
	s->p = gd_lex_space(s->p + 1, s->end);
	return more;
}

static bool parse_member(struct parser *s, int depth)
{
	struct gd_member m;
	bool ok;

	if (!parse_key(s, &m))
		return false;
	s->p = gd_lex_space(s->p, s->end);
	if (s->p == s->end || *s->p != ':')
		return false;
	s->p = gd_lex_space(s->p + 1, s->end);
	m.value = parse_value(s, depth, &ok);
	return ok && hold(s, m);
}

/* Passes the opening bracket; false where nothing is between it and the closing one. */
static bool parse_open(struct parser *s, char close)
{
	s->p = gd_lex_space(s->p + 1, s->end);
	if (s->p == s->end || *s->p != close)
		return true;
	s->p++;
	return false;
}

/*
 * What was held since @first, into the object; it was made before them, so that the root comes
 * first.
 */
static bool fill_object(struct parser *s, struct gd_object *obj, size_t first)
{
	size_t n = s->n_open - first;

	s->n_open = first;
	if (n == 0)
		return true;
	if (n > UINT32_MAX || (obj->v = gd_pool_alloc(&s->out, n * sizeof(*obj->v))) == NULL)
		return false;
	memcpy(obj->v, s->open + first, n * sizeof(*obj->v));
	obj->head.n = obj->live = (uint32_t)n;
	return !gd_object_has_twins(obj);	/* the scanner refuses them */
}

static bool fill_array(struct parser *s, struct gd_array *arr, size_t first)
{
	size_t n = s->n_open - first;

	s->n_open = first;
	if (n == 0)
		return true;
	if (n > UINT32_MAX || (arr->v = gd_pool_alloc(&s->out, n * sizeof(*arr->v))) == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		arr->v[i] = s->open[first + i].value;
	arr->head.n = (uint32_t)n;
	return true;
}

static gd_json *parse_object(struct parser *s, int depth, bool *ok)
{
	struct gd_object *obj = gd_make_object(&s->out, 0);
	size_t first = s->n_open;

	if (!(*ok = obj != NULL))
		return NULL;
	if (parse_open(s, '}'))
		while ((*ok = parse_member(s, depth)) && parse_more(s, '}', ok))
			;
	*ok = *ok && fill_object(s, obj, first);
	return &obj->head;
}

static gd_json *parse_array(struct parser *s, int depth, bool *ok)
{
	struct gd_array *arr = gd_make_array(&s->out, 0);
	size_t first = s->n_open;

	if (!(*ok = arr != NULL))
		return NULL;
	if (parse_open(s, ']'))
		do {
			struct gd_member m = { .value = parse_value(s, depth, ok) };
			*ok = *ok && hold(s, m);
		} while (*ok && parse_more(s, ']', ok));
	*ok = *ok && fill_array(s, arr, first);
	return &arr->head;
}

static gd_json *parse_word(struct parser *s, bool *ok)
{
	size_t left = (size_t)(s->end - s->p);
	bool yes = left >= 4 && memcmp(s->p, "true", 4) == 0;
	bool no = left >= 5 && memcmp(s->p, "false", 5) == 0;
	bool null = left >= 4 && memcmp(s->p, "null", 4) == 0;

	*ok = yes || no || null;
	s->p += no ? 5 : 4;
	return yes || no ? gd_make_bool(yes) : NULL;
}

static gd_json *parse_value(struct parser *s, int depth, bool *ok)
{
	gd_json *v;

	*ok = false;
	if (s->p == s->end || depth > GD_JSON_DEPTH_MAX)
		return NULL;
	switch (*s->p) {
	case '{':
		return parse_object(s, depth + 1, ok);
	case '[':
		return parse_array(s, depth + 1, ok);
	case '"':
		v = parse_string(s);
		break;
	case '-':
	case '0' ... '9':
		v = parse_number(s);
		break;
	default:
		return parse_word(s, ok);
	}
	*ok = v != NULL;
	return v;
}

#define OPEN_FIRST 256	/* of what is open at once; most documents need no more */

int gd_json_parse(const char *bytes, size_t len, gd_json **ret, struct gd_error *err)
{
	/* A text's tree takes four to five times its bytes. */
	struct parser s = {
		.p = bytes, .end = bytes + len, .out = { .hint = len * 5 }, .cap_open = OPEN_FIRST
	};
	gd_json *v = NULL;
	bool ok = false;

	s.open = malloc(s.cap_open * sizeof(*s.open));
	if (s.open == NULL)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	s.p = gd_lex_space(s.p, s.end);
	if (s.p < s.end && *s.p == '{')
		v = parse_object(&s, 1, &ok);
	free(s.open);
	if (!ok || gd_lex_space(s.p, s.end) != s.end) {
		gd_pool_free(s.out.first);
		return gd_error_set(err, GD_E_INPUT,
				    "not the text that was scanned, or out of memory");
	}
	*ret = gd_make_root(v);
	return 0;
}
