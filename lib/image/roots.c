/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image/image.h"

static void fill(const char *usual, const struct gd_words *more, struct gd_arena *a, struct gd_words *ret)
{
	*ret = (struct gd_words){ 0 };
	gd_words_add(a, ret, usual);
	for (size_t i = 0; i < more->n; i++)
		gd_words_add(a, ret, more->v[i]);
}

void gd_image_roots_of(const struct gd_words *containerd, const struct gd_words *storage, struct gd_arena *a,
		       struct gd_image_roots *ret)
{
	fill(GD_CONTAINERD_ROOT, containerd, a, &ret->containerd);
	fill(GD_STORAGE_ROOT, storage, a, &ret->storage);
}
