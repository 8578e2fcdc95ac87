/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision: every control of a policy asked once, in table order, over the same facts.
 *
 * Pure. What a control finds is turned into what happens with it by the policy's action: deny refuses,
 * rewrite conforms (but refuses what somebody typed, unless the policy says "asked": "rewrite", and what the
 * control cannot conform), record only notes. In the modes audit and learn nothing is refused or
 * changed; the findings keep the action that would have been.
 */
#ifndef GD_DECIDE_DECIDE_H
#define GD_DECIDE_DECIDE_H

#include "policy/policy.h"

enum gd_verdict { GD_REFUSE = 0, GD_ALLOW, GD_CONFORM }; /* zero refuses */
extern const char *const gd_verdict_names[];	/* "refused" "allowed" "conformed" */

struct gd_decision {
	enum gd_verdict verdict;	/* what happens */
	enum gd_verdict would;		/* what would happen under enforce; equal to verdict there */
	const struct gd_policy *policy;
	const struct gd_finding *v;	/* in table order, composites first; those a composite explains left out */
	size_t n;
	const struct gd_finding *first;	/* the denied finding that the message is about, or NULL */
};

enum gd_pass {
	GD_PASS_FIRST,	/* the document as asked */
	GD_PASS_AGAIN,	/* the conformed document: what still wants a rewrite is refused */
	GD_PASS_FLOOR,	/* the conformed document by the floor: deny only, whatever the actions say */
};

void gd_decide(const struct gd_facts *f, const struct gd_policy *p, enum gd_pass pass,
	       struct gd_arena *a, struct gd_decision *ret);

/*
 * On exec, when the present policy is not the one that judged the create: would the container itself, its own
 * process included, be refused now? @exec are the facts that the exec is judged by, but for the document: it is
 * the container's. What would only be rewritten does not matter: entering makes nothing looser. Allowed where the
 * policy's `existing` says record.
 */
void gd_decide_container(const struct gd_facts *exec, const struct gd_policy *p, struct gd_arena *a,
			 struct gd_decision *ret);

/*
 * The sentence for whoever asked: "guarded refused -v /var/run/docker.sock: whoever holds this socket is root
 * on the host. Leave it out. (mounts, policy ci-jobs; guardctl why 7f3a)". One line. @contact may be NULL.
 */
const char *gd_decision_message(const struct gd_decision *d, const char *id, const char *contact,
				struct gd_arena *a);
/* The same shape for what was never decided: a broken policy, a malformed document. @object: "this exec". */
const char *gd_failure_message(const struct gd_error *err, const char *object, const char *id,
			       const char *contact, struct gd_arena *a);

#endif
