/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of a gated verb mean together: each was well formed when parse.c read it. */
#include <string.h>

#include "invocation/grammar.h"

#define SHOWN 80 /* bytes of a value quoted in a message */

const char *gd_invocation_str(const struct gd_invocation *inv, enum gd_flag_id f)
{
	const char *s = inv->flag[f].str;

	return s != NULL && s[0] != '\0' ? s : NULL;
}

static int check_word(const struct gd_invocation *inv, enum gd_flag_id f,
		      const char *const *allowed, struct gd_arena *a, struct gd_error *err)
{
	const char *v = gd_invocation_str(inv, f);

	if (v == NULL)
		return 0;
	for (size_t i = 0; allowed[i] != NULL; i++)
		if (strcmp(v, allowed[i]) == 0)
			return 0;
	return gd_error_set(err, GD_E_INPUT, "--%s %s is not one of its values", gd_flag_name(f),
			    gd_quote(a, v, SHOWN));
}

static int check_number(const struct gd_invocation *inv, enum gd_flag_id f, int64_t min,
			int64_t max, struct gd_error *err)
{
	const struct gd_flag_value *v = &inv->flag[f];

	if (v->given && (v->number < min || v->number > max))
		return gd_error_set(err, GD_E_INPUT, "--%s is out of its range %lld to %lld",
				    gd_flag_name(f), (long long)min, (long long)max);
	return 0;
}

static int check_globals(const struct gd_invocation *inv, struct gd_arena *a, struct gd_error *err)
{
	static const char *const formats[] = { "text", "json", NULL };
	static const char *const rootless[] = { "true", "false", "auto", NULL };
	static const char *const managers[] = { "systemd", "cgroupfs", "disabled", NULL };
	static const char *const levels[] = { "error", "warning", "debug", NULL };
	const char *root = gd_invocation_str(inv, GD_F_ROOT);
	const char *manager = gd_invocation_str(inv, GD_F_CGROUP_MANAGER);

	if (check_word(inv, GD_F_LOG_FORMAT, formats, a, err) < 0 ||
	    check_word(inv, GD_F_ROOTLESS, rootless, a, err) < 0 ||
	    check_word(inv, GD_F_CGROUP_MANAGER, managers, a, err) < 0 ||
	    check_word(inv, GD_F_LOG_LEVEL, levels, a, err) < 0)
		return -1;
	/* Relative to whose directory? guarded and the runtime would have to agree for ever. */
	if (inv->flag[GD_F_ROOT].given && (root == NULL || root[0] != '/'))
		return gd_error_set(err, GD_E_INPUT, "--root must be an absolute path");
	if (manager != NULL && strcmp(manager, "disabled") == 0)
		return gd_error_set(err, GD_E_INPUT,
				    "--cgroup-manager disabled leaves a container without any"
				    " limit; leave out --cgroups=disabled");
	/* crun: the later of the two wins, and the canonical order is not the one written. */
	if (manager != NULL && strcmp(manager, "cgroupfs") == 0 &&
	    inv->flag[GD_F_SYSTEMD_CGROUP].on)
		return gd_error_set(err, GD_E_INPUT,
				    "--systemd-cgroup and --cgroup-manager cgroupfs contradict"
				    " each other");
	return 0;
}

/* "[controller[,controller...]:]path", below the container's own cgroup. */
static int check_cgroups(const struct gd_invocation *inv, struct gd_arena *a, struct gd_error *err)
{
	const struct gd_words *list = &inv->flag[GD_F_CGROUP].list;

	if (inv->inner == GD_INNER_CRUN && list->n > 1)
		return gd_error_set(err, GD_E_INPUT,
				    "--cgroup is given twice, and crun takes the last alone");
	for (size_t i = 0; i < list->n; i++) {
		const char *colon = strchr(list->v[i], ':');
		const char *path = colon != NULL ? colon + 1 : list->v[i];

		if (strchr(path, ':') != NULL)
			return gd_error_set(err, GD_E_INPUT, "--cgroup %s has two colons",
					    gd_quote(a, list->v[i], SHOWN));
		for (const char *p = path; p != NULL;
		     p = strchr(p, '/'), p = p != NULL ? p + 1 : NULL)
			if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
				return gd_error_set(err, GD_E_INPUT,
						    "--cgroup %s leads out of the container's"
						    " cgroup",
						    gd_quote(a, list->v[i], SHOWN));
	}
	return 0;
}

/*
 * Flags that @beside makes the runtime ignore: whoever typed them believes in something that will
 * not be, and another runtime may not ignore them.
 */
static int check_ignored(const struct gd_invocation *inv, enum gd_flag_part part,
			 enum gd_flag_id beside, struct gd_error *err)
{
	if (gd_invocation_str(inv, beside) == NULL)
		return 0;
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++)
		/* conmon says --tty beside every --process whose document says terminal. */
		if (gd_flag_defs[f].part == part && inv->flag[f].given && f != GD_F_TTY)
			return gd_error_set(err, GD_E_INPUT,
					    "--%s would be ignored beside --%s; leave out one",
					    gd_flag_name(f), gd_flag_name(beside));
	return 0;
}

static int check_exec(const struct gd_invocation *inv, struct gd_arena *a, struct gd_error *err)
{
	bool process = gd_invocation_str(inv, GD_F_PROCESS) != NULL;

	if (check_ignored(inv, GD_PART_PROCESS, GD_F_PROCESS, err) < 0 ||
	    check_cgroups(inv, a, err) < 0)
		return -1;
	if (process && inv->command.n > 0)
		return gd_error_set(err, GD_E_INPUT,
				    "a command would be ignored beside --process; leave out one");
	if (!process && inv->command.n == 0)
		return gd_error_set(err, GD_E_INPUT,
				    "neither --process nor a command behind the id");
	return 0;
}

int gd_invocation_check(const struct gd_invocation *inv, struct gd_arena *a, struct gd_error *err)
{
	if (check_globals(inv, a, err) < 0 ||
	    check_number(inv, GD_F_PRESERVE_FDS, 0, GD_PRESERVE_FDS_MAX, err) < 0 ||
	    check_number(inv, GD_F_BLKIO_WEIGHT, 0, UINT16_MAX, err) < 0 ||
	    check_number(inv, GD_F_PIDS_LIMIT, -1, INT32_MAX, err) < 0 ||
	    check_ignored(inv, GD_PART_RESOURCES, GD_F_RESOURCES, err) < 0)
		return -1;
	return inv->verb == GD_VERB_EXEC ? check_exec(inv, a, err) : 0;
}
