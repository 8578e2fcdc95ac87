/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports of scanners: Trivy's and Grype's JSON, and a small one of our own. Enough of them to know which image it
 * was, when, and how bad. What a scanner could not rate counts as high: nobody has said that it is less.
 */
#include "trust.h"

#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "json/scan.h"
#include "json/tree.h"

struct report {
	struct gd_words digests;	/* that it says it is about */
	const char *tool;
	int64_t time;
	bool timed;
	int64_t counts[GD_SEVERITY_CRITICAL + 1];
};

static const struct { const char *word; enum gd_scan_severity is; } severities[] = {
	{ "none", GD_SEVERITY_NONE },	    { "negligible", GD_SEVERITY_LOW },	  { "low", GD_SEVERITY_LOW },
	{ "medium", GD_SEVERITY_MEDIUM },   { "moderate", GD_SEVERITY_MEDIUM },	  { "high", GD_SEVERITY_HIGH },
	{ "critical", GD_SEVERITY_CRITICAL }, { "unknown", GD_SEVERITY_HIGH },
};

static enum gd_scan_severity severity_of(const char *word)
{
	for (size_t i = 0; word && i < sizeof(severities) / sizeof(*severities); i++)
		if (strcasecmp(severities[i].word, word) == 0)
			return severities[i].is;
	return GD_SEVERITY_HIGH;
}

static void add_digest(struct report *r, struct gd_arena *a, const char *s)
{
	const char *at = s ? strrchr(s, '@') : NULL;

	if (s)
		gd_words_add(a, &r->digests, at ? at + 1 : s);
}

static void add_digests(struct report *r, struct gd_arena *a, const gd_json *list)
{
	for (size_t i = 0; i < gd_json_len(list); i++)
		add_digest(r, a, gd_json_str(gd_json_at(list, i)));
}

static void set_time(struct report *r, const char *s)
{
	r->timed = s && gd_time_parse(s, &r->time) == 0;
}

static void read_trivy(struct report *r, const gd_json *root, struct gd_arena *a)
{
	static const char *const kinds[] = { "Vulnerabilities", "Misconfigurations", "Secrets" };
	const gd_json *meta = gd_json_get(root, "Metadata"), *results = gd_json_get(root, "Results");

	r->tool = "trivy";
	add_digest(r, a, gd_json_get_str(meta, "ImageID"));
	add_digests(r, a, gd_json_get(meta, "RepoDigests"));
	set_time(r, gd_json_get_str(root, "CreatedAt"));
	for (size_t i = 0; i < gd_json_len(results); i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
			const gd_json *list = gd_json_get(gd_json_at(results, i), kinds[k]);

			for (size_t m = 0; m < gd_json_len(list); m++) {
				const gd_json *x = gd_json_at(list, m);

				/* Misconfigurations are told also where they are none. */
				if (!gd_streq(gd_json_get_str(x, "Status"), "PASS"))
					r->counts[severity_of(gd_json_get_str(x, "Severity"))]++;
			}
		}
}

static void read_grype(struct report *r, const gd_json *root, struct gd_arena *a)
{
	const gd_json *target = gd_json_pointer(root, "/source/target"), *matches = gd_json_get(root, "matches");

	r->tool = "grype";
	add_digest(r, a, gd_json_get_str(target, "imageID"));
	add_digest(r, a, gd_json_get_str(target, "manifestDigest"));
	add_digests(r, a, gd_json_get(target, "repoDigests"));
	set_time(r, gd_json_get_str(gd_json_get(root, "descriptor"), "timestamp"));
	for (size_t i = 0; i < gd_json_len(matches); i++)
		r->counts[severity_of(gd_json_get_str(gd_json_get(gd_json_at(matches, i), "vulnerability"),
						      "severity"))]++;
}

/* {"digest": ..., "time": ..., "tool": ..., "findings": {"high": 3}} */
static int read_own(struct report *r, const gd_json *root, struct gd_arena *a, struct gd_error *err)
{
	const gd_json *findings = gd_json_get(root, "findings");
	struct gd_json_iter it = { 0 };
	int64_t n;

	r->tool = gd_json_get_str(root, "tool");
	add_digest(r, a, gd_json_get_str(root, "digest"));
	set_time(r, gd_json_get_str(root, "time"));
	if (gd_json_kind(findings) != GD_JSON_OBJECT)
		return gd_error_set(
			err, GD_E_INPUT,
			"a report of Trivy or Grype, or one with 'digest', 'time' and 'findings', is needed");
	while (gd_json_next(findings, &it)) {
		if (!gd_json_i64(it.value, &n) || n < 0 || n > INT32_MAX)
			return gd_error_set(err, GD_E_INPUT, "'findings' has numbers by severity");
		r->counts[severity_of(it.key)] += n;
	}
	return 0;
}

static int read_report(struct ctl *ctl, const gd_json *root, struct report *r)
{
	if (gd_json_has(root, "Metadata") && gd_json_has(root, "SchemaVersion"))
		read_trivy(r, root, ctl->arena);
	else if (gd_json_kind(gd_json_get(root, "matches")) == GD_JSON_ARRAY)
		read_grype(r, root, ctl->arena);
	else if (read_own(r, root, ctl->arena, &ctl->err) < 0)
		return -1;
	return 0;
}

static int check_image(struct ctl *ctl, const struct report *r, const struct trust_image *t)
{
	const char *own[] = { t->digest, t->image.config, t->image.manifest, t->image.index };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (own[i] && gd_words_has(&r->digests, own[i]))
			return 0;
	return gd_error_set(&ctl->err, GD_E_INPUT, "it is about another image%s%s, not %s", r->digests.n ? ", " : "",
			    r->digests.n ? gd_quote(ctl->arena, r->digests.v[0], 80) : "", t->digest);
}

static void fill(const struct report *r, struct gd_trust_claims *c, struct gd_arena *a)
{
	c->scan.known = true;
	c->scan.worst = GD_SEVERITY_NONE;
	c->scan.tool = r->tool ? gd_strdup(a, r->tool) : NULL;
	for (int i = GD_SEVERITY_LOW; i <= GD_SEVERITY_CRITICAL; i++) {
		c->counts[i].set = r->counts[i] > 0;
		c->counts[i].v = r->counts[i];
		if (r->counts[i] > 0)
			c->scan.worst = (enum gd_scan_severity)i;
	}
}

int trust_scan_read(struct ctl *ctl, const char *path, const struct trust_image *image, struct gd_trust_claims *c)
{
	struct report r = { 0 };
	struct gd_bytes bytes;
	gd_json *root = NULL;
	int result = -1;

	if (trust_read(ctl, path, CTL_REPORT_MAX, &bytes) < 0)
		return -1;
	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_CASE, &ctl->err) == 0 &&
	    gd_json_parse(bytes.data, bytes.len, &root, &ctl->err) == 0 && read_report(ctl, root, &r) == 0 &&
	    check_image(ctl, &r, image) == 0) {
		fill(&r, c, ctl->arena);
		/* --scan-time says it where the report does not. */
		if (r.timed)
			c->scan.time = r.time;
		else if (!c->scan.time)
			gd_error_set(&ctl->err, GD_E_INPUT, "it does not say when it was made; say --scan-time");
		result = c->scan.time ? 0 : -1;
	}
	gd_json_free(root);
	return result < 0 ? gd_error_wrap(&ctl->err, "report %s", gd_quote(ctl->arena, path, 200)) : 0;
}
