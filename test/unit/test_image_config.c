/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image configurations, chains, references, health checks; and USER by the lists in layers. */
#include "image_store.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "image/read.h"

static void setup(void) { arena = gd_arena_new(NULL); }
static void teardown(void) { arena = gd_arena_free(arena); }

#define ROOTFS "'rootfs':{'type':'layers','diff_ids':['" D1 "']}"

static const struct config_row { const char *text; bool taken; const char *said; } configs[] = {
	{ "{" ROOTFS "}", true, "ep= cmd= env= user=- cwd=- vol= ports= health= labels=0" },
	{ "{'config':null," ROOTFS "}", true, "ep= cmd= env= user=- cwd=- vol= ports= health= labels=0" },
	{ "{'config':{'Entrypoint':['/e','x'],'Cmd':['c'],'Env':['A=1','PATH=/bin'],'User':'u:g','WorkingDir':'/w',"
	  "'Volumes':{'/a/../b//':{},'rel':{}},'ExposedPorts':{'80':{},'53/UDP':{},'90-92/sctp':{}},"
	  "'Labels':{'k':'v','K':'w'},'Healthcheck':{'Test':['CMD-SHELL','x y']}}," ROOTFS "}", true,
	  "ep=/e|x cmd=c env=A=1|PATH=/bin user=u:g cwd=/w vol=/b|/rel ports=80/tcp|53/udp|90/sctp|91/sctp|92/sctp "
	  "health=/bin/sh|-c|x y labels=2" },
	{ "{'config':{'Shell':['/bin/bash','-lc'],'Healthcheck':{'Test':['CMD-SHELL','x']}}," ROOTFS "}", true,
	  "ep= cmd= env= user=- cwd=- vol= ports= health=/bin/bash|-lc|x labels=0" },
	{ "{'config':{'Healthcheck':{'Test':['CMD','/h','a b']}}," ROOTFS "}", true,
	  "ep= cmd= env= user=- cwd=- vol= ports= health=/h|a b labels=0" },
	{ "{'config':{'Healthcheck':{'Test':['NONE']}}," ROOTFS "}", true,
	  "ep= cmd= env= user=- cwd=- vol= ports= health= labels=0" },
	{ "{'config':{'Labels':null,'Volumes':null,'Cmd':null,'ExposedPorts':null,'Healthcheck':null}," ROOTFS "}", true,
	  "ep= cmd= env= user=- cwd=- vol= ports= health= labels=0" },
	{ "{'rootfs':{'type':'layers','diff_ids':null}}", true, "ep= cmd= env= user=- cwd=- vol= ports= health= labels=0" },
	/* what Go reads otherwise */
	{ "{'config':{'Cmd':['a'],'Cmd':['b']}," ROOTFS "}", false, NULL },
	{ "{'config':{'Cmd':['a'],'cmd':['b']}," ROOTFS "}", false, NULL },
	{ "{'config':{'cmd':['b']}," ROOTFS "}", false, NULL },
	{ "{'config':{'U\xc5\xbf" "er':'root'}," ROOTFS "}", false, NULL },
	{ "{'config':{'U\\u017fer':'root'}," ROOTFS "}", false, NULL },
	{ "{'Config':{}," ROOTFS "}", false, NULL },
	{ "{'config':{'Healthcheck':{'test':['CMD','x']}}," ROOTFS "}", false, NULL },
	{ "{'rootfs':{'type':'layers','Diff_IDs':['" D1 "']}}", false, NULL },
	{ "{'config':{'User':'a\\u0000b'}," ROOTFS "}", false, NULL },
	{ "{" ROOTFS "}{}", false, NULL },
	{ "[]", false, NULL },
	{ "", false, NULL },
	/* other kinds */
	{ "{'config':{'Cmd':'a'}," ROOTFS "}", false, NULL },
	{ "{'config':{'Cmd':['a',null]}," ROOTFS "}", false, NULL },
	{ "{'config':{'Cmd':[1]}," ROOTFS "}", false, NULL },
	{ "{'config':{'User':0}," ROOTFS "}", false, NULL },
	{ "{'config':[]," ROOTFS "}", false, NULL },
	{ "{'config':{'Volumes':['/a']}," ROOTFS "}", false, NULL },
	{ "{'config':{'Labels':{'a':1}}," ROOTFS "}", false, NULL },
	{ "{'config':{'ExposedPorts':{'65536/tcp':{}}}," ROOTFS "}", false, NULL },
	{ "{'config':{'ExposedPorts':{'-1/tcp':{}}}," ROOTFS "}", false, NULL },
	{ "{'config':{'ExposedPorts':{'80/icmp':{}}}," ROOTFS "}", false, NULL },
	{ "{'config':{'ExposedPorts':{'90-80':{}}}," ROOTFS "}", false, NULL },
	{ "{'config':{'ExposedPorts':{'':{}}}," ROOTFS "}", false, NULL },
	{ "{'config':{}}", false, NULL },
	{ "{'rootfs':{'type':'else','diff_ids':[]}}", false, NULL },
	{ "{'rootfs':{'type':'layers','diff_ids':['sha256:12']}}", false, NULL },
	{ "{'rootfs':{'type':'layers','diff_ids':['sha256:ABCD111111111111111111111111111111111111111111111111111111111111']}}",
	  false, NULL },
};

START_TEST(test_config)
{
	const struct config_row *row = &configs[_i];
	struct gd_image img = { .config = "kept" };
	struct gd_error err = { 0 };
	char *text = quoted("%s", row->text);
	struct gd_bytes bytes = { text, strlen(text) };
	int r = gd_image_config(bytes, &img, arena, &err);

	ck_assert_msg((r == 0) == row->taken, "%s: %s", row->text, err.text);
	ck_assert_str_eq(img.config, "kept");
	if (r == 0)
		ck_assert_str_eq(gd_printf(arena, "ep=%s cmd=%s env=%s user=%s cwd=%s vol=%s ports=%s health=%s labels=%zu",
					   joined(&img.entrypoint), joined(&img.cmd), joined(&img.env),
					   img.user ? img.user : "-", img.cwd ? img.cwd : "-", joined(&img.volumes),
					   joined(&img.ports), joined(&img.health), img.n_labels), row->said);
	else
		ck_assert_uint_eq(img.cmd.n + img.entrypoint.n, 0);
}
END_TEST

START_TEST(test_chain)
{
	/* Computed with sha256sum. */
	const char *v[] = { "sha256:849078d5c18c95483eff7661e6edc42debd9f1402faee0de196f1076e2cb7d73",
			    "sha256:38ef63945d4c07031dfe8bc52ddfeb039c973315af252e0329c46966c434d4df" };
	struct gd_words w = { v, 2 };

	ck_assert_str_eq(gd_image_chain(&w, 1, arena), v[0]);
	ck_assert_str_eq(gd_image_chain(&w, 2, arena), "sha256:38a74389597efe394925bd12723f5ea50d86b4d17cd3186b5226ebd133f51978");
	ck_assert_str_eq(gd_image_chain(&w, 0, arena), "");
	ck_assert_str_eq(gd_image_chain(&w, 3, arena), "");
}
END_TEST

static const struct { const char *name, *full; } references[] = {
	{ "nginx", "docker.io/library/nginx:latest" },
	{ "nginx:1.25", "docker.io/library/nginx:1.25" },
	{ "me/app", "docker.io/me/app:latest" },
	{ "docker.io/nginx", "docker.io/library/nginx:latest" },
	{ "index.docker.io/library/nginx", "docker.io/library/nginx:latest" },
	{ "docker.io/library/nginx:latest", "docker.io/library/nginx:latest" },
	{ "localhost/x", "localhost/x:latest" },
	{ "localhost:5000/x/y:z", "localhost:5000/x/y:z" },
	{ "reg.example/x", "reg.example/x:latest" },
	{ "REG/x", "REG/x:latest" },
	{ "[::1]:5000/x", "[::1]:5000/x:latest" },
	{ "nginx@" D1, "docker.io/library/nginx@" D1 },
	{ "nginx:1@" D1, "docker.io/library/nginx:1@" D1 },
	{ "a__b/c-d.e_f", "docker.io/a__b/c-d.e_f:latest" },
	{ "a--b", "docker.io/library/a--b:latest" },
	{ "Nginx", NULL }, { "", NULL }, { "a/", NULL }, { "/a", NULL }, { "a//b", NULL }, { "a:", NULL }, { "a:-t", NULL },
	{ "a@sha256:12", NULL }, { "a@", NULL }, { "-a", NULL }, { "a-", NULL }, { "a___b", NULL }, { "a..b", NULL },
	{ "a b", NULL }, { "reg.example:/x", NULL }, { "reg.example:x/x", NULL }, { "-reg.example/x", NULL },
	{ "../../etc", NULL }, { "a:t/b", NULL },
	{ "1111111111111111111111111111111111111111111111111111111111111111", NULL },
};

START_TEST(test_reference)
{
	const char *got = gd_image_reference(arena, references[_i].name);

	ck_assert_msg(gd_streq(got, references[_i].full), "%s: %s", references[_i].name, got ? got : "(none)");
}
END_TEST

/* --- users -------------------------------------------------------------------------------------- */
#define PASSWD "root:x:0:0:root:/root:/bin/sh\n# a comment\napp:x:1234:1235:a:/srv:/bin/sh\n\n" \
	"5:x:77:77::/:/x\nbad:x:zz:1::/:/x\nbadg:x:9:::/:/x\nbig:x:4294967296:1::/:\nneg:x:-1:1::/:\n" \
	"app:x:1:1:second:/:\n  spaced:x:55:56::/:/x  \nshort\n+::::::\n"
#define GROUP "root:x:0:root\nbin:x:1:root,app\nstaff:x:50:app\napp:x:1235:\nx:x:51:application\nstaff:x:52:\n" \
	"app2:x:53:app,root\nbadgrp:x:q:\n"

static const struct { const char *user; const char *said; enum gd_engine engine; } users[] = {
	{ "", "0:0+0,1,53", GD_ENGINE_DOCKER },
	{ "root", "0:0+0,1,53", GD_ENGINE_DOCKER },
	{ "0", "0:0+0,1,53", GD_ENGINE_DOCKER },
	{ "app", "1234:1235+1,50,53", GD_ENGINE_DOCKER },
	{ "app:", "1234:1235+1,50,53", GD_ENGINE_DOCKER },
	{ "1234", "1234:1235+1,50,53", GD_ENGINE_DOCKER },
	{ "app:staff", "1234:50", GD_ENGINE_DOCKER },
	{ "app:7", "1234:7", GD_ENGINE_DOCKER },
	{ "1234:1235", "1234:1235", GD_ENGINE_DOCKER },
	{ "4000", "4000:0", GD_ENGINE_DOCKER },
	{ "4000:staff", "4000:50", GD_ENGINE_DOCKER },
	{ "4000:4001", "4000:4001", GD_ENGINE_DOCKER },
	{ ":50", "0:50", GD_ENGINE_DOCKER },
	{ "5", "5:0", GD_ENGINE_DOCKER },		/* a number, not the user of that name */
	{ "+5", "5:0", GD_ENGINE_DOCKER },		/* as Go reads it */
	{ "007", "7:0", GD_ENGINE_DOCKER },
	{ "spaced", "55:56", GD_ENGINE_DOCKER },
	{ "app", "1234:1235+1,50,53,0", GD_ENGINE_CRI },	/* and uid 0's */
	/* and those of the number, whatever was named */
	{ "app", "1234:1235+1,50,53", GD_ENGINE_CTR }, { "1234:7", "1234:7+1,50,53", GD_ENGINE_CTR },
	{ "app:staff", "1234:50+1,50,53", GD_ENGINE_CTR }, { "4000:4001", "4000:4001", GD_ENGINE_CTR },
	{ "", "0:0+0,1,53", GD_ENGINE_CTR }, { "1234:7", "1234:7", GD_ENGINE_PODMAN },
	{ "nobody", NULL, GD_ENGINE_DOCKER }, { "app:nogroup", NULL, GD_ENGINE_DOCKER },
	{ "nobody:5", NULL, GD_ENGINE_DOCKER },
	{ "bad", NULL, GD_ENGINE_DOCKER }, { "badg", NULL, GD_ENGINE_DOCKER }, { "big", NULL, GD_ENGINE_DOCKER },
	{ "neg", NULL, GD_ENGINE_DOCKER }, { "app:badgrp", NULL, GD_ENGINE_DOCKER }, { "short", NULL, GD_ENGINE_DOCKER },
	{ "-1", NULL, GD_ENGINE_DOCKER }, { "2147483648", NULL, GD_ENGINE_DOCKER }, { "1:2147483648", NULL, GD_ENGINE_DOCKER },
	{ "4294967295:0", NULL, GD_ENGINE_DOCKER }, { " app", NULL, GD_ENGINE_DOCKER }, { "app ", NULL, GD_ENGINE_DOCKER },
	{ "1e3", NULL, GD_ENGINE_DOCKER }, { "0x10", NULL, GD_ENGINE_DOCKER }, { "99999999999999999999", NULL, GD_ENGINE_DOCKER },
};

static const char *ids_of(const struct gd_image *img)
{
	char *s;

	if (!img->ids_known) {
		ck_assert_ptr_nonnull(img->ids_why);
		return NULL;
	}
	s = gd_printf(arena, "%u:%u", img->uid, img->gid);
	for (size_t i = 0; i < img->n_groups; i++)
		s = gd_printf(arena, "%s%c%u", s, i ? ',' : '+', img->groups[i]);
	return s;
}

static const char *look(const char *user, enum gd_engine engine, size_t n)
{
	const char *layers[] = { "/srv/l1", "/srv/l2", "/srv/l3" }, *ids[] = { D1, D2, D2 };
	struct gd_facts f = { .engine = engine };

	f.image = (struct gd_image){ .state = GD_IMAGE_KNOWN, .user = user, .layers = { layers, n }, .diff_ids = { ids, 3 } };
	gd_image_ids(&f, arena);
	return ids_of(&f.image);
}

static void check_ids(const char *what, const char *got, const char *want)
{
	ck_assert_msg(gd_streq(got, want), "%s: %s, not %s", what, got ? got : "(unknown)", want ? want : "(unknown)");
}

static void three_layers(void)
{
	fake_namespace();
	fake_tmpfs("/srv", 0);
	put("/srv/l1/etc/passwd", PASSWD);
	put("/srv/l1/etc/group", GROUP);
	fake_dirs("/srv/l2/etc");
	fake_dirs("/srv/l3/usr");
}

START_TEST(test_users)
{
	three_layers();
	check_ids(users[_i].user, look(users[_i].user, users[_i].engine, 3), users[_i].said);
}
END_TEST

START_TEST(test_layers)
{
	three_layers();
	/* the topmost that has it */
	put("/srv/l3/etc/passwd", "app:x:9:8::/:\n");
	check_ids("top", look("app", GD_ENGINE_DOCKER, 3), "9:8+1,50,53");
	MUST(unlink("/srv/l3/etc/passwd"));
	/* removed by a layer */
	if (mknod("/srv/l3/etc/passwd", S_IFCHR | 0600, makedev(0, 0)) == 0) {
		check_ids("whiteout", look("app", GD_ENGINE_DOCKER, 3), NULL);
		check_ids("whiteout, number", look("1234", GD_ENGINE_DOCKER, 3), "1234:0");
		MUST(unlink("/srv/l3/etc/passwd"));
		MUST(rename("/srv/l3/etc", "/srv/l3/was"));
		MUST(mknod("/srv/l3/etc", S_IFCHR | 0600, makedev(0, 0)));
		check_ids("whiteout of /etc", look("app", GD_ENGINE_DOCKER, 3), NULL);
		MUST(unlink("/srv/l3/etc"));
		MUST(rename("/srv/l3/was", "/srv/l3/etc"));
	}
	/* a device is not opened */
	if (mknod("/srv/l3/etc/passwd", S_IFCHR | 0600, makedev(1, 5)) == 0) {
		check_ids("device", look("app", GD_ENGINE_DOCKER, 3), NULL);
		MUST(unlink("/srv/l3/etc/passwd"));
	} else {
		ck_assert(!fake_is_root());
	}
	if (lsetxattr("/srv/l3/etc", "trusted.overlay.opaque", "y", 1, 0) == 0) {
		check_ids("opaque", look("app", GD_ENGINE_DOCKER, 3), NULL);
		MUST(lremovexattr("/srv/l3/etc", "trusted.overlay.opaque"));
	}
	/* links lead to the host, or would have to be followed through all layers */
	MUST(symlink("/srv/l1/etc/passwd", "/srv/l3/etc/passwd"));
	check_ids("link", look("app", GD_ENGINE_DOCKER, 3), NULL);
	check_ids("link, root", look("", GD_ENGINE_DOCKER, 3), "0:0");
	check_ids("link, a number", look("1234", GD_ENGINE_DOCKER, 3), NULL);
	check_ids("link, numbers", look("1234:7", GD_ENGINE_DOCKER, 3), "1234:7");
	MUST(unlink("/srv/l3/etc/passwd"));
	MUST(rmdir("/srv/l3/etc"));
	MUST(symlink("/srv/l1/etc", "/srv/l3/etc"));
	check_ids("link of /etc", look("app", GD_ENGINE_DOCKER, 3), NULL);
	MUST(unlink("/srv/l3/etc"));
	MUST(mkdir("/srv/l3/etc", 0755));
	MUST(mkfifo("/srv/l3/etc/passwd", 0600));
	check_ids("fifo", look("app", GD_ENGINE_DOCKER, 3), NULL);
	MUST(unlink("/srv/l3/etc/passwd"));
	/* limits */
	put("/srv/l3/etc/passwd", "");
	MUST(truncate("/srv/l3/etc/passwd", (1 << 20) + 1));
	check_ids("large", look("app", GD_ENGINE_DOCKER, 3), NULL);
	char *line = gd_alloc(arena, 70001);
	memset(line, 'a', 70000);
	put("/srv/l3/etc/passwd", line);
	check_ids("long line", look("app", GD_ENGINE_DOCKER, 3), NULL);
	put_bytes("/srv/l3/etc/passwd", "app:x:1:1::/:\n\0", 15);
	check_ids("NUL", look("app", GD_ENGINE_DOCKER, 3), NULL);
	MUST(unlink("/srv/l3/etc/passwd"));
	/* layers that cannot be told, or are not there */
	check_ids("no layers, root", look("root", GD_ENGINE_DOCKER, 0), NULL);
	check_ids("no layers, ''", look("", GD_ENGINE_DOCKER, 0), "0:0");
	check_ids("no layers, 0", look("0", GD_ENGINE_DOCKER, 0), "0:0");
	check_ids("no layers, a number", look("1000", GD_ENGINE_DOCKER, 0), NULL);
	check_ids("no layers, numbers", look("1000:5", GD_ENGINE_DOCKER, 0), "1000:5");
	MUST(rename("/srv/l3", "/srv/gone"));
	check_ids("layer gone", look("app", GD_ENGINE_DOCKER, 3), NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ test_config, ROWS(configs) }, { test_chain, 0 }, { test_reference, ROWS(references) },
		{ test_users, ROWS(users) }, { test_layers, 0 },
	};
	Suite *suite = suite_create("image_config");
	TCase *tcase = tcase_create("image_config");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		tcase_add_loop_test(tcase, cases[i].test, 0, cases[i].rows > 0 ? cases[i].rows : 1);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
