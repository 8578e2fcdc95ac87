/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define ANY "\"uids\":[\"*\"],\"groups\":[\"*\"]"
#define NON_ROOT "\"nonRoot\":true," ANY
#define ALL ANYONE ANY
#define ANYONE "\"nonRoot\":false,"
#define ROOT "{\"process\":{\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0]}}}"
#define UID "/process/user/uid"
#define GID "/process/user/gid"
#define MAPPED(host) \
	"{\"process\":{\"user\":{\"uid\":0}},\"linux\":{\"namespaces\":[{\"type\":\"user\"}]," \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":" host ",\"size\":65536}]}}"

static const struct control_row table[] = {
	{ D, NULL, NON_ROOT, "" },
	{ D, ROOT, ALL, "" },
	{ D, ROOT, NON_ROOT, UID, "a process that runs as root" },
	/* root of a user namespace of its own, if that root is nobody on the host */
	{ D, MAPPED("100000"), NON_ROOT, "" },
	{ D, MAPPED("0"), NON_ROOT, UID },
	{ D,
	  "{\"process\":{\"user\":{\"uid\":0}},\"linux\":{\"namespaces\":[{\"type\":\"user\","
	  "\"path\":\"/proc/9/ns/user\"}],"
	  "\"uidMappings\":[{\"containerID\":0,\"hostID\":9,\"size\":1}]}}",
	  NON_ROOT, UID },
	{ D,
	  "{\"process\":{\"user\":{\"uid\":0}},\"linux\":{\"uidMappings\":[{\"containerID\":0,"
	  "\"hostID\":9,\"size\":1}]}}",
	  NON_ROOT, UID },
	{ D, "{\"process\":{\"user\":null}}", NON_ROOT, UID },
	/* ranges; the sample is 1234:1234 with the additional group 1234 */
	{ D, NULL, ANYONE "\"uids\":[\"1000-2000\"],\"groups\":[\"1234\"]", "" },
	{ D, NULL, ANYONE "\"uids\":[\"1235-2000\",\"1-1233\"],\"groups\":[\"*\"]", UID,
	  "the user id 1234" },
	{ D, NULL, ANYONE "\"uids\":[],\"groups\":[\"*\"]", UID },
	{ D, ROOT, "\"nonRoot\":true,\"uids\":[\"1000-2000\"],\"groups\":[\"*\"]", UID },
	{ D, NULL, ANYONE "\"uids\":[\"*\"],\"groups\":[\"5000\"]", GID, "the group 1234" },
	{ D, "{\"process\":{\"user\":{\"additionalGids\":[1234,6,0]}}}",
	  ANYONE "\"uids\":[\"*\"],\"groups\":[\"1000-2000\"]",
	  "/process/user/additionalGids/1 /process/user/additionalGids/2",
	  "the additional group 6" },
	/* "as it is" to setresuid(2): under crun that is root */
	{ D, "{\"process\":{\"user\":{\"uid\":4294967294}}}", ALL, "" },
	{ D, "{\"process\":{\"user\":{\"uid\":4294967295}}}", ALL, UID,
	  "the user id 4294967295" },
	{ D, "{\"process\":{\"user\":{\"uid\":4294967295}}}", NON_ROOT, UID },
	{ D, "{\"process\":{\"user\":{\"gid\":4294967295}}}", ALL, GID,
	  "the group 4294967295" },
	{ D, "{\"process\":{\"user\":{\"additionalGids\":[1234,4294967295]}}}", ALL,
	  "/process/user/additionalGids/1" },
	{ GD_ENGINE_CRI, GD_ON_EXEC, "{\"process\":{\"user\":{\"uid\":4294967295}}}", ALL,
	  UID ":a" },
	/* exec: the user was typed where it is not the container's */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ROOT, NON_ROOT, UID ":a", "docker exec --user 0" },
	{ GD_ENGINE_PODMAN, GD_ON_EXEC, ROOT, NON_ROOT, UID ":a", "podman exec --user 0" },
	{ GD_ENGINE_CRI, GD_ON_EXEC, ROOT, NON_ROOT, UID ":a", "a process that runs as root" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ROOT, NON_ROOT, UID, .own = "{\"user\":{\"uid\":0}}" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, NULL, NON_ROOT, "" },
};

CONTROL_SUITE("user", table)
