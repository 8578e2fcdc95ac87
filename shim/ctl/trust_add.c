/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust add: keys and records of others who may speak here. */
#define _GNU_SOURCE 1
#include "trust.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int trust_verify_here(struct ctl *ctl, const struct gd_trust_entry *e, const char *digest,
		      struct gd_trust_claims *ret)
{
	struct gd_trust_dir d;
	int r;

	if (gd_trust_open(ctl->settings.trust_dir, ctl->arena, &d, &ctl->err) < 0)
		return -1;
	r = gd_trust_verify(e, digest, (int64_t)time(NULL), gd_trust_key_here, &d, ctl->arena, ret, &ctl->err);
	gd_trust_close(&d);
	return r;
}

static int add_key(struct ctl *ctl, struct gd_bytes bytes, const char *as, const struct gd_words *repositories)
{
	struct gd_trust_key k, old;
	char id[GD_TRUST_KEY_ID], other[GD_TRUST_KEY_ID];
	const char *have;
	int n;

	if (gd_trust_key_read(bytes, ctl->arena, &k, &ctl->err) < 0)
		return -1;
	if (k.kind != GD_TRUST_KEY_SIGNER)
		return gd_error_set(&ctl->err, GD_E_INPUT, k.kind == GD_TRUST_KEY_IMPORT
					? "an import key vouches on its own host alone; import the signatures here"
					: "signatures of cosign keys are imported: 'guardctl trust import'");
	as = as ? as : k.name;
	if (!gd_trust_name_ok(as) || strcmp(as, GD_TRUST_IMPORT) == 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "%s is no name of a key", gd_quote(ctl->arena, as, 64));
	gd_trust_key_id(&k, id);
	n = trust_key_get(ctl, as, &old);
	if (n < 0)
		return -1;
	if (n > 0) {
		gd_trust_key_id(&old, other);
		if (strcmp(id, other) != 0)
			return gd_error_set(&ctl->err, GD_E_INPUT,
					    "another key is called '%s' here; add this one with --as", as);
	}
	have = trust_key_name(ctl, id);
	if (have && strcmp(have, as) != 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "this key is trusted as '%s' already", have);
	if (repositories->n)
		k.repositories = *repositories;
	if (trust_key_put(ctl, as, &k) < 0)
		return -1;
	printf("signatures of '%s' count now%s\n", as, k.repositories.n ? ", for the repositories of its key" : "");
	return 0;
}

static int add_records(struct ctl *ctl, struct gd_bytes bytes)
{
	struct gd_trust_entries all;

	if (gd_trust_entries_read(bytes, ctl->arena, &all, &ctl->err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		struct gd_trust_claims c;
		const char *name = trust_key_name(ctl, all.v[i].key_id);

		if (!name)
			return gd_error_set(
				&ctl->err, GD_E_TRUST,
				"it is signed with the key %.16s..., called %s there, which is not trusted here; "
				"add the key first: 'guardctl trust add KEY.pub'",
				all.v[i].key_id, gd_quote(ctl->arena, all.v[i].key, 64));
		all.v[i].key = name;
		/* The digest that it is about is read to look it up; the proof is the signature over it. */
		if (gd_trust_claims_read(all.v[i].payload, ctl->arena, &c, &ctl->err) < 0 ||
		    trust_verify_here(ctl, &all.v[i], c.digest, &c) < 0 ||
		    gd_trust_keep(ctl->settings.trust_dir, c.digest, &all.v[i], true, ctl->arena, &ctl->err) < 0)
			return -1;
		printf("%s is signed by '%s'\n", c.digest, name);
	}
	return 0;
}

int trust_add(struct ctl *ctl, int argc, char **argv)
{
	static const struct option add_options[] = {
		{ "as", required_argument, NULL, 'a' }, { "repository", required_argument, NULL, 'r' }, { 0 },
	};
	struct gd_words repositories = { 0 };
	const char *as = NULL;
	struct gd_bytes bytes;
	int opt, r;

	while ((opt = getopt_long(argc, argv, "", add_options, NULL)) != -1) {
		if (opt == 'a')
			as = optarg;
		else if (opt == 'r')
			gd_words_add(ctl->arena, &repositories, optarg);
		else
			return trust_usage(NULL);
	}
	if (argc - optind != 1)
		return trust_usage("add needs one FILE");
	if (trust_read(ctl, argv[optind], CTL_SMALL_MAX, &bytes) < 0)
		return ctl_fail(ctl);
	bool key = gd_starts(bytes.data, "{\"version\":1,\"name\":");
	if (!key && (as || repositories.n))
		return trust_usage("--as and --repository are for keys; this is none");
	r = key ? add_key(ctl, bytes, as, &repositories) : add_records(ctl, bytes);
	if (r < 0) {
		gd_error_wrap(&ctl->err, "%s is not added", gd_quote(ctl->arena, argv[optind], 200));
		ctl_fail(ctl);
		return ctl->err.kind == GD_E_SYSTEM ? CTL_ERROR : CTL_NO;
	}
	return CTL_OK;
}
