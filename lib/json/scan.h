/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The strict scanner: runs over the raw bytes before they are parsed and refuses everything that
 * runc's decoder (Go encoding/json), crun's and ours could read differently.
 *
 * Own code on purpose: no library refuses duplicate keys, case-folded duplicates, NUL escapes, lone
 * surrogates and single quotes all at once (engine-facts section 6, tried), and json-c's notion of
 * strict changes with its version.
 */
#ifndef GD_JSON_SCAN_H
#define GD_JSON_SCAN_H

#include <stddef.h>

#include "base/error.h"

#define GD_JSON_DEPTH_MAX 64

enum gd_scan_flags {
	GD_SCAN_STRICT = 0,	/* RFC 8259 and nothing else */
	/*
	 * Policies: line and block comments and a comma before a closing bracket are overwritten
	 * with spaces in place, so that line and column numbers stay those of the file.
	 */
	GD_SCAN_POLICY = 1,
	/*
	 * Files that no runtime obeys (an engine's own records, guarded's state): keys may differ
	 * by case.
	 */
	GD_SCAN_CASE = 2,
};

/*
 * Scan @len bytes. Refused, with line, column and reason: anything but one object and white space;
 * depth over GD_JSON_DEPTH_MAX; keys equal or equal after folding case (ASCII, U+017F, U+212A) in
 * one object, escapes decoded; NUL raw or escaped; invalid UTF-8; unpaired surrogates; control
 * characters; numbers that are not plain (leading zero, "-0", exponent, fraction of an integer
 * beyond 2^64-1 or below -2^63). Fractions "1.5" are kept; runc's integer fields refuse them, so
 * do the key tables. Keys of free maps (annotations, sysctl, unified) may differ by case only;
 * the scanner knows those objects by their key names "annotations", "sysctl", "unified" and only
 * refuses exact duplicates in them.
 */
int gd_json_scan(char *bytes, size_t len, enum gd_scan_flags flags, struct gd_error *err);

#endif
