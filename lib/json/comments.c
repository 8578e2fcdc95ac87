/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/comments.h"

#include <stdbool.h>
#include <string.h>

#include "json/lex.h"

static void blank(char *from, const char *to)
{
	for (char *p = from; p < to; p++) {
		if (*p != '\n' && *p != '\r')
			*p = ' ';
	}
}

/* Behind the comment at @p; NULL where it does not end. */
static char *comment_end(char *p, char *end)
{
	if (p[1] == '/') {
		char *nl = memchr(p, '\n', (size_t)(end - p));
		return nl != NULL ? nl : end;
	}
	char *close = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
	return close != NULL ? close + 2 : NULL;
}

static char *string_end(char *p, char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

const char *gd_json_blank_comments(char *bytes, size_t len)
{
	char *p = bytes, *end = bytes + len, *comma = NULL;
	char before = '[';	/* the last character that counted, but for space and comments */

	while ((p = (char *)gd_lex_space(p, end)) < end) {
		if (*p == '/' && end - p > 1 && (p[1] == '/' || p[1] == '*')) {
			char *to = comment_end(p, end);
			if (to == NULL)
				return p;
			blank(p, to);
			p = to;
			continue;
		}
		if ((*p == '}' || *p == ']') && comma != NULL)
			*comma = ' ';
		/* Only behind a value: "[,]" is a mistake and not a habit. */
		comma = *p == ',' && strchr(",[{:", before) == NULL ? p : NULL;
		before = *p;
		p = *p == '"' ? string_end(p, end) : p + 1;
	}
	return NULL;
}
