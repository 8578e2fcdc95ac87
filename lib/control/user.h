/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between user.c and user_like.c. */
#ifndef GD_CONTROL_USER_H
#define GD_CONTROL_USER_H

#include "control/like.h"

struct gd_user_config {
	struct gd_config_head head;
	bool non_root;
	struct gd_words uids, groups;
	int like;
};

/* Another user, or more groups, than those declared: findings. Nothing unless like is image. */
void gd_user_check_like(const struct gd_facts *f, const struct gd_user_config *c, struct gd_findings *out);
/* Put the declared ones in their place, as a control's fix. */
int gd_user_fix_like(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
		     struct gd_error *err);

#endif
