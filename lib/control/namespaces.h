/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GD_CONTROL_NAMESPACES_H
#define GD_CONTROL_NAMESPACES_H

#include "control/control.h"
#include "control/dialect.h"

struct gd_namespaces_config {
	struct gd_config_head head;
	struct gd_words host, join, joinable, paths;
};

/*
 * Before the record is written: what others may join of this container, from the namespaces
 * control's configuration @config, into @f. Where @looser (gd_policy.looser) nothing, whatever the
 * policy says.
 */
void gd_namespaces_joinable(const void *config, bool looser, struct gd_facts *f);

/* Between the files of the control. */
extern const struct gd_ns_about {
	enum gd_term term;
	bool said; /* engines have a word for it */
	const char *host_value; /* in the words of a flag */
	const char *host_why, *join_why;
} gd_ns_about[GD_NS_KINDS];

bool gd_ns_listed(const struct gd_words *w, enum gd_ns_kind k);
struct gd_finding *gd_ns_found(const struct gd_facts *f, enum gd_ns_kind k,
			       struct gd_findings *out);
void gd_ns_check_joined(const struct gd_facts *f, const struct gd_namespaces_config *c,
			enum gd_ns_kind k, struct gd_findings *out);

#endif
