/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Truth tables of controls. A row is a document of a real engine with a change, a configuration,
 * and what must be found; the change and the expectations are JSON, the change an RFC 7386 merge
 * patch.
 *
 * Every row is also held to the property that makes rewriting safe: what fix() did, check() finds
 * clean, a second fix() changes nothing, and without a finding that can be fixed fix() changes
 * nothing at all.
 */
#ifndef GD_TEST_CONTROL_CASE_H
#define GD_TEST_CONTROL_CASE_H

#include <stdio.h>
#include <string.h>

#include "control/config.h"
#include "control/control.h"
#include "json/scan.h"

#include "suite.h"

/* A row says what matters to it; the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct control_row {
	enum gd_engine engine;
	enum gd_action_verb verb;
	const char *patch;	/* of the document; NULL: none */
	const char *config;	/* of the control, without its action */
	/*
	 * "POINTER" of every finding in order, with ":a" asked, ":f" fixable, ":af" both; "" none
	 */
	const char *findings;
	const char *flag;	/* of the first finding; NULL: not compared */
	const char *after; /* merge patch that must change nothing in the fixed document; NULL: not
			      compared */
	const char *own;	/* exec: patch of the container's own process */
	void (*host)(struct gd_facts *f);	/* answers of the host half; NULL: none needed */
	const char *flags;	/* of the command line; NULL: none */
};

#define DOCKER_ID "f057762243030b936e50b68cecd69d099a58305966bbce25e8f5535bd4fc455f"
#define CRI_ID "0f2ca1b2813e39298151c2c2b32079bb164a149558b38f9244d4dc5ad8bf0b36"
#define PODMAN_ID "81137b0f467b006ecd0b1413d5548c0c080d641796ef5c0e0ffe3575fbe20ed0"
#define SHIM "/run/containerd/io.containerd.runtime.v2.task/"

/* A document that each engine really wrote, and the bundle that it wrote it to. */
static const struct {
	const char *sample, *id, *bundle;
} case_engines[] = {
	[GD_ENGINE_UNKNOWN] = { "docker20-plain", DOCKER_ID, "/root/bundle" },
	[GD_ENGINE_DOCKER] = { "docker20-plain", DOCKER_ID, SHIM "moby/" DOCKER_ID },
	[GD_ENGINE_CTR] = { "docker20-plain", DOCKER_ID, SHIM "default/" DOCKER_ID },
	[GD_ENGINE_CRI] = { "cri16-plain", CRI_ID, SHIM "k8s.io/" CRI_ID },
	[GD_ENGINE_PODMAN] = { "podman4-plain", PODMAN_ID,
			       "/var/lib/containers/storage/overlay-containers/" PODMAN_ID
			       "/userdata" },
	[GD_ENGINE_CRIO] = { "cri16-plain", CRI_ID,
			     "/run/containers/storage/overlay-containers/" CRI_ID "/userdata" },
	[GD_ENGINE_BUILDKIT] = { "docker20-plain", DOCKER_ID,
				 "/var/lib/docker/buildkit/executor/" DOCKER_ID },
};

static inline gd_json *case_parse(const char *text, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	gd_json *v = NULL;
	char *copy = gd_strdup(a, text);

	if (gd_json_scan(copy, strlen(copy), GD_SCAN_STRICT, &err) < 0 ||
	    gd_json_parse(copy, strlen(copy), &v, &err) < 0)
		ck_abort_msg("%s: %s", err.text, text);
	return v;
}

static inline gd_json *case_file(const char *path, struct gd_arena *a)
{
	char *text;
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_msg(f != NULL, "%s: run from the project's directory", path);
	text = gd_alloc(a, 1 << 20);
	n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	text[n] = '\0';
	return case_parse(text, a);
}

static inline gd_json *case_sample(const char *name, struct gd_arena *a)
{
	return case_file(gd_printf(a, "test/data/samples/%s/config.json", name), a);
}

/* RFC 7386. @to stays the caller's. */
static inline void case_merge(gd_json *to, const gd_json *patch)
{
	struct gd_json_iter it = { 0 };

	while (gd_json_next(patch, &it)) {
		if (!it.value) {
			gd_json_remove(to, it.key);
		} else if (gd_json_kind(it.value) != GD_JSON_OBJECT) {
			ck_assert_int_eq(gd_json_set(to, it.key, gd_json_copy(it.value)), 0);
		} else {
			if (gd_json_kind(gd_json_get(to, it.key)) != GD_JSON_OBJECT)
				gd_json_set(to, it.key, gd_json_new_obj());
			case_merge(gd_json_get(to, it.key), it.value);
		}
	}
}

static inline void case_patch(gd_json *to, const char *patch, struct gd_arena *a)
{
	gd_json *p = patch ? case_parse(patch, a) : NULL;

	if (p)
		case_merge(to, p);
	gd_json_free(p);
}

static inline void case_facts(const struct control_row *r, const gd_json *doc, const gd_json *own,
			      struct gd_arena *a, struct gd_facts *ret)
{
	struct gd_where where = { .verb = r->verb,
				  .id = case_engines[r->engine].id,
				  .bundle = case_engines[r->engine].bundle,
				  .runtime_root = "/run/runc" };
	struct gd_error err = { 0 };

	if (r->flags)
		gd_words_add(a, &where.flags, r->flags);
	ck_assert_msg(gd_facts_extract(&where, doc, own, a, ret, &err) == 0, "%s", err.text);
	ck_assert_int_eq(ret->engine, r->engine);
	if (r->host)
		r->host(ret);
}

static inline struct gd_findings case_check(const struct gd_control *c, const struct gd_facts *f,
					    const void *config, struct gd_arena *a)
{
	struct gd_findings out = { .arena = a, .control = c };

	c->check(f, config, &out);
	for (size_t i = 0; i < out.n; i++) {
		/* what every message needs, and nothing that would break its one line */
		const char *texts[] = { out.v[i].what, out.v[i].why, out.v[i].fix, out.v[i].flag,
					out.v[i].value };

		ck_assert_ptr_nonnull(out.v[i].what);
		ck_assert_ptr_nonnull(out.v[i].why);
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			ck_assert_msg(!texts[k] || (*texts[k] && !strpbrk(texts[k], "\n\r\"")),
				      "%s", texts[k]);
		ck_assert_msg(!gd_ends(out.v[i].why, ".") && !gd_ends(out.v[i].fix, "."), "%s",
			      out.v[i].why);
	}
	return out;
}

static inline const char *case_findings(const struct gd_findings *out, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	gd_buf_str(&b, "");
	for (size_t i = 0; i < out->n; i++)
		gd_buf_fmt(&b, "%s%s%s%s%s", i ? " " : "", out->v[i].pointer,
			   out->v[i].asked || out->v[i].fixable ? ":" : "",
			   out->v[i].asked ? "a" : "", out->v[i].fixable ? "f" : "");
	return b.data ? b.data : "";
}

static inline bool case_fixable(const struct gd_findings *out)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].fixable)
			return true;
	return false;
}

static inline void case_fix(const struct control_row *r, const struct gd_control *c,
			    const void *config, const gd_json *before, const gd_json *own,
			    bool expect_change, struct gd_arena *a)
{
	gd_json *doc = gd_json_copy(before), *once, *want;
	struct gd_error err = { 0 };
	struct gd_findings out;
	struct gd_facts f;

	case_facts(r, before, own, a, &f);
	ck_assert_msg(c->fix(doc, &f, config, a, &err) == 0, "%s", err.text);
	ck_assert_msg(gd_json_equal(doc, before) != expect_change, "fix changed %s",
		      expect_change ? "nothing" : "what was not found");
	case_facts(r, doc, own, a, &f);
	out = case_check(c, &f, config, a);
	ck_assert_msg(!case_fixable(&out), "after fix: %s", case_findings(&out, a));
	once = gd_json_copy(doc);
	ck_assert_int_eq(c->fix(doc, &f, config, a, &err), 0);
	ck_assert_msg(gd_json_equal(once, doc), "fix is not idempotent");
	if (r->after) {
		const char *bytes;
		size_t len;

		want = gd_json_copy(doc);
		case_patch(want, r->after, a);
		ck_assert_int_eq(gd_json_bytes(doc, a, &bytes, &len), 0);
		ck_assert_msg(gd_json_equal(want, doc), "fixed: %s", bytes);
		gd_json_free(want);
	}
	gd_json_free(once);
	gd_json_free(doc);
}

static inline void *case_config(const struct gd_control *c, const char *members, struct gd_arena *a)
{
	struct gd_error err = { 0 };
	void *config;
	bool like = false;
	const char *text;

	/* a row that says nothing of the image is about something else */
	for (const struct gd_field *f = c->fields; f->name; f++)
		like |= strcmp(f->name, "like") == 0;
	like = like && !(members && strstr(members, "\"like\""));
	text = gd_printf(a, "{\"action\":\"rewrite\"%s%s%s}", like ? ",\"like\":\"any\"" : "",
			 members && *members ? "," : "", members ? members : "");

	ck_assert_msg(gd_config_from(c, text, a, &config, &err) == 0, "%s: %s", err.text, text);
	return config;
}

static inline void control_case(const char *control, const struct control_row *r)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name(control);
	gd_json *doc = case_sample(case_engines[r->engine].sample, a), *own = NULL;
	struct gd_findings out;
	struct gd_facts f;
	void *config;

	ck_assert_msg(c != NULL, "%s is not in the table", control);
	config = case_config(c, r->config, a);
	if (r->verb == GD_ON_EXEC) {
		own = gd_json_copy(gd_json_get(doc, "process"));
		case_patch(own, r->own, a);
	}
	case_patch(doc, r->patch, a);
	case_facts(r, doc, own, a, &f);
	out = case_check(c, &f, config, a);
	ck_assert_str_eq(case_findings(&out, a), r->findings);
	if (r->flag) {
		ck_assert_uint_gt(out.n, 0);
		ck_assert_str_eq(out.v[0].flag ? out.v[0].flag : out.v[0].what, r->flag);
	}
	if (c->fix)
		case_fix(r, c, config, doc, own, case_fixable(&out), a);
	gd_json_free(own);
	gd_json_free(doc);
	gd_arena_free(a);
}

#define CONTROL_SUITE(control, table) \
	START_TEST(rows) \
	{ \
		control_case(control, &(table)[_i]); \
	} \
	END_TEST \
	int main(void) \
	{ \
		const struct test_case cases[] = { { rows, ROWS(table) } }; \
		return run_suite("control " control, cases, 1); \
	}

#endif
