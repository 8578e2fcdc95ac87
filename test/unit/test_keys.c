/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the key tables let through: documents as engines write them, and what runc and crun read
 * differently.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "document/document.h"

#include "suite.h"

static struct gd_error err;
static struct gd_arena *arena;

static int parse(const char *text, const struct gd_key *keys, enum gd_unknown_fields unknown,
		 struct gd_document *ret)
{
	arena = arena != NULL ? arena : gd_arena_new(NULL);
	struct gd_bytes b = { gd_strdup(arena, text), strlen(text) };

	return gd_document_parse("config.json", b, keys, unknown, arena, ret, &err);
}

/* A document around a fragment: @ in the frame stands for it. */
static const char *frame(const char *around, const char *fragment)
{
	arena = arena != NULL ? arena : gd_arena_new(NULL);
	const char *at = strchr(around, '@');
	return gd_printf(arena, "%.*s%s%s", (int)(at - around), around, fragment, at + 1);
}

#define TOP "{@}"
#define PROCESS "{\"process\":{@}}"
#define USER "{\"process\":{\"user\":{@}}}"
#define ROOT "{\"root\":{@}}"
#define MOUNT "{\"mounts\":[{@}]}"
#define LINUX "{\"linux\":{@}}"
#define RESOURCES "{\"linux\":{\"resources\":{@}}}"
#define SECCOMP "{\"linux\":{\"seccomp\":{@}}}"

static const struct { const char *around, *fragment, *why; } rows[] = {
	/* engine-facts section 6: uid as runc refuses and a C library converts or clamps it */
	{ USER, "\"uid\":0", NULL }, { USER, "\"uid\":4294967295", NULL },
	{ USER, "\"uid\":4294967296", "out of range" },
	{ USER, "\"uid\":-1", "out of range" }, { USER, "\"uid\":\"0\"", "whole number" },
	{ USER, "\"uid\":true", "whole number" },
	{ USER, "\"uid\":[]", "whole number" }, { USER, "\"uid\":{}", "whole number" },
	{ USER, "\"uid\":0.0", "whole number" },
	{ USER, "\"uid\":1e0", "exponent" }, { USER, "\"uid\":-0", "negative zero" },
	{ USER, "\"uid\":null", NULL },
	{ USER, "\"uid\":\"7x\"", "whole number" }, { USER, "\"uid\":1.5", "whole number" },
	/* case variants of known keys, in either mode and also when the right one is not there */
	{ TOP, "\"Process\":{}", "runtimes differ on whether this is 'process'" },
	{ TOP, "\"pRoCeSs\":{}", "'process'" },
	{ TOP, "\"proce\\u017f\\u017f\":{}", "'process'" },
	{ TOP, "\"proce\xc5\xbf\xc5\xbf\":{}", "'process'" },
	{ PROCESS, "\"Args\":[]", "'args'" },
	{ LINUX, "\"mas\\u212AedPaths\":[]", "'maskedPaths'" },
	{ LINUX, "\"Seccomp\":null", "'seccomp'" },
	{ LINUX, "\"mas\xe2\x84\xaa" "edPaths\":[]", "'maskedPaths'" },
	{ TOP, "\"ANNOTATIONS\":{}", "'annotations'" },
	{ RESOURCES, "\"Unified\":{}", "'unified'" }, { MOUNT, "\"Source\":\"/\"", "'source'" },
	{ "{\"linux\":{\"timeOffsets\":{\"monotonic\":{@}}}}", "\"Secs\":1", "'secs'" },
	{ TOP, "\"process\\u0000\":{}", "NUL" },
	/* null: absent as a member, neither here nor there as an element */
	{ TOP, "\"process\":null", NULL },
	{ LINUX, "\"seccomp\":null,\"maskedPaths\":null,\"readonlyPaths\":null", NULL },
	{ PROCESS, "\"args\":[null]", "a string is expected, not null" },
	{ PROCESS, "\"args\":null", NULL },
	{ TOP, "\"mounts\":[null]", "an object is expected, not null" },
	{ TOP, "\"annotations\":{\"a\":null}", "a string is expected" },
	{ LINUX, "\"netDevices\":{\"eth0\":null}", "an object is expected" },
	{ USER, "\"additionalGids\":[null]", "whole number" },
	{ SECCOMP, "\"syscalls\":[{\"names\":[null]}]", "a string is expected" },
	/* types */
	{ TOP, "\"process\":[]", "'/process': an object is expected, not an array" },
	{ TOP, "\"process\":\"x\"", "an object is expected" },
	{ PROCESS, "\"args\":\"sh\"", "an array is expected" },
	{ PROCESS, "\"args\":{}", "an array is expected" },
	{ PROCESS, "\"args\":[1]", "'/process/args/0': a string is expected, not a number" },
	{ PROCESS, "\"env\":[\"A=1\",[]]", "/process/env/1" },
	{ PROCESS, "\"noNewPrivileges\":1", "true or false is expected" },
	{ PROCESS, "\"noNewPrivileges\":\"true\"", "true or false" },
	{ PROCESS, "\"cwd\":7", "a string is expected" },
	{ PROCESS, "\"capabilities\":[]", "an object is expected" },
	{ ROOT, "\"readonly\":\"\"", "true or false" },
	{ TOP, "\"mounts\":{}", "an array is expected" },
	{ TOP, "\"mounts\":[[]]", "'/mounts/0'" },
	{ MOUNT, "\"options\":[\"rw\",1]", "'/mounts/0/options/1'" },
	{ TOP, "\"annotations\":{\"a/b\":1}", "'/annotations/a~1b'" },
	{ LINUX, "\"sysctl\":{\"x\":1}", "a string is expected" },
	{ LINUX, "\"sysctl\":[]", "an object is expected" },
	/* widths of the numbers as Go has them */
	{ PROCESS, "\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"hard\":18446744073709551615,\"soft\":0}]", NULL },
	{ PROCESS, "\"rlimits\":[{\"hard\":-1}]", "out of range" },
	{ PROCESS, "\"oomScoreAdj\":-1000", NULL },
	{ PROCESS, "\"oomScoreAdj\":2147483647", NULL },
	{ PROCESS, "\"oomScoreAdj\":2147483648", "out of range" },
	{ PROCESS, "\"scheduler\":{\"nice\":-2147483648}", NULL },
	{ PROCESS, "\"scheduler\":{\"nice\":-2147483649}", "out of range" },
	{ RESOURCES, "\"memory\":{\"limit\":-1,\"swap\":9223372036854775807}", NULL },
	{ RESOURCES, "\"memory\":{\"limit\":9223372036854775808}", "out of range" },
	{ RESOURCES, "\"memory\":{\"swappiness\":18446744073709551615}", NULL },
	{ RESOURCES, "\"blockIO\":{\"weight\":65535}", NULL },
	{ RESOURCES, "\"blockIO\":{\"weight\":65536}", "out of range" },
	{ RESOURCES, "\"pids\":{\"limit\":-1}", NULL },
	{ RESOURCES, "\"cpu\":{\"shares\":-1}", "out of range" },
	{ RESOURCES, "\"devices\":[{\"major\":-1,\"minor\":-1}]", NULL },
	{ SECCOMP, "\"defaultErrnoRet\":65536", "out of range" },
	{ SECCOMP, "\"syscalls\":[{\"args\":[{\"value\":18446744073709551615,\"index\":0}]}]", NULL },
	/* unknown */
	{ TOP, "\"windows\":{}", "unknown key" }, { TOP, "\"vm\":{}", "unknown key" },
	{ TOP, "\"solaris\":{}", "unknown key" },
	{ TOP, "\"zos\":{}", "unknown key" }, { TOP, "\"freebsd\":{}", "unknown key" },
	{ TOP, "\"\":1", "unknown key" },
	{ PROCESS, "\"arg\":[]", "is 'args' meant?" },
	{ LINUX, "\"readonlyPath\":[]", "is 'readonlyPaths' meant?" },
	{ MOUNT, "\"bind\":1", "'/mounts/0/bind': unknown key" },
	{ LINUX, "\"a/b~c\":1", "'/linux/a~1b~0c'" },
	{ SECCOMP, "\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/x\",\"listenerMetadata\":\"\",\"flags\":[]", NULL },
	/* runtime-spec 1.3, and what runc and crun read beside it */
	{ PROCESS, "\"terminal\":true,\"consoleSize\":{\"height\":1,\"width\":2},\"ioPriority\":{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":0},"
	  "\"execCPUAffinity\":{\"initial\":\"0\",\"final\":\"1\"},\"selinuxLabel\":\"\",\"apparmorProfile\":\"\"", NULL },
	{ PROCESS, "\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"nice\":0,\"priority\":1,\"flags\":[],\"runtime\":1,\"deadline\":1,\"period\":1}", NULL },
	{ LINUX, "\"intelRdt\":{\"closID\":\"x\",\"schemata\":[],\"l3CacheSchema\":\"\",\"memBwSchema\":\"\",\"enableCMT\":true,\"enableMBM\":false,\"enableMonitoring\":true}", NULL },
	{ LINUX, "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[]},\"personality\":{\"domain\":\"LINUX32\",\"flags\":[]}", NULL },
	{ LINUX, "\"timeOffsets\":{\"monotonic\":{\"secs\":-5,\"nanosecs\":1}},\"netDevices\":{\"eth0\":{\"name\":\"x\"}}", NULL },
	{ MOUNT, "\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}],\"gidMappings\":[]", NULL },
	{ RESOURCES, "\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}],\"network\":{\"classID\":1,\"priorities\":[{\"name\":\"eth0\",\"priority\":1}]},"
	  "\"rdma\":{\"mlx5\":{\"hcaHandles\":1,\"hcaObjects\":2}},\"unified\":{\"memory.max\":\"1\"}", NULL },
	/* names that runtimes make files or lines of */
	{ RESOURCES, "\"hugepageLimits\":[{\"pageSize\":\"../../x/memory\"}]", "a plain name is expected" },
	{ RESOURCES, "\"hugepageLimits\":[{\"pageSize\":\"2MB\\n\"}]", "a plain name is expected" },
	{ RESOURCES, "\"unified\":{\"../memory.max\":\"1\"}", "'/linux/resources/unified/..~1memory.max'" },
	{ RESOURCES, "\"unified\":{\"..\":\"1\"}", "a plain name" }, { RESOURCES, "\"unified\":{\"a b\":\"1\"}", "a plain name" },
	{ RESOURCES, "\"rdma\":{\"x hca_handle=9\":{}}", "a plain name" },
	{ RESOURCES, "\"network\":{\"priorities\":[{\"name\":\"eth0 9\"}]}", "a plain name" },
	{ LINUX, "\"intelRdt\":{\"closID\":\"../x\"}", "a plain name" }, { LINUX, "\"intelRdt\":{\"closID\":\"\"}", NULL },
	{ LINUX, "\"netDevices\":{\"a/b\":{}}", "a plain name" }, { LINUX, "\"netDevices\":{\"a\":{\"name\":\"..\"}}", "a plain name" },
	{ RESOURCES, "\"blockIO\":{\"weight\":1,\"leafWeight\":1,\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":1,\"leafWeight\":1}],"
	  "\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}],\"throttleWriteBpsDevice\":[],\"throttleReadIOPSDevice\":[],\"throttleWriteIOPSDevice\":[]}", NULL },
};

START_TEST(table)
{
	for (int strip = 0; strip < 2; strip++) {
		struct gd_document d = { 0 };
		const char *text = frame(rows[_i].around, rows[_i].fragment);
		bool dropped = strip != 0 && rows[_i].why != NULL &&
			       (strstr(rows[_i].why, "unknown key") ||
				strstr(rows[_i].why, "meant?") || strstr(rows[_i].why, "a~1b~0c"));
		int r = parse(text, gd_keys_config,
			      strip != 0 ? GD_UNKNOWN_STRIP : GD_UNKNOWN_REFUSE, &d);
		if (rows[_i].why == NULL || dropped) {
			ck_assert_msg(r == 0, "%s: %s", text, err.text);
			ck_assert_uint_eq(d.stripped.n, dropped);
		} else {
			ck_assert_msg(r == -1 && strstr(err.text, rows[_i].why) != NULL, "%s: %s",
				      text, err.text);
			ck_assert_int_eq(strncmp(err.text, "config.json: ", 13), 0);
			ck_assert_ptr_eq(d.root, NULL);
		}
		gd_document_done(&d);
	}
}
END_TEST

START_TEST(strip)
{
	struct gd_document d = { 0 };
	const char *out;

	ck_assert_int_eq(parse("{\"x\":1,\"process\":{\"args\":[\"a\"],\"y\":{\"process\":{}}},"
			       "\"mounts\":[{\"z\":null,\"type\":\"bind\"}],"
			       "\"annotations\":{\"free\":\"1\"},\"w/w\":[]}",
			       gd_keys_config, GD_UNKNOWN_STRIP, &d),
			 0);
	ck_assert_uint_eq(d.stripped.n, 4);
	ck_assert_str_eq(d.stripped.v[0], "/x");
	ck_assert_str_eq(d.stripped.v[1], "/process/y");
	ck_assert_str_eq(d.stripped.v[2], "/mounts/0/z");
	ck_assert_str_eq(d.stripped.v[3], "/w~1w");
	gd_json_bytes(d.root, arena, &out, NULL);
	ck_assert_str_eq(out, "{\"process\":{\"args\":[\"a\"]},\"mounts\":[{\"type\":\"bind\"}],"
			      "\"annotations\":{\"free\":\"1\"}}");
	gd_document_done(&d);
}
END_TEST

static const struct { const struct gd_key *keys; const char *text; bool ok; } other_rows[] = {
	{ gd_keys_process, "{\"args\":[\"sh\"],\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"/\",\"terminal\":true}", true },
	{ gd_keys_process, "{\"process\":{}}", false },
	{ gd_keys_process, "{\"linux\":{}}", false },
	{ gd_keys_resources, "{\"memory\":{\"limit\":1},\"devices\":[{\"allow\":true,\"access\":\"rwm\"}],\"cpu\":{}}", true },
	{ gd_keys_resources, "{\"linux\":{\"resources\":{}}}", false },
	{ gd_keys_resources, "{\"Memory\":{}}", false },
	{ gd_keys_resources, "{}", true },
};

START_TEST(other_documents)
{
	struct gd_document d = { 0 };

	ck_assert_int_eq(parse(other_rows[_i].text, other_rows[_i].keys, GD_UNKNOWN_REFUSE, &d),
			 other_rows[_i].ok ? 0 : -1);
	gd_document_done(&d);
}
END_TEST

/* Every document that an engine wrote passes, and is only rewritten in its spaces and escapes. */
static int sample(const char *dir, const char *name)
{
	char path[600];
	struct gd_bytes b;
	struct gd_document d = { 0 }, again = { 0 };
	const char *out;
	const struct gd_key *keys = strstr(name, "process")  ? gd_keys_process
				    : strstr(name, "update") ? gd_keys_resources
							     : gd_keys_config;

	if (strcmp(name, "config.json") != 0 && keys == gd_keys_config)
		return 0;
	snprintf(path, sizeof(path), "test/data/samples/%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	ck_assert_ptr_ne(f, NULL);
	ck_assert_msg(gd_read_all(fileno(f), GD_CONFIG_MAX, arena, &b, &err) == 0, "%s: %s", path,
		      err.text);
	fclose(f);
	ck_assert_msg(gd_document_parse(path, b, keys, GD_UNKNOWN_REFUSE, arena, &d, &err) == 0,
		      "%s", err.text);
	gd_json_bytes(d.root, arena, &out, NULL);
	ck_assert_int_eq(parse(out, keys, GD_UNKNOWN_REFUSE, &again), 0);
	ck_assert(gd_json_equal(d.root, again.root));
	gd_document_done(&again);
	gd_document_done(&d);
	return 1;
}

START_TEST(samples)
{
	struct dirent *d, *e;
	DIR *all = opendir("test/data/samples");
	int n = 0;

	ck_assert_msg(all != NULL, "to be run in the root of the repository");
	arena = gd_arena_new(NULL);
	while ((d = readdir(all)) != NULL) {
		char path[300];
		snprintf(path, sizeof(path), "test/data/samples/%s", d->d_name);
		DIR *one = *d->d_name == '.' ? NULL : opendir(path);
		while (one != NULL && (e = readdir(one)) != NULL)
			n += *e->d_name != '.' ? sample(d->d_name, e->d_name) : 0;
		if (one != NULL)
			closedir(one);
	}
	closedir(all);
	ck_assert_int_ge(n, 28);
}
END_TEST

/* --- the tables themselves ------------------------------------------------------------------- */

static int walk(const struct gd_key *keys, const char *path,
		int (*visit)(const struct gd_key *, const char *))
{
	int n = 0;

	for (const struct gd_key *k = keys; k->name != NULL; k++) {
		const char *at = gd_printf(arena, "%s/%s", path, k->name);
		n += visit(k, at);
		if (k->sub != NULL)
			n += walk(k->sub, at, visit);
	}
	return n;
}

static int one_answer(const struct gd_key *k, const char *path)
{
	bool holds = k->type == GD_T_OBJECT || k->type == GD_T_ARRAY || k->type == GD_T_MAP;

	ck_assert_msg(holds == (k->sub != NULL), "%s: only what holds rows has rows", path);
	ck_assert_msg((k->sub != NULL) + (k->owner != NULL) + (k->inert != NULL) == 1,
		      "%s: exactly one answers", path);
	ck_assert_msg(k->inert == NULL || strlen(k->inert) > 20, "%s: a reason", path);
	return k->sub == NULL;
}

static int distinct(const struct gd_key *k, const char *path)
{
	for (const struct gd_key *i = k->sub; i != NULL && i->name != NULL; i++)
		for (const struct gd_key *j = k->sub; j < i; j++)
			ck_assert_msg(strcasecmp(i->name, j->name) != 0, "%s/%s twice", path,
				      i->name);
	return 0;
}

START_TEST(tables)
{
	const struct gd_key *const all[] = { gd_keys_config, gd_keys_process, gd_keys_resources };
	int leaves = 0;

	arena = gd_arena_new(NULL);
	for (size_t i = 0; i < 3; i++) {
		leaves += walk(all[i], "", one_answer);
		walk(all[i], "", distinct);
	}
	ck_assert_int_gt(leaves, 200);
}
END_TEST

START_TEST(bounds)
{
	struct gd_document d = { 0 };
	size_t n = (16u << 20) + 1;
	char *big = malloc(n + 1);

	arena = gd_arena_new(NULL);
	memset(big, '[', n);
	big[n] = '\0';
	ck_assert_int_eq(gd_document_parse("x", (struct gd_bytes){ big, n }, gd_keys_config, 0,
					   arena, &d, &err),
			 -1);
	ck_assert_str_eq(err.text, "x: larger than 16777216 bytes");
	/* 10,000 mounts are no limit; a million elements of one array neither. */
	char *p = big + sprintf(big, "{\"mounts\":[");
	for (int i = 0; i < 10000; i++)
		p += sprintf(p,
			     "%s{\"destination\":\"/m%d\",\"type\":\"bind\",\"source\":\"/"
			     "s\",\"options\":[\"rbind\",\"ro\"]}",
			     i ? "," : "", i);
	p += sprintf(p, "]}");
	ck_assert_int_eq(gd_document_parse("x", (struct gd_bytes){ big, (size_t)(p - big) },
					   gd_keys_config, 0, arena, &d, &err),
			 0);
	ck_assert_uint_eq(gd_json_len(gd_json_get(d.root, "mounts")), 10000);
	gd_document_done(&d);
	p = big + sprintf(big, "{\"process\":{\"args\":[\"\"");
	for (int i = 0; i < 1000000; i++)
		p = memcpy(p, ",\"\"", 3), p += 3;
	p += sprintf(p, "]}}");
	ck_assert_int_eq(gd_document_parse("x", (struct gd_bytes){ big, (size_t)(p - big) },
					   gd_keys_config, 0, arena, &d, &err),
			 0);
	gd_document_done(&d);
	free(big);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ table, ROWS(rows) }, { strip, 0 }, { other_documents, ROWS(other_rows) },
		{ samples, 0 }, { tables, 0 },
		{ bounds, 0 },
	};

	return run_suite("keys", cases, sizeof(cases) / sizeof(*cases));
}
