/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where engines keep their state, and how files of theirs are read: for finding, never for judging. */
#include "container.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/image.h"
#include "json/scan.h"

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

struct gd_words ctl_names_in(struct ctl *ctl, const char *dir)
{
	struct gd_words names = { 0 };
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return names;
	while (names.n < CTL_CONTAINERS_MAX && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			gd_words_add(ctl->arena, &names, gd_strdup(ctl->arena, e->d_name));
	closedir(d);
	if (names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	return names;
}

gd_json *ctl_read_json(struct ctl *ctl, const char *path)
{
	struct gd_bytes bytes;
	struct gd_error err = { 0 };
	gd_json *v = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW), r;

	if (fd < 0)
		return NULL;
	r = gd_read_all(fd, GD_IMAGE_STORE_MAX, ctl->arena, &bytes, &err);
	close(fd);
	/* An array (containers/storage) stands in an object: the reader wants one. */
	if (r == 0 && bytes.len > 0 && bytes.data[strspn(bytes.data, " \t\r\n")] == '[') {
		bytes.data = gd_printf(ctl->arena, "{\"list\":%s}", bytes.data);
		bytes.len = strlen(bytes.data);
	}
	if (r < 0 || gd_json_scan(bytes.data, bytes.len, GD_SCAN_STRICT, &err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, &v, &err) < 0)
		return NULL;
	return v;
}

static void add_all(struct ctl *ctl, struct gd_words *to, const struct gd_words *from, const char *behind)
{
	for (size_t i = 0; i < from->n; i++) {
		const char *s = gd_printf(ctl->arena, "%s%s", from->v[i], behind);

		if (!gd_words_has(to, s))
			gd_words_add(ctl->arena, to, s);
	}
}

struct gd_words ctl_docker_roots(struct ctl *ctl)
{
	struct gd_words v = { 0 };

	gd_words_add(ctl->arena, &v, "/var/lib/docker");
	add_all(ctl, &v, &ctl->settings.engine_dirs, "");
	return v;
}

struct gd_words ctl_state_roots(struct ctl *ctl)
{
	struct gd_words v = { 0 };

	gd_words_add(ctl->arena, &v, "/run/containerd");
	gd_words_add(ctl->arena, &v, "/run/docker/containerd/daemon");
	add_all(ctl, &v, &ctl->settings.engine_dirs, "");
	add_all(ctl, &v, &ctl->settings.engine_dirs, "/containerd/daemon");
	return v;
}

/* CRI-O's run root first: what it keeps in the graph root under the same id is a copy of its bundle. */
struct gd_words ctl_graph_roots(struct ctl *ctl)
{
	struct gd_words v = { 0 };

	gd_words_add(ctl->arena, &v, "/run/containers/storage");
	gd_words_add(ctl->arena, &v, GD_STORAGE_ROOT);
	add_all(ctl, &v, &ctl->settings.storage_roots, "");
	add_all(ctl, &v, &ctl->settings.engine_dirs, "");
	return v;
}
