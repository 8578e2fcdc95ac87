/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signed records: what counts, and everything that must not. Half of it needs no root: records and keys from memory.
 * The directory needs root's own files; as anybody else it must be refused for just that.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/trust.h"

#include "suite.h"

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define INDEX "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define NOW 1800000000
#define DAY 86400

static struct gd_arena *arena;
static char *dir;
static const char *const names[] = { "alice", "bob", "import", "vendor", "calls-itself-else" };
enum { ALICE, BOB, IMPORT, VENDOR, ELSE, PEOPLE };
static struct gd_trust_secret secrets[PEOPLE];
static struct gd_trust_key keys[PEOPLE];

static void setup(void)
{
	arena = gd_arena_new(NULL);
	ck_assert_int_ge(sodium_init(), 0);
	for (int i = 0; i < PEOPLE; i++) {
		unsigned char seed[32] = { (unsigned char)(i + 1) };

		secrets[i].name = keys[i].name = names[i];
		crypto_sign_seed_keypair(keys[i].pub, secrets[i].secret, seed);
		keys[i].kind = GD_TRUST_KEY_SIGNER;
		keys[i].repositories = (struct gd_words){ 0 };
	}
	keys[IMPORT].kind = GD_TRUST_KEY_IMPORT;
	keys[VENDOR].kind = GD_TRUST_KEY_FOREIGN;
	keys[ELSE].name = "mallory";
	const char *base = geteuid() == 0 ? "/run/guarded-trust-XXXXXX" : "/tmp/guarded-trust-XXXXXX";
	dir = mkdtemp(gd_strdup(arena, base));
	ck_assert_ptr_nonnull(dir);
	ck_assert_int_eq(chmod(dir, 0755), 0);
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf '%s'", dir)), 0);
	arena = gd_arena_free(arena);
}

static struct gd_trust_claims claims(int who)
{
	struct gd_trust_claims c = { .digest = DIGEST, .signer = names[who], .created = NOW - DAY };

	c.repository = "registry.example.com/team/app";
	c.scan = (struct gd_scan){ .known = true, .time = NOW - DAY, .worst = GD_SEVERITY_MEDIUM, .tool = "trivy" };
	c.counts[GD_SEVERITY_MEDIUM].set = true;
	c.counts[GD_SEVERITY_MEDIUM].v = 3;
	c.build = "https://ci.example.com/7";
	gd_words_add(arena, &c.claims, "branch=main");
	gd_words_add(arena, &c.claims, "ticket=A-1");
	return c;
}

static struct gd_trust_entry sign(const struct gd_trust_claims *c, int who)
{
	struct gd_trust_entry e;
	struct gd_error err = { 0 };

	ck_assert_msg(gd_trust_sign(c, &secrets[who], names[who], arena, &e, &err) == 0, "%s", err.text);
	return e;
}

static int find_key(void *ctx, const char *name, struct gd_trust_key *ret, struct gd_error *err)
{
	(void)ctx;
	for (int i = 0; i < PEOPLE; i++)
		if (strcmp(names[i], name) == 0) {
			*ret = keys[i];
			return 0;
		}
	return gd_error_set(err, GD_E_TRUST, "no key '%s' is trusted here", name);
}

static struct gd_error last;	/* of the last refusal */

static bool good(const struct gd_trust_entry *e, const char *digest, struct gd_trust_claims *ret)
{
	last = (struct gd_error){ 0 };
	return gd_trust_verify(e, digest, NOW, find_key, NULL, arena, ret, &last) == 0;
}

#define REFUSED(e, digest, words)                                                                                       \
	do {                                                                                                           \
		struct gd_trust_claims c_;                                                                             \
		ck_assert(!good(e, digest, &c_));                                                                      \
		ck_assert_msg(strstr(last.text, words) != NULL, "no '%s' in: %s", words, last.text);                     \
	} while (0)

/* --- records in memory -------------------------------------------------------------------------------------- */

START_TEST(round_trip)
{
	struct gd_trust_claims c = claims(ALICE), back;
	struct gd_trust_entries file = { 0 }, again;
	struct gd_buf b = { .arena = arena }, x = { .arena = arena }, y = { .arena = arena };
	struct gd_error err = { 0 };

	c.expires = NOW + DAY;
	*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	gd_trust_entries_write(&file, &b);
	struct gd_bytes bytes = { b.data, b.len };
	ck_assert_msg(gd_trust_entries_read(bytes, arena, &again, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(again.n, 2);
	ck_assert_msg(good(&again.v[1], DIGEST, &back), "%s", last.text);
	gd_trust_claims_write(&c, &x);
	gd_trust_claims_write(&back, &y);
	ck_assert_str_eq(x.data, y.data);
	ck_assert_int_eq(back.expires, NOW + DAY);
	ck_assert_str_eq(back.claims.v[1], "ticket=A-1");
}
END_TEST

/* Whatever one byte becomes, nothing of the file counts. */
START_TEST(altered)
{
	struct gd_trust_claims c = claims(ALICE), back;
	struct gd_trust_entries file = { 0 }, again;
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };
	size_t read = 0;

	*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	gd_trust_entries_write(&file, &b);
	for (size_t i = 0; i < b.len; i++) {
		const char old = b.data[i];
		const char with[] = { (char)(old ^ 1), (char)(old ^ 0x20), ' ', '\n', 'A', '=', '"', '\0' };

		for (size_t k = 0; k < sizeof(with); k++) {
			struct gd_bytes bytes = { b.data, b.len };

			if (with[k] == old)
				continue;
			b.data[i] = with[k];
			if (gd_trust_entries_read(bytes, arena, &again, &err) == 0) {
				read++;
				ck_assert_msg(again.n != 1 || !good(&again.v[0], DIGEST, &back),
					      "byte %zu as 0x%02x counts", i, (unsigned char)with[k]);
			}
			b.data[i] = old;
		}
	}
	ck_assert_uint_gt(read, 500);	/* the signature was asked, not the form alone */
}
END_TEST

START_TEST(cut_off)
{
	struct gd_trust_claims c = claims(ALICE);
	struct gd_trust_entries file = { 0 }, again;
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };

	*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	gd_trust_entries_write(&file, &b);
	for (size_t n = 0; n < b.len; n++) {
		struct gd_bytes bytes = { gd_strndup(arena, b.data, n), n };

		ck_assert_msg(gd_trust_entries_read(bytes, arena, &again, &err) < 0, "%zu bytes", n);
	}
	struct gd_bytes more = { gd_printf(arena, "%s\n", b.data), b.len + 1 };
	ck_assert_int_lt(gd_trust_entries_read(more, arena, &again, &err), 0);
}
END_TEST

/* Every byte of the payload, with the signature that was made for another. */
START_TEST(payload)
{
	struct gd_trust_claims c = claims(ALICE);
	struct gd_trust_entry e = sign(&c, ALICE);

	for (size_t i = 0; i < e.payload.len; i++) {
		e.payload.data[i] ^= 1;
		REFUSED(&e, DIGEST, "altered");
		e.payload.data[i] ^= 1;
	}
	for (size_t i = 0; i < sizeof(e.signature); i++)
		for (int bit = 0; bit < 8; bit++) {
			e.signature[i] ^= (unsigned char)(1 << bit);
			REFUSED(&e, DIGEST, "altered");
			e.signature[i] ^= (unsigned char)(1 << bit);
		}
	for (size_t n = 0; n < e.payload.len; n++) {
		struct gd_trust_entry cut = e;

		cut.payload.len = n;
		REFUSED(&cut, DIGEST, "altered");
	}
	struct gd_trust_claims back;
	ck_assert(good(&e, DIGEST, &back));
}
END_TEST

static const struct {
	int64_t created, expires, scanned;
	const char *want;	/* NULL: counts */
} time_rows[] = {
	{ NOW, 0, NOW, NULL },
	{ NOW + GD_TRUST_AHEAD, 0, NOW, NULL },
	{ NOW + GD_TRUST_AHEAD + 1, 0, NOW, "from the future" },
	{ NOW, NOW + 1, NOW, NULL },
	{ NOW - DAY, NOW, NOW, "expired at 2027-01-15T08:00:00Z" },
	{ NOW - DAY, NOW - 1, NOW, "expired" },
	{ NOW - DAY, 1, NOW, "expired at 1970-01-01T00:00:01Z" },
	{ NOW, 0, NOW + GD_TRUST_AHEAD, NULL },
	{ NOW, 0, NOW + GD_TRUST_AHEAD + 1, "scan is from the future" },
};

START_TEST(times)
{
	struct gd_trust_claims c = claims(ALICE), back;

	c.created = time_rows[_i].created;
	c.expires = time_rows[_i].expires;
	c.scan.time = time_rows[_i].scanned;
	struct gd_trust_entry e = sign(&c, ALICE);
	if (time_rows[_i].want)
		REFUSED(&e, DIGEST, time_rows[_i].want);
	else
		ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
}
END_TEST

/* A good signature over the same payload for another purpose is none here. */
START_TEST(domain)
{
	struct gd_trust_claims c = claims(ALICE);
	struct gd_trust_entry e = sign(&c, ALICE);

	crypto_sign_detached(e.signature, NULL, (const unsigned char *)e.payload.data, e.payload.len,
			     secrets[ALICE].secret);
	REFUSED(&e, DIGEST, "altered");
}
END_TEST

START_TEST(whose)
{
	struct gd_trust_claims c = claims(ALICE), back;
	struct gd_trust_entry e = sign(&c, ALICE);

	REFUSED(&e, OTHER, "record of another image");
	/* bob signs, and says that it was alice */
	c.signer = "alice";
	e = sign(&c, BOB);
	REFUSED(&e, DIGEST, "calls itself 'alice'");
	e.key = "alice";
	REFUSED(&e, DIGEST, "another key than the one that is called 'alice'");
	e.key_id = sign(&c, ALICE).key_id;
	REFUSED(&e, DIGEST, "altered");
	e.key = "carol";
	REFUSED(&e, DIGEST, "no key 'carol'");
	e.key = "../alice";
	REFUSED(&e, DIGEST, "names no key");
	e.key = "vendor";
	REFUSED(&e, DIGEST, "foreign key");
	/* known here by another name than the owner's */
	c.signer = "mallory";
	secrets[ELSE].name = "mallory";
	e = sign(&c, ELSE);
	ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
}
END_TEST

START_TEST(identity)
{
	struct gd_trust_claims c = claims(ALICE), back;
	struct gd_trust_entry e = sign(&c, ALICE);

	gd_words_add(arena, &keys[ALICE].repositories, "registry.example.com/other/**");
	REFUSED(&e, DIGEST, "'alice' may not speak for 'registry.example.com/team/app'");
	gd_words_add(arena, &keys[ALICE].repositories, "registry.example.com/team/*");
	ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
	c.repository = NULL;
	e = sign(&c, ALICE);
	REFUSED(&e, DIGEST, "images of no repository");
	keys[ALICE].repositories = (struct gd_words){ 0 };
	ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
}
END_TEST

START_TEST(imported)
{
	struct gd_trust_claims c = claims(VENDOR), back;
	char id[GD_TRUST_KEY_ID];
	struct gd_trust_entry e;

	gd_trust_key_id(&keys[VENDOR], id);
	c.import_key = id;
	e = sign(&c, IMPORT);
	ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
	ck_assert_str_eq(back.signer, "vendor");
	/* an ordinary key does not vouch for others, the host's import key for nobody by itself */
	e = sign(&c, ALICE);
	REFUSED(&e, DIGEST, "'alice' signs no imported records");
	c.import_key = NULL;
	c.signer = "import";
	e = sign(&c, IMPORT);
	REFUSED(&e, DIGEST, "signs only imported records");
	/* the foreign key was exchanged since, or is none */
	c.import_key = id;
	c.signer = "alice";
	e = sign(&c, IMPORT);
	REFUSED(&e, DIGEST, "imported from another key");
	c.signer = "vendor";
	e = sign(&c, IMPORT);
	keys[VENDOR].pub[0] ^= 1;
	REFUSED(&e, DIGEST, "imported from another key");
	keys[VENDOR].pub[0] ^= 1;
	gd_words_add(arena, &keys[VENDOR].repositories, "elsewhere/**");
	REFUSED(&e, DIGEST, "'vendor' may not speak");
}
END_TEST

/* Signed well, and not what a record is: a signer is no authority on the format. */
#define BASE "\"version\":1,\"digest\":\"" DIGEST "\",\"signer\":\"alice\",\"created\":\"2026-01-01T00:00:00Z\""
static const struct {
	const char *payload, *want;
} payload_rows[] = {
	{ "{" BASE "}", NULL },
	{ "", "not readable" },
	{ "[]", "not readable" },
	{ "{" BASE ",\"digest\":\"" DIGEST "\"}", "not readable" },
	{ "{" BASE ",\"extra\":1}", "unknown key 'extra'" },
	{ "{" BASE "} ", NULL },
	{ "{" BASE "}x", "not readable" },
	{ "{\"version\":2}", "newer version" },
	{ "{\"version\":1}", "is missing" },
	{ "{" BASE ",\"expires\":\"2026-02-30T00:00:00Z\"}", "times are written" },
	{ "{" BASE ",\"expires\":\"2999-01-01\"}", "times are written" },
	{ "{" BASE ",\"expires\":null}", "not readable" },
	{ "{" BASE ",\"expires\":\"1970-01-01T00:00:00Z\"}", "times are written" },
	{ "{" BASE ",\"scan\":{\"time\":\"2026-01-01T00:00:00Z\"}}", "'worst' is missing" },
	{ "{" BASE ",\"scan\":{\"worst\":\"low\"}}", "'time' is missing" },
	{ "{" BASE ",\"scan\":{\"worst\":\"fine\",\"time\":\"2026-01-01T00:00:00Z\"}}", "a severity is" },
	{ "{" BASE ",\"scan\":{\"worst\":\"low\",\"time\":\"2026-01-01T00:00:00Z\",\"counts\":{\"high\":-1}}}",
	  "not negative" },
	{ "{" BASE ",\"claims\":{\"\":\"x\"}}", "a claim's name" },
	{ "{" BASE ",\"claims\":{\"a=b\":\"x\"}}", "a claim's name" },
	{ "{" BASE ",\"claims\":{\"a\":1}}", "not readable" },
	{ "{" BASE ",\"build\":\"\"}", "1 to 512 bytes" },
	{ "{" BASE ",\"build\":\"a\\nb\"}", "no control characters" },
	{ "{" BASE ",\"build\":\"a\\u0000b\"}", "not readable" },
};

START_TEST(payloads)
{
	struct gd_trust_claims c = claims(ALICE), back;
	struct gd_trust_entry e = sign(&c, ALICE);
	const char *text = payload_rows[_i].payload;
	const char *m = gd_printf(arena, "%s%s", GD_TRUST_DOMAIN, text);

	e.payload = (struct gd_bytes){ gd_strdup(arena, text), strlen(text) };
	crypto_sign_detached(e.signature, NULL, (const unsigned char *)m, strlen(m), secrets[ALICE].secret);
	if (payload_rows[_i].want)
		REFUSED(&e, DIGEST, payload_rows[_i].want);
	else
		ck_assert_msg(good(&e, DIGEST, &back), "%s", last.text);
}
END_TEST

START_TEST(limits)
{
	struct gd_trust_claims c = claims(ALICE);
	struct gd_trust_entry e;
	struct gd_error err = { 0 };
	char *long_text = gd_alloc(arena, GD_TRUST_TEXT_MAX + 2);

	memset(long_text, 'x', GD_TRUST_TEXT_MAX + 1);
	c.build = long_text;
	ck_assert_int_lt(gd_trust_sign(&c, &secrets[ALICE], "alice", arena, &e, &err), 0);
	c.build = long_text + 1;
	ck_assert_int_eq(gd_trust_sign(&c, &secrets[ALICE], "alice", arena, &e, &err), 0);
	for (int i = 0; i < GD_TRUST_CLAIMS_MAX - 2; i++)
		gd_words_add(arena, &c.claims, gd_printf(arena, "k%d=v", i));
	ck_assert_int_eq(gd_trust_sign(&c, &secrets[ALICE], "alice", arena, &e, &err), 0);
	gd_words_add(arena, &c.claims, "one=more");
	ck_assert_int_lt(gd_trust_sign(&c, &secrets[ALICE], "alice", arena, &e, &err), 0);
	c = claims(ALICE);
	c.digest = "sha256:AAAA";
	ck_assert_int_lt(gd_trust_sign(&c, &secrets[ALICE], "alice", arena, &e, &err), 0);

	struct gd_trust_entries file = { 0 }, again;
	struct gd_buf b = { .arena = arena }, more = { .arena = arena };
	c = claims(ALICE);
	for (int i = 0; i < GD_TRUST_RECORDS_MAX; i++)
		*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	gd_trust_entries_write(&file, &b);
	ck_assert_int_eq(gd_trust_entries_read((struct gd_bytes){ b.data, b.len }, arena, &again, &err), 0);
	*GD_APPEND(arena, file.v, file.n) = sign(&c, ALICE);
	gd_trust_entries_write(&file, &more);
	ck_assert_int_lt(gd_trust_entries_read((struct gd_bytes){ more.data, more.len }, arena, &again, &err), 0);
}
END_TEST

static const struct {
	const char *text;
	int64_t t;	/* -1: no time */
} clock_rows[] = {
	{ "1970-01-01T00:00:00Z", 0 },		{ "2000-02-29T23:59:59Z", 951868799 },
	{ "2027-01-15T08:00:00Z", NOW },	{ "9999-12-31T23:59:59Z", 253402300799 },
	{ "1900-02-28T00:00:00Z", -1 },		{ "2100-02-29T00:00:00Z", -1 },
	{ "2026-13-01T00:00:00Z", -1 },		{ "2026-00-01T00:00:00Z", -1 },
	{ "2026-01-00T00:00:00Z", -1 },		{ "2026-01-01T24:00:00Z", -1 },
	{ "2026-01-01T00:60:00Z", -1 },		{ "2026-01-01T00:00:60Z", -1 },
	{ "2026-01-01t00:00:00z", -1 },		{ "2026-01-01T00:00:00+00:00", -1 },
	{ "2026-01-01T00:00:00", -1 },		{ "", -1 },
	{ " 2026-01-01T00:00:00Z", -1 },	{ "+026-01-01T00:00:00Z", -1 },
};

START_TEST(clock_text)
{
	int64_t t = -1;
	char back[24];

	ck_assert_int_eq(gd_trust_time_parse(clock_rows[_i].text, &t), clock_rows[_i].t < 0 ? -1 : 0);
	if (clock_rows[_i].t < 0)
		return;
	ck_assert_int_eq(t, clock_rows[_i].t);
	ck_assert_str_eq(gd_trust_time(t, back), clock_rows[_i].text);
}
END_TEST

/* Every day of eight centuries there and back, in order. */
START_TEST(clock_days)
{
	int64_t t;
	char text[24], before[24] = "";

	for (int64_t day = 0; day < 800 * 366; day++) {
		ck_assert_int_eq(gd_trust_time_parse(gd_trust_time(day * DAY, text), &t), 0);
		ck_assert_int_eq(t, day * DAY);
		ck_assert_int_gt(strcmp(text, before), 0);
		memcpy(before, text, sizeof(text));
	}
}
END_TEST

START_TEST(key_files)
{
	struct gd_trust_key k;
	struct gd_trust_secret s;
	struct gd_buf b = { .arena = arena }, sec = { .arena = arena };
	struct gd_error err = { 0 };
	size_t same = 0;

	gd_words_add(arena, &keys[ALICE].repositories, "registry.example.com/**");
	gd_trust_key_write(&keys[ALICE], &b);
	ck_assert_int_eq(gd_trust_key_read((struct gd_bytes){ b.data, b.len }, arena, &k, &err), 0);
	ck_assert_mem_eq(k.pub, keys[ALICE].pub, 32);
	ck_assert_str_eq(k.repositories.v[0], "registry.example.com/**");
	for (size_t n = 0; n < b.len; n++)
		ck_assert_int_lt(gd_trust_key_read((struct gd_bytes){ b.data, n }, arena, &k, &err), 0);
	for (const char *bad = "{\"version\":1,\"name\":\"alice\",\"kind\":\"ed25519\",\"key\":\"\",\"repositories\":[]}\n";
	     bad; bad = NULL)
		ck_assert_int_lt(gd_trust_key_read((struct gd_bytes){ gd_strdup(arena, bad), strlen(bad) }, arena, &k, &err),
				 0);
	gd_trust_secret_write(&secrets[ALICE], &sec);
	ck_assert_int_eq(gd_trust_secret_read((struct gd_bytes){ sec.data, sec.len }, arena, &s, &err), 0);
	ck_assert_mem_eq(s.secret, secrets[ALICE].secret, 64);
	static const char *const wrong[] = { "", "A", "-a", ".a", "a/b", "..", "a b", "\303\244" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		same += gd_trust_name_ok(wrong[i]);
	ck_assert_uint_eq(same, 0);
	ck_assert(gd_trust_name_ok("a") && gd_trust_name_ok("release-2.x_y"));
}
END_TEST

/* --- the directory ------------------------------------------------------------------------------------------- */

static struct gd_trust ask(const char *config, const char *manifest, const char *index)
{
	struct gd_image image = { .state = GD_IMAGE_KNOWN, .config = config, .manifest = manifest, .index = index };
	struct gd_trust t;
	struct gd_error err = { 0 };

	ck_assert_int_eq(gd_trust_find(dir, &image, NOW, arena, &t, &err), 0);
	ck_assert(t.asked && t.now == NOW);
	return t;
}

static void keep_key(int who)
{
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };

	gd_trust_key_write(&keys[who], &b);
	ck_assert_msg(gd_trust_put(dir, "keys", gd_printf(arena, "%s.pub", names[who]), &b, arena, &err) == 0, "%s",
		      err.text);
}

static int keep_record(const char *digest, int who, struct gd_error *err)
{
	struct gd_trust_claims c = claims(who);

	c.digest = digest;
	struct gd_trust_entry e = sign(&c, who);
	return gd_trust_keep(dir, digest, &e, true, arena, err);
}

static void kept(const char *digest, int who)
{
	struct gd_error err = { 0 };

	ck_assert_msg(keep_record(digest, who, &err) == 0, "%s", err.text);
}

static void mark_revoked(const char *what, const char *reason)
{
	struct gd_trust_mark m = { .time = NOW, .reason = reason };
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };

	gd_trust_mark_write(&m, &b);
	ck_assert_int_eq(gd_trust_put(dir, "revoked", what, &b, arena, &err), 0);
}

static const char *at(const char *room, const char *digest)
{
	return gd_printf(arena, "%s/%s/%s", dir, room, digest ? gd_trust_file_name(digest, arena) : "alice.pub");
}

static bool not_root(void)
{
	struct gd_error err = { 0 };

	if (geteuid() == 0)
		return false;
	/* Whoever is not root cannot make a directory that counts. */
	ck_assert_int_lt(keep_record(DIGEST, ALICE, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "root"));
	struct gd_trust t = ask(DIGEST, NULL, NULL);
	ck_assert(t.why && strstr(t.why, "root") && t.n_signers == 0);
	return true;
}

START_TEST(found)
{
	if (not_root())
		return;
	keep_key(ALICE);
	keep_key(BOB);
	kept(DIGEST, ALICE);
	kept(INDEX, BOB);
	kept(DIGEST, ALICE);	/* again: replaced, not added */
	struct gd_trust t = ask(DIGEST, OTHER, INDEX);
	ck_assert_ptr_null(t.why);
	ck_assert_ptr_null(t.revoked);
	ck_assert_uint_eq(t.n_signers, 2);
	ck_assert_uint_eq(t.n_rejected, 0);
	ck_assert_str_eq(t.signers[0].name, "alice");
	ck_assert_str_eq(t.signers[0].digest, DIGEST);
	ck_assert_str_eq(t.signers[1].name, "bob");
	ck_assert_str_eq(t.signers[1].digest, INDEX);
	ck_assert(t.signers[0].scan.known && t.signers[0].scan.worst == GD_SEVERITY_MEDIUM);
	ck_assert_uint_eq(ask(OTHER, NULL, NULL).n_signers, 0);
	ck_assert_uint_eq(ask(NULL, NULL, NULL).n_signers, 0);
	ck_assert_uint_eq(ask("sha256:../keys/alice.pub", NULL, NULL).n_signers, 0);
	struct gd_image unknown = { .state = GD_IMAGE_UNKNOWN, .config = DIGEST };
	struct gd_error err = { 0 };
	ck_assert_int_eq(gd_trust_find(dir, &unknown, NOW, arena, &t, &err), 0);
	ck_assert_uint_eq(t.n_signers, 0);
}
END_TEST

/* The file of one image under the name of another. */
START_TEST(replayed)
{
	if (not_root())
		return;
	keep_key(ALICE);
	kept(DIGEST, ALICE);
	ck_assert_int_eq(rename(at("records", DIGEST), at("records", OTHER)), 0);
	struct gd_trust t = ask(OTHER, NULL, NULL);
	ck_assert_uint_eq(t.n_signers, 0);
	ck_assert_uint_eq(t.n_rejected, 1);
	ck_assert_ptr_nonnull(strstr(t.rejected[0].why, "another image"));
}
END_TEST

START_TEST(revoked_image)
{
	struct gd_error err = { 0 };

	if (not_root())
		return;
	keep_key(ALICE);
	kept(DIGEST, ALICE);
	mark_revoked(gd_trust_file_name(DIGEST, arena), "it mines coins");
	struct gd_trust t = ask(OTHER, DIGEST, NULL);
	ck_assert_str_eq(t.revoked, "revoked at 2027-01-15T08:00:00Z: 'it mines coins'");
	/* Signing it again does not bring it back, nor does putting the file there by hand. */
	ck_assert_int_lt(keep_record(DIGEST, ALICE, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "it mines coins"));
	kept(OTHER, ALICE);
	ck_assert_int_eq(rename(at("records", OTHER), at("records", DIGEST)), 0);
	ck_assert_ptr_nonnull(ask(DIGEST, NULL, NULL).revoked);
	/* A mark that cannot be read revokes. */
	ck_assert_int_eq(truncate(at("revoked", DIGEST), 0), 0);
	ck_assert_ptr_nonnull(ask(DIGEST, NULL, NULL).revoked);
	ck_assert_int_eq(chmod(at("revoked", DIGEST), 0666), 0);
	ck_assert_ptr_nonnull(ask(DIGEST, NULL, NULL).revoked);
	ck_assert_int_eq(unlink(at("revoked", DIGEST)), 0);
	ck_assert_int_eq(symlink("/nowhere", at("revoked", DIGEST)), 0);
	ck_assert_ptr_nonnull(ask(DIGEST, NULL, NULL).revoked);
	ck_assert_int_eq(unlink(at("revoked", DIGEST)), 0);
	ck_assert_int_eq(mkdir(at("revoked", DIGEST), 0755), 0);
	ck_assert_ptr_nonnull(ask(DIGEST, NULL, NULL).revoked);
	ck_assert_ptr_null(ask(OTHER, NULL, NULL).revoked);
}
END_TEST

START_TEST(revoked_key)
{
	char id[GD_TRUST_KEY_ID];

	if (not_root())
		return;
	keep_key(ALICE);
	keep_key(BOB);
	kept(DIGEST, ALICE);
	kept(DIGEST, BOB);
	gd_trust_key_id(&keys[ALICE], id);
	mark_revoked(gd_printf(arena, "key-%s.json", id), "stolen");
	struct gd_trust t = ask(DIGEST, NULL, NULL);
	ck_assert_uint_eq(t.n_signers, 1);
	ck_assert_str_eq(t.signers[0].name, "bob");
	ck_assert_uint_eq(t.n_rejected, 1);
	ck_assert_ptr_nonnull(strstr(t.rejected[0].why, "stolen"));
	keep_key(ALICE);
	kept(DIGEST, ALICE);
	ck_assert_uint_eq(ask(DIGEST, NULL, NULL).n_signers, 1);
}
END_TEST

START_TEST(foreign_key_revoked)
{
	struct gd_trust_claims c = claims(VENDOR);
	char id[GD_TRUST_KEY_ID];
	struct gd_error err = { 0 };

	if (not_root())
		return;
	keep_key(IMPORT);
	keep_key(VENDOR);
	gd_trust_key_id(&keys[VENDOR], id);
	c.import_key = id;
	struct gd_trust_entry e = sign(&c, IMPORT);
	ck_assert_int_eq(gd_trust_keep(dir, DIGEST, &e, true, arena, &err), 0);
	ck_assert_str_eq(ask(DIGEST, NULL, NULL).signers[0].name, "vendor");
	mark_revoked(gd_printf(arena, "key-%s.json", id), NULL);
	ck_assert_uint_eq(ask(DIGEST, NULL, NULL).n_signers, 0);
}
END_TEST

/* --- files that are not root's alone ----------------------------------------------------------------------- */

static void loose(void) { ck_assert_int_eq(chmod(at("records", DIGEST), 0666), 0); }
static void owned(void) { ck_assert_int_eq(chown(at("records", DIGEST), 1000, 0), 0); }
static void linked(void) { ck_assert_int_eq(link(at("records", DIGEST), at("records", OTHER)), 0); }
static void through_link(void)
{
	ck_assert_int_eq(rename(at("records", DIGEST), gd_printf(arena, "%s/x", dir)), 0);
	ck_assert_int_eq(symlink("../x", at("records", DIGEST)), 0);
}
static void fifo(void)
{
	ck_assert_int_eq(unlink(at("records", DIGEST)), 0);
	ck_assert_int_eq(mkfifo(at("records", DIGEST), 0644), 0);
}
static void huge(void) { ck_assert_int_eq(truncate(at("records", DIGEST), GD_TRUST_FILE_MAX + 1), 0); }
static void half(void) { ck_assert_int_eq(truncate(at("records", DIGEST), 300), 0); }
static void loose_room(void) { ck_assert_int_eq(chmod(gd_printf(arena, "%s/records", dir), 0777), 0); }
static void loose_dir(void) { ck_assert_int_eq(chmod(dir, 0777), 0); }
static void linked_room(void)
{
	ck_assert_int_eq(rename(gd_printf(arena, "%s/revoked", dir), gd_printf(arena, "%s/x", dir)), 0);
	ck_assert_int_eq(symlink("x", gd_printf(arena, "%s/revoked", dir)), 0);
}
static void loose_key(void) { ck_assert_int_eq(chmod(at("keys", NULL), 0666), 0); }
static void linked_key(void)
{
	ck_assert_int_eq(rename(at("keys", NULL), gd_printf(arena, "%s/x", dir)), 0);
	ck_assert_int_eq(symlink("../x", at("keys", NULL)), 0);
}
static void hard_key(void) { ck_assert_int_eq(link(at("keys", NULL), gd_printf(arena, "%s/x", dir)), 0); }
static void no_key(void) { ck_assert_int_eq(unlink(at("keys", NULL)), 0); }
static void other_key(void)
{
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };

	gd_trust_key_write(&keys[BOB], &b);
	ck_assert_int_eq(gd_trust_put(dir, "keys", "alice.pub", &b, arena, &err), 0);
}

static const struct {
	void (*change)(void);
	const char *want;
} file_rows[] = {
	{ loose, "written by others" },
	{ owned, "not owned by root" },
	{ linked, "another name" },
	{ through_link, "symbolic link" },
	{ fifo, "not a regular file" },
	{ huge, "larger than" },
	{ half, "cut off" },
	{ loose_room, "written by others" },
	{ loose_dir, "written by others" },
	{ linked_room, "open revoked" },
	{ loose_key, "written by others" },
	{ linked_key, "symbolic link" },
	{ hard_key, "another name" },
	{ no_key, "no key 'alice' is trusted here" },
	{ other_key, "another key" },
};

START_TEST(files)
{
	if (not_root())
		return;
	keep_key(ALICE);
	kept(DIGEST, ALICE);
	ck_assert_uint_eq(ask(DIGEST, NULL, NULL).n_signers, 1);
	file_rows[_i].change();
	struct gd_trust t = ask(DIGEST, NULL, NULL);
	ck_assert_uint_eq(t.n_signers, 0);
	ck_assert_msg(t.why || t.n_rejected == 1, "nothing was said");
	const char *why = t.why ? t.why : t.rejected[0].why;
	ck_assert_msg(strstr(why, file_rows[_i].want) != NULL, "no '%s' in: %s", file_rows[_i].want, why);
}
END_TEST

static void put_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

START_TEST(nothing_there)
{
	struct gd_trust t;

	if (not_root())
		return;
	t = ask(DIGEST, NULL, NULL);	/* an empty directory */
	ck_assert(!t.why && t.n_signers == 0 && t.n_rejected == 0);
	ck_assert_int_eq(rmdir(dir), 0);
	/* no directory: a host on which nobody ever signed anything */
	t = ask(DIGEST, NULL, NULL);
	ck_assert(!t.why && !t.revoked && t.n_signers == 0 && t.n_rejected == 0);
	ck_assert_int_eq(symlink("/nowhere-at-all", dir), 0);
	ck_assert_uint_eq(ask(DIGEST, NULL, NULL).n_signers, 0);
	ck_assert_int_eq(unlink(dir), 0);
	put_file(dir);
	t = ask(DIGEST, NULL, NULL);
	ck_assert(t.why && t.n_signers == 0);
	ck_assert_int_eq(unlink(dir), 0);
	ck_assert_int_eq(mkdir(dir, 0755), 0);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ round_trip, 0 }, { altered, 0 }, { cut_off, 0 }, { payload, 0 }, { times, ROWS(time_rows) },
		{ domain, 0 }, { whose, 0 }, { identity, 0 }, { imported, 0 }, { payloads, ROWS(payload_rows) },
		{ limits, 0 }, { clock_text, ROWS(clock_rows) }, { clock_days, 0 }, { key_files, 0 }, { found, 0 },
		{ replayed, 0 }, { revoked_image, 0 }, { revoked_key, 0 }, { foreign_key_revoked, 0 },
		{ files, ROWS(file_rows) }, { nothing_there, 0 },
	};
	Suite *suite = suite_create("trust");
	TCase *t = tcase_create("trust");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, setup, teardown);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (cases[i].rows)
			tcase_add_loop_test(t, cases[i].test, 0, cases[i].rows);
		else
			tcase_add_test(t, cases[i].test);
	}
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
