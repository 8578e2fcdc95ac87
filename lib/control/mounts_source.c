/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <sys/types.h>

#include "control/dialect.h"
#include "control/mounts.h"

static bool is_file_or_dir(const struct gd_origin *o)
{
	return (o->mode & GD_TYPE_BITS) == GD_TYPE_DIR || (o->mode & GD_TYPE_BITS) == GD_TYPE_FILE;
}

static bool deep_ro(const struct gd_mount *m)
{
	return m->read_only && gd_words_has(&m->options, "rro");
}

static bool is_writable(const struct gd_mount *m, size_t origin)
{
	return origin == 0 ? !m->read_only : !deep_ro(m);
}

static bool rule_fits(const struct gd_mount_rule *r, const struct gd_mount *m,
		      const struct gd_origin *o)
{
	if (!gd_glob(r->source, o->path) || (r->destination && !gd_glob(r->destination, m->target)))
		return false;
	for (size_t i = 0; i < gd_n_mount_specials; i++)
		if ((o->flags & gd_mount_specials[i].flag) &&
		    !gd_words_has(&r->special, gd_mount_specials[i].word) &&
		    !gd_words_has(&r->special, "*"))
			return false;
	return true;
}

/*
 * Does the document's filter keep every process from making set-user-id files and devices? The
 * control setId says so itself: with it in force it has nothing to find.
 */
static bool set_id_holds(const struct gd_facts *f, enum gd_set_id *known, struct gd_arena *a)
{
	const struct gd_control *c = gd_control_by_name("setId");
	struct gd_findings none = { .arena = a, .control = c };

	if (*known == GD_SET_ID_UNASKED && c)
		c->check(f, gd_alloc(a, c->config_size), &none);
	if (*known == GD_SET_ID_UNASKED)
		*known = c && none.n == 0 ? GD_SET_ID_HOLDS : GD_SET_ID_LACKS;
	return *known == GD_SET_ID_HOLDS;
}

/*
 * A file made there by the container's root belongs to the host's root, with whatever bits it was
 * given; run by anybody on the host it makes him root (kernel-facts 0b). Harmless on a file system
 * that the host mounts nosuid and nodev everywhere, and for ids that nobody has.
 */
static bool can_plant(const struct gd_facts *f, const struct gd_mount *m, size_t i)
{
	const struct gd_origin *o = &m->origins[i];

	return is_writable(m, i) && is_file_or_dir(o) &&
	       !(o->flags & (GD_OR_NOSUID | GD_OR_PROC)) &&
	       (f->linux_.maps_accounts || m->id_mapped);
}

enum { FINE, WANTS_RO, CAN_PLANT, NO_RULE };

/* How far the kindest of the rules lets @m->origins[i] pass. */
static int judge_origin(const struct gd_facts *f, const struct gd_mounts_config *c,
			const struct gd_mount *m, size_t i)
{
	const struct gd_mount_rule *r = c->allow.v;
	int best = NO_RULE;

	for (size_t k = 0; k < c->allow.n && best != FINE; k++) {
		int how = FINE;
		if (!rule_fits(&r[k], m, &m->origins[i]))
			continue;
		if (r[k].read_only && is_writable(m, i))
			how = WANTS_RO;
		else if (!r[k].waive && can_plant(f, m, i))
			how = CAN_PLANT;
		/* rather read-only than a way to root; rather neither */
		if (how < best)
			best = how;
	}
	return best;
}

/* A volume that its driver mounted, of nothing that the host has mounted anywhere else. */
static bool is_own_fs(const struct gd_mount *m)
{
	return m->volume && m->n_origins == 1 && (m->origins[0].flags & GD_OR_PRIVATE);
}

static void judge_own_fs(const struct gd_facts *f, const struct gd_mounts_config *c,
			 const struct gd_mount *m, struct gd_findings *out)
{
	const struct gd_origin *o = &m->origins[0];
	const char *device = o->device ? o->device : "";

	for (size_t i = 0; i < c->volumes.n; i++) {
		const char *p = c->volumes.v[i], *space = strchr(p, ' ');
		size_t n = strlen(o->fstype);
		if (space ? (size_t)(space - p) == n && memcmp(p, o->fstype, n) == 0 &&
				    gd_glob(space + 1, device)
			  : gd_glob(p, o->fstype))
			return;
	}
	if (!out)
		return;
	struct gd_finding *x = gd_mount_found(f, m, out);
	x->value = gd_printf(out->arena, "%s on %s", gd_quote(out->arena, o->fstype, 40),
			     gd_quote(out->arena, device, 80));
	x->wanted = "a file system that the policy lists for volumes";
	x->why = gd_printf(out->arena,
			   "it brings the file system %s, which this policy does not list",
			   x->value);
	x->fix = "use a volume without a device, or have it listed under mounts.volumes";
}

static unsigned judge_host(const struct gd_facts *f, const struct gd_mounts_config *c,
			   const struct gd_mount *m, enum gd_set_id *set_id,
			   struct gd_findings *out)
{
	unsigned want = 0;
	bool planted = false;

	for (size_t i = 0; i < m->n_origins; i++) {
		switch (judge_origin(f, c, m, i)) {
		case FINE:
			continue;
		case WANTS_RO:
			want |= i == 0 ? GD_WANT_SOURCE_RO : GD_WANT_DEEP_RO;
			continue;
		case CAN_PLANT:
			planted = true;
			continue;
		default:
			if (out)
				gd_mount_refuse_origin(f, c, m, &m->origins[i], out);
			return 0; /* one reason is enough; a refused mount is not conformed */
		}
	}
	if (want && out)
		gd_mount_want_ro(f, m, want, out);
	if (planted && out && !set_id_holds(f, set_id, out->arena))
		gd_mount_refuse_plant(f, m, out);
	return want;
}

unsigned gd_mount_judge_source(const struct gd_facts *f, const struct gd_mounts_config *c,
			       const struct gd_mount *m, enum gd_set_id *set_id,
			       struct gd_findings *out)
{
	bool own_user = f->linux_.ns[GD_NS_USER].state == GD_NS_OWN;

	if (m->id_mapped && !c->id_mapped && (m->kind == GD_SRC_HOST || !own_user))
		gd_mount_refuse(f, m,
				"mapped owners let the container write as anybody on the host",
				"leave the mapping out", out);
	switch (m->kind) {
	case GD_SRC_NONE:
	case GD_SRC_ENGINE:
	case GD_SRC_INIT:
	case GD_SRC_VOLUME:
	case GD_SRC_KUBELET:
		return 0;
	case GD_SRC_MISSING:
		gd_mount_refuse(
			f, m, "it is not there, and what comes to be there later was never judged",
			"make it first", out);
		return 0;
	case GD_SRC_HOST:
		break;
	}
	if (m->n_origins == 0) {
		gd_mount_refuse(f, m, "nobody has looked at what it is", NULL, out);
		return 0;
	}
	if (is_own_fs(m)) {
		judge_own_fs(f, c, m, out);
		return 0;
	}
	if (m->unpinnable && !gd_streq(m->propagation, "shared") && !f->record_known &&
	    f->verb != GD_ON_EXEC)
		gd_mount_refuse(f, m, m->unpinnable, "name the place itself", out);
	if (m->unpinnable && (m->origins[0].flags & GD_OR_CONTAINER_WRITABLE))
		gd_mount_refuse(
			f, m,
			"it is shared with the host by a path that others than root can change",
			"leave the propagation out, or share a folder of root's by its own name",
			out);
	return judge_host(f, c, m, set_id, out);
}
