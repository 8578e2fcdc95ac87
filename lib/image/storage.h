/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts that read containers/storage: its lists (storage_list.c), images
 * (storage_image.c), libpod's records (storage_libpod.c).
 */
#ifndef GD_IMAGE_STORAGE_H
#define GD_IMAGE_STORAGE_H

#include "image/read.h"

#define GD_STORAGE_LAYERS_MAX 512	/* above one another; overlay takes 500 */
#define GD_STORAGE_RUN "/run/containers/storage"

/* Elements of the lists, as far as they are read; strings in the arena, NULL where absent or null. */
struct gd_st_container { const char *id, *image, *layer, *metadata; };
struct gd_st_image { const char *id, *digest, *layer; struct gd_words names, mapped, data; };
struct gd_st_layer { const char *id, *parent, *diff; };

struct gd_st_containers { struct gd_st_container *v; size_t n; };
struct gd_st_images { struct gd_st_image *v; size_t n; };
struct gd_st_layers { struct gd_st_layer *v; size_t n; };

struct gd_st_store {
	const char *graph;		/* the graph root's path */
	int dirfd;			/* owned */
	const char *driver;		/* "overlay" */
	const struct gd_st_container *container;
	struct gd_st_containers containers;
	struct gd_st_layers layers;
};

/* f->image and .upper, by s->container; *s gets its layers. 1: known; 0: a container without an image; -1. */
int gd_st_image_read(struct gd_facts *f, struct gd_st_store *s, struct gd_arena *a, struct gd_error *err);

/* @name below @dirfd, appended to *ret. 1; 0: not there; -1. */
int gd_st_containers_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_containers *ret,
			  struct gd_error *err);
int gd_st_images_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_images *ret,
		      struct gd_error *err);
int gd_st_layers_read(int dirfd, const char *name, struct gd_arena *a, struct gd_st_layers *ret,
		      struct gd_error *err);

/* What libpod keeps about a container, of its bolt_state.db (Podman before 5.0). */
struct gd_libpod {
	struct gd_bytes config, state;	/* JSON; .data NULL: absent */
	const char *run_root;
};
/* 1; 0: no such database, or it does not know the container (.run_root may be there still); -1. */
int gd_libpod_read(int graphfd, const char *id, struct gd_arena *a, struct gd_libpod *ret, struct gd_error *err);
/* Ports, health check, init, volumes, whether it ran. f->image is known. */
int gd_libpod_use(int graphfd, const struct gd_libpod *record, struct gd_facts *f, struct gd_arena *a,
		  struct gd_error *err);

#endif
