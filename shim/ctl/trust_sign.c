/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust sign and add: records of our own, and of others who may speak here. */
#define _GNU_SOURCE 1
#include "trust.h"

#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct signing {
	struct ctl *ctl;
	struct gd_trust_secret secret;
	const char *key, *repository, *scan;	/* scan: the report's path */
	struct gd_trust_claims c;
	bool print;			/* to standard output, kept nowhere */
	bool sync;
};

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int add_claim(struct signing *s, const char *claim)
{
	const char *eq = strchr(claim, '=');

	if (!eq || eq == claim || !eq[1])
		return gd_error_set(&s->ctl->err, GD_E_INPUT, "a claim is NAME=VALUE, not %s",
				    gd_quote(s->ctl->arena, claim, 100));
	for (size_t i = 0; i < s->c.claims.n; i++)
		if (strncmp(s->c.claims.v[i], claim, (size_t)(eq - claim) + 1) == 0)
			return gd_error_set(&s->ctl->err, GD_E_INPUT, "the claim '%.*s' is given twice",
					    (int)(eq - claim), claim);
	gd_words_add(s->ctl->arena, &s->c.claims, claim);
	return 0;
}

static int take_time(struct signing *s, const char *what, const char *value, int64_t *ret)
{
	if (trust_time(value, s->c.created, ret) == 0 && *ret > 0)
		return 0;
	return gd_error_set(&s->ctl->err, GD_E_INPUT, "--%s is '90d', '2027-01-31' or '2027-01-31T00:00:00Z', not %s",
			    what, gd_quote(s->ctl->arena, value, 64));
}

static int take_worst(struct signing *s, const char *value)
{
	for (int i = 0; gd_scan_severity_names[i]; i++)
		if (strcmp(gd_scan_severity_names[i], value) == 0) {
			s->c.scan.known = true;
			s->c.scan.worst = (enum gd_scan_severity)i;
			return 0;
		}
	return gd_error_set(&s->ctl->err, GD_E_INPUT, "--worst is none, low, medium, high or critical, not %s",
			    gd_quote(s->ctl->arena, value, 64));
}

static const struct option options[] = {
	{ "key", required_argument, NULL, 'k' },	{ "repository", required_argument, NULL, 'r' },
	{ "expires", required_argument, NULL, 'e' },	{ "scan", required_argument, NULL, 's' },
	{ "scan-time", required_argument, NULL, 't' },	{ "worst", required_argument, NULL, 'w' },
	{ "build", required_argument, NULL, 'b' },	{ "claim", required_argument, NULL, 'c' },
	{ "print", no_argument, NULL, 'p' },		{ 0 },
};

/* 0; 1: usage; -1 with ctl->err. */
static int take_options(struct signing *s, int argc, char **argv)
{
	int opt, r = 0;

	while (r == 0 && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'k': s->key = optarg; break;
		case 'r': s->repository = optarg; break;
		case 'e': r = take_time(s, "expires", optarg, &s->c.expires); break;
		case 's': s->scan = optarg; break;
		case 't': r = take_time(s, "scan-time", optarg, &s->c.scan.time); break;
		case 'w': r = take_worst(s, optarg); break;
		case 'b': s->c.build = optarg; break;
		case 'c': r = add_claim(s, optarg); break;
		case 'p': s->print = true; break;
		default: return 1;
		}
	}
	return r;
}

static int check_options(struct signing *s)
{
	struct gd_error *err = &s->ctl->err;

	if (s->scan && s->c.scan.known)
		return gd_error_set(err, GD_E_INPUT, "--worst is what --scan finds out; give one of them");
	if (s->c.scan.known && !s->c.scan.time)
		s->c.scan.time = s->c.created;
	if (!s->scan && !s->c.scan.known && s->c.scan.time)
		return gd_error_set(err, GD_E_INPUT, "--scan-time needs --scan or --worst");
	if (s->c.expires && s->c.expires <= s->c.created)
		return gd_error_set(err, GD_E_INPUT, "--expires lies in the past");
	if (s->c.scan.time > s->c.created + GD_TRUST_AHEAD)
		return gd_error_set(err, GD_E_INPUT, "--scan-time lies in the future");
	if (s->repository && strpbrk(s->repository, "*?@ "))
		return gd_error_set(err, GD_E_INPUT, "--repository is one repository, not %s",
				    gd_quote(s->ctl->arena, s->repository, 100));
	if (s->c.claims.n)
		qsort(s->c.claims.v, s->c.claims.n, sizeof(*s->c.claims.v), by_text);
	return 0;
}

static const char *normal(struct ctl *ctl, const char *repository)
{
	const char *r = trust_repository(ctl->arena, repository);

	return r ? r : repository;
}

/* The record as a launch would read it, with the keys that are here. */
static int verify_here(struct ctl *ctl, const struct gd_trust_entry *e, const char *digest,
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

static int sign_one(struct signing *s, const struct trust_image *t, struct gd_arena *a)
{
	struct ctl *ctl = s->ctl;
	struct gd_trust_claims c = s->c, back;
	struct gd_trust_entry e;

	c.digest = t->digest;
	c.repository = s->repository ? normal(ctl, s->repository) : t->repository;
	if (s->scan && trust_scan_read(ctl, s->scan, t, &c) < 0)
		return -1;
	if (gd_trust_sign(&c, &s->secret, s->key, a, &e, &ctl->err) < 0)
		return -1;
	if (s->print) {
		struct gd_trust_entries all = { &e, 1 };
		struct gd_buf b = { .arena = a };

		gd_trust_entries_write(&all, &b);
		fwrite(b.data, 1, b.len, stdout);
		return 0;
	}
	/*
	 * What no launch here would believe is told now: a repository that the key may not speak for, a revoked key.
	 */
	if (verify_here(ctl, &e, c.digest, &back) < 0)
		return gd_error_wrap(&ctl->err, "this record would not count");
	return gd_trust_keep(ctl->settings.trust_dir, c.digest, &e, s->sync, a, &ctl->err);
}

/* Digests, one a line; synced once, behind the last. */
static int sign_many(struct signing *s, size_t *ret_n)
{
	struct ctl *ctl = s->ctl;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int r = 0, fd;

	s->sync = false;
	while (r == 0 && (n = getline(&line, &cap, stdin)) > 0) {
		struct gd_arena *a = gd_arena_new(NULL);
		struct trust_image t = { .image = { .state = GD_IMAGE_KNOWN } };

		line[strcspn(line, "\r\n")] = '\0';
		t.digest = gd_starts(line, "sha256:") ? gd_strdup(a, line) : gd_printf(a, "sha256:%s", line);
		t.image.config = t.digest;
		if (!gd_trust_file_name(t.digest, a))
			r = gd_error_set(&ctl->err, GD_E_INPUT, "line %zu of standard input is no digest",
					 *ret_n + 1);
		else
			r = sign_one(s, &t, a);
		*ret_n += r == 0;
		gd_arena_free(a);
	}
	free(line);
	fd = open(ctl->settings.trust_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		syncfs(fd);
		close(fd);
	}
	return r;
}

int trust_sign(struct ctl *ctl, int argc, char **argv)
{
	struct signing s = { .ctl = ctl, .sync = true, .c = { .created = (int64_t)time(NULL) } };
	size_t n = 0;
	int r = take_options(&s, argc, argv);

	if (r > 0)
		return trust_usage(NULL);
	if (r < 0 || check_options(&s) < 0)
		return ctl_fail(ctl);
	if (!s.key || optind == argc)
		return trust_usage(s.key ? "sign needs an IMAGE or DIGEST" : "sign needs --key NAME");
	if (trust_secret_read(ctl, s.key, &s.secret) < 0)
		return ctl_fail(ctl);
	s.c.signer = s.secret.name;
	for (int i = optind; r == 0 && i < argc; i++) {
		struct trust_image t;

		if (strcmp(argv[i], "-") == 0) {
			r = sign_many(&s, &n);
			continue;
		}
		if (trust_image_find(ctl, argv[i], &t) < 0 || sign_one(&s, &t, ctl->arena) < 0)
			r = -1;
		else if (!s.print)
			printf("%s is signed by '%s'%s%s\n", t.digest, s.key,
			       t.repository || s.repository ? " for " : "",
			       s.repository ? normal(ctl, s.repository) : t.repository ? t.repository : "");
	}
	sodium_memzero(s.secret.secret, sizeof(s.secret.secret));
	if (n)
		printf("%zu signed by '%s'\n", n, s.key);
	return r < 0 ? ctl_fail(ctl) : CTL_OK;
}

/* --- add ------------------------------------------------------------------------------------------------------ */

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
		    verify_here(ctl, &all.v[i], c.digest, &c) < 0 ||
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
