/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader of a program: which directories, lists and libraries of its own it brings in. */
#include <string.h>
#include <unistd.h>

#include "image/look.h"

static const char *const common_dirs[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/lib/" GD_TRIPLET,
					   "/usr/lib/" GD_TRIPLET, NULL };
static const char *const narrow_dirs[] = { "/lib32", "/usr/lib32", "/libx32", "/usr/libx32", "/lib/i386-linux-gnu",
					   "/usr/lib/i386-linux-gnu", NULL };
static const char *const musl_dirs[] = { "/usr/local/lib", NULL };

static void each(struct gd_look *k, const char *list, const char *between,
		 void (*use)(struct gd_look *k, const char *s))
{
	size_t n = 0;

	while (list && *list) {
		size_t len = strcspn(list, between);

		if (++n > GD_PROGRAM_PATH_MAX) {
			gd_look_fail(k, "a list of libraries is too long");
			return;
		}
		if (len)
			use(k, gd_strndup(k->a, list, len));
		list += len + (list[len] != '\0');
	}
}

static bool read_text(struct gd_look *k, const char *path, size_t max, struct gd_bytes *ret)
{
	struct gd_error err = { 0 };
	struct gd_walked w;
	int fd = -1, r = gd_walk(&k->walk, path, k->a, &w);
	bool ok = r == 0;

	if (ok)
		gd_look_note(k, GD_PROGRAM_LOADER_FILE, path, &w);
	*ret = (struct gd_bytes){ gd_strdup(k->a, ""), 0 };
	if (ok && w.there) {
		fd = S_ISREG(w.mode) ? gd_walk_open(&k->walk, w.path) : -1;
		ok = fd >= 0 && gd_read_all(fd, max, k->a, ret, &err) == 0;
	}
	if (fd >= 0)
		close(fd);
	if (!ok)
		gd_look_fail(k, "%s cannot be read", path);
	return ok;
}

static void add_dirs(struct gd_look *k, const char *const *dirs)
{
	for (; *dirs; dirs++)
		gd_look_library_dir(k, *dirs);
}

static void know_musl(struct gd_look *k, const char *base)
{
	struct gd_bytes list;
	size_t len = strcspn(base, ".");

	add_dirs(k, musl_dirs);
	if (read_text(k, gd_printf(k->a, "/etc/%.*s.path", (int)len, base), GD_LOADER_PRELOAD_MAX, &list))
		each(k, list.data, ":\n", gd_look_library_dir);
}

static void know_glibc(struct gd_look *k)
{
	struct gd_bytes list;

	if (k->has_cache)
		return;
	k->has_cache = true;
	read_text(k, "/etc/ld.so.cache", GD_LOADER_CACHE_MAX, &k->cache);
	if (read_text(k, "/etc/ld.so.preload", GD_LOADER_PRELOAD_MAX, &list))
		each(k, list.data, " \t\n:", gd_look_library);
}

static void know_loader(struct gd_look *k, const struct gd_elf *e)
{
	const char *path = gd_look_absolute(k, e->interpreter), *base = strrchr(path, '/') + 1;
	struct gd_walked w;

	if (gd_walk(&k->walk, path, k->a, &w) < 0 || !w.there || !S_ISREG(w.mode)) {
		gd_look_fail(k, "its loader %s is not there", gd_quote(k->a, e->interpreter, 80));
		return;
	}
	gd_look_note(k, GD_PROGRAM_LOADER, e->interpreter, &w);
	add_dirs(k, common_dirs);
	if (!e->is64) {
		k->narrow = true;
		add_dirs(k, narrow_dirs);
	}
	gd_look_library_dir(k, gd_look_parent(k, w.path)); /* a loader of one's own has its libraries beside it */
	if (gd_starts(base, "ld-musl"))
		know_musl(k, base);
	else
		know_glibc(k);
	each(k, gd_look_env(k, "LD_LIBRARY_PATH"), ":;", gd_look_library_dir);
	each(k, gd_look_env(k, "LD_PRELOAD"), " :", gd_look_library);
	each(k, gd_look_env(k, "LD_AUDIT"), ":", gd_look_library);
}

void gd_look_libraries(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed)
{
	/* Without a loader nobody loads what it names. */
	if (!e->interpreter)
		return;
	know_loader(k, e);
	gd_look_needs(k, e, path, typed);
	for (; k->n_read < k->unread.n && !k->why; k->n_read++) {
		const char *at = k->unread.v[k->n_read];
		struct gd_elf lib = gd_look_read(k, at);

		/* What is no library of this machine is passed over by the loader, or ends the program. */
		if (lib.kind == GD_ELF_PROGRAM)
			gd_look_needs(k, &lib, at, k->unread_as.v[k->n_read]);
	}
}
