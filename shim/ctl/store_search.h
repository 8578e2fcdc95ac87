/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between store.c and store_containerd.c: one search through the stores. */
#ifndef GD_CTL_STORE_SEARCH_H
#define GD_CTL_STORE_SEARCH_H

#include "store.h"

struct store_search {
	struct ctl *ctl;
	const char *reference;	/* full, NULL where it is no name */
	const char *digits;	/* of a digest, NULL where it is none */
	struct ctl_stored *v;
	size_t n;
};

/* @digest is "sha256:<hex>" or the hex alone. */
bool store_digest_fits(const struct store_search *w, const char *digest);
/* A name of a store's, as the store writes it. */
bool store_name_fits(const struct store_search *w, const char *name);
/* One more that was found; NULL: CTL_IMAGES_MAX are there. Good until the next one is added. */
struct ctl_stored *store_add(struct store_search *w, const char *kind);
/* @name is one of the image's. */
void store_refer(struct store_search *w, struct gd_image *image, const char *name);
/* A directory, O_PATH; -1. */
int store_open_dir(const char *path);

void store_find_in_containerd(struct store_search *w, const char *root);

#endif
