/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define X GD_ENGINE_DOCKER, GD_ON_EXEC
#define CAPS(sets) "{\"process\":{\"capabilities\":{" sets "}}}"
#define FOURTEEN \
	"\"allow\":[\"CHOWN\",\"DAC_OVERRIDE\",\"FSETID\",\"FOWNER\",\"MKNOD\",\"NET_RAW\"," \
	"\"SETGID\"," \
	"\"SETUID\",\"SETFCAP\",\"SETPCAP\",\"NET_BIND_SERVICE\",\"SYS_CHROOT\",\"KILL\",\"AUDIT_" \
	"WRITE\"]"

static const struct control_row table[] = {
	/* every engine's own, within Docker's fourteen */
	{ D, NULL, FOURTEEN, "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, FOURTEEN, "" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, FOURTEEN, "" },
	{ D, NULL, "\"allow\":[\"*\"]", "" },
	/* a ceiling below what the engine gives: nobody asked, so it is dropped in silence; names
	   with or without CAP_ */
	{ D, CAPS("\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"]"), "\"allow\":[\"CAP_CHOWN\"]",
	  "/process/capabilities/bounding:f", "the capability 'KILL'",
	  .after = CAPS("\"bounding\":[\"CAP_CHOWN\"]") },
	/* beyond it: asked */
	{ D, CAPS("\"bounding\":[\"CAP_CHOWN\",\"CAP_SYS_ADMIN\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af", "--cap-add SYS_ADMIN",
	  .after = CAPS("\"bounding\":[\"CAP_CHOWN\"]") },
	{ GD_ENGINE_CRI, GD_ON_CREATE, CAPS("\"bounding\":[\"CAP_SYS_TIME\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af", "capabilities.add: SYS_TIME" },
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, CAPS("\"bounding\":[\"CAP_SYS_TIME\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af", "the capability 'SYS_TIME'" },
	/* each of the five sets counts by itself */
	{ D, CAPS("\"bounding\":[],\"ambient\":[\"CAP_BPF\"]"), FOURTEEN,
	  "/process/capabilities/ambient:af" },
	{ D, CAPS("\"bounding\":[],\"inheritable\":[\"CAP_BPF\"]"), FOURTEEN,
	  "/process/capabilities/inheritable:af" },
	{ D, CAPS("\"bounding\":[],\"permitted\":[\"CAP_BPF\"]"), FOURTEEN,
	  "/process/capabilities/permitted:af" },
	{ D, CAPS("\"bounding\":[],\"effective\":[\"CAP_BPF\"]"), FOURTEEN,
	  "/process/capabilities/effective:af" },
	/* the same one in several sets is one finding, and leaves them all */
	{ D, CAPS("\"bounding\":[\"CAP_BPF\"],\"effective\":[\"CAP_BPF\",\"CAP_KILL\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af",
	  .after = CAPS("\"bounding\":[],\"effective\":[\"CAP_KILL\"]") },
	/* absent: runc and crun give none */
	{ D, "{\"process\":{\"capabilities\":null}}", "", "" },
	{ D, CAPS("\"bounding\":null"), "", "" },
	/* names that a runtime may read otherwise; crun takes lower case */
	{ D, CAPS("\"bounding\":[\"CAP_BOGUS\"]"), "\"allow\":[\"*\"]", "/process/capabilities:af",
	  NULL, .after = CAPS("\"bounding\":[]") },
	{ D, CAPS("\"bounding\":[\"cap_sys_admin\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af /process/capabilities:af",
	  .after = CAPS("\"bounding\":[]") },
	{ D, CAPS("\"bounding\":[\"CAP_KILL\",\"cap_kill\"]"), FOURTEEN, "/process/capabilities:af",
	  NULL, .after = CAPS("\"bounding\":[\"CAP_KILL\"]") },
	/* exec: what the container holds itself was not typed; the ceiling holds nevertheless */
	{ X, NULL, FOURTEEN, "" },
	{ X, CAPS("\"bounding\":[\"CAP_KILL\"]"), "\"allow\":[]",
	  "/process/capabilities/bounding:f", NULL, .after = CAPS("\"bounding\":[]") },
	{ X, CAPS("\"bounding\":[\"CAP_SYS_ADMIN\"]"), FOURTEEN,
	  "/process/capabilities/bounding:af", "the capability 'SYS_ADMIN'" },
	/* exec without the object gets the container's, so those are judged, and written out where
	   some must go */
	{ X, "{\"process\":{\"capabilities\":null}}", FOURTEEN, "" },
	{ X, "{\"process\":{\"capabilities\":null}}", "\"allow\":[\"CHOWN\"]",
	  "/process/capabilities/bounding:f", NULL, .after = CAPS("\"bounding\":[\"CAP_CHOWN\"]"),
	  .own = "{\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"]}}" },
};

CONTROL_SUITE("capabilities", table)
