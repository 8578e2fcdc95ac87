/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records, payloads and keys as somebody might have left them on disk. What is taken is written back byte for byte;
 * nothing counts but what the one key here has really signed; what a signer may say in a payload, whatever else it says,
 * is read the same when it is written again. The first byte chooses.
 */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "trust/trust.h"

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NOW 1800000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gd_trust_secret secret = { .name = "alice" };
static struct gd_trust_key key = { .name = "alice" };

static int find(void *ctx, const char *name, struct gd_trust_key *ret, struct gd_error *err)
{
	(void)ctx;
	if (strcmp(name, "alice") != 0)
		return gd_error_set(err, GD_E_TRUST, "no key %.32s", name);
	*ret = key;
	return 0;
}

/* The one record that alice has signed. */
static struct gd_trust_entry genuine(struct gd_arena *a)
{
	struct gd_trust_claims c = { .digest = DIGEST, .signer = "alice", .created = NOW - 1 };
	struct gd_trust_entry e;
	struct gd_error err = { 0 };

	assert(gd_trust_sign(&c, &secret, "alice", a, &e, &err) == 0);
	return e;
}

static void file(struct gd_bytes in, struct gd_arena *a)
{
	struct gd_trust_entry good = genuine(a);
	struct gd_trust_entries e;
	struct gd_trust_claims c;
	struct gd_error err = { 0 };
	struct gd_buf b = { .arena = a };

	if (gd_trust_entries_read(in, a, &e, &err) < 0)
		return;
	gd_trust_entries_write(&e, &b);
	assert(b.len == in.len && memcmp(b.data, in.data, in.len) == 0);
	for (size_t i = 0; i < e.n; i++)
		if (gd_trust_verify(&e.v[i], DIGEST, NOW, find, NULL, a, &c, &err) == 0)
			assert(e.v[i].payload.len == good.payload.len &&
			       memcmp(e.v[i].payload.data, good.payload.data, good.payload.len) == 0);
}

static void payload(struct gd_bytes in, struct gd_arena *a)
{
	size_t n = sizeof(GD_TRUST_DOMAIN) - 1;
	unsigned char *m = gd_alloc(a, n + in.len + 1);
	struct gd_trust_entry e = genuine(a);
	struct gd_trust_claims c, again;
	struct gd_error err = { 0 };
	struct gd_buf x = { .arena = a }, y = { .arena = a };
	bool reads = gd_trust_claims_read(in, a, &c, &err) == 0;

	if (reads) {
		gd_trust_claims_write(&c, &x);
		assert(gd_trust_claims_read((struct gd_bytes){ x.data, x.len }, a, &again, &err) == 0);
		gd_trust_claims_write(&again, &y);
		assert(x.len == y.len && memcmp(x.data, y.data, x.len) == 0);
	}
	/* Signed well, whatever it is. */
	memcpy(m, GD_TRUST_DOMAIN, n);
	memcpy(m + n, in.data, in.len);
	e.payload = in;
	crypto_sign_detached(e.signature, NULL, m, n + in.len, secret.secret);
	if (gd_trust_verify(&e, DIGEST, NOW, find, NULL, a, &c, &err) == 0)
		assert(reads && strcmp(c.digest, DIGEST) == 0 && strcmp(c.signer, "alice") == 0 &&
		       (c.expires == 0 || c.expires > NOW) && !c.import_key);
}

static void key_file(struct gd_bytes in, struct gd_arena *a)
{
	struct gd_trust_key k;
	struct gd_error err = { 0 };
	struct gd_buf b = { .arena = a };

	if (gd_trust_key_read(in, a, &k, &err) < 0)
		return;
	gd_trust_key_write(&k, &b);
	assert(b.len == in.len && memcmp(b.data, in.data, in.len) == 0 && gd_trust_name_ok(k.name));
}

static void clock_text(struct gd_bytes in, struct gd_arena *a)
{
	int64_t t;
	char back[24];

	(void)a;
	if (!memchr(in.data, '\0', in.len) && gd_trust_time_parse(in.data, &t) == 0)
		assert(strcmp(gd_trust_time(t, back), in.data) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parts[])(struct gd_bytes, struct gd_arena *) = { file, payload, key_file, clock_text };
	static const unsigned char seed[32] = { 1 };
	struct gd_arena *a;
	struct gd_bytes in;

	if (size == 0)
		return 0;
	crypto_sign_seed_keypair(key.pub, secret.secret, seed);
	a = gd_arena_new(NULL);
	in.len = size - 1;
	in.data = memcpy(gd_alloc(a, size), data + 1, size - 1);
	parts[data[0] % 4](in, a);
	gd_arena_free(a);
	return 0;
}
