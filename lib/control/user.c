/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who the process is: numbers only, as the kernel will see them. Names are the engine's affair; the image's were
 * looked up in its own layers. Rewritten is what differs from the image alone: which other user an image can run as,
 * only its author knows.
 */
#include "control/like.h"

/*
 * (uid_t)-1 is nobody's: to setresuid(2) it means "as it is", so that crun (all versions, 1.8.1
 * tried) would go on as root; runc fails on it. Never allowed, whatever the ranges say.
 */
#define NO_ID UINT32_MAX

struct config {
	struct gd_config_head head;
	bool non_root;
	struct gd_words uids, groups;
	int like;
};

static const struct gd_field fields[] = {
	{ .name = "nonRoot",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct config, non_root),
	  .help = "the user is not root, or root of a user namespace that is nobody on the host" },
	{ .name = "uids",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_RANGE,
	  .offset = offsetof(struct config, uids),
	  .primary = true,
	  .help = "ranges of user ids that a process may have; '0-4294967295' for all" },
	{ .name = "groups",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_RANGE,
	  .offset = offsetof(struct config, groups),
	  .help = "ranges of group ids, the additional ones included; '0-4294967295' for all" },
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  .offset = offsetof(struct config, like),
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

static void check_group(const struct gd_facts *f, const struct config *c, uint32_t gid,
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

/* Whom the process is to be like: ids, and the groups that it may have besides. */
struct who {
	uint32_t uid, gid;
	const uint32_t *groups; size_t n_groups;
};

/* Engines add the main group to the others; less groups than the image has give nobody more. */
static bool has_group(const struct who *w, uint32_t gid)
{
	for (size_t i = 0; i < w->n_groups; i++)
		if (w->groups[i] == gid)
			return true;
	return gid == w->gid;
}

static bool is_like(const struct gd_process *p, const struct who *w)
{
	for (size_t i = 0; i < p->n_groups; i++)
		if (!has_group(w, p->groups[i]))
			return false;
	return p->uid == w->uid && p->gid == w->gid;
}

/* False: nothing to compare with. */
static bool model(const struct gd_facts *f, const struct config *c, struct who *ret)
{
	const struct gd_image *m = &f->image;

	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f))
		return false;
	if (f->verb == GD_ON_EXEC && f->container)
		*ret = (struct who){ f->container->uid, f->container->gid, f->container->groups,
				     f->container->n_groups };
	else
		*ret = (struct who){ m->uid, m->gid, m->groups, m->n_groups };
	return f->verb == GD_ON_EXEC ? f->container != NULL : m->state == GD_IMAGE_KNOWN && m->ids_known;
}

static struct gd_finding *found_like(const struct gd_facts *f, const struct who *w, const char *pointer,
				     struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "%s", pointer);

	x->wanted = gd_printf(out->arena, "%u:%u", w->uid, w->gid);
	x->asked = true;
	x->fixable = true;
	x->fix = f->verb == GD_ON_EXEC ? "leave the user out"
				       : gd_printf(out->arena, "leave %s out",
						   gd_advise(f, GD_SAY_USER, NULL, "process.user", out->arena));
	return x;
}

static void check_ids(const struct gd_facts *f, const struct who *w, struct gd_findings *out)
{
	const struct gd_process *p = &f->process;
	const char *ids = gd_printf(out->arena, "%u:%u", p->uid, p->gid), *name = f->image.user;
	struct gd_finding *x;

	if (p->uid == w->uid && p->gid == w->gid)
		return;
	x = found_like(f, w, p->uid == w->uid ? "/process/user/gid" : "/process/user/uid", out);
	x->value = ids;
	x->what = gd_printf(out->arena, "the user %s", ids);
	x->flag = gd_say(f, GD_SAY_USER, gd_dialect(f) == GD_SPEAK_POD ? gd_printf(out->arena, "%u", p->uid) : ids,
			 out->arena);
	if (gd_dialect(f) == GD_SPEAK_POD && p->uid == w->uid) { /* a pod says the two apart */
		x->flag = gd_printf(out->arena, "runAsGroup: %u", p->gid);
		x->fix = "leave runAsGroup out";
	}
	if (f->verb == GD_ON_EXEC)
		x->why = gd_printf(out->arena, "the container runs as %s", x->wanted);
	else
		x->why = gd_printf(out->arena, "the image declares %s%s%s",
				   name && *name ? gd_quote(out->arena, name, 60) : "root",
				   name && *name ? ", which is " : ", ", x->wanted);
}

static void check_groups(const struct gd_facts *f, const struct who *w, struct gd_findings *out)
{
	const struct gd_process *p = &f->process;

	for (size_t i = 0; i < p->n_groups; i++) {
		struct gd_finding *x;

		if (has_group(w, p->groups[i]) || (p->groups[i] == p->gid && p->gid != w->gid))
			continue; /* the main group is told of above */
		x = found_like(f, w, gd_printf(out->arena, "/process/user/additionalGids/%zu", i), out);
		x->value = gd_printf(out->arena, "%u", p->groups[i]);
		x->wanted = "the groups that are declared";
		x->what = gd_printf(out->arena, "the additional group %s", x->value);
		x->why = f->verb == GD_ON_EXEC ? "the container does not have that group"
					       : "the image does not give its user that group";
		x->flag = gd_say(f, GD_SAY_GROUP_ADD, x->value, out->arena);
		x->fix = gd_printf(out->arena, "leave %s out",
				   gd_advise(f, GD_SAY_GROUP_ADD, x->value, "the group", out->arena));
	}
}

static void check_like(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	struct who w;

	if (model(f, c, &w)) {
		check_ids(f, &w, out);
		check_groups(f, &w, out);
		return;
	}
	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f) || f->verb == GD_ON_EXEC ||
	    !gd_like_known(f, "/process/user", NULL, out))
		return;
	struct gd_finding *x = gd_found(out, "/process/user");
	x->what = gd_printf(out->arena, "the user %s of the image",
			    gd_quote(out->arena, f->image.user ? f->image.user : "", 60));
	x->value = gd_printf(out->arena, "%u:%u", f->process.uid, f->process.gid);
	x->wanted = "the user that the image declares";
	x->why = gd_printf(out->arena, "which number it has cannot be told: %s",
			   f->image.ids_why ? f->image.ids_why : "the image's layers were not found");
	x->fix = "write a number in the image's USER";
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	const struct gd_process *p = &f->process;

	if (!p->json)
		return;
	check_like(f, c, out);
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

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a, struct gd_error *err)
{
	gd_json *user, *process = gd_json_get(doc, "process"), *list;
	struct who w;

	(void)a;
	if (!process || !model(f, config, &w) || is_like(&f->process, &w))
		return 0;
	user = gd_json_obj_in(process, "user");
	list = gd_json_new_arr();
	if (!user || gd_json_set(user, "uid", gd_json_new_u64(w.uid)) < 0 ||
	    gd_json_set(user, "gid", gd_json_new_u64(w.gid)) < 0 || gd_json_set(user, "additionalGids", list) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	/* As engines write them: the main group, and what the image's /etc/group adds. */
	if (gd_json_push(list, gd_json_new_u64(w.gid)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	for (size_t i = 0; i < w.n_groups; i++)
		if (w.groups[i] != w.gid && gd_json_push(list, gd_json_new_u64(w.groups[i])) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

static bool needs_image(const void *config)
{
	const struct config *c = config;

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
	const struct config *c = config;
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
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = false,
	.ids = "PSS-restricted-runAsUser NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
	.needs_image = needs_image,
	.pins = pins,
};
