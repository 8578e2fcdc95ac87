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
 * Docker's data root is read off the root's path, which dockerd wrote. It is believed only where
 * this container's own directory lies in it, root's alone to write.
 */
static void confirm_data_root(struct gd_view *v)
{
	struct gd_places *p = &v->places;
	struct stat st;

	if (!p->data_root || v->f->engine != GD_ENGINE_DOCKER || v->f->class == GD_CLASS_PLUGIN)
		return;
	const char *own =
		gd_printf(v->a, "%s/containers/%s", p->data_root, v->f->id ? v->f->id : "");
	if (!v->f->id || stat(own, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0 ||
	    (st.st_mode & 022))
		p->data_root = NULL;
}

/* Asked a second time (from another mount namespace), nothing of the first answers may stay. */
static void forget(struct gd_facts *f)
{
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		m->kind = m->bind ? GD_SRC_HOST : GD_SRC_NONE;
		m->volume = m->unpinnable = NULL;
		m->origins = NULL;
		m->n_origins = 0;
		m->fd = -1;
	}
	for (int k = 0; k < GD_NS_KINDS; k++) {
		struct gd_namespace *ns = &f->linux_.ns[k];
		if (ns->path)
			ns->state = GD_NS_JOINED;
		ns->owner = GD_OWNER_NONE;
		ns->owner_id = NULL;
		ns->owner_joinable = (struct gd_words){ 0 };
		ns->owner_recorded = false;
		ns->fd = -1;
	}
	for (size_t i = 0; i < f->linux_.n_devices; i++)
		((struct gd_device *)&f->linux_.devices[i])->aliases = (struct gd_words){ 0 };
	for (size_t i = 0; i < f->linux_.resources.n_devices; i++)
		((struct gd_device_rule *)&f->linux_.resources.devices[i])->aliases =
			(struct gd_words){ 0 };
	f->host = (struct gd_host){ 0 };
	f->root_real = NULL;
	f->root_in_engine = false;
	f->root_origins = NULL;
	f->n_root_origins = 0;
}

int gd_facts_collect(struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a,
		     struct gd_error *err)
{
	struct gd_view v = { .f = f, .paths = paths, .a = a };

	forget(f);
	gd_host_collect(f, a);
	gd_facts_hooks(f, a);
	gd_places_learn(f, paths, a, &v.places);
	confirm_data_root(&v);
	gd_devices_collect(&v);
	int r = is_running_verb(f->verb) ? gd_running_collect(&v, err)
		: gd_namespaces_collect(&v, err) < 0 || gd_root_collect(&v, err) < 0 ||
				gd_sources_collect(&v, err) < 0
			? -1
			: 0;
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
	for (int k = 0; k < GD_NS_KINDS; k++) {
		struct gd_namespace *ns = &f->linux_.ns[k];
		if (ns->path && ns->fd >= 0)
			close(ns->fd);
		ns->fd = -1;
	}
}
