/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mounts over what runtimes use of the container's /dev while they set it up. /dev/null is what they bind over files
 * that are to be hidden, and what is to be hidden stays open where it is a link to that; /dev/ptmx, /dev/pts and
 * /dev/console become the terminal (CVE-2025-31133, CVE-2025-52565). In a volume they are whatever a container left
 * there.
 *
 * Unlike .lands, which tells nothing below what containers write, this follows links in volumes as they stand now. A
 * container that changes them between this look and the mount wins a race against the runtime, which goes by names
 * too: newer ones (runc 1.2.8, 1.3.3, 1.4.0) verify what they opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "image/look.h"

struct following {
	const struct gd_facts *f;
	const char **now;	/* where each mount lands by what is there now */
	size_t *slots, mask;	/* by a hash of .now: 1 + the last mount there; with thousands nobody can ask each */
	const char *again;	/* a link in another mount leads here */
	struct gd_arena *a;
};

static bool is_somebodys(const struct gd_mount *m)
{
	return m->bind && m->kind != GD_SRC_ENGINE && m->kind != GD_SRC_INIT && m->kind != GD_SRC_NONE;
}

/* 1: no link on the way to @path in the directory @fd, which is mounted at @at; -1: there is one (->again), or nobody
 * can tell. */
static int follow_in(struct following *l, int fd, const char *at, const char *path)
{
	struct gd_walk_dirs dirs = { .n = 0 };
	const struct gd_walk w = { .root = fd, .dirs = &dirs };
	struct gd_walked to;
	char text[PATH_MAX];
	const char *link;
	ssize_t n;
	int r = gd_walk(&w, path, l->a, &to);

	gd_walk_done(&dirs);
	if (r == -ENOTDIR) /* a file is mounted there: nothing lies below it */
		return 1;
	if (to.links.n == 0)
		return r < 0 ? -1 : 1;
	/* Only the first one counts: beyond it this walk, which takes @fd for the root, went its own way. */
	link = to.links.v[0];
	n = readlinkat(fd, link + 1, text, sizeof(text) - 1);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	if (text[0] != '/')
		at = gd_printf(l->a, "%s%.*s/", at, (int)(strrchr(link, '/') - link), link);
	l->again = gd_path_clean(l->a, gd_printf(l->a, "%s%s%s", text[0] == '/' ? "" : at, text, path + strlen(link)));
	return -1;
}

static int follow_source(struct following *l, size_t i, const char *rest)
{
	const struct gd_mount *m = &l->f->mounts[i];
	int fd = m->fd, r;

	if (!is_somebodys(m) || m->kind == GD_SRC_MISSING)
		return 1; /* the engine's own, or empty: no container wrote there */
	if (strstr(rest, ".."))
		return -1;
	if (fd < 0) /* a volume's data lies below directories that only root may enter: no need to be held */
		fd = open(m->source, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	r = follow_in(l, fd, l->now[i], gd_path_clean(l->a, gd_printf(l->a, "/%s", rest)));
	if (fd != m->fd)
		close(fd);
	return r;
}

static size_t *slot_of(const struct following *l, const char *path)
{
	size_t at = 14695981039346656037u;

	for (const char *p = path; *p; p++)
		at = (at ^ (unsigned char)*p) * 1099511628211u;
	for (at &= l->mask; l->slots[at] && strcmp(l->now[l->slots[at] - 1], path) != 0;)
		at = (at + 1) & l->mask;
	return &l->slots[at];
}

static int below(void *ctx, const char *so_far, const char *rest)
{
	struct following *l = ctx;
	size_t i = *slot_of(l, so_far[0] ? so_far : "/");
	int r;

	if (i == 0)
		return 0;
	const struct gd_mount *m = &l->f->mounts[i - 1];
	r = m->bind ? follow_source(l, i - 1, rest) : gd_below_mount(m, rest);
	return r < 0 ? -ECANCELED : r;
}

/* Where @path leads with the mounts that are there by now; NULL: nobody can tell. */
static const char *follow(struct following *l, const struct gd_walk *in, const char *path)
{
	const struct gd_walk w = { .root = in->root, .dirs = in->dirs, .below = below, .ctx = l };

	for (int i = 0; i < GD_WALK_LINKS_MAX; i++) {
		struct gd_walked to;
		int r;

		l->again = NULL;
		r = gd_walk(&w, path, l->a, &to);
		if (r == 0)
			return to.path;
		if (!l->again)
			return NULL;
		path = l->again;
	}
	return NULL;
}

static bool covers(const char *dev, const char *now, const char *target, struct gd_arena *a)
{
	static const char *const used[] = { "null", "console", "ptmx", "pts" };

	if (!now || gd_path_within(dev, now) || (gd_path_within(now, "/proc") && !gd_path_within(target, "/proc")))
		return true;
	for (size_t i = 0; i < sizeof(used) / sizeof(*used); i++)
		if (gd_path_within(now, gd_printf(a, "%s/%s", dev, used[i])))
			return true;
	return false;
}

static void follow_all(struct gd_facts *f, const struct gd_walk *in, struct gd_arena *a)
{
	struct following l = { .f = f, .a = a, .mask = 15 };
	const char *dev;

	while (l.mask < 2 * f->n_mounts)
		l.mask = 2 * l.mask + 1;
	l.slots = GD_NEW_N(a, l.mask + 1, size_t);
	l.now = GD_NEW_N(a, f->n_mounts + 1, const char *);
	dev = follow(&l, in, "/dev");
	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];

		l.now[i] = follow(&l, in, m->target);
		if (l.now[i])
			*slot_of(&l, l.now[i]) = i + 1;
		if (is_somebodys(m))
			m->over_dev = !dev || covers(dev, l.now[i], m->target, a);
	}
}

void gd_mounts_over_dev(struct gd_facts *f, struct gd_arena *a)
{
	struct gd_walk_dirs dirs = { .n = 0 };
	struct gd_walk w = { .dirs = &dirs };
	bool any = false;

	for (size_t i = 0; i < f->n_mounts && !any; i++)
		any = is_somebodys(&f->mounts[i]);
	if (!any || !f->root_real) /* without a root the control rootfs says no */
		return;
	w.root = open(f->root_real, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w.root < 0)
		return; /* likewise */
	follow_all(f, &w, a);
	gd_walk_done(&dirs);
	close(w.root);
}
