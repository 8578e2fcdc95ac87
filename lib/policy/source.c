/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy as somebody wrote it: JSON with comments, closed keys. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "json/scan.h"
#include "policy/set.h"

const char *const gd_mode_names[] = { "enforce", "audit", "learn", NULL };
const char *const gd_severity_names[] = { "error", "warning", "looser" };

struct parse {
	struct gd_set *set;
	struct gd_source *src;
	struct gd_pull pull;
	struct gd_error *err;
};

void gd_set_problem(struct gd_set *set, enum gd_severity severity, const struct gd_source *src,
		    size_t at, const char *fmt, ...)
{
	struct gd_problem *p = GD_APPEND(set->arena, set->problems, set->n_problems);
	size_t line = 1, column = 1;
	va_list ap;

	va_start(ap, fmt);
	const char *text = gd_vprintf(set->arena, fmt, ap);
	va_end(ap);
	if (src && src->origin)
		gd_pull_position(src->origin, at, &line, &column);
	p->severity = severity;
	p->text =
		src ? gd_printf(set->arena, "%s:%zu:%zu: %s", src->file, line, column, text) : text;
	set->n_errors += severity == GD_PROBLEM_ERROR;
}

/* "line 3, column 9: text" as "FILE:3:9: text", which editors jump to. */
static void problem_of(struct gd_set *set, const char *file, const struct gd_error *err)
{
	struct gd_problem *p = GD_APPEND(set->arena, set->problems, set->n_problems);
	unsigned long line, column;
	int n = 0;

	p->severity = GD_PROBLEM_ERROR;
	if (sscanf(err->text, "line %lu, column %lu: %n", &line, &column, &n) == 2 && n > 0)
		p->text =
			gd_printf(set->arena, "%s:%lu:%lu: %s", file, line, column, err->text + n);
	else
		p->text = gd_printf(set->arena, "%s: %s", file, err->text);
	set->n_errors++;
}

static int unknown(struct parse *p, size_t at, const char *what, const char *s,
		   const struct gd_words *known)
{
	return gd_pull_unknown(&p->pull, at, what, s, known, p->set->arena);
}

/* A name goes into messages, file names and references: plain, and without '@'. */
static bool is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

	return n > 0 && n <= 64 && s[n] == '\0' && s[0] != '.' && s[0] != '-';
}

static int read_name(struct parse *p)
{
	char *s;

	p->src->name_at = gd_pull_here(&p->pull);
	if (gd_pull_str(&p->pull, &s) < 0)
		return -1;
	p->src->name = s;
	return is_name(s) ? 0
			  : gd_pull_fail(&p->pull, p->src->name_at,
					 "%s is no name: lower case letters, digits, "
					 "'-', '_' and '.', at most 64",
					 gd_quote(p->set->arena, s, 64));
}

static int read_text(struct parse *p, const char **ret)
{
	char *s;

	if (gd_pull_str(&p->pull, &s) < 0)
		return -1;
	*ret = s;
	return 0;
}

static int read_description(struct parse *p)
{
	return read_text(p, &p->src->description);
}

static int read_reason(struct parse *p)
{
	return read_text(p, &p->src->reason);
}

static int read_ticket(struct parse *p)
{
	return read_text(p, &p->src->ticket);
}

static int read_approved_by(struct parse *p)
{
	return read_text(p, &p->src->approved_by);
}

static int read_until(struct parse *p)
{
	int64_t end;

	p->src->until_at = gd_pull_here(&p->pull);
	if (read_text(p, &p->src->until) < 0)
		return -1;
	return gd_time_parse(p->src->until, &end) == 0
		       ? 0
		       : gd_pull_fail(&p->pull, p->src->until_at, "%s is no time: '2026-12-31' or "
				      "'2026-12-31T18:00:00Z'", gd_quote(p->set->arena, p->src->until, 64));
}

static int read_schema(struct parse *p)
{
	char *s;

	return gd_pull_str(&p->pull, &s);	/* for editors */
}

static int read_version(struct parse *p)
{
	size_t at = gd_pull_here(&p->pull);

	if (gd_pull_i64(&p->pull, &p->src->version) < 0)
		return -1;
	return p->src->version >= 1 && p->src->version <= 1000000
		       ? 0
		       : gd_pull_fail(&p->pull, at, "versions count from 1");
}

static int read_extends(struct parse *p)
{
	char *s;
	int more;

	p->src->extends_at = gd_pull_here(&p->pull);
	if (gd_pull_array(&p->pull) < 0)
		return -1;
	while ((more = gd_pull_item(&p->pull)) > 0) {
		if (gd_pull_str(&p->pull, &s) < 0)
			return -1;
		if (p->src->extends.n == GD_EXTENDS_MAX)
			return gd_pull_fail(&p->pull, p->src->extends_at, "extends more than %d",
					    GD_EXTENDS_MAX);
		gd_words_add(p->set->arena, &p->src->extends, s);
	}
	return more;
}

struct key { const char *name; int (*read)(struct parse *p); };

static int read_keys(struct parse *p, const char *what, const struct key *keys, size_t n)
{
	struct gd_words known = { 0 };
	size_t at, i;
	char *s;
	int more;

	if (gd_pull_object(&p->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&p->pull, &s, &at)) > 0) {
		for (i = 0; i < n && strcmp(keys[i].name, s) != 0; i++)
			;
		if (i == n) {
			for (i = 0; i < n; i++)
				gd_words_add(p->set->arena, &known, keys[i].name);
			return unknown(p, at, what, s, &known);
		}
		if (keys[i].read(p) < 0)
			return -1;
	}
	return more;
}

static int read_match(struct parse *p)
{
	p->src->match_at = gd_pull_here(&p->pull);
	return gd_match_read(&p->pull, p->set->arena, &p->src->match);
}

static int read_mode(struct parse *p)
{
	size_t at = gd_pull_here(&p->pull);
	char *s;

	if (gd_pull_str(&p->pull, &s) < 0)
		return -1;
	for (unsigned i = 0; gd_mode_names[i]; i++) {
		if (strcmp(gd_mode_names[i], s) != 0)
			continue;
		p->src->mode = (enum gd_mode)i;
		return 0;
	}
	return unknown(p, at, "mode", s,
		       &(struct gd_words){ (const char **)(uintptr_t)gd_mode_names, 3 });
}

static int read_existing(struct parse *p)
{
	size_t at = gd_pull_here(&p->pull);
	char *s;

	if (gd_pull_str(&p->pull, &s) < 0)
		return -1;
	if (strcmp(s, "deny") != 0 && strcmp(s, "record") != 0)
		return gd_pull_fail(&p->pull, at, "'existing' is 'deny' or 'record'");
	p->src->existing = *s == 'r' ? GD_RECORD : GD_DENY;
	return 0;
}

static int read_controls(struct parse *p)
{
	struct gd_words known = { 0 };
	size_t at, i;
	char *s;
	int more;

	p->src->controls_at = gd_pull_here(&p->pull);
	if (gd_pull_object(&p->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&p->pull, &s, &at)) > 0) {
		for (i = 0; i < gd_n_controls && strcmp(gd_controls[i]->name, s) != 0; i++)
			;
		if (i == gd_n_controls) {
			for (i = 0; i < gd_n_controls; i++)
				gd_words_add(p->set->arena, &known, gd_controls[i]->name);
			return unknown(p, at, "control", s, &known);
		}
		if (gd_written_read(gd_controls[i], &p->pull, &p->set->macros, p->set->arena,
				    &p->src->controls[i], p->err) < 0)
			return -1;
	}
	return more;
}

static int read_policy(struct parse *p)
{
	static const struct key keys[] = {
		{ "$schema", read_schema },    { "version", read_version },
		{ "name", read_name },         { "description", read_description },
		{ "reason", read_reason },     { "until", read_until },
		{ "ticket", read_ticket },     { "approvedBy", read_approved_by },
		{ "extends", read_extends },
		{ "match", read_match },       { "mode", read_mode },
		{ "existing", read_existing }, { "controls", read_controls },
	};

	if (read_keys(p, "key", keys, sizeof(keys) / sizeof(*keys)) < 0)
		return -1;
	if (!p->src->name)
		return gd_pull_fail(&p->pull, 0, "the policy has no 'name'");
	if (p->src->version == 0)
		return gd_pull_fail(&p->pull, 0, "the policy has no 'version'; the first one is 1");
	if (p->src->profile && p->src->match.given)
		return gd_pull_fail(&p->pull, p->src->match_at,
				    "a profile governs nothing by itself: 'match' belongs "
				    "into a policy that extends it");
	if (!p->src->profile && p->src->extends.n == 0)
		return gd_pull_fail(&p->pull, p->src->name_at, "a policy extends something, as in "
				    "\"extends\": [\"baseline\"]");
	return 0;
}

struct gd_source *gd_set_add(struct gd_set *set, const char *file, struct gd_bytes bytes,
			     bool profile)
{
	struct gd_error err = { 0 };
	struct gd_source *src = GD_NEW(set->arena, struct gd_source);
	struct parse p = { .set = set, .src = src, .err = &err };

	*src = (struct gd_source){ .file = file,
				   .profile = profile,
				   .existing = set->existing == GD_RECORD ? GD_RECORD : GD_DENY,
				   .controls =
					   GD_NEW_N(set->arena, gd_n_controls, struct gd_written) };
	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_POLICY, &err) < 0) {
		problem_of(set, file, &err);
		return NULL;
	}
	/* Without its comments, which may hold anything, and with every line where it was. */
	src->origin = memcpy(gd_alloc(set->arena, bytes.len + 1), bytes.data, bytes.len);
	gd_pull_init(&p.pull, bytes.data, bytes.len, src->origin, &err);
	if (read_policy(&p) < 0) {
		problem_of(set, file, &err);
		return NULL;
	}
	*GD_APPEND(set->arena, set->v, set->n) = src;
	return src;
}
