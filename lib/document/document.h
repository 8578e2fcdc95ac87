/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The three documents that a runtime obeys: config.json, the process of an exec, the resources of
 * an update. Read once, whole, from a descriptor; scanned, parsed, checked against the key tables.
 */
#ifndef GD_DOCUMENT_DOCUMENT_H
#define GD_DOCUMENT_DOCUMENT_H

#include "base/file.h"
#include "document/keys.h"

#define GD_CONFIG_MAX (16u << 20)	/* bytes; 10,000 mounts are 1.4 MB */

struct gd_document {
	struct gd_bytes original;	/* as read, lent by the arena */
	gd_json *root;			/* owned; gd_document_done frees */
	struct gd_words stripped;	/* pointers of unknown keys that were dropped */
};

/* Bytes (modified only by nothing: the scanner runs strict). 0 or -1; @what names it in errors. */
int gd_document_parse(const char *what, struct gd_bytes bytes, const struct gd_key *keys,
		      enum gd_unknown_fields unknown, struct gd_arena *a, struct gd_document *ret,
		      struct gd_error *err);
void gd_document_done(struct gd_document *d);

/* A bundle: an absolute, resolved directory that only root can write, and its open descriptor. */
struct gd_bundle {
	const char *path;	/* resolved, absolute */
	int fd;			/* O_PATH|O_DIRECTORY; owned; -1 when none */
};
int gd_bundle_open(const char *path, struct gd_arena *a, struct gd_bundle *ret,
		   struct gd_error *err);
void gd_bundle_done(struct gd_bundle *b);

/*
 * config.json of the bundle: O_NOFOLLOW, regular, owned by root or the bundle's owner. A bundle
 * that holds a document armed by guarded (judged.json's digest equals config.json's) starts again
 * from the original in the record: engines that retry a create must not have a conformed document
 * taken for what was asked.
 */
int gd_bundle_config(const struct gd_bundle *b, enum gd_unknown_fields unknown, struct gd_arena *a,
		     struct gd_document *ret, struct gd_error *err);

/*
 * judged.json, the record of a create: what was asked, what was given, the facts that cannot be
 * found again (sources' inodes and origins, namespaces and owners), and the digest of what runs.
 */
struct gd_record {
	const char *original, *armed;	/* whole documents as bytes */
	size_t original_len, armed_len;
	const char *digest;		/* of .armed, where the writer knows it already; else NULL */
	const char *conformed;		/* NULL where equal to armed (nothing was armed) */
	size_t conformed_len;
	gd_json *facts;	    /* owned by the caller of read/write; see facts/ for its content */
	const char *policy; /* name and digest of the policy that judged it, may be "" */
};
#define GD_RECORD_NAME "judged.json"
/* Written before config.json is replaced, 0600, atomically. */
int gd_record_write(const struct gd_bundle *b, const struct gd_record *r, struct gd_arena *a,
		    struct gd_error *err);
/*
 * 1: there, 0: no record, -1: there and not to be trusted (altered, config.json has another
 * digest).
 */
int gd_record_read(const struct gd_bundle *b, struct gd_arena *a, struct gd_record *ret,
		   struct gd_error *err);

#endif
