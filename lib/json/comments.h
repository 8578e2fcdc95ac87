/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as people write policies; for lib/json alone. */
#ifndef GD_JSON_COMMENTS_H
#define GD_JSON_COMMENTS_H

#include <stddef.h>

/*
 * Overwrite comments outside strings, and a comma between a value and a closing bracket, with
 * spaces; line ends stay. Returns NULL, or where a comment begins that does not end. Judges nothing
 * else.
 */
const char *gd_json_blank_comments(char *bytes, size_t len);

#endif
