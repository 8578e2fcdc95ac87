/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust list and verify: what counts and what does not, as a launch sees it now. */
#include "trust.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json/tree.h"

static const char *const kinds[] = { "signer", "import", "cosign" };

/* --format and nothing else. 0, or -1: usage. */
static int take_format(int argc, char **argv, bool *ret_json)
{
	static const struct option options[] = { { "format", required_argument, NULL, 'f' }, { 0 } };
	int opt;

	*ret_json = false;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'f' || (strcmp(optarg, "text") != 0 && strcmp(optarg, "json") != 0))
			return -1;
		*ret_json = strcmp(optarg, "json") == 0;
	}
	return 0;
}

static int set_str(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

static int set_time(gd_json *o, const char *key, int64_t t)
{
	char text[24];

	return t ? gd_json_set(o, key, gd_json_new_str(gd_trust_time(t, text))) : 0;
}

static int print(struct ctl *ctl, gd_json *root, int status)
{
	const char *bytes;
	size_t len;

	if (!root || gd_json_pretty(root, ctl->arena, &bytes, &len) < 0) {
		gd_json_free(root);
		return trust_fail(ctl, "out of memory");
	}
	fwrite(bytes, 1, len, stdout);
	putchar('\n');
	gd_json_free(root);
	return status;
}

/* --- one image ------------------------------------------------------------------------------------------------ */

static gd_json *signer_json(const struct gd_signer *s)
{
	gd_json *o = gd_json_new_obj(), *scan = s->scan.known ? gd_json_new_obj() : NULL, *claims = gd_json_new_arr();

	for (size_t i = 0; i < s->claims.n; i++)
		gd_json_push(claims, gd_json_new_str(s->claims.v[i]));
	if (set_str(o, "signer", s->name) < 0 || set_str(o, "digest", s->digest) < 0 ||
	    set_str(o, "repository", s->repository) < 0 || set_time(o, "created", s->created) < 0 ||
	    set_time(o, "expires", s->expires) < 0 || set_str(o, "build", s->build) < 0 ||
	    gd_json_set(o, "claims", claims) < 0)
		return gd_json_free(o);
	if (scan && (set_time(scan, "time", s->scan.time) < 0 ||
		     set_str(scan, "worst", gd_scan_severity_names[s->scan.worst]) < 0 ||
		     set_str(scan, "tool", s->scan.tool) < 0 || gd_json_set(o, "scan", scan) < 0))
		return gd_json_free(o);
	return o;
}

static gd_json *trust_json(const struct trust_image *image, const struct gd_trust *t, bool counts)
{
	gd_json *o = gd_json_new_obj(), *signers = gd_json_new_arr(), *rejected = gd_json_new_arr();

	for (size_t i = 0; i < t->n_signers; i++)
		gd_json_push(signers, signer_json(&t->signers[i]));
	for (size_t i = 0; i < t->n_rejected; i++) {
		gd_json *x = gd_json_new_obj();

		set_str(x, "signer", t->rejected[i].name);
		set_str(x, "why", t->rejected[i].why);
		gd_json_push(rejected, x);
	}
	if (set_str(o, "digest", image->digest) < 0 || gd_json_set(o, "trusted", gd_json_new_bool(counts)) < 0 ||
	    set_str(o, "error", t->why) < 0 || set_str(o, "revoked", t->revoked) < 0 ||
	    gd_json_set(o, "signers", signers) < 0 || gd_json_set(o, "rejected", rejected) < 0)
		return gd_json_free(o);
	return o;
}

static void print_signer(struct ctl *ctl, const struct gd_signer *s)
{
	char created[24], expires[24], scanned[24];

	ctl_paint(ctl, CTL_GREEN, "good");
	printf("  %s", s->name);
	if (s->repository)
		printf(" for %s", s->repository);
	printf(", %s%s%s\n", gd_trust_time(s->created, created), s->expires ? ", until " : "",
	       s->expires ? gd_trust_time(s->expires, expires) : "");
	if (s->scan.known)
		printf("      scanned %s%s%s, worst: %s\n", gd_trust_time(s->scan.time, scanned),
		       s->scan.tool ? " by " : "", s->scan.tool ? gd_quote(ctl->arena, s->scan.tool, 64) : "",
		       gd_scan_severity_names[s->scan.worst]);
	if (s->build)
		printf("      build %s\n", gd_quote(ctl->arena, s->build, 200));
	for (size_t i = 0; i < s->claims.n; i++)
		printf("      claim %s\n", gd_quote(ctl->arena, s->claims.v[i], 200));
}

static void print_trust(struct ctl *ctl, const struct trust_image *image, const struct gd_trust *t)
{
	printf("%s\n", image->digest);
	if (t->why)
		printf("      %s\n", t->why);
	if (t->revoked) {
		ctl_paint(ctl, CTL_RED, "no  ");
		printf("  the image was %s\n", t->revoked);
	}
	for (size_t i = 0; i < t->n_signers; i++)
		print_signer(ctl, &t->signers[i]);
	for (size_t i = 0; i < t->n_rejected; i++) {
		ctl_paint(ctl, CTL_RED, "no  ");
		printf("  %s: %s\n", t->rejected[i].name, t->rejected[i].why);
	}
	if (!t->why && !t->revoked && t->n_signers + t->n_rejected == 0)
		printf("      nobody has signed it; 'guardctl trust sign --key NAME %s'\n", image->digest);
}

int trust_verify(struct ctl *ctl, int argc, char **argv)
{
	struct trust_image image;
	struct gd_trust t;
	bool json;

	if (take_format(argc, argv, &json) < 0)
		return trust_usage("--format is text or json");
	if (argc - optind != 1)
		return trust_usage("verify needs one IMAGE or DIGEST");
	if (trust_image_find(ctl, argv[optind], &image) < 0 ||
	    gd_trust_find(ctl->settings.trust_dir, &image.image, (int64_t)time(NULL), ctl->arena, &t, &ctl->err) < 0)
		return ctl_fail(ctl);
	bool counts = !t.why && !t.revoked && t.n_signers > 0;
	if (json)
		return print(ctl, trust_json(&image, &t, counts), counts ? CTL_OK : CTL_NO);
	print_trust(ctl, &image, &t);
	return counts ? CTL_OK : CTL_NO;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

struct listing {
	struct ctl *ctl;
	gd_json *keys, *records, *revoked;	/* NULL: text */
};

static void list_key(struct listing *l, const char *name)
{
	struct gd_trust_dir d;
	struct gd_trust_key k;
	struct gd_error err = { 0 };
	char id[GD_TRUST_KEY_ID] = "";
	const char *state = "counts";

	if (gd_trust_open(l->ctl->settings.trust_dir, l->ctl->arena, &d, &err) == 0) {
		bool known = gd_trust_name_ok(name) && trust_key_get(l->ctl, name, &k) > 0;

		if (known)
			gd_trust_key_id(&k, id);
		if (!known || gd_trust_key_here(&d, name, &k, &err) < 0)
			state = err.text[0] ? gd_strdup(l->ctl->arena, err.text) : "cannot be read";
		gd_trust_close(&d);
	} else {
		state = gd_strdup(l->ctl->arena, err.text);
	}
	if (l->keys) {
		gd_json *o = gd_json_new_obj(), *repositories = gd_json_new_arr();

		for (size_t i = 0; *id && i < k.repositories.n; i++)
			gd_json_push(repositories, gd_json_new_str(k.repositories.v[i]));
		set_str(o, "name", name);
		set_str(o, "kind", *id ? kinds[k.kind] : NULL);
		set_str(o, "id", *id ? id : NULL);
		set_str(o, "state", state);
		gd_json_set(o, "repositories", repositories);
		gd_json_push(l->keys, o);
		return;
	}
	printf("  %-20s %-7s %.16s  %s", gd_quote(l->ctl->arena, name, 64), *id ? kinds[k.kind] : "-", *id ? id : "-",
	       state);
	for (size_t i = 0; *id && i < k.repositories.n; i++)
		printf("%s%s", i ? ", " : ", for ", k.repositories.v[i]);
	putchar('\n');
}

static void list_record(struct listing *l, const char *file, struct gd_arena *a)
{
	char *digest = gd_printf(a, "sha256:%.*s", (int)strcspn(file, "."), file);
	struct gd_image image = { .state = GD_IMAGE_KNOWN, .config = digest };
	struct trust_image t = { .digest = digest };
	struct gd_trust trust;
	struct gd_error err = { 0 };
	char text[24];

	if (gd_trust_find(l->ctl->settings.trust_dir, &image, (int64_t)time(NULL), a, &trust, &err) < 0)
		return;
	if (l->records) {
		gd_json_push(l->records, trust_json(&t, &trust, !trust.why && !trust.revoked && trust.n_signers > 0));
		return;
	}
	for (size_t i = 0; i < trust.n_signers; i++)
		printf("  %.23s  %-12s %s%s%s%s%s\n", digest, trust.signers[i].name,
		       gd_trust_time(trust.signers[i].created, text), trust.signers[i].repository ? "  " : "",
		       trust.signers[i].repository ? trust.signers[i].repository : "",
		       trust.revoked ? ", does not count: " : "", trust.revoked ? trust.revoked : "");
	for (size_t i = 0; i < trust.n_rejected; i++)
		printf("  %.23s  %-12s does not count: %s\n", digest, trust.rejected[i].name, trust.rejected[i].why);
}

int trust_list(struct ctl *ctl, int argc, char **argv)
{
	struct listing l = { .ctl = ctl };
	struct gd_words keys, records, revoked;
	struct gd_trust_dir d;
	bool json;

	if (take_format(argc, argv, &json) < 0)
		return trust_usage("--format is text or json");
	if (argc != optind)
		return trust_usage("list takes no argument");
	if (gd_trust_open(ctl->settings.trust_dir, ctl->arena, &d, &ctl->err) < 0 && ctl->err.errnum != ENOENT)
		return ctl_fail(ctl);
	gd_trust_close(&d);
	keys = trust_key_names(ctl);
	records = trust_names_in(ctl, "records");
	revoked = trust_names_in(ctl, "revoked");
	if (json)
		l.keys = gd_json_new_arr(), l.records = gd_json_new_arr(), l.revoked = gd_json_new_arr();
	else
		printf("%zu key%s\n", keys.n, keys.n == 1 ? "" : "s");
	for (size_t i = 0; i < keys.n; i++)
		list_key(&l, keys.v[i]);
	if (!json)
		printf("records of %zu image%s\n", records.n, records.n == 1 ? "" : "s");
	for (size_t i = 0; i < records.n; i++) {
		struct gd_arena *a = gd_arena_new(NULL);

		list_record(&l, records.v[i], a);
		gd_arena_free(a);
	}
	if (!json)
		printf("%zu revoked\n", revoked.n);
	for (size_t i = 0; i < revoked.n; i++) {
		const char *name = gd_strndup(ctl->arena, revoked.v[i], strcspn(revoked.v[i], "."));

		if (json)
			gd_json_push(l.revoked, gd_json_new_str(name));
		else
			printf("  %s\n", gd_quote(ctl->arena, name, 80));
	}
	if (!json)
		return CTL_OK;
	gd_json *root = gd_json_new_obj();
	if (gd_json_set(root, "keys", l.keys) < 0 || gd_json_set(root, "records", l.records) < 0 ||
	    gd_json_set(root, "revoked", l.revoked) < 0)
		root = gd_json_free(root);
	return print(ctl, root, CTL_OK);
}
