/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root of a container is what its engine made of the image, and nothing else: a folder of the
 * host's as the root is every mount rule passed by at once.
 */
#include <string.h>

#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	bool read_only;
	struct gd_words tmpfs, paths;
};

#define AT(member) .offset = offsetof(struct config, member)
static const struct gd_field fields[] = {
	{ .name = "readOnly",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  AT(read_only),
	  .help = "the root is read-only" },
	{ .name = "tmpfs",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_PATH,
	  AT(tmpfs),
	  .help = "places that get a tmpfs where the root is made read-only and nothing is mounted "
		  "there" },
	{ .name = "paths",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_PATH,
	  AT(paths),
	  .primary = true,
	  .help = "folders outside the engines' storage that may be a root" },
	{ .name = NULL },
};
#undef AT

static bool is_listed(const struct config *c, const char *path)
{
	for (size_t i = 0; i < c->paths.n; i++)
		if (gd_glob(c->paths.v[i], path))
			return true;
	return false;
}

static void check_place(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	const char *root = f->root_real ? f->root_real : f->root_path ? f->root_path : "";

	if (f->root_real && (f->root_in_engine || is_listed(c, f->root_real)))
		return;
	struct gd_finding *x = gd_found(out, "/root/path");
	x->value = gd_quote(out->arena, root, 120);
	x->wanted = "what the engine made of the image";
	x->what = gd_printf(out->arena, "the root %s", x->value);
	x->why =
		!f->root_real ? "it is not there, and what comes to be there later was never judged"
		: gd_streq(root, "/") ? "the whole host would be inside"
				      : "a folder of the host's would be the root of the container";
	x->fix = "run an image";
	x->asked = true;
	if (f->root_real && f->engine == GD_ENGINE_PODMAN)
		x->flag = gd_printf(out->arena, "--rootfs %s", gd_bare(out->arena, root, 80));
}

/* The runtime binds the root recursively: what is mounted below it comes along, unseen by the list
 * of mounts. */
static void check_below(const struct gd_facts *f, struct gd_findings *out)
{
	for (size_t i = 0; i < f->n_root_origins; i++) {
		const struct gd_origin *o = &f->root_origins[i];
		struct gd_finding *x = gd_found(out, "/root/path");
		x->value = gd_quote(out->arena, o->path, 80);
		x->wanted = "nothing mounted below the root";
		x->what = gd_printf(out->arena, "%s, mounted below the root", x->value);
		x->why = "it would come into the container without being asked for";
		x->fix = "unmount it";
		x->asked = true;
		return; /* one is as good as all */
	}
}

static bool has_mount_at(const struct gd_facts *f, const char *path)
{
	for (size_t i = 0; i < f->n_mounts; i++)
		if (gd_streq(f->mounts[i].target, path))
			return true;
	return false;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;

	if (!f->host_known) {
		struct gd_finding *x = gd_found(out, "/root/path");
		x->what = "this root";
		x->why = "nobody has looked at where it is";
		return;
	}
	check_place(f, c, out);
	check_below(f, out);
	if (c->read_only && !f->root_read_only) {
		struct gd_finding *x = gd_found(out, "/root/readonly");
		x->wanted = "true";
		x->what = "a writable root";
		x->why = "what is written there outlives the program that wrote it, and can be "
			 "executed";
		x->fix = gd_printf(
			out->arena, "add %s",
			gd_advise(f, GD_SAY_READ_ONLY, NULL, "root.readonly", out->arena));
		x->fixable = true; /* never asked: every engine leaves it out */
	}
	for (size_t i = 0; i < f->flags.n; i++) {
		if (!gd_streq(f->flags.v[i], "--no-pivot"))
			continue;
		struct gd_finding *x = gd_found(out, "/root");
		x->what = "'--no-pivot'";
		x->wanted = "a root that is pivoted to";
		x->why = "a container that is only moved to its root can leave it";
		x->fix = "configure the engine without it";
		x->asked = true;
	}
}

static int add_tmpfs(gd_json *mounts, const char *path)
{
	static const char *const options[] = { "nosuid", "nodev", "mode=1777", "size=65536k" };
	gd_json *entry = gd_json_new_obj(), *list = gd_json_new_arr();

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (gd_json_push(list, gd_json_new_str(options[i])) < 0)
			return -1;
	if (gd_json_set(entry, "destination", gd_json_new_str(path)) < 0 ||
	    gd_json_set(entry, "type", gd_json_new_str("tmpfs")) < 0 ||
	    gd_json_set(entry, "source", gd_json_new_str("tmpfs")) < 0 ||
	    gd_json_set(entry, "options", list) < 0)
		return -1;
	return gd_json_push(mounts, entry);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;
	gd_json *mounts = gd_json_arr_in(doc, "mounts");

	(void)a;
	if (!c->read_only || f->root_read_only)
		return 0;
	if (!mounts ||
	    gd_json_set(gd_json_obj_in(doc, "root"), "readonly", gd_json_new_bool(true)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	/* Behind all others: the controls behind this one count mounts from the front. */
	for (size_t i = 0; i < c->tmpfs.n; i++)
		if (!has_mount_at(f, c->tmpfs.v[i]) && add_tmpfs(mounts, c->tmpfs.v[i]) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

const struct gd_control gd_control_rootfs = {
	.name = "rootfs",
	.help = "the root is the engine's own, never a folder of the host's; read-only where the "
		"policy says so",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.13 NIST-800-190-4.4.4",
	.check = check,
	.fix = fix,
};
