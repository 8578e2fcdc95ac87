/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of images, as Docker normalises them (distribution/reference, the grammar in its own words). */
#include <string.h>

#include "image/read.h"

#define NAME_MAX_BYTES 255 /* domain and path together */
#define TAG_MAX_BYTES 128
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

/* [a-z0-9]+ ((?: [._] | __ | -+ ) [a-z0-9]+)* */
static bool is_component(const char *s, size_t len)
{
	const char *end = s + len;

	for (;;) {
		size_t n = strspn(s, LOWER DIGIT);
		if (n == 0 || s >= end)
			return false;
		s += n;
		if (s >= end)
			return s == end;
		size_t dashes = strspn(s, "-");
		if (dashes > 0)
			s += dashes;
		else if (s[0] == '_' && s[1] == '_')
			s += 2;
		else if (s[0] == '.' || s[0] == '_')
			s += 1;
		else
			return false;
	}
}

static bool is_path(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "/");
		const char *copy = s;
		if (!is_component(copy, n))
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

static bool is_label(const char *s, size_t len)
{
	return len > 0 && s[0] != '-' && s[len - 1] != '-';
}

/* A host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port. */
static bool is_domain(const char *s)
{
	if (*s == '[') {
		size_t n = strspn(s + 1, DIGIT "abcdefABCDEF:");
		if (n == 0 || s[1 + n] != ']')
			return false;
		s += n + 2;
	} else {
		for (;;) {
			size_t n = strspn(s, LOWER UPPER DIGIT "-");
			if (!is_label(s, n))
				return false;
			s += n;
			if (*s != '.')
				break;
			s++;
		}
	}
	if (*s == '\0')
		return true;
	return *s == ':' && s[1] != '\0' && s[1 + strspn(s + 1, DIGIT)] == '\0';
}

static bool is_tag(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= TAG_MAX_BYTES && *s != '.' && *s != '-' && strspn(s, LOWER UPPER DIGIT "_.-") == n;
}

/* The domain is there where the first component cannot be one of a path. */
static const char *split_domain(char **rest)
{
	char *slash = strchr(*rest, '/');

	if (!slash)
		return "docker.io";
	*slash = '\0';
	const char *first = *rest;
	if (!strpbrk(first, ".:" UPPER) && strcmp(first, "localhost") != 0) {
		*slash = '/';
		return "docker.io";
	}
	*rest = slash + 1;
	return strcmp(first, "index.docker.io") == 0 ? "docker.io" : first;
}

const char *gd_image_reference(struct gd_arena *a, const char *name)
{
	if (!name || strlen(name) > 2 * NAME_MAX_BYTES + TAG_MAX_BYTES)
		return NULL;
	/* 64 hexadecimal digits are an id to Docker, never a name. */
	if (strlen(name) == 64 && strspn(name, DIGIT "abcdef") == 64)
		return NULL;
	char *rest = gd_strdup(a, name), *digest = strchr(rest, '@');
	if (digest)
		*digest++ = '\0';
	const char *domain = split_domain(&rest);
	char *colon = strchr(rest, ':');
	const char *tag = colon ? colon + 1 : NULL;
	if (colon)
		*colon = '\0';
	if (!is_domain(domain) || !is_path(rest) || (tag && !is_tag(tag)) || (digest && !gd_image_is_digest(digest)))
		return NULL;
	bool library = strcmp(domain, "docker.io") == 0 && !strchr(rest, '/');
	if (strlen(domain) + strlen(rest) + 1 + (library ? strlen("library/") : 0) > NAME_MAX_BYTES)
		return NULL;
	if (!tag && !digest)
		tag = "latest";
	return gd_printf(a, "%s/%s%s%s%s%s%s", domain, library ? "library/" : "", rest, tag ? ":" : "",
			 tag ? tag : "", digest ? "@" : "", digest ? digest : "");
}
