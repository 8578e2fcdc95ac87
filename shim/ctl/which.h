/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GD_CTL_WHICH_H
#define GD_CTL_WHICH_H

#include "ctl.h"

/* guardctl policy which, called by policy.c: @argv are the words behind it, @applied is nothing to it. */
int ctl_which(struct ctl *ctl, int argc, char **argv, bool applied);

#endif
