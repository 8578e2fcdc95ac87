/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One link of the chain, and the head that says how far it has come. */
#include "audit/chain.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define DIGITS (GD_DIGEST_HEX - 1)
/* Fixed width: written over itself in one call, so that it is the old one or the new one. */
#define HEAD_FORMAT "guarded audit head 1\n%020llu %s %020llu %020llu %020llu\n"
#define HEAD_SIZE (21 + 21 + DIGITS + 1 + 21 * 2 + 20 + 1)
#define CHAIN_KEY ",\"chain\":\""
#define SEQ_KEY ",\"seq\":"
#define SUFFIX (sizeof(CHAIN_KEY) - 1 + DIGITS + 2) /* with '"' and '}' */

static bool is_hex(const char *s)
{
	return strspn(s, "0123456789abcdef") >= DIGITS;
}

void gd_chain_head_read(int fd, struct gd_chain_head *ret)
{
	char text[HEAD_SIZE + 1] = "", chain[GD_DIGEST_HEX];
	unsigned long long seq, dev, ino, size;

	*ret = (struct gd_chain_head){ 0 };
	memset(ret->chain, '0', DIGITS);
	if (pread(fd, text, HEAD_SIZE, 0) != HEAD_SIZE ||
	    sscanf(text, "guarded audit head 1 %llu %64s %llu %llu %llu", &seq, chain, &dev, &ino, &size) != 5 ||
	    strlen(chain) != DIGITS || !is_hex(chain))
		return;
	ret->seq = seq;
	memcpy(ret->chain, chain, sizeof(chain));
	ret->dev = (dev_t)dev;
	ret->ino = (ino_t)ino;
	ret->size = (off_t)size;
}

int gd_chain_head_write(int fd, const struct gd_chain_head *h)
{
	char text[HEAD_SIZE + 1];
	int n = snprintf(text, sizeof(text), HEAD_FORMAT, h->seq, h->chain, (unsigned long long)h->dev,
			 (unsigned long long)h->ino, (unsigned long long)h->size);

	return n == HEAD_SIZE && pwrite(fd, text, HEAD_SIZE, 0) == HEAD_SIZE ? 0 : -1;
}

size_t gd_chain_covers(const char *line, size_t len)
{
	const char *at;

	if (len <= SUFFIX)
		return 0;
	at = line + len - SUFFIX;
	if (memcmp(at, CHAIN_KEY, sizeof(CHAIN_KEY) - 1) || memcmp(line + len - 2, "\"}", 2))
		return 0;
	for (size_t i = 0; i < DIGITS; i++)
		if (!strchr("0123456789abcdef", at[sizeof(CHAIN_KEY) - 1 + i]) || !at[sizeof(CHAIN_KEY) - 1 + i])
			return 0;
	return len - SUFFIX;
}

bool gd_chain_read(const char *line, size_t len, unsigned long long *ret_seq, char ret_chain[static GD_DIGEST_HEX])
{
	size_t covered = gd_chain_covers(line, len), digits = 0;
	unsigned long long seq = 0, ten = 1;

	while (digits < covered && digits < 19 && line[covered - 1 - digits] >= '0' &&
	       line[covered - 1 - digits] <= '9') {
		seq += ten * (unsigned long long)(line[covered - 1 - digits] - '0');
		ten *= 10;
		digits++;
	}
	if (!digits || covered - digits < sizeof(SEQ_KEY) - 1 ||
	    memcmp(line + covered - digits - (sizeof(SEQ_KEY) - 1), SEQ_KEY, sizeof(SEQ_KEY) - 1))
		return false;
	*ret_seq = seq;
	memcpy(ret_chain, line + covered + sizeof(CHAIN_KEY) - 1, DIGITS);
	ret_chain[DIGITS] = '\0';
	return true;
}

void gd_chain_next(const char *previous, const char *covered, size_t len, struct gd_arena *a,
		   char ret[static GD_DIGEST_HEX])
{
	char *both = gd_alloc(a, DIGITS + len);

	memcpy(both, previous, DIGITS);
	memcpy(both + DIGITS, covered, len);
	gd_digest_hex(ret, both, DIGITS + len);
}

char *gd_chain_line(struct gd_chain_head *h, bool newline, const char *line, size_t len, struct gd_arena *a,
		    size_t *ret_len)
{
	struct gd_buf b = { .arena = a };
	char next[GD_DIGEST_HEX];

	/* The chain before the line in one buffer: what is digested is what is written. */
	gd_buf_fmt(&b, "%s%.*s" SEQ_KEY "%llu", h->chain, (int)len - 2, line, ++h->seq);
	gd_digest_hex(next, b.data, b.len);
	memcpy(h->chain, next, sizeof(next));
	gd_buf_fmt(&b, CHAIN_KEY "%s\"}\n", next);
	b.data[DIGITS - 1] = '\n';
	*ret_len = b.len - DIGITS + newline;
	return b.data + DIGITS - newline;
}
