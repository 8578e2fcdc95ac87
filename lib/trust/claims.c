/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a record says: the payload, one row a key. Read after its signature was found good, never before. */
#include <string.h>

#include "json/pull.h"
#include "json/scan.h"
#include "trust/part.h"

const char *const gd_scan_severity_names[] = { "none", "low", "medium", "high", "critical", NULL };

static void str_member(struct gd_buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	gd_buf_fmt(b, ",\"%s\":", key);
	gd_buf_json_str(b, value);
}

static void time_member(struct gd_buf *b, const char *key, int64_t t)
{
	char text[24];

	gd_buf_fmt(b, ",\"%s\":\"%s\"", key, gd_trust_time(t, text));
}

static void write_scan(const struct gd_trust_claims *c, struct gd_buf *b)
{
	char text[24];
	bool first = true;

	gd_buf_fmt(b, ",\"scan\":{\"time\":\"%s\",\"worst\":\"%s\"", gd_trust_time(c->scan.time, text),
		   gd_scan_severity_names[c->scan.worst]);
	str_member(b, "tool", c->scan.tool);
	for (size_t i = 0; gd_scan_severity_names[i]; i++) {
		if (!c->counts[i].set)
			continue;
		gd_buf_fmt(b, "%s\"%s\":%lld", first ? ",\"counts\":{" : ",", gd_scan_severity_names[i],
			   (long long)c->counts[i].v);
		first = false;
	}
	gd_buf_str(b, first ? "}" : "}}");
}

static void write_words(const struct gd_words *claims, struct gd_buf *b)
{
	gd_buf_str(b, ",\"claims\":{");
	for (size_t i = 0; i < claims->n; i++) {
		const char *eq = strchr(claims->v[i], '=');

		gd_buf_str(b, i ? "," : "");
		gd_buf_json(b, claims->v[i], (size_t)(eq - claims->v[i]));
		gd_buf_str(b, ":");
		gd_buf_json_str(b, eq + 1);
	}
	gd_buf_str(b, "}");
}

void gd_trust_claims_write(const struct gd_trust_claims *c, struct gd_buf *b)
{
	gd_buf_str(b, "{\"version\":1");
	str_member(b, "digest", c->digest);
	str_member(b, "signer", c->signer);
	time_member(b, "created", c->created);
	if (c->expires)
		time_member(b, "expires", c->expires);
	str_member(b, "repository", c->repository);
	if (c->scan.known)
		write_scan(c, b);
	str_member(b, "build", c->build);
	if (c->claims.n)
		write_words(&c->claims, b);
	str_member(b, "importedKey", c->import_key);
	gd_buf_str(b, "}");
}

/* --- reading ------------------------------------------------------------------------------------------------- */

int gd_trust_text(struct gd_pull *p, const char **ret)
{
	size_t at = gd_pull_here(p);
	char *s;

	if (gd_pull_str(p, &s) < 0)
		return -1;
	if (*s == '\0' || strlen(s) > GD_TRUST_TEXT_MAX)
		return gd_pull_fail(p, at, "a text here has 1 to %d bytes", GD_TRUST_TEXT_MAX);
	for (const char *c = s; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return gd_pull_fail(p, at, "a text here has no control characters");
	*ret = s;
	return 0;
}

static int read_text(struct reader *r, const struct row *row)
{
	return gd_trust_text(&r->pull, gd_trust_place(r, row));
}

static int read_name(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char **to = gd_trust_place(r, row);

	if (gd_trust_text(&r->pull, to) < 0)
		return -1;
	return gd_trust_name_ok(*to) ? 0 : gd_pull_fail(&r->pull, at, "this is no name of a key");
}

static int read_digest(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char **to = gd_trust_place(r, row);

	if (gd_trust_text(&r->pull, to) < 0)
		return -1;
	return gd_trust_file_name(*to, r->arena) ? 0 : gd_pull_fail(&r->pull, at, "this is no digest");
}

static int read_time(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char *s;
	int64_t t;

	if (gd_trust_text(&r->pull, &s) < 0)
		return -1;
	/* 0 is "never" to us, and to nobody else. */
	if (gd_trust_time_parse(s, &t) < 0 || t == 0)
		return gd_pull_fail(&r->pull, at, "times are written '2026-11-22T02:27:50Z'");
	*(int64_t *)gd_trust_place(r, row) = t;
	return 0;
}

static int read_severity(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	const char *s;
	int i = gd_trust_text(&r->pull, &s) < 0 ? -1 : gd_trust_severity(s);

	if (i < 0)
		return gd_pull_fail(&r->pull, at, "a severity is none, low, medium, high or critical");
	*(enum gd_scan_severity *)gd_trust_place(r, row) = (enum gd_scan_severity)i;
	return 0;
}

int gd_trust_severity(const char *name)
{
	for (int i = 0; gd_scan_severity_names[i]; i++)
		if (strcmp(gd_scan_severity_names[i], name) == 0)
			return i;
	return -1;
}

static int read_counts(struct reader *r, const struct row *row)
{
	struct gd_trust_claims *c = r->to;
	int64_t v;
	size_t at;
	char *key;
	int more;

	(void)row;
	if (gd_pull_object(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r->pull, &key, &at)) > 0) {
		int i = gd_trust_severity(key);

		if (i < 0)
			return gd_pull_fail(&r->pull, at, "a severity is none, low, medium, high or critical");
		if (gd_pull_i64(&r->pull, &v) < 0)
			return -1;
		if (v < 0)
			return gd_pull_fail(&r->pull, at, "a count is not negative");
		c->counts[i].set = true;
		c->counts[i].v = v;
	}
	return more;
}

static int read_words(struct reader *r, const struct row *row)
{
	struct gd_words *to = gd_trust_place(r, row);
	const char *value;
	size_t at;
	char *key;
	int more;

	if (gd_pull_object(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r->pull, &key, &at)) > 0) {
		if (to->n == GD_TRUST_CLAIMS_MAX)
			return gd_pull_fail(&r->pull, at, "more than %d claims", GD_TRUST_CLAIMS_MAX);
		if (gd_trust_text(&r->pull, &value) < 0)
			return -1;
		if (*key == '\0' || strchr(key, '=') || strlen(key) > GD_TRUST_TEXT_MAX)
			return gd_pull_fail(&r->pull, at, "a claim's name is not empty and has no '='");
		gd_words_add(r->arena, to, gd_printf(r->arena, "%s=%s", key, value));
	}
	return more;
}

static int read_scan(struct reader *r, const struct row *row)
{
	((struct gd_trust_claims *)r->to)->scan.known = true;
	return gd_trust_read_rows(r, row->sub);
}

int gd_trust_read_version(struct reader *r, const struct row *row)
{
	size_t at = gd_pull_here(&r->pull);
	int64_t v;

	(void)row;
	if (gd_pull_i64(&r->pull, &v) < 0)
		return -1;
	return v == 1 ? 0 : gd_pull_fail(&r->pull, at, "made by a newer version of guarded");
}

#define AT(field) offsetof(struct gd_trust_claims, field)
static const struct row scan_rows[] = {
	{ "time", read_time, AT(scan.time), true, NULL },
	{ "worst", read_severity, AT(scan.worst), true, NULL },
	{ "tool", read_text, AT(scan.tool), false, NULL },
	{ "counts", read_counts, 0, false, NULL },
	{ NULL, NULL, 0, false, NULL },
};
static const struct row rows[] = {
	{ "version", gd_trust_read_version, 0, true, NULL },
	{ "digest", read_digest, AT(digest), true, NULL },
	{ "signer", read_name, AT(signer), true, NULL },
	{ "created", read_time, AT(created), true, NULL },
	{ "expires", read_time, AT(expires), false, NULL },
	{ "repository", read_text, AT(repository), false, NULL },
	{ "scan", read_scan, 0, false, scan_rows },
	{ "build", read_text, AT(build), false, NULL },
	{ "claims", read_words, AT(claims), false, NULL },
	{ "importedKey", read_text, AT(import_key), false, NULL },
	{ NULL, NULL, 0, false, NULL },
};
#undef AT

int gd_trust_read_rows(struct reader *r, const struct row *table)
{
	uint64_t seen = 0;
	size_t start = gd_pull_here(&r->pull), at;
	char *key;
	int more;

	if (gd_pull_object(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r->pull, &key, &at)) > 0) {
		size_t i = 0;

		while (table[i].key && strcmp(table[i].key, key) != 0)
			i++;
		if (!table[i].key)
			return gd_pull_fail(&r->pull, at, "unknown key %s", gd_quote(r->arena, key, 64));
		seen |= UINT64_C(1) << i;
		if (table[i].read(r, &table[i]) < 0)
			return -1;
	}
	for (size_t i = 0; more == 0 && table[i].key; i++)
		if (table[i].needed && !(seen >> i & 1))
			return gd_pull_fail(&r->pull, start, "'%s' is missing", table[i].key);
	return more;
}

int gd_trust_read_object(struct gd_bytes bytes, const struct row *table, void *to, struct gd_arena *a,
			 struct gd_error *err)
{
	struct reader r = { .arena = a, .to = to };

	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_CASE, err) < 0)
		return -1;
	gd_pull_init(&r.pull, bytes.data, bytes.len, NULL, err);
	return gd_trust_read_rows(&r, table);
}

int gd_trust_claims_read(struct gd_bytes payload, struct gd_arena *a, struct gd_trust_claims *ret,
			 struct gd_error *err)
{
	struct gd_trust_claims c = { 0 };
	struct gd_bytes copy = gd_trust_copy(payload, a);

	if (payload.len > GD_TRUST_PAYLOAD_MAX)
		return gd_error_set(err, GD_E_INPUT, "larger than %u bytes", GD_TRUST_PAYLOAD_MAX);
	if (gd_trust_read_object(copy, rows, &c, a, err) < 0)
		return -1;
	*ret = c;
	return 0;
}
