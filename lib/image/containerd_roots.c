/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of containerd's roots knows a container. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/containerd.h"

#define ROOTS_MAX 16

const char *gd_ctd_namespace(const char *bundle, const char *id, struct gd_arena *a)
{
	const char *end, *p;

	if (!bundle || !id || !(end = strrchr(bundle, '/')) || strcmp(end + 1, id) != 0)
		return NULL;
	for (p = end; p > bundle && p[-1] != '/'; p--)
		;
	return end > p ? gd_strndup(a, p, (size_t)(end - p)) : NULL;
}

/* Every root is asked: an id that two of them know is nobody's for certain. One that is named twice counts once. */
int gd_ctd_find(const struct gd_words *roots, const char *ns, const char *id, struct gd_ctd_found *ret,
		struct gd_arena *a, struct gd_error *err)
{
	struct gd_ctd_found seen[ROOTS_MAX];
	size_t n = 0;
	int hits = 0, r = 0;

	ret->dirfd = -1;
	if (roots->n > ROOTS_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d roots of containerd", ROOTS_MAX);
	for (size_t i = 0; i < roots->n && r == 0; i++) {
		struct gd_error why = { 0 };
		const char *named = roots->v[i];
		struct gd_ctd_found f = { .root = *named == '/' ? gd_path_clean(a, named) : named };
		struct stat st;
		bool again = false;

		f.dirfd = gd_open_trusted_dir(f.root, &why);
		if (f.dirfd < 0 && why.errnum == ENOENT)
			continue;
		if (f.dirfd < 0 || fstat(f.dirfd, &st) < 0) {
			*err = why;
			r = -1;
			break;
		}
		f.dev = st.st_dev;
		f.ino = st.st_ino;
		for (size_t k = 0; k < n; k++)
			again |= seen[k].dev == f.dev && seen[k].ino == f.ino;
		seen[n++] = f;
		int got = again ? 0 : gd_ctd_read(f.dirfd, ns, id, a, &f.record, err);
		if (got < 0)
			r = gd_error_wrap(err, "%s", f.root);
		else if (got > 0 && ++hits > 1)
			r = gd_error_set(err, GD_E_INPUT, "%s and %s both know a container of this id", ret->root,
					 f.root);
		if (got > 0 && hits == 1)
			*ret = f;
		else
			close(f.dirfd);
	}
	if (r < 0 && ret->dirfd >= 0) {
		close(ret->dirfd);
		ret->dirfd = -1;
	}
	return r < 0 ? -1 : hits;
}
