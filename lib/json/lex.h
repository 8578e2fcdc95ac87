/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What scanner and parser both know about JSON text; for lib/json alone. */
#ifndef GD_JSON_LEX_H
#define GD_JSON_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

static inline const char *gd_lex_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/*
 * Characters that stand for themselves inside a string: ASCII but for controls, quote and
 * backslash.
 */
extern const bool gd_is_plain[256];

/* The end of a run of those. */
static inline const char *gd_lex_plain(const char *p, const char *end)
{
	while (end - p >= 8 && gd_eight_plain(p))
		p += 8;
	while (p < end && gd_is_plain[(unsigned char)*p])
		p++;
	return p;
}

/* A number as the scanner lets it through: no exponent, no leading zero, no "-0". */
struct gd_number {
	bool minus, fraction;
	uint64_t magnitude;	/* of the integer part */
	const char *end;	/* behind its last character */
};

/* NULL or why it is refused. */
const char *gd_lex_number(const char *p, const char *end, struct gd_number *ret);

/*
 * One character of a string's inside, escapes decoded: returns where the next begins, NULL where
 * the text is refused with the reason in *ret_why. @p < @end; the closing quote is not looked for.
 */
const char *gd_lex_char(const char *p, const char *end, uint32_t *ret_cp, const char **ret_why);

#endif
