/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

void gd_audit_id(struct gd_audit *r)
{
	unsigned char raw[4];

	/* Only a name: where the pool is not ready, the clock will do. */
	if (getrandom(raw, sizeof(raw), GRND_NONBLOCK) != sizeof(raw))
		memcpy(raw, &r->time.tv_nsec, sizeof(raw));
	snprintf(r->id, sizeof(r->id), "%02x%02x%02x%02x", raw[0], raw[1], raw[2], raw[3]);
}

static void key_str(struct gd_buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	gd_buf_str(b, ",\"");
	gd_buf_str(b, key);
	gd_buf_str(b, "\":");
	if (strlen(value) > GD_AUDIT_VALUE_MAX) {
		gd_buf_json_str(b, gd_printf(b->arena, "%.*s...", GD_AUDIT_VALUE_MAX, value));
		return;
	}
	gd_buf_json_str(b, value);
}

static void key_time(struct gd_buf *b, struct timespec t)
{
	char text[40];
	struct tm tm;

	gmtime_r(&t.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	gd_buf_fmt(b, "{\"time\":\"%s.%06ldZ\"", text, t.tv_nsec / 1000);
}

static void findings(struct gd_buf *b, const struct gd_decision *d)
{
	gd_buf_str(b, ",\"findings\":[");
	for (size_t i = 0; i < d->n; i++) {
		const struct gd_finding *x = &d->v[i];

		gd_buf_fmt(b, "%s{\"control\":\"%s\",\"action\":\"%s\"", i ? "," : "", x->control->name,
			   gd_action_names[x->action]);
		key_str(b, "pointer", x->pointer);
		key_str(b, "value", x->value);
		key_str(b, "wanted", x->wanted);
		key_str(b, "flag", x->flag);
		key_str(b, "what", x->what);
		key_str(b, "why", x->why);
		key_str(b, "fix", x->fix);
		key_str(b, "identifiers", x->ids);
		gd_buf_fmt(b, ",\"asked\":%s%s}", x->asked ? "true" : "false",
			   x->explained ? ",\"explained\":true" : "");
	}
	gd_buf_str(b, "]");
}

/* Names of keys, as somebody wrote them; never what they held. */
static void stripped(struct gd_buf *b, const struct gd_words *w)
{
	if (w->n > GD_AUDIT_STRIPPED_MAX) {
		gd_buf_fmt(b, ",\"stripped\":%zu", w->n);
		return;
	}
	gd_buf_str(b, ",\"stripped\":[");
	for (size_t i = 0; i < w->n; i++) {
		gd_buf_str(b, i ? "," : "");
		gd_buf_json_str(b, gd_printf(b->arena, "%.*s", GD_AUDIT_VALUE_MAX, w->v[i]));
	}
	gd_buf_str(b, "]");
}

/* At, above or below /process/env: environment values stay out of records, in a patch as anywhere else. */
static bool may_hold_env(const char *path)
{
	return !path[0] || gd_streq(path, "/process") || gd_starts(path, "/process/env");
}

/* A value is shown up to a size, and beyond it counted. */
static void patch_value(struct gd_buf *b, const gd_json *value)
{
	size_t mark = b->len, from;

	gd_buf_str(b, ",\"value\":");
	from = b->len;
	gd_json_append(b, value);
	if (b->len - from <= GD_AUDIT_VALUE_MAX)
		return;
	from = b->len - from;
	b->len = mark;
	gd_buf_fmt(b, ",\"valueBytes\":%zu", from);
}

static void patch(struct gd_buf *b, const gd_json *ops)
{
	gd_buf_str(b, ",\"patch\":[");
	for (size_t i = 0; i < gd_json_len(ops); i++) {
		const gd_json *op = gd_json_at(ops, i);
		const char *path = gd_json_get_str(op, "path");

		gd_buf_str(b, i ? ",{\"op\":\"" : "{\"op\":\"");
		gd_buf_str(b, gd_json_get_str(op, "op"));
		gd_buf_str(b, "\"");
		key_str(b, "path", path);
		if (gd_json_has(op, "value") && path && !may_hold_env(path))
			patch_value(b, gd_json_get(op, "value"));
		gd_buf_str(b, "}");
	}
	gd_buf_str(b, "]");
}

/* Which image, where the store was asked: the digests are proven, the name is what somebody typed. */
static void image(struct gd_buf *b, const struct gd_facts *f)
{
	static const char *const states[] = { NULL, "none", "known", "unknown" };
	const struct gd_image *i = &f->image;

	if (i->state == GD_IMAGE_NOT_ASKED)
		return;
	gd_buf_fmt(b, ",\"image\":{\"state\":\"%s\"", states[i->state]);
	key_str(b, "why", i->why);
	key_str(b, "config", i->config);
	key_str(b, "manifest", i->manifest);
	key_str(b, "index", i->index);
	key_str(b, "asked", i->asked);
	gd_buf_str(b, "}");
	key_str(b, "namespace", f->use.pod_namespace);
	key_str(b, "pod", f->use.pod_name);
	key_str(b, "containerName", f->use.container_name);
}

static void subject(struct gd_buf *b, const struct gd_audit *r)
{
	key_str(b, "verb", r->verb);
	key_str(b, "container", r->facts ? r->facts->id : r->container);
	if (!r->facts)
		return;
	key_str(b, "engine", gd_engine_name(r->facts->engine));
	key_str(b, "class", gd_class_name(r->facts->class));
	key_str(b, "bundle", r->facts->bundle);
	image(b, r->facts);
}

static void verdict(struct gd_buf *b, const struct gd_audit *r)
{
	static const char *const modes[] = { "enforce", "audit", "learn" };
	const struct gd_decision *d = r->again ? r->again : r->first;

	if (r->failure || !d) {
		key_str(b, "verdict", gd_verdict_names[GD_REFUSE]);
		key_str(b, "error", r->failure ? r->failure->text : "no decision");
		return;
	}
	/* A second decision that allows stands for the rewrites of the first. */
	enum gd_verdict v = d->verdict == GD_ALLOW ? r->first->verdict : d->verdict;
	gd_buf_fmt(b, ",\"policy\":{\"name\":");
	gd_buf_json_str(b, d->policy->name);
	gd_buf_fmt(b, ",\"digest\":\"%s\"}", d->policy->digest);
	key_str(b, "mode", modes[d->policy->mode]);
	key_str(b, "verdict", gd_verdict_names[v]);
	if (r->first->would != r->first->verdict)
		key_str(b, "would", gd_verdict_names[r->first->would]);
}

const char *gd_audit_line(const struct gd_audit *r, struct gd_arena *a, size_t *ret_len)
{
	const struct gd_decision *d = r->again && r->again->verdict == GD_REFUSE ? r->again : r->first;
	struct gd_buf b = { .arena = a };
	size_t mark;

	key_time(&b, r->time);
	key_str(&b, "id", r->id);
	subject(&b, r);
	verdict(&b, r);
	/* Whole, and the same words as on stderr: what it quotes was cut where it was quoted. */
	if (r->message) {
		gd_buf_str(&b, ",\"message\":");
		gd_buf_json_str(&b, r->message);
	}
	if (d && !r->failure)
		findings(&b, d);
	if (r->stripped.n > 0)
		stripped(&b, &r->stripped);
	mark = b.len;
	if (r->patch)
		patch(&b, r->patch);
	if (b.len > GD_AUDIT_LINE_MAX) {
		b.len = mark;
		gd_buf_str(&b, ",\"patch\":\"too long\"");
	}
	if (r->before[0])
		key_str(&b, "before", r->before);
	if (r->after[0])
		key_str(&b, "after", r->after);
	gd_buf_fmt(&b, ",\"microseconds\":%llu}\n", (unsigned long long)r->microseconds);
	*ret_len = b.len;
	return b.data;
}
