/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies by image and pod: what is well written, who governs, what ties, what may be looser and until when, and how
 * little a launch reads of ten thousand.
 */
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "policy/applied.h"

#include "policy_set.h"
#include "suite.h"

static struct gd_arena *arena;

#define D(c) "sha256:" c c c c c c c c
#define A D("aaaaaaaa")
#define B D("bbbbbbbb")
#define M D("12345678")
#define X D("deadbeef")

static const char *policy_text(const char *name, const char *match, const char *more)
{
	return gd_printf(arena, "{\"version\":1,\"name\":\"%s\",\"extends\":[\"strict\"],\"match\":%s%s}", name, match,
			 more ? more : "");
}

static struct gd_source *add(struct gd_set *set, const char *name, const char *match, const char *more)
{
	return gd_set_add(set, gd_printf(arena, "%s.json", name), text_bytes(arena, policy_text(name, match, more)),
			  false);
}

static struct gd_applied *open_set(struct gd_set *set)
{
	struct gd_bytes bytes;
	struct gd_error err = { 0 };
	struct gd_applied *ap;

	for (size_t i = 0; i < set->n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(set, set->v[i]));
	ck_assert_msg(gd_applied_build(set, arena, &bytes, &err) == 0, "%s", err.text);
	int fd = gd_memfd("applied", bytes.data, bytes.len, &err);
	ck_assert_msg(gd_applied_open_fd(fd, arena, &ap, &err) == 0, "%s", err.text);
	return ap;
}

/* --- times --- */
static const struct { const char *text; int64_t want; } time_rows[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1970-01-01", 86399 },
	{ "2026-12-31", 1798761599 },
	{ "2026-12-31T23:59:59Z", 1798761599 },
	{ "2026-12-31t23:59:59.999z", 1798761599 },
	{ "2027-01-01T01:59:59+02:00", 1798761599 },
	{ "2026-12-31T18:29:59-05:30", 1798761599 },
	{ "2024-02-29", 1709251199 },
	{ "2000-02-29T12:00:00Z", 951825600 },
	{ "2023-02-29", -1 }, { "1900-01-01", -1 }, { "2026-13-01", -1 }, { "2026-00-01", -1 },
	{ "2026-01-32", -1 }, { "2026-04-31", -1 }, { "2026-1-1", -1 }, { "2026-01-01T", -1 },
	{ "2026-01-01T00:00:00", -1 }, { "2026-01-01T24:00:00Z", -1 }, { "2026-01-01T00:60:00Z", -1 },
	{ "2026-01-01T00:00:00.Z", -1 }, { "2026-01-01 00:00:00Z", -1 }, { "2026-01-01T00:00:00+0200", -1 },
	{ "2026-01-01T00:00:00Zx", -1 }, { "2026-01-01x", -1 }, { "", -1 }, { "tomorrow", -1 }, { "20260101", -1 },
	{ "-001-01-01", -1 }, { "2026-01-01T00:00:00+24:00", -1 },
};

START_TEST(times)
{
	int64_t got = -1;
	int r = gd_time_parse(time_rows[_i].text, &got);

	ck_assert_msg(r == (time_rows[_i].want < 0 ? -1 : 0) && got == time_rows[_i].want, "%s: %lld",
		      time_rows[_i].text, (long long)got);
}
END_TEST

/* --- what is well written --- */
static const struct { const char *match, *want; } written_rows[] = {
	{ "{\"digest\":[\"" A "\"]}", NULL },
	{ "{\"digest\":[\"sha256:abc\"]}", "is no digest" },
	{ "{\"digest\":[\"" D("AAAAAAAA") "\"]}", "is no digest" },
	{ "{\"digest\":[\"" A "a\"]}", "is no digest" },
	{ "{\"digest\":[\"sha512:" "aaaaaaaaaaaaaaaa" "\"]}", "is no digest" },
	{ "{\"digest\":[]}", "an empty list matches nothing" },
	{ "{\"digest\":\"" A "\"}", "1:" },
	{ "{\"reference\":[\"docker.io/library/nginx:1.25\"]}", NULL },
	{ "{\"reference\":[\"localhost/x:1\",\"localhost:5000/x/y@" A "\"]}", NULL },
	{ "{\"reference\":[\"nginx\"]}", "say 'docker.io/library/nginx:latest'" },
	{ "{\"reference\":[\"nginx:1.25\"]}", "say 'docker.io/library/nginx:1.25'" },
	{ "{\"reference\":[\"bitnami/nginx:1\"]}", "say 'docker.io/bitnami/nginx:1'" },
	{ "{\"reference\":[\"docker.io/nginx:1\"]}", "say 'docker.io/library/nginx:1'" },
	{ "{\"reference\":[\"index.docker.io/library/nginx:1\"]}", "say 'docker.io/library/nginx:1'" },
	{ "{\"reference\":[\"localhost:5000/x\"]}", "say 'localhost:5000/x:latest'" },
	{ "{\"reference\":[\"docker.io/library/nginx:*\"]}", "patterns stand in 'repository'" },
	{ "{\"repository\":[\"docker.io/library/*\",\"registry.example/**\",\"*/web\",\"**\"]}", NULL },
	{ "{\"repository\":[\"nginx\"]}", "say 'docker.io/library/nginx'" },
	{ "{\"repository\":[\"bitnami/*\"]}", "say 'docker.io/bitnami/*'" },
	{ "{\"repository\":[\"docker.io/library/nginx:1\"]}", "has neither tag nor digest" },
	{ "{\"repository\":[\"docker.io/library/nginx@" A "\"]}", "has neither tag nor digest" },
	{ "{\"label\":[\"a=b\",\"c=\"]}", NULL },
	{ "{\"label\":{\"a\":\"b\",\"c.d/e\":\"f=g\"}}", NULL },
	{ "{\"label\":{}}", "an empty list matches nothing" },
	{ "{\"label\":[\"a\"]}", "a label is written 'key=value'" },
	{ "{\"label\":[\"=b\"]}", "a label is written 'key=value'" },
	{ "{\"namespace\":[\"kube-system\"]}", NULL },
	{ "{\"namespace\":[\"kube-*\"]}", "is no name of Kubernetes'" },
	{ "{\"namespace\":[\"\"]}", "is no name of Kubernetes'" },
	{ "{\"pod\":[\"web-*\",\"db-0\"]}", NULL },
	{ "{\"pod\":[\"Web\"]}", "is no pattern of a pod's name" },
	{ "{\"containerName\":[\"app\"]}", NULL },
	{ "{\"containerName\":[\"a/b\"]}", "is no name of Kubernetes'" },
	{ "{\"digets\":[\"" A "\"]}", "unknown selector 'digets', did you mean 'digest'?" },
};

START_TEST(written)
{
	struct gd_set set = new_set(arena);
	struct gd_source *s = add(&set, "p", written_rows[_i].match, NULL);
	struct gd_buf first = { .arena = arena }, second = { .arena = arena };
	struct gd_match again;
	struct gd_error err = { 0 };
	struct gd_pull p;

	if (written_rows[_i].want) {
		ck_assert_ptr_null(s);
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, written_rows[_i].want), "%s", all_problems(&set));
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, "p.json:1:"), "%s", all_problems(&set));
		return;
	}
	ck_assert_msg(s != NULL, "%s", all_problems(&set));
	/* What is written into the applied file reads back as it was. */
	gd_match_write(&s->match, &first);
	gd_pull_init(&p, gd_strdup(arena, first.data), first.len, NULL, &err);
	ck_assert_msg(gd_match_read(&p, arena, &again) >= 0, "%s: %s", first.data, err.text);
	gd_match_write(&again, &second);
	ck_assert_str_eq(first.data, second.data);
	ck_assert_uint_eq(gd_match_rank(&s->match), gd_match_rank(&again));
}
END_TEST

/* --- who governs --- */
static const struct { const char *name, *match; } site[] = {
	{ "default", "{}" },
	{ "docker", "{\"engine\":[\"docker\"]}" },
	{ "by-index", "{\"digest\":[\"" A "\"]}" },
	{ "by-manifest", "{\"digest\":[\"" M "\",\"" X "\"]}" },
	{ "in-prod", "{\"digest\":[\"" A "\"],\"namespace\":[\"prod\"]}" },
	{ "exact", "{\"reference\":[\"docker.io/library/nginx:1.25\"]}" },
	{ "hub", "{\"repository\":[\"docker.io/**\"]}" },
	{ "library", "{\"repository\":[\"docker.io/library/*\",\"quay.io/x/*\"]}" },
	{ "redis", "{\"repository\":[\"docker.io/library/redis\"]}" },
	{ "redis-star", "{\"repository\":[\"docker.io/library/redis*\"]}" },
	{ "podman-lib", "{\"repository\":[\"docker.io/library/*\"],\"engine\":[\"podman\"]}" },
	{ "everything", "{\"repository\":[\"registry.example/*/*\"]}" },
	{ "prod", "{\"namespace\":[\"prod\"]}" },
	{ "prod-db", "{\"namespace\":[\"prod\"],\"pod\":[\"db-*\"]}" },
	{ "web-pods", "{\"pod\":[\"web-*\"]}" },
	{ "web-front", "{\"pod\":[\"web-front-*\"]}" },
	{ "app", "{\"containerName\":[\"app\"]}" },
	{ "team", "{\"label\":[\"team=blue\"]}" },
	{ "team-x", "{\"label\":{\"team\":\"blue\",\"x\":\"y\"}}" },
	{ "team-z", "{\"label\":[\"team=blue\",\"z=1\"]}" },
	{ "plug", "{\"class\":[\"plugin\"],\"digest\":[\"" A "\"]}" },
};

static const struct {
	const char *why;
	const char *config, *manifest, *index;
	const char *references[3];
	struct gd_image_label labels[3];
	const char *namespace, *pod, *container;
	enum gd_engine engine;
	enum gd_class class;
	const char *want; /* with '!': part of the error */
} subject_rows[] = {
	{ .why = "nothing known", .want = "default" },
	{ .why = "engine", .engine = GD_ENGINE_DOCKER, .want = "docker" },
	{ .why = "index digest", .config = B, .manifest = B, .index = A, .want = "by-index" },
	{ .why = "as configuration", .config = A, .want = "by-index" },
	{ .why = "as manifest, other words of the list", .config = B, .manifest = X, .want = "by-manifest" },
	{ .why = "two digests of one policy are no tie", .config = X, .manifest = M, .want = "by-manifest" },
	{ .why = "two policies by digests of one image", .config = A, .manifest = M,
	  .want = "!'by-index' and 'by-manifest' both match" },
	{ .why = "digest before engine", .config = A, .engine = GD_ENGINE_DOCKER, .want = "by-index" },
	{ .why = "digest before reference", .config = A, .references = { "docker.io/library/nginx:1.25" },
	  .want = "by-index" },
	{ .why = "digest and namespace before digest", .config = A, .namespace = "prod", .want = "in-prod" },
	{ .why = "the namespace is another", .config = A, .namespace = "prod2", .want = "by-index" },
	{ .why = "class and digest", .config = A, .class = GD_CLASS_PLUGIN, .want = "plug" },
	{ .why = "reference", .config = B, .references = { "docker.io/library/nginx:1.25" }, .want = "exact" },
	{ .why = "another tag", .config = B, .references = { "docker.io/library/nginx:1.26" }, .want = "library" },
	{ .why = "any of the names", .config = B,
	  .references = { "docker.io/a/b:1", "docker.io/library/nginx:1.25" }, .want = "exact" },
	{ .why = "longest pattern", .references = { "docker.io/library/nginx@" B }, .want = "library" },
	{ .why = "shorter pattern", .references = { "docker.io/a/b:1" }, .want = "hub" },
	{ .why = "without wildcard before the same with", .references = { "docker.io/library/redis:7" },
	  .want = "redis" },
	{ .why = "with wildcard", .references = { "docker.io/library/redis2:7" }, .want = "redis-star" },
	{ .why = "longest over all names", .references = { "docker.io/a/b:1", "docker.io/library/redis:7" },
	  .want = "redis" },
	{ .why = "pattern with engine", .references = { "docker.io/library/nginx:1" }, .engine = GD_ENGINE_PODMAN,
	  .want = "podman-lib" },
	{ .why = "second pattern of a list", .references = { "quay.io/x/y:1" }, .want = "library" },
	{ .why = "a star stays in its component", .references = { "quay.io/x/y/z:1" }, .want = "default" },
	{ .why = "not the folder itself", .references = { "docker.io:1" }, .want = "default" },
	{ .why = "a port is no tag", .references = { "registry.example:5000/a/b" }, .want = "default" },
	{ .why = "two wildcards", .references = { "registry.example/a/b:1" }, .want = "everything" },
	{ .why = "pattern before namespace", .references = { "registry.example/a/b:1" }, .namespace = "prod",
	  .want = "everything" },
	{ .why = "namespace", .namespace = "prod", .pod = "x", .container = "app", .want = "prod" },
	{ .why = "namespace and pod", .namespace = "prod", .pod = "db-0", .want = "prod-db" },
	{ .why = "namespace before label", .namespace = "prod", .labels = { { "team", "blue" } }, .want = "prod" },
	{ .why = "pod", .namespace = "dev", .pod = "web-1", .want = "web-pods" },
	{ .why = "longer pod", .pod = "web-front-1", .want = "web-front" },
	{ .why = "pod before container", .pod = "web-1", .container = "app", .want = "web-pods" },
	{ .why = "container", .container = "app", .labels = { { "team", "blue" } }, .want = "app" },
	{ .why = "label", .labels = { { "team", "blue" } }, .want = "team" },
	{ .why = "every label", .labels = { { "x", "y" }, { "team", "blue" } }, .want = "team-x" },
	{ .why = "another value", .labels = { { "team", "blues" } }, .want = "default" },
	{ .why = "labels that tie", .labels = { { "x", "y" }, { "team", "blue" }, { "z", "1" } },
	  .want = "!both match and neither is more specific" },
	{ .why = "label before engine", .labels = { { "team", "blue" } }, .engine = GD_ENGINE_DOCKER,
	  .want = "team" },
};

static struct gd_set site_set(void)
{
	struct gd_set set = new_set(arena);

	for (size_t i = 0; i < sizeof(site) / sizeof(*site); i++)
		ck_assert_msg(add(&set, site[i].name, site[i].match, NULL) != NULL, "%s", all_problems(&set));
	return set;
}

static size_t count(const char *const v[3])
{
	size_t n = 0;

	while (n < 3 && v[n])
		n++;
	return n;
}

static struct gd_image image_of(int i)
{
	struct gd_image image = { .state = GD_IMAGE_KNOWN, .config = subject_rows[i].config,
				  .manifest = subject_rows[i].manifest, .index = subject_rows[i].index,
				  .labels = subject_rows[i].labels };

	image.references = (struct gd_words){ (const char **)(uintptr_t)subject_rows[i].references,
					      count(subject_rows[i].references) };
	while (image.n_labels < 3 && subject_rows[i].labels[image.n_labels].key)
		image.n_labels++;
	return image;
}

START_TEST(governs)
{
	struct gd_set set = site_set();
	struct gd_applied *ap = open_set(&set);
	struct gd_image image = image_of(_i);
	struct gd_use use = { .pod_namespace = subject_rows[_i].namespace, .pod_name = subject_rows[_i].pod,
			      .container_name = subject_rows[_i].container };
	struct gd_subject s = { .class = subject_rows[_i].class, .engine = subject_rows[_i].engine, .image = &image,
				.use = &use };
	const char *want = subject_rows[_i].want;
	struct gd_policy p;
	struct gd_error err = { 0 };
	int r = gd_applied_select(ap, &s, arena, &p, &err);

	ck_assert(gd_applied_selects_by_image(ap));
	if (*want == '!') {
		ck_assert_int_eq(r, -1);
		ck_assert_int_eq(err.kind, GD_E_REFUSED);
		ck_assert_msg(strstr(err.text, want + 1) != NULL, "%s: %s", subject_rows[_i].why, err.text);
	} else {
		ck_assert_msg(r == 0, "%s: %s", subject_rows[_i].why, err.text);
		ck_assert_msg(strcmp(p.name, want) == 0, "%s: %s", subject_rows[_i].why, p.name);
	}
	gd_applied_close(ap);
}
END_TEST

/* Nothing of an image that is not known selects, whatever was filled in. */
START_TEST(not_known)
{
	static const enum gd_image_state states[] = { GD_IMAGE_NOT_ASKED, GD_IMAGE_NONE, GD_IMAGE_UNKNOWN };
	struct gd_set set = site_set();
	struct gd_applied *ap = open_set(&set);
	struct gd_policy p;
	struct gd_error err = { 0 };

	for (size_t i = 0; i < 3; i++) {
		struct gd_image image = { .state = states[i], .config = A };
		struct gd_subject s = { .image = &image };
		ck_assert_msg(gd_applied_select(ap, &s, arena, &p, &err) == 0, "%s", err.text);
		ck_assert_str_eq(p.name, "default");
	}
	gd_applied_close(ap);
}
END_TEST

/* --- an unknown image, where what it would select is tighter than what is left --- */
static const struct {
	const char *tight, *match, *loose;	/* more of the policy with @match, and of the default */
	enum gd_engine engine;
	bool refused;
} unknown_rows[] = {
#define CHOWN ",\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]}}"
	{ NULL, "{\"digest\":[\"" A "\"]}", CHOWN, GD_ENGINE_DOCKER, true },
	{ NULL, "{\"digest\":[\"" A "\"]}", NULL, GD_ENGINE_DOCKER, false },
	{ CHOWN, "{\"digest\":[\"" A "\"]}", CHOWN, GD_ENGINE_DOCKER, false },
	{ NULL, "{\"label\":[\"a=b\"]}", CHOWN, GD_ENGINE_DOCKER, true },
	{ NULL, "{\"namespace\":[\"a\"]}", CHOWN, GD_ENGINE_CRI, true },
	{ NULL, "{\"digest\":[\"" A "\"],\"engine\":[\"podman\"]}", CHOWN, GD_ENGINE_DOCKER, false },
	{ NULL, "{\"digest\":[\"" A "\"],\"engine\":[\"podman\"]}", CHOWN, GD_ENGINE_PODMAN, true },
	{ NULL, "{\"engine\":[\"podman\"]}", CHOWN, GD_ENGINE_PODMAN, false },
};

START_TEST(unknown)
{
	struct gd_set set = new_set(arena);
	struct gd_error err = { 0 };
	struct gd_policy p;

	add(&set, "default", "{}", unknown_rows[_i].loose);
	add(&set, "p", unknown_rows[_i].match, unknown_rows[_i].tight);
	struct gd_applied *ap = open_set(&set);
	struct gd_image image = { .state = GD_IMAGE_UNKNOWN, .why = "the blob is gone" };
	struct gd_subject s = { .engine = unknown_rows[_i].engine, .image = &image };
	int r = gd_applied_select(ap, &s, arena, &p, &err);
	if (unknown_rows[_i].refused) {
		ck_assert_int_eq(r, -1);
		ck_assert_msg(strstr(err.text, "the blob is gone") != NULL, "%s", err.text);
		ck_assert_int_eq(err.kind, GD_E_REFUSED);
	} else {
		ck_assert_msg(r == 0, "%s", err.text);
	}
	/* Nobody asked: the same. */
	ck_assert_int_eq(gd_applied_select(ap, &(struct gd_subject){ .engine = s.engine }, arena, &p, &err), r);
	/* There is none: the policy that it would select is of no concern. */
	image.state = GD_IMAGE_NONE;
	ck_assert_int_eq(gd_applied_select(ap, &s, arena, &p, &err), 0);
	gd_applied_close(ap);
}
END_TEST

/* --- ties that lint can tell --- */
static const struct { const char *x, *y; bool tie; } tie_rows[] = {
	{ "{\"digest\":[\"" A "\"]}", "{\"digest\":[\"" B "\"]}", false },
	{ "{\"digest\":[\"" A "\"]}", "{\"digest\":[\"" B "\",\"" A "\"]}", true },
	{ "{\"digest\":[\"" A "\"],\"engine\":[\"docker\"]}", "{\"digest\":[\"" A "\"]}", false },
	{ "{\"digest\":[\"" A "\"],\"engine\":[\"docker\"]}", "{\"digest\":[\"" A "\"],\"engine\":[\"podman\"]}", false },
	{ "{\"digest\":[\"" A "\"],\"engine\":[\"docker\"]}",
	  "{\"digest\":[\"" A "\"],\"engine\":[\"podman\",\"docker\"]}", true },
	{ "{\"digest\":[\"" A "\"],\"engine\":[\"docker\"]}", "{\"digest\":[\"" A "\"],\"class\":[\"container\"]}", true },
	{ "{\"digest\":[\"" A "\"],\"namespace\":[\"a\"]}", "{\"digest\":[\"" A "\"],\"namespace\":[\"b\"]}", false },
	{ "{\"digest\":[\"" A "\"],\"namespace\":[\"a\"]}", "{\"digest\":[\"" A "\"],\"namespace\":[\"b\",\"a\"]}", true },
	{ "{\"repository\":[\"docker.io/**\"]}", "{\"repository\":[\"docker.io/**\"]}", true },
	{ "{\"repository\":[\"docker.io/**\"]}", "{\"repository\":[\"docker.io/library/*\"]}", false },
	{ "{\"repository\":[\"docker.io/**\",\"quay.io/a/*\"]}", "{\"repository\":[\"docker.io/**\"]}", true },
	{ "{\"reference\":[\"quay.io/a:1\"]}", "{\"reference\":[\"quay.io/a:1\"]}", true },
	{ "{\"reference\":[\"quay.io/a:1\"]}", "{\"reference\":[\"quay.io/a:2\"]}", false },
	{ "{\"namespace\":[\"a\"]}", "{\"namespace\":[\"a\"]}", true },
	{ "{\"namespace\":[\"a\"]}", "{\"namespace\":[\"a\"],\"pod\":[\"b\"]}", false },
	{ "{\"pod\":[\"a-*\"]}", "{\"pod\":[\"a-*\"]}", true },
	{ "{\"label\":[\"a=b\"]}", "{\"label\":{\"a\":\"b\"}}", true },
	{ "{\"label\":[\"a=b\"]}", "{\"label\":[\"a=b\",\"c=d\"]}", false },
	{ "{\"containerName\":[\"a\"]}", "{\"containerName\":[\"a\"]}", true },
};

START_TEST(tie)
{
	struct gd_set set = new_set(arena);

	add(&set, "default", "{}", NULL);
	add(&set, "x", tie_rows[_i].x, NULL);
	add(&set, "y", tie_rows[_i].y, NULL);
	gd_set_check(&set);
	ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, "y.json:1:54: ties with 'x' (x.json) on") == tie_rows[_i].tie,
		      "%s", all_problems(&set));
	ck_assert_msg((set.n_errors > 0) == tie_rows[_i].tie, "%s", all_problems(&set));
}
END_TEST

/* --- looser than the default --- */
#define REASON ",\"reason\":\"needs it\""
#define LOOSE ",\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]}}"
#define BY_DIGEST "{\"digest\":[\"" A "\"]}"

/* Over 'strict' with the configuration of every control that has a part in it replaced by one that pins nothing. */
static const struct { const char *match, *more, *want; } loose_rows[] = {
	{ "{\"repository\":[\"docker.io/**\"]}", REASON LOOSE, "'match' names no 'digest' and no 'namespace'" },
	{ "{\"reference\":[\"quay.io/a:1\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"label\":[\"a=b\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"pod\":[\"a\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"containerName\":[\"a\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"engine\":[\"docker\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"class\":[\"container\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"class\":[\"build\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"class\":[\"sandbox\",\"container\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ "{\"repository\":[\"docker.io/**\"],\"class\":[\"container\"]}", REASON LOOSE, "'match' names no 'digest'" },
	{ BY_DIGEST, LOOSE, "'reason' is missing" },
	{ BY_DIGEST, ",\"reason\":\" \"" LOOSE, "'reason' is missing" },
	{ "{\"namespace\":[\"kube-system\"]}", LOOSE, "'reason' is missing" },
	{ "{\"class\":[\"sandbox\"]}", LOOSE, NULL },
	{ "{\"class\":[\"plugin\",\"sandbox\"],\"engine\":[\"docker\"]}", LOOSE, NULL },
	{ "{\"class\":[\"sandbox\"],\"repository\":[\"registry.k8s.io/pause\"]}", LOOSE, NULL },
	/* what is not looser needs nothing */
	{ "{\"repository\":[\"docker.io/**\"]}", NULL, NULL },
	{ "{\"label\":[\"a=b\"]}", NULL, NULL },
};

START_TEST(loose)
{
	struct gd_set set = new_set(arena);
	struct gd_error err = { 0 };
	struct gd_bytes bytes;

	add(&set, "default", "{}", NULL);
	ck_assert_msg(add(&set, "p", loose_rows[_i].match, loose_rows[_i].more) != NULL, "%s", all_problems(&set));
	gd_set_check(&set);
	if (loose_rows[_i].want) {
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, loose_rows[_i].want), "%s", all_problems(&set));
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR,
					  "looser than the default policy 'default' in capabilities.allow"),
			      "%s", all_problems(&set));
	} else {
		ck_assert_msg(set.n_errors == 0, "%s", all_problems(&set));
	}
	/* Where nobody linted, apply says the same. */
	struct gd_set again = new_set(arena);
	add(&again, "default", "{}", NULL);
	add(&again, "p", loose_rows[_i].match, loose_rows[_i].more);
	for (size_t i = 0; i < again.n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(&again, again.v[i]));
	ck_assert_int_eq(gd_applied_build(&again, arena, &bytes, &err), loose_rows[_i].want ? -1 : 0);
}
END_TEST

/* --- the same at launch, on what the file holds --- */

/* A configuration that pins, as near to 'strict' as there is one: found by trying what strict_profile writes. */
static struct gd_policy resolved(const char *match, const char *more)
{
	struct gd_set set = new_set(arena);

	add(&set, "default", "{}", NULL);
	struct gd_source *s = add(&set, "p", match, more);
	ck_assert_msg(s != NULL, "%s", all_problems(&set));
	ck_assert_ptr_nonnull(gd_set_resolve(&set, s));
	s->resolved->looser = true;
	return *s->resolved;
}

static bool lacks(const struct gd_policy *p, enum gd_lack_kind kind, const char *control)
{
	const struct gd_lack *v;
	size_t n = gd_policy_lacks(p, arena, &v);

	for (size_t i = 0; i < n; i++)
		if (v[i].kind == kind && gd_streq(v[i].control, control))
			return true;
	return false;
}

static const char *const parts[] = { "entrypoint", "environment", "user", "workingDir", "mounts", "exec" };

/* Each part by itself: with an action that fixes nothing it is missing, whatever its fields say. */
START_TEST(parts_pin)
{
	struct gd_policy p = resolved(BY_DIGEST, REASON);
	const struct gd_control *c = gd_control_by_name(parts[_i]);
	static const enum gd_action idle[] = { GD_IGNORE, GD_RECORD };

	if (!c || !c->pins) {
		ck_assert(lacks(&p, GD_LACKS_PIN, parts[_i]));
		return;
	}
	for (size_t i = 0; i < gd_n_controls; i++) {
		if (gd_controls[i] != c)
			continue;
		for (size_t k = 0; k < 2; k++) {
			struct gd_config_head *copy = gd_alloc(arena, c->config_size);
			memcpy(copy, p.config[i], c->config_size);
			copy->action = idle[k];
			p.config[i] = copy;
			ck_assert(lacks(&p, GD_LACKS_PIN, parts[_i]));
		}
	}
	/* Classes that are the engine's own need none of it. */
	struct gd_policy own = resolved("{\"class\":[\"sandbox\"]}", NULL);
	ck_assert(!lacks(&own, GD_LACKS_PIN, parts[_i]));
	ck_assert(!lacks(&own, GD_LACKS_REASON, NULL));
	p.looser = false;
	ck_assert(!lacks(&p, GD_LACKS_PIN, parts[_i]));
}
END_TEST

/* An exception that has it all, and each part of it left open: lint says which one, and where. */
#define OPEN(control, field) ",\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]},\"" control "\":{" field "}}"
static const struct { const char *more, *want; } open_rows[] = {
	{ LOOSE, NULL },
	{ OPEN("entrypoint", "\"like\":{\"replace\":\"any\"}"), "'entrypoint' does not pin" },
	{ OPEN("environment", "\"like\":{\"replace\":\"any\"}"), "'environment' does not pin" },
	{ OPEN("user", "\"like\":{\"replace\":\"any\"}"), "'user' does not pin" },
	{ OPEN("workingDir", "\"like\":{\"replace\":\"any\"}"), "'workingDir' does not pin" },
	{ OPEN("mounts", "\"like\":{\"replace\":\"any\"}"), "'mounts' does not pin" },
	{ OPEN("exec", "\"allow\":{\"replace\":\"any\"}"), "'exec' does not pin" },
	{ OPEN("entrypoint", "\"action\":{\"replace\":\"record\"}"), "'entrypoint' does not pin" },
	{ OPEN("environment", "\"action\":{\"replace\":\"ignore\"}"), "'environment' does not pin" },
	{ OPEN("user", "\"action\":{\"replace\":\"record\"}"), "'user' does not pin" },
	{ OPEN("workingDir", "\"action\":{\"replace\":\"ignore\"}"), "'workingDir' does not pin" },
	{ OPEN("mounts", "\"action\":{\"replace\":\"record\"}"), "'mounts' does not pin" },
	{ OPEN("exec", "\"action\":{\"replace\":\"record\"}"), "'exec' does not pin" },
	{ OPEN("namespaces", "\"action\":{\"replace\":\"record\"}"), "'namespaces' does not pin" },
};

START_TEST(pinned)
{
	static const char *const matches[] = { BY_DIGEST, "{\"namespace\":[\"kube-system\"]}" };

	for (size_t i = 0; i < 2; i++) {
		struct gd_set set = new_set(arena);
		struct gd_bytes bytes;
		struct gd_error err = { 0 };

		add(&set, "default", "{}", NULL);
		ck_assert_msg(add(&set, "p", matches[i], gd_printf(arena, REASON "%s", open_rows[_i].more)) != NULL, "%s",
			      all_problems(&set));
		gd_set_check(&set);
		if (!open_rows[_i].want) {
			ck_assert_msg(set.n_errors == 0, "%s", all_problems(&set));
			ck_assert_int_eq(gd_applied_build(&set, arena, &bytes, &err), 0);
			continue;
		}
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, open_rows[_i].want), "%s", all_problems(&set));
		ck_assert_msg(set.n_errors == 1, "%s", all_problems(&set));
		set.n_errors = 0;	/* as if nobody had linted */
		ck_assert_int_eq(gd_applied_build(&set, arena, &bytes, &err), -1);
		ck_assert_msg(strstr(err.text, open_rows[_i].want) != NULL, "%s", err.text);
	}
}
END_TEST

START_TEST(ends)
{
	struct gd_policy p = resolved(BY_DIGEST, REASON ",\"until\":\"2026-12-31\"");

	ck_assert(!gd_policy_ended(&p, 1798761599));
	ck_assert(gd_policy_ended(&p, 1798761600));
	p.until = "whenever";	/* what cannot be read is over */
	ck_assert(gd_policy_ended(&p, 0));
	p.until = NULL;
	ck_assert(!gd_policy_ended(&p, INT64_MAX));
	p.until = "2026-12-31";
	p.looser = false;	/* its end would make room for a looser one */
	ck_assert(!gd_policy_ended(&p, INT64_MAX));
}
END_TEST

/* A launch believes neither lint nor apply: the file is made with what they would have refused. */
static int select_forged(const char *match, const char *more, int64_t now, struct gd_error *err)
{
	struct gd_set set = new_set(arena);
	struct gd_bytes bytes;
	struct gd_applied *ap;
	struct gd_image image = { .state = GD_IMAGE_KNOWN, .config = A };
	struct gd_subject s = { .class = GD_CLASS_SANDBOX, .image = &image, .now = now };
	struct gd_policy p;

	/* Beside a default in audit nothing is looser, so apply writes it; then it is called looser. */
	add(&set, "default", "{}", NULL);
	add(&set, "p", match, gd_printf(arena, "%s,\"mode\":\"audit\"", more ? more : ""));
	for (size_t i = 0; i < set.n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(&set, set.v[i]));
	set.standard = set.v[2];	/* p is its own default: .looser stays as it is set here */
	set.v[2]->resolved->looser = true;
	ck_assert_msg(gd_applied_build(&set, arena, &bytes, err) == 0, "%s", err->text);
	int fd = gd_memfd("applied", bytes.data, bytes.len, err);
	ck_assert_int_eq(gd_applied_open_fd(fd, arena, &ap, err), 0);
	int r = gd_applied_select(ap, &s, arena, &p, err);
	if (r == 0)
		ck_assert(strcmp(p.name, "p") == 0 && p.looser);
	gd_applied_close(ap);
	return r;
}

/* Only where a policy tells sandboxes from containers does every launch ask the store which it is. */
static const struct { const char *match; bool asks; } class_rows[] = {
	{ "{\"class\":[\"sandbox\"]}", true },
	{ "{\"class\":[\"container\"]}", true },
	{ "{\"class\":[\"sandbox\",\"plugin\"]}", true },
	{ "{\"class\":[\"sandbox\",\"container\"]}", false },
	{ "{\"class\":[\"plugin\"]}", false },
	{ "{\"engine\":[\"cri\"]}", false },
};

START_TEST(sandboxes_are_asked_for)
{
	struct gd_set set = new_set(arena);
	struct gd_error err = { 0 };
	struct gd_bytes bytes;
	struct gd_applied *ap;

	add(&set, "default", "{}", NULL);
	add(&set, "p", class_rows[_i].match, NULL);
	for (size_t i = 0; i < set.n; i++)
		ck_assert_ptr_nonnull(gd_set_resolve(&set, set.v[i]));
	ck_assert_int_eq(gd_applied_build(&set, arena, &bytes, &err), 0);
	int fd = gd_memfd("applied", bytes.data, bytes.len, &err);
	ck_assert_int_eq(gd_applied_open_fd(fd, arena, &ap, &err), 0);
	ck_assert_int_eq(gd_applied_selects_by_image(ap), class_rows[_i].asks);
	gd_applied_close(ap);
}
END_TEST

START_TEST(launch_refuses)
{
	struct gd_error err = { 0 };

	ck_assert_int_eq(select_forged("{\"class\":[\"sandbox\"]}", NULL, 1, &err), 0);
	ck_assert_int_eq(select_forged("{\"class\":[\"sandbox\",\"container\"]}", REASON, 1, &err), -1);
	ck_assert_msg(strstr(err.text, "the policy 'p' is looser than the default and may not be: 'match' names no") != NULL,
		      "%s", err.text);
	ck_assert_int_eq(err.kind, GD_E_REFUSED);
	ck_assert_int_eq(select_forged(BY_DIGEST, NULL, 1, &err), -1);
	ck_assert_msg(strstr(err.text, "'reason' is missing") != NULL, "%s", err.text);
	ck_assert_int_eq(select_forged("{\"class\":[\"sandbox\"]}", ",\"until\":\"2026-12-31\"", 1798761599, &err), 0);
	ck_assert_int_eq(select_forged("{\"class\":[\"sandbox\"]}", ",\"until\":\"2026-12-31\"", 1798761600, &err), -1);
	ck_assert_msg(strstr(err.text, "the exception 'p' ended on 2026-12-31") != NULL, "%s", err.text);
	/* The clock is asked where nobody gave a time: this one is over. */
	ck_assert_int_eq(select_forged("{\"class\":[\"sandbox\"]}", ",\"until\":\"1999-12-31\"", 0, &err), -1);
}
END_TEST

START_TEST(until_is_linted)
{
	struct gd_set set = new_set(arena);

	add(&set, "default", "{}", NULL);
	ck_assert_ptr_null(add(&set, "bad", "{\"class\":[\"plugin\"]}", ",\"until\":\"soon\""));
	ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR, "'soon' is no time"), "%s", all_problems(&set));
	add(&set, "idle", "{\"class\":[\"plugin\"]}", ",\"until\":\"2999-01-01\"");
	add(&set, "over", "{\"class\":[\"sandbox\"]}", ",\"until\":\"1999-01-01\"" LOOSE);
	gd_set_check(&set);
	ck_assert_msg(has_problem(&set, GD_PROBLEM_WARNING, "idle.json:1:86: 'until' has no effect"), "%s",
		      all_problems(&set));
	ck_assert_msg(has_problem(&set, GD_PROBLEM_WARNING, "over.json:1:87: ended"), "%s", all_problems(&set));
}
END_TEST

/* What selects is a policy's own: who extends it inherits none of it. */
START_TEST(not_inherited)
{
	struct gd_set set = new_set(arena);

	add(&set, "default", "{}", NULL);
	add(&set, "parent", BY_DIGEST, REASON ",\"until\":\"2026-12-31\",\"ticket\":\"T-1\",\"approvedBy\":\"she\"");
	gd_set_add(&set, "child.json", text_bytes(arena, "{\"version\":1,\"name\":\"child\",\"extends\":[\"parent\"]}"),
		   false);
	const struct gd_policy *child = gd_set_resolve(&set, set.v[3]), *parent = gd_set_resolve(&set, set.v[2]);
	ck_assert(!child->match->given && child->match->digests.n == 0);
	ck_assert(!child->reason && !child->until && !child->ticket && !child->approved_by);
	ck_assert_str_eq(parent->ticket, "T-1");
	ck_assert_str_eq(parent->approved_by, "she");
	ck_assert_str_eq(parent->match->digests.v[0], A);
}
END_TEST

/* --- ten thousand --- */
#define MANY 10000

static const char *digest_of(unsigned i)
{
	return gd_printf(arena, "sha256:%064x", i + 1);
}

static struct gd_applied *open_many(unsigned n, bool patterns)
{
	struct gd_set set = new_set(arena);

	add(&set, "default", "{}", NULL);
	for (unsigned i = 0; i < n; i++)
		add(&set, gd_printf(arena, "p%u", i), patterns ?
		    gd_printf(arena, "{\"repository\":[\"registry.example/team-%05u/*\"]}", i) :
		    gd_printf(arena, "{\"digest\":[\"%s\"]}", digest_of(i)), NULL);
	return open_set(&set);
}

START_TEST(finds_each_of_many)
{
	struct gd_applied *ap = open_many(MANY, _i == 1);
	struct gd_policy p;
	struct gd_error err = { 0 };

	for (unsigned i = 0; i < MANY; i += 97) {
		const char *reference = gd_printf(arena, "registry.example/team-%05u/app:1", i);
		struct gd_image image = { .state = GD_IMAGE_KNOWN, .config = _i == 1 ? A : digest_of(i),
					  .references = { &reference, 1 } };
		struct gd_subject s = { .image = &image };
		ck_assert_msg(gd_applied_select(ap, &s, arena, &p, &err) == 0, "%s", err.text);
		ck_assert_str_eq(p.name, gd_printf(arena, "p%u", i));
		image.config = B;
		reference = "registry.example/team-x/app:1";
		ck_assert_int_eq(gd_applied_select(ap, &s, arena, &p, &err), 0);
		ck_assert_str_eq(p.name, "default");
	}
	gd_applied_close(ap);
}
END_TEST

/* Bytes of the index that a look-up reads and digests. */
static size_t index_bytes(const struct gd_applied *ap, enum gd_entry_kind kind, const char *key)
{
	uint32_t number = gd_applied_hash(kind, key, strlen(key)) & (ap->header.n_buckets - 1);
	struct gd_bytes bucket;
	struct gd_error err = { 0 };

	ck_assert_int_eq(gd_applied_bucket(ap, number, arena, &bucket, &err), 0);
	return bucket.len;
}

START_TEST(index_stays_small)
{
	struct gd_applied *ap = open_many(MANY, _i == 1);
	size_t most = 0, sum = 0;

	for (unsigned i = 0; i < MANY; i++) {
		size_t n = _i == 1 ? index_bytes(ap, GD_ENTRY_REPOSITORY,
						 gd_printf(arena, "registry.example/team-%05u/", i)) :
				     index_bytes(ap, GD_ENTRY_DIGEST, digest_of(i));
		sum += n;
		most = n > most ? n : most;
	}
	ck_assert_msg(most < 4096 && sum / MANY < 1024, "%zu at most, %zu on average", most, sum / MANY);
	gd_applied_close(ap);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ times, ROWS(time_rows) },
		{ written, ROWS(written_rows) },
		{ governs, ROWS(subject_rows) },
		{ not_known, 0 },
		{ unknown, ROWS(unknown_rows) },
		{ tie, ROWS(tie_rows) },
		{ loose, ROWS(loose_rows) },
		{ parts_pin, ROWS(parts) },
		{ pinned, ROWS(open_rows) },
		{ ends, 0 },
		{ sandboxes_are_asked_for, ROWS(class_rows) }, { launch_refuses, 0 },
		{ until_is_linted, 0 },
		{ not_inherited, 0 },
		{ finds_each_of_many, 2 },
		{ index_stays_small, 2 },
	};

	arena = gd_arena_new(NULL);
	return run_suite("policy_match", cases, sizeof(cases) / sizeof(*cases));
}
