/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as files: public ones, which anybody may read, and secret ones, which guardctl alone reads. */
#include <sodium.h>
#include <string.h>

#include "trust/part.h"

#define NAME_MAX_ 63

static const char *const kind_names[] = { "ed25519", "import", "cosign" };

bool gd_trust_name_ok(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MAX_ && strchr(first, *name) && strspn(name, rest) == n;
}

void gd_trust_key_id(const struct gd_trust_key *k, char ret[static GD_TRUST_KEY_ID])
{
	_Static_assert(GD_TRUST_KEY_ID == GD_DIGEST_HEX, "both are 64 digits");
	if (k->kind == GD_TRUST_KEY_FOREIGN)
		gd_trust_hex(ret, k->pub, sizeof(k->pub));
	else
		gd_digest_hex(ret, (const char *)k->pub, sizeof(k->pub));
}

void gd_trust_key_write(const struct gd_trust_key *k, struct gd_buf *b)
{
	gd_buf_str(b, "{\"version\":1,\"name\":");
	gd_buf_json_str(b, k->name);
	gd_buf_fmt(b, ",\"kind\":\"%s\",\"key\":", kind_names[k->kind]);
	gd_trust_base64_write(b, k->pub, sizeof(k->pub));
	for (size_t i = 0; i < k->repositories.n; i++) {
		gd_buf_str(b, i ? "," : ",\"repositories\":[");
		gd_buf_json_str(b, k->repositories.v[i]);
	}
	gd_buf_str(b, k->repositories.n ? "]}\n" : "}\n");
}

static int read_name(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char **to = gd_trust_place(r, row);

	if (gd_trust_text(&r->pull, to) < 0)
		return -1;
	return gd_trust_name_ok(*to) ? 0 : gd_pull_fail(&r->pull, at, "this is no name of a key");
}

static int read_kind(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char *s;

	if (gd_trust_text(&r->pull, &s) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(kind_names) / sizeof(*kind_names); i++) {
		if (strcmp(kind_names[i], s) != 0)
			continue;
		*(enum gd_trust_key_kind *)gd_trust_place(r, row) = (enum gd_trust_key_kind)i;
		return 0;
	}
	return gd_pull_fail(&r->pull, at, "a key is 'ed25519', 'import' or 'cosign'");
}

static int read_pub(struct reader *r, const struct row *row)
{
	struct gd_bytes b;

	if (gd_trust_base64(&r->pull, 32, 32, r->arena, &b) < 0)
		return -1;
	memcpy(gd_trust_place(r, row), b.data, 32);
	return 0;
}

static int read_secret(struct reader *r, const struct row *row)
{
	struct gd_bytes b;

	if (gd_trust_base64(&r->pull, 64, 64, r->arena, &b) < 0)
		return -1;
	memcpy(gd_trust_place(r, row), b.data, 64);
	sodium_memzero(b.data, b.len);
	return 0;
}

static int read_patterns(struct reader *r, const struct row *row)
{
	const char *s;
	int more;

	if (gd_pull_array(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(&r->pull)) > 0) {
		if (gd_trust_text(&r->pull, &s) < 0)
			return -1;
		gd_words_add(r->arena, gd_trust_place(r, row), s);
	}
	return more;
}

#define AT(field) offsetof(struct gd_trust_key, field)
static const struct row rows[] = {
	{ "version", gd_trust_read_version, 0, true, NULL },
	{ "name", read_name, AT(name), true, NULL },
	{ "kind", read_kind, AT(kind), true, NULL },
	{ "key", read_pub, AT(pub), true, NULL },
	{ "repositories", read_patterns, AT(repositories), false, NULL },
	{ NULL, NULL, 0, false, NULL },
};
#undef AT
#define AT(field) offsetof(struct gd_trust_secret, field)
static const struct row secret_rows[] = {
	{ "version", gd_trust_read_version, 0, true, NULL },
	{ "name", read_name, AT(name), true, NULL },
	{ "secretKey", read_secret, AT(secret), true, NULL },
	{ NULL, NULL, 0, false, NULL },
};
#undef AT

int gd_trust_key_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_key *ret, struct gd_error *err)
{
	struct gd_trust_key k = { 0 };
	struct gd_bytes copy = gd_trust_copy(bytes, a);
	struct gd_buf again = { .arena = a };

	if (gd_trust_read_object(copy, rows, &k, a, err) < 0)
		return -1;
	/*
	 * A typing mistake must not widen what a key may speak for: "repositories": [] would, and is not how we write
	 * "any".
	 */
	gd_trust_key_write(&k, &again);
	if (again.len != bytes.len || memcmp(again.data, bytes.data, bytes.len) != 0)
		return gd_error_set(err, GD_E_INPUT, "not as guardctl writes it");
	*ret = k;
	return 0;
}

void gd_trust_secret_write(const struct gd_trust_secret *s, struct gd_buf *b)
{
	gd_buf_str(b, "{\"version\":1,\"name\":");
	gd_buf_json_str(b, s->name);
	gd_buf_str(b, ",\"secretKey\":");
	gd_trust_base64_write(b, s->secret, sizeof(s->secret));
	gd_buf_str(b, "}\n");
}

int gd_trust_secret_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_secret *ret, struct gd_error *err)
{
	struct gd_trust_secret s = { 0 };

	if (gd_trust_read_object(bytes, secret_rows, &s, a, err) < 0)
		return -1;
	*ret = s;
	return 0;
}
