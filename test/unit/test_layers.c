/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One layer over another: what tightens without a word, what loosens only with one, and what is
 * told of it.
 */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "toy_control.h"

static struct gd_arena *arena;

struct layer_row {
	const char *below;	/* fields of the root, TOY_ROOT added */
	const char *layer;	/* the whole object of the layer */
	const char *want;   /* part of the flat result, or of the error where it begins with '!' */
	const char *looser; /* part of a remark that something was loosened; NULL: there is none */
	const char *idle;   /* part of a remark that something has no effect; NULL: there is none */
};

static const struct layer_row rows[] = {
	/* without a word: only tighter */
	{ "\"names\":[\"a\",\"b\"]", "{\"names\":[\"b\"]}", "\"names\":[\"b\"]", NULL, NULL },
	{ "\"names\":[\"a\"]", "{\"names\":[\"a\",\"b\"]}", "\"names\":[\"a\"]", NULL,
	  "toy.names: 'b' is not in what this extends and stays out; to allow it, write it under "
	  "\"add\"" },
	{ "\"names\":[\"net.*\"]", "{\"names\":[\"net.x\",\"k.y\"]}", "\"names\":[\"net.x\"]", NULL,
	  "'k.y'" },
	{ "\"names\":[\"net.x\",\"k.y\"]", "{\"names\":[\"net.*\"]}", "\"names\":[\"net.x\"]", NULL,
	  "'net.*'" },
	{ "\"names\":[\"a*\"]", "{\"names\":[\"*b\"]}", "\"names\":[]", NULL, "'*b'" },
	{ "\"caps\":[\"*\"]", "{\"caps\":[\"CHOWN\"]}", "\"caps\":[\"CHOWN\"]", NULL, NULL },
	{ "\"ranges\":[\"0-99\"]", "{\"ranges\":[\"10-19\"]}", "\"ranges\":[\"10-19\"]", NULL,
	  NULL },
	{ "\"demand\":[\"a\"]", "{\"demand\":[\"b\"]}", "\"demand\":[\"a\",\"b\"]", NULL, NULL },
	{ "\"demand\":[\"LD_*\"]", "{\"demand\":[\"LD_PRELOAD\"]}", "\"demand\":[\"LD_*\"]", NULL,
	  NULL },
	{ "\"right\":true", "{\"right\":false}", "\"right\":false", NULL, NULL },
	{ "\"right\":false", "{\"right\":true}", "\"right\":false", NULL,
	  "toy.right: what this extends is tighter" },
	{ "\"duty\":true,\"choice\":\"any\"", "{\"duty\":false}", "\"duty\":true", NULL,
	  "toy.duty" },
	{ "", "{\"duty\":true}", "\"duty\":true", NULL, NULL },
	{ "\"max\":5", "{\"max\":4}", "\"max\":4", NULL, NULL },
	{ "\"max\":5", "{\"max\":6}", "\"max\":5", NULL, "toy.max" },
	{ "\"max\":5", "{\"max\":null}", "\"max\":5", NULL, "toy.max" },
	{ "", "{\"max\":6}", "\"max\":6", NULL, NULL },
	{ "\"min\":0", "{\"min\":5}", "\"min\":5", NULL, NULL },
	{ "\"min\":0", "{\"min\":-5}", "\"min\":0", NULL, "toy.min" },
	{ "", "{\"choice\":\"some\"}", "\"choice\":\"some\"", NULL, NULL },
	{ "\"duty\":false,\"choice\":\"none\"", "{\"choice\":\"any\"}", "\"choice\":\"none\"", NULL,
	  "toy.choice" },
	{ "\"bounds\":{\"max\":5}", "{\"bounds\":{\"max\":3}}",
	  "\"bounds\":{\"default\":null,\"max\":3}", NULL, NULL },
	{ "\"bounds\":{\"max\":5}", "{\"bounds\":{\"max\":9}}", "\"max\":5}", NULL,
	  "toy.bounds.max" },
	{ "\"rules\":[{\"path\":\"/a/**\"}]", "{\"rules\":[{\"path\":\"/a/b\",\"readOnly\":true}]}",
	  "\"rules\":[{\"path\":\"/a/b\",\"readOnly\":true", NULL, NULL },
	{ "\"rules\":[{\"path\":\"/a\",\"readOnly\":true}]", "{\"rules\":[{\"path\":\"/a\"}]}",
	  "\"rules\":[{\"path\":\"/a\",\"readOnly\":true", NULL,
	  "toy.rules: '/a' is not in what this extends" },
	/* what is given is the child's; a looser gift is told */
	{ "\"given\":5", "{\"given\":4}", "\"given\":4", NULL, NULL },
	{ "\"given\":5", "{\"given\":6}", "\"given\":6", "toy.given: looser", NULL },
	{ "\"label\":\"x\"", "{\"label\":\"y\"}", "\"label\":\"y\"", "toy.label: incomparable",
	  NULL },
	/* add and drop: single elements */
	{ "\"names\":[\"a\"]", "{\"add\":[\"b\"]}", "\"names\":[\"a\",\"b\"]",
	  "toy.names: allows 'b'", NULL },
	{ "\"names\":[\"a\",\"b\"]", "{\"drop\":[\"b\"]}", "\"names\":[\"a\"]", NULL, NULL },
	{ "\"names\":[\"a\"]", "{\"add\":[\"b\"],\"drop\":[\"a\"]}", "\"names\":[\"b\"]",
	  "allows 'b'", NULL },
	{ "\"names\":[\"a\"]", "{\"add\":[\"a\"]}", "\"names\":[\"a\"]", NULL,
	  "'a' is there already" },
	{ "\"names\":[\"a*\"]", "{\"add\":[\"ab\"]}", "\"names\":[\"a*\"]", NULL,
	  "'ab' is there already" },
	{ "\"names\":[\"a\"]", "{\"drop\":[\"b\"]}", "\"names\":[\"a\"]", NULL,
	  "'b' is not there, nothing to drop" },
	{ "\"names\":[\"net.a\",\"net.b\",\"k\"]", "{\"drop\":[\"net.*\"]}", "\"names\":[\"k\"]",
	  NULL, NULL },
	{ "\"names\":[\"net.*\"]", "{\"drop\":[\"net.a\"]}",
	  "!toy.names: 'net.a' cannot be dropped", NULL, NULL },
	{ "\"words\":[\"*\"]", "{\"words\":{\"drop\":[\"read\"]}}",
	  "\"words\":[\"write\",\"mknod\"]", NULL, NULL },
	{ "\"demand\":[\"a\"]", "{\"demand\":{\"add\":[\"b\"]}}", "\"demand\":[\"a\",\"b\"]", NULL,
	  NULL },
	{ "\"demand\":[\"a\",\"b\"]", "{\"demand\":{\"drop\":[\"b\"]}}", "\"demand\":[\"a\"]",
	  "toy.demand: looser", NULL },
	{ "\"paths\":[\"/a\"]", "{\"paths\":{\"add\":[\"/b\"]}}", "\"paths\":[\"/a\",\"/b\"]",
	  "toy.paths: allows '/b'", NULL },
	{ "\"rules\":[{\"path\":\"/a\"}]", "{\"rules\":{\"add\":[{\"path\":\"/b\"}]}}",
	  "{\"path\":\"/b\"", "toy.rules: allows '/b'", NULL },
	{ "\"rules\":[{\"path\":\"/a\"},{\"path\":\"/b\"}]",
	  "{\"rules\":{\"drop\":[{\"path\":\"/b\"}]}}",
	  "\"rules\":[{\"path\":\"/"
	  "a\",\"readOnly\":false,\"waive\":false,\"access\":[],\"argv\":[],\"size\":null}],",
	  NULL, NULL },
	/* replace: one field, one scalar, the whole control */
	{ "\"names\":[\"a\"]", "{\"names\":{\"replace\":[\"b\"]}}", "\"names\":[\"b\"]",
	  "allows 'b'", NULL },
	{ "\"names\":[\"a\",\"b\"]", "{\"names\":{\"replace\":[\"b\"]}}", "\"names\":[\"b\"]", NULL,
	  NULL },
	{ "\"max\":5", "{\"max\":{\"replace\":9}}", "\"max\":9", "toy.max: looser", NULL },
	{ "\"right\":false", "{\"right\":{\"replace\":true}}", "\"right\":true",
	  "toy.right: looser", NULL },
	{ "\"names\":[\"a\"],\"max\":5", "{\"replace\":true," TOY_ROOT ",\"names\":[\"b\"]}",
	  "\"names\":[\"b\"]", "toy.max: looser", NULL },
	{ "\"max\":5", "{\"replace\":true," TOY_ROOT "}", "\"max\":null", "toy.max", NULL },
	{ "", "{\"replace\":true,\"names\":[\"b\"]}", "!toy: 'action' must be said", NULL, NULL },
	{ "\"max\":5", "{\"replace\":false,\"max\":4}", "\"max\":4", NULL, NULL },
	/* the action */
	{ "", "{\"action\":\"rewrite\"}", "\"action\":\"deny\"", NULL,
	  "toy.action: what this extends is tighter" },
	{ "", "{\"action\":{\"replace\":\"rewrite\"}}", "\"action\":\"rewrite\",\"asked\":\"deny\"",
	  "toy.action", NULL },
	{ "", "{\"action\":{\"replace\":\"ignore\"},\"right\":false}", "\"action\":\"ignore\"",
	  "toy.action", NULL },
	/* a list beside a word: whoever tightens the word says what passes besides */
	{ "\"besides\":[\"a\"]", "{\"choice\":\"some\",\"besides\":[\"b\"]}", "\"besides\":[\"b\"]", NULL, NULL },
	{ "\"duty\":false,\"choice\":\"some\",\"besides\":[\"a\",\"b\"]", "{\"besides\":[\"b\",\"c\"]}",
	  "\"besides\":[\"b\"]", NULL, "'c' is not in what this extends" },
	{ "\"duty\":false,\"choice\":\"some\",\"besides\":[\"a\"]", "{\"besides\":{\"add\":[\"b\"]}}",
	  "\"besides\":[\"a\",\"b\"]", "toy.besides: allows 'b'", NULL },
	{ "\"duty\":false,\"choice\":\"some\",\"besides\":[\"a\"]", "{\"choice\":{\"replace\":\"any\"}}",
	  "\"choice\":\"any\"", "toy.choice: looser", NULL },
	/* nothing said, nothing changed */
	{ "\"names\":[\"a\"],\"max\":5", "{}", "\"max\":5", NULL, NULL },
	{ "\"names\":[\"a\"],\"max\":5", "{\"add\":[],\"drop\":[]}", "\"names\":[\"a\"]", NULL,
	  NULL },
};

static bool said(const struct gd_remarks *r, enum gd_remark_kind kind, const char *text)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].kind == kind && (!text || strstr(r->v[i].text, text)))
			return true;
	return false;
}

static void *root(const char *fields)
{
	struct gd_error err = { 0 };
	void *c = NULL;
	bool whole = strstr(fields, "\"duty\"") != NULL;
	char *json = gd_printf(arena, "{%s%s%s}", whole ? "\"action\":\"deny\"" : TOY_ROOT,
			       *fields ? "," : "", fields);

	ck_assert_msg(gd_config_from(&toy_control, json, arena, &c, &err) == 0, "%s: %s", json,
		      err.text);
	return c;
}

static int layer(const void *below, const char *text, struct gd_remarks *r, void **ret,
		 struct gd_error *err)
{
	struct gd_written w;
	struct gd_pull p;

	gd_pull_init(&p, gd_strdup(arena, text), strlen(text), text, err);
	ck_assert_msg(gd_written_read(&toy_control, &p, NULL, arena, &w, err) == 0, "%s: %s", text,
		      err->text);
	return gd_config_layer(&toy_control, below, &w, r, arena, ret, err);
}

START_TEST(layers)
{
	const struct layer_row *row = &rows[_i];
	struct gd_remarks r = { .arena = arena };
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };
	void *below = root(row->below), *result = NULL;
	int got = layer(below, row->layer, &r, &result, &err);

	if (*row->want == '!') {
		ck_assert_int_eq(got, -1);
		ck_assert_msg(strstr(err.text, row->want + 1) != NULL, "%s", err.text);
		return;
	}
	ck_assert_msg(got == 0, "%s", err.text);
	gd_config_write(&toy_control, result, &b);
	ck_assert_msg(strstr(b.data, row->want) != NULL, "%s over {%s}: %s", row->layer, row->below,
		      b.data);
	ck_assert_msg(said(&r, GD_REMARK_LOOSER, row->looser) == (row->looser != NULL),
		      "%s over {%s}: %s", row->layer, row->below, r.n ? r.v[0].text : "no remark");
	ck_assert_msg(said(&r, GD_REMARK_NO_EFFECT, row->idle) == (row->idle != NULL),
		      "%s over {%s}: %s", row->layer, row->below, r.n ? r.v[0].text : "no remark");
	/* Never looser without saying so, and never said without being so. */
	enum gd_order o = gd_config_compare(&toy_control, result, below);
	ck_assert_int_eq(said(&r, GD_REMARK_LOOSER, NULL), o == GD_LOOSER || o == GD_INCOMPARABLE);
}
END_TEST

/* What is inherited is shared between policies: layering must not write into it. */
START_TEST(below_is_left_alone)
{
	struct gd_buf before = { .arena = arena }, after = { .arena = arena };
	struct gd_remarks r = { .arena = arena };
	struct gd_error err = { 0 };
	void *below = root(rows[_i].below), *result;

	gd_config_write(&toy_control, below, &before);
	layer(below, rows[_i].layer, &r, &result, &err);
	gd_config_write(&toy_control, below, &after);
	ck_assert_str_eq(before.data, after.data);
}
END_TEST

/* Remarks point into the file: the place of the field that was written, not of the control. */
START_TEST(remarks_have_places)
{
	struct gd_remarks r = { .arena = arena };
	struct gd_error err = { 0 };
	void *result;
	static const char text[] = "{ \"max\": 4, \"names\": [\"zz\"] }";

	ck_assert_int_eq(layer(root("\"max\":5"), text, &r, &result, &err), 0);
	ck_assert_uint_eq(r.n, 1);
	ck_assert_ptr_eq(text + r.v[0].at, strstr(text, "[\"zz\"]"));
}
END_TEST

/* "@bindRoots" stands for what guarded.json lists, in lists and in rules; "" for none. */
static const struct { const char *roots[3]; const char *want; } macro_rows[] = {
	{ { NULL }, "\"paths\":[\"/x\"]" }, { { NULL }, "\"rules\":[]" },
	{ { "/srv" }, "\"paths\":[\"/srv/**\",\"/x\"]" },
	{ { "/srv", "/data" }, "\"paths\":[\"/srv/**\",\"/data/**\",\"/x\"]" },
	{ { "/srv", "/data" }, "\"rules\":[{\"path\":\"/srv/a\",\"readOnly\":true" },
	{ { "/srv", "/data" }, "{\"path\":\"/data/a\",\"readOnly\":true" },
};

START_TEST(macros)
{
	static const char text[] = "{" TOY_ROOT ",\"paths\":[\"@bindRoots/**\",\"/x\"],"
		"\"rules\":[{\"path\":\"@bindRoots/a\",\"readOnly\":true}]}";
	struct gd_macros m = { 0 };
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };
	struct gd_written w;
	struct gd_pull p;
	void *result;

	for (const char *const *s = macro_rows[_i].roots; *s; s++)
		gd_words_add(arena, &m.bind_roots, *s);
	gd_pull_init(&p, gd_strdup(arena, text), strlen(text), text, &err);
	ck_assert_int_eq(gd_written_read(&toy_control, &p, &m, arena, &w, &err), 0);
	ck_assert_int_eq(gd_config_layer(&toy_control, NULL, &w, NULL, arena, &result, &err), 0);
	gd_config_write(&toy_control, result, &b);
	ck_assert_msg(strstr(b.data, macro_rows[_i].want) != NULL, "%s", b.data);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ layers, ROWS(rows) },
		{ below_is_left_alone, ROWS(rows) },
		{ remarks_have_places, 0 },
		{ macros, ROWS(macro_rows) },
	};

	arena = gd_arena_new(NULL);
	return run_suite("layers", cases, sizeof(cases) / sizeof(*cases));
}
