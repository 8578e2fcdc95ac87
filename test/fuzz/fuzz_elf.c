/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heads of files out of containers: whatever they say, reading ends, stays in bounds and under its limits, asks for
 * nothing outside the file that it then believes, and says the same twice.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const uint8_t *data;
	size_t size;
	size_t calls;
};

static ssize_t from_memory(void *ctx, void *buf, size_t n, uint64_t at)
{
	struct memory *m = ctx;
	size_t left = at < m->size ? m->size - (size_t)at : 0;

	m->calls++;
	assert(n <= GD_ELF_HEADERS_MAX || n <= GD_ELF_DYNAMIC_MAX);
	n = n < left ? n : left;
	memcpy(buf, m->data + (left ? at : 0), n);
	return (ssize_t)n;
}

static void check_words(const struct gd_words *w)
{
	assert(w->n <= GD_ELF_NEEDED_MAX);
	for (size_t i = 0; i < w->n; i++)
		assert(w->v[i][0] != '\0' && strlen(w->v[i]) < GD_ELF_STRING_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t nothing[1];
	struct memory m = { .data = size ? data : nothing, .size = size };
	const struct gd_elf_file file = { from_memory, &m };
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_elf e = gd_elf_read(&file, a), again;

	assert(m.calls <= 2 * GD_ELF_NEEDED_MAX + 8);
	check_words(&e.needed);
	check_words(&e.search);
	switch (e.kind) {
	case GD_ELF_PROGRAM:
		assert(size >= 52 && memcmp(data, "\177ELF", 4) == 0 && !e.why && !e.argument);
		assert(!e.interpreter || strlen(e.interpreter) > 0);
		break;
	case GD_ELF_SCRIPT:
		assert(memcmp(data, "#!", 2) == 0 && e.interpreter && e.interpreter[0]);
		assert(strlen(e.interpreter) < GD_SCRIPT_HEAD && !strpbrk(e.interpreter, " \t\n"));
		assert(!e.argument || (e.argument[0] && !strchr(e.argument, '\n')));
		break;
	case GD_ELF_OTHER:
		assert(!e.interpreter && !e.why && e.needed.n == 0);
		break;
	case GD_ELF_UNKNOWN:
		assert(e.why);
		break;
	}
	again = gd_elf_read(&file, a);
	assert(again.kind == e.kind && again.needed.n == e.needed.n && gd_streq(again.interpreter, e.interpreter));
	gd_arena_free(a);
	return 0;
}
