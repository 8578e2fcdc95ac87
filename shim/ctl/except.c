/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl except: the policy that lets one container pass as it is and pins its use. What is printed was tried first:
 * with it the container is allowed, and the same container with another command, variable or mount is not.
 */
#include "except.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "container.h"
#include "policy/set.h"

#define ROUNDS_MAX 256	/* findings excepted one after the other */

static const char usage[] =
	"usage: guardctl except [--reason TEXT] [--until DATE] [--name NAME] [--write] CONTAINER\n"
	"\n"
	"The policy that lets this very container pass: it matches its image by digest, extends the policy that governs\n"
	"it now, adds the least that is denied, and pins command, environment, user, working directory, mounts, ports and\n"
	"exec. CONTAINER is an id, four characters of it or more, a name or a bundle.\n"
	"\n"
	"  --reason TEXT    why it may; a policy that is looser than the default must say so\n"
	"  --until DATE     when it ends, as 2027-03-31\n"
	"  --name NAME      of the policy; without it, from the container's name\n"
	"  --write          into policyDir instead of standard output; a file that is there is never replaced\n"
	"\n"
	"exit status: 0 done, 1 no such container, or something about it cannot be excepted, 2 error\n";

struct except {
	struct ctl *ctl;
	const char *reason, *until, *name;
	bool write;
	struct ctl_container container;
	struct gd_document doc;
	struct ctl_judged judged;	/* by the policy that governs now */
	struct gd_set set;		/* as written, without the exception */
	gd_json *controls;		/* owned: what the exception says */
	struct gd_words steps;		/* what was added, for people */
	struct gd_words cannot;
	const void **looked_up;		/* [gd_n_controls]: what resolve() made of .looked_up_from */
	const void **looked_up_from;
};

/* --- the text --------------------------------------------------------------------------------------------------- */

static int put_text(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

static int put_list(gd_json *o, const char *key, const char *value)
{
	gd_json *list = gd_json_arr_in(o, key);

	return list ? gd_json_push(list, gd_json_new_str(value)) : -1;
}

/* The policy as it would be written, with @controls; @pretty with the lines that say where it is from. */
static const char *policy_text(struct except *e, const gd_json *controls, bool pretty, size_t *ret_len)
{
	struct gd_arena *a = e->ctl->arena;
	gd_json *o = gd_json_new_obj(), *match = gd_json_new_obj();
	const char *bytes = NULL;

	if (gd_json_set(o, "version", gd_json_new_i64(1)) < 0 || put_text(o, "name", e->name) < 0 ||
	    put_text(o, "reason", e->reason) < 0 || put_text(o, "until", e->until) < 0 ||
	    put_list(o, "extends", e->judged.by.name) < 0 ||
	    put_list(match, "digest", e->judged.facts.image.config) < 0 || gd_json_set(o, "match", match) < 0 ||
	    gd_json_set(o, "controls", gd_json_copy(controls)) < 0 ||
	    (pretty ? gd_json_pretty : gd_json_bytes)(o, a, &bytes, ret_len) < 0)
		gd_error_set(&e->ctl->err, GD_E_SYSTEM, "out of memory");
	gd_json_free(o);
	return bytes;
}

static const char *final_text(struct except *e, size_t *ret_len)
{
	struct gd_arena *a = e->ctl->arena;
	const char *bytes = policy_text(e, e->controls, true, ret_len);
	struct gd_buf b = { .arena = a };
	const struct gd_image *i = &e->judged.facts.image;

	if (!bytes)
		return NULL;
	gd_buf_fmt(&b, "// guardctl except: container %.64s%s%s\n", e->container.id, i->references.n ? ", image " : "",
		   i->references.n ? gd_quote(a, i->references.v[0], 200) : "");
	for (size_t k = 0; k < e->steps.n; k++)
		gd_buf_fmt(&b, "// %s\n", e->steps.v[k]);
	gd_buf_fmt(&b, "%s\n", bytes);
	*ret_len = b.len;
	return b.data;
}

/* --- trying ------------------------------------------------------------------------------------------------------- */

static struct gd_bytes bytes_of(struct gd_arena *a, const char *text, size_t len)
{
	return (struct gd_bytes){ gd_strndup(a, text, len), len };
}

/* What launches would obey: names looked up as apply does, once for what many tries share. */
static int look_up_all(struct except *e, struct gd_policy *p)
{
	struct ctl *ctl = e->ctl;

	for (size_t c = 0; c < gd_n_controls; c++) {
		const struct gd_control *control = gd_controls[c];
		void *copy;

		if (!control->resolve)
			continue;
		if (e->looked_up_from[c] != p->config[c]) {
			copy = memcpy(gd_alloc(ctl->arena, control->config_size), p->config[c], control->config_size);
			if (control->resolve(copy, ctl->settings.profile_dir, ctl->arena, &ctl->err) < 0)
				return -1;
			e->looked_up_from[c] = p->config[c];
			e->looked_up[c] = copy;
		}
		p->config[c] = e->looked_up[c];
	}
	return 0;
}

/*
 * The policy with @controls, by itself. The set is that of every try: what is added to it is taken out again. NULL: it
 * cannot be read or layered, and is no candidate.
 */
static struct gd_policy *resolve_try(struct except *e, const gd_json *controls)
{
	struct gd_set set = e->set;
	struct gd_policy *copy = NULL;
	const struct gd_policy *p;
	struct gd_source *s;
	size_t len;
	const char *text = policy_text(e, controls, false, &len);

	if (!text)
		return NULL;
	set.v = memcpy(GD_NEW_N(e->ctl->arena, set.n + 1, struct gd_source *), set.v, set.n * sizeof(*set.v));
	set.problems = NULL;
	set.n_problems = set.n_errors = 0;
	s = gd_set_add(&set, "except.json", bytes_of(e->ctl->arena, text, len), false);
	p = s ? gd_set_resolve(&set, s) : NULL;
	if (!p) {
		gd_error_set(&e->ctl->err, GD_E_INPUT, "%s", set.n_problems ? set.problems[0].text : "not a policy");
		return NULL;
	}
	copy = GD_NEW(e->ctl->arena, struct gd_policy);
	*copy = *p;
	copy->config = memcpy(GD_NEW_N(e->ctl->arena, gd_n_controls, const void *), p->config,
			      gd_n_controls * sizeof(*p->config));
	return look_up_all(e, copy) < 0 ? NULL : copy;
}

static void judge_by(struct except *e, const struct gd_policy *p, struct ctl_judged *j)
{
	struct gd_error none = { 0 };
	struct ctl *ctl = e->ctl;

	*j = e->judged;
	memset(&j->conformed, 0, sizeof(j->conformed));
	gd_decide(&j->facts, p, GD_PASS_FIRST, ctl->arena, &j->first);
	if (j->first.verdict != GD_REFUSE &&
	    gd_conform(&j->facts, &j->first, j->has_floor ? &j->floor : NULL, ctl->arena, &j->conformed, &none) < 0)
		j->first.verdict = GD_REFUSE;
}

/* The findings that stand in the way, of a decision that refuses. */
static bool is_denied(const struct gd_decision *d, const struct gd_finding *x)
{
	return !x->note && (x->action == GD_DENY || x == d->first);
}

static bool is_same(const struct gd_finding *x, const struct gd_finding *y)
{
	return x->control == y->control && gd_streq(x->pointer, y->pointer) && gd_streq(x->what, y->what) &&
	       gd_streq(x->why, y->why);
}

/* Still denied, or denied by the second decision only now. */
static bool stands(const struct ctl_judged *j, const struct gd_finding *x)
{
	const struct gd_decision *d = ctl_judged_final(j);

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++)
		if (is_denied(d, &d->v[i]) && is_same(&d->v[i], x))
			return true;
	return false;
}

static size_t count_of(const struct ctl_judged *j, const struct gd_control *c)
{
	const struct gd_decision *d = ctl_judged_final(j);
	size_t n = 0;

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++)
		n += is_denied(d, &d->v[i]) && d->v[i].control == c;
	return n;
}

static const char *step_text(const struct gd_finding *x, const struct ctl_step *s, struct gd_arena *a)
{
	static const char *const signs[] = { [CTL_ADD] = "+", [CTL_DROP] = "-", [CTL_REPLACE] = "=" };
	const char *bytes = "null";
	size_t len;

	if (s->value && gd_json_bytes(s->value, a, &bytes, &len) < 0)
		bytes = "?";
	return gd_printf(a, "%s.%s %s %s: %s", x->control->name, s->field, signs[s->op], bytes, x->what);
}

/* What loosens the pin itself is no way: the exception could be borrowed for another use of the image. */
static bool still_pins(const struct gd_policy *p, const struct gd_control *c)
{
	return !c->pins || c->pins(gd_policy_config(p, c));
}

/*
 * One more candidate on top of what was found so far. It helps where the finding is gone and the control has not found
 * more in its place.
 */
static int try_candidate(struct except *e, const struct ctl_judged *before, const struct gd_finding *x,
			 const struct ctl_step *steps, size_t n, struct ctl_judged *after)
{
	gd_json *controls = gd_json_copy(e->controls);
	const struct gd_policy *p;

	for (size_t i = 0; i < n; i++)
		if (!controls || ctl_except_put(controls, x->control->name, &steps[i], e->ctl->arena) < 0)
			return gd_json_free(controls), 0;
	p = resolve_try(e, controls);
	if (p)
		judge_by(e, p, after);
	if (!p || !still_pins(p, x->control) || stands(after, x) || count_of(after, x->control) > count_of(before, x->control)) {
		gd_json_free(controls);
		return 0;
	}
	gd_json_free(e->controls);
	e->controls = controls;
	for (size_t i = 0; i < n; i++)
		gd_words_add(e->ctl->arena, &e->steps, step_text(x, &steps[i], e->ctl->arena));
	return 1;
}

static bool is_floor(const struct except *e, const struct ctl_judged *j)
{
	return j->has_floor && ctl_judged_final(j)->policy && gd_streq(ctl_judged_final(j)->policy->name, e->judged.floor.name) &&
	       !gd_streq(e->judged.floor.name, e->judged.by.name);
}

static int except_one(struct except *e, const struct ctl_judged *j, const struct gd_finding *x, struct ctl_judged *after)
{
	struct ctl_candidates c = { .arena = e->ctl->arena, .facts = &e->judged.facts };
	const struct gd_policy *p = resolve_try(e, e->controls);
	const char *why = NULL;
	int found = 0;

	if (is_floor(e, j))
		why = "the floor refuses it, and no policy reaches below that";
	else if (p)
		ctl_except_candidates(&c, x, gd_policy_config(p, x->control), &why);
	for (size_t i = 0; i < c.n; i++) {
		if (!found)
			found = try_candidate(e, j, x, c.v[i].step, c.v[i].n, after);
		for (size_t k = 0; k < c.v[i].n; k++)
			gd_json_free(c.v[i].step[k].value);
	}
	if (!found)
		gd_words_add(e->ctl->arena, &e->cannot,
			     gd_printf(e->ctl->arena, "%s (%s)%s%s", x->what, x->control->name, why ? ": " : "",
				       why ? why : ""));
	return found;
}

/* The first that stands in the way and was not given up. */
static const struct gd_finding *next_denied(const struct ctl_judged *j, const struct gd_findings *given_up)
{
	const struct gd_decision *d = ctl_judged_final(j);

	for (size_t i = 0; d->verdict == GD_REFUSE && i < d->n; i++) {
		bool known = !is_denied(d, &d->v[i]);

		for (size_t k = 0; k < given_up->n; k++)
			known |= is_same(&given_up->v[k], &d->v[i]);
		if (!known)
			return &d->v[i];
	}
	return NULL;
}

/* From the pins alone to a policy that lets it pass. 1; 0: something cannot be excepted; -1. */
static int search(struct except *e)
{
	struct gd_findings given_up = { .arena = e->ctl->arena };
	const struct gd_policy *p = resolve_try(e, e->controls);
	const struct gd_finding *x;
	struct ctl_judged now, after;

	if (!p)
		return -1;
	judge_by(e, p, &now);
	for (size_t round = 0; round < ROUNDS_MAX && (x = next_denied(&now, &given_up)) != NULL; round++) {
		if (except_one(e, &now, x, &after))
			now = after;
		else
			*GD_APPEND(given_up.arena, given_up.v, given_up.n) = *x;
	}
	if (given_up.n > 0)
		return 0;
	return ctl_judged_final(&now)->verdict != GD_REFUSE ? 1 :
	       gd_error_set(&e->ctl->err, GD_E_INPUT, "it would still be refused, and nothing that was found says why");
}

/* --- proven ------------------------------------------------------------------------------------------------------- */

/* What apply would make of the directory with the new file: 0 and open, or the problems printed and 1; -1. */
static int as_applied(struct except *e, const char *text, size_t len, struct gd_applied **ret)
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
static int is_refused(struct except *e, const struct gd_applied *applied, int (*change)(gd_json *doc))
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
static int prove(struct except *e, const struct gd_applied *applied)
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

/* --- the command -------------------------------------------------------------------------------------------------- */

/* "except-web"; what a name may not hold becomes '-'. */
static const char *name_of(struct except *e)
{
	const struct ctl_container *c = &e->container;
	char *s = gd_printf(e->ctl->arena, "except-%.48s", c->names.n ? c->names.v[0] : gd_printf(e->ctl->arena, "%.12s", c->id));

	for (char *p = s; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", *p))
			*p = '-';
	}
	return s;
}

/* Linked into its place whole: what has the name already stays, whatever it is. */
static int write_new(struct except *e, const char *text, size_t len)
{
	struct ctl *ctl = e->ctl;
	const char *file = gd_printf(ctl->arena, "50-%s.json", e->name);
	int dir = gd_open_trusted_dir(ctl->settings.policy_dir, &ctl->err), fd, r = 0;

	if (dir < 0)
		return gd_error_wrap(&ctl->err, "policyDir '%s'", ctl->settings.policy_dir);
	fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || fchmod(fd, 0644) < 0 || fsync(fd) < 0 ||
	    linkat(AT_FDCWD, gd_printf(ctl->arena, "/proc/self/fd/%d", fd), dir, file, AT_SYMLINK_FOLLOW) < 0)
		r = gd_error_sys(&ctl->err, errno, "write '%s/%s'", ctl->settings.policy_dir, file);
	if (fd >= 0)
		close(fd);
	close(dir);
	if (r == 0)
		printf("%s/%s written; 'guardctl apply' makes launches obey it\n", ctl->settings.policy_dir, file);
	return r;
}

static int find(struct except *e, const char *asked)
{
	struct ctl *ctl = e->ctl;
	struct gd_applied *applied;
	int r = ctl_container_find(ctl, asked, &e->container);

	if (r <= 0) {
		if (r == 0)
			gd_error_set(&ctl->err, GD_E_INPUT, "no container %s can be found", gd_quote(ctl->arena, asked, 80));
		return r < 0 ? -1 : 1;
	}
	if (ctl_container_facts(ctl, &e->container, &e->doc, &e->judged) < 0)
		return -1;
	if (e->judged.facts.image.state != GD_IMAGE_KNOWN)
		return gd_error_set(&ctl->err, GD_E_INPUT, "its image is not known, and nothing else proves what it is: %s",
				    e->judged.facts.image.why ? e->judged.facts.image.why : "it has none"), 1;
	if (gd_applied_open(ctl->settings.applied, ctl->arena, &applied, &ctl->err) < 0)
		return -1;
	r = ctl_judge(ctl, applied, NULL, &e->judged);
	gd_applied_close(applied);
	if (r < 0)
		return gd_error_wrap(&ctl->err, "which policy governs it");
	return 0;
}

static int prepare(struct except *e)
{
	struct ctl *ctl = e->ctl;

	if (gd_set_load(&e->set, &ctl->settings, true, ctl->arena, &ctl->err) < 0)
		return -1;
	if (!gd_set_find(&e->set, e->judged.by.name))
		return gd_error_set(&ctl->err, GD_E_INPUT, "the policy '%s' that governs it is applied and no longer written",
				    e->judged.by.name);
	e->looked_up = GD_NEW_N(ctl->arena, gd_n_controls, const void *);
	e->looked_up_from = GD_NEW_N(ctl->arena, gd_n_controls, const void *);
	e->name = e->name ? e->name : name_of(e);
	if (!e->reason)
		e->reason = gd_printf(ctl->arena, "the container %s as it ran when guardctl except was called; say here why",
				      e->container.names.n ? e->container.names.v[0]
							   : gd_printf(ctl->arena, "%.12s", e->container.id));
	e->controls = ctl_except_pins();
	return e->controls ? 0 : gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory");
}

static int except(struct except *e, const char *asked)
{
	struct ctl *ctl = e->ctl;
	struct gd_applied *applied = NULL;
	const char *text;
	size_t len;
	int r = find(e, asked);

	if (r != 0)
		return ctl_fail(ctl), r < 0 ? CTL_ERROR : CTL_NO;
	if (prepare(e) < 0 || (r = search(e)) < 0)
		return ctl_fail(ctl);
	if (r == 0) {
		for (size_t i = 0; i < e->cannot.n; i++)
			fprintf(stderr, "guardctl: cannot be excepted: %s\n", e->cannot.v[i]);
		return CTL_NO;
	}
	text = final_text(e, &len);
	r = text ? as_applied(e, text, len, &applied) : -1;
	if (r == 0)
		r = prove(e, applied);
	else if (r > 0)
		r = gd_error_set(&ctl->err, GD_E_INPUT, "with it the policies are not in order: not written");
	gd_applied_close(applied);
	if (r < 0 || (e->write && write_new(e, text, len) < 0))
		return ctl_fail(ctl);
	if (!e->write)
		fwrite(text, 1, len, stdout);
	if (e->steps.n == 0)
		fprintf(stderr, "guardctl: '%s' lets it pass as it is; this only pins how it is used\n", e->judged.by.name);
	return CTL_OK;
}

int ctl_except(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "reason", required_argument, NULL, 'r' }, { "until", required_argument, NULL, 'u' },
		{ "name", required_argument, NULL, 'n' },   { "write", no_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },	    { 0 },
	};
	struct except e = { .ctl = ctl };
	int opt, r;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'r': e.reason = optarg; break;
		case 'u': e.until = optarg; break;
		case 'n': e.name = optarg; break;
		case 'w': e.write = true; break;
		case 'h':
			fputs(usage, stdout);
			return CTL_OK;
		default:
			return ctl_usage(usage, NULL);
		}
	}
	if (argc - optind != 1)
		return ctl_usage(usage, "one CONTAINER is needed");
	r = except(&e, argv[optind]);
	gd_json_free(e.controls);
	return r;
}
