/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting one program as an engine would start its runtime, timed. Whatever fails ends the benchmark. */
#ifndef BENCH_LAUNCH_H
#define BENCH_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "stage.h"

enum program { BARE, GUARDED, EXEC_ONLY, SHELL, GO };
#define PROGRAMS 5
enum verb { CREATE, STATE, KILL };

struct row {
	const char *name;
	enum program program;
	enum verb verb;
	bool bind;
	double limit, usual;	/* added milliseconds: see bench.c */
	enum { PLAIN, IMAGE_FEW, IMAGE_MANY } policies;	/* guarded's configuration */
};
#define WORDS_MAX 64

extern long peak_kb[PROGRAMS];		/* memory of each program, the most of every run */

void launch_init(void);
double launch_now(void);	/* milliseconds */
/* Milliseconds from start to end, in a fresh bundle where @document is given. */
double launch_once(const struct stage *s, const struct row *r, const struct container *c,
		   const struct text *document);
/* The same in two parts, for several at a time: any one's end. */
void launch_start(const struct stage *s, const struct row *r, const struct container *c);
void launch_finish_any(const struct row *r);
/*
 * The instructions between guarded's start and its exec, one step at a time: the same however busy the machine
 * is. (valgrind would count faster, and does not know openat2.)
 */
void launch_count(const struct stage *s, const struct row *r);
/* For profilers: one launch with the given words in front, in a fresh bundle. */
void launch_profile(const struct stage *s, const struct row *r, char **words);

#endif
