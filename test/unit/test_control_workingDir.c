/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"

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

START_TEST(rows)
{
	control_case("workingDir", &table[_i]);
}
END_TEST

/* --- against the image, which declares /srv/app ------------------------------------------------------ */
#define LIKE "\"like\":\"image\""

static void relative(struct gd_facts *f)
{
	image_declared(f);
	f->image.cwd = "srv/app/";
}

static void none(struct gd_facts *f)
{
	image_declared(f);
	f->image.cwd = NULL;
}

static void in_proc(struct gd_facts *f)
{
	image_declared(f);
	f->image.cwd = "/proc/self";
}

static const struct control_row like_table[] = {
	{ D, NULL, LIKE, "", .host = image_declared },
	{ D, CWD("/srv/app/"), LIKE, "", .host = image_declared },
	{ D, CWD("/srv//./app"), LIKE, "", .host = image_declared },
	{ D, NULL, LIKE, "", .host = relative },
	{ D, CWD("/"), LIKE, "", .host = none },
	{ D, CWD("/tmp"), LIKE, BAD ":af", "--workdir /tmp", CWD("/srv/app"), .host = image_declared },
	{ D, CWD("/srv/App"), LIKE, BAD ":af", .host = image_declared },
	{ D, CWD("/srv"), LIKE, BAD ":af", .host = image_declared },
	{ D, CWD("/srv/app/x"), LIKE, BAD ":af", .host = image_declared },
	{ D, CWD("/tmp"), LIKE, BAD ":af", NULL, CWD("/"), .host = none },
	{ GD_ENGINE_CRI, GD_ON_CREATE, CWD("/tmp"), LIKE, BAD ":af", "workingDir: /tmp", .host = image_declared },
	/* the gravest first; what leads elsewhere is like nothing */
	{ D, CWD("/proc/self/fd/8"), LIKE, BAD " " BAD ":af", "the working directory '/proc/self/fd/8'", CWD("/srv/app"),
	  .host = image_declared },
	{ D, CWD("/srv/x/../app"), LIKE, BAD " " BAD ":af", .host = image_declared },
	{ D, CWD("/proc/self"), LIKE, BAD, .host = in_proc },
	{ D, CWD("/tmp"), LIKE, BAD ":a", .host = in_proc },
	{ D, NULL, LIKE, BAD, "this container", .host = image_none },
	{ D, NULL, LIKE, BAD, .host = image_unknown },
	{ D, NULL, LIKE, BAD, .host = image_not_asked },
	{ D, CWD("/tmp"), LIKE, "", .host = image_sandbox },
	/* exec: the container's */
	{ X, NULL, LIKE, "", .host = image_unknown },
	{ X, CWD("/tmp"), LIKE, BAD ":af", "docker exec --workdir /tmp", CWD("/srv/app") },
	{ X, CWD("/tmp"), LIKE, "", .own = "{\"cwd\":\"/tmp\"}", .host = image_declared },
};

START_TEST(like_rows)
{
	control_case("workingDir", &like_table[_i]);
}
END_TEST

static const struct image_ask asks_table[] = { { NULL, false, false }, { LIKE, true, true } };

START_TEST(asks)
{
	image_asks("workingDir", &asks_table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ rows, ROWS(table) }, { like_rows, ROWS(like_table) }, { asks, ROWS(asks_table) },
	};

	return run_suite("control workingDir", cases, ROWS(cases));
}
