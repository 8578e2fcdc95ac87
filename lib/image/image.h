/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engines' stores on disk, read without their help: no API, no lock, no daemon. Docker with graph drivers
 * (docker.c), Docker with the containerd store (docker_containerd.c), containerd's CRI and ctr/nerdctl (containerd.c
 * over bolt.c), Podman and CRI-O (storage.c). All of them end in an OCI image configuration (config.c) whose bytes
 * matched their digest (blob.c).
 *
 * Every file is opened under a root that only root can write, no link followed below it, read whole under a named
 * limit. A store that changes while it is read is read again (GD_IMAGE_TRIES), then the image is UNKNOWN. What is
 * missing or wrong makes it UNKNOWN with the reason, never an error of the launch: whether an unknown image may start
 * is the policy's word. Errors are for what is broken here (memory).
 */
#ifndef GD_IMAGE_IMAGE_H
#define GD_IMAGE_IMAGE_H

#include "facts/facts.h"

#define GD_IMAGE_TRIES 5
#define GD_IMAGE_BLOB_MAX (4u << 20)	/* bytes of an index, manifest or configuration: containerd's own limit
					 * is 4 MiB */
#define GD_IMAGE_RECORD_MAX (8u << 20)	/* bytes of an engine's record of one container */
#define GD_IMAGE_STORE_MAX (64u << 20)	/* bytes of containers.json, images.json, repositories.json */

/* Where stores may be beside what the bundle's path and root's path say. */
struct gd_image_roots {
	struct gd_words containerd;	/* roots of containerd: GD_CONTAINERD_ROOT and those of guarded.json */
	struct gd_words storage;	/* graph roots of containers/storage: CRI-O's */
};
#define GD_CONTAINERD_ROOT "/var/lib/containerd"
#define GD_STORAGE_ROOT "/var/lib/containers/storage"

/* Both usual places with those of guarded.json behind them. */
void gd_image_roots_of(const struct gd_words *containerd, const struct gd_words *storage, struct gd_arena *a,
		       struct gd_image_roots *ret);

/*
 * Fill f->image and f->use for the container that @f (extracted; not yet collected) is about: by engine, id, bundle
 * and root path. Called on create, run and restore; exec and update take them from the record. A pod's
 * sandbox gets its class here: only the engine's record can tell it from a container.
 */
int gd_image_collect(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a,
		     struct gd_error *err);

#endif
