/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/mounttable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"

#ifndef SYS_listmount
#define SYS_listmount 458
#endif
#define MNT_ID_UNIQUE 0x4000u /* STATX_MNT_ID_UNIQUE */
#define ATTR_MOUNT_ROOT 0x2000u /* STATX_ATTR_MOUNT_ROOT */
#define FIRST_READ 32768 /* bytes: one container host's table in most cases */

int gd_path_order(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	/* '/' sorts before every other byte: "/a/b" comes before "/a-b", behind "/a" */
	int x = *a == '/' ? 1 : *a == '\0' ? 0 : (unsigned char)*a + 1;
	int y = *b == '/' ? 1 : *b == '\0' ? 0 : (unsigned char)*b + 1;
	return x - y;
}

/* The kernel writes space, tab, newline and backslash of a path as \ooo. In place: it only gets
 * shorter. */
static void unescape(char *s)
{
	char *out = s = strchr(s, '\\') ? strchr(s, '\\') : s + strlen(s);

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* The next word of the line; NULL at its end. *@at moves behind it. */
static char *word(char **at)
{
	char *s = *at;

	while (*s == ' ')
		s++;
	if (*s == '\0')
		return NULL;
	char *end = strchrnul(s, ' ');
	*at = *end ? end + 1 : end;
	*end = '\0';
	return s;
}

static bool number(const char *s, const char *end, unsigned *ret)
{
	unsigned long v = 0;

	if (s == end)
		return false;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (unsigned long)(*s - '0');
		if (v > INT32_MAX)
			return false;
	}
	*ret = (unsigned)v;
	return true;
}

static bool has_option(const char *list, const char *option)
{
	size_t n = strlen(option);

	for (const char *p = list; *p != '\0'; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, option, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
static bool parse_line(char *line, struct gd_mnt *m)
{
	char *id = word(&line), *parent = word(&line), *dev = word(&line), *root = word(&line);
	char *point = word(&line), *options = word(&line), *w;
	unsigned n;

	if (!options || !number(id, id + strlen(id), &n))
		return false;
	m->id = (int)n;
	if (!number(parent, parent + strlen(parent), &n))
		return false;
	m->parent = (int)n;
	char *colon = strchr(dev, ':');
	if (!colon || !number(dev, colon, &m->major) ||
	    !number(colon + 1, colon + strlen(colon), &m->minor))
		return false;
	while ((w = word(&line)) != NULL && strcmp(w, "-") != 0) {
		if (strncmp(w, "shared:", 7) == 0)
			m->flags |= GD_MNT_SHARED;
		else if (strcmp(w, "unbindable") == 0)
			m->flags |= GD_MNT_UNBINDABLE;
	}
	char *fstype = word(&line), *device = word(&line), *super = word(&line);
	if (!w || !fstype || !device)
		return false;
	m->flags |= has_option(options, "nosuid") ? GD_MNT_NOSUID : 0;
	m->flags |= has_option(options, "nodev") ? GD_MNT_NODEV : 0;
	m->flags |= has_option(options, "ro") ? GD_MNT_RO : 0;
	unescape(root);
	unescape(point);
	unescape(device);
	m->root = root;
	m->point = point;
	m->fstype = fstype;
	m->device = device;
	m->super = super ? super : "";
	return true;
}

static int order_id(const void *a, const void *b)
{
	return (*(const struct gd_mnt *const *)a)->id - (*(const struct gd_mnt *const *)b)->id;
}

static int order_point(const void *a, const void *b)
{
	return gd_path_order((*(const struct gd_mnt *const *)a)->point,
			     (*(const struct gd_mnt *const *)b)->point);
}

int gd_mnt_parse(char *text, size_t len, struct gd_arena *a, struct gd_mnt_table *ret,
		 struct gd_error *err)
{
	size_t lines = 0, n = 0;
	char *end = text + len;

	for (char *p = text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		lines++;
	struct gd_mnt *v = GD_NEW_N(a, lines + 1, struct gd_mnt);
	for (char *p = text, *nl; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			return gd_error_set(err, GD_E_SYSTEM, "the mount table is cut short");
		*nl = '\0';
		if (!parse_line(p, &v[n++]))
			return gd_error_set(err, GD_E_SYSTEM,
					    "the mount table has a line that cannot be read");
	}
	struct gd_mnt_table t = { .v = v, .n = n };
	t.by_id = GD_NEW_N(a, n + 1, const struct gd_mnt *);
	t.by_point = GD_NEW_N(a, n + 1, const struct gd_mnt *);
	for (size_t i = 0; i < n; i++)
		t.by_id[i] = t.by_point[i] = &v[i];
	qsort(t.by_id, n, sizeof(t.by_id[0]), order_id);
	qsort(t.by_point, n, sizeof(t.by_point[0]), order_point);
	*ret = t;
	return 0;
}

int gd_mnt_read(const char *path, struct gd_arena *a, struct gd_mnt_table *ret,
		struct gd_error *err)
{
	int fd = open(path ? path : "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t cap = FIRST_READ, len = 0;
	char *text = gd_alloc(a, cap + 1);
	ssize_t n;

	if (fd < 0)
		return gd_error_sys(err, errno, "open the mount table");
	while ((n = read(fd, text + len, cap - len)) > 0) {
		len += (size_t)n;
		if (len < cap)
			continue;
		if (cap >= GD_MOUNTINFO_MAX)
			break;
		text = gd_realloc(a, text, cap + 1, 2 * cap + 1);
		cap *= 2;
	}
	int errnum = errno;
	close(fd);
	if (n < 0)
		return gd_error_sys(err, errnum, "read the mount table");
	if (n > 0)
		return gd_error_set(err, GD_E_SYSTEM, "the mount table is larger than %u bytes",
				    GD_MOUNTINFO_MAX);
	text[len] = '\0';
	return gd_mnt_parse(text, len, a, ret, err);
}

const struct gd_mnt *gd_mnt_by_id(const struct gd_mnt_table *t, int id)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->by_id[mid]->id == id)
			return t->by_id[mid];
		if (t->by_id[mid]->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The first of by_point that does not come before @path, or (@behind) not before or at it. */
static size_t bound(const struct gd_mnt_table *t, const char *path, bool behind)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int o = gd_path_order(t->by_point[mid]->point, path);

		if (o < 0 || (behind && (o == 0 || gd_path_within(t->by_point[mid]->point, path))))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct gd_mnt **gd_mnt_below(const struct gd_mnt_table *t, const char *path, size_t *ret_n)
{
	size_t first = bound(t, path, false), last = bound(t, path, true);

	while (first < last && strcmp(t->by_point[first]->point, path) == 0)
		first++;
	*ret_n = last - first;
	return t->by_point + first;
}

bool gd_mnt_same_fs(const struct gd_mnt *x, const struct gd_mnt *y)
{
	return x->major == y->major && x->minor == y->minor;
}

bool gd_mnt_hangs_on(const struct gd_mnt_table *t, const struct gd_mnt *m, int id)
{
	/* A chain is shorter than the table; one that is not is a table read while it changed: say
	 * yes. */
	for (size_t steps = 0; steps <= t->n; steps++) {
		if (m->parent == id)
			return true;
		const struct gd_mnt *up = gd_mnt_by_id(t, m->parent);
		if (!up || up == m)
			return false;
		m = up;
	}
	return true;
}

bool gd_mnt_is_lone_root(int fd)
{
	struct {
		uint32_t size, spare;
		uint64_t id, param;
	} req = { .size = sizeof(req) };
	struct statx st;
	uint64_t child;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, MNT_ID_UNIQUE, &st) < 0 ||
	    !(st.stx_mask & MNT_ID_UNIQUE) || !(st.stx_attributes & ATTR_MOUNT_ROOT))
		return false;
	req.id = st.stx_mnt_id;
	return syscall(SYS_listmount, &req, &child, 1, 0) == 0;
}

const struct gd_mnt *gd_mnt_over(const struct gd_mnt_table *t, const char *path)
{
	const struct gd_mnt *best = NULL;

	/*
	 * What @path lies in comes before it, the nearest last; of several at one point the last
	 * was mounted over the others.
	 */
	for (size_t i = bound(t, path, true); i-- > 0;) {
		const struct gd_mnt *m = t->by_point[i];
		if (best && strcmp(m->point, best->point) != 0)
			break;
		if (gd_path_within(path, m->point) && (!best || m > best))
			best = m;
	}
	return best;
}
