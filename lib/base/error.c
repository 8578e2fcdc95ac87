/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE 1
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Errors end up in logs that engines parse line by line, and can carry bytes of a hostile document:
 * nothing below a space survives, and a cut text does not end inside a UTF-8 sequence.
 */
static void make_one_line(char text[GD_ERROR_MAX], int wanted)
{
	for (char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	if (wanted < GD_ERROR_MAX)
		return;
	size_t end = GD_ERROR_MAX - sizeof("...");
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", sizeof("..."));
}

__attribute__((format(printf, 2, 0)))
static void set_text(struct gd_error *err, const char *fmt, va_list ap)
{
	int n = vsnprintf(err->text, sizeof(err->text), fmt, ap);

	if (n < 0) {
		strcpy(err->text, "unprintable error");
		n = 0;
	}
	make_one_line(err->text, n);
}

int gd_error_set(struct gd_error *err, enum gd_error_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	err->kind = kind;
	err->errnum = 0;
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
	return -1;
}

/*
 * dockerd, Podman and CRI-O look for the system's words for these in whatever a runtime says, and
 * take the container's command for missing (127) or not executable (126).
 */
static const char *errno_text(int errnum)
{
	static const struct { int errnum; const char *text; } own[] = {
		{ ENOENT, "does not exist" }, { EACCES, "access refused by the kernel" },
		{ EPERM, "forbidden by the kernel" },
		{ ENOTDIR, "a part of the path is no folder" },
		{ EISDIR, "it is a folder" }, { ESRCH, "the process is gone" },
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (own[i].errnum == errnum)
			return own[i].text;
	}
	/* No locale, no buffer shared between threads. */
	const char *text = strerrordesc_np(errnum);
	return text != NULL ? text : "unknown error";
}

int gd_error_sys(struct gd_error *err, int errnum, const char *fmt, ...)
{
	char what[GD_ERROR_MAX];
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	gd_error_set(err, GD_E_SYSTEM, "%s: %s", what, errno_text(errnum));
	err->errnum = errnum;
	return -1;
}

int gd_error_wrap(struct gd_error *err, const char *fmt, ...)
{
	char head[GD_ERROR_MAX], tail[GD_ERROR_MAX];
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(head, sizeof(head), fmt, ap);
	va_end(ap);
	memcpy(tail, err->text, sizeof(tail));
	int n = snprintf(err->text, sizeof(err->text), "%s: %s", head, tail);
	make_one_line(err->text, n);
	return -1;
}
