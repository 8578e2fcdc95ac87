/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/extract.h"

#include <stdlib.h>
#include <string.h>

/*
 * Options as runc 1.1 and later read them (specconv's parseMountOptions): one after the other, a
 * later one undoes an earlier one; the recursive forms ("rro") are applied by mount_setattr after
 * the mount and so win over the plain ones wherever they stand; every propagation word is applied
 * in order, so the last holds. A word that is none of these is data for the file system.
 */
enum { RO = 1, NOSUID = 2, NODEV = 4, NOEXEC = 8, OTHER = 0 };
enum word_kind { FLAG, CLEAR, REC_FLAG, REC_CLEAR, BIND, RBIND, SPREAD, IDMAP, NOTED };

struct word {
	const char *name;
	enum word_kind kind;
	unsigned bit;
};

/* Sorted by name: looked up by bsearch, 10,000 mounts are to be cheap. */
static const struct word words[] = {
	{ "acl", FLAG, OTHER },
	{ "async", CLEAR, OTHER },
	{ "atime", CLEAR, OTHER },
	{ "bind", BIND, 0 },
	{ "defaults", FLAG, OTHER },
	{ "dev", CLEAR, NODEV },
	{ "diratime", CLEAR, OTHER },
	{ "dirsync", FLAG, OTHER },
	{ "exec", CLEAR, NOEXEC },
	{ "iversion", FLAG, OTHER },
	{ "lazytime", FLAG, OTHER },
	{ "loud", CLEAR, OTHER },
	{ "mand", FLAG, OTHER },
	{ "noacl", CLEAR, OTHER },
	{ "noatime", FLAG, OTHER },
	{ "nodev", FLAG, NODEV },
	{ "nodiratime", FLAG, OTHER },
	{ "noexec", FLAG, NOEXEC },
	{ "noiversion", CLEAR, OTHER },
	{ "nolazytime", CLEAR, OTHER },
	{ "nomand", CLEAR, OTHER },
	{ "norelatime", CLEAR, OTHER },
	{ "nostrictatime", CLEAR, OTHER },
	{ "nosuid", FLAG, NOSUID },
	{ "nosymfollow", FLAG, OTHER },
	{ "private", SPREAD, 0 },
	{ "ratime", REC_CLEAR, OTHER },
	{ "rbind", RBIND, 0 },
	{ "rdev", REC_CLEAR, NODEV },
	{ "rdiratime", REC_CLEAR, OTHER },
	{ "relatime", FLAG, OTHER },
	{ "rexec", REC_CLEAR, NOEXEC },
	{ "rnoatime", REC_FLAG, OTHER },
	{ "rnodev", REC_FLAG, NODEV },
	{ "rnodiratime", REC_FLAG, OTHER },
	{ "rnoexec", REC_FLAG, NOEXEC },
	{ "rnorelatime", REC_CLEAR, OTHER },
	{ "rnostrictatime", REC_CLEAR, OTHER },
	{ "rnosuid", REC_FLAG, NOSUID },
	{ "rnosymfollow", REC_FLAG, OTHER },
	{ "ro", FLAG, RO },
	{ "rprivate", SPREAD, 1 },
	{ "rrelatime", REC_FLAG, OTHER },
	{ "rro", REC_FLAG, RO },
	{ "rrw", REC_CLEAR, RO },
	{ "rshared", SPREAD, 1 },
	{ "rslave", SPREAD, 1 },
	{ "rstrictatime", REC_FLAG, OTHER },
	{ "rsuid", REC_CLEAR, NOSUID },
	{ "rsymfollow", REC_CLEAR, OTHER },
	{ "runbindable", SPREAD, 1 },
	{ "rw", CLEAR, RO },
	{ "shared", SPREAD, 0 },
	{ "silent", FLAG, OTHER },
	{ "slave", SPREAD, 0 },
	{ "strictatime", FLAG, OTHER },
	{ "suid", CLEAR, NOSUID },
	{ "symfollow", CLEAR, OTHER },
	{ "sync", FLAG, OTHER },
	{ "tmpcopyup", NOTED, 0 },
	{ "unbindable", SPREAD, 0 },
};

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct word *)row)->name);
}

static void read_options(struct gd_mount *m, struct gd_arena *a)
{
	unsigned plain = 0, rec_set = 0, rec_clear = 0, flags;

	for (size_t i = 0; i < m->options.n; i++) {
		const char *o = m->options.v[i];
		const struct word *w = bsearch(o, words, sizeof(words) / sizeof(words[0]),
					       sizeof(words[0]), by_name);

		if (!w && (gd_starts(o, "idmap") || gd_starts(o, "ridmap"))) {
			m->id_mapped = true;
		} else if (!w) {
			gd_words_add(a, &m->unknown_options, o);
		} else if (w->kind == FLAG) {
			plain |= w->bit;
		} else if (w->kind == CLEAR) {
			plain &= ~w->bit;
		} else if (w->kind == REC_FLAG) {
			rec_set |= w->bit;
			rec_clear &= ~w->bit;
		} else if (w->kind == REC_CLEAR) {
			rec_clear |= w->bit;
			rec_set &= ~w->bit;
		} else if (w->kind == SPREAD) {
			m->propagation = w->name + w->bit;
		} else if (w->kind == BIND || w->kind == RBIND) {
			m->bind = true;
			m->recursive |= w->kind == RBIND;
		}
	}
	flags = (plain | rec_set) & ~rec_clear;
	m->read_only = flags & RO;
	m->nosuid = flags & NOSUID;
	m->nodev = flags & NODEV;
	m->noexec = flags & NOEXEC;
}

void gd_extract_mounts(const gd_json *doc, struct gd_arena *a, struct gd_facts *ret)
{
	const gd_json *list = gd_json_get(doc, "mounts");
	size_t n = gd_json_len(list);
	struct gd_mount *v = n ? GD_NEW_N(a, n, struct gd_mount) : NULL;

	for (size_t i = 0; i < n; i++) {
		const gd_json *e = gd_json_at(list, i);
		const char *destination = gd_json_get_str(e, "destination");
		const char *type = gd_json_get_str(e, "type");
		struct gd_mount *m = &v[i];

		*m = (struct gd_mount){
			.destination = destination ? destination : "",
			.type = type ? type : "",
			.source = gd_json_get_str(e, "source"),
			.options = gd_extract_words(e, "options", a),
			.index = i,
			.fd = -1,
		};
		/* runtimes join a relative destination to the root */
		m->target = gd_path_clean(a, gd_printf(a, "/%s", m->destination));
		read_options(m, a);
		/*
		 * runc fails on the type without the option, crun binds: judged as the bind, with
		 * its submounts
		 */
		if (!m->bind && strcmp(m->type, "bind") == 0)
			m->bind = m->recursive = true;
		if (gd_json_len(gd_json_get(e, "uidMappings")) +
			gd_json_len(gd_json_get(e, "gidMappings")) >
		    0)
			m->id_mapped = true;
		m->kind = m->bind ? GD_SRC_HOST : GD_SRC_NONE;
	}
	ret->mounts = v;
	ret->n_mounts = n;
}
