/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl check: the decision before the launch, by the code of the launch. Nothing is written, nothing
 * started; host facts are those of this host, now.
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/record.h"
#include "judge.h"

static const char usage[] =
	"usage: guardctl check [--policy NAME] [--bundle DIR] [--id ID] [--format table|json|diff] PATH\n"
	"\n"
	"Would this container start, and what would be changed? PATH is a bundle directory, a config.json,\n"
	"or - for standard input. Nothing is started and nothing written.\n"
	"\n"
	"  --policy NAME    judge by this applied policy instead of the one that matches\n"
	"  --bundle DIR     where a document by itself would stand; the engine is known from it\n"
	"  --id ID          the container's ID; without it, the last component of the bundle's path\n"
	"  --format FORMAT  table: the findings; json: the audit record; diff: what would be changed\n"
	"\n"
	"exit status: 0 it would start, 1 it would be refused, 2 it cannot be judged\n";

struct check {
	struct ctl *ctl;
	const char *policy, *bundle, *id, *path;
	enum { TABLE, JSON, DIFF } format;
	struct gd_document doc;
	struct gd_applied *applied;
	struct ctl_judged judged;
};

static int read_bytes(struct check *c, const char *path, struct gd_bytes *ret)
{
	struct gd_arena *a = c->ctl->arena;
	int fd, r;

	if (!strcmp(path, "-"))
		return gd_read_stream(STDIN_FILENO, GD_CONFIG_MAX, a, ret, &c->ctl->err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return gd_error_sys(&c->ctl->err, errno, "open '%s'", path);
	r = gd_read_all(fd, GD_CONFIG_MAX, a, ret, &c->ctl->err);
	close(fd);
	return r < 0 ? gd_error_wrap(&c->ctl->err, "read '%s'", path) : 0;
}

static int read_document(struct check *c)
{
	struct gd_arena *a = c->ctl->arena;
	struct gd_bytes bytes;
	const char *path = c->path;
	struct stat st;

	if (strcmp(path, "-") && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		c->bundle = c->bundle ? c->bundle : path;
		path = gd_printf(a, "%s/config.json", path);
	}
	if (read_bytes(c, path, &bytes) < 0)
		return -1;
	return gd_document_parse(path, bytes, gd_keys_config,
				 c->ctl->settings.strip_unknown ? GD_UNKNOWN_STRIP : GD_UNKNOWN_REFUSE, a, &c->doc,
				 &c->ctl->err);
}

static int decide(struct check *c)
{
	struct ctl *ctl = c->ctl;
	const struct ctl_where at = { .bundle = c->bundle, .id = c->id };

	if (ctl_judge_facts(ctl, &at, c->doc.root, &c->judged) < 0 ||
	    gd_applied_open(ctl->settings.applied, ctl->arena, &c->applied, &ctl->err) < 0)
		return -1;
	return ctl_judge(ctl, c->applied, c->policy, &c->judged);
}

static int spool(const char *name, const gd_json *doc, struct ctl *ctl)
{
	const char *bytes;
	size_t len;

	if (gd_json_pretty(doc, ctl->arena, &bytes, &len) < 0)
		return gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory");
	return gd_memfd(name, bytes, len, &ctl->err);
}

/* No document comes of it. Not on standard output, where a patch is expected. */
static void print_refusal(const struct check *c)
{
	struct gd_audit r = { .verb = "check" };

	gd_audit_id(&r);
	fprintf(stderr, "%s\n", gd_decision_message(ctl_judged_final(&c->judged), r.id, c->ctl->settings.contact,
						    c->ctl->arena));
}

/* diff(1) knows how to print a difference; it is essential on Debian. */
static int print_diff(struct check *c)
{
	char from[32], to[32];
	int a, b, status;
	pid_t pid;

	if (ctl_judged_final(&c->judged)->verdict == GD_REFUSE)
		return print_refusal(c), 0;
	if (!c->judged.conformed.doc)
		return 0;
	a = spool("asked", c->doc.root, c->ctl);
	b = spool("given", c->judged.conformed.doc, c->ctl);
	if (a < 0 || b < 0)
		return -1;
	/* For the child to open by its own descriptors. */
	fcntl(a, F_SETFD, 0);
	fcntl(b, F_SETFD, 0);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", a);
	snprintf(to, sizeof(to), "/proc/self/fd/%d", b);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		execlp("diff", "diff", "-u", "--label", "asked", "--label", "given", from, to, (char *)NULL);
		_exit(127);
	}
	close(a);
	close(b);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return gd_error_set(&c->ctl->err, GD_E_SYSTEM, "diff(1) could not be run");
	return 0;
}

static int print_json(struct check *c)
{
	struct gd_audit r = { .verb = "check", .facts = &c->judged.facts, .first = &c->judged.first };
	const struct gd_decision *d = ctl_judged_final(&c->judged);
	gd_json *patch = NULL;
	const char *line;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &r.time);
	gd_audit_id(&r);
	r.again = c->judged.conformed.doc ? &c->judged.conformed.again : NULL;
	if (d->verdict == GD_REFUSE)
		r.message = gd_decision_message(d, r.id, c->ctl->settings.contact, c->ctl->arena);
	else if (c->judged.conformed.doc &&
		 gd_json_diff(c->doc.root, c->judged.conformed.doc, c->ctl->arena, &patch) < 0)
		return gd_error_set(&c->ctl->err, GD_E_SYSTEM, "out of memory");
	r.patch = patch;
	line = gd_audit_line(&r, c->ctl->arena, &len);
	fwrite(line, 1, len, stdout);
	gd_json_free(patch);
	return 0;
}

static void print_table(const struct check *c)
{
	const struct gd_decision *d = ctl_judged_final(&c->judged);
	const char *const words[] = { [GD_REFUSE] = "would be refused", [GD_ALLOW] = "would start as asked",
				      [GD_CONFORM] = "would start, changed as below" };

	ctl_paint(c->ctl, d->verdict == GD_REFUSE ? CTL_RED : CTL_GREEN, words[d->verdict]);
	printf(" (policy %s", c->judged.by.name);
	if (d->policy != &c->judged.by)
		printf(", floor %s", d->policy->name);
	printf(")\n");
	if (d->would != d->verdict)
		printf("under enforce it %s\n", words[d->would]);
	ctl_print_findings(c->ctl, d);
}

int ctl_check(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "policy", required_argument, NULL, 'p' }, { "bundle", required_argument, NULL, 'b' },
		{ "id", required_argument, NULL, 'i' },	    { "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },	    { 0 },
	};
	struct check c = { .ctl = ctl };
	int opt, r = 0;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'p': c.policy = optarg; break;
		case 'b': c.bundle = optarg; break;
		case 'i': c.id = optarg; break;
		case 'f':
			if (!strcmp(optarg, "table") || !strcmp(optarg, "json") || !strcmp(optarg, "diff")) {
				c.format = optarg[0] == 't' ? TABLE : optarg[0] == 'j' ? JSON : DIFF;
				break;
			}
			return ctl_usage(usage, "--format is table, json or diff");
		case 'h':
			fputs(usage, stdout);
			return CTL_OK;
		default:
			return ctl_usage(usage, NULL);
		}
	}
	if (argc - optind != 1)
		return ctl_usage(usage, "one PATH is needed");
	c.path = argv[optind];
	if (read_document(&c) < 0 || decide(&c) < 0)
		return ctl_fail(ctl);
	if (c.format == TABLE)
		print_table(&c);
	else
		r = c.format == JSON ? print_json(&c) : print_diff(&c);
	if (r < 0)
		return ctl_fail(ctl);
	return ctl_judged_final(&c.judged)->verdict == GD_REFUSE ? CTL_NO : CTL_OK;
}
