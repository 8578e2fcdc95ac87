/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl trust: who vouches for which image, and until when. */
#include "trust.h"
#include "store.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] =
	"usage: guardctl trust keygen [--repository PATTERN]... NAME\n"
	"       guardctl trust sign --key NAME [--repository REPOSITORY] [--expires 90d] [--build REF] [--claim NAME=VALUE]...\n"
	"                           [--scan REPORT | --worst SEVERITY] [--scan-time TIME] [--print] IMAGE|DIGEST|-...\n"
	"       guardctl trust add [--as NAME] [--repository PATTERN]... FILE\n"
	"       guardctl trust import --cosign --key PUB.pem --payload FILE --signature FILE [--as NAME]\n"
	"                           [--repository PATTERN]... [--manifest FILE]...\n"
	"       guardctl trust list [--format text|json]\n"
	"       guardctl trust verify [--format text|json] IMAGE|DIGEST\n"
	"       guardctl trust revoke [--reason TEXT] --key NAME | IMAGE|DIGEST\n"
	"       guardctl trust export --key NAME | IMAGE|DIGEST\n"
	"\n"
	"Signed records of images, kept by digest in trustDir and verified by every launch whose policy asks for them\n"
	"(the control 'image'), without a network.\n"
	"\n"
	"  keygen   a new key: the secret half beside guarded.json, the public half where launches look\n"
	"  sign     vouch for an image; with '-', for every digest on standard input, one a line\n"
	"  add      take in what others made: a public key (sign elsewhere: 'export --key'), or records (verified first)\n"
	"  import   verify a cosign signature once, and keep it as a record; --manifest makes it reach the configuration\n"
	"  list     keys, records and revocations\n"
	"  verify   who vouches for this image now, as a launch sees it\n"
	"  revoke   an image (it does not start any more) or a key (its records do not count any more), for good\n"
	"  export   records or a public key, to standard output\n"
	"\n"
	"exit status: 0 done, somebody vouches; 1 nobody does, or it was not taken in; 2 error\n";

static const struct {
	const char *name;
	int (*run)(struct ctl *ctl, int argc, char **argv);
} commands[] = {
	{ "add", trust_add },	    { "export", trust_export },
	{ "import", trust_import }, { "keygen", trust_keygen },
	{ "list", trust_list },	    { "revoke", trust_revoke },
	{ "sign", trust_sign },	    { "verify", trust_verify },
};

int trust_usage(const char *why)
{
	return ctl_usage(usage, why);
}

int trust_fail(struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	gd_error_set(&ctl->err, GD_E_INPUT, "%s", gd_vprintf(ctl->arena, fmt, ap));
	va_end(ap);
	return ctl_fail(ctl);
}

int ctl_trust(struct ctl *ctl, int argc, char **argv)
{
	const char *names[sizeof(commands) / sizeof(*commands)], *near;
	size_t n = sizeof(names) / sizeof(*names);

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(usage, stdout);
			return CTL_OK;
		}
	if (argc < 2)
		return trust_usage("a command is needed");
	for (size_t i = 0; i < n; i++) {
		names[i] = commands[i].name;
		if (strcmp(names[i], argv[1]) == 0)
			return commands[i].run(ctl, argc - 1, argv + 1);
	}
	near = gd_nearest(argv[1], names, n);
	return trust_usage(gd_printf(ctl->arena, "unknown command 'trust %s'%s%s%s", argv[1],
				     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : ""));
}

/* --- revoke --------------------------------------------------------------------------------------------------- */

static int mark(struct ctl *ctl, const char *name, const char *reason)
{
	struct gd_trust_mark m = { .time = (int64_t)time(NULL), .reason = reason };
	struct gd_buf b = { .arena = ctl->arena };

	gd_trust_mark_write(&m, &b);
	return gd_trust_put(ctl->settings.trust_dir, "revoked", name, &b, ctl->arena, &ctl->err);
}

static int revoke_key(struct ctl *ctl, const char *name, const char *reason)
{
	char id[GD_TRUST_KEY_ID];
	struct gd_trust_key k;
	int n = gd_trust_name_ok(name) ? trust_key_get(ctl, name, &k) : 0;

	if (n == 0)
		return trust_fail(ctl, "no key %s is trusted here; see 'guardctl trust list'",
				  gd_quote(ctl->arena, name, 64));
	if (n < 0)
		return ctl_fail(ctl);
	gd_trust_key_id(&k, id);
	if (mark(ctl, gd_printf(ctl->arena, "key-%s.json", id), reason) < 0)
		return ctl_fail(ctl);
	printf("no record of the key '%s' counts any more\n", name);
	return CTL_OK;
}

/*
 * An index or a manifest is written anew by "docker save" and "docker load" around the same image, and graph drivers keep
 * neither: what stays is the configuration. Where a store here knows which one it is, that is revoked with it.
 */
static int revoke_configurations(struct ctl *ctl, const char *digest, const char *reason)
{
	struct gd_words done = { 0 };
	struct ctl_stored *found;
	size_t n;

	if (ctl_image_find(ctl, digest, &found, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct gd_image *image = &found[i].image;

		if (found[i].why || !image->config || gd_streq(image->config, digest) ||
		    gd_words_has(&done, image->config) ||
		    (!gd_streq(image->manifest, digest) && !gd_streq(image->index, digest)))
			continue;
		if (mark(ctl, gd_trust_file_name(image->config, ctl->arena), reason) < 0)
			return -1;
		printf("%s is revoked, its configuration\n", image->config);
		gd_words_add(ctl->arena, &done, image->config);
	}
	return 0;
}

static int revoke_image(struct ctl *ctl, const char *asked, const char *reason)
{
	struct trust_image t;

	if (trust_image_find(ctl, asked, &t) < 0 || mark(ctl, gd_trust_file_name(t.digest, ctl->arena), reason) < 0)
		return ctl_fail(ctl);
	printf("%s is revoked: where the policy asks anything of images, it does not start any more\n", t.digest);
	if (revoke_configurations(ctl, t.digest, reason) < 0)
		return ctl_fail(ctl);
	return CTL_OK;
}

int trust_revoke(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' }, { "reason", required_argument, NULL, 'r' }, { 0 },
	};
	const char *key = NULL, *reason = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'k')
			key = optarg;
		else if (opt == 'r')
			reason = optarg;
		else
			return trust_usage(NULL);
	}
	if (reason && (!*reason || strlen(reason) > GD_TRUST_TEXT_MAX))
		return trust_usage("a reason has 1 to 512 bytes");
	if (argc - optind != (key ? 0 : 1))
		return trust_usage("revoke needs --key NAME, or one IMAGE or DIGEST");
	return key ? revoke_key(ctl, key, reason) : revoke_image(ctl, argv[optind], reason);
}

/* --- export --------------------------------------------------------------------------------------------------- */

int trust_export(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = { { "key", required_argument, NULL, 'k' }, { 0 } };
	struct gd_trust_entries all;
	struct trust_image t;
	struct gd_trust_dir d;
	struct gd_bytes bytes;
	const char *key = NULL;
	int opt, n;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'k')
			return trust_usage(NULL);
		key = optarg;
	}
	if (argc - optind != (key ? 0 : 1))
		return trust_usage("export needs --key NAME, or one IMAGE or DIGEST");
	if (key && !gd_trust_name_ok(key))
		return trust_fail(ctl, "%s is no name of a key", gd_quote(ctl->arena, key, 64));
	if ((!key && trust_image_find(ctl, argv[optind], &t) < 0) ||
	    gd_trust_open(ctl->settings.trust_dir, ctl->arena, &d, &ctl->err) < 0)
		return ctl_fail(ctl);
	n = key ? gd_trust_file(d.keys, gd_printf(ctl->arena, "%s.pub", key), ctl->arena, &bytes, &ctl->err)
		: gd_trust_file(d.records, gd_trust_file_name(t.digest, ctl->arena), ctl->arena, &bytes, &ctl->err);
	gd_trust_close(&d);
	if (n == 0)
		return trust_fail(ctl, key ? "no key %s is trusted here" : "there is no record of %s",
				  gd_quote(ctl->arena, key ? key : t.digest, 80)), CTL_NO;
	/* What is altered is not handed on. */
	if (n < 0 || (!key && gd_trust_entries_read(bytes, ctl->arena, &all, &ctl->err) < 0))
		return ctl_fail(ctl);
	fwrite(bytes.data, 1, bytes.len, stdout);
	return CTL_OK;
}
