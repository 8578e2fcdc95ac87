/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an image declares and how it is used, for people and for programs. */
#include "image.h"

#include <stdio.h>
#include <string.h>

/* --- text ------------------------------------------------------------------------------------------------------- */

/* What an image declares is its author's word: nothing of it may speak to the terminal. */
static const char *gentle(struct gd_arena *a, const char *s)
{
	for (const char *p = s; *p; p++)
		if (*p < ' ' || *p > '~')
			return gd_quote(a, s, 4096);
	return s;
}

static void text_row(const struct ctl_shown *s, const char *name, const char *value)
{
	if (value && *value)
		printf("%-14s %s\n", name, gentle(s->ctl->arena, value));
}

static void words_row(const struct ctl_shown *s, const char *name, const struct gd_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		text_row(s, i ? "" : name, w->v[i]);
}

/* As a Dockerfile has it: what is one argument stays one. */
static void argv_row(const struct ctl_shown *s, const char *name, const struct gd_words *w)
{
	gd_json *list = gd_json_new_arr();
	const char *bytes;
	size_t len;

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			break;
	if (w->n > 0 && gd_json_bytes(list, s->ctl->arena, &bytes, &len) == 0)
		printf("%-14s %s\n", name, bytes);
	gd_json_free(list);
}

static const char *user_text(const struct ctl_shown *s)
{
	const struct gd_image *i = s->image;
	struct gd_buf b = { .arena = s->ctl->arena };

	gd_buf_fmt(&b, "%s", i->user && *i->user ? i->user : "root");
	if (i->ids_known) {
		gd_buf_fmt(&b, " (%u:%u", i->uid, i->gid);
		for (size_t k = 0; k < i->n_groups; k++)
			gd_buf_fmt(&b, "%s%u", k ? "," : ", groups ", i->groups[k]);
		gd_buf_fmt(&b, ")");
	} else if (i->ids_why) {
		gd_buf_fmt(&b, " (%s)", i->ids_why);
	}
	return b.data;
}

static void print_published(const struct gd_use *u)
{
	for (size_t i = 0; i < u->n_ports; i++) {
		const struct gd_published *p = &u->ports[i];

		printf("%-14s %s:", i ? "" : "published", p->address && *p->address ? p->address : "*");
		if (p->host)
			printf("%u", p->host);
		printf(" -> %u/%s\n", p->container, p->protocol);
	}
	if (u->publish_all)
		printf("%-14s every declared port\n", "published");
}

static void print_uses(const struct ctl_shown *s)
{
	if (s->uses_why) {
		printf("\nhow it is used otherwise cannot be told: %s\n", s->uses_why);
		return;
	}
	printf(s->uses.n ? "\nused otherwise than as built:\n" : "\nused as built\n");
	for (size_t i = 0; i < s->uses.n; i++) {
		const struct gd_finding *x = &s->uses.v[i];

		printf("  %-13s %s", x->control->name, x->what);
		if (x->value)
			printf("\tis %s", x->value);
		if (x->wanted)
			printf("\tdeclared: %s", x->wanted);
		putchar('\n');
	}
}

void ctl_image_text(const struct ctl_shown *s)
{
	const struct gd_image *i = s->image;

	text_row(s, "container", s->container);
	text_row(s, "engine", s->kind);
	text_row(s, "asked for as", i->asked);
	words_row(s, "references", &i->references);
	text_row(s, "index", i->index);
	text_row(s, "manifest", i->manifest);
	text_row(s, "configuration", i->config);
	text_row(s, "read from", i->store);
	if (i->state != GD_IMAGE_KNOWN) {
		printf("%-14s %s\n", "image", i->state == GD_IMAGE_NONE ? "none" : "not known");
		text_row(s, "because", i->why);
		return;
	}
	argv_row(s, "entrypoint", &i->entrypoint);
	argv_row(s, "cmd", &i->cmd);
	words_row(s, "environment", &i->env);
	text_row(s, "user", user_text(s));
	text_row(s, "directory", i->cwd && *i->cwd ? i->cwd : "/");
	words_row(s, "volumes", &i->volumes);
	words_row(s, "ports", &i->ports);
	argv_row(s, "health check", &i->health);
	text_row(s, "stop signal", i->stop_signal);
	for (size_t k = 0; k < i->n_labels; k++)
		text_row(s, k ? "" : "labels",
			 gd_printf(s->ctl->arena, "%s=%s", i->labels[k].key, i->labels[k].value));
	if (!s->facts)
		return;
	print_published(&s->facts->use);
	print_uses(s);
}

/* --- json ------------------------------------------------------------------------------------------------------- */

static int set_text(gd_json *o, const char *key, const char *value)
{
	return value ? gd_json_set(o, key, gd_json_new_str(value)) : 0;
}

static int set_words(gd_json *o, const char *key, const struct gd_words *w)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			return gd_json_free(list), -1;
	return gd_json_set(o, key, list);
}

static int set_ids(gd_json *o, const struct gd_image *i)
{
	gd_json *groups;

	if (!i->ids_known)
		return set_text(o, "idsWhy", i->ids_why);
	if (gd_json_set(o, "uid", gd_json_new_u64(i->uid)) < 0 || gd_json_set(o, "gid", gd_json_new_u64(i->gid)) < 0)
		return -1;
	groups = gd_json_arr_in(o, "groups");
	for (size_t k = 0; k < i->n_groups; k++)
		if (gd_json_push(groups, gd_json_new_u64(i->groups[k])) < 0)
			return -1;
	return 0;
}

static int set_labels(gd_json *o, const struct gd_image *i)
{
	gd_json *labels = gd_json_obj_in(o, "labels");

	for (size_t k = 0; k < i->n_labels; k++)
		if (set_text(labels, i->labels[k].key, i->labels[k].value) < 0)
			return -1;
	return 0;
}

static int set_declared(gd_json *to, const struct gd_image *i)
{
	gd_json *o = gd_json_obj_in(to, "declared");

	if (set_words(o, "entrypoint", &i->entrypoint) < 0 || set_words(o, "cmd", &i->cmd) < 0 ||
	    set_words(o, "env", &i->env) < 0 || set_text(o, "user", i->user ? i->user : "") < 0 ||
	    set_ids(o, i) < 0 || set_text(o, "cwd", i->cwd && *i->cwd ? i->cwd : "/") < 0 ||
	    set_words(o, "volumes", &i->volumes) < 0 || set_words(o, "ports", &i->ports) < 0 ||
	    set_words(o, "health", &i->health) < 0 || set_text(o, "stopSignal", i->stop_signal) < 0 ||
	    set_labels(o, i) < 0 || set_words(o, "diffIds", &i->diff_ids) < 0)
		return -1;
	return 0;
}

static int set_uses(gd_json *to, const struct ctl_shown *s)
{
	gd_json *list = gd_json_arr_in(to, "usedOtherwise");

	for (size_t i = 0; i < s->uses.n; i++) {
		const struct gd_finding *x = &s->uses.v[i];
		gd_json *o = gd_json_new_obj();

		if (set_text(o, "control", x->control->name) < 0 || set_text(o, "pointer", x->pointer) < 0 ||
		    set_text(o, "what", x->what) < 0 || set_text(o, "value", x->value) < 0 ||
		    set_text(o, "declared", x->wanted) < 0)
			return gd_json_free(o), -1;
		if (gd_json_push(list, o) < 0)
			return -1;
	}
	return 0;
}

static const char *const state_words[] = { [GD_IMAGE_NOT_ASKED] = "unknown", [GD_IMAGE_NONE] = "none",
					   [GD_IMAGE_KNOWN] = "known", [GD_IMAGE_UNKNOWN] = "unknown" };

gd_json *ctl_image_json(const struct ctl_shown *s)
{
	const struct gd_image *i = s->image;
	gd_json *o = gd_json_new_obj();

	if (set_text(o, "container", s->container) < 0 || set_text(o, "engine", s->kind) < 0 ||
	    set_text(o, "image", state_words[i->state]) < 0 || set_text(o, "why", i->why) < 0 ||
	    set_text(o, "asked", i->asked) < 0 || set_words(o, "references", &i->references) < 0 ||
	    set_text(o, "index", i->index) < 0 || set_text(o, "manifest", i->manifest) < 0 ||
	    set_text(o, "config", i->config) < 0 || set_text(o, "store", i->store) < 0 ||
	    (i->state == GD_IMAGE_KNOWN && set_declared(o, i) < 0) ||
	    (s->facts && !s->uses_why && set_uses(o, s) < 0))
		return gd_json_free(o);
	return o;
}
