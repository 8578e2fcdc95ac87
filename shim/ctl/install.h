/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of guardctl install: what an engine's configuration becomes. */
#ifndef GD_CTL_INSTALL_H
#define GD_CTL_INSTALL_H

#include "base/file.h"
#include "ctl.h"
#include "json/tree.h"

#define INSTALL_NAME "guarded"	/* of the runtime in every engine's configuration */

struct install_want {
	const char *program;		/* absolute path of guarded */
	bool is_default;		/* new containers start through it without being asked to */
};

/*
 * From the file as it is (data NULL: there is none) to the file as it shall be; the same bytes where nothing is to be
 * done. Every other key, table and comment stays. 0, or -1 with the reason in @err.
 */
typedef int install_edit(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
			 struct gd_bytes *ret, struct gd_error *err);
install_edit install_docker, install_containerd, install_podman, install_crio;
install_edit install_shadow_docker, install_shadow_containerd;

/* What a file edited since then becomes without us; NULL data: nothing is left of it. */
install_edit uninstall_docker, uninstall_containerd;

/* One run of the command. */
struct install {
	struct ctl *ctl;
	struct install_want want;
	const char *engine, *root;
	bool shadow, dry, uninstall, changed;
	gd_json *memory;	/* path -> { "before": text or null, "after": digest } */
};

/* Below --root. */
const char *install_at(struct install *j, const char *path);
/* 1 and the file, 0: there is none, -1. A link reads as where it leads, "-> PATH". */
int install_read(struct install *j, const char *path, struct gd_bytes *ret);
/* Whole or not at all; NULL data: removed. The mode of what was there stays. */
int install_write(struct install *j, const char *path, struct gd_bytes bytes);

/* install_memory.c */
int install_load(struct install *j);
int install_save(struct install *j);
int install_remember(struct install *j, const char *path, struct gd_bytes before, struct gd_bytes after);

#endif
