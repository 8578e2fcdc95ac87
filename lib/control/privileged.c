/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --privileged has no bit of its own in the document: it is known by its signature (controls.md). The composite
 * exists so that whoever typed one flag is told of one flag; each part is judged by its own control as well, so
 * nothing depends on recognising the whole.
 */
#include "control/capabilities.h"
#include "control/control.h"
#include "control/dialect.h"

#define ENOUGH 3 /* parts of five: no single option of any engine leaves more than two */

static const struct gd_field fields[] = { { .name = NULL } };

static bool any_device(const struct gd_resources *r)
{
	for (size_t i = 0; i < r->n_devices; i++) {
		const struct gd_device_rule *d = &r->devices[i];

		if (d->allow && (!d->type || d->type == 'a') && (!d->major.set || d->major.v < 0) &&
		    (!d->minor.set || d->minor.v < 0))
			return true;
	}
	return false;
}

static int parts(const struct gd_facts *f)
{
	const struct gd_linux *l = &f->linux_;

	return gd_caps_are_all(f->process.caps.set[GD_CAPS_BOUNDING]) + any_device(&l->resources) +
	       (l->masked.n == 0) + (l->read_only.n == 0) + (l->seccomp == NULL);
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	(void)config;
	/* All capabilities are the one part without which nobody would call it privileged. */
	if (!gd_caps_are_all(f->process.caps.set[GD_CAPS_BOUNDING]) || parts(f) < ENOUGH)
		return;
	struct gd_finding *x = gd_found(out, "/process/capabilities");

	x->flag = gd_say(f, GD_SAY_PRIVILEGED, NULL, out->arena);
	x->what = "a privileged container";
	x->value = "every capability, device and kernel file";
	x->wanted = "an ordinary container";
	x->why = "it would be root on the host";
	x->fix = gd_dialect(f) == GD_SPEAK_POD ? "leave securityContext.privileged out" : "leave it out";
	x->asked = true;
	x->fixable = true; /* by the controls that own its parts */
}

/* Its parts are made to conform by their own controls: there is nothing left to do. */
static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	(void)doc, (void)f, (void)config, (void)a, (void)err;
	return 0;
}

bool gd_privileged_explains(const struct gd_finding *x)
{
	static const char *const names[] = { "capabilities", "seccomp", "setId", "apparmor", "selinux", "paths",
					     "devices", "noNewPrivileges" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gd_streq(x->control->name, names[i]))
			return true;
	/* sysfs and the control groups are writable under --privileged: a mount, but not one that anybody typed */
	return gd_streq(x->control->name, "mounts") && !x->flag;
}

const struct gd_control gd_control_privileged = {
	.name = "privileged",
	.help = "no container has the composite signature of --privileged",
	.fields = fields,
	.config_size = sizeof(struct gd_config_head),
	.verbs = GD_V_CREATE,
	.sandbox = true,
	.ids = "CIS-Docker-5.5 PSS-baseline-privileged NIST-800-190-4.4.3 PCI-DSS-2.2.6",
	.check = check,
	.fix = fix,
};
