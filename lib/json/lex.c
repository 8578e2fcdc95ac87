/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/lex.h"

#include "base/utf8.h"

const bool gd_is_plain[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... 0x7f] = true,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *gd_lex_number(const char *p, const char *end, struct gd_number *ret)
{
	struct gd_number n = { .minus = *p == '-' };
	bool zero = true, wide = false;

	p += n.minus;
	if (p == end || !is_digit(*p))
		return "a number without digits";
	if (*p == '0' && end - p > 1 && is_digit(p[1]))
		return "a number with a leading zero";
	for (; p < end && is_digit(*p); p++) {
		wide |= __builtin_mul_overflow(n.magnitude, 10, &n.magnitude);
		wide |= __builtin_add_overflow(n.magnitude, (uint64_t)(*p - '0'), &n.magnitude);
	}
	wide |= n.minus && n.magnitude > (uint64_t)1 << 63;
	zero = n.magnitude == 0;
	if (p < end && *p == '.') {
		n.fraction = true;
		if (++p == end || !is_digit(*p))
			return "a number that ends in its point";
		for (; p < end && is_digit(*p); p++)
			zero &= *p == '0';
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		return "a number with an exponent";
	if (wide)
		return "a number beyond 64 bits";
	if (n.minus && zero)
		return "a negative zero";
	n.end = p;
	*ret = n;
	return NULL;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits at @p, or -1. */
static int32_t hex4(const char *p, const char *end)
{
	int32_t v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit(p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

static const char *lex_unicode(const char *p, const char *end, uint32_t *ret_cp,
			       const char **ret_why)
{
	int32_t high = hex4(p, end), low;

	*ret_why = "a \\u without four hexadecimal digits";
	if (high < 0)
		return NULL;
	*ret_why = "a NUL character (\\u0000)";
	if (high == 0)
		return NULL;
	p += 4;
	if (high < 0xd800 || high > 0xdfff) {
		*ret_cp = (uint32_t)high;
		return p;
	}
	*ret_why = "half of a surrogate pair";
	if (high > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return NULL;
	low = hex4(p + 2, end);
	if (low < 0xdc00 || low > 0xdfff)
		return NULL;
	*ret_cp = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
	return p + 6;
}

const char *gd_lex_char(const char *p, const char *end, uint32_t *ret_cp, const char **ret_why)
{
	static const char plain[128] = {
		['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n',
		['r'] = '\r', ['t'] = '\t',
	};
	unsigned char c = (unsigned char)*p;

	if (c < ' ') {
		*ret_why = c == 0 ? "a NUL byte" : "a control character inside a string";
		return NULL;
	}
	if (c >= 0x80) {
		size_t n = gd_utf8_decode(p, (size_t)(end - p), ret_cp);
		*ret_why = "bytes that are not UTF-8";
		return n > 0 ? p + n : NULL;
	}
	if (c != '\\') {
		*ret_cp = c;
		return p + 1;
	}
	if (end - p >= 2 && p[1] == 'u')
		return lex_unicode(p + 2, end, ret_cp, ret_why);
	*ret_why = "an unknown escape";
	if (end - p < 2 || (unsigned char)p[1] >= 0x80 || plain[(unsigned char)p[1]] == 0)
		return NULL;
	*ret_cp = (uint32_t)plain[(unsigned char)p[1]];
	return p + 2;
}
