/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define SET "{\"process\":{\"noNewPrivileges\":true}}"

static const struct control_row table[] = {
	{ GD_ENGINE_DOCKER, GD_ON_CREATE, SET, "", "" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, SET, "", "" },
	{ GD_ENGINE_DOCKER, GD_ON_CREATE, NULL, "", "/process/noNewPrivileges:f",
	  "a process that may gain privileges", .after = SET },
	{ GD_ENGINE_DOCKER, GD_ON_CREATE, "{\"process\":{\"noNewPrivileges\":false}}", "",
	  "/process/noNewPrivileges:f", NULL, .after = SET },
	/* the engine gives every exec what the container has: one without the bit is judged like a
	   container */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, NULL, "", "/process/noNewPrivileges:f", NULL,
	  .after = SET },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, "", "/process/noNewPrivileges:f", NULL, .after = SET },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, "", "/process/noNewPrivileges:f", NULL,
	  .after = SET },
};

CONTROL_SUITE("noNewPrivileges", table)
