/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exception proven before anybody obeys it: it lets this container pass, and no other use of the image. */
#include <stdio.h>

#include "except.h"

static struct gd_bytes bytes_of(struct gd_arena *a, const char *text, size_t len)
{
	return (struct gd_bytes){ gd_strndup(a, text, len), len };
}

static int put_text(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

/* What apply would make of the directory with the new file: 0 and open, or the problems printed and 1; -1. */
int ctl_except_applied(struct ctl_exception *e, const char *text, size_t len, struct gd_applied **ret)
{
	struct ctl *ctl = e->ctl;
	struct gd_set set;
	struct gd_bytes bytes;
	int fd;

	if (gd_set_load(&set, &ctl->settings, true, ctl->arena, &ctl->err) < 0)
		return -1;
	gd_set_add(&set, gd_printf(ctl->arena, "%s.json", e->name), bytes_of(ctl->arena, text, len), false);
	gd_set_check(&set);
	if (set.n_errors > 0) {
		fflush(stdout);
		for (size_t i = 0; i < set.n_problems; i++)
			if (set.problems[i].severity == GD_PROBLEM_ERROR)
				fprintf(stderr, "%s\n", set.problems[i].text);
		return 1;
	}
	if (gd_applied_build(&set, ctl->arena, &bytes, &ctl->err) < 0)
		return -1;
	fd = gd_memfd("applied", bytes.data, bytes.len, &ctl->err);
	return fd < 0 ? -1 : gd_applied_open_fd(fd, ctl->arena, ret, &ctl->err);
}

static int other_command(gd_json *doc)
{
	gd_json *args = gd_json_arr_in(gd_json_get(doc, "process"), "args");

	return gd_json_push(args, gd_json_new_str("guardctl-except"));
}

static int other_variable(gd_json *doc)
{
	return gd_json_push(gd_json_arr_in(gd_json_get(doc, "process"), "env"), gd_json_new_str("GUARDCTL_EXCEPT=1"));
}

static int other_mount(gd_json *doc)
{
	gd_json *m = gd_json_new_obj(), *options;

	if (put_text(m, "destination", "/guardctl-except") < 0 || put_text(m, "type", "bind") < 0 ||
	    put_text(m, "source", "/root") < 0 || !(options = gd_json_arr_in(m, "options")) ||
	    gd_json_push(options, gd_json_new_str("rbind")) < 0)
		return gd_json_free(m), -1;
	return gd_json_push(gd_json_arr_in(doc, "mounts"), m);
}

static const struct { const char *what; int (*change)(gd_json *doc); } others[] = {
	{ "another command", other_command },
	{ "another variable", other_variable },
	{ "another mount", other_mount },
};

/* 1 where the changed container is refused under this policy, 0 where it passes. */
static int is_refused(struct ctl_exception *e, const struct gd_applied *applied, int (*change)(gd_json *doc))
{
	const struct ctl_where at = { .bundle = e->container.bundle, .id = e->container.id };
	gd_json *doc = gd_json_copy(e->doc.root);
	struct ctl_judged j = { 0 };
	int r = -1;

	if (!doc || change(doc) < 0)
		gd_error_set(&e->ctl->err, GD_E_SYSTEM, "out of memory");
	else if (ctl_judge_facts(e->ctl, &at, doc, &j) == 0 && ctl_judge(e->ctl, applied, NULL, &j) == 0)
		r = ctl_judged_final(&j)->verdict == GD_REFUSE;
	/* @doc is lent to facts that nobody reads any more. */
	gd_conformed_done(&j.conformed);
	gd_facts_done(&j.facts);
	gd_json_free(doc);
	return r;
}

/* 0: the container passes by this policy and others like it do not. */
int ctl_except_prove(struct ctl_exception *e, const struct gd_applied *applied)
{
	struct ctl *ctl = e->ctl;
	struct ctl_judged j = e->judged;
	int r;

	if (ctl_judge(ctl, applied, NULL, &j) < 0)
		return -1;
	if (!gd_streq(j.by.name, e->name))
		return gd_error_set(&ctl->err, GD_E_INPUT, "the policy '%s' would still govern it", j.by.name);
	if (ctl_judged_final(&j)->verdict == GD_REFUSE)
		return gd_error_set(&ctl->err, GD_E_INPUT, "it would still be refused: %s",
				    ctl_judged_final(&j)->first ? ctl_judged_final(&j)->first->what : "unknown");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		r = is_refused(e, applied, others[i].change);
		if (r <= 0)
			return r < 0 ? -1 : gd_error_set(&ctl->err, GD_E_INPUT,
							 "it would let the image start with %s as well: not written",
							 others[i].what);
	}
	return 0;
}
