/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who the process is: numbers only, as the kernel will see them. Names are the engine's affair; the image's were
 * looked up in its own layers. Rewritten is what differs from the image alone: which other user an image can run as,
 * only its author knows.
 */
#include "control/user.h"

/*
 * (uid_t)-1 is nobody's: to setresuid(2) it means "as it is", so that crun (all versions, 1.8.1
 * tried) would go on as root; runc fails on it. Never allowed, whatever the ranges say.
 */
#define NO_ID UINT32_MAX

static const struct gd_field fields[] = {
	{ .name = "nonRoot",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct gd_user_config, non_root),
	  .help = "the user is not root, or root of a user namespace that is nobody on the host" },
	{ .name = "uids",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_RANGE,
	  .offset = offsetof(struct gd_user_config, uids),
	  .primary = true,
	  .help = "ranges of user ids that a process may have; '0-4294967295' for all" },
	{ .name = "groups",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_RANGE,
	  .offset = offsetof(struct gd_user_config, groups),
	  .help = "ranges of group ids, the additional ones included; '0-4294967295' for all" },
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  .offset = offsetof(struct gd_user_config, like),
	  .help = "'image': the user and groups that the image declares; on exec, those of the container" },
	{ .name = NULL },
};

/*
 * Root of a user namespace of its own that maps it to another id of the host, as PSS 1.35 accepts
 * it.
 */
static bool mapped_away(const struct gd_facts *f)
{
	const struct gd_linux *l = &f->linux_;

	if (l->ns[GD_NS_USER].state != GD_NS_OWN || l->n_uid_maps == 0)
		return false;
	for (size_t i = 0; i < l->n_uid_maps; i++) {
		const struct gd_id_map *m = &l->uid_maps[i];

		if (m->host == 0 && m->size > 0)
			return false;
	}
	return true;
}

static bool typed(const struct gd_facts *f)
{
	/* on create the id may be the image's, and nobody typed it */
	return f->verb == GD_ON_EXEC && f->container && f->process.uid != f->container->uid;
}

static void found_uid(const struct gd_facts *f, const char *why, const char *wanted,
		      struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/process/user/uid");
	const char *id = gd_printf(out->arena, "%u", f->process.uid);

	x->value = id;
	x->wanted = wanted;
	x->asked = typed(f);
	x->flag = x->asked ? gd_say(f, GD_SAY_USER, id, out->arena) : NULL;
	x->what = f->process.uid == 0 ? "a process that runs as root"
				      : gd_printf(out->arena, "the user id %s", id);
	x->why = why;
	if (f->verb == GD_ON_EXEC)
		x->fix = "leave the user out, or name one that the policy allows";
	else
		x->fix = gd_printf(out->arena, "give %s, or a USER in the image",
				   gd_advise(f, GD_SAY_USER, "ID", "process.user.uid", out->arena));
	x->ids = f->process.uid == 0
		     ? "CIS-Docker-4.1 PSS-restricted-runAsNonRoot NIST-800-190-4.4.3 PCI-DSS-7.2"
		     : NULL;
}

static void check_group(const struct gd_facts *f, const struct gd_user_config *c, uint32_t gid,
			const char *pointer, bool additional, struct gd_findings *out)
{
	struct gd_finding *x;
	const char *id;

	if (gd_ranges_have(&c->groups, gid) && gid != NO_ID)
		return;
	x = gd_found(out, "%s", pointer);
	id = gd_printf(out->arena, "%u", gid);
	x->value = id;
	x->wanted = "a group of the allowed ranges";
	/*
	 * engines repeat the main group among the additional ones; others come from the image's
	 * /etc/group too
	 */
	x->what = gd_printf(out->arena, "the %sgroup %s", additional ? "additional " : "", id);
	x->why = gid == NO_ID ? "to a runtime it means the group that it has itself: root"
		 : gid == 0   ? "files of the host's root group would be open to it"
			      : "files of that group of the host would be open to it";
	x->fix = additional
		     ? gd_printf(out->arena, "leave out %s",
				 gd_advise(f, GD_SAY_GROUP_ADD, id, "the group", out->arena))
		     : gd_printf(out->arena, "give %s with another group",
				 gd_advise(f, GD_SAY_USER, NULL, "process.user.gid", out->arena));
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct gd_user_config *c = config;
	const struct gd_process *p = &f->process;

	if (!p->json)
		return;
	gd_user_check_like(f, c, out);
	if (p->uid == NO_ID)
		found_uid(f, "to a runtime it means the user that it is itself: root",
			  "a user id below 4294967295", out);
	else if (c->non_root && p->uid == 0 && !mapped_away(f))
		found_uid(f, "this policy lets no process in a container be root", "not 0", out);
	else if (!gd_ranges_have(&c->uids, p->uid))
		found_uid(f, "it is none of the user ids that this policy allows",
			  "a user id of the allowed ranges", out);
	check_group(f, c, p->gid, "/process/user/gid", false, out);
	for (size_t i = 0; i < p->n_groups; i++)
		if (p->groups[i] != p->gid)
			check_group(f, c, p->groups[i],
				    gd_printf(out->arena, "/process/user/additionalGids/%zu", i),
				    true, out);
}

static bool needs_image(const void *config)
{
	const struct gd_user_config *c = config;

	return gd_like_looks(&c->head) && c->like == GD_LIKE_IMAGE;
}

static bool is_single(const struct gd_words *ranges)
{
	uint64_t lo, hi;

	return ranges->n == 1 && gd_range_parse(ranges->v[0], &lo, &hi) == 0 && lo == hi;
}

/* One user, whoever asks: with groups that are listed. */
static bool pins(const void *config)
{
	const struct gd_user_config *c = config;
	uint64_t lo, hi;

	if (!gd_like_acts(&c->head) || c->like == GD_LIKE_IMAGE)
		return gd_like_acts(&c->head);
	for (size_t i = 0; i < c->groups.n; i++)
		if (gd_range_parse(c->groups.v[i], &lo, &hi) < 0 || lo != hi)
			return false;
	return is_single(&c->uids);
}

const struct gd_control gd_control_user = {
	.name = "user",
	.help = "the user and groups of the process are the image's, or lie within ranges; non-root",
	.fields = fields,
	.config_size = sizeof(struct gd_user_config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = false,
	.ids = "PSS-restricted-runAsUser NIST-800-190-4.4.3",
	.check = check,
	.fix = gd_user_fix_like,
	.needs_image = needs_image,
	.pins = pins,
};
