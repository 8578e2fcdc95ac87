/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of guardctl except. An exception is found by trying: for what is denied, candidates are made from
 * the container's facts, the smallest first, and one is kept where the launch's own decision no longer finds it. So no
 * candidate is trusted: what does not help is not written, and what is written is what the decision needs.
 */
#ifndef GD_CTL_EXCEPT_H
#define GD_CTL_EXCEPT_H

#include "judge.h"

enum ctl_op { CTL_ADD, CTL_DROP, CTL_REPLACE };

/* One step of a candidate: a field ("pids.max") of the finding's control; @value is owned by whoever holds the step. */
struct ctl_step {
	const char *field;
	enum ctl_op op;
	gd_json *value;		/* NULL: null, no limit */
};
#define CTL_STEPS_MAX 128

/* All steps together are one candidate; the tried one is freed. */
struct ctl_candidates {
	struct gd_arena *arena;
	const struct gd_facts *facts;
	struct { struct ctl_step step[CTL_STEPS_MAX]; size_t n; } *v;
	size_t n;
};

/*
 * except_fields.c: what might let @x pass, the smallest first, exactly as this container has it. None: it cannot be
 * excepted, and *ret_why says what to do instead (NULL: nothing better than to leave it out). @config is the control's own,
 * as it stands.
 */
void ctl_except_candidates(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **ret_why);
/* Put @s into the object of controls that a policy is written from. 0 or -1: out of memory. Takes no value of @s. */
int ctl_except_put(gd_json *controls, const char *control, const struct ctl_step *s, struct gd_arena *a);
/* What an exception must pin, before anything is added: {"entrypoint": {"action": "deny", "like": "image"}, ...}. */
gd_json *ctl_except_pins(void);

#endif
