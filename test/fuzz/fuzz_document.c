/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents through the key tables. What is accepted is accepted again as it was written, stripped
 * documents have nothing left to strip, and the difference between two documents, applied to one,
 * gives the other.
 *
 * Input: an optional letter (p: process, r: resources, else config.json), a document, and behind a
 * NUL, a second.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "document/document.h"

#include "../unit/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct gd_key *keys_of(char letter)
{
	return letter == 'p' ? gd_keys_process : letter == 'r' ? gd_keys_resources : gd_keys_config;
}

static void check_accepted(const struct gd_document *d, const struct gd_key *keys,
			   struct gd_arena *a)
{
	struct gd_document again = { 0 };
	struct gd_bytes out;
	const char *bytes;

	gd_json_bytes(d->root, a, &bytes, &out.len);
	out.data = (char *)bytes;
	assert(gd_document_parse("x", out, keys, GD_UNKNOWN_REFUSE, a, &again, NULL) == 0);
	assert(gd_json_equal(d->root, again.root) && again.stripped.n == 0);
	gd_document_done(&again);
	for (size_t i = 0; i < d->stripped.n; i++)
		assert(d->stripped.v[i][0] == '/' &&
		       gd_json_pointer(d->root, d->stripped.v[i]) == NULL);
}

static void check_diff(const gd_json *from, const gd_json *to, struct gd_arena *a)
{
	gd_json *patch = NULL, *applied = gd_json_copy(from);

	assert(gd_json_diff(from, to, a, &patch) == 0);
	assert((gd_json_len(patch) == 0) == gd_json_equal(from, to));
	assert(apply_patch(&applied, patch) == 0);
	assert(gd_json_equal(applied, to));
	gd_json_free(applied);
	gd_json_free(patch);
}

/* Both modes; the stripped one is what the difference is taken of. */
static int parse(const uint8_t *data, size_t len, const struct gd_key *keys, struct gd_arena *a,
		 struct gd_document *ret)
{
	struct gd_bytes in = { gd_alloc(a, len + 1), len };
	struct gd_document strict = { 0 };
	struct gd_error err = { 0 };

	memcpy(in.data, data, len);
	int refused = gd_document_parse("x", in, keys, GD_UNKNOWN_REFUSE, a, &strict, &err);
	assert(refused == 0 || err.kind != GD_OK);
	int r = gd_document_parse("x", in, keys, GD_UNKNOWN_STRIP, a, ret, NULL);
	assert(refused < 0 ||
	       (r == 0 && ret->stripped.n == 0 && gd_json_equal(strict.root, ret->root)));
	assert(r < 0 || refused == 0 || ret->stripped.n > 0);
	if (refused == 0)
		check_accepted(&strict, keys, a);
	if (r == 0)
		check_accepted(ret, keys, a);
	gd_document_done(&strict);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_document one = { 0 }, two = { 0 };

	if (size > 0) {
		const struct gd_key *keys = keys_of((char)data[0]);
		size_t skip = data[0] == 'p' || data[0] == 'r' || data[0] == 'c';
		const uint8_t *nul = memchr(data + skip, 0, size - skip);
		size_t first = nul != NULL ? (size_t)(nul - data) - skip : size - skip;
		int r = parse(data + skip, first, keys, a, &one);
		if (nul != NULL && parse(nul + 1, size - skip - first - 1, keys, a, &two) == 0 &&
		    r == 0) {
			check_diff(one.root, two.root, a);
			check_diff(two.root, one.root, a);
		}
	}
	gd_document_done(&one);
	gd_document_done(&two);
	gd_arena_free(a);
	return 0;
}
