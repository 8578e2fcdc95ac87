/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control resources in several files: its configuration, and one pair of functions a file. All
 * pure.
 *
 * Absent, 0 and -1 are taken for the loosest that any supported runc or crun makes of them.
 */
#ifndef GD_CONTROL_RESOURCES_H
#define GD_CONTROL_RESOURCES_H

#include "control/dialect.h"

struct gd_bounds { struct gd_limit given, max; };

/* In the order of the kernel's numbers. */
#define GD_RLIMITS(X) \
	X(CPU, "cpu") \
	X(FSIZE, "fsize") X(DATA, "data") X(STACK, "stack") X(CORE, "core") X(RSS, "rss") \
	    X(NPROC, "nproc") X(NOFILE, "nofile") X(MEMLOCK, "memlock") X(AS, "as") \
		X(LOCKS, "locks") X(SIGPENDING, "sigpending") X(MSGQUEUE, "msgqueue") \
		    X(NICE, "nice") X(RTPRIO, "rtprio") X(RTTIME, "rttime")
enum gd_rlimit_kind {
#define X(id, name) GD_RL_##id,
	GD_RLIMITS(X)
#undef X
	GD_RL_COUNT
};

struct gd_resources_config {
	struct gd_config_head head;
	struct gd_bounds pids, memory, cpus; /* tasks, bytes, thousandths of a processor */
	struct gd_limit swap, cpu_shares, blkio_weight;	/* max */
	struct gd_limit hugepages, shm_size;		/* max, bytes */
	struct gd_limit oom_score_adj;			/* min */
	struct gd_limit rlimits[GD_RL_COUNT];		/* max */
	bool cpu_realtime, disable_oom_killer, intel_rdt, network_class;	/* rights */
	struct gd_words cgroup_parent;
};

/* A number as the document has it. */
struct gd_amount {
	bool written;	/* somebody or some engine wrote it; else it is what absence means */
	bool endless;
	uint64_t v;
};

/*
 * resources_amounts.c: one number of the typed resources, in the unit of the policy, and its place
 * in a document's resources object. 0 or -1, out of memory.
 */
#define GD_AMOUNTS(X) X(pids) X(memory) X(swap) X(cpus) X(shares) X(weight)
#define X(name) \
	struct gd_amount gd_amount_get_##name(const struct gd_resources *r); \
	int gd_amount_put_##name(gd_json *resources, uint64_t v);
GD_AMOUNTS(X)
#undef X

/* resources_limits.c: what cgroups count. */
void gd_resources_check_limits(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out);
int gd_resources_fix_limits(gd_json *doc, const struct gd_facts *f,
			    const struct gd_resources_config *c, struct gd_arena *a);
/* resources_rights.c: what is either there or not, and huge pages. */
void gd_resources_check_rights(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out);
int gd_resources_fix_rights(gd_json *doc, const struct gd_facts *f,
			    const struct gd_resources_config *c, struct gd_arena *a);
/*
 * resources_unified.c: the same in the unified hierarchy's own words, which win over the typed
 * ones.
 */
void gd_resources_check_unified(const struct gd_facts *f, const struct gd_resources_config *c,
				struct gd_findings *out);
int gd_resources_fix_unified(gd_json *doc, const struct gd_facts *f,
			     const struct gd_resources_config *c, struct gd_arena *a);
/* resources_shm.c: the size of /dev/shm. */
void gd_resources_check_shm(const struct gd_facts *f, const struct gd_resources_config *c,
			    struct gd_findings *out);
int gd_resources_fix_shm(gd_json *doc, const struct gd_facts *f,
			 const struct gd_resources_config *c, struct gd_arena *a);
/* resources_process.c: limits of the process, its score and scheduling. */
void gd_resources_check_process(const struct gd_facts *f, const struct gd_resources_config *c,
				struct gd_findings *out);
int gd_resources_fix_process(gd_json *doc, const struct gd_facts *f,
			     const struct gd_resources_config *c, struct gd_arena *a);
/* resources_parent.c: where the container's cgroup lies. Nothing is rewritten. */
void gd_resources_check_parent(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out);

/* The words of an amount for a flag: bytes as "8g" or "8Gi" where even. */
const char *gd_say_bytes(const struct gd_facts *f, uint64_t v, struct gd_arena *a);
/*
 * True where what exceeds was typed, not written by an engine: Kubernetes' numbers come from
 * kubelet.
 */
bool gd_resources_typed(const struct gd_facts *f);

#endif
