/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All five sets against one ceiling. The bounding set alone would not do: runc sets each set as it
 * is written, and an inheritable or ambient capability outside the bounding set is still one held.
 */
#include "base/cap.h"
#include "control/capabilities.h"
#include "control/control.h"
#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	struct gd_words allow;
};

static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_CAP,
	  .offset = offsetof(struct config, allow),
	  .primary = true,
	  .help = "capabilities that may stand in any of the five sets" },
	{ .name = NULL },
};

/* What the holder can do to the host; where nothing is said, the general sentence has to do. */
static const char *const consequence[GD_CAP_COUNT] = {
	[GD_CAP_SYS_ADMIN] =
		"it lets the container mount file systems and walk out of its isolation",
	[GD_CAP_SYS_PTRACE] = "it lets the container read and change other processes",
	[GD_CAP_SYS_MODULE] = "it lets the container load code into the host's kernel",
	[GD_CAP_SYS_RAWIO] = "it lets the container write to the host's memory and disks",
	[GD_CAP_SYS_BOOT] = "it lets the container restart the host or load another kernel",
	[GD_CAP_SYS_TIME] = "it lets the container set the host's clock",
	[GD_CAP_SYS_NICE] = "it lets the container take the host's processors from everybody else",
	[GD_CAP_SYS_RESOURCE] = "it lets the container lift its own limits",
	[GD_CAP_SYS_PACCT] = "it lets the container write the host's accounting file",
	[GD_CAP_SYS_TTY_CONFIG] = "it lets the container hang up the host's terminals",
	[GD_CAP_SYS_CHROOT] = "it lets the container change its root directory",
	[GD_CAP_DAC_READ_SEARCH] = "it lets the container open any file of the host by its handle",
	[GD_CAP_NET_ADMIN] = "it lets the container change addresses, routes and packet filters",
	[GD_CAP_NET_RAW] = "it lets the container forge and listen to its neighbours' packets",
	[GD_CAP_MKNOD] = "it lets the container make device nodes",
	[GD_CAP_SETFCAP] = "it lets the container give capabilities to files on the host's disks",
	[GD_CAP_FSETID] = "it lets the container keep set-user-id bits on files that it changes",
	[GD_CAP_BPF] = "it lets the container load programs into the host's kernel",
	[GD_CAP_PERFMON] = "it lets the container watch the whole host",
	[GD_CAP_SYSLOG] = "it lets the container read the kernel's log and addresses",
	[GD_CAP_AUDIT_CONTROL] = "it lets the container switch off the host's audit",
	[GD_CAP_AUDIT_READ] = "it lets the container read the host's audit log",
	[GD_CAP_MAC_ADMIN] = "it lets the container change the host's security policy",
	[GD_CAP_MAC_OVERRIDE] = "it lets the container pass the host's security policy by",
	[GD_CAP_LINUX_IMMUTABLE] = "it lets the container change files that are marked immutable",
	[GD_CAP_IPC_OWNER] = "it lets the container use anybody's shared memory",
	[GD_CAP_CHECKPOINT_RESTORE] =
		"it lets the container take over the state of other processes",
	[GD_CAP_BLOCK_SUSPEND] = "it lets the container keep the host awake",
	[GD_CAP_WAKE_ALARM] = "it lets the container wake the host",
};

static bool is_asked(const struct gd_facts *f, int n)
{
	if (f->class == GD_CLASS_PLUGIN)
		return true;
	/* Engines hand the container's own set to every exec: only what goes beyond it was typed.
	 */
	if (f->verb == GD_ON_EXEC && f->container &&
	    gd_caps_held(&f->container->caps) & GD_CAP_BIT(n))
		return false;
	return !(gd_caps_default() & GD_CAP_BIT(n));
}

static const char *way_out(const struct gd_facts *f, const char *name, bool asked,
			   struct gd_arena *a)
{
	if (f->verb == GD_ON_EXEC)
		return asked ? "drop --privileged" : NULL;
	if (asked)
		return "leave it out";
	return gd_advise(f, GD_SAY_CAP_DROP, name, "take it out of all five sets", a);
}

static void found(const struct gd_facts *f, const struct gd_caps *caps, int n,
		  struct gd_findings *out)
{
	const char *name = gd_cap_name(n) ? gd_cap_name(n) : gd_printf(out->arena, "%d", n);
	int set = 0;

	while (set < GD_CAPS_SETS - 1 && !(caps->set[set] & GD_CAP_BIT(n)))
		set++;
	struct gd_finding *x = gd_found(out, "/process/capabilities/%s", gd_cap_set_names[set]);

	x->value = gd_printf(out->arena, "'CAP_%s'", name);
	x->wanted = "not held";
	x->asked = is_asked(f, n);
	/* No engine has a flag for one capability of an exec. */
	x->flag = x->asked && f->verb != GD_ON_EXEC ? gd_say(f, GD_SAY_CAP_ADD, name, out->arena)
						    : NULL;
	x->what = gd_printf(out->arena, "the capability '%s'", name);
	x->why = n < GD_CAP_COUNT && consequence[n]
			 ? consequence[n]
			 : "it is more than this policy lets a container hold";
	x->fix = way_out(f, name, x->asked, out->arena);
	x->fixable = true;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	const struct gd_caps *caps = gd_caps_given(f);
	uint64_t beyond = gd_caps_held(caps) & ~gd_caps_of_words(&c->allow);

	for (int n = 0; beyond; n++, beyond >>= 1)
		if (beyond & 1)
			found(f, caps, n, out);
	for (size_t i = 0; i < caps->unknown.n; i++) {
		struct gd_finding *x = gd_found(out, "/process/capabilities");

		/* Not even with "*": nobody can say what a runtime will make of it. */
		x->value = gd_quote(out->arena, caps->unknown.v[i], 40);
		x->wanted = "a name that every runtime reads alike";
		x->what = gd_printf(out->arena, "the capability %s", x->value);
		x->why = "no kernel known to guarded has a capability of that name";
		x->fix = "write it as in capabilities(7), in capitals";
		x->asked = true;
		x->fixable = true;
	}
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;
	uint64_t beyond = gd_caps_held(gd_caps_given(f)) & ~gd_caps_of_words(&c->allow);

	(void)a;
	if (beyond && gd_caps_own(doc, f, err) < 0)
		return -1;
	return gd_caps_keep(gd_json_get(doc, "process"), gd_caps_of_words(&c->allow), err);
}

const struct gd_control gd_control_capabilities = {
	.name = "capabilities",
	.help = "all five sets lie within a ceiling",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.4 PSS-baseline-capabilities PSS-restricted-capabilities "
	       "NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
