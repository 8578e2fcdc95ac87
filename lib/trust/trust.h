/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trust: signed records of images, found by digest, verified in the launch without a network.
 *
 *   trustDir/records/<64 hex>.json	every record of one digest (configuration, manifest or index)
 *   trustDir/keys/NAME.pub		whose signatures count here, under which name
 *   trustDir/revoked/<64 hex>.json	a digest that must not start, whatever records say
 *   trustDir/revoked/key-<id>.json	a key whose records count no more, under whatever name it comes back
 *
 * A launch opens what it looks for by name: its cost does not grow with the number of records. The bytes that were
 * signed are kept as they were signed (base64), so that nothing is serialised again to verify them; they are parsed
 * after the signature was found good, never before. Everything that decides is root's alone, checked on descriptors;
 * what cannot be read, or is not byte for byte as this library writes it, counts as altered.
 *
 * Ed25519 (libsodium). Signed is GD_TRUST_DOMAIN with the payload behind it, so that a signature made for
 * something else says nothing here.
 */
#ifndef GD_TRUST_TRUST_H
#define GD_TRUST_TRUST_H

#include "base/buf.h"
#include "base/file.h"
#include "facts/image.h"

#define GD_TRUST_DOMAIN "guarded trust record v1\n"
#define GD_TRUST_FILE_MAX (256u << 10)	/* bytes of one file */
#define GD_TRUST_PAYLOAD_MAX (12u << 10)
#define GD_TRUST_RECORDS_MAX 16		/* of one digest: each costs a launch 50 us */
#define GD_TRUST_CLAIMS_MAX 32
#define GD_TRUST_TEXT_MAX 512		/* bytes of a name, reference, claim */
#define GD_TRUST_AHEAD 600		/* seconds that a signer's clock may be ahead of ours */
#define GD_TRUST_IMPORT "import"	/* name of the host's own key that vouches for foreign signatures */

extern const char *const gd_scan_severity_names[]; /* "none" ... "critical", NULL; by enum gd_scan_severity */

/* --- the launch ----------------------------------------------------------------------------------- */
/*
 * Who vouches for @image (KNOWN): its configuration, manifest and index are looked up; where @dir is not there,
 * nobody does. What is wrong with the records or with @dir is said in @ret, never an error: whether it matters is the
 * policy's word. Errors are for what is broken here. @ret lives in @a.
 */
int gd_trust_find(const char *dir, const struct gd_image *image, int64_t now, struct gd_arena *a,
		  struct gd_trust *ret, struct gd_error *err);

/* --- records ----------------------------------------------------------------------------------------- */
/* What is signed. Strings are at most GD_TRUST_TEXT_MAX bytes and printable. */
struct gd_trust_claims {
	const char *digest;		/* "sha256:<64 hex>" */
	const char *signer;		/* the name that the key's owner gave it */
	int64_t created, expires;	/* expires 0: never */
	const char *repository;		/* NULL: none */
	struct gd_scan scan;
	struct { bool set; int64_t v; } counts[GD_SEVERITY_CRITICAL + 1]; /* findings of the scan, by severity */
	const char *build;
	struct gd_words claims;		/* "key=value", keys unique, sorted */
	const char *import_key;		/* imported: SHA-256 of the foreign key, 64 hex; else NULL */
};

struct gd_trust_entry {
	const char *key;		/* name of the key here; a hint where to look, proven by the signature */
	const char *key_id;
	struct gd_bytes payload;	/* as signed */
	unsigned char signature[64];
};
struct gd_trust_entries { struct gd_trust_entry *v; size_t n; };

void gd_trust_claims_write(const struct gd_trust_claims *c, struct gd_buf *b);
/* @payload is not changed. Checks every syntax and limit, not who may say what. */
int gd_trust_claims_read(struct gd_bytes payload, struct gd_arena *a, struct gd_trust_claims *ret,
			 struct gd_error *err);
void gd_trust_entries_write(const struct gd_trust_entries *e, struct gd_buf *b);
/* @bytes are changed. They must be exactly what the writer writes. */
int gd_trust_entries_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_entries *ret,
			  struct gd_error *err);

/* --- keys ------------------------------------------------------------------------------------------------ */
enum gd_trust_key_kind {
	GD_TRUST_KEY_SIGNER,	/* signs records */
	GD_TRUST_KEY_IMPORT,	/* this host's own: vouches for FOREIGN ones, which it has verified */
	GD_TRUST_KEY_FOREIGN,	/* cosign's: known by the digest of its public key, verified at import alone */
};
struct gd_trust_key {
	const char *name;	/* as its owner calls it; the name here is the file's */
	enum gd_trust_key_kind kind;
	unsigned char pub[32];	/* Ed25519; of a FOREIGN key the SHA-256 of its SubjectPublicKeyInfo */
	struct gd_words repositories; /* patterns that it may speak for; n 0: any, and none */
};
#define GD_TRUST_KEY_ID 65	/* 64 digits and NUL */
/* BLAKE2b-256 of an Ed25519 key; of a FOREIGN key the SHA-256 that it is known by. */
void gd_trust_key_id(const struct gd_trust_key *k, char ret[static GD_TRUST_KEY_ID]);
void gd_trust_key_write(const struct gd_trust_key *k, struct gd_buf *b);
int gd_trust_key_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_key *ret, struct gd_error *err);
/* [a-z0-9][a-z0-9._-]{0,62}: it is a file's name, and a word of policies. */
bool gd_trust_name_ok(const char *name);

/* Secret keys: a file of root's, 0600; guardctl alone reads them. */
struct gd_trust_secret { const char *name; unsigned char secret[64]; };
void gd_trust_secret_write(const struct gd_trust_secret *s, struct gd_buf *b);
int gd_trust_secret_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_secret *ret,
			 struct gd_error *err);
/* Signs @c, whose signer is the key's name, as the key @as here (usually the same). */
int gd_trust_sign(const struct gd_trust_claims *c, const struct gd_trust_secret *s, const char *as,
		  struct gd_arena *a, struct gd_trust_entry *ret, struct gd_error *err);

/* --- verifying ------------------------------------------------------------------------------------------- */
/*
 * One record by itself, as one of the image @digest. @find gives the keys that count, by name; one that is not there
 * or revoked is its error. 0 and the claims; -1 and the reason. Whether @digest itself is revoked is asked elsewhere.
 */
typedef int gd_trust_key_find(void *ctx, const char *name, struct gd_trust_key *ret, struct gd_error *err);
int gd_trust_verify(const struct gd_trust_entry *e, const char *digest, int64_t now, gd_trust_key_find *find,
		    void *ctx, struct gd_arena *a, struct gd_trust_claims *ret, struct gd_error *err);

/* --- the directory ----------------------------------------------------------------------------------------- */
struct gd_trust_dir { int records, keys, revoked; struct gd_arena *arena; }; /* -1: not there */
/* Root's alone, each of them. */
int gd_trust_open(const char *path, struct gd_arena *a, struct gd_trust_dir *ret, struct gd_error *err);
void gd_trust_close(struct gd_trust_dir *d);
/* 1 and the bytes; 0 where it is not there (or @dirfd is -1); -1. */
int gd_trust_file(int dirfd, const char *name, struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err);
/* "<64 hex>.json" of "sha256:<64 hex>"; NULL: it is none. */
const char *gd_trust_file_name(const char *digest, struct gd_arena *a);
/* The key of this name here, not revoked. A gd_trust_key_find with a struct gd_trust_dir. */
int gd_trust_key_here(void *dir, const char *name, struct gd_trust_key *ret, struct gd_error *err);
/* 1 and why (for people) where @digest is revoked, 0, -1. */
int gd_trust_revoked(const struct gd_trust_dir *d, const char *digest, const char **ret_why, struct gd_error *err);

/*
 * For guardctl. Directories are made where they are missing (0755), writers take turns. @sync: as gd_replace_file.
 * gd_trust_keep replaces what the same key signed for the same signer of that image before; a file that cannot be
 * read, and a revoked image, stay as they are and fail.
 */
int gd_trust_keep(const char *path, const char *digest, const struct gd_trust_entry *e, bool sync, struct gd_arena *a,
		  struct gd_error *err);
int gd_trust_put(const char *path, const char *room, const char *name, const struct gd_buf *b, struct gd_arena *a,
		 struct gd_error *err);

struct gd_trust_mark { int64_t time; const char *reason; };	/* of a revocation */
void gd_trust_mark_write(const struct gd_trust_mark *m, struct gd_buf *b);

/* --- times: "2026-11-22T02:27:50Z", nothing else --------------------------------------------------------- */
const char *gd_trust_time(int64_t t, char ret[static 24]);
int gd_trust_time_parse(const char *s, int64_t *ret);

#endif
