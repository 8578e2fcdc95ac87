/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the library makes of a command line or of the runtime's state, as JSON for the differential
 * tests.
 *	probe parse RUNTIME		each line of stdin is one argv, words split at 0x1f
 *	probe process BASE ARGV...	the process document made of exec's flags and file BASE
 *	probe resources ARGV...		the resources document made of update's flags
 *	probe state ROOT ID
 *	probe owner ROOT NS PATH	whose is the namespace NS at PATH
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "facts/state.h"
#include "invocation/invocation.h"
#include "json/scan.h"

static struct gd_arena *arena;
static struct gd_error err;
static struct gd_invocation_rules rules = { GD_INNER_RUNC, NULL };

static int failed(void)
{
	printf("refused: %s\n", err.text);
	return 3;
}

static void put_strings(struct gd_buf *b, const char *const *v, size_t n)
{
	gd_buf_str(b, "[");
	for (size_t i = 0; i < n; i++) {
		gd_buf_str(b, i > 0 ? "," : "");
		gd_buf_json_str(b, v[i]);
	}
	gd_buf_str(b, "]");
}

static void put_invocation(struct gd_buf *b, const struct gd_invocation *inv)
{
	char **canonical = gd_invocation_canonical(inv, "runc", NULL, arena);
	size_t n = 0;

	gd_buf_fmt(b, "{\"gated\":%s,\"verb\":", inv->gated ? "true" : "false");
	gd_buf_json_str(b, gd_verb_name(inv->verb));
	gd_buf_str(b, ",\"id\":");
	gd_buf_json_str(b, inv->id != NULL ? inv->id : "");
	gd_buf_str(b, ",\"bundle\":");
	gd_buf_json_str(b, gd_invocation_str(inv, GD_F_BUNDLE) != NULL ? inv->flag[GD_F_BUNDLE].str
								       : "");
	gd_buf_str(b, ",\"command\":");
	put_strings(b, inv->command.v, inv->command.n);
	while (canonical[n] != NULL)
		n++;
	gd_buf_str(b, ",\"canonical\":");
	put_strings(b, (const char *const *)canonical + 1, n - 1);
	gd_buf_str(b, "}");
}

static int parse_lines(const char *runtime)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	rules.inner = gd_inner_of(runtime);
	while ((len = getline(&line, &size, stdin)) > 0) {
		char *argv[256], *w = line;
		struct gd_invocation inv;
		struct gd_buf b = { .arena = arena };
		int argc = 0;

		line[len - 1] = '\0';
		argv[argc++] = line; /* argv[0] is not looked at */
		while (w != NULL && argc < 255)
			argv[argc++] = strsep(&w, "\x1f");
		argv[argc] = NULL;
		if (gd_invocation_parse(argc, argv, &rules, arena, &inv, &err) == 0) {
			put_invocation(&b, &inv);
		} else {
			gd_buf_str(&b, "{\"refused\":");
			gd_buf_json_str(&b, err.text);
			gd_buf_str(&b, "}");
		}
		puts(b.data);
	}
	free(line);
	return 0;
}

static int print(gd_json *doc)
{
	const char *bytes;
	size_t len;

	if (gd_json_bytes(doc, arena, &bytes, &len) < 0)
		return 2;
	puts(bytes);
	gd_json_free(doc);
	return 0;
}

static int process(const char *base, int argc, char **argv)
{
	struct gd_invocation inv;
	struct gd_bytes bytes;
	gd_json *container, *made;
	int fd = open(base, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || gd_read_all(fd, 1 << 20, arena, &bytes, &err) < 0 ||
	    gd_json_scan(bytes.data, bytes.len, GD_SCAN_STRICT, &err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, &container, &err) < 0)
		return 2;
	close(fd);
	if (gd_invocation_parse(argc, argv, &rules, arena, &inv, &err) < 0 ||
	    gd_invocation_process(&inv, container, &made, &err) < 0)
		return failed();
	gd_json_free(container);
	return print(made);
}

static int resources(int argc, char **argv)
{
	struct gd_invocation inv;
	gd_json *made;

	if (gd_invocation_parse(argc, argv, &rules, arena, &inv, &err) < 0 ||
	    gd_invocation_resources(&inv, &made, &err) < 0)
		return failed();
	return print(made);
}

static int state(const char *root, const char *id)
{
	struct gd_state s;

	if (gd_state_find(GD_INNER_RUNC, root, id, arena, &s, &err) < 0)
		return failed();
	printf("{\"bundle\":\"%s\",\"pid\":%d,\"alive\":%s}\n", s.bundle, (int)s.init_pid,
	       s.alive ? "true" : "false");
	return 0;
}

static int owner(const char *root, const char *ns, const char *path)
{
	struct gd_words roots = { 0 };
	struct gd_state s;
	struct stat st;

	gd_words_add(arena, &roots, root);
	if (stat(path, &st) < 0)
		return 2;
	int r = gd_state_ns_owner(GD_INNER_RUNC, &roots, ns, st.st_dev, st.st_ino, path, arena, &s,
				  &err);
	if (r < 0)
		return failed();
	puts(r == 1 ? s.id : "nobody");
	return 0;
}

int main(int argc, char **argv)
{
	int r = 2;

	arena = gd_arena_new(NULL);
	if (argc == 3 && strcmp(argv[1], "parse") == 0)
		r = parse_lines(argv[2]);
	else if (argc > 3 && strcmp(argv[1], "process") == 0)
		r = process(argv[2], argc - 2, argv + 2);
	else if (argc > 2 && strcmp(argv[1], "resources") == 0)
		r = resources(argc - 1, argv + 1);
	else if (argc == 4 && strcmp(argv[1], "state") == 0)
		r = state(argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "owner") == 0)
		r = owner(argv[2], argv[3], argv[4]);
	arena = gd_arena_free(arena);
	return r;
}
