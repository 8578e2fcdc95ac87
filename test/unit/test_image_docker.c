/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Docker's stores, of both kinds, as recorded and made by hand, and what somebody could have made of them. Run by
 * another than root the data root is not root's, and that it is refused is what is tested then.
 */
#include <pthread.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "image/read.h"
#include "image_store.h"

#define SAMPLES "test/data/samples/docker20-"
#define PLAIN "f057762243030b936e50b68cecd69d099a58305966bbce25e8f5535bd4fc455f"
#define PLAIN_MOUNT "86ea03c2701250b13b9d86b638ccb37c193039a59c088b9ef24c48927eb6d1dd"
#define PLAIN_IMAGE "18da2ad36d0ffc62eed517b7b6fe5fc49345e909aa77aa9327791eb3260d9ed7"
#define PLAIN_D1 "849078d5c18c95483eff7661e6edc42debd9f1402faee0de196f1076e2cb7d73"
#define PLAIN_CHAIN "38a74389597efe394925bd12723f5ea50d86b4d17cd3186b5226ebd133f51978"
#define DRIVER DATA "/image/overlay2"
#define CONTAINER DATA "/containers/" PLAIN
#define BLOB DRIVER "/imagedb/content/sha256/" PLAIN_IMAGE
#define LAYERDB DRIVER "/layerdb"

static void setup(void) { arena = gd_arena_new(NULL); }
static void teardown(void) { arena = gd_arena_free(arena); }

static void fake_store_host(void)
{
	fake_namespace();
	fake_tmpfs("/srv", 0);
	fake_tmpfs("/var/lib", 0);
	fake_dirs(DATA "/containers");
	MUST(chmod(DATA, 0710));
}

static void put_layers(void)
{
	put(LAYERDB "/mounts/" PLAIN "/parent", "sha256:" PLAIN_CHAIN);
	put(LAYERDB "/mounts/" PLAIN "/mount-id", PLAIN_MOUNT);
	put(LAYERDB "/sha256/" PLAIN_D1 "/cache-id", "lowest");
	put(LAYERDB "/sha256/" PLAIN_CHAIN "/cache-id", "highest");
	put(DATA "/overlay2/lowest/diff/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
	put(DATA "/overlay2/highest/diff/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1234:1234::/srv/app:/bin/sh\n");
	put(DATA "/overlay2/highest/diff/etc/group", "root:x:0:\napp:x:1234:\n");
	fake_dirs(DATA "/overlay2/" PLAIN_MOUNT "/diff");
}

/* The sample's store, as Docker 20.10 wrote it. */
static void plain_store(void)
{
	struct gd_bytes record = slurp(SAMPLES "plain/config.v2.json"), host = slurp(SAMPLES "plain/hostconfig.json");
	struct gd_bytes blob = slurp(SAMPLES "image/imagedb-content.json"), names = slurp(SAMPLES "image/repositories.json");

	fake_store_host();
	put_bytes(CONTAINER "/config.v2.json", record.data, record.len);
	put_bytes(CONTAINER "/hostconfig.json", host.data, host.len);
	put_bytes(BLOB, blob.data, blob.len);
	put_bytes(DRIVER "/repositories.json", names.data, names.len);
	put_layers();
}

static const char *init_args[] = { "/sbin/docker-init", "--", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "sleep", "1000" };

static struct gd_facts facts_of(const char *id, const char *root)
{
	struct gd_facts f = { .engine = GD_ENGINE_DOCKER, .id = id, .root_path = root };

	f.bundle = gd_printf(arena, "/run/containerd/io.containerd.runtime.v2.task/moby/%s", id);
	f.process.args = (struct gd_words){ init_args + 2, 5 };
	return f;
}

static struct gd_facts plain_facts(void)
{
	return facts_of(PLAIN, DATA "/overlay2/" PLAIN_MOUNT "/merged");
}

static void look(struct gd_facts *f, const struct gd_image_roots *roots)
{
	const struct gd_image_roots none = { 0 };
	struct gd_error err = { 0 };

	ck_assert_msg(gd_image_docker(f, roots ? roots : &none, arena, &err) == 0, "%s", err.text);
	if (f->image.state == GD_IMAGE_KNOWN)
		gd_image_ids(f, arena);
}

static void check_unknown(const struct gd_facts *f, const char *what, const char *why)
{
	ck_assert_msg(f->image.state == GD_IMAGE_UNKNOWN, "%s: taken", what);
	ck_assert_msg(strstr(f->image.why, fake_is_root() ? why : "root") != NULL, "%s: %s", what, f->image.why);
	/* nothing of it is left */
	ck_assert_ptr_null(f->image.config);
	ck_assert_uint_eq(f->image.entrypoint.n + f->image.cmd.n + f->image.layers.n + f->image.references.n, 0);
}

START_TEST(test_plain)
{
	plain_store();
	struct gd_facts f = plain_facts();
	const struct gd_image *img = &f.image;
	const struct gd_use *use = &f.use;

	look(&f, NULL);
	if (!fake_is_root()) {
		check_unknown(&f, "not root", "");
		return;
	}
	ck_assert_msg(img->state == GD_IMAGE_KNOWN, "%s", img->why);
	ck_assert_str_eq(img->config, "sha256:" PLAIN_IMAGE);
	ck_assert_ptr_null(img->manifest);
	ck_assert_ptr_null(img->index);
	ck_assert_str_eq(img->asked, "rimg:1");
	ck_assert_str_eq(img->store, DRIVER);
	ck_assert_str_eq(joined(&img->references), "docker.io/library/rimg:1");
	ck_assert_str_eq(joined(&img->entrypoint), "/bin/sh|-c|exec \"$0\" \"$@\"");
	ck_assert_str_eq(joined(&img->cmd), "sleep|1000");
	ck_assert_str_eq(joined(&img->env),
			 "A=img|PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|B=two");
	ck_assert_str_eq(img->user, "app:app");
	ck_assert_str_eq(img->cwd, "/srv/app");
	ck_assert_str_eq(joined(&img->volumes), "/data");
	ck_assert_str_eq(joined(&img->ports), "53/udp|8080/tcp");
	ck_assert_str_eq(joined(&img->health), "/bin/sh|-c|true");
	ck_assert_str_eq(img->stop_signal, "SIGUSR1");
	ck_assert_uint_eq(img->n_labels, 2);
	ck_assert_str_eq(joined(&img->diff_ids), "sha256:" PLAIN_D1
			 "|sha256:38ef63945d4c07031dfe8bc52ddfeb039c973315af252e0329c46966c434d4df");
	ck_assert_str_eq(joined(&img->layers), DATA "/overlay2/lowest/diff|" DATA "/overlay2/highest/diff");
	ck_assert(img->ids_known);
	ck_assert_uint_eq(img->uid, 1234);
	ck_assert_uint_eq(img->gid, 1234);
	ck_assert_uint_eq(img->n_groups, 0);
	ck_assert(use->ports_known && use->n_ports == 0 && !use->publish_all);
	ck_assert(use->health_known);
	ck_assert_str_eq(joined(&use->health), "/bin/sh|-c|true");
	ck_assert_str_eq(joined(&use->image_volumes), "/data");
	ck_assert_str_eq(use->hostname, "f05776224303");
	ck_assert_str_eq(use->upper, DATA "/overlay2/" PLAIN_MOUNT "/diff");
	ck_assert(!use->started_before && !use->init && use->links.n == 0);
}
END_TEST

/* --- what somebody could have made of it ------------------------------------------------------- */
static void no_image(void) { MUST(unlink(BLOB)); }
static void other_bytes(void)
{
	struct gd_bytes b = slurp(BLOB);
	char *at = memmem(b.data, b.len, "sleep", 5);
	memcpy(at, "sleeq", 5);
	put_bytes(BLOB, b.data, b.len);
}
static void cut_image(void) { MUST(truncate(BLOB, 3000)); }
static void empty_image(void) { MUST(truncate(BLOB, 0)); }
static void large_image(void) { MUST(truncate(BLOB, (off_t)GD_IMAGE_BLOB_MAX + 1)); }
static void fifo_image(void) { MUST(unlink(BLOB)); MUST(mkfifo(BLOB, 0600)); }
static void device_image(void) { MUST(unlink(BLOB)); MUST(mknod(BLOB, S_IFCHR | 0600, makedev(1, 5))); }
static void dir_image(void) { MUST(unlink(BLOB)); MUST(mkdir(BLOB, 0700)); }
static void link_image(void) { MUST(rename(BLOB, "/var/lib/blob")); MUST(symlink("/var/lib/blob", BLOB)); }
static void link_dir(void)
{
	MUST(rename(DRIVER "/imagedb", "/var/lib/imagedb"));
	MUST(symlink("/var/lib/imagedb", DRIVER "/imagedb"));
}
static void link_driver(void) { MUST(rename(DRIVER, "/var/lib/driver")); MUST(symlink("/var/lib/driver", DRIVER)); }
static void link_container(void) { MUST(rename(CONTAINER, "/var/lib/c")); MUST(symlink("/var/lib/c", CONTAINER)); }
static void loose_root(void) { MUST(chmod(DATA, 0770)); }
static void loose_above(void) { MUST(chmod("/var/lib", 0777)); }
static void their_root(void) { MUST(chown(DATA, 1000, 0)); }
static void loose_container(void) { MUST(chmod(CONTAINER, 0770)); }
static void loose_record(void) { MUST(chmod(CONTAINER "/config.v2.json", 0666)); }
static void their_record(void) { MUST(chown(CONTAINER "/config.v2.json", 1000, 0)); }
static void loose_image(void) { MUST(chmod(BLOB, 0660)); }
static void loose_layerdb(void) { MUST(chmod(LAYERDB, 0777)); }
static void no_record(void) { MUST(unlink(CONTAINER "/config.v2.json")); }
static void no_container(void) { MUST(rename(CONTAINER, DATA "/containers/gone")); }
static void large_record(void) { MUST(truncate(CONTAINER "/config.v2.json", (off_t)GD_IMAGE_RECORD_MAX + 1)); }
static void torn_record(void) { MUST(truncate(CONTAINER "/config.v2.json", 500)); }
static void other_parent(void)
{
	put(LAYERDB "/mounts/" PLAIN "/parent", "sha256:" PLAIN_D1);
}
static void no_parent(void) { MUST(unlink(LAYERDB "/mounts/" PLAIN "/parent")); }
static void link_parent(void)
{
	put("/srv/parent", "sha256:" PLAIN_CHAIN);
	MUST(unlink(LAYERDB "/mounts/" PLAIN "/parent"));
	MUST(symlink("/srv/parent", LAYERDB "/mounts/" PLAIN "/parent"));
}
static void other_mount(void) { put(LAYERDB "/mounts/" PLAIN "/mount-id", OTHER); }
static void no_mount(void) { MUST(unlink(LAYERDB "/mounts/" PLAIN "/mount-id")); }
static void no_layer(void) { MUST(unlink(LAYERDB "/sha256/" PLAIN_D1 "/cache-id")); }
static void dotted_layer(void) { put(LAYERDB "/sha256/" PLAIN_D1 "/cache-id", "../../../../srv"); }
static void bad_names(void) { put(DRIVER "/repositories.json", "{'Repositories':"); }
static void same_names(void)
{
	put(DRIVER "/repositories.json", quoted("{'Repositories':{'a':{'a:1':'sha256:" PLAIN_IMAGE "','a:1':'x'}}}"));
}
static void odd_names(void) { put(DRIVER "/repositories.json", quoted("{'Repositories':{'a':['a:1']}}")); }

static void swap(const char *from, const char *to)
{
	struct gd_bytes b = slurp(CONTAINER "/config.v2.json");
	char *f = quoted("%s", from), *at = strstr(b.data, f);

	ck_assert_msg(at != NULL, "%s", from);
	*at = '\0';
	put(CONTAINER "/config.v2.json", gd_printf(arena, "%s%s%s", b.data, quoted("%s", to), at + strlen(f)));
}
static void other_id(void) { swap("'ID':'" PLAIN "'", "'ID':'" OTHER "'"); }
static void two_ids(void) { swap("'ID':'" PLAIN "'", "'ID':'" PLAIN "','ID':'" OTHER "'"); }
static void two_cases(void) { swap("'ID':'" PLAIN "'", "'ID':'" PLAIN "','Id':'" OTHER "'"); }
static void two_images(void) { swap("'Image':'sha256:", "'Image':'sha256:" OTHER "','Image':'sha256:"); }
static void image_name(void) { swap("'Image':'sha256:" PLAIN_IMAGE "'", "'Image':'rimg:1'"); }
static void image_up(void)
{
	swap("'Image':'sha256:" PLAIN_IMAGE "'",
	     "'Image':'sha256:../../../../../../../../../../../../../../../../../../srv/imagexx'");
}
static void no_image_named(void) { swap("'Image':'sha256:" PLAIN_IMAGE "'", "'Image':''"); }
static void driver_up(void) { swap("'Driver':'overlay2'", "'Driver':'../overlay2'"); }
static void driver_none(void) { swap("'Driver':'overlay2'", "'Driver':''"); }
static void driver_other(void) { swap("'Driver':'overlay2'", "'Driver':'vfs'"); }
static void driver_new(void)
{
	swap("'Driver':'overlay2'", "'Driver':'newfs'");
	MUST(rename(DRIVER, DATA "/image/newfs"));
}

static const struct { const char *name; void (*make)(void); const char *why; } broken[] = {
	{ "image removed by force", no_image, "was removed from the store" },
	{ "other bytes", other_bytes, "not those that its digest names" },
	{ "bytes cut", cut_image, "not those that its digest names" },
	{ "no bytes", empty_image, "not those that its digest names" },
	{ "large", large_image, "larger than" },
	{ "fifo", fifo_image, "not a regular file" },
	{ "device", device_image, "not a regular file" },
	{ "folder", dir_image, "not a regular file" },
	{ "link", link_image, "link" },
	{ "link on the way", link_dir, "link" },
	{ "link of the driver's folder", link_driver, "no folder" },
	{ "link of the container's folder", link_container, "no folder" },
	{ "data root writable by its group", loose_root, "written by others" },
	{ "above the data root writable", loose_above, "written by others" },
	{ "data root another's", their_root, "not owned by root" },
	{ "container's folder writable", loose_container, "written by others" },
	{ "record writable", loose_record, "written by others" },
	{ "record another's", their_record, "written by others" },
	{ "image writable", loose_image, "written by others" },
	{ "layerdb writable", loose_layerdb, "written by others" },
	{ "no record", no_record, "not there" },
	{ "no container", no_container, "" },
	{ "large record", large_record, "larger than" },
	{ "half a record", torn_record, "config.v2.json" },
	{ "another chain", other_parent, "not those of its image" },
	{ "no chain", no_parent, "not those of its image" },
	{ "linked chain", link_parent, "link" },
	{ "another's root", other_mount, "not the one that its record names" },
	{ "no mount id", no_mount, "not the one that its record names" },
	{ "a layer removed", no_layer, "removed from the store" },
	{ "a layer elsewhere", dotted_layer, "removed from the store" },
	{ "names torn", bad_names, "repositories.json" },
	{ "names twice", same_names, "repositories.json" },
	{ "names otherwise", odd_names, "repositories.json" },
	{ "another container's record", other_id, "another container's" },
	{ "two ids", two_ids, "twice" },
	{ "two ids, cased", two_cases, "written otherwise" },
	{ "two images", two_images, "twice" },
	{ "image by name", image_name, "names no image" },
	{ "image with a path", image_up, "names no image" },
	{ "no image", no_image_named, "names no image" },
	{ "driver with a path", driver_up, "no storage driver" },
	{ "no driver", driver_none, "no storage driver" },
	{ "driver of another store", driver_other, "" },
	{ "unknown driver", driver_new, "newfs is not known" },
};

START_TEST(test_broken)
{
	plain_store();
	if (fake_is_root())
		broken[_i].make();
	struct gd_facts f = plain_facts();
	look(&f, NULL);
	check_unknown(&f, broken[_i].name, broken[_i].why);
}
END_TEST

/* Who asks with another's paths. */
START_TEST(test_asked)
{
	static const struct { const char *id, *root, *why; } rows[] = {
		{ PLAIN, DATA "/overlay2/" OTHER "/merged", "not the one" },
		{ PLAIN, DATA "/overlay2/" PLAIN_MOUNT "/diff", "does not lie" },
		{ PLAIN, "rootfs", "does not lie" },
		{ PLAIN, "/", "does not lie" },
		{ PLAIN, NULL, "does not lie" },
		{ PLAIN, "/var/lib/../lib/docker/overlay2/" PLAIN_MOUNT "/merged", "does not lie" },
		{ OTHER, DATA "/overlay2/" PLAIN_MOUNT "/merged", "" },
		{ "..", DATA "/overlay2/" PLAIN_MOUNT "/merged", "id" },
		{ "x", DATA "/overlay2/" PLAIN_MOUNT "/merged", "id" },
	};

	plain_store();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct gd_facts f = facts_of(rows[i].id, rows[i].root);
		look(&f, NULL);
		ck_assert_int_eq(f.image.state, GD_IMAGE_UNKNOWN);
		ck_assert_msg(!fake_is_root() || strstr(f.image.why, rows[i].why) != NULL, "%zu: %s", i, f.image.why);
	}
}
END_TEST

/* --- use ------------------------------------------------------------------------------------------- */
static void put_host(const char *text) { put(CONTAINER "/hostconfig.json", quoted("%s", text)); }

static const char *ports_of(const struct gd_use *use)
{
	char *s = gd_strdup(arena, "");

	if (!use->ports_known)
		return NULL;
	for (size_t i = 0; i < use->n_ports; i++)
		s = gd_printf(arena, "%s%s%s:%u->%u/%s", s, i ? " " : "", use->ports[i].address, use->ports[i].host,
			      use->ports[i].container, use->ports[i].protocol);
	return s;
}

START_TEST(test_ports)
{
	static const struct { const char *host, *said; } rows[] = {
		{ "{}", "" },
		{ "{'PortBindings':null}", "" },
		{ "{'PortBindings':{'80/tcp':null}}", "" },
		{ "{'PortBindings':{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}}", ":8080->80/tcp" },
		{ "{'PortBindings':{'80':[{'HostIp':'127.0.0.1','HostPort':''}]}}", "127.0.0.1:0->80/tcp" },
		{ "{'PortBindings':{'53/UDP':[{'HostIp':'::','HostPort':'53'},{'HostPort':'54'}]}}", ":::53->53/udp :54->53/udp" },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'90-92'}]}}", ":90->80/tcp :91->80/tcp :92->80/tcp" },
		{ "{'PublishAllPorts':true,'PortBindings':{'8080/tcp':[{'HostPort':'1'}]}}", ":1->8080/tcp :0->53/udp" },
		/* nothing that Docker would have written: not known */
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'65536'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'-1'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'x'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'80/tcp'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':80}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'9-8'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostPort':'1-60000'}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':[{'HostIp':1}]}}", NULL },
		{ "{'PortBindings':{'80/tcp':{}}}", NULL },
		{ "{'PortBindings':{'80/tcp':['x']}}", NULL },
		{ "{'PortBindings':{'0/tcp':[{'HostPort':'80'}]}}", NULL },
		{ "{'PortBindings':{'65536/tcp':[{'HostPort':'80'}]}}", NULL },
		{ "{'PortBindings':{'80/icmp':[{'HostPort':'80'}]}}", NULL },
		{ "{'PortBindings':{'80-81/tcp':[{'HostPort':'80'}]}}", NULL },
		{ "{'PortBindings':[]}", NULL },
		{ "{'PortBindings':{},'PortBindings':{}}", NULL },
		{ "", NULL },
	};

	plain_store();
	if (!fake_is_root())
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put_host(rows[i].host);
		struct gd_facts f = plain_facts();
		look(&f, NULL);
		ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
		const char *got = ports_of(&f.use);
		ck_assert_msg(gd_streq(got, rows[i].said), "%s: %s", rows[i].host, got ? got : "(unknown)");
	}
	MUST(unlink(CONTAINER "/hostconfig.json"));
	struct gd_facts f = plain_facts();
	look(&f, NULL);
	ck_assert(!f.use.ports_known && f.use.image_volumes.n == 0 && f.use.health_known);
}
END_TEST

static struct gd_facts with(const char *from, const char *to)
{
	plain_store();
	swap(from, to);
	struct gd_facts f = plain_facts();
	look(&f, NULL);
	return f;
}

#define NETWORK "'Networks':{'r-net':"
START_TEST(test_swarm_ports)
{
	struct gd_facts f = with("'Managed':false", "'Managed':true");

	ck_assert(!fake_is_root() || f.use.ports_known);
	swap(NETWORK, "'Networks':{'ingress':{},'r-net':");
	look(&f, NULL);
	ck_assert(!f.use.ports_known);
}
END_TEST

START_TEST(test_links)
{
	static const struct { const char *links, *said; } rows[] = {
		{ "null", "" },
		{ "['db:my-db']", "MY_DB_*" },
		{ "['db']", "DB_*" },
		{ "['/db:/web/alias']", "ALIAS_*" },
		{ "['db:*']", "" }, { "['db:?']", "" }, { "['db:']", "" }, { "[1]", "" }, { "'x'", "" },
	};
	struct gd_facts f = with(NETWORK, "'Networks':{'bridge':");

	if (!fake_is_root())
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put_host(gd_printf(arena, "{'Links':%s}", rows[i].links));
		look(&f, NULL);
		ck_assert_msg(gd_streq(joined(&f.use.links), rows[i].said), "%s: %s", rows[i].links, joined(&f.use.links));
	}
	/* other networks set no variables */
	swap("'Networks':{'bridge':", NETWORK);
	put_host("{'Links':['db:my-db']}");
	look(&f, NULL);
	ck_assert_uint_eq(f.use.links.n, 0);
}
END_TEST

#define HEALTH "'Healthcheck':{'Test':['CMD-SHELL','true'],'Interval':50000000000}"
START_TEST(test_health)
{
	static const struct { const char *to; bool known; const char *said; } rows[] = {
		{ "'Healthcheck':{'Test':['CMD','curl','-f','x y']}", true, "curl|-f|x y" },
		{ "'Healthcheck':{'Test':['NONE']}", true, "" },
		{ "'Healthcheck':{'Test':[]}", true, "" },
		{ "'Healthcheck':{'Test':['CMD']}", true, "" },
		{ "'Healthcheck':{'Test':['OTHER','x']}", true, "" },
		{ "'Healthcheck':{}", true, "" },
		{ "'Healthcheck':null", true, "" },
		{ "'X':1", true, "" },
		{ "'Healthcheck':{'Test':['CMD-SHELL','x']},'Shell':['/bin/bash','-c']", true, "/bin/bash|-c|x" },
		{ "'Healthcheck':{'Test':'x'}", false, "" },
		{ "'Healthcheck':{'Test':[1]}", false, "" },
		{ "'Healthcheck':[]", false, "" },
	};

	plain_store();
	if (!fake_is_root())
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		swap(i == 0 ? HEALTH : rows[i - 1].to, rows[i].to);
		struct gd_facts f = plain_facts();
		look(&f, NULL);
		ck_assert_msg(f.use.health_known == rows[i].known, "%s", rows[i].to);
		ck_assert_str_eq(joined(&f.use.health), rows[i].said);
		ck_assert_str_eq(joined(&f.image.health), "/bin/sh|-c|true");	/* what the image says stays */
	}
}
END_TEST

START_TEST(test_use)
{
	plain_store();
	if (!fake_is_root())
		return;
	struct gd_facts f = plain_facts();

	/* --init by the daemon's own setting, and what only looks like it */
	f.process.args = (struct gd_words){ init_args, 7 };
	look(&f, NULL);
	ck_assert(f.use.init);
	put_host("{'Init':false}");
	look(&f, NULL);
	ck_assert(!f.use.init);
	put_host("{'Init':true}");
	look(&f, NULL);
	ck_assert(f.use.init);
	f.process.args.n = 6;
	look(&f, NULL);
	ck_assert(!f.use.init);
	f.process.args = (struct gd_words){ init_args + 2, 5 };
	look(&f, NULL);
	ck_assert(!f.use.init);

	/* volumes that somebody brought along */
	put_host("{'VolumesFrom':['x']}");
	look(&f, NULL);
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
	put_host("{}");
	look(&f, NULL);
	ck_assert_uint_eq(f.use.image_volumes.n, 1);
	swap("'Spec':{}", "'Spec':{'Type':'volume','Target':'/data'}");
	look(&f, NULL);
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
	swap("'Spec':{'Type':'volume','Target':'/data'}", "'Spec':{}");
	swap("'MountPoints':{'/data'", "'MountPoints':{'/typed'");
	look(&f, NULL);
	ck_assert_uint_eq(f.use.image_volumes.n, 0);

	swap("'StartedAt':'0001-01-01T00:00:00Z'", "'StartedAt':'2026-01-01T00:00:00Z'");
	look(&f, NULL);
	ck_assert(f.use.started_before);

	/* use is told also where the image is not */
	no_image();
	look(&f, NULL);
	ck_assert_int_eq(f.image.state, GD_IMAGE_UNKNOWN);
	ck_assert_str_eq(f.image.asked, "rimg:1");
	ck_assert(f.use.ports_known && f.use.health_known && f.use.hostname);
}
END_TEST

/* Another driver: the image is known, its layers are not. A data root below a remapped user's. */
START_TEST(test_drivers)
{
	plain_store();
	if (!fake_is_root())
		return;
	swap("'Driver':'overlay2'", "'Driver':'vfs'");
	MUST(rename(DRIVER, DATA "/image/vfs"));
	struct gd_facts f = facts_of(PLAIN, DATA "/vfs/dir/" PLAIN_MOUNT);
	look(&f, NULL);
	ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
	ck_assert_uint_eq(f.image.layers.n, 0);
	ck_assert_ptr_null(f.use.upper);
	ck_assert(!f.image.ids_known && f.image.ids_why);	/* a name */
	/* the root of another driver's */
	f = facts_of(PLAIN, DATA "/overlay2/" PLAIN_MOUNT "/merged");
	look(&f, NULL);
	ck_assert_int_eq(f.image.state, GD_IMAGE_UNKNOWN);

	fake_dirs("/var/lib/else");
	fake_bind(DATA, "/var/lib/else");
	fake_dirs(DATA "/100000.100000");
	fake_bind("/var/lib/else", DATA "/100000.100000");
	f = facts_of(PLAIN, DATA "/100000.100000/vfs/dir/" PLAIN_MOUNT);
	look(&f, NULL);
	ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
}
END_TEST

/* --- containerd's store -------------------------------------------------------------------------- */
#define SYSTEM "/var/lib/containerd"
#define CONTENT "/io.containerd.content.v1.content/blobs/sha256"
#define OWN DATA "/containerd/daemon"
#define SNAPSHOTS "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
#define M_TYPE "'application/vnd.oci.image.manifest.v1+json'"
#define I_TYPE "'application/vnd.oci.image.index.v1+json'"
#define C_TYPE "'application/vnd.oci.image.config.v1+json'"
#if defined(__x86_64__)
#define HERE "'os':'linux','architecture':'amd64'"
#define ELSE "'os':'linux','architecture':'arm64','variant':'v8'"
#else
#define HERE "'os':'linux','architecture':'arm64','variant':'v8'"
#define ELSE "'os':'linux','architecture':'amd64'"
#endif

static const char *blobs;	/* where put_... put */
static const char *here, *other_m, *attestation, *target;	/* digests */

static const char *put_config(const char *platform, const char *cmd)
{
	return put_blob(blobs, quoted("{%s,'config':{'Cmd':['%s']},'rootfs':{'type':'layers','diff_ids':['" D1 "','" D2
				      "']}}", platform, cmd));
}

static const char *put_manifest(const char *config)
{
	return put_blob(blobs, quoted("{'schemaVersion':2,'mediaType':" M_TYPE ",'config':{'mediaType':" C_TYPE
				      ",'digest':'%s','size':1},'layers':[{},{}]}", config));
}

static const char *entry(const char *digest, const char *platform)
{
	return quoted("{'mediaType':" M_TYPE ",'digest':'%s','size':1%s%s%s}", digest, platform ? ",'platform':{" : "",
		      platform ? platform : "", platform ? "}" : "");
}

static const char *put_index(const char *entries)
{
	return put_blob(blobs, quoted("{'schemaVersion':2,'mediaType':" I_TYPE ",'manifests':[%s]}", entries));
}

/* Docker 29: two platforms, and what buildx attests. */
static void two_platforms(void)
{
	here = put_manifest(put_config(HERE, "here"));
	other_m = put_manifest(put_config(ELSE, "else"));
	attestation = put_blob(blobs, quoted("{'mediaType':" M_TYPE ",'config':{'mediaType':" C_TYPE
					     ",'digest':'" D1 "'},'layers':[]}"));
	target = put_index(gd_printf(arena, "%s,%s,%s", entry(attestation, "'os':'unknown','architecture':'unknown'"),
				     entry(other_m, ELSE), entry(here, HERE)));
}

static int content(const char *of, const char *manifest, struct gd_image *ret, const char **ret_why)
{
	struct gd_error err = { 0 };
	int fd = open(SYSTEM, O_PATH | O_DIRECTORY | O_CLOEXEC);

	MUST(fd);
	*ret = (struct gd_image){ 0 };
	int r = gd_image_from_content(fd, of, manifest, ret, arena, &err);
	close(fd);
	*ret_why = gd_strdup(arena, err.text);
	ck_assert(r == 0 ? ret->config && ret->manifest : !ret->config && !ret->manifest && !ret->index && err.text[0]);
	return r;
}

static void check_content(const char *what, const char *of, const char *manifest, const char *cmd)
{
	struct gd_image img;
	const char *why;
	int r = content(of, manifest, &img, &why);

	if (!cmd[0] || cmd[0] == '!') {
		ck_assert_msg(r < 0 && strstr(why, cmd[0] ? cmd + 1 : "") != NULL, "%s: %s", what, r < 0 ? why : "taken");
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", what, why);
	ck_assert_msg(gd_streq(joined(&img.cmd), cmd), "%s: %s", what, joined(&img.cmd));
	ck_assert_msg(manifest == NULL || gd_streq(img.manifest, manifest), "%s", what);
	ck_assert_msg(gd_streq(of, img.index) == !gd_streq(of, img.manifest), "%s", what);
}

START_TEST(test_content)
{
	fake_store_host();
	blobs = SYSTEM CONTENT;
	two_platforms();
	const char *config = put_config(HERE, "x"), *nested, *s;

	check_content("index", target, NULL, "here");
	check_content("recorded", target, here, "here");
	check_content("recorded for another platform", target, other_m, "else");
	check_content("recorded elsewhere", target, put_manifest(config), "!does not hold");
	check_content("manifest", here, NULL, "here");
	check_content("manifest, itself recorded", here, here, "here");
	check_content("manifest, another recorded", here, other_m, "!recorded");
	check_content("a configuration", config, NULL, "!neither");
	check_content("not there", D1, NULL, "!removed");
	check_content("no digest", "latest", NULL, "!digest");
	check_content("a path", "sha256:../../x", NULL, "!digest");
	check_content("none here", put_index(entry(other_m, ELSE)), NULL, "!no image for this host");
	check_content("empty", put_index(""), NULL, "!no image for this host");
	check_content("only attested", put_index(entry(attestation, "'os':'unknown','architecture':'unknown'")), NULL,
		      "!no image for this host");
	/* no platform is told: the configuration's counts, and comes behind those that are */
	check_content("untold", put_index(gd_printf(arena, "%s,%s", entry(other_m, NULL), entry(here, NULL))), NULL, "here");
	check_content("told first", put_index(gd_printf(arena, "%s,%s", entry(put_manifest(config), NULL),
							 entry(here, HERE))), NULL, "here");
	check_content("attested without a platform", put_index(quoted("{'mediaType':" M_TYPE ",'digest':'%s','annotations':{"
		      "'vnd.docker.reference.type':'attestation-manifest'}},%s", attestation, entry(here, HERE))), NULL, "here");
	check_content("windows", put_index(entry(here, "'os':'windows','architecture':'amd64'")), NULL, "!no image");
	/* Docker's own types */
	s = put_blob(blobs, quoted("{'schemaVersion':2,'mediaType':'application/vnd.docker.distribution.manifest.v2+json',"
		     "'config':{'mediaType':'application/vnd.docker.container.image.v1+json','digest':'%s'},'layers':[{},{}]}",
		     config));
	check_content("schema 2", s, NULL, "x");
	check_content("schema 2 list", put_blob(blobs, quoted("{'mediaType':"
		      "'application/vnd.docker.distribution.manifest.list.v2+json','manifests':[{'mediaType':"
		      "'application/vnd.docker.distribution.manifest.v2+json','digest':'%s','platform':{" HERE "}}]}", s)),
		      NULL, "x");
	/* documents that are two things, or none */
	check_content("polyglot", put_blob(blobs, quoted("{'manifests':[%s],'config':{'mediaType':" C_TYPE ",'digest':'%s'},"
		      "'layers':[{},{}]}", entry(here, HERE), config)), NULL, "!neither");
	check_content("type of the other", put_blob(blobs, quoted("{'mediaType':" M_TYPE ",'manifests':[%s]}",
		      entry(here, HERE))), NULL, "!neither");
	check_content("cased", put_blob(blobs, quoted("{'Manifests':[%s]}", entry(here, HERE))), NULL, "!otherwise");
	check_content("entry cased", put_index(quoted("{'mediaType':" M_TYPE ",'Digest':'%s','platform':{" HERE "}}", here)),
		      NULL, "!differently");
	check_content("platform cased", put_index(quoted("{'mediaType':" M_TYPE ",'digest':'%s','platform':{'OS':'linux'}}",
		      here)), NULL, "!differently");
	check_content("entry twice", put_blob(blobs, quoted("{'manifests':[],'manifests':[%s]}", entry(here, HERE))), NULL,
		      "!twice");
	check_content("entry's type another's", put_index(quoted("{'mediaType':" I_TYPE ",'digest':'%s','platform':{" HERE
		      "}}", here)), NULL, "!not what the index says");
	check_content("schema 1", put_blob(blobs, quoted("{'schemaVersion':1,'fsLayers':[],'config':{},'layers':[]}")), NULL,
		      "!neither");
	check_content("no list", put_blob(blobs, quoted("{'manifests':{}}")), NULL, "!list");
	check_content("another number of layers", put_blob(blobs, quoted("{'config':{'mediaType':" C_TYPE ",'digest':'%s'},"
		      "'layers':[{}]}", config)), NULL, "!layers");
	check_content("no image's configuration", put_blob(blobs, quoted("{'config':{'mediaType':"
		      "'application/vnd.cncf.helm.config.v1+json','digest':'%s'},'layers':[{},{}]}", config)), NULL, "!manifest");
	/* depth; a circle cannot be made of digests, a long line can */
	for (nested = here, s = M_TYPE; (config = nested); s = I_TYPE) {
		static int depth;
		nested = put_index(quoted("{'mediaType':%s,'digest':'%s'}", s, nested));
		check_content("nested", nested, NULL, ++depth <= 4 ? "here" : "!deep");
		if (depth == 6)
			break;
	}
}
END_TEST

START_TEST(test_content_limits)
{
	struct gd_buf many = { .arena = arena };

	fake_store_host();
	blobs = SYSTEM CONTENT;
	two_platforms();
	for (int i = 0; i < 1025; i++)
		gd_buf_fmt(&many, "%s%s", i ? "," : "", entry(here, HERE));
	check_content("many entries", put_index(many.data), NULL, "!more than");
	/* each of another platform, told nowhere but inside */
	many = (struct gd_buf){ .arena = arena };
	for (int i = 0; i < 70; i++)
		gd_buf_fmt(&many, "%s%s", i ? "," : "", entry(put_manifest(put_config(ELSE, gd_printf(arena, "%d", i))), NULL));
	check_content("many blobs", put_index(many.data), NULL, "!more than 64 blobs");
	const char *path = gd_printf(arena, "%s/%s", blobs, here + 7);
	put(path, "{}");
	check_content("another's bytes", target, NULL, gd_printf(arena, "!%s", here));
	MUST(unlink(path));
	check_content("manifest removed", target, NULL, gd_printf(arena, "!%s was removed", here));
	MUST(mkfifo(path, 0600));
	check_content("fifo", target, NULL, "!regular");
	MUST(unlink(path));
	MUST(symlink("/etc/passwd", path));
	check_content("link", target, NULL, "!link");
}
END_TEST

static void put_record29(const char *image, const char *manifest)
{
	put(CONTAINER "/config.v2.json",
	    quoted("{'ID':'" PLAIN "','Image':'%s','Driver':'overlayfs','State':{'StartedAt':'0001-01-01T00:00:00Z'},"
		   "'Path':'here','Args':[],'Config':{'Image':'app','Hostname':'h'},'MountPoints':{}%s%s%s}", image,
		   manifest ? ",'ImageManifest':{'mediaType':" M_TYPE ",'size':3,'digest':'" : "", manifest ? manifest : "",
		   manifest ? "'}" : ""));
	put(CONTAINER "/hostconfig.json", "{}");
}

static struct gd_facts facts29(void)
{
	return facts_of(PLAIN, DATA "/rootfs/overlayfs/" PLAIN);
}

static void mount29(const char *lower)
{
	fake_dirs(DATA "/rootfs/overlayfs/" PLAIN);
	for (int i = 1; i <= 5; i++)
		fake_dirs(gd_printf(arena, SNAPSHOTS "/%d/fs", i));
	fake_dirs(SNAPSHOTS "/5/work");
	MUST(chdir(SNAPSHOTS));
	MUST(mount("overlay", DATA "/rootfs/overlayfs/" PLAIN, "overlay", 0,
		   gd_printf(arena, "lowerdir=%s,upperdir=" SNAPSHOTS "/5/fs,workdir=" SNAPSHOTS "/5/work", lower)));
	MUST(chdir("/"));
}

/* Both content roots; the system's first. */
START_TEST(test_containerd_store)
{
	const char *list[] = { "/var/lib/none", SYSTEM };
	struct gd_image_roots roots = { .containerd = { list, 2 } };

	fake_store_host();
	blobs = _i == 0 ? SYSTEM CONTENT : OWN CONTENT;
	fake_dirs(SYSTEM);
	two_platforms();
	put_record29(target, here);
	struct gd_facts f = facts29();
	look(&f, &roots);
	if (!fake_is_root()) {
		check_unknown(&f, "not root", "");
		return;
	}
	ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
	ck_assert_str_eq(f.image.index, target);
	ck_assert_str_eq(f.image.manifest, here);
	ck_assert_str_eq(joined(&f.image.cmd), "here");
	ck_assert_str_eq(f.image.asked, "app");
	ck_assert_str_eq(f.image.store, _i == 0 ? SYSTEM : OWN);
	ck_assert_uint_eq(f.image.layers.n, 0);	/* not mounted */
	ck_assert_ptr_null(f.use.upper);
	ck_assert_str_eq(f.use.hostname, "h");
	/* before 24 no manifest is recorded: of an index, --platform may have made it another one */
	put_record29(target, NULL);
	look(&f, &roots);
	check_unknown(&f, "an index alone", "does not record");
	put_record29(here, NULL);
	look(&f, &roots);
	ck_assert_str_eq(f.image.manifest, here);
	put_record29(target, other_m);
	look(&f, &roots);
	ck_assert_str_eq(joined(&f.image.cmd), "else");
	put_record29(target, "x");
	look(&f, &roots);
	check_unknown(&f, "no digest", "cannot be read");
	put_record29(target, D2);
	look(&f, &roots);
	check_unknown(&f, "not in the index", "does not hold");
	put_record29(D1, D2);
	look(&f, &roots);
	check_unknown(&f, "removed", "removed");
	put_record29(target, here);
	put(gd_printf(arena, "%s/%s", blobs, here + 7), "{}");
	look(&f, &roots);
	check_unknown(&f, "changed", here);
	MUST(chmod(_i == 0 ? SYSTEM : OWN, 0777));
	look(&f, &roots);
	check_unknown(&f, "writable", "");
}
END_TEST

START_TEST(test_snapshots)
{
	static const struct { const char *lower, *layers; } rows[] = {
		/* Docker's init layer on top of two */
		{ SNAPSHOTS "/3/fs:" SNAPSHOTS "/2/fs:" SNAPSHOTS "/1/fs", SNAPSHOTS "/1/fs|" SNAPSHOTS "/2/fs" },
		{ SNAPSHOTS "/2/fs:" SNAPSHOTS "/1/fs", SNAPSHOTS "/1/fs|" SNAPSHOTS "/2/fs" },
		{ "3/fs:2/fs:1/fs", SNAPSHOTS "/1/fs|" SNAPSHOTS "/2/fs" },	/* as containerd shortens them */
		{ "4/fs:3/fs:2/fs:1/fs", "" },
		{ "1/fs", "" },
	};
	const char *list[] = { SYSTEM };
	struct gd_image_roots roots = { .containerd = { list, 1 } };

	fake_store_host();
	if (!fake_is_root())
		return;
	blobs = SYSTEM CONTENT;
	two_platforms();
	put_record29(target, here);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		mount29(rows[i].lower);
		struct gd_facts f = facts29();
		look(&f, &roots);
		ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
		ck_assert_str_eq(f.use.upper, SNAPSHOTS "/5/fs");
		ck_assert_str_eq(joined(&f.image.layers), rows[i].layers);
		MUST(umount(DATA "/rootfs/overlayfs/" PLAIN));
	}
}
END_TEST

/* The same by the system calls that give each layer by itself (Linux 6.8), where the kernel has them. */
static bool mount_each(const char *const *lower, size_t n)
{
	int fs = fsopen("overlay", FSOPEN_CLOEXEC);

	MUST(fs);
	fake_dirs(DATA "/rootfs/overlayfs/" PLAIN);
	fake_dirs(SNAPSHOTS "/5/work");
	fake_dirs(SNAPSHOTS "/5/fs");
	for (size_t i = 0; i < n; i++) {
		fake_dirs(lower[i]);
		if (fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir+", lower[i], 0) < 0 && i == 0 && errno == EINVAL)
			return false;
	}
	MUST(fsconfig(fs, FSCONFIG_SET_STRING, "upperdir", SNAPSHOTS "/5/fs", 0));
	MUST(fsconfig(fs, FSCONFIG_SET_STRING, "workdir", SNAPSHOTS "/5/work", 0));
	MUST(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int fd = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	MUST(fd);
	MUST(move_mount(fd, "", AT_FDCWD, DATA "/rootfs/overlayfs/" PLAIN, MOVE_MOUNT_F_EMPTY_PATH));
	return true;
}

START_TEST(test_snapshots_each)
{
	static const char *const lower[] = { SNAPSHOTS "/3/fs", SNAPSHOTS "/2/fs", SNAPSHOTS "/1/fs" };
	const char *list[] = { SYSTEM };
	struct gd_image_roots roots = { .containerd = { list, 1 } };

	fake_store_host();
	if (!fake_is_root())
		return;
	blobs = SYSTEM CONTENT;
	two_platforms();
	put_record29(target, here);
	if (!mount_each(lower, 3))
		return;
	struct gd_facts f = facts29();
	look(&f, &roots);
	ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
	ck_assert_str_eq(joined(&f.image.layers), SNAPSHOTS "/1/fs|" SNAPSHOTS "/2/fs");
}
END_TEST

/* --- a store in motion ---------------------------------------------------------------------------- */
struct writer { volatile bool stop; bool in_place; struct gd_bytes text[2]; };

static void *write_on(void *arg)
{
	struct writer *w = arg;

	for (size_t i = 0; !w->stop; i++) {
		const struct gd_bytes *b = &w->text[i & 1];
		const char *path = w->in_place ? CONTAINER "/config.v2.json" : CONTAINER "/.tmp";
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, b->data, b->len) != (ssize_t)b->len)
			abort();
		close(fd);
		if (!w->in_place && rename(path, CONTAINER "/config.v2.json") < 0)
			abort();
	}
	return NULL;
}

/* Whichever of the two is read, it is read whole; else nothing is. */
START_TEST(test_motion)
{
	struct writer w = { .in_place = _i == 1 };
	pthread_t thread;
	int known = 0, unknown = 0;

	plain_store();
	if (!fake_is_root())
		return;
	w.text[0] = slurp(CONTAINER "/config.v2.json");
	swap("'Hostname':'f05776224303'", "'Hostname':'other','Padding':'....................'");
	swap("'CMD-SHELL','true'", "'CMD','other'");
	w.text[1] = slurp(CONTAINER "/config.v2.json");
	ck_assert_int_eq(pthread_create(&thread, NULL, write_on, &w), 0);
	for (int i = 0; i < 2000; i++) {
		struct gd_facts f = plain_facts();
		struct gd_arena *all = arena;
		arena = gd_arena_new(NULL);
		look(&f, NULL);
		if (f.image.state == GD_IMAGE_KNOWN) {
			bool first = gd_streq(f.use.hostname, "f05776224303");
			known++;
			ck_assert(first || gd_streq(f.use.hostname, "other"));
			ck_assert_str_eq(joined(&f.use.health), first ? "/bin/sh|-c|true" : "other");
		} else {
			unknown++;
			/* in place it may be seen empty or half written, by stamps too coarse to tell */
			ck_assert_msg(w.in_place || strstr(f.image.why, "changed") != NULL, "%s", f.image.why);
			ck_assert(!f.use.ports_known && !f.use.health_known);
		}
		arena = gd_arena_free(arena);
		arena = all;
	}
	w.stop = true;
	pthread_join(thread, NULL);
	ck_assert_int_eq(known + unknown, 2000);
	struct gd_facts f = plain_facts();
	look(&f, NULL);
	ck_assert_int_eq(f.image.state, GD_IMAGE_KNOWN);	/* and when it stands still it is known */
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ test_plain, 0 }, { test_broken, ROWS(broken) }, { test_asked, 0 }, { test_ports, 0 },
		{ test_swarm_ports, 0 }, { test_links, 0 }, { test_health, 0 }, { test_use, 0 }, { test_drivers, 0 },
		{ test_content, 0 }, { test_content_limits, 0 }, { test_containerd_store, 2 }, { test_snapshots, 0 },
		{ test_snapshots_each, 0 },
		{ test_motion, 2 },
	};
	Suite *suite = suite_create("image_docker");
	TCase *tcase = tcase_create("image_docker");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		tcase_add_loop_test(tcase, cases[i].test, 0, cases[i].rows > 0 ? cases[i].rows : 1);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
