/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls by name, over all architectures. Filters are compared by name, never by number: a
 * document names calls, and libseccomp gives the same name to the same call everywhere. Own table
 * instead of libseccomp's: there, resolving the 360 names of a Docker document takes longer than
 * everything else that a launch does, and a name that this libseccomp does not know may be known to
 * the runtime's.
 *
 * The identity of a call is its line in syscalls.txt, which only grows: applied policies hold bits
 * by it.
 */
#ifndef GD_MAC_SYSCALL_H
#define GD_MAC_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

#define GD_SYSCALLS 508
#define GD_SYSCALL_WORDS ((GD_SYSCALLS + 63) / 64)

/* Identity or -1. Exact: libseccomp's look-up knows no other spelling either. */
int gd_syscall_id(const char *name);
const char *gd_syscall_name(int id); /* NULL beyond the table */

#endif
