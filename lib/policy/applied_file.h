/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The applied file. A launch reads the header, one bucket of the index and one policy, however
 * many there are:
 *
 *   header                          fixed size, ends with its own digest
 *   rows of buckets                 where each bucket is; believed because a bucket's digest covers its place
 *   buckets                         64 hex digits, then entries
 *   policies                        flat JSON, digest in each entry that points to it
 *
 * A digest covers the header's "content" word, which is the digest of all that decides: parts of
 * two applied files never fit together. Numbers are little endian on every host that guarded is
 * built for; the magic word would not match on another. Bit rot, cut files and mixed parts are
 * found this way; whoever can write the file on purpose is root.
 *
 * An entry is found by kind and key. There is room for what is to come: image digests ('d'),
 * references ('r') and patterns ('p') are keys of their own, looked up before the selectors
 * without a key ('s').
 */
#ifndef GD_POLICY_APPLIED_FILE_H
#define GD_POLICY_APPLIED_FILE_H

#include "policy/policy.h"

#define GD_APPLIED_MAGIC "guarded applied"	/* 15 and NUL */
#define GD_APPLIED_VERSION 1u
#define GD_APPLIED_MAX (1u << 30)	/* bytes of the file */
#define GD_PART_MAX (16u << 20)		/* bytes of a bucket or a policy */
#define GD_BUCKETS_MAX 65536u

#define GD_HEX 64

struct gd_applied_header {
	char magic[16];
	uint32_t version, n_buckets, n_policies, zero;
	uint64_t length;		/* of the file */
	char content[GD_HEX];		/* digest of all policies and what selects them */
	char digest[GD_HEX];		/* of everything above */
};
_Static_assert(sizeof(struct gd_applied_header) == 168, "no holes");

struct gd_applied_row { uint64_t offset; uint32_t length, zero; };
_Static_assert(sizeof(struct gd_applied_row) == 16, "no holes");

/* What a bucket's digest covers, with the entries behind it. */
struct gd_applied_seal {
	char content[GD_HEX];
	uint64_t offset;
	uint32_t number, length;
};
_Static_assert(sizeof(struct gd_applied_seal) == 80, "no holes");

enum gd_entry_kind {
	GD_ENTRY_NAME = 'n',		/* key: the policy's name */
	GD_ENTRY_FLOOR = 'f',		/* no key */
	GD_ENTRY_SELECTOR = 's',	/* no key; classes and engines say the rest */
};
struct gd_applied_entry {
	uint8_t kind, rank;
	uint16_t classes, engines;	/* bits; 0 is any */
	uint16_t key_length, name_length, zero;
	uint32_t length;
	uint64_t offset;		/* of the policy */
	char digest[GD_HEX];
	/* then the key and the policy's name */
};
_Static_assert(sizeof(struct gd_applied_entry) == 88, "no holes");

/* Which bucket. */
uint32_t gd_applied_hash(enum gd_entry_kind kind, const char *key, size_t len);

#endif
