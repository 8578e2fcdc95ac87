/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cap.h"
#include "control/capabilities.h"

#define B(name) GD_CAP_BIT(GD_CAP_##name)

const char *const gd_cap_set_names[GD_CAPS_SETS] = {
	[GD_CAPS_BOUNDING] = "bounding",
	[GD_CAPS_EFFECTIVE] = "effective",
	[GD_CAPS_PERMITTED] = "permitted",
	[GD_CAPS_INHERITABLE] = "inheritable",
	[GD_CAPS_AMBIENT] = "ambient",
};

/* Docker's fourteen, which containerd (CRI, ctr, nerdctl) and BuildKit share. */
static const uint64_t fourteen = B(CHOWN) | B(DAC_OVERRIDE) | B(FSETID) | B(FOWNER) | B(MKNOD) |
				 B(NET_RAW) | B(SETGID) | B(SETUID) | B(SETFCAP) | B(SETPCAP) |
				 B(NET_BIND_SERVICE) | B(SYS_CHROOT) | B(KILL) | B(AUDIT_WRITE);
uint64_t gd_caps_default(void)
{
	return fourteen;
}

/*
 * Engines write all the capabilities of their time: 37 in 2014, 41 since 2020; Podman and containerd only those that
 * they have themselves, which is fewer inside another container or virtual machine.
 */
#define MOST_OF_THEM 30

bool gd_caps_are_all(uint64_t held)
{
	return held & GD_CAP_BIT(GD_CAP_SYS_ADMIN) && __builtin_popcountll(held) >= MOST_OF_THEM;
}

uint64_t gd_caps_held(const struct gd_caps *c)
{
	uint64_t all = 0;

	for (int s = 0; s < GD_CAPS_SETS; s++)
		all |= c->set[s];
	return all;
}

const struct gd_caps *gd_caps_given(const struct gd_facts *f)
{
	if (!f->process.caps.present && f->verb == GD_ON_EXEC && f->container)
		return &f->container->caps;
	return &f->process.caps;
}

uint64_t gd_caps_of_words(const struct gd_words *w)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < w->n; i++) {
		int n = gd_cap_number_loose(w->v[i]);

		if (gd_streq(w->v[i], "*"))
			return UINT64_MAX;
		if (n >= 0)
			bits |= GD_CAP_BIT(n);
	}
	return bits;
}

int gd_caps_keep(gd_json *process, uint64_t keep, struct gd_error *err)
{
	gd_json *caps = gd_json_get(process, "capabilities");

	for (int s = 0; caps && s < GD_CAPS_SETS; s++) {
		gd_json *list = gd_json_get(caps, gd_cap_set_names[s]);

		if (list && gd_json_kind(list) != GD_JSON_ARRAY)
			return gd_error_set(err, GD_E_INPUT, "/process/capabilities/%s is no array",
					    gd_cap_set_names[s]);
		for (size_t i = gd_json_len(list); i-- > 0;) {
			int n = gd_cap_number(gd_json_str(gd_json_at(list, i)));

			if (n < 0 || !(keep & GD_CAP_BIT(n)))
				gd_json_remove_at(list, i);
		}
	}
	return 0;
}

uint64_t gd_caps_in(const gd_json *process, enum gd_cap_set set)
{
	const gd_json *list = gd_json_get(gd_json_get(process, "capabilities"),
					  gd_cap_set_names[set]);
	uint64_t bits = 0;

	for (size_t i = 0; i < gd_json_len(list); i++) {
		int n = gd_cap_number(gd_json_str(gd_json_at(list, i)));

		if (n >= 0)
			bits |= GD_CAP_BIT(n);
	}
	return bits;
}

int gd_caps_own(gd_json *doc, const struct gd_facts *f, struct gd_error *err)
{
	gd_json *process = gd_json_get(doc, "process"), *own;

	if (f->verb != GD_ON_EXEC || gd_json_get(process, "capabilities") || !f->container ||
	    !f->container->caps.present)
		return 0;
	own = gd_json_copy(gd_json_get(f->container->json, "capabilities"));
	if (gd_json_set(process, "capabilities", own) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}
