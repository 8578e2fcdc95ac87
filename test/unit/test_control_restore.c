/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

static const struct control_row table[] = {
	{ GD_ENGINE_DOCKER, GD_ON_CREATE, NULL, "\"allowed\":false", "" },
	{ GD_ENGINE_DOCKER, GD_ON_RUN, NULL, "\"allowed\":false", "" },
	{ GD_ENGINE_DOCKER, GD_ON_RESTORE, NULL, "\"allowed\":false", ":a", "--checkpoint" },
	{ GD_ENGINE_CRI, GD_ON_RESTORE, NULL, "\"allowed\":false", ":a", "restoring a checkpoint" },
	{ GD_ENGINE_DOCKER, GD_ON_RESTORE, NULL, "\"allowed\":true", "" },
	{ GD_ENGINE_DOCKER, GD_ON_RESTORE, NULL, "\"allowed\":true", "/process:a",
	  "'--lsm-profile x'", .flags = "--lsm-profile x" },
	{ GD_ENGINE_DOCKER, GD_ON_RESTORE, NULL, "\"allowed\":true", "", .flags = "--no-pivot" },
};

CONTROL_SUITE("restore", table)
