/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the parts that read Docker's store. */
#ifndef GD_IMAGE_DOCKER_H
#define GD_IMAGE_DOCKER_H

#include "image/read.h"

struct gd_docker {
	struct gd_facts *f;
	const struct gd_image_roots *roots;
	struct gd_arena *a;
	const char *data_root, *store;
	int data_fd;	/* O_PATH, root's alone up to "/" */
};

/* @name directly below @dirfd, root's alone; O_PATH, or -1. */
int gd_docker_dir(int dirfd, const char *name, struct gd_error *err);

/* docker_graph.c: the image @id by <data-root>/image/<driver>. */
int gd_docker_graph(struct gd_docker *d, const char *driver, const char *id, struct gd_error *err);

/* docker_containerd.c: whether the root is a snapshot of containerd's, and the image by its target and manifest. */
bool gd_docker_in_snapshots(const struct gd_docker *d);
int gd_docker_content(struct gd_docker *d, const char *target, const gd_json *manifest, struct gd_error *err);

/* docker_use.c: f->use of both records; @host may be NULL. */
void gd_docker_use(struct gd_docker *d, const gd_json *record, const gd_json *host);

#endif
