/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exception as a policy is written: its controls put together, its text. */
#include <string.h>

#include "except.h"

/* A group's object, or the control's own: "pids.max" lies in {"pids": {"max": ...}}. */
static gd_json *holder_of(gd_json *control, const char **field, struct gd_arena *a)
{
	const char *dot = strchr(*field, '.');
	const char *group = dot ? gd_strndup(a, *field, (size_t)(dot - *field)) : NULL;

	*field = dot ? dot + 1 : *field;
	return group ? gd_json_obj_in(control, group) : control;
}

int ctl_except_put(gd_json *controls, const char *control, const struct ctl_step *s, struct gd_arena *a)
{
	static const char *const words[] = { [CTL_ADD] = "add", [CTL_DROP] = "drop", [CTL_REPLACE] = "replace" };
	gd_json *o = gd_json_obj_in(controls, control), *list;
	const char *field = s->field;

	if (!(o = holder_of(o, &field, a)))
		return -1;
	/* What was said plainly before gives way to the word. */
	if (gd_json_kind(gd_json_get(o, field)) != GD_JSON_OBJECT)
		gd_json_remove(o, field);
	if (!(o = gd_json_obj_in(o, field)))
		return -1;
	if (s->op == CTL_REPLACE)
		return s->value ? gd_json_set(o, words[s->op], gd_json_copy(s->value))
				: gd_json_set_null(o, words[s->op]);
	list = gd_json_arr_in(o, words[s->op]);
	for (size_t i = 0; i < gd_json_len(list); i++)
		if (gd_json_equal(gd_json_at(list, i), s->value))
			return 0;
	return s->value ? gd_json_push(list, gd_json_copy(s->value)) : -1;
}

gd_json *ctl_except_pins(void)
{
	/* As JSON: a word that only tightens needs none of the layers' own. */
	static const struct { const char *control, *text; } pins[] = {
		{ "entrypoint", "{\"action\":\"deny\",\"like\":\"image\",\"covered\":false,\"changed\":false}" },
		{ "environment", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "user", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "workingDir", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "mounts", "{\"action\":\"rewrite\",\"like\":\"image\"}" },
		{ "ports", "{\"action\":\"deny\",\"like\":\"image\"}" },
		{ "exec", "{\"action\":\"rewrite\",\"allow\":\"healthcheck\"}" },
		{ "namespaces", "{\"action\":\"rewrite\",\"joinable\":[]}" },
	};
	gd_json *o = gd_json_new_obj(), *c;

	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		struct gd_error none = { 0 };

		if (gd_json_parse(pins[i].text, strlen(pins[i].text), &c, &none) < 0 ||
		    gd_json_set(o, pins[i].control, c) < 0)
			return gd_json_free(o);
	}
	return o;
}

static int put_text(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

static int put_list(gd_json *o, const char *key, const char *value)
{
	gd_json *list = gd_json_arr_in(o, key);

	return list ? gd_json_push(list, gd_json_new_str(value)) : -1;
}

/* The policy as it would be written, with @controls; @pretty with the lines that say where it is from. */
static const char *policy_text(struct ctl_exception *e, const gd_json *controls, bool pretty, size_t *ret_len)
{
	struct gd_arena *a = e->ctl->arena;
	gd_json *o = gd_json_new_obj(), *match = gd_json_new_obj();
	const char *bytes = NULL;

	if (gd_json_set(o, "version", gd_json_new_i64(1)) < 0 || put_text(o, "name", e->name) < 0 ||
	    put_text(o, "reason", e->reason) < 0 || put_text(o, "until", e->until) < 0 ||
	    put_list(o, "extends", e->judged.by.name) < 0 ||
	    put_list(match, "digest", e->judged.facts.image.config) < 0 || gd_json_set(o, "match", match) < 0 ||
	    gd_json_set(o, "controls", gd_json_copy(controls)) < 0 ||
	    (pretty ? gd_json_pretty : gd_json_bytes)(o, a, &bytes, ret_len) < 0)
		gd_error_set(&e->ctl->err, GD_E_SYSTEM, "out of memory");
	gd_json_free(o);
	return bytes;
}

const char *ctl_except_step_text(const struct gd_finding *x, const struct ctl_step *s, struct gd_arena *a)
{
	static const char *const signs[] = { [CTL_ADD] = "+", [CTL_DROP] = "-", [CTL_REPLACE] = "=" };
	const char *bytes = "null";
	size_t len;

	if (s->value && gd_json_bytes(s->value, a, &bytes, &len) < 0)
		bytes = "?";
	return gd_printf(a, "%s.%s %s %s: %s", x->control->name, s->field, signs[s->op], bytes, x->what);
}

const char *ctl_except_text(struct ctl_exception *e, const gd_json *controls, size_t *ret_len)
{
	return policy_text(e, controls, false, ret_len);
}

/* Two findings may want one thing. */
static void add_line(struct gd_buf *b, const char *text)
{
	const char *line = gd_printf(b->arena, "// %s\n", text);

	if (!b->data || !strstr(b->data, line))
		gd_buf_str(b, line);
}

const char *ctl_except_final(struct ctl_exception *e, size_t *ret_len)
{
	struct gd_arena *a = e->ctl->arena;
	const char *bytes = policy_text(e, e->controls, true, ret_len);
	struct gd_buf b = { .arena = a };
	const struct gd_image *i = &e->judged.facts.image;

	if (!bytes)
		return NULL;
	gd_buf_fmt(&b, "// guardctl except: container %.64s%s%s\n", e->container.id,
		   i->references.n ? ", image " : "", i->references.n ? gd_quote(a, i->references.v[0], 200) : "");
	for (size_t k = 0; k < e->n_taken; k++)
		for (size_t l = 0; l < e->taken[k].n && !e->taken[k].dropped; l++)
			add_line(&b, ctl_except_step_text(e->taken[k].x, &e->taken[k].step[l], a));
	gd_buf_str(&b, bytes);
	*ret_len = b.len;
	return b.data;
}
