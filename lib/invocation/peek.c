/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "invocation/grammar.h"

/* The value if argv[*at] is --@name, and *at moved onto the flag's last word; else NULL. */
static const char *value_of(int argc, char **argv, int *at, const char *name)
{
	const char *word = argv[*at] + strspn(argv[*at], "-");
	size_t n = strlen(name);

	if (strncmp(word, name, n) != 0)
		return NULL;
	if (word[n] == '=')
		return word + n + 1;
	if (word[n] != '\0' || *at + 1 >= argc)
		return NULL;
	return argv[++*at];
}

/* crun's three ways of naming a log; runc knows plain paths, and no engine's looks like these. */
static const char *log_path(const char *s)
{
	if (gd_starts(s, "journald:") || gd_starts(s, "syslog:") || *s == '\0')
		return NULL;
	return gd_starts(s, "file:") ? s + strlen("file:") : s;
}

void gd_invocation_peek(int argc, char **argv, struct gd_peek *ret)
{
	static const char *const others[] = { "root", "criu", "rootless", "cgroup-manager",
					      "log-level" };

	*ret = (struct gd_peek){ 0 };
	for (int i = 1; i < argc && ret->verb == GD_VERB_NONE; i++) {
		const char *v;

		if (argv[i][0] != '-') {
			/* Maybe an unknown flag's value: go on, so that the refusal finds the log. */
			ret->verb = gd_verb_of(argv[i]);
			continue;
		}
		if ((v = value_of(argc, argv, &i, "log-format")) != NULL) {
			ret->log_format = strcmp(v, "json") == 0 ? GD_LOG_JSON : GD_LOG_TEXT;
			continue;
		}
		if ((v = value_of(argc, argv, &i, "log")) != NULL) {
			ret->log = log_path(v);
			continue;
		}
		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			if (value_of(argc, argv, &i, others[k]) != NULL)
				break;
	}
}
