/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What as-built promises, from the stores of engines that no machine here runs: Docker 29 with containerd's image
 * store, and CRI-O. Store and root are made by hand on a host of the test's own; what is read, looked up and decided
 * is the product's: gd_image_collect, gd_facts_collect, gd_program_collect, gd_decide. Each departure from the image
 * is refused by its control and by no other, and without it the same container starts.
 *
 * As root; others are told that the store is not root's, and nothing starts.
 */
#include <elf.h>

#include "image_store.h"
#include "judge_case.h"

#include "control_case.h"
#include "image/image.h"
#include "image/program.h"

#undef ID
#undef BUNDLE
#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define POD OTHER
#define VOLUME "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define TYPED "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
#define LOW "1111111111111111111111111111111111111111111111111111111111111110"
#define TOP "2222222222222222222222222222222222222222222222222222222222222220"
#define OWN "3333333333333333333333333333333333333333333333333333333333333330"

#if defined(__x86_64__)
#define HERE "'os':'linux','architecture':'amd64'"
#else
#define HERE "'os':'linux','architecture':'arm64','variant':'v8'"
#endif
#define USUAL_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Both stores' image, and the document's half of it. */
static const char declared[] =
	"{" HERE ",'config':{'Entrypoint':['/bin/app','serve'],'Cmd':['--quiet'],'Env':['" USUAL_PATH "','A=img','B=two'],"
	"'User':'app','WorkingDir':'/srv/app','Volumes':{'/data':{}},'ExposedPorts':{'8080/tcp':{}}},"
	"'rootfs':{'type':'layers','diff_ids':['" D1 "','" D2 "']}}";
#define PROCESS "'process':{'args':['/bin/app','serve','--quiet'],'env':['" USUAL_PATH "','HOSTNAME=web','A=img','B=two']," \
	"'cwd':'/srv/app','user':{'uid':1234,'gid':1234,'additionalGids':[1234,44]}}"
#define PORT "'8080/tcp':[{'HostIp':'','HostPort':'8080'}]"
#define NAMESPACES "'namespaces':[{'type':'mount'},{'type':'network'},{'type':'uts'},{'type':'pid'},{'type':'ipc'}]"

struct departure {
	const char *name;
	unsigned on;		/* bit per row of engines */
	const char *patch;	/* of the document */
	const char *over, *extra; /* destination of a bind of the host's folder, and of another's volume */
	const char *bindings;	/* PortBindings */
	const char *control, *also; /* the one that refuses it; where it is two, the other */
	bool rewrites;		/* "rewrite" makes it the image's */
	const char *allow;	/* controls of a policy that allows this one */
};

/* --- the root, as engines lay it out ------------------------------------------------------------------ */

/* The smallest that the look-up takes: one segment, no loader. */
static void put_program(const char *path)
{
	struct { Elf64_Ehdr h; Elf64_Phdr p; } e = {
		.h = { .e_type = ET_EXEC, .e_phoff = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1 },
		.p = { .p_type = PT_LOAD, .p_filesz = sizeof(e) },
	};
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr own;

	MUST(self);
	ck_assert_int_eq(read(self, &own, sizeof(own)), sizeof(own)); /* this machine's marks */
	close(self);
	memcpy(e.h.e_ident, own.e_ident, sizeof(own.e_ident));
	e.h.e_machine = own.e_machine;
	put_bytes(path, (const char *)&e, sizeof(e));
	MUST(chmod(path, 0755));
}

static void put_tree(const char *at)
{
	static const char *const dirs[] = { "data", "srv/app", "tmp", "extra", "etc", "proc", "sys", "dev" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		fake_dirs(gd_printf(arena, "%s/%s", at, dirs[i]));
	put(gd_printf(arena, "%s/etc/passwd", at), "root:x:0:0::/root:/bin/app\napp:x:1234:1234::/srv/app:/bin/app\n");
	put(gd_printf(arena, "%s/etc/group", at), "root:x:0:\napp:x:1234:\nvideo:x:44:app\n");
	put_program(gd_printf(arena, "%s/bin/app", at));
	put_program(gd_printf(arena, "%s/bin/other", at));
	put_program(gd_printf(arena, "%s/opt/evil/other", at));
}

/* --- Docker 29 ---------------------------------------------------------------------------------------- */
#define SYSTEM "/var/lib/containerd"
#define SNAPSHOTS SYSTEM "/io.containerd.snapshotter.v1.overlayfs/snapshots"
#define DOCKER_ROOT DATA "/rootfs/overlayfs/" ID
#define CONTAINER DATA "/containers/" ID

static const char *const type = "application/vnd.oci.image";
static const char *docker_manifest, *docker_index; /* digests */

/* As the daemon writes them for what was asked for; @r NULL: nothing but the image. */
static void docker_records(const struct departure *r)
{
	bool typed = r && (gd_streq(r->extra, "/data") || gd_streq(r->over, "/data"));
	const char *kind = typed && r->over ? "bind" : "volume", *name = typed ? TYPED : VOLUME;
	const char *spec = typed ? gd_printf(arena, "'Type':'%s','Target':'/data'", kind) : "";

	put(CONTAINER "/config.v2.json",
	    quoted("{'ID':'" ID "','Image':'%s','Driver':'overlayfs','State':{'StartedAt':'0001-01-01T00:00:00Z'},'Path':"
		   "'/bin/app','Args':['serve','--quiet'],'Config':{'Image':'app','Hostname':'web'},'NetworkSettings':{"
		   "'Networks':{'bridge':{}}},'MountPoints':{'/data':{'Destination':'/data','Type':'%s','Driver':'local',"
		   "'Name':'%s','RW':true,'Spec':{%s}}},'ImageManifest':{'mediaType':'%s.manifest.v1+json','size':3,"
		   "'digest':'%s'}}", docker_index, kind, name, spec, type, docker_manifest));
	put(CONTAINER "/hostconfig.json", quoted("{'PortBindings':{%s}}", r && r->bindings ? r->bindings : PORT));
}

static void docker_store(const struct departure *r)
{
	const char *blobs = SYSTEM "/io.containerd.content.v1.content/blobs/sha256";
	const char *config = put_blob(blobs, quoted("%s", declared));
	static const char *const files[] = { "hosts", "hostname", "resolv.conf" };

	docker_manifest = put_blob(blobs, quoted("{'schemaVersion':2,'mediaType':'%s.manifest.v1+json','config':{'mediaType':"
					  "'%s.config.v1+json','digest':'%s','size':1},'layers':[{},{}]}", type, type, config));
	docker_index = put_blob(blobs, quoted("{'schemaVersion':2,'mediaType':'%s.index.v1+json','manifests':[{'mediaType':"
				       "'%s.manifest.v1+json','digest':'%s','size':1,'platform':{" HERE "}}]}", type, type,
				       docker_manifest));
	docker_records(r);
	for (size_t i = 0; i < 3; i++)
		put(gd_printf(arena, CONTAINER "/%s", files[i]), "own\n");
	MUST(chmod(DATA, 0710));
	fake_dirs(DATA "/volumes/" VOLUME "/_data");
	fake_dirs(DATA "/volumes/" TYPED "/_data");
	fake_dirs(DOCKER_ROOT);
	for (int i = 1; i <= 4; i++)
		fake_dirs(gd_printf(arena, SNAPSHOTS "/%d/fs", i));
	fake_dirs(SNAPSHOTS "/4/work");
	put_tree(SNAPSHOTS "/2/fs");
	MUST(mount("overlay", DOCKER_ROOT, "overlay", 0, "lowerdir=" SNAPSHOTS "/3/fs:" SNAPSHOTS "/2/fs:" SNAPSHOTS
		   "/1/fs,upperdir=" SNAPSHOTS "/4/fs,workdir=" SNAPSHOTS "/4/work"));
}

static const char docker_patch[] = "{" PROCESS ",'hooks':null,'hostname':'web','root':{'path':'" DOCKER_ROOT "'},"
				   "'linux':{'cgroupsPath':'/docker/" ID "'}}";
#define DOCKER_VOLUME(name) DATA "/volumes/" name "/_data"
#define OF_DOCKER(file) "{'destination':'/etc/" file "','type':'bind','source':'" CONTAINER "/" file "','options':['rbind']}"
static const char docker_mounts[] = "[" OF_DOCKER("hosts") "," OF_DOCKER("hostname") "," OF_DOCKER("resolv.conf") "]";

/* --- CRI-O -------------------------------------------------------------------------------------------- */
#define STORAGE "/var/lib/containers/storage"
#define RUN "/run/containers/storage"
#define USERDATA RUN "/overlay-containers/" ID "/userdata"
#define CRIO_ROOT STORAGE "/overlay/" OWN "/merged"

static const char *data_name(const char *key)
{
	char *out = gd_alloc(arena, 512);

	out[0] = '=';
	sodium_bin2base64(out + 1, 511, (const unsigned char *)key, strlen(key), sodium_base64_VARIANT_ORIGINAL);
	return out;
}

static void put_images(void)
{
	const char *config = quoted("%s", declared), *digest = sum_of(config, strlen(config)), *id = digest + 7;
	const char *manifest = quoted("{'schemaVersion':2,'config':{'digest':'%s'},'layers':[]}", digest);
	const char *manifest_digest = sum_of(manifest, strlen(manifest));
	const char *key = gd_printf(arena, "manifest-%s", manifest_digest), *dir = STORAGE "/overlay-images";

	put(gd_printf(arena, "%s/%s/%s", dir, id, data_name(digest)), config);
	put(gd_printf(arena, "%s/%s/%s", dir, id, data_name(key)), manifest);
	put(gd_printf(arena, "%s/images.json", dir),
	    quoted("[{'id':'%s','digest':'%s','names':['quay.io/a/b:1'],'layer':'" TOP "','big-data-names':['%s','%s']}]", id,
		   manifest_digest, digest, key));
	put(STORAGE "/overlay-containers/containers.json",
	    quoted("[{'id':'" POD "','layer':'x','metadata':'{\\'pod-id\\':\\'" POD "\\',\\'metadata-name\\':\\'p\\',"
		   "\\'namespace\\':\\'shop\\'}'},{'id':'" ID "','image':'%s','layer':'" OWN "','metadata':'{\\'pod-id\\':\\'"
		   POD "\\',\\'image-name\\':\\'quay.io/a/b:1\\',\\'image-id\\':\\'%s\\',\\'metadata-name\\':\\'c\\'}'}]",
		   id, id));
}

static void crio_store(const struct departure *r)
{
	(void)r; /* what a pod asks for is in its document alone */
	put_images();
	put(STORAGE "/overlay-layers/layers.json",
	    quoted("[{'id':'" LOW "','diff-digest':'" D1 "'},{'id':'" OWN "','parent':'" TOP "'},{'id':'" TOP "','parent':'"
		   LOW "','diff-digest':'" D2 "'}]"));
	put_tree(STORAGE "/overlay/" TOP "/diff");
	put_tree(CRIO_ROOT);
	fake_dirs(STORAGE "/overlay/" LOW "/diff");
	fake_dirs(STORAGE "/overlay/" OWN "/diff");
}

static const char crio_patch[] = "{" PROCESS ",'hostname':'web','root':{'path':'" CRIO_ROOT "'},'annotations':null,"
				 "'linux':{" NAMESPACES ",'cgroupsPath':'/kubepods/pod1/crio-" ID "'}}";

static const struct {
	enum gd_engine engine;
	const char *sample, *bundle, *patch, *mounts;
	const char *volume, *typed;	/* sources of the declared volume and of another; NULL: none is mounted */
	void (*store)(const struct departure *r);
	const char *controls;		/* of a policy for this engine over as-built */
} engines[] = {
	{ GD_ENGINE_DOCKER, "docker20-plain", SHIM "moby/" ID, docker_patch, docker_mounts, DOCKER_VOLUME(VOLUME),
	  DOCKER_VOLUME(TYPED), docker_store, "" },
	/* image_volumes = "mkdir", the default: the directory is made in the root. No record tells a pod's ports. */
	{ GD_ENGINE_CRIO, "cri16-plain", USERDATA, crio_patch, "[]", NULL, NULL, crio_store,
	  "'ports':{'like':{'replace':'any'},'hostPorts':{'replace':['*']},'addresses':{'replace':['*']}}" },
};

/* --- departures --------------------------------------------------------------------------------------- */
#define DOCKERS 1
#define BOTH 3
#define ENV(list) "{'process':{'env':[" list "]}}"
#define OWN_ENV "'HOSTNAME=web','B=two'"
#define KEPT "'" USUAL_PATH "','HOSTNAME=web','A=img','B=two'"
#define USER(ids) "{'process':{'user':{" ids "}}}"
#define ANY(control) "'" control "':{'like':{'replace':'any'}}"
#define ADD(control, field, what) "'" control "':{'" field "':{'add':[" what "]}}"

static const struct departure rows[] = {
	{ "entrypoint", BOTH, "{'process':{'args':['/bin/other','serve','--quiet']}}", .control = "entrypoint", .rewrites = true,
	  .allow = ADD("entrypoint", "allow", "{'argv':['/bin/other','serve','--quiet']}") },
	{ "entrypoint of the same file", BOTH, "{'process':{'args':['/bin/app','--quiet']}}", .control = "entrypoint",
	  .rewrites = true, .allow = ADD("entrypoint", "allow", "{'argv':['/bin/app','--quiet']}") },
	{ "cmd", BOTH, "{'process':{'args':['/bin/app','serve','--debug']}}", .control = "entrypoint", .rewrites = true,
	  .allow = ADD("entrypoint", "allow", "{'argv':['/bin/app','serve','--debug']}") },
	{ "cmd left out", BOTH, "{'process':{'args':['/bin/app','serve']}}", .control = "entrypoint", .rewrites = true,
	  .allow = ADD("entrypoint", "allow", "{'argv':['/bin/app','serve']}") },
	{ "one argument more", BOTH, "{'process':{'args':['/bin/app','serve','--quiet','x']}}", .control = "entrypoint",
	  .rewrites = true, .allow = ADD("entrypoint", "allow", "{'argv':['/bin/app','serve','--quiet','x']}") },
	{ "env added", BOTH, ENV(KEPT ",'EVIL=1'"), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'EVIL'") },
	{ "env changed", BOTH, ENV("'" USUAL_PATH "','A=other'," OWN_ENV), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'A'") },
	{ "env removed", BOTH, ENV("'" USUAL_PATH "'," OWN_ENV), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'A'") },
	{ "env emptied", BOTH, ENV("'" USUAL_PATH "','A='," OWN_ENV), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'A'") },
	{ "env twice", DOCKERS, ENV(KEPT ",'A=other'"), .control = "environment", .rewrites = true },
	{ "PATH", BOTH, ENV("'PATH=/opt/evil:/bin','A=img'," OWN_ENV), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'PATH'") },
	{ "LD_PRELOAD", BOTH, ENV(KEPT ",'LD_PRELOAD=/data/x.so'"), .control = "environment", .rewrites = true,
	  .allow = ADD("environment", "allow", "'LD_PRELOAD'") },
	{ "user", BOTH, USER("'uid':0"), .control = "user", .rewrites = true, .allow = ANY("user") },
	{ "group", BOTH, USER("'gid':0,'additionalGids':[44]"), .control = "user", .rewrites = true, .allow = ANY("user") },
	{ "supplementary group", BOTH, USER("'additionalGids':[1234,44,999]"), .control = "user", .rewrites = true,
	  .allow = ANY("user") },
	{ "working directory", BOTH, "{'process':{'cwd':'/tmp'}}", .control = "workingDir", .rewrites = true,
	  .allow = ANY("workingDir") },
	{ "volume more", DOCKERS, .extra = "/extra", .control = "mounts",
	  .allow = ADD("mounts", "named", "{'name':'" TYPED "','destination':'/extra'}") },
	{ "volume over the declared one", DOCKERS, .extra = "/data", .control = "mounts", .allow = ANY("mounts") },
	{ "bind", BOTH, .over = "/extra", .control = "mounts",
	  .allow = ADD("mounts", "allow", "{'source':'/srv/host','destination':'/extra'}") },
	{ "bind over the declared volume", BOTH, .over = "/data", .control = "mounts",
	  .allow = ADD("mounts", "allow", "{'source':'/srv/host','destination':'/data'}") },
	{ "bind over the command", BOTH, .over = "/bin/app", .control = "mounts", .also = "entrypoint" },
	{ "port more", DOCKERS, .bindings = PORT ",'22/tcp':[{'HostIp':'','HostPort':'2222'}]", .control = "ports",
	  .allow = ANY("ports") },
	{ "port of another protocol", DOCKERS, .bindings = "'8080/udp':[{'HostIp':'','HostPort':'8080'}]", .control = "ports",
	  .allow = ANY("ports") },
	{ "lower port", DOCKERS, .bindings = "'8080/tcp':[{'HostIp':'','HostPort':'80'}]", .control = "ports",
	  .allow = ADD("ports", "hostPorts", "'80'") },
	{ "host address", DOCKERS, .bindings = "'8080/tcp':[{'HostIp':'192.0.2.7','HostPort':'8080'}]", .control = "ports",
	  .allow = ADD("ports", "addresses", "'192.0.2.7'") },
};
#define N_ENGINES 2

/* as-built for engine @e, with @controls over it. */
static const struct gd_policy *as_built(int e, const char *controls)
{
	struct gd_set *set = GD_NEW(arena, struct gd_set);
	struct gd_error err = { 0 };
	const struct gd_policy *p;
	bool shipped = !*controls && !*engines[e].controls;
	const char *text = quoted("{'version':1,'name':'contract','extends':['as-built@1'],'controls':{%s%s%s}}", controls,
				  *controls && *engines[e].controls ? "," : "", engines[e].controls);

	set->arena = arena;
	set->profile_dir = "profiles";
	ck_assert_msg(gd_set_add_dir(set, "profiles", true, false, &err) == 0, "%s", err.text);
	gd_set_add(set, "contract.json", (struct gd_bytes){ gd_strdup(arena, text), strlen(text) }, true);
	p = gd_set_resolve(set, gd_set_find(set, shipped ? "as-built" : "contract"));
	ck_assert_msg(p != NULL, "%s: %s", text, set->n_problems ? set->problems[0].text : "?");
	judge_look_up(p, arena);
	return p;
}

static gd_json *document(int e, const struct departure *d)
{
	gd_json *doc = case_sample(engines[e].sample, arena), *all = gd_json_get(doc, "mounts");
	struct gd_buf more = { .arena = arena };

	case_patch(doc, quoted("%s", engines[e].patch), arena);
	for (size_t i = gd_json_len(all); i-- > 0;)
		if (gd_streq(gd_json_get_str(gd_json_at(all, i), "type"), "bind"))
			gd_json_remove_at(all, i);
	gd_buf_fmt(&more, "%.*s", (int)strlen(engines[e].mounts) - 1, engines[e].mounts);
#define BIND "%s{'destination':'%s','type':'bind','source':'%s','options':['rbind']}"
	const char *sep = more.len > 1 ? "," : "", *over = d ? d->over : NULL, *extra = d ? d->extra : NULL;
	if (engines[e].volume && !gd_streq(over, "/data") && !gd_streq(extra, "/data"))
		gd_buf_fmt(&more, BIND, sep, "/data", engines[e].volume), sep = ",";
	if (over)
		gd_buf_fmt(&more, BIND, sep, over, gd_streq(over, "/bin/app") ? "/srv/host/app" : "/srv/host"), sep = ",";
	if (extra)
		gd_buf_fmt(&more, BIND, sep, extra, engines[e].typed);
	gd_json *brought = case_parse(quoted("{'mounts':%s]}", more.data), arena), *list = gd_json_get(brought, "mounts");
	for (size_t i = 0; i < gd_json_len(list); i++)
		ck_assert_int_eq(gd_json_insert(all, gd_json_len(all), gd_json_copy(gd_json_at(list, i))), 0);
	gd_json_free(brought);
	if (d && d->patch)
		case_patch(doc, quoted("%s", d->patch), arena);
	return doc;
}

/* What the runtime's launch does before it decides. */
static void collect(int e, const gd_json *doc, struct gd_facts *f)
{
	const struct gd_where where = { .verb = GD_ON_CREATE, .id = ID, .bundle = engines[e].bundle,
					.runtime_root = "/run/runc" };
	const struct gd_host_paths paths = { 0 };
	struct gd_image_roots roots = { 0 };
	struct gd_error err = { 0 };

	gd_words_add(arena, &roots.containerd, SYSTEM);
	gd_words_add(arena, &roots.storage, STORAGE);
	ck_assert_msg(gd_facts_extract(&where, doc, NULL, arena, f, &err) == 0, "%s", err.text);
	ck_assert_int_eq(f->engine, engines[e].engine);
	ck_assert_msg(gd_image_collect(f, &roots, arena, &err) == 0, "%s", err.text);
	ck_assert_msg(gd_facts_collect(f, &paths, arena, &err) == 0, "%s", err.text);
	f->trust.asked = true; /* nobody signed or revoked anything */
	ck_assert_msg(gd_program_collect(f, arena, &err) == 0, "%s", err.text);
}

static const char *told(const struct gd_decision *d)
{
	struct gd_buf b = { .arena = arena };

	gd_buf_fmt(&b, "%s:", gd_verdict_names[d->verdict]);
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].action == GD_DENY)
			gd_buf_fmt(&b, " [%s %s: %s]", d->v[i].control->name, d->v[i].pointer, d->v[i].what);
	return b.data;
}

/* The process that starts; NULL where none does, and then @ret tells why. */
static gd_json *start(const struct gd_facts *f, const struct gd_policy *p, struct gd_decision *ret)
{
	struct gd_error err = { 0 };
	struct gd_conformed once;
	gd_json *process;

	gd_decide(f, p, GD_PASS_FIRST, arena, ret);
	if (ret->verdict == GD_REFUSE)
		return NULL;
	ck_assert_msg(gd_conform(f, ret, NULL, arena, &once, &err) == 0, "%s", err.text);
	ck_assert_msg(once.again.verdict == GD_ALLOW, "conformed, and then: %s", told(&once.again));
	process = gd_json_copy(gd_json_get(once.doc, "process"));
	gd_conformed_done(&once);
	return process;
}

static void host_of(int e, const struct departure *r)
{
	arena = gd_arena_new(NULL);
	fake_namespace();
	fake_tmpfs("/run", 0);
	fake_tmpfs("/srv", 0);
	fake_tmpfs("/var/lib", 0);
	put("/srv/host/app", "x");
	fake_dirs(engines[e].bundle);
	engines[e].store(r);
}

static bool denied_by(const struct gd_decision *d, const char *control)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].action == GD_DENY && gd_streq(d->v[i].control->name, control))
			return true;
	return false;
}

/* Refused by the one control, and by nothing else. */
static void refused(const struct gd_decision *d, const struct departure *r)
{
	ck_assert_msg(d->verdict == GD_REFUSE && denied_by(d, r->control), "%s: %s", r->name, told(d));
	for (size_t i = 0; i < d->n; i++) {
		const char *by = d->v[i].control->name;

		ck_assert_msg(d->v[i].action != GD_DENY || gd_streq(by, r->control) || gd_streq(by, r->also), "%s: %s", r->name,
			      told(d));
	}
	ck_assert_msg(!r->also || denied_by(d, r->also), "%s: %s", r->name, told(d));
}

static const char *rewriting(const char *control)
{
	return gd_printf(arena, "'%s':{'action':{'replace':'rewrite'},'asked':{'replace':'rewrite'}}", control);
}

/* The order of different variables says nothing. */
static bool same_process(gd_json *x, const gd_json *want)
{
	const gd_json *env = gd_json_get(want, "env"), *got = gd_json_get(x, "env");
	size_t n = gd_json_len(env), found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < gd_json_len(got); k++)
			found += gd_streq(gd_json_str(gd_json_at(env, i)), gd_json_str(gd_json_at(got, k)));
	if (found != n || gd_json_len(got) != n)
		return false;
	ck_assert_int_eq(gd_json_set(x, "env", gd_json_copy(env)), 0);
	return gd_json_equal(x, want);
}

START_TEST(departs)
{
	const struct departure *r = &rows[_i / N_ENGINES];
	int e = _i % N_ENGINES;
	struct gd_facts plain, f;
	struct gd_decision d;

	if (!(r->on & 1u << e) || geteuid() != 0)
		return;
	host_of(e, r);
	gd_json *doc = document(e, r), *was = document(e, NULL), *process, *want;
	collect(e, doc, &f);
	ck_assert_msg(f.image.state == GD_IMAGE_KNOWN, "%s", f.image.why);
	gd_decide(&f, as_built(e, ""), GD_PASS_FIRST, arena, &d);
	refused(&d, r);
	/* the same store and host, and only this not done */
	if (e == 0)
		docker_records(NULL);
	collect(e, was, &plain);
	want = start(&plain, as_built(e, ""), &d);
	ck_assert_msg(want != NULL, "%s: %s", r->name, told(&d));
	/* made the image's, it is the very process that starts without it */
	process = start(&f, as_built(e, rewriting(r->control)), &d);
	ck_assert_msg((process != NULL) == r->rewrites, "%s, rewritten: %s", r->name, told(&d));
	ck_assert_msg(!process || same_process(process, want), "%s, rewritten", r->name);
	gd_json_free(process);
	/* allowed, it starts as it was asked for */
	process = r->allow ? start(&f, as_built(e, r->allow), &d) : NULL;
	ck_assert_msg((process != NULL) == (r->allow != NULL), "%s, allowed: %s", r->name, told(&d));
	ck_assert_msg(!process || !r->patch || !same_process(process, want), "%s, allowed", r->name);
	gd_json_free(process);
	gd_json_free(want);
	gd_facts_done(&f);
	gd_facts_done(&plain);
	gd_json_free(doc);
	gd_json_free(was);
	gd_arena_free(arena);
}
END_TEST

/* What the store must prove first: without it nothing starts, whoever runs this. */
START_TEST(unproven)
{
	struct gd_facts f;
	struct gd_decision d;
	int e = _i;

	host_of(e, NULL);
	gd_json *doc = document(e, NULL);
	if (geteuid() == 0)
		MUST(chmod(e == 0 ? DATA : STORAGE, 0777));
	collect(e, doc, &f);
	ck_assert_int_eq(f.image.state, GD_IMAGE_UNKNOWN);
	ck_assert_msg(strstr(f.image.why, "root") != NULL, "%s", f.image.why);
	gd_decide(&f, as_built(e, ""), GD_PASS_FIRST, arena, &d);
	ck_assert_msg(d.verdict == GD_REFUSE && denied_by(&d, "image"), "%s", told(&d));
	gd_facts_done(&f);
	gd_json_free(doc);
	gd_arena_free(arena);
}
END_TEST

/* As it is shipped, as-built lets nothing of CRI-O start: its ports are not known, and that alone is why. */
START_TEST(crio_ports)
{
	const struct departure none = { .name = "CRI-O", .control = "ports" };
	const char *problem;
	struct gd_decision d;
	struct gd_facts f;

	if (geteuid() != 0)
		return;
	host_of(1, NULL);
	gd_json *doc = document(1, NULL);
	collect(1, doc, &f);
	const struct gd_policy *p = judge_profile("as-built", arena, &problem);
	ck_assert_msg(p != NULL, "%s", problem);
	gd_decide(&f, p, GD_PASS_FIRST, arena, &d);
	refused(&d, &none);
	gd_facts_done(&f);
	gd_json_free(doc);
	gd_arena_free(arena);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { departs, ROWS(rows) * N_ENGINES }, { unproven, N_ENGINES }, { crio_ports, 0 } };

	if (geteuid() != 0)
		fprintf(stderr, "test_contract: not root: only that nothing starts is tested\n");
	return run_suite("what departs from the image", cases, ROWS(cases));
}
