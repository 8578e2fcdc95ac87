/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

/* @n digits at *@s, which moves behind them; the number must lie in the range. */
static bool digits(const char **s, size_t n, int min, int max, int *ret)
{
	for (*ret = 0; n > 0; n--, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*ret = *ret * 10 + (**s - '0');
	}
	return *ret >= min && *ret <= max;
}

static bool mark(const char **s, char c)
{
	return **s == c && *(*s)++ != '\0';
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 - 719162 + before[month - 1] +
	       (month > 2 && is_leap(year)) + day - 1;
}

static bool read_date(const char **s, int64_t *ret)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	if (!digits(s, 4, 1970, 9999, &year) || !mark(s, '-') || !digits(s, 2, 1, 12, &month) || !mark(s, '-') ||
	    !digits(s, 2, 1, 31, &day) || day > lengths[month - 1] + (month == 2 && is_leap(year)))
		return false;
	*ret = days_of(year, month, day) * 86400;
	return true;
}

/* Seconds west of UTC. */
static bool read_offset(const char **s, int64_t *ret)
{
	bool east = **s == '+';
	int hours, minutes;

	*ret = 0;
	if (mark(s, 'Z') || mark(s, 'z'))
		return true;
	if ((!mark(s, '+') && !mark(s, '-')) || !digits(s, 2, 0, 23, &hours) || !mark(s, ':') ||
	    !digits(s, 2, 0, 59, &minutes))
		return false;
	*ret = (hours * 60 + minutes) * 60 * (east ? -1 : 1);
	return true;
}

int gd_time_parse(const char *s, int64_t *ret)
{
	int64_t day, offset;
	int hour, minute, second, digit;

	if (!read_date(&s, &day))
		return -1;
	if (*s == '\0') {
		*ret = day + 86399;
		return 0;
	}
	if ((!mark(&s, 'T') && !mark(&s, 't')) || !digits(&s, 2, 0, 23, &hour) || !mark(&s, ':') ||
	    !digits(&s, 2, 0, 59, &minute) || !mark(&s, ':') || !digits(&s, 2, 0, 60, &second))
		return -1;
	if (mark(&s, '.')) {
		if (!digits(&s, 1, 0, 9, &digit))
			return -1;
		while (*s >= '0' && *s <= '9')
			s++;
	}
	if (!read_offset(&s, &offset) || *s != '\0')
		return -1;
	*ret = day + hour * 3600 + minute * 60 + second + offset;
	return 0;
}
