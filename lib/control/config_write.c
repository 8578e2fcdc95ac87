/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/config_leaf.h"
#include "control/element.h"

static void write_struct(const struct gd_field *table, const void *base, struct gd_buf *b);

static void write_limit(const struct gd_limit *v, struct gd_buf *b)
{
	if (v->set)
		gd_buf_fmt(b, "%lld", (long long)v->v);
	else
		gd_buf_str(b, "null");
}

static void write_list(const struct gd_field *f, const void *list, struct gd_buf *b)
{
	gd_buf_str(b, "[");
	for (size_t i = 0; i < gd_list_len(f, list); i++) {
		gd_buf_str(b, i ? "," : "");
		if (f->kind == GD_F_RULES)
			write_struct(f->sub, gd_list_at(f, list, i), b);
		else
			gd_buf_json_str(b, gd_list_at(f, list, i));
	}
	gd_buf_str(b, "]");
}

static void write_value(const struct gd_field *f, const void *base, struct gd_buf *b)
{
	const void *v = (const char *)base + f->offset;

	switch (f->kind) {
	case GD_F_RIGHT:
	case GD_F_DUTY:
		gd_buf_str(b, *(const bool *)v ? "true" : "false");
		return;
	case GD_F_ALLOW:
	case GD_F_DEMAND:
	case GD_F_ARGV:
	case GD_F_RULES:
		write_list(f, v, b);
		return;
	case GD_F_MAX:
	case GD_F_MIN:
		write_limit(v, b);
		return;
	case GD_F_GIVEN:
	case GD_F_PATTERN:
		if (gd_syntax_is_number(f->syntax))
			write_limit(v, b);
		else if (*(const char *const *)v)
			gd_buf_json_str(b, *(const char *const *)v);
		else
			gd_buf_str(b, "null");
		return;
	case GD_F_CHOICE:
		gd_buf_json_str(b, f->words[*(const int *)v]);
		return;
	case GD_F_GROUP:
		write_struct(f->sub, v, b);
		return;
	}
}

static void write_fields(const struct gd_field *table, const void *base, bool first,
			 struct gd_buf *b)
{
	for (; table->name; table++, first = false) {
		gd_buf_str(b, first ? "" : ",");
		gd_buf_json_str(b, table->name);
		gd_buf_str(b, ":");
		write_value(table, base, b);
	}
}

static void write_struct(const struct gd_field *table, const void *base, struct gd_buf *b)
{
	gd_buf_str(b, "{");
	write_fields(table, base, true, b);
	gd_buf_str(b, "}");
}

void gd_config_write(const struct gd_control *c, const void *config, struct gd_buf *b)
{
	gd_buf_str(b, "{");
	write_fields(gd_head_fields, config, true, b);
	if (c->fields)
		write_fields(c->fields, config, false, b);
	gd_buf_str(b, "}");
}

void gd_leaf_write(const struct gd_leaf *l, const void *config, struct gd_buf *b)
{
	write_value(l->field, (const char *)config + l->offset, b);
}
