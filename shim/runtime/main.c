/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guarded: an OCI runtime that stands in front of another one. Reads the command line, judges what the verb
 * would do, and execs the runtime in place; or tells the engine no.
 */
#include "launch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "refuse.h"

static void no_memory(void)
{
	static const char text[] = "guarded refused: out of memory\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(GD_EXIT_REFUSED);
}

/* "--guarded-config FILE" as the first words only: no engine can put it there, and runc has no such flag. */
static const char *take_config(int *argc, char ***argv)
{
	char *name = (*argv)[0];

	if (*argc < 3 || strcmp((*argv)[1], "--guarded-config"))
		return GD_SETTINGS_PATH;
	const char *path = (*argv)[2];
	*argc -= 2;
	*argv += 2;
	(*argv)[0] = name;
	return path;
}

/*
 * guarded in front of guarded would never end: on any verb. What only passes on is to cost nothing: there the name
 * that the kernel was given for us is compared, and a runtime that is us by another name is found one exec later.
 */
static int check_other(const char *path, bool gated, struct gd_error *err)
{
	const char *own_name = (const char *)getauxval(AT_EXECFN);
	struct stat own, its;

	if (!gd_streq(own_name, path) &&
	    (!gated || stat("/proc/self/exe", &own) < 0 || stat(path, &its) < 0 || own.st_dev != its.st_dev ||
	     own.st_ino != its.st_ino))
		return 0; /* what else is wrong with it, the exec will say */
	return gd_error_set(err, GD_E_INPUT, "the configured runtime '%s' is guarded itself", path);
}

/* Who can write the runtime needs no policy to be past us. */
static int check_runtime(const char *path, struct gd_error *err)
{
	int fd = gd_open_trusted_program(path, err);

	if (fd < 0)
		return gd_error_wrap(err, "runtime '%s'", path);
	close(fd);
	return 0;
}

static const struct gate {
	enum gd_verb verb;
	enum gd_action_verb action;
	int (*launch)(struct launch *);
	const char *object;	/* what a failure refuses */
} gates[] = {
	{ GD_VERB_CREATE, GD_ON_CREATE, launch_create, "this container" },
	{ GD_VERB_RUN, GD_ON_RUN, launch_create, "this container" },
	{ GD_VERB_RESTORE, GD_ON_RESTORE, launch_create, "this restore" },
	{ GD_VERB_EXEC, GD_ON_EXEC, launch_exec, "this exec" },
	{ GD_VERB_UPDATE, GD_ON_UPDATE, launch_update, "this update" },
};

static const struct gate *gate_of(enum gd_verb verb)
{
	for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++)
		if (gates[i].verb == verb)
			return &gates[i];
	return NULL;
}

/* For messages and records: what only passes on asks for neither time nor number. */
static void begin(struct launch *l)
{
	if (l->audit.id[0])
		return;
	clock_gettime(CLOCK_MONOTONIC, &l->start);
	clock_gettime(CLOCK_REALTIME, &l->audit.time);
	gd_audit_id(&l->audit);
}

static int pass_gate(struct launch *l)
{
	const struct gate *gate = gate_of(l->inv.verb);

	if (!gate)
		return gd_error_set(&l->err, GD_E_INPUT, "no gate for the verb '%s'", gd_verb_name(l->inv.verb));
	begin(l); /* before the first message names it */
	l->where = (struct gd_where){
		.verb = gate->action, .inner = l->inv.inner, .id = l->inv.id,
		.runtime_root = gd_state_root(l->inv.inner, gd_invocation_str(&l->inv, GD_F_ROOT),
					      getenv("XDG_RUNTIME_DIR"), geteuid() == 0, l->arena),
	};
	gd_invocation_judged_flags(&l->inv, l->arena, &l->where.flags);
	if (check_runtime(l->settings.runtime, &l->err) < 0)
		return -1;
	return gate->launch(l);
}

static int run(struct launch *l, const char *config, int argc, char **argv, const struct gd_peek *peek)
{
	struct gd_invocation_rules rules;
	unsigned listen = 0; /* of no meaning to the verbs that pass */
	int settings = gd_settings_load(config, l->arena, &l->settings, &l->err);

	/* A broken guarded.json stops launches, never kill or delete: those go to the runtime it last named,
	 * or the one that the system has. */
	if (settings < 0 && gd_verb_gated(peek->verb))
		return -1;
	rules = (struct gd_invocation_rules){ gd_inner_of(l->settings.runtime), &l->settings.verbs };
	if (gd_invocation_parse(argc, argv, &rules, l->arena, &l->inv, &l->err) < 0)
		return -1;
	if (settings < 0 && l->inv.gated) /* the peek believed less than was there */
		return -1;
	l->audit.container = l->inv.id;
	if (check_other(l->settings.runtime, l->inv.gated, &l->err) < 0)
		return -1;
	if (l->inv.gated && gd_listen_fds(&listen, l->inv.inner, &l->err) < 0)
		return -1;
	l->keep = gd_invocation_fds(&l->inv, listen);
	if (l->inv.gated && !l->inv.help && pass_gate(l) < 0)
		return -1;
	return gd_exec_runtime(l->settings.runtime,
			       gd_invocation_canonical(&l->inv, l->settings.runtime, &l->with, l->arena), l->keep,
			       &l->handed, &l->err); /* returns only on failure */
}

int main(int argc, char **argv)
{
	static struct launch l; /* in pages that are touched only where a verb is judged */
	struct gd_peek peek;
	const char *config;

	l.arena = gd_arena_new(no_memory);
	if (argc < 1)
		return GD_EXIT_REFUSED;
	config = take_config(&argc, &argv);
	gd_invocation_peek(argc, argv, &peek);
	l.audit.verb = gd_verb_name(peek.verb);
	run(&l, config, argc, argv, &peek);

	/* Fail safe: whatever came back from run() is a refusal. */
	begin(&l);
	if (!l.refusal)
		l.audit.failure = &l.err;
	l.audit.message = l.refusal ? l.refusal :
		gd_failure_message(&l.err, gate_of(peek.verb) ? gate_of(peek.verb)->object : "this command",
				   l.audit.id, l.settings.contact, l.arena);
	launch_audit(&l);
	return gd_refuse(&peek, l.audit.message);
}
