/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define ENV(...) "{\"process\":{\"env\":[" __VA_ARGS__ "]}}"
#define LD "\"deny\":[\"LD_*\",\"BASH_ENV\"]"

static const struct control_row table[] = {
	{ D, NULL, LD, "" },
	{ D, ENV("\"A=b\""), "", "" },
	{ D, ENV("\"A=b\",\"LD_PRELOAD=/x.so\",\"C=d\""), LD, "/process/env/1:f",
	  "the variable 'LD_PRELOAD'", ENV("\"A=b\",\"C=d\"") },
	{ D, ENV("\"LD_PRELOAD\""), LD, "/process/env/0:f", .after = ENV("") },
	{ D, ENV("\"LD_PRELOAD=a\",\"LD_PRELOAD=b\",\"LD_=\""), LD,
	  "/process/env/0:f /process/env/1:f /process/env/2:f", .after = ENV("") },
	/* the kernel and the linker know the difference */
	{ D, ENV("\"ld_preload=a\",\"XLD_PRELOAD=a\",\"BASH_ENVX=\""), LD, "" },
	{ D, ENV("\"BASH_ENV=/x\""), LD, "/process/env/0:f" },
	/* what runtimes read differently, whatever the policy denies */
	{ D, ENV("\"A\""), "", "/process/env/0:f", "the variable 'A' without a value", ENV("") },
	{ D, ENV("\"=x\""), "", "/process/env/0:f", "a variable without a name", ENV("") },
	{ D, ENV("\"\""), "", "/process/env/0:f", .after = ENV("") },
	{ D, ENV("\"A=1\",\"B=2\",\"A=3\",\"A=4\""), "", "/process/env/0:f /process/env/2:f",
	  "the variable 'A' given twice", ENV("\"B=2\",\"A=4\"") },
	{ D, ENV("\"A=1=2\",\"A1=\""), "", "" },
	/* containerd's CRI writes the image's and the pod's */
	{ GD_ENGINE_CRI, GD_ON_CREATE, ENV("\"A=img\",\"A=pod\""), "", "" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, ENV("\"LD_PRELOAD=img\",\"LD_PRELOAD=pod\""), LD,
	  "/process/env/0:f /process/env/1:f" },
	{ D, "{\"process\":{\"env\":null}}", LD, "" },
	/* exec: typed where the container has it not */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/x.so\""), LD, "/process/env/0:af",
	  "docker exec --env LD_PRELOAD" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/x.so\""), LD, "/process/env/0:f",
	  .own = "{\"env\":[\"LD_PRELOAD=/x.so\"]}" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/y.so\""), LD, "/process/env/0:af",
	  .own = "{\"env\":[\"LD_PRELOAD=/x.so\"]}" },
};

START_TEST(rows)
{
	control_case("environment", &table[_i]);
}
END_TEST

START_TEST(no_value_in_a_finding)
{
	const struct control_row r = {
		D, ENV("\"LD_PASSWORD=hunter2\",\"=hunter2\",\"A=hunter2\",\"A=hunter2\",\"password: hunter2\""), LD
	};
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("environment");
	gd_json *doc = case_sample("docker20-plain", a);
	struct gd_findings out;
	struct gd_facts f;

	case_patch(doc, r.patch, a);
	case_facts(&r, doc, NULL, a, &f);
	out = case_check(c, &f, case_config(c, r.config, a), a);
	ck_assert_uint_eq(out.n, 4);
	for (size_t i = 0; i < out.n; i++) {
		const char *texts[] = { out.v[i].value, out.v[i].what, out.v[i].why,
					out.v[i].fix,	out.v[i].flag, out.v[i].wanted };

		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			ck_assert(!texts[k] || !strstr(texts[k], "hunter2"));
	}
	ck_assert_str_eq(out.v[0].value, "'LD_PASSWORD', 7 bytes");
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

/* --- against the image ------------------------------------------------------------------------------ */
#define P GD_ENGINE_PODMAN, GD_ON_CREATE
#define K GD_ENGINE_CRI, GD_ON_CREATE
#define LIKE "\"like\":\"image\""
#define ALLOW(...) LIKE ",\"allow\":[" __VA_ARGS__ "]"
#define PATH "\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\""
#define BUILT PATH ",\"A=img\",\"B=two\""
#define WITH(...) ENV(BUILT "," __VA_ARGS__)
#define TTY(...) "{\"process\":{\"terminal\":true,\"env\":[" BUILT "," __VA_ARGS__ "]}}"
#define E3 "/process/env/3:af"
#define MISSING "/process/env:af"

static void no_path(struct gd_facts *f)
{
	static const char *env[] = { "A=img", "B=two" };

	image_declared(f);
	f->image.env = WORDS(env);
}

static void odd_image(struct gd_facts *f)
{
	static const char *env[] = { "A=old", "A=img", "B=two", "NOTHING", "=x", "TERM=dumb", "HOSTNAME=img" };

	image_declared(f);
	f->image.env = WORDS(env);
}

static void preloads(struct gd_facts *f)
{
	static const char *env[] = { "A=img", "B=two", "LD_PRELOAD=/own.so" };

	no_path(f);
	f->image.env = WORDS(env);
}

static void links(struct gd_facts *f)
{
	static const char *links[] = { "DB_*", "LD_*", "PLAIN", "X*" };

	image_declared(f);
	f->use.links = WORDS(links);
}

/* The image's /etc/passwd gives its user another one than the usual. */
static void with_home(struct gd_facts *f)
{
	image_declared(f);
	f->image.home = "/var/lib/app";
	f->process.uid = f->image.uid;
}

static void as_root(struct gd_facts *f)
{
	image_declared(f);
	f->image.user = NULL;
	f->process.uid = 0;
}

/* "--hostname" */
static void strange_name(struct gd_facts *f)
{
	image_declared(f);
	f->use.hostname = "$(evil)";
}

static void plain_name(struct gd_facts *f)
{
	image_declared(f);
	f->use.hostname = "a_b";
}

static const struct control_row like_table[] = {
	{ D, NULL, LIKE, "", .host = image_declared },
	{ P, NULL, LIKE, "", .host = image_declared },
	{ D, ENV(BUILT), LIKE, "", .host = image_declared },
	{ D, ENV("\"B=two\",\"A=img\"," PATH), LIKE, "", .host = image_declared },
	/* added, changed, emptied, removed, in another case */
	{ D, WITH("\"NEW=1\""), LIKE, E3, "--env NEW", ENV(BUILT), .host = image_declared },
	{ K, WITH("\"NEW=1\""), LIKE, E3, "env: NEW", .host = image_declared },
	{ D, ENV(PATH ",\"A=evil\",\"B=two\""), LIKE, "/process/env/1:af", "--env A", ENV(BUILT), .host = image_declared },
	{ D, ENV(PATH ",\"A=\",\"B=two\""), LIKE, "/process/env/1:af", "--env A", ENV(BUILT), .host = image_declared },
	{ D, ENV(PATH ",\"A=img\""), LIKE, MISSING, "--env B", ENV(BUILT), .host = image_declared },
	{ D, ENV(PATH ",\"a=img\",\"B=two\""), LIKE, "/process/env/1:af " MISSING, NULL,
	  ENV(PATH ",\"B=two\",\"A=img\""), .host = image_declared },
	{ D, ENV(""), LIKE, MISSING " " MISSING " " MISSING, NULL, ENV("\"A=img\",\"B=two\"," PATH),
	  .host = image_declared },
	{ D, "{\"process\":{\"env\":null}}", LIKE, MISSING " " MISSING " " MISSING, .host = image_declared },
	{ D, ENV(PATH ",\"A=img \",\"B=two\""), LIKE, "/process/env/1:af", .host = image_declared },
	/* of a name given twice the last counts, whichever the image's is */
	{ K, ENV(BUILT ",\"A=pod\""), LIKE, E3, NULL, ENV(BUILT ",\"A=img\""), .host = image_declared },
	{ K, ENV("\"A=pod\"," BUILT), LIKE, "", .host = image_declared },
	{ K, WITH("\"NEW=1\",\"NEW=2\""), LIKE, "/process/env/4:af", NULL, ENV(BUILT), .host = image_declared },
	{ D, ENV(BUILT ",\"A=evil\""), LIKE, "/process/env/1:f " E3, NULL, ENV(PATH ",\"B=two\",\"A=img\""),
	  .host = image_declared },
	{ D, ENV("\"A=evil\"," BUILT), LIKE, "/process/env/0:f", NULL, ENV(BUILT), .host = image_declared },
	/* without '=': to one runtime the variable's end */
	{ D, ENV(PATH ",\"A=img\",\"B\""), LIKE, "/process/env/2:f " MISSING, NULL, ENV(BUILT), .host = image_declared },
	{ D, ENV(BUILT ",\"B\""), LIKE, "/process/env/2:f /process/env/3:f", NULL, ENV(BUILT), .host = image_declared },
	{ D, ENV(BUILT ",\"=x\""), LIKE, "/process/env/3:f", NULL, ENV(BUILT), .host = image_declared },
	{ D, ENV("\"A=img\",\"B=two\",\"TERM=dumb\",\"HOSTNAME=img\"," PATH), LIKE, "", .host = odd_image },
	{ D, ENV("\"A=old\",\"B=two\",\"TERM=dumb\",\"HOSTNAME=img\"," PATH), LIKE, "/process/env/0:af",
	  .host = odd_image },
	/* listed */
	{ D, WITH("\"LANG=x\",\"APP_X=1\",\"APPX=1\""), ALLOW("\"LANG\",\"APP_*\""), "/process/env/5:af",
	  .host = image_declared },
	{ D, ENV(PATH ",\"A=evil\""), ALLOW("\"A\",\"B\""), "", .host = image_declared },
	{ D, WITH("\"LANG=x\""), ALLOW("\"lang\""), E3, .host = image_declared },
	/* what is denied is so, whoever declares it; and is not missed */
	{ D, ENV("\"A=img\",\"B=two\",\"LD_PRELOAD=/own.so\""), LIKE, "", .host = preloads },
	{ D, ENV("\"A=img\",\"B=two\",\"LD_PRELOAD=/own.so\""), LIKE "," LD, "/process/env/2:f", NULL,
	  ENV("\"A=img\",\"B=two\""), .host = preloads },
	{ D, ENV("\"A=img\",\"B=two\",\"LD_PRELOAD=/x.so\""), ALLOW("\"*\"") "," LD, "/process/env/2:f", .host = preloads },
	{ D, ENV("\"A=img\",\"B=two\""), LIKE "," LD, "", .host = preloads },
	{ D, WITH("\"LD_PRELOAD=/x.so\""), LIKE, E3, "--env LD_PRELOAD", ENV(BUILT), .host = image_declared },
	/* PATH: the engine's only where the image has none */
	{ D, ENV("\"PATH=/evil\",\"A=img\",\"B=two\""), LIKE, "/process/env/0:af", "--env PATH", ENV(BUILT),
	  .host = image_declared },
	{ D, ENV(BUILT), LIKE, "", .host = no_path },
	{ D, ENV("\"A=img\",\"B=two\""), LIKE, "", .host = no_path },
	{ D, ENV("\"PATH=/evil\",\"A=img\",\"B=two\""), LIKE, "/process/env/0:af", NULL, ENV(BUILT), .host = no_path },
	{ D, ENV("\"PATH=\",\"A=img\",\"B=two\""), LIKE, "/process/env/0:af", NULL, ENV(BUILT), .host = no_path },
	/* the container's own name; in a pod the sandbox's, which nothing here says */
	{ D, WITH("\"HOSTNAME=f05776224303\""), LIKE, "", .host = image_declared },
	{ D, WITH("\"HOSTNAME=evil\""), LIKE, E3, NULL, ENV(BUILT), .host = image_declared },
	{ D, WITH("\"HOSTNAME=$(evil)\""), LIKE, E3, .host = strange_name },
	{ D, WITH("\"HOSTNAME=a_b\""), LIKE, "", .host = plain_name },
	{ K, WITH("\"HOSTNAME=node-1.example\""), LIKE, "", .host = image_declared },
	{ K, WITH("\"HOSTNAME=a b\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"HOSTNAME=\""), LIKE, E3, .host = image_declared },
	/* a terminal's */
	{ D, TTY("\"TERM=xterm\""), LIKE, "", .host = image_declared },
	{ D, WITH("\"TERM=xterm\""), LIKE, E3, .host = image_declared },
	{ D, TTY("\"TERM=/evil\""), LIKE, E3, .host = image_declared },
	/* Podman's */
	{ P, WITH("\"container=podman\",\"TERM=xterm\",\"HOME=/srv/app\",\"container_uuid=81137b0f467b006ecd0b1413d5548c0c\","
		  "\"HOSTNAME=81137b0f467b\",\"NOTIFY_SOCKET=/run/notify/notify.sock\",\"LISTEN_FDS=2\""), LIKE, "",
	  .host = image_declared },
	{ P, WITH("\"container=evil\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"container_uuid=91137b0f467b006ecd0b1413d5548c0c\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"LISTEN_FDS=x\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HOME=/evil\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HOME=/root/x\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HOME=/home/app\""), LIKE, "", .host = image_declared },
	{ P, WITH("\"HOME=/home/app/..\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HOME=/root\""), LIKE, "", .host = as_root },
	{ P, WITH("\"HOME=/var/lib/app\""), LIKE, "", .host = with_home },
	{ P, WITH("\"HOME=/home/app\""), LIKE, E3, .host = with_home },
	{ D, WITH("\"HOME=/var/lib/app\""), LIKE, E3, .host = with_home },
	{ D, WITH("\"HOME=/srv/app\""), LIKE, E3, .host = image_declared },
	{ D, WITH("\"container=podman\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HTTP_PROXY=http://p:1\""), LIKE, E3, .host = image_declared },
	{ P, WITH("\"HTTP_PROXY=http://p:1\""), ALLOW("\"HTTP_PROXY\""), "", .host = image_declared },
	/* services, by what such variables hold, and in pods alone */
	{ K, WITH("\"KUBERNETES_SERVICE_HOST=10.0.0.1\",\"KUBERNETES_SERVICE_PORT=443\",\"KUBERNETES_SERVICE_PORT_HTTPS=443\","
		  "\"KUBERNETES_PORT=tcp://10.0.0.1:443\",\"KUBERNETES_PORT_443_TCP=tcp://10.0.0.1:443\","
		  "\"KUBERNETES_PORT_443_TCP_PROTO=tcp\",\"KUBERNETES_PORT_443_TCP_PORT=443\","
		  "\"KUBERNETES_PORT_443_TCP_ADDR=10.0.0.1\",\"DNS_PORT_53_UDP=udp://[fd00::1]:53\""), LIKE, "",
	  .host = image_declared },
	{ K, WITH("\"KUBERNETES_SERVICE_HOST=evil.example\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"KUBERNETES_SERVICE_PORT=443x\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"KUBERNETES_SERVICE_PORT=0\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"X_PORT=/evil\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"X_PORT=http://10.0.0.1:80\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"X_PORT=tcp://evil:80\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"x_SERVICE_HOST=10.0.0.1\""), LIKE, E3, .host = image_declared },
	{ K, WITH("\"X_PORT_443_TCP_EVIL=1\""), LIKE, E3, .host = image_declared },
	{ D, WITH("\"KUBERNETES_SERVICE_HOST=10.0.0.1\""), LIKE, E3, .host = image_declared },
	/* links: the alias is the user's, what follows it the engine's */
	{ D, WITH("\"DB_NAME=/web/db\",\"DB_PORT=tcp://172.17.0.2:5432\",\"DB_PORT_5432_TCP=tcp://172.17.0.2:5432\","
		  "\"DB_PORT_5432_TCP_ADDR=172.17.0.2\",\"DB_ENV_PGDATA=/var\",\"PLAIN=1\""), LIKE, "", .host = links },
	{ D, WITH("\"DB_EVIL=1\""), LIKE, E3, .host = links },
	{ D, WITH("\"DB_ENV_=1\""), LIKE, E3, .host = links },
	{ D, WITH("\"DB_PORT=/evil\""), LIKE, E3, .host = links },
	{ D, WITH("\"LD_PRELOAD=/x\""), LIKE, E3, .host = links },
	{ D, WITH("\"LD_LIBRARY_PATH=/x\""), LIKE, E3, .host = links },
	{ D, WITH("\"XDG=/x\""), LIKE, E3, .host = links },
	/* no image */
	{ D, NULL, LIKE, "/process/env", .host = image_none },
	{ D, NULL, LIKE, "/process/env", .host = image_unknown },
	{ D, NULL, LIKE, "/process/env", .host = image_not_asked },
	{ D, NULL, LIKE, "/process/env", .host = image_build },
	{ D, WITH("\"NEW=1\""), LIKE, "", .host = image_sandbox },
	/* exec: against the container's, whatever the image says */
#define X GD_ENGINE_DOCKER, GD_ON_EXEC
	{ X, NULL, LIKE, "", .host = image_unknown },
	{ X, ENV("\"Z=1\""), LIKE, "", .own = "{\"env\":[\"Z=1\"]}" },
	{ X, ENV("\"Z=1\",\"NEW=1\""), LIKE, "/process/env/1:af", "docker exec --env NEW", ENV("\"Z=1\""),
	  .own = "{\"env\":[\"Z=1\"]}" },
	{ X, ENV("\"Z=2\""), LIKE, "/process/env/0:af", "docker exec --env Z", ENV("\"Z=1\""), .own = "{\"env\":[\"Z=1\"]}" },
	{ X, ENV(""), LIKE, MISSING, .own = "{\"env\":[\"Z=1\"]}" },
	{ X, ENV("\"Z=1\",\"NEW=1\""), ALLOW("\"NEW\""), "", .own = "{\"env\":[\"Z=1\"]}" },
	{ X, "{\"process\":{\"terminal\":true,\"env\":[\"TERM=xterm\"]}}", LIKE, "", .own = "{\"env\":[]}" },
	{ X, ENV("\"PATH=/evil\""), LIKE, "/process/env/0:af", .own = "{\"env\":[" PATH "]}" },
	/* Podman's exec has neither */
	{ GD_ENGINE_PODMAN, GD_ON_EXEC, ENV("\"Z=1\""), LIKE, "", .own = "{\"env\":[\"Z=1\",\"HOSTNAME=x\",\"HOME=/\"]}" },
};

START_TEST(like_rows)
{
	control_case("environment", &like_table[_i]);
}
END_TEST

START_TEST(no_value_of_the_image_either)
{
	const struct control_row r = { D, ENV("\"A=hunter2\",\"NEW=hunter2\""), LIKE, .host = image_declared };
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("environment");
	gd_json *doc = case_sample("docker20-plain", a);
	struct gd_facts f;

	case_patch(doc, r.patch, a);
	case_facts(&r, doc, NULL, a, &f);
	const struct gd_findings out = case_check(c, &f, case_config(c, r.config, a), a);
	ck_assert_uint_eq(out.n, 4);
	for (size_t i = 0; i < out.n; i++) {
		const char *texts[] = { out.v[i].value, out.v[i].what, out.v[i].why,
					out.v[i].fix,	out.v[i].flag, out.v[i].wanted };

		for (size_t k = 0; k < N(texts); k++)
			ck_assert(!texts[k] || (!strstr(texts[k], "hunter2") && !strstr(texts[k], "two") &&
						!strstr(texts[k], "/usr/bin")));
	}
	ck_assert_str_eq(out.v[0].wanted, "'A', 3 bytes");
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

static const struct image_ask asks_table[] = {
	{ ALLOW("\"PYTHONHOME\""), true, false },
	{ ALLOW("\"JAVA_*\""), true, false },
	{ LD, false, false },
	{ LIKE, true, true },
	{ ALLOW("\"LANG\",\"APP_*\""), true, true },
	{ ALLOW("\"*\""), true, false },
	{ ALLOW("\"**\""), true, false },
	{ ALLOW("\"LD_*\""), true, false },
	{ ALLOW("\"P*\""), true, false },
	{ ALLOW("\"PATH\""), true, false },
	{ ALLOW("\"????\""), true, false },
};

START_TEST(asks)
{
	image_asks("environment", &asks_table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ rows, ROWS(table) },
		{ no_value_in_a_finding, 0 },
		{ like_rows, ROWS(like_table) },
		{ no_value_of_the_image_either, 0 },
		{ asks, ROWS(asks_table) },
	};

	return run_suite("control environment", cases, ROWS(cases));
}
