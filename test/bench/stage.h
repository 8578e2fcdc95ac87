/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The benchmark's stage: a tmpfs in a mount namespace of its own, laid out as a Docker host, so that guarded
 * judges a real document of Docker's as it would judge it there. Gone when the program ends.
 */
#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include <stddef.h>
#include <sys/types.h>

#define STAGE "/run/guarded-bench"
#define SHARED "/srv"	/* where policies let containers mount from: not below /run, whose sockets are the host's */
#define FEW 20		/* policies by digest */
#define MANY 10000	/* policies, and trust records */
#define BUNDLES 64	/* containers prepared, for launches side by side */

struct container {
	char id[65];
	char bundle[256];	/* the directory's path */
	char log[300], pid_file[300];
};

struct text { char *data; size_t len; };

struct stage {
	char guarded[256], guardctl[256], exec_only[256], wrapper[256];
	char config[64], fake[64], shell[64];
	char few[64], many[64];	/* configurations whose policies are selected by digest and want signed images */
	pid_t engine;		/* a process that stands for dockerd */
	struct container c[BUNDLES];
	struct text sample;	/* the document as Docker wrote it */
};

/* What is added to a document. */
struct extra {
	size_t env, mounts;	/* entries */
	int bind;		/* a writable host directory of bindRoots */
};

/* @build holds guarded and guardctl, @repo the project. Exits with a message where something cannot be made. */
void stage_make(struct stage *s, const char *build, const char *repo);
/* The document for one container. Owned by the caller: free .data. */
struct text stage_document(const struct stage *s, const struct container *c, const struct extra *extra);
/* The bundle as an engine leaves it before create: only config.json, newly made. */
void stage_fresh(const struct container *c, const struct text *document);
/* The launches under few and many were governed by the policy of their image: else what was measured is nothing. */
void stage_check(const struct stage *s);
void stage_done(struct stage *s);

void fail(const char *what) __attribute__((noreturn));	/* with errno's text */

#endif
