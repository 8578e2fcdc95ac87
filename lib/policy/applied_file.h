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
 * An entry is found by kind and key: those of the most specific selector that a policy has, one a word. A pattern's
 * key is what stands before its first wildcard, and the header says which lengths there are: a name is looked up
 * by its beginnings of these lengths. What else a policy asks for stands behind the entry, so that a launch tells
 * from the buckets alone, which are small however many policies there are.
 */
#ifndef GD_POLICY_APPLIED_FILE_H
#define GD_POLICY_APPLIED_FILE_H

#include "policy/set.h"

#define GD_APPLIED_MAGIC "guarded applied"	/* 15 and NUL */
#define GD_APPLIED_VERSION 2u
#define GD_APPLIED_MAX (1u << 30)	/* bytes of the file */
#define GD_PART_MAX (16u << 20)		/* bytes of a bucket or a policy */
#define GD_BUCKETS_MAX 65536u

#define GD_HEX 64

/* Lengths of keys that are beginnings of names, one bit each. */
enum gd_lengths { GD_LENGTHS_REPOSITORY, GD_LENGTHS_POD, GD_LENGTHS };

struct gd_applied_header {
	char magic[16];
	uint32_t version, n_buckets, n_policies;
	uint16_t kinds;			/* GD_KIND_BIT: which selectors are in it */
	uint16_t tightens;		/* bits of engines: a policy selected by facts refuses something of a
					 * container of this engine that what is left without these facts would not */
	uint64_t length;		/* of the file */
	uint64_t lengths[GD_LENGTHS][(GD_PATTERN_MAX + 1) / 64];
	char content[GD_HEX];		/* digest of all policies and what selects them */
	char digest[GD_HEX];		/* of everything above */
};
_Static_assert(sizeof(struct gd_applied_header) == 232, "no holes");

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
	/* Selectors, most specific first; in each a policy is found that has none of those before. */
	GD_ENTRY_DIGEST = 'd',
	GD_ENTRY_REFERENCE = 'r',
	GD_ENTRY_REPOSITORY = 'p',	/* key: the beginning of a pattern */
	GD_ENTRY_NAMESPACE = 'k',
	GD_ENTRY_POD = 'o',		/* key: the beginning of a pattern */
	GD_ENTRY_CONTAINER = 'c',	/* Kubernetes' container name */
	GD_ENTRY_LABEL = 'l',		/* key: the first of its labels */
	GD_ENTRY_SELECTOR = 's',	/* no key; classes and engines say the rest */
};
#define GD_KIND_BIT(kind) ((uint16_t)(1u << ((kind) - 'c')))	/* 'c' to 'r' */
/* Some policy speaks for sandboxes and not for containers, or the other way: which of them one is, the store says. */
#define GD_KIND_SANDBOX ((uint16_t)(1u << ('e' - 'c')))
struct gd_applied_entry {
	uint8_t kind, zero;
	uint16_t classes, engines;	/* bits; 0 is any */
	uint16_t key_length, name_length, zero2;
	uint32_t rank;
	uint32_t length;
	uint32_t match_length;		/* of what else must hold, as gd_match_write writes it; 0: nothing else */
	uint64_t offset;		/* of the policy */
	char digest[GD_HEX];
	/* then the key, the policy's name and what else must hold */
};
_Static_assert(sizeof(struct gd_applied_entry) == 96, "no holes");

/* Which bucket. */
uint32_t gd_applied_hash(enum gd_entry_kind kind, const char *key, size_t len);

#endif
