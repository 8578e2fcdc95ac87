/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the engines' files were before guardctl install, to the byte; one file an engine in the state directory. */
#include <stdio.h>

#include "install.h"
#include "json/scan.h"

static const char *memory_path(struct install *j)
{
	return install_at(j, gd_printf(j->ctl->arena, "/var/lib/guarded/install/%s.json", j->engine));
}

int install_load(struct install *j)
{
	struct gd_bytes bytes;
	int r = install_read(j, memory_path(j), &bytes);

	if (r < 0)
		return -1;
	if (r == 0)
		return (j->memory = gd_json_new_obj()) ? 0 : gd_error_set(&j->ctl->err, GD_E_SYSTEM, "out of memory");
	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_STRICT, &j->ctl->err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, &j->memory, &j->ctl->err) < 0)
		return gd_error_wrap(&j->ctl->err, "%s", memory_path(j));
	return 0;
}

int install_save(struct install *j)
{
	struct gd_bytes bytes = { 0 };
	const char *text;

	if (j->dry)
		return 0;
	if (!gd_json_members(j->memory))
		return install_write(j, memory_path(j), bytes);
	if (gd_json_pretty(j->memory, j->ctl->arena, &text, &bytes.len) < 0)
		return gd_error_set(&j->ctl->err, GD_E_SYSTEM, "out of memory");
	bytes.data = (char *)text;
	return install_write(j, memory_path(j), bytes);
}

/* The first bytes ever found count: installing twice does not take our own for what was there. */
int install_remember(struct install *j, const char *path, struct gd_bytes before, struct gd_bytes after)
{
	char digest[GD_DIGEST_HEX];
	gd_json *note = gd_json_get(j->memory, path);
	int r = 0;

	gd_digest_hex(digest, after.data, after.len);
	if (!note) {
		r |= gd_json_set(j->memory, path, gd_json_new_obj());
		note = gd_json_get(j->memory, path);
		if (before.data)
			r |= gd_json_set(note, "before", gd_json_new_str(before.data));
	}
	r |= gd_json_set(note, "after", gd_json_new_str(digest));
	return r < 0 ? gd_error_set(&j->ctl->err, GD_E_SYSTEM, "out of memory") : 0;
}
