/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host to look at: /run, /srv and /var/lib replaced by tmpfs in a mount namespace of the test's own, with the
 * directories and files of a Docker engine in them. Without root a user namespace is made for it; what needs root's
 * own files (gd_open_trusted) then refuses, and tests ask fake_is_root().
 */
#ifndef GD_TEST_FAKE_HOST_H
#define GD_TEST_FAKE_HOST_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts/facts.h"
#include "json/scan.h"

#include "suite.h"

#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DATA "/var/lib/docker"
#define BUNDLE "/run/containerd/io.containerd.runtime.v2.task/moby/" ID
#define MERGED DATA "/overlay2/x/merged"
#define MUST(call) ck_assert_msg((call) >= 0, "%s: %s", #call, strerror(errno))

static bool fake_root_;
static inline bool fake_is_root(void) { return fake_root_; }

static inline void fake_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	MUST(fd);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline void fake_dirs(const char *path)
{
	char part[512];

	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, path);
		ck_assert_msg(mkdir(part, 0755) == 0 || errno == EEXIST, "%s: %s", part, strerror(errno));
	}
}

static inline void fake_bind(const char *from, const char *to)
{
	MUST(mount(from, to, NULL, MS_BIND, NULL));
}

static inline void fake_tmpfs(const char *at, unsigned long flags)
{
	fake_dirs(at);
	MUST(mount("tmpfs", at, "tmpfs", flags, "size=4m,mode=755"));
}

static inline void fake_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0); /* stays open: it listens */

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	MUST(fd);
	MUST(bind(fd, (struct sockaddr *)&to, sizeof(to)));
	MUST(listen(fd, 1));
}

static inline void fake_namespace(void)
{
	char map[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	fake_root_ = uid == 0;
	MUST(unshare(CLONE_NEWNS | (fake_root_ ? 0 : CLONE_NEWUSER)));
	if (!fake_root_) {
		fake_write("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		fake_write("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		fake_write("/proc/self/gid_map", map);
	}
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

static inline void fake_host(void)
{
	static const char *const dirs[] = {
		BUNDLE, MERGED, DATA "/containers/" ID "/mounts/shm", DATA "/containers/" OTHER "/mounts/shm",
		DATA "/volumes/plain/_data/sub", DATA "/volumes/deep/_data/sub", DATA "/volumes/etc/_data",
		DATA "/volumes/tmp/_data", DATA "/volumes/whole/_data", DATA "/volumes/link",
		"/srv/app/d", "/srv/secret/x", "/srv/alias", "/srv/deep/sub", "/srv/deep/b", "/srv/deep/no",
		"/srv/eng", "/srv/nosuid", "/srv/twice", "/srv/twice2", "/srv/a b\\c", "/srv/A",
	};
	static const char *const files[] = { "hosts", "hostname", "resolv.conf" };

	fake_namespace();
	fake_tmpfs("/run", 0);
	fake_tmpfs("/srv", 0);
	fake_tmpfs("/var/lib", 0);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		fake_dirs(dirs[i]);
	for (size_t i = 0; i < 3; i++) {
		char path[256];
		snprintf(path, sizeof(path), DATA "/containers/" ID "/%s", files[i]);
		fake_write(path, "own\n");
		snprintf(path, sizeof(path), DATA "/containers/" OTHER "/%s", files[i]);
		fake_write(path, "other\n");
	}
	fake_write("/srv/app/f", "f\n");
	fake_write("/srv/secret/key", "key\n");
	umask(0);
}

/* Extracted facts of a container with these mounts (JSON of the array's elements). */
static inline void fake_facts_of(const char *bundle, const char *root, const char *mounts, const char *namespaces,
				 const char *annotations, struct gd_arena *a, struct gd_facts *ret, gd_json **ret_doc)
{
	const struct gd_where where = { .verb = GD_ON_CREATE, .id = ID, .bundle = bundle,
					.runtime_root = "/run/docker/runtime-runc/moby" };
	struct gd_error err = { 0 };
	char *text = gd_printf(a, "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"%s\"},\"mounts\":[%s],"
			       "\"linux\":{\"namespaces\":[%s]},\"annotations\":{%s}}", root, mounts, namespaces,
			       annotations);

	ck_assert_msg(gd_json_scan(text, strlen(text), GD_SCAN_STRICT, &err) == 0 &&
		      gd_json_parse(text, strlen(text), ret_doc, &err) == 0, "%s: %s", err.text, text);
	ck_assert_msg(gd_facts_extract(&where, *ret_doc, NULL, a, ret, &err) == 0, "%s", err.text);
}

/* The same of one of Docker's. */
static inline void fake_facts(const char *mounts, const char *namespaces, struct gd_arena *a, struct gd_facts *ret,
			      gd_json **ret_doc)
{
	fake_facts_of(BUNDLE, MERGED, mounts, namespaces, "", a, ret, ret_doc);
	ck_assert_int_eq(ret->engine, GD_ENGINE_DOCKER);
}

static inline const char *fake_mount(struct gd_arena *a, const char *source, const char *destination,
				     const char *options)
{
	return gd_printf(a, "{\"destination\":\"%s\",\"type\":\"bind\",\"source\":\"%s\",\"options\":[%s]}", destination,
			 source, options);
}

#endif
