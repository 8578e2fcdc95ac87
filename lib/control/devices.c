/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device nodes, and the control group's rules on which may be opened. Both are judged by their
 * numbers: what a node is called inside says nothing. Numbers are led back to the host's own node
 * (facts), which is what policies name; /dev/serial/by-id/... and its like count as names of it.
 */
#include <string.h>

#include "control/devices.h"
#include "control/dialect.h"

static const char *const accesses[] = { "read", "write", "mknod", NULL };

#define AT(member) .offset = offsetof(struct gd_device_grant, member)
static const struct gd_field rule_fields[] = {
	{ .name = "path",
	  .kind = GD_F_PATTERN,
	  .syntax = GD_S_PATH,
	  AT(path),
	  .help = "the host's node, by any of its names" },
	{ .name = "access",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = accesses,
	  AT(access),
	  .help = "what may be done with it" },
	{ .name = NULL },
};
#undef AT

#define AT(member) .offset = offsetof(struct gd_devices_config, member)
static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_RULES,
	  AT(allow),
	  .sub = rule_fields,
	  .sub_size = sizeof(struct gd_device_grant),
	  .primary = true,
	  .help = "devices of the host that may be given" },
	{ .name = "numbers",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_TEXT,
	  AT(numbers),
	  .help = "rules by numbers that may be given, as 'c 189:* rwm'" },
	{ .name = NULL },
};
#undef AT

static char type_of(const struct gd_device *d)
{
	if (strlen(d->type) != 1)
		return '?';
	return d->type[0] == 'u' ? 'c' : d->type[0]; /* unbuffered: the same to Linux */
}

/* Podman writes st_mode whole; the runtimes put the type's bits in themselves. */
static uint64_t type_bits(char type)
{
	/* S_IFBLK S_IFCHR S_IFIFO */
	return type == 'b' ? 0060000 : type == 'c' ? 0020000 : type == 'p' ? 0010000 : 0;
}

static const char *node_trouble(const struct gd_device *d, const struct gd_devices_config *c)
{
	char type = type_of(d);

	if (d->path[0] != '/' || strstr(d->path, "/../") || gd_ends(d->path, "/.."))
		return "its place is not given from the root on";
	if (d->mode.set && (d->mode.v & ~(0777 | type_bits(type))))
		return "its mode has more than permissions in it";
	if (type == 'p')
		return NULL; /* a pipe of the container's own */
	if (type != 'c' && type != 'b')
		return "no runtime knows that kind";
	if (gd_device_is_own(type, d->major, d->minor) ||
	    gd_device_listed(c, d->real, &d->aliases, ""))
		return NULL;
	return type == 'b' ? "whoever can open a disk reads and writes everything on it"
			   : "it opens a device of the host";
}

static void check_nodes(const struct gd_facts *f, const struct gd_devices_config *c,
			struct gd_findings *out)
{
	const struct gd_linux *l = &f->linux_;

	for (size_t i = 0; i < l->n_devices; i++) {
		const struct gd_device *d = &l->devices[i];
		const char *why = node_trouble(d, c);
		if (!why)
			continue;
		struct gd_i64 major = { true, d->major }, minor = { true, d->minor };
		struct gd_finding *x = gd_found(out, "/linux/devices/%zu", i);
		const char *name = gd_device_name(d->real, type_of(d), major, minor, out->arena);
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

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	check_nodes(f, config, out);
	gd_devices_check_rules(f, config, out);
	gd_devices_check_first(f, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct gd_devices_config *c = config;
	const struct gd_linux *l = &f->linux_;
	gd_json *linux_ = gd_json_obj_in(doc, "linux"), *nodes = gd_json_get(linux_, "devices");
	gd_json *rules = gd_json_get(gd_json_get(linux_, "resources"), "devices");
	gd_json *deny;

	for (size_t i = l->n_devices; i-- > 0;)
		if (node_trouble(&l->devices[i], c))
			gd_json_remove_at(nodes, i);
	for (size_t i = l->resources.n_devices; i-- > 0;)
		if (!gd_device_rule_passes(&l->resources.devices[i], c, a))
			gd_json_remove_at(rules, i);
	if (gd_devices_begin_closed(f))
		return 0;
	rules = gd_json_arr_in(gd_json_obj_in(linux_, "resources"), "devices");
	deny = gd_json_new_obj();
	if (gd_json_set(deny, "allow", gd_json_new_bool(false)) < 0 ||
	    gd_json_set(deny, "access", gd_json_new_str("rwm")) < 0 ||
	    gd_json_insert(rules, 0, deny) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

const struct gd_control gd_control_devices = {
	.name = "devices",
	.help = "device nodes and the rules on which may be opened, by what they are on the host",
	.fields = fields,
	.config_size = sizeof(struct gd_devices_config),
	.verbs = GD_V_ALL,
	.sandbox = true,
	.ids = "CIS-Docker-5.18 NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
