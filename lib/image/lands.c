/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where mounts land. Runtimes resolve a destination inside the root as it is by then: links of the image lead on, and
 * so do links in what was mounted before. In a file system that the kernel makes empty there are none; in a bind's
 * source there may be, and whoever writes there may change them after any look: below such a mount
 * nothing can be told.
 */
#include <errno.h>
#include <string.h>

#include "image/look.h"

struct landing {
	const struct gd_facts *f;
	size_t n;		/* mounts that are there by now */
	const char *why;
};

static bool is_one_of(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static bool copies_up(const struct gd_mount *m)
{
	return gd_words_has(&m->options, "tmpcopyup");
}

/*
 * Links of procfs lead through processes; the rest of it, like sysfs, has links only to itself, and runtimes mount
 * nothing else there (a control's affair).
 */
static bool is_link_of_proc(const char *rest)
{
	static const char *const links[] = { "self", "thread-self", "net", "mounts", NULL };
	size_t len = strcspn(rest, "/");
	char name[16] = "";

	if (len < sizeof(name))
		memcpy(name, rest, len);
	return (rest[0] >= '0' && rest[0] <= '9') || is_one_of(name, links);
}

int gd_below_mount(const struct gd_mount *m, const char *rest)
{
	static const char *const empty[] = { "tmpfs", "ramfs", "sysfs", "cgroup", "cgroup2", "mqueue", "devpts",
					     NULL };

	if (m->bind) /* an engine's own directory has none, but what containers share they write */
		return m->kind == GD_SRC_ENGINE && strcmp(m->lands, "/dev/shm") != 0 ? 1 : -1;
	if (strcmp(m->type, "tmpfs") == 0 && copies_up(m))
		return 0;
	if (strcmp(m->type, "proc") == 0)
		return is_link_of_proc(rest) ? -1 : 1;
	return is_one_of(m->type, empty) ? 1 : -1;
}

static int below(void *ctx, const char *so_far, const char *rest)
{
	struct landing *l = ctx;

	for (size_t i = l->n; i-- > 0;) {
		const struct gd_mount *m = &l->f->mounts[i];
		int r;

		if (!gd_streq(m->lands, so_far[0] ? so_far : "/"))
			continue;
		r = gd_below_mount(m, rest);
		if (r < 0)
			l->why = m->lands_why ? m->lands_why
					      : "it lies in another mount, in which links may lead elsewhere";
		return r < 0 ? -ECANCELED : r;
	}
	return 0;
}

static bool goes_back(const char *path)
{
	size_t n = strlen(path);

	return strstr(path, "/../") || gd_starts(path, "../") || strcmp(path, "..") == 0 ||
	       (n >= 3 && strcmp(path + n - 3, "/..") == 0);
}

static void land(struct landing *l, const struct gd_walk *w, struct gd_mount *m, struct gd_arena *a)
{
	struct gd_walked to, raw;
	int r = gd_walk(w, m->target, a, &to);

	if (r == 0 && goes_back(m->destination)) {
		/* Cleaned before or after links are followed: runtimes differ. */
		r = gd_walk(w, gd_printf(a, "/%s", m->destination), a, &raw);
		if (r == 0 && !gd_streq(raw.path, to.path)) {
			l->why = "its '..' lead elsewhere through links";
			r = -ECANCELED;
		}
	}
	if (r == 0) {
		m->lands = to.path;
		return;
	}
	m->lands = "/";
	m->lands_why = r == -ECANCELED ? l->why : r == -ELOOP ? "too many links" : "it cannot be looked at";
}

void gd_program_lands(struct gd_facts *f, const struct gd_walk *in, struct gd_arena *a)
{
	struct landing l = { .f = f };
	const struct gd_walk w = { .root = in->root, .dirs = in->dirs, .below = below, .ctx = &l };

	for (; l.n < f->n_mounts; l.n++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[l.n];

		l.why = NULL;
		if (!m->lands) /* on exec: where it landed at create, whatever the container did since */
			land(&l, &w, m, a);
	}
}
