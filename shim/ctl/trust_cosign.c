/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that knows OpenSSL: one signature, one key, good or not. guarded itself never links it. */
#include "trust.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#define EC_BITS_MIN 256
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384

/* Keys that cosign makes or takes; what is weaker says nothing. */
static int check_key(EVP_PKEY *key, struct gd_error *err)
{
	int bits = EVP_PKEY_get_bits(key);

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_EC:
		return bits >= EC_BITS_MIN
			       ? 0
			       : gd_error_set(err, GD_E_INPUT, "an elliptic curve of %d bits is too small", bits);
	case EVP_PKEY_RSA:
		if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
			return 0;
		return gd_error_set(err, GD_E_INPUT, "an RSA key has %d to %d bits, not %d", RSA_BITS_MIN,
				    RSA_BITS_MAX, bits);
	case EVP_PKEY_ED25519:
		return 0;
	default:
		return gd_error_set(err, GD_E_INPUT, "the key is neither ECDSA, RSA nor Ed25519");
	}
}

static int verify(EVP_PKEY *key, struct gd_bytes payload, struct gd_bytes signature, struct gd_error *err)
{
	/* Ed25519 brings its own digest. */
	const EVP_MD *md = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int r = -1;

	if (!ctx || EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) != 1)
		gd_error_set(err, GD_E_SYSTEM, "OpenSSL cannot verify with this key");
	/* Exactly 1: what is malformed answers with a negative number. */
	else if (EVP_DigestVerify(ctx, (const unsigned char *)signature.data, signature.len,
				  (const unsigned char *)payload.data, payload.len) != 1)
		gd_error_set(err, GD_E_TRUST,
			     "the signature is not good: the payload was altered, or another key signed it");
	else
		r = 0;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return r;
}

int trust_cosign_verify(struct gd_bytes pem, struct gd_bytes payload, struct gd_bytes signature,
			unsigned char ret_key[static 32], struct gd_error *err)
{
	/* No openssl.cnf, which the environment may name and which may name modules. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	unsigned char *der = NULL;
	int n, r = -1;

	BIO_free(bio);
	ERR_clear_error();
	if (!key)
		return gd_error_set(err, GD_E_INPUT, "no public key in PEM form (-----BEGIN PUBLIC KEY-----)");
	n = i2d_PUBKEY(key, &der);
	if (n <= 0)
		gd_error_set(err, GD_E_SYSTEM, "OpenSSL cannot write this key");
	else if (check_key(key, err) == 0 && verify(key, payload, signature, err) == 0)
		r = crypto_hash_sha256(ret_key, der, (unsigned long long)n);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return r;
}
