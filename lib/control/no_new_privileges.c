/* SPDX-License-Identifier: GPL-2.0-or-later */
/* no_new_privs: set-user-id programs and file capabilities inside give nothing more than the caller
 * has. */
#include "control/control.h"
#include "control/dialect.h"

static const struct gd_field fields[] = { { .name = NULL } };

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	(void)config;
	if (f->process.no_new_privileges)
		return;
	struct gd_finding *x = gd_found(out, "/process/noNewPrivileges");

	x->wanted = "true";
	x->what = "a process that may gain privileges";
	x->why = "a set-user-id program inside could make it root";
	x->fix = f->verb == GD_ON_EXEC ? NULL
		 : gd_dialect(f) == GD_SPEAK_POD
			 ? "set securityContext.allowPrivilegeEscalation: false"
			 : gd_advise(f, GD_SAY_NO_NEW_PRIVILEGES, NULL,
				     "set process.noNewPrivileges", out->arena);
	x->fixable = true;
	/* Never asked: no engine sets the bit by itself, so its absence is nobody's word. */
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	(void)f, (void)config, (void)a;
	if (gd_json_set(gd_json_get(doc, "process"), "noNewPrivileges", gd_json_new_bool(true)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

const struct gd_control gd_control_no_new_privileges = {
	.name = "noNewPrivileges",
	.help = "no process can gain privileges through set-user-id programs or file capabilities",
	.fields = fields,
	.config_size = sizeof(struct gd_config_head),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.26 PSS-restricted-allowPrivilegeEscalation NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
