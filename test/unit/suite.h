/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test needs of Check: a named case of loop tests, and a main that runs them. */
#ifndef GD_TEST_SUITE_H
#define GD_TEST_SUITE_H

#include <check.h>
#include <stdlib.h>

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

struct test_case {
	const TTest *test;
	int rows;	/* 0: once, else a loop test over that many rows of a table */
};

static inline int run_suite(const char *name, const struct test_case *cases, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 120);
	for (size_t i = 0; i < n; i++) {
		if (cases[i].rows > 0)
			tcase_add_loop_test(tcase, cases[i].test, 0, cases[i].rows);
		else
			tcase_add_test(tcase, cases[i].test);
	}
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
