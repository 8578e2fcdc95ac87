/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which node of the host has a device's numbers: /dev/console in a document may be any disk. Only
 * for what is not one of every container's own nodes, so an ordinary launch asks nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "facts/sources.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define LINKS_MAX 4096 /* names of devices that are looked at */

/* Directories of links that udev names after what a device is, not after when it was found. */
static const char *const link_dirs[] = {
	"/dev/serial/by-id",  "/dev/serial/by-path", "/dev/disk/by-id",	      "/dev/disk/by-path",
	"/dev/disk/by-uuid",  "/dev/disk/by-label",  "/dev/disk/by-partuuid", "/dev/input/by-id",
	"/dev/input/by-path", "/dev/v4l/by-id",	     "/dev/v4l/by-path",      "/dev/dri/by-path",
	"/dev/snd/by-id",     "/dev/snd/by-path",    "/dev/mapper",
};

/* null zero full random urandom; tty console ptmx: what every container has (runc's own list). */
static bool is_everybodys(char type, int64_t major, int64_t minor)
{
	static const struct {
		int major, minor;
	} own[] = {
		{ 1, 3 }, { 1, 5 }, { 1, 7 }, { 1, 8 }, { 1, 9 }, { 5, 0 }, { 5, 1 }, { 5, 2 },
	};

	for (size_t i = 0; type != 'b' && i < LEN(own); i++)
		if (own[i].major == major && own[i].minor == minor)
			return true;
	return false;
}

static const char *node_of(char type, int64_t major, int64_t minor, struct gd_arena *a)
{
	char text[4096];
	struct stat st;
	int fd = open(gd_printf(a, "/sys/dev/%s/%lld:%lld/uevent", type == 'b' ? "block" : "char",
				(long long)major, (long long)minor),
		      O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return NULL;
	text[n] = '\0';
	const char *name = strstr(text, "DEVNAME=");
	if (!name || (name != text && name[-1] != '\n'))
		return NULL;
	name += strlen("DEVNAME=");
	const char *path = gd_printf(a, "/dev/%.*s", (int)strcspn(name, "\n"), name);
	if (lstat(path, &st) < 0 || (type == 'b' ? !S_ISBLK(st.st_mode) : !S_ISCHR(st.st_mode)) ||
	    st.st_rdev != makedev((unsigned)major, (unsigned)minor))
		return NULL;
	return path;
}

static void add_aliases(char type, int64_t major, int64_t minor, struct gd_arena *a,
			struct gd_words *ret)
{
	size_t seen = 0;
	struct dirent *e;
	struct stat st;

	for (size_t i = 0; i < LEN(link_dirs); i++) {
		DIR *d = opendir(link_dirs[i]);
		while (d && (e = readdir(d)) != NULL && seen++ < LINKS_MAX) {
			if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, 0) < 0)
				continue;
			if ((type == 'b' ? S_ISBLK(st.st_mode) : S_ISCHR(st.st_mode)) &&
			    st.st_rdev == makedev((unsigned)major, (unsigned)minor))
				gd_words_add(a, ret,
					     gd_printf(a, "%s/%s", link_dirs[i], e->d_name));
		}
		if (d)
			closedir(d);
	}
}

void gd_devices_collect(struct gd_view *v)
{
	struct gd_linux *l = &v->f->linux_;

	for (size_t i = 0; i < l->n_devices; i++) {
		struct gd_device *d = (struct gd_device *)&l->devices[i];
		char type = d->type[0] == 'u' ? 'c' : d->type[0];
		if ((type != 'b' && type != 'c') || is_everybodys(type, d->major, d->minor))
			continue;
		d->real = node_of(type, d->major, d->minor, v->a);
		add_aliases(type, d->major, d->minor, v->a, &d->aliases);
	}
	for (size_t i = 0; i < l->resources.n_devices; i++) {
		struct gd_device_rule *r = (struct gd_device_rule *)&l->resources.devices[i];
		if (!r->allow || (r->type != 'b' && r->type != 'c') || !r->major.set ||
		    !r->minor.set || r->major.v < 0 || r->minor.v < 0 ||
		    is_everybodys(r->type, r->major.v, r->minor.v))
			continue;
		r->real = node_of(r->type, r->major.v, r->minor.v, v->a);
		add_aliases(r->type, r->major.v, r->minor.v, v->a, &r->aliases);
	}
}
