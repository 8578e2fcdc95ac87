/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a document and a root to a finding: a mount that lands on the command by a link of the image is refused by the
 * control entrypoint; and what conforming rewrote is looked up anew.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_case.h"

#include "image/program.h"

#define MUST(call) ck_assert_msg((call) >= 0, "%s: %s", #call, strerror(errno))
#define MOUNT(dest) "{\"destination\":\"" dest "\",\"type\":\"bind\",\"source\":\"/v\",\"options\":[\"rbind\"]}"
#define OVER "/mounts/0/destination:a"
#define OVER2 "/mounts/1/destination:a"

static struct gd_arena *a;
static char top[64];

static const char *in(const char *path)
{
	return gd_printf(a, "%s%s", top, path);
}

/* The smallest that the look-up takes: one segment, no loader. */
static void put_program(const char *path)
{
	struct { Elf64_Ehdr h; Elf64_Phdr p; } e = {
		.h = { .e_type = ET_EXEC, .e_phoff = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1 },
		.p = { .p_type = PT_LOAD, .p_filesz = sizeof(e) },
	};
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), fd = open(in(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	Elf64_Ehdr own;

	MUST(self);
	MUST(fd);
	ck_assert_int_eq(read(self, &own, sizeof(own)), sizeof(own)); /* this machine's marks */
	memcpy(e.h.e_ident, own.e_ident, sizeof(own.e_ident));
	e.h.e_machine = own.e_machine;
	ck_assert_int_eq(write(fd, &e, sizeof(e)), sizeof(e));
	MUST(fchmod(fd, 0755));
	close(fd);
	close(self);
}

static void tree(void)
{
	static const char *const dirs[] = { "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/opt", "/srv", "/app" };

	a = gd_arena_new(NULL);
	strcpy(top, "/tmp/guarded-mounts-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
	MUST(chmod(top, 0755));
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		MUST(mkdir(in(dirs[i]), 0755));
	put_program("/usr/bin/x");
	put_program("/usr/bin/y");
	put_program("/app/z");
	MUST(symlink("/usr/bin", in("/data")));
	MUST(symlink("usr/bin", in("/bin")));
	MUST(symlink("../usr/bin/x", in("/opt/link")));
	MUST(symlink("../../../data", in("/srv/out")));
}

static void done(void)
{
	ck_assert_int_eq(system(gd_printf(a, "rm -rf '%s'", top)), 0);
	gd_arena_free(a);
}

static gd_json *document(const char *command, const char *mounts)
{
	return case_parse(gd_printf(a, "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"%s\"},\"mounts\":[%s],\"process\":{"
				       "\"cwd\":\"/\",\"args\":[\"%s\"],\"env\":[\"PATH=/usr/local/bin:/usr/bin\"],\"user\":"
				       "{\"uid\":0,\"gid\":0}}}", top, mounts, command), a);
}

static void facts(const gd_json *doc, const char *declared, struct gd_facts *f)
{
	const struct gd_where where = { .verb = GD_ON_CREATE, .id = DOCKER_ID, .bundle = SHIM "moby/" DOCKER_ID,
					.runtime_root = "/run/runc" };
	struct gd_error err = { 0 };

	ck_assert_msg(gd_facts_extract(&where, doc, NULL, a, f, &err) == 0, "%s", err.text);
	f->root_real = top;
	f->host_known = true;
	f->image.state = GD_IMAGE_KNOWN;
	gd_words_add(a, &f->image.entrypoint, declared);
	for (size_t i = 0; i < f->n_mounts; i++)
		((struct gd_mount *)&f->mounts[i])->kind = GD_SRC_VOLUME;
	ck_assert_int_eq(gd_program_collect(f, a, &err), 0);
}

static const char *found(const struct gd_facts *f)
{
	const struct gd_control *c = gd_control_by_name("entrypoint");
	struct gd_findings out = case_check(c, f, case_config(c, "\"like\":\"image\",\"changed\":true", a), a);

	return case_findings(&out, a);
}

static const struct { const char *command, *mounts, *findings; } rows[] = {
	{ "/usr/bin/x", MOUNT("/elsewhere"), "" },
	{ "/usr/bin/x", MOUNT("/usr/share"), "" },
	{ "/usr/bin/x", MOUNT("/usr/bin/xx"), "" },
	{ "/usr/bin/x", MOUNT("/usr/bin/x"), OVER },
	{ "/usr/bin/x", MOUNT("/usr/bin"), OVER },
	{ "/usr/bin/x", MOUNT("/usr"), OVER },
	{ "/usr/bin/x", MOUNT("/data"), OVER },			/* lands on /usr/bin */
	{ "/usr/bin/x", MOUNT("/data/x"), OVER },
	{ "/usr/bin/x", MOUNT("/data/other"), "" },
	{ "/usr/bin/x", MOUNT("/bin"), OVER },
	{ "/usr/bin/x", MOUNT("/bin/x"), OVER },
	{ "/usr/bin/x", MOUNT("/opt/link"), OVER },
	{ "/usr/bin/x", MOUNT("/srv/out/x"), OVER },
	{ "/usr/bin/x", MOUNT("/opt"), "" },
	{ "/opt/link", MOUNT("/opt"), OVER },			/* another link may be there */
	{ "/data/x", MOUNT("/usr/bin/x"), OVER },
	{ "/bin/x", MOUNT("/usr/bin"), OVER },
	{ "x", MOUNT("/usr/local/bin"), OVER },			/* looked into first */
	{ "x", MOUNT("/usr/local/bin/x"), OVER },
	{ "/usr/bin/x", MOUNT("/usr/local/bin"), "" },
	{ "/usr/bin/x", MOUNT("/vol") "," MOUNT("/vol/sub"), OVER2 }, /* a link in the volume leads anywhere */
	{ "/usr/bin/x", MOUNT("/vol") "," MOUNT("/vol2/sub"), "" },
	{ "/usr/bin/gone", MOUNT("/elsewhere"), "/process/args/0" },
};

START_TEST(covered)
{
	struct gd_facts f;

	tree();
	facts(document(rows[_i].command, rows[_i].mounts), rows[_i].command, &f);
	ck_assert_str_eq(found(&f), rows[_i].findings);
	done();
}
END_TEST

/* The command is rewritten to the image's, which a mount covers: what was looked up before says nothing about it. */
START_TEST(rewritten)
{
	const char *mounts = MOUNT("/srv/ok") "," MOUNT("/app");
	struct gd_error err = { 0 };
	struct gd_facts f, g;

	tree();
	facts(document("/usr/bin/x", mounts), "/app/z", &f);
	ck_assert_str_eq(found(&f), "/process/args:af");
	gd_json *doc = document("/app/z", mounts);
	ck_assert_msg(gd_facts_again(&f, doc, a, &g, &err) == 0, "%s", err.text);
	ck_assert(g.program.asked && g.program.found);
	ck_assert_str_eq(g.program.files[0].path, "/app/z");
	ck_assert_str_eq(found(&g), OVER2);
	/* nothing changed: what was found is carried, nobody looks again */
	MUST(unlink(in("/usr/bin/x")));
	ck_assert_int_eq(gd_facts_again(&f, document("/usr/bin/x", mounts), a, &g, &err), 0);
	ck_assert_ptr_eq(g.program.files, f.program.files);
	ck_assert_str_eq(g.mounts[1].lands, "/app");
	/* a mount less: where the others land is looked up anew */
	ck_assert_int_eq(gd_facts_again(&f, document("/usr/bin/y", MOUNT("/app")), a, &g, &err), 0);
	ck_assert_str_eq(g.mounts[0].lands, "/app");
	ck_assert_str_eq(g.program.files[0].path, "/usr/bin/y");
	/* nobody asked: nobody asks */
	f.program = (struct gd_program){ 0 };
	ck_assert_int_eq(gd_facts_again(&f, document("/app/z", mounts), a, &g, &err), 0);
	ck_assert(!g.program.asked);
	done();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { covered, ROWS(rows) }, { rewritten, 0 } };

	return run_suite("program_mounts", cases, ROWS(cases));
}
