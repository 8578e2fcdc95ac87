/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "mac/filter.h"

static const char *const acts[] = {
	[GD_ACT_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
	[GD_ACT_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
	[GD_ACT_TRAP] = "SCMP_ACT_TRAP",
	[GD_ACT_ERRNO] = "SCMP_ACT_ERRNO",
	[GD_ACT_NOTIFY] = "SCMP_ACT_NOTIFY",
	[GD_ACT_TRACE] = "SCMP_ACT_TRACE",
	[GD_ACT_LOG] = "SCMP_ACT_LOG",
	[GD_ACT_ALLOW] = "SCMP_ACT_ALLOW",
};
static const char *const cmps[] = {
	[GD_CMP_NE] = "SCMP_CMP_NE", [GD_CMP_LT] = "SCMP_CMP_LT", [GD_CMP_LE] = "SCMP_CMP_LE",
	[GD_CMP_EQ] = "SCMP_CMP_EQ", [GD_CMP_GE] = "SCMP_CMP_GE", [GD_CMP_GT] = "SCMP_CMP_GT",
	[GD_CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

int gd_act_number(const char *name)
{
	if (!name)
		return -1;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i], name) == 0)
			return (int)i;
	return strcmp(name, "SCMP_ACT_KILL") == 0 ? GD_ACT_KILL_THREAD : -1;
}

const char *gd_act_name(enum gd_act act)
{
	return acts[act];
}

int gd_cmp_number(const char *name)
{
	for (size_t i = 0; name && i < sizeof(cmps) / sizeof(cmps[0]); i++)
		if (strcmp(cmps[i], name) == 0)
			return (int)i;
	return -1;
}

const char *gd_cmp_name(enum gd_cmp op)
{
	return cmps[op];
}
