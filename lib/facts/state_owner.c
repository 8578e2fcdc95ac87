/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose is a namespace that a container wants to join? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "facts/facts.h"
#include "facts/state.h"
#include "facts/state_proc.h"

#define CHAIN_MAX 8 /* containers that joined one another's namespace by path */

struct search {
	enum gd_inner inner;
	const struct gd_words *roots;
	const char *ns;
	dev_t dev;
	ino_t ino;
	struct gd_arena *a;
};

static bool holds(const struct search *q, const struct gd_state *s)
{
	const struct gd_state_ns *ns = gd_state_ns(s, q->ns);

	return ns != NULL && ns->known && ns->dev == q->dev && ns->ino == q->ino;
}

/* The container whose init is @pid; false where the guesses from its cgroup find none. */
static bool container_of(const struct search *q, pid_t pid, struct gd_state *ret)
{
	struct gd_words ids = { 0 };

	gd_state_guess_ids(pid, q->a, &ids);
	for (size_t r = 0; r < q->roots->n; r++)
		for (size_t i = 0; i < ids.n; i++)
			if (gd_state_find(q->inner, q->roots->v[r], ids.v[i], q->a, ret,
					  NULL) == 0 &&
			    ret->init_pid == pid && ret->alive)
				return true;
	return false;
}

/* Follow the pids in the paths to the container that did not join from another. */
static bool follow(const struct search *q, const char *path, struct gd_state *ret)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		struct gd_state s;
		pid_t pid = gd_state_path_pid(path);

		/* A number in an old path may be another process by now: the inode tells. */
		if (pid == 0 || !container_of(q, pid, &s) || !holds(q, &s))
			return false;
		path = gd_state_ns(&s, q->ns)->joined;
		/* It joined somebody's, and guarded put a pin in place of the path: all are asked. */
		if (path != NULL && gd_starts(path, GD_PIN_DIR "/"))
			return false;
		if (path == NULL || !gd_starts(path, "/proc/")) {
			*ret = s;
			return true;
		}
	}
	return false;
}

/* Every container of @root into *ret if it holds the namespace and is older than what is there. */
static int walk(const struct search *q, const char *root, size_t *seen, bool *found,
		struct gd_state *ret, struct gd_error *err)
{
	struct gd_error own = { 0 };
	int path = gd_open_trusted_dir(root, &own), fd;
	DIR *dir;
	struct dirent *entry;
	int r = 0;

	if (path < 0)
		return own.errnum == ENOENT ? 0 : gd_error_set(err, own.kind, "%s", own.text);
	fd = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(path);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		gd_error_sys(err, errno, "list the runtime's containers");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		struct gd_state s;

		if (gd_container_id_check(entry->d_name, NULL) < 0)
			continue;
		if (++*seen > GD_STATE_WALK_MAX) {
			r = gd_error_set(err, GD_E_INPUT, "more than %d containers to look through",
					 GD_STATE_WALK_MAX);
			break;
		}
		own = (struct gd_error){ 0 };
		if (gd_state_find(q->inner, root, entry->d_name, q->a, &s, &own) < 0) {
			/* Being created, or deleted since: it holds nothing to be joined. */
			if (own.errnum != ENOENT)
				r = gd_error_set(err, own.kind, "container %s: %s", entry->d_name,
						 own.text);
			continue;
		}
		if (!holds(q, &s) || (*found && ret->init_start <= s.init_start))
			continue;
		*ret = s;
		*found = true;
	}
	closedir(dir);
	return r;
}

int gd_state_ns_owner(enum gd_inner inner, const struct gd_words *roots, const char *ns, dev_t dev,
		      ino_t ino, const char *path, struct gd_arena *a, struct gd_state *ret,
		      struct gd_error *err)
{
	const struct search q = { inner, roots, ns, dev, ino, a };
	struct gd_state oldest = { 0 };
	size_t seen = 0;
	bool found = false;

	if (follow(&q, path, ret))
		return 1;
	for (size_t i = 0; i < roots->n; i++)
		if (walk(&q, roots->v[i], &seen, &found, &oldest, err) < 0)
			return -1;
	if (!found)
		return 0;
	*ret = oldest;
	return 1;
}

void gd_state_roots(const char *root, struct gd_arena *a, struct gd_words *ret)
{
	char *clean = gd_path_clean(a, root);
	char *slash = strrchr(clean, '/');
	const char *name = slash != NULL ? slash + 1 : clean;
	struct dirent *entry;
	DIR *dir;

	gd_words_add(a, ret, clean);
	if (slash == NULL || slash == clean)
		return;
	const char *parent = gd_strndup(a, clean, (size_t)(slash - clean));
	if (!gd_ends(parent, "/containerd/runc") || (dir = opendir(parent)) == NULL)
		return;
	/* No trust is needed to list: every state found there is opened as root's alone. */
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, name) != 0)
			gd_words_add(a, ret, gd_printf(a, "%s/%s", parent, entry->d_name));
	closedir(dir);
}
