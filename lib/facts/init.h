/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The init that engines put before a command ("docker run --init"). */
#ifndef GD_FACTS_INIT_H
#define GD_FACTS_INIT_H

#include "facts/facts.h"

/*
 * How many of the process's first arguments are the engine's genuine init and its "--": 2 or 0. The words alone say
 * nothing, a user can type them: it counts only where the mount of that very file is the engine's (GD_SRC_INIT) and
 * nothing mounted later lies at or above it. Needs gd_facts_collect.
 */
size_t gd_facts_init_args(const struct gd_facts *f);

#endif
