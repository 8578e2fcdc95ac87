/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the writer and the reader of judged.json's facts. */
#ifndef GD_FACTS_RECORD_H
#define GD_FACTS_RECORD_H

#include "facts/facts.h"

#define GD_FACTS_VERSION 2

/* By enum; end with NULL. */
extern const char *const gd_source_kind_names[];
extern const char *const gd_ns_state_names[];
extern const char *const gd_ns_owner_names[];

/*
 * record_image.c: f->image, f->use and where mounts land, into @record and back. Absent there: nobody asked. False
 * where memory ended, or where it does not read as it was written.
 */
bool gd_image_to_record(const struct gd_facts *f, gd_json *record);
bool gd_image_from_record(struct gd_facts *f, const gd_json *record, struct gd_arena *a);

#endif
