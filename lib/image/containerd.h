/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts that read containerd: its roots (containerd_roots.c), databases (containerd_db.c,
 * containerd_snapshots.c) and CRI's records (containerd_cri.c).
 */
#ifndef GD_IMAGE_CONTAINERD_H
#define GD_IMAGE_CONTAINERD_H

#include "image/read.h"

#define GD_CONTAINERD_CHAIN_MAX 512	/* snapshots above one another; overlayfs takes 500 layers */

/* A snapshot as meta.db lists it. */
struct gd_ctd_snapshot {
	const char *key, *name, *parent;	/* .name: its key in the snapshotter's own database;
						 * .parent NULL: none */
	const char *dir;			/* on this host; NULL where it cannot be told */
};

/* A name for an image, and what it points at now. */
struct gd_ctd_name {
	const char *name, *target;
	bool later;			/* not proven to have been set before the container was made */
};

/* What meta.db says about one container, all of it in one transaction's view. In the arena. */
struct gd_ctd_record {
	const char *image;		/* the name it was made of; NULL: none */
	const char *snapshotter, *snapshot_key;
	struct gd_bytes created;	/* as Go marshals a time: version 1, seconds 8, nanoseconds 4,
					 * most significant first */
	struct gd_ctd_snapshot *chain; size_t n_chain;	/* the container's own first, then down to the lowest layer */
	struct gd_bytes container, sandbox;	/* CRI's extensions (JSON); .data NULL where absent. .sandbox: its
						 * own, or of the pod it belongs to */
	bool is_sandbox;
	struct gd_ctd_name *names; size_t n_names;
	bool nerdctl;			/* made by it: its labels are there */
};

/* Where a record was found. */
struct gd_ctd_found {
	const char *root;
	int dirfd;		/* of .root; the caller's to close */
	dev_t dev;
	ino_t ino;
	struct gd_ctd_record record;
};

/* Namespace and id are the last two components of the bundle (engine-facts 2.1); NULL where it is none of @id's. */
const char *gd_ctd_namespace(const char *bundle, const char *id, struct gd_arena *a);
/* In exactly one of @roots. 1; 0: none knows it; -1: more than one, or one that cannot be read. */
int gd_ctd_find(const struct gd_words *roots, const char *ns, const char *id, struct gd_ctd_found *ret,
		struct gd_arena *a, struct gd_error *err);

/* 1; 0: this root does not know the container; -1: its database cannot be read. @dirfd: containerd's root. */
int gd_ctd_read(int dirfd, const char *ns, const char *id, struct gd_arena *a, struct gd_ctd_record *ret,
		struct gd_error *err);
/*
 * Directories of the snapshots of ret->chain, from the overlayfs snapshotter's own database. @root: the path of
 * @dirfd. 1; 0: another snapshotter, or one kept elsewhere; -1: that database contradicts meta.db.
 */
int gd_ctd_dirs(int dirfd, const char *root, struct gd_ctd_record *ret, struct gd_arena *a, struct gd_error *err);

/* A varint of protobuf's and of Go's encoding/binary; @p is moved behind it. False: it does not end. */
bool gd_ctd_varint(const unsigned char **p, const unsigned char *end, uint64_t *ret);

/* CRI's two records; -1: not as containerd writes them. */
struct gd_cri {
	const char *id;			/* whom it is about */
	const char *config;		/* digest of the image configuration; NULL for a sandbox */
	const char *sandbox_id;		/* of a container */
	struct gd_words names;		/* image names in the request */
	struct gd_words mounts;		/* destinations that the request mounts itself */
};
int gd_cri_container(struct gd_bytes json, struct gd_cri *ret, struct gd_use *use, struct gd_arena *a,
		     struct gd_error *err);
int gd_cri_sandbox(struct gd_bytes json, struct gd_cri *ret, struct gd_use *use, struct gd_arena *a,
		   struct gd_error *err);

#endif
