/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "document/document.h"

#include "json/scan.h"

int gd_document_parse(const char *what, struct gd_bytes bytes, const struct gd_key *keys,
		      enum gd_unknown_fields unknown, struct gd_arena *a, struct gd_document *ret,
		      struct gd_error *err)
{
	struct gd_document d = { .original = bytes };

	if (bytes.len > GD_CONFIG_MAX)
		return gd_error_set(err, GD_E_INPUT, "%s: larger than %u bytes", what,
				    GD_CONFIG_MAX);
	if (gd_json_scan(bytes.data, bytes.len, GD_SCAN_STRICT, err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, &d.root, err) < 0)
		return gd_error_wrap(err, "%s", what);
	if (gd_keys_check(d.root, keys, unknown, a, &d.stripped, err) < 0) {
		gd_json_free(d.root);
		return gd_error_wrap(err, "%s", what);
	}
	*ret = d;
	return 0;
}

void gd_document_done(struct gd_document *d)
{
	d->root = gd_json_free(d->root);
}
