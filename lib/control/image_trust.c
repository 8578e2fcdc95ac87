/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who vouches for the image: which of the verified signatures count here, and what their newest scan says. */
#include <string.h>

#include "control/image.h"

#define DAY 86400

static const char *sign_it(const struct gd_facts *f, const char *key, const char *more, struct gd_arena *a)
{
	return gd_printf(a, "sign it: 'guardctl trust sign --key %s%s %s'", key, more,
			 gd_image_any_digest(&f->image));
}

/* The one who signed and does not count cannot mend it with the same key. */
static const char *sign_anew(const struct gd_facts *f, const char *key, struct gd_arena *a)
{
	if (!f->trust.n_rejected)
		return sign_it(f, key, "", a);
	return "have it signed by a key that counts: 'guardctl trust list' names them";
}

static bool is_accepted(const struct gd_image_config *c, const struct gd_signer *s)
{
	const struct gd_image_rule *rules = c->signers.v;

	for (size_t i = 0; i < c->signers.n; i++)
		if (gd_glob(rules[i].signer, s->name) &&
		    (!rules[i].repository || gd_glob(rules[i].repository, s->repository)))
			return true;
	return false;
}

static bool any_accepted(const struct gd_trust *t, const struct gd_image_config *c, const char *name)
{
	for (size_t i = 0; i < t->n_signers; i++)
		if ((!name || strcmp(t->signers[i].name, name) == 0) && is_accepted(c, &t->signers[i]))
			return true;
	return false;
}

/* Why those that are there do not count: the first is told, the number of the others. */
static const char *instead(const struct gd_trust *t, struct gd_arena *a)
{
	const char *more = t->n_rejected + t->n_signers > 1
				   ? gd_printf(a, " (and %zu more)", t->n_rejected + t->n_signers - 1)
				   : "";

	if (t->n_rejected)
		return gd_printf(a, "the record of %s does not count: %s%s", t->rejected[0].name,
				 t->rejected[0].why, more); /* our own sentence, others' words in it quoted */
	if (t->n_signers)
		return gd_printf(a, "it is signed by %s%s%s, which this policy does not accept%s",
				 gd_quote(a, t->signers[0].name, 64), t->signers[0].repository ? " for " : "",
				 t->signers[0].repository ? gd_quote(a, t->signers[0].repository, 120) : "", more);
	return "nobody whose key is trusted here has signed it";
}

void gd_image_check_signers(const struct gd_facts *f, const struct gd_image_config *c, struct gd_findings *out)
{
	const struct gd_image_rule *rules = c->signers.v;
	const struct gd_trust *t = &f->trust;
	struct gd_arena *a = out->arena;

	if (c->is_signed && !any_accepted(t, c, NULL)) {
		bool named = c->signers.n && !strpbrk(rules[0].signer, "*?");

		gd_image_found(f, instead(t, a), "the signature of one of the policy's signers",
			       sign_anew(f, named ? rules[0].signer : "NAME", a), out);
	}
	for (size_t i = 0; i < c->signed_by.n; i++)
		if (!any_accepted(t, c, c->signed_by.v[i])) {
			const char *who = gd_quote(a, c->signed_by.v[i], 64);

			gd_image_found(f,
				       gd_printf(a, "%s has not signed it%s%s", who, t->n_rejected ? ": " : "",
						 t->n_rejected ? instead(t, a) : ""),
				       gd_printf(a, "the signature of %s", who), sign_anew(f, c->signed_by.v[i], a),
				       out);
		}
}

static const struct gd_signer *newest_scan(const struct gd_trust *t, const struct gd_image_config *c)
{
	const struct gd_signer *newest = NULL;

	for (size_t i = 0; i < t->n_signers; i++) {
		const struct gd_signer *s = &t->signers[i];

		if (s->scan.known && is_accepted(c, s) && (!newest || s->scan.time > newest->scan.time ||
			/* of two at the same time the worse counts */
			(s->scan.time == newest->scan.time && s->scan.worst > newest->scan.worst)))
			newest = s;
	}
	return newest;
}

void gd_image_check_scan(const struct gd_facts *f, const struct gd_image_config *c, struct gd_findings *out)
{
	static const char ids[] = "NIST-800-190-4.1.1 PCI-DSS-6.3.1 CIS-Docker-4.4";
	const struct gd_signer *s = newest_scan(&f->trust, c);
	struct gd_arena *a = out->arena;
	struct gd_finding *x;

	if (!s) {
		if (!c->scan.required)
			return;
		x = gd_image_found(f, "no signer that this policy accepts has signed the result of a scan", "a scan",
				   sign_it(f, "NAME", " --scan REPORT", a), out);
		x->ids = ids;
		return;
	}
	int64_t seconds = f->trust.now - s->scan.time;
	/* Divided and not multiplied: a limit may be any number. */
	if (c->scan.max_age.set && seconds > 0 && (seconds - 1) / DAY >= c->scan.max_age.v) {
		x = gd_image_found(f, gd_printf(a, "its newest scan is %lld days old", (long long)(seconds / DAY)),
				   gd_printf(a, "a scan of the last %lld days", (long long)c->scan.max_age.v),
				   gd_printf(a, "scan it again, and %s", sign_it(f, s->name, " --scan REPORT", a)),
				   out);
		x->ids = ids;
	}
	/* The words of the policy are in the order of tightening, the scan's in that of severity. */
	int allowed = GD_SEVERITY_CRITICAL - c->scan.worst;
	if ((int)s->scan.worst > allowed) {
		x = gd_image_found(f,
				   gd_printf(a, "a scan found what is %s in it",
					     gd_scan_worst_words[GD_SEVERITY_CRITICAL - s->scan.worst]),
				   allowed ? gd_printf(a, "nothing worse than %s", gd_scan_worst_words[c->scan.worst])
					   : "no findings at all",
				   "build it anew with what was mended, scan and sign that one", out);
		x->ids = ids;
	}
}
