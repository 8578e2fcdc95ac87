/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment against the image's; on exec against the container's, which was compared with the image's when it
 * was created. Of a name given more than once the last counts, as runtimes take it: containerd's CRI writes the
 * image's variable and the pod's behind it. Values are compared and put back, and shown to nobody.
 */
#include <stdlib.h>
#include <string.h>

#include "control/environment.h"
#include "facts/extract.h"

struct var {
	const char *entry, *name, *value;
	size_t index;
};
struct vars { struct var *v; size_t n; };

static int by_name_then_place(const void *a, const void *b)
{
	const struct var *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->index < y->index ? -1 : 1;
}

/* By name, each once, as it counts. Entries without a name or a '=' set nothing that all runtimes agree on. */
static struct vars sorted(const struct gd_words *env, struct gd_arena *a)
{
	struct vars s = { .v = GD_NEW_N(a, env->n + 1, struct var) };
	size_t n = 0;

	for (size_t i = 0; i < env->n; i++) {
		const char *eq = strchr(env->v[i], '=');

		if (eq && eq != env->v[i])
			s.v[n++] = (struct var){ env->v[i], gd_strndup(a, env->v[i], (size_t)(eq - env->v[i])),
						 eq + 1, i };
	}
	qsort(s.v, n, sizeof(*s.v), by_name_then_place);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || strcmp(s.v[i].name, s.v[i + 1].name) != 0)
			s.v[s.n++] = s.v[i];
	return s;
}

static bool listed(const struct gd_words *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (gd_glob(patterns->v[i], name))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct gd_env_difference *x = a, *y = b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool is_compared(const struct gd_facts *f, const struct gd_environment_config *c)
{
	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f))
		return false;
	return f->verb == GD_ON_EXEC ? f->container != NULL : f->image.state == GD_IMAGE_KNOWN;
}

static void add(struct gd_env_differences *d, enum gd_env_what what, const char *name, const struct var *v,
		const struct var *own, struct gd_arena *a)
{
	*GD_APPEND(a, d->v, d->n) = (struct gd_env_difference){
		.what = what,
		.name = name,
		.index = v ? v->index : SIZE_MAX,
		.entry = own ? own->entry : NULL,
	};
}

struct gd_env_differences gd_env_compare(const struct gd_facts *f, const struct gd_environment_config *c,
					 const struct gd_words *env, struct gd_arena *a)
{
	struct gd_env_differences ret = { 0 };

	if (!is_compared(f, c))
		return ret;
	const struct vars is = sorted(env, a),
			  want = sorted(f->verb == GD_ON_EXEC ? &f->container->env : &f->image.env, a);
	for (size_t i = 0, k = 0; i < is.n || k < want.n;) {
		int order = i == is.n ? 1 : k == want.n ? -1 : strcmp(is.v[i].name, want.v[k].name);
		const char *name = order <= 0 ? is.v[i].name : want.v[k].name;
		const struct var *v = order <= 0 ? &is.v[i++] : NULL, *own = order >= 0 ? &want.v[k++] : NULL;

		/* what may not be there at all is not missed */
		if (listed(&c->allow, name) || listed(&c->deny, name))
			continue;
		if (!v && !gd_env_may_lack(f, name))
			add(&ret, GD_ENV_MISSING, name, NULL, own, a);
		else if (v && (!own || strcmp(v->value, own->value) != 0) &&
			 !gd_env_is_engines(f, name, v->value, own ? own->value : NULL))
			add(&ret, own ? GD_ENV_CHANGED : GD_ENV_ADDED, name, v, own, a);
	}
	if (ret.n)
		qsort(ret.v, ret.n, sizeof(*ret.v), by_place);
	return ret;
}

static const char *reason(const struct gd_facts *f, const struct gd_env_difference *d)
{
	bool exec = f->verb == GD_ON_EXEC;
	bool emptied = d->index != SIZE_MAX && gd_ends(f->process.env.v[d->index], "=") &&
		       strlen(f->process.env.v[d->index]) == strlen(d->name) + 1;

	switch (d->what) {
	case GD_ENV_ADDED:
		return exec ? "the container does not have it" : "the image does not declare it";
	case GD_ENV_CHANGED:
		if (emptied)
			return exec ? "the container has a value for it, and it would be empty"
				    : "the image declares a value for it, and it would be empty";
		return exec ? "the container has another value for it" : "the image declares another value for it";
	case GD_ENV_MISSING:
		return exec ? "the container has it, and it would be missing"
			    : "the image declares it, and it would be missing";
	}
	return "it is not as the image declares it";
}

/* What guarded itself took away at create comes again with every exec: nobody typed it. */
static bool was_there_at_create(const struct gd_facts *f, const struct gd_env_difference *d, struct gd_arena *a)
{
	struct gd_words env;

	if (f->verb != GD_ON_EXEC || !f->original)
		return false;
	env = gd_extract_words(gd_json_get(f->original, "process"), "env", a);
	return d->index == SIZE_MAX ? !gd_env_last(&env, d->name, strlen(d->name))
				    : gd_words_has(&env, f->process.env.v[d->index]);
}

static void found(const struct gd_facts *f, const struct gd_env_difference *d, struct gd_findings *out)
{
	struct gd_finding *x = d->index == SIZE_MAX ? gd_found(out, "/process/env")
						    : gd_found(out, "/process/env/%zu", d->index);
	const char *name = gd_quote(out->arena, d->name, 60);
	size_t entry = d->index == SIZE_MAX ? 0 : strlen(f->process.env.v[d->index]);

	if (entry)
		x->value = gd_printf(out->arena, "%s, %zu bytes", name, entry - strlen(d->name) - 1);
	x->wanted = d->entry ? gd_printf(out->arena, "%s, %zu bytes", name, strlen(d->entry) - strlen(d->name) - 1)
			     : "not set";
	x->what = gd_printf(out->arena, "the variable %s", name);
	x->why = reason(f, d);
	x->fix = d->what == GD_ENV_MISSING ? "leave it as it is declared"
					   : "leave it out, or have it listed under environment.allow";
	x->asked = !was_there_at_create(f, d, out->arena);
	if (x->asked)
		x->flag = gd_say(f, GD_SAY_ENV, d->name, out->arena);
	x->fixable = true;
}

void gd_env_check_like(const struct gd_facts *f, const struct gd_environment_config *c, struct gd_findings *out)
{
	struct gd_env_differences d;

	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f) ||
	    (f->verb != GD_ON_EXEC && !gd_like_known(f, "/process/env", NULL, out)))
		return;
	d = gd_env_compare(f, c, &f->process.env, out->arena);
	for (size_t i = 0; i < d.n; i++)
		found(f, &d.v[i], out);
}

static void remove_all(gd_json *list, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = gd_json_len(list); i-- > 0;) {
		const char *s = gd_json_str(gd_json_at(list, i));

		if (s && strncmp(s, name, len) == 0 && s[len] == '=')
			gd_json_remove_at(list, i);
	}
}

int gd_env_fix_like(gd_json *process, const struct gd_facts *f, const struct gd_environment_config *c,
		    struct gd_arena *a, struct gd_error *err)
{
	const struct gd_words env = gd_extract_words(process, "env", a);
	const struct gd_env_differences d = gd_env_compare(f, c, &env, a);
	gd_json *list = d.n ? gd_json_arr_in(process, "env") : NULL;

	if (d.n && !list)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	/* Places first, while they are what they were. */
	for (size_t i = 0; i < d.n; i++) {
		const char *entry = d.v[i].entry;

		if (!entry && strcmp(d.v[i].name, "PATH") == 0)
			entry = "PATH=" GD_DEFAULT_PATH; /* without one nothing would be found */
		if (d.v[i].index != SIZE_MAX && entry &&
		    gd_json_replace(list, d.v[i].index, gd_json_new_str(entry)) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	for (size_t i = 0; i < d.n; i++) {
		if (d.v[i].what == GD_ENV_ADDED && strcmp(d.v[i].name, "PATH") != 0)
			remove_all(list, d.v[i].name);
		if (d.v[i].what == GD_ENV_MISSING && gd_json_push(list, gd_json_new_str(d.v[i].entry)) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	return 0;
}
