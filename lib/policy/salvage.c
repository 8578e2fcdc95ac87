/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime that a broken guarded.json names. A slip of the pen refuses every launch; it must not
 * send kill and delete to a runtime that does not know the container. The file is root's alone, and
 * nothing that is judged depends on the answer.
 */
#include <string.h>
#include <unistd.h>

#include "policy/set.h"

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static bool in_comment(const char *text, const char *at)
{
	const char *line = at;

	while (line > text && line[-1] != '\n')
		line--;
	return memmem(line, (size_t)(at - line), "//", 2) != NULL;
}

/* The string behind the key that ends at @p; NULL: none, or no absolute path without escapes. */
static const char *path_behind(const char *p, const char *end, struct gd_arena *a)
{
	const char *from;

	p = skip_space(p, end);
	if (p == end || *p != ':')
		return NULL;
	p = skip_space(p + 1, end);
	if (p == end || *p != '"')
		return NULL;
	for (from = ++p; p < end && *p != '"'; p++)
		if (*p == '\\' || *p == '\n' || *p == '\0')
			return NULL;
	return p < end && *from == '/' ? gd_strndup(a, from, (size_t)(p - from)) : NULL;
}

const char *gd_settings_salvage_runtime(struct gd_bytes text, struct gd_arena *a)
{
	static const char key[] = "\"runtime\"";
	const char *p = text.data, *end = text.data + text.len, *path;

	while (p < end && (p = memmem(p, (size_t)(end - p), key, sizeof(key) - 1)) != NULL) {
		const char *at = p;

		p += sizeof(key) - 1;
		if (in_comment(text.data, at))
			continue;
		path = path_behind(p, end, a);
		if (path != NULL && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}
