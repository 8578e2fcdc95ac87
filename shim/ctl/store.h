/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images of this host by name or digest, from every store that can be found: without an engine, as
 * a launch reads them.
 */
#ifndef GD_CTL_STORE_H
#define GD_CTL_STORE_H

#include "container.h"
#include "image/image.h"

#define CTL_IMAGES_MAX 256	/* stores that have it: the same image may lie in several */

struct ctl_stored {
	const char *kind;	/* "docker", "containerd moby", "containers-storage" */
	const char *why;	/* NULL, or why what is there cannot be read: .image is not filled then */
	struct gd_image image;	/* its user is not looked up: that takes the layers of a container */
};

/*
 * @asked is a name as people type it ("web", "web:1", "web@sha256:..."), a digest with or without "sha256:", or the
 * first six digits or more of one. Stores that do not have it are not told. 0 or -1 with ctl->err.
 */
int ctl_image_find(struct ctl *ctl, const char *asked, struct ctl_stored **ret, size_t *ret_n);

#endif
