/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "facts/sources.h"

#define PROFILES_MAX (1u << 20) /* bytes of the list of loaded AppArmor profiles */

static bool has_word(const char *path, char want)
{
	char c = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool is = read(fd, &c, 1) == 1 && c == want;
	close(fd);
	return is;
}

/* "docker-default (enforce)": only profiles that enforce count as loaded. */
static void load_profiles(struct gd_host *h, struct gd_arena *a)
{
	int fd = open("/sys/kernel/security/apparmor/profiles", O_RDONLY | O_CLOEXEC);
	size_t cap = 16384, len = 0;
	ssize_t n;

	if (fd < 0)
		return;
	char *text = gd_alloc(a, cap + 1);
	while ((n = read(fd, text + len, cap - len)) > 0) {
		len += (size_t)n;
		if (len < cap)
			continue;
		if (cap >= PROFILES_MAX)
			break;
		text = gd_realloc(a, text, cap + 1, 2 * cap + 1);
		cap *= 2;
	}
	close(fd);
	text[len] = '\0';
	for (char *line = text, *nl; (nl = strchr(line, '\n')) != NULL; line = nl + 1) {
		*nl = '\0';
		if (gd_ends(line, " (enforce)"))
			gd_words_add(a, &h->apparmor_loaded,
				     gd_strndup(a, line, strlen(line) - strlen(" (enforce)")));
	}
}

void gd_host_collect(struct gd_facts *f, struct gd_arena *a)
{
	struct gd_host *h = &f->host;
	struct sysinfo info;
	struct statfs fs;
	cpu_set_t cpus;

	h->apparmor = has_word("/sys/module/apparmor/parameters/enabled", 'Y');
	if (h->apparmor)
		load_profiles(h, a);
	/* A permissive module confines nobody. */
	h->selinux = statfs("/sys/fs/selinux", &fs) == 0 && fs.f_type == SELINUX_MAGIC &&
		     has_word("/sys/fs/selinux/enforce", '1');
	h->cgroup2 = statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
	if (sysinfo(&info) == 0)
		h->memory = (uint64_t)info.totalram * info.mem_unit;
	/* Those that init may use: engines may have been given fewer. */
	if (sched_getaffinity(1, sizeof(cpus), &cpus) == 0)
		h->cpus = (unsigned)CPU_COUNT(&cpus);
}
