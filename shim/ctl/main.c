/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl: one table drives dispatch, usage and the test of the manual page. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(struct ctl *ctl, int argc, char **argv);
	const char *help;
} commands[] = {
	{ "apply", ctl_apply, "make launches obey the policies as they are written now" },
	{ "audit", ctl_audit, "read the audit log, prove it whole, hand it on" },
	{ "check", ctl_check, "would this container start, and what would be changed" },
	{ "except", ctl_except, "a policy that lets this very container pass, its use pinned" },
	{ "image", ctl_image, "what an image declares, how it is used, a match for it" },
	{ "install", ctl_install, "add the runtime to an engine's configuration" },
	{ "policy", ctl_policy, "lint, show and compare policies" },
	{ "status", ctl_status, "what is applied, and edits that are not" },
	{ "trust", ctl_trust, "sign images, say whose signatures count, take them back" },
	{ "uninstall", ctl_install, "take it out again, byte for byte" },
	{ "why", ctl_why, "all about one decision" },
};

static void no_memory(void)
{
	static const char text[] = "guardctl: out of memory\n";

	/* Nothing that could itself need memory. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(CTL_ERROR);
	_exit(CTL_ERROR);
}

static void print_usage(FILE *to)
{
	fputs("usage: guardctl [--guarded-config FILE] COMMAND [ARGUMENT...]\n\n", to);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].help);
	fputs("\n  guardctl COMMAND --help says more\n\nexit status: 0 yes, 1 no, 2 error\n", to);
}

void ctl_paint(const struct ctl *ctl, enum ctl_colour colour, const char *text)
{
	static const char *const codes[] = { [CTL_PLAIN] = "", [CTL_RED] = "31", [CTL_GREEN] = "32",
					     [CTL_YELLOW] = "33", [CTL_BOLD] = "1" };

	if (ctl->colour && colour != CTL_PLAIN)
		printf("\033[%sm%s\033[0m", codes[colour], text);
	else
		fputs(text, stdout);
}

int ctl_fail(const struct ctl *ctl)
{
	fflush(stdout);
	fprintf(stderr, "guardctl: %s\n", ctl->err.text);
	return CTL_ERROR;
}

int ctl_usage(const char *usage, const char *why)
{
	fflush(stdout);
	if (why)
		fprintf(stderr, "guardctl: %s\n", why);
	fputs(usage, stderr);
	return CTL_ERROR;
}

/* Asked for help, a subcommand needs no configuration. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int dispatch(struct ctl *ctl, int argc, char **argv)
{
	const char *names[sizeof(commands) / sizeof(*commands)], *near;
	size_t n = sizeof(names) / sizeof(*names);

	for (size_t i = 0; i < n; i++) {
		names[i] = commands[i].name;
		if (strcmp(commands[i].name, argv[0]) != 0)
			continue;
		/* install comes before there is a configuration. */
		if (commands[i].run != ctl_install && !wants_help(argc, argv) &&
		    gd_settings_load(ctl->config, ctl->arena, &ctl->settings, &ctl->err) < 0)
			return ctl_fail(ctl);
		return commands[i].run(ctl, argc, argv);
	}
	near = gd_nearest(argv[0], names, n);
	fprintf(stderr, "guardctl: unknown command %s%s%s%s\n", gd_quote(ctl->arena, argv[0], 64),
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return CTL_ERROR;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .arena = gd_arena_new(no_memory), .config = GD_SETTINGS_PATH,
			   .colour = isatty(STDOUT_FILENO) == 1 };
	int r;

	argc--, argv++;
	if (argc >= 2 && strcmp(argv[0], "--guarded-config") == 0) {
		ctl.config = argv[1];
		argc -= 2, argv += 2;
	}
	if (argc < 1 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
		print_usage(argc < 1 ? stderr : stdout);
		return argc < 1 ? CTL_ERROR : CTL_OK;
	}
	if (strcmp(argv[0], "--version") == 0) {
		puts("guardctl " GD_VERSION);
		return CTL_OK;
	}
	r = dispatch(&ctl, argc, argv);
	gd_arena_free(ctl.arena);
	/* What a full disk or a closed pipe swallowed must not look like a yes. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return CTL_ERROR;
	return r;
}
