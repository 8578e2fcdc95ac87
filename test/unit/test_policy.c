/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies as people write them: reading, versions, cycles, lint, the shipped profiles,
 * guarded.json, the schema.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "json/scan.h"
#include "json/tree.h"
#include "policy/schema.h"

#include "policy_set.h"
#include "suite.h"

static struct gd_arena *arena;

#define DEFAULT "{\"version\":1,\"name\":\"default\",\"extends\":[\"strict\"],\"match\":{}}"
#define P(rest) "{\"version\":1,\"name\":\"p\",\"extends\":[\"strict\"]," rest "}"
#define SANDBOX "\"match\":{\"class\":[\"sandbox\"]}"

/* --- a set of up to three policies over the profile 'strict', and what lint says --- */
static const struct {
	const char *policies[4];
	enum gd_severity severity;
	const char *want;
} lint_rows[] = {
	/* keys and words */
	{ { "{\"version\":1,\n \"nmae\":\"p\"}" },
	  GD_PROBLEM_ERROR,
	  "0.json:2:2: unknown key 'nmae', did you mean 'name'?" },
	{ { "{\"name\":\"p\",\"extends\":[\"strict\"]}" }, GD_PROBLEM_ERROR, "has no 'version'" },
	{ { "{\"version\":1}" }, GD_PROBLEM_ERROR, "has no 'name'" },
	{ { "{\"version\":0,\"name\":\"p\"}" },
	  GD_PROBLEM_ERROR,
	  "0.json:1:12: versions count from 1" },
	{ { "{\"version\":1,\"name\":\"P\"}" }, GD_PROBLEM_ERROR, "'P' is no name" },
	{ { "{\"version\":1,\"name\":\"a@1\"}" }, GD_PROBLEM_ERROR, "is no name" },
	{ { "{\"version\":1,\"name\":\"../x\"}" }, GD_PROBLEM_ERROR, "is no name" },
	{ { "{\"version\":1,\"name\":\"p\"}" }, GD_PROBLEM_ERROR, "a policy extends something" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"srtict\"]}" },
	  GD_PROBLEM_ERROR,
	  "0.json:1:35: extends 'srtict': there is no such policy or profile, did you mean "
	  "'strict'?" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"strict@7\"]}" },
	  GD_PROBLEM_ERROR,
	  "there is no such version" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"strict@x\"]}" },
	  GD_PROBLEM_ERROR,
	  "there is no such version" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"p\"]}" },
	  GD_PROBLEM_ERROR,
	  "'p' extends itself through 'p'" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"q\"]}",
	    "{\"version\":1,\"name\":\"q\",\"extends\":[\"r\"]}",
	    "{\"version\":1,\"name\":\"r\",\"extends\":[\"strict\",\"p\"]}" },
	  GD_PROBLEM_ERROR,
	  "'p' extends itself through 'r'" },
	{ { P("\"mode\":\"adit\"") },
	  GD_PROBLEM_ERROR,
	  "unknown mode 'adit', did you mean 'audit'?" },
	{ { P("\"existing\":\"rewrite\"") }, GD_PROBLEM_ERROR, "'existing' is 'deny' or 'record'" },
	{ { P("\"match\":{\"class\":[\"contaner\"]}") },
	  GD_PROBLEM_ERROR,
	  "unknown class 'contaner', did you mean 'container'?" },
	{ { P("\"match\":{\"engine\":[\"dcoker\"]}") },
	  GD_PROBLEM_ERROR,
	  "unknown engine 'dcoker', did you mean 'docker'?" },
	{ { P("\"match\":{\"class\":[]}") }, GD_PROBLEM_ERROR, "an empty list matches nothing" },
	{ { P("\"match\":{\"image\":[\"x\"]}") }, GD_PROBLEM_ERROR, "unknown selector 'image'" },
	{ { P("\"controls\":{\"capabilites\":{}}") },
	  GD_PROBLEM_ERROR,
	  "unknown control 'capabilites', did you mean 'capabilities'?" },
	{ { P("\"controls\":{\n\n  \"capabilities\":{\"allow\":[\"SYS_ADMN\"]}}") },
	  GD_PROBLEM_ERROR,
	  "0.json:3:28: unknown capability 'SYS_ADMN', did you mean 'SYS_ADMIN'?" },
	{ { P("\"controls\":{},\"controls\":{}") }, GD_PROBLEM_ERROR, "0.json:1:" },
	{ { "{\"version\":1,\"name\":\"p\",\"extends\":[\"strict\"]" },
	  GD_PROBLEM_ERROR,
	  "0.json:1:" },
	{ { "" }, GD_PROBLEM_ERROR, "0.json:1:1: " },
	{ { "[]" }, GD_PROBLEM_ERROR, "0.json:1:1: " },
	/* the set as a whole */
	{ { DEFAULT, DEFAULT },
	  GD_PROBLEM_ERROR,
	  "1.json:1:21: the name 'default' is taken by 0.json" },
	{ { DEFAULT, "{\"version\":2,\"name\":\"strict\",\"extends\":[\"strict@1\"]}" },
	  GD_PROBLEM_ERROR,
	  "the name 'strict' is taken by strict.json" },
	{ { P(SANDBOX) }, GD_PROBLEM_ERROR, "no default policy" },
	{ { DEFAULT, P("\"match\":{}") },
	  GD_PROBLEM_ERROR,
	  "1.json:1:54: ties with 'default' (0.json)" },
	{ { DEFAULT, P("\"match\":{\"class\":[\"build\"]}"),
	    "{\"version\":1,\"name\":\"q\",\"extends\":[\"strict\"],\"match\":{\"engine\":["
	    "\"docker\"]}}" },
	  GD_PROBLEM_ERROR,
	  "ties with 'p' (1.json) on class 'build', engine 'docker'" },
	{ { DEFAULT, P("\"mode\":\"enforce\"") }, GD_PROBLEM_WARNING, "'p' governs nothing" },
	/* looser than the default */
	{ { DEFAULT, P("\"match\":{\"class\":[\"container\"]},\"controls\":{\"capabilities\":{"
		       "\"add\":[\"CHOWN\"]}}") },
	  GD_PROBLEM_ERROR,
	  "looser than the default policy 'default' in capabilities.allow" },
	{ { DEFAULT, P("\"match\":{\"class\":[\"sandbox\",\"container\"]},\"controls\":{"
		       "\"capabilities\":{\"add\":[\"CHOWN\"]}}") },
	  GD_PROBLEM_ERROR,
	  "looser than the default" },
	{ { DEFAULT, P("\"match\":{\"engine\":[\"podman\"]},\"mode\":\"audit\"") },
	  GD_PROBLEM_ERROR,
	  "looser than the default policy 'default' in mode" },
	{ { DEFAULT, P("\"match\":{\"class\":[\"build\"]},\"existing\":\"record\"") },
	  GD_PROBLEM_ERROR,
	  "in existing" },
	{ { DEFAULT, P("\"match\":{\"class\":[\"build\"]},\"controls\":{\"restore\":{\"action\":{"
		       "\"replace\":\"record\"}}}") },
	  GD_PROBLEM_ERROR,
	  "in restore.action" },
	/* words that loosen are listed, words that do nothing too */
	{ { DEFAULT, P(SANDBOX ",\"controls\":{\"capabilities\":{\"add\":[\"CHOWN\"]}}") },
	  GD_PROBLEM_LOOSER,
	  "1.json:1:104: capabilities.allow: allows 'CHOWN'" },
	{ { DEFAULT, P(SANDBOX ",\"controls\":{\"capabilities\":{\"allow\":[\"CHOWN\"]}}") },
	  GD_PROBLEM_WARNING,
	  "'CHOWN' is not in what this extends" },
	{ { DEFAULT, P(SANDBOX ",\"controls\":{\"capabilities\":{\"action\":{\"replace\":"
			       "\"ignore\"},\"allow\":[]}}") },
	  GD_PROBLEM_WARNING,
	  "its action is 'ignore', so its fields have no effect" },
	{ { DEFAULT, P(SANDBOX ",\"controls\":{\"capabilities\":{\"asked\":\"deny\"}}") },
	  GD_PROBLEM_WARNING,
	  "'asked' has no effect" },
	{ { DEFAULT,
	    P(SANDBOX ",\"controls\":{\"restore\":{\"action\":{\"replace\":\"rewrite\"}}}") },
	  GD_PROBLEM_ERROR,
	  "restore: there is nothing that could be rewritten" },
};

static void add_all(struct gd_set *set, const char *const *policies)
{
	for (unsigned i = 0; policies[i]; i++)
		gd_set_add(set, gd_printf(arena, "%u.json", i), text_bytes(arena, policies[i]),
			   false);
}

START_TEST(lint)
{
	struct gd_set set = new_set(arena);

	add_all(&set, lint_rows[_i].policies);
	gd_set_check(&set);
	ck_assert_msg(has_problem(&set, lint_rows[_i].severity, lint_rows[_i].want),
		      "wanted %s; %s", lint_rows[_i].want, all_problems(&set));
	/* A set with errors is never applied. */
	struct gd_bytes bytes;
	struct gd_error err = { 0 };
	if (lint_rows[_i].severity == GD_PROBLEM_ERROR)
		ck_assert_int_eq(gd_applied_build(&set, arena, &bytes, &err), -1);
}
END_TEST

/* What must pass without an error. */
static const char *const fine_rows[][4] = {
	{ DEFAULT },
	{ "// a comment\n{ \"version\": 1, /* here */ \"name\": \"default\", \"extends\": "
	  "[\"strict\",], \"match\": {}, }" },
	{ DEFAULT, P("\"match\":{\"class\":[\"sandbox\"]},\"controls\":{\"capabilities\":{\"add\":["
		     "\"CHOWN\"]}}") },
	{ DEFAULT, P("\"match\":{\"class\":[\"sandbox\",\"plugin\"]},\"mode\":\"learn\"") },
	{ DEFAULT, P("\"match\":{\"class\":[\"container\"]},\"controls\":{\"capabilities\":{"
		     "\"drop\":[\"CHOWN\"]}}") },
	{ DEFAULT, P("\"match\":{\"class\":[\"container\"]}"),
	  "{\"version\":1,\"name\":\"q\",\"extends\":[\"p\"],\"match\":{\"class\":[\"container\"],"
	  "\"engine\":[\"docker\"]}}" },
	{ DEFAULT, P("\"match\":{\"class\":[\"container\"]}"),
	  "{\"version\":1,\"name\":\"q\",\"extends\":[\"p\",\"strict@1\"],\"match\":{\"class\":["
	  "\"build\"]}}" },
	/* Where the default refuses nothing, nothing is looser. */
	{ "{\"version\":1,\"name\":\"default\",\"extends\":[\"strict\"],\"match\":{},\"mode\":"
	  "\"audit\"}",
	  P("\"match\":{\"engine\":[\"podman\"]},\"controls\":{\"capabilities\":{\"add\":["
	    "\"CHOWN\"]}}") },
};

START_TEST(fine)
{
	struct gd_set set = new_set(arena);
	struct gd_bytes bytes;
	struct gd_error err = { 0 };

	add_all(&set, fine_rows[_i]);
	gd_set_check(&set);
	ck_assert_msg(set.n_errors == 0, "%s", all_problems(&set));
	ck_assert_msg(gd_applied_build(&set, arena, &bytes, &err) == 0, "%s", err.text);
}
END_TEST

/* Behind the object that begins in @s; no string of ours holds a bracket. */
static char *end_of_object(char *s)
{
	int depth = 0;

	for (s = strchr(s, '{'); *s; s++) {
		depth += *s == '{' ? 1 : *s == '}' ? -1 : 0;
		if (depth == 0)
			return s + 1;
	}
	return s;
}

/* A profile that leaves a control out is incomplete, and so is what extends it. */
START_TEST(every_control)
{
	for (size_t i = 0; i < gd_n_controls; i++) {
		struct gd_set set = { .arena = arena };
		char *text = gd_strdup(arena, strict_profile(arena, "strict", 1));
		char *from = strstr(text, gd_printf(arena, "\"%s\":{", gd_controls[i]->name));
		ck_assert_ptr_nonnull(from);
		memset(from, ' ', (size_t)(end_of_object(from) - from));
		/* one comma too many where it stood */
		char *comma = strchr(from, ',') && i + 1 < gd_n_controls ? strchr(from, ',')
									 : strrchr(text, ',');
		*comma = ' ';
		gd_set_add(&set, "strict.json", text_bytes(arena, text), true);
		gd_set_add(&set, "default.json", text_bytes(arena, DEFAULT), false);
		gd_set_check(&set);
		ck_assert_msg(has_problem(&set, GD_PROBLEM_ERROR,
					  gd_printf(arena, "the control '%s' is missing",
						    gd_controls[i]->name)),
			      "%s", all_problems(&set));
		ck_assert_uint_eq(set.n_errors, 1);
	}
}
END_TEST

/* guarded.json's "existing" is the word of every policy that has none. */
START_TEST(existing)
{
	static const struct {
		enum gd_action site;
		const char *said;
		enum gd_action want;
	} rows[] = {
		{ GD_IGNORE, "", GD_DENY },
		{ GD_DENY, "", GD_DENY },
		{ GD_RECORD, "", GD_RECORD },
		{ GD_RECORD, "\"existing\":\"deny\"", GD_DENY },
		{ GD_DENY, "\"existing\":\"record\"", GD_RECORD },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct gd_set set = new_set(arena);
		set.existing = rows[i].site;
		struct gd_source *s = gd_set_add(
			&set, "p.json",
			text_bytes(arena, gd_printf(arena,
						    "{\"version\":1,\"name\":\"p\",\"extends\":["
						    "\"strict\"]%s%s}",
						    *rows[i].said ? "," : "", rows[i].said)),
			false);
		ck_assert_ptr_nonnull(s);
		ck_assert_int_eq(gd_set_resolve(&set, s)->existing, rows[i].want);
	}
}
END_TEST

/* --- versions --- */
static const struct {
	const char *ref;
	int64_t want; /* 0: there is none */
} find_rows[] = {
	{ "strict", 10 },   { "strict@1", 1 }, { "strict@2", 2 }, { "strict@10", 10 },
	{ "strict@3", 0 },  { "strict@0", 0 }, { "strict@", 0 },  { "strict@01", 0 },
	{ "strict@-1", 0 }, { "stric", 0 },    { "", 0 },         { "@1", 0 },
};

START_TEST(versions)
{
	struct gd_set set = new_set(arena);
	struct gd_source *s;

	gd_set_add(&set, "strict10.json", text_bytes(arena, strict_profile(arena, "strict", 10)),
		   true);
	gd_set_add(&set, "strict2.json", text_bytes(arena, strict_profile(arena, "strict", 2)),
		   true);
	gd_set_check(&set);
	ck_assert_msg(!has_problem(&set, GD_PROBLEM_ERROR, "taken"), "%s", all_problems(&set));
	s = gd_set_find(&set, find_rows[_i].ref);
	ck_assert_int_eq(s ? s->version : 0, find_rows[_i].want);
}
END_TEST

/*
 * Two at once: what both allow, what either demands; order does not matter but for what is given.
 */
START_TEST(extends_two)
{
	static const char *const texts[] = {
		"{\"version\":1,\"name\":\"a\",\"extends\":[\"strict\"],\"controls\":{"
		"\"capabilities\":{\"add\":[\"CHOWN\",\"KILL\"]},"
		"\"environment\":{\"deny\":[\"A\"]}}}",
		"{\"version\":1,\"name\":\"b\",\"extends\":[\"strict\"],\"controls\":{"
		"\"capabilities\":{\"add\":[\"KILL\",\"MKNOD\"]},"
		"\"environment\":{\"deny\":[\"B\"]}}}",
		"{\"version\":1,\"name\":\"ab\",\"extends\":[\"a\",\"b\"],\"match\":{}}",
		NULL,
	};
	struct gd_set set = new_set(arena);
	struct gd_buf caps = { .arena = arena }, env = { .arena = arena };

	add_all(&set, texts);
	const struct gd_policy *p = gd_set_resolve(&set, gd_set_find(&set, "ab"));
	ck_assert_msg(p != NULL, "%s", all_problems(&set));
	const struct gd_control *c = gd_control_by_name("capabilities"),
				*e = gd_control_by_name("environment");
	gd_config_write(c, gd_policy_config(p, c), &caps);
	gd_config_write(e, gd_policy_config(p, e), &env);
	ck_assert_msg(strstr(caps.data, "\"allow\":[\"KILL\"]") != NULL, "%s", caps.data);
	ck_assert_msg(strstr(env.data, "\"deny\":[\"A\",\"B\"]") != NULL, "%s", env.data);
}
END_TEST

/* --- what is shipped --- */
static struct gd_bytes read_file(const char *path)
{
	struct gd_error err = { 0 };
	struct gd_bytes bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0 && gd_read_all(fd, 1 << 20, arena, &bytes, &err) == 0, "%s: %s", path,
		      err.text);
	close(fd);
	return bytes;
}

static void load_shipped(struct gd_set *set)
{
	struct gd_error err = { 0 };

	*set = (struct gd_set){ .arena = arena };
	ck_assert_msg(gd_set_add_dir(set, "profiles", true, false, &err) == 0, "%s", err.text);
	gd_set_add(set, "profiles/etc/10-default.json", read_file("profiles/etc/10-default.json"),
		   false);
	gd_set_check(set);
}

START_TEST(shipped)
{
	static const char *const names[] = { "permissive", "baseline", "restricted", "default" };
	struct gd_set set;

	load_shipped(&set);
	ck_assert_msg(set.n_problems == 0, "%s", all_problems(&set));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct gd_source *s = gd_set_find(&set, names[i]);
		ck_assert_msg(s && s->resolved, "%s", names[i]);
		ck_assert_msg(s->description != NULL, "%s", names[i]);
	}
	/* From loose to tight. */
	const struct gd_policy *p = gd_set_find(&set, "permissive")->resolved;
	const struct gd_policy *b = gd_set_find(&set, "baseline")->resolved;
	const struct gd_policy *r = gd_set_find(&set, "restricted")->resolved;
	struct gd_words why = { 0 };
	ck_assert(gd_policy_looser(p, b, arena, NULL));
	ck_assert_msg(!gd_policy_looser(r, b, arena, &why), "%s", why.n ? why.v[0] : "");
	ck_assert(gd_policy_looser(b, r, arena, NULL));
	ck_assert(!gd_policy_looser(b, p, arena, NULL));
}
END_TEST

/* permissive decides nothing: every control is ignored. */
START_TEST(permissive)
{
	struct gd_set set;

	load_shipped(&set);
	const struct gd_policy *p = gd_set_find(&set, "permissive")->resolved;
	for (size_t i = 0; i < gd_n_controls; i++)
		ck_assert_int_eq(((const struct gd_config_head *)p->config[i])->action, GD_IGNORE);
}
END_TEST

/* --- guarded.json --- */
static const struct {
	const char *text, *want; /* NULL: taken */
} settings_rows[] = {
	{ "{}", NULL },
	{ "// hello\n{\"runtime\":\"/usr/sbin/runc\",}", NULL },
	{ "{\"runtme\":\"/x\"}",
	  "line 1, column 2: unknown key 'runtme', did you mean 'runtime'?" },
	{ "{\"runtime\":\"runc\"}", "'runc' is no absolute, clean path" },
	{ "{\"runtime\":\"/a/../b\"}", "clean path" },
	{ "{\"runtime\":1}", "a word in quotes is expected here, not a number" },
	{ "{\"audit\":{\"file\":null}}", NULL },
	{ "{\"audit\":{\"fiel\":null}}", "did you mean 'file'?" },
	{ "{\"audit\":{\"required\":1}}", "true or false is expected" },
	{ "{\"bindRoots\":\"/srv\"}", "a list is expected" },
	{ "{\"bindRoots\":[\"srv\"]}", "clean path" },
	{ "{\"existing\":\"ignore\"}", "'existing' is 'deny' or 'record', not 'ignore'" },
	{ "{\"unknownFields\":\"keep\"}", "'unknownFields' is 'refuse' or 'strip'" },
	{ "{\"a\":1,\"a\":2}", "line 1" },
	{ "", "line 1" },
};

START_TEST(settings)
{
	struct gd_settings s;
	struct gd_error err = { 0 };
	int r = gd_settings_parse(text_bytes(arena, settings_rows[_i].text), arena, &s, &err);

	ck_assert_msg((r == 0) == (settings_rows[_i].want == NULL), "%s: %s",
		      settings_rows[_i].text, err.text);
	if (settings_rows[_i].want)
		ck_assert_msg(strstr(err.text, settings_rows[_i].want) != NULL, "%s", err.text);
	/* kill and delete find a runtime whatever the file says. */
	ck_assert_ptr_nonnull(s.runtime);
	ck_assert_int_eq(*s.runtime, '/');
	ck_assert_ptr_nonnull(s.applied);
}
END_TEST

/* A broken file refuses every launch, and kill still reaches the runtime that it names. */
static const struct {
	const char *text, *want;
} salvage_rows[] = {
	{ "{\"bindRoots\":[\"/srv\" \"runtime\":\"/bin/cat\"}", "/bin/cat" },
	{ "{\"runtime\":\"/bin/cat\",", "/bin/cat" },
	{ "{\"existing\":\"maybe\",\"runtime\" : \n \"/bin/cat\"}", "/bin/cat" },
	{ "{\"runtime\":\"/bin/cat\",\"existing\":\"maybe\"}", "/bin/cat" },
	{ "{\n// \"runtime\":\"/bin/false\"\n\"runtime\":\"/bin/cat\",,}", "/bin/cat" },
	{ "{ /* \n \"runtime\":\"/bin/false\" */ \"runtime\":\"/bin/cat\",,}", "/bin/cat" },
	{ "{\"runtime\":\"/not/there\",\"runtime\":\"/bin/cat\"", "/bin/cat" },
	{ "{\"runtime\":\"cat\",", NULL },
	{ "{\"runtime\":\"/bin/cat", NULL },
	{ "{\"runtime\"", NULL },
	{ "{\"runtime\":\"/bin/\\u0063at\",", NULL },
	{ "", NULL },
};

START_TEST(settings_salvage)
{
	struct gd_settings s, none;
	struct gd_error err = { 0 };

	ck_assert_int_lt(gd_settings_parse(text_bytes(arena, "{"), arena, &none, &err), 0);
	ck_assert_int_lt(
		gd_settings_parse(text_bytes(arena, salvage_rows[_i].text), arena, &s, &err), 0);
	ck_assert_str_eq(s.runtime, salvage_rows[_i].want ? salvage_rows[_i].want : none.runtime);
}
END_TEST

START_TEST(settings_values)
{
	struct gd_settings s;
	struct gd_error err = { 0 };
	struct gd_host_paths paths;
	static const char text[] =
		"{\"runtime\":\"/r\",\"policyDir\":\"/p\",\"profileDir\":\"/q\",\"applied\":\"/d/"
		"applied\","
		"\"floor\":\"f\",\"audit\":{\"file\":\"/l/"
		"a.jsonl\",\"required\":true},\"contact\":\"ops\",\"bindRoots\":[\"/srv\"],"
		"\"engineDirs\":[\"/e\"],\"engineSockets\":[\"/"
		"s\"],\"containerdRoots\":[\"/c\"],\"storageRoots\":[\"/g\"],\"trustDir\":\"/t\","
		"\"verbs\":[\"mounts\"],\"existing\":\"record\","
		"\"unknownFields\":\"strip\"}";

	ck_assert_msg(gd_settings_parse(text_bytes(arena, text), arena, &s, &err) == 0, "%s",
		      err.text);
	ck_assert_str_eq(s.runtime, "/r");
	ck_assert_str_eq(s.policy_dir, "/p");
	ck_assert_str_eq(s.profile_dir, "/q");
	ck_assert_str_eq(s.applied, "/d/applied");
	ck_assert_str_eq(s.floor, "f");
	ck_assert_str_eq(s.audit_file, "/l/a.jsonl");
	ck_assert(s.audit_required && s.strip_unknown && s.existing == GD_RECORD);
	ck_assert_str_eq(s.contact, "ops");
	ck_assert_str_eq(s.trust_dir, "/t");
	ck_assert(gd_words_has(&s.containerd_roots, "/c") && gd_words_has(&s.storage_roots, "/g"));
	ck_assert(gd_words_has(&s.bind_roots, "/srv") && gd_words_has(&s.verbs, "mounts"));
	gd_settings_host_paths(&s, arena, &paths);
	ck_assert(gd_words_has(&paths.engine_dirs, "/e") &&
		  gd_words_has(&paths.engine_sockets, "/s"));
	ck_assert(gd_words_has(&paths.guarded_dirs, "/d") &&
		  gd_words_has(&paths.guarded_dirs, "/l") &&
		  gd_words_has(&paths.guarded_dirs, "/p") &&
		  gd_words_has(&paths.guarded_dirs, "/q"));
}
END_TEST

/* --- the schema that is shipped is the one that the tables make --- */
START_TEST(schema)
{
	struct gd_buf b = { .arena = arena };
	struct gd_error err = { 0 };
	gd_json *tree = NULL;

	gd_policy_schema(&b);
	ck_assert_msg(gd_json_scan(b.data, b.len, GD_SCAN_STRICT, &err) == 0, "%s", err.text);
	ck_assert_int_eq(gd_json_parse(b.data, b.len, &tree, &err), 0);
	ck_assert_uint_eq(gd_json_members(gd_json_pointer(tree, "/properties/controls/properties")),
			  gd_n_controls);
	gd_json_free(tree);
	struct gd_bytes shipped_schema = read_file("schemas/policy.schema.json");
	ck_assert_msg(shipped_schema.len == b.len &&
			      memcmp(shipped_schema.data, b.data, b.len) == 0,
		      "run: guardctl policy schema > schemas/policy.schema.json");
}
END_TEST

/* --- the manual names every control with every field, no other, and baseline as it is --- */
/* The lines of guarded-policy(5) from @from up to the next line that begins with one of @until. */
static char *section(const char *page, const char *from, const char *until)
{
	const char *at = strstr(page, from), *end, *s;

	ck_assert_msg(at != NULL, "no '%s'", from);
	at += strlen(from);
	end = strstr(at, "\n.Sh ");
	s = strstr(at, until);
	return gd_strndup(arena, at, (size_t)((s && s < end ? s : end) - at));
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;

	while ((s = strstr(s, what)) != NULL)
		n++, s++;
	return n;
}

START_TEST(manual)
{
	struct gd_bytes page = read_file("man/guarded-policy.5");
	const char *controls = section(page.data, "\n.Sh CONTROLS\n", "\n.Sh ");
	struct gd_leaf leaves[GD_LEAVES_MAX];

	ck_assert_uint_eq(count(controls, "\n.Ss "), gd_n_controls);
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_control *c = gd_controls[i];
		const char *text =
			section(page.data, gd_printf(arena, "\n.Ss %s\n", c->name), "\n.Ss ");
		size_t n = gd_leaves(c, leaves), fields = 0;
		for (size_t k = 2; k < n; k++) {
			if (leaves[k].field->resolved)
				continue;
			fields++;
			const char *item = gd_printf(arena, "\n.It Cm %s Pq ",
						     gd_leaf_name(&leaves[k], arena));
			ck_assert_msg(strstr(text, item) != NULL, "%s: no '%s'", c->name, item + 1);
			/* Fields of rules are told in the text. */
			const struct gd_field *sub =
				leaves[k].field->kind == GD_F_RULES ? leaves[k].field->sub : NULL;
			for (; sub && sub->name; sub++)
				ck_assert_msg(strstr(text, gd_printf(arena, "\n.Ql %s",
								     sub->name)) != NULL,
					      "%s: no '%s'", c->name, sub->name);
		}
		ck_assert_msg(count(text, "\n.It Cm ") == fields,
			      "%s: fields that it does not have", c->name);
	}
}
END_TEST

START_TEST(manual_baseline)
{
	struct gd_bytes page = read_file("man/guarded-policy.5");
	const char *table = section(page.data, "\n.Sh BASELINE\n", "\n.Sh ");
	struct gd_set set;

	load_shipped(&set);
	const struct gd_policy *p = gd_set_find(&set, "baseline")->resolved;
	ck_assert_uint_eq(count(table, "\n.It "), gd_n_controls + 1);
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_config_head *h = p->config[i];
		const char *row =
			gd_printf(arena, "\n.It %s Ta %s Ta %s Ta ", gd_controls[i]->name,
				  gd_action_names[h->action],
				  h->action == GD_REWRITE ? gd_action_names[h->asked] : "\\&-");
		ck_assert_msg(strstr(table, row) != NULL, "no '%s'", row + 1);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ manual, 0 },
		{ manual_baseline, 0 },
		{ lint, ROWS(lint_rows) },
		{ fine, ROWS(fine_rows) },
		{ every_control, 0 },
		{ existing, 0 },
		{ versions, ROWS(find_rows) },
		{ extends_two, 0 },
		{ shipped, 0 },
		{ permissive, 0 },
		{ settings, ROWS(settings_rows) },
		{ settings_values, 0 },
		{ settings_salvage, ROWS(salvage_rows) },
		{ schema, 0 },
	};

	arena = gd_arena_new(NULL);
	return run_suite("policy", cases, sizeof(cases) / sizeof(*cases));
}
