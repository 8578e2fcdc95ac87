/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of hooks are: the part of gd_facts_collect and gd_facts_again that is about
 * hooks.
 */
#ifndef GD_FACTS_HOOKS_H
#define GD_FACTS_HOOKS_H

#include "facts/facts.h"

/*
 * Fill .program and .real of every hook in @f. Never fails: what cannot be told stays
 * GD_HOOK_UNKNOWN, which no control accepts. "/proc/PID/exe" is followed to the file that the
 * process really runs.
 */
void gd_facts_hooks(struct gd_facts *f, struct gd_arena *a);

/* Answers of @before for hooks of the same stage, place and path; conforming never adds a hook. */
void gd_facts_hooks_again(const struct gd_facts *before, struct gd_facts *ret);

#endif
