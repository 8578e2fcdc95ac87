/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The argv that the runtime gets: one spelling for every meaning. "--flag value" with all flags in
 * front of the id is read alike by every runc since 1.0 (urfave/cli v1 with either reordering, v3)
 * and by crun's getopt_long; no value begins with a dash but a negative number, and those go into a
 * document. A lone "-" is written "--flag=-": urfave/cli 1.22.1 would take it for an argument.
 */
#include <string.h>

#include "invocation/grammar.h"

struct argv_out {
	struct gd_arena *a;
	char **v;
	size_t n;
};

static void put(struct argv_out *out, const char *word)
{
	/* execve's argv is not const; nobody writes to it. */
	*GD_APPEND(out->a, out->v, out->n) = (char *)word;
}

static void put_flag(struct argv_out *out, enum gd_flag_id f, const char *value)
{
	if (value != NULL && strcmp(value, "-") == 0) {
		put(out, gd_printf(out->a, "--%s=-", gd_flag_name(f)));
		return;
	}
	put(out, gd_printf(out->a, "--%s", gd_flag_name(f)));
	if (value != NULL)
		put(out, value);
}

static const char *replaced(enum gd_flag_id f, const struct gd_invocation *inv,
			    const struct gd_canonical_with *with)
{
	if (f == GD_F_ROOT)
		return with->root;
	if (f == GD_F_BUNDLE && gd_flag_of(f, gd_verb_letter(inv->verb)))
		return with->bundle;
	if (f == GD_F_PROCESS && inv->verb == GD_VERB_EXEC)
		return with->process;
	if (f == GD_F_RESOURCES && inv->verb == GD_VERB_UPDATE)
		return with->resources;
	return NULL;
}

static void put_given(struct argv_out *out, const struct gd_invocation *inv, enum gd_flag_id f)
{
	const struct gd_flag_value *v = &inv->flag[f];

	if (!v->given)
		return;
	switch (gd_flag_defs[f].kind) {
	case GD_KIND_BOOL:
		if (v->on)
			put_flag(out, f, NULL);
		/* =false takes away what the container's own process has: it is not nothing. */
		else if (f == GD_F_NO_NEW_PRIVS)
			put(out, "--no-new-privs=false");
		return;
	case GD_KIND_VALUE:
	case GD_KIND_INT:
		if (gd_invocation_str(inv, f) != NULL)
			put_flag(out, f, v->str);
		return;
	case GD_KIND_LIST:
		for (size_t i = 0; i < v->list.n; i++)
			put_flag(out, f, v->list.v[i]);
		return;
	}
}

/* The flags of @letter in the order of the table. */
static void put_flags(struct argv_out *out, const struct gd_invocation *inv, char letter,
		      const struct gd_canonical_with *with)
{
	bool process = with->process != NULL || gd_invocation_str(inv, GD_F_PROCESS) != NULL;
	bool resources = with->resources != NULL;

	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		const char *instead = replaced(f, inv, with);

		if (!gd_flag_of(f, letter))
			continue;
		if (instead != NULL)
			put_flag(out, f, instead);
		else if (!(gd_flag_defs[f].part == GD_PART_PROCESS && process) &&
			 !(gd_flag_defs[f].part == GD_PART_RESOURCES && resources))
			put_given(out, inv, f);
	}
}

static char **finish(struct argv_out *out)
{
	put(out, NULL);
	return out->v;
}

char **gd_invocation_canonical(const struct gd_invocation *inv, const char *argv0,
			       const struct gd_canonical_with *with, struct gd_arena *a)
{
	static const struct gd_canonical_with nothing = { 0 };
	struct argv_out out = { .a = a };

	put(&out, argv0);
	if (!inv->gated) {
		for (int i = 1; i < inv->argc; i++)
			put(&out, inv->argv[i]);
		return finish(&out);
	}
	/* In our own words: should we have misread the rest, it is not there to be obeyed. */
	if (inv->help) {
		put(&out, gd_verb_name(inv->verb));
		put(&out, "--help");
		return finish(&out);
	}
	if (with == NULL)
		with = &nothing;
	put_flags(&out, inv, GD_LETTER_GLOBAL, with);
	put(&out, gd_verb_name(inv->verb));
	put_flags(&out, inv, gd_verb_letter(inv->verb), with);
	put(&out, inv->id);
	if (with->process == NULL)
		for (size_t i = 0; i < inv->command.n; i++)
			put(&out, inv->command.v[i]);
	return finish(&out);
}

struct gd_fd_keep gd_invocation_fds(const struct gd_invocation *inv, unsigned listen_fds)
{
	struct gd_fd_keep keep = { .count = 0, .single = -1 };
	bool starts = inv->verb == GD_VERB_CREATE || inv->verb == GD_VERB_RUN ||
		      inv->verb == GD_VERB_RESTORE;

	if (starts || (inv->verb == GD_VERB_EXEC && inv->inner == GD_INNER_CRUN))
		keep.count = listen_fds;
	if (inv->gated && inv->flag[GD_F_PRESERVE_FDS].given)
		keep.count += (unsigned)inv->flag[GD_F_PRESERVE_FDS].number; /* in its range */
	if (inv->verb == GD_VERB_CHECKPOINT && inv->id != NULL && inv->flag[GD_F_STATUS_FD].given &&
	    inv->flag[GD_F_STATUS_FD].number > 2 && inv->flag[GD_F_STATUS_FD].number <= INT32_MAX)
		keep.single = (int)inv->flag[GD_F_STATUS_FD].number;
	return keep;
}

/*
 * Knowingly absent from what is judged: where things are (the caller is root and could put them
 * there anyway) and how long the call waits.
 */
static const enum gd_flag_id only_where[] = {
	GD_F_BUNDLE,	GD_F_CONSOLE_SOCKET, GD_F_PIDFD_SOCKET, GD_F_PID_FILE,
	GD_F_DETACH,	GD_F_KEEP,	     GD_F_NO_SUBREAPER, GD_F_IMAGE_PATH,
	GD_F_WORK_PATH, GD_F_PARENT_PATH,    GD_F_PROCESS,	GD_F_RESOURCES,
};

static bool says_only_where(enum gd_flag_id f)
{
	for (size_t i = 0; i < sizeof(only_where) / sizeof(only_where[0]); i++)
		if (only_where[i] == f)
			return true;
	return false;
}

void gd_invocation_judged_flags(const struct gd_invocation *inv, struct gd_arena *a,
				struct gd_words *ret)
{
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		const struct gd_flag_value *v = &inv->flag[f];

		if (!v->given || gd_flag_of(f, GD_LETTER_GLOBAL) ||
		    gd_flag_defs[f].part != GD_PART_FLAG || says_only_where(f))
			continue;
		for (size_t i = 0; i < v->list.n; i++)
			gd_words_add(a, ret,
				     gd_printf(a, "--%s %s", gd_flag_name(f), v->list.v[i]));
		if (gd_invocation_str(inv, f) != NULL)
			gd_words_add(a, ret, gd_printf(a, "--%s %s", gd_flag_name(f), v->str));
		else if (v->on)
			gd_words_add(a, ret, gd_printf(a, "--%s", gd_flag_name(f)));
	}
}
