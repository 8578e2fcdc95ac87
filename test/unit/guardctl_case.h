/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of guardctl from its command line to its exit status run the program that was built beside them. */
#ifndef GD_TEST_GUARDCTL_CASE_H
#define GD_TEST_GUARDCTL_CASE_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char guardctl_program[4096];

/* Called first thing in main, before Check is there to fail by. */
static inline void find_guardctl(void)
{
	ssize_t n = readlink("/proc/self/exe", guardctl_program, sizeof(guardctl_program) - 32);
	char *unit = n > 0 ? strstr(guardctl_program, "/test/unit/test_") : NULL;

	if (!unit)
		exit(EXIT_FAILURE);
	strcpy(unit, "/guardctl");
}

/* @words, separated by spaces, under @config; all that it says goes to the file @output. Its exit status. */
static inline int run_guardctl(const char *config, const char *words, const char *output)
{
	char *argv[32] = { (char *)"guardctl", (char *)"--guarded-config", (char *)config };
	char *save = NULL, *all = strdup(words);
	int argc = 3, status, fd;
	pid_t pid;

	for (char *w = strtok_r(all, " ", &save); w && argc < 31; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(99);
		execv(guardctl_program, argv);
		_exit(98);
	}
	free(all);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) < 98, "guardctl %s died", words);
	return WEXITSTATUS(status);
}

#endif
