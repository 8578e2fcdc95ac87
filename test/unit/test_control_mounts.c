/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control mounts from a table: documents with one mount, and what the host would have said of its source. What the
 * host half really says of real mounts is test_sources.c's.
 */
#include "image_case.h"

#define D GD_ENGINE_DOCKER
#define DIR 0040755
#define FILE_ 0100644
#define SOCK 0140660

/* What a source is, by the name that the rows give it. */
static const struct {
	const char *source;
	enum gd_source_kind kind;
	const char *volume;
	struct gd_origin o[3];
} sources[] = {
	{ "/srv/app", GD_SRC_HOST, NULL, { { "/srv/app", "", "ext4", "/dev/sda", 0, 1, 2, DIR } } },
	{ "/srv/app/f", GD_SRC_HOST, NULL, { { "/srv/app/f", "", "ext4", "/dev/sda", 0, 1, 3, FILE_ } } },
	{ "/srv/safe", GD_SRC_HOST, NULL,
	  { { "/srv/safe", "", "tmpfs", "tmpfs", GD_OR_NOSUID, 1, 2, DIR } } },
	{ "/srv/link", GD_SRC_HOST, NULL, { { "/etc", "", "ext4", "/dev/sda", GD_OR_ENGINE_DIR, 1, 4, DIR } } },
	{ "/srv/deep", GD_SRC_HOST, NULL,
	  { { "/srv/deep", "", "ext4", "/dev/sda", 0, 1, 5, DIR },
	    { "/data", "/sub", "ext4", "/dev/sdb", 0, 2, 2, DIR } } },
	{ "/srv/deepok", GD_SRC_HOST, NULL,
	  { { "/srv/deepok", "", "ext4", "/dev/sda", 0, 1, 5, DIR },
	    { "/srv/other", "/sub", "ext4", "/dev/sdb", 0, 2, 2, DIR } } },
	{ "/", GD_SRC_HOST, NULL,
	  { { "/", "", "ext4", "/dev/sda", GD_OR_ENGINE_DIR | GD_OR_ENGINE_SOCKET, 1, 2, DIR } } },
	{ "/var/run/docker.sock", GD_SRC_HOST, NULL,
	  { { "/run/docker.sock", "", "tmpfs", "tmpfs", GD_OR_RUN | GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 3, 9, SOCK } } },
	{ "/srv/app/hard.sock", GD_SRC_HOST, NULL,
	  { { "/srv/app/hard.sock", "", "ext4", "/dev/sda", GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 3, 9, SOCK } } },
	{ "/srv/app/php.sock", GD_SRC_HOST, NULL,
	  { { "/srv/app/php.sock", "", "ext4", "/dev/sda", GD_OR_SOCKET, 3, 10, SOCK } } },
	{ "/proc", GD_SRC_HOST, NULL, { { "/proc", "", "proc", "proc", GD_OR_PROC, 5, 1, DIR } } },
	{ "/dev/sda", GD_SRC_HOST, NULL, { { "/dev/sda", "", "devtmpfs", "udev", GD_OR_DEVICE, 5, 1, 0060660 } } },
	{ "/etc/localtime", GD_SRC_HOST, NULL,
	  { { "/usr/share/zoneinfo/UTC", "", "ext4", "/dev/sda", 0, 1, 7, FILE_ } } },
	{ "/v/plain", GD_SRC_VOLUME, "plain", { { 0 } } },
	{ "/v/etc", GD_SRC_HOST, "etc", { { "/etc", "", "ext4", "/dev/sda", GD_OR_ENGINE_DIR, 1, 4, DIR } } },
	{ "/v/tmp", GD_SRC_HOST, "tmp",
	  { { "/v/tmp", "", "tmpfs", "tmpfs", GD_OR_ENGINE_DIR | GD_OR_PRIVATE, 6, 1, DIR } } },
	{ "/v/nfs", GD_SRC_HOST, "nfs",
	  { { "/v/nfs", "", "nfs4", "10.0.0.5:/export/a", GD_OR_ENGINE_DIR | GD_OR_PRIVATE, 6, 1, DIR } } },
	{ "/merged", GD_SRC_HOST, NULL,
	  { { "/merged", "", "overlay", "overlay", GD_OR_ENGINE_DIR | GD_OR_PRIVATE, 6, 1, DIR } } },
	{ "/e/hosts", GD_SRC_ENGINE, NULL, { { 0 } } },
	{ "/devtmpfs", GD_SRC_HOST, NULL, { { "/devtmpfs", "", "devtmpfs", "udev", 0, 5, 1, DIR } } },
	{ "/gone", GD_SRC_MISSING, NULL, { { 0 } } },
	{ "/proc/1/root/etc", GD_SRC_HOST, NULL, { { "/proc/1/root/etc", "", "proc", "proc", GD_OR_PROC } } },
};

static void host(struct gd_facts *f)
{
	f->host_known = true;
	f->linux_.maps_accounts = true;
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		size_t k = 0;
		if (!m->bind)
			continue;
		while (k < sizeof(sources) / sizeof(*sources) && strcmp(sources[k].source, m->source) != 0)
			k++;
		if (k == sizeof(sources) / sizeof(*sources)) {
			m->kind = GD_SRC_ENGINE; /* the document's own */
			continue;
		}
		m->kind = sources[k].kind;
		m->volume = sources[k].volume;
		m->origins = sources[k].o;
		for (m->n_origins = 0; sources[k].o[m->n_origins].path;)
			m->n_origins++;
		if (strncmp(m->source, "/proc/1", 7) == 0)
			m->unpinnable = "it leads through a link whose end depends on who follows it";
	}
}

static void host_over_dev(struct gd_facts *f)
{
	host(f);
	((struct gd_mount *)&f->mounts[0])->over_dev = true;
}

static void mapped(struct gd_facts *f)
{
	host(f);
	f->linux_.maps_accounts = false;
	f->linux_.ns[GD_NS_USER].state = GD_NS_OWN;
}

static void unpinned(struct gd_facts *f)
{
	host(f);
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		if (m->propagation && m->n_origins > 0) {
			m->unpinnable = "shared";
			struct gd_origin *o = gd_alloc(gd_arena_new(NULL), sizeof(*o)); /* dies with the test */
			*o = m->origins[0];
			o->flags |= GD_OR_CONTAINER_WRITABLE;
			m->origins = o;
			m->n_origins = 1;
		}
	}
}

#define FLAGS(suid, dev, exec) "\"nosuid\":" #suid ",\"nodev\":" #dev ",\"noexec\":" #exec
#define NONE FLAGS(false, false, false) ","
#define KINDS "\"types\":[\"proc\",\"sysfs\",\"tmpfs\",\"devpts\",\"mqueue\",\"cgroup\",\"bind\"]"
#define TYPES NONE KINDS
#define PLAIN KINDS ",\"propagation\":\"slave\","
#define BASE TYPES ",\"propagation\":\"slave\",\"volumes\":[\"tmpfs\"]"
#define ALLOW(rules) BASE ",\"allow\":[" rules "]"
#define WAIVED ALLOW("{\"source\":\"/srv/**\",\"waive\":true}")
#define RO ALLOW("{\"source\":\"/srv/**\",\"readOnly\":true},{\"source\":\"/data\",\"readOnly\":true}")
#define M1(dest, type, source, options) "{\"mounts\":[{\"destination\":\"" dest "\",\"type\":\"" type \
	"\",\"source\":\"" source "\",\"options\":[" options "]}]}"
#define BIND(source, options) M1("/x", "bind", source, options)

static const struct control_row table[] = {
	/* what engines write by themselves passes */
	{ D, 0, NULL, BASE, "", .host = host },
	{ GD_ENGINE_CRI, 0, NULL, BASE, "", .host = host },
	{ GD_ENGINE_PODMAN, 0, NULL, BASE, "", .host = host },
	{ D, 0, NULL, BASE, "/mounts" },	/* nobody asked the host */

	/* sources */
	{ D, 0, BIND("/srv/app", "\"rbind\""), BASE, "/mounts/0/source:a", "-v /srv/app", .host = host },
	{ GD_ENGINE_CRI, 0, BIND("/srv/app", "\"rbind\""), BASE, "/mounts/0/source:a", "hostPath: /srv/app",
	  .host = host },
	{ GD_ENGINE_UNKNOWN, 0, BIND("/srv/app", "\"rbind\""), BASE, "/mounts/0/source:a",
	  "the mount of '/srv/app'", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), BASE, "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\""), WAIVED, "", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), WAIVED, "", .host = host },
	{ D, 0, BIND("/srv/link", "\"rbind\""), WAIVED, "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/", "\"rbind\""), WAIVED, "/mounts/0/source:a", "-v /", .host = host },
	{ D, 0, BIND("/", "\"rbind\""), ALLOW("{\"source\":\"/**\",\"waive\":true}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/", "\"rbind\""), ALLOW("{\"source\":\"/**\",\"special\":[\"engine\"],\"waive\":true}"),
	  "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/", "\"rbind\""),
	  ALLOW("{\"source\":\"/\",\"special\":[\"engine\",\"socket\"],\"waive\":true}"), "", .host = host },
	{ D, 0, BIND("/var/run/docker.sock", "\"rbind\""), ALLOW("{\"source\":\"/**\",\"waive\":true}"),
	  "/mounts/0/source:a", "-v /var/run/docker.sock", .host = host },
	{ D, 0, BIND("/var/run/docker.sock", "\"rbind\""),
	  ALLOW("{\"source\":\"/run/docker.sock\",\"special\":[\"socket\",\"run\"]}"), "", .host = host },
	/* the path that is typed is not the one that counts */
	{ D, 0, BIND("/var/run/docker.sock", "\"rbind\""),
	  ALLOW("{\"source\":\"/var/run/docker.sock\",\"special\":[\"*\"]}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app/hard.sock", "\"rbind\""), WAIVED, "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app/php.sock", "\"rbind\""), WAIVED, "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app/php.sock", "\"rbind\""),
	  ALLOW("{\"source\":\"/srv/**\",\"special\":[\"socket\"]}"), "", .host = host },
	{ D, 0, BIND("/proc", "\"rbind\",\"ro\""), ALLOW("{\"source\":\"/**\"}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/proc", "\"rbind\",\"ro\""), ALLOW("{\"source\":\"/proc\",\"special\":[\"kernel\"]}"), "",
	  .host = host },
	{ D, 0, BIND("/dev/sda", "\"bind\""), ALLOW("{\"source\":\"/**\"}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/gone", "\"bind\""), ALLOW("{\"source\":\"/**\"}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/proc/1/root/etc", "\"bind\""), ALLOW("{\"source\":\"/**\",\"special\":[\"*\"]}"),
	  "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/etc/localtime", "\"rbind\",\"ro\""),
	  ALLOW("{\"source\":\"/usr/share/zoneinfo/**\",\"readOnly\":true}"), "", .host = host },
	/* a rule may say where to */
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), ALLOW("{\"source\":\"/srv/**\",\"destination\":\"/y\"}"),
	  "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), ALLOW("{\"source\":\"/srv/**\",\"destination\":\"/x\"}"), "",
	  .host = host },
	/* what comes along */
	{ D, 0, BIND("/srv/deep", "\"rbind\",\"ro\""), WAIVED, "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/deepok", "\"rbind\",\"ro\""), WAIVED, "", .host = host },
	{ D, 0, BIND("/srv/deepok", "\"rbind\",\"ro\""), RO, "/mounts/0/options:f", .host = host },
	{ D, 0, BIND("/srv/deepok", "\"rbind\",\"rro\""), RO, "", .host = host },
	{ D, 0, BIND("/srv/deepok", "\"rbind\""), RO, "/mounts/0/options:f", NULL,
	  BIND("/srv/deepok", "\"rbind\",\"ro\",\"rro\""), .host = host },

	/* writable */
	{ D, 0, BIND("/srv/app", "\"rbind\""), RO, "/mounts/0/options:f", "-v /srv/app",
	  BIND("/srv/app", "\"rbind\",\"ro\""), .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"rw\""), RO, "/mounts/0/options:f", NULL,
	  BIND("/srv/app", "\"rbind\",\"ro\""), .host = host },
	{ D, 0, BIND("/srv/app", "\"ro\",\"rbind\",\"rw\""), RO, "/mounts/0/options:f", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\""), ALLOW("{\"source\":\"/srv/**\"}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app/f", "\"rbind\""), ALLOW("{\"source\":\"/srv/**\"}"), "/mounts/0/source:a", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), ALLOW("{\"source\":\"/srv/**\"}"), "", .host = host },
	{ D, 0, BIND("/srv/safe", "\"rbind\""), ALLOW("{\"source\":\"/srv/**\"}"), "", .host = host },
	{ D, 0, BIND("/srv/app", "\"rbind\""), ALLOW("{\"source\":\"/srv/**\"}"), "", .host = mapped },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"idmap\""), ALLOW("{\"source\":\"/srv/**\"}") ",\"idMapped\":true",
	  "/mounts/0/source:a", .host = mapped },	/* mapped back to the host's root */
	{ D, 0, BIND("/srv/app", "\"rbind\",\"idmap\""), WAIVED, "/mounts/0/source:a", .host = mapped },
	{ D, 0, BIND("/srv/app", "\"rbind\""),
	  ALLOW("{\"source\":\"/srv/**\"},{\"source\":\"/srv/app\",\"waive\":true}"), "", .host = host },

	/* volumes */
	{ D, 0, BIND("/v/plain", "\"rbind\""), BASE, "", .host = host },
	{ D, 0, BIND("/v/etc", "\"rbind\""), BASE, "/mounts/0/source:a", "-v etc", .host = host },
	{ D, 0, BIND("/v/tmp", "\"rbind\""), BASE, "", .host = host },
	{ D, 0, BIND("/v/nfs", "\"rbind\""), BASE, "/mounts/0/source:a", "-v nfs", .host = host },
	{ D, 0, BIND("/v/nfs", "\"rbind\""), TYPES ",\"propagation\":\"slave\",\"volumes\":[\"nfs*\"]", "", .host = host },
	{ D, 0, BIND("/v/nfs", "\"rbind\""),
	  TYPES ",\"propagation\":\"slave\",\"volumes\":[\"nfs4 10.0.0.5:/export/*\"]", "", .host = host },
	{ D, 0, BIND("/v/nfs", "\"rbind\""),
	  TYPES ",\"propagation\":\"slave\",\"volumes\":[\"nfs4 10.0.0.6:/export/*\"]", "/mounts/0/source:a",
	  .host = host },
	{ D, 0, BIND("/merged", "\"rbind\""),
	  TYPES ",\"propagation\":\"slave\",\"volumes\":[\"*\"],\"allow\":[{\"source\":\"/**\",\"waive\":true}]",
	  "/mounts/0/source:a", .host = host },

	/* destinations */
	{ D, 0, M1("/", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("//./", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("x", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/x/../proc", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/x/../y", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/x/y/..", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("../y", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/x./y./.z/...", "bind", "/v/plain", "\"rbind\""), BASE, "", .host = host },
	{ D, 0, M1("/x/..", "tmpfs", "tmpfs", ""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/proc", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/proc/", "tmpfs", "tmpfs", ""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/proc/sys", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/proc/self/attr", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/proc/meminfo", "bind", "/v/plain", "\"bind\",\"ro\""), BASE, "", .host = host },
	{ D, 0, M1("/procx", "bind", "/v/plain", "\"bind\""), BASE, "", .host = host },
	{ D, 0, M1("/dev", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("//dev/", "bind", "/v/plain", "\"rbind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/null", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/pts", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/pts/0", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/ptmx", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/console", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/dev/shm", "bind", "/v/plain", "\"bind\""), BASE, "", .host = host },
	{ D, 0, M1("/dev/log", "bind", "/v/plain", "\"bind\""), BASE, "", .host = host },
	{ D, 0, M1("/dev", "tmpfs", "tmpfs", "\"mode=755\""), BASE, "", .host = host },
	{ D, 0, M1("/dev", "tmpfs", "tmpfs", "\"tmpcopyup\""), BASE, "/mounts/0/destination:a", .host = host },
	{ D, 0, M1("/d", "bind", "/v/plain", "\"bind\""), BASE, "", .host = host },
	{ D, 0, M1("/d", "bind", "/v/plain", "\"bind\""), BASE, "/mounts/0/destination:a", .host = host_over_dev },
	/* the host's own, which a policy may list: nobody inside makes links there */
	{ D, 0, M1("/dev", "bind", "/devtmpfs", "\"rbind\""), ALLOW("{\"source\":\"/devtmpfs\",\"waive\":true}"), "", .host = host },
	{ D, 0, M1("/x/..y", "bind", "/v/plain", "\"bind\""), BASE, "", .host = host },

	/* types */
	{ D, 0, M1("/x", "ext4", "/dev/sda", ""), BASE, "/mounts/0/type:a", "a mount of type 'ext4' on '/x'", .host = host },
	{ D, 0, M1("/x", "overlay", "overlay", "\"lowerdir=/etc\""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "", "none", ""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "debugfs", "debugfs", ""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "proc", "/v/plain", "\"bind\""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "none", "/v/plain", "\"bind\""), BASE, "", .host = host },
	{ D, 0, M1("/x", "proc", "proc", ""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "sysfs", "sysfs", "\"ro\""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/sys/x", "sysfs", "sysfs", "\"ro\""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/x", "cgroup", "cgroup", "\"ro\""), BASE, "/mounts/0/type:a", .host = host },
	{ D, 0, M1("/sys/fs/cgroup/systemd", "cgroup", "cgroup", "\"ro\""), BASE, "", .host = host },
	{ D, 0, M1("/sys/fs/cgroup", "cgroup2", "cgroup", "\"ro\""), BASE, "", .host = host },
	{ D, 0, M1("/sys", "sysfs", "sysfs", "\"nosuid\""), BASE, "/mounts/0/options:af",
	  "a mount of type 'sysfs' on '/sys'", M1("/sys", "sysfs", "sysfs", "\"nosuid\",\"ro\""), .host = host },
	{ D, 0, M1("/sys/fs/cgroup", "cgroup", "cgroup", "\"rw\""), BASE, "/mounts/0/options:af", NULL,
	  M1("/sys/fs/cgroup", "cgroup", "cgroup", "\"ro\""), .host = host },
	{ D, 0, M1("/sys/fs/cgroup", "cgroup", "cgroup", "\"rw\""),
	  NONE "\"types\":[\"cgroup\",\"cgroup-rw\"],\"propagation\":\"slave\"", "", .host = host },
	{ D, 0, M1("/x", "bind", "/v/plain", "\"bind\""), NONE "\"types\":[\"tmpfs\"],\"propagation\":\"slave\"", "", .host = host },
	{ D, 0, BIND("/srv/app", "\"bind\",\"ro\""),
	  NONE "\"types\":[\"tmpfs\"],\"propagation\":\"slave\",\"allow\":[{\"source\":\"/srv/**\"}]", "/mounts/0/type:a",
	  .host = host },

	/* options */
	{ D, 0, M1("/x", "tmpfs", "tmpfs", "\"size=64k\",\"mode=1777\",\"uid=5\""), BASE, "", .host = host },
	{ D, 0, M1("/x", "tmpfs", "tmpfs", "\"lowerdir=/\""), BASE, "/mounts/0/options:a", .host = host },
	{ D, 0, M1("/proc", "proc", "proc", "\"hidepid=2\""), BASE, "", .host = host },
	{ D, 0, M1("/proc", "proc", "proc", "\"remount\",\"rw\""), BASE, "/mounts/0/options:a", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"remount\",\"suid\""), BASE, "/mounts/0/options:af", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"copy-symlink\""), BASE, "/mounts/0/options:af", NULL,
	  BIND("/v/plain", "\"bind\""), .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"z\""), BASE, "", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"=z\""), BASE, "/mounts/0/options:af", .host = host },

	/* propagation */
	{ D, 0, BIND("/v/plain", "\"rbind\",\"rshared\""), BASE, "/mounts/0/options:af", "-v plain",
	  BIND("/v/plain", "\"rbind\",\"rprivate\""), .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"shared\""), BASE, "/mounts/0/options:af", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"shared\",\"rprivate\""), BASE, "", .host = host }, /* the last word holds */
	{ D, 0, BIND("/v/plain", "\"bind\",\"rslave\""), BASE, "", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"rslave\""), TYPES ",\"propagation\":\"private\"", "/mounts/0/options:af", .host = host },
	{ D, 0, BIND("/v/plain", "\"bind\",\"shared\""), TYPES ",\"propagation\":\"shared\"", "", .host = host },
	{ D, 0, BIND("/srv/app", "\"bind\",\"shared\",\"ro\""),
	  TYPES ",\"propagation\":\"shared\",\"allow\":[{\"source\":\"/srv/**\"}]", "/mounts/0/source:a", .host = unpinned },
	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"rshared\"}}", BASE, "/linux/rootfsPropagation:af", .host = host },
	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"rslave\"}}", BASE, "", .host = host },
	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"SHARED\"}}", BASE, "/linux/rootfsPropagation:af", .host = host },

	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"private\"}}", BASE, "", .host = host },
	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"runbindable\"}}", BASE, "", .host = host },
	{ D, 0, "{\"mounts\":[],\"linux\":{\"rootfsPropagation\":\"shared\"}}",
	  TYPES ",\"propagation\":\"shared\"", "", .host = host },

	/* duties */
	/* only what wants it is changed */
	{ D, 0, "{\"mounts\":[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"source\":\"t\",\"options\":[\"nodev\"]},"
	  "{\"destination\":\"/b\",\"type\":\"tmpfs\",\"source\":\"t\"}]}", PLAIN FLAGS(false, true, false),
	  "/mounts/1/options:f", NULL, "{\"mounts\":[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"source\":\"t\","
	  "\"options\":[\"nodev\"]},{\"destination\":\"/b\",\"type\":\"tmpfs\",\"source\":\"t\",\"options\":"
	  "[\"nodev\"]}]}", .host = host },
	{ D, 0, BIND("/v/plain", "\"rbind\",\"suid\",\"dev\""), PLAIN FLAGS(true, true, false),
	  "/mounts/0/options:f /mounts/0/options:f", NULL, BIND("/v/plain", "\"rbind\",\"nosuid\",\"nodev\""), .host = host },
	{ D, 0, BIND("/v/plain", "\"rbind\",\"nosuid\",\"nodev\",\"noexec\""),
	  PLAIN FLAGS(true, true, true), "", .host = host },
	{ D, 0, M1("/dev", "tmpfs", "tmpfs", "\"nosuid\""), PLAIN FLAGS(false, true, false), "", .host = host },
	{ D, 0, M1("/run", "tmpfs", "tmpfs", "\"nosuid\""), PLAIN FLAGS(false, true, false), "/mounts/0/options:f", .host = host },
	{ D, 0, BIND("/e/hosts", "\"rbind\""), PLAIN FLAGS(false, true, true), "", .host = host },
	/* entering is judged too */
	{ D, GD_ON_EXEC, BIND("/srv/app", "\"rbind\""), BASE, "/mounts/0/source:a", "docker exec -v /srv/app", .host = host },
};

START_TEST(rows)
{
	control_case("mounts", &table[_i]);
}
END_TEST

/* --- against the image, which declares /data --------------------------------------------------------- */
#define LIKE BASE ",\"like\":\"image\""
#define LISTED(rules) ALLOW(rules) ",\"like\":\"image\""
#define NAMED(rules) LIKE ",\"named\":[" rules "]"
#define ON "/mounts/0/destination:a"
#define VOLUME(dest) M1(dest, "bind", "/v/plain", "\"rbind\"")
#define TMPFS(dest) M1(dest, "tmpfs", "tmpfs", "")

static void built(struct gd_facts *f)
{
	image_declared(f);
	host(f);
}

/* Docker's record has no anonymous volume there: somebody's own stands in its place. */
static void typed_volume(struct gd_facts *f)
{
	built(f);
	f->use.image_volumes = (struct gd_words){ 0 };
}

static void sandbox(struct gd_facts *f)
{
	built(f);
	f->class = GD_CLASS_SANDBOX;
}

static void read_only(struct gd_facts *f)
{
	built(f);
	f->root_read_only = true;
}

#define UNDECLARED(name, how) \
	static void name(struct gd_facts *f) \
	{ \
		how(f); \
		host(f); \
	}
UNDECLARED(no_image, image_none)
UNDECLARED(no_store, image_unknown)
UNDECLARED(no_look, image_not_asked)

static void kubelets(struct gd_facts *f)
{
	built(f);
	((struct gd_mount *)&f->mounts[0])->kind = GD_SRC_KUBELET;
	((struct gd_mount *)&f->mounts[0])->n_origins = 0;
}

#define PODS "/var/lib/kubelet/pods/11111111-2222/"
static const struct control_row like_table[] = {
	{ D, 0, "{\"mounts\":[]}", LIKE, "", .host = built },
	{ D, 0, VOLUME("/data"), LIKE, "", .host = built },
	{ D, 0, VOLUME("/data/"), LIKE, "", .host = built },
	/* another volume in its place, or elsewhere; a folder of the host's; a tmpfs */
	{ D, 0, VOLUME("/data"), LIKE, ON, "-v plain", .host = typed_volume },
	{ D, 0, VOLUME("/x"), LIKE, ON, "-v plain", .host = built },
	{ D, 0, VOLUME("/data/x"), LIKE, ON, .host = built },
	{ D, 0, VOLUME("/DATA"), LIKE, ON, .host = built },
	{ D, 0, VOLUME("/srv/../data"), LIKE, "/mounts/0/destination:a", .host = built },
	{ D, 0, M1("/data", "bind", "/srv/app", "\"rbind\",\"ro\""), LISTED("{\"source\":\"/srv/**\"}"), ON, "-v /srv/app",
	  .host = built },
	{ D, 0, BIND("/etc/localtime", "\"rbind\",\"ro\""), LISTED("{\"source\":\"/usr/share/zoneinfo/*\",\"readOnly\":true}"),
	  ON, .host = built },
	{ D, 0, TMPFS("/x"), LIKE, ON, "--tmpfs /x", .host = built },
	{ D, 0, TMPFS("/data"), LIKE, ON, "--tmpfs /data", .host = built },
	{ D, 0, TMPFS("/usr/bin"), LIKE, ON, .host = built },
	/* listed with its destination, and not without */
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), LISTED("{\"source\":\"/srv/**\",\"destination\":\"/x\"}"), "",
	  .host = built },
	{ D, 0, BIND("/srv/app", "\"rbind\",\"ro\""), LISTED("{\"source\":\"/srv/**\",\"destination\":\"/y\"}"),
	  "/mounts/0/source:a " ON, .host = built },
	{ D, 0, BIND("/srv/link", "\"rbind\",\"ro\""), LISTED("{\"source\":\"/srv/**\",\"destination\":\"/x\"}"),
	  "/mounts/0/source:a " ON, .host = built },
	{ D, 0, VOLUME("/x"), LISTED("{\"source\":\"/v/plain\",\"destination\":\"/x\"}"), "", .host = built },
	{ D, 0, VOLUME("/x"), LISTED("{\"source\":\"/v/plain\"}"), ON, .host = built },
	{ D, 0, VOLUME("/x"), LISTED("{\"source\":\"/v/plain\",\"destination\":\"/x\",\"readOnly\":true}"), ON, .host = built },
	/* by name */
	{ D, 0, VOLUME("/x"), NAMED("{\"name\":\"plain\",\"destination\":\"/x\"}"), "", .host = built },
	{ D, 0, VOLUME("/x"), NAMED("{\"name\":\"plain\"}"), "", .host = built },
	{ D, 0, VOLUME("/x"), NAMED("{\"name\":\"plain\",\"destination\":\"/y\"}"), ON, .host = built },
	{ D, 0, VOLUME("/x"), NAMED("{\"name\":\"plainx\"}"), ON, .host = built },
	{ D, 0, VOLUME("/x"), NAMED("{\"name\":\"plain\",\"readOnly\":true}"), ON, .host = built },
	{ D, 0, M1("/x", "bind", "/v/plain", "\"rbind\",\"ro\""), NAMED("{\"name\":\"plain\",\"readOnly\":true}"), "", .host = built },
	{ D, 0, M1("/x", "bind", "/srv/app", "\"rbind\",\"ro\""), NAMED("{\"name\":\"*\"}"), "/mounts/0/source:a " ON, .host = built },
	/* a volume that is really /etc is that, whatever its name */
	{ D, 0, M1("/x", "bind", "/v/etc", "\"rbind\""), NAMED("{\"name\":\"etc\"}"), "/mounts/0/source:a", .host = built },
	{ D, 0, TMPFS("/run"), LIKE ",\"tmpfs\":[\"/run\",\"/tmp\"]", "", .host = built },
	{ D, 0, TMPFS("/run/x"), LIKE ",\"tmpfs\":[\"/run\",\"/tmp\"]", ON, .host = built },
	{ D, 0, VOLUME("/run"), LIKE ",\"tmpfs\":[\"/run\"]", ON, .host = built },
	/* what engines bring, at its place */
	{ D, 0, M1("/etc/hosts", "bind", "/e/hosts", "\"rbind\""), LIKE, "", .host = built },
	{ D, 0, M1("/run/secrets/x", "bind", "/e/mounts/secrets/x", "\"rbind\""), LIKE, "", .host = built },
	{ D, 0, M1("/dev/shm", "bind", "/e/shm", "\"rbind\""), LIKE, "", .host = built },
	{ D, 0, M1("/etc/passwd", "bind", "/e/passwd", "\"rbind\""), LIKE, "", .host = built },
	/* another of its files, that somebody else may write to, in the place of that one */
	{ D, 0, M1("/run/secrets/x", "bind", "/e/hosts", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/etc/passwd", "bind", "/e/hosts", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/etc/group", "bind", "/e/hostname", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/run/secrets", "bind", "/e/mounts/shm", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/usr/bin/x", "bind", "/e/hosts", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/etc/hosts", "bind", "/v/plain", "\"rbind\""), LIKE, ON, .host = built },
	{ D, 0, M1("/dev/shm", "tmpfs", "shm", ""), LIKE, "", .host = built },
	{ D, 0, M1("/sys/fs/cgroup/systemd", "cgroup", "cgroup", "\"ro\""), LIKE, "", .host = built },
	{ GD_ENGINE_CRI, 0, M1("/var/run/secrets/kubernetes.io/serviceaccount", "bind",
	  PODS "volumes/kubernetes.io~projected/kube-api-access-x", "\"rbind\",\"ro\""), LIKE, "", .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/etc/hosts", "bind", PODS "etc-hosts", "\"rbind\""), LIKE, "", .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/dev/termination-log", "bind", PODS "containers/c/0a1b", "\"rbind\""), LIKE, "", .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/var/run/secrets/kubernetes.io/serviceaccount", "bind",
	  PODS "volumes/kubernetes.io~empty-dir/x", "\"rbind\""), LIKE, ON, .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/etc/passwd", "bind", PODS "volume-subpaths/e/c/0", "\"rbind\""), LIKE, ON, .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/run/secrets/x", "bind", PODS "volumes/kubernetes.io~empty-dir/secrets/x", "\"rbind\""), LIKE, ON,
	  .host = kubelets },
	{ GD_ENGINE_CRI, 0, M1("/etc/nginx", "bind", "/v/plain", "\"rbind\""), LIKE, ON, .host = kubelets },
	/* a tmpfs of one engine's own is anybody's under another */
	{ GD_ENGINE_CTR, 0, TMPFS("/run"), LIKE, "", .host = built },
	{ GD_ENGINE_CTR, 0, TMPFS("/run/x"), LIKE, ON, .host = built },
	{ GD_ENGINE_CTR, 0, VOLUME("/run"), LIKE, ON, .host = built },
	{ D, 0, TMPFS("/run"), LIKE, ON, .host = read_only },
	{ GD_ENGINE_PODMAN, 0, TMPFS("/run"), LIKE, ON, .host = built },
	{ GD_ENGINE_PODMAN, 0, TMPFS("/run"), LIKE, "", .host = read_only },
	{ GD_ENGINE_PODMAN, 0, TMPFS("/tmp"), LIKE, "", .host = read_only },
	{ GD_ENGINE_PODMAN, 0, TMPFS("/var/tmp"), LIKE, "", .host = read_only },
	{ GD_ENGINE_PODMAN, 0, TMPFS("/srv"), LIKE, ON, .host = read_only },
	/* no image; sandboxes have no part in it */
	{ D, 0, "{\"mounts\":[]}", LIKE, "/mounts", .host = no_image },
	{ D, 0, "{\"mounts\":[]}", LIKE, "/mounts", .host = no_store },
	{ D, 0, "{\"mounts\":[]}", LIKE, "/mounts", .host = no_look },
	{ D, 0, VOLUME("/x"), LIKE, "", .host = sandbox },
	{ D, GD_ON_EXEC, VOLUME("/x"), LIKE, ON, .host = built },
};

START_TEST(like_rows)
{
	control_case("mounts", &like_table[_i]);
}
END_TEST

static const struct image_ask asks_table[] = {
	{ BASE, false, false },
	{ ALLOW("{\"source\":\"/srv/a\",\"destination\":\"/x\"}"), false, false },
	{ LIKE, true, true },
	{ LISTED("{\"source\":\"/srv/**\"}"), true, true },	/* without a destination it lets nothing pass */
	{ LISTED("{\"source\":\"/srv/**\",\"destination\":\"/x\"}"), true, true },
	{ LISTED("{\"source\":\"/srv/**\",\"destination\":\"/**\"}"), true, false },
	{ NAMED("{\"name\":\"plain\",\"destination\":\"/x\"}"), true, true },
	{ NAMED("{\"name\":\"plain\"}"), true, false },
	{ NAMED("{\"name\":\"plain\",\"destination\":\"/*\"}"), true, false },
};

START_TEST(asks)
{
	image_asks("mounts", &asks_table[_i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ rows, ROWS(table) }, { like_rows, ROWS(like_table) }, { asks, ROWS(asks_table) },
	};

	return run_suite("control mounts", cases, ROWS(cases));
}
