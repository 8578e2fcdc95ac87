/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries by themselves; against the image: environment_like.c. Names of variables, never values: a value may be a
 * password, and findings go into logs. Malformed entries and repeated names are told too, because runtimes differ on
 * them (runc fails or takes the last, crun unsets).
 */
#include <stdlib.h>
#include <string.h>

#include "control/environment.h"
#include "facts/extract.h"

#define AT(member) .offset = offsetof(struct gd_environment_config, member)
static const struct gd_field fields[] = {
	{ .name = "deny",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_NAME,
	  AT(deny),
	  .primary = true,
	  .help = "names of variables that may not be set, '*' matches" },
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  AT(like),
	  .help = "'image': as the image declares it; on exec, as the container has it" },
	{ .name = "allow",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  AT(allow),
	  .beside = &fields[1],
	  .help = "names of variables that may be added, changed or left out all the same, '*' matches" },
	{ .name = NULL },
};
#undef AT

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

static bool denied(const struct gd_environment_config *c, const char *name)
{
	for (size_t i = 0; i < c->deny.n; i++)
		if (gd_glob(c->deny.v[i], name))
			return true;
	return false;
}

/* In the order of the document. Of a repeated name the last counts for every runtime and stays. */
static struct entry *judge(const struct gd_words *env, const struct gd_environment_config *c,
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
	gd_env_check_like(f, config, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	gd_json *process = gd_json_get(doc, "process"), *list = gd_json_get(process, "env");
	const struct gd_words env = gd_extract_words(process, "env", a);
	const struct entry *v = judge(&env, config, repeats_ordinary(f), a);

	for (size_t i = env.n; i-- > 0;)
		if (v[i].fault != FINE)
			gd_json_remove_at(list, i);
	return gd_env_fix_like(process, f, config, a, err);
}

static bool needs_image(const void *config)
{
	const struct gd_environment_config *c = config;

	return gd_like_looks(&c->head) && c->like == GD_LIKE_IMAGE;
}

/* Whoever may set one of these chooses what is run. */
static const char *const choosing[] = {
	"PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV", "PYTHONPATH", "PYTHONSTARTUP",
	"PERL5LIB", "PERL5OPT", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "GIT_SSH_COMMAND",
	"PYTHONHOME", "PYTHONUSERBASE", "PYTHONINSPECT", "PYTHONWARNINGS", "PERL5DB", "NODE_PATH", "JDK_JAVA_OPTIONS",
	"_JAVA_OPTIONS", "JAVA_OPTS", "CATALINA_OPTS", "CLASSPATH", "DOTNET_STARTUP_HOOKS", "PHPRC", "PHP_INI_SCAN_DIR",
	"LUA_INIT", "LUA_PATH", "LUA_CPATH", "R_PROFILE", "GCONV_PATH", "GLIBC_TUNABLES", "OPENSSL_CONF",
	"OPENSSL_MODULES", "OPENSSL_ENGINES", "GIT_SSH", "GIT_EXEC_PATH", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "IFS",
	"PS4", "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "EDITOR", "PAGER", "HOME", "HOSTALIASES", "GTK_MODULES",
	"ERL_FLAGS", "RUSTC_WRAPPER", "MAKEFLAGS", "XDG_CONFIG_HOME",
};

static bool pins(const void *config)
{
	const struct gd_environment_config *c = config;

	for (size_t i = 0; i < c->allow.n; i++)
		for (size_t k = 0; k < sizeof(choosing) / sizeof(choosing[0]); k++)
			if (gd_glob(c->allow.v[i], choosing[k]))
				return false;
	return gd_like_acts(&c->head) && c->like == GD_LIKE_IMAGE;
}

const struct gd_control gd_control_environment = {
	.name = "environment",
	.help = "variables as the image declares them, those that may not be set, and entries that runtimes read "
		"differently",
	.fields = fields,
	.config_size = sizeof(struct gd_environment_config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = false,
	.ids = "NIST-800-190-4.1.4 PCI-DSS-2.2",
	.check = check,
	.fix = fix,
	.needs_image = needs_image,
	.pins = pins,
};
