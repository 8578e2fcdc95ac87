/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the parts of the look-up of programs. */
#ifndef GD_IMAGE_LOOK_H
#define GD_IMAGE_LOOK_H

#include "base/file.h"
#include "image/elf.h"
#include "image/program.h"
#include "image/walk.h"

/* The directory of this machine's libraries on Debian and its kin. */
#if defined(__x86_64__)
#define GD_TRIPLET "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define GD_TRIPLET "aarch64-linux-gnu"
#elif defined(__arm__)
#define GD_TRIPLET "arm-linux-gnueabihf"
#elif defined(__riscv)
#define GD_TRIPLET "riscv64-linux-gnu"
#elif defined(__powerpc64__)
#define GD_TRIPLET "powerpc64le-linux-gnu"
#elif defined(__s390x__)
#define GD_TRIPLET "s390x-linux-gnu"
#elif defined(__i386__)
#define GD_TRIPLET "i386-linux-gnu"
#else
#define GD_TRIPLET "unknown-linux-gnu"
#endif

struct gd_look {
	struct gd_facts *f;
	struct gd_arena *a;
	struct gd_walk walk;
	int upper;			/* O_PATH of the writable layer, -1 where it is not known */
	struct gd_program_file *files; size_t n;
	const char *why;		/* the first thing that could not be told */
	struct gd_words library_dirs;	/* without links; where the loader looks, in no order */
	struct gd_words needed;		/* names of libraries looked for already */
	struct gd_words unread, unread_as; /* libraries whose own needs were not yet read; as they were typed */
	size_t n_read;
	struct gd_words dirs_as, dirs;	/* directories of files that were looked for: as named, and without links */
	bool narrow;			/* a 32-bit program takes part */
	bool has_cache;			/* /etc/ld.so.cache was read */
	struct gd_bytes cache;
	const char *cwd;
	bool by_init;			/* execvp's rules: what is neither ELF nor "#!" is /bin/sh's */
};

/* look.c. The first reason stays. */
void gd_look_fail(struct gd_look *k, const char *why, ...) __attribute__((format(printf, 2, 3)));
/* Note a file and the links that led to it; NULL: it was noted before. Good until the next one is noted. */
struct gd_program_file *gd_look_note(struct gd_look *k, enum gd_program_role role, const char *typed,
				     const struct gd_walked *w);
void gd_look_note_links(struct gd_look *k, const char *typed, const struct gd_walked *w);
/* Head of the regular file at @path, without links. */
struct gd_elf gd_look_read(struct gd_look *k, const char *path);
struct gd_elf gd_look_read_fd(struct gd_look *k, int fd);
/* @path below the working directory where it is relative. */
const char *gd_look_absolute(struct gd_look *k, const char *path);
/* The last value of @name in the environment; NULL: none. */
const char *gd_look_env(const struct gd_look *k, const char *name);

/* lands.c: where each mount ends up. */
void gd_program_lands(struct gd_facts *f, const struct gd_walk *in, struct gd_arena *a);
/* Is what lies at @rest below @m told by the mount? 1: there are no links; 0: what the image has shows through; -1:
 * nobody can tell. */
int gd_below_mount(const struct gd_mount *m, const char *rest);
/* program_loader.c: the loader and the libraries of @e, which was found at @path. */
void gd_look_libraries(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed);
/* program_library.c: one more directory in which the loader looks; one more library by name or path. */
void gd_look_library_dir(struct gd_look *k, const char *dir);
void gd_look_library(struct gd_look *k, const char *name);
/* What one file asks for: directories and libraries. */
void gd_look_needs(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed);
/* The directory part of @path, links or not. */
const char *gd_look_parent(struct gd_look *k, const char *path);

/*
 * upper.c: what lies at @path (without links) is the writable layer's, or something of the image's is hidden there.
 */
bool gd_upper_has(int upper, const char *path);
/* The same of a directory of libraries: whether a library, or a directory of libraries, in it is. */
bool gd_upper_has_libraries(int upper, const char *path);

#endif
