/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One resolved policy as flat JSON: written by apply, read by a launch. */
#include <string.h>

#include "policy/set.h"

static void member(struct gd_buf *b, const char *key, const char *value)
{
	gd_buf_fmt(b, "\"%s\":", key);
	if (value)
		gd_buf_json_str(b, value);
	else
		gd_buf_str(b, "null");
	gd_buf_str(b, ",");
}

void gd_policy_write(const struct gd_policy *p, struct gd_buf *b)
{
	gd_buf_str(b, "{");
	member(b, "name", p->name);
	member(b, "description", p->description);
	member(b, "mode", gd_mode_names[p->mode]);
	member(b, "existing", gd_action_names[p->existing]);
	gd_buf_fmt(b, "\"looser\":%s,\"match\":", p->looser ? "true" : "false");
	if (p->match->given)
		gd_match_write(p->match, b);
	else
		gd_buf_str(b, "null");
	gd_buf_str(b, ",");
	member(b, "reason", p->reason);
	member(b, "until", p->until);
	member(b, "ticket", p->ticket);
	member(b, "approvedBy", p->approved_by);
	gd_buf_str(b, "\"controls\":{");
	for (size_t i = 0; i < gd_n_controls; i++) {
		gd_buf_fmt(b, "%s\"%s\":", i ? "," : "", gd_controls[i]->name);
		gd_config_write(gd_controls[i], p->config[i], b);
	}
	gd_buf_str(b, "}}");
}

struct reader {
	struct gd_pull pull;
	struct gd_arena *arena;
	struct gd_policy *to;
	struct gd_error *err;
};

static int other_version(struct reader *r, const char *what, const char *name)
{
	return gd_error_set(r->err, GD_E_INPUT,
			    "%s '%s' is not what this version of guarded wrote; run 'guardctl "
			    "apply'",
			    what, name);
}

static int read_word(struct reader *r, const char **ret)
{
	char *s;

	*ret = NULL;
	if (gd_pull_null(&r->pull))
		return 0;
	if (gd_pull_str(&r->pull, &s) < 0)
		return -1;
	*ret = s;
	return 0;
}

static int read_name(struct reader *r)
{
	if (read_word(r, &r->to->name) < 0)
		return -1;
	return r->to->name ? 0 : other_version(r, "key", "name");
}

static int read_description(struct reader *r)
{
	return read_word(r, &r->to->description);
}

/* The index of a word in a list that ends with NULL, or -1. */
static int read_index(struct reader *r, const char *const *words)
{
	char *s;

	if (gd_pull_str(&r->pull, &s) < 0)
		return -1;
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	return other_version(r, "word", "mode or existing");
}

static int read_mode(struct reader *r)
{
	int i = read_index(r, gd_mode_names);

	r->to->mode = i < 0 ? GD_MODE_ENFORCE : (enum gd_mode)i;
	return i < 0 ? -1 : 0;
}

static int read_existing(struct reader *r)
{
	int i = read_index(r, gd_action_names);

	r->to->existing = i == GD_RECORD ? GD_RECORD : GD_DENY;
	return i < 0 ? -1 : 0;
}

static int read_looser(struct reader *r)
{
	return gd_pull_bool(&r->pull, &r->to->looser);
}

static int read_match(struct reader *r)
{
	struct gd_match *m = GD_NEW(r->arena, struct gd_match);

	r->to->match = m;
	return gd_pull_null(&r->pull) ? 0 : gd_match_read(&r->pull, r->arena, m);
}

static int read_reason(struct reader *r)
{
	return read_word(r, &r->to->reason);
}

static int read_until(struct reader *r)
{
	return read_word(r, &r->to->until);
}

static int read_ticket(struct reader *r)
{
	return read_word(r, &r->to->ticket);
}

static int read_approved_by(struct reader *r)
{
	return read_word(r, &r->to->approved_by);
}

static int read_controls(struct reader *r)
{
	size_t at, n = 0;
	void *config;
	char *key;
	int more;

	if (gd_pull_object(&r->pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r->pull, &key, &at)) > 0) {
		/*
		 * In table order, all of them and no other: a control that is missing would not
		 * judge.
		 */
		if (n == gd_n_controls || strcmp(gd_controls[n]->name, key) != 0)
			return other_version(r, "control",
					     n < gd_n_controls ? gd_controls[n]->name : "controls");
		if (gd_config_read(gd_controls[n], &r->pull, r->arena, &config, r->err) < 0)
			return -1;
		r->to->config[n++] = config;
	}
	return more < 0 || n == gd_n_controls ? more
					      : other_version(r, "control", gd_controls[n]->name);
}

int gd_policy_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_policy *ret,
		   struct gd_error *err)
{
	static const struct { const char *key; int (*read)(struct reader *r);
	} keys[] = {
		{ "name", read_name },     { "description", read_description },
		{ "mode", read_mode },     { "existing", read_existing },
		{ "looser", read_looser }, { "match", read_match },
		{ "reason", read_reason }, { "until", read_until },
		{ "ticket", read_ticket }, { "approvedBy", read_approved_by },
		{ "controls", read_controls },
	};
	const size_t n = sizeof(keys) / sizeof(*keys);
	struct reader r = { .arena = a, .to = ret, .err = err };
	size_t at, i = 0;
	char *key;
	int more;

	*ret = (struct gd_policy){ .existing = GD_DENY,
				   .config = GD_NEW_N(a, gd_n_controls, const void *) };
	gd_pull_init(&r.pull, bytes.data, bytes.len, NULL, err);
	if (gd_pull_object(&r.pull) < 0)
		return -1;
	while ((more = gd_pull_key(&r.pull, &key, &at)) > 0) {
		if (i == n || strcmp(keys[i].key, key) != 0)
			return other_version(&r, "key", i < n ? keys[i].key : "controls");
		if (keys[i++].read(&r) < 0)
			return -1;
	}
	return more < 0 || i == n ? more : other_version(&r, "key", keys[i].key);
}
