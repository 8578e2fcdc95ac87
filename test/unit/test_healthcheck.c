/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When an exec is the image's own health check: one thing changed at a time. */
#include <string.h>

#include "document/document.h"
#include "image/exec.h"
#include "json/scan.h"
#include "suite.h"

#define BUNDLE "/run/containerd/io.containerd.runtime.v2.task/moby/x"
#define CAPS(x) "\"capabilities\":{\"bounding\":[" x "],\"effective\":[" x "],\"permitted\":[" x "]}"
#define OWN "{\"args\":[\"/app\"],\"cwd\":\"/w\",\"env\":[\"PATH=/bin\",\"HOSTNAME=h\",\"A=1\",\"A=2\",\"NOVALUE\"]," \
	    "\"noNewPrivileges\":true,\"user\":{\"uid\":33,\"gid\":33,\"additionalGids\":[33,7]}," \
	    CAPS("\"CAP_CHOWN\",\"CAP_KILL\"") "}"

static struct gd_arena *a;

static gd_json *parsed(const char *text)
{
	struct gd_error err = { 0 };
	char *copy = gd_strdup(a, text);
	gd_json *v;

	ck_assert_msg(gd_json_scan(copy, strlen(copy), GD_SCAN_STRICT, &err) == 0 &&
		      gd_json_parse(copy, strlen(copy), &v, &err) == 0, "%s: %s", err.text, text);
	return v;
}

/* What an engine asks for, @swap replaced by @with. */
static const char *asked(const char *swap, const char *with)
{
	static const char good[] = "{\"args\":[\"/bin/sh\",\"-c\",\"curl -f localhost || exit 1\"],\"cwd\":\"/w\",\"env\":["
		"\"PATH=/bin\",\"HOSTNAME=h\",\"A=1\",\"A=2\",\"NOVALUE\"],\"terminal\":false,\"noNewPrivileges\":true,"
		"\"user\":{\"uid\":33,\"gid\":33,\"additionalGids\":[33,7]}," CAPS("\"CAP_CHOWN\"") "}";
	const char *at = swap ? strstr(good, swap) : NULL;

	ck_assert_msg(!swap || at, "%s", swap);
	return swap ? gd_printf(a, "%.*s%s%s", (int)(at - good), good, with, at + strlen(swap)) : good;
}

static void facts(const char *process, struct gd_facts *f)
{
	const struct gd_where where = { .verb = GD_ON_EXEC, .id = "x", .bundle = BUNDLE };
	static const char *const health[] = { "/bin/sh", "-c", "curl -f localhost || exit 1" };
	struct gd_error err = { 0 };
	gd_json *doc = parsed(gd_printf(a, "{\"ociVersion\":\"1.0.2\",\"process\":%s}", process)), *own = parsed(OWN);

	ck_assert_msg(gd_facts_extract(&where, doc, own, a, f, &err) == 0, "%s", err.text);
	ck_assert_ptr_nonnull(f->container);
	f->record_known = true;
	f->image.state = GD_IMAGE_KNOWN;
	for (size_t i = 0; i < 3; i++)
		gd_words_add(a, &f->image.health, health[i]);
}

static const struct { const char *swap, *with; bool is; } rows[] = {
	{ NULL, NULL, true },
	{ "\"curl -f localhost || exit 1\"", "\"curl -f localhost || exit 1\",\"x\"", false },
	{ "|| exit 1", "|| exit 1; sh", false },
	{ "\"/bin/sh\",\"-c\",", "", false },
	{ "/bin/sh", "/bin//sh", false },
	{ "\"cwd\":\"/w\"", "\"cwd\":\"/\"", false },
	{ "\"terminal\":false", "\"terminal\":true", false },
	{ "\"terminal\":false,", "", true },
	{ "\"uid\":33", "\"uid\":0", false },
	{ "\"gid\":33", "\"gid\":0", false },
	{ "[33,7]", "[33]", true },
	{ "[33,7]", "[33,7,0]", false },
	{ "\"A=2\"", "\"A=3\"", false },
	{ "\"A=1\",\"A=2\"", "\"A=2\"", true },			/* by meaning: the last one counts */
	{ "\"A=1\",\"A=2\"", "\"A=2\",\"A=1\"", false },
	{ "\"A=1\",\"A=2\",", "", false },
	{ "\"NOVALUE\"", "\"NOVALUE=\"", false },
	{ "\"NOVALUE\"", "\"NOVALUE\",\"TERM=xterm\"", false },	/* a terminal's mark */
	{ "\"NOVALUE\"", "\"NOVALUE\",\"LD_PRELOAD=/x\"", false },
	{ "\"NOVALUE\"", "\"NOVALUE\",\"PATH=/evil\"", false },
	{ "\"PATH=/bin\",\"HOSTNAME=h\"", "\"HOSTNAME=h\",\"PATH=/bin\"", true },
	{ "\"HOSTNAME=h\",", "", false },			/* Podman alone leaves it out */
	/* rights are not what it is told by: Docker asks for what it gave, and the container has less by now */
	{ "\"noNewPrivileges\":true", "\"noNewPrivileges\":false", true },
	{ "\"CAP_CHOWN\"", "\"CAP_CHOWN\",\"CAP_KILL\"", true },
	{ "\"CAP_CHOWN\"", "\"CAP_MKNOD\"", true },
	{ "\"CAP_CHOWN\"", "\"CAP_SYS_ADMIN\"", true },
	{ "," CAPS("\"CAP_CHOWN\""), "", true },
};

START_TEST(table)
{
	struct gd_facts f;

	a = gd_arena_new(NULL);
	facts(asked(rows[_i].swap, rows[_i].with), &f);
	ck_assert_msg(gd_exec_is_healthcheck(&f) == rows[_i].is, "%s -> %s", rows[_i].swap, rows[_i].with);
	gd_arena_free(a);
}
END_TEST

/* Nothing is the image's health check where the image is not known, has none, or more was asked for. */
START_TEST(around)
{
	struct gd_facts f, g;

	a = gd_arena_new(NULL);
	facts(asked(NULL, NULL), &f);
	ck_assert(gd_exec_is_healthcheck(&f));
	for (int i = GD_IMAGE_NOT_ASKED; i <= GD_IMAGE_UNKNOWN; i++) {
		g = f;
		g.image.state = (enum gd_image_state)i;
		ck_assert(gd_exec_is_healthcheck(&g) == (i == GD_IMAGE_KNOWN));
	}
	g = f;
	g.record_known = false; /* a container from before guarded: its bundle and the store say the same */
	ck_assert(gd_exec_is_healthcheck(&g));
	g = f;
	g.container = NULL;
	ck_assert(!gd_exec_is_healthcheck(&g));
	g = f;
	g.verb = GD_ON_CREATE;
	ck_assert(!gd_exec_is_healthcheck(&g));
	g = f;
	gd_words_add(a, &g.flags, "--cgroup x");
	ck_assert(!gd_exec_is_healthcheck(&g));
	/* a check of the user's own is the user's; none at all is not the empty command */
	g = f;
	g.use.health = g.image.health;
	g.use.health_known = true;
	g.image.health = (struct gd_words){ 0 };
	ck_assert(!gd_exec_is_healthcheck(&g));
	g.process.args = (struct gd_words){ 0 };
	ck_assert(!gd_exec_is_healthcheck(&g));
	/* Podman's exec has no HOSTNAME */
	facts(asked("\"HOSTNAME=h\",", ""), &g);
	g.engine = GD_ENGINE_PODMAN;
	ck_assert(gd_exec_is_healthcheck(&g));
	facts(asked("\"HOSTNAME=h\"", "\"HOSTNAME=evil\""), &g);
	g.engine = GD_ENGINE_PODMAN;
	ck_assert(!gd_exec_is_healthcheck(&g));
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { table, ROWS(rows) }, { around, 0 } };

	return run_suite("healthcheck", cases, ROWS(cases));
}
