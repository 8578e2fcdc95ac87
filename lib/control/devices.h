/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the control devices. */
#ifndef GD_CONTROL_DEVICES_H
#define GD_CONTROL_DEVICES_H

#include "control/control.h"

struct gd_device_grant {
	const char *path;
	struct gd_words access;
};

struct gd_devices_config {
	struct gd_config_head head;
	struct gd_rules allow;
	struct gd_words numbers;
};

/* One of every container's own nodes. */
bool gd_device_is_own(char type, int64_t major, int64_t minor);
/* The policy gives the host's node @real, or one of its aliases, with all of @asked ("rwm"). */
bool gd_device_listed(const struct gd_devices_config *c, const char *real,
		      const struct gd_words *aliases, const char *asked);
/* The host's node, else the numbers: "c 188:*". */
const char *gd_device_name(const char *real, char type, struct gd_i64 major, struct gd_i64 minor,
			   struct gd_arena *a);

bool gd_device_rule_passes(const struct gd_device_rule *r, const struct gd_devices_config *c,
			   struct gd_arena *a);
bool gd_devices_begin_closed(const struct gd_facts *f);
void gd_devices_check_rules(const struct gd_facts *f, const struct gd_devices_config *c,
			    struct gd_findings *out);
void gd_devices_check_first(const struct gd_facts *f, struct gd_findings *out);

#endif
