/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
long peak_kb[PROGRAMS];
static int quiet_fd, complaints_fd;

void launch_init(void)
{
	quiet_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	complaints_fd = memfd_create("complaints", MFD_CLOEXEC);
	if (quiet_fd < 0 || complaints_fd < 0)
		fail("open");
}

static void words_of(const struct stage *s, const struct row *r, const struct container *c, char **argv)
{
	char *const own[PROGRAMS][4] = {
		[BARE] = { (char *)s->fake }, [SHELL] = { (char *)s->shell },
		[GUARDED] = { (char *)s->guarded, (char *)"--guarded-config",
			      (char *)(r->policies == PLAIN ? s->config : r->policies == IMAGE_FEW ? s->few : s->many) },
		[EXEC_ONLY] = { (char *)s->exec_only, (char *)s->fake },
		[GO] = { (char *)s->wrapper, (char *)s->fake },
	};
	char *const verbs[3][10] = {
		[CREATE] = { (char *)"create", (char *)"--bundle", (char *)c->bundle, (char *)"--pid-file",
			     (char *)c->pid_file, (char *)c->id },
		[STATE] = { (char *)"state", (char *)c->id },
		[KILL] = { (char *)"kill", (char *)"--all", (char *)c->id, (char *)"15" },
	};
	char *const globals[] = { (char *)"--root", (char *)STAGE "/exec/runtime-runc/moby", (char *)"--log",
				  (char *)c->log, (char *)"--log-format", (char *)"json" };
	size_t n = 0;

	for (size_t i = 0; i < 4 && own[r->program][i]; i++)
		argv[n++] = own[r->program][i];
	for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++)
		argv[n++] = globals[i];
	for (size_t i = 0; i < 10 && verbs[r->verb][i]; i++)
		argv[n++] = verbs[r->verb][i];
	argv[n] = NULL;
}

double launch_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static pid_t start(char **argv)
{
	static char *env[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	posix_spawn_file_actions_t files;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, quiet_fd, 0);
	posix_spawn_file_actions_adddup2(&files, quiet_fd, 1);
	posix_spawn_file_actions_adddup2(&files, complaints_fd, 2);
	errno = posix_spawn(&pid, argv[0], &files, NULL, argv, env);
	posix_spawn_file_actions_destroy(&files);
	if (errno)
		fail(argv[0]);
	return pid;
}

static void complain(const char *what)
{
	char text[2048];
	ssize_t n = pread(complaints_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	fprintf(stderr, "bench: %s failed: %s\n", what, text);
	exit(2);
}

static void finish(pid_t pid, enum program program, const char *what)
{
	struct rusage usage;
	int status;

	if (wait4(pid, &status, 0, &usage) < 0)
		fail("wait");
	if (status)
		complain(what);
	if (usage.ru_maxrss > peak_kb[program])
		peak_kb[program] = usage.ru_maxrss;
}

double launch_once(const struct stage *s, const struct row *r, const struct container *c,
		   const struct text *document)
{
	char *argv[WORDS_MAX];

	words_of(s, r, c, argv);
	if (document)
		stage_fresh(c, document);
	double begun = launch_now();
	pid_t pid = start(argv);
	finish(pid, r->program, r->name);
	return launch_now() - begun;
}

void launch_start(const struct stage *s, const struct row *r, const struct container *c)
{
	char *argv[WORDS_MAX];

	words_of(s, r, c, argv);
	start(argv);
}

void launch_finish_any(const struct row *r)
{
	finish(-1, r->program, r->name);
}

void launch_count(const struct stage *s, const struct row *r)
{
	const struct text document = stage_document(s, &s->c[0], &(struct extra){ .bind = r->bind });
	unsigned long steps = 0;
	cpu_set_t one;
	int status, execs = 0;
	char *argv[WORDS_MAX];

	/* Both on one processor: waking another one for every step takes many times as long. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	words_of(s, r, &s->c[0], argv);
	stage_fresh(&s->c[0], &document);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(quiet_fd, 1);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (execs == 0)
			ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
		execs += execs == 0 || status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
		steps += execs == 1;
		ptrace(execs == 1 ? PTRACE_SINGLESTEP : PTRACE_CONT, pid, NULL, NULL);
	}
	if (execs < 2 || !WIFEXITED(status) || WEXITSTATUS(status))
		complain(r->name);
	printf("%-46s %9lu instructions\n", r->name, steps);
	free(document.data);
}

void launch_profile(const struct stage *s, const struct row *r, char **words)
{
	const struct text document = stage_document(s, &s->c[0], &(struct extra){ 0 });
	char *argv[WORDS_MAX];
	size_t n = 0;
	int status;

	for (; words[n] && n < 30; n++)
		argv[n] = words[n];
	words_of(s, r, &s->c[0], argv + n);
	stage_fresh(&s->c[0], &document);
	pid_t pid;
	errno = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (errno || waitpid(pid, &status, 0) < 0)
		fail(argv[0]);
	free(document.data);
}

