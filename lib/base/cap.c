/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cap.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {
#define X(name) #name,
	GD_CAPS(X)
#undef X
};
_Static_assert(sizeof(names) / sizeof(names[0]) == GD_CAP_COUNT, "a capability is missing");

const char *gd_cap_name(int n)
{
	return n >= 0 && n < GD_CAP_COUNT ? names[n] : NULL;
}

static int number_of(const char *s, size_t len)
{
	for (int i = 0; i < GD_CAP_COUNT; i++)
		if (strlen(names[i]) == len && strncasecmp(names[i], s, len) == 0)
			return i;
	return -1;
}

int gd_cap_number(const char *name)
{
	if (!name || strncmp(name, "CAP_", 4) != 0)
		return -1;
	int n = number_of(name + 4, strlen(name + 4));

	return n >= 0 && strcmp(names[n], name + 4) == 0 ? n : -1;
}

int gd_cap_number_loose(const char *name)
{
	if (!name)
		return -1;
	if (strncasecmp(name, "CAP_", 4) == 0)
		name += 4;
	return number_of(name, strlen(name));
}

int gd_cap_number_loosest(const char *name)
{
	if (!name)
		return -1;
	if (*name >= '0' && *name <= '9') {
		unsigned long n = strtoul(name, NULL, 0);

		return n <= GD_CAP_MAX ? (int)n : -1;
	}
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	if (len > 4 && strncasecmp(name, "CAP_", 4) == 0)
		return number_of(name + 4, len - 4);
	return number_of(name, len);
}
