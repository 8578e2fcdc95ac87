/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON schema of policies, out of the tables that read them. */
#ifndef GD_POLICY_SCHEMA_H
#define GD_POLICY_SCHEMA_H

#include "base/buf.h"

/* schemas/policy.schema.json, byte for byte; a test compares. */
void gd_policy_schema(struct gd_buf *b);

#endif
