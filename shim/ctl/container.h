/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A container of this host by its id (four characters of it or more, as long as they are its alone), its name as its
 * engine's store has it, or its bundle's directory. Looked for where engines keep bundles: the usual places, and
 * below engineDirs and storageRoots of guarded.json.
 */
#ifndef GD_CTL_CONTAINER_H
#define GD_CTL_CONTAINER_H

#include "judge.h"

#define CTL_CONTAINERS_MAX 65536	/* bundles looked at */

struct ctl_container {
	const char *bundle;	/* NULL: Docker's own record is all there is, it was created and does not run */
	const char *id;
	const char *record;	/* Docker's directory of it, NULL for others */
	struct gd_words names;
};

/* Every container that can be found; an engine's directory that cannot be read is passed over. */
void ctl_containers(struct ctl *ctl, struct ctl_container **ret, size_t *ret_n);
/* 1: found; 0: there is none; -1 with ctl->err: several, and which. */
int ctl_container_find(struct ctl *ctl, const char *asked, struct ctl_container *ret);

/*
 * What is known about it, without a policy: its document as the engine made it (judged.json's, where guarded replaced
 * it), the host's half, image and use. 0 or -1.
 */
int ctl_container_facts(struct ctl *ctl, const struct ctl_container *c, struct gd_document *doc,
			struct ctl_judged *ret);

/* --- engine_files.c --------------------------------------------------------------------------------- */
/* A JSON file of an engine's; NULL where it is not there or cannot be read. Owned by the caller. */
gd_json *ctl_read_json(struct ctl *ctl, const char *path);
/* Names in a directory but "." and "..", sorted; none where it cannot be read. */
struct gd_words ctl_names_in(struct ctl *ctl, const char *dir);
/* Docker's data roots, containerd's state directories, and graph and run roots of containers/storage. */
struct gd_words ctl_docker_roots(struct ctl *ctl), ctl_state_roots(struct ctl *ctl), ctl_graph_roots(struct ctl *ctl);

#endif
