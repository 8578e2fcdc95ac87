/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define X GD_ENGINE_DOCKER, GD_ON_EXEC
#define CWD(s) "{\"process\":{\"cwd\":\"" s "\"}}"
#define BAD "/process/cwd"

static const struct control_row table[] = {
	{ D, NULL, NULL, "" },
	{ D, CWD("/"), NULL, "" },
	{ D, CWD("/srv/"), NULL, "" },
	{ D, CWD("//srv/./x"), NULL, "" },
	{ D, CWD("/procedure"), NULL, "" },
	{ D, CWD("/a..b/..c/d.."), NULL, "" },
	{ D, CWD("/home/x/proc"), NULL, "" },
	{ D, CWD(""), NULL, BAD },
	{ D, "{\"process\":{\"cwd\":null}}", NULL, BAD, "a missing working directory" },
	{ D, CWD("srv"), NULL, BAD },
	{ D, CWD("/proc"), NULL, BAD },
	{ D, CWD("/proc/self/fd/8"), NULL, BAD, "the working directory '/proc/self/fd/8'" },
	{ D, CWD("//proc//self/fd/8"), NULL, BAD },
	{ D, CWD("/./proc/1/root"), NULL, BAD },
	{ D, CWD("/srv/.."), NULL, BAD },
	{ D, CWD("/.."), NULL, BAD },
	{ D, CWD("/srv/../proc/self/fd/8"), NULL, BAD },
	{ D, CWD("/dev/fd/8"), NULL, BAD },
	{ D, CWD("/dev/stdin"), NULL, BAD },
	{ D, CWD("/dev/shm"), NULL, "" },
	/* another procfs */
	{ D,
	  "{\"process\":{\"cwd\":\"/host/self/fd/7\"},\"mounts\":[{\"destination\":\"/"
	  "host\",\"type\":\"proc\"}]}",
	  NULL, BAD },
	{ D,
	  "{\"process\":{\"cwd\":\"/host/x\"},\"mounts\":[{\"destination\":\"/"
	  "host\",\"type\":\"tmpfs\"}]}",
	  NULL, "" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, CWD("/proc/self/fd/8"), NULL, BAD },
	{ GD_ENGINE_PODMAN, GD_ON_RESTORE, CWD("/proc/self/fd/8"), NULL, BAD },
	{ X, NULL, NULL, "" },
	{ X, CWD("/tmp"), NULL, "" },
	{ X, CWD("/proc/self/fd/8"), NULL, BAD ":a", "docker exec --workdir /proc/self/fd/8" },
	{ GD_ENGINE_PODMAN, GD_ON_EXEC, CWD("/a b/.."), NULL, BAD ":a",
	  "podman exec --workdir '/a b/..'" },
	{ X, CWD("/proc/x"), NULL, BAD, .own = "{\"cwd\":\"/proc/x\"}" },
};

CONTROL_SUITE("workingDir", table)
