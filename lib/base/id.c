/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/id.h"

#include <string.h>

int gd_container_id_check(const char *id, struct gd_error *err)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	size_t len = strlen(id);

	if (len == 0)
		return gd_error_set(err, GD_E_INPUT, "the container id is empty");
	if (len > GD_ID_MAX)
		return gd_error_set(err, GD_E_INPUT, "the container id is longer than %d bytes",
				    GD_ID_MAX);
	/* It becomes a directory's name: no slash, no dot in front, so neither "." nor "..". */
	if (strchr(letters, id[0]) == NULL)
		return gd_error_set(err, GD_E_INPUT,
				    "the container id begins with neither letter, digit nor '_'");
	for (size_t i = 1; i < len; i++)
		if (strchr(letters, id[i]) == NULL && strchr("+-.", id[i]) == NULL)
			return gd_error_set(err, GD_E_INPUT,
					    "the container id has a character other than"
					    " letters, digits and _ + - .");
	return 0;
}
