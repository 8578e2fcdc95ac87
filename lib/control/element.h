/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One element of a policy's list, one word or number: how it is written, checked and compared. */
#ifndef GD_CONTROL_ELEMENT_H
#define GD_CONTROL_ELEMENT_H

#include "base/arena.h"
#include "control/field.h"

/* Values of this syntax are struct gd_limit, not const char *. */
bool gd_syntax_is_number(enum gd_field_syntax s);
/* This kind holds struct gd_words or struct gd_rules. */
bool gd_kind_is_list(enum gd_field_kind k);
/* Bytes of the value of @f in its struct. */
size_t gd_field_size(const struct gd_field *f);

/*
 * @s as the policy's author wrote it, checked and brought into the form in which it is kept (a
 * capability without CAP_, a range with both ends). NULL: wrong; *ret_why says how and what is
 * near.
 */
const char *gd_element_take(const struct gd_field *f, const char *s, struct gd_arena *a,
			    const char **ret_why);
/* "8GiB" in bytes. NULL on success, else why not. */
const char *gd_size_take(const char *s, int64_t *ret);

/* Everything that @inner stands for, @outer does too. */
bool gd_element_covers(enum gd_field_syntax syntax, const char *outer, const char *inner);

/*
 * A list is a struct gd_words (elements are const char *) or gd_rules (elements are structs of
 * .sub).
 */
size_t gd_list_len(const struct gd_field *f, const void *list);
const void *gd_list_at(const struct gd_field *f, const void *list, size_t i);
/* Put @element (shared, not copied deeply) behind the others. */
void gd_list_push(const struct gd_field *f, void *list, const void *element, struct gd_arena *a);
bool gd_list_covers(const struct gd_field *f, const void *outer, const void *inner);
bool gd_list_has(const struct gd_field *f, const void *list, const void *element);

/* Every word that this syntax knows, for "did you mean" and the schema; NULL where it is free. */
const char *const *gd_syntax_words(const struct gd_field *f, size_t *ret_n);

#endif
