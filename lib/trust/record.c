/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record: bytes as they were signed, the signature, and which key to look for. */
#include <sodium.h>
#include <string.h>

#include "json/scan.h"
#include "trust/part.h"

void gd_trust_hex(char *ret, const unsigned char *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		ret[2 * i] = digits[data[i] >> 4];
		ret[2 * i + 1] = digits[data[i] & 15];
	}
	ret[2 * len] = '\0';
}

/* libsodium refuses bits left over behind the last byte: one text for the same bytes, no other. */
int gd_trust_base64(struct gd_pull *p, size_t want, size_t max, struct gd_arena *a, struct gd_bytes *ret)
{
	size_t at = gd_pull_here(p), n;
	const char *end;
	char *s;

	if (gd_pull_str(p, &s) < 0)
		return -1;
	size_t len = strlen(s), room = len / 4 * 3 + 3;
	char *data = gd_alloc(a, room + 1);
	if (sodium_base642bin((unsigned char *)data, room, s, len, NULL, &n, &end,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    end != s + len)
		return gd_pull_fail(p, at, "this is no base64");
	if (n > max || (want && n != want))
		return gd_pull_fail(p, at, "of another length than it should be");
	data[n] = '\0';
	*ret = (struct gd_bytes){ data, n };
	return 0;
}

void gd_trust_base64_write(struct gd_buf *b, const void *data, size_t len)
{
	size_t room = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);

	gd_buf_str(b, "\"");
	gd_buf_reserve(b, room);
	sodium_bin2base64(b->data + b->len, room, data, len, sodium_base64_VARIANT_ORIGINAL);
	b->len += room - 1;
	gd_buf_str(b, "\"");
}

void gd_trust_entries_write(const struct gd_trust_entries *e, struct gd_buf *b)
{
	gd_buf_str(b, "{\"version\":1,\"records\":[");
	for (size_t i = 0; i < e->n; i++) {
		gd_buf_str(b, i ? ",\n{\"key\":" : "\n{\"key\":");
		gd_buf_json_str(b, e->v[i].key);
		gd_buf_str(b, ",\"keyId\":");
		gd_buf_json_str(b, e->v[i].key_id);
		gd_buf_str(b, ",\n\"payload\":");
		gd_trust_base64_write(b, e->v[i].payload.data, e->v[i].payload.len);
		gd_buf_str(b, ",\n\"signature\":");
		gd_trust_base64_write(b, e->v[i].signature, sizeof(e->v[i].signature));
		gd_buf_str(b, "}");
	}
	gd_buf_str(b, "\n]}\n");
}

static int read_text(struct reader *r, const struct row *row)
{
	return gd_trust_text(&r->pull, gd_trust_place(r, row));
}

static int read_payload(struct reader *r, const struct row *row)
{
	return gd_trust_base64(&r->pull, 0, GD_TRUST_PAYLOAD_MAX, r->arena, gd_trust_place(r, row));
}

static int read_signature(struct reader *r, const struct row *row)
{
	struct gd_trust_entry *e = r->to;
	struct gd_bytes b;

	(void)row;
	if (gd_trust_base64(&r->pull, sizeof(e->signature), sizeof(e->signature), r->arena, &b) < 0)
		return -1;
	memcpy(e->signature, b.data, sizeof(e->signature));
	return 0;
}

#define AT(field) offsetof(struct gd_trust_entry, field)
static const struct row entry_rows[] = {
	{ "key", read_text, AT(key), true, NULL },
	{ "keyId", read_text, AT(key_id), true, NULL },
	{ "payload", read_payload, AT(payload), true, NULL },
	{ "signature", read_signature, 0, true, NULL },
	{ NULL, NULL, 0, false, NULL },
};
#undef AT

static int read_entries(struct reader *r, const struct row *row)
{
	struct gd_trust_entries *to = r->to;
	int more;

	(void)row;
	if (gd_pull_array(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(&r->pull)) > 0) {
		struct reader sub = *r;

		if (to->n == GD_TRUST_RECORDS_MAX)
			return gd_pull_fail(&r->pull, gd_pull_here(&r->pull), "more than %d records",
					    GD_TRUST_RECORDS_MAX);
		sub.to = GD_APPEND(r->arena, to->v, to->n);
		if (gd_trust_read_rows(&sub, entry_rows) < 0)
			return -1;
		r->pull = sub.pull;
	}
	return more;
}

static const struct row file_rows[] = {
	{ "version", gd_trust_read_version, 0, true, NULL },
	{ "records", read_entries, 0, true, NULL },
	{ NULL, NULL, 0, false, NULL },
};

int gd_trust_entries_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_trust_entries *ret,
			  struct gd_error *err)
{
	struct gd_bytes copy = gd_trust_copy(bytes, a);
	struct gd_buf again = { .arena = a };
	struct gd_trust_entries e = { 0 };

	if (gd_trust_read_object(copy, file_rows, &e, a, err) < 0)
		return -1;
	/* A byte that no signature covers is covered by this. */
	gd_trust_entries_write(&e, &again);
	if (again.len != bytes.len || memcmp(again.data, bytes.data, bytes.len) != 0)
		return gd_error_set(err, GD_E_INPUT, "not as guardctl writes it");
	*ret = e;
	return 0;
}

/* GD_TRUST_DOMAIN and the payload behind it. */
static struct gd_bytes signed_bytes(struct gd_bytes payload, struct gd_arena *a)
{
	size_t n = sizeof(GD_TRUST_DOMAIN) - 1;
	struct gd_bytes b = { gd_alloc(a, n + payload.len + 1), n + payload.len };

	memcpy(b.data, GD_TRUST_DOMAIN, n);
	memcpy(b.data + n, payload.data, payload.len);
	return b;
}

int gd_trust_sign(const struct gd_trust_claims *c, const struct gd_trust_secret *s, const char *as,
		  struct gd_arena *a, struct gd_trust_entry *ret, struct gd_error *err)
{
	struct gd_trust_entry e = { .key = as };
	struct gd_trust_key pub = { .name = s->name };
	char *id = gd_alloc(a, GD_TRUST_KEY_ID);
	struct gd_buf b = { .arena = a };
	struct gd_trust_claims again;

	gd_trust_claims_write(c, &b);
	e.payload = (struct gd_bytes){ b.data, b.len };
	/* What no launch would read is not signed. */
	if (gd_trust_claims_read(e.payload, a, &again, err) < 0)
		return gd_error_wrap(err, "the record");
	struct gd_bytes m = signed_bytes(e.payload, a);
	memcpy(pub.pub, s->secret + 32, sizeof(pub.pub));	/* libsodium keeps the public key behind the seed */
	gd_trust_key_id(&pub, id);
	e.key_id = id;
	if (crypto_sign_detached(e.signature, NULL, (const unsigned char *)m.data, m.len, s->secret) != 0)
		return gd_error_set(err, GD_E_SYSTEM, "sign");
	*ret = e;
	return 0;
}

/* An imported record: the host's own key says that it has verified a foreign one's signature. */
static int check_foreign(const struct gd_trust_claims *c, gd_trust_key_find *find, void *ctx,
			 struct gd_trust_key *ret, struct gd_error *err)
{
	char id[GD_TRUST_KEY_ID];

	if (find(ctx, c->signer, ret, err) < 0)
		return -1;
	gd_trust_key_id(ret, id);
	if (ret->kind != GD_TRUST_KEY_FOREIGN || strcmp(id, c->import_key) != 0)
		return gd_error_set(err, GD_E_TRUST,
				    "it was imported from another key than the one that is called '%s' here",
				    c->signer);
	return 0;
}

static int check_repository(const struct gd_trust_key *k, const struct gd_trust_claims *c, const char *name,
			    struct gd_arena *a, struct gd_error *err)
{
	if (k->repositories.n == 0)
		return 0;
	for (size_t i = 0; c->repository && i < k->repositories.n; i++)
		if (gd_glob(k->repositories.v[i], c->repository))
			return 0;
	return gd_error_set(err, GD_E_TRUST, "'%s' may not speak for %s", name,
			    c->repository ? gd_quote(a, c->repository, 200) : "images of no repository");
}

static int check_times(const struct gd_trust_claims *c, int64_t now, struct gd_error *err)
{
	char text[24], clock[24];

	if (c->created - GD_TRUST_AHEAD > now)
		return gd_error_set(err, GD_E_TRUST, "it is from the future, %s; the clock here says %s",
				    gd_trust_time(c->created, text), gd_trust_time(now, clock));
	if (c->scan.known && c->scan.time - GD_TRUST_AHEAD > now)
		return gd_error_set(err, GD_E_TRUST, "its scan is from the future, %s",
				    gd_trust_time(c->scan.time, text));
	if (c->expires && c->expires <= now)
		return gd_error_set(err, GD_E_TRUST, "it expired at %s", gd_trust_time(c->expires, text));
	return 0;
}

static int check_signature(const struct gd_trust_entry *e, const struct gd_trust_key *k, struct gd_arena *a,
			   struct gd_error *err)
{
	struct gd_bytes m = signed_bytes(e->payload, a);
	char id[GD_TRUST_KEY_ID];

	if (k->kind == GD_TRUST_KEY_FOREIGN)
		return gd_error_set(err, GD_E_TRUST, "'%s' is a foreign key, whose signatures are imported", e->key);
	gd_trust_key_id(k, id);
	if (strcmp(id, e->key_id) != 0)
		return gd_error_set(err, GD_E_TRUST, "signed with another key than the one that is called '%s' here",
				    e->key);
	if (crypto_sign_verify_detached(e->signature, (const unsigned char *)m.data, m.len, k->pub) != 0)
		return gd_error_set(err, GD_E_TRUST, "it was altered: the signature of '%s' is not good", e->key);
	return 0;
}

int gd_trust_verify(const struct gd_trust_entry *e, const char *digest, int64_t now, gd_trust_key_find *find,
		    void *ctx, struct gd_arena *a, struct gd_trust_claims *ret, struct gd_error *err)
{
	struct gd_trust_key key, foreign;
	struct gd_trust_claims c;

	if (!gd_trust_name_ok(e->key))
		return gd_error_set(err, GD_E_TRUST, "altered: it names no key");
	if (find(ctx, e->key, &key, err) < 0 || check_signature(e, &key, a, err) < 0)
		return -1;
	if (gd_trust_claims_read(e->payload, a, &c, err) < 0)
		return gd_error_wrap(err, "signed by '%s' and not readable", e->key);
	if (strcmp(c.digest, digest) != 0)
		return gd_error_set(err, GD_E_TRUST, "it is a record of another image, %.19s...", c.digest);
	if ((key.kind == GD_TRUST_KEY_IMPORT) != (c.import_key != NULL))
		return gd_error_set(err, GD_E_TRUST, "'%s' signs %s imported records", e->key,
				    c.import_key ? "no" : "only");
	if (c.import_key && check_foreign(&c, find, ctx, &foreign, err) < 0)
		return -1;
	if (!c.import_key && strcmp(c.signer, key.name) != 0)
		return gd_error_set(err, GD_E_TRUST, "its signer calls itself '%s', the key is '%s''s", c.signer,
				    key.name);
	if (check_repository(c.import_key ? &foreign : &key, &c, c.import_key ? c.signer : e->key, a, err) < 0 ||
	    check_times(&c, now, err) < 0)
		return -1;
	*ret = c;
	return 0;
}
