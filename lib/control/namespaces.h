/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GD_CONTROL_NAMESPACES_H
#define GD_CONTROL_NAMESPACES_H

#include "facts/facts.h"

/*
 * Before the record is written: what others may join of this container, from the namespaces control's
 * configuration @config, into @f. Where @looser (gd_policy.looser) nothing, whatever the policy says.
 */
void gd_namespaces_joinable(const void *config, bool looser, struct gd_facts *f);

#endif
