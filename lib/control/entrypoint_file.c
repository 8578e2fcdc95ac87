/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The right command line is worth nothing where another file lies under its name: mounted over it, over its
 * interpreter or a library, or copied in. What will be executed and loaded was looked up for this very document
 * (facts/image.h: gd_program), links included; where mounts really land, too.
 *
 * A container that ran before is looked at like a new one: start, stop, "docker cp" and start is hardly more work
 * than "docker cp" and start. What it wrote there itself nothing tells apart from that, and is refused as well.
 *
 * Left out: what the command opens by itself, scripts and modules. Copied over, they are not seen.
 */
#include <string.h>

#include "control/entrypoint.h"
#include "control/mounts.h"
#include "facts/init.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *const roles[] = {
	[GD_PROGRAM_COMMAND] = "the command",
	[GD_PROGRAM_SCRIPT_INTERPRETER] = "the interpreter",
	[GD_PROGRAM_LOADER] = "the loader",
	[GD_PROGRAM_LIBRARY] = "the library",
	[GD_PROGRAM_SEARCHED] = "the searched folder",
	[GD_PROGRAM_LINK] = "the link",
	[GD_PROGRAM_INIT] = "the engine's init",
	[GD_PROGRAM_ARGUMENT] = "the program",
	[GD_PROGRAM_LOADER_FILE] = "the loader's file",
};

static bool at_or_above(const struct gd_mount *m, const char *path)
{
	/* "/" where it cannot be told where it lands: above everything */
	return gd_path_within(path, m->target) || (m->lands && gd_path_within(path, m->lands));
}

static bool below(const struct gd_mount *m, const char *path)
{
	return gd_path_within(m->target, path) || (m->lands && gd_path_within(m->lands, path));
}

/* A volume that the image itself wants there, filled from the image by the engine. */
static bool is_declared_volume(const struct gd_facts *f, const struct gd_mount *m)
{
	return m->kind == GD_SRC_VOLUME && gd_words_has(&f->use.image_volumes, m->target) &&
	       gd_words_has(&f->image.volumes, m->target);
}

/* Folders are told as well (of libraries, of PATH): what is mounted below one of those may be found first. */
static const struct gd_program_file *covered_by(const struct gd_facts *f, const struct gd_mount *m)
{
	bool own = is_declared_volume(f, m);

	for (size_t i = 0; i < f->program.n_files; i++) {
		const struct gd_program_file *p = &f->program.files[i];
		const char *typed = p->typed && p->typed[0] == '/' ? p->typed : p->path;

		if (at_or_above(m, p->path) || at_or_above(m, typed) ||
		    (!own && (below(m, p->path) || below(m, typed))))
			return p;
	}
	return NULL;
}

static void found_cover(const struct gd_facts *f, const struct gd_mount *m, const struct gd_program_file *file,
			struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/mounts/%zu/destination", m->index);
	const char *path = gd_quote(out->arena, file->path, 80);

	x->value = gd_quote(out->arena, m->destination, 80);
	x->wanted = gd_printf(out->arena, "nothing mounted over %s", path);
	x->what = gd_mount_what(m, out->arena);
	x->flag = gd_mount_flag(f, m, out->arena);
	x->asked = true;
	if (m->lands_why)
		x->why = gd_printf(out->arena,
				   "where %s leads in the image cannot be told (%s), and %s %s may lie there",
				   x->value, m->lands_why, roles[file->role], path);
	else
		x->why = gd_printf(out->arena, "mounted on %s it could put another file in the place of %s %s",
				   x->value, roles[file->role], path);
	x->fix = "mount it elsewhere";
}

/* "sleep" and "/usr/bin/sleep": the name that was looked up is the one that will be run. */
static bool is_about(const struct gd_facts *f)
{
	size_t init = gd_facts_init_args(f);
	const struct gd_program *p = &f->program;

	if (init >= f->process.args.n)
		return false;
	for (size_t i = 0; i < p->n_files; i++)
		if (p->files[i].typed &&
		    strcmp(base_name(p->files[i].typed), base_name(f->process.args.v[init])) == 0)
			return true;
	return false;
}

static bool is_known(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_program *p = &f->program;
	struct gd_finding *x;

	if (p->asked && p->found && is_about(f))
		return true;
	x = gd_found(out, "/process/args/0");
	x->value = f->process.args.n ? gd_quote(out->arena, f->process.args.v[0], 80) : NULL;
	x->wanted = "a command that the image brings";
	x->what = x->value ? gd_printf(out->arena, "the command %s", x->value) : "a missing command";
	if (p->asked && !p->found)
		x->why = gd_printf(out->arena, "which file it is cannot be told: %s",
				   p->why ? p->why : "it is not there");
	else
		x->why = "nobody has looked at which file it is";
	x->fix = "name a command of the image";
	return false;
}

static const char *copy_verb(const struct gd_facts *f)
{
	return f->engine == GD_ENGINE_PODMAN ? "podman cp" : "docker cp";
}

/* Only these two have a way for their users to write into a container that never ran. */
static bool can_copy(const struct gd_facts *f)
{
	return f->engine == GD_ENGINE_DOCKER || f->engine == GD_ENGINE_PODMAN;
}

static void check_changed(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_program *p = &f->program;
	struct gd_finding *x;

	if (!f->use.upper && can_copy(f)) {
		x = gd_found(out, "/process/args/0");
		x->what = "this container";
		x->why = gd_printf(out->arena, "whether '%s' put files into it cannot be told", copy_verb(f));
		x->fix = "have entrypoint.changed allowed, or use a storage driver with layers on disk";
	}
	for (size_t i = 0; i < p->n_files; i++) {
		const char *path = gd_quote(out->arena, p->files[i].path, 80);

		if (!p->files[i].in_upper)
			continue;
		x = gd_found(out, "/process/args/0");
		x->value = path;
		x->wanted = "the image's own file";
		x->what = gd_printf(out->arena, "%s %s", roles[p->files[i].role], path);
		x->why = gd_printf(out->arena,
				   "it is not the one that the image brought: '%s' or the like put it into "
				   "the container%s",
				   copy_verb(f),
				   f->use.started_before ? ", or the container itself" : " before its first start");
		x->fix = "create the container again, and build the file into an image";
		x->asked = true;
		return;
	}
}

void gd_entrypoint_check_file(const struct gd_facts *f, const struct gd_entrypoint_config *c, struct gd_findings *out)
{
	/* Judged again on exec, the container runs what it runs: create looked, and nothing is executed anew. */
	if ((c->covered && c->changed) || f->record_known || !is_known(f, out))
		return;
	for (size_t i = 0; i < f->n_mounts && !c->covered; i++) {
		const struct gd_mount *m = &f->mounts[i];
		const struct gd_program_file *file = m->kind == GD_SRC_INIT ? NULL : covered_by(f, m);

		if (file)
			found_cover(f, m, file, out);
	}
	if (!c->changed)
		check_changed(f, out);
}
