/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mac/syscall.h"

#include <endian.h>
#include <string.h>

#include "mac/syscalls_table.h"

#define NAME_MAX_LEN 32 /* no longer name is in the table */

static uint64_t load8(const char *s)
{
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	return le64toh(v);
}

static uint64_t load4(const char *s)
{
	uint32_t v;

	memcpy(&v, s, sizeof(v));
	return le32toh(v);
}

/*
 * Both ends of the name, which tell almost all names apart; a launch looks up some four hundred.
 */
static uint32_t place(const char *s, size_t len)
{
	uint64_t first, last;

	if (len >= 8) {
		first = load8(s);
		last = load8(s + len - 8);
	} else if (len >= 4) {
		first = load4(s);
		last = load4(s + len - 4);
	} else {
		first = (uint8_t)s[0];
		last = (uint64_t)(uint8_t)s[len / 2] << 8 | (uint8_t)s[len - 1];
	}
	return (uint32_t)(((first ^ (last << 7 | last >> 57) ^ len) * FACTOR) >> 53);
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
