/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Engines run a health check as an ordinary exec, with nothing that marks it. It is told by what it is: the very
 * command that the image declares, run as the container itself runs.
 */
#ifndef GD_IMAGE_EXEC_H
#define GD_IMAGE_EXEC_H

#include "facts/facts.h"

/*
 * On exec, with f->container and the image (from the record, or asked now where there is none): the process asked for
 * is the health check that the image declares (f->image.health, not a user's --health-cmd), by arguments, user,
 * groups, environment, directory and terminal. False where the image is not known. Not by its rights: an engine
 * gives every exec what it gave the container, before guarded took of it, and what an exec may have beyond the
 * container is judged, and taken, by the control exec whatever the command is. Whoever may exec at all can run that
 * very command by hand: it is what is run that is judged, not who asks.
 */
bool gd_exec_is_healthcheck(const struct gd_facts *f);

#endif
