/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of the tables has an owner, and the owner answers: a document in which this key alone
 * says something hostile is not judged as the one in which it does not. What an owner knowingly
 * does not look at is listed with the reason; what is listed and looked at is a mistake here.
 */
#include "document/keys.h"

#include "profile_case.h"

/* How tight the owners are set: nothing allowed, all demanded, every limit at its least. */
static const struct { const char *control, *config; } tight[] = {
	{ "resources", "\"pids\":{\"max\":1},\"memory\":{\"max\":1},\"swap\":{\"max\":0},\"cpus\":{\"max\":1},"
		       "\"cpuShares\":{\"max\":2},\"blkioWeight\":{\"max\":10},\"hugepages\":{\"max\":0},"
		       "\"oomScoreAdj\":{\"min\":1000},\"rlimits\":{\"memlock\":0,\"nproc\":5}" },
	{ "user", "\"nonRoot\":true,\"uids\":[\"7\"],\"groups\":[\"7\"]" },
	{ "exec", "\"allow\":\"healthcheck\",\"commands\":[{\"argv\":[\"/bin/sh\",\"**\"]}]" },
	{ "entrypoint", "\"like\":\"image\",\"covered\":true,\"changed\":true" },
	{ "apparmor", "\"require\":false" },
	{ "selinux", "\"require\":false" },
	{ "rootfs", "\"readOnly\":true" },
	{ "mounts", "\"propagation\":\"private\",\"nosuid\":true,\"nodev\":true,\"noexec\":true" },
	{ "environment", "\"deny\":[\"EVIL*\"]" },
	{ "annotations", "\"deny\":[\"evil*\"]" },
	{ "paths", "\"masked\":[\"/proc/kcore\"],\"readOnly\":[\"/proc/sys\"]" },
};

/*
 * What stands beside a key, so that the element means something. The key itself replaces what is
 * there.
 */
static const struct { const char *at, *element; } beside[] = {
	{ "/mounts", "{\"destination\":\"/x\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"ro\"]}" },
	{ "/mounts/uidMappings", "{\"containerID\":0,\"hostID\":0,\"size\":1}" },
	{ "/mounts/gidMappings", "{\"containerID\":0,\"hostID\":0,\"size\":1}" },
	{ "/linux/uidMappings", "{\"containerID\":0,\"hostID\":100000,\"size\":1}" },
	{ "/linux/gidMappings", "{\"containerID\":0,\"hostID\":100000,\"size\":1}" },
	{ "/linux/namespaces", "{\"type\":\"network\"}" },
	{ "/linux/devices", "{\"path\":\"/dev/null\",\"type\":\"c\",\"major\":1,\"minor\":3,\"fileMode\":438}" },
	{ "/linux/resources/devices", "{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"rw\"}" },
	{ "/linux/seccomp/syscalls", "{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[]}" },
	{ "/linux/seccomp/syscalls/args", "{\"index\":0,\"value\":18446744073709551615,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}" },
	{ "/linux/resources/cpu", "{\"quota\":100,\"period\":100000}" },
	{ "/process/rlimits", "{\"type\":\"RLIMIT_NPROC\",\"hard\":1,\"soft\":1}" },
};

/*
 * What is hostile where the type alone does not say: with the value, and without (NULL: the key is
 * absent).
 */
static const struct { const char *at, *hostile, *harmless; } values[] = {
	{ "/process/args", "[\"evil\"]", "[\"ok\"]" },
	{ "/process/env", "[\"EVIL=1\"]", "[]" },
	{ "/process/cwd", "\"/proc/self/fd/7\"", "\"/\"" },
	{ "/process/user/uid", "0", "7" }, { "/process/user/gid", "0", "7" },
	{ "/process/user/additionalGids", "[0]", "[]" },
	{ "/process/noNewPrivileges", "false", "true" },
	{ "/process/oomScoreAdj", "-1000", "1000" },
	{ "/process/scheduler/policy", "\"SCHED_FIFO\"", NULL },
	{ "/process/rlimits/hard", "77", "1" }, { "/process/rlimits/soft", "77", "1" },
	{ "/process/ioPriority/class", "\"IOPRIO_CLASS_RT\"", NULL },
	{ "/process/rlimits/type", "\"RLIMIT_MEMLOCK\"", "\"RLIMIT_NPROC\"" },
	{ "/process/apparmorProfile", "\"unconfined\"", NULL },
	{ "/process/selinuxLabel", "\"u:r:spc_t:s0\"", NULL },
	{ "/root/path", "\"/etc\"", NULL }, { "/root/readonly", "false", "true" },
	{ "/mounts/destination", "\"/proc\"", "\"/x\"" },
	{ "/mounts/type", "\"ext4\"", "\"tmpfs\"" },
	{ "/mounts/source", "\"/etc\"", "\"tmpfs\"" },
	{ "/mounts/options", "[\"rbind\",\"rshared\",\"rw\"]", "[\"ro\"]" },
	{ "/annotations", "{\"evil\":\"1\"}", "{}" },
	{ "/linux/sysctl", "{\"kernel.core_pattern\":\"|/x\"}", "{}" },
	{ "/linux/namespaces/type", "\"pid\"", "\"network\"" },
	{ "/linux/namespaces/path", "\"/proc/1/ns/net\"", NULL },
	{ "/linux/devices/path", "\"/dev/../etc\"", "\"/dev/null\"" },
	{ "/linux/devices/fileMode", "2541", "438" }, { "/linux/devices/type", "\"b\"", "\"c\"" },
	{ "/linux/resources/devices/type", "\"a\"", "\"c\"" },
	{ "/linux/resources/devices/access", "\"rwm\"", "\"rw\"" },
	{ "/linux/resources/unified", "{\"memory.max\":\"9999\"}", "{}" },
	{ "/linux/resources/cpu/quota", "-1", "100" },
	{ "/linux/resources/cpu/shares", "5000", "2" },
	{ "/linux/resources/cpu/period", "1000", "100000" },
	{ "/linux/resources/blockIO/weightDevice/weight", "1000", "10" },
	{ "/linux/resources/blockIO/weightDevice/leafWeight", "1000", "10" },
	{ "/linux/resources/memory/limit", "-1", "1" },
	{ "/linux/resources/memory/swap", "-1", "1" },
	{ "/linux/resources/pids/limit", "-1", "1" },
	{ "/linux/resources/blockIO/weight", "1000", "10" },
	{ "/linux/resources/blockIO/leafWeight", "1000", "10" },
	{ "/linux/cgroupsPath", "\"/system.slice/x\"", NULL },
	{ "/linux/seccomp/defaultAction", "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ERRNO\"" },
	{ "/linux/seccomp/syscalls/names", "[\"bpf\"]", "[]" },
	{ "/linux/seccomp/syscalls/action", "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ERRNO\"" },
	{ "/linux/seccomp/syscalls/args/op", "\"SCMP_CMP_NE\"", "\"SCMP_CMP_MASKED_EQ\"" },
	{ "/linux/seccomp/syscalls/args/value", "77", "18446744073709551615" },
	{ "/linux/seccomp/syscalls/args/valueTwo", "77", "0" },
	{ "/linux/rootfsPropagation", "\"shared\"", NULL },
	{ "/linux/maskedPaths", "[]", "[\"/proc/kcore\"]" },
	{ "/linux/readonlyPaths", "[]", "[\"/proc/sys\"]" },
};

/* Owners that need not be there yet; once they are, they must answer. */
static const char *const later[] = { "apparmor", "selinux" };

/*
 * Where another part stands between the key and its owner, and that part's test holds this. A row
 * whose key is answered for here after all is a mistake.
 */
static const struct { const char *at, *why; } elsewhere[] = {
	{ "/linux/uidMappings/containerID", "whom of the host a map reaches, the host half says" },
	{ "/linux/uidMappings/hostID", "the same" }, { "/linux/uidMappings/size", "the same" },
	{ "/linux/gidMappings/containerID", "the same" },
	{ "/linux/gidMappings/hostID", "the same" },
	{ "/linux/gidMappings/size", "the same" },
};

struct key_at {
	const char *path;
	const struct gd_key *key;
	enum gd_type types[8];	/* of the steps above, outermost first */
};

static struct key_at keys[400];
static int n_keys;

static void collect(struct gd_arena *a, const struct gd_key *table, const struct key_at *above,
		    int depth)
{
	for (const struct gd_key *k = table; k->name != NULL; k++) {
		struct key_at at = *above;
		at.path = gd_printf(a, "%s/%s", above->path, k->name);
		at.key = k;
		at.types[depth] = k->type;
		if (k->sub != NULL)
			collect(a, k->sub, &at, depth + 1);
		else if (k->owner != NULL)
			keys[n_keys++] = at;
	}
}

static const char *by_type(enum gd_type t)
{
	switch (t) {
	case GD_T_BOOL: return "true";
	case GD_T_STRING: case GD_T_WORD: return "\"evil\"";
	case GD_T_STRINGS: return "[\"CAP_SYS_ADMIN\"]";
	case GD_T_U32S: return "[7]";
	case GD_T_STRING_MAP: case GD_T_WORD_MAP: return "{\"evil\":\"evil\"}";
	case GD_T_I64:
	case GD_T_U64:
	case GD_T_U32:
	case GD_T_U16:
	case GD_T_I32:
	case GD_T_INT:
		return "77";
	case GD_T_OBJECT: case GD_T_ARRAY: case GD_T_MAP: break;
	}
	return "null";
}

/* A merge patch that sets @at alone, around it what beside[] says. */
static const char *patch_for(const struct key_at *at, const char *value, struct gd_arena *a)
{
	const char *path = at->path, *inner;
	int depth = 0;

	for (const char *p = path; *p != '\0'; p++)
		depth += *p == '/';
	inner = value != NULL ? gd_printf(a, "{\"%s\":%s}", at->key->name, value) : "{}";
	while (--depth > 0) {
		const char *up = gd_strndup(a, path, (size_t)(strrchr(path, '/') - path));
		const char *name = strrchr(up, '/') + 1;
		for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
			if (strcmp(beside[i].at, up) != 0)
				continue;
			gd_json *full = case_parse(beside[i].element, a),
				*over = case_parse(inner, a);
			struct gd_json_iter it = { 0 };
			while (gd_json_next(over, &it))
				gd_json_set(full, it.key, gd_json_copy(it.value));
			gd_json_bytes(full, a, &inner, NULL);
			gd_json_free(full);
			gd_json_free(over);
		}
		bool array = at->types[depth - 1] == GD_T_ARRAY,
		     map = at->types[depth - 1] == GD_T_MAP;
		inner = gd_printf(a,
				  array ? "{\"%s\":[%s]}"
				  : map ? "{\"%s\":{\"evil\":%s}}"
					: "{\"%s\":%s}",
				  name, inner);
		path = up;
	}
	return inner;
}

static void harmless_host(struct gd_facts *f)
{
	static const char *declared[] = { "ok" };

	f->host_known = true;
	f->root_in_engine = strcmp(f->root_path, "/etc") != 0;
	f->root_real = f->root_path;
	f->image.state = GD_IMAGE_KNOWN;
	f->image.entrypoint = (struct gd_words){ declared, 1 };
	for (int k = 0; k < GD_NS_KINDS; k++) {
		if (f->linux_.ns[k].path == NULL)
			continue;
		f->linux_.ns[k].state = GD_NS_JOINED;
		f->linux_.ns[k].owner = GD_OWNER_UNKNOWN;
	}
}

/*
 * @c's findings as text. An exec's process and an update's resources stand in the container's
 * document, as guarded puts them there; the container itself is the plain one.
 */
static const char *findings(const struct gd_control *c, enum gd_action_verb verb, const char *patch,
			    struct gd_arena *a)
{
	const char *config = "";
	struct control_row row = { .engine = GD_ENGINE_DOCKER,
				   .verb = verb,
				   .host = harmless_host };
	struct gd_buf b = { .arena = a };
	struct gd_facts f;

	for (size_t i = 0; i < sizeof(tight) / sizeof(*tight); i++)
		config = strcmp(tight[i].control, c->name) == 0 ? tight[i].config : config;
	gd_json *doc = case_sample("docker20-plain", a),
		*own = gd_json_copy(gd_json_get(doc, "process"));
	case_patch(doc, patch, a);
	case_facts(&row, doc, verb == GD_ON_EXEC ? own : NULL, a, &f);
	void *conf = strcmp(c->name, "seccomp") == 0 ? profile_config("docker-default", a)
						     : case_config(c, config, a);
	struct gd_findings out = case_check(c, &f, conf, a);
	gd_buf_str(&b, "");
	for (size_t i = 0; i < out.n; i++)
		gd_buf_fmt(&b, "%s|%s|%s|%s\n", out.v[i].pointer, out.v[i].what,
			   out.v[i].value ? out.v[i].value : "",
			   out.v[i].flag ? out.v[i].flag : "");
	return b.data;
}

/* The owner, and on exec the control that compares with the container's own process. */
static const char *judged(const struct key_at *at, enum gd_action_verb verb, const char *patch,
			  struct gd_arena *a)
{
	static const unsigned verbs[] = {
		[GD_ON_CREATE] = GD_V_CREATE, [GD_ON_EXEC] = GD_V_EXEC, [GD_ON_UPDATE] = GD_V_UPDATE,
	};
	const struct gd_control *owner = gd_control_by_name(at->key->owner),
				*exec = gd_control_by_name("exec");
	const char *by_owner = (owner->verbs & verbs[verb]) != 0 ? findings(owner, verb, patch, a)
								 : "";

	return verb != GD_ON_EXEC ? by_owner
				  : gd_printf(a, "%s%s", by_owner, findings(exec, verb, patch, a));
}

/*
 * Whether it makes a difference what @at says; or, whatever is in there, that it is there is found.
 */
static bool answers_on(const struct key_at *at, enum gd_action_verb verb, const char *hostile,
		       const char *harmless, struct gd_arena *a)
{
	const char *with = judged(at, verb, patch_for(at, hostile, a), a);
	const char *without = judged(at, verb, patch_for(at, harmless, a), a);

	return strcmp(with, without) != 0 || strcmp(without, judged(at, verb, "{}", a)) != 0;
}

START_TEST(answers)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct key_at *at = &keys[_i];
	const char *hostile = by_type(at->key->type), *harmless = NULL;
	bool here = gd_control_by_name(at->key->owner) != NULL, excused = false;

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		excused |= !here && strcmp(later[i], at->key->owner) == 0;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if (strcmp(values[i].at, at->path) == 0) {
			hostile = values[i].hostile;
			harmless = values[i].harmless;
		}
	}
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		excused |= strcmp(elsewhere[i].at, at->path) == 0;
	if (here) {
		here = answers_on(at, GD_ON_CREATE, hostile, harmless, a);
		if (gd_starts(at->path, "/process/"))
			ck_assert_msg(answers_on(at, GD_ON_EXEC, hostile, harmless, a),
				      "%s on exec", at->path);
		if (gd_starts(at->path, "/linux/resources/"))
			ck_assert_msg(answers_on(at, GD_ON_UPDATE, hostile, harmless, a),
				      "%s on update", at->path);
	}
	ck_assert_msg(here != excused,
		      here ? "%s: %s answers, it need not be excused"
			   : "%s: %s does not answer for it",
		      at->path, at->key->owner);
	gd_arena_free(a);
}
END_TEST

/* A row that names no key of the tables would test nothing. */
START_TEST(rows_name_keys)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		int n = 0;
		for (int k = 0; k < n_keys; k++)
			n += strcmp(keys[k].path, values[i].at) == 0;
		ck_assert_msg(n == 1, "%s", values[i].at);
	}
	ck_assert_int_gt(n_keys, 100);
}
END_TEST

int main(void)
{
	struct gd_arena *a = gd_arena_new(NULL);

	collect(a, gd_keys_config, &(struct key_at){ .path = "" }, 0);
	const struct test_case cases[] = { { answers, n_keys }, { rows_name_keys, 0 } };
	int failed = run_suite("owners", cases, sizeof(cases) / sizeof(*cases));
	gd_arena_free(a);
	return failed;
}
