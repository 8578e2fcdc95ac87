/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files whose content decides: opened, checked on the descriptor, read whole, replaced atomically.
 */
#ifndef GD_BASE_FILE_H
#define GD_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"

struct gd_bytes {
	char *data;	/* in the arena, one NUL behind len for convenience */
	size_t len;
};

/*
 * Open @path for reading where only root can have written it: every directory from / on and the
 * file itself are owned by root and not writable by group or others (a sticky directory does not
 * help), no component is a symbolic link owned by somebody else, the file is regular with one link.
 * Checked on descriptors, walking with openat and O_NOFOLLOW; links owned by root in root-only
 * directories are followed (at most 8). Returns a descriptor (O_CLOEXEC) or -1.
 */
int gd_open_trusted(const char *path, struct gd_error *err);
/*
 * The same for a program, which may have more names than one: ostree, Nix and others keep all of
 * /usr as hard links into a store. Another name of root's file lets nobody else write it.
 */
int gd_open_trusted_program(const char *path, struct gd_error *err);
/* The same demand for a directory; returns an O_PATH|O_DIRECTORY descriptor. */
int gd_open_trusted_dir(const char *path, struct gd_error *err);

/*
 * Read a regular file whole. Not regular (FIFO, socket, device, directory), larger than @max, or
 * changed while it is read (size or mtime): refused. Never blocks on a FIFO: the descriptor is to
 * be opened O_NONBLOCK.
 */
int gd_read_all(int fd, size_t max, struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err);
/* The same from a pipe or stream until its end (update's standard input); at most @max bytes. */
int gd_read_stream(int fd, size_t max, struct gd_arena *a, struct gd_bytes *ret,
		   struct gd_error *err);

/*
 * Replace or create dirfd/name: written to a temporary in the same directory (O_EXCL, 0600 then
 * @mode), renamed over. Either the old or the new content is there, also when killed or the disk is
 * full; the temporary is unlinked on failure. @sync: fsync file and directory (policies; not
 * bundles, which do not survive a crash of the host anyway).
 */
int gd_replace_file(int dirfd, const char *name, mode_t mode, bool sync, const char *data,
		    size_t len, struct gd_error *err);

/*
 * A sealed memfd (write, grow, shrink, seal) with the bytes, offset 0, O_CLOEXEC. Descriptor or -1.
 */
int gd_memfd(const char *name, const char *data, size_t len, struct gd_error *err);

#define GD_DIGEST_HEX 65 /* 64 digits and NUL */
/* BLAKE2b-256, as `b2sum -l 256` prints it. */
void gd_digest_hex(char ret_hex[static GD_DIGEST_HEX], const char *data, size_t len);

#endif
