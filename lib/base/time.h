/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time as people and records write them. */
#ifndef GD_BASE_TIME_H
#define GD_BASE_TIME_H

#include <stdint.h>

/*
 * RFC 3339, "2026-12-31T23:59:59Z" with an offset where not in UTC, fractions cut off; or a date alone, which stands
 * for the end of that day in UTC. Seconds since 1970. 0, or -1: no such time. Years 1970 to 9999.
 */
int gd_time_parse(const char *s, int64_t *ret);

#endif
