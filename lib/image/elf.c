/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image/elf.h"

#include <elf.h>
#include <string.h>

/* What this machine's kernel runs by itself; another machine's is binfmt_misc's, which nobody can tell. */
#if defined(__x86_64__) || defined(__i386__)
static const unsigned machines[] = { EM_X86_64, EM_386 };
#elif defined(__aarch64__) || defined(__arm__)
static const unsigned machines[] = { EM_AARCH64, EM_ARM };
#elif defined(__riscv)
static const unsigned machines[] = { EM_RISCV };
#elif defined(__powerpc64__)
static const unsigned machines[] = { EM_PPC64 };
#elif defined(__s390x__)
static const unsigned machines[] = { EM_S390 };
#else
static const unsigned machines[] = { EM_NONE };
#endif
#define OUR_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

/* Both classes' headers in one shape. */
struct segment {
	uint32_t type;
	uint64_t offset, vaddr, filesz;
};
struct dynamic {
	uint64_t tag, value;
};
struct reader {
	const struct gd_elf_file *file;
	struct gd_arena *a;
	struct gd_elf *ret;
	struct segment *segments;
	size_t n;
};

static bool fail(struct reader *r, const char *why)
{
	r->ret->kind = GD_ELF_UNKNOWN;
	r->ret->why = why;
	return false;
}

static bool read_at(const struct reader *r, void *buf, size_t n, uint64_t at)
{
	return at <= INT64_MAX - n && r->file->read(r->file->ctx, buf, n, at) == (ssize_t)n;
}

/* A NUL-terminated string of at most @max bytes with its NUL; NULL where it does not end or is empty. */
static const char *string_at(const struct reader *r, uint64_t at, uint64_t max)
{
	char buf[GD_ELF_STRING_MAX];

	/* most are short */
	for (size_t size = 128; size <= sizeof(buf); size *= sizeof(buf) / 128) {
		size_t n = max < size ? (size_t)max : size;
		ssize_t got = at <= INT64_MAX - n ? r->file->read(r->file->ctx, buf, n, at) : -1;

		if (got <= 1 || buf[0] == '\0')
			return NULL;
		if (memchr(buf, '\0', (size_t)got))
			return gd_strdup(r->a, buf);
	}
	return NULL;
}

static bool read_segments(struct reader *r, uint64_t at, size_t n, size_t size)
{
	const size_t ours = r->ret->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	char *raw;

	if (size != ours || n == 0 || n * size > GD_ELF_HEADERS_MAX)
		return fail(r, "its program headers are not as the kernel takes them");
	raw = gd_alloc(r->a, n * size);
	if (!read_at(r, raw, n * size, at))
		return fail(r, "its program headers lie outside the file");
	r->segments = GD_NEW_N(r->a, n, struct segment);
	r->n = n;
	for (size_t i = 0; i < n; i++) {
		Elf64_Phdr p64;
		Elf32_Phdr p32;

		if (r->ret->is64) {
			memcpy(&p64, raw + i * size, sizeof(p64));
			r->segments[i] = (struct segment){ p64.p_type, p64.p_offset, p64.p_vaddr, p64.p_filesz };
		} else {
			memcpy(&p32, raw + i * size, sizeof(p32));
			r->segments[i] = (struct segment){ p32.p_type, p32.p_offset, p32.p_vaddr, p32.p_filesz };
		}
	}
	return true;
}

/* Where in the file the loader finds what lies at @vaddr; *ret_left: how much of it. */
static bool to_offset(const struct reader *r, uint64_t vaddr, uint64_t *ret, uint64_t *ret_left)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct segment *s = &r->segments[i];

		if (s->type != PT_LOAD || vaddr < s->vaddr || vaddr - s->vaddr >= s->filesz)
			continue;
		*ret_left = s->filesz - (vaddr - s->vaddr);
		return !__builtin_add_overflow(s->offset, vaddr - s->vaddr, ret);
	}
	return false;
}

static struct dynamic entry_at(const struct reader *r, const char *raw, size_t i)
{
	Elf64_Dyn d64;
	Elf32_Dyn d32;

	if (r->ret->is64) {
		memcpy(&d64, raw + i * sizeof(d64), sizeof(d64));
		return (struct dynamic){ (uint64_t)d64.d_tag, d64.d_un.d_val };
	}
	memcpy(&d32, raw + i * sizeof(d32), sizeof(d32));
	return (struct dynamic){ (uint32_t)d32.d_tag, d32.d_un.d_val };
}

/* Which list of @ret an entry's string goes to; NULL: it names nothing. */
static struct gd_words *list_of(struct gd_elf *ret, uint64_t tag)
{
	switch (tag) {
	case DT_NEEDED:
	case (uint32_t)DT_AUXILIARY:
	case (uint32_t)DT_FILTER:
	case DT_AUDIT:
	case DT_DEPAUDIT:
		return &ret->needed;
	case DT_RPATH:
	case DT_RUNPATH:
		return &ret->search;
	default:
		return NULL;
	}
}

static bool read_names(struct reader *r, const char *raw, size_t n, uint64_t strings)
{
	uint64_t at, left;

	if (!to_offset(r, strings, &at, &left))
		return fail(r, "its names lie outside the file");
	for (size_t i = 0; i < n; i++) {
		struct dynamic d = entry_at(r, raw, i);
		struct gd_words *list = list_of(r->ret, d.tag);
		const char *s;

		if (!list)
			continue;
		s = d.value < left ? string_at(r, at + d.value, left - d.value) : NULL;
		if (!s || list->n >= GD_ELF_NEEDED_MAX)
			return fail(r, s ? "it names too many libraries" : "a name in it lies outside the file");
		gd_words_add(r->a, list, s);
	}
	return true;
}

static bool read_dynamic(struct reader *r, const struct segment *s)
{
	const size_t size = r->ret->is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	uint64_t strings = 0;
	size_t n = 0, all = (size_t)(s->filesz / size);
	bool names = false, has_strings = false;
	char *raw;

	if (s->filesz > GD_ELF_DYNAMIC_MAX)
		return fail(r, "its dynamic section is too large");
	raw = gd_alloc(r->a, all * size + 1);
	if (!read_at(r, raw, all * size, s->offset))
		return fail(r, "its dynamic section lies outside the file");
	for (; n < all; n++) {
		struct dynamic d = entry_at(r, raw, n);

		if (d.tag == DT_NULL)
			break;
		if (d.tag == DT_STRTAB) {
			strings = d.value;
			has_strings = true;
		}
		names = names || list_of(r->ret, d.tag);
	}
	if (!names)
		return true;
	return has_strings ? read_names(r, raw, n, strings) : fail(r, "it names libraries without a table of names");
}

static bool read_program(struct reader *r)
{
	const struct segment *dynamic = NULL, *loaded = NULL;
	struct gd_elf *ret = r->ret;

	for (size_t i = 0; i < r->n; i++) {
		const struct segment *s = &r->segments[i];

		if (s->type == PT_INTERP && !ret->interpreter) { /* the kernel takes the first */
			ret->interpreter = s->filesz >= 2 ? string_at(r, s->offset, s->filesz) : NULL;
			if (!ret->interpreter)
				return fail(r, "its loader's name lies outside the file");
		}
		if (s->type == PT_DYNAMIC && dynamic)
			return fail(r, "it has two dynamic sections");
		if (s->type == PT_DYNAMIC)
			dynamic = s;
		if (s->type == PT_LOAD)
			loaded = s;
	}
	if (!loaded)
		return fail(r, "nothing of it is loaded");
	if (!dynamic)
		return true;
	/* The loader reads it where it is mapped, not where its own header says it lies in the file. */
	struct segment as_mapped = *dynamic;
	uint64_t left;

	if (!to_offset(r, dynamic->vaddr, &as_mapped.offset, &left) || left < dynamic->filesz)
		return fail(r, "its dynamic section is not loaded");
	return read_dynamic(r, &as_mapped);
}

static bool is_ours(unsigned machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i] == machine && machine != EM_NONE)
			return true;
	return false;
}

static void read_elf(struct reader *r, const char *head, size_t n)
{
	Elf64_Ehdr h64;
	Elf32_Ehdr h32;
	unsigned char class = n > EI_DATA ? (unsigned char)head[EI_CLASS] : 0;

	r->ret->kind = GD_ELF_PROGRAM;
	if ((class != ELFCLASS64 && class != ELFCLASS32) || head[EI_DATA] != OUR_ORDER ||
	    n < (class == ELFCLASS64 ? sizeof(h64) : sizeof(h32))) {
		fail(r, "it is no ELF file of this machine");
		return;
	}
	r->ret->is64 = class == ELFCLASS64;
	if (r->ret->is64) {
		memcpy(&h64, head, sizeof(h64));
	} else {
		memcpy(&h32, head, sizeof(h32));
		h64 = (Elf64_Ehdr){ .e_type = h32.e_type, .e_machine = h32.e_machine, .e_phoff = h32.e_phoff,
				    .e_phnum = h32.e_phnum, .e_phentsize = h32.e_phentsize };
	}
	if (!is_ours(h64.e_machine) || (h64.e_type != ET_EXEC && h64.e_type != ET_DYN)) {
		fail(r, "it is no ELF program of this machine");
		return;
	}
	if (read_segments(r, h64.e_phoff, h64.e_phnum, h64.e_phentsize))
		read_program(r);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* As fs/binfmt_script.c reads it: one line of the first 256 bytes, one argument. @head has a NUL behind @n. */
static void read_script(struct gd_elf *ret, const char *head, size_t n, struct gd_arena *a)
{
	const char *end = memchr(head, '\n', n), *at = head + 2, *name_end;

	ret->kind = GD_ELF_OTHER;
	if (!end)
		end = head + strnlen(head, n);
	if (memchr(head, '\0', (size_t)(end - head)))
		end = head + strlen(head); /* its strings end there */
	while (at < end && is_blank(*at))
		at++;
	for (name_end = at; name_end < end && !is_blank(*name_end);)
		name_end++;
	if (name_end == at)
		return;
	/* A name that fills the buffer may be cut: the kernel refuses it. */
	if (n == GD_SCRIPT_HEAD && name_end == head + n)
		return;
	ret->kind = GD_ELF_SCRIPT;
	ret->interpreter = gd_strndup(a, at, (size_t)(name_end - at));
	for (at = name_end; at < end && is_blank(*at);)
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	if (end > at)
		ret->argument = gd_strndup(a, at, (size_t)(end - at));
}

struct gd_elf gd_elf_read(const struct gd_elf_file *file, struct gd_arena *a)
{
	struct gd_elf ret = { .kind = GD_ELF_OTHER };
	struct reader r = { .file = file, .a = a, .ret = &ret };
	char head[GD_SCRIPT_HEAD + 1] = { 0 };
	ssize_t n = file->read(file->ctx, head, GD_SCRIPT_HEAD, 0);

	if (n < 0)
		fail(&r, "it cannot be read");
	else if (n >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
		read_elf(&r, head, (size_t)n);
	else if (n >= 2 && head[0] == '#' && head[1] == '!')
		read_script(&ret, head, (size_t)n, a);
	return ret;
}
