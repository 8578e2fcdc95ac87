/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GD_BASE_ID_H
#define GD_BASE_ID_H

#include "base/error.h"

#define GD_ID_MAX 1024 /* bytes of a container id, as runc */

/*
 * What every supported runc and crun takes: [A-Za-z0-9_+.-]+, and, stricter, a first character that
 * is a letter, a digit or '_' (crun refuses a leading dot; a leading dash is a flag to somebody),
 * at most GD_ID_MAX bytes.
 */
int gd_container_id_check(const char *id, struct gd_error *err);

#endif
