/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the control entrypoint: the command line (entrypoint.c), its file (entrypoint_file.c). */
#ifndef GD_CONTROL_ENTRYPOINT_H
#define GD_CONTROL_ENTRYPOINT_H

#include "control/like.h"

struct gd_entrypoint_config {
	struct gd_config_head head;
	int like;
	struct gd_rules allow;	/* struct gd_argv_rule */
	bool covered, changed;
};

/* A rule that lists one command line; the control exec has the same. */
struct gd_argv_rule {
	struct gd_words argv;
};
bool gd_argv_allowed(const struct gd_rules *rules, const struct gd_words *argv);
/* No rule speaks for more than one command line. */
bool gd_argv_rules_exact(const struct gd_rules *rules);

/* What will be executed for the command: may something be mounted over it, may it be other than the image's? */
void gd_entrypoint_check_file(const struct gd_facts *f, const struct gd_entrypoint_config *c,
			      struct gd_findings *out);

#endif
