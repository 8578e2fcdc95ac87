/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/pull.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "json/scan.h"

void gd_pull_init(struct gd_pull *p, char *bytes, size_t len, const char *origin,
		  struct gd_error *err)
{
	*p = (struct gd_pull){
		.start = bytes, .at = bytes, .end = bytes + len, .origin = origin, .err = err
	};
}

void gd_pull_position(const char *origin, size_t at, size_t *ret_line, size_t *ret_column)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		if (origin[i] == '\n')
			line++, column = 1;
		else if (((unsigned char)origin[i] & 0xc0) != 0x80)
			column++;
	}
	*ret_line = line;
	*ret_column = column;
}

int gd_pull_fail(const struct gd_pull *p, size_t at, const char *fmt, ...)
{
	char text[GD_ERROR_MAX];
	size_t line, column;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!p->origin)
		return gd_error_set(p->err, GD_E_INPUT, "at byte %zu: %s", at, text);
	gd_pull_position(p->origin, at, &line, &column);
	return gd_error_set(p->err, GD_E_INPUT, "line %zu, column %zu: %s", line, column, text);
}

int gd_pull_unknown(const struct gd_pull *p, size_t at, const char *what, const char *word,
		    const struct gd_words *known, struct gd_arena *a)
{
	const char *near = gd_nearest(word, known->v, known->n), *quoted = gd_quote(a, word, 64);
	struct gd_buf b = { .arena = a };

	if (near)
		return gd_pull_fail(p, at, "unknown %s %s, did you mean '%s'?", what, quoted, near);
	for (size_t i = 0; i < known->n; i++)
		gd_buf_fmt(&b, "%s'%s'", i ? ", " : "", known->v[i]);
	return gd_pull_fail(p, at, "unknown %s %s, known are %s", what, quoted,
			    b.len ? b.data : "none");
}

static void skip_space(struct gd_pull *p)
{
	while (p->at < p->end &&
	       (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r'))
		p->at++;
}

char gd_pull_peek(struct gd_pull *p)
{
	skip_space(p);
	if (p->at == p->end)
		return 0;
	return *p->at == '-' || (*p->at >= '0' && *p->at <= '9') ? '0' : *p->at;
}

size_t gd_pull_here(struct gd_pull *p)
{
	skip_space(p);
	return (size_t)(p->at - p->start);
}

static const char *kind_name(char c)
{
	switch (c) {
	case '{': return "an object";
	case '[': return "a list";
	case '"': return "a word in quotes";
	case '0': return "a number";
	case 't': case 'f': return "true or false";
	case 'n': return "null";
	}
	return "nothing";
}

static int expected(struct gd_pull *p, char kind)
{
	char found = gd_pull_peek(p);

	return gd_pull_fail(p, gd_pull_here(p), "%s is expected here, not %s", kind_name(kind),
			    kind_name(found));
}

static int enter(struct gd_pull *p, char kind)
{
	if (gd_pull_peek(p) != kind)
		return expected(p, kind);
	/* The scanner has the same limit; repeated because recursion follows the depth. */
	if (++p->depth > GD_JSON_DEPTH_MAX)
		return gd_pull_fail(p, gd_pull_here(p), "nested too deeply");
	p->at++;
	return 0;
}

int gd_pull_object(struct gd_pull *p)
{
	return enter(p, '{');
}

int gd_pull_array(struct gd_pull *p)
{
	return enter(p, '[');
}

/* 1: something follows; 0: @close was next and is passed. */
static int more(struct gd_pull *p, char close)
{
	skip_space(p);
	if (p->at < p->end && *p->at == ',') {
		p->at++;
		skip_space(p);
	}
	if (p->at == p->end)
		return gd_pull_fail(p, gd_pull_here(p), "ends too early");
	if (*p->at != close)
		return 1;
	p->at++;
	p->depth--;
	return 0;
}

int gd_pull_item(struct gd_pull *p)
{
	return more(p, ']');
}

int gd_pull_key(struct gd_pull *p, char **ret, size_t *ret_at)
{
	int r = more(p, '}');

	if (r <= 0)
		return r;
	*ret_at = gd_pull_here(p);
	if (gd_pull_str(p, ret) < 0)
		return -1;
	skip_space(p);
	if (p->at == p->end || *p->at != ':')
		return gd_pull_fail(p, gd_pull_here(p), "':' is expected here");
	p->at++;
	return 1;
}

static int hex4(const char *s, const char *end, uint32_t *ret)
{
	uint32_t v = 0;

	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = s[i];
		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return -1;
	}
	*ret = v;
	return 0;
}

/*
 * What stands behind a backslash at @s; written to @to. Returns how many bytes of @s were read, 0:
 * malformed.
 */
static size_t unescape(const char *s, const char *end, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	uint32_t cp, low;
	size_t n = 5;

	if (s == end)
		return 0;
	const char *simple = *s != '\0' ? strchr(from, *s) : NULL;
	if (simple) {
		*(*to)++ = into[simple - from];
		return 1;
	}
	/* NUL would end the string early for everybody after us; the scanner refuses it too. */
	if (*s != 'u' || hex4(s + 1, end, &cp) < 0 || cp == 0)
		return 0;
	if (cp >= 0xd800 && cp < 0xe000) {
		if (cp >= 0xdc00 || end - s < 11 || s[5] != '\\' || s[6] != 'u' ||
		    hex4(s + 7, end, &low) < 0 || low < 0xdc00 || low >= 0xe000)
			return 0;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		n = 11;
	}
	*to += gd_utf8_encode(*to, cp);	/* at most 4 bytes, where 6 or 12 stood */
	return n;
}

int gd_pull_str(struct gd_pull *p, char **ret)
{
	if (gd_pull_peek(p) != '"')
		return expected(p, '"');
	char *from = ++p->at, *to;
	*ret = from;
	while (p->end - from >= 8 && gd_eight_plain(from))
		from += 8;	/* stays where it is */
	to = from;
	while (from < p->end && *from != '"') {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		size_t n = unescape(from + 1, p->end, &to);
		if (n == 0)
			return gd_pull_fail(p, (size_t)(from - p->start), "malformed escape");
		from += n + 1;
	}
	if (from == p->end)
		return gd_pull_fail(p, (size_t)(from - p->start), "ends within a string");
	*to = '\0';	/* at the latest in place of the closing quote */
	p->at = from + 1;
	return 0;
}

static bool literal(struct gd_pull *p, const char *word)
{
	size_t n = strlen(word);

	skip_space(p);
	if ((size_t)(p->end - p->at) < n || memcmp(p->at, word, n) != 0)
		return false;
	p->at += n;
	return true;
}

int gd_pull_bool(struct gd_pull *p, bool *ret)
{
	if (literal(p, "true"))
		*ret = true;
	else if (literal(p, "false"))
		*ret = false;
	else
		return expected(p, 't');
	return 0;
}

bool gd_pull_null(struct gd_pull *p)
{
	return literal(p, "null");
}

#define DIGITS_MAX 21

int gd_pull_i64(struct gd_pull *p, int64_t *ret)
{
	char digits[DIGITS_MAX + 1];
	size_t n = 0, at = gd_pull_here(p);

	if (gd_pull_peek(p) != '0')
		return expected(p, '0');
	while (p->at < p->end && n < DIGITS_MAX &&
	       ((*p->at >= '0' && *p->at <= '9') || *p->at == '-' || *p->at == '.'))
		digits[n++] = *p->at++;
	digits[n] = '\0';
	if (gd_parse_i64(digits, ret) < 0)
		return gd_pull_fail(p, at,
				    "a whole number is expected here, at most 9223372036854775807");
	return 0;
}

int gd_pull_skip(struct gd_pull *p)
{
	char *s;
	size_t at;
	int r;

	switch (gd_pull_peek(p)) {
	case '{':
		if (gd_pull_object(p) < 0)
			return -1;
		while ((r = gd_pull_key(p, &s, &at)) > 0)
			if (gd_pull_skip(p) < 0)
				return -1;
		return r;
	case '[':
		if (gd_pull_array(p) < 0)
			return -1;
		while ((r = gd_pull_item(p)) > 0)
			if (gd_pull_skip(p) < 0)
				return -1;
		return r;
	case '"':
		return gd_pull_str(p, &s);
	}
	/* A number or a literal ends where a separator begins. */
	char *from = p->at;
	while (p->at < p->end && !strchr(",]} \t\r\n", *p->at))
		p->at++;
	return p->at == from ? gd_pull_fail(p, gd_pull_here(p), "a value is expected here") : 0;
}
