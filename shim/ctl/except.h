/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of guardctl except. An exception is found by trying: for what is denied, candidates are made from
 * the container's facts, the smallest first, and one is kept where the launch's own decision no longer finds it. So
 * no candidate is trusted: what does not help is not written, and what is written is what the decision needs.
 */
#ifndef GD_CTL_EXCEPT_H
#define GD_CTL_EXCEPT_H

#include "container.h"
#include "policy/set.h"

enum ctl_op { CTL_ADD, CTL_DROP, CTL_REPLACE };

/*
 * One step of a candidate: a field ("pids.max") of the finding's control; @value is owned by whoever holds the step.
 */
struct ctl_step {
	const char *field;
	enum ctl_op op;
	gd_json *value;		/* NULL: null, no limit */
};
#define CTL_STEPS_MAX 128

/* One candidate that helped. */
struct ctl_taken {
	const struct gd_finding *x;
	struct ctl_step step[CTL_STEPS_MAX];
	size_t n;
	bool dropped;	/* nothing needs it any more */
};

struct ctl_exception {
	struct ctl *ctl;
	const char *reason, *until, *name;
	bool write;
	struct ctl_container container;
	struct gd_document doc;
	struct ctl_judged judged;	/* by the policy that governs now */
	struct gd_set set;		/* as written, without the exception */
	gd_json *controls;		/* owned: what the exception says */
	struct ctl_taken *taken;		/* what was added to the pins, in order; values owned */
	size_t n_taken;
	struct gd_words cannot;
	const void **looked_up;		/* [gd_n_controls]: what resolve() made of .looked_up_from */
	const void **looked_up_from;
};

/* All steps together are one candidate; the tried one is freed. */
struct ctl_candidates {
	struct gd_arena *arena;
	const struct gd_facts *facts;
	struct { struct ctl_step step[CTL_STEPS_MAX]; size_t n; } *v;
	size_t n;
};

/* except_text.c: the policy as it would be written, with @controls, for a machine; NULL: out of memory. */
const char *ctl_except_text(struct ctl_exception *e, const gd_json *controls, size_t *ret_len);
/* The same for people, with the lines that say where it is from and what was added. */
const char *ctl_except_final(struct ctl_exception *e, size_t *ret_len);
/* "capabilities.allow + "SYS_NICE": the capability 'SYS_NICE'" */
const char *ctl_except_step_text(const struct gd_finding *x, const struct ctl_step *s, struct gd_arena *a);

/*
 * except_search.c: from the pins alone to ->controls that let it pass. 1; 0: ->cannot says what has no exception; -1.
 */
int ctl_except_search(struct ctl_exception *e);

/*
 * except_prove.c: what apply would make of policyDir with the new file: 0 and open; 1: the problems were printed; -1.
 */
int ctl_except_applied(struct ctl_exception *e, const char *text, size_t len, struct gd_applied **ret);
/* 0: the container passes by this policy, and others like it do not; else -1. */
int ctl_except_prove(struct ctl_exception *e, const struct gd_applied *applied);

/*
 * except_fields.c, except_use.c: what might let @x pass, the smallest first, exactly as this container has it. None:
 * it cannot be excepted, and *ret_why says what to do instead (NULL: nothing better than to leave it out). @config is
 * the control's own, as it stands.
 */
void ctl_except_candidates(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **ret_why);
/*
 * except_text.c. Put @s into the object of controls that a policy is written from. 0 or -1: out of memory. Takes
 * no value of @s.
 */
int ctl_except_put(gd_json *controls, const char *control, const struct ctl_step *s, struct gd_arena *a);
/* What an exception must pin, before anything is added: {"entrypoint": {"action": "deny", "like": "image"}, ...}. */
gd_json *ctl_except_pins(void);

#endif
