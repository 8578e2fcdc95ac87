/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that enters a running container, measured by the container's own process: not more
 * capabilities, no other user, the same security profile and limits, the same cgroup. What the
 * other controls say of a process (user.nonRoot, environment, workingDir, ...) holds for it as
 * well.
 *
 * The container is the conformed one, while the engine makes the exec from what it asked for at
 * create: where the two differ nobody typed anything, and the exec is brought in line quietly. Only
 * --privileged and --user are words of an exec; both can be told from that.
 */
#include <string.h>

#include "base/cap.h"
#include "control/capabilities.h"
#include "control/entrypoint.h"
#include "control/exec.h"

enum { ALLOW_ANY, ALLOW_HEALTHCHECK, ALLOW_NONE };

static const char *const allow_words[] = { "any", "healthcheck", "none", NULL };

static const struct gd_field rule_fields[] = {
	{ .name = "argv",
	  .kind = GD_F_ARGV,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_argv_rule, argv),
	  .help = "one pattern an argument; '**' at the end stands for any number more" },
	{ .name = NULL },
};

#define RIGHT(n, member, text) \
	{ \
		.name = n, .kind = GD_F_RIGHT, .syntax = GD_S_BOOL, \
		.offset = offsetof(struct gd_exec_config, member), .help = text \
	}
static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .offset = offsetof(struct gd_exec_config, allow),
	  .words = allow_words,
	  .help = "who may run a command inside: anybody, the container's own health check alone, nobody" },
	{ .name = "commands",
	  .kind = GD_F_RULES,
	  .offset = offsetof(struct gd_exec_config, commands),
	  .sub = rule_fields,
	  .sub_size = sizeof(struct gd_argv_rule),
	  .primary = true,
	  .beside = &fields[0],
	  .help = "commands that may be run inside besides" },
	RIGHT("privileged", privileged,
	      "an exec may hold everything: capabilities, no profile, no limits"),
	RIGHT("otherUser", other_user,
	      "an exec may run as another user or group than the container"),
	RIGHT("moreCapabilities", more_capabilities,
	      "an exec may hold capabilities that the container does not"),
	RIGHT("terminal", terminal, "an exec may have a terminal"),
	{ .name = NULL },
};

/* Absent, runc and crun take the container's own. */
static uint64_t more_caps(const struct gd_facts *f)
{
	return gd_caps_held(gd_caps_given(f)) & ~gd_caps_held(&f->container->caps);
}

static struct gd_finding *found(struct gd_findings *out, const char *pointer, const char *what,
				const char *why, const char *fix)
{
	struct gd_finding *x = gd_found(out, "%s", pointer);

	x->what = what;
	x->why = why;
	x->fix = fix;
	x->wanted = "as the container's own process";
	x->fixable = true;
	return x;
}

static const char *cap_list(uint64_t bits, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };
	int shown = 0;

	for (int n = 0; n <= GD_CAP_MAX; n++) {
		if (!(bits & GD_CAP_BIT(n)))
			continue;
		if (shown++ == 4) {
			gd_buf_fmt(&b, " and %d more", __builtin_popcountll(bits) - 4);
			break;
		}
		gd_buf_fmt(&b, "%s'%s'", shown > 1 ? ", " : "",
			   gd_cap_name(n) ? gd_cap_name(n) : "unknown");
	}
	return b.data;
}

static void check_privileged(const struct gd_facts *f, uint64_t more, struct gd_findings *out)
{
	struct gd_finding *x = found(out, "/process/capabilities", "an exec with every capability",
				     "it would give this shell root on the host",
				     "drop --privileged");

	x->value = cap_list(more, out->arena);
	x->flag = gd_say(f, GD_SAY_PRIVILEGED, NULL, out->arena);
	x->asked = true;
	x->ids = "CIS-Docker-5.23 NIST-800-190-4.4.3 PCI-DSS-7.2";
	if (!x->flag)
		x->fix = "leave the capabilities out";
}

static void check_caps(const struct gd_facts *f, uint64_t more, struct gd_findings *out)
{
	const char *list = cap_list(more, out->arena);
	struct gd_finding *x = found(
	    out, "/process/capabilities",
	    gd_printf(out->arena, "an exec with the capabilities %s", list),
	    "the container itself does not hold them", "leave them out");

	x->value = list;
	/* no engine has a flag for them: they are what the engine asked for at create */
	x->asked = f->engine == GD_ENGINE_UNKNOWN;
	x->ids = "CIS-Docker-5.23 NIST-800-190-4.4.3";
}

static void check_confinement(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_process *p = &f->process, *own = f->container;

	if (own->no_new_privileges && !p->no_new_privileges)
		found(out, "/process/noNewPrivileges", "an exec that may gain privileges",
		      "the container itself may not", "set process.noNewPrivileges");
	if (gd_exec_other_label(p->apparmor, own->apparmor))
		found(out, "/process/apparmorProfile", "an exec under another AppArmor profile",
		      "the container's own would not hold for it", "leave the profile out");
	if (gd_exec_other_label(p->selinux, own->selinux))
		found(out, "/process/selinuxLabel", "an exec under another SELinux label",
		      "the container's own would not hold for it", "leave the label out");
	for (size_t i = 0; i < p->n_rlimits; i++)
		if (gd_exec_raises(&p->rlimits[i], own))
			found(out, gd_printf(out->arena, "/process/rlimits/%zu", i),
			      gd_printf(out->arena, "an exec with a higher limit %s",
					gd_quote(out->arena, p->rlimits[i].type, 40)),
			      "the container's own limit would not hold for it",
			      "leave the limit out");
}

static void check_user(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_process *p = &f->process;
	const char *ids = gd_printf(out->arena, "%u:%u", p->uid, p->gid);
	struct gd_finding *x = found(
	    out, "/process/user", gd_printf(out->arena, "an exec as user %s", ids),
	    p->uid == 0 ? "it would be root where the container is not"
			: "it would be another user than the container, with other files",
	    "leave the user out");

	if (p->uid == 0 && f->container->uid == 0)
		x->why = "it would have groups that the container does not have";
	x->value = ids;
	x->wanted = gd_printf(out->arena, "%u:%u", f->container->uid, f->container->gid);
	x->flag = gd_say(f, GD_SAY_USER, ids, out->arena);
	x->asked = true;
	x->ids = "CIS-Docker-5.24 NIST-800-190-4.4.3 PCI-DSS-7.2";
}

static void check_flags(const struct gd_facts *f, struct gd_findings *out)
{
	for (size_t i = 0; i < f->flags.n; i++) {
		struct gd_finding *x;

		if (!gd_starts(f->flags.v[i], "--cgroup"))
			continue;
		x = found(out, "/process", "an exec in another control group",
			  "the container's limits would not hold for it", "leave it out");
		x->flag = gd_bare(out->arena, f->flags.v[i], 80);
		x->asked = true;
		x->fixable = false;
	}
}

static bool may_enter(const struct gd_facts *f, const struct gd_exec_config *c)
{
	return c->allow == ALLOW_ANY || (c->allow == ALLOW_HEALTHCHECK && f->healthcheck) ||
	       gd_argv_allowed(&c->commands, &f->process.args);
}

static void check_entering(const struct gd_facts *f, const struct gd_exec_config *c, struct gd_findings *out)
{
	bool health = c->allow == ALLOW_HEALTHCHECK;
	struct gd_finding *x = found(out, "/process/args", "entering this container",
				     "this policy lets nobody run a command inside, health checks included",
				     "look at its logs, or ask for a policy that allows it");

	x->value = gd_show_argv(&f->process.args, 0, 120, out->arena);
	if (c->commands.n)
		x->why = gd_printf(out->arena, "this policy lets %s, and %s is none of them",
				   health ? "the container's health check and listed commands run inside"
					  : "listed commands alone run inside",
				   x->value);
	else if (health)
		x->why = gd_printf(out->arena,
				   "this policy lets nothing but the container's own health check run inside, "
				   "and %s is not that",
				   x->value);
	if (health && !f->use.health_known)
		x->why = gd_printf(out->arena, "%s; the engine's record of a health check was not found", x->why);
	x->flag = gd_say_verb(f);
	x->wanted = health ? "the health check" : c->commands.n ? "a listed command" : "no exec";
	x->asked = true;
	x->fixable = false;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct gd_exec_config *c = config;
	struct gd_finding *x;
	uint64_t more;

	if (f->verb != GD_ON_EXEC)
		return;
	if (!may_enter(f, c)) {
		check_entering(f, c, out);
		return;
	}
	if (!f->container) {
		x = found(out, "/process", "entering this container",
			  "nobody knows what the container itself may do",
			  "start it again, so that guarded can judge it");
		x->fixable = false;
		return;
	}
	check_flags(f, out);
	more = more_caps(f);
	if (!c->privileged) {
		if (more && gd_caps_are_all(gd_caps_held(gd_caps_given(f))))
			check_privileged(f, more, out);
		else if (more && !c->more_capabilities)
			check_caps(f, more, out);
		check_confinement(f, out);
	}
	if (!c->other_user && gd_exec_is_other_user(&f->process, f->container))
		check_user(f, out);
	if (!c->terminal && f->process.terminal) {
		x = found(out, "/process/terminal", "an exec with a terminal",
			  "this policy allows no interactive shells", "leave -t out");
		x->flag = gd_say(f, GD_SAY_TTY, NULL, out->arena);
		x->wanted = "false";
		x->asked = true;
		x->fixable = false; /* the engine waits for the terminal */
	}
}

static bool needs_image(const void *config)
{
	const struct gd_exec_config *c = config;

	return gd_like_looks(&c->head) && c->allow == ALLOW_HEALTHCHECK;
}

static bool pins(const void *config)
{
	const struct gd_exec_config *c = config;

	return gd_like_acts(&c->head) && c->allow != ALLOW_ANY && gd_argv_rules_exact(&c->commands);
}

const struct gd_control gd_control_exec = {
	.name = "exec",
	.help = "who may enter a running container, and with what",
	.fields = fields,
	.config_size = sizeof(struct gd_exec_config),
	.verbs = GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.23 CIS-Docker-5.24 NIST-800-190-4.4.3",
	.check = check,
	.fix = gd_exec_fix,
	.needs_image = needs_image,
	.pins = pins,
};
