/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which program is behind guarded: its grammar, its state directory, its reading of a document. */
#ifndef GD_BASE_INNER_H
#define GD_BASE_INNER_H

enum gd_inner { GD_INNER_RUNC = 0, GD_INNER_CRUN, GD_INNER_OTHER };

#endif
