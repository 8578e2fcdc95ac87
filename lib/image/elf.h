/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel and the loader take from a file's head: whether it is ELF or a script, who interprets it, what
 * it needs. The files are a container's: every offset and length is hostile. Only parts are read, each under a limit;
 * what the kernel would not run as this machine's own program, or what is over a limit, cannot be told.
 */
#ifndef GD_IMAGE_ELF_H
#define GD_IMAGE_ELF_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/str.h"

#define GD_ELF_HEADERS_MAX 65536u	/* bytes of program headers: the kernel's own limit */
#define GD_ELF_DYNAMIC_MAX 65536u	/* bytes of the dynamic section */
#define GD_ELF_NEEDED_MAX 512		/* libraries that one file names */
#define GD_ELF_STRING_MAX 4096		/* bytes of one name, with the NUL */
#define GD_SCRIPT_HEAD 256		/* BINPRM_BUF_SIZE */

/* pread() over whatever it is; at most @n bytes, fewer only at the end. -1: cannot be read. */
struct gd_elf_file {
	ssize_t (*read)(void *ctx, void *buf, size_t n, uint64_t at);
	void *ctx;
};

enum gd_elf_kind {
	GD_ELF_PROGRAM,		/* this machine's ELF */
	GD_ELF_SCRIPT,		/* "#!" */
	GD_ELF_OTHER,		/* neither: the kernel says ENOEXEC (but binfmt_misc may have a word) */
	GD_ELF_UNKNOWN,		/* cannot be told: .why */
};
struct gd_elf {
	enum gd_elf_kind kind;
	const char *why;
	const char *interpreter;	/* PT_INTERP or the script's; NULL: none */
	const char *argument;		/* the script's one argument, NULL */
	bool is64;
	struct gd_words needed;		/* DT_NEEDED, filters, auditors: all that gets loaded */
	struct gd_words search;		/* DT_RPATH and DT_RUNPATH, each a list with ':' */
};

struct gd_elf gd_elf_read(const struct gd_elf_file *file, struct gd_arena *a);

#endif
