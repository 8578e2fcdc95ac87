/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the readers of lib/image. */
#ifndef GD_IMAGE_READ_H
#define GD_IMAGE_READ_H

#include <stdarg.h>

#include "base/file.h"
#include "image/image.h"

/* Fills f->image and f->use from one kind of store. -1 only where something here is broken. */
typedef int gd_image_reader(struct gd_facts *f, const struct gd_image_roots *roots, struct gd_arena *a,
			    struct gd_error *err);
gd_image_reader gd_image_docker, gd_image_containerd, gd_image_storage;

/* UNKNOWN, with the reason; always 0, so that a reader can end with it. */
int gd_image_unknown(struct gd_facts *f, struct gd_arena *a, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * blob.c: @name below the directory @dirfd (no link followed), read whole, at most @max bytes. 1; 0: not there; -1
 * with the reason in @err. The digest variant also demands that the bytes are those of @digest ("sha256:<hex>").
 */
int gd_image_file(int dirfd, const char *name, size_t max, struct gd_arena *a, struct gd_bytes *ret,
		  struct gd_error *err);
int gd_image_blob(int dirfd, const char *name, const char *digest, struct gd_arena *a, struct gd_bytes *ret,
		  struct gd_error *err);
/* "sha256:" and 64 lower-case hex digits. */
bool gd_image_is_digest(const char *s);
/*
 * A containerd content root (below @dirfd "io.containerd.content.v1.content/blobs/sha256"): from @target
 * (an index or a manifest) to the configuration for this host's platform; fills ->index, ->manifest,
 * ->config and what is declared.
 * @manifest: where the engine recorded which one it took, else NULL.
 */
int gd_image_from_content(int dirfd, const char *target, const char *manifest, struct gd_image *ret,
			  struct gd_arena *a, struct gd_error *err);

/* config.c: an OCI or Docker image configuration's declared half into @ret; -1: no such document. */
int gd_image_config(struct gd_bytes bytes, struct gd_image *ret, struct gd_arena *a, struct gd_error *err);
/* The chain id of the first @n of @diff_ids, as the OCI image specification computes it. @ret: "sha256:<hex>". */
const char *gd_image_chain(const struct gd_words *diff_ids, size_t n, struct gd_arena *a);
/*
 * One step of it, in place: from the chain of the layers below ("" for none) to that with @diff_id, a checked digest.
 */
void gd_image_chain_add(char chain[static 72], const char *diff_id);
/* argv of a Docker health check's "test" list (["CMD", ...], ["CMD-SHELL", text] through @shell, NONE: empty). */
struct gd_words gd_image_health(const struct gd_words *test, const struct gd_words *shell, struct gd_arena *a);
/* "nginx" -> "docker.io/library/nginx:latest", as Docker normalises; NULL where it is no reference. */
const char *gd_image_reference(struct gd_arena *a, const char *name);

/*
 * values.c: an engine's record or a blob as a tree, strictly scanned; owned by the caller. Free maps (labels) may
 * have keys that differ by case; where an object becomes a struct of Go's, gd_image_exact refuses keys that Go would
 * take for one of @names (NULL at its end) and we would not. The others copy into @a; -1: of another kind.
 */
gd_json *gd_image_json(struct gd_bytes bytes, struct gd_error *err);
int gd_image_exact(const gd_json *obj, const char *const *names, struct gd_error *err);
int gd_image_words(const gd_json *obj, const char *key, struct gd_arena *a, struct gd_words *ret,
		   struct gd_error *err);
int gd_image_str(const gd_json *obj, const char *key, struct gd_arena *a, const char **ret, struct gd_error *err);
/* "80" or "80/TCP" as "80/tcp"; a range gives its first and last. False: no port. */
bool gd_image_port(const char *s, uint16_t *ret_first, uint16_t *ret_last, const char **ret_protocol);

/* users.c: ->user to numbers, by /etc/passwd and /etc/group of the image's own layers. Never fails: .ids_why. */
void gd_image_ids(struct gd_facts *f, struct gd_arena *a);
/*
 * users_lists.c: /etc/passwd and /etc/group of the image's layers, topmost first; .data NULL: it has none. False with
 * the reason where that cannot be told.
 */
bool gd_image_lists(const struct gd_image *img, struct gd_arena *a, struct gd_bytes *ret_passwd,
		    struct gd_bytes *ret_group, const char **ret_why);

#endif
