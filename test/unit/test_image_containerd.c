/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containerd's store, as 1.6 writes it: CRI, pods, ctr and nerdctl; and what somebody could have made of it. Run by another
 * than root the root directory is not root's, and that it is refused is what is tested then.
 */
#include "image/read.h"
#include "image_store.h"

#include "bolt_maker.h"

#define ROOT "/var/lib/containerd"
#define BLOBS ROOT "/io.containerd.content.v1.content/blobs/sha256"
#define META ROOT "/io.containerd.metadata.v1.bolt/meta.db"
#define OVERLAY ROOT "/io.containerd.snapshotter.v1.overlayfs"
#define CID "0f2ca1b2813e39298151c2c2b32079bb164a149558b38f9244d4dc5ad8bf0b36"
#define SID "538bab3659b83d6dd07f4c6a4a20a41630afd90a4c1b3bae21ca3ad5dd8cfbff"
#define NAME "docker.io/library/rimg:1"
#define EARLY "\1\0\0\0\x0e\xe2\x94Kk%\xb1IB\xff\xff"
#define LATE "\1\0\0\0\x0e\xe2\x94Kk%\xb1IC\0\0"
#define LATER "\1\0\0\0\x0e\xe2\x94Kl\0\0\0\0\xff\xff"
#define K8S "v1|k8s.io"
#define CTR "v1|default"

static void setup(void) { arena = gd_arena_new(NULL); }
static void teardown(void) { arena = gd_arena_free(arena); }

/* One image of two layers, and another. */
static struct {
	const char *config, *manifest, *index, *chain, *other_config, *other_manifest;
} img;

static const char *make_image(const char *cmd, const char **ret_config)
{
	const char *config = quoted("{'architecture':'amd64','os':'linux','config':{'User':'1000:1000','Cmd':['%s'],'Volumes':"
				    "{'/data':{}}},'rootfs':{'type':'layers','diff_ids':['" D1 "','" D2 "']}}", cmd);

	*ret_config = put_blob(BLOBS, config);
	return put_blob(BLOBS, quoted("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','config':"
				      "{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'%s','size':%zu},"
				      "'layers':[{'digest':'" D1 "','size':1},{'digest':'" D2 "','size':1}]}", *ret_config,
				      strlen(config)));
}

static void images(void)
{
	const struct gd_words diff = { (const char *[]){ D1, D2 }, 2 };

	img.manifest = make_image("/bin/app", &img.config);
	img.index = put_blob(BLOBS, quoted("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json',"
					   "'manifests':[{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':"
					   "'%s','size':1,'platform':{'architecture':'amd64','os':'linux'}}]}",
					   img.manifest));
	img.other_manifest = make_image("/bin/other", &img.other_config);
	img.chain = gd_image_chain(&diff, 2, arena);
}

static void name_image(struct maker *m, const char *ns, const char *name, const char *target)
{
	maker_text(m, gd_printf(arena, "%s|images|%s|target", ns, name), "digest", target);
	maker_put(m, gd_printf(arena, "%s|images|%s", ns, name), "updatedat", EARLY, 15);
}

static void snapshots(struct maker *m, const char *ns, const char *key)
{
	const char *at = gd_printf(arena, "%s|snapshots|overlayfs", ns);

	maker_text(m, gd_printf(arena, "%s|%s", at, D1), "name", "x/1/" D1);
	maker_text(m, gd_printf(arena, "%s|%s", at, img.chain), "name", gd_printf(arena, "x/2/%s", img.chain));
	maker_text(m, gd_printf(arena, "%s|%s", at, img.chain), "parent", D1);
	maker_text(m, gd_printf(arena, "%s|%s", at, key), "name", gd_printf(arena, "x/3/%s", key));
	maker_text(m, gd_printf(arena, "%s|%s", at, key), "parent", img.chain);
}

static void container(struct maker *m, const char *ns, const char *id, const char *image)
{
	const char *at = gd_printf(arena, "%s|containers|%s", ns, id);

	maker_text(m, at, "image", image);
	maker_put(m, at, "createdat", LATE, 15);
	maker_text(m, at, "snapshotter", "overlayfs");
	maker_text(m, at, "snapshotKey", id);
	maker_text(m, gd_printf(arena, "%s|runtime", at), "name", "io.containerd.runc.v2");
}

static const char *cri_json = "{'Version':'v1','Metadata':{'ID':'" CID "','Name':'plain_r-pod_default_u1_0','SandboxID':'" SID
	"','Config':{'metadata':{'name':'plain'},'image':{'image':'" NAME "'},'envs':[{'key':'K','value':'v'}],'mounts':"
	"[{'container_path':'/typed','host_path':'/x'}],'annotations':{'my/anno':'v','My/anno':'w'}},'ImageRef':'%s'}}";
static const char *pod_json = "{'Version':'v1','Metadata':{'ID':'" SID "','Name':'r-pod_shop_u1_0','Config':{'metadata':{'name':"
	"'r-pod','uid':'u1','namespace':'shop'},'hostname':'r-host','port_mappings':[{'container_port':80,'host_port':8080},"
	"{'protocol':1,'container_port':53,'host_port':53,'host_ip':'127.0.0.1'},{'container_port':99}]},'IP':'10.0.0.1'}}";

/* Everything right; tests change it before it is written. */
static struct maker store(void)
{
	struct maker m = { .a = arena };

	fake_namespace();
	fake_tmpfs("/var/lib", 0);
	MUST(mount("tmpfs", "/var/lib", "tmpfs", MS_REMOUNT, "size=32m"));
	fake_dirs(ROOT);
	images();
	container(&m, K8S, CID, NAME);
	maker_any(&m, K8S "|containers|" CID "|extensions", "io.cri-containerd.container.metadata",
		  quoted(cri_json, img.config));
	container(&m, K8S, SID, "docker.io/library/pause:1");
	maker_any(&m, K8S "|containers|" SID "|extensions", "io.cri-containerd.sandbox.metadata", quoted("%s", pod_json));
	snapshots(&m, K8S, CID);
	snapshots(&m, K8S, SID);
	name_image(&m, K8S, NAME, img.index);
	name_image(&m, K8S, gd_printf(arena, "docker.io/library/rimg@%s", img.index), img.index);
	name_image(&m, K8S, img.config, img.index);
	name_image(&m, K8S, "docker.io/library/pause:1", img.manifest);
	container(&m, CTR, "c1", NAME);
	snapshots(&m, CTR, "c1");
	name_image(&m, CTR, NAME, img.manifest);
	return m;
}

static void write_db(const char *path, struct maker *m)
{
	struct gd_bytes b = maker_done(m);

	put_bytes(path, b.data, b.len);
}

/* The snapshotter's own database for @id. */
static struct maker own_store(const char *id)
{
	struct maker m = { .a = arena };
	const struct { const char *name, *parent; char number, kind; } v[] = {
		{ "x/1/" D1, NULL, 7, 3 }, { gd_printf(arena, "x/2/%s", img.chain), "x/1/" D1, 9, 3 },
		{ gd_printf(arena, "x/3/%s", id), gd_printf(arena, "x/2/%s", img.chain), 11, 2 },
	};

	for (size_t i = 0; i < 3; i++) {
		const char *at = gd_printf(arena, "v1|snapshots|%s", v[i].name);
		maker_put(&m, "v1|parents", NULL, NULL, 0);
		/* '/' separates nothing here. */
		maker_put(&m, at, "id", &v[i].number, 1);
		maker_put(&m, at, "kind", &v[i].kind, 1);
		if (v[i].parent)
			maker_text(&m, at, "parent", v[i].parent);
	}
	return m;
}

static struct gd_facts facts_of(enum gd_engine engine, const char *ns, const char *id)
{
	struct gd_facts f = { .engine = engine, .id = id };

	f.bundle = gd_printf(arena, "/run/containerd/io.containerd.runtime.v2.task/%s/%s", ns, id);
	return f;
}

static struct gd_facts look_in(struct gd_facts f, const char *const *roots)
{
	struct gd_image_roots r = { 0 };
	struct gd_error err = { 0 };

	for (; *roots; roots++)
		gd_words_add(arena, &r.containerd, *roots);
	ck_assert_msg(gd_image_collect(&f, &r, arena, &err) == 0, "%s", err.text);
	return f;
}

static struct gd_facts look(struct gd_facts f)
{
	return look_in(f, (const char *const[]){ ROOT, "/var/lib/none", NULL });
}

static void check_unknown(const struct gd_facts *f, const char *why)
{
	ck_assert_msg(f->image.state == GD_IMAGE_UNKNOWN, "taken; not: %s", why);
	ck_assert_msg(strstr(f->image.why, fake_is_root() ? why : "root") != NULL, "%s, not: %s", f->image.why, why);
	ck_assert_ptr_null(f->image.config);
	ck_assert_uint_eq(f->image.cmd.n + f->image.layers.n + f->image.references.n, 0);
}

static bool known(const struct gd_facts *f)
{
	if (!fake_is_root()) {
		check_unknown(f, "");
		return false;
	}
	ck_assert_msg(f->image.state == GD_IMAGE_KNOWN, "%d: %s", (int)f->image.state, f->image.why);
	return true;
}

START_TEST(test_cri)
{
	struct maker m = store(), own = own_store(CID);
	struct gd_facts f = facts_of(GD_ENGINE_CRI, "k8s.io", CID);
	const struct gd_mount mounts[] = {
		{ .destination = "/data", .source = ROOT "/io.containerd.grpc.v1.cri/containers/" CID "/volumes/abc" },
		{ .destination = "/typed", .source = ROOT "/io.containerd.grpc.v1.cri/containers/" CID "/volumes/def" },
		{ .destination = "/below", .source = ROOT "/io.containerd.grpc.v1.cri/containers/" CID "/volumes/a/b" },
		{ .destination = "/up", .source = ROOT "/io.containerd.grpc.v1.cri/containers/" CID "/volumes/.." },
		{ .destination = "/other", .source = ROOT "/io.containerd.grpc.v1.cri/containers/" SID "/volumes/abc" },
	};

	write_db(META, &m);
	write_db(OVERLAY "/metadata.db", &own);
	f.mounts = mounts;
	f.n_mounts = 5;
	f = look(f);
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, img.config);
	ck_assert_str_eq(f.image.manifest, img.manifest);
	ck_assert_str_eq(f.image.index, img.index);
	ck_assert_str_eq(f.image.asked, NAME);
	ck_assert_str_eq(f.image.store, META);
	ck_assert_str_eq(joined(&f.image.references), gd_printf(arena, NAME "|docker.io/library/rimg@%s", img.index));
	ck_assert_str_eq(joined(&f.image.cmd), "/bin/app");
	ck_assert_str_eq(joined(&f.image.layers), OVERLAY "/snapshots/7/fs|" OVERLAY "/snapshots/9/fs");
	ck_assert_str_eq(f.use.upper, OVERLAY "/snapshots/11/fs");
	ck_assert_str_eq(f.use.pod_namespace, "shop");
	ck_assert_str_eq(f.use.pod_name, "r-pod");
	ck_assert_str_eq(f.use.container_name, "plain");
	ck_assert_str_eq(f.use.hostname, "r-host");
	ck_assert(f.use.ports_known && !f.use.sandbox && f.class == GD_CLASS_CONTAINER);
	ck_assert_uint_eq(f.use.n_ports, 2);
	ck_assert(f.use.ports[0].container == 80 && f.use.ports[0].host == 8080);
	ck_assert_str_eq(f.use.ports[0].protocol, "tcp");
	ck_assert_str_eq(f.use.ports[1].protocol, "udp");
	ck_assert_str_eq(f.use.ports[1].address, "127.0.0.1");
	ck_assert_str_eq(joined(&f.use.image_volumes), "/data");
}
END_TEST

START_TEST(test_sandbox)
{
	struct maker m = store();

	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CRI, "k8s.io", SID));
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, img.config);
	ck_assert(f.use.sandbox && f.class == GD_CLASS_SANDBOX);
	ck_assert_str_eq(f.use.pod_name, "r-pod");
	ck_assert_ptr_null(f.use.container_name);
}
END_TEST

START_TEST(test_ctr)
{
	struct maker m = store();

	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, img.config);
	ck_assert_str_eq(f.image.manifest, img.manifest);
	ck_assert_ptr_null(f.image.index);
	ck_assert_str_eq(joined(&f.image.references), NAME);
	ck_assert(f.use.ports_known);
	/* without the snapshotter's own database nothing is told of directories */
	ck_assert_uint_eq(f.image.layers.n, 0);
	ck_assert_ptr_null(f.use.upper);
}
END_TEST

/* --- tricks ---------------------------------------------------------------------------------------------------------- */

static void moved_tag(struct maker *m)
{
	/* as long as the layers differ; with the same layers it is the same files, declared otherwise, see below */
	const char *config = put_blob(BLOBS, quoted("{'architecture':'amd64','os':'linux','config':{'Cmd':['/bin/sh']},"
						    "'rootfs':{'type':'layers','diff_ids':['" D2 "']}}"));
	const char *to = put_blob(BLOBS, quoted("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json',"
						"'config':{'mediaType':'application/vnd.oci.image.config.v1+json','digest':"
						"'%s','size':1},'layers':[{'digest':'" D2 "','size':1}]}", config));
	name_image(m, CTR, NAME, to);
}
/* Other words for the same files: the layers cannot tell. */
static void moved_same_layers(struct maker *m)
{
	name_image(m, CTR, NAME, img.other_manifest);
	maker_put(m, CTR "|images|" NAME, "updatedat", LATER, 15);
}
static void no_time(struct maker *m) { maker_drop(m, CTR "|images|" NAME, "updatedat"); }
static void removed_name(struct maker *m) { maker_drop(m, CTR "|images", NAME); }
static void no_snapshot(struct maker *m) { maker_drop(m, CTR "|snapshots|overlayfs", "c1"); }
static void no_key(struct maker *m) { maker_drop(m, CTR "|containers|c1", "snapshotKey"); }
static void short_chain(struct maker *m) { maker_drop(m, CTR "|snapshots|overlayfs", D1); }
static void ring_chain(struct maker *m) { maker_text(m, CTR "|snapshots|overlayfs|" D1, "parent", img.chain); }
static void strange_target(struct maker *m) { name_image(m, CTR, NAME, "../../../../etc/passwd"); }
static void not_there(struct maker *m) { maker_drop(m, CTR "|containers", "c1"); }
static void target_gone(struct maker *m)
{
	(void)m;
	MUST(unlink(gd_printf(arena, BLOBS "/%s", img.manifest + 7)));
}
static void blob_changed(struct maker *m)
{
	(void)m;
	put(gd_printf(arena, BLOBS "/%s", img.config + 7), "{\"architecture\":\"amd64\",\"os\":\"linux\"}");
}
static void blob_link(struct maker *m)
{
	const char *path = gd_printf(arena, BLOBS "/%s", img.config + 7);

	(void)m;
	MUST(rename(path, BLOBS "/moved"));
	MUST(symlink("moved", path));
}

static const struct { const char *name; void (*change)(struct maker *m); const char *why; } ctr_tricks[] = {
	{ "tag moved", moved_tag, "was moved to another image" },
	{ "tag moved, same layers", moved_same_layers, "was set again after" },
	{ "nobody knows when", no_time, "was set again after" },
	{ "name removed", removed_name, "was removed after" },
	{ "no snapshot", no_snapshot, "layers are not those" },
	{ "no snapshot key", no_key, "layers are not those" },
	{ "chain too short", short_chain, "was moved" },
	{ "chain without end", ring_chain, "more than 512 layers" },
	{ "target is a path", strange_target, "digest" },
	{ "container unknown", not_there, "no containerd root knows" },
	{ "manifest gone", target_gone, "" },
	{ "configuration changed", blob_changed, "not those that its digest names" },
	{ "configuration is a link", blob_link, "link" },
};

START_TEST(test_ctr_tricks)
{
	struct maker m = store();

	ctr_tricks[_i].change(&m);
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	check_unknown(&f, ctr_tricks[_i].why);
}
END_TEST

#define EXT K8S "|containers|" CID "|extensions"
#define CONTAINER "io.cri-containerd.container.metadata"
static void record(struct maker *m, const char *json) { maker_any(m, EXT, CONTAINER, json); }
static void no_record(struct maker *m) { maker_drop(m, K8S "|containers|" CID, "extensions"); }
static void other_id(struct maker *m)
{
	record(m, quoted("{'Version':'v1','Metadata':{'ID':'x','SandboxID':'" SID "','Config':{},'ImageRef':'%s'}}", img.config));
}
static void other_version(struct maker *m) { record(m, quoted("{'Version':'v2','Metadata':{'ID':'" CID "'}}")); }
static void no_ref(struct maker *m)
{
	record(m, quoted("{'Version':'v1','Metadata':{'ID':'" CID "','SandboxID':'" SID "','Config':{}}}"));
}
static void ref_is_name(struct maker *m) { record(m, quoted(cri_json, "docker.io/library/rimg:1")); }
static void ref_other(struct maker *m) { record(m, quoted(cri_json, D1)); }
static void two_refs(struct maker *m)
{
	record(m, quoted("{'Version':'v1','Metadata':{'ID':'" CID "','SandboxID':'" SID "','Config':{},'ImageRef':'%s',"
			 "'imageRef':'%s'}}", img.config, img.other_config));
}
static void twice(struct maker *m)
{
	record(m, quoted("{'Version':'v1','Metadata':{'ID':'" CID "','SandboxID':'" SID "','Config':{},'ImageRef':'%s',"
			 "'ImageRef':'%s'}}", img.config, img.other_config));
}
static void no_json(struct maker *m) { record(m, "[]"); }
static void any_cut(struct maker *m) { maker_put(m, EXT, CONTAINER, "\n\3url\x12\xff\xff\xff\xff\x7f{}", 13); }
static void any_nul(struct maker *m) { maker_put(m, EXT, CONTAINER, "\x12\4{}\0 ", 6); }
static void huge(struct maker *m)
{
	size_t len = GD_IMAGE_RECORD_MAX + 100;
	char *v = gd_alloc(arena, len + 1);

	memset(v, ' ', len);
	maker_any(m, EXT, CONTAINER, v);
}
static void pod_gone(struct maker *m) { maker_drop(m, K8S "|containers", SID); }
static void pod_other(struct maker *m)
{
	maker_any(m, K8S "|containers|" SID "|extensions", "io.cri-containerd.sandbox.metadata",
		  quoted("{'Version':'v1','Metadata':{'ID':'" CID "','Config':{'metadata':{'name':'a','namespace':'kube-system'}}"
			 "}}"));
}
static void bad_port(struct maker *m)
{
	maker_any(m, K8S "|containers|" SID "|extensions", "io.cri-containerd.sandbox.metadata",
		  quoted("{'Version':'v1','Metadata':{'ID':'" SID "','Config':{'metadata':{'name':'a','namespace':'b'},"
			 "'port_mappings':[{'host_port':65536}]}}}"));
}
static void other_layers(struct maker *m) { maker_text(m, K8S "|snapshots|overlayfs|" CID, "parent", D1); }

static const struct { const char *name; void (*change)(struct maker *m); const char *why; } cri_tricks[] = {
	{ "no record", no_record, "no record of the pod" },
	{ "another's record", other_id, "another container" },
	{ "another version", other_version, "version" },
	{ "no image", no_ref, "names no image" },
	{ "a name for an image", ref_is_name, "names no image" },
	{ "another digest", ref_other, "removed from the store" },
	{ "a key by other case", two_refs, "otherwise than" },
	{ "a key twice", twice, "ImageRef" },
	{ "no object", no_json, "CRI's record" },
	{ "cut", any_cut, "no record of containerd's" },
	{ "NUL", any_nul, "NUL" },
	{ "oversized", huge, "more than" },
	{ "pod gone", pod_gone, "no record of the pod" },
	{ "another's pod", pod_other, "another pod" },
	{ "no port", bad_port, "a port that is none" },
	{ "other layers", other_layers, "layers are not those" },
};

START_TEST(test_cri_tricks)
{
	struct maker m = store();

	cri_tricks[_i].change(&m);
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CRI, "k8s.io", CID));
	check_unknown(&f, cri_tricks[_i].why);
}
END_TEST

/* A tag that moved changes nothing under CRI: the configuration is recorded. Its names and manifest are no longer told. */
START_TEST(test_cri_moved_tag)
{
	struct maker m = store();

	name_image(&m, K8S, NAME, img.other_manifest);
	maker_drop(&m, K8S "|images", img.config);
	maker_drop(&m, K8S "|images", gd_printf(arena, "docker.io/library/rimg@%s", img.index));
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CRI, "k8s.io", CID));
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, img.config);
	ck_assert_ptr_null(f.image.manifest);
	ck_assert_uint_eq(f.image.references.n, 0);
	ck_assert_str_eq(joined(&f.image.cmd), "/bin/app");
}
END_TEST

/* A name is only listed where it leads to this very image. */
START_TEST(test_cri_other_name)
{
	struct maker m = store();

	name_image(&m, K8S, NAME, img.other_manifest);
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CRI, "k8s.io", CID));
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.manifest, img.manifest);
	ck_assert(!gd_words_has(&f.image.references, NAME));
}
END_TEST

START_TEST(test_two_roots)
{
	struct maker m = store(), other = { .a = arena };
	const char *const roots[] = { ROOT, "/var/lib/second", NULL }, *const twice_named[] = { ROOT "/", ROOT, NULL };

	container(&other, CTR, "c1", NAME);
	name_image(&other, CTR, NAME, img.manifest);
	write_db(META, &m);
	write_db("/var/lib/second/io.containerd.metadata.v1.bolt/meta.db", &other);
	struct gd_facts f = look_in(facts_of(GD_ENGINE_CTR, "default", "c1"), roots);
	check_unknown(&f, "both know");
	f = look_in(facts_of(GD_ENGINE_CTR, "default", "c1"), twice_named);
	if (known(&f))
		ck_assert_str_eq(f.image.store, META);
	/* A namespace of its own is another container. */
	f = look_in(facts_of(GD_ENGINE_CTR, "elsewhere", "c1"), roots);
	check_unknown(&f, "no containerd root knows");
	/* A bundle that is not the id's. */
	struct gd_facts wrong = facts_of(GD_ENGINE_CTR, "default", "c1");
	wrong.id = "c2";
	wrong = look_in(wrong, roots);
	ck_assert_int_eq(wrong.image.state, GD_IMAGE_UNKNOWN);
}
END_TEST

/* A root or database that others than root can write says nothing. */
START_TEST(test_loose)
{
	struct maker m = store();

	write_db(META, &m);
	MUST(chmod(META, 0622));
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	check_unknown(&f, "others than root");
	MUST(chmod(META, 0600));
	MUST(chmod(ROOT, 0777));
	f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	check_unknown(&f, "others than root");
}
END_TEST

/* nerdctl's ports are somewhere: none known, not none. */
START_TEST(test_nerdctl)
{
	struct maker m = store();

	maker_text(&m, CTR "|containers|c1|labels", "nerdctl/namespace", "default");
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	if (known(&f))
		ck_assert(!f.use.ports_known);
}
END_TEST

START_TEST(test_no_image)
{
	struct maker m = store();

	maker_drop(&m, CTR "|containers|c1", "image");
	write_db(META, &m);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	if (fake_is_root())
		ck_assert_int_eq(f.image.state, GD_IMAGE_NONE);
}
END_TEST

/* Under a user namespace: a snapshot of changed owners between; its directory is not the image's. */
START_TEST(test_remapped)
{
	struct maker m = store(), own = own_store("c1");
	const char *key = gd_printf(arena, "%s-100000-100000", img.chain), *at = CTR "|snapshots|overlayfs";

	maker_text(&m, gd_printf(arena, "%s|%s", at, key), "name", "x/4/remapped");
	maker_text(&m, gd_printf(arena, "%s|%s", at, key), "parent", img.chain);
	maker_text(&m, gd_printf(arena, "%s|c1", at), "parent", key);
	write_db(META, &m);
	write_db(OVERLAY "/metadata.db", &own);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	if (known(&f))
		ck_assert_uint_eq(f.image.layers.n, 0);
}
END_TEST

/* The snapshotter's own database says otherwise: no directories, whatever else is known. */
START_TEST(test_disagreeing_snapshotter)
{
	struct maker m = store(), own = own_store("c1");

	maker_text(&own, gd_printf(arena, "v1|snapshots|x/3/c1"), "parent", "x/1/" D1);
	write_db(META, &m);
	write_db(OVERLAY "/metadata.db", &own);
	struct gd_facts f = look(facts_of(GD_ENGINE_CTR, "default", "c1"));
	if (known(&f)) {
		ck_assert_uint_eq(f.image.layers.n, 0);
		ck_assert_ptr_null(f.use.upper);
	}
}
END_TEST

int main(void)
{
	const struct { const TTest *test; int rows; } cases[] = {
		{ test_cri, 1 }, { test_sandbox, 1 }, { test_ctr, 1 }, { test_ctr_tricks, ROWS(ctr_tricks) },
		{ test_cri_tricks, ROWS(cri_tricks) }, { test_cri_moved_tag, 1 }, { test_cri_other_name, 1 },
		{ test_two_roots, 1 }, { test_loose, 1 }, { test_no_image, 1 }, { test_nerdctl, 1 }, { test_remapped, 1 },
		{ test_disagreeing_snapshotter, 1 },
	};
	Suite *s = suite_create("image_containerd");
	TCase *c = tcase_create("all");
	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tcase_add_loop_test(c, cases[i].test, 0, cases[i].rows);
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
