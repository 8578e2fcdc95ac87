/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/hooks.h"
#include "facts/sources.h"

static bool is_running_verb(enum gd_action_verb v)
{
	return v == GD_ON_EXEC || v == GD_ON_UPDATE;
}

/*
 * Docker's data root is read off the root's path, which dockerd wrote. It is believed only where this container's
 * own directory lies in it, root's alone to write.
 */
static void confirm_data_root(struct gd_view *v)
{
	struct gd_places *p = &v->places;
	struct stat st;

	if (!p->data_root || v->f->class == GD_CLASS_PLUGIN)
		return;
	const char *own = gd_printf(v->a, "%s/containers/%s", p->data_root, v->f->id ? v->f->id : "");
	if (!v->f->id || stat(own, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022))
		p->data_root = NULL;
}

int gd_facts_collect(struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a,
		     struct gd_error *err)
{
	struct gd_view v = { .f = f, .paths = paths, .a = a };

	gd_host_collect(f, a);
	gd_facts_hooks(f, a);
	gd_places_learn(f, paths, a, &v.places);
	confirm_data_root(&v);
	gd_devices_collect(&v);
	int r = is_running_verb(f->verb) ? gd_running_collect(&v, err)
					 : gd_namespaces_collect(&v, err) < 0 || gd_root_collect(&v, err) < 0 ||
						   gd_sources_collect(&v, err) < 0 ? -1 : 0;
	if (r < 0) {
		gd_facts_done(f);
		return gd_error_wrap(err, "look at the host");
	}
	f->host_known = true;
	return 0;
}

void gd_facts_done(struct gd_facts *f)
{
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		if (m->fd >= 0)
			close(m->fd);
		m->fd = -1;
	}
}
