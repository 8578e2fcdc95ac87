/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "image/look.h"

/* Where no PATH is given runtimes and libraries have ideas of their own: all of them. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define ARGUMENT_LEN_MAX 256

/* --- what a file is, once found ------------------------------------------------------------------ */

static size_t find(struct gd_look *k, enum gd_program_role role, const char *name, unsigned depth);
static void execute(struct gd_look *k, enum gd_program_role role, const char *typed, const struct gd_walked *w,
		    unsigned depth);

/*
 * What env is asked to run: one name, or after -S a text with assignments before it. Other options, quotes and
 * escapes: nobody can tell.
 */
static const char *env_command(struct gd_look *k, const char *arg)
{
	bool split = gd_starts(arg, "-S") || gd_starts(arg, "--split-string=");
	const char *at = split ? arg + (arg[1] == 'S' ? 2 : strlen("--split-string=")) : arg;

	if (strpbrk(at, "\\'\"$#\v\f\r") || (!split && strpbrk(at, " \t=")))
		return NULL;
	for (;;) {
		size_t len;

		at += strspn(at, " \t");
		len = strcspn(at, " \t");
		if (len == 0 || at[0] == '-')
			return NULL;
		if (!memchr(at, '=', len))
			return gd_strndup(k->a, at, len);
		/* another PATH is not followed */
		if (gd_starts(at, "PATH="))
			return NULL;
		at += len;
	}
}

static bool is_env(const char *path)
{
	const char *base = strrchr(path, '/');

	return strcmp(base ? base + 1 : path, "env") == 0;
}

/* The kernel opens an interpreter by its name as it stands: relative to the working directory, without PATH. */
static void interpret(struct gd_look *k, const char *script, const char *name, const char *argument, unsigned depth)
{
	const char *command;
	struct gd_walked w;

	if (depth > GD_PROGRAM_SCRIPTS_MAX) {
		gd_look_fail(k, "%s: too many interpreters one after the other", script);
		return;
	}
	if (gd_walk(&k->walk, gd_look_absolute(k, name), k->a, &w) < 0 || !w.there || !S_ISREG(w.mode)) {
		gd_look_fail(k, "%s: its interpreter %s is not there", script, gd_quote(k->a, name, 80));
		return;
	}
	execute(k, GD_PROGRAM_SCRIPT_INTERPRETER, name, &w, depth);
	if (!is_env(name) || !argument)
		return;
	command = env_command(k, argument);
	if (!command || find(k, GD_PROGRAM_SCRIPT_INTERPRETER, command, depth + 1) == 0)
		gd_look_fail(k, "%s: what %s runs for %s cannot be told", script, name, gd_quote(k->a, argument, 80));
}

static void execute(struct gd_look *k, enum gd_program_role role, const char *typed, const struct gd_walked *w,
		    unsigned depth)
{
	const char *shown = gd_quote(k->a, typed, 80);
	struct gd_elf e;

	/* noted before it is followed all the same: a script may come back to itself */
	gd_look_note(k, role, typed, w);
	e = gd_look_read(k, w->path);
	switch (e.kind) {
	case GD_ELF_PROGRAM:
		gd_look_libraries(k, &e, w->path, typed);
		return;
	case GD_ELF_SCRIPT:
		interpret(k, shown, e.interpreter, e.argument, depth + 1);
		return;
	case GD_ELF_OTHER:
		if (k->by_init || role == GD_PROGRAM_ARGUMENT)
			interpret(k, shown, "/bin/sh", NULL, depth + 1);
		else
			gd_look_fail(k, "%s is neither an ELF program nor a script that begins with '#!'", shown);
		return;
	case GD_ELF_UNKNOWN:
		break;
	}
	gd_look_fail(k, "%s: %s", shown, e.why);
}

/* --- finding it ------------------------------------------------------------------------------------ */

enum verdict { NO, PERHAPS, YES };

/* Executable for everyone, for nobody, or for those whom ids, lists and capabilities let: not told apart here. */
static enum verdict is_executable(const struct gd_walked *w)
{
	if (!w->there || !S_ISREG(w->mode) || (w->mode & 0111) == 0)
		return NO;
	return (w->mode & 0111) == 0111 && w->open_to_all ? YES : PERHAPS;
}

static enum verdict try(struct gd_look *k, enum gd_program_role role, const char *path, unsigned depth)
{
	struct gd_walked w;
	enum verdict v;
	int r = gd_walk(&k->walk, path, k->a, &w);

	if (r < 0) {
		gd_look_fail(k, "%s cannot be told: %s", gd_quote(k->a, path, 80),
			     r == -ELOOP ? "too many links" : r == -EXDEV ? "something is mounted in the root" :
									    "it cannot be looked at");
		return NO;
	}
	v = is_executable(&w);
	if (v != NO)
		execute(k, role, path, &w, depth);
	return v;
}

/*
 * @dir was looked into before the one that had it: what would appear there would be taken instead. Below "/" lies
 * everything: of that only the name itself is told.
 */
static void searched(struct gd_look *k, const char *dir, const char *name)
{
	struct gd_program_file *f;
	struct gd_walked w;

	if (gd_walk(&k->walk, dir, k->a, &w) < 0)
		return; /* looking into it failed with the reason */
	const char *path = gd_printf(k->a, "%s/%s", strcmp(w.path, "/") == 0 ? "" : w.path, name);
	if (strcmp(w.path, "/") == 0)
		w.path = path;
	f = gd_look_note(k, GD_PROGRAM_SEARCHED, dir, &w);
	if (f)
		f->in_upper = f->in_upper || gd_upper_has(k->upper, path);
}

static size_t find_by_path(struct gd_look *k, enum gd_program_role role, const char *name, unsigned depth)
{
	const char *list = gd_look_env(k, "PATH");
	bool any = !list || !list[0];
	size_t found = 0, dirs = 0;

	for (list = any ? DEFAULT_PATH : list; list; dirs++) {
		size_t len = strcspn(list, ":");
		const char *dir = gd_look_absolute(k, len ? gd_strndup(k->a, list, len) : ".");
		enum verdict v;

		if (dirs >= GD_PROGRAM_PATH_MAX) {
			gd_look_fail(k, "PATH names more than %d directories", GD_PROGRAM_PATH_MAX);
			break;
		}
		v = try(k, role, gd_printf(k->a, "%s/%s", dir, name), depth);
		found += v != NO;
		if (v == YES && !any)
			break;
		searched(k, dir, name);
		list = list[len] ? list + len + 1 : NULL;
	}
	return found;
}

/* How many files it may be; 0: none. */
static size_t find(struct gd_look *k, enum gd_program_role role, const char *name, unsigned depth)
{
	if (depth > GD_PROGRAM_SCRIPTS_MAX + 1 || !name[0])
		return 0;
	if (strchr(name, '/'))
		return try(k, role, gd_look_absolute(k, name), depth) != NO;
	return find_by_path(k, role, name, depth);
}

/*
 * Entrypoint scripts and small inits execute their arguments. One that names no executable file leaves nothing
 * behind, nor does one that cannot be told: it is an argument.
 */
static void find_arguments(struct gd_look *k, const struct gd_words *args, size_t from)
{
	const char *why = k->why;

	for (size_t i = from; i < args->n && i < from + GD_PROGRAM_ARGUMENTS_MAX; i++) {
		const char *s = args->v[i];
		size_t before = k->n;

		if (s[0] == '-' || s[0] == '\0' || strlen(s) > ARGUMENT_LEN_MAX || strpbrk(s, " \t\n"))
			continue;
		if (find(k, GD_PROGRAM_ARGUMENT, s, 0) == 0)
			k->n = before;
		k->why = why;
	}
	if (k->n >= GD_PROGRAM_FILES_MAX)
		gd_look_fail(k, "it takes more than %d files to run it", GD_PROGRAM_FILES_MAX);
}

/* --- the engine's init ----------------------------------------------------------------------------- */

static const struct gd_mount *init_of(const struct gd_look *k, const char *command)
{
	const char *path = command[0] == '/' ? gd_path_clean(k->a, command) : NULL;

	for (size_t i = 0; path && i < k->f->n_mounts; i++) {
		const struct gd_mount *m = &k->f->mounts[i];

		if (m->kind == GD_SRC_INIT && m->bind && gd_streq(m->target, path))
			return m;
	}
	return NULL;
}

static void read_init(struct gd_look *k, const struct gd_mount *m)
{
	struct gd_walked w = { .path = m->lands ? m->lands : m->target };
	struct gd_elf e;
	int fd = m->fd >= 0 ? open(gd_printf(k->a, "/proc/self/fd/%d", m->fd), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
			    : gd_open_trusted_program(m->n_origins ? m->origins[0].path : m->source, NULL);

	gd_look_note(k, GD_PROGRAM_INIT, m->target, &w);
	e = fd >= 0 ? gd_look_read_fd(k, fd) : (struct gd_elf){ .kind = GD_ELF_UNKNOWN };
	if (fd >= 0)
		close(fd);
	if (e.kind != GD_ELF_PROGRAM)
		gd_look_fail(k, "the engine's init cannot be read");
	else
		gd_look_libraries(k, &e, w.path, m->target);
}

/* --- all of it -------------------------------------------------------------------------------------- */

static void find_command(struct gd_look *k)
{
	const struct gd_words *args = &k->f->process.args;
	const struct gd_mount *init;
	size_t at = 0;

	if (args->n == 0 || !args->v[0][0]) {
		gd_look_fail(k, "there is no command");
		return;
	}
	init = init_of(k, args->v[0]);
	if (init) {
		read_init(k, init);
		if (args->n < 3 || strcmp(args->v[1], "--") != 0) {
			gd_look_fail(k, "what the engine's init is to run cannot be told");
			return;
		}
		k->by_init = true;
		at = 2;
	}
	if (find(k, GD_PROGRAM_COMMAND, args->v[at], 0) == 0)
		gd_look_fail(k, "%s is no executable file of the image", gd_quote(k->a, args->v[at], 80));
	find_arguments(k, args, at + 1);
}

static int open_dir(const char *path)
{
	return path ? open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
}

int gd_program_collect(struct gd_facts *f, struct gd_arena *a, struct gd_error *err)
{
	struct gd_walk_dirs dirs = { .n = 0 };
	struct gd_look k = { .f = f, .a = a, .upper = -1,
			     .walk = { .root = open_dir(f->root_real), .dirs = &dirs } };

	(void)err;
	f->program = (struct gd_program){ .asked = true, .again = gd_program_collect };
	k.cwd = f->process.cwd && f->process.cwd[0] == '/' ? f->process.cwd : "/";
	if (k.walk.root < 0) {
		gd_look_fail(&k, "the container's root cannot be opened");
	} else {
		k.upper = open_dir(f->use.upper);
		gd_program_lands(f, &k.walk, a);
		if (f->use.upper && k.upper < 0)
			gd_look_fail(&k, "the writable layer cannot be opened");
		find_command(&k);
		gd_walk_done(&dirs);
		close(k.walk.root);
		if (k.upper >= 0)
			close(k.upper);
	}
	f->program.found = !k.why;
	f->program.why = k.why;
	f->program.files = k.files;
	f->program.n_files = k.n;
	return 0;
}
