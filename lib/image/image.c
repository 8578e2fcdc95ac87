/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which store knows this container: by its engine alone. */
#include "image/image.h"

#include "image/read.h"

static const struct {
	enum gd_engine engine;
	gd_image_reader *read;
} readers[] = {
	{ GD_ENGINE_DOCKER, gd_image_docker },
	{ GD_ENGINE_CTR, gd_image_containerd },
	{ GD_ENGINE_CRI, gd_image_containerd },
	{ GD_ENGINE_PODMAN, gd_image_storage },
	{ GD_ENGINE_CRIO, gd_image_storage },
};

int gd_image_collect(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a, struct gd_error *err)
{
	f->image = (struct gd_image){ .state = GD_IMAGE_NONE };
	f->use = (struct gd_use){ 0 };
	if (f->class == GD_CLASS_BUILD || f->class == GD_CLASS_PLUGIN)
		return 0;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i].engine == f->engine) {
			if (readers[i].read(f, roots, a, err) < 0)
				return -1;
			if (f->use.sandbox && (f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO))
				f->class = GD_CLASS_SANDBOX;
			if (f->image.state == GD_IMAGE_KNOWN)
				gd_image_ids(f, a);
			return 0;
		}
	return 0;
}
