/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judged.json. One JSON object whose documents are embedded byte for byte, so that writing is a
 * matter of copying and an engine's or a person's tools can read it; their lengths stand in front,
 * so that reading it back needs no parser either:
 *
 *   {"version":1,"check":"H16","digest":"H64","sizes":[p,f,o,c],"policy":P,"facts":F,"original":O,
 *   "conformed":C}                                                        (without the line break)
 *
 * "check" (SipHash, no key) tells an edited or cut file from a whole one. It is no seal: the bundle
 * is root's alone, and whoever could forge the record could as well write config.json.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "document/bundle.h"
#include "json/scan.h"

#define PREFIX "{\"version\":1,\"check\":\""
#define CHECK_HEX 16
#define AFTER_CHECK "\",\"digest\":\""
#define RECORD_MAX (3 * (size_t)GD_CONFIG_MAX)

enum { POLICY, FACTS, ORIGINAL, CONFORMED, PARTS };
static const char *const part_keys[PARTS] = {
	",\"policy\":", ",\"facts\":", ",\"original\":", ",\"conformed\":",
};

/* Over everything behind itself. */
static void check_hex(char ret[static CHECK_HEX + 1], const char *data, size_t len)
{
	static const unsigned char no_key[crypto_shorthash_KEYBYTES];
	unsigned char sum[crypto_shorthash_BYTES];

	crypto_shorthash(sum, (const unsigned char *)data, len, no_key);
	for (size_t i = 0; i < sizeof(sum); i++)
		snprintf(ret + 2 * i, 3, "%02x", sum[i]);
}

int gd_record_write(const struct gd_bundle *b, const struct gd_record *r, struct gd_arena *a,
		    struct gd_error *err)
{
	struct gd_buf policy = { .arena = a }, out = { .arena = a };
	struct gd_bytes parts[PARTS] = { 0 };
	char digest[GD_DIGEST_HEX], check[CHECK_HEX + 1];
	const char *facts;

	gd_buf_json_str(&policy, r->policy != NULL ? r->policy : "");
	gd_json_bytes(r->facts, a, &facts, &parts[FACTS].len);
	parts[POLICY] = (struct gd_bytes){ policy.data, policy.len };
	parts[FACTS].data = (char *)facts;
	parts[ORIGINAL] = (struct gd_bytes){ (char *)r->original, r->original_len };
	parts[CONFORMED] = (struct gd_bytes){ (char *)"null", 4 };
	if (r->conformed != NULL)
		parts[CONFORMED] = (struct gd_bytes){ (char *)r->conformed, r->conformed_len };

	gd_buf_reserve(&out, policy.len + parts[FACTS].len + r->original_len +
				     parts[CONFORMED].len + 256);
	gd_buf_str(&out, PREFIX "0000000000000000" AFTER_CHECK);
	if (r->digest == NULL)
		gd_digest_hex(digest, r->armed, r->armed_len);
	gd_buf_fmt(&out, "%s\",\"sizes\":[%zu,%zu,%zu,%zu]",
		   r->digest != NULL ? r->digest : digest, parts[0].len, parts[1].len,
		   parts[2].len, parts[3].len);
	for (int i = 0; i < PARTS; i++) {
		gd_buf_str(&out, part_keys[i]);
		gd_buf_bytes(&out, parts[i].data, parts[i].len);
	}
	gd_buf_str(&out, "}\n");
	size_t from = strlen(PREFIX) + CHECK_HEX;
	check_hex(check, out.data + from, out.len - from);
	memcpy(out.data + strlen(PREFIX), check, CHECK_HEX);
	return out.len > RECORD_MAX ? gd_error_set(err, GD_E_INPUT, "%s: larger than %zu bytes",
						      GD_RECORD_NAME, RECORD_MAX) :
		  gd_replace_file(b->fd, GD_RECORD_NAME, 0600, false, out.data, out.len, err);
}

/*
 * What is left of a record while it is taken apart; every step fails where the text is not as
 * written.
 */
struct cursor {
	char *p, *end;
};

static bool skip(struct cursor *c, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, text, n) != 0)
		return false;
	c->p += n;
	return true;
}

static bool take(struct cursor *c, size_t n, struct gd_bytes *ret)
{
	if ((size_t)(c->end - c->p) < n)
		return false;
	*ret = (struct gd_bytes){ c->p, n };
	c->p += n;
	return true;
}

static bool take_number(struct cursor *c, const char *before, size_t *ret)
{
	struct gd_bytes digits = { c->p, 0 };
	char number[24];
	uint64_t v;

	if (!skip(c, before))
		return false;
	digits.data = c->p;
	while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
		c->p++;
	digits.len = (size_t)(c->p - digits.data);
	if (digits.len >= sizeof(number))
		return false;
	memcpy(number, digits.data, digits.len);
	number[digits.len] = '\0';
	if (gd_parse_u64(number, &v) < 0 || v > RECORD_MAX)
		return false;
	*ret = (size_t)v;
	return true;
}

static bool take_apart(struct gd_bytes all, struct gd_record_text *ret)
{
	struct cursor c = { all.data, all.data + all.len };
	struct gd_bytes check, digest, parts[PARTS];
	size_t sizes[PARTS];
	char should[CHECK_HEX + 1];

	if (!skip(&c, PREFIX) || !take(&c, CHECK_HEX, &check))
		return false;
	check_hex(should, c.p, (size_t)(c.end - c.p));
	if (memcmp(should, check.data, CHECK_HEX) != 0 || !skip(&c, AFTER_CHECK) ||
	    !take(&c, GD_DIGEST_HEX - 1, &digest))
		return false;
	for (int i = 0; i < PARTS; i++) {
		if (!take_number(&c, i == 0 ? "\",\"sizes\":[" : ",", &sizes[i]))
			return false;
	}
	if (!skip(&c, "]"))
		return false;
	for (int i = 0; i < PARTS; i++) {
		if (!skip(&c, part_keys[i]) || !take(&c, sizes[i], &parts[i]))
			return false;
	}
	if (!skip(&c, "}\n") || c.p != c.end)
		return false;
	memcpy(ret->digest, digest.data, digest.len);
	ret->digest[digest.len] = '\0';
	ret->policy = parts[POLICY];
	ret->facts = parts[FACTS];
	ret->original = parts[ORIGINAL];
	ret->conformed = parts[CONFORMED];
	if (ret->conformed.len == 4 && memcmp(ret->conformed.data, "null", 4) == 0)
		ret->conformed.len = 0;
	return true;
}

int gd_record_text(const struct gd_bundle *b, struct gd_arena *a, struct gd_record_text *ret,
		   struct gd_error *err)
{
	struct gd_bytes all;
	int r = gd_bundle_read(b, GD_RECORD_NAME, RECORD_MAX, a, &all, err);

	if (r == 1 && !take_apart(all, ret))
		return gd_error_set(err, GD_E_TRUST, "%s: altered since guarded wrote it",
				    GD_RECORD_NAME);
	return r;
}

/*
 * The policy's name is a JSON string, the facts an object: wrapped as one, so that one parser reads
 * both.
 */
static int read_values(const struct gd_record_text *t, struct gd_arena *a, struct gd_record *ret,
		       struct gd_error *err)
{
	struct gd_buf text = { .arena = a };
	gd_json *both = NULL;

	gd_buf_str(&text, "{\"policy\":");
	gd_buf_bytes(&text, t->policy.data, t->policy.len);
	gd_buf_str(&text, ",\"facts\":");
	gd_buf_bytes(&text, t->facts.data, t->facts.len);
	gd_buf_str(&text, "}");
	if (gd_json_scan(text.data, text.len, GD_SCAN_CASE, err) < 0 ||
	    gd_json_parse(text.data, text.len, &both, err) < 0)
		return gd_error_wrap(err, "%s", GD_RECORD_NAME);
	const char *policy = gd_json_get_str(both, "policy");
	const gd_json *facts = gd_json_get(both, "facts");
	ret->policy = gd_strdup(a, policy != NULL ? policy : "");
	ret->facts = gd_json_copy(facts);
	bool lost = facts != NULL && ret->facts == NULL;
	gd_json_free(both);
	return lost ? gd_error_set(err, GD_E_SYSTEM, "out of memory") : 0;
}

int gd_record_read(const struct gd_bundle *b, struct gd_arena *a, struct gd_record *ret,
		   struct gd_error *err)
{
	struct gd_record_text t;
	struct gd_bytes armed;
	struct gd_record r = { 0 };
	char digest[GD_DIGEST_HEX];
	int there = gd_record_text(b, a, &t, err);

	if (there != 1)
		return there;
	there = gd_bundle_read(b, "config.json", GD_CONFIG_MAX, a, &armed, err);
	if (there < 0)
		return -1;
	if (there == 1)
		gd_digest_hex(digest, armed.data, armed.len);
	if (there == 0 || strcmp(digest, t.digest) != 0)
		return gd_error_set(err, GD_E_TRUST,
				    "config.json is not the one that guarded wrote");
	if (read_values(&t, a, &r, err) < 0)
		return -1;
	r.original = t.original.data;
	r.original_len = t.original.len;
	r.armed = armed.data;
	r.armed_len = armed.len;
	if (t.conformed.len > 0) {
		r.conformed = t.conformed.data;
		r.conformed_len = t.conformed.len;
	}
	*ret = r;
	return 1;
}
