/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust: what its commands share. One row a command in trust.c. */
#ifndef GD_CTL_TRUST_H
#define GD_CTL_TRUST_H

#include "ctl.h"
#include "trust/trust.h"

#define CTL_REPORT_MAX (64u << 20)	/* bytes of a scanner's report */
#define CTL_SMALL_MAX (1u << 20)	/* of every other file named on the command line */

int trust_keygen(struct ctl *ctl, int argc, char **argv);
int trust_sign(struct ctl *ctl, int argc, char **argv);
int trust_add(struct ctl *ctl, int argc, char **argv);
int trust_import(struct ctl *ctl, int argc, char **argv);
int trust_list(struct ctl *ctl, int argc, char **argv);
int trust_verify(struct ctl *ctl, int argc, char **argv);
int trust_revoke(struct ctl *ctl, int argc, char **argv);
int trust_export(struct ctl *ctl, int argc, char **argv);

/* The usage of all of them, with @why (may be NULL) before it. CTL_ERROR. */
int trust_usage(const char *why);
/* ctl_fail with the error set here. */
int trust_fail(struct ctl *ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- keys (trust_keys.c) ------------------------------------------------------------------------------------ */
/* The host's secret keys: keys/ beside guarded.json. */
const char *trust_secret_dir(struct ctl *ctl);
/* 0 or -1 with ctl->err. */
int trust_secret_read(struct ctl *ctl, const char *name, struct gd_trust_secret *ret);
/* A new key, both halves. Nothing is there under this name. */
int trust_key_make(struct ctl *ctl, const char *name, enum gd_trust_key_kind kind,
		   const struct gd_words *repositories);
int trust_key_put(struct ctl *ctl, const char *as, const struct gd_trust_key *k);
/* 1: found, also where revoked; 0; -1 with ctl->err. */
int trust_key_get(struct ctl *ctl, const char *name, struct gd_trust_key *ret);
/* The name here of the key with this id; NULL: none. */
const char *trust_key_name(struct ctl *ctl, const char *id);
struct gd_words trust_key_names(struct ctl *ctl);
/* Names of the files in a room of trustDir, sorted. */
struct gd_words trust_names_in(struct ctl *ctl, const char *room);

/* --- images (trust_image.c) ------------------------------------------------------------------------------- */
struct trust_image {
	const char *digest;		/* what is signed: the configuration's, where a name was given */
	const char *repository;		/* of the name that was given; NULL */
	struct gd_image image;		/* KNOWN with what is known of its digests */
};
/* A digest as it stands, or a name that a store of this host has. 0 or -1 with ctl->err. */
int trust_image_find(struct ctl *ctl, const char *asked, struct trust_image *ret);
/* "docker.io/library/nginx" of "nginx:1.25"; NULL where it is no reference. */
const char *trust_repository(struct gd_arena *a, const char *reference);

/* The record as a launch would read it, with the keys that are here (trust_add.c). 0 or -1 with ctl->err. */
int trust_verify_here(struct ctl *ctl, const struct gd_trust_entry *e, const char *digest,
		      struct gd_trust_claims *ret);

/* A file named on the command line ("-": standard input), whoever owns it. */
int trust_read(struct ctl *ctl, const char *path, size_t max, struct gd_bytes *ret);

/* A scanner's report about the image: ours, Trivy's or Grype's. Fills .scan and .counts of @c. */
int trust_scan_read(struct ctl *ctl, const char *path, const struct trust_image *image, struct gd_trust_claims *c);

/* --- OpenSSL's part (trust_cosign.c) ------------------------------------------------------------------- */
/*
 * @pem is a public key: ECDSA P-256, P-384 or P-521, RSA of 2048 bits or more, Ed25519. 0 and the SHA-256 of its
 * SubjectPublicKeyInfo where @signature over the SHA-256 of @payload (Ed25519: over it as it is) is good.
 */
int trust_cosign_verify(struct gd_bytes pem, struct gd_bytes payload, struct gd_bytes signature,
			unsigned char ret_key[static 32], struct gd_error *err);

/* "90d", "2027-01-31" or a time; from @now. */
int trust_time(const char *s, int64_t now, int64_t *ret);

#endif
