/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions and modes, the message, and the property that conforming is worth its name. */
#include "control_case.h"
#include "judge_case.h"

#include <dirent.h>
#include <unistd.h>

#include "audit/record.h"

#define LEN(x) (sizeof(x) / sizeof((x)[0]))

/* action and asked of the policy, what the finding is, in which pass: what happens. */
static const struct {
	const char *config;	/* of capabilities, which fixes what it finds */
	const char *cap;	/* in the document: MKNOD is an engine's default, SYS_ADMIN is asked */
	enum gd_mode mode;
	enum gd_pass pass;
	enum gd_verdict verdict, would;
} actions[] = {
	{ "\"action\":\"deny\"", "CAP_MKNOD", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_REFUSE, GD_REFUSE },
	{ "\"action\":\"rewrite\"", "CAP_MKNOD", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_CONFORM, GD_CONFORM },
	{ "\"action\":\"rewrite\"", "CAP_MKNOD", GD_MODE_ENFORCE, GD_PASS_AGAIN, GD_REFUSE, GD_REFUSE },
	{ "\"action\":\"rewrite\"", "CAP_SYS_ADMIN", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_REFUSE, GD_REFUSE },
	{ "\"action\":\"rewrite\",\"asked\":\"rewrite\"", "CAP_SYS_ADMIN", GD_MODE_ENFORCE, GD_PASS_FIRST,
	  GD_CONFORM, GD_CONFORM },
	{ "\"action\":\"record\"", "CAP_SYS_ADMIN", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_ALLOW, GD_ALLOW },
	{ "\"action\":\"ignore\"", "CAP_SYS_ADMIN", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_ALLOW, GD_ALLOW },
	{ "\"action\":\"deny\"", "CAP_SYS_ADMIN", GD_MODE_AUDIT, GD_PASS_FIRST, GD_ALLOW, GD_REFUSE },
	{ "\"action\":\"rewrite\"", "CAP_MKNOD", GD_MODE_LEARN, GD_PASS_FIRST, GD_ALLOW, GD_CONFORM },
	/* the floor: what it would rewrite it refuses, what it would record it leaves */
	{ "\"action\":\"rewrite\"", "CAP_MKNOD", GD_MODE_ENFORCE, GD_PASS_FLOOR, GD_REFUSE, GD_REFUSE },
	{ "\"action\":\"deny\"", "CAP_MKNOD", GD_MODE_ENFORCE, GD_PASS_FLOOR, GD_REFUSE, GD_REFUSE },
	{ "\"action\":\"record\"", "CAP_SYS_ADMIN", GD_MODE_ENFORCE, GD_PASS_FLOOR, GD_ALLOW, GD_ALLOW },
	{ "\"action\":\"deny\"", "CAP_MKNOD", GD_MODE_AUDIT, GD_PASS_FLOOR, GD_ALLOW, GD_REFUSE },
	/* nothing found */
	{ "\"action\":\"deny\"", "CAP_CHOWN", GD_MODE_ENFORCE, GD_PASS_FIRST, GD_ALLOW, GD_ALLOW },
};

static struct gd_policy *only_capabilities(const char *config, enum gd_mode mode, struct gd_arena *a)
{
	const char *problem;
	const struct gd_policy *permissive = judge_profile("permissive", a, &problem);
	struct gd_policy *p = GD_NEW(a, struct gd_policy);
	struct gd_error err = { 0 };

	ck_assert_msg(permissive != NULL, "%s", problem);
	*p = *permissive;
	p->mode = mode;
	p->config = GD_NEW_N(a, gd_n_controls, const void *);
	for (size_t i = 0; i < gd_n_controls; i++) {
		void *c;

		p->config[i] = permissive->config[i];
		if (strcmp(gd_controls[i]->name, "capabilities"))
			continue;
		ck_assert_msg(gd_config_from(gd_controls[i],
					     gd_printf(a, "{\"allow\":[\"CHOWN\"],%s}", config), a, &c, &err) == 0,
			      "%s", err.text);
		p->config[i] = c;
	}
	return p;
}

START_TEST(test_actions)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_policy *p = only_capabilities(actions[_i].config, actions[_i].mode, a);
	struct gd_decision d;
	struct gd_error err = { 0 };
	struct gd_facts f;
	gd_json *doc = case_sample("docker20-plain", a);
	gd_json *caps = case_parse(gd_printf(a, "{\"bounding\":[\"%s\"]}", actions[_i].cap), a);

	ck_assert_int_eq(gd_json_set(gd_json_get(doc, "process"), "capabilities", caps), 0);
	ck_assert_int_eq(judge_extract(doc, SHIM "moby/" DOCKER_ID, DOCKER_ID, a, &f, &err), 0);
	gd_decide(&f, p, actions[_i].pass, a, &d);
	ck_assert_int_eq(d.verdict, actions[_i].verdict);
	ck_assert_int_eq(d.would, actions[_i].would);
	ck_assert_int_eq(d.first != NULL, actions[_i].would == GD_REFUSE);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

START_TEST(test_message)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_finding v[] = {
		{ .control = &gd_control_privileged, .flag = "-v /s:/s", .what = "a mount", .why = "it is bad",
		  .fix = "leave it out", .action = GD_DENY },
		{ .control = &gd_control_privileged, .what = "x", .why = "y", .action = GD_DENY },
		{ .control = &gd_control_privileged, .what = "x", .why = "y", .action = GD_DENY, .explained = true },
		{ .control = &gd_control_privileged, .what = "x", .why = "y", .action = GD_RECORD },
	};
	struct gd_policy p = { .name = "web" };
	struct gd_decision d = { .policy = &p, .v = v, .n = 4, .first = v };

	ck_assert_str_eq(gd_decision_message(&d, "7f3a01c2", NULL, a),
			 "guarded refused -v /s:/s: it is bad. Leave it out. 1 more finding. "
			 "(privileged, policy web; guardctl why 7f3a01c2)");
	v[0].flag = NULL;
	v[0].fix = NULL;
	d.n = 1;
	ck_assert_str_eq(gd_decision_message(&d, "7f3a01c2", "ops@example.org", a),
			 "guarded refused a mount: it is bad. Ask ops@example.org. "
			 "(privileged, policy web; guardctl why 7f3a01c2)");
	gd_arena_free(a);
}
END_TEST

/* --- every document of the data under every profile ------------------------------------------------ */

static const char *const profiles[] = { "permissive", "baseline", "restricted" };

static const char *bytes(const gd_json *v, struct gd_arena *a)
{
	const char *ret;
	size_t len;

	ck_assert_int_eq(gd_json_bytes(v, a, &ret, &len), 0);
	return ret;
}

/* What was conformed is decided clean, and conforming it again changes not one byte. */
static bool conforms(const gd_json *doc, const char *bundle, const char *id, const struct gd_policy *p,
		     struct gd_arena *a, const char *name)
{
	struct gd_error err = { 0 };
	struct gd_facts f, g;
	struct gd_decision d, e;
	struct gd_conformed once, twice;
	bool changed;

	ck_assert_msg(judge_extract(doc, bundle, id, a, &f, &err) == 0, "%s: %s", name, err.text);
	gd_decide(&f, p, GD_PASS_FIRST, a, &d);
	if (d.verdict == GD_REFUSE)
		return false;
	ck_assert_msg(gd_conform(&f, &d, NULL, a, &once, &err) == 0, "%s: %s", name, err.text);
	ck_assert_msg(once.again.verdict == GD_ALLOW, "%s under %s: conformed, and then: %s", name, p->name,
		      gd_decision_message(&once.again, "0", NULL, a));
	changed = strcmp(bytes(doc, a), bytes(once.doc, a)) != 0;
	ck_assert_msg(changed == (d.verdict == GD_CONFORM), "%s under %s: says %s", name, p->name,
		      gd_verdict_names[d.verdict]);

	ck_assert_int_eq(judge_extract(once.doc, bundle, id, a, &g, &err), 0);
	gd_decide(&g, p, GD_PASS_FIRST, a, &e);
	ck_assert_msg(e.verdict == GD_ALLOW, "%s under %s: decided again, it is %s", name, p->name,
		      gd_verdict_names[e.verdict]);
	ck_assert_int_eq(gd_conform(&g, &e, NULL, a, &twice, &err), 0);
	ck_assert_str_eq(bytes(once.doc, a), bytes(twice.doc, a));
	gd_conformed_done(&once);
	gd_conformed_done(&twice);
	return true;
}

START_TEST(test_conforming)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const char *problem;
	const struct gd_policy *p = judge_profile(profiles[_i], a, &problem);
	DIR *dir = opendir("test/data/samples");
	unsigned documents = 0, started = 0;
	struct dirent *e;

	ck_assert_msg(p != NULL, "%s", problem);
	ck_assert_msg(dir != NULL, "run from the project's directory");
	while ((e = readdir(dir))) {
		char *path = gd_printf(a, "test/data/samples/%s/config.json", e->d_name);
		const char *bundle = e->d_name[0] == 'd' ? SHIM "moby/" DOCKER_ID : e->d_name[0] == 'c' ?
			SHIM "k8s.io/" CRI_ID :
			"/var/lib/containers/storage/overlay-containers/" PODMAN_ID "/userdata";
		gd_json *doc;

		if (access(path, R_OK))
			continue;
		doc = case_sample(e->d_name, a);
		documents++;
		started += conforms(doc, bundle, strrchr(bundle, '/') + 1, p, a, e->d_name);
		gd_json_free(doc);
	}
	closedir(dir);
	ck_assert_uint_gt(documents, 20);
	if (!strcmp(profiles[_i], "permissive"))
		ck_assert_uint_eq(started, documents);
	gd_arena_free(a);
}
END_TEST

/* --- the record --------------------------------------------------------------------------------------- */

START_TEST(test_record)
{
	struct gd_arena *a = gd_arena_new(NULL);
	gd_json *doc = case_sample("docker20-env", a), *to = gd_json_copy(doc), *patch = NULL, *line = NULL;
	struct gd_policy p = { .name = "web" };
	struct gd_decision d = { .policy = &p, .verdict = GD_CONFORM, .would = GD_CONFORM };
	struct gd_audit r = { .id = "0a0b0c0d", .verb = "create", .first = &d };
	struct gd_error err = { 0 };
	size_t len;
	const char *text;

	/* values of the environment, changed, added, or in a process that is new as a whole */
	ck_assert_int_eq(gd_json_push(gd_json_pointer(to, "/process/env"), gd_json_new_str("A=s3cret")), 0);
	ck_assert_int_eq(gd_json_set(to, "hostname", gd_json_new_str("h\n\"x")), 0);
	ck_assert_int_eq(gd_json_diff(doc, to, a, &patch), 0);
	r.patch = patch;
	text = gd_audit_line(&r, a, &len);
	ck_assert_msg(!strstr(text, "s3cret"), "%s", text);
	ck_assert_msg(memchr(text, '\n', len - 1) == NULL && text[len - 1] == '\n', "not one line: %s", text);
	ck_assert_msg(gd_json_scan((char *)text, len, GD_SCAN_STRICT, &err) == 0, "%s: %s", err.text, text);
	ck_assert_int_eq(gd_json_parse(text, len, &line, &err), 0);
	ck_assert_str_eq(gd_json_get_str(line, "verdict"), "conformed");
	ck_assert_str_eq(gd_json_get_str(line, "id"), "0a0b0c0d");
	gd_json_free(line);
	gd_json_free(patch);
	gd_json_free(doc);
	gd_json_free(to);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ test_actions, ROWS(actions) },
		{ test_message, 0 },
		{ test_conforming, ROWS(profiles) },
		{ test_record, 0 },
	};

	return run_suite("decide", cases, LEN(cases));
}
