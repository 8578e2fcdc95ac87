/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inner parts of gd_facts_extract, one file each. All pure; @obj may be NULL and then everything is
 * absent.
 */
#ifndef GD_FACTS_EXTRACT_H
#define GD_FACTS_EXTRACT_H

#include "facts/facts.h"

/*
 * extract.c: shared readers. A member of another kind than asked for counts as absent: the key
 * tables ran.
 */
struct gd_u64 gd_extract_u64(const gd_json *obj, const char *key);
struct gd_i64 gd_extract_i64(const gd_json *obj, const char *key);
struct gd_words gd_extract_words(const gd_json *obj, const char *key, struct gd_arena *a);
struct gd_pairs gd_extract_pairs(const gd_json *obj, const char *key, struct gd_arena *a);
const char *gd_extract_text(const gd_json *obj, const char *key); /* "" counts as absent */

void gd_extract_process(const gd_json *obj, struct gd_arena *a, struct gd_process *ret);
void gd_extract_linux(const gd_json *obj, struct gd_arena *a, struct gd_linux *ret);
void gd_extract_resources(const gd_json *obj, struct gd_arena *a, struct gd_resources *ret);
void gd_extract_mounts(const gd_json *doc, struct gd_arena *a, struct gd_facts *ret);

#endif
