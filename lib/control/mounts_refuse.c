/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a refused source is told, the gravest reason first. */
#include <string.h>
#include <sys/types.h>

#include "control/dialect.h"
#include "control/mounts.h"

/* The gravest first: the message tells of one. NULL as the fix: what the policy does let pass. */
const struct gd_mount_special gd_mount_specials[] = {
	{ GD_OR_ENGINE_SOCKET, "socket", "whoever holds this socket is root on the host",
	  "leave it out" },
	{ GD_OR_PROC, "kernel", "it is a door to the host's kernel and processes", "leave it out" },
	{ GD_OR_NAMESPACE, "kernel", "it keeps a namespace of the host's open", "leave it out" },
	{ GD_OR_SOCKET, "socket", "a socket of the host's speaks for the program behind it",
	  "leave it out" },
	{ GD_OR_DEVICE, "device", "it brings devices of the host",
	  "name the device with --device" },
	{ GD_OR_ENGINE_ABOVE, "engine",
	  "it is the host's own, and holds what its engines depend on", NULL },
	{ GD_OR_ENGINE_DIR, "engine",
	  "engines or guarded keep there what everybody's containers depend on", NULL },
	{ GD_OR_RUN, "run", "what runs on the host keeps its sockets and locks there", NULL },
	{ GD_OR_FIFO, "fifo", "somebody on the host reads what is written there", "leave it out" },
};
const size_t gd_n_mount_specials = sizeof(gd_mount_specials) / sizeof(gd_mount_specials[0]);

struct gd_finding *gd_mount_found(const struct gd_facts *f, const struct gd_mount *m,
				  struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/mounts/%zu/source", m->index);

	x->flag = gd_mount_flag(f, m, out->arena);
	x->what = gd_mount_what(m, out->arena);
	x->value = gd_quote(out->arena, m->source ? m->source : "", 120);
	x->asked = true;
	return x;
}

/* What somebody who did not know needs to hear: that the name they typed is another name of this.
 */
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
			return gd_printf(
				a, "use a volume, or a folder below %s",
				gd_quote(a, gd_strndup(a, r[i].source, strlen(r[i].source) - 3),
					 80));
	return "use a volume";
}

void gd_mount_refuse_origin(const struct gd_facts *f, const struct gd_mounts_config *c,
			    const struct gd_mount *m, const struct gd_origin *o,
			    struct gd_findings *out)
{
	struct gd_finding *x = gd_mount_found(f, m, out);
	const char *why = "this policy does not list it", *leads = leads_to(m, o, out->arena);
	size_t i = 0;

	while (i < gd_n_mount_specials && !(o->flags & gd_mount_specials[i].flag))
		i++;
	x->wanted = "a source that the policy lists";
	x->fix = way_in(c, out->arena);
	if (gd_streq(o->path, "/")) {
		why = "it holds everything on the host";
	} else if (i < gd_n_mount_specials) {
		why = gd_mount_specials[i].flag == GD_OR_ENGINE_SOCKET &&
				      (o->mode & GD_TYPE_BITS) == GD_TYPE_DIR
			      ? "whoever holds the engine's socket in it is root on the host"
			      : gd_mount_specials[i].itself;
		x->fix = gd_mount_specials[i].fix ? gd_mount_specials[i].fix : x->fix;
	}
	x->why = gd_printf(out->arena, "%s%s", leads, why);
}

void gd_mount_refuse_plant(const struct gd_facts *f, const struct gd_mount *m,
			   struct gd_findings *out)
{
	struct gd_finding *x = gd_mount_found(f, m, out);

	x->wanted = "read-only, or the control setId in force";
	x->why = "a set-user-id file made there would make anybody root on the host";
	x->fix = gd_dialect(f) == GD_SPEAK_FLAGS ? "add ':ro', or use a volume"
						 : "mount it read-only";
	x->settled_by =
		"setId"; /* never by us: a folder made read-only in silence is another container */
}

void gd_mount_want_ro(const struct gd_facts *f, const struct gd_mount *m, unsigned want,
		      struct gd_findings *out)
{
	struct gd_finding *x = gd_mount_found(f, m, out);

	x->pointer = gd_printf(out->arena, "/mounts/%zu/options", m->index);
	x->wanted = want & GD_WANT_DEEP_RO ? "read-only with all that is mounted below it"
					   : "read-only";
	x->why = want & GD_WANT_DEEP_RO
			 ? "this policy lets it be read, and what is mounted below it is writable"
			 : "this policy lets it be read, not written";
	x->fix = gd_dialect(f) == GD_SPEAK_FLAGS && !(want & GD_WANT_DEEP_RO)
			 ? "add ':ro'"
			 : "mount it read-only";
	x->asked = false; /* writable is what engines take when nothing is said */
	x->fixable = true;
}

void gd_mount_refuse(const struct gd_facts *f, const struct gd_mount *m, const char *why,
		     const char *fix, struct gd_findings *out)
{
	if (!out)
		return;
	struct gd_finding *x = gd_mount_found(f, m, out);
	x->wanted = "a source that can be held";
	x->why = why;
	x->fix = fix;
}
