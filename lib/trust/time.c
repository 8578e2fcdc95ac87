/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as text, in UTC. By arithmetic: gmtime_r and timegm would read the zone files of the host. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "trust/trust.h"

#define DAY 86400
#define LAST 253402300799	/* 9999-12-31T23:59:59Z */

const char *gd_trust_time(int64_t t, char ret[static 24])
{
	int64_t days = t / DAY, rest = t % DAY;

	if (t < 0 || t > LAST)
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

int gd_trust_time_parse(const char *s, int64_t *ret)
{
	char back[24];

	/* In this one form: records are compared byte for byte. What base/time.h also reads comes back otherwise. */
	return gd_time_parse(s, ret) == 0 && strcmp(gd_trust_time(*ret, back), s) == 0 ? 0 : -1;
}
