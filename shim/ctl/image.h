/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between image.c, which finds what is to be told, and image_print.c, which tells it. */
#ifndef GD_CTL_IMAGE_H
#define GD_CTL_IMAGE_H

#include "judge.h"

struct ctl_shown {
	struct ctl *ctl;
	const struct gd_image *image;
	const char *kind;		/* of the store or the engine */
	const char *container;		/* id, NULL: an image by itself */
	const struct gd_facts *facts;	/* of the container, NULL: it does not run */
	struct gd_findings uses;	/* otherwise than as built */
	const char *uses_why;		/* NULL, or why that cannot be told */
};

void ctl_image_text(const struct ctl_shown *s);
/* Owned by the caller; NULL: out of memory. */
gd_json *ctl_image_json(const struct ctl_shown *s);

#endif
