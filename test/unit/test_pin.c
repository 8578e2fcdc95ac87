/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pins: what is bound is what was judged, whatever happens in between. */
#include "fake_host.h"

#include <signal.h>
#include <stdlib.h>

#include "arm/pin.h"

static struct gd_arena *a;
static struct gd_facts f;
static gd_json *doc;
static const struct gd_host_paths paths;

static const char *slurp(const char *path)
{
	static char text[256];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return n < 0 ? NULL : text;
}

static void judge(const char *source, const char *options)
{
	struct gd_error err = { 0 };

	a = gd_arena_new(NULL);
	fake_facts(fake_mount(a, source, "/x", options), "", a, &f, &doc);
	ck_assert_msg(gd_pin_enter(&err) == 0, "%s", err.text);
	ck_assert_msg(gd_facts_collect(&f, &paths, a, &err) == 0, "%s", err.text);
}

static int pin(void)
{
	struct gd_error err = { 0 };
	int r = gd_pin(&f, doc, a, &err);

	ck_assert_int_eq(r < 0, err.kind != GD_OK);
	return r;
}

static const char *source(void)
{
	return gd_json_get_str(gd_json_at(gd_json_get(doc, "mounts"), 0), "source");
}

START_TEST(file)
{
	fake_host();
	judge("/srv/app/f", "\"bind\"");
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(source(), GD_PIN_DIR "/0");
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0"), "f\n");
	ck_assert_str_eq(f.mounts[0].source, "/srv/app/f"); /* the facts keep the name */
}
END_TEST

/* The race: a link is turned after the judgement. */
START_TEST(swapped_link)
{
	fake_host();
	MUST(symlink("/srv/app", "/srv/link"));
	judge("/srv/link", "\"rbind\"");
	ck_assert_str_eq(f.mounts[0].origins[0].path, "/srv/app");
	MUST(unlink("/srv/link"));
	MUST(symlink("/srv/secret", "/srv/link"));
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/f"), "f\n");
	ck_assert_ptr_null(slurp(GD_PIN_DIR "/0/key"));
}
END_TEST

START_TEST(swapped_directory)
{
	fake_host();
	judge("/srv/app", "\"rbind\"");
	MUST(rename("/srv/app", "/srv/app.old"));
	MUST(rename("/srv/secret", "/srv/app"));
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/f"), "f\n");
}
END_TEST

START_TEST(overmounted)
{
	fake_host();
	judge("/srv/app", "\"rbind\"");
	fake_bind("/srv/secret", "/srv/app");
	ck_assert_int_eq(pin(), -1); /* an rbind would bring the cover along */
}
END_TEST

START_TEST(overmounted_alone)
{
	fake_host();
	judge("/srv/app", "\"bind\"");
	fake_bind("/srv/secret", "/srv/app");
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/f"), "f\n");
}
END_TEST

START_TEST(overmounted_file)
{
	fake_host();
	judge("/srv/app/f", "\"rbind\"");
	fake_bind("/srv/secret/key", "/srv/app/f");
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0"), "f\n");
}
END_TEST

/* What comes along with an rbind comes along, if it was judged. */
START_TEST(carried)
{
	fake_host();
	fake_tmpfs("/srv/deep/sub", 0);
	fake_write("/srv/deep/sub/g", "g\n");
	judge("/srv/deep", "\"rbind\"");
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/sub/g"), "g\n");
}
END_TEST

START_TEST(not_carried)
{
	fake_host();
	fake_tmpfs("/srv/deep/sub", 0);
	fake_write("/srv/deep/sub/g", "g\n");
	judge("/srv/deep", "\"bind\"");
	ck_assert_int_eq(pin(), 1);
	ck_assert_ptr_null(slurp(GD_PIN_DIR "/0/sub/g"));
}
END_TEST

static const struct { const char *from, *at; } later[] = {
	{ "/srv/secret", "/srv/deep/sub" }, { "/srv/secret", "/srv/deep/b" },
};

START_TEST(carried_later)
{
	fake_host();
	fake_tmpfs("/srv/deep/sub", 0);
	fake_dirs("/srv/deep/sub/in");
	judge("/srv/deep", "\"rbind\"");
	fake_tmpfs("/srv/deep/sub/in", 0);
	ck_assert_int_eq(pin(), -1);
}
END_TEST

START_TEST(carried_another)
{
	fake_host();
	fake_bind("/srv/app", "/srv/deep/b");
	judge("/srv/deep", "\"rbind\"");
	fake_bind(later[_i].from, later[_i].at); /* over the one that was judged, or beside it */
	ck_assert_int_eq(pin(), -1);
}
END_TEST

START_TEST(special_files)
{
	struct stat st;

	fake_host();
	fake_socket("/srv/php");
	judge("/srv/php", "\"bind\"");
	ck_assert_int_eq(pin(), 1);
	MUST(stat(GD_PIN_DIR "/0", &st));
	ck_assert(S_ISSOCK(st.st_mode));
}
END_TEST

/* The root of everything, without the pins themselves. */
START_TEST(whole_host)
{
	struct stat st;

	fake_host();
	judge("/", "\"rbind\"");
	for (size_t i = 0; i < f.mounts[0].n_origins; i++)
		ck_assert_str_ne(f.mounts[0].origins[i].path, GD_PIN_DIR);
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/srv/app/f"), "f\n");
	ck_assert_int_lt(stat(GD_PIN_DIR "/0" GD_PIN_DIR "/0", &st), 0);
}
END_TEST

/* Engine files and plain volumes stay as they are; nothing is entered for them. */
START_TEST(exempt)
{
	struct gd_error err = { 0 };

	fake_host();
	a = gd_arena_new(NULL);
	fake_facts(gd_printf(a, "%s,%s", fake_mount(a, DATA "/containers/" ID "/hosts", "/etc/hosts", "\"rbind\""),
			     fake_mount(a, DATA "/volumes/plain/_data", "/v", "\"rbind\"")), "", a, &f, &doc);
	ck_assert(!gd_pin_needed(&f, &paths, a));
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), 0);
	ck_assert(!gd_pin_missed(&f));
	ck_assert_int_eq(pin(), 0);
	ck_assert_str_eq(source(), DATA "/containers/" ID "/hosts");
}
END_TEST

/* A volume that its driver mounted looks plain by its path: noticed, and refused unless entered. */
START_TEST(missed)
{
	struct gd_error err = { 0 };

	fake_host();
	fake_bind("/srv/secret", DATA "/volumes/etc/_data");
	a = gd_arena_new(NULL);
	fake_facts(fake_mount(a, DATA "/volumes/etc/_data", "/v", "\"rbind\""), "", a, &f, &doc);
	ck_assert(!gd_pin_needed(&f, &paths, a));
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), 0);
	ck_assert(gd_pin_missed(&f));
	ck_assert_int_eq(pin(), -1);
	gd_facts_done(&f);
	ck_assert_int_eq(gd_pin_enter(&err), 0);
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), 0);
	ck_assert(!gd_pin_missed(&f));
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(slurp(GD_PIN_DIR "/0/key"), "key\n");
}
END_TEST

/* A source of the caller's among the pins would be swapped by guarded itself. */
START_TEST(own_pins)
{
	static const char *const sources[] = { GD_PIN_DIR, GD_PIN_DIR "/0", "/run/guarded", "/run//guarded/pin/../pin/1",
					       "/srv/link" };

	fake_host();
	fake_dirs(GD_PIN_DIR);
	MUST(symlink("/run/guarded", "/srv/link"));
	judge(sources[_i], "\"rbind\"");
	ck_assert_int_eq(pin(), -1);
}
END_TEST

/* Held at judgement, or not at all. */
START_TEST(not_held)
{
	fake_host();
	judge("/srv/app", "\"rbind\"");
	gd_facts_done(&f);
	ck_assert_int_eq(pin(), -1);
}
END_TEST

/* The document must still be the one that was judged. */
START_TEST(other_document)
{
	fake_host();
	judge("/srv/app", "\"rbind\"");
	ck_assert_int_eq(gd_json_set(gd_json_at(gd_json_get(doc, "mounts"), 0), "source", gd_json_new_str("/etc")), 0);
	f.mounts = memcpy(gd_alloc(a, sizeof(f.mounts[0])), f.mounts, sizeof(f.mounts[0]));
	((struct gd_mount *)f.mounts)->source = "/srv/app";
	ck_assert_int_eq(pin(), -1);
}
END_TEST

/* Private in the container: private from the pin on. A slave still follows the host. */
static const struct { const char *options; bool follows; } spread[] = {
	{ "\"rbind\",\"rprivate\"", false }, { "\"rbind\",\"rslave\"", true }, { "\"rbind\"", true },
};

START_TEST(propagation)
{
	int go[2], done[2];
	char c;

	fake_host();
	MUST(mount(NULL, "/srv", NULL, MS_SHARED, NULL));
	MUST(pipe(go));
	MUST(pipe(done));
	pid_t child = fork(); /* stays behind: the host */
	if (child == 0) {
		if (read(go[0], &c, 1) == 1 && mount("late", "/srv/deep/b", "tmpfs", 0, NULL) == 0 &&
		    mkdir("/srv/deep/b/late", 0755) == 0 && write(done[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	judge("/srv/deep", spread[_i].options);
	ck_assert_int_eq(pin(), 1);
	ck_assert_int_eq(write(go[1], "x", 1), 1);
	ck_assert_int_eq(read(done[0], &c, 1), 1);
	struct stat st;
	ck_assert_int_eq(stat(GD_PIN_DIR "/0/b/late", &st) == 0, spread[_i].follows);
	kill(child, 9);
}
END_TEST

/* A number of a process that is another's by the time the runtime looks; here: a file that is another's. */
START_TEST(swapped_namespace)
{
	struct gd_error err = { 0 };
	struct stat judged, pinned;

	fake_host();
	a = gd_arena_new(NULL);
	fake_write("/srv/ns", "");
	pid_t child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWUTS) == 0)
			pause();
		_exit(1);
	}
	for (int i = 0; i < 1000; i++) { /* until it has one of its own */
		struct stat own, its;
		MUST(stat("/proc/self/ns/uts", &own));
		if (stat(gd_printf(a, "/proc/%d/ns/uts", child), &its) == 0 && own.st_ino != its.st_ino)
			break;
		usleep(1000);
	}
	MUST(mount(gd_printf(a, "/proc/%d/ns/uts", child), "/srv/ns", NULL, MS_BIND, NULL));
	fake_facts("", "{\"type\":\"pid\"},{\"type\":\"uts\",\"path\":\"/srv/ns\"}", a, &f, &doc);
	ck_assert_int_eq(gd_pin_enter(&err), 0);
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), 0);
	ck_assert_int_eq(f.linux_.ns[GD_NS_UTS].state, GD_NS_JOINED);
	ck_assert_int_ge(f.linux_.ns[GD_NS_UTS].fd, 0);
	MUST(stat("/srv/ns", &judged));
	MUST(umount2("/srv/ns", MNT_DETACH));
	MUST(mount("/proc/self/ns/uts", "/srv/ns", NULL, MS_BIND, NULL)); /* the host's */
	ck_assert_int_eq(pin(), 1);
	ck_assert_str_eq(gd_json_get_str(gd_json_pointer(doc, "/linux/namespaces/1"), "path"), GD_PIN_DIR "/uts");
	MUST(stat(GD_PIN_DIR "/uts", &pinned));
	ck_assert_uint_eq(pinned.st_ino, judged.st_ino);
	ck_assert_str_eq(f.linux_.ns[GD_NS_UTS].path, "/srv/ns");
	gd_facts_done(&f);
	ck_assert_int_eq(f.linux_.ns[GD_NS_UTS].fd, -1);
	kill(child, SIGKILL);
}
END_TEST

START_TEST(own_namespace)
{
	struct gd_error err = { 0 };

	fake_host();
	a = gd_arena_new(NULL);
	fake_facts("", "{\"type\":\"uts\",\"path\":\"/run/guarded/pin/uts\"}", a, &f, &doc);
	ck_assert_int_eq(gd_pin_enter(&err), 0);
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), 0);
	ck_assert_int_eq(pin(), -1);
}
END_TEST

/* The place of the pins must be root's alone. */
START_TEST(place)
{
	struct gd_error err = { 0 };

	fake_host();
	MUST(mkdir("/run/guarded", 0777));
	MUST(chmod("/run/guarded", 0777));
	ck_assert_int_eq(gd_pin_enter(&err), -1);
	MUST(rmdir("/run/guarded"));
	MUST(symlink("/srv", "/run/guarded"));
	ck_assert_int_eq(gd_pin_enter(&err), -1);
	MUST(unlink("/run/guarded"));
	fake_write("/run/guarded", "");
	ck_assert_int_eq(gd_pin_enter(&err), -1);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ file, 0 }, { swapped_link, 0 }, { swapped_directory, 0 }, { overmounted, 0 }, { overmounted_alone, 0 },
		{ overmounted_file, 0 }, { carried, 0 },
		{ not_carried, 0 }, { carried_later, 0 }, { carried_another, ROWS(later) }, { special_files, 0 },
		{ whole_host, 0 }, { exempt, 0 }, { missed, 0 }, { own_pins, 5 }, { not_held, 0 }, { other_document, 0 },
		{ propagation, ROWS(spread) },
		{ swapped_namespace, 0 }, { own_namespace, 0 }, { place, 0 },
	};

	return run_suite("pin", cases, ROWS(cases));
}
