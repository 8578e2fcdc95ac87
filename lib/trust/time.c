/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as text, in UTC. By arithmetic: gmtime_r and timegm would read the zone files of the host. */
#include <stdio.h>
#include <string.h>

#include "trust/trust.h"

#define DAY 86400
#define YEAR_LAST 9999

/* Days since 1970 of a date in the Gregorian calendar, years counted from March (so that leap days come last). */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

const char *gd_trust_time(int64_t t, char ret[static 24])
{
	int64_t days = t / DAY, rest = t % DAY;

	if (t < 0 || days > days_of(YEAR_LAST, 12, 31))
		return strcpy(ret, "an impossible time");
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	unsigned v[] = { (unsigned)(yoe + era * 400 + (month <= 2)), (unsigned)month,
			 (unsigned)(doy - (153 * mp + 2) / 5 + 1), (unsigned)(rest / 3600),
			 (unsigned)(rest / 60 % 60), (unsigned)(rest % 60) };

	snprintf(ret, 24, "%04u-%02u-%02uT%02u:%02u:%02uZ", v[0] % 10000, v[1] % 100, v[2] % 100, v[3] % 100,
		 v[4] % 100, v[5] % 100);
	return ret;
}

static int digits(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

int gd_trust_time_parse(const char *s, int64_t *ret)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	char back[24];

	if (strlen(s) != sizeof(shape) - 1)
		return -1;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
			return -1;
	int year = digits(s, 4), month = digits(s + 5, 2);
	if (year < 1970 || month < 1 || month > 12)
		return -1;
	int64_t t = days_of(year, month, digits(s + 8, 2)) * DAY + digits(s + 11, 2) * 3600 + digits(s + 14, 2) * 60 +
		    digits(s + 17, 2);
	/* February 30th, the 25th hour and the 61st second come back as something else. */
	if (strcmp(gd_trust_time(t, back), s) != 0)
		return -1;
	*ret = t;
	return 0;
}
