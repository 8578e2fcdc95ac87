/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of one control: how values are written, refused, ordered, and survive the applied
 * form.
 */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "toy_control.h"

static struct gd_arena *arena;

static void setup(void)
{
	arena = gd_arena_new(NULL);
}

/* A configuration of TOY_ROOT and @fields; keys of @fields win. */
static struct toy *toy(const char *fields)
{
	struct gd_error err = { 0 };
	void *c = NULL;
	char json[4096];

	snprintf(json, sizeof(json), "{\"action\":\"deny\"%s%s%s%s}",
		 strstr(fields, "\"duty\"") ? "" : ",\"duty\":false",
		 strstr(fields, "\"choice\"") ? "" : ",\"choice\":\"any\"", *fields ? "," : "",
		 fields);
	ck_assert_msg(gd_config_from(&toy_control, json, arena, &c, &err) == 0, "%s: %s", json,
		      err.text);
	return c;
}

/* --- the partial order --- */
#define EQ GD_EQUAL
#define TI GD_TIGHTER
#define LO GD_LOOSER
#define IN GD_INCOMPARABLE
static const struct {
	const char *a, *b;
	enum gd_order want; /* of a against b */
} order_rows[] = {
	{ "", "", EQ },
	/* rights and duties */
	{ "\"right\":false", "\"right\":true", TI },
	{ "\"right\":true", "\"right\":true", EQ },
	{ "\"duty\":true", "\"duty\":false", TI },
	{ "\"duty\":true", "\"duty\":true", EQ },
	/* lists of what is allowed: fewer is tighter */
	{ "\"names\":[]", "\"names\":[\"a\"]", TI },
	{ "\"names\":[\"a\",\"b\"]", "\"names\":[\"b\",\"a\"]", EQ },
	{ "\"names\":[\"a\"]", "\"names\":[\"b\"]", IN },
	{ "\"names\":[\"a\",\"b\"]", "\"names\":[\"b\",\"c\"]", IN },
	{ "\"names\":[\"net.ipv4.x\"]", "\"names\":[\"net.*\"]", TI },
	{ "\"names\":[\"net.*\",\"net.ipv4.x\"]", "\"names\":[\"net.*\"]", EQ },
	{ "\"names\":[\"a*\"]", "\"names\":[\"*b\"]", IN },
	{ "\"words\":[\"read\"]", "\"words\":[\"*\"]", TI },
	{ "\"words\":[\"*\"]", "\"words\":[\"read\",\"write\"]", LO },
	{ "\"caps\":[\"CAP_CHOWN\"]", "\"caps\":[\"chown\"]", EQ },
	{ "\"caps\":[\"CHOWN\"]", "\"caps\":[\"*\"]", TI },
	{ "\"paths\":[\"/srv/a\"]", "\"paths\":[\"/srv/**\"]", TI },
	{ "\"paths\":[\"/srv/**\"]", "\"paths\":[\"/srv/*\"]", LO },
	{ "\"paths\":[\"/srv\"]", "\"paths\":[\"/srv/**\"]", TI },
	{ "\"paths\":[\"/srvx\"]", "\"paths\":[\"/srv/**\"]", IN },
	{ "\"profiles\":[\"x\"]", "\"profiles\":[\"any\"]", TI },
	{ "\"profiles\":[\"x\"]", "\"profiles\":[\"*\"]", IN },
	{ "\"texts\":[\"a\"]", "\"texts\":[\"*\"]", IN },
	{ "\"ranges\":[\"5-6\"]", "\"ranges\":[\"1-10\"]", TI },
	{ "\"ranges\":[7]", "\"ranges\":[\"7-7\"]", EQ },
	{ "\"ranges\":[\"1-10\"]", "\"ranges\":[\"5-15\"]", IN },
	{ "\"ranges\":[\"1-4294967295\"]", "\"ranges\":[\"*\"]", TI },
	/* lists of demands: more is tighter */
	{ "\"demand\":[\"a\"]", "\"demand\":[]", TI },
	{ "\"demand\":[\"LD_*\"]", "\"demand\":[\"LD_PRELOAD\"]", TI },
	{ "\"demand\":[\"a\"]", "\"demand\":[\"b\"]", IN },
	/* limits: absent is none */
	{ "\"max\":1", "\"max\":2", TI },
	{ "\"max\":1", "", TI },
	{ "\"max\":0", "\"max\":null", TI },
	{ "\"min\":0", "\"min\":-5", TI },
	{ "\"min\":-5", "", TI },
	{ "\"min\":3", "\"min\":3", EQ },
	{ "\"size\":\"1KiB\"", "\"size\":1024", EQ },
	{ "\"size\":\"1GiB\"", "\"size\":\"2GiB\"", TI },
	/*
	 * what is given: a smaller number is tighter, nothing is loosest, another word cannot be
	 * told
	 */
	{ "\"given\":1", "\"given\":2", TI },
	{ "\"given\":1", "", TI },
	{ "\"label\":\"a\"", "\"label\":\"b\"", IN },
	{ "\"label\":\"a\"", "\"label\":null", IN },
	{ "\"label\":\"a\"", "\"label\":\"a\"", EQ },
	/* words from loose to tight */
	{ "\"choice\":\"none\"", "\"choice\":\"some\"", TI },
	{ "\"choice\":\"any\"", "\"choice\":\"none\"", LO },
	/* groups */
	{ "\"bounds\":{\"max\":1}", "\"bounds\":{\"max\":2}", TI },
	{ "\"bounds\":{\"max\":1,\"default\":5}", "\"bounds\":{\"max\":2,\"default\":4}", IN },
	/* rules: each must lie in one of the other's, all fields together */
	{ "\"rules\":[]", "\"rules\":[{\"path\":\"/a\"}]", TI },
	{ "\"rules\":[{\"path\":\"/a/b\"}]", "\"rules\":[{\"path\":\"/a/**\"}]", TI },
	{ "\"rules\":[{\"path\":\"/a\",\"readOnly\":true}]", "\"rules\":[{\"path\":\"/a\"}]", TI },
	{ "\"rules\":[{\"path\":\"/a/b\"}]", "\"rules\":[{\"path\":\"/a/**\",\"readOnly\":true}]",
	  IN },
	{ "\"rules\":[{\"path\":\"/a\",\"waive\":true}]", "\"rules\":[{\"path\":\"/a\"}]", LO },
	{ "\"rules\":[{\"path\":\"/a\",\"access\":[\"read\"]}]",
	  "\"rules\":[{\"path\":\"/a\",\"access\":[\"*\"]}]", TI },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"-c\"]}]", "\"rules\":[{\"path\":\"/a\"}]",
	  TI },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"x\"]}]",
	  "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"**\"]}]", TI },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\"]}]",
	  "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"**\"]}]", TI },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"**\"]}]",
	  "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\",\"*\"]}]", LO },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"**\"]}]", "\"rules\":[{\"path\":\"/a\"}]", EQ },
	{ "\"rules\":[{\"path\":\"/a\",\"argv\":[\"sh\"]}]",
	  "\"rules\":[{\"path\":\"/a\",\"argv\":[\"ls\"]}]", IN },
	{ "\"rules\":[{\"path\":\"/a\",\"size\":5}]", "\"rules\":[{\"path\":\"/a\"}]", TI },
	/* a list beside a word: while that is the loosest, everything passes */
	{ "\"choice\":\"some\",\"besides\":[\"a\"]", "\"choice\":\"any\"", TI },
	{ "\"choice\":\"any\",\"besides\":[\"a\"]", "\"choice\":\"any\",\"besides\":[\"b\"]", EQ },
	{ "\"choice\":\"some\",\"besides\":[\"a\"]", "\"choice\":\"some\",\"besides\":[\"b\"]", IN },
	{ "\"choice\":\"some\",\"besides\":[\"a\"]", "\"choice\":\"none\"", LO },
	{ "\"choice\":\"none\",\"besides\":[\"a\"]", "\"choice\":\"some\"", IN },
	/* two fields that pull apart */
	{ "\"right\":true,\"max\":1", "\"right\":false,\"max\":2", IN },
	{ "\"right\":false,\"max\":1", "\"right\":true,\"max\":1", TI },
};

static enum gd_order flipped(enum gd_order o)
{
	return o == TI ? LO : o == LO ? TI : o;
}

START_TEST(order)
{
	const struct toy *a = toy(order_rows[_i].a), *b = toy(order_rows[_i].b);
	enum gd_order want = order_rows[_i].want, ab = gd_fields_compare(toy_fields, a, b);

	ck_assert_msg(ab == want, "{%s} against {%s}: %s", order_rows[_i].a, order_rows[_i].b,
		      gd_order_names[ab]);
	ck_assert_int_eq(gd_fields_compare(toy_fields, b, a), flipped(want));
	ck_assert_int_eq(gd_fields_compare(toy_fields, a, a), EQ);
	ck_assert_int_eq(gd_config_compare(&toy_control, a, b), want);
}
END_TEST

/* Two policies extended at once: the result is never looser than either, whatever they say. */
START_TEST(meeting)
{
	const struct toy *a = toy(order_rows[_i].a), *b = toy(order_rows[_i].b);

	for (int k = 0; k < 2; k++) {
		const struct toy *x = k ? b : a, *y = k ? a : b;
		struct toy *m = gd_config_meet(&toy_control, x, y, arena);
		enum gd_order over_y = gd_config_compare(&toy_control, m, y);
		enum gd_order over_x = gd_config_compare(&toy_control, m, x);
		/*
		 * What is given comes from the second: it alone may be another word or number than
		 * the first's.
		 */
		bool given = strstr(order_rows[_i].a, "given") ||
			     strstr(order_rows[_i].a, "label") ||
			     strstr(order_rows[_i].a, "default");
		ck_assert_msg(over_y == EQ || over_y == TI, "{%s} {%s}", order_rows[_i].a,
			      order_rows[_i].b);
		ck_assert_msg(given || over_x == EQ || over_x == TI, "{%s} {%s}", order_rows[_i].a,
			      order_rows[_i].b);
	}
}
END_TEST

/* --- actions --- */
#define HEAD(action, asked) { .head = { GD_##action, GD_##asked } }
static const struct {
	struct toy a, b;
	enum gd_order want;
} action_rows[] = {
	{ HEAD(DENY, DENY), HEAD(REWRITE, DENY), TI },
	{ HEAD(DENY, DENY), HEAD(DENY, REWRITE), EQ },
	{ HEAD(REWRITE, DENY), HEAD(REWRITE, REWRITE), TI },
	{ HEAD(REWRITE, REWRITE), HEAD(RECORD, DENY), TI },
	{ HEAD(RECORD, DENY), HEAD(IGNORE, DENY), TI },
	{ HEAD(RECORD, DENY), HEAD(RECORD, REWRITE), EQ },
	{ HEAD(IGNORE, DENY), HEAD(IGNORE, REWRITE), EQ },
	{ HEAD(IGNORE, DENY), HEAD(DENY, DENY), LO },
	/* where nothing is refused the fields do not matter */
	{ { .head = { GD_IGNORE, GD_DENY }, .max = { true, 1 } },
	  { .head = { GD_DENY, GD_DENY }, .right = true },
	  LO },
	{ { .head = { GD_IGNORE, GD_DENY }, .max = { true, 1 } },
	  { .head = { GD_IGNORE, GD_DENY } },
	  EQ },
	{ { .head = { GD_RECORD, GD_DENY }, .max = { true, 1 } },
	  { .head = { GD_RECORD, GD_DENY } },
	  TI },
	{ { .head = { GD_DENY, GD_DENY }, .right = true },
	  { .head = { GD_RECORD, GD_DENY }, .max = { true, 1 } },
	  TI },
	{ { .head = { GD_DENY, GD_DENY }, .right = true },
	  { .head = { GD_REWRITE, GD_DENY } },
	  IN },
};

START_TEST(actions)
{
	const struct toy *a = &action_rows[_i].a, *b = &action_rows[_i].b;
	struct gd_words why = { 0 };

	ck_assert_int_eq(gd_config_compare(&toy_control, a, b), action_rows[_i].want);
	ck_assert_int_eq(gd_config_compare(&toy_control, b, a), flipped(action_rows[_i].want));
	gd_config_looser(&toy_control, a, b, arena, &why);
	ck_assert_int_eq(why.n > 0, action_rows[_i].want == LO || action_rows[_i].want == IN);
}
END_TEST

/* --- what is refused, where, and with which word --- */
static const struct {
	const char *json, *want;
} bad_rows[] = {
	{ "{\"action\":\"dney\"}", "line 1, column 11: unknown word 'dney', did you mean 'deny'?" },
	{ "{\"action\":\"deny\",\"asked\":\"ignore\"}", "'asked' is 'deny' or 'rewrite'" },
	{ "{\n \"nmaes\": []}", "line 2, column 2: unknown field 'nmaes', did you mean 'names'?" },
	{ "{\"names\":[1]}", "line 1, column 11: a word in quotes is expected here, not a number" },
	{ "{\"names\":\"a\"}", "a list is expected here, not a word in quotes" },
	{ "{\"names\":[\"\"]}", "an empty word means nothing here" },
	{ "{\"names\":{\"ad\":[]}}", "unknown field 'ad', known are 'add', 'drop', 'replace'" },
	{ "{\"max\":{\"add\":[]}}", "unknown field 'add'" },
	{ "{\"caps\":[\"SYS_ADMN\"]}",
	  "line 1, column 10: unknown capability 'SYS_ADMN', did you mean 'SYS_ADMIN'?" },
	{ "{\"caps\":[\"CAP_SYS_ADMN\"]}", "did you mean 'SYS_ADMIN'?" },
	{ "{\"caps\":[\"ALL\"]}", "write '*' for all capabilities" },
	{ "{\"words\":[\"raed\"]}", "unknown word 'raed', did you mean 'read'?" },
	{ "{\"words\":[\"zzzzzz\"]}", "unknown word 'zzzzzz'; known are 'read', 'write', 'mknod'" },
	{ "{\"paths\":[\"srv\"]}", "'srv' is no absolute path" },
	{ "{\"paths\":[\"/srv/\"]}", "'/srv/' is no clean path, write '/srv'" },
	{ "{\"paths\":[\"/srv/../etc\"]}", "is no clean path, write '/etc'" },
	{ "{\"paths\":[\"@roots/**\"]}", "unknown list '@roots/**', known is '@bindRoots'" },
	{ "{\"ranges\":[\"9-1\"]}", "'9-1' is no range" },
	{ "{\"ranges\":[\"0-4294967296\"]}", "is no range" },
	{ "{\"ranges\":[-1]}", "'-1' is no range" },
	{ "{\"ranges\":[\"01\"]}", "'01' is no range" },
	{ "{\"size\":\"4G\"}",
	  "'4G': Docker and Kubernetes read this unit differently: write KiB, MiB, GiB or TiB" },
	{ "{\"size\":\"4GB\"}", "differently" },
	{ "{\"size\":\"4g\"}", "differently" },
	{ "{\"size\":\"4096\"}", "write it without quotes" },
	{ "{\"size\":\"GiB\"}", "a size is written as bytes" },
	{ "{\"size\":\"1.5GiB\"}", "differently" },
	{ "{\"size\":\"9999999999GiB\"}", "too large" },
	{ "{\"size\":\"99999999999999999999GiB\"}", "too large" },
	{ "{\"size\":-1}", "a negative number is no limit here" },
	{ "{\"max\":-1}", "a negative number is no limit here" },
	{ "{\"max\":1.5}", "a whole number is expected here" },
	{ "{\"max\":\"1\"}", "a number is expected here" },
	{ "{\"max\":9223372036854775808}", "a whole number is expected here" },
	{ "{\"right\":\"true\"}", "true or false is expected here" },
	{ "{\"right\":null}", "true or false" },
	{ "{\"choice\":\"sme\"}", "unknown word 'sme', did you mean 'some'?" },
	{ "{\"choice\":\"zzzzzz\"}", "known are 'any', 'some', 'none'" },
	{ "{\"rules\":[{\"readOnly\":true}]}", "line 1, column 11: this rule has no 'path'" },
	{ "{\"rules\":[{\"path\":null}]}", "this rule has no 'path'" },
	{ "{\"rules\":[{\"path\":\"/a\",\"readonly\":true}]}",
	  "unknown field 'readonly', did you mean 'readOnly'?" },
	{ "{\"rules\":[{\"path\":\"/a\",\"path2\":\"/b\"}]}",
	  "unknown field 'path2', did you mean 'path'?" },
	{ "{\"bounds\":{\"mx\":1}}", "unknown field 'mx', known are 'default', 'max'" },
	{ "{\"bounds\":1}", "an object is expected" },
	{ "{\"lookedUp\":[\"x\"]}", "unknown field 'lookedUp'" },
	{ "[]", "an object is expected here, not a list" },
	/* a root says what nobody can guess */
	{ "{}", "toy: 'action' must be said where nothing is inherited" },
	{ "{\"action\":\"deny\"}", "toy: 'duty' must be said" },
	{ "{\"action\":\"deny\",\"duty\":true}", "'choice' must be said" },
};

START_TEST(refused)
{
	struct gd_error err = { 0 };
	void *c = NULL;

	ck_assert_int_eq(gd_config_from(&toy_control, bad_rows[_i].json, arena, &c, &err), -1);
	ck_assert_ptr_null(c);
	ck_assert_msg(strstr(err.text, bad_rows[_i].want) != NULL, "%s: %s", bad_rows[_i].json,
		      err.text);
}
END_TEST

/* --- forms that mean the same --- */
static const struct {
	const char *json, *want; /* a part of the flat form */
} taken_rows[] = {
	{ "\"caps\":[\"CAP_NET_RAW\",\"net_admin\"]", "\"caps\":[\"NET_RAW\",\"NET_ADMIN\"]" },
	{ "\"size\":\"8GiB\"", "\"size\":8589934592" },
	{ "\"size\":\"1TiB\"", "\"size\":1099511627776" },
	{ "\"size\":0", "\"size\":0" },
	{ "\"size\":null", "\"size\":null" },
	{ "\"max\":9223372036854775807", "\"max\":9223372036854775807" },
	{ "\"min\":-1000", "\"min\":-1000" },
	{ "\"ranges\":[5,\"1-2\",\"*\"]", "\"ranges\":[\"5-5\",\"1-2\",\"0-4294967295\"]" },
	{ "\"texts\":[\"a \\u00e4 \\\"b\\\"\"]", "\"texts\":[\"a \xc3\xa4 \\\"b\\\"\"]" },
	{ "\"bounds\":{\"default\":3}", "\"bounds\":{\"default\":3,\"max\":null}" },
	{ "\"max\":{\"replace\":4}", "\"max\":4" },
	{ "\"names\":{\"add\":[\"a\"],\"drop\":[\"a\"]}", "\"names\":[]" },
	{ "\"add\":[\"x\"]", "\"names\":[\"x\"]" },
	{ "\"paths\":[\"@bindRoots/**\",\"/x\"]", "\"paths\":[\"/x\"]" },
	{ "\"rules\":[{\"path\":\"/a\"}]",
	  "\"rules\":[{\"path\":\"/"
	  "a\",\"readOnly\":false,\"waive\":false,\"access\":[],\"argv\":[],\"size\":null}]" },
};

START_TEST(taken)
{
	struct gd_buf b = { .arena = arena };

	gd_config_write(&toy_control, toy(taken_rows[_i].json), &b);
	ck_assert_msg(strstr(b.data, taken_rows[_i].want) != NULL, "%s: %s", taken_rows[_i].json,
		      b.data);
}
END_TEST

static int read_flat(char *json, size_t len, void **ret, struct gd_error *err)
{
	struct gd_pull p;

	gd_pull_init(&p, json, len, NULL, err);
	return gd_config_read(&toy_control, &p, arena, ret, err);
}

/* Written and read back, every configuration is the same, byte for byte. */
START_TEST(survives)
{
	struct gd_buf b = { .arena = arena }, again = { .arena = arena };
	struct gd_error err = { 0 };
	const struct toy *c = toy(order_rows[_i].a);
	void *back = NULL;

	gd_config_write(&toy_control, c, &b);
	ck_assert_msg(read_flat(gd_strndup(arena, b.data, b.len), b.len, &back, &err) == 0, "%s",
		      err.text);
	gd_config_write(&toy_control, back, &again);
	ck_assert_str_eq(b.data, again.data);
	ck_assert_int_eq(gd_config_compare(&toy_control, c, back), EQ);
}
END_TEST

/*
 * What another version wrote is never half understood: each field taken out, renamed or moved is
 * refused.
 */
START_TEST(other_version)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(&toy_control, leaves);
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };
	void *back;

	gd_config_write(&toy_control, toy("\"rules\":[{\"path\":\"/a\"}]"), &b);
	ck_assert_uint_gt(n, 20);
	for (size_t i = 0; i < n; i++) {
		char *text = gd_strndup(arena, b.data, b.len);
		char *key = strstr(text, gd_printf(arena, "\"%s\":", leaves[i].field->name));
		ck_assert_ptr_nonnull(key);
		key[1] ^= 1;
		memset(&err, 0, sizeof(err));
		ck_assert_msg(read_flat(text, b.len, &back, &err) == -1, "%s",
			      leaves[i].field->name);
		ck_assert_msg(strstr(err.text, "guardctl apply") != NULL, "%s", err.text);
	}
	/* The last field cut off. */
	char *text = gd_strndup(arena, b.data, b.len), *last = strstr(text, ",\"lookedUp\"");
	strcpy(last, "}");
	ck_assert_int_eq(read_flat(text, strlen(text), &back, &err), -1);
}
END_TEST

/* --- argument patterns --- */
static const struct {
	const char *pattern[4], *argv[4];
	bool want;
} argv_rows[] = {
	{ { NULL }, { "x", "y" }, true },
	{ { "sh" }, { "sh" }, true },
	{ { "sh" }, { "sh", "-c" }, false },
	{ { "sh", "**" }, { "sh" }, true },
	{ { "sh", "**" }, { "sh", "a", "b" }, true },
	{ { "sh", "*" }, { "sh" }, false },
	{ { "s?", "-*" }, { "sh", "-c" }, true },
	{ { "sh", "**" }, { "ls" }, false },
	{ { "**" }, { NULL }, true },
	{ { "sh", "x" }, { "sh" }, false },
};

static struct gd_words words_of(const char *const *v)
{
	struct gd_words w = { 0 };

	for (; *v; v++)
		gd_words_add(arena, &w, *v);
	return w;
}

START_TEST(argv_matches)
{
	struct gd_words pattern = words_of(argv_rows[_i].pattern),
			argv = words_of(argv_rows[_i].argv);

	ck_assert_int_eq(gd_argv_matches(&pattern, &argv), argv_rows[_i].want);
}
END_TEST

/* Over all pairs of short patterns: what is said to be covered is, for every short command line. */
START_TEST(argv_covers_is_never_wrong)
{
	static const char *const letters[] = { "a", "b", "*", "**" };
	struct gd_words all[1 + 4 + 16 + 64], lines[1 + 2 + 4 + 8 + 16];
	size_t n = 0, m = 0, claims = 0;

	for (unsigned len = 0; len <= 3; len++)
		for (unsigned k = 0; k < 1u << (2 * len); k++) {
			struct gd_words w = { 0 };
			for (unsigned i = 0; i < len; i++)
				gd_words_add(arena, &w, letters[k >> (2 * i) & 3]);
			all[n++] = w;
		}
	for (unsigned len = 0; len <= 4; len++)
		for (unsigned k = 0; k < 1u << len; k++) {
			struct gd_words w = { 0 };
			for (unsigned i = 0; i < len; i++)
				gd_words_add(arena, &w, letters[k >> i & 1]);
			lines[m++] = w;
		}
	for (size_t o = 0; o < n; o++)
		for (size_t i = 0; i < n; i++) {
			if (!gd_argv_covers(&all[o], &all[i]))
				continue;
			claims++;
			for (size_t l = 0; l < m; l++)
				ck_assert(!gd_argv_matches(&all[i], &lines[l]) ||
					  gd_argv_matches(&all[o], &lines[l]));
		}
	ck_assert_uint_gt(claims, 300);
}
END_TEST

/* --- the tables of the real controls --- */
static void check_table(const struct gd_control *c, const struct gd_field *f, size_t size,
			bool in_rule)
{
	const struct gd_field *first = f;

	for (; f && f->name; f++) {
		const char *where = gd_printf(arena, "%s.%s", c->name, f->name);
		ck_assert_msg(f->help != NULL && *f->help, "%s has no help", where);
		ck_assert_msg(f->resolved ||
				      f->offset >= (in_rule ? 0 : sizeof(struct gd_config_head)),
			      "%s", where);
		ck_assert_msg(f->offset < size, "%s lies outside its struct", where);
		ck_assert_msg(in_rule || (f->kind != GD_F_PATTERN && f->kind != GD_F_ARGV), "%s",
			      where);
		ck_assert_msg((f->syntax != GD_S_WORD || f->kind == GD_F_RULES ||
			       f->kind == GD_F_GROUP) ||
				      f->words,
			      "%s has no words", where);
		for (const struct gd_field *g = first; g < f; g++)
			ck_assert_msg(strcmp(f->name, g->name) != 0, "%s twice", where);
		if (f->kind == GD_F_RULES || f->kind == GD_F_GROUP) {
			ck_assert_msg(f->sub != NULL && (f->kind == GD_F_GROUP || f->sub_size > 0),
				      "%s", where);
			if (f->kind == GD_F_RULES)
				check_table(c, f->sub, f->sub_size, true);
			for (const struct gd_field *g = f->sub; f->kind == GD_F_GROUP && g->name;
			     g++) {
				ck_assert_msg(g->kind != GD_F_GROUP, "%s.%s: groups hold no groups",
					      where, g->name);
				ck_assert_msg(f->offset + g->offset < size, "%s.%s", where,
					      g->name);
			}
		}
	}
}

START_TEST(tables)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	static const char *const own[] = { "add", "drop", "replace", "action", "asked" };

	ck_assert_uint_gt(gd_n_controls, 10);
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_control *c = gd_controls[i];
		unsigned primary = 0;
		ck_assert_ptr_nonnull(c->fields);
		ck_assert_msg(gd_leaves(c, leaves) >= 2, "%s has too many fields", c->name);
		ck_assert_uint_ge(c->config_size, sizeof(struct gd_config_head));
		check_table(c, c->fields, c->config_size, false);
		for (const struct gd_field *f = c->fields; f->name; f++) {
			primary += f->primary;
			for (size_t k = 0; k < sizeof(own) / sizeof(*own); k++)
				ck_assert_msg(strcmp(f->name, own[k]) != 0,
					      "%s.%s is a word of the language", c->name, f->name);
		}
		ck_assert_msg(primary <= 1, "%s has more than one primary field", c->name);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(c->name, gd_controls[k]->name);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ order, ROWS(order_rows) },
		{ meeting, ROWS(order_rows) },
		{ actions, ROWS(action_rows) },
		{ refused, ROWS(bad_rows) },
		{ taken, ROWS(taken_rows) },
		{ survives, ROWS(order_rows) },
		{ other_version, 0 },
		{ argv_matches, ROWS(argv_rows) },
		{ argv_covers_is_never_wrong, 0 },
		{ tables, 0 },
	};

	setup();
	return run_suite("field", cases, sizeof(cases) / sizeof(*cases));
}
