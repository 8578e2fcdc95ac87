/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields would let pass what a container uses of the host: devices, limits, sysctls, hooks. */
#include "except_fields.h"

#include <string.h>

#include "control/config.h"

static gd_json *words_json(const struct gd_words *w)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			return gd_json_free(list);
	return list;
}

/* "/a~1b/3": its last part, as the document has it. */
static const char *last_of(const char *pointer, struct gd_arena *a)
{
	const char *p = strrchr(pointer, '/');
	char *s = gd_strdup(a, p ? p + 1 : pointer), *to = s;

	for (p = s; *p; p++)
		if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
			*to++ = *++p == '0' ? '~' : '/';
		else
			*to++ = *p;
	*to = '\0';
	return s;
}

static gd_json *device_rule(const char *path, const char *const *access)
{
	gd_json *rule = gd_json_new_obj(), *list;

	if (gd_json_set(rule, "path", gd_json_new_str(path)) < 0)
		return gd_json_free(rule);
	list = gd_json_arr_in(rule, "access");
	for (; *access; access++)
		if (gd_json_push(list, gd_json_new_str(*access)) < 0)
			return gd_json_free(rule);
	return rule;
}

static void device_rules(struct ctl_candidates *to, const char *path)
{
	static const char *const sets[][4] = { { "read", NULL }, { "read", "write", NULL },
					       { "read", "write", "mknod", NULL } };

	for (size_t i = 0; ctl_is_literal(path) && i < sizeof(sets) / sizeof(sets[0]); i++)
		ctl_candidate_one(to, "allow", CTL_ADD, device_rule(path, sets[i]));
}

static const char *number_text(const struct gd_i64 *n, struct gd_arena *a)
{
	return n->set && n->v >= 0 ? gd_printf(a, "%lld", (long long)n->v) : "*";
}

void ctl_except_devices(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			const char **why)
{
	const struct gd_linux *l = &to->facts->linux_;
	size_t node = ctl_index_of(x->pointer, "/linux/devices/"),
	       rule = ctl_index_of(x->pointer, "/linux/resources/devices/");

	(void)config, (void)why;
	if (node < l->n_devices)
		device_rules(to, l->devices[node].real);
	if (rule >= l->resources.n_devices)
		return;
	const struct gd_device_rule *r = &l->resources.devices[rule];
	device_rules(to, r->real);
	ctl_candidate_add(to, "numbers", gd_printf(to->arena, "%c %s:%s %s", r->type ? r->type : 'a',
					 number_text(&r->major, to->arena), number_text(&r->minor, to->arena),
					 r->access ? r->access : "rwm"));
}

/* "/a" of "/a/ID", "/a.slice" of "a.slice:docker:ID". */
static const char *cgroup_parent(const char *path, struct gd_arena *a)
{
	const char *colon = path ? strchr(path, ':') : NULL, *slash;

	if (colon)
		return gd_printf(a, "/%.*s", (int)(colon - path), path);
	slash = path ? strrchr(path, '/') : NULL;
	return slash && slash > path ? gd_strndup(a, path, (size_t)(slash - path)) : NULL;
}

static const char *leaf_path(const struct gd_leaf *l, struct gd_arena *a)
{
	return l->group ? gd_printf(a, "%s.%s", l->group, l->field->name) : l->field->name;
}

/*
 * Which limit a finding means only the control knows: each that is set is tried, with the
 * document's number, then none.
 */
void ctl_except_resources(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			  const char **why)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	size_t n = gd_leaves(x->control, leaves);
	const gd_json *at = gd_json_pointer(to->facts->doc, x->pointer);
	const char *parent = cgroup_parent(to->facts->linux_.cgroups_path, to->arena);
	int64_t v = 0;
	bool number = gd_json_i64(at, &v);

	(void)config, (void)why;
	if (gd_ends(x->pointer, "/cgroupsPath")) {
		ctl_candidate_add(to, "cgroupParent", ctl_is_literal(parent) ? parent : NULL);
		return;
	}
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const char *name = leaf_path(&leaves[i], to->arena);
			enum gd_field_kind kind = leaves[i].field->kind;

			if (kind == GD_F_MAX && (pass == 1 || (number && v >= 0)))
				ctl_candidate_one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_MIN && (pass == 1 || number))
				ctl_candidate_one(to, name, CTL_REPLACE, pass == 1 ? NULL : gd_json_new_i64(v));
			if (kind == GD_F_RIGHT && pass == 0)
				ctl_candidate_one(to, name, CTL_REPLACE, gd_json_new_bool(true));
		}
}

void ctl_except_sysctl(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	const char *key = last_of(x->pointer, to->arena);

	(void)config;
	if (ctl_is_literal(key))
		ctl_candidate_add(to, "allow", key);
	*why = "it would change the host's own";
}

void ctl_except_hooks(struct ctl_candidates *to, const struct gd_finding *x, const void *config, const char **why)
{
	(void)config;
	for (size_t i = 0; i < to->facts->n_hooks; i++) {
		const struct gd_hook *h = &to->facts->hooks[i];
		gd_json *rule, *stages;

		if (!gd_streq(x->pointer, gd_printf(to->arena, "/hooks/%s/%zu", h->stage, h->index)) ||
		    !ctl_is_literal(h->path))
			continue;
		rule = gd_json_new_obj();
		if (gd_json_set(rule, "path",
				gd_json_new_str(h->real && ctl_is_literal(h->real) ? h->real : h->path)) < 0)
			return (void)gd_json_free(rule);
		stages = gd_json_arr_in(rule, "stage");
		if (gd_json_push(stages, gd_json_new_str(h->stage)) < 0 ||
		    (h->args.n > 0 && gd_json_set(rule, "args", words_json(&h->args)) < 0))
			return (void)gd_json_free(rule);
		ctl_candidate_one(to, "allow", CTL_ADD, rule);
	}
	*why = "its program must be a file that only root can write";
}

void ctl_except_annotations(struct ctl_candidates *to, const struct gd_finding *x, const void *config,
			    const char **why)
{
	(void)to, (void)x, (void)config;
	*why = "no field lets a single annotation pass that a pattern forbids; drop the pattern by hand";
}
