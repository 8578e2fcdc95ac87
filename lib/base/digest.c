/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sodium.h>
#include <stdlib.h>

#include "base/file.h"

/*
 * sodium_init is left out on purpose: it asks the processor what it can (each question traps in a
 * virtual machine, 5 us in all) to choose a faster BLAKE2b; until then the portable one is in
 * place, which needs no initialising and is as fast on documents of this size.
 */
void gd_digest_hex(char ret_hex[static GD_DIGEST_HEX], const char *data, size_t len)
{
	unsigned char digest[32];
	static const char digits[] = "0123456789abcdef";

	/* Fails only for a digest or key length out of range. */
	const unsigned char *bytes = (const unsigned char *)data;
	if (crypto_generichash(digest, sizeof(digest), bytes, len, NULL, 0) != 0)
		abort();
	for (size_t i = 0; i < sizeof(digest); i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[64] = '\0';
}
