/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writable layer of an overlay, from outside. A file that is there is not the image's; nor is one that shows
 * because something was removed (a whiteout), hidden (an opaque directory) or moved (a redirected one) there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "image/look.h"

#define ENTRIES_MAX 65536 /* of one directory; over it: the layer's */

/* overlayfs' own marks; "user." where it was mounted without privilege, "fuse-overlayfs" keeps its own. */
static bool is_marked(int dir)
{
	static const char *const marks[] = {
		"trusted.overlay.opaque", "trusted.overlay.redirect", "user.overlay.opaque", "user.overlay.redirect",
		"user.fuseoverlayfs.opaque",
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (fgetxattr(dir, marks[i], NULL, 0) >= 0 || (errno != ENODATA && errno != ENOTSUP))
			return true;
	return faccessat(dir, ".wh..wh..opq", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* "x" is hidden by ".wh.x" in the layers of AUFS and fuse-overlayfs. */
static bool has_whiteout(int dir, const char *name)
{
	char hidden[NAME_MAX + 8] = ".wh.";

	return strlen(name) + 5 < sizeof(hidden) &&
	       faccessat(dir, strcat(hidden, name), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* 1: @path is there or hidden; 0: it is not; *ret_dir: the directory there, open for reading, or -1. */
static int find(int upper, const char *path, int *ret_dir)
{
	int dir = openat(upper, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = dir < 0;
	const char *at = path;

	while (!found && dir >= 0) {
		size_t skip = strspn(at, "/"), len = strcspn(at + skip, "/");
		char name[NAME_MAX + 1];
		int next;

		if (len == 0)
			break;
		memcpy(name, at + skip, len < sizeof(name) ? len : sizeof(name) - 1);
		name[len < sizeof(name) ? len : sizeof(name) - 1] = '\0';
		at += skip + len;
		if (has_whiteout(dir, name)) {
			found = 1;
			break;
		}
		next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		/* a directory is only passed through; anything else there stands in the image's place */
		if (next < 0 && errno != ENOENT)
			found = 1;
		close(dir);
		dir = next;
		found = found || (dir >= 0 && is_marked(dir));
	}
	if (found && dir >= 0) {
		close(dir);
		dir = -1;
	}
	*ret_dir = dir;
	return found;
}

bool gd_upper_has(int upper, const char *path)
{
	int dir = -1, r;

	if (upper < 0)
		return false;
	r = find(upper, path, &dir);
	if (dir >= 0)
		close(dir);
	return r != 0;
}

/* A library by its name, or one of the directories that a loader prefers on some processors. */
static bool is_library(const char *name)
{
	static const char *const dirs[] = { "glibc-hwcaps", "tls", "haswell", "avx512_1", "xeon_phi", "x86_64",
					    "i686", "atomics", "neon" };

	if (strstr(name, ".so"))
		return true;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (strcmp(name, dirs[i]) == 0)
			return true;
	return false;
}

bool gd_upper_has_libraries(int upper, const char *path)
{
	int dir = -1;
	size_t seen = 0;
	bool has = false;
	struct dirent *e;
	DIR *d;

	if (upper < 0)
		return false;
	if (find(upper, path, &dir) != 0)
		return true;
	if (dir < 0)
		return false;
	d = fdopendir(dir);
	if (!d) {
		close(dir);
		return true;
	}
	while (!has && (e = readdir(d)))
		has = is_library(e->d_name) || ++seen > ENTRIES_MAX;
	closedir(d);
	return has;
}
