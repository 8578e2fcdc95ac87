/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All policies of a host as people write them: read, resolved, linted, and made into the applied
 * file. For guardctl; a launch sees nothing of this.
 */
#ifndef GD_POLICY_SET_H
#define GD_POLICY_SET_H

#include "control/config.h"
#include "policy/policy.h"

#define GD_POLICY_FILE_MAX (1u << 20)	/* bytes of one policy file */
#define GD_POLICIES_MAX 65536		/* files of one directory */
#define GD_EXTENDS_MAX 16		/* layers deep, and policies named in one "extends" */

extern const char *const gd_mode_names[]; /* "enforce" "audit" "learn", NULL */

/*
 * Read what "match" says; @p stands on the object. Whole, written as they are compared, and sorted where order says
 * nothing, so that what is read from an applied file is what was written.
 */
int gd_match_read(struct gd_pull *p, struct gd_arena *a, struct gd_match *ret);
/* As an object: the selectors that are given, in the table's order. */
void gd_match_write(const struct gd_match *m, struct gd_buf *b);
/*
 * How specific: a digest, then an exact reference, then the longest literal beginning of a repository pattern, then
 * namespace, pod, container name and labels, then class and engine; what goes first outweighs all behind it.
 */
uint32_t gd_match_rank(const struct gd_match *m);
/* The rank where it is found by this one of its patterns of repositories or pods. */
uint32_t gd_match_rank_by(const struct gd_match *m, const char *pattern);
/* Bytes of a pattern before its first wildcard. */
size_t gd_match_literal(const char *pattern);
/* By class and engine alone; and by all the rest alone. */
bool gd_match_has(const struct gd_match *m, enum gd_class c, enum gd_engine e);
bool gd_match_facts(const struct gd_match *m, const struct gd_subject *s);
/* Whether it asks for more than class and engine. */
bool gd_match_by_image(const struct gd_match *m);
/* Only what engines themselves decide: the classes that nobody can make an ordinary container look like. */
bool gd_match_engines_own(const struct gd_match *m);
/* Both can select one container, as far as that can be told: lists of names that share none cannot. */
bool gd_match_meet(const struct gd_match *x, const struct gd_match *y);
#define GD_PATTERN_MAX 255	/* bytes of a pattern; as long as a repository's or a pod's name can be */
#define GD_SELECTORS_MAX 4096	/* words of one selector */
/* One pattern of a repository or a pod. */
bool gd_match_pattern(const char *pattern, const char *s);
/* The repository of a full reference: without tag and digest. False: longer than any pattern. */
bool gd_reference_repository(const char *reference, char ret[static GD_PATTERN_MAX + 1]);

/* One file. */
struct gd_source {
	const char *file;
	const char *origin;	/* its text, for positions */
	const char *name, *description, *reason, *ticket, *approved_by, *until;
	int64_t version;
	bool profile;		/* came from profileDir */
	struct gd_words extends;
	size_t extends_at, match_at, name_at, controls_at, until_at;
	struct gd_match match;
	enum gd_mode mode;
	enum gd_action existing;
	struct gd_written *controls;	/* [gd_n_controls] */

	struct gd_policy *resolved;	/* NULL until gd_set_resolve; .digest and .looser are not set */
	bool resolving, failed;		/* in the middle of it; tried, and a problem says why not */
};

enum gd_severity {
	GD_PROBLEM_ERROR,	/* is not applied */
	GD_PROBLEM_WARNING,	/* probably not meant */
	GD_PROBLEM_LOOSER,	/* a word that loosens: listed, never silent */
};
struct gd_problem { enum gd_severity severity; const char *text; };	/* "FILE:3:14: ..." */
extern const char *const gd_severity_names[]; /* "error" "warning" "looser" */

struct gd_looked_up { const void *from, *to; };

struct gd_set {
	struct gd_arena *arena;
	struct gd_macros macros;
	struct gd_source **v;
	size_t n;
	const char *floor;	/* name, or NULL */
	enum gd_action existing; /* guarded.json's word, for policies that have none of their own */
	const char *profile_dir; /* where controls look names up */
	struct gd_problem *problems;
	size_t n_problems, n_errors;
	const struct gd_source *standard;	/* the default policy; set by gd_set_check */
	struct gd_looked_up *looked_up;		/* [gd_n_controls], of the policy before */
};

/*
 * Read one policy from @bytes (changed in place, lent). A mistake becomes a problem: NULL is
 * returned then, else the source, which is in the set.
 */
struct gd_source *gd_set_add(struct gd_set *set, const char *file, struct gd_bytes bytes,
			     bool profile);
/*
 * Every NAME.json of a directory, in order of names; dot files are left out. @trusted: directory
 * and files must be root's alone. -1: the directory cannot be read; a bad file is a problem
 * instead.
 */
int gd_set_add_dir(struct gd_set *set, const char *dir, bool profile, bool trusted,
		   struct gd_error *err);
/* Both directories of guarded.json. */
int gd_set_load(struct gd_set *set, const struct gd_settings *s, bool trusted, struct gd_arena *a,
		struct gd_error *err);

/* "restricted@1", "restricted" (the newest), "web". NULL where there is none. */
struct gd_source *gd_set_find(const struct gd_set *set, const char *ref);
/* What @src means with all that it extends. NULL: a problem was added. */
const struct gd_policy *gd_set_resolve(struct gd_set *set, struct gd_source *src);
/* Policies are, and the profile that is the floor. */
bool gd_set_is_applied(const struct gd_set *set, const struct gd_source *s);
/* Resolve and judge all; what it finds is in set->problems. */
void gd_set_check(struct gd_set *set);

void gd_set_problem(struct gd_set *set, enum gd_severity severity, const struct gd_source *src,
		    size_t at, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/*
 * Is @x looser than @y in anything, mode included? Fields go to @ret_why ("capabilities.allow")
 * where not NULL.
 */
bool gd_policy_looser(const struct gd_policy *x, const struct gd_policy *y, struct gd_arena *a,
		      struct gd_words *ret_why);

/* Mark what is looser than the default. -1: one may not be. */
int gd_set_mark_looser(const struct gd_set *set, struct gd_arena *a, struct gd_error *err);
/*
 * Where the engine's store tells nothing, a policy selected by facts cannot be found, and another one governs. Does
 * that let anything pass which the one not found refuses? Bits of engines; in doubt all.
 */
uint16_t gd_set_tightened(const struct gd_set *set, struct gd_arena *a);
/* Two policies that can meet on a container and neither is more specific: problems. */
void gd_set_check_ties(struct gd_set *set);
/*
 * The bytes of the applied file of a set without errors. Same set, same bytes. Which policies are looser than the
 * default is found out here once more, and one that may not be is refused.
 */
int gd_applied_build(const struct gd_set *set, struct gd_arena *a, struct gd_bytes *ret,
		     struct gd_error *err);
/* Put them in place of the file, whole or not at all, and on disk before this returns. */
int gd_applied_write(const char *path, struct gd_bytes bytes, struct gd_error *err);
/* One resolved policy as the applied file holds it. */
void gd_policy_write(const struct gd_policy *p, struct gd_buf *b);
/* The other way; @bytes are changed in place and lent. ret->digest is set. */
int gd_policy_read(struct gd_bytes bytes, struct gd_arena *a, struct gd_policy *ret,
		   struct gd_error *err);

/*
 * From bytes or a descriptor that somebody else vouches for: tests, `guardctl apply --dry-run`.
 * @fd is taken.
 */
int gd_applied_open_fd(int fd, struct gd_arena *a, struct gd_applied **ret, struct gd_error *err);
/* Names of all policies in it, sorted; for `status`. */
int gd_applied_names(const struct gd_applied *ap, struct gd_arena *a, struct gd_words *ret,
		     struct gd_error *err);
/* Digest of all policies in it: equal where nothing that decides differs. Lives in @a. */
const char *gd_applied_content(const struct gd_applied *ap, struct gd_arena *a);

/*
 * salvage.c: the runtime that a guarded.json names which is otherwise not to be read; NULL where it
 * names none that is there. For the verbs that nothing may hinder.
 */
const char *gd_settings_salvage_runtime(struct gd_bytes text, struct gd_arena *a);

#endif
