/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that tells the engine no. */
#ifndef GD_RUNTIME_REFUSE_H
#define GD_RUNTIME_REFUSE_H

#include "invocation/invocation.h"

/* What the engine reads: runc's own exit statuses. */
enum gd_exit { GD_EXIT_REFUSED = 1, GD_EXIT_EXEC_REFUSED = 255 };

/*
 * Write @msg where engines look for it: one line appended to --log, one line on stderr. @msg is
 * made one line, and the words by which engines choose exit codes are broken up. Returns the exit
 * status.
 */
int gd_refuse(const struct gd_peek *peek, const char *msg);

#endif
