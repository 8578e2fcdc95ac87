/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * containers/storage as Podman 4.3 wrote it, the same by hand for Podman and CRI-O, libpod's database; and what somebody
 * could have made of them. Run by another than root the graph root is not root's, and that it is refused is what is
 * tested then.
 */
#include "image/read.h"
#include "image_store.h"

#include "bolt_maker.h"

#define SAMPLES "test/data/samples/podman4-storage/"
#define ROOT "/var/lib/containers/storage"
#define RUN "/run/containers/storage"
#define S_ID "43be90c75a8620aed4c2566b7e3ba7112f2724f0dd3bc93721c316302b5b7164"
#define S_IMAGE "18da2ad36d0ffc62eed517b7b6fe5fc49345e909aa77aa9327791eb3260d9ed7"
#define S_LOW "849078d5c18c95483eff7661e6edc42debd9f1402faee0de196f1076e2cb7d73"
#define S_TOP "e35989802461074cf070ca46d3c058d4b765de85224c539cc56ae1863d12a8eb"
#define S_OWN "0889bd1fdf431c14982cf11d8242500b35291d2e65da7b16fb9268d62dd275ac"
#define CONFIG_FILE "=c2hhMjU2OjE4ZGEyYWQzNmQwZmZjNjJlZWQ1MTdiN2I2ZmU1ZmM0OTM0NWU5MDlhYTc3YWE5MzI3NzkxZWIzMjYwZDllZDc="
#define C_ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define POD "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define LOW "1111111111111111111111111111111111111111111111111111111111111110"
#define TOP "2222222222222222222222222222222222222222222222222222222222222220"
#define OWN "3333333333333333333333333333333333333333333333333333333333333330"

static void setup(void) { arena = gd_arena_new(NULL); }
static void teardown(void) { arena = gd_arena_free(arena); }

static void host(void)
{
	fake_namespace();
	fake_tmpfs("/var/lib", 0);
	fake_tmpfs("/run", 0);
	fake_dirs(ROOT);
	fake_dirs(RUN);
}

static struct gd_facts podman_facts(const char *id)
{
	struct gd_facts f = { .engine = GD_ENGINE_PODMAN, .id = id };

	f.bundle = gd_printf(arena, ROOT "/overlay-containers/%s/userdata", id);
	return f;
}

static struct gd_facts look(struct gd_facts f)
{
	struct gd_image_roots r = { 0 };
	struct gd_error err = { 0 };

	gd_words_add(arena, &r.storage, ROOT);
	gd_words_add(arena, &r.storage, "/var/lib/none");
	gd_words_add(arena, &r.storage, ROOT "/");
	ck_assert_msg(gd_image_storage(&f, &r, arena, &err) == 0, "%s", err.text);
	return f;
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

static void copy_sample(const char *name, const char *to)
{
	struct gd_bytes b = slurp(gd_printf(arena, SAMPLES "%s", name));

	put_bytes(to, b.data, b.len);
}

static void sample_store(void)
{
	host();
	copy_sample("containers.json", ROOT "/overlay-containers/containers.json");
	copy_sample("images.json", ROOT "/overlay-images/images.json");
	copy_sample("layers.json", ROOT "/overlay-layers/layers.json");
	copy_sample(CONFIG_FILE, ROOT "/overlay-images/" S_IMAGE "/" CONFIG_FILE);
}

START_TEST(test_sample)
{
	sample_store();
	struct gd_facts f = look(podman_facts(S_ID));
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, "sha256:" S_IMAGE);
	ck_assert_ptr_null(f.image.manifest);	/* its blob is not in the sample: not proven, not told */
	ck_assert_str_eq(f.image.asked, "localhost/rimg:1");
	ck_assert_str_eq(joined(&f.image.references), "localhost/rimg:1");
	ck_assert_str_eq(joined(&f.image.cmd), "sleep|1000");
	ck_assert_str_eq(f.image.user, "app:app");
	ck_assert_str_eq(joined(&f.image.layers), ROOT "/overlay/" S_LOW "/diff|" ROOT "/overlay/" S_TOP "/diff");
	ck_assert_str_eq(f.use.upper, ROOT "/overlay/" S_OWN "/diff");
	ck_assert(!f.use.ports_known && !f.use.health_known && !f.use.started_before);
}
END_TEST

/* --- by hand -------------------------------------------------------------------------------------------------------- */

static struct { const char *id, *config, *manifest, *index; } img;

static const char *base64_name(const char *s)
{
	static char out[512];
	const size_t max = sizeof(out) - 1;

	out[0] = '=';
	sodium_bin2base64(out + 1, max, (const unsigned char *)s, strlen(s), sodium_base64_VARIANT_ORIGINAL);
	return out;
}

static const char *put_data(const char *id, const char *prefix, const char *text)
{
	const char *digest = sum_of(text, strlen(text));

	put(gd_printf(arena, ROOT "/overlay-images/%s/%s", id, base64_name(gd_printf(arena, "%s%s", prefix, digest))), text);
	return digest;
}

/* Texts that tests change before write_store(). */
static const char *containers, *run_containers, *image_list, *layers;

#define CRIO_METADATA "{\\'pod-name\\':\\'k8s_p_shop_u_0\\',\\'pod-id\\':\\'" POD "\\',\\'image-name\\':\\'quay.io/a/b:1\\'" \
	",\\'image-id\\':\\'%s\\',\\'name\\':\\'k8s_c_p_shop_u_0\\',\\'metadata-name\\':\\'c\\',\\'created-at\\':1}"
static const char *pod_metadata = "{\\'pod-name\\':\\'k8s_p_shop_u_0\\',\\'pod-id\\':\\'" POD "\\',\\'metadata-name\\':\\'p\\',\\'uid\\':\\'u\\'"
	",\\'namespace\\':\\'shop\\'}";

static void texts(void)
{
	const char *config = quoted("{'architecture':'amd64','os':'linux','config':{'Cmd':['/bin/app'],'Volumes':{'/data':{}}},"
				    "'rootfs':{'type':'layers','diff_ids':['" D1 "','" D2 "']}}");
	const char *manifest, *metadata;

	img.config = sum_of(config, strlen(config));
	img.id = img.config + strlen("sha256:");
	put_data(img.id, "", config);
	manifest = quoted("{'schemaVersion':2,'config':{'digest':'%s'},'layers':[]}", img.config);
	img.manifest = put_data(img.id, "manifest-", manifest);
	img.index = put_data(img.id, "manifest-", quoted("{'schemaVersion':2,'manifests':[{'digest':'%s'}]}", img.manifest));
	metadata = gd_printf(arena, CRIO_METADATA, img.id);
	containers = quoted("[{'id':'" POD "','image':'" S_IMAGE "','layer':'x','metadata':'%s'},"
			    "{'id':'" C_ID "','names':['n'],'image':'%s','layer':'" OWN "','metadata':'%s','created':'c','flags':"
			    "{'a':null}}]", pod_metadata, img.id, metadata);
	image_list = quoted("[{'id':'" S_IMAGE "','names':null},{'id':'%s','digest':'%s','names':['quay.io/a/b:1'],'layer':'" TOP
			    "','big-data-names':['%s','manifest-%s','manifest-%s','manifest']}]", img.id, img.manifest,
			    img.config, img.index, img.manifest);
	layers = quoted("[{'id':'" LOW "','diff-digest':'" D1 "'},{'id':'" OWN "','parent':'" TOP "'},{'id':'" TOP "','parent':'"
			LOW "','diff-digest':'" D2 "','uidset':[0]}]");
	run_containers = NULL;
}

static void write_store(void)
{
	put(ROOT "/overlay-containers/containers.json", containers);
	put(ROOT "/overlay-images/images.json", image_list);
	put(ROOT "/overlay-layers/layers.json", layers);
	if (run_containers)
		put(RUN "/overlay-containers/volatile-containers.json", run_containers);
}

static struct gd_facts crio_facts(const char *id)
{
	struct gd_facts f = { .engine = GD_ENGINE_CRIO, .id = id };

	f.bundle = gd_printf(arena, RUN "/overlay-containers/%s/userdata", id);
	return f;
}

START_TEST(test_crio)
{
	const struct gd_mount mounts[] = {
		{ .destination = "/data", .source = RUN "/overlay-containers/" C_ID "/userdata/mounts/" LOW },
		{ .destination = "/typed", .source = RUN "/overlay-containers/" C_ID "/userdata/mounts/../x" },
		{ .destination = "/other", .source = RUN "/overlay-containers/" POD "/userdata/mounts/" LOW },
	};
	struct gd_facts f = crio_facts(C_ID);

	host();
	texts();
	write_store();
	f.mounts = mounts;
	f.n_mounts = 3;
	f = look(f);
	if (!known(&f))
		return;
	ck_assert_str_eq(f.image.config, img.config);
	ck_assert_str_eq(f.image.manifest, img.manifest);
	ck_assert_str_eq(f.image.index, img.index);
	ck_assert_str_eq(f.image.asked, "quay.io/a/b:1");
	ck_assert_str_eq(joined(&f.image.references), gd_printf(arena, "quay.io/a/b:1|quay.io/a/b@%s|quay.io/a/b@%s",
								 img.manifest, img.index));
	ck_assert_str_eq(f.use.pod_namespace, "shop");
	ck_assert_str_eq(f.use.pod_name, "p");
	ck_assert_str_eq(f.use.container_name, "c");
	ck_assert(!f.use.sandbox && !f.use.ports_known);
	ck_assert_str_eq(joined(&f.use.image_volumes), "/data");
	ck_assert_str_eq(joined(&f.image.layers), ROOT "/overlay/" LOW "/diff|" ROOT "/overlay/" TOP "/diff");
}
END_TEST

START_TEST(test_volatile)
{
	host();
	texts();
	run_containers = containers;
	containers = "[]";
	write_store();
	struct gd_facts f = look(crio_facts(C_ID));
	known(&f);
	f = look(podman_facts(C_ID));
	known(&f);
	/* below the graph root too, as newer libraries do */
	MUST(unlink(RUN "/overlay-containers/volatile-containers.json"));
	put(ROOT "/overlay-containers/volatile-containers.json", run_containers);
	f = look(podman_facts(C_ID));
	known(&f);
	f = look(crio_facts(C_ID));
	known(&f);
	/* and in no more than one place */
	put(ROOT "/overlay-containers/containers.json", run_containers);
	f = look(podman_facts(C_ID));
	check_unknown(&f, "more than once");
	f = look(crio_facts(C_ID));
	check_unknown(&f, "more than one record");
}
END_TEST

static const char *replaced(const char *s, const char *from, const char *to)
{
	const char *at = strstr(s, from);

	ck_assert_msg(at != NULL, "%s", from);
	return gd_printf(arena, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
}

static void no_container(void) { containers = "[]"; }
static void no_list(void) { containers = "{}"; }
static void two_values(void) { containers = gd_printf(arena, "%s,\"more\":[]", containers); }
static void cut(void) { containers = gd_strndup(arena, containers, strlen(containers) - 3); }
static void twice(void) { containers = replaced(containers, POD, C_ID); }
static void image_removed(void) { image_list = "[]"; }
static void image_twice(void) { image_list = replaced(image_list, S_IMAGE, img.id); }
static void image_is_path(void)
{
	containers = replaced(containers, gd_printf(arena, "\"image\":\"%s\"", img.id), "\"image\":\"../../../../etc\"");
}
static void image_other(void)
{
	containers = replaced(containers, gd_printf(arena, "\"image\":\"%s\"", img.id), "\"image\":\"" S_IMAGE "\"");
}
static void no_config(void) { image_list = replaced(image_list, img.config, "x"); }
static void layer_other(void) { layers = replaced(layers, "\"parent\":\"" TOP, "\"parent\":\"" LOW); }
static void layer_diff(void) { layers = replaced(layers, D1, D2); }
static void layer_ring(void) { layers = replaced(layers, "\"parent\":\"" LOW, "\"parent\":\"" TOP); }
static void layer_gone(void) { layers = replaced(layers, "\"id\":\"" LOW, "\"id\":\"" POD); }
static void layer_path(void)
{
	layers = replaced(layers, "\"parent\":\"" LOW, "\"parent\":\"../x");
	layers = replaced(layers, "\"id\":\"" LOW, "\"id\":\"../x");
}
static void layer_more(void) { layers = replaced(layers, "\"id\":\"" LOW "\"", "\"id\":\"" LOW "\",\"parent\":\"" OWN "\""); }
static void key_twice(void)
{
	containers = replaced(containers, "\"id\":\"" C_ID "\"", "\"image\":\"" S_IMAGE "\",\"id\":\"" C_ID "\"");
}
static void config_changed(void)
{
	put(gd_printf(arena, ROOT "/overlay-images/%s/%s", img.id, base64_name(img.config)), "{}");
}
static void config_gone(void)
{
	MUST(unlink(gd_printf(arena, ROOT "/overlay-images/%s/%s", img.id, base64_name(img.config))));
}
static void config_linked(void)
{
	const char *name = gd_strdup(arena, gd_printf(arena, ROOT "/overlay-images/%s/%s", img.id, base64_name(img.config)));

	MUST(rename(name, ROOT "/overlay-images/elsewhere"));
	MUST(symlink("../elsewhere", name));
}
static void loose_list(void)
{
	put(ROOT "/overlay-images/images.json", "[]");
	MUST(chmod(ROOT "/overlay-images/images.json", 0666));
}
static void loose_root(void) { MUST(chmod(ROOT, 0775)); }

static const struct { const char *name; void (*change)(void); const char *podman, *crio; } tricks[] = {
	{ "unknown container", no_container, "does not know", "no store knows" },
	{ "no list", no_list, "containers.json", "containers.json" },
	{ "more than a list", two_values, "more than a list", "more than a list" },
	{ "cut short", cut, "containers.json", "containers.json" },
	{ "listed twice", twice, "more than once", "more than one" },
	{ "image removed by force", image_removed, "not in the store", "not in the store" },
	{ "image listed twice", image_twice, "not in the store", "not in the store" },
	{ "image id is a path", image_is_path, "an id that is none", "an id that is none" },
	{ "another image", image_other, "which is the configuration", "which is the configuration" },
	{ "no configuration", no_config, "which is the configuration", "which is the configuration" },
	{ "container on another layer", layer_other, "layers are not those", "layers are not those" },
	{ "another diff", layer_diff, "layers are not those", "layers are not those" },
	{ "layers in a ring", layer_ring, "layers are not those", "layers are not those" },
	{ "layer gone", layer_gone, "layers are not those", "layers are not those" },
	{ "layer id is a path", layer_path, "layers are not those", "layers are not those" },
	{ "more layers than declared", layer_more, "layers are not those", "layers are not those" },
	{ "key twice", key_twice, "image", "image" },
	{ "configuration changed", config_changed, "not those that its digest names", "not those that its digest names" },
	{ "configuration gone", config_gone, "is gone", "is gone" },
	{ "configuration is a link", config_linked, "link", "link" },
	{ "list of others", loose_list, "others than root", "others than root" },
	{ "root of others", loose_root, "others than root", "others than root" },
};

START_TEST(test_tricks)
{
	host();
	texts();
	tricks[_i].change();
	mode_t mode = 0;
	struct stat st;
	if (stat(ROOT "/overlay-images/images.json", &st) == 0)
		mode = st.st_mode & 07777;
	write_store();
	if (mode)
		MUST(chmod(ROOT "/overlay-images/images.json", mode));
	struct gd_facts f = look(podman_facts(C_ID));
	check_unknown(&f, tricks[_i].podman);
	f = look(crio_facts(C_ID));
	check_unknown(&f, tricks[_i].crio);
}
END_TEST

/* Partial pulls record no digest of a layer: what lies in it may be anybody's. */
START_TEST(test_untold_layers)
{
	host();
	texts();
	layers = replaced(layers, ",\"diff-digest\":\"" D1 "\"", "");
	write_store();
	struct gd_facts f = look(podman_facts(C_ID));
	check_unknown(&f, "pulled in parts");
	/* a container of changed owners lies on a mapped copy of the top layer */
	texts();
	layers = replaced(layers, "\"parent\":\"" TOP, "\"parent\":\"" POD);
	image_list = replaced(image_list, "\"big-data-names\"", "\"mapped-layers\":[\"" POD "\"],\"big-data-names\"");
	write_store();
	f = look(podman_facts(C_ID));
	known(&f);
}
END_TEST

START_TEST(test_rootfs)
{
	host();
	texts();
	containers = replaced(containers, gd_printf(arena, "\"image\":\"%s\"", img.id), "\"image\":\"\"");
	write_store();
	struct gd_facts f = look(podman_facts(C_ID));
	if (fake_is_root())
		ck_assert_int_eq(f.image.state, GD_IMAGE_NONE);
	/* bundles that are not the id's, and ids that are none */
	struct gd_facts other = podman_facts(POD);
	other.id = C_ID;
	other = look(other);
	ck_assert_int_eq(other.image.state, GD_IMAGE_UNKNOWN);
	other = look(podman_facts("../../etc"));
	ck_assert_int_eq(other.image.state, GD_IMAGE_UNKNOWN);
}
END_TEST

/* --- libpod ---------------------------------------------------------------------------------------------------------- */

#define VOLUME "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
static const char *libpod_config = "{'id':'" C_ID "','command':['/bin/app'],'createdTime':'2026-11-22T02:33:14.516243358Z',"
	"'namedVolumes':[{'volumeName':'" VOLUME "','dest':'/data'},{'volumeName':'named','dest':'/data'},"
	"{'volumeName':'" VOLUME "','dest':'/typed'}],'healthcheck':{'Test':['CMD-SHELL','true || false']},"
	"'newPortMappings':[{'container_port':80,'host_ip':'127.0.0.1','host_port':8080,'protocol':'tcp','range':1},"
	"{'container_port':9000,'host_ip':'','host_port':9000,'protocol':'udp','range':3}],'spec':{'a':{'B':1,'b':2}}}";
static const char *libpod_state = "{'state':6,'startedTime':'2026-11-22T02:33:14.877212534Z'}";

static struct maker libpod(const char *config, const char *state, const char *volume, const char *user)
{
	struct maker m = { .a = arena };

	maker_text(&m, "ctr|" C_ID, "config", quoted("%s", config));
	maker_text(&m, "ctr|" C_ID, "state", quoted("%s", state));
	maker_text(&m, "vol|" VOLUME, "config", quoted("{'name':'" VOLUME "','isAnon':true,'createdAt':'%s'}", volume));
	maker_text(&m, "vol|" VOLUME "|vol-dependencies", user, user);
	maker_text(&m, "vol|named", "config", quoted("{'name':'named','isAnon':false,'createdAt':'%s'}", volume));
	maker_text(&m, "vol|named|vol-dependencies", C_ID, C_ID);
	maker_text(&m, "runtime-config", "run-root", RUN);
	return m;
}

static struct gd_facts look_libpod(struct maker m)
{
	struct gd_bytes b = maker_done(&m);

	put_bytes(ROOT "/libpod/bolt_state.db", b.data, b.len);
	return look(podman_facts(C_ID));
}

#define LATER "2026-11-22T02:33:14.55630308Z"

START_TEST(test_libpod)
{
	host();
	texts();
	write_store();
	struct gd_facts f = look_libpod(libpod(libpod_config, libpod_state, LATER, C_ID));
	if (!known(&f))
		return;
	ck_assert(f.use.ports_known && f.use.health_known && f.use.started_before);
	ck_assert_uint_eq(f.use.n_ports, 4);
	ck_assert_str_eq(f.use.ports[0].address, "127.0.0.1");
	ck_assert(f.use.ports[0].host == 8080 && f.use.ports[0].container == 80);
	ck_assert(f.use.ports[3].host == 9002 && f.use.ports[3].container == 9002);
	ck_assert_str_eq(f.use.ports[3].protocol, "udp");
	ck_assert_str_eq(joined(&f.use.health), "/bin/sh|-c|true || false");
	ck_assert_str_eq(joined(&f.use.image_volumes), "/data");
	/* never started; another container's volume by its name; one that was there before; in another zone */
	f = look_libpod(libpod(libpod_config, "{'startedTime':'0001-01-01T00:00:00Z'}", LATER, POD));
	ck_assert(!f.use.started_before);
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
	f = look_libpod(libpod(libpod_config, libpod_state, "2026-11-22T02:33:14.5Z", C_ID));
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
	f = look_libpod(libpod(libpod_config, libpod_state, "2026-11-22T03:33:14.9+01:00", C_ID));
	ck_assert_uint_eq(f.use.image_volumes.n, 1);
	f = look_libpod(libpod(libpod_config, libpod_state, "2026-11-22T02:33:14.9+01:00", C_ID));
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
	f = look_libpod(libpod(libpod_config, libpod_state, "soon", C_ID));
	ck_assert_uint_eq(f.use.image_volumes.n, 0);
}
END_TEST

static const struct { const char *name, *from, *to, *why; } libpod_tricks[] = {
	{ "another's", "'id':'" C_ID, "'id':'" POD, "another container" },
	{ "port 0", "'container_port':80,", "'container_port':0,", "a port that is none" },
	{ "port beyond", "'host_port':8080", "'host_port':65536", "a port that is none" },
	{ "range beyond", "'range':3", "'range':60000", "a port that is none" },
	{ "range negative", "'range':3", "'range':-1", "a port that is none" },
	{ "protocol", "'udp'", "'icmp'", "a port that is none" },
	{ "health", "['CMD-SHELL','true || false']", "'x'", "Test" },
	{ "no JSON", "}}}", "}}", "libpod's record" },
};

START_TEST(test_libpod_tricks)
{
	host();
	texts();
	write_store();
	const char *config = replaced(libpod_config, libpod_tricks[_i].from, libpod_tricks[_i].to);
	struct gd_facts f = look_libpod(libpod(config, libpod_state, LATER, C_ID));
	check_unknown(&f, libpod_tricks[_i].why);
}
END_TEST

/* Health checks as Podman runs them. */
static const struct { const char *test, *argv; } healths[] = {
	{ "'CMD','/bin/ok','a b'", "/bin/ok|a b" }, { "'CMD-SHELL','a','b'", "/bin/sh|-c|a b" }, { "'NONE'", "" },
	{ "'/bin/ok','x'", "/bin/ok|x" }, { "", "" }, { "'CMD'", "" }, { "'CMD-SHELL'", "" },
};

START_TEST(test_libpod_health)
{
	host();
	texts();
	write_store();
	const char *config = replaced(libpod_config, "'CMD-SHELL','true || false'", healths[_i].test);
	struct gd_facts f = look_libpod(libpod(config, libpod_state, LATER, C_ID));
	if (known(&f)) {
		ck_assert(f.use.health_known);
		ck_assert_str_eq(joined(&f.use.health), healths[_i].argv);
	}
}
END_TEST

/* The engine's init is told from an entrypoint of that name. */
START_TEST(test_libpod_init)
{
	static const char *args[] = { "/run/podman-init", "--", "/bin/app" };
	static const struct { const char *from, *to; bool init; } rows[] = {
		{ "'command'", "'command'", true },
		{ "'command':[", "'command':['/run/podman-init','--',", false },
		{ "'command':[", "'entrypoint':['/run/podman-init'],'command':[", false },
	};

	host();
	texts();
	write_store();
	for (int i = 0; i < ROWS(rows); i++) {
		struct maker m = libpod(replaced(libpod_config, rows[i].from, rows[i].to), libpod_state, LATER, C_ID);
		struct gd_bytes b = maker_done(&m);
		struct gd_facts f = podman_facts(C_ID);

		put_bytes(ROOT "/libpod/bolt_state.db", b.data, b.len);
		f.process.args = (struct gd_words){ args, 3 };
		f = look(f);
		if (known(&f))
			ck_assert_msg(f.use.init == rows[i].init, "row %d", i);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ test_sample, 1 }, { test_crio, 1 }, { test_volatile, 1 }, { test_tricks, ROWS(tricks) },
		{ test_untold_layers, 1 }, { test_rootfs, 1 }, { test_libpod, 1 },
		{ test_libpod_tricks, ROWS(libpod_tricks) }, { test_libpod_health, ROWS(healths) }, { test_libpod_init, 1 },
	};
	Suite *suite = suite_create("image_storage");
	TCase *tcase = tcase_create("image_storage");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		tcase_add_loop_test(tcase, cases[i].test, 0, cases[i].rows);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
