/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values out of what engines and image builders wrote as JSON. Engines read it with Go's decoder, which takes "cmd"
 * for "Cmd" and converts some kinds into others: whatever it could read otherwise than we do is no document here.
 */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "image/read.h"
#include "json/scan.h"

gd_json *gd_image_json(struct gd_bytes bytes, struct gd_error *err)
{
	gd_json *ret = NULL;

	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_CASE, err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, &ret, err) < 0)
		return NULL;
	return ret;
}

/* As Go compares keys with field names; @name is ASCII. */
static bool folds_to(const char *key, const char *name)
{
	size_t left = strlen(key);

	for (; *name != '\0' && left > 0; name++) {
		uint32_t cp;
		size_t n = gd_utf8_decode(key, left, &cp);
		if (n == 0 || gd_fold(cp) != gd_fold((unsigned char)*name))
			return false;
		key += n;
		left -= n;
	}
	return *name == '\0' && left == 0;
}

int gd_image_exact(const gd_json *obj, const char *const *names, struct gd_error *err)
{
	struct gd_json_iter it = { 0 };

	while (gd_json_next(obj, &it)) {
		for (const char *const *n = names; *n; n++) {
			if (folds_to(it.key, *n) && strcmp(it.key, *n) != 0)
				return gd_error_set(err, GD_E_INPUT, "a key is written otherwise than '%s'", *n);
		}
	}
	return 0;
}

int gd_image_words(const gd_json *obj, const char *key, struct gd_arena *a, struct gd_words *ret,
		   struct gd_error *err)
{
	const gd_json *v = gd_json_get(obj, key);

	*ret = (struct gd_words){ 0 };
	if (!v)
		return 0;
	if (gd_json_kind(v) != GD_JSON_ARRAY)
		return gd_error_set(err, GD_E_INPUT, "'%s' is not an array", key);
	for (size_t i = 0; i < gd_json_len(v); i++) {
		const char *s = gd_json_str(gd_json_at(v, i));
		if (!s)
			return gd_error_set(err, GD_E_INPUT, "'%s' holds what is not a string", key);
		gd_words_add(a, ret, gd_strdup(a, s));
	}
	return 0;
}

int gd_image_str(const gd_json *obj, const char *key, struct gd_arena *a, const char **ret, struct gd_error *err)
{
	const gd_json *v = gd_json_get(obj, key);
	const char *s = gd_json_str(v);

	*ret = NULL;
	if (!v)
		return 0;
	if (!s)
		return gd_error_set(err, GD_E_INPUT, "'%s' is not a string", key);
	*ret = *s != '\0' ? gd_strdup(a, s) : NULL;
	return 0;
}

/* A port without sign; leading zeros are read by Docker and written by nobody. */
static bool port_number(const char *s, size_t len, uint16_t *ret)
{
	uint64_t v;
	char digits[8];

	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, s, len);
	digits[len] = '\0';
	if (gd_parse_u64(digits, &v) < 0 || v > UINT16_MAX)
		return false;
	*ret = (uint16_t)v;
	return true;
}

bool gd_image_port(const char *s, uint16_t *ret_first, uint16_t *ret_last, const char **ret_protocol)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	const char *slash = strchrnul(s, '/'), *dash = memchr(s, '-', (size_t)(slash - s));
	const char *end = dash ? dash : slash;

	if (!port_number(s, (size_t)(end - s), ret_first))
		return false;
	*ret_last = *ret_first;
	if (dash && !port_number(dash + 1, (size_t)(slash - dash - 1), ret_last))
		return false;
	*ret_protocol = *slash == '\0' ? "tcp" : NULL;
	for (size_t i = 0; *slash != '\0' && i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcasecmp(slash + 1, protocols[i]) == 0)
			*ret_protocol = protocols[i];
	return *ret_protocol && *ret_first <= *ret_last;
}
