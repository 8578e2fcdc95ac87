/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one way in which the library says no.
 *
 * Every function that can fail returns 0 or -1 (documented where it is more) and takes a
 * struct gd_error by pointer as its last argument. The caller owns it, zeroed, by value. The cause
 * is set where it is known and wrapped on the way up, so that the text reads from the whole to
 * the part: "load policy '/x': line 3: unknown control 'capabilites'".
 */
#ifndef GD_BASE_ERROR_H
#define GD_BASE_ERROR_H

#include <stdarg.h>

#define GD_ERROR_MAX 1024 /* bytes, with the NUL; longer texts end in "..." */

enum gd_error_kind {
	GD_OK = 0,
	GD_E_SYSTEM,	/* a system call failed; errnum says which way */
	GD_E_INPUT,	/* the document, command line or policy is malformed or ambiguous */
	GD_E_TRUST,	/* a file that could change a decision is not root's alone */
	GD_E_REFUSED,	/* decided: the policy forbids it */
};

struct gd_error {
	enum gd_error_kind kind;
	int errnum;			/* 0 where no system call failed */
	char text[GD_ERROR_MAX];	/* one line, no trailing newline */
};

/* Set the cause. Always returns -1, so that a failure is one line. A NULL @err is fine. */
int gd_error_set(struct gd_error *err, enum gd_error_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As gd_error_set with GD_E_SYSTEM: appends ": " and the text of @errnum, in words other
 * than the system's where engines choose exit codes by those (engine-facts 2.6). Returns -1. */
int gd_error_sys(struct gd_error *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "fmt: " before what is there. Returns -1. */
int gd_error_wrap(struct gd_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
