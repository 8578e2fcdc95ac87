/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the applied file. The same policies give the same bytes, so that `status` can compare. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "policy/applied_file.h"
#include "policy/set.h"

struct piece {
	struct gd_applied_entry entry;
	const char *key, *name;
	uint32_t bucket;
};

struct build {
	const struct gd_set *set;
	struct gd_arena *arena;
	struct gd_buf policies;
	struct piece *v;
	size_t n;
	uint32_t n_policies;
};

static void add_entry(struct build *b, const struct piece *from, enum gd_entry_kind kind,
		      const char *key, const struct gd_match *m)
{
	struct piece *p = GD_APPEND(b->arena, b->v, b->n);

	*p = *from;
	p->key = key;
	p->entry.kind = (uint8_t)kind;
	p->entry.key_length = (uint16_t)strlen(key);
	if (m) {
		p->entry.rank = (uint8_t)gd_match_rank(m);
		p->entry.classes = (uint16_t)m->classes;
		p->entry.engines = (uint16_t)m->engines;
	}
}

static int add_policy(struct build *b, const struct gd_source *s)
{
	struct gd_buf text = { .arena = b->arena };
	struct piece p = { .name = s->name };
	char digest[GD_DIGEST_HEX];

	gd_policy_write(s->resolved, &text);
	if (text.len > GD_PART_MAX)
		return -1;
	gd_digest_hex(digest, text.data, text.len);
	memcpy(p.entry.digest, digest, GD_HEX);
	p.entry.offset = b->policies.len; /* from where the policies begin, until that is known */
	p.entry.length = (uint32_t)text.len;
	p.entry.name_length = (uint16_t)strlen(s->name);
	gd_buf_bytes(&b->policies, text.data, text.len);
	b->n_policies++;

	add_entry(b, &p, GD_ENTRY_NAME, s->name, NULL);
	if (!s->profile && s->match.given)
		add_entry(b, &p, GD_ENTRY_SELECTOR, "", &s->match);
	if (b->set->floor && gd_set_find(b->set, b->set->floor) == s)
		add_entry(b, &p, GD_ENTRY_FLOOR, "", NULL);
	return 0;
}

/*
 * About as many buckets as entries in one: both parts of a lookup grow with the root of their
 * number.
 */
static uint32_t buckets_for(size_t entries)
{
	uint32_t n = 1;

	while ((size_t)n * n < entries && n < GD_BUCKETS_MAX)
		n *= 2;
	return n;
}

static size_t piece_size(const struct piece *p)
{
	return sizeof(p->entry) + p->entry.key_length + p->entry.name_length;
}

static void write_bucket(struct build *b, const struct gd_applied_header *h, uint32_t number,
			 uint64_t base, struct gd_applied_row *row, struct gd_buf *out)
{
	struct gd_buf covered = { .arena = b->arena };
	struct gd_applied_seal seal = { .offset = out->len, .number = number, .length = GD_HEX };
	char digest[GD_DIGEST_HEX];

	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].bucket == number)
			seal.length += (uint32_t)piece_size(&b->v[i]);
	memcpy(seal.content, h->content, GD_HEX);
	gd_buf_bytes(&covered, (const char *)&seal, sizeof(seal));
	for (size_t i = 0; i < b->n; i++) {
		struct piece *p = &b->v[i];
		if (p->bucket != number)
			continue;
		struct gd_applied_entry e = p->entry;
		e.offset += base;
		gd_buf_bytes(&covered, (const char *)&e, sizeof(e));
		gd_buf_bytes(&covered, p->key, e.key_length);
		gd_buf_bytes(&covered, p->name, e.name_length);
	}
	gd_digest_hex(digest, covered.data, covered.len);
	*row = (struct gd_applied_row){ .offset = out->len, .length = seal.length };
	gd_buf_bytes(out, digest, GD_HEX);
	gd_buf_bytes(out, covered.data + sizeof(seal), covered.len - sizeof(seal));
}

/* Everything that decides, places in the file aside. */
static void digest_content(const struct build *b, char ret[static GD_DIGEST_HEX])
{
	struct gd_buf all = { .arena = b->arena };

	gd_buf_bytes(&all, (const char *)&b->n_policies, sizeof(b->n_policies));
	for (size_t i = 0; i < b->n; i++) {
		gd_buf_bytes(&all, (const char *)&b->v[i].entry, sizeof(b->v[i].entry));
		gd_buf_bytes(&all, b->v[i].key, b->v[i].entry.key_length);
		gd_buf_bytes(&all, b->v[i].name, b->v[i].entry.name_length);
	}
	if (b->policies.len > 0)
		gd_buf_bytes(&all, b->policies.data, b->policies.len);
	gd_digest_hex(ret, all.data, all.len);
}

static int assemble(struct build *b, struct gd_bytes *ret, struct gd_error *err)
{
	struct gd_applied_header h = { .magic = GD_APPLIED_MAGIC,
				       .version = GD_APPLIED_VERSION,
				       .n_buckets = buckets_for(b->n),
				       .n_policies = b->n_policies };
	struct gd_applied_row *rows = GD_NEW_N(b->arena, h.n_buckets, struct gd_applied_row);
	const size_t rows_size = h.n_buckets * sizeof(*rows);
	struct gd_buf out = { .arena = b->arena };
	char digest[GD_DIGEST_HEX];
	uint64_t base = sizeof(h) + rows_size + (uint64_t)h.n_buckets * GD_HEX;

	for (size_t i = 0; i < b->n; i++) {
		b->v[i].bucket = gd_applied_hash((enum gd_entry_kind)b->v[i].entry.kind,
						 b->v[i].key, b->v[i].entry.key_length) &
				 (h.n_buckets - 1);
		base += piece_size(&b->v[i]);
	}
	h.length = base + b->policies.len;
	if (h.length > GD_APPLIED_MAX)
		return gd_error_set(err, GD_E_INPUT, "the policies are larger than %u bytes",
				    GD_APPLIED_MAX);
	digest_content(b, digest);
	memcpy(h.content, digest, GD_HEX);
	gd_digest_hex(digest, (const char *)&h, offsetof(struct gd_applied_header, digest));
	memcpy(h.digest, digest, GD_HEX);

	gd_buf_bytes(&out, (const char *)&h, sizeof(h));
	gd_buf_bytes(&out, (const char *)rows, rows_size);
	for (uint32_t i = 0; i < h.n_buckets; i++)
		write_bucket(b, &h, i, base, &rows[i], &out);
	memcpy(out.data + sizeof(h), rows, rows_size);
	if (b->policies.len > 0)
		gd_buf_bytes(&out, b->policies.data, b->policies.len);
	*ret = (struct gd_bytes){ .data = out.data, .len = out.len };
	return 0;
}

int gd_applied_build(const struct gd_set *set, struct gd_arena *a, struct gd_bytes *ret,
		     struct gd_error *err)
{
	struct build b = { .set = set, .arena = a, .policies = { .arena = a } };

	if (set->n_errors > 0)
		return gd_error_set(err, GD_E_INPUT, "the policies have errors");
	for (size_t i = 0; i < set->n; i++)
		if (gd_set_is_applied(set, set->v[i]) && add_policy(&b, set->v[i]) < 0)
			return gd_error_set(err, GD_E_INPUT,
					    "the policy '%s' is larger than %u bytes",
					    set->v[i]->name, GD_PART_MAX);
	return assemble(&b, ret, err);
}

int gd_applied_write(const char *path, struct gd_bytes bytes, struct gd_error *err)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];
	int fd, r;

	if (!slash || slash == path || (size_t)(slash - path) >= sizeof(dir))
		return gd_error_set(err, GD_E_INPUT, "'%s' is no path of an applied file", path);
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	/*
	 * Launches would refuse a file in a directory that is not root's alone: said now, not then.
	 */
	fd = gd_open_trusted_dir(dir, err);
	if (fd < 0)
		return gd_error_wrap(err, "'%s'", dir);
	r = gd_replace_file(fd, slash + 1, 0600, true, bytes.data, bytes.len, err);
	close(fd);
	return r;
}
