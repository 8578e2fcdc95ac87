/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guarded from its command line to the exec of a runtime that only says what it was given. As root
 * everything; as anybody else no bundle is root's, and that is what must be said.
 */
#include <stdio.h>
#include <sys/wait.h>

/* A program is no library: the sources are taken in. */
#define main guarded_main
#define no_memory main_no_memory
#define run main_run
#include "runtime/main.c"
#undef main
#undef no_memory
#undef run
#include "runtime/create.c"
#define find enter_find
#include "runtime/enter.c"
#undef find
#include "runtime/judge.c"
#include "runtime/exec.c"
#include "runtime/refuse.c"

#include "policy/applied.h"
#include "policy/set.h"
#include "suite.h"

#define ID "f057762243030b936e50b68cecd69d099a58305966bbce25e8f5535bd4fc455f"

static struct gd_arena *arena;
static char *dir, *bundle;
static const char *settings = "";	/* more of guarded.json */
static char output[65536];	/* of the last run: standard output and error together */

static const char *path(const char *name)
{
	return gd_printf(arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "we");

	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "write %s", name);
}

static const char *get(const char *name)
{
	struct gd_bytes b = { 0 };
	struct gd_error err = { 0 };
	int fd = open(path(name), O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0 && gd_read_all(fd, 1 << 20, arena, &b, &err) == 0, "read %s: %s", name, err.text);
	close(fd);
	return b.data;
}

/* What `guardctl apply` does. */
static void apply_all(void)
{
	struct gd_settings s;
	struct gd_set set;
	struct gd_error err = { 0 };
	struct gd_bytes bytes;

	ck_assert_msg(gd_settings_load(path("guarded.json"), arena, &s, &err) == 0 &&
		      gd_set_load(&set, &s, true, arena, &err) == 0, "%s", err.text);
	gd_set_check(&set);
	ck_assert_msg(set.n_errors == 0, "%s", set.n_problems ? set.problems[0].text : "");
	ck_assert_msg(gd_applied_build(&set, arena, &bytes, &err) == 0 &&
		      gd_applied_write(s.applied, bytes, &err) == 0, "%s", err.text);
}

static void apply(const char *profile, const char *controls)
{
	put("policy.d/10-default.json",
	    gd_printf(arena, "{\"version\":1,\"name\":\"default\",\"extends\":[\"%s\"],\"match\":{},\"controls\":{%s}}",
		      profile, controls));
	apply_all();
}

/* "runc" or "crun": a script that says its words and the documents that it got by descriptor. */
static void runtime(const char *name)
{
	put(name, "#!/bin/sh\necho \"GOT $*\"\nfor w; do case $w in /proc/self/fd/*) cat \"$w\"; echo;; esac; done\n");
	ck_assert_int_eq(chmod(path(name), 0755), 0);
	put("guarded.json",
	    gd_printf(arena, "{\"runtime\":\"%s/%s\",\"policyDir\":\"%s/policy.d\",\"profileDir\":\"%s/profiles\","
		      "\"applied\":\"%s/state/applied\",\"audit\":{\"file\":\"%s/audit.jsonl\"}%s}", dir, name, dir, dir,
		      dir, dir, settings));
}

static void setup(void)
{
	const char *base = geteuid() == 0 ? "/run/guarded-test-XXXXXX" : "/tmp/guarded-test-XXXXXX";

	arena = gd_arena_new(NULL);
	dir = mkdtemp(gd_strdup(arena, base));
	ck_assert_ptr_nonnull(dir);
	umask(022);
	bundle = gd_printf(arena, "%s/io.containerd.runtime.v2.task/default/%s", dir, ID);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(system(gd_printf(arena, "cp -r profiles %s/ && chmod -R u=rwX,go=rX %s/profiles &&"
					  " mkdir -p %s/policy.d %s/state %s/root/%s %s/rootfs", dir, dir, dir, dir, dir,
					  ID, bundle)), 0);
	runtime("runc");
}

static void teardown(void)
{
	ck_assert_int_eq(system(gd_printf(arena, "rm -rf %s", dir)), 0);
	arena = gd_arena_free(arena);
}

static void run_at(const char *config, const char *words, int want)
{
	char *argv[32] = { (char *)"guarded", (char *)"--guarded-config", (char *)config };
	int argc = 3, status, fd;
	char *save = NULL, *all = gd_strdup(arena, words);
	pid_t pid;

	for (char *w = strtok_r(all, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(20);
		fd = open(path("output"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(99);
		_exit(guarded_main(argc, argv));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	snprintf(output, sizeof(output), "%s", get("output"));
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == want, "%s: %d: %s", words, status, output);
}

static void run(const char *words, int want)
{
	run_at(path("guarded.json"), words, want);
}

#define SAYS(text) ck_assert_msg(strstr(output, text) != NULL, "no '%s' in %s", text, output)
#define SAYS_NOT(text) ck_assert_msg(strstr(output, text) == NULL, "'%s' in %s", text, output)

#define CAPS "[\"CAP_CHOWN\",\"CAP_KILL\"]"
#define USER "\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"sleep\",\"9\"],\"cwd\":\"/\""
#define CAPABILITIES "\"capabilities\":{\"bounding\":" CAPS ",\"effective\":" CAPS ",\"permitted\":" CAPS "}"
#define PROCESS USER "," CAPABILITIES

/* An ordinary container's document with these resources. */
static const char *document(const char *resources)
{
	return gd_printf(arena, "{\"ociVersion\":\"1.0.2\",\"process\":{" PROCESS ",\"oomScoreAdj\":0},\"root\":{\"path\":"
		"\"rootfs\"},\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\",\"options\":["
		"\"nosuid\",\"noexec\",\"nodev\"]}],\"linux\":{\"cgroupsPath\":\"/default/" ID "\",\"namespaces\":[{\"type\":"
		"\"pid\"},{\"type\":\"network\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"}],\"maskedPaths\":"
		"[\"/proc/acpi\",\"/proc/asound\",\"/proc/kcore\",\"/proc/keys\",\"/proc/latency_stats\",\"/proc/timer_list\","
		"\"/proc/timer_stats\",\"/proc/sched_debug\",\"/proc/scsi\",\"/sys/firmware\"],\"readonlyPaths\":[\"/proc/bus\","
		"\"/proc/fs\",\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\"],\"seccomp\":{"
		"\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\",\"write\",\"exit_group\"],"
		"\"action\":\"SCMP_ACT_ALLOW\"}]},\"resources\":{%s}}}", resources);
}

static const char *in_bundle(const char *name)
{
	return gd_printf(arena, "io.containerd.runtime.v2.task/default/" ID "/%s", name);
}

/* What runc and crun keep of a container; nobody is its init. */
static void running(void)
{
	put("root/" ID "/state.json",
	    gd_printf(arena, "{\"id\":\"" ID "\",\"init_process_pid\":0,\"init_process_start\":1,\"config\":{\"labels\":["
		      "\"bundle=%s\"],\"namespaces\":[]}}", bundle));
	put("root/" ID "/status", gd_printf(arena, "{\"pid\":0,\"process-start-time\":1,\"bundle\":\"%s\"}", bundle));
	put("root/" ID "/config.json", get(in_bundle("config.json")));
}

static void created(const char *resources)
{
	put(in_bundle("config.json"), document(resources));
	run(gd_printf(arena, "--root %s/root create --bundle %s " ID, dir, bundle), 0);
	SAYS("GOT --root");
	running();
}

static bool as_root(void)
{
	if (geteuid() == 0)
		return true;
	run("--root /x create --bundle /tmp x", 1);
	SAYS("guarded refused");
	return false;
}

/* The process that an engine asks for: the container's own, or with @changes instead of its capabilities. */
static void exec(const char *changes, int want)
{
	put("process.json", gd_printf(arena, "{" USER "%s}", *changes ? changes : "," CAPABILITIES));
	run(gd_printf(arena, "--root %s/root exec --process %s/process.json --detach " ID, dir, dir), want);
}

START_TEST(creates)
{
	if (!as_root())
		return;
	apply("baseline", "");
	/* as on hosts that keep /usr as links into a store */
	ck_assert_int_eq(system(gd_printf(arena, "ln %s/runc %s/stored", dir, dir)), 0);
	created("");
	ck_assert_ptr_nonnull(strstr(get(in_bundle("config.json")), "\"pids\":{\"limit\":4096}"));
	ck_assert_ptr_nonnull(strstr(get(in_bundle("judged.json")), "\"policy\":\"default "));
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), "\"verdict\":\"conformed\""));
	/* the message names the record */
	exec(",\"cwd\":\"/proc/self/fd/7\"", 255);
	const char *id = strstr(output, "guardctl why ");
	ck_assert_ptr_nonnull(id);
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), gd_printf(arena, "\"id\":\"%.8s\",", id + strlen("guardctl why "))));
	ck_assert_ptr_null(strstr(get("audit.jsonl"), "\"id\":\"\""));
}
END_TEST

/* unknownFields: what is dropped is told, on every verb that reads a document; by name alone. */
START_TEST(strips)
{
	if (!as_root())
		return;
	apply("baseline", "");
	settings = ",\"unknownFields\":\"strip\"";
	runtime("runc");
	created("\"frobnicate\":{\"secret\":\"hunter2\"}");
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), "\"stripped\":[\"/linux/resources/frobnicate\"]"));
	ck_assert_ptr_null(strstr(get(in_bundle("config.json")), "frobnicate"));
	put("update.json", "{\"pids\":{\"limit\":5,\"limi\":6}}");
	run(gd_printf(arena, "--root %s/root update --resources %s/update.json " ID, dir, dir), 0);
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), "\"stripped\":[\"/pids/limi\"]"));
	SAYS("{\"pids\":{\"limit\":5}}\n");
	ck_assert_ptr_null(strstr(get("audit.jsonl"), "hunter2"));
	settings = "";
}
END_TEST

/* --- what may not be hindered -------------------------------------------------------------------- */

START_TEST(passes)
{
	static const struct { const char *before, *behind; } broken[] = {
		{ "{", ",,}" }, { "{", ",\"existing\":\"so\"}" }, { "{\"existing\":\"so\",", "}" },
	};

	if (!as_root())
		return;
	/* no policy was ever applied */
	put(in_bundle("config.json"), document(""));
	run(gd_printf(arena, "--root %s/root create --bundle %s " ID, dir, bundle), 1);
	SAYS("state/applied");
	run("--root /r kill x KILL", 0);
	SAYS("GOT --root /r kill x KILL");
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		put("broken.json", gd_printf(arena, "%s\"runtime\":\"%s/runc\"%s", broken[i].before, dir,
					     broken[i].behind));
		run_at(path("broken.json"), "--root /r delete --force x", 0);
		SAYS("GOT --root /r delete --force x");
		run_at(path("broken.json"), "--root /r create x", 1);
		SAYS("guarded refused this container: settings");
	}
	/* crun takes LISTEN_FDS for its own whoever it was meant for, on what starts something */
	runtime("crun");
	setenv("LISTEN_FDS", "1O", 1);
	run("kill x", 0);
	run("--root /r exec x true", 255);
	SAYS("LISTEN_FDS");
	unsetenv("LISTEN_FDS");
}
END_TEST

/* Without an end, and under the name runc without a way to stop anything. */
START_TEST(itself)
{
	char own[4096];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *tail;

	ck_assert_int_gt(n, 0);
	own[n] = '\0';
	if (!as_root())
		return;
	put("self.json", gd_printf(arena, "{\"runtime\":\"%s\"}", own));
	run_at(path("self.json"), "create x", 1);
	SAYS("guarded refused this container: the configured runtime");
	SAYS("is guarded itself");
	/* The name that the kernel was given: by the program itself, as an engine calls it. */
	tail = strstr(own, "/test/unit/");
	ck_assert_ptr_nonnull(tail);
	strcpy(tail, "/guarded");
	put("self.json", gd_printf(arena, "{\"runtime\":\"%s\"}", own));
	ck_assert_int_ne(system(gd_printf(arena, "timeout 20 %s --guarded-config %s kill x 2>%s", own, path("self.json"),
					  path("output"))), 0);
	snprintf(output, sizeof(output), "%s", get("output"));
	SAYS("guarded refused this command: the configured runtime");
	SAYS("is guarded itself");
}
END_TEST

/* --- update --------------------------------------------------------------------------------------- */

#define CPUS "\"resources\":{\"cpus\":{\"default\":1000,\"max\":2000},\"memory\":{\"max\":\"1GiB\"}}"
#define OURS "\"quota\":100000"

static const struct { const char *runtime, *created, *update, *given; /* NULL: refused */ } updates[] = {
	/*
	 * One of quota and period alone: runc forgets the other, crun takes "max" or 100000. The container
	 * has a quota of guarded's own where its document has none.
	 */
	{ "runc", "", "{\"cpu\":{\"period\":50000}}", "{\"cpu\":{\"period\":50000," OURS "}}" },
	{ "runc", "", "{\"cpu\":{\"period\":100000,\"quota\":0}}", "{\"cpu\":{\"period\":100000," OURS "}}" },
	{ "runc", "", "{\"cpu\":{\"period\":40000}}", NULL },
	{ "crun", "", "{\"cpu\":{\"period\":50000}}", "{\"cpu\":{\"period\":50000," OURS "}}" },
	{ "crun", "\"cpu\":{\"quota\":500000,\"period\":1000000}", "{\"cpu\":{\"quota\":1500000}}",
	  "{\"cpu\":{\"quota\":1500000,\"period\":1000000}}" },
	{ "runc", "", "{\"cpu\":{\"quota\":200000}}", "{\"cpu\":{\"quota\":200000}}" },
	{ "runc", "", "{\"cpu\":{\"quota\":0,\"period\":0,\"shares\":2}}",
	  "{\"cpu\":{\"quota\":0,\"period\":0,\"shares\":2}}" },
	{ "runc", "", "{\"cpu\":{\"cpus\":\"0\"}}", "{\"cpu\":{\"cpus\":\"0\"}}" },
	{ "runc", "", "{\"cpu\":{\"quota\":-1}}", NULL },
	{ "runc", "", "{\"pids\":{\"limit\":100}}", "{\"pids\":{\"limit\":100}}" },
	{ "runc", "", "{\"pids\":{\"limit\":-1}}", NULL },
};

START_TEST(update)
{
	const char *brace;

	if (!as_root())
		return;
	runtime(updates[_i].runtime);
	apply("baseline", CPUS);
	created(updates[_i].created);
	put("update.json", updates[_i].update);
	run(gd_printf(arena, "--root %s/root update --resources %s/update.json " ID, dir, dir), updates[_i].given ? 0 : 1);
	brace = strchr(output, '{');
	if (updates[_i].given)
		ck_assert_str_eq(brace, gd_printf(arena, "%s\n", updates[_i].given));
}
END_TEST

#define ANY_DEVICE "{\"allow\":true,\"access\":\"rwm\"}"

/*
 * A container from before: nothing that an update leaves alone is held against it, nor imposed on it. Its create
 * was judged by a policy that allowed everything.
 */
static const struct { const char *update, *given; } existing[] = {
	{ "{\"cpu\":{\"quota\":150000,\"period\":100000}}", "{\"cpu\":{\"quota\":150000,\"period\":100000}}" },
	{ "{\"cpu\":{\"cpus\":\"0\"},\"pids\":{\"limit\":0}}", "{\"cpu\":{\"cpus\":\"0\"},\"pids\":{\"limit\":0}}" },
	{ "{\"cpu\":{\"shares\":5}}", "{\"cpu\":{\"shares\":5}}" },
	{ "{\"memory\":{\"reservation\":5}}", "{\"memory\":{\"reservation\":5}}" },
	{ "{\"devices\":[" ANY_DEVICE "],\"cpu\":{\"cpus\":\"0\"}}", "{\"devices\":[" ANY_DEVICE "],\"cpu\":{\"cpus\":\"0\"}}" },
	{ "{\"devices\":[" ANY_DEVICE "," ANY_DEVICE "]}", NULL },
	{ "{\"cpu\":{\"period\":50000}}", NULL },
	{ "{\"pids\":{\"limit\":-1}}", NULL },
	{ "{\"memory\":{\"limit\":-1}}", NULL },
	{ "{\"memory\":{\"limit\":2147483648}}", NULL },
};

START_TEST(update_existing)
{
	if (!as_root())
		return;
	apply("permissive", "");
	created("\"devices\":[" ANY_DEVICE "],\"pids\":{\"limit\":-1},\"cpu\":{\"quota\":-1}");
	apply("baseline", CPUS);
	put("update.json", existing[_i].update);
	run(gd_printf(arena, "--root %s/root update --resources %s/update.json " ID, dir, dir), existing[_i].given ? 0 : 1);
	if (existing[_i].given)
		ck_assert_str_eq(strchr(output, '{'), gd_printf(arena, "%s\n", existing[_i].given));
}
END_TEST

/* --- exec ----------------------------------------------------------------------------------------- */

START_TEST(exec_existing)
{
	if (!as_root())
		return;
	apply("permissive", "");
	created("\"pids\":{\"limit\":-1}");
	exec("", 0);
	apply("baseline", "");
	exec("", 255);
	SAYS("guarded refused entering this container: the container would be refused now for number of processes without"
	     " a limit");
	SAYS("Create it again, and enter that one. (resources, policy default;");
	/* what nobody asked for is recorded: no limit at all */
	apply("permissive", "");
	created("");
	apply("baseline", "");
	exec("", 0);
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), "\"control\":\"resources\",\"action\":\"record\""));
}
END_TEST

/*
 * What guarded gave, nobody typed: under a stricter policy the container would be given less, not refused, and is
 * entered. What somebody did type is judged as typed.
 */
START_TEST(exec_stricter)
{
	static const char stricter[] = "\"resources\":{\"pids\":{\"default\":100,\"max\":1000}}";

	if (!as_root())
		return;
	apply("baseline", "");
	created("");
	ck_assert_ptr_nonnull(strstr(get(in_bundle("config.json")), "\"pids\":{\"limit\":4096}"));
	apply("baseline", stricter);
	exec("", 0);
	apply("baseline", "");
	created("\"pids\":{\"limit\":2000}");
	exec("", 0);
	apply("baseline", stricter);
	exec("", 255);
	SAYS("the container would be refused now for");
}
END_TEST

START_TEST(no_value_told)
{
	if (!as_root())
		return;
	apply("baseline", "");
	created("");
	run("exec --env -A=hunter2 " ID " true", 255);
	SAYS("--env: its value looks like a flag");
	exec(",\"env\":[\"LD_PRELOAD=hunter2\",\"A\",\"B=hunter2\",\"B=hunter2\"]", 0);
	apply("baseline", "\"environment\":{\"action\":\"deny\"}");
	exec(",\"env\":[\"LD_PRELOAD=hunter2\",\"A\",\"B=hunter2\",\"B=hunter2\"]", 255);
	SAYS_NOT("hunter2");
	ck_assert_ptr_nonnull(strstr(get("audit.jsonl"), "'LD_PRELOAD', 7 bytes"));
	ck_assert_ptr_null(strstr(get("audit.jsonl"), "hunter2"));
}
END_TEST

/* The container's own process is part of what would be refused, though the exec brings another. */
START_TEST(exec_own_process)
{
	static const char own[] = "\"effective\":" CAPS;
	char *doc, *at;

	if (!as_root())
		return;
	apply("permissive", "");
	doc = gd_strdup(arena, document(""));
	at = strstr(doc, own);
	ck_assert_ptr_nonnull(at);
	put(in_bundle("config.json"), gd_printf(arena, "%.*s\"effective\":[\"CAP_SYS_ADMIN\"]%s", (int)(at - doc), doc,
						at + strlen(own)));
	run(gd_printf(arena, "--root %s/root create --bundle %s " ID, dir, bundle), 0);
	running();
	exec("", 0);
	apply("baseline", "");
	exec("", 255);
	SAYS("guarded refused entering this container: the container would be refused now for --cap-add SYS_ADMIN: it lets");
	put("policy.d/10-default.json", "{\"version\":1,\"name\":\"default\",\"extends\":[\"baseline\"],\"match\":{},"
	    "\"existing\":\"record\"}");
	apply_all();
	exec("", 0);
}
END_TEST

/* As engines write it for exec --privileged. */
#define ALL_CAPS \
	"[\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_DAC_READ_SEARCH\",\"CAP_FOWNER\",\"CAP_FSETID\",\"CAP_KILL\"," \
	"\"CAP_SETGID\",\"CAP_SETUID\",\"CAP_SETPCAP\",\"CAP_LINUX_IMMUTABLE\",\"CAP_NET_BIND_SERVICE\"," \
	"\"CAP_NET_BROADCAST\",\"CAP_NET_ADMIN\",\"CAP_NET_RAW\",\"CAP_IPC_LOCK\",\"CAP_IPC_OWNER\",\"CAP_SYS_MODULE\"," \
	"\"CAP_SYS_RAWIO\",\"CAP_SYS_CHROOT\",\"CAP_SYS_PTRACE\",\"CAP_SYS_PACCT\",\"CAP_SYS_ADMIN\",\"CAP_SYS_BOOT\"," \
	"\"CAP_SYS_NICE\",\"CAP_SYS_RESOURCE\",\"CAP_SYS_TIME\",\"CAP_SYS_TTY_CONFIG\",\"CAP_MKNOD\",\"CAP_LEASE\"," \
	"\"CAP_AUDIT_WRITE\",\"CAP_AUDIT_CONTROL\",\"CAP_SETFCAP\",\"CAP_MAC_OVERRIDE\",\"CAP_MAC_ADMIN\",\"CAP_SYSLOG\"," \
	"\"CAP_WAKE_ALARM\",\"CAP_BLOCK_SUSPEND\",\"CAP_AUDIT_READ\"]"
#define EXEC_PRIVILEGED \
	",\"capabilities\":{\"bounding\":" ALL_CAPS ",\"effective\":" ALL_CAPS ",\"permitted\":" ALL_CAPS "}"

/* One more flag must not open what is closed without it. */
START_TEST(exec_privileged)
{
	if (!as_root())
		return;
	apply("permissive", "");
	created("\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]");
	apply("baseline", "\"exec\":{\"asked\":{\"replace\":\"rewrite\"}}");
	exec("", 255);
	SAYS("the container would be refused now for");
	exec(EXEC_PRIVILEGED, 255);
	SAYS("the container would be refused now for");
	/* and where nothing is closed, it is taken away */
	created("");
	exec(EXEC_PRIVILEGED, 0);
	SAYS_NOT("CAP_SYS_ADMIN");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ creates, 0 }, { strips, 0 }, { passes, 0 }, { itself, 0 }, { update, ROWS(updates) },
		{ update_existing, ROWS(existing) }, { exec_existing, 0 },
		{ exec_own_process, 0 }, { exec_stricter, 0 },
		{ no_value_told, 0 }, { exec_privileged, 0 },
	};
	Suite *s = suite_create("guarded");
	TCase *t = tcase_create("guarded");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		tcase_add_loop_test(t, cases[i].test, 0, cases[i].rows ? cases[i].rows : 1);
	suite_add_tcase(s, t);
	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
