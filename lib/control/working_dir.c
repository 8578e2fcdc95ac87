/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime enters the working directory from outside before it drops what it holds:
 * /proc/self/fd/N names one of its descriptors of the host (CVE-2024-21626). So the directory is
 * never in a procfs, however that is written: under /proc, under the links that runtimes make in
 * /dev, or under another mount of type proc. A link inside the image is not seen here; runc 1.1.12
 * and later look where they ended up.
 */
#include <string.h>

#include "control/like.h"

struct config {
	struct gd_config_head head;
	int like;
};

static const struct gd_field fields[] = {
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  .offset = offsetof(struct config, like),
	  .help = "'image': the folder that the image declares; on exec, the container's" },
	{ .name = NULL },
};

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

/* Engines make "app" of an image "/app", and nothing "/". NULL: nothing to compare with. */
static const char *declared(const struct gd_facts *f, const struct config *c, struct gd_arena *a)
{
	const char *cwd;

	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f))
		return NULL;
	if (f->verb == GD_ON_EXEC)
		return f->container ? f->container->cwd : NULL;
	if (f->image.state != GD_IMAGE_KNOWN)
		return NULL;
	cwd = f->image.cwd ? f->image.cwd : "";
	return gd_path_clean(a, *cwd == '/' ? cwd : gd_printf(a, "/%s", cwd));
}

/* '..' is never like anything: it leads wherever a link does. */
static bool is_like(const char *cwd, const char *want, struct gd_arena *a)
{
	return cwd && *cwd == '/' && !climbs(cwd) && gd_streq(gd_path_clean(a, cwd), gd_path_clean(a, want));
}

static void check_like(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	const char *cwd = f->process.cwd, *want = declared(f, c, out->arena);
	struct gd_finding *x;

	if (c->like == GD_LIKE_IMAGE && !gd_like_exempt(f) && f->verb != GD_ON_EXEC &&
	    !gd_like_known(f, "/process/cwd", NULL, out))
		return;
	if (!want || is_like(cwd, want, out->arena))
		return;
	x = gd_found(out, "/process/cwd");
	x->value = cwd ? gd_quote(out->arena, cwd, 80) : NULL;
	x->wanted = gd_quote(out->arena, want, 80);
	x->what = cwd ? gd_printf(out->arena, "the working directory %s", x->value) : "a missing working directory";
	x->why = gd_printf(out->arena, f->verb == GD_ON_EXEC ? "the container's is %s" : "the image declares %s",
			   x->wanted);
	x->asked = true;
	x->flag = gd_say(f, GD_SAY_WORKDIR, cwd ? cwd : "", out->arena);
	x->fix = gd_printf(out->arena, "leave %s out",
			   gd_advise(f, GD_SAY_WORKDIR, NULL, "process.cwd", out->arena));
	/* an image's own directory may be one that is never entered */
	x->fixable = reason(f, want, out->arena) == NULL;
}

static void check_plain(const struct gd_facts *f, struct gd_findings *out)
{
	const char *cwd = f->process.cwd, *why = reason(f, cwd, out->arena);
	struct gd_finding *x;

	if (!why)
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

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	if (!f->process.json)
		return;
	check_plain(f, out);
	check_like(f, config, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a, struct gd_error *err)
{
	const char *want = declared(f, config, a);
	gd_json *process = gd_json_get(doc, "process");

	if (!process || !want || reason(f, want, a) || is_like(f->process.cwd, want, a))
		return 0;
	if (gd_json_set(process, "cwd", gd_json_new_str(want)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

static bool needs_image(const void *config)
{
	const struct config *c = config;

	return gd_like_looks(&c->head) && c->like == GD_LIKE_IMAGE;
}

static bool pins(const void *config)
{
	const struct config *c = config;

	return gd_like_acts(&c->head) && c->like == GD_LIKE_IMAGE;
}

const struct gd_control gd_control_working_dir = {
	.name = "workingDir",
	.help = "the working directory is the image's, absolute, without '..', and in no procfs",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CVE-2024-21626 NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
	.needs_image = needs_image,
	.pins = pins,
};
