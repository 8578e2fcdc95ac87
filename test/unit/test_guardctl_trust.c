/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl trust from its command line to its exit status, as somebody would use it: signatures in cosign's format are
 * made here with the openssl command. What is refused is refused before anything is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "suite.h"

#define A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static struct gd_arena *arena;
static char *dir;
static char program[PATH_MAX];
static char output[1 << 16];

static void put(const char *name, const char *text)
{
	FILE *f = fopen(gd_printf(arena, "%s/%s", dir, name), "we");

	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "write %s", name);
}

/* A command line of sh in the directory, "guardctl trust" for every '%'. Its exit status. */
static int sh(const char *line)
{
	struct gd_buf b = { .arena = arena };
	struct gd_bytes text;
	struct gd_error err = { 0 };
	int status, fd;

	gd_buf_fmt(&b, "cd %s && { ", dir);
	for (const char *s = line; *s; s++) {
		if (*s == '%')
			gd_buf_fmt(&b, "%s --guarded-config %s/guarded.json trust", program, dir);
		else
			gd_buf_bytes(&b, s, 1);
	}
	gd_buf_fmt(&b, "\n} >%s/output 2>&1", dir);
	status = system(b.data);
	ck_assert_msg(WIFEXITED(status), "%s", line);
	fd = open(gd_printf(arena, "%s/output", dir), O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0 && gd_read_all(fd, sizeof(output) - 1, arena, &text, &err) == 0, "%s", err.text);
	close(fd);
	memcpy(output, text.data, text.len + 1);
	return WEXITSTATUS(status);
}

#define SH(line, want, text)                                                                                           \
	do {                                                                                                           \
		int got_ = sh(line);                                                                                   \
		ck_assert_msg(got_ == (want), "%s: %d, %s", line, got_, output);                                       \
		ck_assert_msg(strstr(output, text) != NULL, "%s: no '%s' in %s", line, text, output);                  \
	} while (0)

static void setup(void)
{
	const char *base = geteuid() == 0 ? "/run/guarded-trust-XXXXXX" : "/tmp/guarded-trust-XXXXXX";

	arena = gd_arena_new(NULL);
	dir = mkdtemp(gd_strdup(arena, base));
	ck_assert_ptr_nonnull(dir);
	umask(022);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	put("guarded.json", gd_printf(arena, "{\"runtime\":\"/bin/true\",\"trustDir\":\"%s/trust.d\",\"audit\":{\"file\":null}}",
				      dir));
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf '%s'", dir)), 0);
	arena = gd_arena_free(arena);
}

/* Nobody but root keeps keys or records, and is told so. */
static bool not_root(void)
{
	if (geteuid() == 0)
		return false;
	SH("% keygen alice", 2, "root");
	return true;
}

START_TEST(usage)
{
	SH("% --help", 0, "usage: guardctl trust keygen");
	SH("% sign --help", 0, "usage: guardctl trust keygen");
	if (not_root())
		return;
	SH("%", 2, "a command is needed");
	SH("% sing", 2, "did you mean 'sign'?");
	SH("% keygen", 2, "keygen needs one NAME");
	SH("% keygen Alice", 2, "no name of a key");
	SH("% keygen ../alice", 2, "no name of a key");
	SH("% keygen import", 2, "the host's own key");
	SH("% sign " A, 2, "sign needs --key NAME");
	SH("% sign --key alice", 2, "sign needs an IMAGE or DIGEST");
	SH("% sign --key alice " A, 2, "guardctl trust keygen alice");
	SH("% verify", 2, "verify needs one IMAGE or DIGEST");
	SH("% verify --format xml " A, 2, "--format is text or json");
	SH("% revoke", 2, "revoke needs");
	SH("% revoke --key nobody", 2, "no key 'nobody' is trusted here");
	SH("% import --cosign", 2, "import needs");
	SH("% export --key nobody", 2, "trust.d");
	SH("% list", 0, "0 keys");
	SH("% verify " A, 1, "nobody has signed it");
	SH("ls -A", 0, "guarded.json\noutput\n");	/* nothing was made on the way */
}
END_TEST

START_TEST(signs)
{
	if (not_root())
		return;
	SH("% keygen alice", 0, "not encrypted");
	SH("find keys -perm /077; find . -perm /022", 0, "");
	ck_assert_str_eq(output, "");	/* no secret that others could read, nothing that they could write */
	SH("% keygen alice", 2, "is trusted here already");
	SH("% verify " A, 1, "nobody has signed it");
	SH("% sign --key alice --repository nginx:1.25 --expires 90d --build https://ci/7 --claim b=2 --claim a=1 " A, 0,
	   "is signed by 'alice' for docker.io/library/nginx");
	SH("% verify " A, 0, "good  alice for docker.io/library/nginx");
	SH("% verify --format json " A, 0, "\"trusted\": true");
	SH("% verify " B, 1, "nobody has signed it");
	SH("% verify aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, "good  alice");
	SH("% list", 0, "records of 1 image");
	SH("% list --format json", 0, "\"name\": \"alice\"");
	/* mistakes */
	SH("% sign --key alice --expires 2020-01-01 " A, 2, "--expires lies in the past");
	SH("% sign --key alice --expires soon " A, 2, "--expires is '90d'");
	SH("% sign --key alice --claim a=1 --claim a=2 " A, 2, "given twice");
	SH("% sign --key alice --claim a " A, 2, "NAME=VALUE");
	SH("% sign --key alice --worst bad " A, 2, "--worst is none, low");
	SH("% sign --key alice --scan-time 2026-01-01 " A, 2, "--scan-time needs");
	SH("% sign --key alice --repository '*' " A, 2, "--repository is one repository");
	SH("% sign --key alice no/such/image:1", 2, "in no store of this host");
	/* altered on disk */
	SH("sed -i 's/\"signature\":\"./\"signature\":\"/' trust.d/records/*; % verify " A, 1, "altered or cut off");
	SH("% sign --key alice " A, 2, "cannot be read; remove 'records/");
	SH("rm trust.d/records/*; chmod 0644 keys/alice.key; % sign --key alice " A, 2, "revoke this key");
}
END_TEST

START_TEST(signs_many)
{
	if (not_root())
		return;
	SH("% keygen ci && for i in $(seq 1 300); do echo $i | sha256sum | cut -c1-64; done >digests", 0, "secret");
	SH("% sign --key ci --worst low - <digests", 0, "300 signed by 'ci'");
	SH("ls trust.d/records | wc -l", 0, "300");
	SH("% verify $(head -n 7 digests | tail -n 1)", 0, "good  ci");
	SH("echo x | % sign --key ci -", 2, "line 1 of standard input is no digest");
}
END_TEST

/* A key that may speak for some repositories alone. */
START_TEST(limited)
{
	if (not_root())
		return;
	SH("% keygen --repository 'registry.example.com/team/**' team", 0, "secret");
	SH("% sign --key team --repository registry.example.com/team/app " A, 0, "is signed");
	SH("% sign --key team --repository registry.example.com/other/app " A, 2, "may not speak for");
	SH("% sign --key team " A, 2, "images of no repository");
	SH("% verify " A, 0, "good  team for registry.example.com/team/app");
}
END_TEST

START_TEST(revokes)
{
	if (not_root())
		return;
	SH("% keygen alice && % keygen bob", 0, "bob");
	SH("% sign --key alice " A " " B " && % sign --key bob " A, 0, "is signed by 'bob'");
	SH("% export " A " >a.json && % export --key alice >alice.pub", 0, "");
	SH("% revoke --reason 'mines coins' " A, 0, "is revoked");
	SH("% verify " A, 1, "mines coins");
	SH("% sign --key alice " A, 2, "mines coins");
	SH("% add a.json", 1, "mines coins");
	SH("rm trust.d/records/*; % add a.json", 1, "mines coins");
	SH("% sign --key alice " B " && % revoke --key alice --reason stolen", 0, "no record of the key 'alice' counts");
	SH("% verify " B, 1, "stolen");
	SH("% sign --key alice " B, 2, "stolen");
	/* the same key by another name */
	SH("rm trust.d/keys/alice.pub; % add --as carol alice.pub; % verify " B, 1, "no key 'alice'");
	SH("sed -i 's/\"key\":\"alice\"/\"key\":\"carol\"/' trust.d/records/*; % verify " B, 1, "stolen");
	SH("% list", 0, "2 revoked");
	/* by the digest of a manifest: the configuration, which no new manifest changes, goes with it */
	SH("c='{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}'; id=$(echo -n \"$c\" | sha256sum | cut -c1-64);"
	   "d=graph/overlay-images/$id; mkdir -p $d && echo -n \"$c\" >$d/=$(printf sha256:$id | base64 -w0) &&"
	   "echo '[{\"id\":\"'$id'\",\"digest\":\"'" B "'\",\"names\":[],\"big-data-digests\":{\"sha256:'$id'\":\"sha256:'$id'\"}}]' "
	   ">graph/overlay-images/images.json && sed -i \"s#{#{\\\"storageRoots\\\":[\\\"$PWD/graph\\\"],#\" guarded.json && "
	   "% revoke " B " && ls trust.d/revoked/$id.json", 0, "its configuration");
}
END_TEST

/* Signed on another host. */
START_TEST(adds)
{
	if (not_root())
		return;
	SH("% keygen release && % sign --key release --repository nginx " A " && % export " A " >a.json && "
	   "% export --key release >release.pub && rm -r trust.d keys", 0, "is signed");
	SH("% add a.json", 1, "which is not trusted here; add the key first");
	SH("% add release.pub && % add a.json", 0, "is signed by 'release'");
	SH("% verify " A, 0, "good  release");
	SH("rm -r trust.d; % add --as vendor --repository 'docker.io/library/*' release.pub && % add a.json && % verify " A, 0,
	   "good  vendor for docker.io/library/nginx");
	SH("rm -r trust.d; % add --as vendor --repository 'docker.io/team/*' release.pub; % add a.json", 1, "may not speak for");
	SH("% verify " A, 1, "nobody has signed it");
	SH("% keygen other && % export --key other >other.pub && % add --as vendor other.pub", 1, "another key is called 'vendor'");
	SH("% add --as again release.pub", 1, "is trusted as 'vendor' already");
	SH("head -c 300 a.json >cut.json; % add cut.json", 1, "'cut.json' is not added");
	SH("% add --as x a.json", 2, "are for keys");
	SH("% add nothing", 2, "does not exist");
}
END_TEST

/* --- cosign ------------------------------------------------------------------------------------------------- */
#define PAYLOAD(reference, digest, type)                                                                               \
	"{\"critical\":{\"identity\":{\"docker-reference\":\"" reference "\"},\"image\":{\"docker-manifest-digest\":\"" digest \
	"\"},\"type\":\"" type "\"},\"optional\":{\"commit\":\"abc\",\"n\":1}}"
#define COSIGN "cosign container image signature"
#define IMPORT "% import --cosign --key vendor.pub --payload payload --signature signature"

static const struct {
	const char *name, *make, *sign;
} kinds[] = {
	{ "ecdsa", "openssl ecparam -name prime256v1 -genkey -noout -out k.pem",
	  "openssl dgst -sha256 -sign k.pem payload | base64 >signature" },
	{ "p384", "openssl ecparam -name secp384r1 -genkey -noout -out k.pem",
	  "openssl dgst -sha256 -sign k.pem payload | base64 -w0 >signature" },
	{ "rsa", "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k.pem",
	  "openssl dgst -sha256 -sign k.pem payload | base64 -w0 >signature" },
	{ "ed25519", "openssl genpkey -algorithm ED25519 -out k.pem",
	  "openssl pkeyutl -sign -rawin -inkey k.pem -in payload | base64 -w0 >signature" },
	{ "as it is", "openssl ecparam -name prime256v1 -genkey -noout -out k.pem",
	  "openssl dgst -sha256 -sign k.pem payload >signature" },
};

static void make_key(const char *make)
{
	SH(gd_printf(arena, "%s && openssl pkey -in k.pem -pubout -out vendor.pub", make), 0, "");
}

START_TEST(cosign)
{
	if (not_root())
		return;
	make_key(kinds[_i].make);
	put("payload", PAYLOAD("index.docker.io/library/nginx", A, COSIGN));
	SH(kinds[_i].sign, 0, "");
	SH(IMPORT, 0, "is signed by 'vendor' for docker.io/library/nginx");
	SH("% verify " A, 0, "good  vendor for docker.io/library/nginx");
	SH("% verify " A, 0, "claim 'commit=abc'");
	SH("% list", 0, "cosign");
	/* again is no harm; the payload altered is */
	SH(IMPORT, 0, "is signed");
	put("payload", PAYLOAD("index.docker.io/library/nginx", B, COSIGN));
	SH(IMPORT, 1, "the signature is not good");
	SH("% verify " B, 1, "nobody has signed it");
	SH("rm -r trust.d keys; " IMPORT, 1, "the signature is not good");
	SH("ls -A", 0, "vendor.pub");
	ck_assert_ptr_null(strstr(output, "trust.d"));	/* before anything was written */
}
END_TEST

/* Every byte of the payload, one bit of each. */
START_TEST(cosign_altered)
{
	char text[] = PAYLOAD("nginx", A, COSIGN);

	if (not_root())
		return;
	make_key(kinds[0].make);
	put("payload", text);
	SH(kinds[0].sign, 0, "");
	for (size_t i = 0; i < sizeof(text) - 1; i += 7) {
		text[i] ^= 1;
		put("payload", text);
		SH(IMPORT, 1, "the signature is not good");
		text[i] ^= 1;
	}
	put("payload", text);
	SH("cp signature good; for n in 0 1 40 60 90; do head -c $n good >signature; " IMPORT " && exit 9; done; true", 0,
	   "the signature is not good");
	SH("mv good signature; " IMPORT, 0, "is signed");
}
END_TEST

static const struct {
	const char *payload, *want;
} payload_rows[] = {
	{ PAYLOAD("nginx", A, "atomic container signature"), "another kind of signature" },
	{ PAYLOAD("nginx", "sha256:aa", COSIGN), "no SHA-256 digest" },
	{ PAYLOAD("nginx", "sha512:aa", COSIGN), "no SHA-256 digest" },
	{ PAYLOAD("Not A Reference", A, COSIGN), "no repository" },
	{ "{\"critical\":{\"type\":\"" COSIGN "\"}}", "no SHA-256 digest" },
	{ "{\"critical\":{\"image\":{\"docker-manifest-digest\":\"" A "\"},\"type\":\"" COSIGN "\"}}", "docker-reference' is missing" },
	{ "{}", "another kind" },
	{ "[]", "not for us" },
	{ "x", "not for us" },
	{ "{\"critical\":1,\"critical\":2}", "not for us" },
};

/* Signed well, and nothing that says what is needed. */
START_TEST(cosign_payload)
{
	if (not_root())
		return;
	make_key(kinds[0].make);
	put("payload", payload_rows[_i].payload);
	SH(kinds[0].sign, 0, "");
	SH(IMPORT, 1, payload_rows[_i].want);
}
END_TEST

static const struct {
	const char *make, *want;
} key_rows[] = {
	{ "openssl ecparam -name secp224r1 -genkey -noout -out k.pem", "too small" },
	{ "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out k.pem", "an RSA key has" },
	{ "openssl genpkey -algorithm ED448 -out k.pem", "neither ECDSA, RSA nor Ed25519" },
	{ "openssl genpkey -algorithm X25519 -out k.pem", "neither ECDSA, RSA nor Ed25519" },
};

START_TEST(cosign_keys)
{
	if (not_root())
		return;
	make_key(key_rows[_i].make);
	put("payload", PAYLOAD("nginx", A, COSIGN));
	SH("openssl dgst -sha256 -sign k.pem payload >signature || echo x >signature", 0, "");
	SH(IMPORT, 1, key_rows[_i].want);
}
END_TEST

START_TEST(cosign_whose)
{
	if (not_root())
		return;
	make_key(kinds[0].make);
	put("payload", PAYLOAD("registry.example.com/team/app:1.0", A, COSIGN));
	SH(kinds[0].sign, 0, "");
	SH("cp k.pem vendor.pub; " IMPORT, 1, "no public key in PEM form");
	SH("echo >vendor.pub; " IMPORT, 1, "no public key in PEM form");
	SH("openssl pkey -in k.pem -pubout -out vendor.pub; " IMPORT " --repository 'docker.io/**'", 1, "may not speak for");
	SH("% verify " A, 1, "nobody has signed it");
	SH("rm -r trust.d keys; " IMPORT " --as acme --repository 'registry.example.com/team/*'", 0,
	   "is signed by 'acme' for registry.example.com/team/app");
	/* another key under the name that is taken */
	make_key(kinds[0].make);
	SH(kinds[0].sign, 0, "");
	SH(IMPORT " --as acme", 1, "another key is called 'acme'");
	SH(IMPORT " --as import", 1, "no name of a key");
	SH(IMPORT " --as Vendor", 1, "say --as NAME");
	/* the foreign key revoked: what was imported counts no more, and comes back by no other name */
	SH("% revoke --key acme; % verify " A, 1, "was revoked");
	SH(IMPORT " && % verify " A, 0, "good  vendor");
	SH("% revoke --key vendor; " IMPORT " --as again", 1, "was revoked");
	/* a foreign key does not sign by itself */
	SH("% sign --key acme " A, 2, "secret key 'acme'");
}
END_TEST

/* From index over manifest to the configuration, by their bytes. */
START_TEST(cosign_manifests)
{
	if (not_root())
		return;
	make_key(kinds[0].make);
	put("manifest", "{\"schemaVersion\":2,\"config\":{\"digest\":\"" C "\"},\"layers\":[]}");
	put("text", "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"DIGEST\"}]}");
	SH("sed \"s/DIGEST/sha256:$(sha256sum <manifest | cut -c1-64)/\" text >index", 0, "");
	put("text", PAYLOAD("nginx", "DIGEST", COSIGN));
	SH("sed \"s/DIGEST/sha256:$(sha256sum <index | cut -c1-64)/\" text >payload", 0, "");
	SH(kinds[0].sign, 0, "");
	SH(IMPORT " --manifest manifest", 1, "which the signature does not reach");
	SH(IMPORT " --manifest index --manifest manifest", 0, C " is signed by 'vendor'");
	SH("% verify " C, 0, "good  vendor");
	SH("echo >>manifest; " IMPORT " --manifest index --manifest manifest", 1, "which the signature does not reach");
}
END_TEST

/* --- scans ----------------------------------------------------------------------------------------------------- */
#define TRIVY(id, time, list)                                                                                          \
	"{\"SchemaVersion\":2,\"CreatedAt\":\"" time "\",\"ArtifactName\":\"nginx\",\"Metadata\":{\"ImageID\":\"" id           \
	"\",\"RepoDigests\":[\"nginx@" B "\"]},\"Results\":[{\"Target\":\"nginx\",\"Vulnerabilities\":[" list "]}]}"
#define GRYPE(id, list)                                                                                                \
	"{\"matches\":[" list "],\"source\":{\"type\":\"image\",\"target\":{\"imageID\":\"" id "\",\"manifestDigest\":\"" B \
	"\",\"repoDigests\":[]}},\"descriptor\":{\"name\":\"grype\",\"timestamp\":\"2026-01-02T03:04:05.123+01:00\"}}"
#define T "2026-01-02T03:04:05.678901Z"

static const struct {
	const char *report, *want;
	int status;
} scan_rows[] = {
	{ TRIVY(A, T, "{\"Severity\":\"HIGH\"},{\"Severity\":\"LOW\"}"), "scanned 2026-01-02T03:04:05Z by 'trivy', worst: high", 0 },
	{ TRIVY(A, T, ""), "worst: none", 0 },
	{ TRIVY(A, T, "{\"Severity\":\"UNKNOWN\"}"), "worst: high", 0 },
	{ TRIVY(A, T, "{\"Severity\":\"CRITICAL\"}"), "worst: critical", 0 },
	{ TRIVY(C, T, ""), "it is about another image, '" C "'", 2 },
	{ TRIVY(A, "yesterday", ""), "say --scan-time", 2 },
	{ GRYPE(A, "{\"vulnerability\":{\"id\":\"X\",\"severity\":\"Medium\"}},{\"vulnerability\":{\"severity\":\"Negligible\"}}"),
	  "scanned 2026-01-02T02:04:05Z by 'grype', worst: medium", 0 },
	{ GRYPE(C, ""), "it is about another image", 2 },
	{ "{\"digest\":\"" A "\",\"time\":\"2026-01-02T03:04:05Z\",\"tool\":\"mine\",\"findings\":{\"low\":2}}",
	  "by 'mine', worst: low", 0 },
	{ "{\"digest\":\"" A "\",\"time\":\"2026-01-02T03:04:05Z\",\"findings\":{}}", "worst: none", 0 },
	{ "{\"digest\":\"" A "\",\"time\":\"2026-01-02T03:04:05Z\",\"findings\":{\"low\":-1}}", "numbers by severity", 2 },
	{ "{\"digest\":\"" A "\",\"time\":\"2026-01-02T03:04:05Z\"}", "a report of Trivy or Grype", 2 },
	{ "{\"digest\":\"" A "\",\"time\":\"2999-01-02T03:04:05Z\",\"findings\":{}}", "from the future", 2 },
	{ "{}", "a report of Trivy or Grype", 2 },
	{ "", "line 1", 2 },
};

START_TEST(scans)
{
	if (not_root())
		return;
	SH("% keygen ci", 0, "secret");
	put("report", scan_rows[_i].report);
	if (scan_rows[_i].status) {
		SH("% sign --key ci --scan report " A, scan_rows[_i].status, scan_rows[_i].want);
		SH("% verify " A, 1, "nobody has signed it");
		return;
	}
	SH("% sign --key ci --scan report " A, 0, "is signed");
	SH("% verify " A, 0, scan_rows[_i].want);
	SH("% sign --key ci --scan report --worst low " A, 2, "give one of them");
}
END_TEST

int main(int argc, char **argv)
{
	const struct test_case cases[] = {
		{ usage, 0 }, { signs, 0 }, { signs_many, 0 }, { limited, 0 }, { revokes, 0 }, { adds, 0 },
		{ cosign, ROWS(kinds) }, { cosign_altered, 0 }, { cosign_payload, ROWS(payload_rows) },
		{ cosign_keys, ROWS(key_rows) }, { cosign_whose, 0 }, { cosign_manifests, 0 }, { scans, ROWS(scan_rows) },
	};
	char self[PATH_MAX];
	Suite *suite = suite_create("guardctl trust");
	TCase *t = tcase_create("guardctl trust");

	(void)argc;
	/* build/test/unit/NAME: the program lies beside test/ */
	if (!realpath(argv[0], self))
		return EXIT_FAILURE;
	for (int up = 0; up < 3; up++)
		*strrchr(self, '/') = '\0';
	snprintf(program, sizeof(program), "%.4000s/guardctl", self);
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
