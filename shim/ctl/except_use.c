/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which fields would let pass how an image is used: mounts, command, variables, directory, ports, the image itself.
 */
#include <string.h>

#include "control/mounts.h"
#include "except_fields.h"
#include "facts/init.h"

static gd_json *mount_rule(const struct gd_mount *m, size_t i, bool waive)
{
	const struct gd_origin *o = &m->origins[i];
	bool read_only = m->read_only && (i == 0 || gd_words_has(&m->options, "rro"));
	gd_json *rule = gd_json_new_obj(), *special;

	if (gd_json_set(rule, "source", gd_json_new_str(o->path)) < 0 ||
	    gd_json_set(rule, "destination", gd_json_new_str(m->target)) < 0 ||
	    (read_only && gd_json_set(rule, "readOnly", gd_json_new_bool(true)) < 0) ||
	    (waive && gd_json_set(rule, "waive", gd_json_new_bool(true)) < 0))
		return gd_json_free(rule);
	for (size_t k = 0; k < gd_n_mount_specials; k++) {
		const char *word = gd_mount_specials[k].word;
		bool before = false;

		for (size_t l = 0; l < k; l++)
			before |= (o->flags & gd_mount_specials[l].flag) && !strcmp(gd_mount_specials[l].word, word);
		if (!(o->flags & gd_mount_specials[k].flag) || before)
			continue;
		special = gd_json_arr_in(rule, "special");
		if (gd_json_push(special, gd_json_new_str(word)) < 0)
			return gd_json_free(rule);
	}
	return rule;
}

static void mount_rules(struct ctl_candidates *to, const struct gd_mount *m, bool waive)
{
	ctl_candidate(to);
	for (size_t i = 0; i < m->n_origins; i++)
		ctl_candidate_step(to, "allow", CTL_ADD, mount_rule(m, i, waive));
}

static gd_json *mount_named(const struct gd_mount *m)
{
	gd_json *rule = gd_json_new_obj();

	if (gd_json_set(rule, "name", gd_json_new_str(m->volume)) < 0 ||
	    gd_json_set(rule, "destination", gd_json_new_str(m->target)) < 0 ||
	    (m->read_only && gd_json_set(rule, "readOnly", gd_json_new_bool(true)) < 0))
		return gd_json_free(rule);
	return rule;
}

static bool is_rule_possible(const struct gd_mount *m)
{
	bool possible = m->n_origins > 0 && m->n_origins < CTL_STEPS_MAX && ctl_is_literal(m->target);

	for (size_t i = 0; possible && i < m->n_origins; i++)
		possible = ctl_is_literal(m->origins[i].path);
	return possible;
}

static const struct gd_mount *mount_of(const struct gd_facts *f, const char *pointer)
{
	size_t index = ctl_index_of(pointer, "/mounts/");

	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].index == index)
			return &f->mounts[i];
	return NULL;
}

void ctl_except_mounts(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_mount *m = mount_of(to->facts, x->pointer);
	static const char *const flags[] = { "nosuid", "nodev", "noexec" };

	(void)config;
	*why = "what is not there, cannot be held, or hides a program of the image has no exception";
	if (!m)
		return;
	if (!gd_ends(x->pointer, "/type")) {
		if (m->kind == GD_SRC_HOST && is_rule_possible(m)) {
			mount_rules(to, m, false);
			mount_rules(to, m, true);
		}
		if (m->n_origins == 1 && (m->origins[0].flags & GD_OR_PRIVATE) &&
		    ctl_is_literal(m->origins[0].device))
			ctl_candidate_add(to, "volumes",
					  gd_printf(to->arena, "%s %s", m->origins[0].fstype, m->origins[0].device));
		if (m->volume && ctl_is_literal(m->volume) && ctl_is_literal(m->target))
			ctl_candidate_one(to, "named", CTL_ADD, mount_named(m));
		if (!m->bind && gd_streq(m->type, "tmpfs") && ctl_is_literal(m->target))
			ctl_candidate_add(to, "tmpfs", m->target);
		if (m->id_mapped)
			ctl_candidate_one(to, "idMapped", CTL_REPLACE, gd_json_new_bool(true));
	}
	ctl_candidate_add(to, "types", m->bind ? "bind" : m->type);
	ctl_candidate_add(to, "types",
			  gd_starts(m->type, "cgroup") ? "cgroup-rw" :
			  gd_streq(m->type, "sysfs") ? "sysfs-rw" : NULL);
	if (m->propagation && !gd_streq(m->propagation, "private"))
		ctl_candidate_one(to, "propagation", CTL_REPLACE, gd_json_new_str(m->propagation));
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		ctl_candidate_one(to, flags[i], CTL_REPLACE, gd_json_new_bool(false));
}

/* --- the use of the image --------------------------------------------------------------------------------------- */

void ctl_except_entrypoint(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			      const char **why)
{
	const struct gd_words *args = &to->facts->process.args;
	gd_json *rule = gd_json_new_obj(), *argv = gd_json_arr_in(rule, "argv");
	bool possible = args->n > 0;

	(void)x, (void)config;
	for (size_t i = gd_facts_init_args(to->facts); i < args->n; i++)
		possible &= ctl_is_literal(args->v[i]) && gd_json_push(argv, gd_json_new_str(args->v[i])) == 0;
	if (possible)
		ctl_candidate_one(to, "allow", CTL_ADD, rule);
	else
		gd_json_free(rule);
	*why = "a command that holds '*' or '?', that something is mounted over or that was exchanged is not pinned "
	       "by its name";
}

/* Which names: the finding tells them for people, so each that could be meant is tried. */
void ctl_except_environment(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	const struct gd_words *env = &to->facts->process.env, *own = &to->facts->image.env;
	size_t index = ctl_index_of(x->pointer, "/process/env/");

	(void)config;
	for (size_t i = 0; i < env->n + own->n; i++) {
		const char *entry = i < env->n ? env->v[i] : own->v[i - env->n];
		size_t n = strcspn(entry, "=");
		const char *name = gd_strndup(to->arena, entry, n);

		if ((index == i || (index == SIZE_MAX && i >= env->n)) && n > 0 && entry[n] && ctl_is_literal(name))
			ctl_candidate_add(to, "allow", name);
	}
	*why = "whoever may set it chooses what is run, or it is none that all runtimes read alike";
}

void ctl_except_working_dir(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			       const char **why)
{
	(void)to, (void)x, (void)config;
	*why = "only the image's own working directory can be pinned; build an image that declares this one";
}

void ctl_except_ports(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_use *u = &to->facts->use;

	(void)x, (void)config, (void)why;
	for (size_t i = 0; i < u->n_ports; i++) {
		const char *address = u->ports[i].address;

		if (u->ports[i].host)
			ctl_candidate_add(to, "hostPorts", gd_printf(to->arena, "%u", u->ports[i].host));
		if (address && *address && ctl_is_literal(address))
			ctl_candidate_add(to, "addresses", address);
	}
	ctl_candidate_add(to, "addresses", "any");
	ctl_candidate_one(to, "like", CTL_REPLACE, gd_json_new_str("any"));
	ctl_candidate_one(to, "publish", CTL_REPLACE, gd_json_new_bool(true));
}

void ctl_except_image(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const struct gd_image *i = &to->facts->image;

	(void)x, (void)config;
	ctl_candidate_add(to, "digests", i->config);
	for (size_t k = 0; k < i->references.n; k++) {
		const char *name = i->references.v[k], *slash = strrchr(name, '/');
		size_t n = strcspn(name, "@");
		const char *colon = memchr(slash ? slash : name, ':', strlen(slash ? slash : name));

		if (colon && colon < name + n)
			n = (size_t)(colon - name);
		ctl_candidate_add(to, "repositories", gd_strndup(to->arena, name, n));
	}
	*why = "have it signed, or scanned: guardctl trust";
}
