/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/like.h"

#include <string.h>

const char *const gd_like_words[] = { "any", "image", NULL };

bool gd_like_exempt(const struct gd_facts *f)
{
	return f->class == GD_CLASS_SANDBOX;
}

static const char *without_image(const struct gd_facts *f)
{
	if (f->class == GD_CLASS_BUILD)
		return "a step of a build has no image, and this policy wants containers to be like theirs";
	if (f->class == GD_CLASS_PLUGIN)
		return "a plugin has no image, and this policy wants containers to be like theirs";
	return "this container has no image, and this policy wants it to be like one";
}

bool gd_like_known(const struct gd_facts *f, const char *pointer, const char *what, struct gd_findings *out)
{
	struct gd_finding *x;

	if (f->image.state == GD_IMAGE_KNOWN)
		return true;
	x = gd_found(out, "%s", pointer);
	x->what = what ? what : "this container";
	x->wanted = "as the image declares it";
	switch (f->image.state) {
	case GD_IMAGE_NONE:
		x->why = without_image(f);
		x->fix = f->class == GD_CLASS_CONTAINER ? "run an image" : "have its class given a policy of its own";
		return false;
	case GD_IMAGE_UNKNOWN:
		x->why = gd_printf(out->arena, "what its image declares cannot be told: %s",
				   f->image.why ? f->image.why : "its store does not say");
		x->fix = "create it again from an image that is there";
		return false;
	case GD_IMAGE_NOT_ASKED:
	case GD_IMAGE_KNOWN:
		break;
	}
	x->why = "nobody has looked at what its image declares";
	x->fix = f->verb == GD_ON_EXEC || f->verb == GD_ON_UPDATE ? "create it again" : NULL;
	return false;
}

bool gd_like_acts(const struct gd_config_head *h)
{
	return h->action >= GD_REWRITE;
}

bool gd_like_looks(const struct gd_config_head *h)
{
	return h->action != GD_IGNORE;
}

bool gd_is_exact(const char *pattern)
{
	return !strpbrk(pattern, "*?");
}

bool gd_are_exact(const struct gd_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (!gd_is_exact(w->v[i]))
			return false;
	return true;
}

const char *gd_show_argv(const struct gd_words *argv, size_t from, size_t max, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	for (size_t i = from; i < argv->n; i++)
		gd_buf_fmt(&b, "%s%s", i > from ? " " : "", argv->v[i]);
	return b.data ? gd_quote(a, b.data, max) : "nothing";
}

const char *gd_env_last(const struct gd_words *env, const char *name, size_t len)
{
	for (size_t i = env->n; i-- > 0;)
		if (strncmp(env->v[i], name, len) == 0 && env->v[i][len] == '=')
			return env->v[i] + len + 1;
	return NULL;
}
