/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * args[0] looked up in the container's root as runtime and kernel will: by PATH or by the working directory, through
 * links, "#!" and its interpreters, to the loader and its libraries. Every place that takes part is told, so that a
 * control can ask what a mount hides.
 *
 * What cannot be told exactly is told broadly, never left out: where more than one file may be meant (by permissions,
 * by the order of libraries), each is told; directories in which the loader looks are told as such. What is opened
 * later by the program itself (dlopen, modules, a shell's commands) is not looked for, except arguments that name
 * executable files: tini, su-exec and entrypoint scripts execute them.
 *
 * The look-up is of the root file system before its mounts; where each mount lands in it is told beside
 * (gd_mount.lands). Nothing holds what was found: whoever can write the image's lower layers is root.
 */
#ifndef GD_IMAGE_PROGRAM_H
#define GD_IMAGE_PROGRAM_H

#include "facts/facts.h"

#define GD_PROGRAM_FILES_MAX 4096	/* over it: not to be told */
#define GD_PROGRAM_SCRIPTS_MAX 5	/* "#!" after "#!": the kernel's own limit */
#define GD_PROGRAM_ARGUMENTS_MAX 8	/* arguments that are tried as programs */
#define GD_PROGRAM_PATH_MAX 256		/* directories in PATH, and in any other list of directories */
#define GD_LOADER_CACHE_MAX (16u << 20)	/* bytes of /etc/ld.so.cache */
#define GD_LOADER_PRELOAD_MAX 65536u	/* bytes of /etc/ld.so.preload */

/*
 * Fill f->program, and .lands of mounts that have none. Needs f->root_real (gd_facts_collect, or the record) and, for
 * what lies in the writable layer, f->use. -1 only where something here is broken; what could not be found or told is
 * f->program.why.
 */
int gd_program_collect(struct gd_facts *f, struct gd_arena *a, struct gd_error *err);

/*
 * Fill .over_dev of mounts. Wanted under every policy; costs nothing where all that is mounted is the kernel's or the
 * engine's. Needs f->root_real and the sources' descriptors.
 */
void gd_mounts_over_dev(struct gd_facts *f, struct gd_arena *a);

#endif
