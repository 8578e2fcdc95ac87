/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guarded reads, for the Go program beside this file: it gives documents and is told for each
 * whether guarded takes it and what it would hand to the runtime.
 *
 *   in:  KIND LENGTH NEWLINE BYTES      KIND: config process resources clean
 *   out: ok|no LENGTH NEWLINE BYTES     the canonical document (or cleaned path), or the refusal
 *
 * With a file name as its argument: that config.json's canonical bytes on standard output, or exit
 * 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/document.h"

static void answer(const char *word, const char *bytes, size_t len)
{
	printf("%s %zu\n", word, len);
	fwrite(bytes, 1, len, stdout);
	fflush(stdout);
}

static const struct { const char *kind; const struct gd_key *keys; } kinds[] = {
	{ "config", gd_keys_config }, { "process", gd_keys_process },
	{ "resources", gd_keys_resources },
};

static int canonical(const struct gd_key *keys, struct gd_bytes in, struct gd_arena *a,
		     struct gd_bytes *out, struct gd_error *err)
{
	struct gd_document d = { 0 };
	const char *bytes;

	if (gd_document_parse("document", in, keys, GD_UNKNOWN_REFUSE, a, &d, err) < 0)
		return -1;
	int r = gd_json_bytes(d.root, a, &bytes, &out->len);
	out->data = (char *)bytes;
	gd_document_done(&d);
	return r;
}

static void serve(const char *kind, char *bytes, size_t len)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_bytes out = { NULL, 0 };

	if (strcmp(kind, "clean") == 0) {
		char *clean = gd_path_clean(a, bytes);
		answer("ok", clean, strlen(clean));
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kind, kinds[i].kind) != 0)
			continue;
		if (canonical(kinds[i].keys, (struct gd_bytes){ bytes, len }, a, &out, &err) == 0)
			answer("ok", out.data, out.len);
		else
			answer("no", err.text, strlen(err.text));
	}
	gd_arena_free(a);
}

static int one_file(const char *path)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_bytes in, out;
	FILE *f = fopen(path, "r");
	int r = f == NULL || gd_read_all(fileno(f), GD_CONFIG_MAX, a, &in, &err) < 0 ||
		canonical(gd_keys_config, in, a, &out, &err) < 0;

	if (r != 0)
		fprintf(stderr, "%s: %s\n", path, err.text);
	else
		fwrite(out.data, 1, out.len, stdout);
	if (f != NULL)
		fclose(f);
	gd_arena_free(a);
	return r;
}

int main(int argc, char **argv)
{
	char kind[16];
	size_t len;

	if (argc > 1)
		return one_file(argv[1]);
	while (scanf("%15s %zu", kind, &len) == 2 && getchar() == '\n') {
		char *bytes = malloc(len + 1);
		if (bytes == NULL || fread(bytes, 1, len, stdin) != len)
			return 1;
		bytes[len] = '\0';
		serve(kind, bytes, len);
		free(bytes);
	}
	return 0;
}
