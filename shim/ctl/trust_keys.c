/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys: the secret half beside guarded.json, for root's eyes; the public half in trustDir, where launches look. */
#include "trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *trust_secret_dir(struct ctl *ctl)
{
	const char *slash = strrchr(ctl->config, '/');

	return gd_printf(ctl->arena, "%.*s/keys", slash ? (int)(slash - ctl->config) : 1, slash ? ctl->config : ".");
}

/* A secret that others could read is none any more. */
static int check_private(struct ctl *ctl, int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return gd_error_sys(&ctl->err, errno, "stat '%s'", path);
	if (st.st_mode & 077)
		return gd_error_set(&ctl->err, GD_E_TRUST,
				    "'%s' can be read by others than root: revoke this key, others may have it",
				    path);
	return 0;
}

int trust_secret_read(struct ctl *ctl, const char *name, struct gd_trust_secret *ret)
{
	const char *path = gd_printf(ctl->arena, "%s/%s.key", trust_secret_dir(ctl), name);
	struct gd_bytes bytes;
	int fd, r = -1;

	if (!gd_trust_name_ok(name))
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "%s is no name of a key: small letters, digits, '.', '_', '-'",
				    gd_quote(ctl->arena, name, 64));
	fd = gd_open_trusted(path, &ctl->err);
	if (fd < 0)
		return gd_error_wrap(&ctl->err, "the secret key '%s' (make one with 'guardctl trust keygen %s')",
				     name, name);
	if (check_private(ctl, fd, path) == 0 &&
	    gd_read_all(fd, GD_TRUST_FILE_MAX, ctl->arena, &bytes, &ctl->err) == 0)
		r = gd_trust_secret_read(bytes, ctl->arena, ret, &ctl->err);
	close(fd);
	return r < 0 ? gd_error_wrap(&ctl->err, "the secret key '%s'", name) : 0;
}

int trust_key_put(struct ctl *ctl, const char *as, const struct gd_trust_key *k)
{
	struct gd_buf b = { .arena = ctl->arena };
	struct gd_trust_key back;

	gd_trust_key_write(k, &b);
	/* What no launch would read is not kept. */
	if (gd_trust_key_read((struct gd_bytes){ b.data, b.len }, ctl->arena, &back, &ctl->err) < 0)
		return gd_error_wrap(&ctl->err, "the key '%s'", as);
	return gd_trust_put(ctl->settings.trust_dir, "keys", gd_printf(ctl->arena, "%s.pub", as), &b, ctl->arena,
			    &ctl->err);
}

int trust_key_get(struct ctl *ctl, const char *name, struct gd_trust_key *ret)
{
	struct gd_trust_dir d;
	struct gd_bytes bytes;
	int n;

	if (access(ctl->settings.trust_dir, F_OK) < 0 && errno == ENOENT)
		return 0;
	if (gd_trust_open(ctl->settings.trust_dir, ctl->arena, &d, &ctl->err) < 0)
		return -1;
	n = gd_trust_file(d.keys, gd_printf(ctl->arena, "%s.pub", name), ctl->arena, &bytes, &ctl->err);
	if (n > 0 && gd_trust_key_read(bytes, ctl->arena, ret, &ctl->err) < 0)
		n = gd_error_wrap(&ctl->err, "the key '%s'", name);
	gd_trust_close(&d);
	return n;
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

struct gd_words trust_names_in(struct ctl *ctl, const char *room)
{
	DIR *dir = opendir(gd_printf(ctl->arena, "%s/%s", ctl->settings.trust_dir, room));
	struct gd_words names = { 0 };
	const struct dirent *e;

	while (dir && (e = readdir(dir)) != NULL)
		if (*e->d_name != '.')
			gd_words_add(ctl->arena, &names, gd_strdup(ctl->arena, e->d_name));
	if (dir)
		closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_text);
	return names;
}

struct gd_words trust_key_names(struct ctl *ctl)
{
	struct gd_words files = trust_names_in(ctl, "keys"), names = { 0 };

	for (size_t i = 0; i < files.n; i++)
		if (gd_ends(files.v[i], ".pub"))
			gd_words_add(ctl->arena, &names,
				     gd_strndup(ctl->arena, files.v[i], strlen(files.v[i]) - strlen(".pub")));
	return names;
}

const char *trust_key_name(struct ctl *ctl, const char *id)
{
	struct gd_words names = trust_key_names(ctl);
	char own[GD_TRUST_KEY_ID];
	struct gd_trust_key k;

	for (size_t i = 0; i < names.n; i++) {
		if (!gd_trust_name_ok(names.v[i]) || trust_key_get(ctl, names.v[i], &k) <= 0)
			continue;
		gd_trust_key_id(&k, own);
		if (strcmp(own, id) == 0)
			return names.v[i];
	}
	return NULL;
}

static int write_secret(struct ctl *ctl, const char *name, const struct gd_trust_secret *s)
{
	const char *path = trust_secret_dir(ctl);
	struct gd_buf b = { .arena = ctl->arena };
	int dir, r = -1;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return gd_error_sys(&ctl->err, errno, "make '%s'", path);
	dir = gd_open_trusted_dir(path, &ctl->err);
	if (dir < 0)
		return -1;
	gd_trust_secret_write(s, &b);
	name = gd_printf(ctl->arena, "%s.key", name);
	if (faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		gd_error_set(&ctl->err, GD_E_INPUT, "'%s/%s' is there already, and is not written over", path, name);
	else
		r = gd_replace_file(dir, name, 0600, true, b.data, b.len, &ctl->err);
	sodium_memzero(b.data, b.len);
	close(dir);
	return r;
}

int trust_key_make(struct ctl *ctl, const char *name, enum gd_trust_key_kind kind,
		   const struct gd_words *repositories)
{
	struct gd_trust_key k = { .name = name, .kind = kind, .repositories = *repositories }, old;
	struct gd_trust_secret s = { .name = name };
	int r;

	if (!gd_trust_name_ok(name))
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "%s is no name of a key: small letters, digits, '.', '_', '-'",
				    gd_quote(ctl->arena, name, 64));
	r = trust_key_get(ctl, name, &old);
	if (r != 0)
		return r < 0 ? -1
			     : gd_error_set(&ctl->err, GD_E_INPUT,
					    "a key '%s' is trusted here already; choose another name", name);
	if (sodium_init() < 0 || crypto_sign_keypair(k.pub, s.secret) != 0)
		return gd_error_set(&ctl->err, GD_E_SYSTEM, "make a key");
	r = write_secret(ctl, name, &s);
	sodium_memzero(s.secret, sizeof(s.secret));
	return r < 0 ? -1 : trust_key_put(ctl, name, &k);
}

int trust_keygen(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = { { "repository", required_argument, NULL, 'r' }, { 0 } };
	struct gd_words repositories = { 0 };
	char id[GD_TRUST_KEY_ID];
	struct gd_trust_key k;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'r')
			return trust_usage(NULL);
		gd_words_add(ctl->arena, &repositories, optarg);
	}
	if (argc - optind != 1)
		return trust_usage("keygen needs one NAME");
	const char *name = argv[optind];
	if (strcmp(name, GD_TRUST_IMPORT) == 0)
		return trust_usage("'import' is the host's own key, made by the first 'guardctl trust import'");
	if (trust_key_make(ctl, name, GD_TRUST_KEY_SIGNER, &repositories) < 0 || trust_key_get(ctl, name, &k) != 1)
		return ctl_fail(ctl);
	gd_trust_key_id(&k, id);
	printf("secret  %s/%s.key (not encrypted: root's alone, keep it so)\npublic  %s/keys/%s.pub\nid      %s\n",
	       trust_secret_dir(ctl), name, ctl->settings.trust_dir, name, id);
	return CTL_OK;
}
