/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities by name and number, up to the newest kernel known here. No libcap: its names depend
 * on the library's version and its reader takes more than runc's does.
 */
#ifndef GD_BASE_CAP_H
#define GD_BASE_CAP_H

#include <stdbool.h>
#include <stdint.h>

#define GD_CAP_COUNT 41		/* 0 .. 40: CAP_CHECKPOINT_RESTORE (Linux 5.9) */
#define GD_CAP_MAX 63		/* the largest number that a kernel's mask has room for */
#define GD_CAP_BIT(n) (UINT64_C(1) << (n))
#define GD_CAP_ALL (GD_CAP_BIT(GD_CAP_COUNT) - 1)

/* By number; names as used below: GD_CAP_SYS_ADMIN is 21. */
#define GD_CAPS(X) \
	X(CHOWN) X(DAC_OVERRIDE) X(DAC_READ_SEARCH) X(FOWNER) X(FSETID) X(KILL) X(SETGID) \
	X(SETUID) X(SETPCAP) X(LINUX_IMMUTABLE) X(NET_BIND_SERVICE) X(NET_BROADCAST) \
	X(NET_ADMIN) X(NET_RAW) X(IPC_LOCK) X(IPC_OWNER) X(SYS_MODULE) X(SYS_RAWIO) \
	X(SYS_CHROOT) X(SYS_PTRACE) X(SYS_PACCT) X(SYS_ADMIN) X(SYS_BOOT) X(SYS_NICE) \
	X(SYS_RESOURCE) X(SYS_TIME) X(SYS_TTY_CONFIG) X(MKNOD) X(LEASE) X(AUDIT_WRITE) \
	X(AUDIT_CONTROL) X(SETFCAP) X(MAC_OVERRIDE) X(MAC_ADMIN) X(SYSLOG) X(WAKE_ALARM) \
	X(BLOCK_SUSPEND) X(AUDIT_READ) X(PERFMON) X(BPF) X(CHECKPOINT_RESTORE)
enum gd_cap {
#define X(name) GD_CAP_##name,
	GD_CAPS(X)
#undef X
};

/* "SYS_ADMIN"; NULL for numbers without a name here. */
const char *gd_cap_name(int n);
/* Exactly "CAP_SYS_ADMIN", as runc reads it. Number or -1. */
int gd_cap_number(const char *name);
/* The same with or without CAP_, in any case: for policies. */
int gd_cap_number_loose(const char *name);
/*
 * The loosest that any runtime makes of a name: crun gives it to libcap, which ignores case, takes
 * a number, and stops at the first character that is no letter. Number (to GD_CAP_MAX) or -1.
 */
int gd_cap_number_loosest(const char *name);

#endif
