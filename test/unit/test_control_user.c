/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"

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


START_TEST(rows)
{
	control_case("user", &table[_i]);
}
END_TEST

/* --- against the image, which declares app:app: 1234:1234, with the group 44 ------------------------- */
#define LIKE ALL ",\"like\":\"image\""
#define IDS(uid, gid, groups) \
	"{\"process\":{\"user\":{\"uid\":" uid ",\"gid\":" gid ",\"additionalGids\":[" groups "]}}}"
#define BUILT IDS("1234", "1234", "1234,44")
#define G "/process/user/additionalGids/"

static void no_ids(struct gd_facts *f)
{
	image_declared(f);
	f->image.ids_known = false;
	f->image.ids_why = "'app' is in no /etc/passwd of the image's layers";
}

static void root_image(struct gd_facts *f)
{
	image_declared(f);
	f->image.user = "";
	f->image.uid = f->image.gid = 0;
	f->image.n_groups = 0;
}

static const struct control_row like_table[] = {
	{ D, NULL, LIKE, "", .host = image_declared },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, LIKE, "", .host = image_declared },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, LIKE, "", .host = image_declared },
	{ D, BUILT, LIKE, "", .host = image_declared },
	{ D, IDS("1234", "1234", ""), LIKE, "", .host = image_declared },
	/* another user by number; names come as numbers */
	{ D, ROOT, LIKE, UID ":af", "--user 0:0", BUILT, .host = image_declared },
	{ D, IDS("0", "1234", "1234"), LIKE, UID ":af", "--user 0:1234", BUILT, .host = image_declared },
	{ D, IDS("1235", "1234", "1234"), LIKE, UID ":af", "--user 1235:1234", .host = image_declared },
	{ D, IDS("1234", "0", "0"), LIKE, GID ":af", "--user 1234:0", BUILT, .host = image_declared },
	{ D, IDS("1234", "44", "44"), LIKE, GID ":af", NULL, BUILT, .host = image_declared },
	{ GD_ENGINE_CRI, GD_ON_CREATE, ROOT, LIKE, UID ":af", "runAsUser: 0", .host = image_declared },
	{ GD_ENGINE_CRI, GD_ON_CREATE, IDS("1234", "6", "6"), LIKE, GID ":af", "runAsGroup: 6", .host = image_declared },
	{ D, "{\"process\":{\"user\":null}}", LIKE, UID ":af", NULL, BUILT, .host = image_declared },
	/* one group more; the host's root group */
	{ D, IDS("1234", "1234", "1234,44,27"), LIKE, G "2:af", "--group-add 27", BUILT, .host = image_declared },
	{ D, IDS("1234", "1234", "0,1234"), LIKE, G "0:af", "--group-add 0", BUILT, .host = image_declared },
	{ D, IDS("1234", "1234", "27,0"), LIKE, G "0:af " G "1:af", .host = image_declared },
	/* who is the image's user may still be nobody that the policy lets run */
	{ D, ROOT, LIKE, "", .host = root_image },
	{ D, ROOT, "\"nonRoot\":true," ANY ",\"like\":\"image\"", UID, .host = root_image },
	{ D, IDS("4294967295", "0", ""), LIKE, UID ":af " UID, NULL, ROOT, .host = root_image },
	/* unknown */
	{ D, NULL, LIKE, "/process/user", "the user 'app:app' of the image", .host = no_ids },
	{ D, NULL, LIKE, "/process/user", "this container", .host = image_none },
	{ D, NULL, LIKE, "/process/user", .host = image_unknown },
	{ D, NULL, LIKE, "/process/user", .host = image_not_asked },
	{ D, NULL, LIKE, "/process/user", .host = image_build },
	{ D, ROOT, LIKE, "", .host = image_sandbox },
	/* exec: the container's */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, NULL, LIKE, "", .host = image_unknown },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ROOT, LIKE, UID ":af", "docker exec --user 0:0", IDS("1234", "1234", "1234") },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, IDS("1234", "1234", "1234,27"), LIKE, G "1:af", NULL, IDS("1234", "1234", "1234") },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ROOT, LIKE, "", .own = "{\"user\":{\"uid\":0,\"gid\":0}}", .host = image_declared },
};

START_TEST(like_rows)
{
	control_case("user", &like_table[_i]);
}
END_TEST

static const struct image_ask asks_table[] = {
	{ ALL, false, false },
	{ LIKE, true, true },
	{ ANYONE "\"uids\":[\"7\"],\"groups\":[\"7\",\"8\"]", false, true },
	{ ANYONE "\"uids\":[\"7\"],\"groups\":[\"*\"]", false, false },
	{ ANYONE "\"uids\":[\"7-8\"],\"groups\":[\"7\"]", false, false },
	{ ANYONE "\"uids\":[\"7\",\"9\"],\"groups\":[\"7\"]", false, false },
};

START_TEST(asks)
{
	image_asks("user", &asks_table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ rows, ROWS(table) }, { like_rows, ROWS(like_table) }, { asks, ROWS(asks_table) },
	};

	return run_suite("control user", cases, ROWS(cases));
}
