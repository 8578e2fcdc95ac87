/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guarded.json: one row a key. Read on every launch, so straight from the bytes. */
#include "policy/policy.h"

#include <string.h>
#include <unistd.h>

#include "json/pull.h"
#include "json/scan.h"
#include "policy/set.h"

#define GD_SETTINGS_MAX (256u << 10)	/* bytes */

struct reader {
	struct gd_pull pull;
	struct gd_arena *arena;
	struct gd_settings *to;
};

struct row {
	const char *key;
	int (*read)(struct reader *r, const struct row *row);
	size_t offset;
	const struct row *sub;		/* of an object */
	const char *const *words;	/* of a choice */
};

static void *place(struct reader *r, const struct row *row)
{
	return (char *)r->to + row->offset;
}

static int read_text(struct reader *r, const struct row *row)
{
	char *s;

	if (gd_pull_str(&r->pull, &s) < 0)
		return -1;
	*(const char **)place(r, row) = s;
	return 0;
}

static int one_path(struct reader *r, const char **ret)
{
	size_t at = gd_pull_here(&r->pull);
	char *s;

	if (gd_pull_str(&r->pull, &s) < 0)
		return -1;
	if (*s != '/' || strcmp(gd_path_clean(r->arena, s), s) != 0)
		return gd_pull_fail(&r->pull, at, "%s is no absolute, clean path",
				    gd_quote(r->arena, s, 200));
	*ret = s;
	return 0;
}

static int read_path(struct reader *r, const struct row *row)
{
	const char *s;

	if (one_path(r, &s) < 0)
		return -1;
	*(const char **)place(r, row) = s;
	return 0;
}

static int read_path_or_null(struct reader *r, const struct row *row)
{
	if (!gd_pull_null(&r->pull))
		return read_path(r, row);
	*(const char **)place(r, row) = NULL;
	return 0;
}

static int read_paths(struct reader *r, const struct row *row)
{
	const char *s;
	int more;

	if (gd_pull_array(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(&r->pull)) > 0) {
		if (one_path(r, &s) < 0)
			return -1;
		gd_words_add(r->arena, place(r, row), s);
	}
	return more;
}

static int read_words(struct reader *r, const struct row *row)
{
	char *s;
	int more;

	if (gd_pull_array(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_item(&r->pull)) > 0) {
		if (gd_pull_str(&r->pull, &s) < 0)
			return -1;
		gd_words_add(r->arena, place(r, row), s);
	}
	return more;
}

static int read_bool(struct reader *r, const struct row *row)
{
	return gd_pull_bool(&r->pull, place(r, row));
}

static int read_choice(struct reader *r, const struct row *row, size_t *ret)
{
	size_t at = gd_pull_here(&r->pull);
	char *s;

	if (gd_pull_str(&r->pull, &s) < 0)
		return -1;
	for (*ret = 0; *ret < 2; ++*ret)
		if (strcmp(row->words[*ret], s) == 0)
			return 0;
	return gd_pull_fail(&r->pull, at, "'%s' is '%s' or '%s', not %s", row->key, row->words[0],
			    row->words[1], gd_quote(r->arena, s, 64));
}

static const char *const existing_words[] = { "deny", "record" };
static const char *const unknown_words[] = { "refuse", "strip" };

static int read_existing(struct reader *r, const struct row *row)
{
	size_t i;

	if (read_choice(r, row, &i) < 0)
		return -1;
	r->to->existing = i ? GD_RECORD : GD_DENY;
	return 0;
}

static int read_unknown(struct reader *r, const struct row *row)
{
	size_t i;

	if (read_choice(r, row, &i) < 0)
		return -1;
	r->to->strip_unknown = i == 1;
	return 0;
}

static int read_object(struct reader *r, const struct row *row);

#define AT(field) offsetof(struct gd_settings, field)
static const struct row audit_rows[] = {
	{ .key = "file", .read = read_path_or_null, .offset = AT(audit_file) },
	{ .key = "required", .read = read_bool, .offset = AT(audit_required) },
	{ .key = NULL },
};
static const struct row rows[] = {
	{ .key = "runtime", .read = read_path, .offset = AT(runtime) },
	{ .key = "policyDir", .read = read_path, .offset = AT(policy_dir) },
	{ .key = "profileDir", .read = read_path, .offset = AT(profile_dir) },
	{ .key = "applied", .read = read_path, .offset = AT(applied) },
	{ .key = "floor", .read = read_text, .offset = AT(floor) },
	{ .key = "audit", .read = read_object, .sub = audit_rows },
	{ .key = "contact", .read = read_text, .offset = AT(contact) },
	{ .key = "bindRoots", .read = read_paths, .offset = AT(bind_roots) },
	{ .key = "engineDirs", .read = read_paths, .offset = AT(engine_dirs) },
	{ .key = "engineSockets", .read = read_paths, .offset = AT(engine_sockets) },
	{ .key = "containerdRoots", .read = read_paths, .offset = AT(containerd_roots) },
	{ .key = "storageRoots", .read = read_paths, .offset = AT(storage_roots) },
	{ .key = "trustDir", .read = read_path, .offset = AT(trust_dir) },
	{ .key = "verbs", .read = read_words, .offset = AT(verbs) },
	{ .key = "existing", .read = read_existing, .words = existing_words },
	{ .key = "unknownFields", .read = read_unknown, .words = unknown_words },
	{ .key = "$schema", .read = read_text, .offset = AT(schema) },
	{ .key = NULL },
};
static const struct row root = { .key = "guarded.json", .read = read_object, .sub = rows };
#undef AT

static int unknown_key(struct reader *r, const struct row *table, const char *key, size_t at)
{
	struct gd_words known = { 0 };

	for (; table->key; table++)
		gd_words_add(r->arena, &known, table->key);
	return gd_pull_unknown(&r->pull, at, "key", key, &known, r->arena);
}

static int read_object(struct reader *r, const struct row *row)
{
	size_t at;
	char *key;
	int more;

	if (gd_pull_object(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r->pull, &key, &at)) > 0) {
		const struct row *sub = row->sub;
		while (sub->key && strcmp(sub->key, key) != 0)
			sub++;
		if (!sub->key)
			return unknown_key(r, row->sub, key, at);
		if (sub->read(r, sub) < 0)
			return -1;
	}
	return more;
}

/*
 * The first that is there. A host without any gets the first name, and its exec says what is wrong.
 */
static const char *default_runtime(void)
{
	static const char *const paths[] = { "/usr/sbin/runc", "/usr/bin/runc" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return paths[0];
}

/*
 * ret->runtime is left for the end: the default asks the file system, and most hosts name theirs.
 */
static void set_defaults(struct gd_settings *ret)
{
	*ret = (struct gd_settings){
		.policy_dir = "/etc/guarded/policy.d",
		.profile_dir = "/usr/share/guarded/profiles",
		.applied = "/var/lib/guarded/applied",
		.audit_file = "/var/log/guarded/audit.jsonl",
		.trust_dir = "/etc/guarded/trust.d",
		.existing = GD_DENY,
	};
}

int gd_settings_parse(struct gd_bytes bytes, struct gd_arena *a, struct gd_settings *ret,
		      struct gd_error *err)
{
	struct reader r = { .arena = a, .to = ret };
	char *origin;
	int result;

	set_defaults(ret);
	result = gd_json_scan(bytes.data, bytes.len, GD_SCAN_POLICY, err);
	if (result == 0) {
		origin = memcpy(gd_alloc(a, bytes.len + 1), bytes.data, bytes.len);
		gd_pull_init(&r.pull, bytes.data, bytes.len, origin, err);
		result = read_object(&r, &root);
	}
	if (!ret->runtime && result < 0)
		ret->runtime = gd_settings_salvage_runtime(bytes, a);
	if (!ret->runtime)
		ret->runtime = default_runtime();
	return result;
}

int gd_settings_load(const char *path, struct gd_arena *a, struct gd_settings *ret,
		     struct gd_error *err)
{
	struct gd_bytes bytes;
	int fd = gd_open_trusted(path, err), r = -1;

	if (fd >= 0) {
		r = gd_read_all(fd, GD_SETTINGS_MAX, a, &bytes, err);
		close(fd);
	}
	if (r < 0) {
		/* Not root's alone: nothing of it is looked at, not even which runtime it names. */
		set_defaults(ret);
		ret->runtime = default_runtime();
		return gd_error_wrap(err, "settings '%s'", path);
	}
	return gd_settings_parse(bytes, a, ret, err) < 0 ? gd_error_wrap(err, "settings '%s'", path)
							 : 0;
}

static const char *directory_of(struct gd_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? "/" : gd_strndup(a, path, (size_t)(slash - path));
}

void gd_settings_host_paths(const struct gd_settings *s, struct gd_arena *a,
			    struct gd_host_paths *ret)
{
	*ret = (struct gd_host_paths){ .engine_dirs = s->engine_dirs,
				       .engine_sockets = s->engine_sockets };
	/* Whoever writes here decides for guarded, or reads its keys. */
	gd_words_add(a, &ret->guarded_dirs, "/etc/guarded");
	gd_words_add(a, &ret->guarded_dirs, s->policy_dir);
	gd_words_add(a, &ret->guarded_dirs, s->profile_dir);
	gd_words_add(a, &ret->guarded_dirs, directory_of(a, s->applied));
	gd_words_add(a, &ret->guarded_dirs, s->trust_dir);
	if (s->audit_file)
		gd_words_add(a, &ret->guarded_dirs, directory_of(a, s->audit_file));
}
