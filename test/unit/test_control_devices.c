/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER

/* What the numbers are on this host. */
static const struct { char type; int major, minor; const char *real, *alias; } known[] = {
	{ 'b', 8, 0, "/dev/sda", NULL }, { 'c', 10, 229, "/dev/fuse", NULL },
	{ 'c', 188, 0, "/dev/ttyUSB0", "/dev/serial/by-id/usb-meter" },
};

static void host(struct gd_facts *f)
{
	struct gd_linux *l = &f->linux_;

	f->host_known = true;
	for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++) {
		static const char *aliases[sizeof(known) / sizeof(*known)];
		aliases[k] = known[k].alias;
		const struct gd_words words = { .v = &aliases[k], .n = known[k].alias ? 1 : 0 };
		for (size_t i = 0; i < l->n_devices; i++) {
			struct gd_device *d = (struct gd_device *)&l->devices[i];
			if (d->type[0] != known[k].type || d->major != known[k].major || d->minor != known[k].minor)
				continue;
			d->real = known[k].real;
			d->aliases = words;
		}
		for (size_t i = 0; i < l->resources.n_devices; i++) {
			struct gd_device_rule *r = (struct gd_device_rule *)&l->resources.devices[i];
			if (r->type != known[k].type || !r->major.set || r->major.v != known[k].major ||
			    !r->minor.set || r->minor.v != known[k].minor)
				continue;
			r->real = known[k].real;
			r->aliases = words;
		}
	}
}

#define NODE(path, type, major, minor) "{\"path\":\"" path "\",\"type\":\"" type "\",\"major\":" #major \
	",\"minor\":" #minor ",\"fileMode\":438}"
#define DENY "{\"allow\":false,\"access\":\"rwm\"}"
#define RULE(type, major, minor, access) "{\"allow\":true,\"type\":\"" type "\",\"major\":" #major \
	",\"minor\":" #minor ",\"access\":\"" access "\"}"
#define NODES(list) "{\"linux\":{\"devices\":[" list "]}}"
#define RULES(list) "{\"linux\":{\"resources\":{\"devices\":[" list "]}}}"
#define FUSE "\"allow\":[{\"path\":\"/dev/fuse\",\"access\":[\"read\",\"write\"]}]"

static const struct control_row table[] = {
	/* what engines write */
	{ D, 0, NULL, "", "", .host = host },
	{ GD_ENGINE_CRI, 0, NULL, "", "", .host = host },
	{ GD_ENGINE_PODMAN, 0, NULL, "", "", .host = host },
	{ D, GD_ON_UPDATE, "{\"linux\":{\"resources\":{\"devices\":null}}}", "", "", .host = host },

	/* nodes */
	{ D, 0, NODES(NODE("/dev/sda", "b", 8, 0)), "", "/linux/devices/0:af", "--device /dev/sda", NODES(""), .host = host },
	{ D, 0, NODES(NODE("/dev/null", "b", 8, 0)), "", "/linux/devices/0:af", "--device /dev/sda", .host = host },
	{ D, 0, NODES(NODE("/dev/xyz", "c", 77, 1)), "\"allow\":[{\"path\":\"/dev/**\",\"access\":[\"*\"]}]",
	  "/linux/devices/0:af", "the device c 77:1", .host = host },	/* the host has no such node */
	{ D, 0, NODES(NODE("/dev/x", "c", 1, 3)), "", "", .host = host },
	{ D, 0, NODES(NODE("/dev/x", "b", 1, 3)), "", "/linux/devices/0:af", .host = host },
	{ D, 0, NODES(NODE("/dev/x", "p", 0, 0)), "", "", .host = host },
	{ D, 0, NODES(NODE("/dev/x", "u", 1, 5)), "", "", .host = host },
	{ D, 0, NODES(NODE("/dev/x", "", 1, 5)), "", "/linux/devices/0:af", .host = host },
	{ D, 0, NODES(NODE("/dev/x", "cc", 1, 5)), "", "/linux/devices/0:af", .host = host },
	{ D, 0, NODES(NODE("/dev/fuse", "c", 10, 229)), FUSE, "", .host = host },
	{ D, 0, NODES(NODE("/dev/a", "c", 10, 229) "," NODE("/dev/b", "b", 8, 0)), FUSE, "/linux/devices/1:af", NULL,
	  NODES(NODE("/dev/a", "c", 10, 229)), .host = host },
	{ D, 0, NODES(NODE("/dev/meter", "c", 188, 0)),
	  "\"allow\":[{\"path\":\"/dev/serial/by-id/usb-*\",\"access\":[\"read\"]}]", "", .host = host },
	{ D, 0, NODES(NODE("dev/null", "c", 1, 3)), "", "/linux/devices/0:af", .host = host },
	{ D, 0, NODES(NODE("/dev/../etc/x", "c", 1, 3)), "", "/linux/devices/0:af", .host = host },
	{ D, 0, "{\"linux\":{\"devices\":[{\"path\":\"/dev/x\",\"type\":\"c\",\"major\":1,\"minor\":3,\"fileMode\":2541}]}}",
	  "", "/linux/devices/0:af", .host = host },
	{ D, 0, NODES(NODE("/dev/fuse", "c", 10, 229)), FUSE, "/linux/devices/0:af" },	/* nobody asked the host */

	/* rules */
	{ D, 0, RULES("{\"allow\":true,\"access\":\"rwm\"}"), "", "/linux/resources/devices/0:af", "access to every device",
	  RULES(DENY), .host = host },
	{ D, 0, RULES(DENY ",{\"allow\":true,\"access\":\"rwm\"}"), "", "/linux/resources/devices/1:af", NULL, RULES(DENY),
	  .host = host },
	{ D, 0, RULES(DENY "," RULE("b", -1, -1, "rwm")), "", "/linux/resources/devices/1:af",
	  "--device-cgroup-rule 'b *:* rwm'", RULES(DENY), .host = host },
	{ D, 0, RULES(DENY "," RULE("b", -1, -1, "m") "," RULE("c", -1, -1, "m")), "", "", .host = host },
	{ D, 0, RULES(DENY "," RULE("b", 8, 0, "r")), "", "/linux/resources/devices/1:af", "--device /dev/sda", .host = host },
	{ D, 0, RULES(DENY "," RULE("b", 8, -1, "r")), "", "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 1, 3, "rwm")), "", "", .host = host },
	{ D, 0, RULES(DENY "," RULE("b", 1, 3, "rwm")), "", "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 136, -1, "rwm")), "", "", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 10, 229, "rw")), FUSE, "", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 10, 229, "rwm")), FUSE, "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 10, 229, "rx")), FUSE, "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 10, 229, "")), FUSE, "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY ",{\"allow\":true,\"type\":\"c\",\"major\":10,\"access\":\"rw\"}"), FUSE,
	  "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("a", 10, 229, "rw")), FUSE, "/linux/resources/devices/1:af", .host = host },
	{ D, 0, RULES(DENY "," RULE("c", 189, -1, "rwm")), "\"numbers\":[\"c 189:* rwm\"]", "", .host = host },
	{ D, 0, RULES(DENY "," RULE("b", 189, -1, "rwm")), "\"numbers\":[\"c 189:* rwm\"]", "/linux/resources/devices/1:af",
	  .host = host },
	/* nothing is open to begin with */
	{ D, 0, RULES(""), "", "/linux/resources/devices:f", NULL, RULES(DENY), .host = host },
	{ D, 0, RULES(RULE("c", 1, 3, "rwm")), "", "/linux/resources/devices:f", NULL,
	  RULES(DENY "," RULE("c", 1, 3, "rwm")), .host = host },
	{ D, 0, RULES("{\"allow\":false,\"type\":\"b\",\"access\":\"rwm\"}"), "", "/linux/resources/devices:f", .host = host },
	{ D, 0, RULES("{\"allow\":false,\"access\":\"r\"}"), "", "/linux/resources/devices:f", .host = host },
	{ D, GD_ON_UPDATE, RULES("{\"allow\":true,\"access\":\"rwm\"}"), "", "/linux/resources/devices/0:af", .host = host },
	{ D, GD_ON_EXEC, NODES(NODE("/dev/sda", "b", 8, 0)), "", "/linux/devices/0:af", .host = host },
};

CONTROL_SUITE("devices", table)
