/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control exec in two files: what is found (exec.c), what differs and is taken back
 * (exec_fix.c).
 */
#ifndef GD_CONTROL_EXEC_H
#define GD_CONTROL_EXEC_H

#include "control/dialect.h"

struct gd_exec_config {
	struct gd_config_head head;
	int allow;
	struct gd_rules commands;	/* struct gd_argv_rule */
	bool privileged, other_user, more_capabilities, terminal;
};

/* Another user, or a group that @own has not. */
bool gd_exec_is_other_user(const struct gd_process *p, const struct gd_process *own);
/* More than @own has, or of a kind that it does not list. */
bool gd_exec_raises(const struct gd_rlimit *r, const struct gd_process *own);
bool gd_exec_other_label(const char *mine, const char *own);

int gd_exec_fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
		struct gd_error *err);

#endif
