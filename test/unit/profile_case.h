/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shipped seccomp profiles, compiled as apply does it, but read without asking who owns the
 * files. */
#ifndef GD_TEST_PROFILE_CASE_H
#define GD_TEST_PROFILE_CASE_H

#include <stdio.h>

#include "control_case.h"
#include "mac/profile.h"

static inline const char *profile_line(const char *name, struct gd_arena *a)
{
	const char *path = gd_printf(a, "profiles/seccomp/%s.json", name), *line;
	char *text = gd_alloc(a, GD_PROFILE_MAX + 1);
	struct gd_error err = { 0 };
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "%s: run from the project's directory", path);
	size_t n = fread(text, 1, GD_PROFILE_MAX, f);
	fclose(f);
	if (gd_profile_compile(text, n, name, a, &line, &err) < 0)
		ck_abort_msg("%s: %s", path, err.text);
	return line;
}

/* The flat configuration of the control seccomp, as the applied file has it: @names are separated
 * by spaces. */
static inline void *profile_config(const char *names, struct gd_arena *a)
{
	const struct gd_control *c = gd_control_by_name("seccomp");
	struct gd_buf b = { .arena = a }, lines = { .arena = a };
	char *list = gd_strdup(a, names), *rest = NULL;
	struct gd_error err = { 0 };
	struct gd_pull pull;
	void *config;

	gd_buf_str(&lines, "");
	gd_buf_str(&b, "{\"action\":\"rewrite\",\"asked\":\"deny\",\"profiles\":[");
	for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		gd_buf_fmt(&b, "%s\"%s\"", lines.len ? "," : "", name);
		gd_buf_fmt(&lines, "%s\"%s\"", lines.len ? "," : "", profile_line(name, a));
	}
	gd_buf_fmt(&b, "],\"resolved\":[%s]}", lines.data);
	gd_pull_init(&pull, b.data, b.len, NULL, &err);
	if (gd_config_read(c, &pull, a, &config, &err) < 0)
		ck_abort_msg("%s", err.text);
	return config;
}

#endif
