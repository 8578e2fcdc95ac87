/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appending to the chained log. */
#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/chain.h"
#include "base/str.h"

#define TAIL_MAX (1u << 20)	/* bytes that may lie behind what the head knows: one record, were it
				 * not for accidents */

const char *gd_audit_head(const struct gd_settings *s, struct gd_arena *a)
{
	return gd_printf(a, "%.*s/audit.head", (int)(strrchr(s->applied, '/') - s->applied), s->applied);
}

static int open_log(const char *path, int flags, struct stat *st, struct gd_error *err)
{
	int fd = open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd < 0)
		return gd_error_sys(err, errno, "open the audit log '%s'", path);
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && st->st_uid == 0 && !(st->st_mode & 022))
		return fd;
	close(fd);
	return gd_error_set(err, GD_E_TRUST, "the audit log '%s' is not a regular file of root alone", path);
}

/* All of it or, on a full disk, nothing: whoever reads never meets half a record. */
static int write_whole(int fd, off_t size, const char *path, const char *text, size_t len, struct gd_error *err)
{
	ssize_t n = write(fd, text, len);
	int saved = n < 0 ? errno : ENOSPC;

	if (n == (ssize_t)len)
		return 0;
	if (n > 0 && size >= 0 && ftruncate(fd, size) < 0)
		saved = errno;
	return gd_error_sys(err, saved, "write the audit log '%s'", path);
}

/*
 * What lies behind the head's place: a record whose writer was killed before it moved the head, or a line torn by a
 * crash of the host. The first is believed by its own words: whoever could write it could have written the head.
 * Returns how many bytes of an unfinished line end the file, or -1.
 */
static long catch_up(int fd, struct gd_chain_head *h, off_t size, struct gd_arena *a)
{
	char *text, *end, chain[GD_DIGEST_HEX];
	unsigned long long seq;
	off_t from = h->size;
	ssize_t n;

	if (size - from > (off_t)TAIL_MAX)
		from = size - TAIL_MAX;
	text = gd_alloc(a, (size_t)(size - from) + 1);
	n = pread(fd, text, (size_t)(size - from), from);
	if (n < 0)
		return -1;
	/* The last one may be whole but for its newline. */
	for (char *line = text; line < text + n; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + n - line));
		end = end ? end : text + n;
		if (gd_chain_read(line, (size_t)(end - line), &seq, chain) && seq > h->seq) {
			h->seq = seq;
			memcpy(h->chain, chain, sizeof(chain));
		}
	}
	end = memrchr(text, '\n', (size_t)n);
	return text + n - (end ? end + 1 : text);
}

static int append_chained(int fd, int head_fd, const char *path, struct stat *st, const char *line, size_t len,
			  struct gd_arena *a, struct gd_error *err)
{
	struct gd_chain_head h;
	long torn = 0;
	char *text;

	gd_chain_head_read(head_fd, &h);
	/* Another file, or a shorter one: it was rotated, and the chain goes on in the new one. */
	if (h.dev != st->st_dev || h.ino != st->st_ino || h.size > st->st_size)
		h.size = 0;
	if (st->st_size > h.size)
		torn = catch_up(fd, &h, st->st_size, a);
	if (torn < 0)
		return gd_error_sys(err, errno, "read the audit log '%s'", path);
	text = gd_chain_line(&h, torn > 0, line, len, a, &len);
	if (write_whole(fd, st->st_size, path, text, len, err) < 0)
		return -1;
	h.dev = st->st_dev;
	h.ino = st->st_ino;
	h.size = st->st_size + (off_t)len;
	/* A head that stays behind is caught up with by the next one: the record is what counts. */
	gd_chain_head_write(head_fd, &h);
	return 0;
}

int gd_audit_append(const char *path, const char *head, const char *line, size_t len, struct gd_arena *a,
		    struct gd_error *err)
{
	struct stat st, head_st;
	int fd, head_fd, r;

	if (!head) {
		fd = open_log(path, O_WRONLY | O_APPEND, &st, err);
		if (fd < 0)
			return -1;
		r = write_whole(fd, -1, path, line, len, err);
		close(fd);
		return r;
	}
	head_fd = open_log(head, O_RDWR, &head_st, err);
	if (head_fd < 0)
		return -1;
	/* Nobody but root can open the head, so nobody else can hold the lock; it ends with its holder. */
	while ((r = flock(head_fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	/* Opened under the lock, so that a rotation is not overtaken. */
	fd = r < 0 ? gd_error_sys(err, errno, "lock '%s'", head) : open_log(path, O_RDWR | O_APPEND, &st, err);
	r = fd < 0 ? -1 : append_chained(fd, head_fd, path, &st, line, len, a, err);
	if (fd >= 0)
		close(fd);
	close(head_fd);
	return r;
}
