/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between except_fields.c, except_resources.c and except_use.c: how candidates are made. */
#ifndef GD_CTL_EXCEPT_FIELDS_H
#define GD_CTL_EXCEPT_FIELDS_H

#include "except.h"

/*
 * A new candidate without steps; one step more of the candidate begun last; a candidate of one
 * step. Values are taken.
 */
void ctl_candidate(struct ctl_candidates *to);
void ctl_candidate_step(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value);
void ctl_candidate_one(struct ctl_candidates *to, const char *field, enum ctl_op op, gd_json *value);
/* One element more of the list @field; nothing where @value is NULL. */
void ctl_candidate_add(struct ctl_candidates *to, const char *field, const char *value);

/* A pattern would stand for more than this container has. */
bool ctl_is_literal(const char *s);
/* The number behind @prefix, or SIZE_MAX. */
size_t ctl_index_of(const char *pointer, const char *prefix);

/* What might let @x pass; *why: what to do where nothing does. */
typedef void ctl_except_fn(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			   const char **why);
ctl_except_fn ctl_except_mounts, ctl_except_entrypoint, ctl_except_environment, ctl_except_working_dir,
	ctl_except_ports, ctl_except_image, ctl_except_devices, ctl_except_resources, ctl_except_sysctl,
	ctl_except_hooks, ctl_except_annotations;

#endif
