/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the scanner takes, our parser and json-c's own take too and read alike; what is written from
 * it is taken again, equal and canonical. The first byte chooses strict or policy.
 */
#include <assert.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "json/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gd_json *with_json_c(const char *bytes, size_t len)
{
	struct json_tokener *t = json_tokener_new_ex(GD_JSON_DEPTH_MAX + 1);

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* With the NUL, which ends it. What it read comes back through its own writer. */
	struct json_object *theirs = json_tokener_parse_ex(t, bytes, (int)len + 1);
	assert(json_tokener_get_error(t) == json_tokener_success);
	json_tokener_free(t);
	const char *out = json_object_to_json_string_ext(theirs, JSON_C_TO_STRING_PLAIN);
	gd_json *v = NULL;
	assert(gd_json_parse(out, strlen(out), &v, NULL) == 0);
	json_object_put(theirs);
	return v;
}

static void check_accepted(char *bytes, size_t len)
{
	struct gd_arena *a = gd_arena_new(NULL);
	gd_json *ours = NULL, *again = NULL;
	const char *out, *out2;
	size_t n, n2;

	assert(gd_json_parse(bytes, len, &ours, NULL) == 0);
	gd_json *theirs = with_json_c(bytes, len);
	assert(gd_json_equal(ours, theirs));
	gd_json_bytes(ours, a, &out, &n);
	assert(gd_json_scan((char *)out, n, GD_SCAN_STRICT, NULL) == 0);
	assert(gd_json_parse(out, n, &again, NULL) == 0);
	assert(gd_json_equal(ours, again));
	gd_json_bytes(again, a, &out2, &n2);
	assert(n == n2 && memcmp(out, out2, n) == 0);
	gd_json *copy = gd_json_copy(ours);
	assert(gd_json_equal(ours, copy));
	gd_json_free(copy);
	gd_json_free(again);
	gd_json_free(theirs);
	gd_json_free(ours);
	gd_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	size_t len = size - 1;
	struct gd_error err = { 0 };
	gd_json *v = NULL;
	/* NUL behind, as gd_read_all puts it. */
	char *bytes = malloc(len + 1), *before = malloc(len + 1);
	memcpy(bytes, data + 1, len);
	bytes[len] = '\0';
	memcpy(before, bytes, len + 1);

	bool policy = data[0] == 'p';
	int strict = gd_json_scan(bytes, len, GD_SCAN_STRICT, &err);
	assert(memcmp(bytes, before, len) == 0);
	assert(strict == 0 || (err.kind == GD_E_INPUT && strncmp(err.text, "line ", 5) == 0));
	if (strict == 0) {
		assert(gd_json_scan(bytes, len, GD_SCAN_CASE, NULL) == 0);
		check_accepted(bytes, len);
	} else if (gd_json_parse(bytes, len, &v, NULL) == 0) {
		gd_json_free(v);	/* unscanned text must do no harm */
	}
	if (policy && gd_json_scan(bytes, len, GD_SCAN_POLICY, NULL) == 0) {
		assert(gd_json_scan(bytes, len, GD_SCAN_STRICT, NULL) == 0);
		assert(strict < 0 || memcmp(bytes, before, len) == 0);
		check_accepted(bytes, len);
	}
	free(before);
	free(bytes);
	return 0;
}
