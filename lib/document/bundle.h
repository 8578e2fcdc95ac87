/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a bundle as bytes; for lib/document alone. */
#ifndef GD_DOCUMENT_BUNDLE_H
#define GD_DOCUMENT_BUNDLE_H

#include "document/document.h"

/*
 * A regular file of the bundle, no link, owned by root or the bundle's owner and writable by nobody
 * else. 1: read, 0: not there, -1.
 */
int gd_bundle_read(const struct gd_bundle *b, const char *name, size_t max, struct gd_arena *a,
		   struct gd_bytes *ret, struct gd_error *err);

/* judged.json taken apart; its documents are lent from @bytes and neither scanned nor parsed. */
struct gd_record_text {
	char digest[GD_DIGEST_HEX];	/* of the armed document */
	struct gd_bytes policy, facts, original, conformed; /* conformed.len 0: there is none */
};
/* 1: there, 0: no record, -1: there and altered. */
int gd_record_text(const struct gd_bundle *b, struct gd_arena *a, struct gd_record_text *ret,
		   struct gd_error *err);

#endif
