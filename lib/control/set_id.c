/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nobody inside can make what would be dangerous outside: set-user-id and set-group-id files,
 * device nodes, files with capabilities. On a host's folder that the container may write, such a
 * file is root for any user of the host, whatever user and capabilities the container has.
 */
#include "base/cap.h"
#include "control/capabilities.h"
#include "control/control.h"
#include "mac/setid.h"

static const struct gd_field fields[] = { { .name = NULL } };

/*
 * MKNOD makes nodes; SETFCAP gives files capabilities, also from a user namespace inside, which
 * needs it to map root; FSETID keeps the bits of a file that is overwritten.
 */
#define TAKEN (GD_CAP_BIT(GD_CAP_MKNOD) | GD_CAP_BIT(GD_CAP_SETFCAP) | GD_CAP_BIT(GD_CAP_FSETID))

static void check_caps(const struct gd_facts *f, struct gd_findings *out)
{
	uint64_t has = gd_caps_held(gd_caps_given(f)) & TAKEN;
	struct gd_buf names = { .arena = out->arena };

	if (!has)
		return;
	for (int n = 0; n < GD_CAP_COUNT; n++)
		if (has >> n & 1)
			gd_buf_fmt(&names, "%s'%s'", names.len ? ", " : "", gd_cap_name(n));
	struct gd_finding *x = gd_found(out, "/process/capabilities");

	x->value = names.data;
	x->wanted = "not held";
	x->what = gd_printf(out->arena, "the capabilities %s", names.data);
	x->why = "with them a container can make files that are root on the host";
	x->fix = "drop them";
	x->fixable = true;
	/* Engines give all three by themselves. */
}

static void check_filter(const struct gd_facts *f, struct gd_findings *out)
{
	struct gd_looser l = { .why = "there is none" };
	struct gd_error err = { 0 };
	struct gd_filter x;

	if (!gd_filter_absent(f->linux_.seccomp)) {
		if (gd_filter_decode(f->linux_.seccomp, out->arena, &x, &err) < 0)
			l.why = err.text;
		else if (gd_filter_blocks_setid(&x, out->arena, &l))
			return;
	}
	struct gd_finding *y = gd_found(out, "/linux/seccomp");

	y->value = l.n ? gd_printf(out->arena, "%s", gd_quote(out->arena, l.names[0], 40)) : NULL;
	y->wanted = "a filter under which no file gets the set-user-id or set-group-id bit";
	y->what = "a filter under which set-user-id files can be made";
	y->why = "on a folder of the host such a file is root for whoever runs it";
	y->fix = "let guarded narrow it (action 'rewrite')";
	y->fixable = err.kind == GD_OK;
	y->settled_by = err.kind == GD_OK ? NULL
					  : "seccomp"; /* which replaces what cannot be read */
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	(void)config;
	check_caps(f, out);
	check_filter(f, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	bool has = gd_caps_held(gd_caps_given(f)) & TAKEN;
	gd_json *linux_obj;

	(void)config;
	if ((has && gd_caps_own(doc, f, err) < 0) ||
	    gd_caps_keep(gd_json_get(doc, "process"), ~TAKEN, err) < 0)
		return -1;
	if (f->verb == GD_ON_EXEC)
		return 0; /* the filter is the container's, and it runs already */
	linux_obj = gd_json_obj_in(doc, "linux");
	if (!linux_obj)
		return gd_error_set(err, GD_E_INPUT, "/linux is no object");
	return gd_filter_block_setid(linux_obj, a, err);
}

const struct gd_control gd_control_set_id = {
	.name = "setId",
	.help = "no process can make set-user-id or set-group-id files, device nodes or file "
		"capabilities",
	.fields = fields,
	.config_size = sizeof(struct gd_config_head),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.follows = true,
	.ids = "CIS-Docker-5.6 NIST-800-190-4.4.3 PCI-DSS-2.2.6",
	.check = check,
	.fix = fix,
};
