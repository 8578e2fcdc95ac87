/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/init.h"

#include <string.h>

/* Runtimes mount in the document's order: what comes later is on top. */
static bool is_covered(const struct gd_facts *f, size_t init)
{
	for (size_t i = init + 1; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];

		if (gd_path_within(f->mounts[init].target, m->target) ||
		    (m->lands && gd_path_within(f->mounts[init].target, m->lands)))
			return true;
	}
	return false;
}

size_t gd_facts_init_args(const struct gd_facts *f)
{
	const struct gd_words *args = &f->process.args;

	if (args->n < 3 || strcmp(args->v[1], "--") != 0)
		return 0;
	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].kind == GD_SRC_INIT && gd_streq(f->mounts[i].target, args->v[0]) &&
		    !is_covered(f, i))
			return 2;
	return 0;
}
