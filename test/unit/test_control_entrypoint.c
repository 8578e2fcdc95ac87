/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define FREE ",\"covered\":true,\"changed\":true"
#define IMAGE "\"like\":\"image\"" FREE
#define ARGUMENTS "\"like\":\"arguments\"" FREE
#define ALLOW(rules) IMAGE ",\"allow\":[" rules "]"
#define ARGS(...) "{\"process\":{\"args\":[" __VA_ARGS__ "]}}"
#define OWN "\"/bin/sh\",\"-c\",\"exec \\\"$0\\\" \\\"$@\\\"\""
#define FOUND "/process/args:af"
#define INIT_AT(at, rest) \
	"{\"process\":{\"args\":[\"" at "\",\"--\"," rest "]},\"mounts\":[{\"destination\":\"/sbin/docker-init\"," \
	"\"type\":\"bind\",\"source\":\"/usr/bin/docker-init\",\"options\":[\"bind\",\"ro\"]}]}"
#define INIT(rest) INIT_AT("/sbin/docker-init", rest)
#define UNDER(dest) \
	"{\"process\":{\"args\":[\"/sbin/docker-init\",\"--\"," OWN ",\"sleep\",\"1000\"]},\"mounts\":[{\"destination\":" \
	"\"/sbin/docker-init\",\"type\":\"bind\",\"source\":\"/usr/bin/docker-init\",\"options\":[\"bind\",\"ro\"]}," \
	"{\"destination\":\"" dest "\",\"type\":\"bind\",\"source\":\"/v/evil\",\"options\":[\"bind\"]}]}"

/* The engine's own init, by the host's word; anything else mounted is a volume. */
static void with_init(struct gd_facts *f)
{
	image_declared(f);
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];

		if (m->bind)
			m->kind = gd_streq(m->source, "/usr/bin/docker-init") ? GD_SRC_INIT : GD_SRC_VOLUME;
	}
}

/* "-v evil:/sbin/docker-init": Docker leaves its own mount out, and the arguments as they are. */
static void init_is_a_volume(struct gd_facts *f)
{
	with_init(f);
	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].kind == GD_SRC_INIT)
			((struct gd_mount *)&f->mounts[i])->kind = GD_SRC_HOST;
}

static void init_lands(struct gd_facts *f)
{
	with_init(f);
	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].kind != GD_SRC_INIT)
			((struct gd_mount *)&f->mounts[i])->lands = "/sbin";
}

static void only_cmd(struct gd_facts *f)
{
	image_declared(f);
	f->image.entrypoint = (struct gd_words){ 0 };
}

static void only_entrypoint(struct gd_facts *f)
{
	image_declared(f);
	f->image.cmd = (struct gd_words){ 0 };
}

static void neither(struct gd_facts *f)
{
	only_cmd(f);
	f->image.cmd = (struct gd_words){ 0 };
}

static const struct control_row table[] = {
	{ D, NULL, IMAGE, "", .host = image_declared },
	{ D, NULL, "\"like\":\"any\"" FREE, "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, ARGS(OWN ",\"sleep\",\"1000\""), IMAGE, "", .host = image_declared },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, IMAGE, "", .host = image_declared },
	/* another command, less of it, more of it, another case, none */
	{ D, ARGS(OWN ",\"sleep\",\"9\""), IMAGE, FOUND, NULL, ARGS(OWN ",\"sleep\",\"1000\""), .host = image_declared },
	{ D, ARGS(OWN), IMAGE, FOUND, .host = image_declared },
	{ D, ARGS(OWN ",\"sleep\""), IMAGE, FOUND, .host = image_declared },
	{ D, ARGS(OWN ",\"sleep\",\"1000\",\"\""), IMAGE, FOUND, .host = image_declared },
	{ D, ARGS(OWN ",\"sleep\",\"1000\",\"x\""), IMAGE, FOUND, .host = image_declared },
	{ D, ARGS("\"sleep\",\"1000\""), IMAGE, FOUND, "--entrypoint sleep", .host = image_declared },
	{ D, ARGS("\"/BIN/SH\",\"-c\",\"exec \\\"$0\\\" \\\"$@\\\"\",\"sleep\",\"1000\""), IMAGE, FOUND,
	  "--entrypoint /BIN/SH", .host = image_declared },
	{ D, ARGS("\"/bin//sh\",\"-c\",\"exec \\\"$0\\\" \\\"$@\\\"\",\"sleep\",\"1000\""), IMAGE, FOUND,
	  .host = image_declared },
	{ D, ARGS("\"/bin/sh -c\",\"exec \\\"$0\\\" \\\"$@\\\"\",\"sleep\",\"1000\""), IMAGE, FOUND, .host = image_declared },
	{ D, ARGS("\"./sh\""), IMAGE, FOUND, "--entrypoint ./sh", .host = image_declared },
	{ D, ARGS(""), IMAGE, FOUND, .host = image_declared },
	{ D, "{\"process\":{\"args\":null}}", IMAGE, FOUND, .host = image_declared },
	{ GD_ENGINE_CRI, GD_ON_CREATE, ARGS("\"evil\""), IMAGE, FOUND, "command: evil", .host = image_declared },
	{ GD_ENGINE_UNKNOWN, GD_ON_CREATE, ARGS("\"evil\""), IMAGE, FOUND, "the command 'evil'", .host = image_declared },
	/* an image with half of the two; one with neither has nothing to be like */
	{ D, ARGS("\"sleep\",\"1000\""), IMAGE, "", .host = only_cmd },
	{ D, ARGS(OWN ",\"sleep\",\"1000\""), IMAGE, FOUND, .host = only_cmd },
	{ D, ARGS(OWN), IMAGE, "", .host = only_entrypoint },
	{ D, ARGS(OWN ",\"x\""), IMAGE, FOUND, .host = only_entrypoint },
	{ D, ARGS("\"sh\""), IMAGE, "/process/args:a", .host = neither },
	{ D, ARGS(""), IMAGE, "/process/args:a", .host = neither },
	{ D, ARGS("\"sh\""), ARGUMENTS, "/process/args:a", .host = neither },
	/* arguments: behind the entrypoint, or behind the program */
	{ D, ARGS(OWN ",\"rm\",\"-rf\""), ARGUMENTS, "", .host = image_declared },
	{ D, ARGS(OWN), ARGUMENTS, "", .host = image_declared },
	{ D, ARGS("\"/bin/sh\",\"-c\",\"evil\""), ARGUMENTS, FOUND, NULL, ARGS(OWN ",\"sleep\",\"1000\""),
	  .host = image_declared },
	{ D, ARGS("\"/bin/sh\",\"-c\""), ARGUMENTS, FOUND, .host = image_declared },
	{ D, ARGS("\"sleep\",\"5\""), ARGUMENTS, "", .host = only_cmd },
	{ D, ARGS("\"evil\""), ARGUMENTS, FOUND, .host = only_cmd },
	/* listed */
	{ D, ARGS("\"backup\",\"--all\""), ALLOW("{\"argv\":[\"backup\",\"--all\"]}"), "", .host = image_declared },
	{ D, ARGS("\"backup\",\"--all\",\"x\""), ALLOW("{\"argv\":[\"backup\",\"--all\"]}"), FOUND, .host = image_declared },
	{ D, ARGS("\"backup\",\"--all\",\"x\""), ALLOW("{\"argv\":[\"backup\",\"**\"]}"), "", .host = image_declared },
	{ D, ARGS("\"Backup\""), ALLOW("{\"argv\":[\"backup\"]}"), FOUND, .host = image_declared },
	{ D, NULL, ALLOW("{\"argv\":[\"backup\"]}"), "", .host = image_declared },
	{ D, ARGS("\"backup\""), ALLOW("{\"argv\":[\"backup\"]}"), "", .host = image_unknown },
	/* the engine's init, its words without its mount, and what lies over it */
	{ D, INIT(OWN ",\"sleep\",\"1000\""), IMAGE, "", .host = with_init },
	{ D, INIT("\"evil\""), IMAGE, FOUND, NULL, INIT(OWN ",\"sleep\",\"1000\""), .host = with_init },
	{ D, INIT("\"backup\""), ALLOW("{\"argv\":[\"backup\"]}"), "", .host = with_init },
	{ D, INIT(OWN ",\"sleep\",\"1000\""), IMAGE, FOUND, NULL, ARGS(OWN ",\"sleep\",\"1000\""), .host = init_is_a_volume },
	{ D, ARGS("\"/sbin/docker-init\",\"--\"," OWN ",\"sleep\",\"1000\""), IMAGE, FOUND, .host = with_init },
	{ D, INIT_AT("/sbin/tini", OWN ",\"sleep\",\"1000\""), IMAGE, FOUND, .host = with_init },
	{ D, UNDER("/x"), IMAGE, "", .host = with_init },
	{ D, UNDER("/sbin"), IMAGE, FOUND, .host = with_init },
	{ D, UNDER("/sbin/docker-init"), IMAGE, FOUND, .host = with_init },
	{ D, UNDER("/innocent"), IMAGE, FOUND, .host = init_lands },
	/* no image, none that can be told, none looked at; sandboxes have no part in it */
	{ D, NULL, IMAGE, "/process/args", "this container", .host = image_none },
	{ D, NULL, IMAGE, "/process/args", .host = image_unknown },
	{ D, NULL, IMAGE, "/process/args", .host = image_not_asked },
	{ D, NULL, IMAGE, "/process/args", .host = image_build },
	{ D, ARGS("\"evil\""), IMAGE, "", .host = image_sandbox },
};

START_TEST(rows)
{
	control_case("entrypoint", &table[_i]);
}
END_TEST

/* --- the file under the name ------------------------------------------------------------------------ */
#define FILES "\"like\":\"any\",\"covered\":false,\"changed\":false"
#define COVERED "\"like\":\"any\",\"covered\":false,\"changed\":true"
#define MOUNT(dest) \
	"{\"mounts\":[{\"destination\":\"" dest "\",\"type\":\"bind\",\"source\":\"/v/evil\",\"options\":[\"bind\"]}]}"
#define ON "/mounts/0/destination:a"

static struct gd_program_file files[] = {
	{ GD_PROGRAM_SEARCHED, "/usr/local/sbin", "/usr/local/sbin", false },
	{ GD_PROGRAM_LINK, "/bin/sh", "/bin/sh", false },
	{ GD_PROGRAM_COMMAND, "/usr/bin/dash", "/bin/sh", false },
	{ GD_PROGRAM_SCRIPT_INTERPRETER, "/opt/python/bin/python3.11", "/usr/bin/python3", false },
	{ GD_PROGRAM_LOADER, "/usr/lib64/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2", false },
	{ GD_PROGRAM_LIBRARY, "/usr/lib/libc.so.6", "/lib/libc.so.6", false },
	{ GD_PROGRAM_LOADER_FILE, "/etc/ld.so.preload", "/etc/ld.so.preload", false },
};

static void looked_up(struct gd_facts *f)
{
	with_init(f);
	f->program = (struct gd_program){ .asked = true, .found = true, .files = files, .n_files = N(files) };
	for (size_t i = 0; i < f->n_mounts; i++)
		((struct gd_mount *)&f->mounts[i])->lands = f->mounts[i].target;
}

static void not_found(struct gd_facts *f)
{
	looked_up(f);
	f->program.found = false;
	f->program.why = "it is a device";
}

static void not_looked_up(struct gd_facts *f)
{
	looked_up(f);
	f->program.asked = false;
}

/* What was looked up is another command than the one that will be run. */
static void another(struct gd_facts *f)
{
	static const struct gd_program_file other = { GD_PROGRAM_COMMAND, "/usr/bin/ls", "/usr/bin/ls", false };

	looked_up(f);
	f->program.files = &other;
	f->program.n_files = 1;
}

static void lands_on_bin(struct gd_facts *f)
{
	looked_up(f);
	((struct gd_mount *)&f->mounts[0])->lands = "/usr/bin";
}

static void lands_anywhere(struct gd_facts *f)
{
	looked_up(f);
	((struct gd_mount *)&f->mounts[0])->lands = "/";
	((struct gd_mount *)&f->mounts[0])->lands_why = "too many links";
}

/* The image itself declares a volume in a folder that the loader looks in. */
static void own_volume(struct gd_facts *f)
{
	static const char *volumes[] = { "/usr/local/sbin/data" };

	looked_up(f);
	f->image.volumes = f->use.image_volumes = WORDS(volumes);
}

static const struct gd_program_file copied = { GD_PROGRAM_LIBRARY, "/usr/lib/libc.so.6", "/lib/libc.so.6", true };
static void in_upper(struct gd_facts *f)
{
	static struct gd_program_file both[2];

	looked_up(f);
	both[0] = files[2];
	both[1] = copied;
	f->program.files = both;
	f->program.n_files = 2;
}

static void ran_before(struct gd_facts *f)
{
	in_upper(f);
	f->use.started_before = true;
}

static void no_upper(struct gd_facts *f)
{
	looked_up(f);
	f->use.upper = NULL;
}

static void judged_again(struct gd_facts *f)
{
	not_looked_up(f);
	f->record_known = true;
}

static const struct control_row file_table[] = {
	{ D, NULL, FILES, "", .host = looked_up },
	{ D, MOUNT("/srv/x"), FILES, "", .host = looked_up },
	{ D, MOUNT("/usr/bin/dash"), FILES, ON, "-v /v/evil", .host = looked_up },
	{ D, MOUNT("/usr/bin"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/bin/sh"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/bin"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/opt/python"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/bin/python3"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/lib64"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/lib"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/lib/libc.so.6/x"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/etc/ld.so.preload"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/local"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/local/sbin/sh"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/local/sbin/data"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/local/sbin/data"), FILES, "", .host = own_volume },
	{ D, MOUNT("/usr/x/../bin"), FILES, ON, .host = looked_up },
	{ D, MOUNT("/usr/bi"), FILES, "", .host = looked_up },
	{ D, MOUNT("/usr/bin/dashx"), FILES, "", .host = looked_up },
	{ D, "{\"mounts\":[{\"destination\":\"/usr/bin\",\"type\":\"tmpfs\",\"source\":\"t\"}]}", FILES, ON, .host = looked_up },
	/* a link of the image's leads there, or where it leads cannot be told */
	{ D, MOUNT("/innocent"), FILES, ON, .host = lands_on_bin },
	{ D, MOUNT("/innocent"), FILES, ON, .host = lands_anywhere },
	{ D, MOUNT("/usr/bin"), "\"like\":\"any\",\"covered\":true,\"changed\":false", "", .host = looked_up },
	/* the engine's own init covers nothing but itself */
	{ D, INIT(OWN ",\"sleep\",\"1000\""), FILES, "", .host = looked_up },
	/* nobody can say what is run */
	{ D, NULL, FILES, "/process/args/0", .host = not_found },
	{ D, NULL, FILES, "/process/args/0", .host = not_looked_up },
	{ D, NULL, FILES, "/process/args/0", .host = another },
	{ D, ARGS(""), FILES, "/process/args/0", "a missing command", .host = looked_up },
	{ D, NULL, FILES, "", .host = judged_again },
	/* put there before the first start */
	{ D, NULL, FILES, "/process/args/0:a", "the library '/usr/lib/libc.so.6'", .host = in_upper },
	{ D, NULL, COVERED, "", .host = in_upper },
	{ D, NULL, FILES, "/process/args/0:a", .host = ran_before },
	{ D, NULL, FILES, "/process/args/0", .host = no_upper },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, FILES, "/process/args/0", .host = no_upper },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, FILES, "", .host = no_upper },
	{ D, NULL, FILES, "", .host = image_sandbox },
};

START_TEST(file_rows)
{
	control_case("entrypoint", &file_table[_i]);
}
END_TEST

/* Whoever put it there hears how it can have come there. */
START_TEST(words)
{
	static const enum gd_engine engines[] = { GD_ENGINE_DOCKER, GD_ENGINE_PODMAN };
	static const char *const verbs[] = { "'docker cp'", "'podman cp'" };

	for (size_t i = 0; i < 2; i++) {
		const struct control_row r = { engines[i], GD_ON_CREATE, .host = in_upper };
		struct gd_arena *a = gd_arena_new(NULL);
		gd_json *doc = case_sample(case_engines[r.engine].sample, a);
		const struct gd_control *c = gd_control_by_name("entrypoint");
		struct gd_facts f;

		case_facts(&r, doc, NULL, a, &f);
		struct gd_findings out = case_check(c, &f, case_config(c, FILES, a), a);
		ck_assert_uint_eq(out.n, 1);
		ck_assert_msg(strstr(out.v[0].why, verbs[i]) != NULL, "%s", out.v[0].why);
		gd_json_free(doc);
		gd_arena_free(a);
	}
}
END_TEST

static const struct image_ask asks_table[] = {
	{ "\"like\":\"any\"" FREE, false, false },
	{ IMAGE, true, false },
	{ "\"like\":\"any\",\"covered\":false,\"changed\":true", true, false },
	{ "\"like\":\"any\",\"covered\":true,\"changed\":false", true, false },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":false", true, true },
	{ "\"like\":\"image\",\"covered\":true,\"changed\":false", true, false },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":true", true, false },
	{ "\"like\":\"arguments\",\"covered\":false,\"changed\":false", true, false },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":false,\"allow\":[{\"argv\":[\"a\",\"b\"]}]", true, true },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":false,\"allow\":[{\"argv\":[\"a\",\"**\"]}]", true, false },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":false,\"allow\":[{\"argv\":[\"a\",\"?\"]}]", true, false },
	{ "\"like\":\"image\",\"covered\":false,\"changed\":false,\"allow\":[{\"argv\":[]}]", true, false },
};

START_TEST(asks)
{
	image_asks("entrypoint", &asks_table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ rows, ROWS(table) }, { file_rows, ROWS(file_table) }, { words, 0 }, { asks, ROWS(asks_table) },
	};

	return run_suite("control entrypoint", cases, ROWS(cases));
}
