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
	int n;

	/* Mostly there is room: printed once. Else the first time only measures. */
	for (size_t room = b->cap - b->len;; room = b->cap - b->len) {
		va_start(ap, fmt);
		n = vsnprintf(room > 0 ? b->data + b->len : NULL, room, fmt, ap);
		va_end(ap);
		if (n < 0 || (size_t)n < room)
			break;
		gd_buf_reserve(b, (size_t)n);
	}
	if (n > 0)
		b->len += (size_t)n;
	else if (b->cap > 0)
		b->data[b->len] = '\0';
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

/* The end of what stands for itself from @i on. */
static size_t plain_end(const char *s, size_t i, size_t len)
{
	while (len - i >= 8 && gd_eight_plain(s + i))
		i += 8;
	while (i < len && escapes[(unsigned char)s[i]] == 0)
		i++;
	return i;
}

void gd_buf_json(struct gd_buf *b, const char *s, size_t len)
{
	char special[ESCAPED_MAX];
	size_t i = 0, used;

	gd_buf_bytes(b, "\"", 1);
	for (;;) {
		size_t end = plain_end(s, i, len);
		gd_buf_bytes(b, s + i, end - i);
		if (end == len)
			break;
		char *to = put_special(special, s + end, len - end, &used);
		gd_buf_bytes(b, special, (size_t)(to - special));
		i = end + used;
	}
	gd_buf_bytes(b, "\"", 1);
}

void gd_buf_json_str(struct gd_buf *b, const char *s)
{
	gd_buf_json(b, s, strlen(s));
}
