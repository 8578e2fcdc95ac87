/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process behind a recorded pid; for lib/facts/state*.c alone. */
#ifndef GD_FACTS_STATE_PROC_H
#define GD_FACTS_STATE_PROC_H

#include "facts/state.h"

extern const char *const gd_state_ns_names[GD_STATE_NS];

/*
 * Sets alive and the namespaces of @s from /proc. A pid that is gone, a zombie, or another process
 * that has the number by now leaves everything false.
 */
void gd_state_look(struct gd_state *s);

/* The PID of "/proc/PID/ns/..." or 0. */
pid_t gd_state_path_pid(const char *path);

/*
 * Names that the container of @pid may have, from its cgroups' paths ("docker-ID.scope", "ID",
 * ...). Guesses: the caller checks each against the runtime's state.
 */
void gd_state_guess_ids(pid_t pid, struct gd_arena *a, struct gd_words *ret);

#endif
