/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs from the container's own process, and how it is taken back. */
#include "base/cap.h"
#include "control/capabilities.h"
#include "control/exec.h"

static bool has_group(const struct gd_process *p, uint32_t gid)
{
	if (p->gid == gid)
		return true;
	for (size_t i = 0; i < p->n_groups; i++)
		if (p->groups[i] == gid)
			return true;
	return false;
}

bool gd_exec_is_other_user(const struct gd_process *p, const struct gd_process *own)
{
	if (p->uid != own->uid || !has_group(own, p->gid))
		return true;
	for (size_t i = 0; i < p->n_groups; i++)
		if (!has_group(own, p->groups[i]))
			return true;
	return false;
}

bool gd_exec_raises(const struct gd_rlimit *r, const struct gd_process *own)
{
	for (size_t i = 0; i < own->n_rlimits; i++)
		if (gd_streq(own->rlimits[i].type, r->type))
			return r->hard > own->rlimits[i].hard || r->soft > own->rlimits[i].soft;
	return true; /* the container has what the engine's daemon has, which nobody knows */
}

/* crun would leave an absent profile out; runc takes the container's. */
bool gd_exec_other_label(const char *mine, const char *own)
{
	return own && !gd_streq(mine, own);
}

/* The container's own value of @key, or none. */
static int take_over(gd_json *process, const struct gd_process *own, const char *key)
{
	const gd_json *v = gd_json_get(own->json, key);

	if (v)
		return gd_json_set(process, key, gd_json_copy(v));
	gd_json_remove(process, key);
	return 0;
}

static int fix_rlimits(gd_json *process, const struct gd_facts *f)
{
	gd_json *list = gd_json_get(process, "rlimits");

	for (size_t i = gd_json_len(list); i-- > 0;) {
		const gd_json *e = gd_json_at(list, i);
		struct gd_rlimit r = { .type = gd_json_get_str(e, "type") };
		size_t k = 0;

		gd_json_u64(gd_json_get(e, "hard"), &r.hard);
		gd_json_u64(gd_json_get(e, "soft"), &r.soft);
		if (!gd_exec_raises(&r, f->container))
			continue;
		while (k < f->container->n_rlimits &&
		       !gd_streq(f->container->rlimits[k].type, r.type))
			k++;
		gd_json_remove_at(list, i);
		if (k < f->container->n_rlimits &&
		    gd_json_insert(list, i,
				   gd_json_copy(gd_json_at(
				       gd_json_get(f->container->json, "rlimits"), k))) < 0)
			return -1;
	}
	return 0;
}

static int fix_confinement(gd_json *process, const struct gd_facts *f)
{
	const struct gd_process *p = &f->process, *own = f->container;

	if (own->no_new_privileges && !p->no_new_privileges &&
	    gd_json_set(process, "noNewPrivileges", gd_json_new_bool(true)) < 0)
		return -1;
	if (gd_exec_other_label(p->apparmor, own->apparmor) &&
	    take_over(process, own, "apparmorProfile") < 0)
		return -1;
	if (gd_exec_other_label(p->selinux, own->selinux) &&
	    take_over(process, own, "selinuxLabel") < 0)
		return -1;
	return fix_rlimits(process, f);
}

int gd_exec_fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
		struct gd_error *err)
{
	const struct gd_exec_config *c = config;
	gd_json *process = gd_json_get(doc, "process");
	uint64_t given;

	(void)a;
	if (f->verb != GD_ON_EXEC || !f->container || !process)
		return 0;
	given = gd_caps_held(gd_caps_given(f));
	if (!c->privileged) {
		/* moreCapabilities is a right to some of them, never to all */
		if ((!c->more_capabilities || gd_caps_are_all(given)) &&
		    gd_caps_keep(process, gd_caps_held(&f->container->caps), err) < 0)
			return -1;
		if (fix_confinement(process, f) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	if (!c->other_user && gd_exec_is_other_user(&f->process, f->container) &&
	    take_over(process, f->container, "user") < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}
