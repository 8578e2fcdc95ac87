/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mac/setid_calls.h"

#define SET_BITS 06000u
/*
 * O_CREAT and __O_TMPFILE, the same on every architecture of gd_arches_run(). Not O_TMPFILE: that
 * holds O_DIRECTORY too, and the kernel reads the mode by the one bit.
 */
#define MAKES_FILE (0100u | 020000000u)

#define WITHOUT(index, bits) { .arg = (index), .op = GD_CMP_MASKED_EQ, .a = (bits), .b = 0 }

static const struct gd_cond mode_1 = WITHOUT(1, SET_BITS), mode_2 = WITHOUT(2, SET_BITS),
			    mode_3 = WITHOUT(3, SET_BITS), flags_1 = WITHOUT(1, MAKES_FILE),
			    flags_2 = WITHOUT(2, MAKES_FILE);

const struct gd_setid_family gd_setid_families[] = {
	{ "chmod", { &mode_1 } },          { "fchmod", { &mode_1 } },
	{ "fchmodat", { &mode_2 } },       { "creat", { &mode_1 } },
	{ "open", { &flags_1, &mode_2 } }, { "openat", { &flags_2, &mode_3 } },
	{ "mkdir", { &mode_1 } },          { "mkdirat", { &mode_2 } },
	{ "mknod", { &mode_1 } },          { "mknodat", { &mode_2 } },
};
const size_t gd_n_setid_families = sizeof(gd_setid_families) / sizeof(*gd_setid_families);

const char *const gd_setid_absent[] = {
	"openat2", "fchmodat2", "io_uring_setup", "io_uring_enter", "io_uring_register",
};
const size_t gd_n_setid_absent = sizeof(gd_setid_absent) / sizeof(*gd_setid_absent);

struct gd_filter gd_setid_allowed(struct gd_arena *a)
{
	struct gd_filter y = { .arches = UINT32_MAX, .def = GD_ACT_ERRNO };

	for (size_t i = 0; i < gd_n_setid_families; i++)
		for (size_t k = 0; k < 2 && gd_setid_families[i].either[k]; k++) {
			int id = gd_syscall_id(gd_setid_families[i].name);

			*GD_APPEND(a, y.rules, y.n) = (struct gd_rule){
				.id = id, .act = GD_ACT_ALLOW, .n = 1, .c = gd_setid_families[i].either[k]
			};
			GD_BIT_SET(y.mixed, id);
		}
	return y;
}

static void tell(struct gd_looser *l, const char *name)
{
	if (l->n < GD_LOOSER_NAMES)
		l->names[l->n] = name;
	l->n++;
}

bool gd_filter_blocks_setid(const struct gd_filter *x, struct gd_arena *a, struct gd_looser *ret)
{
	struct gd_looser l = { 0 };
	struct gd_filter own = gd_setid_allowed(a);
	const struct gd_filter *y[] = { &own };

	if (gd_act_executes(x->def)) {
		l.why = "executes every call that it does not list";
	} else {
		for (size_t i = 0; i < gd_n_setid_families; i++)
			if (!gd_call_covered(x, gd_syscall_id(gd_setid_families[i].name), y, 1))
				tell(&l, gd_setid_families[i].name);
		for (size_t i = 0; i < gd_n_setid_absent; i++)
			if (!gd_call_covered(x, gd_syscall_id(gd_setid_absent[i]), y, 1))
				tell(&l, gd_setid_absent[i]);
		/* Calls that nobody here knows may make files in ways that nobody here knows. */
		for (size_t i = 0; i < x->unknown.n; i++)
			tell(&l, x->unknown.v[i]);
	}
	if (ret)
		*ret = l;
	return !l.why && l.n == 0;
}
