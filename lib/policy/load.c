/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories of policies and profiles. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/set.h"

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* What an editor leaves beside a file (.web.json.swp, web.json~) is no policy. */
static bool is_policy_file(const char *name)
{
	return name[0] != '.' && gd_ends(name, ".json");
}

static int list_dir(int fd, struct gd_arena *a, struct gd_words *ret, struct gd_error *err)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);	/* @fd may be O_PATH */
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (!d) {
		gd_error_sys(err, errno, "read the directory");
		if (copy >= 0)
			close(copy);
		return -1;
	}
	while (errno = 0, (e = readdir(d)) != NULL && ret->n <= GD_POLICIES_MAX)
		if (is_policy_file(e->d_name))
			gd_words_add(a, ret, gd_strdup(a, e->d_name));
	int why = errno;
	closedir(d);
	if (why)
		return gd_error_sys(err, why, "read the directory");
	if (ret->n > GD_POLICIES_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d files", GD_POLICIES_MAX);
	if (ret->n > 0)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return 0;
}

static int read_file(const char *path, bool trusted, struct gd_arena *a, struct gd_bytes *ret,
		     struct gd_error *err)
{
	int fd = trusted ? gd_open_trusted(path, err)
			 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return trusted ? -1 : gd_error_sys(err, errno, "open");
	int r = gd_read_all(fd, GD_POLICY_FILE_MAX, a, ret, err);
	close(fd);
	return r;
}

int gd_set_add_dir(struct gd_set *set, const char *dir, bool profile, bool trusted,
		   struct gd_error *err)
{
	struct gd_words names = { 0 };
	int fd = trusted ? gd_open_trusted_dir(dir, err)
			 : open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC),
	    r;

	if (fd < 0)
		return trusted ? gd_error_wrap(err, "'%s'", dir)
			       : gd_error_sys(err, errno, "open '%s'", dir);
	r = list_dir(fd, set->arena, &names, err);
	close(fd);
	if (r < 0)
		return gd_error_wrap(err, "'%s'", dir);
	for (size_t i = 0; i < names.n; i++) {
		const char *path = gd_printf(set->arena, "%s/%s", dir, names.v[i]);
		struct gd_error why = { 0 };
		struct gd_bytes bytes;
		if (read_file(path, trusted, set->arena, &bytes, &why) < 0)
			gd_set_problem(set, GD_PROBLEM_ERROR, NULL, 0, "%s: %s", path, why.text);
		else
			gd_set_add(set, path, bytes, profile);
	}
	return 0;
}

int gd_set_load(struct gd_set *set, const struct gd_settings *s, bool trusted, struct gd_arena *a,
		struct gd_error *err)
{
	*set = (struct gd_set){ .arena = a, .floor = s->floor,
				.existing = s->existing, .profile_dir = s->profile_dir,
				.macros = { .bind_roots = s->bind_roots } };
	if (gd_set_add_dir(set, s->profile_dir, true, trusted, err) < 0)
		return gd_error_wrap(err, "profiles");
	if (gd_set_add_dir(set, s->policy_dir, false, trusted, err) < 0)
		return gd_error_wrap(err, "policies");
	return 0;
}
