/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a restore runs is the memory image, and config.json says nothing about it: capabilities,
 * user, programs are those of the image. So it is a right of its own, and no rewriting helps.
 */
#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	bool allowed;
};

static const struct gd_field fields[] = {
	{ .name = "allowed",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct config, allowed),
	  .help = "containers may be restored from a checkpoint" },
	{ .name = NULL },
};

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	struct gd_finding *x;

	if (f->verb != GD_ON_RESTORE)
		return;
	if (!c->allowed) {
		x = gd_found(out, "%s", "");
		x->wanted = "a new container";
		x->flag = gd_say(f, GD_SAY_CHECKPOINT, NULL, out->arena);
		x->what = "restoring a checkpoint";
		x->why = "what would run is the saved memory, and nobody can judge that";
		x->fix = "start a new container from the image";
		x->asked = true;
	}
	for (size_t i = 0; i < f->flags.n; i++) {
		if (!gd_starts(f->flags.v[i], "--lsm-"))
			continue;
		/* even where restoring is allowed: the profile that was judged is the document's */
		x = gd_found(out, "%s", "/process");
		x->flag = gd_bare(out->arena, f->flags.v[i], 80);
		x->what = "another security profile for a restore";
		x->why = "it would put the profile that was judged out of force";
		x->fix = "leave it out";
		x->asked = true;
	}
}

const struct gd_control gd_control_restore = {
	.name = "restore",
	.help = "whether containers may be restored from a checkpoint",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE,
	.sandbox = true,
	.ids = "NIST-800-190-4.4.3",
	.check = check,
};
