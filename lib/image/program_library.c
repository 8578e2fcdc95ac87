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

#if defined(__x86_64__)
#define TRIPLET "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define TRIPLET "aarch64-linux-gnu"
#elif defined(__arm__)
#define TRIPLET "arm-linux-gnueabihf"
#elif defined(__riscv)
#define TRIPLET "riscv64-linux-gnu"
#elif defined(__powerpc64__)
#define TRIPLET "powerpc64le-linux-gnu"
#elif defined(__s390x__)
#define TRIPLET "s390x-linux-gnu"
#elif defined(__i386__)
#define TRIPLET "i386-linux-gnu"
#else
#define TRIPLET "unknown-linux-gnu"
#endif
static const char *const common_dirs[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/lib/" TRIPLET,
					   "/usr/lib/" TRIPLET, NULL };
static const char *const narrow_dirs[] = { "/lib32", "/usr/lib32", "/libx32", "/usr/libx32", "/lib/i386-linux-gnu",
					   "/usr/lib/i386-linux-gnu", NULL };
static const char *const musl_dirs[] = { "/usr/local/lib", NULL };

static const char *parent_of(struct gd_look *k, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? gd_strndup(k->a, path, (size_t)(slash - path)) : "/";
}

/* The directory of @path without links, "" where it is not there; each is walked to once. */
static const char *dir_of(struct gd_look *k, const char *path)
{
	struct gd_walk quick = k->walk;
	const char *dir = parent_of(k, path);
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

static void add_dir(struct gd_look *k, const char *dir)
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

static void need(struct gd_look *k, const char *name)
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
	static const char *const libs[] = { "lib", "lib64", ("lib/" TRIPLET), "lib32", "libx32" };
	const char *at = strchr(dir, '$');
	bool brace = at && at[1] == '{';
	const char *word = at ? at + 1 + brace : NULL;
	size_t skip;

	if (!at || depth > 4) {
		add_dir(k, dir);
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
		add_dir(k, parent_of(k, gd_strndup(k->a, dir, (size_t)(at - dir))));
	}
}

/* What one file asks for. */
static void take_needs(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed)
{
	const char *const origins[2] = { parent_of(k, path), parent_of(k, gd_look_absolute(k, typed)) };

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
			add_run_dir(k, strchr(name, '/') ? parent_of(k, name) : ".", origins, 0);
		if (strchr(name, '$'))
			need(k, strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
		else
			need(k, name);
	}
}

/* --- the loader ---------------------------------------------------------------------------------------- */

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
		add_dir(k, *dirs);
}

static void know_musl(struct gd_look *k, const char *base)
{
	struct gd_bytes list;
	size_t len = strcspn(base, ".");

	add_dirs(k, musl_dirs);
	if (read_text(k, gd_printf(k->a, "/etc/%.*s.path", (int)len, base), GD_LOADER_PRELOAD_MAX, &list))
		each(k, list.data, ":\n", add_dir);
}

static void know_glibc(struct gd_look *k)
{
	struct gd_bytes list;

	if (k->has_cache)
		return;
	k->has_cache = true;
	read_text(k, "/etc/ld.so.cache", GD_LOADER_CACHE_MAX, &k->cache);
	if (read_text(k, "/etc/ld.so.preload", GD_LOADER_PRELOAD_MAX, &list))
		each(k, list.data, " \t\n:", need);
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
	add_dir(k, parent_of(k, w.path)); /* a loader of one's own has its libraries beside it */
	if (gd_starts(base, "ld-musl"))
		know_musl(k, base);
	else
		know_glibc(k);
	each(k, gd_look_env(k, "LD_LIBRARY_PATH"), ":;", add_dir);
	each(k, gd_look_env(k, "LD_PRELOAD"), " :", need);
	each(k, gd_look_env(k, "LD_AUDIT"), ":", need);
}

void gd_look_libraries(struct gd_look *k, const struct gd_elf *e, const char *path, const char *typed)
{
	/* Without a loader nobody loads what it names. */
	if (!e->interpreter)
		return;
	know_loader(k, e);
	take_needs(k, e, path, typed);
	for (; k->n_read < k->unread.n && !k->why; k->n_read++) {
		const char *at = k->unread.v[k->n_read];
		struct gd_elf lib = gd_look_read(k, at);

		/* What is no library of this machine is passed over by the loader, or ends the program. */
		if (lib.kind == GD_ELF_PROGRAM)
			take_needs(k, &lib, at, k->unread_as.v[k->n_read]);
	}
}
