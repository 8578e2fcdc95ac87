/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The halves of gd_facts_collect: sources of mounts, the root, namespaces, devices, the host
 * itself. */
#ifndef GD_FACTS_SOURCES_H
#define GD_FACTS_SOURCES_H

#include "facts/origin.h"

/* Every bind's source: kind, origins, descriptor. 0 or -1. */
int gd_sources_collect(struct gd_view *v, struct gd_error *err);
/* root_real, root_in_engine, root_origins. 0 or -1. */
int gd_root_collect(struct gd_view *v, struct gd_error *err);
/* States and owners; ids of the sandbox and of owners into v->places. 0 or -1. */
int gd_namespaces_collect(struct gd_view *v, struct gd_error *err);
/* The same for a container that runs: by the inodes of its init's namespaces. */
int gd_namespaces_of(struct gd_view *v, pid_t init, struct gd_error *err);
/* real and aliases of nodes and rules. */
void gd_devices_collect(struct gd_view *v);
/* f->host. */
void gd_host_collect(struct gd_facts *f, struct gd_arena *a);
/*
 * exec and update of a container without a record: mounts and namespaces as its init has them now.
 * 0; -1 also where init is gone.
 */
int gd_running_collect(struct gd_view *v, struct gd_error *err);

/*
 * Take over what @before knows of the host: for every mount with the same destination and source,
 * every namespace with the same path, the same root. Anything else that only the host can tell
 * makes it fail.
 */
int gd_facts_carry(const struct gd_facts *before, struct gd_facts *f, struct gd_arena *a,
		   struct gd_error *err);

/* Some id of the host that a user has, or may have, is mapped into the container; without maps: all
 * are. */
bool gd_maps_have_accounts(const struct gd_linux *l);

#endif
