/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader of a program and its libraries. Which of several libraries of one name is loaded depends on orders that
 * differ between libraries and versions: each one that is in a directory where some loader looks is told, with what
 * it needs in turn, and so are those directories. One that is nowhere is no failure: images leave drivers' libraries
 * to be brought in.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "image/look.h"

const char *gd_look_parent(struct gd_look *k, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? gd_strndup(k->a, path, (size_t)(slash - path)) : "/";
}

/* The directory of @path without links, "" where it is not there; each is walked to once. */
static const char *dir_of(struct gd_look *k, const char *path)
{
	struct gd_walk quick = k->walk;
	const char *dir = gd_look_parent(k, path);
	struct gd_walked w;

	quick.quick = true;
	for (size_t i = 0; i < k->dirs.n; i++)
		if (strcmp(k->dirs_as.v[i], dir) == 0)
			return k->dirs.v[i];
	if (gd_walk(&quick, dir, k->a, &w) < 0) {
		gd_look_fail(k, "the directory %s cannot be told", gd_quote(k->a, dir, 120));
		return "";
	}
	gd_look_note_links(k, dir, &w);
	gd_words_add(k->a, &k->dirs_as, dir);
	gd_words_add(k->a, &k->dirs, w.there ? w.path : "");
	return k->dirs.v[k->dirs.n - 1];
}

/* A library that was found, to be read later. */
static void found(struct gd_look *k, const char *path)
{
	struct gd_walk quick = k->walk;
	const char *dir = dir_of(k, path);
	struct gd_walked w;

	quick.quick = true;
	if (!dir[0])
		return;
	if (gd_walk(&quick, gd_printf(k->a, "%s%s", strcmp(dir, "/") == 0 ? "" : dir, strrchr(path, '/')),
		    k->a, &w) < 0) {
		gd_look_fail(k, "the library %s cannot be told", gd_quote(k->a, path, 120));
		return;
	}
	if (!w.there || !S_ISREG(w.mode) || !gd_look_note(k, GD_PROGRAM_LIBRARY, path, &w))
		return;
	gd_words_add(k->a, &k->unread, w.path);
	gd_words_add(k->a, &k->unread_as, path);
}

/* Below "/" lies everything: of that only the name itself is told, there or not. */
static void search(struct gd_look *k, const char *dir, const char *name)
{
	if (strcmp(dir, "/") == 0) {
		struct gd_walked w = { .path = gd_printf(k->a, "/%s", name) };

		gd_look_note(k, GD_PROGRAM_LIBRARY, w.path, &w);
	}
	found(k, gd_printf(k->a, "%s/%s", dir, name));
}

void gd_look_library_dir(struct gd_look *k, const char *dir)
{
	struct gd_walk quick = k->walk;
	struct gd_program_file *f;
	struct gd_walked w;

	quick.quick = true;
	dir = gd_look_absolute(k, dir);
	if (k->library_dirs.n >= GD_PROGRAM_PATH_MAX || gd_walk(&quick, dir, k->a, &w) < 0) {
		gd_look_fail(k, "where the libraries in %s lie cannot be told", gd_quote(k->a, dir, 120));
		return;
	}
	if (gd_words_has(&k->library_dirs, w.path))
		return;
	f = strcmp(w.path, "/") == 0 ? NULL : gd_look_note(k, GD_PROGRAM_LIBRARY, dir, &w);
	if (f)
		f->in_upper = f->in_upper || gd_upper_has_libraries(k->upper, w.path);
	gd_words_add(k->a, &k->library_dirs, w.path);
	for (size_t i = 0; w.there && i < k->needed.n; i++)
		search(k, w.path, k->needed.v[i]);
}

/* --- /etc/ld.so.cache ------------------------------------------------------------------------------- */

#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"
#define NEW_HEADER 48u
#define NEW_ENTRY 24u
/* The part of an entry's flags that tells for whom it is: of use where a machine has two kinds of programs. */
#if defined(__x86_64__)
#define CACHE_ARCH 0xff00u
#define CACHE_OURS 0x0300u
#else
#define CACHE_ARCH 0u
#define CACHE_OURS 0u
#endif

static uint32_t u32_at(const struct gd_bytes *b, size_t at)
{
	uint32_t v = 0;

	if (at + sizeof(v) <= b->len)
		memcpy(&v, b->data + at, sizeof(v));
	return v;
}

/* Where the new form begins in a file that may have the old one before it; it is the only one any loader reads. */
static bool new_cache(const struct gd_bytes *whole, struct gd_bytes *ret)
{
	size_t at = 0;

	if (whole->len >= 16 && memcmp(whole->data, OLD_MAGIC, strlen(OLD_MAGIC)) == 0)
		at = (16 + (size_t)u32_at(whole, 12) * 12 + 7) & ~(size_t)7;
	if (at > whole->len || whole->len - at < NEW_HEADER ||
	    memcmp(whole->data + at, NEW_MAGIC, strlen(NEW_MAGIC)) != 0)
		return false;
	*ret = (struct gd_bytes){ whole->data + at, whole->len - at };
	return true;
}

/* Every path that the cache has for @name. A text that does not end in the file counts as none: loaders check it. */
static void search_cache(struct gd_look *k, const char *name)
{
	struct gd_bytes c;
	size_t n, len = strlen(name) + 1;

	if (!new_cache(&k->cache, &c))
		return;
	n = u32_at(&c, 20);
	for (size_t i = 0; i < n && NEW_HEADER + (i + 1) * NEW_ENTRY <= c.len; i++) {
		size_t key = u32_at(&c, NEW_HEADER + i * NEW_ENTRY + 4),
		       value = u32_at(&c, NEW_HEADER + i * NEW_ENTRY + 8);

		if (!k->narrow && (u32_at(&c, NEW_HEADER + i * NEW_ENTRY) & CACHE_ARCH) != CACHE_OURS)
			continue;
		if (key >= c.len || c.len - key < len || memcmp(c.data + key, name, len) != 0)
			continue;
		if (value < c.len && c.data[value] == '/' && memchr(c.data + value, '\0', c.len - value))
			found(k, c.data + value);
	}
}

/* --- names ------------------------------------------------------------------------------------------- */

void gd_look_library(struct gd_look *k, const char *name)
{
	if (gd_words_has(&k->needed, name))
		return;
	if (k->needed.n >= GD_PROGRAM_FILES_MAX) {
		gd_look_fail(k, "it needs too many libraries");
		return;
	}
	if (strchr(name, '/')) {
		found(k, gd_look_absolute(k, name));
		return;
	}
	gd_words_add(k->a, &k->needed, name);
	for (size_t i = 0; i < k->library_dirs.n; i++)
		search(k, k->library_dirs.v[i], name);
	search_cache(k, name);
}

/* @dir with "$NAME" or "${NAME}" at @at replaced. */
static const char *replaced(struct gd_look *k, const char *dir, const char *at, size_t len, const char *by)
{
	return gd_printf(k->a, "%.*s%s%s", (int)(at - dir), dir, by, at + len);
}

/*
 * $ORIGIN is the file's directory, by its name or by where it is; $LIB one of few; any other ($PLATFORM) is something
 * below the directory before it.
 */
static void add_run_dir(struct gd_look *k, const char *dir, const char *const origins[2], unsigned depth)
{
	static const char *const libs[] = { "lib", "lib64", ("lib/" GD_TRIPLET), "lib32", "libx32" };
	const char *at = strchr(dir, '$');
	bool brace = at && at[1] == '{';
	const char *word = at ? at + 1 + brace : NULL;
	size_t skip;

	if (!at || depth > 4) {
		gd_look_library_dir(k, dir);
		return;
	}
	if (gd_starts(word, "ORIGIN")) {
		skip = 1 + strlen("ORIGIN") + 2u * brace;
		for (size_t i = 0; i < 2 && strlen(at) >= skip; i++)
			add_run_dir(k, replaced(k, dir, at, skip, origins[i]), origins, depth + 1);
	} else if (gd_starts(word, "LIB")) {
		skip = 1 + strlen("LIB") + 2u * brace;
		for (size_t i = 0; i < sizeof(libs) / sizeof(libs[0]) && strlen(at) >= skip; i++)
			add_run_dir(k, replaced(k, dir, at, skip, libs[i]), origins, depth + 1);
	} else {
		gd_look_library_dir(k, gd_look_parent(k, gd_strndup(k->a, dir, (size_t)(at - dir))));
	}
}

/* What one file asks for. */
void gd_look_needs(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed)
{
	const char *const origins[2] = { gd_look_parent(k, path), gd_look_parent(k, gd_look_absolute(k, typed)) };

	for (size_t i = 0; i < e->search.n; i++) {
		const char *s = e->search.v[i];

		while (*s) {
			size_t len = strcspn(s, ":");

			add_run_dir(k, len ? gd_strndup(k->a, s, len) : ".", origins, 0);
			s += len + (s[len] != '\0');
		}
	}
	for (size_t i = 0; i < e->needed.n; i++) {
		const char *name = e->needed.v[i];

		if (strchr(name, '$'))
			add_run_dir(k, strchr(name, '/') ? gd_look_parent(k, name) : ".", origins, 0);
		if (strchr(name, '$'))
			gd_look_library(k, strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
		else
			gd_look_library(k, name);
	}
}
