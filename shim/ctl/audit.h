/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of guardctl audit: one record as other systems want it. */
#ifndef GD_CTL_AUDIT_H
#define GD_CTL_AUDIT_H

#include "ctl.h"
#include "json/tree.h"

/* One line without its newline. @line is the record as it stands in the log. */
typedef const char *audit_format(const gd_json *record, const char *line, const struct ctl *ctl, struct gd_arena *a);
audit_format audit_text, audit_json, audit_cef, audit_ecs;

/* The log and what rotation left of it (.1, .2, ... not compressed), those that are there, oldest first. */
struct gd_words audit_files(const struct ctl *ctl);

/* "7d", "12h", "30m" before now, or a time as in records: into the form of records, which sorts. -1: neither. */
int audit_time(const char *s, time_t now, char *ret, size_t size);

#endif
