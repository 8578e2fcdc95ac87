/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several controls know about capabilities. */
#ifndef GD_CONTROL_CAPABILITIES_H
#define GD_CONTROL_CAPABILITIES_H

#include "facts/facts.h"

/* All five sets together: one in any of them may come to be used by some process inside. */
uint64_t gd_caps_held(const struct gd_caps *c);
/*
 * The capabilities that the runtime will really give. On exec a process without the object gets the
 * container's (runc and crun alike); on create it gets none.
 */
const struct gd_caps *gd_caps_given(const struct gd_facts *f);
/*
 * What engines give without being asked: Docker's fourteen. CRI-O's nine, Podman's eleven (4.x) and
 * Podman's fourteen (until 3.x) are among them; which of those a container got by a flag cannot be
 * told.
 */
uint64_t gd_caps_default(void);
/* The capabilities of --privileged, whatever the kernel and wherever the engine itself runs. */
bool gd_caps_are_all(uint64_t held);
/* The words of a policy's list as bits; "*" is all of them, those without a name here too. */
uint64_t gd_caps_of_words(const struct gd_words *w);
/*
 * Takes every capability out of all five sets of @process whose bit is not in @keep, and every name
 * that is not exactly one of ours. 0; -1 where memory ended or the sets are no arrays.
 */
int gd_caps_keep(gd_json *process, uint64_t keep, struct gd_error *err);

/* Of a process object as it stands in a document, by exact names. */
uint64_t gd_caps_in(const gd_json *process, enum gd_cap_set set);
/*
 * An exec without capabilities gets the container's: written out, so that some can be taken. Where
 * there is nothing to write out nothing is changed.
 */
int gd_caps_own(gd_json *doc, const struct gd_facts *f, struct gd_error *err);

extern const char *const gd_cap_set_names[GD_CAPS_SETS];

#endif
