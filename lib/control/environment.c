/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of variables, never values: a value may be a password, and findings go into logs. Malformed
 * entries and repeated names are told too, because runtimes differ on them (runc fails or takes the
 * last, crun unsets).
 */
#include <stdlib.h>
#include <string.h>

#include "control/dialect.h"
#include "facts/extract.h"

struct config {
	struct gd_config_head head;
	struct gd_words deny;
};

static const struct gd_field fields[] = {
	{ .name = "deny",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, deny),
	  .primary = true,
	  .help = "names of variables that may not be set, '*' matches" },
	{ .name = NULL },
};

enum fault { FINE, DENIED, NO_NAME, NO_VALUE, REPEATED };

struct entry {
	const char *name;
	size_t index;
	enum fault fault;
};

static int by_name_then_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->index < y->index ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static bool denied(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->deny.n; i++)
		if (gd_glob(c->deny.v[i], name))
			return true;
	return false;
}

/* In the order of the document. Of a repeated name the last counts for every runtime and stays. */
static struct entry *judge(const struct gd_words *env, const struct config *c,
			   bool repeats_ordinary, struct gd_arena *a)
{
	struct entry *v = GD_NEW_N(a, env->n + 1, struct entry);

	for (size_t i = 0; i < env->n; i++) {
		const char *eq = strchr(env->v[i], '=');

		v[i].index = i;
		v[i].name = eq ? gd_strndup(a, env->v[i], (size_t)(eq - env->v[i])) : env->v[i];
		if (denied(c, v[i].name))
			v[i].fault = DENIED;
		else if (!eq)
			v[i].fault = NO_VALUE;
		else if (eq == env->v[i])
			v[i].fault = NO_NAME;
	}
	qsort(v, env->n, sizeof(*v), by_name_then_place);
	for (size_t i = 0; i + 1 < env->n && !repeats_ordinary; i++)
		if (v[i].fault == FINE && strcmp(v[i].name, v[i + 1].name) == 0)
			v[i].fault = REPEATED;
	qsort(v, env->n, sizeof(*v), by_place);
	return v;
}

/* containerd's CRI puts the image's variables first and the pod's behind, with the same names. */
static bool repeats_ordinary(const struct gd_facts *f)
{
	return f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO;
}

static const char *const why[] = {
	[DENIED] = "this policy forbids it: it changes what a program loads or runs",
	[NO_NAME] = "runtimes differ on what that sets",
	[NO_VALUE] = "one runtime fails on it, another removes the variable",
	[REPEATED] = "only the last of the two counts",
};

static bool typed(const struct gd_facts *f, const char *entry)
{
	return f->verb == GD_ON_EXEC && f->container && !gd_words_has(&f->container->env, entry);
}

/* An entry without '=' that could not be a name may be a value that lost its own. */
static bool may_be_value(const struct entry *e)
{
	return e->fault == NO_VALUE && e->name[strspn(e->name, "abcdefghijklmnopqrstuvwxyz"
							       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")];
}

static void found(const struct gd_facts *f, const struct entry *e, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/process/env/%zu", e->index);
	const char *entry = f->process.env.v[e->index];
	const char *name = may_be_value(e) ? gd_printf(out->arena, "of %zu bytes", strlen(entry))
					   : gd_quote(out->arena, e->name, 60);
	size_t value = strlen(entry) - strlen(e->name);

	x->value = gd_printf(out->arena, "%s, %zu bytes", name, value ? value - 1 : 0);
	x->wanted = e->fault == DENIED ? "not set" : "NAME=value, once";
	x->what = gd_printf(out->arena, "the variable %s%s", name,
			    e->fault == NO_VALUE   ? " without a value"
			    : e->fault == REPEATED ? " given twice"
						   : "");
	if (e->fault == NO_NAME)
		x->what = "a variable without a name";
	x->why = why[e->fault];
	x->fix = e->fault == DENIED ? "leave it out" : NULL;
	x->asked = typed(f, entry);
	if (x->asked && e->fault == DENIED)
		x->flag = gd_say(f, GD_SAY_ENV, e->name, out->arena);
	x->fixable = true;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct entry *v = judge(&f->process.env, config, repeats_ordinary(f), out->arena);

	for (size_t i = 0; i < f->process.env.n; i++)
		if (v[i].fault != FINE)
			found(f, &v[i], out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	gd_json *process = gd_json_get(doc, "process"), *list = gd_json_get(process, "env");
	const struct gd_words env = gd_extract_words(process, "env", a);
	const struct entry *v = judge(&env, config, repeats_ordinary(f), a);

	(void)err;
	for (size_t i = env.n; i-- > 0;)
		if (v[i].fault != FINE)
			gd_json_remove_at(list, i);
	return 0;
}

const struct gd_control gd_control_environment = {
	.name = "environment",
	.help = "variables that may not be set, and entries that runtimes read differently",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = false,
	.ids = "NIST-800-190-4.1.4 PCI-DSS-2.2",
	.check = check,
	.fix = fix,
};
