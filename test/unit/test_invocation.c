/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line's truth tables: what is written, and either the argv that the runtime gets or the refusal. Words are
 * split at spaces; '' is an empty word.
 */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invocation/grammar.h"

static struct gd_arena *arena;

static void setup(void)
{
	arena = gd_arena_new(NULL);
}

static void teardown(void)
{
	arena = gd_arena_free(arena);
}

static char **split(const char *line, int *ret_argc)
{
	char **argv = NULL, *save, *copy = gd_strdup(arena, line);
	size_t n = 0;

	*GD_APPEND(arena, argv, n) = gd_strdup(arena, "guarded");
	for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		*GD_APPEND(arena, argv, n) = strcmp(w, "''") == 0 ? gd_strdup(arena, "") : w;
	*ret_argc = (int)n;
	*GD_APPEND(arena, argv, n) = NULL;
	return argv;
}

static char *join(char **argv)
{
	char *line = gd_strdup(arena, "");

	for (int i = 1; argv[i] != NULL; i++)
		line = gd_printf(arena, "%s%s%s", line, i > 1 ? " " : "", argv[i][0] != '\0' ? argv[i] : "''");
	return line;
}

static int parse(const char *line, enum gd_inner inner, struct gd_invocation *inv, struct gd_error *err)
{
	static const char *listed[] = { "mounts" };
	static const struct gd_words verbs = { listed, 1 };
	const struct gd_invocation_rules rules = { inner, &verbs };
	int argc;
	char **argv = split(line, &argc);

	return gd_invocation_parse(argc, argv, &rules, arena, inv, err);
}

/* line, runtime, what the runtime gets; or NULL and a part of the refusal */
static const struct row {
	const char *line;
	enum gd_inner inner;
	const char *want, *refusal;
} rows[] = {
	/* --- the engines' own calls (engine-facts 2) --- */
	{ "--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json create --bundle /b --pid-file /b/init.pid"
	  " --console-socket /tmp/pty1/pty.sock c1", 0,
	  "--log /b/log.json --log-format json --root /run/containerd/runc/k8s.io create --bundle /b --console-socket"
	  " /tmp/pty1/pty.sock --pid-file /b/init.pid c1", NULL },
	{ "--root /r --debug --log /l --log-format json --systemd-cgroup create --bundle /b --no-pivot --no-new-keyring c1", 0,
	  "--debug --log /l --log-format json --root /r --systemd-cgroup create --bundle /b --no-pivot --no-new-keyring"
	  " c1", NULL },
	{ "exec --process /tmp/runc-process123 --detach --pid-file /b/e.pid c1", 0,
	  "exec --pid-file /b/e.pid --detach --process /tmp/runc-process123 c1", NULL },
	{ "exec --process /p --console-socket /s --detach c1", 0,
	  "exec --console-socket /s --detach --process /p c1", NULL },
	{ "exec --pid-file /e --process /p --detach --tty --preserve-fds 2 c1", 0,
	  "exec --pid-file /e --preserve-fds 2 --detach --process /p c1", NULL },
	{ "update --resources - c1", 0, "update --resources=- c1", NULL },
	{ "update --resources=- c1", 0, "update --resources=- c1", NULL },
	{ "update --l3-cache-schema x --resources - c1", 0, "update --resources=- --l3-cache-schema x c1", NULL },
	{ "update --resources=/var/tmp/podman1 c1", GD_INNER_CRUN, "update --resources /var/tmp/podman1 c1", NULL },
	{ "restore --image-path /i --work-path /w --detach --pid-file /p --no-pivot -no-subreaper --bundle /b c1", 0,
	  "restore --bundle /b --pid-file /p --no-pivot --detach --no-subreaper --image-path /i --work-path /w c1", NULL },
	{ "restore --bundle /b --empty-ns network --empty-ns ipc c1", 0,
	  "restore --bundle /b --empty-ns network --empty-ns ipc c1", NULL },
	{ "--log /l --log-format json run --bundle /b --keep --no-pivot c1", 0,
	  "--log /l --log-format json run --bundle /b --no-pivot --keep c1", NULL },
	{ "--cgroup-manager systemd --log-level debug create -b /b c1", GD_INNER_CRUN,
	  "--log-level debug --cgroup-manager systemd create --bundle /b c1", NULL },
	/* --- runc's spellings --- */
	{ "create -b /b c1", 0, "create --bundle /b c1", NULL },
	{ "create --bundle=/b c1", 0, "create --bundle /b c1", NULL },
	{ "create c1 --bundle /b --no-pivot", 0, "create --bundle /b --no-pivot c1", NULL },
	{ "create --no-pivot=false --no-new-keyring=T c1", 0, "create --no-new-keyring c1", NULL },
	{ "create --bundle= --pid-file '' c1", 0, "create c1", NULL },
	{ "create c1", 0, "create c1", NULL },
	{ "--debug=false create c1", 0, "create c1", NULL },
	{ "exec -e A=1 -e B=2 -t -u 0:0 -c NET_RAW -g 5 --cwd /x c1 sh -c id", 0,
	  "exec --cwd /x --env A=1 --env B=2 --tty --user 0:0 --additional-gids 5 --cap NET_RAW c1 sh -c id", NULL },
	{ "exec c1 --process /p", 0, "exec c1 --process /p", NULL }, /* the command is "--process" */
	{ "exec c1 ls --help", 0, "exec c1 ls --help", NULL },
	{ "exec --no-new-privs=false c1 id", 0, "exec --no-new-privs=false c1 id", NULL },
	{ "exec --cgroup cpu,memory:/sub c1 id", 0, "exec --cgroup cpu,memory:/sub c1 id", NULL },
	{ "update --memory -1 --pids-limit -1 c1", 0, "update --memory -1 --pids-limit -1 c1", NULL },
	{ "update c1 --memory 5 --l3-cache-schema L3:0=f", 0, "update --memory 5 --l3-cache-schema L3:0=f c1", NULL },
	/* --- asking for help is harmless, and asked in our words --- */
	{ "create --help c1", 0, "create --help", NULL },
	{ "exec -h", 0, "exec --help", NULL },
	{ "update c1 --help", 0, "update --help", NULL },
	/* --- passed on as they are --- */
	{ "", 0, "", NULL },
	{ "--version", 0, "--version", NULL },
	{ "--root /r -v", 0, "--root /r -v", NULL },
	{ "-V", GD_INNER_CRUN, "-V", NULL },
	{ "help create", 0, "help create", NULL },
	{ "--root /r kill --all c1 9", 0, "--root /r kill --all c1 9", NULL },
	{ "--root /r delete --force c1", 0, "--root /r delete --force c1", NULL },
	{ "kill --anything -x=y c1", 0, "kill --anything -x=y c1", NULL },
	{ "ps --format json c1 -ef", 0, "ps --format json c1 -ef", NULL },
	{ "--cgroup-manager disabled delete c1", GD_INNER_CRUN, "--cgroup-manager disabled delete c1", NULL },
	{ "checkpoint --image-path /i --status-fd 3 c1", 0, "checkpoint --image-path /i --status-fd 3 c1", NULL },
	{ "features", 0, "features", NULL },
	{ "mounts add c1", GD_INNER_CRUN, "mounts add c1", NULL },
	/* --- global flags: an unknown one would shift the verb --- */
	{ "--foo kill create c1", 0, NULL, "unknown flag '--foo'" },
	{ "--roo /r create c1", 0, NULL, "did you mean --root?" },
	{ "--cgroup-manager cgroupfs create c1", 0, NULL, "unknown flag" },
	{ "--criu /c create c1", GD_INNER_CRUN, NULL, "unknown flag" },
	{ "-root /r create c1", 0, NULL, "did you mean --root?" },
	{ "-- create c1", 0, NULL, "'--'" },
	{ "--root", 0, NULL, "wants a value" },
	{ "--root --debug create c1", 0, NULL, "looks like a flag" },
	{ "--root /a --root /b create c1", 0, NULL, "given twice" },
	{ "--root '' create c1", 0, NULL, "absolute" },
	{ "--root run create c1", 0, NULL, "absolute" },
	{ "--log-format xml create c1", 0, NULL, "--log-format" },
	{ "--rootless yes create c1", 0, NULL, "--rootless" },
	{ "--debug=maybe create c1", 0, NULL, "true or false" },
	{ "--version create c1", 0, NULL, "--version and a command" },
	{ "--help create c1", 0, NULL, "--help and a command" },
	{ "--help=false create c1", 0, NULL, "unknown flag" },
	{ "--cgroup-manager disabled create c1", GD_INNER_CRUN, NULL, "without any limit" },
	{ "--cgroup-manager disabled update --memory 1 c1", GD_INNER_CRUN, NULL, "without any limit" },
	{ "--cgroup-manager cgroupfs --systemd-cgroup create c1", GD_INNER_CRUN, NULL, "contradict" },
	{ "--debug creat c1", 0, NULL, "not known" },
	{ "CREATE c1", 0, NULL, "not known" },
	{ "version", 0, NULL, "not known" },
	{ "other", 0, NULL, "not known" },
	{ "'' create c1", 0, NULL, "not known" },
	{ "- create c1", 0, NULL, "not known" },
	{ "mount add c1", 0, NULL, "not known" },
	/* --- spellings that runc, or crun, reads otherwise --- */
	{ "create -b/b c1", 0, NULL, "unknown flag" },
	{ "create -b=/b c1", 0, NULL, "unknown flag" },
	{ "create -bundle /b c1", 0, NULL, "did you mean --bundle?" },
	{ "create ---bundle /b c1", 0, NULL, "unknown flag" },
	{ "create --BUNDLE /b c1", 0, NULL, "did you mean --bundle?" },
	{ "create --bun /b c1", 0, NULL, "unknown flag" },
	{ "create --=x c1", 0, NULL, "unknown flag" },
	{ "create --b /b c1", 0, NULL, "unknown flag" },
	{ "run -db /b c1", 0, NULL, "unknown flag" },
	{ "run -no-subreaper c1", 0, NULL, "unknown flag" },
	{ "create --no-subreaper c1", 0, NULL, "unknown flag" },
	{ "create --config /x c1", GD_INNER_CRUN, NULL, "replace the config.json" },
	{ "run -f /x c1", GD_INNER_CRUN, NULL, "replace the config.json" },
	{ "create --conf=/x c1", GD_INNER_CRUN, NULL, "unknown flag" },
	{ "exec --pidfd-socket /s c1 id", GD_INNER_CRUN, NULL, "unknown flag" },
	{ "exec --config /x c1 id", 0, NULL, "unknown flag" },
	/* --- given twice --- */
	{ "create --bundle /a --bundle /b c1", 0, NULL, "given twice" },
	{ "create -b /a --bundle /b c1", 0, NULL, "both spellings" },
	{ "exec -e A=1 --env B=2 c1 id", 0, NULL, "both spellings" },
	{ "create --no-pivot --no-pivot c1", 0, NULL, "given twice" },
	{ "create --bundle= --bundle /b c1", 0, NULL, "given twice" },
	/* --- values and dashes --- */
	{ "create --bundle -- c1", 0, NULL, "looks like a flag" },
	{ "create --bundle --no-pivot c1", 0, NULL, "looks like a flag" },
	{ "create --bundle=-x c1", 0, NULL, "looks like a flag" },
	{ "create --pid-file - c1", 0, NULL, "looks like a flag" },
	{ "create --bundle /b -- c1", 0, NULL, "'--'" },
	{ "exec -- c1 id", 0, NULL, "'--'" },
	{ "exec c1 -- id", 0, NULL, "'--'" },
	{ "create --pid-file", 0, NULL, "wants a value" },
	{ "create --preserve-fds 0x3 c1", 0, NULL, "plain decimal" },
	{ "create --preserve-fds -1 c1", 0, NULL, "out of its range" },
	{ "create --preserve-fds 5000 c1", 0, NULL, "out of its range" },
	{ "create --preserve-fds '' c1", 0, NULL, "plain decimal" },
	{ "update --pids-limit 010 c1", 0, NULL, "plain decimal" },
	{ "update --pids-limit -2 c1", 0, NULL, "out of its range" },
	{ "update --blkio-weight 65536 c1", 0, NULL, "out of its range" },
	/* --- the order of words, where runc's two reorderings differ --- */
	{ "create --no-pivot c1 --bundle /b", 0, NULL, "put flags first" },
	{ "create --no-pivot true c1", 0, NULL, "second" },
	{ "update --memory -1 c1 --pids-limit 5", 0, NULL, "put flags first" },
	{ "update --resources - --cpu-share=5 c1", 0, NULL, "put flags first" },
	{ "update c1 --resources -", 0, NULL, "behind the id" },
	/* --- the id --- */
	{ "create --bundle /b", 0, NULL, "no container id" },
	{ "create", 0, NULL, "no container id" },
	{ "create a b", 0, NULL, "second" },
	{ "create ''", 0, NULL, "empty" },
	{ "create ..", 0, NULL, "begins with" },
	{ "create .hidden", 0, NULL, "begins with" },
	{ "create a/b", 0, NULL, "character" },
	{ "create a,b", 0, NULL, "character" },
	{ "create a\xc3\xa4", 0, NULL, "character" },
	{ "exec ../x id", 0, NULL, "begins with" },
	{ "update -", 0, NULL, "begins with" },
	/* --- what the runtime would ignore --- */
	{ "exec --process /p c1 id", 0, NULL, "ignored" },
	{ "exec --process /p --user 0 c1", 0, NULL, "ignored" },
	{ "exec --process /p --cap SYS_ADMIN c1", 0, NULL, "ignored" },
	{ "exec --process /p --no-new-privs c1", 0, NULL, "ignored" },
	{ "update --resources /r --memory 5 c1", 0, NULL, "ignored" },
	{ "exec c1", 0, NULL, "neither" },
	{ "exec --process= c1", 0, NULL, "neither" },
	{ "exec --cgroup ../../x c1 id", 0, NULL, "leads out" },
	{ "exec --cgroup cpu:/a/.. c1 id", 0, NULL, "leads out" },
	{ "exec --cgroup a:b:c c1 id", 0, NULL, "two colons" },
	{ "exec --cgroup a --cgroup b c1 id", GD_INNER_CRUN, NULL, "takes the last" },
};

START_TEST(row)
{
	const struct row *r = &rows[_i];
	struct gd_invocation inv, again;
	struct gd_error err = { 0 };
	int rc = parse(r->line, r->inner, &inv, &err);

	if (r->want == NULL) {
		ck_assert_msg(rc == -1, "accepted: %s", r->line);
		ck_assert_int_eq(err.kind, GD_E_INPUT);
		ck_assert_msg(strstr(err.text, r->refusal) != NULL, "%s: %s", r->line, err.text);
		return;
	}
	ck_assert_msg(rc == 0, "%s: %s", r->line, err.text);
	char *line = join(gd_invocation_canonical(&inv, "runc", NULL, arena));
	ck_assert_str_eq(line, r->want);
	/* The canonical form is a fixed point. */
	ck_assert_msg(parse(line, r->inner, &again, &err) == 0, "%s: %s", line, err.text);
	ck_assert_str_eq(join(gd_invocation_canonical(&again, "runc", NULL, arena)), line);
	ck_assert_int_eq(again.gated, inv.gated);
}
END_TEST

START_TEST(refused_in_time)
{
	char *many[GD_ARGS_MAX + 2];
	const struct gd_invocation_rules rules = { 0 };
	struct gd_invocation inv;

	for (int i = 0; i <= GD_ARGS_MAX; i++)
		many[i] = (char *)"exec";
	many[GD_ARGS_MAX + 1] = NULL;
	ck_assert_int_eq(gd_invocation_parse(GD_ARGS_MAX + 1, many, &rules, arena, &inv, NULL), -1);
}
END_TEST

START_TEST(replacements)
{
	const struct gd_canonical_with with = { "/run/runc", "/abs", "/proc/self/fd/9", "/proc/self/fd/8" };
	struct gd_invocation inv;

	ck_assert_int_eq(parse("create --pid-file /p c1", 0, &inv, NULL), 0);
	ck_assert_str_eq(join(gd_invocation_canonical(&inv, "runc", &with, arena)),
			 "--root /run/runc create --bundle /abs --pid-file /p c1");
	ck_assert_int_eq(parse("exec -e A=1 -u 0 -d --cgroup x c1 sh -c id", 0, &inv, NULL), 0);
	ck_assert_str_eq(join(gd_invocation_canonical(&inv, "runc", &with, arena)),
			 "--root /run/runc exec --detach --process /proc/self/fd/9 --cgroup x c1");
	ck_assert_int_eq(parse("update --memory 5 --pids-limit -1 --mem-bw-schema MB:0=1 c1", 0, &inv, NULL), 0);
	ck_assert_str_eq(join(gd_invocation_canonical(&inv, "runc", &with, arena)),
			 "--root /run/runc update --resources /proc/self/fd/8 --mem-bw-schema MB:0=1 c1");
	ck_assert_int_eq(parse("kill c1 9", 0, &inv, NULL), 0);
	ck_assert_str_eq(join(gd_invocation_canonical(&inv, "runc", &with, arena)), "kill c1 9");
}
END_TEST

START_TEST(judged_flags)
{
	static const struct { const char *line, *want; } t[] = {
		{ "create --bundle /b --pid-file /p --console-socket /s c1", "" },
		{ "create --no-pivot --no-new-keyring --preserve-fds 2 c1",
		  "--no-pivot|--no-new-keyring|--preserve-fds 2" },
		{ "create --no-pivot=false c1", "" },
		{ "exec --process /p --detach c1", "" },
		{ "exec --cgroup a/b --ignore-paused -e A=1 c1 id", "--cgroup a/b|--ignore-paused" },
		{ "update --l3-cache-schema L3:0=f --memory 5 c1", "--l3-cache-schema L3:0=f" },
		{ "restore --lsm-profile x --empty-ns network --shell-job --bundle /b c1",
		  "--shell-job|--empty-ns network|--lsm-profile x" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct gd_words flags = { 0 };
		struct gd_invocation inv;
		char *line = gd_strdup(arena, "");

		ck_assert_int_eq(parse(t[i].line, 0, &inv, NULL), 0);
		gd_invocation_judged_flags(&inv, arena, &flags);
		for (size_t k = 0; k < flags.n; k++)
			line = gd_printf(arena, "%s%s%s", line, k > 0 ? "|" : "", flags.v[k]);
		ck_assert_str_eq(line, t[i].want);
	}
}
END_TEST

START_TEST(descriptors)
{
	static const struct { const char *line; enum gd_inner inner; unsigned listen, count; int single; } t[] = {
		{ "create c1", 0, 0, 0, -1 },
		{ "create --preserve-fds 2 c1", 0, 1, 3, -1 },
		{ "run c1", 0, 2, 2, -1 },
		{ "exec --process /p c1", 0, 2, 0, -1 },
		{ "exec --process /p --preserve-fds 1 c1", GD_INNER_CRUN, 2, 3, -1 },
		{ "checkpoint --status-fd 3 c1", 0, 2, 0, 3 },
		{ "checkpoint --status-fd=7 --leave-running c1", 0, 0, 0, 7 },
		{ "checkpoint --status-fd 1 c1", 0, 0, 0, -1 },
		{ "checkpoint --status-fd 3 --nonsense c1", 0, 0, 0, -1 },
		{ "kill c1 9", 0, 2, 0, -1 },
		{ "update --resources - c1", 0, 2, 0, -1 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct gd_invocation inv;

		ck_assert_int_eq(parse(t[i].line, t[i].inner, &inv, NULL), 0);
		struct gd_fd_keep keep = gd_invocation_fds(&inv, t[i].listen);
		ck_assert_msg(keep.count == t[i].count, "%s: %u", t[i].line, keep.count);
		ck_assert_msg(keep.single == t[i].single, "%s: %d", t[i].line, keep.single);
	}
}
END_TEST

START_TEST(peek)
{
	static const struct { const char *line, *log; enum gd_log_format format; enum gd_verb verb; } t[] = {
		{ "--log /l --log-format json create c1", "/l", GD_LOG_JSON, GD_VERB_CREATE },
		{ "--log=/l exec c1 --log /other", "/l", GD_LOG_TEXT, GD_VERB_EXEC },
		{ "--root create --log-format=json --log /l update", "/l", GD_LOG_JSON, GD_VERB_UPDATE },
		{ "--foo bar --log /l create c1", "/l", GD_LOG_TEXT, GD_VERB_CREATE },
		{ "--log file:/l create c1", "/l", GD_LOG_TEXT, GD_VERB_CREATE },
		{ "--log journald:x create c1", NULL, GD_LOG_TEXT, GD_VERB_CREATE },
		{ "--log syslog:x create c1", NULL, GD_LOG_TEXT, GD_VERB_CREATE },
		{ "--log '' create c1", NULL, GD_LOG_TEXT, GD_VERB_CREATE },
		{ "--log", NULL, GD_LOG_TEXT, GD_VERB_NONE },
		{ "kill --log /x", NULL, GD_LOG_TEXT, GD_VERB_KILL },
		{ "", NULL, GD_LOG_TEXT, GD_VERB_NONE },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct gd_peek p;
		int argc;
		char **argv = split(t[i].line, &argc);

		gd_invocation_peek(argc, argv, &p);
		ck_assert_msg(gd_streq(p.log, t[i].log), "%s: %s", t[i].line, p.log);
		ck_assert_msg(p.log_format == t[i].format, "%s", t[i].line);
		ck_assert_msg(p.verb == t[i].verb, "%s: %s", t[i].line, gd_verb_name(p.verb));
	}
}
END_TEST

/* The table itself: no two flags of one verb share a spelling, every letter belongs to a verb, names lead back. */
START_TEST(tables)
{
	static const char all[] = "Gcrtxuk";

	for (const char *l = all; *l != '\0'; l++)
		for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++)
			for (enum gd_flag_id g = f + 1; g < GD_F_COUNT; g++) {
				if (!gd_flag_of(f, *l) || !gd_flag_of(g, *l))
					continue;
				ck_assert_str_ne(gd_flag_defs[f].name, gd_flag_defs[g].name);
				ck_assert(gd_flag_defs[f].alias[0] == '\0' ||
					  strcmp(gd_flag_defs[f].alias, gd_flag_defs[g].alias) != 0);
			}
	for (enum gd_flag_id f = 0; f < GD_F_COUNT; f++) {
		ck_assert_uint_gt(strlen(gd_flag_defs[f].verbs), 0);
		ck_assert_uint_eq(strspn(gd_flag_defs[f].verbs, all), strlen(gd_flag_defs[f].verbs));
		ck_assert_uint_gt(strlen(gd_flag_defs[f].name), 1);
	}
	for (enum gd_verb v = GD_VERB_NONE + 1; v < GD_VERB_VERSION; v++)
		ck_assert_int_eq(gd_verb_of(gd_verb_name(v)), v);
	for (enum gd_verb v = GD_VERB_NONE; v < GD_VERB_COUNT; v++)
		ck_assert(!gd_verb_gated(v) || gd_verb_letter(v) != 0);
	ck_assert_int_eq(gd_inner_of("/usr/bin/crun"), GD_INNER_CRUN);
	ck_assert_int_eq(gd_inner_of("/usr/bin/crun-wasm"), GD_INNER_CRUN);
	ck_assert_int_eq(gd_inner_of("/usr/sbin/runc"), GD_INNER_RUNC);
	ck_assert_int_eq(gd_inner_of("/opt/crun/youki"), GD_INNER_OTHER);
	ck_assert_int_eq(gd_inner_of("runcible"), GD_INNER_OTHER);
}
END_TEST

static char *slurp(const char *path)
{
	char *text = gd_alloc(arena, 65536);
	FILE *f = fopen(path, "re");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_lt(fread(text, 1, 65535, f), 65535);
	fclose(f);
	return text;
}

/* Every argv that an engine really wrote: a JSON array of plain strings. What it gave comes out again, sorted. */
START_TEST(samples)
{
	glob_t g;

	ck_assert_int_eq(glob("test/data/samples/*/argv", 0, NULL, &g), 0);
	ck_assert_uint_ge(g.gl_pathc, 20);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char *line = slurp(g.gl_pathv[i]), *canonical, *save;
		struct gd_invocation inv;
		struct gd_error err = { 0 };

		for (char *p = line; *p != '\0'; p++)
			if (strchr("[]\",\n", *p) != NULL)
				*p = ' ';
		ck_assert_msg(parse(line, 0, &inv, &err) == 0, "%s: %s", g.gl_pathv[i], err.text);
		ck_assert_int_eq(inv.verb, GD_VERB_CREATE);
		canonical = join(gd_invocation_canonical(&inv, "runc", NULL, arena));
		/* All of them are written without repetition, so nothing may be lost and nothing added. */
		size_t words = 0, out = 1;
		for (char *w = strtok_r(line, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save), words++)
			ck_assert_msg(strstr(canonical, w) != NULL, "%s: lost %s", g.gl_pathv[i], w);
		for (char *p = canonical; (p = strchr(p, ' ')) != NULL; p++)
			out++;
		ck_assert_uint_eq(out, words);
		ck_assert(gd_ends(inv.flag[GD_F_BUNDLE].str, inv.id) || gd_ends(inv.flag[GD_F_BUNDLE].str, "/userdata"));
	}
	globfree(&g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("invocation");
	TCase *t = tcase_create("argv");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, row, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, refused_in_time);
	tcase_add_test(t, replacements);
	tcase_add_test(t, judged_flags);
	tcase_add_test(t, descriptors);
	tcase_add_test(t, peek);
	tcase_add_test(t, tables);
	tcase_add_test(t, samples);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
