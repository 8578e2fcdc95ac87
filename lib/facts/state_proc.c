/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "facts/state_proc.h"

#define STAT_MAX 4096		/* bytes of /proc/PID/stat */
#define CGROUP_MAX 32768	/* bytes of /proc/PID/cgroup that are looked at */
#define START_FIELD 22		/* of stat, counted from 1: proc(5) */

const char *const gd_state_ns_names[GD_STATE_NS] = { "cgroup", "ipc",  "mnt",  "net",
						     "pid",    "time", "user", "uts" };

static ssize_t read_at(int dir, const char *name, char *ret, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	size_t have = 0;

	if (fd < 0)
		return -1;
	while ((n = read(fd, ret + have, size - 1 - have)) > 0)
		have += (size_t)n;
	close(fd);
	ret[have] = '\0';
	return n < 0 ? -1 : (ssize_t)have;
}

/* "PID (name) S ppid ...": the name may hold brackets, so count from the last one. */
static bool started_at(const char *stat, uint64_t start)
{
	const char *p = strrchr(stat, ')');
	uint64_t v;
	char *end;

	if (p == NULL || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X' || p[2] == 'x')
		return false;
	for (int field = 2; field < START_FIELD; field++)
		if ((p = strchr(p + 1, ' ')) == NULL)
			return false;
	end = strchrnul(p + 1, ' ');
	*end = '\0';
	return gd_parse_u64(p + 1, &v) == 0 && v == start;
}

void gd_state_look(struct gd_state *s)
{
	char path[64], stat[STAT_MAX];
	int dir;

	for (size_t i = 0; i < GD_STATE_NS; i++)
		s->ns[i].name = gd_state_ns_names[i];
	/* Start 0: an old crun recorded none, and a pid without it may be anybody's. */
	if (s->init_pid <= 0 || s->init_start == 0)
		return;
	snprintf(path, sizeof(path), "/proc/%d", (int)s->init_pid);
	/* One descriptor for all: it means the same process also when the number is given away. */
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	s->alive = read_at(dir, "stat", stat, sizeof(stat)) > 0 && started_at(stat, s->init_start);
	for (size_t i = 0; s->alive && i < GD_STATE_NS; i++) {
		struct stat st;

		snprintf(path, sizeof(path), "ns/%s", gd_state_ns_names[i]);
		s->ns[i].known = fstatat(dir, path, &st, 0) == 0;
		if (s->ns[i].known) {
			s->ns[i].dev = st.st_dev;
			s->ns[i].ino = st.st_ino;
		}
	}
	close(dir);
}

pid_t gd_state_path_pid(const char *path)
{
	char digits[16];
	size_t n;
	uint64_t pid;

	if (path == NULL || !gd_starts(path, "/proc/"))
		return 0;
	path += strlen("/proc/");
	n = strspn(path, "0123456789");
	if (n == 0 || n >= sizeof(digits) || !gd_starts(path + n, "/ns/"))
		return 0;
	memcpy(digits, path, n);
	digits[n] = '\0';
	return gd_parse_u64(digits, &pid) == 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

static void guess(const char *name, struct gd_arena *a, struct gd_words *ret)
{
	if (gd_container_id_check(name, NULL) == 0 && !gd_words_has(ret, name))
		gd_words_add(a, ret, name);
}

/* "ID", "ID.scope", "docker-ID.scope", "cri-containerd-ID.scope", "libpod-ID". */
static void guess_component(const char *component, struct gd_arena *a, struct gd_words *ret)
{
	char *name = gd_strdup(a, component);

	if (gd_ends(name, ".scope"))
		name[strlen(name) - strlen(".scope")] = '\0';
	guess(name, a, ret);
	for (const char *dash = strchr(name, '-'); dash != NULL; dash = strchr(dash + 1, '-'))
		guess(dash + 1, a, ret);
}

void gd_state_guess_ids(pid_t pid, struct gd_arena *a, struct gd_words *ret)
{
	char path[64], *text = gd_alloc(a, CGROUP_MAX), *line_end, *save;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	if (read_at(AT_FDCWD, path, text, CGROUP_MAX) <= 0)
		return;
	for (char *line = strtok_r(text, "\n", &line_end); line != NULL;
	     line = strtok_r(NULL, "\n", &line_end)) {
		char *slash = strchr(line, '/'); /* behind "N:controllers:" */

		if (slash == NULL)
			continue;
		for (char *c = strtok_r(slash, "/", &save); c != NULL;
		     c = strtok_r(NULL, "/", &save))
			guess_component(c, a, ret);
	}
}
