/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bundles and their records: what stands where config.json should, and what became of judged.json.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "document/document.h"

#include "suite.h"

static struct gd_error err;
static struct gd_arena *arena;
static char dir[64];
static struct gd_bundle bundle;

static void setup(void)
{
	arena = gd_arena_new(NULL);
	snprintf(dir, sizeof(dir), "%s/gd-test-XXXXXX", geteuid() == 0 ? "/run" : "/tmp");
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	ck_assert_int_eq(chdir(dir), 0);
	bundle = (struct gd_bundle){ .path = dir, .fd = open(dir, O_PATH | O_DIRECTORY) };
}

static void teardown(void)
{
	char command[96];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf -- %s", dir);
	ck_assert_int_eq(system(command), 0);
	gd_bundle_done(&bundle);
	ck_assert_int_eq(bundle.fd, -1);
	arena = gd_arena_free(arena);
}

static int replace(const char *name, const char *text)
{
	return gd_replace_file(bundle.fd, name, 0644, false, text, strlen(text), &err);
}

static void put(const char *name, const char *text)
{
	ck_assert_int_eq(replace(name, text), 0);
}

static char *get(const char *name, size_t *ret_len)
{
	struct gd_bytes b;
	int fd = open(name, O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(gd_read_all(fd, 1 << 26, arena, &b, &err), 0);
	close(fd);
	*ret_len = b.len;
	return b.data;
}

static int config(struct gd_document *ret)
{
	memset(&err, 0, sizeof(err));
	return gd_bundle_config(&bundle, GD_UNKNOWN_REFUSE, arena, ret, &err);
}

/* Each a shell line in the bundle; NULL: the document is read. */
static const struct { const char *build, *why; bool root; } config_rows[] = {
	{ "echo '{}' >config.json", NULL, false },
	{ "echo '{\"process\":{}}' >config.json; chmod 0600 config.json", NULL, false },
	{ "true", "the bundle has none", false },
	{ ": >config.json", "the text is empty", false },
	{ "echo '{' >config.json", "ends too early", false },
	{ "mkdir config.json", "not a regular file", false },
	{ "mkfifo config.json", "not a regular file", false },
	{ "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"config.json\")'", "not a regular file", false },
	{ "mknod config.json c 1 3", "not a regular file", true },
	{ "mknod config.json b 7 0", "not a regular file", true },
	{ "ln -s /dev/null config.json", "is a symbolic link", false },
	{ "echo '{}' >other; ln -s other config.json", "is a symbolic link", false },
	{ "ln -s nowhere config.json", "is a symbolic link", false },
	{ "echo '{}' >config.json; chmod 0666 config.json", "written by others", false },
	{ "echo '{}' >config.json; chmod 0664 config.json", "written by others", false },
	{ "echo '{}' >config.json; chown 65534 config.json", "owned neither by root", true },
	{ "echo '{}' >config.json; chown 65534 config.json .", NULL, true },
	{ "truncate -s 17M config.json", "larger than 16777216 bytes", false },
	{ "truncate -s 100T config.json 2>/dev/null || truncate -s 17M config.json", "larger than", false },
	{ "head -c 1000000 /dev/zero | tr '\\0' '[' >config.json", "does not begin with an object", false },
	{ "head -c 100000000 /dev/zero | tr '\\0' '[' >config.json", "larger than", false },
	{ "echo '{\"unknown\":1}' >config.json", "unknown key", false },
	{ "echo '{}' >config.json; echo x >judged.json", "altered", false },
	{ "echo '{}' >config.json; : >judged.json", "altered", false },
	{ "echo '{}' >config.json; mkfifo judged.json", "not a regular file", false },
	{ "echo '{}' >config.json; ln -s /etc/passwd judged.json", "is a symbolic link", false },
};

START_TEST(config_kinds)
{
	struct gd_document d = { 0 };
	char command[256];

	if (config_rows[_i].root && geteuid() != 0)
		return;
	setup();
	snprintf(command, sizeof(command), "umask 022; %s", config_rows[_i].build);
	ck_assert_int_eq(system(command), 0);
	alarm(20);	/* none may block */
	int r = config(&d);
	if (config_rows[_i].why == NULL)
		ck_assert_msg(r == 0, "%s", err.text);
	else
		ck_assert_msg(r == -1 && strstr(err.text, config_rows[_i].why) != NULL, "%s",
			      err.text);
	gd_document_done(&d);
	teardown();
}
END_TEST

START_TEST(open_bundle)
{
	struct gd_bundle b = { .fd = -1 };
	char path[128];

	setup();
	ck_assert_int_eq(mkdir("in", 0755), 0);
	ck_assert_int_eq(symlink("in", "link"), 0);
	snprintf(path, sizeof(path), "%s/./link/../link", dir);
	if (geteuid() == 0) {
		ck_assert_msg(gd_bundle_open(path, arena, &b, &err) == 0, "%s", err.text);
		ck_assert_str_eq(b.path, gd_printf(arena, "%s/in", dir));
		gd_bundle_done(&b);
		ck_assert_int_eq(chdir("in"), 0);
		ck_assert_int_eq(gd_bundle_open("", arena, &b, &err),
				 0); /* as runc: where we are */
		ck_assert_str_eq(b.path, gd_printf(arena, "%s/in", dir));
		gd_bundle_done(&b);
		ck_assert_int_eq(gd_bundle_open("../link", arena, &b, &err), 0);
		gd_bundle_done(&b);
		ck_assert_int_eq(chmod(".", 0777), 0);
	}
	ck_assert_int_eq(gd_bundle_open(path, arena, &b, &err), -1);
	ck_assert_int_eq(err.kind, GD_E_TRUST);
	ck_assert_int_eq(b.fd, -1);
	ck_assert_int_eq(gd_bundle_open("/nowhere", arena, &b, &err), -1);
	ck_assert_int_eq(gd_bundle_open("/etc/passwd", arena, &b, &err), -1);
	ck_assert_int_eq(gd_bundle_open("/tmp", arena, &b, &err), -1);
	teardown();
}
END_TEST

/* --- judged.json ----------------------------------------------------------------------------- */

static const char original[] = "{\n  \"ociVersion\": \"1.0.2\",\n  \"process\": {\"args\": "
			       "[\"sh\"], \"env\": [\"A=\\u00e4\\n\"]}\n}\n";
static const char armed[] =
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"],\"noNewPrivileges\":true}}";
static const char conformed[] = "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"]}}";

static int try_write_record(const char *middle)
{
	gd_json *facts = NULL;
	int r;
	static const char text[] =
		"{\"ns\":[{\"type\":\"pid\",\"ino\":4026531836}],\"A\":1,\"a\":2}";

	if (gd_json_parse(text, sizeof(text) - 1, &facts, &err) < 0)
		return -1;
	struct gd_record record = {
		.original = original,
		.original_len = sizeof(original) - 1,
		.armed = armed,
		.armed_len = sizeof(armed) - 1,
		.conformed = middle,
		.conformed_len = middle != NULL ? strlen(middle) : 0,
		.facts = facts,
		.policy = "ci-\"jobs\" b2:abc",
	};
	r = gd_record_write(&bundle, &record, arena, &err);
	gd_json_free(facts);
	return r;
}

static void write_record(const char *middle)
{
	ck_assert_msg(try_write_record(middle) == 0, "%s", err.text);
}

static int read_record(struct gd_record *r)
{
	memset(r, 0, sizeof(*r));
	memset(&err, 0, sizeof(err));
	return gd_record_read(&bundle, arena, r, &err);
}

START_TEST(record_round_trip)
{
	struct gd_record r;
	struct gd_document d = { 0 };
	struct stat st;
	uint64_t ino;

	setup();
	ck_assert_int_eq(read_record(&r), 0);
	for (int with = 0; with < 2; with++) {
		put("config.json", armed);
		write_record(with ? conformed : NULL);
		ck_assert_int_eq(stat(GD_RECORD_NAME, &st), 0);
		ck_assert_uint_eq(st.st_mode & 07777, 0600);
		ck_assert_msg(read_record(&r) == 1, "%s", err.text);
		ck_assert_uint_eq(r.original_len, sizeof(original) - 1);
		ck_assert_mem_eq(r.original, original, sizeof(original) - 1);
		ck_assert_uint_eq(r.armed_len, sizeof(armed) - 1);
		ck_assert_mem_eq(r.armed, armed, sizeof(armed) - 1);
		ck_assert_int_eq(r.conformed != NULL, with);
		if (with) {
			ck_assert_uint_eq(r.conformed_len, sizeof(conformed) - 1);
			ck_assert_mem_eq(r.conformed, conformed, sizeof(conformed) - 1);
		}
		ck_assert_str_eq(r.policy, "ci-\"jobs\" b2:abc");
		ck_assert(gd_json_u64(gd_json_pointer(r.facts, "/ns/0/ino"), &ino) &&
			  ino == 4026531836u);
		ck_assert_uint_eq(gd_json_members(r.facts), 3);
		gd_json_free(r.facts);
	}
	/* the record is JSON for whoever reads it */
	ck_assert_int_eq(system("python3 -c 'import json;d=json.load(open(\"judged.json\"));"
				"assert d[\"original\"][\"process\"][\"env\"]==[\"A=\\u00e4\\n\"];"
				"assert d[\"conformed\"][\"process\"]'"), 0);
	/* an armed document is never taken for what was asked */
	ck_assert_int_eq(config(&d), 0);
	ck_assert_uint_eq(d.original.len, sizeof(original) - 1);
	ck_assert(!gd_json_has(gd_json_get(d.root, "process"), "noNewPrivileges"));
	gd_document_done(&d);
	/* but an engine's new document is */
	put("config.json", "{\"ociVersion\":\"1.1.0\"}");
	ck_assert_int_eq(config(&d), 0);
	ck_assert_str_eq(gd_json_get_str(d.root, "ociVersion"), "1.1.0");
	gd_document_done(&d);
	ck_assert_int_eq(read_record(&r), -1);
	ck_assert_str_eq(err.text, "config.json is not the one that guarded wrote");
	ck_assert_int_eq(unlink("config.json"), 0);
	ck_assert_int_eq(read_record(&r), -1);
	teardown();
}
END_TEST

/* No byte of a record can be changed, dropped or added without its being noticed. */
START_TEST(record_altered)
{
	struct gd_record r;
	size_t len;

	setup();
	put("config.json", armed);
	write_record(conformed);
	char *whole = get(GD_RECORD_NAME, &len);
	for (size_t i = 0; i < len; i++) {
		char *other = gd_alloc(arena, len + 2);
		memcpy(other, whole, len);
		other[i] = (char)(other[i] ^ (1 << i % 7));
		ck_assert_int_eq(
			gd_replace_file(bundle.fd, GD_RECORD_NAME, 0600, false, other, len, &err),
			0);
		ck_assert_msg(read_record(&r) == -1, "byte %zu", i);
		ck_assert_int_eq(err.kind, GD_E_TRUST);
		if (i % 16 != 0)
			continue;
		ck_assert_int_eq(
			gd_replace_file(bundle.fd, GD_RECORD_NAME, 0600, false, whole, i, &err), 0);
		ck_assert_msg(read_record(&r) == -1, "cut at %zu", i);
	}
	char *longer = gd_printf(arena, "%.*sx", (int)len, whole);
	ck_assert_int_eq(
		gd_replace_file(bundle.fd, GD_RECORD_NAME, 0600, false, longer, len + 1, &err), 0);
	ck_assert_int_eq(read_record(&r), -1);
	ck_assert_int_eq(gd_replace_file(bundle.fd, GD_RECORD_NAME, 0600, false, whole, len, &err),
			 0);
	ck_assert_int_eq(read_record(&r), 1);
	gd_json_free(r.facts);
	ck_assert_int_eq(gd_replace_file(bundle.fd, GD_RECORD_NAME, 0620, false, whole, len, &err),
			 0);
	ck_assert_int_eq(read_record(&r), -1);
	teardown();
}
END_TEST

START_TEST(record_without_room)
{
	struct rlimit old, now;
	struct gd_document d = { 0 };
	struct gd_record r = { .original = original,
			       .original_len = sizeof(original) - 1,
			       .armed = armed,
			       .armed_len = 5 };

	setup();
	put("config.json", "{}");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	now = (struct rlimit){ 64, old.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	ck_assert_int_eq(gd_record_write(&bundle, &r, arena, &err), -1);
	ck_assert_int_eq(err.errnum, EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);
	ck_assert_int_eq(access(GD_RECORD_NAME, F_OK), -1);
	getrlimit(RLIMIT_NOFILE, &old);
	now = (struct rlimit){ 3, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &now);
	int config_r = config(&d), config_errno = err.errnum;
	struct gd_bundle b;
	int open_r = gd_bundle_open("/etc", arena, &b, &err);
	setrlimit(RLIMIT_NOFILE, &old);
	ck_assert_int_eq(config_r, -1);
	ck_assert_int_eq(config_errno, EMFILE);
	ck_assert_int_eq(open_r, -1);
	ck_assert_int_eq(config(&d), 0);
	gd_document_done(&d);
	teardown();
}
END_TEST

/*
 * A create killed at any point, and tried again by the engine: whatever is found there is judged as
 * what was asked first, or is what was asked first.
 */
START_TEST(create_killed_and_tried_again)
{
	struct gd_document d;
	int status;

	setup();
	for (int i = 0; i < 60; i++) {
		put("config.json", original);
		unlink(GD_RECORD_NAME);
		pid_t child = fork();
		/* Without Check's words: it writes each to a pipe, and a message cut by the kill fails the suite. */
		while (child == 0)
			if (replace("config.json", original) < 0 || try_write_record(conformed) < 0 ||
			    replace("config.json", armed) < 0)
				_exit(1);
		usleep((useconds_t)(200 + i * 53 % 2000));
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		ck_assert_msg(WIFSIGNALED(status), "it failed before it was killed");
		ck_assert_msg(config(&d) == 0, "%s", err.text);
		ck_assert_uint_eq(d.original.len, sizeof(original) - 1);
		ck_assert_mem_eq(d.original.data, original, d.original.len);
		gd_document_done(&d);
	}
	teardown();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ config_kinds, ROWS(config_rows) }, { open_bundle, 0 }, { record_round_trip, 0 },
		{ record_altered, 0 },
		{ record_without_room, 0 }, { create_killed_and_tried_again, 0 },
	};

	return run_suite("bundle", cases, sizeof(cases) / sizeof(*cases));
}
