/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where engines keep things, learnt from what only the engine can have written (the bundle's path,
 * the root's path, the runtime's --root), and which bind sources they add by themselves
 * (engine-facts 4.1 to 4.4). By text alone: sources.c then looks whether a source is what its path
 * says.
 */
#ifndef GD_FACTS_PLACES_H
#define GD_FACTS_PLACES_H

#include "facts/facts.h"

struct gd_places {
	const char *data_root; /* Docker's, NULL where not learnt */
	const char *exec_root; /* Docker's */
	const char *state; /* containerd's state directory (/run/containerd,
			      <exec-root>/containerd/daemon) */
	const char *graph_root; /* containers/storage's, from the bundle (CRI-O: its run root) */
	const char *build_root; /* BuildKit's; Docker's own has it in the data root */
	const char *sandbox; /* id of the pod's sandbox or NULL: the container itself, or whose
			      * namespaces it joins; set by the collector once these are known */
	const char *net_owner, *ipc_owner; /* ids of those whose namespaces are joined, or NULL */
	struct gd_words
		dirs; /* every engine's directory known, guarded's own too; not yet resolved */
};

void gd_places_learn(const struct gd_facts *f, const struct gd_host_paths *paths,
		     struct gd_arena *a, struct gd_places *ret);

/*
 * @path ends in the components of @tail: the length of what is before (without its last slash), and
 * the part of the first "*" or id from the left. 0: it does not; nothing lies directly below "/".
 *
 * "%i" this container, "%n" it or the owner of the network joined, "%p" it or the owner of the ipc
 * namespace joined, "%s" its sandbox, "*" any one component, "x*" any one that begins so.
 */
size_t gd_places_match(const char *path, const char *tail, const struct gd_places *p,
		       const char *id, struct gd_arena *a, const char **ret_part);

/* What a source claims to be by its path. */
struct gd_claim {
	enum gd_source_kind kind; /* GD_SRC_HOST: nothing special */
	mode_t type; /* what it must be: S_IFDIR, S_IFREG, S_IFSOCK */
	bool trust_base; /* the base was not learnt: every directory on the way must be root's alone
			  */
	const char *base; /* the engine's directory that the path begins with */
	const char *rest; /* behind it, relative: without links */
	const char *name; /* of the volume, or the sandbox or pod */
};
struct gd_claim gd_places_claim(const struct gd_places *p, const struct gd_facts *f,
				const struct gd_mount *m, struct gd_arena *a);

/* The data directory of a named volume that @path is or lies below; NULL where none. *ret_name is
 * its name. */
const char *gd_places_volume(const struct gd_places *p, const char *path, const char **ret_name,
			     struct gd_arena *a);

/* @path lies in a snapshot that BuildKit mounts into a step: a cache, another stage, the context.
 */
bool gd_places_snapshot(const struct gd_places *p, const struct gd_facts *f, const char *path,
			struct gd_arena *a);

/* @root lies where this engine keeps the file systems of its containers. */
bool gd_places_has_root(const struct gd_places *p, const struct gd_facts *f, const char *root,
			struct gd_arena *a);

#endif
