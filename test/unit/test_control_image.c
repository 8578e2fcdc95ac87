/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define NOW 1800000000
#define DAYS(n) (NOW - (n) * 86400LL)
#define CONFIG "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define MANIFEST "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define INDEX "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

/* --- what the host says ---------------------------------------------------------------------------- */

static const struct gd_image_label labels[] = { { "org.example.team", "web" }, { "empty", "" }, { "a.b/c", "x=y/z" } };
static const char *references[] = { "docker.io/library/nginx:1.25", "registry.example.com:5000/team/app@" INDEX };

static const struct gd_signer signers[] = {
	{ .name = "alice", .repository = "registry.example.com:5000/team/app", .digest = CONFIG,
	  .scan = { .known = true, .time = DAYS(40), .worst = GD_SEVERITY_CRITICAL } },
	{ .name = "ci", .repository = NULL, .digest = CONFIG,
	  .scan = { .known = true, .time = DAYS(10), .worst = GD_SEVERITY_MEDIUM } },
	{ .name = "ci-2", .repository = "docker.io/library/nginx", .digest = INDEX },
};
static const struct gd_distrust rejected[] = { { "'carol'", "it expired at 2026-01-01T00:00:00Z" } };

static void known(struct gd_facts *f)
{
	f->image = (struct gd_image){ .state = GD_IMAGE_KNOWN, .config = CONFIG, .index = INDEX, .asked = "nginx",
				      .references = { references, 2 }, .labels = labels, .n_labels = 3 };
	f->trust = (struct gd_trust){ .asked = true, .now = NOW };
}

static void is_signed(struct gd_facts *f)
{
	known(f);
	f->trust.signers = signers;
	f->trust.n_signers = 3;
}

static void by_alice(struct gd_facts *f) { is_signed(f); f->trust.n_signers = 1; }
static void by_ci_2(struct gd_facts *f) { is_signed(f); f->trust.signers += 2; f->trust.n_signers = 1; }
static void expired(struct gd_facts *f) { known(f); f->trust.rejected = rejected; f->trust.n_rejected = 1; }
static void revoked(struct gd_facts *f) { is_signed(f); f->trust.revoked = "revoked at 2026-01-01T00:00:00Z"; }
static void unreadable(struct gd_facts *f) { is_signed(f); f->trust.why = "not root's"; }
static void not_asked(struct gd_facts *f) { is_signed(f); f->trust.asked = false; }
static void unknown(struct gd_facts *f) { is_signed(f); f->image.state = GD_IMAGE_UNKNOWN; f->image.why = "it is gone"; }
static void none(struct gd_facts *f) { is_signed(f); f->image = (struct gd_image){ .state = GD_IMAGE_NONE }; }
static void nobody(struct gd_facts *f) { is_signed(f); f->image = (struct gd_image){ .state = GD_IMAGE_NOT_ASKED }; }
static void untagged(struct gd_facts *f) { is_signed(f); f->image.references = (struct gd_words){ 0 }; }
static void ahead(struct gd_facts *f) { is_signed(f); f->trust.now = DAYS(40); }

/* --- what the policy says ----------------------------------------------------------------------------- */

#define FREE "\"known\":false,"
#define DIGESTS "\"digests\":[\"*\"],"
#define REPOSITORIES "\"repositories\":[\"**\"],"
#define LABELS "\"labels\":[],"
#define UNSIGNED "\"signed\":false,\"signers\":[{\"signer\":\"*\"}],\"signedBy\":[],"
#define NO_SCAN "\"scan\":{\"required\":false,\"maxAgeDays\":null,\"worst\":\"critical\"}"
#define ANY FREE DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN
#define WITH_DIGESTS(list) FREE "\"digests\":[" list "]," REPOSITORIES LABELS UNSIGNED NO_SCAN
#define WITH_REPOSITORIES(list) FREE DIGESTS "\"repositories\":[" list "]," LABELS UNSIGNED NO_SCAN
#define WITH_LABELS(list) FREE DIGESTS REPOSITORIES "\"labels\":[" list "]," UNSIGNED NO_SCAN
#define SIGNED(rules) \
	FREE DIGESTS REPOSITORIES LABELS "\"signed\":true,\"signers\":[" rules "],\"signedBy\":[]," NO_SCAN
#define SIGNED_BY(list) \
	FREE DIGESTS REPOSITORIES LABELS \
	"\"signed\":false,\"signers\":[{\"signer\":\"*\"}],\"signedBy\":[" list "]," NO_SCAN
#define SCAN(rules, scan) \
	FREE DIGESTS REPOSITORIES LABELS "\"signed\":false,\"signers\":[" rules "],\"signedBy\":[],\"scan\":{" scan "}"
#define ALL "{\"signer\":\"*\"}"
#define AGE(n) "\"required\":true,\"maxAgeDays\":" n ",\"worst\":\"critical\""
#define WORST(word) "\"required\":true,\"maxAgeDays\":null,\"worst\":\"" word "\""

#define D GD_ENGINE_DOCKER, GD_ON_CREATE, NULL
/* every finding is about the whole: one empty pointer each, with a space between */
#define OK_ ""
#define TWO " "
/* one finding and none look alike as pointers; the first finding's name tells them apart */
#define ONE "", "the image 'nginx'"
#define HOST(f) NULL, NULL, f

static const struct control_row table[] = {
	{ D, ANY, OK_, NULL, HOST(nobody) },
	{ D, ANY, OK_, NULL, HOST(revoked) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, OK_, NULL, HOST(known) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, ONE, HOST(unknown) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, "", "a container without a known image",
	  HOST(none) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, "", "a container without a known image",
	  HOST(nobody) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, ONE, HOST(revoked) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, ONE, HOST(unreadable) },
	{ D, "\"known\":true," DIGESTS REPOSITORIES LABELS UNSIGNED NO_SCAN, ONE, HOST(not_asked) },
	/* what needs an image to be judged does not pass without one */
	{ D, WITH_DIGESTS("\"" CONFIG "\""), ONE, HOST(unknown) },
	{ D, WITH_REPOSITORIES("\"docker.io/**\""), "", "a container without a known image", HOST(none) },
	{ D, WITH_LABELS("\"empty\""), "", "a container without a known image", HOST(nobody) },
	{ D, SIGNED(ALL), "", "a container without a known image", HOST(none) },
	{ D, SIGNED_BY("\"ci\""), ONE, HOST(unknown) },
	{ D, SCAN(ALL, AGE("99")), ONE, HOST(unknown) },
	{ D, SCAN(ALL, "\"required\":false,\"maxAgeDays\":99,\"worst\":\"critical\""), ONE, HOST(unknown) },
	{ D, SCAN(ALL, "\"required\":false,\"maxAgeDays\":null,\"worst\":\"high\""), ONE, HOST(unknown) },
	/* any of the image's digests, whole */
	{ D, WITH_DIGESTS("\"" CONFIG "\""), OK_, NULL, HOST(known) },
	{ D, WITH_DIGESTS("\"" MANIFEST "\",\"" INDEX "\""), OK_, NULL, HOST(known) },
	{ D, WITH_DIGESTS("\"" MANIFEST "\""), ONE, HOST(known) },
	{ D, WITH_DIGESTS("\"sha256:aaaa\""), ONE, HOST(known) },
	{ D, WITH_DIGESTS(""), ONE, HOST(known) },
	{ D, WITH_DIGESTS("\"" CONFIG "\""), ONE, HOST(revoked) },
	/* repositories: the tag and digest are not part of the name, a port is */
	{ D, WITH_REPOSITORIES("\"docker.io/library/nginx\""), OK_, NULL, HOST(known) },
	{ D, WITH_REPOSITORIES("\"registry.example.com:5000/team/*\""), OK_, NULL, HOST(known) },
	{ D, WITH_REPOSITORIES("\"docker.io/library/nginx:1.25\""), ONE, HOST(known) },
	{ D, WITH_REPOSITORIES("\"docker.io/*\""), ONE, HOST(known) },
	{ D, WITH_REPOSITORIES("\"registry.example.com/**\""), ONE, HOST(known) },
	{ D, WITH_REPOSITORIES("\"docker.io/**\""), ONE, HOST(untagged) },
	{ D, WITH_REPOSITORIES("\"**\""), OK_, NULL, HOST(untagged) },
	/* labels, every one */
	{ D, WITH_LABELS("\"org.example.team\",\"empty\",\"a.b/c=x=y/z\",\"org.example.team=web\""), OK_, NULL,
	  HOST(known) },
	{ D, WITH_LABELS("\"org.example.team=\""), ONE, HOST(known) },
	{ D, WITH_LABELS("\"empty=\""), OK_, NULL, HOST(known) },
	{ D, WITH_LABELS("\"org.example\""), ONE, HOST(known) },
	{ D, WITH_LABELS("\"org.example.team=we\""), ONE, HOST(known) },
	{ D, WITH_LABELS("\"org.example.team=*\",\"x\""), TWO, "the image 'nginx'", HOST(known) },
	/* signers: one of them */
	{ D, SIGNED(ALL), OK_, NULL, HOST(is_signed) },
	{ D, SIGNED(ALL), ONE, HOST(known) },
	{ D, SIGNED(ALL), ONE, HOST(expired) },
	{ D, SIGNED(ALL), ONE, HOST(revoked) },
	{ D, SIGNED(ALL), ONE, HOST(unreadable) },
	{ D, SIGNED(ALL), ONE, HOST(not_asked) },
	{ D, SIGNED(""), ONE, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"bob\"},{\"signer\":\"alice\"}"), OK_, NULL, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"bob\"}"), ONE, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"c?\"}"), ONE, HOST(by_alice) },
	/* and for a repository of theirs: what was signed, not what somebody tagged */
	{ D, SIGNED("{\"signer\":\"alice\",\"repository\":\"registry.example.com:5000/team/**\"}"), OK_, NULL,
	  HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"alice\",\"repository\":\"docker.io/library/nginx\"}"), ONE, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"ci\",\"repository\":\"**\"}"), ONE, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"ci*\",\"repository\":\"docker.io/library/*\"}"), OK_, NULL, HOST(is_signed) },
	{ D, SIGNED("{\"signer\":\"alice\",\"repository\":\"docker.io/**\"},{\"signer\":\"ci-2\"}"), OK_, NULL,
	  HOST(by_ci_2) },
	/* signedBy: each of them */
	{ D, SIGNED_BY("\"alice\",\"ci\""), OK_, NULL, HOST(is_signed) },
	{ D, SIGNED_BY("\"alice\",\"ci\""), ONE, HOST(by_alice) },
	{ D, SIGNED_BY("\"bob\",\"dora\""), TWO, "the image 'nginx'", HOST(is_signed) },
	{ D, SIGNED_BY("\"carol\""), ONE, HOST(expired) },
	/* the newest scan of those who are accepted */
	{ D, SCAN(ALL, AGE("10")), OK_, NULL, HOST(is_signed) },
	{ D, SCAN(ALL, AGE("9")), ONE, HOST(is_signed) },
	{ D, SCAN(ALL, AGE("9223372036854775807")), OK_, NULL, HOST(is_signed) },
	{ D, SCAN(ALL, AGE("0")), ONE, HOST(is_signed) },
	{ D, SCAN(ALL, AGE("0")), OK_, NULL, HOST(ahead) },
	{ D, SCAN("{\"signer\":\"alice\"}", AGE("39")), ONE, HOST(is_signed) },
	{ D, SCAN("{\"signer\":\"alice\"}", AGE("40")), OK_, NULL, HOST(is_signed) },
	{ D, SCAN(ALL, AGE("99")), ONE, HOST(known) },
	{ D, SCAN(ALL, AGE("99")), ONE, HOST(by_ci_2) },
	{ D, SCAN("{\"signer\":\"bob\"}", AGE("99")), ONE, HOST(is_signed) },
	{ D, SCAN("{\"signer\":\"bob\"}", "\"required\":false,\"maxAgeDays\":1,\"worst\":\"none\""), OK_, NULL,
	  HOST(is_signed) },
	{ D, SCAN(ALL, WORST("critical")), OK_, NULL, HOST(by_alice) },
	{ D, SCAN(ALL, WORST("high")), ONE, HOST(by_alice) },
	{ D, SCAN(ALL, WORST("medium")), OK_, NULL, HOST(is_signed) },
	{ D, SCAN(ALL, WORST("low")), ONE, HOST(is_signed) },
	{ D, SCAN(ALL, WORST("none")), ONE, HOST(is_signed) },
	{ D, SCAN(ALL, "\"required\":false,\"maxAgeDays\":1,\"worst\":\"none\""), TWO, "the image 'nginx'",
	  HOST(is_signed) },
};

/* One finding and none have the same pointers here, so their number is counted. */
START_TEST(rows)
{
	const struct control_row *r = &table[_i];
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("image");
	const void *config = case_config(c, r->config, a);
	gd_json *doc = case_sample(case_engines[r->engine].sample, a);
	struct gd_facts f;

	control_case("image", r);
	case_facts(r, doc, NULL, a, &f);
	struct gd_findings out = case_check(c, &f, config, a);
	ck_assert_msg(out.n == (r->flag == NULL ? 0 : strlen(r->findings) + 1), "row %d: %zu findings", _i, out.n);
	/* Whoever is asked nothing is not told anything. */
	if (out.n)
		ck_assert(c->needs_image(config));
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

/* What is said is what somebody can act upon. */
static const struct {
	void (*host)(struct gd_facts *f);
	const char *config, *why, *fix;
} word_rows[] = {
	{ known, SIGNED("{\"signer\":\"release\"}"), "nobody whose key is trusted here has signed it",
	  "sign it: 'guardctl trust sign --key release " CONFIG "'" },
	{ known, SIGNED(ALL), "nobody", "--key NAME " },
	{ expired, SIGNED(ALL), "the record of 'carol' does not count: it expired at 2026-01-01T00:00:00Z", "have it signed by a key that counts" },
	{ by_alice, SIGNED("{\"signer\":\"bob\"}"),
	  "it is signed by 'alice' for 'registry.example.com:5000/team/app', which this policy does not accept", "--key bob" },
	{ is_signed, SIGNED("{\"signer\":\"bob\"}"), "which this policy does not accept (and 2 more)", "--key bob" },
	{ revoked, SIGNED(ALL), "it was revoked at 2026-01-01T00:00:00Z", "use another image" },
	{ unreadable, SIGNED(ALL), "whether it is trusted cannot be told", "put right" },
	{ unknown, SIGNED(ALL), "what it is cannot be told: 'it is gone'", "pull the image again" },
	{ known, SCAN(ALL, WORST("high")), "no signer that this policy accepts has signed the result of a scan",
	  "--scan REPORT" },
	{ is_signed, SCAN(ALL, AGE("3")), "its newest scan is 10 days old", "scan it again" },
	{ is_signed, SCAN(ALL, WORST("none")), "a scan found what is medium in it", "build it anew" },
	{ by_alice, SIGNED_BY("\"ci\""), "'ci' has not signed it", "--key ci" },
};

START_TEST(words)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("image");
	struct gd_facts f = { .verb = GD_ON_CREATE, .engine = GD_ENGINE_DOCKER };

	word_rows[_i].host(&f);
	struct gd_findings out = case_check(c, &f, case_config(c, word_rows[_i].config, a), a);
	ck_assert_uint_eq(out.n, 1);
	ck_assert_msg(strstr(out.v[0].why, word_rows[_i].why) != NULL, "%s", out.v[0].why);
	ck_assert_msg(strstr(out.v[0].fix, word_rows[_i].fix) != NULL, "%s", out.v[0].fix);
	gd_arena_free(a);
}
END_TEST

/* What layers over what: a child may not accept more signers, ask for fewer or take a worse scan. */
static const struct {
	const char *child, *parent;
	enum gd_order want;
} order_rows[] = {
	{ SIGNED(ALL), ANY, GD_TIGHTER },
	{ SIGNED("{\"signer\":\"a\"}"), SIGNED(ALL), GD_TIGHTER },
	{ SIGNED("{\"signer\":\"a\",\"repository\":\"x/**\"}"), SIGNED("{\"signer\":\"a\"}"), GD_TIGHTER },
	{ SIGNED("{\"signer\":\"a\"}"), SIGNED("{\"signer\":\"b\"}"), GD_INCOMPARABLE },
	{ SIGNED_BY("\"a\",\"b\""), SIGNED_BY("\"a\""), GD_TIGHTER },
	{ WITH_LABELS("\"a=b\""), WITH_LABELS("\"a\""), GD_INCOMPARABLE },
	{ WITH_DIGESTS("\"" CONFIG "\""), ANY, GD_TIGHTER },
	{ WITH_REPOSITORIES("\"docker.io/library/*\""), WITH_REPOSITORIES("\"docker.io/**\""), GD_TIGHTER },
	{ SCAN(ALL, WORST("low")), SCAN(ALL, WORST("high")), GD_TIGHTER },
	{ SCAN(ALL, AGE("7")), SCAN(ALL, AGE("30")), GD_TIGHTER },
	{ SCAN(ALL, AGE("30")), SCAN(ALL, WORST("critical")), GD_TIGHTER },
};

START_TEST(order)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("image");
	const void *x = case_config(c, order_rows[_i].child, a), *y = case_config(c, order_rows[_i].parent, a);

	ck_assert_int_eq(gd_config_compare(c, x, y), order_rows[_i].want);
	if (order_rows[_i].want == GD_TIGHTER)
		ck_assert_int_eq(gd_config_compare(c, y, x), GD_LOOSER);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { words, ROWS(word_rows) },
					   { order, ROWS(order_rows) } };

	return run_suite("control image", cases, 3);
}
