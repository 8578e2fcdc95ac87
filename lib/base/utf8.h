/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef GD_BASE_UTF8_H
#define GD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Eight bytes at once: all of them printable ASCII other than quote and backslash, as nearly all
 * of a document is. Each line leaves a high bit where a byte is wrong (a borrow may mark the byte
 * behind a wrong one too: never none).
 */
static inline bool gd_eight_plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v, wrong;

	memcpy(&v, p, sizeof(v));
	wrong = v | ((v - ones * ' ') & ~v);			/* beyond ASCII, below space */
	wrong |= ((v ^ ones * '"') - ones) & ~(v ^ ones * '"');
	wrong |= ((v ^ ones * '\\') - ones) & ~(v ^ ones * '\\');
	wrong |= v + ones;					/* DEL */
	return (wrong & ones << 7) == 0;
}

/* The length of the sequence at @s (1 to 4) with its code point, or 0 where there is none. */
size_t gd_utf8_decode(const char *s, size_t len, uint32_t *ret_cp);
/* Writes 1 to 4 bytes and returns how many; @cp is a valid code point. */
size_t gd_utf8_encode(char ret[static 4], uint32_t cp);
/*
 * The letter as which Go's encoding/json compares a key with a field's name: ASCII without case,
 * and the two letters outside ASCII whose simple folding is an ASCII letter (long s, Kelvin sign).
 */
uint32_t gd_fold(uint32_t cp);

#endif
