/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every subcommand prints alike. */
#include <stdio.h>

#include "ctl.h"
#include "policy/set.h"

static enum ctl_colour colour_of(enum gd_action a)
{
	switch (a) {
	case GD_DENY:
		return CTL_RED;
	case GD_REWRITE:
		return CTL_YELLOW;
	case GD_RECORD:
	case GD_IGNORE:
		break;
	}
	return CTL_PLAIN;
}

void ctl_print_findings(const struct ctl *ctl, const struct gd_decision *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct gd_finding *x = &d->v[i];

		ctl_paint(ctl, colour_of(x->action), gd_action_names[x->action]);
		printf("\t%s\t%s\t%s", x->control->name, *x->pointer ? x->pointer : "/", x->what);
		if (x->value)
			printf("\tis %s", x->value);
		if (x->wanted)
			printf("\twanted: %s", x->wanted);
		printf("\n\t%s%s%s%s\n", x->why, x->fix ? "; " : "", x->fix ? x->fix : "",
		       x->explained ? " (part of the finding above)" : "");
	}
}

void ctl_print_problems(const struct ctl *ctl, const struct gd_set *set)
{
	static const enum ctl_colour colours[] = { [GD_PROBLEM_ERROR] = CTL_RED,
						   [GD_PROBLEM_WARNING] = CTL_YELLOW,
						   [GD_PROBLEM_LOOSER] = CTL_BOLD };

	for (size_t i = 0; i < set->n_problems; i++) {
		ctl_paint(ctl, colours[set->problems[i].severity],
			  gd_severity_names[set->problems[i].severity]);
		printf(": %s\n", set->problems[i].text);
	}
}
