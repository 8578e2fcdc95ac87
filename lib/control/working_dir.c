/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime enters the working directory from outside before it drops what it holds:
 * /proc/self/fd/N names one of its descriptors of the host (CVE-2024-21626). So the directory is
 * never in a procfs, however that is written: under /proc, under the links that runtimes make in
 * /dev, or under another mount of type proc. A link inside the image is not seen here; runc 1.1.12
 * and later look where they ended up.
 */
#include <string.h>

#include "control/dialect.h"

static const struct gd_field fields[] = { { .name = NULL } };

/* The last ones are links to /proc that every runtime makes. */
static const char *const proc_names[] = {
	"/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/core",
};

static bool climbs(const char *path)
{
	for (const char *p = path; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

static bool in_proc(const struct gd_facts *f, const char *clean)
{
	for (size_t i = 0; i < sizeof(proc_names) / sizeof(proc_names[0]); i++)
		if (gd_path_within(clean, proc_names[i]))
			return true;
	for (size_t i = 0; i < f->n_mounts; i++)
		if (gd_streq(f->mounts[i].type, "proc") && strcmp(f->mounts[i].target, "/") != 0 &&
		    gd_path_within(clean, f->mounts[i].target))
			return true;
	return false;
}

static const char *reason(const struct gd_facts *f, const char *cwd, struct gd_arena *a)
{
	if (!cwd || *cwd != '/')
		return "no runtime says where a working directory that is not absolute would be";
	if (climbs(cwd))
		return "'..' in it is followed by the kernel, and may lead out of the container";
	if (in_proc(f, gd_path_clean(a, cwd)))
		return "under /proc it could name a directory of the host that the runtime holds "
		       "open";
	return NULL;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const char *cwd = f->process.cwd, *why;
	struct gd_finding *x;

	(void)config;
	if (!f->process.json || !(why = reason(f, cwd, out->arena)))
		return;
	x = gd_found(out, "/process/cwd");
	x->value = cwd ? gd_quote(out->arena, cwd, 80) : NULL;
	x->wanted = "an absolute path outside /proc, without '..'";
	x->what = cwd ? gd_printf(out->arena, "the working directory %s", x->value)
		      : "a missing working directory";
	x->why = why;
	x->fix = "name a plain directory of the image";
	/* on create it may be the image's own word */
	x->asked = f->verb == GD_ON_EXEC && f->container && !gd_streq(cwd, f->container->cwd);
	if (x->asked)
		x->flag = gd_say(f, GD_SAY_WORKDIR, cwd ? cwd : "", out->arena);
}

const struct gd_control gd_control_working_dir = {
	.name = "workingDir",
	.help = "the working directory is absolute, without '..', and in no procfs",
	.fields = fields,
	.config_size = sizeof(struct gd_config_head),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CVE-2024-21626 NIST-800-190-4.4.3",
	.check = check,
};
