/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources of binds and namespaces to join, pinned: what the runtime mounts or joins is what was
 *judged, whatever a path leads to by then.
 *
 *	if (gd_pin_needed(f, paths, a)) gd_pin_enter(err);		before anything of the host is
 *opened gd_facts_collect(f, ...);				opens the sources if
 *(gd_pin_missed(f)) { gd_facts_done(f); gd_pin_enter(err); gd_facts_collect(f, ...); }
 *	... decide, conform ...
 *	gd_pin(f, doc, a, err);
 *
 * In a mount namespace of guarded's own, which it leaves to the runtime by exec, each source's
 *descriptor is bound onto a file or directory of a private tmpfs, and the document names that.
 *Nothing is left behind: the namespace dies with the runtime. It is a slave of the host's: unmounts
 *of the host arrive, nothing goes back.
 */
#ifndef GD_ARM_PIN_H
#define GD_ARM_PIN_H

#include "facts/facts.h"

/* By their paths alone, some source will want pinning. @f is extracted, the host not yet asked. */
bool gd_pin_needed(const struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a);
/* Once a process. Descriptors opened before cannot be bound any more. 0 or -1. */
int gd_pin_enter(struct gd_error *err);
/*
 * After gd_facts_collect: some source wants pinning though its path did not say so (a volume with
 * something mounted there) and gd_pin_enter has not been called.
 */
bool gd_pin_missed(const struct gd_facts *f);

/*
 * Bind every held source and let @doc, the conformed document of which @f are the facts, name the
 * pins. 1: the document was changed; 0: nothing to pin; -1. Refuses when a source is neither pinned
 * nor one that needs no pin, when what a recursive bind carries is not what was judged, and when a
 * source of the caller's is guarded's.
 */
int gd_pin(const struct gd_facts *f, gd_json *doc, struct gd_arena *a, struct gd_error *err);

/* Between the files of arm. */
#define GD_PIN_PARENT "/run/guarded"
bool gd_pin_entered(void);
/* A source of this kind cannot be swapped: the engine made it for this container where only root
 * can change it. */
bool gd_pin_exempt(enum gd_source_kind k);

#endif
