/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which mounts cover what runtimes use of /dev, by what the root and other mounts hold: through links of the image,
 * links that a container left in a volume, and a /dev that is a link itself. What no link leads there is left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_case.h"

#include "image/program.h"

#define MUST(call) ck_assert_msg((call) >= 0, "%s: %s", #call, strerror(errno))
#define T(dest, type) "{\"destination\":\"" dest "\",\"type\":\"" type "\",\"source\":\"" type "\"}"
#define M(dest) "{\"destination\":\"" dest "\",\"type\":\"bind\",\"source\":\"/other\",\"options\":[\"rbind\"]}"
#define V "{\"destination\":\"/v\",\"type\":\"bind\",\"source\":\"/volume\",\"options\":[\"rbind\"]}"
#define DEV T("/proc", "proc") "," T("/dev", "tmpfs") "," T("/dev/pts", "devpts") ","

static struct gd_arena *a;
static char top[64];

static const char *in(const char *path)
{
	return gd_printf(a, "%s%s", top, path);
}

static void tree(void)
{
	static const char *const dirs[] = {
		"/root", "/root/dev", "/root/proc", "/root/srv", "/root/real", "/moved", "/moved/srv", "/moved/place",
		"/volume", "/volume/plain", "/other",
	};
	static const struct { const char *at, *to; } links[] = {
		{ "/root/d", "/dev" }, { "/root/srv/up", "../dev" }, { "/root/n", "/dev/null" }, { "/root/p", "/proc" },
		{ "/root/loop", "loop" }, { "/root/w", "/v/dev" }, { "/moved/dev", "/place" },
		{ "/volume/dev", "/dev" }, { "/volume/up", "../dev/pts" }, { "/volume/in", "plain" },
		{ "/volume/image", "/d" }, { "/volume/loop", "loop" }, { "/volume/plain/far", "../../srv" },
	};

	a = gd_arena_new(NULL);
	strcpy(top, "/tmp/guarded-dev-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		MUST(mkdir(in(dirs[i]), 0755));
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		MUST(symlink(links[i].to, in(links[i].at)));
}

static void done(void)
{
	ck_assert_int_eq(system(gd_printf(a, "rm -rf '%s'", top)), 0);
	gd_arena_free(a);
}

/* The last mount is asked about. */
static const struct { const char *root, *mounts; bool over, held; } rows[] = {
	{ "/root", DEV M("/srv"), false, false },
	{ "/root", DEV M("/real"), false, false },
	{ "/root", DEV M("/dev"), true, false },
	{ "/root", DEV M("/dev/null"), true, false },
	{ "/root", DEV M("/dev/pts"), true, false },
	{ "/root", DEV M("/dev/pts/0"), true, false },
	{ "/root", DEV M("/dev/console"), true, false },
	{ "/root", DEV M("/dev/ptmx"), true, false },
	{ "/root", DEV M("/dev/shm"), false, false },
	{ "/root", DEV M("/dev/termination-log"), false, false },
	{ "/root", DEV M("/dev/nullx"), false, false },
	{ "/root", DEV M("/d"), true, false },
	{ "/root", DEV M("/d/shm"), false, false },
	{ "/root", DEV M("/d/null"), true, false },
	{ "/root", DEV M("/srv/up"), true, false },
	{ "/root", DEV M("/n"), true, false },
	{ "/root", DEV M("/p/sys"), true, false },
	{ "/root", DEV M("/loop"), true, false },
	/* below a volume: by what lies in it, held by a descriptor or not */
	{ "/root", DEV V "," M("/v/plain"), false, true },
	{ "/root", DEV V "," M("/v/plain"), false, false },
	{ "/root", DEV V "," M("/v/new/dir"), false, true },
	{ "/root", DEV V "," M("/v/in/x"), false, true },
	{ "/root", DEV V "," M("/v/dev"), true, true },
	{ "/root", DEV V "," M("/v/dev"), true, false },
	{ "/root", DEV V "," M("/v/dev/null"), true, true },
	{ "/root", DEV V "," M("/v/dev/shm"), false, true },
	{ "/root", DEV V "," M("/v/up"), true, true },
	{ "/root", DEV V "," M("/v/image"), true, true },
	{ "/root", DEV V "," M("/v/loop"), true, true },
	{ "/root", DEV V "," M("/v/plain/far"), false, true },
	{ "/root", DEV V "," M("/w"), true, true },		/* a link of the image to one of the volume */
	/* a /dev that is a link: where it leads is the /dev */
	{ "/moved", DEV M("/place"), true, false },
	{ "/moved", DEV M("/place/null"), true, false },
	{ "/moved", DEV M("/place/x"), false, false },
	{ "/moved", DEV M("/srv"), false, false },
};

static void collect(const char *root, const char *mounts, bool held, struct gd_facts *f)
{
	const struct gd_where where = { .verb = GD_ON_CREATE, .id = DOCKER_ID, .bundle = SHIM "moby/" DOCKER_ID,
					.runtime_root = "/run/runc" };
	struct gd_error err = { 0 };
	gd_json *doc = case_parse(gd_printf(a, "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"%s\"},\"mounts\":[%s]}",
					    in(root), mounts), a);

	ck_assert_msg(gd_facts_extract(&where, doc, NULL, a, f, &err) == 0, "%s", err.text);
	f->root_real = in(root);
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];

		if (!m->bind)
			continue;
		m->kind = held ? GD_SRC_HOST : GD_SRC_VOLUME;
		m->source = in(m->source);
		m->fd = held ? open(m->source, O_PATH | O_CLOEXEC) : -1;
	}
	gd_mounts_over_dev(f, a);
}

START_TEST(by_what_lies_there)
{
	struct gd_facts f;

	tree();
	collect(rows[_i].root, rows[_i].mounts, rows[_i].held, &f);
	ck_assert_msg(f.mounts[f.n_mounts - 1].over_dev == rows[_i].over, "row %d: %s", _i, rows[_i].mounts);
	gd_facts_done(&f);
	done();
}
END_TEST

/* What the engine itself puts somewhere is not asked about. */
START_TEST(the_engines_own)
{
	const struct gd_where where = { .verb = GD_ON_CREATE, .id = DOCKER_ID, .bundle = SHIM "moby/" DOCKER_ID,
					.runtime_root = "/run/runc" };
	struct gd_error err = { 0 };
	struct gd_facts f;

	tree();
	ck_assert_int_eq(gd_facts_extract(&where, case_parse("{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"/x\"},"
			 "\"mounts\":[" M("/dev/null") "]}", a), NULL, a, &f, &err), 0);
	((struct gd_mount *)&f.mounts[0])->kind = GD_SRC_ENGINE;
	f.root_real = in("/not-there");
	gd_mounts_over_dev(&f, a);
	ck_assert(!f.mounts[0].over_dev);
	done();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { by_what_lies_there, ROWS(rows) }, { the_engines_own, 0 } };

	return run_suite("over_dev", cases, ROWS(cases));
}
