/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl trust import: a cosign signature is verified once, here, and kept as a record that the host's own import
 * key signs, so that launches need neither OpenSSL nor the network. What the payload says is believed only behind its
 * signature, and only what is checked here: its type, the digest, the identity.
 */
#include "trust.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json/scan.h"
#include "json/tree.h"

#define MANIFESTS_MAX 64

struct import {
	struct ctl *ctl;
	const char *key, *payload, *signature, *as;
	bool cosign;
	struct gd_words repositories;	/* that the key may speak for; where it is new here */
	struct gd_words manifests;	/* paths */
	struct gd_trust_key foreign;
	const char *digest, *repository;
	struct gd_words claims;		/* of "optional" */
	struct gd_words vouched;	/* digests that the signature reaches */
};

static const struct option options[] = {
	{ "cosign", no_argument, NULL, 'c' },		{ "key", required_argument, NULL, 'k' },
	{ "payload", required_argument, NULL, 'p' },	{ "signature", required_argument, NULL, 's' },
	{ "as", required_argument, NULL, 'a' },		{ "repository", required_argument, NULL, 'r' },
	{ "manifest", required_argument, NULL, 'm' },	{ 0 },
};

static bool take_options(struct import *m, int argc, char **argv)
{
	struct gd_arena *a = m->ctl->arena;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'c': m->cosign = true; break;
		case 'k': m->key = optarg; break;
		case 'p': m->payload = optarg; break;
		case 's': m->signature = optarg; break;
		case 'a': m->as = optarg; break;
		case 'r': gd_words_add(a, &m->repositories, optarg); break;
		case 'm': gd_words_add(a, &m->manifests, optarg); break;
		default: return false;
		}
	}
	return true;
}

/* As cosign prints it: base64, with or without a newline; or as it is. */
static struct gd_bytes decoded(struct gd_bytes b, struct gd_arena *a)
{
	unsigned char *raw = gd_alloc(a, b.len + 1);
	const char *end;
	size_t n;

	if (sodium_base642bin(raw, b.len + 1, b.data, b.len, " \t\r\n", &n, &end,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    end != b.data + b.len || n == 0)
		return b;
	return (struct gd_bytes){ (char *)raw, n };
}

/* The name of the key's file, as far as it is a name of ours. */
static const char *name_of(struct gd_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = gd_strdup(a, slash ? slash + 1 : path), *dot = strrchr(name, '.');

	if (dot)
		*dot = '\0';
	return name;
}

static int parse(struct ctl *ctl, struct gd_bytes bytes, gd_json **ret)
{
	struct gd_bytes copy = { memcpy(gd_alloc(ctl->arena, bytes.len + 1), bytes.data, bytes.len), bytes.len };

	if (gd_json_scan(copy.data, copy.len, GD_SCAN_CASE, &ctl->err) < 0)
		return -1;
	return gd_json_parse(copy.data, copy.len, ret, &ctl->err);
}

/* Words of "optional" that could be claims here; what is no text is left out, it was the author's own affair. */
static int take_optional(struct import *m, const gd_json *optional)
{
	struct gd_json_iter it = { 0 };
	struct ctl *ctl = m->ctl;

	while (gd_json_next(optional, &it)) {
		const char *s = gd_json_str(it.value);

		if (!s || !*s || !*it.key || strchr(it.key, '=') || strlen(s) > GD_TRUST_TEXT_MAX)
			continue;
		if (m->claims.n == GD_TRUST_CLAIMS_MAX)
			return gd_error_set(&ctl->err, GD_E_INPUT, "more than %d words in 'optional'",
					    GD_TRUST_CLAIMS_MAX);
		gd_words_add(ctl->arena, &m->claims, gd_printf(ctl->arena, "%s=%s", it.key, s));
	}
	return 0;
}

static int take_payload(struct import *m, const gd_json *root)
{
	static const char type[] = "cosign container image signature";
	const gd_json *critical = gd_json_get(root, "critical");
	const char *digest = gd_json_str(gd_json_pointer(critical, "/image/docker-manifest-digest"));
	const char *reference = gd_json_str(gd_json_pointer(critical, "/identity/docker-reference"));
	struct gd_arena *a = m->ctl->arena;

	if (!gd_streq(gd_json_get_str(critical, "type"), type))
		return gd_error_set(&m->ctl->err, GD_E_INPUT,
				    "'critical.type' is not '%s': another kind of signature", type);
	if (!digest || !gd_trust_file_name(digest, a))
		return gd_error_set(&m->ctl->err, GD_E_INPUT,
				    "'critical.image.docker-manifest-digest' is no SHA-256 digest");
	if (!reference)
		return gd_error_set(&m->ctl->err, GD_E_INPUT, "'critical.identity.docker-reference' is missing");
	if (*reference) {
		/* The libraries behind cosign have another name for the Docker Hub. */
		static const char hub[] = "index.docker.io/";
		const char *full = gd_starts(reference, hub)
					   ? gd_printf(a, "docker.io/%s", reference + sizeof(hub) - 1)
					   : reference;
		m->repository = trust_repository(a, full);
		if (!m->repository)
			return gd_error_set(&m->ctl->err, GD_E_INPUT,
					    "'critical.identity.docker-reference' is no repository: %s",
					    gd_quote(a, reference, 200));
	}
	m->digest = gd_strdup(a, digest);
	gd_words_add(a, &m->vouched, m->digest);
	return take_optional(m, gd_json_get(root, "optional"));
}

static int read_signed(struct import *m)
{
	struct ctl *ctl = m->ctl;
	struct gd_bytes pem, payload, signature;
	gd_json *root = NULL;
	int r;

	if (trust_read(ctl, m->key, CTL_SMALL_MAX, &pem) < 0 ||
	    trust_read(ctl, m->payload, CTL_SMALL_MAX, &payload) < 0 ||
	    trust_read(ctl, m->signature, CTL_SMALL_MAX, &signature) < 0)
		return -1;
	if (trust_cosign_verify(pem, payload, decoded(signature, ctl->arena), m->foreign.pub, &ctl->err) < 0)
		return -1;
	r = parse(ctl, payload, &root) < 0 ? -1 : take_payload(m, root);
	gd_json_free(root);
	return r < 0 ? gd_error_wrap(&ctl->err, "the payload is signed, and not for us") : 0;
}

/*
 * A manifest's bytes prove which configuration it names, and an index's which manifests: so the signature reaches
 * stores that keep only the configuration (Docker with a graph driver).
 */
static int follow_manifest(struct import *m, const char *path)
{
	struct ctl *ctl = m->ctl;
	unsigned char sum[32];
	char digest[72] = "sha256:";
	struct gd_bytes bytes;
	gd_json *root = NULL;
	size_t n = m->vouched.n;

	if (trust_read(ctl, path, CTL_SMALL_MAX * 4, &bytes) < 0)
		return -1;
	crypto_hash_sha256(sum, (const unsigned char *)bytes.data, bytes.len);
	sodium_bin2hex(digest + 7, sizeof(digest) - 7, sum, sizeof(sum));
	if (!gd_words_has(&m->vouched, digest))
		return gd_error_set(&ctl->err, GD_E_TRUST, "%s is %s, which the signature does not reach",
				    gd_quote(ctl->arena, path, 200), digest);
	if (parse(ctl, bytes, &root) < 0)
		return gd_error_wrap(&ctl->err, "%s", gd_quote(ctl->arena, path, 200));
	int64_t version;
	const gd_json *list = gd_json_get(root, "manifests");
	if (!gd_json_i64(gd_json_get(root, "schemaVersion"), &version) || version != 2 ||
	    gd_json_len(list) > MANIFESTS_MAX) {
		gd_json_free(root);
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "%s is no manifest or index, or one of more than %d manifests",
				    gd_quote(ctl->arena, path, 200), MANIFESTS_MAX);
	}
	const char *config = gd_json_get_str(gd_json_get(root, "config"), "digest");
	if (config && gd_trust_file_name(config, ctl->arena))
		gd_words_add(ctl->arena, &m->vouched, gd_strdup(ctl->arena, config));
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *d = gd_json_get_str(gd_json_at(list, i), "digest");

		if (d && gd_trust_file_name(d, ctl->arena))
			gd_words_add(ctl->arena, &m->vouched, gd_strdup(ctl->arena, d));
	}
	gd_json_free(root);
	return m->vouched.n > n ? 0
				: gd_error_set(&ctl->err, GD_E_INPUT, "%s names no configuration and no manifests",
					       gd_quote(ctl->arena, path, 200));
}

/*
 * Giving a key on the command line is the decision to trust it; what it may speak for stays as it was decided first.
 */
static int take_key(struct import *m)
{
	struct gd_trust_key old;
	char id[GD_TRUST_KEY_ID], other[GD_TRUST_KEY_ID];
	struct ctl *ctl = m->ctl;
	int n;

	m->as = m->as ? m->as : name_of(ctl->arena, m->key);
	if (!gd_trust_name_ok(m->as) || strcmp(m->as, GD_TRUST_IMPORT) == 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "%s is no name of a key; say --as NAME",
				    gd_quote(ctl->arena, m->as, 64));
	m->foreign.name = m->as;
	m->foreign.kind = GD_TRUST_KEY_FOREIGN;
	m->foreign.repositories = m->repositories;
	gd_trust_key_id(&m->foreign, id);
	n = trust_key_get(ctl, m->as, &old);
	if (n < 0)
		return -1;
	if (n == 0)
		return trust_key_put(ctl, m->as, &m->foreign);
	gd_trust_key_id(&old, other);
	if (strcmp(id, other) != 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "another key is called '%s' here; say --as NAME", m->as);
	return m->repositories.n ? trust_key_put(ctl, m->as, &m->foreign) : 0;
}

static int import_secret(struct ctl *ctl, struct gd_trust_secret *ret)
{
	struct gd_words none = { 0 };
	struct gd_trust_key k;
	int n = trust_key_get(ctl, GD_TRUST_IMPORT, &k);

	if (n < 0 || (n == 0 && trust_key_make(ctl, GD_TRUST_IMPORT, GD_TRUST_KEY_IMPORT, &none) < 0))
		return -1;
	return trust_secret_read(ctl, GD_TRUST_IMPORT, ret);
}

static int keep(struct import *m, const struct gd_trust_secret *secret, const char *digest)
{
	struct gd_trust_claims c = { .digest = digest, .signer = m->as, .created = (int64_t)time(NULL),
				     .repository = m->repository, .claims = m->claims }, back;
	struct ctl *ctl = m->ctl;
	char id[GD_TRUST_KEY_ID];
	struct gd_trust_entry e;
	struct gd_trust_dir d;
	int r;

	gd_trust_key_id(&m->foreign, id);
	c.import_key = id;
	if (gd_trust_sign(&c, secret, GD_TRUST_IMPORT, ctl->arena, &e, &ctl->err) < 0 ||
	    gd_trust_open(ctl->settings.trust_dir, ctl->arena, &d, &ctl->err) < 0)
		return -1;
	r = gd_trust_verify(&e, digest, c.created, gd_trust_key_here, &d, ctl->arena, &back, &ctl->err);
	gd_trust_close(&d);
	if (r < 0)
		return gd_error_wrap(&ctl->err, "this record would not count");
	return gd_trust_keep(ctl->settings.trust_dir, digest, &e, true, ctl->arena, &ctl->err);
}

static int import(struct import *m)
{
	struct gd_trust_secret secret;
	int r = 0;

	if (read_signed(m) < 0)
		return -1;
	for (size_t i = 0; i < m->manifests.n; i++)
		if (follow_manifest(m, m->manifests.v[i]) < 0)
			return -1;
	if (take_key(m) < 0 || import_secret(m->ctl, &secret) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < m->vouched.n; i++) {
		r = keep(m, &secret, m->vouched.v[i]);
		if (r == 0)
			printf("%s is signed by '%s'%s%s\n", m->vouched.v[i], m->as, m->repository ? " for " : "",
			       m->repository ? m->repository : "");
	}
	sodium_memzero(secret.secret, sizeof(secret.secret));
	return r;
}

int trust_import(struct ctl *ctl, int argc, char **argv)
{
	struct import m = { .ctl = ctl };

	if (!take_options(&m, argc, argv))
		return trust_usage(NULL);
	if (!m.cosign || !m.key || !m.payload || !m.signature || optind != argc)
		return trust_usage("import needs --cosign, --key, --payload and --signature");
	if (import(&m) == 0)
		return CTL_OK;
	gd_error_wrap(&ctl->err, "not imported");
	ctl_fail(ctl);
	return ctl->err.kind == GD_E_SYSTEM ? CTL_ERROR : CTL_NO;
}
