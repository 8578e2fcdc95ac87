/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the look-up share: notes of what was found, heads of files, names. */
#include "image/look.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void gd_look_fail(struct gd_look *k, const char *why, ...)
{
	va_list ap;

	if (k->why)
		return;
	va_start(ap, why);
	k->why = gd_vprintf(k->a, why, ap);
	va_end(ap);
}

static struct gd_program_file *note_one(struct gd_look *k, enum gd_program_role role, const char *typed,
					const char *path)
{
	struct gd_program_file *f;

	for (size_t i = 0; i < k->n; i++)
		if (k->files[i].role == role && strcmp(k->files[i].path, path) == 0)
			return NULL;
	if (k->n >= GD_PROGRAM_FILES_MAX) {
		gd_look_fail(k, "it takes more than %d files to run it", GD_PROGRAM_FILES_MAX);
		return NULL;
	}
	f = GD_APPEND(k->a, k->files, k->n);
	*f = (struct gd_program_file){ role, path, gd_strdup(k->a, typed), gd_upper_has(k->upper, path) };
	return f;
}

void gd_look_note_links(struct gd_look *k, const char *typed, const struct gd_walked *w)
{
	for (size_t i = 0; i < w->links.n; i++)
		note_one(k, GD_PROGRAM_LINK, typed, w->links.v[i]);
}

struct gd_program_file *gd_look_note(struct gd_look *k, enum gd_program_role role, const char *typed,
				     const struct gd_walked *w)
{
	gd_look_note_links(k, typed, w);
	return note_one(k, role, typed, w->path);
}

/* A file's head is read in small pieces that lie close together. */
struct block {
	int fd;
	uint64_t at;
	size_t n;
	bool failed;
	char bytes[8192];
};

static void fill(struct block *b, uint64_t at)
{
	ssize_t r;

	b->at = at;
	b->n = 0;
	do {
		r = pread(b->fd, b->bytes + b->n, sizeof(b->bytes) - b->n, (off_t)(at + b->n));
		b->n += r > 0 ? (size_t)r : 0;
	} while (b->n < sizeof(b->bytes) && (r > 0 || (r < 0 && errno == EINTR)));
	b->failed = r < 0;
}

static ssize_t read_block(void *ctx, void *buf, size_t n, uint64_t at)
{
	struct block *b = ctx;
	size_t got = 0;

	while (got < n && !b->failed) {
		uint64_t from = at + got;
		size_t part;

		if (from < b->at || from >= b->at + b->n)
			fill(b, from);
		if (b->n == 0 || b->failed)
			break;
		part = b->n - (size_t)(from - b->at);
		part = part < n - got ? part : n - got;
		memcpy((char *)buf + got, b->bytes + (from - b->at), part);
		got += part;
	}
	return b->failed ? -1 : (ssize_t)got;
}

struct gd_elf gd_look_read_fd(struct gd_look *k, int fd)
{
	struct block b;
	const struct gd_elf_file file = { read_block, &b };

	b.fd = fd;
	b.at = b.n = 0;
	b.failed = false;
	return gd_elf_read(&file, k->a);
}

struct gd_elf gd_look_read(struct gd_look *k, const char *path)
{
	struct gd_elf e;
	int fd = gd_walk_open(&k->walk, path);

	if (fd < 0)
		return (struct gd_elf){ .kind = GD_ELF_UNKNOWN, .why = "it cannot be read" };
	e = gd_look_read_fd(k, fd);
	close(fd);
	return e;
}

const char *gd_look_absolute(struct gd_look *k, const char *path)
{
	return path[0] == '/' ? path : gd_printf(k->a, "%s/%s", k->cwd, path);
}

const char *gd_look_env(const struct gd_look *k, const char *name)
{
	const struct gd_words *env = &k->f->process.env;
	size_t len = strlen(name);

	for (size_t i = env->n; i-- > 0;)
		if (strncmp(env->v[i], name, len) == 0 && env->v[i][len] == '=')
			return env->v[i] + len + 1;
	return NULL;
}
