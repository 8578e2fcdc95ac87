/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl why: all about one decision, from its audit record. */
#include "audit.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "json/tree.h"

static const char usage[] =
	"usage: guardctl why [--format text|json] ID\n"
	"\n"
	"All about one decision: what was asked, every finding with its rule and value, what was changed, and\n"
	"what would pass. ID is the one that a refusal ends with, or its first four digits or more.\n"
	"\n"
	"exit status: 0 found, 1 no such decision in the audit log, 2 error\n";

/* The newest record in @f whose ID begins with @id. The last line may still be in the making. */
static bool find_in(struct ctl *ctl, FILE *f, const char *id, struct gd_bytes *ret)
{
	const char *needle = gd_printf(ctl->arena, "\"id\":\"%s", id);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	bool found = false;

	while ((n = getline(&line, &cap, f)) > 0) {
		char *at = strstr(line, needle);

		/* Right behind the time, where no value of a user's can stand. */
		if (!at || at - line > 64 || line[n - 1] != '\n')
			continue;
		ret->data = gd_strndup(ctl->arena, line, (size_t)n - 1);
		ret->len = (size_t)n - 1;
		found = true;
	}
	free(line);
	return found;
}

/* The same in the log and what rotation left of it, newest first. 1: found, 0: none, -1. */
static int find(struct ctl *ctl, const char *id, struct gd_bytes *ret)
{
	const struct gd_words files = audit_files(ctl);
	bool found = false;

	if (!files.n)
		return gd_error_sys(&ctl->err, ENOENT, "open the audit log '%s'", ctl->settings.audit_file);
	for (size_t i = files.n; i-- > 0 && !found;) {
		FILE *f = fopen(files.v[i], "re");

		if (!f)
			return gd_error_sys(&ctl->err, errno, "open the audit log '%s'", files.v[i]);
		found = find_in(ctl, f, id, ret);
		fclose(f);
	}
	return found;
}

static void row(const char *name, const char *value)
{
	if (value && value[0])
		printf("  %-12s %s\n", name, value);
}

static void finding(struct ctl *ctl, const gd_json *x)
{
	const char *action = gd_json_get_str(x, "action");

	printf("\n");
	ctl_paint(ctl, gd_streq(action, "deny") ? CTL_RED : CTL_PLAIN, gd_json_get_str(x, "control"));
	printf(": %s%s\n", action, gd_json_get_bool(x, "explained") ? ", part of the finding above" : "");
	row("what", gd_json_get_str(x, "what"));
	row("typed", gd_json_get_str(x, "flag"));
	row("where", gd_json_get_str(x, "pointer"));
	row("value", gd_json_get_str(x, "value"));
	row("wanted", gd_json_get_str(x, "wanted"));
	row("because", gd_json_get_str(x, "why"));
	row("instead", gd_json_get_str(x, "fix"));
	row("answers to", gd_json_get_str(x, "identifiers"));
}

static void patch(struct ctl *ctl, const gd_json *ops)
{
	if (gd_json_len(ops))
		printf("\nchanged:\n");
	for (size_t i = 0; i < gd_json_len(ops); i++) {
		const gd_json *op = gd_json_at(ops, i);
		const char *bytes = "";
		size_t len;

		if (gd_json_has(op, "value") &&
		    gd_json_bytes(gd_json_get(op, "value"), ctl->arena, &bytes, &len) < 0)
			return;
		printf("  %-8s %s %s\n", gd_json_get_str(op, "op"), gd_json_get_str(op, "path"), bytes);
	}
}

static void text(struct ctl *ctl, const gd_json *r)
{
	const gd_json *findings = gd_json_get(r, "findings"), *image = gd_json_get(r, "image");
	const char *verdict = gd_json_get_str(r, "verdict");

	ctl_paint(ctl, gd_streq(verdict, "refused") ? CTL_RED : CTL_GREEN, verdict);
	printf(" %s\n", gd_json_get_str(r, "time"));
	row("would be", gd_json_get_str(r, "would"));
	row("verb", gd_json_get_str(r, "verb"));
	row("container", gd_json_get_str(r, "container"));
	row("engine", gd_json_get_str(r, "engine"));
	row("class", gd_json_get_str(r, "class"));
	row("bundle", gd_json_get_str(r, "bundle"));
	row("image", gd_json_get_str(image, "asked"));
	row("", gd_json_get_str(image, "why"));
	row("index", gd_json_get_str(image, "index"));
	row("manifest", gd_json_get_str(image, "manifest"));
	row("config", gd_json_get_str(image, "config"));
	row("namespace", gd_json_get_str(r, "namespace"));
	row("pod", gd_json_get_str(r, "pod"));
	row("policy", gd_json_get_str(gd_json_get(r, "policy"), "name"));
	row("error", gd_json_get_str(r, "error"));
	row("said", gd_json_get_str(r, "message"));
	for (size_t i = 0; i < gd_json_len(findings); i++)
		finding(ctl, gd_json_at(findings, i));
	patch(ctl, gd_json_get(r, "patch"));
}

int ctl_why(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	struct gd_bytes line = { 0 };
	bool json = false;
	gd_json *record;
	int opt, n;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(usage, stdout);
			return CTL_OK;
		}
		if (opt != 'f' || (strcmp(optarg, "text") && strcmp(optarg, "json")))
			return ctl_usage(usage, opt == 'f' ? "--format is text or json" : NULL);
		json = !strcmp(optarg, "json");
	}
	if (argc - optind != 1)
		return ctl_usage(usage, "one ID is needed");
	if (strlen(argv[optind]) < 4 || strspn(argv[optind], "0123456789abcdef") != strlen(argv[optind]))
		return ctl_usage(usage, "an ID is four to eight digits of 0-9 and a-f");
	if (!ctl->settings.audit_file)
		gd_error_set(&ctl->err, GD_E_INPUT, "guarded.json keeps no audit log");
	n = ctl->settings.audit_file ? find(ctl, argv[optind], &line) : -1;
	if (n == 0)
		gd_error_set(&ctl->err, GD_E_INPUT, "no decision '%s' in '%s'", argv[optind],
			     ctl->settings.audit_file);
	if (n <= 0)
		return ctl_fail(ctl), n < 0 ? CTL_ERROR : CTL_NO;
	if (json) {
		puts(line.data);
		return CTL_OK;
	}
	if (gd_json_scan(line.data, line.len, GD_SCAN_STRICT, &ctl->err) < 0 ||
	    gd_json_parse(line.data, line.len, &record, &ctl->err) < 0)
		return ctl_fail(ctl);
	text(ctl, record);
	gd_json_free(record);
	return CTL_OK;
}
