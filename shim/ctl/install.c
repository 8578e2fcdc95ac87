/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl install, uninstall: tell an engine about guarded and take it back. What a file was before is kept to the
 * byte below the state directory, with a digest of what it became: where nobody edited it since, uninstall puts it
 * back as it was; else only what is ours leaves it.
 */
#include "install.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json/scan.h"
#include "json/tree.h"

static const char usage[] =
	"usage: guardctl install [--default] [--replace-runc] [--dry-run] [--program PATH] ENGINE\n"
	"       guardctl uninstall [--dry-run] ENGINE\n"
	"\n"
	"Add the runtime 'guarded' to the configuration of docker, containerd, podman or crio; every other key stays, and\n"
	"uninstall puts back what was there.\n"
	"\n"
	"  --default       new containers start through it without being asked to\n"
	"  --replace-runc  docker, containerd: the name runc means guarded too (docker run --runtime=runc, docker build)\n"
	"  --dry-run       show the difference and write nothing\n"
	"  --program PATH  of guarded; default: beside guardctl\n"
	"  --root DIR      below another root directory, for images and tests\n"
	"\n"
	"exit status: 0 done or nothing to do, 2 error\n";

#define FILE_MAX (1u << 20)	/* bytes of an engine's configuration */
#define SHADOW_RUNC "/usr/libexec/guarded/bin/runc"

struct target {
	const char *engine, *path;
	bool shadow;			/* with --replace-runc only */
	install_edit *edit, *undo;	/* edit NULL: a link to the program; undo NULL: the file is ours alone */
};
static const struct target targets[] = {
	{ "docker", "/etc/docker/daemon.json", false, install_docker, uninstall_docker },
	{ "docker", SHADOW_RUNC, true, NULL, NULL },
	{ "docker", "/etc/systemd/system/docker.service.d/50-guarded.conf", true, install_shadow_docker, NULL },
	{ "docker", "/etc/systemd/system/containerd.service.d/50-guarded.conf", true, install_shadow_containerd,
	  NULL },
	{ "containerd", "/etc/containerd/config.toml", false, install_containerd, uninstall_containerd },
	{ "containerd", SHADOW_RUNC, true, NULL, NULL },
	{ "containerd", "/etc/systemd/system/containerd.service.d/50-guarded.conf", true, install_shadow_containerd,
	  NULL },
	{ "podman", "/etc/containers/containers.conf.d/50-guarded.conf", false, install_podman, NULL },
	{ "crio", "/etc/crio/crio.conf.d/50-guarded.conf", false, install_crio, NULL },
};
#define N_TARGETS (sizeof(targets) / sizeof(targets[0]))

static const struct { const char *engine, *next, *shadowed; } advice[] = {
	{ "docker", "systemctl reload docker     # no container stops",
	  "systemctl daemon-reload && systemctl restart containerd docker   "
	  "# containers stop unless live-restore is on" },
	{ "containerd", "systemctl restart containerd     # containers run on; no new ones for some seconds",
	  "systemctl daemon-reload && systemctl restart containerd     "
	  "# containers run on; no new ones for some seconds" },
	{ "podman", "nothing to restart: new containers see it", NULL },
	{ "crio", "systemctl restart crio     # containers run on; no new ones for some seconds", NULL },
};

const char *install_at(struct install *j, const char *path)
{
	return gd_printf(j->ctl->arena, "%s%s", j->root, path);
}

/* 1 and the file, 0: there is none. A link reads as where it leads, "-> PATH". */
int install_read(struct install *j, const char *path, struct gd_bytes *ret)
{
	char link[4096];
	ssize_t n = readlink(path, link, sizeof(link) - 1);
	int fd, r;

	*ret = (struct gd_bytes){ 0 };
	if (n > 0 && strstr(path, SHADOW_RUNC)) {
		ret->data = gd_printf(j->ctl->arena, "-> %.*s", (int)n, link);
		ret->len = strlen(ret->data);
		return 1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0;
	r = fd < 0 ? gd_error_sys(&j->ctl->err, errno, "open")
		   : gd_read_all(fd, FILE_MAX, j->ctl->arena, ret, &j->ctl->err);
	if (fd >= 0)
		close(fd);
	if (r == 0 && memchr(ret->data, '\0', ret->len))
		r = gd_error_set(&j->ctl->err, GD_E_INPUT, "it holds a NUL");
	return r < 0 ? gd_error_wrap(&j->ctl->err, "%s", path) : 1;
}

static int make_parents(struct install *j, const char *path)
{
	char *dir = gd_strdup(j->ctl->arena, path);

	for (char *p = dir + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		if (mkdir(dir, 0755) < 0 && errno != EEXIST)
			return gd_error_sys(&j->ctl->err, errno, "make the directory '%s'", dir);
	}
	return 0;
}

/* NULL data: removed. The mode of what was there stays. */
int install_write(struct install *j, const char *path, struct gd_bytes bytes)
{
	const char *name = strrchr(path, '/') + 1;
	struct stat st;
	int dir, r;

	if (!bytes.data)
		return unlink(path) < 0 && errno != ENOENT ? gd_error_sys(&j->ctl->err, errno, "remove '%s'", path)
							   : 0;
	if (make_parents(j, path) < 0)
		return -1;
	if (gd_starts(bytes.data, "-> ")) {
		unlink(path);
		return symlink(bytes.data + 3, path) < 0 ? gd_error_sys(&j->ctl->err, errno, "link '%s'", path) : 0;
	}
	dir = open(gd_strndup(j->ctl->arena, path, (size_t)(name - path)), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return gd_error_sys(&j->ctl->err, errno, "open the directory of '%s'", path);
	r = gd_replace_file(dir, name, stat(path, &st) == 0 ? st.st_mode & 07777 : 0644, true, bytes.data, bytes.len,
			    &j->ctl->err);
	close(dir);
	return r;
}

/* A unified difference by diff(1), from and to memory. */
static int show_difference(struct install *j, const char *path, struct gd_bytes before, struct gd_bytes after)
{
	int old = gd_memfd("before", before.data ? before.data : "", before.len, &j->ctl->err);
	int new = gd_memfd("after", after.data ? after.data : "", after.len, &j->ctl->err);
	char *command;

	if (old < 0 || new < 0)
		return -1;
	fcntl(old, F_SETFD, 0);
	fcntl(new, F_SETFD, 0);
	/* Our own numbers alone go through the shell; the path is printed by us. */
	printf("--- %s\n+++ %s\n", path, path);
	fflush(stdout);
	command = gd_printf(j->ctl->arena, "diff -u /dev/fd/%d /dev/fd/%d | tail -n +3", old, new);
	int r = system(command);
	close(old);
	close(new);
	return r < 0 ? gd_error_sys(&j->ctl->err, errno, "run diff") : 0;
}

static int change(struct install *j, const char *path, struct gd_bytes before, struct gd_bytes after)
{
	if (!!before.data == !!after.data && before.len == after.len &&
	    (!before.data || !memcmp(before.data, after.data, before.len)))
		return 0;
	j->changed = true;
	if (j->dry)
		return show_difference(j, path, before, after);
	printf("%s %s\n", !after.data ? "removed" : before.data ? "edited" : "wrote", path);
	return install_write(j, path, after);
}

static int install_one(struct install *j, const struct target *t)
{
	const char *path = install_at(j, t->path);
	struct gd_bytes before, after;

	if (install_read(j, path, &before) < 0)
		return -1;
	if (!t->edit) {
		after.data = gd_printf(j->ctl->arena, "-> %s", j->want.program);
		after.len = strlen(after.data);
	} else if (t->edit(&j->want, before, j->ctl->arena, &after, &j->ctl->err) < 0) {
		return gd_error_wrap(&j->ctl->err, "%s", path);
	}
	/* Remembered first: a half-done install can be undone. */
	if (install_remember(j, path, before, after) < 0 || install_save(j) < 0)
		return -1;
	return change(j, path, before, after);
}

static int uninstall_one(struct install *j, const struct target *t)
{
	const char *path = install_at(j, t->path);
	const gd_json *note = gd_json_get(j->memory, path);
	const char *text = gd_json_get_str(note, "before");
	struct gd_bytes now, after = { (char *)text, text ? strlen(text) : 0 };
	char digest[GD_DIGEST_HEX];

	if (!note || install_read(j, path, &now) < 0)
		return note ? -1 : 0;
	gd_digest_hex(digest, now.data ? now.data : "", now.len);
	if (!now.data) {
		after = now; /* somebody removed it: nothing of ours is left */
	} else if (!gd_streq(digest, gd_json_get_str(note, "after"))) {
		printf("%s was edited since: only what is guarded's leaves it\n", path);
		if (!t->undo)
			after = (struct gd_bytes){ 0 };
		else if (t->undo(&j->want, now, j->ctl->arena, &after, &j->ctl->err) < 0)
			return gd_error_wrap(&j->ctl->err, "%s", path);
	}
	if (change(j, path, now, after) < 0)
		return -1;
	gd_json_remove(j->memory, path);
	return install_save(j);
}

static int run(struct install *j)
{
	if (install_load(j) < 0)
		return -1;
	for (size_t i = 0; i < N_TARGETS; i++) {
		/* Undone in the other direction. */
		const struct target *t = &targets[j->uninstall ? N_TARGETS - 1 - i : i];
		if (strcmp(t->engine, j->engine) || (!j->uninstall && t->shadow && !j->shadow))
			continue;
		if ((j->uninstall ? uninstall_one : install_one)(j, t) < 0)
			return -1;
	}
	return 0;
}

static int say_next(struct install *j)
{
	if (!j->changed) {
		puts("nothing to do");
		return CTL_OK;
	}
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]) && !j->dry; i++)
		if (!strcmp(advice[i].engine, j->engine))
			printf("next: %s\n", j->shadow && advice[i].shadowed ? advice[i].shadowed : advice[i].next);
	return CTL_OK;
}

/* guarded is installed beside guardctl. */
static const char *own_program(struct gd_arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return "/usr/sbin/guarded";
	path[n] = '\0';
	slash = strrchr(path, '/');
	return gd_printf(a, "%.*s/guarded", (int)(slash - path), path);
}

static int is_engine(const char *name)
{
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (!strcmp(advice[i].engine, name))
			return 1;
	return 0;
}

int ctl_install(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "default", 0, NULL, 'd' }, { "replace-runc", 0, NULL, 'r' }, { "dry-run", 0, NULL, 'n' },
		{ "program", 1, NULL, 'p' }, { "root", 1, NULL, 'R' }, { "help", 0, NULL, 'h' }, { 0 },
	};
	struct install j = { .ctl = ctl, .root = "", .uninstall = !strcmp(argv[0], "uninstall") };
	int opt, r;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'd': j.want.is_default = true; break;
		case 'r': j.shadow = true; break;
		case 'n': j.dry = true; break;
		case 'p': j.want.program = optarg; break;
		case 'R': j.root = optarg; break;
		case 'h': return fputs(usage, stdout), CTL_OK;
		default: return ctl_usage(usage, NULL);
		}
	}
	if (argc - optind != 1 || !is_engine(argv[optind]))
		return ctl_usage(usage, "docker, containerd, podman or crio?");
	j.engine = argv[optind];
	if (!j.want.program)
		j.want.program = own_program(ctl->arena);
	if (*j.want.program != '/' || (!j.uninstall && !*j.root && access(j.want.program, X_OK) < 0))
		gd_error_set(&ctl->err, GD_E_INPUT, "no program %s: install guarded first, or name it with --program",
			     gd_quote(ctl->arena, j.want.program, 200));
	r = ctl->err.kind == GD_OK ? run(&j) : -1;
	gd_json_free(j.memory);
	return r < 0 ? ctl_fail(ctl) : say_next(&j);
}
