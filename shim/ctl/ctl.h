/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl: what its subcommands share. One file a subcommand, one row a subcommand in main.c. */
#ifndef GD_CTL_H
#define GD_CTL_H

#include <stdbool.h>

#include "decide/decide.h"
#include "policy/policy.h"

enum ctl_exit { CTL_OK = 0, CTL_NO = 1, CTL_ERROR = 2 };
enum ctl_colour { CTL_PLAIN, CTL_RED, CTL_GREEN, CTL_YELLOW, CTL_BOLD };

struct ctl {
	struct gd_arena *arena;
	struct gd_error err;
	const char *config;		/* path of guarded.json */
	struct gd_settings settings;
	bool colour;			/* standard output is a terminal */
};

/* @argv[0] is the subcommand; getopt has not run. Returns an enum ctl_exit. */
int ctl_apply(struct ctl *ctl, int argc, char **argv);
int ctl_status(struct ctl *ctl, int argc, char **argv);
int ctl_install(struct ctl *ctl, int argc, char **argv);
int ctl_policy(struct ctl *ctl, int argc, char **argv);
int ctl_audit(struct ctl *ctl, int argc, char **argv);
int ctl_except(struct ctl *ctl, int argc, char **argv);
int ctl_image(struct ctl *ctl, int argc, char **argv);
int ctl_check(struct ctl *ctl, int argc, char **argv);
int ctl_trust(struct ctl *ctl, int argc, char **argv);
int ctl_why(struct ctl *ctl, int argc, char **argv);

/* @text to standard output, in colour on a terminal only. */
void ctl_paint(const struct ctl *ctl, enum ctl_colour colour, const char *text);
/* "guardctl: ERROR" to standard error. CTL_ERROR. */
int ctl_fail(const struct ctl *ctl);
/* @why (may be NULL) and the usage to standard error. CTL_ERROR. */
int ctl_usage(const char *usage, const char *why);

/* The findings of a decision as a table. */
void ctl_print_findings(const struct ctl *ctl, const struct gd_decision *d);

/* Problems of a set of policies, one a line, to @ctl's standard output. */
struct gd_set;
void ctl_print_problems(const struct ctl *ctl, const struct gd_set *set);

#endif
