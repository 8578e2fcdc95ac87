/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Make the document conform: the controls whose findings the decision rewrites fix it once, in table order, on
 * a copy. No fixpoint: the result is decided again, and whatever still wants a change is a refusal. That
 * second decision is what makes a mistake in a fix() a refusal instead of a hole.
 */
#ifndef GD_CONFORM_CONFORM_H
#define GD_CONFORM_CONFORM_H

#include "decide/decide.h"

struct gd_conformed {
	gd_json *doc;			/* owned: gd_conformed_done */
	struct gd_facts facts;		/* of @doc; lends from it */
	struct gd_decision again;	/* the second decision: allowed, or a refusal with its finding */
};

/*
 * 0 also where the second decision refuses: look at ret->again. @floor may be NULL. With a decision that allows,
 * the copy equals the document and only the floor is asked.
 */
int gd_conform(const struct gd_facts *f, const struct gd_decision *d, const struct gd_policy *floor,
	       struct gd_arena *a, struct gd_conformed *ret, struct gd_error *err);
void gd_conformed_done(struct gd_conformed *c);

#endif
