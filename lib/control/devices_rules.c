/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control group's rules on devices, one by one: a union of what is opened, each judged by
 * itself. */
#include <string.h>

#include "control/devices.h"
#include "control/dialect.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What every runtime makes in every container, and what engines' default rules open (engine-facts).
 */
static const struct {
	char type;
	int major, minor;
	const char *path;
} own[] = {
	{ 'c', 1, 3, "/dev/null" },    { 'c', 1, 5, "/dev/zero" },    { 'c', 1, 7, "/dev/full" },
	{ 'c', 1, 8, "/dev/random" },  { 'c', 1, 9, "/dev/urandom" }, { 'c', 5, 0, "/dev/tty" },
	{ 'c', 5, 1, "/dev/console" }, { 'c', 5, 2, "/dev/ptmx" },
};

bool gd_device_is_own(char type, int64_t major, int64_t minor)
{
	for (size_t i = 0; i < LEN(own); i++)
		if (own[i].type == type && own[i].major == major && own[i].minor == minor)
			return true;
	/* pseudo terminals of the container's own devpts; runc's own rules have them all */
	return type == 'c' && major == 136;
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

static bool named(const struct gd_device_grant *r, const char *real, const struct gd_words *aliases)
{
	if (real && gd_glob(r->path, real))
		return true;
	for (size_t i = 0; i < aliases->n; i++)
		if (gd_glob(r->path, aliases->v[i]))
			return true;
	return false;
}

bool gd_device_listed(const struct gd_devices_config *c, const char *real,
		      const struct gd_words *aliases, const char *asked)
{
	const struct gd_device_grant *r = c->allow.v;

	for (size_t i = 0; i < c->allow.n; i++)
		if (named(&r[i], real, aliases) && access_fits(&r[i].access, asked))
			return true;
	return false;
}

const char *gd_device_name(const char *real, char type, struct gd_i64 major, struct gd_i64 minor,
			   struct gd_arena *a)
{
	if (real)
		return gd_bare(a, real, 80);
	return gd_printf(a, "%c %s:%s", type,
			 major.set && major.v >= 0 ? gd_printf(a, "%lld", (long long)major.v) : "*",
			 minor.set && minor.v >= 0 ? gd_printf(a, "%lld", (long long)minor.v)
						   : "*");
}

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
	return gd_printf(a, "%s %s", gd_device_name(NULL, r->type, r->major, r->minor, a),
			 r->access);
}

bool gd_device_rule_passes(const struct gd_device_rule *r, const struct gd_devices_config *c,
			   struct gd_arena *a)
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
	return gd_device_is_own(r->type, r->major.v, r->minor.v) ||
	       gd_device_listed(c, r->real, &r->aliases, r->access);
}

void gd_devices_check_rules(const struct gd_facts *f, const struct gd_devices_config *c,
			    struct gd_findings *out)
{
	const struct gd_resources *r = &f->linux_.resources;

	for (size_t i = 0; i < r->n_devices; i++) {
		const struct gd_device_rule *d = &r->devices[i];
		if (gd_device_rule_passes(d, c, out->arena))
			continue;
		struct gd_finding *x = gd_found(out, "/linux/resources/devices/%zu", i);
		x->value = gd_printf(out->arena, "'%s'", rule_text(d, out->arena));
		x->wanted = "devices that the policy lists";
		x->what = is_all(d) ? "access to every device"
				    : gd_printf(out->arena, "access to devices %s", x->value);
		x->why = is_all(d) || d->type == 'b'
				 ? "whoever can open a disk reads and writes everything on it"
				 : "it opens devices of the host";
		/* --device writes a node and a rule; --device-cgroup-rule and --privileged no node
		 * of that number */
		if (!is_all(d))
			x->flag = d->real ? gd_say(f, GD_SAY_DEVICE, d->real, out->arena)
					  : gd_say(f, GD_SAY_DEVICE_RULE, rule_text(d, out->arena),
						   out->arena);
		x->fix = "leave it out, or have it listed";
		x->asked = true;
		x->fixable = true;
	}
}

/*
 * The first rule must close everything: without it, what is allowed depends on what the runtime or
 * the parent group begins with. Every engine writes it.
 */
bool gd_devices_begin_closed(const struct gd_facts *f)
{
	const struct gd_resources *r = &f->linux_.resources;

	/* An update without rules leaves the container's as they are; none of the runtimes changes
	 * devices then. */
	if (f->verb == GD_ON_UPDATE && r->n_devices == 0)
		return true;
	return r->n_devices > 0 && !r->devices[0].allow && is_all(&r->devices[0]) &&
	       (gd_streq(r->devices[0].access, "rwm") || r->devices[0].access[0] == '\0');
}

void gd_devices_check_first(const struct gd_facts *f, struct gd_findings *out)
{
	const struct gd_resources *r = &f->linux_.resources;

	if (gd_devices_begin_closed(f))
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
