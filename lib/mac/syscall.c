/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mac/syscall.h"

#include <string.h>

#include "mac/syscalls_table.h"

#define NAME_MAX_LEN 32 /* no longer name is in the table */

static uint32_t place(const char *name, size_t len)
{
	uint32_t h = (uint32_t)len;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * FACTOR;
	return (h ^ (h >> 15)) & (SLOTS - 1);
}

int gd_syscall_id(const char *name)
{
	size_t len = name ? strnlen(name, NAME_MAX_LEN + 1) : 0;

	if (len == 0 || len > NAME_MAX_LEN)
		return -1;
	uint32_t at = place(name, len);

	for (uint32_t i = 0; i < STEPS; i++, at = (at + 1) & (SLOTS - 1)) {
		int id = slots[at] - 1;

		if (id < 0)
			return -1;
		if ((size_t)(starts[id + 1] - starts[id]) == len + 1 &&
		    memcmp(text + starts[id], name, len) == 0)
			return id;
	}
	return -1;
}

const char *gd_syscall_name(int id)
{
	return id >= 0 && id < GD_SYSCALLS ? text + starts[id] : NULL;
}
