/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guarded adds to a launch: a fake inner runtime that ends at once, alone and behind wrappers, side by side
 * in one run. Every round starts each once, in an order of chance, so that what else the machine does
 * falls on all alike; medians of the differences within a round are judged.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launch.h"

#define ROUNDS 400
#define GROWTH_ROUNDS 30
#define BURSTS 12
#define BURST 64	/* launches */
#define AT_ONCE 8

/*
 * Limits are added milliseconds over the bare inner runtime on a calm machine; 0: shown for comparison, not judged.
 * There the wrappers that only exec add `usual`: how much longer they take in the same rounds says how busy or slow
 * this machine is, and limits grow by as much, never less than once.
 */
static const struct row rows[] = {
	{ "create, the inner runtime alone",		BARE,	 CREATE, false, 0, 0, PLAIN },
	{ "create, guarded",				GUARDED, CREATE, false, 0.5, 0, PLAIN },
	{ "create, guarded, a host directory pinned",	GUARDED, CREATE, true,	0.9, 0, PLAIN },
	{ "create, guarded, image: 20 policies",	GUARDED, CREATE, false, 0, 0, IMAGE_FEW },
	{ "create, guarded, image: 10,000 and records",	GUARDED, CREATE, false, 0, 0, IMAGE_MANY },
	{ "create, C that only execs",			EXEC_ONLY, CREATE, false, 0, 0.116, PLAIN },
	{ "create, /bin/sh that only execs",		SHELL,	 CREATE, false, 0, 0.24, PLAIN },
	{ "create, a minimal wrapper in Go",		GO,	 CREATE, false, 0, 0, PLAIN },
	{ "state, the inner runtime alone",		BARE,	 STATE,	 false, 0, 0, PLAIN },
	{ "state, guarded",				GUARDED, STATE,	 false, 0.13, 0, PLAIN },
	{ "kill, guarded",				GUARDED, KILL,	 false, 0.13, 0, PLAIN },
	{ "state, C that only execs",			EXEC_ONLY, STATE, false, 0, 0.10, PLAIN },
	{ "state, /bin/sh that only execs",		SHELL,	 STATE,	 false, 0, 0.22, PLAIN },
	{ "state, a minimal wrapper in Go",		GO,	 STATE,	 false, 0, 0, PLAIN },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))
/* What the image's facts, the match by digest and its signed record add to "create, guarded"; and 10,000 policies and
 * records to 20 of them. */
enum { ROW_GUARDED = 1, ROW_FEW = 3, ROW_MANY = 4 };
static const double limit_image = 0.4, limit_flat = 0.1;
static const long limit_rss_kb = 5 * 1024;
static const double limit_growth_ms = 60;	/* create with 10,000 more mounts: 1 MB of document */

static double slow = 1;		/* how many times slower than calm this machine is */
/* BENCH_SLACK: over a limit by less than this is said and not failed. For `make test`, where a step back is what
 * must not pass unseen, and a machine that nobody knows must not decide; `make bench` itself has none. */
static double slack = 1;

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static const char *judge(double value, double limit, bool *broken)
{
	if (limit <= 0)
		return "";
	if (value <= limit)
		return "  ok";
	*broken |= value > limit * slack;
	return value > limit * slack ? "  OVER" : "  over, within the slack";
}

/* The median of what @took is more than @base in the same rounds. */
static double added(const double *took, const double *base, size_t rounds)
{
	double *v = calloc(rounds, sizeof(*v));

	if (!v)
		fail("memory");
	for (size_t n = 0; n < rounds; n++)
		v[n] = took[n] - base[n];
	double more = median(v, rounds);
	free(v);
	return more;
}

static void slower(double times)
{
	if (times > slow)
		slow = times;
}

/* One line of the table: the median of @took, and of its differences from @base in the same rounds. */
static bool report(const struct row *r, const double *took, const double *base, size_t rounds)
{
	double *v = calloc(2 * rounds, sizeof(*v)), more = added(took, base, rounds);
	bool broken = false;

	if (!v)
		fail("memory");
	memcpy(v, took, rounds * sizeof(*v));
	memcpy(v + rounds, base, rounds * sizeof(*v));
	double middle = median(v, rounds), below = median(v + rounds, rounds);
	printf("%-46s %9.3f %9.3f %7.2f", r->name, middle, more, middle / below);
	if (r->limit > 0)
		printf(" %8.2f%s", r->limit * slow, judge(more, r->limit * slow, &broken));
	printf("\n");
	free(v);
	return broken;
}

/* Who comes after a large program finds the caches cold: everybody in turn. */
static void shuffle(size_t order[ROWS])
{
	for (size_t i = 0; i < ROWS; i++) {
		size_t j = (size_t)rand() % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

static bool compare_wrappers(const struct stage *s, size_t rounds)
{
	const struct container *c = &s->c[0];
	const struct text plain = stage_document(s, c, &(struct extra){ 0 });
	const struct text bound = stage_document(s, c, &(struct extra){ .bind = 1 });
	double *took = calloc(ROWS * rounds, sizeof(*took));
	const double *base = took;
	bool broken = false;

	if (!took)
		fail("memory");
	for (size_t n = 0; n < rounds; n++) {
		size_t order[ROWS];
		shuffle(order);
		for (size_t i = 0; i < ROWS; i++) {
			size_t row = order[i];
			took[row * rounds + n] = launch_once(s, &rows[row], c, rows[row].verb != CREATE ? NULL :
						      rows[row].bind ? &bound : &plain);
		}
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].program == BARE)
			base = took + i * rounds;
		if (rows[i].usual > 0)
			slower(added(took + i * rounds, base, rounds) / rows[i].usual);
	}
	printf("\n%zu rounds, document of %zu bytes; wrappers that only exec say that this machine is %.2f "
	       "times as slow as a calm one\n%-46s %9s %9s %7s %8s\n", rounds, plain.len, slow, "", "median ms", "added ms", "ratio",
	       "limit");
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].program == BARE)
			base = took + i * rounds;
		broken |= report(&rows[i], took + i * rounds, base, rounds);
	}
	const struct { const char *name; size_t row, base; double limit; } images[] = {
		{ "image facts, match and record, 20 policies", ROW_FEW, ROW_GUARDED, limit_image },
		{ "image facts, match and record, 10,000", ROW_MANY, ROW_GUARDED, limit_image },
		{ "10,000 policies and records over 20", ROW_MANY, ROW_FEW, limit_flat },
	};
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		double more = added(took + images[i].row * rounds, took + images[i].base * rounds, rounds);
		printf("%-46s %9s %9.3f %16.2f%s\n", images[i].name, "", more, images[i].limit * slow,
		       judge(more, images[i].limit * slow, &broken));
	}
	free(plain.data);
	free(bound.data);
	free(took);
	return broken;
}

/* create with more and more mounts and variables. */
static bool grow(const struct stage *s)
{
	static const size_t sizes[] = { 10, 100, 1000, 10000 };
	static double bare[GROWTH_ROUNDS], behind[GROWTH_ROUNDS];
	bool broken = false;

	printf("\n%-46s %9s %9s %7s\n", "growth: further mounts and variables (bytes)", "median ms", "added ms",
	       "ratio");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct extra extra = { .env = sizes[i], .mounts = sizes[i] };
		const struct text document = stage_document(s, &s->c[0], &extra);
		char name[64];
		struct row r = { name, GUARDED, CREATE, false, sizes[i] == 10000 ? limit_growth_ms : 0, 0, PLAIN };
		for (size_t n = 0; n < GROWTH_ROUNDS; n++) {
			bare[n] = launch_once(s, &rows[0], &s->c[0], &document);
			behind[n] = launch_once(s, &rows[1], &s->c[0], &document);
		}
		snprintf(name, sizeof(name), "create, guarded, %zu (%zu)", sizes[i], document.len);
		broken |= report(&r, behind, bare, GROWTH_ROUNDS);
		free(document.data);
	}
	return broken;
}

/* BURST launches, AT_ONCE at a time, each of a container of its own. */
static double burst(const struct stage *s, const struct row *r)
{
	size_t started = 0, ended = 0;

	for (size_t i = 0; i < BURST; i++) {
		const struct text document = stage_document(s, &s->c[i], &(struct extra){ 0 });
		stage_fresh(&s->c[i], &document);
		free(document.data);
	}
	double begun = launch_now();
	while (ended < BURST) {
		for (; started < BURST && started - ended < AT_ONCE; started++)
			launch_start(s, r, &s->c[started]);
		launch_finish_any(r);
		ended++;
	}
	return launch_now() - begun;
}

static void bursts(const struct stage *s)
{
	static const size_t of[] = { 0, 1, 5, 6, 7 };	/* the rows of create without a bind and an image */
	static double took[5][BURSTS];

	for (size_t n = 0; n < BURSTS; n++)
		for (size_t i = 0; i < 5; i++)
			took[i][n] = burst(s, &rows[of[i]]);
	printf("\n%d launches, %d at a time\n", BURST, AT_ONCE);
	for (size_t i = 0; i < 5; i++) {
		struct row r = rows[of[i]];
		r.limit = 0;
		report(&r, took[i], took[0], BURSTS);
	}
}

int main(int argc, char **argv)
{
	static struct stage s;
	bool broken;

	if (argc < 3) {
		fprintf(stderr, "usage: bench BUILD REPOSITORY [ROUNDS | instructions | profile COMMAND...]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (getenv("BENCH_SLACK"))
		slack = strtod(getenv("BENCH_SLACK"), NULL);
	launch_init();
	stage_make(&s, argv[1], argv[2]);
	/* Before what else the machine does, children included; without the right to it, only noisier. */
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 });
	/* Single steps take minutes in a virtual machine: only where they are asked for. */
	if (argc > 3 && strcmp(argv[3], "instructions") == 0) {
		launch_count(&s, &rows[1]);
		launch_count(&s, &rows[9]);
		stage_done(&s);
		return 0;
	}
	if (argc > 4 && strcmp(argv[3], "profile") == 0) {
		launch_profile(&s, &rows[1], argv + 4);
		stage_done(&s);
		return 0;
	}
	broken = compare_wrappers(&s, argc > 3 ? strtoul(argv[3], NULL, 10) : ROUNDS);
	printf("%-46s %9.1f MB %18.1f%s\n", "peak memory of guarded", peak_kb[GUARDED] / 1024.0,
	       limit_rss_kb / 1024.0, judge(peak_kb[GUARDED], limit_rss_kb, &broken));
	stage_check(&s);
	broken |= grow(&s);
	bursts(&s);
	stage_done(&s);
	printf(broken ? "a limit is broken\n" : slack > 1 ? "no limit is broken by more than the slack\n" :
	       "within every limit\n");
	return broken;
}
