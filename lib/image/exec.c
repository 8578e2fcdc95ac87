/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image/exec.h"

#include <string.h>

static bool same_words(const struct gd_words *x, const struct gd_words *y)
{
	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (strcmp(x->v[i], y->v[i]) != 0)
			return false;
	return x->n == y->n;
}

static bool same_name(const char *x, const char *y)
{
	size_t n = strcspn(x, "=");

	return n == strcspn(y, "=") && strncmp(x, y, n) == 0;
}

/* The last one of a name counts, in every runtime; one without "=" is a name of its own. */
static const char *last(const struct gd_words *env, const char *entry)
{
	for (size_t i = env->n; i-- > 0;)
		if (same_name(env->v[i], entry))
			return env->v[i];
	return NULL;
}

/* Podman leaves HOSTNAME and HOME out of an exec (engine-facts 4.2): the runtime gives HOME by the user again. */
static bool is_left_out(const struct gd_facts *f, const char *entry)
{
	return f->engine == GD_ENGINE_PODMAN && (gd_starts(entry, "HOSTNAME=") || gd_starts(entry, "HOME="));
}

static bool same_environment(const struct gd_facts *f)
{
	const struct gd_words *asked = &f->process.env, *own = &f->container->env;

	for (size_t i = 0; i < asked->n; i++)
		if (!gd_streq(last(asked, asked->v[i]), last(own, asked->v[i])))
			return false;
	for (size_t i = 0; i < own->n; i++)
		if (!last(asked, own->v[i]) && !is_left_out(f, own->v[i]))
			return false;
	return true;
}

static bool has_group(const struct gd_process *p, uint32_t gid)
{
	for (size_t i = 0; i < p->n_groups; i++)
		if (p->groups[i] == gid)
			return true;
	return p->gid == gid;
}

static bool same_user(const struct gd_process *asked, const struct gd_process *own)
{
	for (size_t i = 0; i < asked->n_groups; i++)
		if (!has_group(own, asked->groups[i]))
			return false;
	return asked->uid == own->uid && asked->gid == own->gid;
}

bool gd_exec_is_healthcheck(const struct gd_facts *f)
{
	const struct gd_process *asked = &f->process, *own = f->container;

	if (f->verb != GD_ON_EXEC || !own || f->image.state != GD_IMAGE_KNOWN || f->image.health.n == 0 ||
	    f->flags.n > 0)
		return false;
	return same_words(&asked->args, &f->image.health) && !asked->terminal && gd_streq(asked->cwd, own->cwd) &&
	       same_user(asked, own) && same_environment(f);
}
