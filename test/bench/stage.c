/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS STAGE "/exec/containerd/daemon/io.containerd.runtime.v2.task/moby"
#define SAMPLE_ID "91def836f174c47b2898fc85d99ed49f9a864a5a25d1701499f3e67caca324a2"
#define SAMPLE_LAYER "cedeeb4a26878f4e0b0907bf366eb744c298797910438146c4db17aa5981bf80"
#define SAMPLE_IMAGE "3fa18e99484b1cfc0afc175ec006e22404db475675629bf037ec264111bab8f9"
/* The image whose configuration is in the samples: its layers from the lowest up, as chains. */
#define IMAGE "18da2ad36d0ffc62eed517b7b6fe5fc49345e909aa77aa9327791eb3260d9ed7"
#define IMAGE_LOWEST "849078d5c18c95483eff7661e6edc42debd9f1402faee0de196f1076e2cb7d73"
#define IMAGE_HIGHEST "38a74389597efe394925bd12723f5ea50d86b4d17cd3186b5226ebd133f51978"
#define STORE STAGE "/docker/image/overlay2"
#define SAMPLE_ENGINE "/proc/7711/exe"

extern char **environ;

void fail(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void run(const char *program, ...)
{
	char *argv[16] = { (char *)program };
	size_t n = 1;
	va_list ap;
	pid_t pid;
	int status;

	va_start(ap, program);
	while (n < 15 && (argv[n] = va_arg(ap, char *)))
		n++;
	va_end(ap);
	errno = posix_spawnp(&pid, program, NULL, NULL, argv, environ);
	if (errno || waitpid(pid, &status, 0) < 0)
		fail(program);
	if (status) {
		fprintf(stderr, "bench: %s failed\n", program);
		exit(2);
	}
}

static void make_dir(const char *form, ...)
{
	char path[512];
	va_list ap;

	va_start(ap, form);
	vsnprintf(path, sizeof(path), form, ap);
	va_end(ap);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			fail(path);
	}
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		fail(path);
}

static void put(const char *path, const char *data, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len || close(fd) < 0)
		fail(path);
}

static struct text read_all(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct text t;

	if (fd < 0 || fstat(fd, &st) < 0 || !(t.data = malloc(st.st_size + 1)))
		fail(path);
	t.len = st.st_size;
	if (read(fd, t.data, t.len) != (ssize_t)t.len)
		fail(path);
	t.data[t.len] = '\0';
	close(fd);
	return t;
}

/* An image's root as the engine mounts it, its files and the volume directory beside it. */
static void make_container(struct container *c, unsigned number)
{
	static const char *const files[] = { "resolv.conf", "hostname", "hosts" };
	char layer[300], path[512], options[1024];

	snprintf(c->id, sizeof(c->id), "%.56s%08x", SAMPLE_ID, number);
	snprintf(c->bundle, sizeof(c->bundle), TASKS "/%s", c->id);
	snprintf(c->log, sizeof(c->log), "%s/log.json", c->bundle);
	snprintf(c->pid_file, sizeof(c->pid_file), "%s/init.pid", c->bundle);
	make_dir("%s", c->bundle);
	snprintf(layer, sizeof(layer), STAGE "/docker/overlay2/%s", c->id);
	make_dir("%s/diff", layer);
	make_dir("%s/work", layer);
	make_dir("%s/merged", layer);
	snprintf(options, sizeof(options), "lowerdir=" STAGE "/docker/overlay2/image,upperdir=%s/diff,"
		 "workdir=%s/work", layer, layer);
	snprintf(path, sizeof(path), "%s/merged", layer);
	if (mount("overlay", path, "overlay", 0, options) < 0)
		fail("mount an overlay");
	make_dir(STAGE "/docker/containers/%s", c->id);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), STAGE "/docker/containers/%s/%s", c->id, files[i]);
		put(path, "file\n", 5, 0644);
	}
}

static void put_text(const char *text, const char *form, ...)
{
	char path[512];
	va_list ap;

	va_start(ap, form);
	vsnprintf(path, sizeof(path), form, ap);
	va_end(ap);
	put(path, text, strlen(text), 0644);
}

/* The store's half of an image, and Docker's record of each container that is made of it. */
static void make_store(struct stage *s, const char *repo)
{
	char path[512];
	struct text record;

	make_dir(STORE "/imagedb/content/sha256");
	snprintf(path, sizeof(path), "%s/test/data/samples/docker20-image/imagedb-content.json", repo);
	run("cp", path, STORE "/imagedb/content/sha256/" IMAGE, NULL);
	snprintf(path, sizeof(path), "%s/test/data/samples/docker20-image/repositories.json", repo);
	run("cp", path, STORE "/repositories.json", NULL);
	make_dir(STORE "/layerdb/sha256/" IMAGE_LOWEST);
	make_dir(STORE "/layerdb/sha256/" IMAGE_HIGHEST);
	make_dir(STAGE "/docker/overlay2/lowest/diff");
	put_text("lowest", STORE "/layerdb/sha256/" IMAGE_LOWEST "/cache-id");
	put_text("image", STORE "/layerdb/sha256/" IMAGE_HIGHEST "/cache-id");
	make_dir(STAGE "/docker/overlay2/image/diff/etc");
	put_text("root:x:0:0::/:/bin/sh\napp:x:1234:1234::/:/bin/sh\n", STAGE "/docker/overlay2/image/diff/etc/passwd");
	put_text("root:x:0:\napp:x:1234:\n", STAGE "/docker/overlay2/image/diff/etc/group");
	snprintf(path, sizeof(path), "%s/test/data/samples/docker20-env/config.v2.json", repo);
	record = read_all(path);
	for (char *at = record.data; (at = strstr(at, SAMPLE_IMAGE)); at++)
		memcpy(at, IMAGE, 64);
	for (unsigned i = 0; i < BUNDLES; i++) {
		const char *id = s->c[i].id;
		for (char *at = record.data; (at = strstr(at, i ? s->c[i - 1].id : SAMPLE_ID)); at++)
			memcpy(at, id, 64);
		put_text(record.data, STAGE "/docker/containers/%s/config.v2.json", id);
		snprintf(path, sizeof(path), "%s/test/data/samples/docker20-env/hostconfig.json", repo);
		char to[512];
		snprintf(to, sizeof(to), STAGE "/docker/containers/%s/hostconfig.json", id);
		run("cp", path, to, NULL);
		make_dir(STORE "/layerdb/mounts/%s", id);
		put_text("sha256:" IMAGE_HIGHEST, STORE "/layerdb/mounts/%s/parent", id);
		put_text(id, STORE "/layerdb/mounts/%s/mount-id", id);
	}
	free(record.data);
}

/* @n policies by digest in a configuration of its own, with as many signed records; the first is the image's. */
static void make_policies(struct stage *s, const char *config, const char *name, unsigned policies, unsigned records)
{
	char text[1024], dir[128], command[1024];

	snprintf(dir, sizeof(dir), STAGE "/%s", name);
	make_dir("%s/policy.d", dir);
	snprintf(text, sizeof(text), "{ \"runtime\": \"" STAGE "/fake\", \"policyDir\": \"%s/policy.d\", "
		 "\"profileDir\": \"" STAGE "/profiles\", \"applied\": \"%s/applied\", \"trustDir\": \"%s/trust\", "
		 "\"audit\": { \"file\": \"%s/audit.jsonl\" }, \"bindRoots\": [\"" SHARED "\"] }\n", dir, dir, dir, dir);
	put_text(text, "%s", config);
	put_text("{ \"version\": 1, \"name\": \"bench\", \"match\": {}, \"extends\": [\"baseline\"] }\n",
		 "%s/policy.d/00.json", dir);
	for (unsigned i = 0; i < policies; i++) {
		snprintf(text, sizeof(text), "{ \"version\": 1, \"name\": \"p%u\", \"extends\": [\"bench\"], \"match\": "
			 "{ \"digest\": [\"sha256:%064x\"] }, \"controls\": { \"image\": { \"known\": true, \"signed\": true } } }\n",
			 i, i);
		if (i == 0)
			memcpy(strstr(text, "sha256:") + 7, IMAGE, 64);
		put_text(text, "%s/policy.d/p%u.json", dir, i);
	}
	run(s->guardctl, "--guarded-config", config, "trust", "keygen", "bench", NULL);
	snprintf(command, sizeof(command), "{ echo sha256:" IMAGE "; seq 1 %u | xargs printf 'sha256:%%064x\n'; } | "
		 "'%s' --guarded-config %s trust sign --key bench - >/dev/null && "
		 "'%s' --guarded-config %s apply >/dev/null", records - 1, s->guardctl, config, s->guardctl, config);
	run("sh", "-c", command, NULL);
}

static void make_guarded(struct stage *s, const char *build, const char *repo)
{
	static const char conf[] = "{ \"runtime\": \"" STAGE "/fake\", \"policyDir\": \"" STAGE "/etc/policy.d\", "
		"\"profileDir\": \"" STAGE "/profiles\", \"applied\": \"" STAGE "/etc/applied\", "
		"\"audit\": { \"file\": \"" STAGE "/etc/audit.jsonl\" }, \"bindRoots\": [\"" SHARED "\"] }\n";
	static const char policy[] = "{ \"version\": 1, \"name\": \"bench\", \"match\": {}, "
		"\"extends\": [\"baseline\"] }\n";
	static const char shell[] = "#!/bin/sh\nexec " STAGE "/fake \"$@\"\n";
	/* On disk and without symbols, as installed: the page cache of a tmpfs maps in smaller pieces. */
	const struct { const char *built, *name; char *ret; } programs[] = {
		{ "guarded", "guarded", s->guarded },
		{ "guardctl", "guardctl", s->guardctl },
		{ "bench/exec-only", "exec-only", s->exec_only },
		{ "bench/wrapper", "wrapper", s->wrapper },
	};
	char path[512];

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", build, programs[i].built);
		snprintf(programs[i].ret, sizeof(s->guarded), "%s/bench/installed/%s", build, programs[i].name);
		run("install", "-D", "-s", path, programs[i].ret, NULL);
	}
	snprintf(path, sizeof(path), "%s/bench/fake-runtime", build);
	run("cp", path, s->fake, NULL);
	run("cp", path, STAGE "/dockerd", NULL);
	snprintf(path, sizeof(path), "%s/profiles", repo);
	run("cp", "-r", path, STAGE "/profiles", NULL);
	run("chown", "-R", "root:root", STAGE "/profiles", STAGE "/fake", NULL);
	make_dir(STAGE "/etc/policy.d");
	put(STAGE "/etc/policy.d/10-bench.json", policy, sizeof(policy) - 1, 0644);
	put(s->config, conf, sizeof(conf) - 1, 0644);
	put(s->shell, shell, sizeof(shell) - 1, 0755);
	run(s->guardctl, "--guarded-config", s->config, "apply", NULL);
}

void stage_make(struct stage *s, const char *build, const char *repo)
{
	char *waiting[] = { (char *)STAGE "/dockerd", (char *)"wait", NULL };
	char path[512];

	*s = (struct stage){ .config = STAGE "/etc/guarded.json", .fake = STAGE "/fake",
			     .shell = STAGE "/shell", .few = STAGE "/few/guarded.json",
			     .many = STAGE "/many/guarded.json" };
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		fail("a mount namespace of its own (root is needed)");
	umask(022);
	make_dir(STAGE);
	if (mount("bench", STAGE, "tmpfs", 0, "mode=755") < 0)
		fail("mount a tmpfs");
	make_dir(STAGE "/docker/overlay2/image/bin");
	make_dir(STAGE "/exec/runtime-runc/moby");
	if (mount("bench", SHARED, "tmpfs", 0, "mode=755") < 0)
		fail("mount a tmpfs on " SHARED);
	make_dir(SHARED "/dir");
	for (unsigned i = 0; i < BUNDLES; i++)
		make_container(&s->c[i], i);
	make_store(s, repo);
	make_guarded(s, build, repo);
	make_policies(s, s->few, "few", FEW, FEW);
	make_policies(s, s->many, "many", MANY, MANY);
	snprintf(path, sizeof(path), "%s/test/data/samples/docker20-env/config.json", repo);
	s->sample = read_all(path);
	errno = posix_spawn(&s->engine, waiting[0], NULL, NULL, waiting, environ);
	if (errno)
		fail("start what stands for dockerd");
}

void stage_check(const struct stage *s)
{
	const char *const logs[] = { s->few, s->many };

	for (size_t i = 0; i < 2; i++) {
		char path[128];
		snprintf(path, sizeof(path), "%.*s/audit.jsonl", (int)(strrchr(logs[i], '/') - logs[i]), logs[i]);
		struct text log = read_all(path);
		log.data[strcspn(log.data, "\n")] = '\0';
		if (!strstr(log.data, "\"policy\":{\"name\":\"p0\"") || !strstr(log.data, "\"config\":\"sha256:" IMAGE)) {
			fprintf(stderr, "bench: not governed by the image's policy: %s\n", log.data);
			exit(2);
		}
		free(log.data);
	}
}

void stage_done(struct stage *s)
{
	kill(s->engine, SIGKILL);
	waitpid(s->engine, NULL, 0);
	umount2(STAGE, MNT_DETACH);
	rmdir(STAGE);
	free(s->sample.data);
}

/* Appends to a growing text; out of memory ends the program. */
static void add(struct text *t, const char *data, size_t len)
{
	t->data = realloc(t->data, t->len + len + 1);
	if (!t->data)
		fail("memory");
	memcpy(t->data + t->len, data, len);
	t->len += len;
	t->data[t->len] = '\0';
}

static void add_extra_mounts(struct text *t, const struct extra *extra)
{
	char line[256];

	if (extra->bind) {
		snprintf(line, sizeof(line), ",{\"destination\":\"/bound\",\"type\":\"bind\",\"source\":\"" SHARED
			 "/dir\",\"options\":[\"rbind\",\"rprivate\"]}");
		add(t, line, strlen(line));
	}
	for (size_t i = 0; i < extra->mounts; i++) {
		snprintf(line, sizeof(line), ",{\"destination\":\"/mnt/m%zu\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
			 "\"options\":[\"nosuid\",\"nodev\",\"size=64k\"]}", i);
		add(t, line, strlen(line));
	}
}

static void add_extra_env(struct text *t, const struct extra *extra)
{
	char line[128];

	for (size_t i = 0; i < extra->env; i++) {
		snprintf(line, sizeof(line), "\"VARIABLE_%zu=value number %zu\",", i, i);
		add(t, line, strlen(line));
	}
}

struct text stage_document(const struct stage *s, const struct container *c, const struct extra *extra)
{
	char engine[64];
	const struct {
		const char *from, *to;
		void (*before)(struct text *, const struct extra *), (*after)(struct text *, const struct extra *);
	} words[] = {
		{ SAMPLE_ID, c->id, NULL, NULL }, { SAMPLE_LAYER, c->id, NULL, NULL },
		{ SAMPLE_ENGINE, engine, NULL, NULL }, { "/var/lib/docker", STAGE "/docker", NULL, NULL },
		{ "/run/docker", STAGE "/exec", NULL, NULL },
		{ "\"env\":[", "\"env\":[", NULL, add_extra_env },
		{ "],\"hooks\":", "],\"hooks\":", add_extra_mounts, NULL },
	};
	struct text out = { NULL, 0 };
	const char *at = s->sample.data;

	snprintf(engine, sizeof(engine), "/proc/%d/exe", s->engine);
	while (*at) {
		size_t i = 0, n = sizeof(words) / sizeof(words[0]);
		while (i < n && strncmp(at, words[i].from, strlen(words[i].from)) != 0)
			i++;
		if (i == n) {
			add(&out, at++, 1);
			continue;
		}
		if (words[i].before)
			words[i].before(&out, extra);
		add(&out, words[i].to, strlen(words[i].to));
		if (words[i].after)
			words[i].after(&out, extra);
		at += strlen(words[i].from);
	}
	return out;
}

void stage_fresh(const struct container *c, const struct text *document)
{
	DIR *dir = opendir(c->bundle);
	char path[600];

	if (!dir)
		fail(c->bundle);
	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.' && unlinkat(dirfd(dir), e->d_name, 0) < 0)
			fail(e->d_name);
	closedir(dir);
	snprintf(path, sizeof(path), "%s/config.json", c->bundle);
	put(path, document->data, document->len, 0644);
}
