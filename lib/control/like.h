/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the controls share that compare a container with what its image declares: "like": "image".
 *
 * Compared by meaning: what an engine adds by itself is no difference (engine-facts 4). Where the image is not known,
 * or there is none, nothing is like it: a finding, which no rewriting takes away. Sandboxes are exempt (their image
 * is the engine's own); builds and plugins are not, since whoever may build could run anything that way: a host where
 * their classes are to start gives them a policy without "like".
 */
#ifndef GD_CONTROL_LIKE_H
#define GD_CONTROL_LIKE_H

#include "control/dialect.h"

enum gd_like { GD_LIKE_ANY, GD_LIKE_IMAGE };
extern const char *const gd_like_words[]; /* "any" "image" */

/* Comparing with the image is no affair of a pod's sandbox. */
bool gd_like_exempt(const struct gd_facts *f);

/*
 * True where f->image says what is declared. Else a finding at @pointer, about @what (NULL: this container), that
 * says why it cannot be compared.
 */
bool gd_like_known(const struct gd_facts *f, const char *pointer, const char *what, struct gd_findings *out);

/* Findings have consequences: what gd_control.pins asks of an action. */
bool gd_like_acts(const struct gd_config_head *h);
/* Any finding is made at all: what gd_control.needs_image asks of an action. */
bool gd_like_looks(const struct gd_config_head *h);

/* A pattern's word without '*' and '?'; every word of @w. */
bool gd_is_exact(const char *pattern);
bool gd_are_exact(const struct gd_words *w);

/*
 * argv for people: words in quotes where they need them, joined by blanks, cut to @max bytes. "nothing" where empty.
 */
const char *gd_show_argv(const struct gd_words *argv, size_t from, size_t max, struct gd_arena *a);

/* The value behind @env's last "NAME=" (runtimes take the last); NULL where there is none. */
const char *gd_env_last(const struct gd_words *env, const char *name, size_t len);

#endif
