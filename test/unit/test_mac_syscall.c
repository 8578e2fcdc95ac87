/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of system calls against its list, and against libseccomp: no name that it knows may be
 * missing. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "mac/syscall.h"
#include "suite.h"

START_TEST(list_and_table)
{
	FILE *f = fopen("lib/mac/syscalls.txt", "r");
	char line[128];
	int id = 0;

	ck_assert_msg(f != NULL, "run from the project's directory");
	for (; fgets(line, sizeof(line), f); id++) {
		line[strcspn(line, "\n")] = '\0';
		ck_assert_str_eq(gd_syscall_name(id), line);
		ck_assert_int_eq(gd_syscall_id(line), id);
	}
	fclose(f);
	ck_assert_int_eq(id, GD_SYSCALLS);
	ck_assert_ptr_null(gd_syscall_name(-1));
	ck_assert_ptr_null(gd_syscall_name(GD_SYSCALLS));
}
END_TEST

/* The identities that applied files of every version hold: the first, some in between, the last of
 * the first release. */
START_TEST(identities_never_move)
{
	ck_assert_int_eq(gd_syscall_id("_llseek"), 0);
	ck_assert_int_eq(gd_syscall_id("chmod"), 28);
	ck_assert_int_eq(gd_syscall_id("socket"), 424);
	ck_assert_int_eq(gd_syscall_id("writev"), 507);
}
END_TEST

START_TEST(strangers)
{
	static const char *const names[] = {
		"",      "no_such_call",
		"READ",  "read ",
		" read", "rea",
		"readd", "a_name_that_is_longer_than_any_system_call_has_ever_been_given"
	};

	ck_assert_int_eq(gd_syscall_id(NULL), -1);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		ck_assert_int_eq(gd_syscall_id(names[i]), -1);
}
END_TEST

START_TEST(nothing_missing)
{
	static const uint32_t arches[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32,
					   SCMP_ARCH_AARCH64, SCMP_ARCH_ARM };
	int seen = 0;

	for (size_t a = 0; a < sizeof(arches) / sizeof(*arches); a++) {
		int base = arches[a] == SCMP_ARCH_X32 ? 0x40000000 : 0;

		for (int nr = base; nr < base + 1000; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(arches[a], nr);

			if (!name)
				continue;
			seen++;
			ck_assert_msg(gd_syscall_id(name) >= 0, "%s is not in lib/mac/syscalls.txt",
				      name);
			free(name);
		}
	}
	ck_assert_int_gt(seen, 1500);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { list_and_table, 0 },
					   { identities_never_move, 0 },
					   { strangers, 0 },
					   { nothing_missing, 0 } };

	return run_suite("mac/syscall", cases, 4);
}
