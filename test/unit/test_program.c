/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look-up of programs in roots made for it: what a runtime and the kernel would execute and load, by which links,
 * and where mounts land. The trees are a container's: some of them are made to lead the look-up astray.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "image/program.h"
#include "suite.h"

#define MUST(call) ck_assert_msg((call) >= 0, "%s: %s", #call, strerror(errno))
#define LD "/lib64/ld-linux-x86-64.so.2"

static struct gd_arena *a;
static char top[64];
static const char *root, *upper;

static const char *in(const char *path)
{
	return gd_printf(a, "%s%s", root, path);
}

static void dirs_to(const char *path, bool whole)
{
	char *p = gd_strdup(a, path);

	for (char *s = p + strlen(top) + 1; *s; s++)
		if (*s == '/') {
			*s = '\0';
			ck_assert(mkdir(p, 0755) == 0 || errno == EEXIST);
			*s = '/';
		}
	if (whole)
		ck_assert(mkdir(p, 0755) == 0 || errno == EEXIST);
}

static void put_bytes(const char *path, const void *data, size_t n, mode_t mode)
{
	int fd;

	dirs_to(path, false);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	MUST(fd);
	ck_assert_int_eq(write(fd, data, n), (ssize_t)n);
	MUST(fchmod(fd, mode));
	close(fd);
}

static void put(const char *path, const char *text, mode_t mode)
{
	put_bytes(in(path), text, strlen(text), mode);
}

static void put_dir(const char *path)
{
	dirs_to(in(path), true);
}

static void put_link(const char *path, const char *to)
{
	dirs_to(in(path), false);
	MUST(symlink(to, in(path)));
}

/* --- ELF made here -------------------------------------------------------------------------------- */

struct image {
	Elf64_Ehdr h;
	Elf64_Phdr p[3];
	Elf64_Dyn d[10];
	char strings[1024];
};

static uint64_t text_in(struct image *e, size_t *at, const char *s)
{
	uint64_t here = *at;

	ck_assert_uint_lt(*at + strlen(s) + 1, sizeof(e->strings));
	strcpy(e->strings + *at, s);
	*at += strlen(s) + 1;
	return here;
}

/* @needed: names divided by spaces. */
static struct image elf(const char *interp, const char *needed, uint64_t tag, const char *search)
{
	struct image e = { .h = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB, EV_CURRENT } } };
	size_t at = 1, n = 0;
	char *list = gd_strdup(a, needed ? needed : "");

#if defined(__x86_64__)
	e.h.e_machine = EM_X86_64;
#elif defined(__aarch64__)
	e.h.e_machine = EM_AARCH64;
#elif defined(__riscv)
	e.h.e_machine = EM_RISCV;
#elif defined(__powerpc64__)
	e.h.e_machine = EM_PPC64;
#elif defined(__s390x__)
	e.h.e_machine = EM_S390;
#endif
	e.h.e_type = ET_DYN;
	e.h.e_phoff = offsetof(struct image, p);
	e.h.e_phentsize = sizeof(Elf64_Phdr);
	e.p[e.h.e_phnum++] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_filesz = sizeof(e), .p_memsz = sizeof(e),
					   .p_vaddr = 0x10000 };
	for (char *s = strtok(list, " "); s; s = strtok(NULL, " "))
		e.d[n++] = (Elf64_Dyn){ .d_tag = DT_NEEDED, .d_un.d_val = text_in(&e, &at, s) };
	if (search)
		e.d[n++] = (Elf64_Dyn){ .d_tag = (Elf64_Sxword)tag, .d_un.d_val = text_in(&e, &at, search) };
	e.d[n++] = (Elf64_Dyn){ .d_tag = DT_STRTAB, .d_un.d_ptr = 0x10000 + offsetof(struct image, strings) };
	if (needed || search)
		e.p[e.h.e_phnum++] = (Elf64_Phdr){ .p_type = PT_DYNAMIC, .p_offset = offsetof(struct image, d),
			.p_vaddr = 0x10000 + offsetof(struct image, d), .p_filesz = sizeof(e.d) };
	if (interp) {
		uint64_t name = text_in(&e, &at, interp);
		e.p[e.h.e_phnum++] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_filesz = strlen(interp) + 1,
						   .p_offset = offsetof(struct image, strings) + name };
	}
	return e;
}

static void put_elf(const char *path, const char *interp, const char *needed, uint64_t tag, const char *search)
{
	struct image e = elf(interp, needed, tag, search);

	put_bytes(in(path), &e, sizeof(e), 0755);
}

static void put_static(const char *path)
{
	put_elf(path, NULL, NULL, 0, NULL);
}

/* --- asking ---------------------------------------------------------------------------------------- */

static struct gd_facts f;

static void fresh(void)
{
	a = gd_arena_new(NULL);
	strcpy(top, "/tmp/guarded-program-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
	root = gd_printf(a, "%s/root", top);
	upper = gd_printf(a, "%s/upper", top);
	MUST(mkdir(root, 0755));
	MUST(mkdir(upper, 0755));
	memset(&f, 0, sizeof(f));
	f.root_real = root;
	f.process.cwd = "/";
}

static void done(void)
{
	ck_assert_int_eq(system(gd_printf(a, "rm -rf '%s'", top)), 0);
	gd_arena_free(a);
}

static struct gd_words words(const char *text)
{
	struct gd_words w = { 0 };
	char *list = gd_strdup(a, text);

	for (char *s = strtok(list, "|"); s; s = strtok(NULL, "|"))
		gd_words_add(a, &w, s);
	return w;
}

/* @args and @env divided by '|'. */
static bool look(const char *args, const char *env)
{
	struct gd_error err = { 0 };

	f.process.args = words(args);
	f.process.env = words(env);
	ck_assert_int_eq(gd_program_collect(&f, a, &err), 0);
	ck_assert(f.program.asked);
	ck_assert(f.program.found == !f.program.why);
	return f.program.found;
}

static const struct gd_program_file *file(enum gd_program_role role, const char *path)
{
	for (size_t i = 0; i < f.program.n_files; i++)
		if (f.program.files[i].role == role && gd_streq(f.program.files[i].path, path))
			return &f.program.files[i];
	return NULL;
}

static size_t count(enum gd_program_role role)
{
	size_t n = 0;

	for (size_t i = 0; i < f.program.n_files; i++)
		n += f.program.files[i].role == role;
	return n;
}

static void one_command(const char *path)
{
	ck_assert_msg(f.program.found, "%s", f.program.why);
	ck_assert_uint_eq(count(GD_PROGRAM_COMMAND), 1);
	ck_assert_msg(file(GD_PROGRAM_COMMAND, path) != NULL, "%s", path);
}

/* --- names, PATH, links ------------------------------------------------------------------------------ */

static void tree(void)
{
	fresh();
	put_static("/usr/bin/x");
	put_static("/usr/local/bin/y");
	put_static("/app/run");
	put_static("/app/sub/x");
	put_static("/top");
	put_link("/bin", "usr/bin");
	put_link("/abs", "/usr/bin/x");
	put_link("/out", "../../../../../../usr/bin/x");
	put_link("/out2", "../../../../../../etc/passwd");
	put_link("/loop", "loop2");
	put_link("/loop2", "/loop");
	put_link("/chain", "/c1/x");
	put_link("/c1", "/c2");
	put_link("/c2", "app/../bin");
	put_link("/magic", "/proc/self/exe");
	put("/usr/bin/plain", "#!/usr/bin/x\n", 0644);
	put("/opt/hidden/x", "\177ELF", 0644);
	put_dir("/usr/bin/folder");
	put_dir("/opt/dir/x");
	put_static("/priv/only");
	MUST(chmod(in("/priv/only"), 0700));
}

static const struct { const char *args, *env, *cwd, *command; } names[] = {
	{ "/usr/bin/x", "", "/", "/usr/bin/x" },
	{ "//usr/./bin//x", "", "/", "/usr/bin/x" },
	{ "/usr/bin/../bin/x", "", "/", "/usr/bin/x" },
	{ "/missing/../usr/bin/x", "", "/", NULL },	/* the kernel does not go back from nowhere */
	{ "/top/../usr/bin/x", "", "/", NULL },		/* nor from a file */
	{ "/bin/x", "", "/", "/usr/bin/x" },
	{ "/abs", "", "/", "/usr/bin/x" },
	{ "/out", "", "/", "/usr/bin/x" },
	{ "/out2", "", "/", NULL },
	{ "/../../../../../../../etc/passwd", "", "/", NULL },
	{ "/chain", "", "/", "/usr/bin/x" },
	{ "/loop", "", "/", NULL },
	{ "/magic", "", "/", NULL },
	{ "/missing", "", "/", NULL },
	{ "/usr/bin/plain", "", "/", NULL },
	{ "/usr/bin/folder", "", "/", NULL },
	{ "/usr/bin/x/y", "", "/", NULL },
	{ "", "", "/", NULL },
	{ "./run", "", "/app", "/app/run" },
	{ "sub/x", "", "/app", "/app/sub/x" },
	{ "../usr/bin/x", "", "/app", "/usr/bin/x" },
	{ "./run", "", "/", NULL },
	{ "./x", "", "/bin", "/usr/bin/x" },
	{ "x", "PATH=/usr/bin", "/", "/usr/bin/x" },
	{ "x", "PATH=/none:/bin:/app/sub", "/", "/usr/bin/x" },
	{ "x", "PATH=/app/sub:/bin", "/", "/app/sub/x" },
	{ "x", "PATH=/app/sub|PATH=/bin", "/", "/usr/bin/x" },	/* the last one counts */
	{ "x", "PATHS=/app/sub|PATH=/bin|XPATH=/none", "/", "/usr/bin/x" },
	{ "x", "PATH=/opt/hidden:/opt/dir:/bin", "/", "/usr/bin/x" }, /* no exec bit, a directory */
	{ "top", "PATH=", "/", NULL },
	{ "top", "PATH=:/bin", "/", "/top" },
	{ "top", "PATH=/bin:", "/", "/top" },
	{ "run", "PATH=/bin::/none", "/app", "/app/run" },
	{ "x", "PATH=sub", "/app", "/app/sub/x" },
	{ "x", "PATH=/none", "/", NULL },
	{ "run", "PATH=/bin", "/app", NULL },
	{ "y", "", "/", "/usr/local/bin/y" },		/* no PATH at all */
	{ "/priv/only", "", "/", "/priv/only" },
};

START_TEST(named)
{
	tree();
	f.process.cwd = names[_i].cwd;
	look(names[_i].args, names[_i].env);
	if (names[_i].command) {
		one_command(names[_i].command);
	} else {
		ck_assert_msg(!f.program.found, "%s", names[_i].args);
		ck_assert_ptr_nonnull(f.program.why);
		ck_assert_uint_eq(count(GD_PROGRAM_COMMAND), 0);
	}
	done();
}
END_TEST

START_TEST(told)
{
	tree();
	/* each directory that comes before, there or not; each link, where it lies */
	look("x", "PATH=/none:/opt/hidden:/bin");
	one_command("/usr/bin/x");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_SEARCHED, "/none"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_SEARCHED, "/opt/hidden"));
	ck_assert_uint_eq(count(GD_PROGRAM_SEARCHED), 2);
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LINK, "/bin"));
	ck_assert_str_eq(file(GD_PROGRAM_COMMAND, "/usr/bin/x")->typed, "/bin/x");
	look("/chain", "");
	for (size_t i = 0; i < 4; i++)
		ck_assert_ptr_nonnull(file(GD_PROGRAM_LINK, words("/chain|/c1|/c2|/bin").v[i]));
	ck_assert_uint_eq(count(GD_PROGRAM_LINK), 4);
	/* in the root's own directory everything lies: only the name itself is told */
	look("x", "PATH=:/bin");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_SEARCHED, "/x"));
	ck_assert_uint_eq(count(GD_PROGRAM_SEARCHED), 1);
	/* who may execute it is not told apart: both are told */
	put_static("/priv/x");
	MUST(chmod(in("/priv/x"), 0750));
	look("x", "PATH=/priv:/usr/bin");
	ck_assert(f.program.found);
	ck_assert_uint_eq(count(GD_PROGRAM_COMMAND), 2);
	MUST(chmod(in("/priv/x"), 0755));
	MUST(chmod(in("/priv"), 0700));
	look("x", "PATH=/priv:/usr/bin");
	ck_assert_uint_eq(count(GD_PROGRAM_COMMAND), 2);
	/* arguments that are programs; others leave nothing */
	look("/top|x|-x|nothing|/app/run|/usr/bin/plain", "PATH=/none:/usr/bin");
	one_command("/top");
	ck_assert_uint_eq(count(GD_PROGRAM_ARGUMENT), 2);
	ck_assert_ptr_nonnull(file(GD_PROGRAM_ARGUMENT, "/usr/bin/x"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_ARGUMENT, "/app/run"));
	ck_assert_uint_eq(count(GD_PROGRAM_SEARCHED), 1);
	f.root_real = gd_printf(a, "%s/gone", top);
	ck_assert(!look("/top", ""));
	f.root_real = NULL;
	ck_assert(!look("/top", ""));
	done();
}
END_TEST

/* What blocks, or does something, when it is opened. */
START_TEST(odd_files)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	fresh();
	put_static("/bin/x");
	put_dir("/odd");
	MUST(mkfifo(in("/odd/fifo"), 0777));
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", in("/odd/socket"));
	MUST(bind(s, (struct sockaddr *)&to, sizeof(to)));
	close(s);
	put("/odd/script", "#!/odd/fifo\n", 0755);
	put_elf("/odd/elf", "/odd/fifo", "a.so", 0, NULL);
	ck_assert(!look("/odd/fifo", ""));
	ck_assert(!look("/odd/socket", ""));
	ck_assert(!look("/odd/script", ""));
	ck_assert(!look("/odd/elf", ""));
	MUST(mkfifo(in("/odd/x"), 0777));
	look("x", "PATH=/odd:/bin");
	one_command("/bin/x");
	put_dir("/etc");
	MUST(mkfifo(in("/etc/ld.so.preload"), 0666));
	put_static(LD);
	put_elf("/bin/dyn", LD, "a.so", 0, NULL);
	ck_assert(!look("/bin/dyn", ""));
	ck_assert_ptr_nonnull(strstr(f.program.why, "ld.so.preload"));
	MUST(unlink(in("/etc/ld.so.preload")));
	ck_assert(look("/bin/dyn", ""));
	if (mknod(in("/odd/null"), S_IFCHR | 0777, makedev(1, 3)) == 0)
		ck_assert(!look("/odd/null", ""));
	/* a program that cannot be told is none */
	put("/odd/text", "echo hello\n", 0755);
	ck_assert(!look("/odd/text", ""));
	put("/odd/empty", "", 0755);
	ck_assert(!look("/odd/empty", ""));
	done();
}
END_TEST

/* What is mounted below the root is not the image's; needs a mount namespace. */
START_TEST(mounted)
{
	fresh();
	put_static("/a/x");
	put_static("/b/x");
	put_link("/bin", "b");
	if (unshare(CLONE_NEWNS) == 0) {
		MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		look("/a/x", "");
		one_command("/a/x");
		MUST(mount(in("/b"), in("/a"), NULL, MS_BIND, NULL));
		ck_assert(!look("/a/x", ""));
		ck_assert_ptr_nonnull(strstr(f.program.why, "mounted"));
		MUST(umount(in("/a")));
		MUST(mount(in("/b/x"), in("/a/x"), NULL, MS_BIND, NULL));
		ck_assert(!look("/a/x", ""));
		ck_assert(!look("x", "PATH=/a:/b"));
		MUST(umount(in("/a/x")));
		/* the root itself may be one */
		MUST(mount(root, root, NULL, MS_BIND, NULL));
		look("/bin/x", "");
		one_command("/b/x");
		MUST(umount(root));
	}
	done();
}
END_TEST

/* --- scripts ------------------------------------------------------------------------------------------ */

static const struct { const char *text; bool found; const char *interpreter; } scripts[] = {
	{ "#!/bin/sh\n", true, "/usr/bin/sh" },
	{ "#! \t/bin/sh -e x \n", true, "/usr/bin/sh" },
	{ "#!/bin/sh", true, "/usr/bin/sh" },
	{ "#!bin/sh\n", true, "/usr/bin/sh" },		/* by the working directory */
	{ "#!sh\n", false, NULL },			/* never by PATH */
	{ "#!\n/bin/sh\n", false, NULL },
	{ "#!   \n", false, NULL },
	{ "#!/none\n", false, NULL },
	{ "#!/usr/bin\n", false, NULL },
	{ "#!/usr/bin/env prog\n", true, "/usr/bin/prog" },
	{ "#!/usr/bin/env -S A=b prog -x\n", true, "/usr/bin/prog" },
	{ "#!/usr/bin/env -S PATH=/x prog\n", false, NULL },
	{ "#!/usr/bin/env -S 'prog'\n", false, NULL },
	{ "#!/usr/bin/env -i prog\n", false, NULL },
	{ "#!/usr/bin/env -S -i prog\n", false, NULL },
	{ "#!/usr/bin/env prog x\n", false, NULL },	/* one argument: no such program */
	{ "#!/usr/bin/env none\n", false, NULL },
	{ "#!/usr/bin/env\n", true, "/usr/bin/env" },
	{ "#!/s2\n", true, "/usr/bin/sh" },
	{ "#!/s5\n", true, "/usr/bin/sh" },
	{ "#!/s6\n", false, NULL },			/* one too many */
	{ "#!/self\n", false, NULL },
	{ "#!/bin/sh\r\n", false, NULL },
};

START_TEST(scripted)
{
	fresh();
	put_static("/usr/bin/sh");
	put_static("/usr/bin/env");
	put_static("/usr/bin/prog");
	put_link("/bin", "/usr/bin");
	put("/s2", "#!/bin/sh\n", 0755);
	put("/s3", "#!/s2\n", 0755);
	put("/s4", "#!/s3\n", 0755);
	put("/s5", "#!/s4\n", 0755);
	put("/s6", "#!/s5\n", 0755);
	put("/self", scripts[_i].text, 0755);
	ck_assert_msg(look("/self", "PATH=/usr/bin") == scripts[_i].found, "%s: %s", scripts[_i].text, f.program.why);
	if (scripts[_i].interpreter)
		ck_assert_ptr_nonnull(file(GD_PROGRAM_SCRIPT_INTERPRETER, scripts[_i].interpreter));
	done();
}
END_TEST

START_TEST(long_script)
{
	char line[400];

	fresh();
	put_static("/bin/sh");
	memset(line, '/', sizeof(line));
	memcpy(line, "#!", 2);
	memcpy(line + 300, "bin/sh\n", 8);
	put("/cut", line, 0755); /* the name reaches beyond what the kernel reads */
	ck_assert(!look("/cut", ""));
	memcpy(line + 200, "bin/sh ", 7);
	memset(line + 207, 'x', 90);
	put("/whole", line, 0755); /* only its argument does */
	ck_assert_msg(look("/whole", ""), "%s", f.program.why);
	done();
}
END_TEST

/* --- ELF ------------------------------------------------------------------------------------------------ */

START_TEST(libraries)
{
	fresh();
	put_static(LD);
	put_link("/lib", "usr/lib");
	put_static("/usr/lib/libc.so.6.1");
	put_link("/usr/lib/libc.so.6", "libc.so.6.1");
	put_elf("/opt/lib/liba.so", NULL, "libb.so libgone.so", 0, NULL);
	put_static("/opt/lib/libb.so");
	put_static("/usr/lib/libb.so");
	put_elf("/app/bin/x", LD, "libc.so.6 liba.so", DT_RUNPATH, "$ORIGIN/../../opt/lib:/also/$LIB");
	put_link("/x", "/app/bin/x");
	look("/x", "");
	one_command("/app/bin/x");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LOADER, LD));
	static const char *const there[] = { "/usr/lib/libc.so.6.1", "/opt/lib/liba.so", "/opt/lib/libb.so", "/usr/lib/libb.so",
		"/usr/lib", "/lib64", "/opt/lib", "/also/lib", "/also/lib64" };
	for (size_t i = 0; i < sizeof(there) / sizeof(*there); i++)
		ck_assert_msg(file(GD_PROGRAM_LIBRARY, there[i]) != NULL, "%s", there[i]);
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LINK, "/usr/lib/libc.so.6"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LINK, "/lib"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LINK, "/x"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LOADER_FILE, "/etc/ld.so.preload"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LOADER_FILE, "/etc/ld.so.cache"));
	ck_assert_ptr_null(file(GD_PROGRAM_LIBRARY, "/"));
	/* static: none of it */
	put_static("/app/bin/s");
	look("/app/bin/s", "LD_PRELOAD=/usr/lib/libb.so");
	ck_assert_uint_eq(f.program.n_files, 1);
	/* what the environment of the image says */
	put_static("/e/libe.so");
	put_elf("/app/bin/y", LD, "liby.so", 0, NULL);
	put_static("/ee/liby.so");
	look("/app/bin/y", "LD_PRELOAD=/e/libe.so|LD_LIBRARY_PATH=:/ee");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/e/libe.so"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/ee"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/ee/liby.so"));
	put("/etc/ld.so.preload", "/e/libe.so\n", 0644);
	look("/app/bin/y", "");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/e/libe.so"));
	/* libraries that need one another */
	put_elf("/usr/lib/l1.so", NULL, "l2.so", 0, NULL);
	put_elf("/usr/lib/l2.so", NULL, "l1.so", DT_RPATH, "");
	put_elf("/app/bin/z", LD, "l1.so", 0, NULL);
	ck_assert(look("/app/bin/z", ""));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/usr/lib/l2.so"));
	/* no loader, no program */
	put_elf("/app/bin/n", "/lib/none.so", "l1.so", 0, NULL);
	ck_assert(!look("/app/bin/n", ""));
	done();
}
END_TEST

START_TEST(musl)
{
	fresh();
	put_static("/lib/ld-musl-x86_64.so.1");
	put("/etc/ld-musl-x86_64.path", "/m1:/m2\n/m3", 0644);
	put_static("/m3/libz.so");
	put_elf("/bin/x", "/lib/ld-musl-x86_64.so.1", "libz.so libc.musl-x86_64.so.1", 0, NULL);
	look("/bin/x", "");
	one_command("/bin/x");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/m1"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/m3/libz.so"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LIBRARY, "/usr/local/lib"));
	ck_assert_ptr_nonnull(file(GD_PROGRAM_LOADER_FILE, "/etc/ld-musl-x86_64.path"));
	ck_assert_ptr_null(file(GD_PROGRAM_LOADER_FILE, "/etc/ld.so.preload"));
	done();
}
END_TEST

static void put_u32(char *at, uint32_t v)
{
	memcpy(at, &v, sizeof(v));
}

/* One entry, "libq.so" -> "/q/libq.so", behind @before bytes of the old form. */
static size_t cache(char *buf, size_t old, uint32_t n, uint32_t value)
{
	char *at = buf + (old ? (16 + old * 12 + 7) / 8 * 8 : 0);

	memset(buf, 0, 512);
	if (old) {
		memcpy(buf, "ld.so-1.7.0", 11);
		put_u32(buf + 12, (uint32_t)old);
	}
	memcpy(at, "glibc-ld.so.cache1.1", 20);
#if defined(__x86_64__)
	put_u32(at + 48, 0x0303);
#endif
	put_u32(at + 20, n);
	put_u32(at + 48 + 4, 72);
	put_u32(at + 48 + 8, value);
	strcpy(at + 72, "libq.so");
	strcpy(at + 80, "/q/libq.so");
	return (size_t)(at - buf) + 91;
}

START_TEST(loader_cache)
{
	static const struct { size_t old; uint32_t n, value; size_t less; bool found; } rows[] = {
		{ 0, 1, 80, 0, true }, { 1, 1, 80, 0, true }, { 2, 1, 80, 0, true }, { 0, 0, 80, 0, false },
		{ 0, 1, 81, 0, false }, { 0, 1, 4000000000u, 0, false }, { 0, 1, 80, 1, false }, { 0, 1, 80, 60, false },
		{ 0, 4294967295u, 80, 0, true },
	};
	char buf[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fresh();
		put_static(LD);
		put_static("/q/libq.so");
		put_elf("/bin/x", LD, "libq.so", 0, NULL);
		size_t len = cache(buf, rows[i].old, rows[i].n, rows[i].value);
		put_bytes(in("/etc/ld.so.cache"), buf, len - rows[i].less, 0644);
		ck_assert_msg(look("/bin/x", ""), "%s", f.program.why);
		ck_assert_msg((file(GD_PROGRAM_LIBRARY, "/q/libq.so") != NULL) == rows[i].found, "%zu", i);
		done();
	}
}
END_TEST

#define AT(member) offsetof(struct image, member), sizeof(((struct image *)0)->member)
/* A value put somewhere into a good program; none of them is one that can be told. */
static const struct { size_t at, size; uint64_t value; } garbled[] = {
	{ AT(h.e_ident[EI_CLASS]), 7 }, { AT(h.e_ident[EI_CLASS]), ELFCLASS32 }, { AT(h.e_ident[EI_DATA]), 3 },
	{ AT(h.e_ident[EI_DATA]), ELFDATA2LSB + ELFDATA2MSB - (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2) },
	{ AT(h.e_machine), EM_SPARC }, { AT(h.e_type), ET_CORE }, { AT(h.e_type), ET_REL }, { AT(h.e_phnum), 0 },
	{ AT(h.e_phnum), 65535 }, { AT(h.e_phoff), UINT64_MAX }, { AT(h.e_phoff), UINT64_MAX - 100 },
	{ AT(h.e_phoff), 1u << 30 }, { AT(h.e_phentsize), 1 }, { AT(h.e_phentsize), 65535 },
	{ AT(p[0].p_type), PT_NULL }, { AT(p[0].p_vaddr), UINT64_MAX }, { AT(p[0].p_offset), UINT64_MAX },
	{ AT(p[0].p_filesz), 64 }, { AT(p[0].p_vaddr), 0 }, { AT(p[1].p_vaddr), 0 },
	{ AT(p[1].p_filesz), UINT64_MAX }, { AT(p[1].p_filesz), 1u << 20 }, { AT(p[2].p_type), PT_DYNAMIC },
	{ AT(p[2].p_filesz), 1 }, { AT(p[2].p_filesz), 3 }, { AT(p[2].p_offset), UINT64_MAX },
	{ AT(p[2].p_offset), 1u << 20 }, { AT(d[0].d_un.d_val), UINT64_MAX }, { AT(d[0].d_un.d_val), 1023 },
	{ AT(d[0].d_un.d_val), 0 }, { AT(d[1].d_un.d_val), 1u << 20 }, { AT(d[2].d_un.d_val), 0 },
	{ AT(d[2].d_un.d_val), UINT64_MAX }, { AT(d[2].d_tag), DT_NULL },
};

START_TEST(garbled_elf)
{
	fresh();
	put_static(LD);
	struct image e = elf(LD, "liba.so", DT_RUNPATH, "/opt/lib");
	put_bytes(in("/x"), &e, sizeof(e), 0755);
	ck_assert_msg(look("/x", ""), "%s", f.program.why); /* as it is it can be told */
	memcpy((char *)&e + garbled[_i].at, &garbled[_i].value, garbled[_i].size);
	put_bytes(in("/x"), &e, sizeof(e), 0755);
	ck_assert_msg(!look("/x", ""), "row %d", _i);
	done();
}
END_TEST

START_TEST(short_elf)
{
	fresh();
	put_static(LD);
	struct image e = elf(LD, "liba.so", DT_RUNPATH, "/opt/lib");
	for (size_t n = 0; n < offsetof(struct image, strings) + 20; n++) {
		put_bytes(in("/x"), &e, n, 0755);
		ck_assert_msg(!look("/x", ""), "%zu bytes", n);
	}
	done();
}
END_TEST

/* --- the writable layer ------------------------------------------------------------------------------ */

static const char *up(const char *path)
{
	return gd_printf(a, "%s%s", upper, path);
}

START_TEST(layer)
{
	fresh();
	put_static(LD);
	put_static("/usr/lib/liba.so");
	put_elf("/usr/bin/x", LD, "liba.so", 0, NULL);
	put_link("/bin", "usr/bin");
	f.use.upper = upper;
	look("x", "PATH=/usr/local/bin:/bin");
	ck_assert(f.program.found);
	for (size_t i = 0; i < f.program.n_files; i++)
		ck_assert_msg(!f.program.files[i].in_upper, "%s", f.program.files[i].path);
	dirs_to(up("/usr/bin"), true); /* directories are passed through */
	dirs_to(up("/usr/lib/python3"), true);
	put_bytes(up("/usr/lib/python3/x.pyc"), "x", 1, 0644);
	look("x", "PATH=/usr/local/bin:/bin");
	ck_assert(!file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
	ck_assert(!file(GD_PROGRAM_LIBRARY, "/usr/lib")->in_upper);
	put_bytes(up("/usr/bin/x"), "x", 1, 0755);
	put_bytes(up("/usr/lib/liba.so"), "x", 1, 0755);
	look("x", "PATH=/usr/local/bin:/bin");
	ck_assert(file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
	ck_assert(file(GD_PROGRAM_LIBRARY, "/usr/lib/liba.so")->in_upper);
	ck_assert(file(GD_PROGRAM_LIBRARY, "/usr/lib")->in_upper);
	ck_assert(!file(GD_PROGRAM_LOADER, LD)->in_upper);
	ck_assert(!file(GD_PROGRAM_LINK, "/bin")->in_upper);
	/* a link of one's own, a whiteout of what came before in PATH, a loader's file */
	MUST(symlink("evil", up("/bin")));
	dirs_to(up("/usr/local/bin"), true);
	put_bytes(up("/usr/local/bin/.wh.x"), "", 0, 0644);
	put_bytes(up("/etc/ld.so.preload"), "", 0, 0644);
	look("x", "PATH=/usr/local/bin:/bin");
	ck_assert(file(GD_PROGRAM_LINK, "/bin")->in_upper);
	ck_assert(file(GD_PROGRAM_SEARCHED, "/usr/local/bin")->in_upper);
	ck_assert(file(GD_PROGRAM_LOADER_FILE, "/etc/ld.so.preload")->in_upper);
	ck_assert(!file(GD_PROGRAM_LOADER_FILE, "/etc/ld.so.cache")->in_upper);
	f.use.upper = up("/none");
	ck_assert(!look("/usr/bin/x", ""));
	MUST(symlink(upper, gd_printf(a, "%s/link", top)));
	f.use.upper = gd_printf(a, "%s/link", top);
	ck_assert(!look("/usr/bin/x", ""));
	done();
}
END_TEST

/* As overlayfs writes them; both need privilege, and a file system that takes them. */
START_TEST(layer_marks)
{
	fresh();
	put_static("/usr/bin/x");
	dirs_to(up("/usr/bin"), true);
	f.use.upper = upper;
	if (mknod(up("/usr/bin/x"), S_IFCHR, makedev(0, 0)) == 0) {
		look("/usr/bin/x", "");
		ck_assert(file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
		MUST(unlink(up("/usr/bin/x")));
	}
	if (setxattr(up("/usr"), "trusted.overlay.redirect", "/opt", 4, 0) == 0) {
		look("/usr/bin/x", "");
		ck_assert(file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
		MUST(removexattr(up("/usr"), "trusted.overlay.redirect"));
		look("/usr/bin/x", "");
		ck_assert(!file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
		MUST(setxattr(up("/usr/bin"), "trusted.overlay.opaque", "y", 1, 0));
		look("/usr/bin/x", "");
		ck_assert(file(GD_PROGRAM_COMMAND, "/usr/bin/x")->in_upper);
	}
	done();
}
END_TEST

/* --- where mounts land -------------------------------------------------------------------------------- */

static struct gd_mount mounts[4];

static struct gd_mount to(const char *type, const char *destination)
{
	return (struct gd_mount){ .destination = destination, .target = gd_path_clean(a, gd_printf(a, "/%s", destination)),
				  .type = type, .bind = strcmp(type, "bind") == 0 || strcmp(type, "engine") == 0,
				  .kind = strcmp(type, "engine") == 0 ? GD_SRC_ENGINE : strcmp(type, "bind") == 0 ?
					  GD_SRC_VOLUME : GD_SRC_NONE, .fd = -1 };
}

static const struct { const char *type, *destination, *type2, *destination2, *lands; } landings[] = {
	{ "bind", "/data", NULL, NULL, "/usr/bin" },
	{ "bind", "data/x", NULL, NULL, "/usr/bin/x" },
	{ "bind", "/data/new/deep", NULL, NULL, "/usr/bin/new/deep" },
	{ "bind", "/new/data", NULL, NULL, "/new/data" },
	{ "bind", "/up", NULL, NULL, "/usr/bin" },		/* never out of the root */
	{ "bind", "/dangling/y", NULL, NULL, "/nowhere/y" },
	{ "bind", "/bin/x", NULL, NULL, "/usr/bin/x" },
	{ "bind", "/loop/x", NULL, NULL, "/" },
	{ "bind", "/", NULL, NULL, "/" },
	{ "bind", "/data/../srv", NULL, NULL, "/" },		/* /srv or /usr/srv */
	{ "bind", "/srv/../data", NULL, NULL, "/usr/bin" },
	{ "bind", "/vol", "bind", "/vol/sub", "/" },		/* a link in the volume may lead anywhere */
	{ "bind", "/data", "bind", "/usr/bin/x", "/" },
	{ "bind", "/usr/bin", "bind", "/data/x", "/" },
	{ "bind", "/vol", "bind", "/vol", "/vol" },
	{ "bind", "/vol", "bind", "/vols", "/vols" },
	{ "tmpfs", "/dev", "mqueue", "/dev/mqueue", "/dev/mqueue" },
	{ "tmpfs", "/run", "bind", "/run/x/y", "/run/x/y" },
	{ "tmpfs", "/var", "bind", "/var/data/y", "/var/data/y" }, /* the image's link is hidden by then */
	{ "copyup", "/var", "bind", "/var/data/y", "/usr/bin/y" },
	{ "sysfs", "/sys", "cgroup", "/sys/fs/cgroup", "/sys/fs/cgroup" },
	{ "proc", "/proc", "bind", "/proc/acpi", "/proc/acpi" },
	{ "proc", "/proc", "bind", "/proc/self/root/usr", "/" },
	{ "proc", "/proc", "bind", "/proc/1/cwd", "/" },
	{ "engine", "/run/secrets", "bind", "/run/secrets/x", "/run/secrets/x" },
	{ "engine", "/dev/shm", "bind", "/dev/shm/x", "/" },
	{ "overlay", "/o", "bind", "/o/x", "/" },
};

START_TEST(lands)
{
	size_t n = landings[_i].type2 ? 2 : 1;

	fresh();
	put_static("/usr/bin/x");
	put_dir("/srv");
	put_dir("/var");
	put_link("/data", "/usr/bin");
	put_link("/bin", "usr/bin");
	put_link("/var/data", "../usr/bin");
	put_link("/up", "../../../usr/bin");
	put_link("/dangling", "/nowhere");
	put_link("/loop", "loop");
	mounts[0] = to(landings[_i].type, landings[_i].destination);
	if (strcmp(landings[_i].type, "copyup") == 0) {
		mounts[0].type = "tmpfs";
		gd_words_add(a, &mounts[0].options, "tmpcopyup");
	}
	if (n == 2)
		mounts[1] = to(landings[_i].type2, landings[_i].destination2);
	f.mounts = mounts;
	f.n_mounts = n;
	ck_assert(look("/usr/bin/x", ""));
	ck_assert_str_eq(f.mounts[n - 1].lands, landings[_i].lands);
	if (strcmp(landings[_i].lands, "/") == 0 && strcmp(landings[_i].destination, "/") != 0)
		ck_assert_ptr_nonnull(f.mounts[n - 1].lands_why);
	/* asked again where it was told before: what the root has by now says nothing */
	MUST(unlink(in("/data")));
	ck_assert(look("/usr/bin/x", ""));
	ck_assert_str_eq(f.mounts[n - 1].lands, landings[_i].lands);
	done();
}
END_TEST

/* --- the engine's init --------------------------------------------------------------------------------- */

START_TEST(init)
{
	fresh();
	put_static("/bin/x");
	put_static("/bin/sh");
	put("/bin/text", "echo\n", 0755);
	put_static("/elsewhere/docker-init");
	mounts[0] = to("bind", "/sbin/docker-init");
	mounts[0].kind = GD_SRC_INIT;
	mounts[0].fd = open(in("/elsewhere/docker-init"), O_PATH | O_CLOEXEC);
	f.mounts = mounts;
	f.n_mounts = 1;
	look("/sbin/docker-init|--|x", "PATH=/bin");
	one_command("/bin/x");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_INIT, "/sbin/docker-init"));
	ck_assert(!look("/sbin/docker-init|-s|--|x", "PATH=/bin"));
	ck_assert(!look("/sbin/docker-init|--", "PATH=/bin"));
	ck_assert(!look("/sbin/docker-init|--|none", "PATH=/bin"));
	/* execvp gives what is no program to /bin/sh */
	look("/sbin/docker-init|--|/bin/text", "PATH=/bin");
	one_command("/bin/text");
	ck_assert_ptr_nonnull(file(GD_PROGRAM_SCRIPT_INTERPRETER, "/bin/sh"));
	/* a mount of somebody's own there is not init */
	mounts[0].kind = GD_SRC_HOST;
	ck_assert(!look("/sbin/docker-init|--|x", "PATH=/bin"));
	close(mounts[0].fd);
	done();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { named, ROWS(names) }, { told, 0 }, { odd_files, 0 },
		{ mounted, 0 },
		{ scripted, ROWS(scripts) }, { long_script, 0 }, { libraries, 0 }, { musl, 0 }, { loader_cache, 0 },
		{ garbled_elf, ROWS(garbled) }, { short_elf, 0 }, { layer, 0 }, { layer_marks, 0 },
		{ lands, ROWS(landings) }, { init, 0 } };

	return run_suite("program", cases, ROWS(cases));
}
