/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "like": "image": the user and groups that the image declares; on exec, those of the container. */
#include "control/user.h"

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
static bool model(const struct gd_facts *f, const struct gd_user_config *c, struct who *ret)
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

void gd_user_check_like(const struct gd_facts *f, const struct gd_user_config *c, struct gd_findings *out)
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

int gd_user_fix_like(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
		     struct gd_error *err)
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
