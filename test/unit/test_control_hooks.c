/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts/hooks.h"

#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define HOOK(stage, path, args) \
	"{\"hooks\":{\"prestart\":null,\"" stage "\":[{\"path\":\"" path "\",\"args\":[" args \
	"]}]}}"
#define PRE(path, args) "{\"hooks\":{\"prestart\":[{\"path\":\"" path "\",\"args\":[" args "]}]}}"
#define SETKEY(id) "\"libnetwork-setkey\",\"-exec-root=/run/docker\",\"" id "\",\"7178\""
#define NVIDIA(path) PRE(path, "\"nvidia-container-runtime-hook\",\"prestart\"")
#define RULE(stage, args) \
	"\"allow\":[{\"path\":\"/opt/hooks/*\",\"stage\":[\"" stage "\"]" args "}]"

static void all_are(struct gd_facts *f, enum gd_hook_program program, const char *real)
{
	struct gd_hook *v = (struct gd_hook *)f->hooks;

	for (size_t i = 0; i < f->n_hooks; i++) {
		v[i].program = program;
		v[i].real = real ? real : v[i].path;
	}
}

static void dockerd(struct gd_facts *f)
{
	all_are(f, GD_HOOK_TRUSTED, "/usr/sbin/dockerd");
}

static void evil(struct gd_facts *f)
{
	all_are(f, GD_HOOK_TRUSTED, "/usr/bin/python3");
}

static void loose(struct gd_facts *f)
{
	all_are(f, GD_HOOK_LOOSE, NULL);
}

static void trusted(struct gd_facts *f)
{
	all_are(f, GD_HOOK_TRUSTED, NULL);
}

static const struct control_row table[] = {
	/* Docker's own: the sample has it */
	{ D, NULL, "", "", .host = dockerd },
	{ D, NULL, "", "/hooks/prestart/0:a",
	  "the prestart hook '/proc/7711/exe'" }, /* nobody asked the host */
	{ D, NULL, "", "/hooks/prestart/0:a", .host = evil },
	{ D, NULL, "", "/hooks/prestart/0:a", .host = loose },
	{ GD_ENGINE_CTR, GD_ON_CREATE, NULL, "", "/hooks/prestart/0:a", .host = dockerd },
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, NULL, "", "/hooks/prestart/0:a", .host = dockerd },
	{ GD_ENGINE_BUILDKIT, GD_ON_CREATE, NULL, "", "", .host = dockerd },
	{ D, HOOK("createRuntime", "/proc/7711/exe", SETKEY(DOCKER_ID)), "", "", .host = dockerd },
	{ D, HOOK("poststop", "/proc/7711/exe", SETKEY(DOCKER_ID)), "", "/hooks/poststop/0:a",
	  .host = dockerd },
	{ D, PRE("/proc/7711/exe", SETKEY("another")), "", "/hooks/prestart/0:a", .host = dockerd },
	{ GD_ENGINE_BUILDKIT, GD_ON_CREATE, PRE("/proc/7711/exe", SETKEY("another")), "", "", .host = dockerd },
	{ D, PRE("/proc/7711/root/exe", SETKEY(DOCKER_ID)), "", "/hooks/prestart/0:a",
	  .host = dockerd },
	{ D, PRE("/proc/self/exe", SETKEY(DOCKER_ID)), "", "/hooks/prestart/0:a", .host = dockerd },
	{ D, PRE("/proc//exe", SETKEY(DOCKER_ID)), "", "/hooks/prestart/0:a", .host = dockerd },
	{ D, PRE("/proc/7711/exe", "\"dockerd\",\"-H\",\"unix:///x\",\"y\""), "",
	  "/hooks/prestart/0:a", .host = dockerd },
	/* others' own */
	{ D, NVIDIA("/usr/bin/nvidia-container-runtime-hook"), "", "", .host = trusted },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NVIDIA("/usr/bin/nvidia-container-runtime-hook"), "", "",
	  .host = trusted },
	{ D, NVIDIA("/tmp/nvidia-container-runtime-hook"), "", "/hooks/prestart/0:a",
	  .host = loose },
	{ D, NVIDIA("/usr/bin/nvidia-container-runtime-hookx"), "", "/hooks/prestart/0:a",
	  .host = trusted },
	{ GD_ENGINE_CRI, GD_ON_CREATE,
	  HOOK("createContainer", "/usr/bin/nvidia-cdi-hook",
	       "\"nvidia-cdi-hook\",\"update-ldcache\",\"--folder\",\"/lib\""),
	  "", "", .host = trusted },
	{ GD_ENGINE_CRI, GD_ON_CREATE,
	  HOOK("createContainer", "/usr/bin/nvidia-ctk",
	       "\"nvidia-ctk\",\"hook\",\"update-ldcache\""),
	  "", "", .host = trusted },
	{ GD_ENGINE_CRI, GD_ON_CREATE,
	  HOOK("createContainer", "/usr/bin/nvidia-ctk", "\"nvidia-ctk\",\"runtime\""), "",
	  "/hooks/createContainer/0:a", .host = trusted },
	{ GD_ENGINE_CTR, GD_ON_CREATE,
	  HOOK("createRuntime", "/usr/local/bin/nerdctl",
	       "\"nerdctl\",\"--data-root=/x\",\"internal\",\"oci-hook\",\"createRuntime\""),
	  "", "", .host = trusted },
	{ GD_ENGINE_CTR, GD_ON_CREATE,
	  HOOK("createRuntime", "/usr/local/bin/nerdctl", "\"nerdctl\",\"run\",\"x\",\"y\""), "",
	  "/hooks/createRuntime/0:a", .host = trusted },
	/* by rule */
	{ D, HOOK("poststop", "/opt/hooks/tidy", "\"tidy\",\"now\""), "", "/hooks/poststop/0:a",
	  .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/tidy", "\"tidy\",\"now\""), RULE("poststop", ""), "",
	  .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/tidy", "\"tidy\",\"now\""),
	  RULE("poststop", ",\"args\":[\"tidy\",\"n*\"]"), "", .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/tidy", "\"tidy\",\"rm\""),
	  RULE("poststop", ",\"args\":[\"tidy\",\"n*\"]"), "/hooks/poststop/0:a", .host = trusted },
	{ D, HOOK("poststart", "/opt/hooks/tidy", "\"tidy\""), RULE("poststop", ""),
	  "/hooks/poststart/0:a", .host = trusted },
	{ D, HOOK("poststart", "/opt/hooks/tidy", "\"tidy\""), RULE("*", ""), "", .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/a/tidy", "\"tidy\""), RULE("poststop", ""),
	  "/hooks/poststop/0:a", .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/../../tmp/x", "\"x\""), RULE("poststop", ""),
	  "/hooks/poststop/0:a", .host = trusted },
	{ D, HOOK("poststop", "/opt/hooks/tidy", "\"tidy\""), RULE("poststop", ""),
	  "/hooks/poststop/0:a", .host = loose },
	/* inside the container: its file says nothing about the host's, only a rule counts */
	{ D, HOOK("startContainer", "/opt/hooks/x", "\"x\""), RULE("startContainer", ""), "" },
	{ D, HOOK("startContainer", "/proc/7711/exe", SETKEY(DOCKER_ID)), "",
	  "/hooks/startContainer/0:a", .host = dockerd },
	{ D, "{\"hooks\":null}", "", "" },
};

START_TEST(rows)
{
	control_case("hooks", &table[_i]);
}
END_TEST

static enum gd_hook_program look(const char *path, const char **ret_real, struct gd_arena *a)
{
	struct gd_hook h = { .stage = "prestart", .path = path };
	struct gd_facts f = { .hooks = &h, .n_hooks = 1 }, again = { 0 };
	struct gd_hook copy = h;

	gd_facts_hooks(&f, a);
	again.hooks = &copy;
	again.n_hooks = 1;
	gd_facts_hooks_again(&f, &again);
	ck_assert_int_eq(copy.program, f.hooks[0].program);
	copy.index = 1;
	copy.program = GD_HOOK_UNKNOWN;
	gd_facts_hooks_again(&f, &again);
	ck_assert_int_eq(copy.program, GD_HOOK_UNKNOWN);
	*ret_real = f.hooks[0].real;
	return f.hooks[0].program;
}

START_TEST(host)
{
	struct gd_arena *a = gd_arena_new(NULL);
	char dir[] = "/tmp/gd-hooks-XXXXXX", *file;
	const char *real;
	FILE *out;

	ck_assert_int_eq(look("/bin/sh", &real, a), GD_HOOK_TRUSTED);
	ck_assert(real && *real == '/' && !gd_ends(real, "/sh"));	/* a link: to what it is */
	ck_assert_int_eq(look("/nonexistent/hook", &real, a), GD_HOOK_UNKNOWN);
	ck_assert_int_eq(look("hook", &real, a), GD_HOOK_UNKNOWN);
	ck_assert_int_eq(look("", &real, a), GD_HOOK_UNKNOWN);
	ck_assert_int_eq(look("/proc/0/exe", &real, a), GD_HOOK_UNKNOWN);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	file = gd_printf(a, "%s/hook", dir);
	out = fopen(file, "w");
	ck_assert_ptr_nonnull(out);
	fclose(out);
	/* /tmp is everybody's */
	ck_assert_int_eq(look(file, &real, a), GD_HOOK_LOOSE);
	ck_assert_ptr_null(real);
	ck_assert_int_ne(look(dir, &real, a), GD_HOOK_TRUSTED);
	unlink(file);
	rmdir(dir);
	/* Docker's way: the link of a running process, to what it runs */
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/sleep", "sleep", "60", (char *)NULL);
		_exit(1);
	}
	file = gd_printf(a, "/proc/%d/exe", (int)pid);
	for (int i = 0; i < 500 && !gd_ends(real, "/sleep"); i++) {
		usleep(10000); /* until it has become another program */
		look(file, &real, a);
	}
	ck_assert_int_eq(look(file, &real, a), GD_HOOK_TRUSTED);
	ck_assert(gd_ends(real, "/sleep"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { host, 0 } };

	return run_suite("control hooks", cases, ROWS(cases));
}
