/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/hooks.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* NULL: no link, or longer than a path can be. */
static const char *read_link(const char *path, struct gd_arena *a)
{
	char buf[PATH_MAX];
	ssize_t n = readlink(path, buf, sizeof(buf));

	return n > 0 && (size_t)n < sizeof(buf) ? gd_strndup(a, buf, (size_t)n) : NULL;
}

static bool is_process_exe(const char *path)
{
	size_t digits;

	if (!gd_starts(path, "/proc/"))
		return false;
	digits = strspn(path + strlen("/proc/"), "0123456789");
	return digits > 0 && strcmp(path + strlen("/proc/") + digits, "/exe") == 0;
}

static bool same_file(int fd, const char *path)
{
	struct stat x, y;

	return fstat(fd, &x) == 0 && stat(path, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/*
 * The link of /proc/PID/exe names a path in that process's own root: it counts only where the same
 * path of this root is the same file, so that a process of a container cannot pass for one of the
 * host.
 */
static enum gd_hook_program look(const char *path, struct gd_arena *a, const char **ret_real)
{
	struct gd_error err = { 0 };
	const char *named = is_process_exe(path) ? read_link(path, a) : path;
	enum gd_hook_program r = GD_HOOK_UNKNOWN;
	int fd;

	if (!named || *named != '/')
		return GD_HOOK_UNKNOWN;
	fd = gd_open_trusted_program(named, &err);
	if (fd < 0)
		return err.kind == GD_E_TRUST ? GD_HOOK_LOOSE : GD_HOOK_UNKNOWN;
	if (same_file(fd, path)) {
		*ret_real = read_link(gd_printf(a, "/proc/self/fd/%d", fd), a);
		r = *ret_real ? GD_HOOK_TRUSTED : GD_HOOK_UNKNOWN;
	}
	close(fd);
	return r;
}

void gd_facts_hooks(struct gd_facts *f, struct gd_arena *a)
{
	struct gd_hook *v = f->n_hooks ? GD_NEW_N(a, f->n_hooks, struct gd_hook) : NULL;

	for (size_t i = 0; i < f->n_hooks; i++) {
		v[i] = f->hooks[i];
		v[i].real = NULL;
		v[i].program = look(v[i].path, a, &v[i].real);
	}
	f->hooks = v;
}

void gd_facts_hooks_again(const struct gd_facts *before, struct gd_facts *ret)
{
	/* extract made the array just now and nobody else holds it */
	struct gd_hook *v = (struct gd_hook *)ret->hooks;

	for (size_t i = 0; i < ret->n_hooks; i++) {
		for (size_t k = 0; k < before->n_hooks; k++) {
			const struct gd_hook *b = &before->hooks[k];

			if (b->index == v[i].index && strcmp(b->stage, v[i].stage) == 0 &&
			    strcmp(b->path, v[i].path) == 0) {
				v[i].program = b->program;
				v[i].real = b->real;
			}
		}
	}
}
