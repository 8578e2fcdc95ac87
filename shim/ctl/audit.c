/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl audit: read the log, prove it whole, hand it to other systems. */
#include "audit.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"
#include "json/scan.h"

static const char usage[] =
	"usage: guardctl audit query [FILTER...] [--format text|json|cef|ecs]\n"
	"       guardctl audit tail [-n N] [--follow] [FILTER...] [--format ...]\n"
	"       guardctl audit export --format cef|ecs|json [FILTER...]\n"
	"       guardctl audit verify\n"
	"\n"
	"The audit log of guarded.json and what rotation left beside it (.1, .2, ... not compressed), oldest first.\n"
	"\n"
	"  --since, --until TIME   7d, 12h, 30m before now, or 2026-11-22T10:00:00Z\n"
	"  --verdict WORD          refused, conformed or allowed\n"
	"  --container ID          or its first digits\n"
	"  --policy NAME, --control NAME, --verb NAME\n"
	"\n"
	"verify reads the chain of records: what was changed, removed, reordered or cut is told by line.\n"
	"\n"
	"exit status: 0 something was found, or the chain is whole; 1 nothing was, or it is not; 2 error\n";

#define ROTATED_MAX 64

struct query {
	char since[40], until[40];
	const char *verdict, *container, *policy, *control, *verb;
	audit_format *format;
	unsigned long last;	/* tail: how many; 0 all */
	bool follow;
	unsigned long found;
};

static const struct { const char *name; audit_format *format; } formats[] = {
	{ "text", audit_text }, { "json", audit_json }, { "cef", audit_cef }, { "ecs", audit_ecs },
};

static bool has_control(const gd_json *r, const char *name)
{
	const gd_json *list = gd_json_get(r, "findings");

	for (size_t i = 0; i < gd_json_len(list); i++)
		if (gd_streq(gd_json_get_str(gd_json_at(list, i), "control"), name))
			return true;
	return false;
}

static bool is_wanted(const struct query *q, const gd_json *r)
{
	const char *time = gd_json_get_str(r, "time"), *id = gd_json_get_str(r, "container");

	if (!time || (q->since[0] && strcmp(time, q->since) < 0) || (q->until[0] && strcmp(time, q->until) > 0))
		return false;
	if (q->container && (!id || !gd_starts(id, q->container)))
		return false;
	return (!q->verdict || gd_streq(gd_json_get_str(r, "verdict"), q->verdict)) &&
	       (!q->verb || gd_streq(gd_json_get_str(r, "verb"), q->verb)) &&
	       (!q->policy || gd_streq(gd_json_get_str(gd_json_get(r, "policy"), "name"), q->policy)) &&
	       (!q->control || has_control(r, q->control));
}

/* The printed line, or NULL. What is no record is skipped here: verify tells of it. */
static const char *answer(struct ctl *ctl, const struct query *q, char *line, size_t len, struct gd_arena *a)
{
	struct gd_error err;
	gd_json *r = NULL;
	const char *text = NULL;

	line[len] = '\0';
	const char *raw = gd_strndup(a, line, len);
	if (gd_json_scan(line, len, GD_SCAN_STRICT, &err) == 0 && gd_json_parse(line, len, &r, &err) == 0 &&
	    is_wanted(q, r))
		text = q->format(r, raw, ctl, a);
	gd_json_free(r);
	return text;
}

/* The last ones asked for, as a ring. */
struct ring { char **v; unsigned long n, at; };

static void show(struct query *q, struct ring *ring, const char *text)
{
	q->found++;
	if (!q->last) {
		puts(text);
		return;
	}
	free(ring->v[ring->at]);
	ring->v[ring->at] = strdup(text);
	ring->at = (ring->at + 1) % q->last;
}

static void flush_ring(struct query *q, struct ring *ring)
{
	for (unsigned long i = 0; q->last && i < q->last; i++) {
		char **text = &ring->v[(ring->at + i) % q->last];
		if (*text)
			puts(*text);
		free(*text);
	}
	free(ring->v);
}

static void read_on(struct ctl *ctl, struct query *q, struct ring *ring, FILE *f)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, f)) > 0) {
		struct gd_arena *a = gd_arena_new(NULL);
		/* The last line may still be in the making. */
		const char *text = line[n - 1] == '\n' ? answer(ctl, q, line, (size_t)n - 1, a) : NULL;
		if (text)
			show(q, ring, text);
		gd_arena_free(a);
	}
	free(line);
}

struct gd_words audit_files(const struct ctl *ctl)
{
	struct gd_words newest_first = { 0 }, ret = { 0 };

	for (int i = 0; i <= ROTATED_MAX; i++) {
		const char *log = ctl->settings.audit_file, *name = i ? gd_printf(ctl->arena, "%s.%d", log, i) : log;
		if (access(name, F_OK) == 0)
			gd_words_add(ctl->arena, &newest_first, name);
		else if (i > 0) /* just rotated, the log itself is not there yet */
			break;
	}
	for (size_t i = newest_first.n; i-- > 0;)
		gd_words_add(ctl->arena, &ret, newest_first.v[i]);
	return ret;
}

/* Until interrupted: what is added, also where the log is rotated meanwhile. */
static int follow(struct ctl *ctl, struct query *q, FILE *f)
{
	struct ring none = { 0 };

	q->last = 0;
	for (;;) {
		struct stat now, open_one;

		fflush(stdout);
		usleep(200000);
		clearerr(f);
		read_on(ctl, q, &none, f);
		if (fstat(fileno(f), &open_one) < 0 || stat(ctl->settings.audit_file, &now) < 0)
			continue;
		if (now.st_ino != open_one.st_ino || now.st_size < ftello(f)) {
			FILE *next = freopen(ctl->settings.audit_file, "re", f);
			if (!next)
				return gd_error_sys(&ctl->err, errno, "open '%s'", ctl->settings.audit_file),
				       ctl_fail(ctl);
			f = next;
		}
	}
}

static int query(struct ctl *ctl, struct query *q)
{
	const struct gd_words files = audit_files(ctl);
	struct ring ring = { .v = calloc(q->last + 1, sizeof(char *)) };

	for (size_t i = 0; i < files.n; i++) {
		FILE *f = fopen(files.v[i], "re");
		if (!f) {
			gd_error_sys(&ctl->err, errno, "open the audit log '%s'", files.v[i]);
			return ctl_fail(ctl);
		}
		read_on(ctl, q, &ring, f);
		if (q->follow && i + 1 == files.n) {
			flush_ring(q, &ring);
			return follow(ctl, q, f);
		}
		fclose(f);
	}
	flush_ring(q, &ring);
	return q->found ? CTL_OK : CTL_NO;
}

struct reading { struct ctl *ctl; const char *file; unsigned long told; };

static void tell(void *context, unsigned long long line, const char *what)
{
	struct reading *r = context;

	if (line)
		printf("%s:%llu: %s\n", r->file, line, what);
	else
		printf("%s\n", what);
	r->told++;
}

static int verify(struct ctl *ctl)
{
	const struct gd_words files = audit_files(ctl);
	struct reading reading = { .ctl = ctl };
	struct gd_audit_check c = { .said = tell, .context = &reading };

	for (size_t i = 0; i < files.n; i++) {
		FILE *f = fopen(files.v[i], "re");
		reading.file = files.v[i];
		if (!f || gd_audit_check(f, &c, ctl->arena, &ctl->err) < 0) {
			if (!f)
				gd_error_sys(&ctl->err, errno, "open the audit log '%s'", files.v[i]);
			return ctl_fail(ctl);
		}
		fclose(f);
	}
	gd_audit_check_head(gd_audit_head(&ctl->settings, ctl->arena), &c, ctl->arena);
	ctl_paint(ctl, reading.told ? CTL_RED : CTL_GREEN, reading.told ? "not whole" : "whole");
	printf(": %llu records, %llu to %llu; last chain %s\n", c.records, c.first_seq, c.last_seq, c.chain);
	return reading.told ? CTL_NO : CTL_OK;
}

enum { OPT_SINCE = 256, OPT_UNTIL, OPT_VERDICT, OPT_CONTAINER, OPT_POLICY, OPT_CONTROL, OPT_VERB, OPT_FORMAT };

static int take(struct query *q, int opt, const char *value)
{
	time_t now = time(NULL);

	switch (opt) {
	case OPT_SINCE: return audit_time(value, now, q->since, sizeof(q->since));
	case OPT_UNTIL: return audit_time(value, now, q->until, sizeof(q->until));
	case OPT_VERDICT: q->verdict = value; return 0;
	case OPT_CONTAINER: q->container = value; return 0;
	case OPT_POLICY: q->policy = value; return 0;
	case OPT_CONTROL: q->control = value; return gd_control_by_name(value) ? 0 : -1;
	case OPT_VERB: q->verb = value; return 0;
	case 'f': q->follow = true; return 0;
	case 'n': q->last = strtoul(value, NULL, 10); return q->last && q->last <= 1000000 ? 0 : -1;
	case OPT_FORMAT:
		for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
			if (!strcmp(formats[i].name, value))
				q->format = formats[i].format;
		return q->format ? 0 : -1;
	default: return -1;
	}
}

int ctl_audit(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "since", 1, NULL, OPT_SINCE }, { "until", 1, NULL, OPT_UNTIL }, { "verdict", 1, NULL, OPT_VERDICT },
		{ "container", 1, NULL, OPT_CONTAINER }, { "policy", 1, NULL, OPT_POLICY },
		{ "control", 1, NULL, OPT_CONTROL }, { "verb", 1, NULL, OPT_VERB }, { "format", 1, NULL, OPT_FORMAT },
		{ "follow", 0, NULL, 'f' }, { "help", 0, NULL, 'h' }, { 0 },
	};
	const char *what;
	struct query q = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "hfn:", options, NULL)) != -1) {
		if (opt == 'h')
			return fputs(usage, stdout), CTL_OK;
		if (opt == '?' || take(&q, opt, optarg) < 0)
			return ctl_usage(usage, opt == '?' ? NULL : "that value is not understood");
	}
	if (argc - optind != 1)
		return ctl_usage(usage, "query, tail, export or verify is needed");
	what = argv[optind];
	if (strcmp(what, "verify") && strcmp(what, "tail") && strcmp(what, "query") && strcmp(what, "export"))
		return ctl_usage(usage, "query, tail, export or verify is needed");
	if (!ctl->settings.audit_file) {
		gd_error_set(&ctl->err, GD_E_INPUT, "guarded.json keeps no audit log");
		return ctl_fail(ctl);
	}
	if (!audit_files(ctl).n) {
		gd_error_sys(&ctl->err, ENOENT, "open the audit log '%s'", ctl->settings.audit_file);
		return ctl_fail(ctl);
	}
	if (!strcmp(what, "verify"))
		return verify(ctl);
	if (!strcmp(what, "tail") && !q.last)
		q.last = 10;
	if (!q.format)
		q.format = strcmp(what, "export") ? audit_text : audit_json;
	return query(ctl, &q);
}
