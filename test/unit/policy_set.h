/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of policies over the real controls, out of text. */
#ifndef GD_TEST_POLICY_SET_H
#define GD_TEST_POLICY_SET_H

#include <string.h>

#include "policy/set.h"

static inline struct gd_bytes text_bytes(struct gd_arena *a, const char *text)
{
	return (struct gd_bytes){ .data = gd_strdup(a, text), .len = strlen(text) };
}

/* What a profile that extends nothing must say of one field, as tight as can be; NULL: it may be silent. */
static inline const char *strict_value(struct gd_arena *a, const struct gd_field *f)
{
	size_t last = 0;

	if (f->kind == GD_F_DUTY)
		return "true";
	if (f->kind != GD_F_CHOICE)
		return NULL;
	while (f->words[last + 1])
		last++;
	return gd_printf(a, "\"%s\"", f->words[last]);
}

/* A profile that refuses all and says it for every control, whichever controls there are. */
static inline const char *strict_profile(struct gd_arena *a, const char *name, unsigned version)
{
	struct gd_buf b = { .arena = a };

	gd_buf_fmt(&b, "{\"version\":%u,\"name\":\"%s\",\"controls\":{", version, name);
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_control *c = gd_controls[i];
		struct gd_leaf leaves[GD_LEAVES_MAX];
		size_t n = gd_leaves(c, leaves);
		const char *group = NULL;

		gd_buf_fmt(&b, "%s\"%s\":{\"action\":\"deny\"", i ? "," : "", c->name);
		for (size_t k = 2; k < n; k++) {
			const char *value = strict_value(a, leaves[k].field);
			bool first = leaves[k].group && !gd_streq(leaves[k].group, group);

			if (!value)
				continue;
			if (group && !gd_streq(leaves[k].group, group))
				gd_buf_str(&b, "}");
			if (first)
				gd_buf_fmt(&b, ",\"%s\":{", leaves[k].group);
			group = leaves[k].group;
			gd_buf_fmt(&b, "%s\"%s\":%s", first ? "" : ",", leaves[k].field->name, value);
		}
		gd_buf_str(&b, group ? "}}" : "}");
	}
	gd_buf_str(&b, "}}");
	return b.data;
}

static inline struct gd_set new_set(struct gd_arena *a)
{
	struct gd_set set = { .arena = a };

	gd_set_add(&set, "strict.json", text_bytes(a, strict_profile(a, "strict", 1)), true);
	return set;
}

static inline bool has_problem(const struct gd_set *set, enum gd_severity severity,
			       const char *text)
{
	for (size_t i = 0; i < set->n_problems; i++)
		if (set->problems[i].severity == severity &&
		    (!text || strstr(set->problems[i].text, text)))
			return true;
	return false;
}

static inline const char *all_problems(const struct gd_set *set)
{
	struct gd_buf b = { .arena = set->arena };

	gd_buf_str(&b, "problems:");
	for (size_t i = 0; i < set->n_problems; i++)
		gd_buf_fmt(&b, " [%s: %s]", gd_severity_names[set->problems[i].severity],
			   set->problems[i].text);
	return b.data;
}

#endif
