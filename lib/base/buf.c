/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE 1
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void gd_buf_enlarge(struct gd_buf *b, size_t more)
{
	size_t need;

	/* An overflow asks the arena for the impossible, which ends in its no-memory handler. */
	if (__builtin_add_overflow(b->len + 1, more, &need))
		need = (size_t)-1;
	size_t cap = b->cap == 0 ? 256 : b->cap;
	while (cap < need && cap <= (size_t)-1 / 2)
		cap *= 2;
	if (cap < need)
		cap = need;
	b->data = gd_realloc(b->arena, b->data, b->cap, cap);
	b->cap = cap;
}

void gd_buf_bytes(struct gd_buf *b, const char *data, size_t len)
{
	gd_buf_reserve(b, len);
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void gd_buf_str(struct gd_buf *b, const char *s)
{
	gd_buf_bytes(b, s, strlen(s));
}

void gd_buf_fmt(struct gd_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	gd_buf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

/*
 * What stands for each byte inside a JSON string: 0 itself, 1 \u00XX, 2 a sequence, else a
 * backslash and it.
 */
static const char escapes[256] = {
	[0 ... 7] = 1, ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0b] = 1, ['\f'] = 'f',
	['\r'] = 'r', [0x0e ... 0x1f] = 1, ['"'] = '"', ['\\'] = '\\', [0x7f] = 1,
	[0x80 ... 0xff] = 2,
};

/* What one character needs at most: \u00XX. */
#define ESCAPED_MAX 6

static char *put_special(char *to, const char *s, size_t left, size_t *ret_used)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char c = (unsigned char)*s;
	uint32_t cp;

	*ret_used = 1;
	if (escapes[c] == 1)
		return mempcpy(to, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
	if (escapes[c] != 2)
		return mempcpy(to, (char[]){ '\\', escapes[c] }, 2);
	size_t n = gd_utf8_decode(s, left, &cp);
	if (n == 0)
		return mempcpy(to, "\xef\xbf\xbd", 3);
	*ret_used = n;
	return mempcpy(to, s, n);
}

void gd_buf_json(struct gd_buf *b, const char *s, size_t len)
{
	/* Written between two looks at the room: long texts are not to ask for six times theirs. */
	enum { PIECE = 1024 };
	size_t i = 0, used;

	gd_buf_bytes(b, "\"", 1);
	while (i < len) {
		size_t stop = len - i > PIECE ? i + PIECE : len;
		gd_buf_reserve(b, (stop - i) * ESCAPED_MAX);
		char *to = b->data + b->len;
		for (; i < stop; i += used) {
			used = 1;
			if (escapes[(unsigned char)s[i]] == 0)
				*to++ = s[i];
			else	/* may end behind @stop, in less room than its first byte had */
				to = put_special(to, s + i, len - i, &used);
		}
		b->len = (size_t)(to - b->data);
	}
	gd_buf_bytes(b, "\"", 1);
}

void gd_buf_json_str(struct gd_buf *b, const char *s)
{
	gd_buf_json(b, s, strlen(s));
}
