/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/str.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

void gd_words_add(struct gd_arena *a, struct gd_words *w, const char *s)
{
	*GD_APPEND(a, w->v, w->n) = s;
}

bool gd_words_has(const struct gd_words *w, const char *s)
{
	for (size_t i = 0; i < w->n; i++) {
		if (gd_streq(w->v[i], s))
			return true;
	}
	return false;
}

bool gd_streq(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool gd_starts(const char *s, const char *prefix)
{
	return s != NULL && prefix != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool gd_is_hex64(const char *s)
{
	return s && strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

bool gd_ends(const char *s, const char *suffix)
{
	if (s == NULL || suffix == NULL)
		return false;
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

int gd_parse_u64(const char *s, uint64_t *ret)
{
	uint64_t v = 0;

	if (s == NULL || *s == '\0' || (s[0] == '0' && s[1] != '\0'))
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return -1;
	}
	*ret = v;
	return 0;
}

int gd_parse_i64(const char *s, int64_t *ret)
{
	uint64_t v;
	bool minus = s != NULL && *s == '-';

	if (gd_parse_u64(minus ? s + 1 : s, &v) < 0)
		return -1;
	if (v > (uint64_t)INT64_MAX + minus || (minus && v == 0)) /* "-0" is no number of ours */
		return -1;
	*ret = minus ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

/*
 * The words by which dockerd, its command line, Podman and CRI-O choose exit codes and error
 * classes out of a runtime's text (engine-facts 2.6, 2.4). Compared without case: dockerd lowers
 * the text first.
 */
static const char *const telltales[] = {
	"executable file not found", "no such file", "system cannot find the file",
	"not a directory",
	"permission denied", "is a directory", "operation not permitted", "no such process",
	"container not running", "invalid process",
};

static bool starts_telltale(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(telltales) / sizeof(*telltales); i++) {
		size_t n = strlen(telltales[i]);
		if (len >= n && strncasecmp(s, telltales[i], n) == 0)
			return true;
	}
	return false;
}

/* Writes what stands for @c and returns its length: 1 or 4. */
static size_t quote_char(char ret[static 4], unsigned char c, bool spoil)
{
	static const char hex[] = "0123456789abcdef";

	if (c >= ' ' && c < 0x7f && c != '\'' && c != '"' && c != '\\' && !spoil) {
		ret[0] = (char)c;
		return 1;
	}
	memcpy(ret, (char[]){ '\\', 'x', hex[c >> 4], hex[c & 15] }, 4);
	return 4;
}

void gd_quote_buf(char *ret, size_t size, const char *s, size_t len)
{
	size_t at = 0;
	bool spoil = false;	/* the next space belongs to a telltale */
	const size_t keep = sizeof("...'");

	ret[at++] = '\'';
	for (size_t i = 0; i < len; i++) {
		char out[4];
		spoil |= starts_telltale(s + i, len - i);
		size_t n = quote_char(out, (unsigned char)s[i], spoil && s[i] == ' ');
		if (at + n + keep > size) {
			memcpy(ret + at, "...", 3);
			at += 3;
			break;
		}
		spoil = spoil && s[i] != ' ';
		memcpy(ret + at, out, n);
		at += n;
	}
	ret[at++] = '\'';
	ret[at] = '\0';
}

char *gd_quote(struct gd_arena *a, const char *s, size_t max)
{
	size_t len = strlen(s), size;

	/*
	 * @max counts the quoted bytes between the quotes; four bytes an input byte are always
	 * enough.
	 */
	if (__builtin_mul_overflow(len < max ? len : max, 4, &size) || size > max)
		size = max;
	size += sizeof("'...'");
	char *p = gd_alloc(a, size < 16 ? 16 : size);
	gd_quote_buf(p, size < 16 ? 16 : size, s, len);
	return p;
}

char *gd_soften(char *s)
{
	bool spoil = false;

	for (size_t i = 0, len = strlen(s); i < len; i++) {
		spoil |= starts_telltale(s + i, len - i);
		if (!spoil || s[i] != ' ')
			continue;
		s[i] = '-';
		spoil = false;
	}
	return s;
}

#define SLIP_MAX 64 /* longer words are no slips of the hand */

/* Optimal string alignment: a swap of neighbours counts as one. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][SLIP_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= m; j++)
		last[j] = j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t d = last[j - 1] + (a[i - 1] != b[j - 1]);
			d = last[j] + 1 < d ? last[j] + 1 : d;
			d = now[j - 1] + 1 < d ? now[j - 1] + 1 : d;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
		}
		size_t *free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[m];
}

const char *gd_nearest(const char *word, const char *const *words, size_t n)
{
	const char *best = NULL;
	size_t len = strlen(word), least = len / 3 + 1;	/* a third of the letters may be wrong */

	if (len > SLIP_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t m = strlen(words[i]);
		if (m > SLIP_MAX)
			continue;
		size_t d = strcasecmp(word, words[i]) == 0 ? 0 : distance(word, len, words[i], m);
		if (d < least && d < m) {
			least = d;
			best = words[i];
		}
	}
	return best;
}
