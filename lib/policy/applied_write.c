/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the applied file. The same policies give the same bytes, so that `status` can compare. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "policy/applied_file.h"
#include "policy/set.h"

struct piece {
	struct gd_applied_entry entry;
	const char *key, *name, *match;
	size_t next;	/* in its bucket, counted from 1; 0: none */
};

struct build {
	const struct gd_set *set;
	struct gd_arena *arena;
	struct gd_buf policies;
	struct piece *v;
	size_t n;
	struct gd_applied_header header;
};

static struct piece *add_entry(struct build *b, const struct piece *from, enum gd_entry_kind kind, const char *key)
{
	struct piece *p = GD_APPEND(b->arena, b->v, b->n);

	*p = *from;
	p->key = key;
	p->entry.kind = (uint8_t)kind;
	p->entry.key_length = (uint16_t)strlen(key);
	return p;
}

static void add_length(struct build *b, enum gd_lengths which, size_t n)
{
	b->header.lengths[which][n / 64] |= UINT64_C(1) << n % 64;
}

/* The kinds of selectors with lists, most specific first, as select.c looks them up. */
static const struct kind {
	enum gd_entry_kind kind;
	size_t offset;		/* of the words in struct gd_match */
	bool pattern;		/* each word is one, kept behind its entry; its key is its beginning */
	enum gd_lengths lengths;
	bool all;		/* every word must hold: the first of them finds it */
} kinds[] = {
#define AT(field) offsetof(struct gd_match, field)
	{ GD_ENTRY_DIGEST, AT(digests), false, 0, false },
	{ GD_ENTRY_REFERENCE, AT(references), false, 0, false },
	{ GD_ENTRY_REPOSITORY, AT(repositories), true, GD_LENGTHS_REPOSITORY, false },
	{ GD_ENTRY_NAMESPACE, AT(namespaces), false, 0, false },
	{ GD_ENTRY_POD, AT(pods), true, GD_LENGTHS_POD, false },
	{ GD_ENTRY_CONTAINER, AT(container_names), false, 0, false },
	{ GD_ENTRY_LABEL, AT(labels), false, 0, true },
#undef AT
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* One word of @k, with all that @m asks for beside class, engine and this word. */
static void add_word(struct build *b, struct piece *from, const struct kind *k, const struct gd_match *m,
		     const char *word)
{
	struct gd_match one = *m;
	struct gd_words *words = (struct gd_words *)((char *)&one + k->offset);
	struct gd_buf rest = { .arena = b->arena };
	const char *key = word;

	one.classes = one.engines = 0;
	if (k->pattern) {
		*words = (struct gd_words){ &word, 1 };
		key = gd_strndup(b->arena, word, gd_match_literal(word));
		add_length(b, k->lengths, strlen(key));
	} else if (!k->all || words->n == 1) {
		*words = (struct gd_words){ 0 };
	}
	from->entry.rank = k->pattern ? gd_match_rank_by(m, word) : gd_match_rank(m);
	from->match = NULL;
	from->entry.match_length = 0;
	if (gd_match_by_image(&one)) {
		gd_match_write(&one, &rest);
		from->match = rest.data;
		from->entry.match_length = (uint32_t)rest.len;
	}
	add_entry(b, from, k->kind, key);
	b->header.kinds |= GD_KIND_BIT(k->kind);
}

static void add_selectors(struct build *b, const struct piece *p, const struct gd_match *m)
{
	const unsigned either = 1u << GD_CLASS_SANDBOX | 1u << GD_CLASS_CONTAINER;
	struct piece from = *p;

	if ((m->classes & either) != 0 && (m->classes & either) != either)
		b->header.kinds |= GD_KIND_SANDBOX;
	from.entry.classes = (uint16_t)m->classes;
	from.entry.engines = (uint16_t)m->engines;
	for (size_t i = 0; i < KINDS; i++) {
		const struct gd_words *w = (const struct gd_words *)((const char *)m + kinds[i].offset);
		for (size_t k = 0; k < w->n && (k == 0 || !kinds[i].all); k++)
			add_word(b, &from, &kinds[i], m, w->v[k]);
		if (w->n > 0)
			return;
	}
	from.entry.rank = gd_match_rank(m);
	add_entry(b, &from, GD_ENTRY_SELECTOR, "");
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
	b->header.n_policies++;

	add_entry(b, &p, GD_ENTRY_NAME, s->name);
	if (!s->profile && s->match.given)
		add_selectors(b, &p, &s->match);
	if (b->set->floor && gd_set_find(b->set, b->set->floor) == s)
		add_entry(b, &p, GD_ENTRY_FLOOR, "");
	return 0;
}

/*
 * Few entries in a bucket, however many there are: a launch looks up several keys, and pays for the digest of each
 * whole bucket.
 */
static uint32_t buckets_for(size_t entries)
{
	uint32_t n = 1;

	while (2 * (size_t)n < entries && n < GD_BUCKETS_MAX)
		n *= 2;
	return n;
}

static size_t piece_size(const struct piece *p)
{
	return sizeof(p->entry) + p->entry.key_length + p->entry.name_length + p->entry.match_length;
}

static void add_piece(const struct piece *p, struct gd_applied_entry e, struct gd_buf *to)
{
	gd_buf_bytes(to, (const char *)&e, sizeof(e));
	gd_buf_bytes(to, p->key, e.key_length);
	gd_buf_bytes(to, p->name, e.name_length);
	if (e.match_length > 0)
		gd_buf_bytes(to, p->match, e.match_length);
}

/* @first: its first piece, counted from 1. @base: where the policies begin. */
static int write_bucket(const struct build *b, uint32_t number, size_t first, uint64_t base,
			struct gd_applied_row *row, struct gd_buf *out)
{
	struct gd_buf covered = { .arena = b->arena };
	struct gd_applied_seal seal = { .offset = out->len, .number = number };
	char digest[GD_DIGEST_HEX];
	uint64_t length = GD_HEX;

	for (size_t i = first; i > 0; i = b->v[i - 1].next)
		length += piece_size(&b->v[i - 1]);
	if (length > GD_PART_MAX)
		return -1;
	seal.length = (uint32_t)length;
	memcpy(seal.content, b->header.content, GD_HEX);
	gd_buf_bytes(&covered, (const char *)&seal, sizeof(seal));
	for (size_t i = first; i > 0; i = b->v[i - 1].next) {
		struct gd_applied_entry e = b->v[i - 1].entry;
		e.offset += base;
		add_piece(&b->v[i - 1], e, &covered);
	}
	gd_digest_hex(digest, covered.data, covered.len);
	*row = (struct gd_applied_row){ .offset = out->len, .length = seal.length };
	gd_buf_bytes(out, digest, GD_HEX);
	gd_buf_bytes(out, covered.data + sizeof(seal), covered.len - sizeof(seal));
	return 0;
}

/* Everything that decides, places in the file aside. */
static void digest_content(const struct build *b, char ret[static GD_DIGEST_HEX])
{
	struct gd_buf all = { .arena = b->arena };

	gd_buf_bytes(&all, (const char *)&b->header.n_policies, sizeof(b->header.n_policies));
	gd_buf_bytes(&all, (const char *)&b->header.tightens, sizeof(b->header.tightens));
	for (size_t i = 0; i < b->n; i++)
		add_piece(&b->v[i], b->v[i].entry, &all);
	if (b->policies.len > 0)
		gd_buf_bytes(&all, b->policies.data, b->policies.len);
	gd_digest_hex(ret, all.data, all.len);
}

/* Which pieces are in which bucket, in their order. Returns the first of each, counted from 1. */
static size_t *into_buckets(struct build *b)
{
	size_t *first = GD_NEW_N(b->arena, b->header.n_buckets, size_t);

	for (size_t i = b->n; i > 0; i--) {
		struct piece *p = &b->v[i - 1];
		size_t *bucket =
			&first[gd_applied_hash((enum gd_entry_kind)p->entry.kind, p->key, p->entry.key_length) &
			       (b->header.n_buckets - 1)];
		p->next = *bucket;
		*bucket = i;
	}
	return first;
}

static int assemble(struct build *b, struct gd_bytes *ret, struct gd_error *err)
{
	struct gd_applied_header *h = &b->header;
	struct gd_buf out = { .arena = b->arena };
	char digest[GD_DIGEST_HEX];

	memcpy(h->magic, GD_APPLIED_MAGIC, sizeof(h->magic));
	h->version = GD_APPLIED_VERSION;
	h->n_buckets = buckets_for(b->n);
	const size_t rows_size = h->n_buckets * sizeof(struct gd_applied_row);
	struct gd_applied_row *rows = GD_NEW_N(b->arena, h->n_buckets, struct gd_applied_row);
	const size_t *first = into_buckets(b);
	uint64_t base = sizeof(*h) + rows_size + (uint64_t)h->n_buckets * GD_HEX;

	for (size_t i = 0; i < b->n; i++)
		base += piece_size(&b->v[i]);
	h->length = base + b->policies.len;
	if (h->length > GD_APPLIED_MAX)
		return gd_error_set(err, GD_E_INPUT, "the policies are larger than %u bytes",
				    GD_APPLIED_MAX);
	digest_content(b, digest);
	memcpy(h->content, digest, GD_HEX);
	gd_digest_hex(digest, (const char *)h, offsetof(struct gd_applied_header, digest));
	memcpy(h->digest, digest, GD_HEX);

	gd_buf_bytes(&out, (const char *)h, sizeof(*h));
	gd_buf_bytes(&out, (const char *)rows, rows_size);
	for (uint32_t i = 0; i < h->n_buckets; i++)
		if (write_bucket(b, i, first[i], base, &rows[i], &out) < 0)
			return gd_error_set(err, GD_E_INPUT,
					    "too many policies match by the same word: their part of the index "
					    "is larger than %u bytes",
					    GD_PART_MAX);
	memcpy(out.data + sizeof(*h), rows, rows_size);
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
	if (gd_set_mark_looser(set, a, err) < 0)
		return -1;
	b.header.tightens = gd_set_tightened(set, a);
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
