/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A container that runs without a record: started before guarded, or by another way. Its document
 * says what was asked; what its sources were, its init's mount table says better than their paths,
 * which may lead elsewhere by now.
 */
#include <string.h>

#include "facts/sources.h"
#include "facts/state.h"

static const struct gd_mnt *at_target(const struct gd_mnt_table *t, const char *target)
{
	const struct gd_mnt *last = NULL;

	/* The one on top is the one mounted last. */
	for (size_t i = 0; i < t->n; i++)
		if (gd_streq(t->v[i].point, target))
			last = &t->v[i];
	return last;
}

static int find_mount(struct gd_view *v, const struct gd_mnt_table *theirs, struct gd_mount *m,
		      struct gd_error *err)
{
	const struct gd_mnt *at = at_target(theirs, m->target);
	struct gd_origin *o = NULL;
	size_t n = 0, below_n = 0;

	m->kind = GD_SRC_MISSING;
	m->unpinnable = "the container runs already";
	if (!at)
		return 0;
	int r = gd_origin_of_foreign(v, at, GD_APPEND(v->a, o, n), err);
	if (r <= 0)
		return r;
	const struct gd_mnt **below = gd_mnt_below(theirs, m->target, &below_n);
	for (size_t i = 0; i < below_n && m->recursive; i++) {
		if (n > GD_SUBMOUNTS_MAX)
			return gd_error_set(err, GD_E_INPUT, "more than %d mounts below one source",
					    GD_SUBMOUNTS_MAX);
		struct gd_origin sub = { 0 };
		r = gd_origin_of_foreign(v, below[i], &sub, err);
		if (r < 0)
			return -1;
		if (r == 0)
			continue; /* of no file system that the host has: the container's own */
		sub.below = below[i]->point + strlen(m->target);
		*GD_APPEND(v->a, o, n) = sub;
	}
	m->origins = o;
	m->n_origins = n;
	struct gd_claim c = gd_places_claim(&v->places, v->f, m, v->a);
	bool is_claimed = gd_streq(o[0].path, m->source) && n == 1;
	m->kind = is_claimed && c.kind != GD_SRC_HOST ? c.kind : GD_SRC_HOST;
	if (c.kind == GD_SRC_VOLUME)
		m->volume = c.name;
	return 0;
}

int gd_running_collect(struct gd_view *v, struct gd_error *err)
{
	struct gd_facts *f = v->f;
	struct gd_mnt_table theirs;
	struct gd_state s = { 0 };

	if (!f->runtime_root || !f->id)
		return gd_error_set(err, GD_E_INPUT, "the container's state is not known");
	if (gd_state_find(f->inner, f->runtime_root, f->id, v->a, &s, err) < 0)
		return -1;
	if (!s.alive)
		return gd_error_set(err, GD_E_INPUT,
				    "the container has no record and its init is gone");
	if (gd_namespaces_of(v, s.init_pid, err) < 0 ||
	    gd_mnt_read(gd_printf(v->a, "/proc/%d/mountinfo", (int)s.init_pid), v->a, &theirs,
			err) < 0)
		return -1;
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		if (m->bind && find_mount(v, &theirs, m, err) < 0)
			return -1;
	}
	/* Its root has been pivoted to: where it came from, nobody can tell any more but by the
	 * document's path. */
	return gd_root_collect(v, err);
}
