/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust sign: records of our own. */
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
	if (trust_verify_here(ctl, &e, c.digest, &back) < 0)
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
