/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call of the runtime, from its command line to the exec: what the stages hand to one another.
 *
 *	argv -> invocation -> document -> facts -> policy -> decision -> conform -> arm -> hand over -> exec
 *
 * Every stage returns 0, or -1 with ->err; main.c alone says no to the engine and leaves.
 */
#ifndef GD_RUNTIME_LAUNCH_H
#define GD_RUNTIME_LAUNCH_H

#include "audit/log.h"
#include "audit/record.h"
#include "conform/conform.h"
#include "document/document.h"
#include "exec.h"
#include "facts/state.h"
#include "invocation/invocation.h"

struct launch {
	struct gd_arena *arena;
	struct gd_error err;
	struct gd_settings settings;
	struct gd_invocation inv;
	struct gd_where where;
	struct gd_applied *applied;
	struct gd_policy policy, floor;
	bool has_floor;
	bool needs_image;		/* the policy or the floor reads what the engine's store says */
	struct gd_facts facts;
	struct gd_decision decision;
	struct gd_conformed conformed;
	gd_json *patch;			/* what conforming changed; NULL where nothing */
	struct gd_audit audit;
	const char *refusal;		/* the decision's sentence, where it was one that refused */
	struct gd_bytes asked, given;	/* the document as it came, and as the runtime gets it */
	struct timespec start;
	struct gd_fd_keep keep;
	struct gd_handed handed;
	struct gd_canonical_with with;
};

/* judge.c: from facts extracted to a decision carried out on paper. */

/*
 * Find the policy of ->facts. Where policies are selected by what the engine's store says, or the one that governs or
 * the floor reads it, the store is asked; so are the signed records of the image.
 */
int launch_policy(struct launch *l);
/* Look the command up, where ->needs_image; behind gd_facts_collect or gd_facts_from_record. */
int launch_program(struct launch *l);
/* decide, conform, decide again, floor. -1 with ->refusal where refused. */
int launch_judge(struct launch *l);
/* -1 with GD_E_REFUSED and the sentence of @d, which lives until the exit. */
int launch_refused(struct launch *l, const struct gd_decision *d);
/* Write the record of what was decided. -1 only where guarded.json requires records and none can be written. */
int launch_audit(struct launch *l);
/* The canonical bytes of @doc, in the arena. */
int launch_bytes(struct launch *l, const gd_json *doc, struct gd_bytes *ret);
enum gd_unknown_fields launch_unknown(const struct launch *l);

/* create.c, enter.c: what each gated verb does up to the exec. */
int launch_create(struct launch *l);	/* create, run, restore */
int launch_exec(struct launch *l);
int launch_update(struct launch *l);

#endif
