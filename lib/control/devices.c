/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device nodes, and the control group's rules on which may be opened. Both are judged by their numbers: what a node is
 * called inside says nothing. Numbers are led back to the host's own node (facts), which is what policies
 * name; /dev/serial/by-id/... and its like count as names of it.
 */
#include <string.h>

#include "control/dialect.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

struct rule {
	const char *path;
	struct gd_words access;
};

struct config {
	struct gd_config_head head;
	struct gd_rules allow;
	struct gd_words numbers;
};

static const char *const accesses[] = { "read", "write", "mknod", NULL };

#define AT(member) .offset = offsetof(struct rule, member)
static const struct gd_field rule_fields[] = {
	{ .name = "path", .kind = GD_F_PATTERN, .syntax = GD_S_PATH, AT(path),
	  .help = "the host's node, by any of its names" },
	{ .name = "access", .kind = GD_F_ALLOW, .syntax = GD_S_WORD, .words = accesses, AT(access),
	  .help = "what may be done with it" },
	{ .name = NULL },
};
#undef AT

#define AT(member) .offset = offsetof(struct config, member)
static const struct gd_field fields[] = {
	{ .name = "allow", .kind = GD_F_RULES, AT(allow), .sub = rule_fields, .sub_size = sizeof(struct rule),
	  .primary = true, .help = "devices of the host that may be given" },
	{ .name = "numbers", .kind = GD_F_ALLOW, .syntax = GD_S_TEXT, AT(numbers),
	  .help = "rules by numbers that may be given, as 'c 189:* rwm'" },
	{ .name = NULL },
};
#undef AT

/* What every runtime makes in every container, and what engines' default rules open (engine-facts). */
static const struct { char type; int major, minor; const char *path; } own[] = {
	{ 'c', 1, 3, "/dev/null" }, { 'c', 1, 5, "/dev/zero" }, { 'c', 1, 7, "/dev/full" },
	{ 'c', 1, 8, "/dev/random" }, { 'c', 1, 9, "/dev/urandom" }, { 'c', 5, 0, "/dev/tty" },
	{ 'c', 5, 1, "/dev/console" }, { 'c', 5, 2, "/dev/ptmx" },
};

static bool is_own(char type, int64_t major, int64_t minor)
{
	for (size_t i = 0; i < LEN(own); i++)
		if (own[i].type == type && own[i].major == major && own[i].minor == minor)
			return true;
	/* pseudo terminals of the container's own devpts; runc's own rules have them all */
	return type == 'c' && major == 136;
}

static char type_of(const struct gd_device *d)
{
	return d->type[0] == 'u' && d->type[1] == '\0' ? 'c' : d->type[1] == '\0' ? d->type[0] : '?';
}

static bool may(const struct gd_words *access, const char *word)
{
	return gd_words_has(access, word) || gd_words_has(access, "*");
}

/* "rwm" within what the rule gives. */
static bool access_fits(const struct gd_words *access, const char *asked)
{
	for (const char *p = asked; *p; p++)
		if (!(*p == 'r' && may(access, "read")) && !(*p == 'w' && may(access, "write")) &&
		    !(*p == 'm' && may(access, "mknod")))
			return false;
	return true;
}

static bool named(const struct rule *r, const char *real, const struct gd_words *aliases)
{
	if (real && gd_glob(r->path, real))
		return true;
	for (size_t i = 0; i < aliases->n; i++)
		if (gd_glob(r->path, aliases->v[i]))
			return true;
	return false;
}

static bool is_listed(const struct config *c, const char *real, const struct gd_words *aliases,
		      const char *asked)
{
	const struct rule *r = c->allow.v;

	for (size_t i = 0; i < c->allow.n; i++)
		if (named(&r[i], real, aliases) && access_fits(&r[i].access, asked))
			return true;
	return false;
}

/* --- nodes --------------------------------------------------------------------------------------- */

static const char *node_trouble(const struct gd_device *d, const struct config *c)
{
	char type = type_of(d);

	if (d->path[0] != '/' || strstr(d->path, "/../") || gd_ends(d->path, "/.."))
		return "its place is not given from the root on";
	if (d->mode.set && (d->mode.v & ~0777ull))
		return "its mode has more than permissions in it";
	if (type == 'p')
		return NULL; /* a pipe of the container's own */
	if (type != 'c' && type != 'b')
		return "no runtime knows that kind";
	if (is_own(type, d->major, d->minor) || is_listed(c, d->real, &d->aliases, ""))
		return NULL;
	return type == 'b' ? "whoever can open a disk reads and writes everything on it"
			   : "it opens a device of the host";
}

static const char *device_name(const char *real, char type, struct gd_i64 major, struct gd_i64 minor,
			       struct gd_arena *a)
{
	if (real)
		return gd_bare(a, real, 80);
	return gd_printf(a, "%c %s:%s", type, major.set && major.v >= 0 ? gd_printf(a, "%lld", (long long)major.v) : "*",
			 minor.set && minor.v >= 0 ? gd_printf(a, "%lld", (long long)minor.v) : "*");
}

static void check_nodes(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	const struct gd_linux *l = &f->linux_;

	for (size_t i = 0; i < l->n_devices; i++) {
		const struct gd_device *d = &l->devices[i];
		const char *why = node_trouble(d, c);
		if (!why)
			continue;
		struct gd_i64 major = { true, d->major }, minor = { true, d->minor };
		struct gd_finding *x = gd_found(out, "/linux/devices/%zu", i);
		const char *name = device_name(d->real, type_of(d), major, minor, out->arena);
		x->value = gd_quote(out->arena, d->path, 80);
		x->wanted = "a device that the policy lists";
		x->flag = d->real ? gd_say(f, GD_SAY_DEVICE, d->real, out->arena) : NULL;
		x->what = gd_printf(out->arena, "the device %s", name);
		x->why = why;
		x->fix = "leave it out, or have it listed";
		x->asked = true;
		x->fixable = true;
	}
}

/* --- rules ------------------------------------------------------------------------------------- */

static bool is_all(const struct gd_device_rule *r)
{
	return (r->type == 'a' || r->type == '\0') && (!r->major.set || r->major.v < 0) &&
	       (!r->minor.set || r->minor.v < 0);
}

static bool is_plain_access(const char *s)
{
	return *s && strspn(s, "rwm") == strlen(s);
}

/* Making nodes of any number, without opening them: both runtimes add these rules themselves. */
static bool is_mknod_only(const struct gd_device_rule *r)
{
	return gd_streq(r->access, "m") && (r->type == 'c' || r->type == 'b');
}

static const char *rule_text(const struct gd_device_rule *r, struct gd_arena *a)
{
	return gd_printf(a, "%s %s", device_name(NULL, r->type, r->major, r->minor, a), r->access);
}

static bool rule_passes(const struct gd_device_rule *r, const struct config *c, struct gd_arena *a)
{
	if (!r->allow)
		return true;
	if (!is_plain_access(r->access) || (r->type != 'c' && r->type != 'b'))
		return false;
	if (is_mknod_only(r) || gd_words_has(&c->numbers, rule_text(r, a)))
		return true;
	if (r->type == 'c' && r->major.set && r->major.v == 136)
		return true;
	if (!r->major.set || !r->minor.set)
		return false;
	return is_own(r->type, r->major.v, r->minor.v) || is_listed(c, r->real, &r->aliases, r->access);
}

static void check_rules(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	const struct gd_resources *r = &f->linux_.resources;

	for (size_t i = 0; i < r->n_devices; i++) {
		const struct gd_device_rule *d = &r->devices[i];
		if (rule_passes(d, c, out->arena))
			continue;
		struct gd_finding *x = gd_found(out, "/linux/resources/devices/%zu", i);
		x->value = gd_printf(out->arena, "'%s'", rule_text(d, out->arena));
		x->wanted = "devices that the policy lists";
		x->what = is_all(d) ? "access to every device" : gd_printf(out->arena, "access to devices %s", x->value);
		x->why = is_all(d) || d->type == 'b' ? "whoever can open a disk reads and writes everything on it"
						     : "it opens devices of the host";
		/* --device writes a node and a rule; --device-cgroup-rule and --privileged no node of that number */
		if (!is_all(d))
			x->flag = d->real ? gd_say(f, GD_SAY_DEVICE, d->real, out->arena)
					  : gd_say(f, GD_SAY_DEVICE_RULE, rule_text(d, out->arena), out->arena);
		x->fix = "leave it out, or have it listed";
		x->asked = true;
		x->fixable = true;
	}
}

/*
 * The first rule must close everything: without it, what is allowed depends on what the runtime or the parent group
 * begins with. Every engine writes it.
 */
static bool begins_closed(const struct gd_facts *f)
{
	const struct gd_resources *r = &f->linux_.resources;

	/* An update without rules leaves the container's as they are; none of the runtimes changes devices then. */
	if (f->verb == GD_ON_UPDATE && r->n_devices == 0)
		return true;
	return r->n_devices > 0 && !r->devices[0].allow && is_all(&r->devices[0]) &&
	       (gd_streq(r->devices[0].access, "rwm") || r->devices[0].access[0] == '\0');
}

static void check_first(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_resources *r = &f->linux_.resources;

	if (begins_closed(f))
		return;
	/* a rule that opens everything is told of by itself */
	if (r->n_devices > 0 && r->devices[0].allow && is_all(&r->devices[0]))
		return;
	struct gd_finding *x = gd_found(out, "/linux/resources/devices");
	x->wanted = "'deny all' first";
	x->what = "a list of devices that does not begin with none";
	x->why = "it might open every device";
	x->fix = "begin with a rule that denies all";
	x->fixable = true;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	check_nodes(f, config, out);
	check_rules(f, config, out);
	check_first(f, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;
	const struct gd_linux *l = &f->linux_;
	gd_json *linux_ = gd_json_obj_in(doc, "linux"), *nodes = gd_json_get(linux_, "devices");
	gd_json *rules = gd_json_get(gd_json_get(linux_, "resources"), "devices");
	gd_json *deny;

	for (size_t i = l->n_devices; i-- > 0;)
		if (node_trouble(&l->devices[i], c))
			gd_json_remove_at(nodes, i);
	for (size_t i = l->resources.n_devices; i-- > 0;)
		if (!rule_passes(&l->resources.devices[i], c, a))
			gd_json_remove_at(rules, i);
	if (begins_closed(f))
		return 0;
	rules = gd_json_arr_in(gd_json_obj_in(linux_, "resources"), "devices");
	deny = gd_json_new_obj();
	if (gd_json_set(deny, "allow", gd_json_new_bool(false)) < 0 ||
	    gd_json_set(deny, "access", gd_json_new_str("rwm")) < 0 || gd_json_insert(rules, 0, deny) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

const struct gd_control gd_control_devices = {
	.name = "devices",
	.help = "device nodes and the rules on which may be opened, by what they are on the host",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_ALL,
	.sandbox = true,
	.ids = "CIS-Docker-5.18 NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
