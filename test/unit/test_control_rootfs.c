/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER

static void engines(struct gd_facts *f)
{
	f->host_known = true;
	f->root_real = "/var/lib/docker/overlay2/x/merged";
	f->root_in_engine = true;
}

static void at(struct gd_facts *f, const char *path)
{
	engines(f);
	f->root_real = path;
	f->root_in_engine = false;
}
static void slash(struct gd_facts *f) { at(f, "/"); }
static void srv(struct gd_facts *f) { at(f, "/srv/root"); }
static void gone(struct gd_facts *f) { at(f, NULL); }

static void holds(struct gd_facts *f)
{
	static const struct gd_origin o[] = { { "/etc", "/x", "ext4", "/dev/sda", 0, 1, 2, 0040755 },
					      { "/boot", "/y", "ext4", "/dev/sda", 0, 1, 3, 0040755 } };

	engines(f);
	f->root_origins = o;
	f->n_root_origins = 2;
}

#define LOOSE "\"readOnly\":false"
#define RO "\"readOnly\":true,\"tmpfs\":[\"/tmp\",\"/dev/shm\"]"

static const struct control_row table[] = {
	{ D, 0, NULL, LOOSE, "", .host = engines },
	{ D, 0, NULL, LOOSE, "/root/path" },	/* nobody asked the host */
	{ D, 0, NULL, LOOSE, "/root/path:a", "the root '/'", .host = slash },
	{ GD_ENGINE_PODMAN, 0, NULL, LOOSE, "/root/path:a", "--rootfs /srv/root", .host = srv },
	{ GD_ENGINE_PODMAN, 0, NULL, LOOSE ",\"paths\":[\"/srv/**\"]", "", .host = srv },
	{ GD_ENGINE_PODMAN, 0, NULL, LOOSE ",\"paths\":[\"/srv/*\"]", "/root/path:a", .host = slash },
	{ D, 0, NULL, LOOSE ",\"paths\":[\"/**\"]", "/root/path:a", .host = gone },
	{ D, 0, NULL, LOOSE, "/root/path:a", "'/etc', mounted below the root", .host = holds },
	{ D, 0, NULL, RO, "/root/readonly:f", "a writable root", "{\"root\":{\"readonly\":true}}", .host = engines },
	{ D, 0, "{\"root\":{\"readonly\":true}}", RO, "", .host = engines },
	{ D, 0, "{\"root\":{\"readonly\":true}}", LOOSE, "", .host = engines },
	/* the tmpfs that is missing, and only that */
	{ D, 0, "{\"mounts\":[{\"destination\":\"/dev/shm/\",\"type\":\"tmpfs\",\"source\":\"shm\"}]}", RO, "/root/readonly:f",
	  NULL, "{\"mounts\":[{\"destination\":\"/dev/shm/\",\"type\":\"tmpfs\",\"source\":\"shm\"},{\"destination\":\"/tmp\","
	  "\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"nosuid\",\"nodev\",\"mode=1777\",\"size=65536k\"]}]}",
	  .host = engines },
	{ D, 0, NULL, LOOSE, "/root:a", "'--no-pivot'", .host = engines, .flags = "--no-pivot" },
	{ D, 0, NULL, LOOSE, "", .host = engines, .flags = "--no-new-keyring" },
	{ D, GD_ON_EXEC, NULL, LOOSE, "/root/path:a", .host = slash },
};

CONTROL_SUITE("rootfs", table)
