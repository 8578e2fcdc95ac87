/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In whose words a refusal speaks: whoever typed "--cap-add" does not know "securityContext", nor the reverse. */
#ifndef GD_CONTROL_DIALECT_H
#define GD_CONTROL_DIALECT_H

#include "facts/facts.h"

enum gd_dialect {
	GD_SPEAK_PLAIN,	/* nobody's: a bundle by hand, a build, a plugin */
	GD_SPEAK_FLAGS,	/* docker, podman, ctr and nerdctl: the same flags for what is judged here */
	GD_SPEAK_POD,	/* Kubernetes: fields of a pod */
};

static inline enum gd_dialect gd_dialect(const struct gd_facts *f)
{
	if (f->class == GD_CLASS_BUILD || f->class == GD_CLASS_PLUGIN)
		return GD_SPEAK_PLAIN;
	switch (f->engine) {
	case GD_ENGINE_DOCKER:
	case GD_ENGINE_PODMAN:
	case GD_ENGINE_CTR:
		return GD_SPEAK_FLAGS;
	case GD_ENGINE_CRI:
	case GD_ENGINE_CRIO:
		return GD_SPEAK_POD;
	case GD_ENGINE_BUILDKIT:
	case GD_ENGINE_UNKNOWN:
		break;
	}
	return GD_SPEAK_PLAIN;
}

#endif
