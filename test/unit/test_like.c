/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole decisions of containers that are to be like their image: every document of the data is either refused or, made
 * like the image, decided clean; and what somebody who typed something else is told.
 */
#include "image_case.h"
#include "judge_case.h"

#include "control/like.h"

#include <dirent.h>
#include <unistd.h>

#define BOTH "\"action\":\"rewrite\",\"asked\":\"rewrite\","

static const struct { const char *control, *config; } built[] = {
	{ "entrypoint", "\"like\":\"image\",\"covered\":false,\"changed\":false" },
	{ "environment", "\"like\":\"image\",\"deny\":[\"EVIL*\"]" },
	{ "user", "\"like\":\"image\",\"nonRoot\":false,\"uids\":[\"*\"],\"groups\":[\"*\"]" },
	{ "workingDir", "\"like\":\"image\"" },
};

static const struct gd_policy *as_built(bool rewrite, struct gd_arena *a)
{
	const char *problem;
	const struct gd_policy *others = judge_profile("permissive", a, &problem);
	struct gd_policy *p = GD_NEW(a, struct gd_policy);
	struct gd_error err = { 0 };

	ck_assert_msg(others != NULL, "%s", problem);
	*p = *others;
	p->name = "built";
	p->config = GD_NEW_N(a, gd_n_controls, const void *);
	for (size_t i = 0; i < gd_n_controls; i++) {
		p->config[i] = others->config[i];
		for (size_t k = 0; k < N(built); k++) {
			void *c;

			if (strcmp(gd_controls[i]->name, built[k].control))
				continue;
			ck_assert_msg(gd_config_from(gd_controls[i],
						     gd_printf(a, "{%s%s}", rewrite ? BOTH : "\"action\":\"deny\",",
							       built[k].config), a, &c, &err) == 0, "%s", err.text);
			p->config[i] = c;
		}
	}
	return p;
}

static const struct gd_program_file sh = { GD_PROGRAM_COMMAND, "/usr/bin/dash", "/bin/sh", false };

static int look_again(struct gd_facts *f, struct gd_arena *a, struct gd_error *err)
{
	(void)a;
	(void)err;
	f->program = (struct gd_program){ .asked = true, .found = true, .files = &sh, .n_files = 1 };
	return 0;
}

/* Of documents that were made of other images, it is another image's. */
static void answer(struct gd_facts *f)
{
	static const struct gd_program_file none[1];

	judge_host(f);
	image_declared(f);
	f->use.hostname = gd_json_get_str(f->doc, "hostname");
	f->program = (struct gd_program){ .asked = true, .found = true, .files = none, .again = look_again };
	if (f->process.args.n && !strcmp(f->process.args.v[0], "/bin/sh"))
		look_again(f, NULL, NULL), f->program.again = look_again;
}

static const char *text(const gd_json *v, struct gd_arena *a)
{
	const char *ret;

	ck_assert_int_eq(gd_json_bytes(v, a, &ret, NULL), 0);
	return ret;
}

static void extract(const gd_json *doc, const char *bundle, struct gd_arena *a, struct gd_facts *ret)
{
	struct gd_where where = { .verb = GD_ON_CREATE, .id = strrchr(bundle, '/') + 1, .bundle = bundle };
	struct gd_error err = { 0 };

	ck_assert_msg(gd_facts_extract(&where, doc, NULL, a, ret, &err) == 0, "%s", err.text);
	answer(ret);
}

/* Whether it started; then it does what the image says, and conforming it once more changes nothing. */
static bool conforms(const gd_json *doc, const char *bundle, const struct gd_policy *p, const char *name,
		     struct gd_arena *a)
{
	struct gd_error err = { 0 };
	struct gd_facts f, g;
	struct gd_decision d, e;
	struct gd_conformed once;

	extract(doc, bundle, a, &f);
	gd_decide(&f, p, GD_PASS_FIRST, a, &d);
	if (d.verdict == GD_REFUSE)
		return false;
	ck_assert_msg(gd_conform(&f, &d, NULL, a, &once, &err) == 0, "%s: %s", name, err.text);
	ck_assert_msg(once.again.verdict == GD_ALLOW, "%s: conformed, and then: %s", name,
		      gd_decision_message(&once.again, "0", NULL, a));
	extract(once.doc, bundle, a, &g);
	ck_assert_uint_eq(g.process.args.n, 5);
	ck_assert_str_eq(g.process.args.v[3], "sleep");
	ck_assert_uint_eq(g.process.uid, 1234);
	ck_assert_str_eq(g.process.cwd, "/srv/app");
	ck_assert_str_eq(gd_env_last(&g.process.env, "A", 1), "img");
	gd_decide(&g, p, GD_PASS_FIRST, a, &e);
	ck_assert_msg(e.verdict == GD_ALLOW, "%s: decided again, it is %s", name, gd_verdict_names[e.verdict]);
	ck_assert_msg(d.verdict == GD_CONFORM || !strcmp(text(doc, a), text(once.doc, a)), "%s", name);
	gd_conformed_done(&once);
	return true;
}

START_TEST(conforming)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_policy *p = as_built(true, a);
	DIR *dir = opendir("test/data/samples");
	struct dirent *e;
	unsigned started = 0;

	ck_assert_msg(dir != NULL, "run from the project's directory");
	while ((e = readdir(dir))) {
		const char *bundle = e->d_name[0] == 'd' ? SHIM "moby/" DOCKER_ID : e->d_name[0] == 'c' ?
			SHIM "k8s.io/" CRI_ID :
			"/var/lib/containers/storage/overlay-containers/" PODMAN_ID "/userdata";
		gd_json *doc;

		/* neither has an image to be like */
		if (access(gd_printf(a, "test/data/samples/%s/config.json", e->d_name), R_OK) ||
		    strstr(e->d_name, "sandbox") || strstr(e->d_name, "plugin"))
			continue;
		doc = case_sample(e->d_name, a);
		started += conforms(doc, bundle, p, e->d_name, a);
		gd_json_free(doc);
	}
	closedir(dir);
	ck_assert_uint_gt(started, 12);
	gd_arena_free(a);
}
END_TEST

/* --- what is told -------------------------------------------------------------------------------------- */
#define SHELL "\\x22$0\\x22 \\x22$@\\x22" /* quotes are never let through */
#define TOLD(text) "guarded refused " text ", policy built; guardctl why 7f3d)"
static const struct { enum gd_engine engine; const char *patch, *message; } told[] = {
	{ GD_ENGINE_DOCKER, NULL, NULL },
	{ GD_ENGINE_PODMAN, "{\"process\":{\"args\":[\"/bin/sh\",\"-c\",\"exec \\\"$0\\\" \\\"$@\\\"\",\"sleep\",\"1000\"]}}", NULL },
	{ GD_ENGINE_CRI, NULL, NULL },
	{ GD_ENGINE_DOCKER, "{\"process\":{\"args\":[\"/bin/sh\",\"-c\",\"exec \\\"$0\\\" \\\"$@\\\"\",\"id\"]}}",
	  TOLD("the command '/bin/sh -c exec " SHELL " id': the image declares '/bin/sh -c exec " SHELL " sleep 1000'. Leave the "
	       "command behind the image's name out, or have it listed under entrypoint.allow. (entrypoint") },
	{ GD_ENGINE_DOCKER, "{\"process\":{\"args\":[\"/bin/sh\",\"x\"]}}",
	  TOLD("--entrypoint /bin/sh: the image declares '/bin/sh -c exec " SHELL " sleep 1000', and not '/bin/sh x'. Leave "
	       "--entrypoint (compose: entrypoint) out, or have it listed under entrypoint.allow. (entrypoint") },
	{ GD_ENGINE_DOCKER, "{\"process\":{\"cwd\":\"/tmp\"}}",
	  TOLD("--workdir /tmp: the image declares '/srv/app'. Leave --workdir (compose: working_dir) out. (workingDir") },
	{ GD_ENGINE_DOCKER, "{\"process\":{\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0]}}}",
	  TOLD("--user 0:0: the image declares 'app:app', which is 1234:1234. Leave --user (compose: user) out. (user") },
	{ GD_ENGINE_CRI, "{\"process\":{\"user\":{\"uid\":7}}}",
	  TOLD("runAsUser: 7: the image declares 'app:app', which is 1234:1234. Leave runAsUser out. (user") },
	{ GD_ENGINE_DOCKER, "{\"process\":{\"env\":[\"A=s3cret\",\"B=two\",\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"]}}",
	  TOLD("--env A: the image declares another value for it. Leave it out, or have it listed under environment.allow. "
	       "(environment") },
};

START_TEST(messages)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_policy *p = as_built(false, a);
	gd_json *doc = case_sample(case_engines[told[_i].engine].sample, a);
	struct gd_decision d;
	struct gd_facts f;

	case_patch(doc, told[_i].patch, a);
	extract(doc, case_engines[told[_i].engine].bundle, a, &f);
	gd_decide(&f, p, GD_PASS_FIRST, a, &d);
	const char *message = d.verdict == GD_REFUSE ? gd_decision_message(&d, "7f3d", NULL, a) : NULL;
	ck_assert_msg((message == NULL) == (told[_i].message == NULL), "%s", message ? message : "it starts");
	if (message)
		ck_assert_str_eq(message, told[_i].message);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { conforming, 0 }, { messages, ROWS(told) } };

	return run_suite("like the image", cases, ROWS(cases));
}
