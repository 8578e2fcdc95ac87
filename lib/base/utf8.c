/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/utf8.h"

size_t gd_utf8_decode(const char *s, size_t len, uint32_t *ret_cp)
{
	static const struct { unsigned char mask, lead; uint32_t least; } forms[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t n = 0; n < len && n < 4; n++) {
		if (((unsigned char)s[0] & forms[n].mask) != forms[n].lead)
			continue;
		uint32_t cp = (unsigned char)s[0] & (unsigned char)~forms[n].mask;
		for (size_t i = 1; i <= n; i++) {
			if (((unsigned char)s[i] & 0xc0) != 0x80)
				return 0;
			cp = cp << 6 | ((unsigned char)s[i] & 0x3f);
		}
		if (cp < forms[n].least || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
			return 0;
		*ret_cp = cp;
		return n + 1;
	}
	return 0;
}

size_t gd_utf8_encode(char ret[static 4], uint32_t cp)
{
	if (cp < 0x80) {
		ret[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		ret[i] = (char)(0x80 | (cp & 0x3f));
	ret[0] = (char)(lead[n] | cp);
	return n;
}

uint32_t gd_fold(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return cp | 0x20;
	return cp == 0x17f ? 's' : cp == 0x212a ? 'k' : cp;
}
