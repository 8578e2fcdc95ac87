/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount table's lines, and what hangs on what. Lines are as kernels write them. */
#include <stdio.h>
#include <string.h>

#include "facts/mounttable.h"

#include "suite.h"

static const char lines[] =
	"27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
	"22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:2 - proc proc rw\n"
	"40 27 0:30 / /srv/a\\040b\\134c rw,nosuid,nodev shared:9 master:3 - tmpfs a\\040b rw,size=1m\n"
	"41 27 254:0 /etc /srv/a rw,relatime - ext4 /dev/vda rw\n"
	"42 41 0:31 / /srv/a/x ro,relatime unbindable - tmpfs tmpfs rw\n"
	"43 42 0:32 / /srv/a/x/y rw - tmpfs none rw\n"
	"44 27 0:33 / /srv/a-b rw - fuse.sshfs me@host:/x rw\n"
	"45 27 0:4 net:[4026532001] /run/netns/x rw - nsfs nsfs rw\n"
	"46 27 0:34 / /srv rw - tmpfs  rw\n"		/* an empty device, on top of all that is below */
	"47 46 0:35 //deleted /srv/new rw - tmpfs tmpfs\n";

static struct gd_arena *a;
static struct gd_mnt_table t;

static int parse(const char *text)
{
	struct gd_error err = { 0 };

	a = gd_arena_new(NULL);
	return gd_mnt_parse(gd_strdup(a, text), strlen(text), a, &t, &err);
}

START_TEST(fields)
{
	ck_assert_int_eq(parse(lines), 0);
	ck_assert_uint_eq(t.n, 10);
	const struct gd_mnt *m = gd_mnt_by_id(&t, 40);
	ck_assert_ptr_nonnull(m);
	ck_assert_str_eq(m->point, "/srv/a b\\c");
	ck_assert_str_eq(m->device, "a b");
	ck_assert_str_eq(m->fstype, "tmpfs");
	ck_assert_str_eq(m->super, "rw,size=1m");
	ck_assert_uint_eq(m->flags, GD_MNT_NOSUID | GD_MNT_NODEV | GD_MNT_SHARED);
	ck_assert_uint_eq(m->major, 0);
	ck_assert_uint_eq(m->minor, 30);
	ck_assert_uint_eq(gd_mnt_by_id(&t, 42)->flags, GD_MNT_RO | GD_MNT_UNBINDABLE);
	ck_assert_uint_eq(gd_mnt_by_id(&t, 41)->flags, 0);
	ck_assert_str_eq(gd_mnt_by_id(&t, 41)->root, "/etc");
	ck_assert_str_eq(gd_mnt_by_id(&t, 45)->root, "net:[4026532001]");
	ck_assert_str_eq(gd_mnt_by_id(&t, 47)->super, "");
	ck_assert_ptr_null(gd_mnt_by_id(&t, 26));
	ck_assert_ptr_null(gd_mnt_by_id(&t, 1000));
}
END_TEST

static const struct { const char *dir, *below; } slices[] = {
	{ "/", "/proc /run/netns/x /srv /srv/a /srv/a/x /srv/a/x/y /srv/a b\\c /srv/a-b /srv/new" },
	{ "/srv", "/srv/a /srv/a/x /srv/a/x/y /srv/a b\\c /srv/a-b /srv/new" },
	{ "/srv/a", "/srv/a/x /srv/a/x/y" }, { "/srv/a/x", "/srv/a/x/y" }, { "/srv/a/x/y", "" },
	{ "/srv/a-", "" }, { "/srv/a-b", "" }, { "/zzz", "" }, { "/a", "" }, { "/run", "/run/netns/x" },
};

START_TEST(below)
{
	char got[512] = "";
	size_t n;

	ck_assert_int_eq(parse(lines), 0);
	const struct gd_mnt **v = gd_mnt_below(&t, slices[_i].dir, &n);
	for (size_t i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? " " : "", v[i]->point);
	ck_assert_str_eq(got, slices[_i].below);
}
END_TEST

START_TEST(hanging)
{
	ck_assert_int_eq(parse(lines), 0);
	ck_assert(gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 43), 41));
	ck_assert(gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 43), 27));
	/* below the same path, but on the mount underneath */
	ck_assert(!gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 41), 46));
	ck_assert(gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 47), 46));
	ck_assert(!gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 27), 27));
	/* two that hang on each other: a table read while it changed; said to hang */
	ck_assert_int_eq(parse("5 6 0:1 / /x rw - tmpfs t rw\n6 5 0:1 / /y rw - tmpfs t rw\n"), 0);
	ck_assert(gd_mnt_hangs_on(&t, gd_mnt_by_id(&t, 5), 99));
}
END_TEST

static const char *const broken[] = {
	"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",	/* no end of line */
	"27 1 254:0 / / rw,relatime ext4 /dev/vda rw\n",	/* no separator */
	"x 1 254:0 / / rw - ext4 /dev/vda rw\n", "27 -1 254:0 / / rw - ext4 /dev/vda rw\n",
	"27 1 254 / / rw - ext4 /dev/vda rw\n", "27 1 254: / / rw - ext4 /dev/vda rw\n",
	"27 1 254:0x / / rw - ext4 /dev/vda rw\n", "99999999999 1 254:0 / / rw - ext4 /dev/vda rw\n",
	"27 1 254:0 / /\n", "\n", "27 1 254:0 / / rw -\n", "27 1 254:0 / / rw - ext4\n",
};

START_TEST(refused)
{
	ck_assert_int_eq(parse(broken[_i]), -1);
}
END_TEST

START_TEST(own)
{
	struct gd_error err = { 0 };

	a = gd_arena_new(NULL);
	ck_assert_msg(gd_mnt_read(NULL, a, &t, &err) == 0, "%s", err.text);
	ck_assert_uint_gt(t.n, 0);
	for (size_t i = 0; i + 1 < t.n; i++) {
		ck_assert_int_le(gd_path_order(t.by_point[i]->point, t.by_point[i + 1]->point), 0);
		ck_assert_int_lt(t.by_id[i]->id, t.by_id[i + 1]->id);
	}
	ck_assert_int_eq(gd_mnt_read("/nonexistent", a, &t, &err), -1);
}
END_TEST

/* Ten thousand mounts in one table: the growth that a container host may show. */
START_TEST(many)
{
	static char text[10000 * 120];
	size_t len = 0, n;

	len += (size_t)sprintf(text, "1 0 254:0 / / rw - ext4 /dev/vda rw\n");
	for (int i = 0; i < 10000; i++)
		len += (size_t)sprintf(text + len, "%d 1 0:%d / /var/lib/docker/overlay2/%x/merged rw - overlay overlay "
				       "rw,lowerdir=/l\n", i + 2, i, i * 7919);
	ck_assert_int_eq(parse(text), 0);
	ck_assert_uint_eq(t.n, 10001);
	gd_mnt_below(&t, "/var/lib/docker/overlay2", &n);
	ck_assert_uint_eq(n, 10000);
	gd_mnt_below(&t, "/var/lib/docker/overlay2/0", &n);
	ck_assert_uint_eq(n, 1);
}
END_TEST

static const struct { const char *path; int id; } over_rows[] = {
	{ "/", 27 }, { "/x", 27 }, { "/proc", 22 }, { "/proc/1/ns", 22 }, { "/proc2", 27 }, { "/srv/a", 41 },
	{ "/srv/a/x", 42 }, { "/srv/a/x/yz", 42 }, { "/srv/a/x/y/z", 43 }, { "/srv/a-b/c", 44 }, { "/srv/a-c", 46 },
	{ "/srv/a b\\c/d", 40 }, { "/srvx", 27 }, { "/zzz", 27 },
};

START_TEST(over)
{
	char twice[sizeof(lines) + 100];

	ck_assert_int_eq(parse(lines), 0);
	ck_assert_int_eq(gd_mnt_over(&t, over_rows[_i].path)->id, over_rows[_i].id);
	gd_arena_free(a);
	/* of two at one point the later line is on top, whatever its number */
	snprintf(twice, sizeof(twice), "%s7 41 0:40 / /srv/a rw - tmpfs top rw\n", lines);
	ck_assert_int_eq(parse(twice), 0);
	ck_assert_int_eq(gd_mnt_over(&t, over_rows[_i].path)->id, over_rows[_i].id == 41 ? 7 : over_rows[_i].id);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { fields, 0 }, { below, ROWS(slices) }, { hanging, 0 },
					   { refused, ROWS(broken) }, { own, 0 }, { many, 0 },
					   { over, ROWS(over_rows) } };

	return run_suite("mount table", cases, ROWS(cases));
}
