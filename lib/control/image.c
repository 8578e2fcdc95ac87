/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which image: known to the engine's store, of these digests, vouched for by these signers, scanned. A digest and a
 * signature over it cannot be forged by whoever creates containers; the name under which an image is stored can
 * (docker tag), so that 'repositories' is a convenience and 'signers' with a 'repository' is the proof.
 *
 * Signatures were verified before, over the image's own digest (facts/image.h); here is only asked whose count. No
 * rewriting: another image is another program.
 */
#include <string.h>

#include "control/image.h"

const char *const gd_scan_worst_words[] = { "critical", "high", "medium", "low", "none", NULL };

static const struct gd_field scan_fields[] = {
	{ .name = "required",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct gd_image_scan_rule, required),
	  .help = "an accepted signer has signed the result of a scan" },
	{ .name = "maxAgeDays",
	  .kind = GD_F_MAX,
	  .syntax = GD_S_NUMBER,
	  .offset = offsetof(struct gd_image_scan_rule, max_age),
	  .help = "how old the newest scan may be" },
	{ .name = "worst",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_scan_worst_words,
	  .offset = offsetof(struct gd_image_scan_rule, worst),
	  .help = "the worst that the newest scan may have found" },
	{ .name = NULL },
};

static const struct gd_field signer_fields[] = {
	{ .name = "signer", .kind = GD_F_PATTERN, .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_image_rule, signer), .help = "name of a key, '*' matches" },
	{ .name = "repository", .kind = GD_F_PATTERN, .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_image_rule, repository),
	  .help = "the repository that the signer signed for, '*' within one component, '**' any below" },
	{ .name = NULL },
};

static const struct gd_field fields[] = {
	{ .name = "known",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct gd_image_config, known),
	  .help = "the engine's store knows the image, and its bytes match their digests" },
	{ .name = "digests",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_image_config, digests),
	  .primary = true,
	  .help = "digests of a configuration, manifest or index that may start, '*' for all" },
	{ .name = "repositories",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_image_config, repositories),
	  .help = "repositories under which the image is stored, '**' for all; forgeable by tagging" },
	{ .name = "labels",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_TEXT,
	  .offset = offsetof(struct gd_image_config, labels),
	  .help = "labels that the image has, 'key' or 'key=value'" },
	{ .name = "signed",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct gd_image_config, is_signed),
	  .help = "one of 'signers' has signed the image" },
	{ .name = "signers",
	  .kind = GD_F_RULES,
	  .offset = offsetof(struct gd_image_config, signers),
	  .sub = signer_fields,
	  .sub_size = sizeof(struct gd_image_rule),
	  .help = "whose signatures count" },
	{ .name = "signedBy",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_TEXT,
	  .offset = offsetof(struct gd_image_config, signed_by),
	  .help = "signers each of whom must have signed the image" },
	{ .name = "scan",
	  .kind = GD_F_GROUP,
	  .offset = offsetof(struct gd_image_config, scan),
	  .sub = scan_fields,
	  .sub_size = sizeof(struct gd_image_scan_rule),
	  .help = "the newest scan that an accepted signer has signed" },
	{ .name = NULL },
};

static bool has_all(const struct gd_words *w, const char *all)
{
	return gd_words_has(w, all);
}

static bool judges_scan(const struct gd_image_scan_rule *s)
{
	return s->required || s->max_age.set || s->worst > 0;
}

/* 'known' is judged by the state alone; for all else there must be something to judge. */
static bool judges_content(const struct gd_image_config *c)
{
	return !has_all(&c->digests, "*") || !has_all(&c->repositories, "**") || c->labels.n || c->is_signed ||
	       c->signed_by.n || judges_scan(&c->scan);
}

static bool needs_image(const void *config)
{
	const struct gd_image_config *c = config;

	return c->known || judges_content(c);
}

/* --- words -------------------------------------------------------------------------------------------------- */

const char *gd_image_any_digest(const struct gd_image *image)
{
	/* The configuration is the same in every store. */
	return image->config ? image->config : image->manifest ? image->manifest : image->index;
}

static const char *name_of(const struct gd_facts *f, struct gd_arena *a)
{
	const struct gd_image *image = &f->image;

	if (image->asked)
		return gd_printf(a, "the image %s", gd_quote(a, image->asked, 120));
	if (image->state == GD_IMAGE_KNOWN && gd_image_any_digest(image))
		return gd_printf(a, "the image %.19s", gd_image_any_digest(image));
	return "a container without a known image";
}

struct gd_finding *gd_image_found(const struct gd_facts *f, const char *why, const char *wanted, const char *fix,
				  struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "%s", "");

	x->what = name_of(f, out->arena);
	if (f->image.state == GD_IMAGE_KNOWN && gd_image_any_digest(&f->image))
		x->value = gd_quote(out->arena, gd_image_any_digest(&f->image), 80);
	x->wanted = wanted;
	x->why = why;
	x->fix = fix;
	return x;
}

/* --- what the image is -------------------------------------------------------------------------------------- */

static void check_known(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_image *image = &f->image;
	const char *why = "nobody looked into the engine's store";

	if (image->state == GD_IMAGE_NONE)
		why = "it was made of no image that the engine's store knows";
	else if (image->state == GD_IMAGE_UNKNOWN)
		why = gd_printf(out->arena, "what it is cannot be told: %s",
				image->why ? gd_quote(out->arena, image->why, 300) : "the store does not say");
	gd_image_found(f, why, "an image that the engine's store knows",
		       image->state == GD_IMAGE_NONE ? "start it from an image"
						     : "pull the image again, and create it anew",
		       out);
}

static bool matches_digest(const struct gd_words *digests, const struct gd_image *image)
{
	const char *own[] = { image->config, image->manifest, image->index };

	for (size_t i = 0; i < digests->n; i++)
		for (size_t k = 0; k < sizeof(own) / sizeof(*own); k++)
			if (own[k] && gd_glob(digests->v[i], own[k]))
				return true;
	return false;
}

/* "docker.io/library/nginx" of "docker.io/library/nginx:1.25" and of "...@sha256:...". */
static const char *repository_of(const char *reference, struct gd_arena *a)
{
	size_t n = strcspn(reference, "@");
	const char *slash = memrchr(reference, '/', n);
	const char *colon = memchr(slash ? slash : reference, ':', n - (slash ? (size_t)(slash - reference) : 0));

	return gd_strndup(a, reference, colon ? (size_t)(colon - reference) : n);
}

static bool matches_repository(const struct gd_words *patterns, const struct gd_image *image, struct gd_arena *a)
{
	if (has_all(patterns, "**"))
		return true;	/* also one that has no name (any more) */
	for (size_t i = 0; i < image->references.n; i++) {
		const char *r = repository_of(image->references.v[i], a);

		for (size_t k = 0; k < patterns->n; k++)
			if (gd_glob(patterns->v[k], r))
				return true;
	}
	return false;
}

static bool has_label(const struct gd_image *image, const char *demanded)
{
	size_t key = strcspn(demanded, "=");

	for (size_t i = 0; i < image->n_labels; i++) {
		const struct gd_image_label *l = &image->labels[i];

		if (strlen(l->key) == key && strncmp(l->key, demanded, key) == 0 &&
		    (!demanded[key] || gd_streq(l->value, demanded + key + 1)))
			return true;
	}
	return false;
}

static void check_image(const struct gd_facts *f, const struct gd_image_config *c, struct gd_findings *out)
{
	struct gd_arena *a = out->arena;

	if (!matches_digest(&c->digests, &f->image))
		gd_image_found(f, "its digest is none that this policy lets start",
			       "one of the digests of the policy",
			       "use an image of the list, or have this one added to it", out);
	if (!matches_repository(&c->repositories, &f->image, a))
		gd_image_found(f, "it comes from no repository that this policy lets start",
			       "one of the repositories of the policy", "use an image of one of them", out);
	for (size_t i = 0; i < c->labels.n; i++)
		if (!has_label(&f->image, c->labels.v[i]))
			gd_image_found(f, gd_printf(a, "it has no label %s", gd_quote(a, c->labels.v[i], 200)),
				       gd_printf(a, "the label %s", gd_quote(a, c->labels.v[i], 200)),
				       "use an image that was built with it", out);
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct gd_image_config *c = config;
	const struct gd_trust *t = &f->trust;

	if (!needs_image(c))
		return;
	if (f->image.state != GD_IMAGE_KNOWN) {
		check_known(f, out);
		return;
	}
	check_image(f, c, out);
	if (!t->asked)
		gd_image_found(f, "nobody asked whether it is trusted or revoked", "its records", NULL, out);
	else if (t->why)
		gd_image_found(f,
			       gd_printf(out->arena, "whether it is trusted cannot be told: %s",
					 gd_quote(out->arena, t->why, 300)),
			       "readable records", "have the folder of the records put right", out);
	else if (t->revoked)
		gd_image_found(f, gd_printf(out->arena, "it was %s", t->revoked), "an image that was not revoked",
			       "use another image", out);
	if (!t->asked || t->why || t->revoked)
		return;
	gd_image_check_signers(f, c, out);
	if (judges_scan(&c->scan))
		gd_image_check_scan(f, c, out);
}

const struct gd_control gd_control_image = {
	.name = "image",
	.help = "which image: known, of these digests and repositories, signed by these, scanned",
	.fields = fields,
	.config_size = sizeof(struct gd_image_config),
	.verbs = GD_V_CREATE,
	.sandbox = false,
	.ids = "CIS-Docker-4.5 NIST-800-190-4.1.5 PCI-DSS-6.3.2",
	.check = check,
	.needs_image = needs_image,
};
