/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the control environment: entries that runtimes read differently or that the policy denies
 * (environment.c), what differs from the image or the container (environment_like.c), what engines add by themselves
 * (environment_engine.c).
 */
#ifndef GD_CONTROL_ENVIRONMENT_H
#define GD_CONTROL_ENVIRONMENT_H

#include "control/like.h"

struct gd_environment_config {
	struct gd_config_head head;
	struct gd_words deny;
	int like;
	struct gd_words allow;
};

/* PATH as every engine gives it where the image declares none. */
#define GD_DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * The engine itself gives the container @name=@value, whoever runs the image. By value where the engine has only one;
 * by form where it is made of addresses. @own: what the image (on exec: the container) says of it, NULL nothing.
 */
bool gd_env_is_engines(const struct gd_facts *f, const char *name, const char *value, const char *own);
/* Engines leave this one out of an exec's environment by themselves. */
bool gd_env_may_lack(const struct gd_facts *f, const char *name);

enum gd_env_what { GD_ENV_ADDED, GD_ENV_CHANGED, GD_ENV_MISSING };
struct gd_env_difference {
	enum gd_env_what what;
	const char *name;
	size_t index;	/* in the process's list; SIZE_MAX: missing */
	const char *entry; /* of the image or the container, "NAME=value"; NULL: added. Never for people */
};
/*
 * What @env (effective: the last of each name) differs in from what this policy wants it to be like: the image, on
 * exec the container. Nothing unless like is image and that is known.
 */
struct gd_env_differences { struct gd_env_difference *v; size_t n; };
struct gd_env_differences gd_env_compare(const struct gd_facts *f, const struct gd_environment_config *c,
					 const struct gd_words *env, struct gd_arena *a);
void gd_env_check_like(const struct gd_facts *f, const struct gd_environment_config *c, struct gd_findings *out);
int gd_env_fix_like(gd_json *process, const struct gd_facts *f, const struct gd_environment_config *c,
		    struct gd_arena *a, struct gd_error *err);

#endif
