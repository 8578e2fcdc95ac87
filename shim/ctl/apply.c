/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl apply: from the policies as people write them to the one file that launches obey. */
#include "ctl.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/set.h"

static const char usage[] =
	"usage: guardctl apply [--dry-run]\n"
	"\n"
	"Read every policy of policyDir with what it extends, and where nothing is wrong with any "
	"of them,\n"
	"replace the applied file at once. Until then, and where anything is wrong, launches obey "
	"what was\n"
	"applied before.\n"
	"\n"
	"  --dry-run    say what would change, and change nothing\n"
	"\n"
	"exit status: 0 applied (or nothing to do), 1 not applied: a policy is wrong, 2 error\n";

/* Controls in which two policies differ, as they stand in the file. */
static const char *changed_controls(struct ctl *ctl, const struct gd_policy *x,
				    const struct gd_policy *y)
{
	struct gd_buf b = { .arena = ctl->arena };

	for (size_t i = 0; i < gd_n_controls; i++) {
		struct gd_buf bx = { .arena = ctl->arena }, by = { .arena = ctl->arena };
		gd_config_write(gd_controls[i], x->config[i], &bx);
		gd_config_write(gd_controls[i], y->config[i], &by);
		if (bx.len != by.len || memcmp(bx.data, by.data, bx.len) != 0)
			gd_buf_fmt(&b, "%s%s", b.len ? ", " : "", gd_controls[i]->name);
	}
	return b.len ? b.data : x->mode != y->mode ? "mode" : "what it matches, its reason or description";
}

static void say(struct ctl *ctl, enum ctl_colour colour, const char *sign, const char *name,
		const char *more)
{
	ctl_paint(ctl, colour, sign);
	printf(" %s%s%s\n", name, *more ? ": " : "", more);
}

/*
 * @old is NULL where nothing that can be read was applied. The number of policies that differ, or
 * -1.
 */
static int print_changes(struct ctl *ctl, const struct gd_set *set, const struct gd_applied *old)
{
	struct gd_words before = { 0 };
	struct gd_policy was;
	int n = 0;

	if (old && gd_applied_names(old, ctl->arena, &before, &ctl->err) < 0)
		return -1;
	for (size_t i = 0; i < set->n; i++) {
		const struct gd_source *s = set->v[i];
		if (!gd_set_is_applied(set, s))
			continue;
		int there = old ? gd_applied_by_name(old, s->name, ctl->arena, &was, &ctl->err) : 0;
		struct gd_buf now = { .arena = ctl->arena };
		char digest[GD_DIGEST_HEX];
		gd_policy_write(s->resolved, &now);
		gd_digest_hex(digest, now.data, now.len);
		if (there > 0 && strcmp(digest, was.digest) == 0)
			continue;
		n++;
		if (there == 0)
			say(ctl, CTL_GREEN, "+", s->name, "");
		else
			say(ctl, CTL_YELLOW, "~", s->name,
			    there < 0 ? "applied by another version of guarded before"
				      : changed_controls(ctl, &was, s->resolved));
	}
	for (size_t i = 0; i < before.n; i++) {
		const struct gd_source *s = gd_set_find(set, before.v[i]);
		if (s && gd_set_is_applied(set, s))
			continue;
		say(ctl, CTL_RED, "-", before.v[i], "");
		n++;
	}
	return n;
}

static bool is_same(struct ctl *ctl, const struct gd_applied *old, const struct gd_bytes *now)
{
	struct gd_applied *new;
	struct gd_error err = { 0 };
	int fd = old ? gd_memfd("applied", now->data, now->len, &err) : -1;
	bool same = false;

	if (fd >= 0 && gd_applied_open_fd(fd, ctl->arena, &new, &err) == 0) {
		same = strcmp(gd_applied_content(old, ctl->arena),
			      gd_applied_content(new, ctl->arena)) == 0;
		gd_applied_close(new);
	}
	return same;
}

static int apply(struct ctl *ctl, bool dry_run)
{
	struct gd_applied *old = NULL;
	struct gd_error none = { 0 };
	struct gd_set set;
	struct gd_bytes bytes;
	int changes;

	if (gd_set_load(&set, &ctl->settings, true, ctl->arena, &ctl->err) < 0)
		return ctl_fail(ctl);
	gd_set_check(&set);
	ctl_print_problems(ctl, &set);
	if (set.n_errors > 0) {
		printf("not applied: %zu error%s; launches obey what was applied before\n",
		       set.n_errors, set.n_errors == 1 ? "" : "s");
		return CTL_NO;
	}
	if (gd_applied_build(&set, ctl->arena, &bytes, &ctl->err) < 0)
		return ctl_fail(ctl);
	if (gd_applied_open(ctl->settings.applied, ctl->arena, &old, &none) < 0)
		old = NULL;	/* missing or altered: replaced */
	changes = print_changes(ctl, &set, old);
	bool same = is_same(ctl, old, &bytes);
	gd_applied_close(old);
	if (changes < 0)
		return ctl_fail(ctl);
	if (same) {
		printf("nothing to apply: launches obey the policies as they are\n");
		return CTL_OK;
	}
	if (changes == 0)
		printf("policies are the same; the floor differs\n");
	if (!dry_run && gd_applied_write(ctl->settings.applied, bytes, &ctl->err) < 0)
		return ctl_fail(ctl);
	printf(dry_run ? "would be applied to %s\n" : "applied to %s\n", ctl->settings.applied);
	return CTL_OK;
}

int ctl_apply(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	bool dry_run = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "hn", options, NULL)) != -1) {
		switch (opt) {
		case 'n': dry_run = true; break;
		case 'h':
			fputs(usage, stdout);
			return CTL_OK;
		default:
			return ctl_usage(usage, NULL);
		}
	}
	if (optind != argc)
		return ctl_usage(usage, "apply takes no argument");
	return apply(ctl, dry_run);
}
