/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl status: what launches obey, and whether that is what is written. */
#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "json/tree.h"
#include "policy/set.h"

static const char usage[] =
	"usage: guardctl status [--format text|json]\n"
	"\n"
	"What launches obey: the applied policies, their modes, the runtime behind guarded, the "
	"audit log; and\n"
	"whether policies were edited and not applied.\n"
	"\n"
	"exit status: 0 all is in order, 1 something is not, 2 it cannot be told\n";

struct status {
	struct ctl *ctl;
	struct gd_applied *applied;	/* NULL: every gated launch is refused */
	const char *why_not;		/* the reason then */
	struct gd_words names;
	const char *content;
	char applied_at[32];
	struct gd_set set;
	bool readable;			/* the directories are */
	bool edited;			/* what is written is not what is applied */
	bool runtime_there, audit_there;
};

static void read_applied(struct status *s)
{
	struct gd_arena *a = s->ctl->arena;
	struct gd_error err = { 0 };
	struct stat st;
	struct tm tm;

	if (gd_applied_open(s->ctl->settings.applied, a, &s->applied, &err) < 0 ||
	    gd_applied_names(s->applied, a, &s->names, &err) < 0) {
		gd_applied_close(s->applied);
		s->applied = NULL;
		s->why_not = gd_strdup(a, err.text);
		return;
	}
	s->content = gd_applied_content(s->applied, a);
	if (stat(s->ctl->settings.applied, &st) == 0 && gmtime_r(&st.st_mtime, &tm))
		strftime(s->applied_at, sizeof(s->applied_at), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* What apply would write now, compared with what is there. */
static void compare(struct status *s)
{
	struct ctl *ctl = s->ctl;
	struct gd_applied *now;
	struct gd_bytes bytes;
	struct gd_error err = { 0 };
	int fd;

	s->edited = true;
	s->readable = gd_set_load(&s->set, &ctl->settings, true, ctl->arena, &ctl->err) == 0;
	if (!s->readable)
		return;
	gd_set_check(&s->set);
	if (!s->applied || s->set.n_errors > 0 ||
	    gd_applied_build(&s->set, ctl->arena, &bytes, &err) < 0)
		return;
	fd = gd_memfd("applied", bytes.data, bytes.len, &err);
	if (fd < 0 || gd_applied_open_fd(fd, ctl->arena, &now, &err) < 0)
		return;
	s->edited = strcmp(gd_applied_content(now, ctl->arena), s->content) != 0;
	gd_applied_close(now);
}

static bool in_order(const struct status *s)
{
	return s->applied && s->readable && !s->edited && s->set.n_errors == 0 && s->runtime_there;
}

static const char *mode_of(const struct status *s, const char *name, struct gd_policy *p)
{
	struct gd_error err = { 0 };

	if (gd_applied_by_name(s->applied, name, s->ctl->arena, p, &err) != 1)
		return NULL;
	return gd_mode_names[p->mode];
}

/* "audit, exception until 2026-12-31" */
static const char *said_of(const struct status *s, const char *name)
{
	struct gd_policy p;
	const char *mode = mode_of(s, name, &p);
	bool ended = mode && gd_policy_ended(&p, (int64_t)time(NULL));

	if (!mode)
		return "cannot be read";
	if (!p.looser || !gd_match_by_image(p.match))
		return mode;
	return gd_printf(s->ctl->arena, "%s, exception%s%s%s", mode, !p.until ? "" : ended ? ", ended " : " until ",
			 p.until ? p.until : "", ended ? ": what it governs is refused" : "");
}

static void line(const struct status *s, const char *what, enum ctl_colour colour,
		 const char *value)
{
	printf("%-10s ", what);
	ctl_paint(s->ctl, colour, value);
	putchar('\n');
}

static void print_text(const struct status *s)
{
	const struct gd_settings *g = &s->ctl->settings;
	struct gd_arena *a = s->ctl->arena;

	line(s, "runtime", s->runtime_there ? CTL_PLAIN : CTL_RED,
	     s->runtime_there ? g->runtime : gd_printf(a, "%s is not there", g->runtime));
	if (s->applied)
		line(s, "applied", CTL_PLAIN,
		     gd_printf(a, "%s, %s, %.12s", g->applied, s->applied_at, s->content));
	else
		line(s, "applied", CTL_RED,
		     gd_printf(a, "every create, run, exec and update is refused: %s", s->why_not));
	for (size_t i = 0; i < s->names.n; i++)
		line(s, i ? "" : "policies", CTL_PLAIN,
		     gd_printf(a, "%s (%s)", s->names.v[i], said_of(s, s->names.v[i])));
	line(s, "floor", CTL_PLAIN, g->floor ? g->floor : "none");
	line(s, "audit", s->audit_there || !g->audit_file ? CTL_PLAIN : CTL_YELLOW,
	     !g->audit_file   ? "none"
	     : s->audit_there ? g->audit_file
			      : gd_printf(a, "%s (nothing yet)", g->audit_file));
	if (!s->readable)
		line(s, "written", CTL_RED, s->ctl->err.text);
	else if (s->set.n_errors > 0)
		line(s, "written", CTL_RED,
		     gd_printf(a, "%zu errors, see 'guardctl policy lint'", s->set.n_errors));
	else
		line(s, "written", s->edited ? CTL_YELLOW : CTL_GREEN,
		     s->edited ? "edited and not applied, see 'guardctl apply --dry-run'"
			       : "as applied");
}

static int set_str(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

static gd_json *policies_json(const struct status *s)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < s->names.n; i++) {
		gd_json *o = gd_json_new_obj();
		struct gd_policy p;
		const char *mode = mode_of(s, s->names.v[i], &p);
		if (gd_json_set(o, "name", gd_json_new_str(s->names.v[i])) < 0 ||
		    gd_json_set(o, "mode", gd_json_new_str(mode ? mode : "cannot be read")) < 0 ||
		    (mode && p.looser && gd_json_set(o, "exception", gd_json_new_bool(true)) < 0) ||
		    (mode && p.until && set_str(o, "until", p.until) < 0) ||
		    gd_json_push(list, o) < 0)
			return gd_json_free(list);
	}
	return list;
}

static gd_json *problems_json(const struct status *s)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < s->set.n_problems; i++) {
		const struct gd_problem *p = &s->set.problems[i];
		gd_json *o = gd_json_new_obj();
		if (gd_json_set(o, "severity", gd_json_new_str(gd_severity_names[p->severity])) <
			    0 ||
		    gd_json_set(o, "text", gd_json_new_str(p->text)) < 0 ||
		    gd_json_push(list, o) < 0)
			return gd_json_free(list);
	}
	return list;
}

static int print_json(const struct status *s)
{
	const struct gd_settings *g = &s->ctl->settings;
	gd_json *o = gd_json_new_obj();
	const char *bytes;
	size_t len;
	int r = -1;

	if (set_str(o, "runtime", g->runtime) == 0 && set_str(o, "applied", g->applied) == 0 &&
	    set_str(o, "appliedAt", s->applied ? s->applied_at : NULL) == 0 &&
	    set_str(o, "content", s->content) == 0 && set_str(o, "error", s->why_not) == 0 &&
	    set_str(o, "floor", g->floor) == 0 && set_str(o, "audit", g->audit_file) == 0 &&
	    gd_json_set(o, "policies", policies_json(s)) == 0 &&
	    gd_json_set(o, "edited", gd_json_new_bool(s->edited)) == 0 &&
	    gd_json_set(o, "inOrder", gd_json_new_bool(in_order(s))) == 0 &&
	    gd_json_set(o, "problems", problems_json(s)) == 0 &&
	    gd_json_pretty(o, s->ctl->arena, &bytes, &len) == 0) {
		fwrite(bytes, 1, len, stdout);
		putchar('\n');
		r = 0;
	}
	gd_json_free(o);
	return r;
}

int ctl_status(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct status s = { .ctl = ctl };
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(usage, stdout);
			return CTL_OK;
		}
		if (opt != 'f' || (strcmp(optarg, "text") != 0 && strcmp(optarg, "json") != 0))
			return ctl_usage(usage, opt == 'f' ? "--format is text or json" : NULL);
		json = strcmp(optarg, "json") == 0;
	}
	if (optind != argc)
		return ctl_usage(usage, "status takes no argument");
	read_applied(&s);
	compare(&s);
	s.runtime_there = access(ctl->settings.runtime, X_OK) == 0;
	s.audit_there = ctl->settings.audit_file && access(ctl->settings.audit_file, F_OK) == 0;
	if (!json)
		print_text(&s);
	else if (print_json(&s) < 0)
		return gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory"), ctl_fail(ctl);
	gd_applied_close(s.applied);
	return in_order(&s) ? CTL_OK : CTL_NO;
}
