/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record for people, for ArcSight's CEF and for the Elastic Common Schema. */
#include "audit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

static const char *str(const gd_json *o, const char *key)
{
	const char *s = gd_json_get_str(o, key);

	return s ? s : "";
}

static const char *policy_of(const gd_json *r)
{
	return str(gd_json_get(r, "policy"), "name");
}

/* The finding that decided: the first denied one, else the first. */
static const gd_json *decisive(const gd_json *r)
{
	const gd_json *list = gd_json_get(r, "findings");

	for (size_t i = 0; i < gd_json_len(list); i++)
		if (gd_streq(str(gd_json_at(list, i), "action"), "deny"))
			return gd_json_at(list, i);
	return gd_json_at(list, 0);
}

const char *audit_json(const gd_json *record, const char *line, const struct ctl *ctl, struct gd_arena *a)
{
	(void)record, (void)ctl, (void)a;
	return line;
}

const char *audit_text(const gd_json *r, const char *line, const struct ctl *ctl, struct gd_arena *a)
{
	const gd_json *x = decisive(r);
	const char *verdict = str(r, "verdict"), *message = str(r, "message");
	const char *red = gd_streq(verdict, "refused") ? "\033[31m" :
			  gd_streq(verdict, "conformed") ? "\033[33m" : "";

	(void)line;
	return gd_printf(a, "%.19sZ  %s%-9s%s  %-8s %-7s %.12s  %-16s %s", str(r, "time"), ctl->colour ? red : "",
			 verdict, ctl->colour && *red ? "\033[0m" : "", str(r, "id"), str(r, "verb"),
			 str(r, "container"), policy_of(r),
			 *message ? message : *str(r, "error") ? str(r, "error") : str(x, "what"));
}

/* CEF: '\\' and '|' escaped in the header, '\\' and '=' in the extension, no line breaks. */
static const char *escaped(struct gd_arena *a, const char *s, const char *special)
{
	struct gd_buf b = { .arena = a };

	gd_buf_str(&b, "");
	for (; *s; s++) {
		if (strchr(special, *s))
			gd_buf_str(&b, "\\");
		gd_buf_bytes(&b, (unsigned char)*s < ' ' ? " " : s, 1);
	}
	return b.data ? b.data : "";
}

static void extension(struct gd_buf *b, const char *key, const char *value)
{
	if (*value)
		gd_buf_fmt(b, "%s%s=%s", b->data[b->len - 1] == '|' ? "" : " ", key, escaped(b->arena, value, "\\="));
}

static const struct { const char *verdict, *outcome, *type; int severity; } verdicts[] = {
	{ "refused", "failure", "denied", 8 },
	{ "conformed", "success", "change", 4 },
	{ "allowed", "success", "allowed", 1 },
};

static size_t verdict_of(const gd_json *r)
{
	size_t i = 0;

	while (i < sizeof(verdicts) / sizeof(verdicts[0]) - 1 && !gd_streq(verdicts[i].verdict, str(r, "verdict")))
		i++;
	return i;
}

const char *audit_cef(const gd_json *r, const char *line, const struct ctl *ctl, struct gd_arena *a)
{
	const gd_json *x = decisive(r);
	struct gd_buf b = { .arena = a };

	(void)line, (void)ctl;
	gd_buf_fmt(&b, "CEF:0|guarded|guarded|%s|%s|%s %s|%d|", GD_VERSION,
		   escaped(a, *str(x, "control") ? str(x, "control") : "launch", "\\|"),
		   escaped(a, str(r, "verb"), "\\|"), escaped(a, str(r, "verdict"), "\\|"),
		   verdicts[verdict_of(r)].severity);
	extension(&b, "rt", str(r, "time"));
	extension(&b, "externalId", str(r, "id"));
	extension(&b, "act", str(r, "verdict"));
	extension(&b, "outcome", verdicts[verdict_of(r)].outcome);
	extension(&b, "cs1Label", "container");
	extension(&b, "cs1", str(r, "container"));
	extension(&b, "cs2Label", "policy");
	extension(&b, "cs2", policy_of(r));
	extension(&b, "cs3Label", "engine");
	extension(&b, "cs3", str(r, "engine"));
	extension(&b, "reason", *str(r, "error") ? str(r, "error") : str(x, "why"));
	extension(&b, "msg", str(r, "message"));
	return b.data;
}

static void member(struct gd_buf *b, const char *key, const char *value)
{
	if (!*value)
		return;
	gd_buf_fmt(b, "%s\"%s\":", strchr("{[", b->data[b->len - 1]) ? "" : ",", key);
	gd_buf_json_str(b, value);
}

const char *audit_ecs(const gd_json *r, const char *line, const struct ctl *ctl, struct gd_arena *a)
{
	const gd_json *x = decisive(r);
	struct gd_buf b = { .arena = a };
	size_t v = verdict_of(r);

	(void)line, (void)ctl;
	gd_buf_str(&b, "{");
	member(&b, "@timestamp", str(r, "time"));
	gd_buf_fmt(&b,
		   ",\"ecs\":{\"version\":\"8.11.0\"},\"event\":{\"kind\":\"event\","
		   "\"category\":[\"process\",\"configuration\"],"
		   "\"type\":[\"%s\"],\"outcome\":\"%s\",\"severity\":%d",
		   verdicts[v].type, verdicts[v].outcome, verdicts[v].severity);
	member(&b, "action", str(r, "verb"));
	member(&b, "id", str(r, "id"));
	member(&b, "reason", *str(r, "error") ? str(r, "error") : str(x, "why"));
	gd_buf_str(&b,
		   "},\"observer\":{\"vendor\":\"guarded\",\"product\":\"guarded\",\"version\":\"" GD_VERSION "\"}");
	gd_buf_str(&b, ",\"container\":{");
	member(&b, "id", str(r, "container"));
	member(&b, "runtime", str(r, "engine"));
	gd_buf_str(&b, "},\"rule\":{");
	member(&b, "ruleset", policy_of(r));
	member(&b, "name", str(x, "control"));
	member(&b, "reference", str(x, "identifiers"));
	gd_buf_str(&b, "}");
	member(&b, "message", str(r, "message"));
	gd_buf_str(&b, "}");
	return b.data;
}

int audit_time(const char *s, time_t now, char *ret, size_t size)
{
	static const struct { char unit; long seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
	};
	struct tm tm;
	long n;
	char unit, rest;

	if (sscanf(s, "%9ld%c%c", &n, &unit, &rest) == 2 && n >= 0)
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (units[i].unit == unit) {
				now -= n * units[i].seconds;
				return gmtime_r(&now, &tm) && strftime(ret, size, "%Y-%m-%dT%H:%M:%S", &tm) ? 0 : -1;
			}
	/* A day or a time of one, in UTC: what is left out sorts before all that has it,
	 * and 'Z' behind the fraction of a second. */
	if (strspn(s, "0123456789-") != 10 || s[4] != '-' || s[7] != '-' || strlen(s) >= size ||
	    strspn(s + 10, "T0123456789:.Z") != strlen(s + 10))
		return -1;
	snprintf(ret, size, "%.*s", (int)strcspn(s, "Z"), s);
	return 0;
}
