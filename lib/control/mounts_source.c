/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <sys/types.h>

#include "control/dialect.h"
#include "control/mounts.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define TYPE_BITS 0170000	/* of a mode; sys/stat.h asks the host and is not for controls */
#define TYPE_DIR 0040000
#define TYPE_FILE 0100000

/* The gravest first: the message tells of one. NULL as the fix: what the policy does let pass. */
static const struct {
	unsigned flag;
	const char *word;	/* in a rule's "special" */
	const char *itself;	/* why, where the source is one */
	const char *fix;
} specials[] = {
	{ GD_OR_ENGINE_SOCKET, "socket", "whoever holds this socket is root on the host", "leave it out" },
	{ GD_OR_PROC, "kernel", "it is a door to the host's kernel and processes", "leave it out" },
	{ GD_OR_NAMESPACE, "kernel", "it keeps a namespace of the host's open", "leave it out" },
	{ GD_OR_SOCKET, "socket", "a socket of the host's speaks for the program behind it", "leave it out" },
	{ GD_OR_DEVICE, "device", "it brings devices of the host", "name the device with --device" },
	{ GD_OR_ENGINE_ABOVE, "engine", "it is the host's own, and holds what its engines depend on", NULL },
	{ GD_OR_ENGINE_DIR, "engine", "engines or guarded keep there what everybody's containers depend on",
	  NULL },
	{ GD_OR_RUN, "run", "what runs on the host keeps its sockets and locks there", NULL },
	{ GD_OR_FIFO, "fifo", "somebody on the host reads what is written there", "leave it out" },
};

static bool is_file_or_dir(const struct gd_origin *o)
{
	return (o->mode & TYPE_BITS) == TYPE_DIR || (o->mode & TYPE_BITS) == TYPE_FILE;
}

static bool deep_ro(const struct gd_mount *m)
{
	return m->read_only && gd_words_has(&m->options, "rro");
}

static bool is_writable(const struct gd_mount *m, size_t origin)
{
	return origin == 0 ? !m->read_only : !deep_ro(m);
}

static bool rule_fits(const struct gd_mount_rule *r, const struct gd_mount *m, const struct gd_origin *o)
{
	if (!gd_glob(r->source, o->path) || (r->destination && !gd_glob(r->destination, m->target)))
		return false;
	for (size_t i = 0; i < LEN(specials); i++)
		if ((o->flags & specials[i].flag) && !gd_words_has(&r->special, specials[i].word) &&
		    !gd_words_has(&r->special, "*"))
			return false;
	return true;
}

/*
 * Does the document's filter keep every process from making set-user-id files and devices? The control setId says so
 * itself: with it in force it has nothing to find.
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
 * A file made there by the container's root belongs to the host's root, with whatever bits it was given; run by
 * anybody on the host it makes him root (kernel-facts 0b). Harmless on a file system that the host
 * mounts nosuid and nodev everywhere, and for ids that nobody has.
 */
static bool can_plant(const struct gd_facts *f, const struct gd_mount *m, size_t i)
{
	const struct gd_origin *o = &m->origins[i];

	return is_writable(m, i) && is_file_or_dir(o) && !(o->flags & (GD_OR_NOSUID | GD_OR_PROC)) &&
	       (f->linux_.maps_accounts || m->id_mapped);
}

enum { FINE, WANTS_RO, CAN_PLANT, NO_RULE };

/* How far the kindest of the rules lets @m->origins[i] pass. */
static int judge_origin(const struct gd_facts *f, const struct gd_mounts_config *c, const struct gd_mount *m,
			size_t i)
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

static struct gd_finding *found(const struct gd_facts *f, const struct gd_mount *m, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/mounts/%zu/source", m->index);

	x->flag = gd_mount_flag(f, m, out->arena);
	x->what = gd_mount_what(m, out->arena);
	x->value = gd_quote(out->arena, m->source ? m->source : "", 120);
	x->asked = true;
	return x;
}

/* What somebody who did not know needs to hear: that the name they typed is another name of this. */
static const char *leads_to(const struct gd_mount *m, const struct gd_origin *o, struct gd_arena *a)
{
	if (o->below[0] != '\0')
		return gd_printf(a, "it brings along what is mounted below it, %s, and ",
				 gd_quote(a, o->path, 80));
	if (gd_streq(o->path, m->source) || !m->source)
		return "";
	return gd_printf(a, "it leads to %s, and ", gd_quote(a, o->path, 80));
}

/* What would be let pass: the first folder that the policy lists for anything below it. */
static const char *way_in(const struct gd_mounts_config *c, struct gd_arena *a)
{
	const struct gd_mount_rule *r = c->allow.v;

	for (size_t i = 0; i < c->allow.n; i++)
		if (gd_ends(r[i].source, "/**") && !r[i].destination && !r[i].read_only)
			return gd_printf(a, "use a volume, or a folder below %s",
					 gd_quote(a, gd_strndup(a, r[i].source, strlen(r[i].source) - 3), 80));
	return "use a volume";
}

static void refuse_origin(const struct gd_facts *f, const struct gd_mounts_config *c, const struct gd_mount *m,
			  const struct gd_origin *o, struct gd_findings *out)
{
	struct gd_finding *x = found(f, m, out);
	const char *why = "this policy does not list it", *leads = leads_to(m, o, out->arena);
	size_t i = 0;

	while (i < LEN(specials) && !(o->flags & specials[i].flag))
		i++;
	x->wanted = "a source that the policy lists";
	x->fix = way_in(c, out->arena);
	if (gd_streq(o->path, "/")) {
		why = "it holds everything on the host";
	} else if (i < LEN(specials)) {
		why = specials[i].flag == GD_OR_ENGINE_SOCKET && (o->mode & TYPE_BITS) == TYPE_DIR
			      ? "whoever holds the engine's socket in it is root on the host" : specials[i].itself;
		x->fix = specials[i].fix ? specials[i].fix : x->fix;
	}
	x->why = gd_printf(out->arena, "%s%s", leads, why);
}

static void refuse_plant(const struct gd_facts *f, const struct gd_mount *m, struct gd_findings *out)
{
	struct gd_finding *x = found(f, m, out);

	x->wanted = "read-only, or the control setId in force";
	x->why = "a set-user-id file made there would make anybody root on the host";
	x->fix = gd_dialect(f) == GD_SPEAK_FLAGS ? "add ':ro', or use a volume" : "mount it read-only";
	x->settled_by = "setId"; /* never by us: a folder made read-only in silence is another container */
}

static void want_ro(const struct gd_facts *f, const struct gd_mount *m, unsigned want, struct gd_findings *out)
{
	struct gd_finding *x = found(f, m, out);

	x->pointer = gd_printf(out->arena, "/mounts/%zu/options", m->index);
	x->wanted = want & GD_WANT_DEEP_RO ? "read-only with all that is mounted below it" : "read-only";
	x->why = want & GD_WANT_DEEP_RO ? "this policy lets it be read, and what is mounted below it is writable"
					: "this policy lets it be read, not written";
	x->fix = gd_dialect(f) == GD_SPEAK_FLAGS && !(want & GD_WANT_DEEP_RO) ? "add ':ro'" : "mount it read-only";
	x->asked = false; /* writable is what engines take when nothing is said */
	x->fixable = true;
}

/* A volume that its driver mounted, of nothing that the host has mounted anywhere else. */
static bool is_own_fs(const struct gd_mount *m)
{
	return m->volume && m->n_origins == 1 && (m->origins[0].flags & GD_OR_PRIVATE);
}

static void judge_own_fs(const struct gd_facts *f, const struct gd_mounts_config *c, const struct gd_mount *m,
			 struct gd_findings *out)
{
	const struct gd_origin *o = &m->origins[0];
	const char *device = o->device ? o->device : "";

	for (size_t i = 0; i < c->volumes.n; i++) {
		const char *p = c->volumes.v[i], *space = strchr(p, ' ');
		size_t n = strlen(o->fstype);
		if (space ? (size_t)(space - p) == n && memcmp(p, o->fstype, n) == 0 && gd_glob(space + 1, device)
			  : gd_glob(p, o->fstype))
			return;
	}
	if (!out)
		return;
	struct gd_finding *x = found(f, m, out);
	x->value = gd_printf(out->arena, "%s on %s", gd_quote(out->arena, o->fstype, 40),
			     gd_quote(out->arena, device, 80));
	x->wanted = "a file system that the policy lists for volumes";
	x->why = gd_printf(out->arena, "it brings the file system %s, which this policy does not list", x->value);
	x->fix = "use a volume without a device, or have it listed under mounts.volumes";
}

static void refuse(const struct gd_facts *f, const struct gd_mount *m, const char *why, const char *fix,
		   struct gd_findings *out)
{
	if (!out)
		return;
	struct gd_finding *x = found(f, m, out);
	x->wanted = "a source that can be held";
	x->why = why;
	x->fix = fix;
}

static unsigned judge_host(const struct gd_facts *f, const struct gd_mounts_config *c, const struct gd_mount *m,
			   enum gd_set_id *set_id, struct gd_findings *out)
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
				refuse_origin(f, c, m, &m->origins[i], out);
			return 0; /* one reason is enough; a refused mount is not conformed */
		}
	}
	if (want && out)
		want_ro(f, m, want, out);
	if (planted && out && !set_id_holds(f, set_id, out->arena))
		refuse_plant(f, m, out);
	return want;
}

unsigned gd_mount_judge_source(const struct gd_facts *f, const struct gd_mounts_config *c,
			       const struct gd_mount *m, enum gd_set_id *set_id, struct gd_findings *out)
{
	bool own_user = f->linux_.ns[GD_NS_USER].state == GD_NS_OWN;

	if (m->id_mapped && !c->id_mapped && (m->kind == GD_SRC_HOST || !own_user))
		refuse(f, m, "mapped owners let the container write as anybody on the host",
		       "leave the mapping out", out);
	switch (m->kind) {
	case GD_SRC_NONE:
	case GD_SRC_ENGINE:
	case GD_SRC_INIT:
	case GD_SRC_VOLUME:
	case GD_SRC_KUBELET:
		return 0;
	case GD_SRC_MISSING:
		refuse(f, m, "it is not there, and what comes to be there later was never judged",
		       "make it first", out);
		return 0;
	case GD_SRC_HOST:
		break;
	}
	if (m->n_origins == 0) {
		refuse(f, m, "nobody has looked at what it is", NULL, out);
		return 0;
	}
	if (is_own_fs(m)) {
		judge_own_fs(f, c, m, out);
		return 0;
	}
	if (m->unpinnable && !gd_streq(m->propagation, "shared") && !f->record_known && f->verb != GD_ON_EXEC)
		refuse(f, m, m->unpinnable, "name the place itself", out);
	if (m->unpinnable && (m->origins[0].flags & GD_OR_CONTAINER_WRITABLE))
		refuse(f, m, "it is shared with the host by a path that others than root can change",
		       "leave the propagation out, or share a folder of root's by its own name", out);
	return judge_host(f, c, m, set_id, out);
}
