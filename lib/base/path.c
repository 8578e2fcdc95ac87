/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths and patterns over them, by text alone; what a path really is, facts/ finds out. */
#include <string.h>

#include "base/str.h"

char *gd_path_clean(struct gd_arena *a, const char *path)
{
	bool rooted = *path == '/';
	char *out = gd_alloc(a, strlen(path) + 2);
	size_t n = 0, floor = 0;	/* ".." cannot climb below floor */

	if (rooted)
		out[n++] = '/', floor = 1;
	for (const char *p = path; *p != '\0';) {
		size_t len = strcspn(p, "/");
		bool up = len == 2 && p[0] == '.' && p[1] == '.';
		if (up && n > floor) {
			do {
				n--;
			} while (n > floor && out[n] != '/');
		} else if (up ? !rooted : len > 0 && !(len == 1 && *p == '.')) {
			if (n > rooted)
				out[n++] = '/';
			memcpy(out + n, p, len);
			n += len;
			if (up)
				floor = n;
		}
		p += len + (p[len] == '/');
	}
	if (n == 0)
		out[n++] = '.';
	out[n] = '\0';
	return out;
}

bool gd_path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (strncmp(path, dir, n) != 0)
		return false;
	return path[n] == '\0' || path[n] == '/' || (n > 0 && dir[n - 1] == '/');
}

/* One component of a path or pattern. */
struct part {
	const char *s;
	size_t len;
	bool last;
};

static struct part part_at(const char *s)
{
	size_t len = strcspn(s, "/");

	return (struct part){ .s = s, .len = len, .last = s[len] == '\0' };
}

static bool is_deep(struct part p)
{
	return p.len == 2 && p.s[0] == '*' && p.s[1] == '*';
}

static bool is_wild(struct part p)
{
	return memchr(p.s, '*', p.len) != NULL || memchr(p.s, '?', p.len) != NULL;
}

static bool is_dots(struct part p)
{
	return p.len > 0 && p.len <= 2 && p.s[0] == '.' && p.s[p.len - 1] == '.';
}

/*
 * @sub is either text, or a pattern whose own wildcards count as symbols: a '*' in it is matched by
 * '*' alone, a '?' by '*' or '?'. That proves inclusion, never more.
 */
static bool part_covers(struct part pat, struct part sub, bool sub_is_pattern, bool alone)
{
	size_t p = 0, s = 0, star = (size_t)-1, mark = 0;

	if (is_wild(pat) && ((sub.len == 0 && !alone) || is_dots(sub)))
		return false;
	while (s < sub.len) {
		bool deep = sub_is_pattern && sub.s[s] == '*';
		if (p < pat.len && pat.s[p] == '*') {
			star = p++;
			mark = s;
		} else if (p < pat.len && !deep && (pat.s[p] == '?' || pat.s[p] == sub.s[s])) {
			p++, s++;
		} else if (star != (size_t)-1) {
			p = star + 1;
			s = ++mark;
		} else {
			return false;
		}
	}
	while (p < pat.len && pat.s[p] == '*')
		p++;
	return p == pat.len;
}

/*
 * "**" takes any number of components; going back to the latest one is enough, as with '*' in a
 * line.
 */
static bool covers(const char *pattern, const char *s, bool s_is_pattern)
{
	const char *p = pattern, *after_deep = NULL, *mark = NULL;
	bool alone = strchr(s, '/') == NULL;

	while (s != NULL) {
		struct part sub = part_at(s), pat = p != NULL ? part_at(p) : (struct part){ 0 };
		bool sub_deep = s_is_pattern && is_deep(sub);
		if (p != NULL && is_deep(pat)) {
			p = after_deep = pat.last ? NULL : p + pat.len + 1;
			mark = s;
			continue;
		}
		if (p != NULL && !sub_deep && part_covers(pat, sub, s_is_pattern, alone)) {
			p = pat.last ? NULL : p + pat.len + 1;
			s = sub.last ? NULL : s + sub.len + 1;
			continue;
		}
		if (mark == NULL)
			return false;
		struct part eaten = part_at(mark);
		if (is_dots(eaten))
			return false;
		s = mark = eaten.last ? NULL : mark + eaten.len + 1;
		/* NULL where "**" ends the pattern: it then eats all the rest, part by part. */
		p = after_deep;
	}
	while (p != NULL && is_deep(part_at(p)))
		p = part_at(p).last ? NULL : p + 3;
	return p == NULL;
}

bool gd_glob(const char *pattern, const char *s)
{
	return pattern != NULL && s != NULL && covers(pattern, s, false);
}

bool gd_glob_covers(const char *outer, const char *inner)
{
	return outer != NULL && inner != NULL && covers(outer, inner, true);
}
