/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void gd_buf_reserve(struct gd_buf *b, size_t more)
{
	size_t need;

	/* An overflow asks the arena for the impossible, which ends in its no-memory handler. */
	if (__builtin_add_overflow(b->len + 1, more, &need))
		need = (size_t)-1;
	if (need <= b->cap)
		return;
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

/* What stands for each byte inside a JSON string: 0 itself, 1 \u00XX, 2 a sequence, else a backslash and it. */
static const char escapes[256] = {
	[0 ... 7] = 1, ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0b] = 1, ['\f'] = 'f', ['\r'] = 'r',
	[0x0e ... 0x1f] = 1, ['"'] = '"', ['\\'] = '\\', [0x7f] = 1, [0x80 ... 0xff] = 2,
};

void gd_buf_json(struct gd_buf *b, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0;

	gd_buf_bytes(b, "\"", 1);
	while (i < len) {
		size_t run = i;
		while (run < len && escapes[(unsigned char)s[run]] == 0)
			run++;
		gd_buf_bytes(b, s + i, run - i);
		if ((i = run) == len)
			break;
		unsigned char c = (unsigned char)s[i];
		size_t n = 1;
		if (escapes[c] == 1) {
			gd_buf_bytes(b, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
		} else if (escapes[c] == 2) {
			uint32_t cp;
			n = gd_utf8_decode(s + i, len - i, &cp);
			gd_buf_bytes(b, n > 0 ? s + i : "\xef\xbf\xbd", n > 0 ? n : 3);
			n = n > 0 ? n : 1;
		} else {
			gd_buf_bytes(b, (char[]){ '\\', escapes[c] }, 2);
		}
		i += n;
	}
	gd_buf_bytes(b, "\"", 1);
}

void gd_buf_json_str(struct gd_buf *b, const char *s)
{
	gd_buf_json(b, s, strlen(s));
}
