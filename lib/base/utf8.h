/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef GD_BASE_UTF8_H
#define GD_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

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
