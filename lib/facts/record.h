/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the writer and the reader of judged.json's facts. */
#ifndef GD_FACTS_RECORD_H
#define GD_FACTS_RECORD_H

#include "facts/facts.h"

#define GD_FACTS_VERSION 1

/* By enum; end with NULL. */
extern const char *const gd_source_kind_names[];
extern const char *const gd_ns_state_names[];
extern const char *const gd_ns_owner_names[];

#endif
