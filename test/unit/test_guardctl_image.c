/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl image and except on a store and a bundle as Docker 20.10 left them (test/data/asbuilt), put below a directory
 * of its own: what is printed, what is written, and that what is written was proven. As root; others are told why not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "json/tree.h"
#include "guardctl_case.h"
#include "suite.h"

#define ID "c30f1a4aa4c698bc2c94d7015da3df345606b3a9e32a6d5f8ece24e3c981a4bf"
#define IMAGE "5d7586b692901abbab257c5fc261a4f9db3b820fb1fca658cc12cea8451dc16b"
#define LAYER "data/overlay2/ca240e827ec465537a2591de0456334834c6868fe7817a871f95c8191a6da4a5"
#define UPPER "data/overlay2/7575c7105965d0c759dd2d70c7ca6cf8dc81dbe82f9c95d62814c6068faed9ad"
#define VOLUME "data/volumes/68d3ce26fcc6dea92dfaab8fd4443d2b58949cc772408cb85208f1bad617a369/_data"
#define BUNDLE "exec/containerd/daemon/io.containerd.runtime.v2.task/moby/" ID
#define BLOB "data/image/overlay2/imagedb/content/sha256/" IMAGE

static struct gd_arena *arena;
static char *dir;
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

static char *get(const char *name)
{
	struct gd_bytes b = { 0 };
	struct gd_error err = { 0 };
	int fd = open(path(name), O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0 && gd_read_all(fd, 1 << 20, arena, &b, &err) == 0, "read %s: %s", name, err.text);
	close(fd);
	return b.data;
}

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	const char *line = gd_vprintf(arena, format, ap);
	va_end(ap);
	ck_assert_msg(system(line) == 0, "%s", line);
}

/* A program of this machine's kind that needs no other: this one's head, with a single header, PT_LOAD. */
static void put_program(const char *name)
{
	unsigned char head[64 + 56] = { 0 };
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	ck_assert(fd >= 0 && read(fd, head, 64) == 64);
	close(fd);
	memset(head + 32, 0, 8);
	head[32] = 64;			/* e_phoff */
	head[54] = 56, head[55] = 0;	/* e_phentsize */
	head[56] = 1, head[57] = 0;	/* e_phnum */
	head[64] = 1;			/* p_type */
	fd = open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ck_assert(fd >= 0 && write(fd, head, sizeof(head)) == sizeof(head) && close(fd) == 0);
}

static void setup(void)
{
	arena = gd_arena_new(NULL);
	dir = mkdtemp(gd_strdup(arena, geteuid() == 0 ? "/run/guarded-test-XXXXXX" : "/tmp/guarded-test-XXXXXX"));
	ck_assert_ptr_nonnull(dir);
	umask(022);
	sh("chmod 755 %s && cp -r profiles test/data/asbuilt/* %s/ && cd %s && mkdir -p policy.d state trust.d " UPPER
	   "/diff " UPPER "/work " UPPER "/merged/bin " UPPER "/merged/etc " UPPER "-init/diff " LAYER "/diff/bin " VOLUME
	   " && cp " LAYER "/diff/etc/* " UPPER "/merged/etc/ && chmod -R u=rwX,go=rX . "
	   "&& grep -rl @ROOT@ data exec | xargs sed -i 's|@ROOT@|%s|g'", dir, dir, dir, dir);
	put_program(LAYER "/diff/bin/httpd");
	put_program(UPPER "/merged/bin/httpd");
	put("guarded.json",
	    gd_printf(arena, "{\"runtime\":\"/bin/true\",\"policyDir\":\"%s/policy.d\",\"profileDir\":\"%s/profiles\","
			     "\"applied\":\"%s/state/applied\",\"audit\":{\"file\":null},\"trustDir\":\"%s/trust.d\","
			     "\"engineDirs\":[\"%s/data\",\"%s/exec\"]}", dir, dir, dir, dir, dir, dir));
	put("policy.d/10-default.json", "{\"version\":1,\"name\":\"default\",\"extends\":[\"baseline\"],\"match\":{}}");
}

static void teardown(void)
{
	sh("rm -rf %s", dir);
	arena = gd_arena_free(arena);
}

static int run(const char *words)
{
	int status = run_guardctl(path("guarded.json"), words, path("output"));

	snprintf(output, sizeof(output), "%s", get("output"));
	return status;
}

#define RUN(words, want, text)                                                                                       \
	do {                                                                                                         \
		int got_ = run(words);                                                                               \
		ck_assert_msg(got_ == (want), "guardctl %s: %d, %s", words, got_, output);                           \
		ck_assert_msg(strstr(output, text) != NULL, "guardctl %s: no '%s' in %s", words, text, output);      \
	} while (0)

/* As Docker would have written it with one thing changed. */
static void edit(const char *file, const char *expression)
{
	sh("cp -n %s %s.kept; cp %s.kept %s && sed -i '%s' %s", path(file), path(file), path(file), path(file), expression,
	   path(file));
}

#define NEEDS_ROOT                                                                                                   \
	if (geteuid() != 0) {                                                                                        \
		RUN("image show web:1", CTL_ERROR, "root");                                                          \
		return;                                                                                              \
	}

static const struct { const char *words; int want; const char *text; } command_rows[] = {
	{ "image --help", CTL_OK, "usage: guardctl image" },
	{ "image", CTL_ERROR, "show or match?" },
	{ "image frob x", CTL_ERROR, "show or match?" },
	{ "image show", CTL_ERROR, "one CONTAINER or IMAGE is needed" },
	{ "image show a b", CTL_ERROR, "one CONTAINER or IMAGE is needed" },
	{ "image show --format xml a", CTL_ERROR, "--format is text or json" },
	{ "image show nobody", CTL_NO, "no container and no image 'nobody'" },
	{ "image show Not_A_Name!", CTL_ERROR, "neither a name nor a digest" },
	{ "image match nobody", CTL_NO, "no container and no image" },
	{ "except --help", CTL_OK, "usage: guardctl except" },
	{ "except", CTL_ERROR, "one CONTAINER is needed" },
	{ "except a b", CTL_ERROR, "one CONTAINER is needed" },
	{ "except --frob a", CTL_ERROR, "usage: guardctl except" },
	{ "except nobody", CTL_NO, "no container 'nobody'" },
	{ "except web:1", CTL_NO, "no container 'web:1'" },
};

START_TEST(command_lines)
{
	const char *words = command_rows[_i].words;

	RUN(words, geteuid() != 0 && !strstr(words, "--help") ? CTL_ERROR : command_rows[_i].want,
	    geteuid() != 0 && !strstr(words, "--help") ? "root" : command_rows[_i].text);
}
END_TEST

static const char declared_text[] =
	"configuration  sha256:" IMAGE "\n"
	"read from      @ROOT@/data/image/overlay2@BLOB@\n"
	"entrypoint     [\"/bin/httpd\"]\n"
	"cmd            [\"-f\",\"-p\",\"8080\",\"-h\",\"/www\"]\n"
	"environment    MODE=prod\n"
	"user           web@IDS@\n"
	"directory      /www\n"
	"volumes        /data\n"
	"ports          8080/tcp\n"
	"labels         team=shop\n";

static const char *filled(const char *blob, const char *ids)
{
	struct gd_buf b = { .arena = arena };

	for (const char *p = declared_text; *p; p++) {
		const struct { const char *word, *with; } words[] = { { "@ROOT@", dir }, { "@BLOB@", blob }, { "@IDS@", ids } };
		size_t i = 0;

		while (i < 3 && !gd_starts(p, words[i].word))
			i++;
		if (i < 3)
			p += strlen(words[i].word) - 1;
		gd_buf_fmt(&b, "%.*s", i < 3 ? (int)strlen(words[i].with) : 1, i < 3 ? words[i].with : p);
	}
	return b.data;
}

START_TEST(shows)
{
	NEEDS_ROOT
	RUN("image show odd", CTL_OK, filled("", " (1000:1000, groups 50)"));
	ck_assert_msg(gd_starts(output, "container      " ID "\nengine         docker\nasked for as   web:1\n"
					"references     docker.io/library/web:1\n"), "%s", output);
	const char *uses = "\nused otherwise than as built:\n"
			   "  mounts        the mount of '/usr/share'\tis '/usr/share'\tdeclared: a source that the policy lists\n"
			   "  mounts        the mount of '/usr/share'\tis '/usr/share/x'\tdeclared: the image's own volumes\n"
			   "  environment   the variable 'EXTRA'\tis 'EXTRA', 6 bytes\tdeclared: not set\n";
	ck_assert_msg(gd_ends(output, uses), "%s", output);
	ck_assert_msg(!strstr(output, "secret"), "a value that was typed: %s", output);
	RUN("image show c30f1a", CTL_OK, "team=shop");
	RUN(gd_printf(arena, "image show %s", path(BUNDLE)), CTL_OK, "team=shop");
	RUN("image show c30", CTL_NO, "no container");	/* three characters are too few, for a digest too */
	RUN("image show web:1", CTL_OK, filled("/imagedb/content/sha256/" IMAGE, ""));
	RUN("image show 5d7586b6", CTL_OK, "docker.io/library/web:1");
	RUN("image show sha256:" IMAGE, CTL_OK, "docker.io/library/web:1");
	RUN("image show docker.io/library/web:1", CTL_OK, IMAGE);
	RUN("image show --format json odd", CTL_OK, "\"uid\": 1000,");
	ck_assert(strstr(output, "\"image\": \"known\"") && strstr(output, "\"usedOtherwise\": [\n"));
	RUN("image match web:1", CTL_OK, "\"match\": { \"digest\": [\"sha256:" IMAGE "\"] }\n");
	RUN("image match --format json odd", CTL_OK, "{\n  \"digest\": [\n    \"sha256:" IMAGE "\"\n  ]\n}\n");
}
END_TEST

/* What is not what its digest says, is not there, or is two, is told. */
START_TEST(doubts)
{
	NEEDS_ROOT
	RUN("apply", CTL_OK, "applied");
	edit(BLOB, "s/httpd/evild/");
	RUN("image show odd", CTL_NO, "image          not known");
	ck_assert_msg(!strstr(output, "evild"), "%s", output);
	RUN("image show web:1", CTL_NO, "not known");
	RUN("image match web:1", CTL_NO, "the image is not known: ");
	RUN("except odd", CTL_NO, "its image is not known, and nothing else proves what it is");
	sh("rm %s", path(BLOB));
	RUN("image show odd", CTL_NO, "not known");
	RUN("except odd --write", CTL_NO, "its image is not known");
	sh("mv %s.kept %s", path(BLOB), path(BLOB));
	/* Created and not started: its image is known, its document is not. */
	sh("rm -r %s", path("exec/containerd"));
	RUN("image show odd", CTL_OK, "volumes        /data");
	RUN("except odd", CTL_ERROR, "does not run");
	sh("cp -r %s/data/containers/" ID " %s/data/containers/c30f2222", dir, dir);
	RUN("image show odd", CTL_ERROR, "'odd' is 2 containers: ");
	RUN("image show c30f", CTL_ERROR, "'c30f' is 2 containers: ");
	RUN("image show " ID, CTL_OK, "volumes        /data");
}
END_TEST

START_TEST(excepts)
{
	NEEDS_ROOT
	RUN("apply", CTL_OK, "applied");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_NO, "NET_ADMIN");
	RUN("except odd --reason lab --until 2037-03-31", CTL_OK,
	    "// capabilities.allow + \"NET_ADMIN\": the capability 'NET_ADMIN'\n"
	    "// mounts.allow + {\"source\":\"/usr/share\",\"destination\":\"/usr/share/x\",\"readOnly\":true}: "
	    "the mount of '/usr/share'\n"
	    "// environment.allow + \"EXTRA\": the variable 'EXTRA'\n"
	    "{\n  \"version\": 1,\n  \"name\": \"except-odd\",\n  \"reason\": \"lab\",\n  \"until\": \"2037-03-31\",\n");
	ck_assert_msg(!strstr(output, "secret"), "%s", output);
	RUN("except odd --until never", CTL_ERROR, "'never' is no time");
	RUN("except odd --until 2001-01-01", CTL_ERROR, "");
	RUN("except odd --name Bad/Name", CTL_ERROR, "");
	ck_assert_int_eq(access(path("policy.d/50-except-odd.json"), F_OK), -1);
	RUN("except odd --reason lab --write", CTL_OK, "policy.d/50-except-odd.json written");
	char *first = get("policy.d/50-except-odd.json");
	RUN("except odd --reason other --write", CTL_ERROR, "the name 'except-odd' is taken");
	RUN("policy lint", CTL_OK, "looser: ");
	RUN("apply", CTL_OK, "+ except-odd");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_OK, "policy except-odd");
	RUN("except odd --name again --write", CTL_NO, "matches this image by its digest already");
	ck_assert_str_eq(first, get("policy.d/50-except-odd.json"));
	ck_assert_int_eq(access(path("policy.d/50-again.json"), F_OK), -1);
}
END_TEST

/* The exception is for this use of this image and no other. */
static const struct { const char *change, *control; } borrowed[] = {
	{ "s|\"EXTRA=secret\"|\"EXTRA=secret\",\"MORE=1\"|", "environment" },
	{ "s|\"EXTRA=secret\"|\"LD_PRELOAD=/x\"|", "environment" },
	{ "s|\"MODE=prod\"|\"MODE=dev\"|", "environment" },
	{ "s|\"args\":\\[\"/bin/httpd\"|\"args\":[\"/bin/sh\"|", "entrypoint" },
	{ "s|\"/www\"\\],\"env\"|\"/\"],\"env\"|", "entrypoint" },
	{ "s|\"uid\":1000|\"uid\":0|", "user" },
	{ "s|\"cwd\":\"/www\"|\"cwd\":\"/\"|", "workingDir" },
	{ "s|\"destination\":\"/usr/share/x\"|\"destination\":\"/usr/share/y\"|", "mounts" },
	{ "s|\"destination\":\"/usr/share/x\"|\"destination\":\"/bin\"|", "mounts" },
	{ "s|\"source\":\"/usr/share\"|\"source\":\"/usr/lib\"|", "mounts" },
	{ "s|\"CAP_NET_ADMIN\"|\"CAP_NET_ADMIN\",\"CAP_SYS_ADMIN\"|g", "capabilities" },
};

START_TEST(is_not_borrowed)
{
	NEEDS_ROOT
	RUN("apply", CTL_OK, "applied");
	RUN("except odd --reason lab --write", CTL_OK, "written");
	RUN("apply", CTL_OK, "+ except-odd");
	char *before = get(BUNDLE "/config.json");
	edit(BUNDLE "/config.json", borrowed[_i].change);
	ck_assert_msg(strcmp(before, get(BUNDLE "/config.json")) != 0, "%s changed nothing", borrowed[_i].change);
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_NO, gd_printf(arena, "deny\t%s\t", borrowed[_i].control));
	ck_assert_msg(strstr(output, "would be refused (policy except-odd"), "%s", output);
}
END_TEST

/* Each, alone and typed, is one addition; or nothing is, and why is said. */
static const struct { const char *change; int want; const char *text; } additions[] = {
	{ "s|\"CAP_NET_ADMIN\"|\"CAP_SYS_PTRACE\"|g", CTL_OK, "// capabilities.allow + \"SYS_PTRACE\"" },
	{ "s|\"uid\":1000|\"uid\":0|", CTL_OK, "// user.like = \"any\"" },
	{ "s|\"source\":\"/usr/share\"|\"source\":\"/etc\"|", CTL_OK, "\"special\":[\"engine\"]}" },
	{ "s|\"args\":\\[\"/bin/httpd\"|\"args\":[\"/bin/httpd\",\"-v\"|", CTL_OK,
	  "// entrypoint.allow + {\"argv\":[\"/bin/httpd\",\"-v\",\"-f\"" },
	{ "s|,{\"type\":\"ipc\"}||", CTL_OK, "// namespaces.host + \"ipc\"" },
	{ "s|\"maskedPaths\":\\[[^]]*\\]|\"maskedPaths\":[]|", CTL_OK, "// paths.masked - \"/proc/kcore\"" },
	{ "s|\"cwd\":\"/www\"|\"cwd\":\"/\"|", CTL_NO, "cannot be excepted: the working directory '/' (workingDir)" },
	{ "s|\"EXTRA=secret\"|\"LD_PRELOAD=/x\"|", CTL_NO, "cannot be excepted: the variable 'LD_PRELOAD' (environment)" },
	{ "s|\"args\":\\[\"/bin/httpd\"|\"args\":[\"/bin/httpd\",\"*\"|", CTL_NO, "a command that holds '*' or '?'" },
	{ "s|\"destination\":\"/usr/share/x\"|\"destination\":\"/bin\"|", CTL_NO, "cannot be excepted: " },
};

START_TEST(adds_the_least)
{
	NEEDS_ROOT
	RUN("apply", CTL_OK, "applied");
	char *before = get(BUNDLE "/config.json");
	edit(BUNDLE "/config.json", additions[_i].change);
	ck_assert_msg(strcmp(before, get(BUNDLE "/config.json")) != 0, "%s changed nothing", additions[_i].change);
	RUN("except odd --reason lab --write", additions[_i].want, additions[_i].want == CTL_OK ? "written" : additions[_i].text);
	if (additions[_i].want != CTL_OK) {
		ck_assert_int_eq(access(path("policy.d/50-except-odd.json"), F_OK), -1);
		return;
	}
	ck_assert_msg(strstr(get("policy.d/50-except-odd.json"), additions[_i].text), "no '%s' in %s", additions[_i].text,
		      get("policy.d/50-except-odd.json"));
	RUN("apply", CTL_OK, "+ except-odd");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_OK, "policy except-odd");
}
END_TEST

/* The profiles as a site would use them: an image as built starts, in lockdown it has to be signed. */
START_TEST(profiles)
{
	NEEDS_ROOT
	put("policy.d/20-web.json", "{\"version\":1,\"name\":\"web\",\"extends\":[\"default\",\"as-built\"],"
				    "\"match\":{\"digest\":[\"sha256:" IMAGE "\"]}}");
	RUN("apply", CTL_OK, "+ web");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_NO, "deny\tenvironment\t");
	edit(BUNDLE "/config.json", "s|,\"EXTRA=secret\"||; s|\"CAP_NET_ADMIN\"|\"CAP_KILL\"|g; "
				    "s|,{\"destination\":\"/usr/share/x\"[^}]*}||");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_OK, "policy web");
	RUN("image show odd", CTL_OK, "used as built");
	RUN("except odd --reason x", CTL_NO, "it lets the container pass as it is");
	put("policy.d/20-web.json", "{\"version\":1,\"name\":\"web\",\"extends\":[\"default\",\"lockdown\"],"
				    "\"match\":{\"digest\":[\"sha256:" IMAGE "\"]}}");
	RUN("apply", CTL_OK, "~ web");
	RUN(gd_printf(arena, "check %s", path(BUNDLE)), CTL_NO, "deny\timage\t");
	ck_assert_msg(strstr(output, "deny\trootfs\t"), "%s", output);
}
END_TEST

/*
 * The truth of the two profiles: every value in which they differ from what they extend, and nothing besides. A change of
 * a profile is a change here.
 */
static const struct { const char *profile, *over, *control, *value; } truth[] = {
	{ "as-built", "baseline", "entrypoint", "{\"action\":\"deny\",\"asked\":\"deny\",\"like\":\"image\",\"allow\":[],"
	  "\"covered\":false,\"changed\":false}" },
	{ "as-built", "baseline", "environment", "{\"action\":\"deny\",\"asked\":\"deny\",\"deny\":[],\"like\":\"image\","
	  "\"allow\":[\"HTTP_PROXY\",\"HTTPS_PROXY\",\"FTP_PROXY\",\"NO_PROXY\",\"ALL_PROXY\","
	  "\"http_proxy\",\"https_proxy\",\"ftp_proxy\",\"no_proxy\",\"all_proxy\"]}" },
	{ "as-built", "baseline", "user", "{\"action\":\"deny\",\"asked\":\"deny\",\"nonRoot\":false,"
	  "\"uids\":[\"0-4294967295\"],\"groups\":[\"0-4294967295\"],\"like\":\"image\"}" },
	{ "as-built", "baseline", "workingDir", "{\"action\":\"deny\",\"asked\":\"deny\",\"like\":\"image\"}" },
	{ "as-built", "baseline", "mounts", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"allow\":[],\"types\":[\"proc\","
	  "\"sysfs\",\"tmpfs\",\"devpts\",\"mqueue\",\"cgroup\",\"bind\"],\"volumes\":[\"tmpfs\"],\"propagation\":\"slave\","
	  "\"nosuid\":false,\"nodev\":false,\"noexec\":false,\"idMapped\":false,\"like\":\"image\",\"named\":[],"
	  "\"tmpfs\":[]}" },
	{ "as-built", "baseline", "ports", "{\"action\":\"deny\",\"asked\":\"deny\",\"publish\":true,\"like\":\"image\","
	  "\"hostPorts\":[\"1024-65535\"],\"addresses\":[\"any\",\"127.*\",\"::1\"]}" },
	{ "as-built", "baseline", "image", "{\"action\":\"deny\",\"asked\":\"deny\",\"known\":true,\"digests\":[\"*\"],"
	  "\"repositories\":[\"**\"],\"labels\":[],\"signed\":false,\"signers\":[{\"signer\":\"*\",\"repository\":null}],"
	  "\"signedBy\":[],\"scan\":{\"required\":false,\"maxAgeDays\":null,\"worst\":\"critical\"}}" },
	{ "as-built", "baseline", "exec", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"allow\":\"healthcheck\",\"commands\":[],"
	  "\"privileged\":false,\"otherUser\":true,\"moreCapabilities\":false,\"terminal\":true}" },
	{ "lockdown", "as-built", "namespaces", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"host\":[\"user\",\"cgroup\","
	  "\"time\"],\"join\":[],\"joinable\":[],\"paths\":[]}" },
	{ "lockdown", "as-built", "user", "{\"action\":\"deny\",\"asked\":\"deny\",\"nonRoot\":true,"
	  "\"uids\":[\"0-4294967295\"],\"groups\":[\"0-4294967295\"],\"like\":\"image\"}" },
	{ "lockdown", "as-built", "capabilities", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"allow\":[]}" },
	{ "lockdown", "as-built", "noNewPrivileges", "{\"action\":\"rewrite\",\"asked\":\"deny\"}" },
	{ "lockdown", "as-built", "rootfs", "{\"action\":\"deny\",\"asked\":\"deny\",\"readOnly\":true,\"tmpfs\":[],"
	  "\"paths\":[]}" },
	{ "lockdown", "as-built", "mounts", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"allow\":[],\"types\":[\"proc\","
	  "\"sysfs\",\"tmpfs\",\"devpts\",\"mqueue\",\"cgroup\",\"bind\"],\"volumes\":[\"tmpfs\"],\"propagation\":\"private\","
	  "\"nosuid\":true,\"nodev\":true,\"noexec\":true,\"idMapped\":false,\"like\":\"image\",\"named\":[],"
	  "\"tmpfs\":[]}" },
	{ "lockdown", "restricted", "sysctl", NULL },
	{ "lockdown", "restricted", "noNewPrivileges", NULL },
	{ "lockdown", "as-built", "environment", NULL },
	{ "lockdown", "as-built", "entrypoint", NULL },
	{ "lockdown", "as-built", "image", "{\"action\":\"deny\",\"asked\":\"deny\",\"known\":true,\"digests\":[\"*\"],"
	  "\"repositories\":[\"**\"],\"labels\":[],\"signed\":true,\"signers\":[{\"signer\":\"*\",\"repository\":null}],"
	  "\"signedBy\":[],\"scan\":{\"required\":false,\"maxAgeDays\":null,\"worst\":\"critical\"}}" },
	{ "lockdown", "as-built", "exec", "{\"action\":\"rewrite\",\"asked\":\"deny\",\"allow\":\"healthcheck\",\"commands\":[],"
	  "\"privileged\":false,\"otherUser\":false,\"moreCapabilities\":false,\"terminal\":false}" },
};

static gd_json *parsed(const char *text)
{
	struct gd_error err = { 0 };
	gd_json *v = NULL;
	char *copy = gd_strdup(arena, text);

	ck_assert_msg(gd_json_parse(copy, strlen(copy), &v, &err) == 0, "%s: %s", err.text, text);
	return v;
}

static gd_json *shown(const char *profile)
{
	ck_assert_int_eq(run(gd_printf(arena, "policy show %s", profile)), CTL_OK);
	return parsed(output);
}

START_TEST(profile_truth)
{
	NEEDS_ROOT
	gd_json *mine = shown(truth[_i].profile), *over = shown(truth[_i].over);
	const gd_json *is = gd_json_get(gd_json_get(mine, "controls"), truth[_i].control);
	gd_json *want = truth[_i].value ? parsed(truth[_i].value)
					: gd_json_copy(gd_json_get(gd_json_get(over, "controls"), truth[_i].control));
	const char *bytes;
	size_t len;

	ck_assert_int_eq(gd_json_bytes(is, arena, &bytes, &len), 0);
	ck_assert_msg(gd_json_equal(is, want), "%s %s: %s", truth[_i].profile, truth[_i].control, bytes);
	gd_json_free(want);
	gd_json_free(over);
	gd_json_free(mine);
}
END_TEST

/* as-built changes nothing of baseline that the table does not say. */
START_TEST(nothing_besides)
{
	NEEDS_ROOT
	gd_json *mine = shown("as-built"), *over = shown("baseline");
	struct gd_json_iter it = { 0 };
	unsigned seen = 0;

	while (gd_json_next(gd_json_get(mine, "controls"), &it)) {
		bool told = false;

		for (size_t i = 0; i < ROWS(truth); i++)
			told |= !strcmp(truth[i].profile, "as-built") && !strcmp(truth[i].control, it.key);
		seen++;
		ck_assert_msg(told != gd_json_equal(it.value, gd_json_get(gd_json_get(over, "controls"), it.key)), "%s",
			      it.key);
	}
	ck_assert_uint_gt(seen, 20);
	gd_json_free(over);
	gd_json_free(mine);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guardctl_image");
	TCase *once = tcase_create("guardctl_image");
	SRunner *runner;
	int failed;

	find_guardctl();
	tcase_add_checked_fixture(once, setup, teardown);
	tcase_set_timeout(once, 120);
	tcase_add_loop_test(once, command_lines, 0, ROWS(command_rows));
	tcase_add_test(once, shows);
	tcase_add_test(once, doubts);
	tcase_add_test(once, excepts);
	tcase_add_loop_test(once, is_not_borrowed, 0, ROWS(borrowed));
	tcase_add_loop_test(once, adds_the_least, 0, ROWS(additions));
	tcase_add_test(once, profiles);
	tcase_add_loop_test(once, profile_truth, 0, ROWS(truth));
	tcase_add_test(once, nothing_besides);
	suite_add_tcase(suite, once);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
