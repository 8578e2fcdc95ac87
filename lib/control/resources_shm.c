/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/shm: a tmpfs whose last size= counts; without one it may take half of the memory of the
 * host.
 */
#include <string.h>

#include "control/resources.h"

/*
 * As tmpfs reads it: bytes, or with k, m, g. A share of the memory ("50%") is not known here:
 * endless.
 */
static struct gd_amount tmpfs_size(const struct gd_mount *m, struct gd_arena *a)
{
	struct gd_amount is = { .endless = true };

	for (size_t i = 0; i < m->unknown_options.n; i++) {
		const char *o = m->unknown_options.v[i];
		size_t digits;
		int shift;

		if (gd_starts(o, "nr_blocks=")) {
			is = (struct gd_amount){ .written = true, .endless = true };
			continue;
		}
		if (!gd_starts(o, "size="))
			continue;
		o += strlen("size=");
		digits = strspn(o, "0123456789");
		shift = o[digits] == 'k' || o[digits] == 'K'   ? 10
			: o[digits] == 'm' || o[digits] == 'M' ? 20
			: o[digits] == 'g' || o[digits] == 'G' ? 30
							       : 0;
		is = (struct gd_amount){ .written = true };
		if (o[digits + (shift != 0)] != '\0' ||
		    gd_parse_u64(gd_strndup(a, o, digits), &is.v) < 0 || is.v == 0 ||
		    is.v > UINT64_MAX >> shift)
			is.endless = true;
		is.v <<= shift;
	}
	return is;
}

static bool shm_over(const struct gd_mount *m, const struct gd_resources_config *c,
		     struct gd_arena *a)
{
	struct gd_amount is;

	if (!c->shm_size.set || strcmp(m->target, "/dev/shm") != 0 ||
	    strcmp(m->type, "tmpfs") != 0 || m->bind)
		return false;
	is = tmpfs_size(m, a);
	return is.endless || is.v > (uint64_t)c->shm_size.v;
}

void gd_resources_check_shm(const struct gd_facts *f, const struct gd_resources_config *c,
			    struct gd_findings *out)
{
	if (f->verb == GD_ON_UPDATE)
		return;
	for (size_t i = 0; c->shm_size.set && i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];
		struct gd_amount is;
		struct gd_finding *x;
		const char *max;

		if (!shm_over(m, c, out->arena))
			continue;
		is = tmpfs_size(m, out->arena);
		max = gd_say_bytes(f, (uint64_t)c->shm_size.v, out->arena);
		x = gd_found(out, "/mounts/%zu/options", m->index);
		x->value = is.endless ? NULL : gd_say_bytes(f, is.v, out->arena);
		x->wanted = gd_printf(out->arena, "at most %s", max);
		x->asked = is.written && gd_resources_typed(f);
		x->flag = x->asked && x->value ? gd_say(f, GD_SAY_SHM_SIZE, x->value, out->arena)
					       : NULL;
		x->what = "the size of /dev/shm";
		x->why = gd_printf(out->arena, "this policy allows %s of shared memory", max);
		x->fix = gd_printf(out->arena, "give %s or less",
				   gd_advise(f, GD_SAY_SHM_SIZE, max, max, out->arena));
		x->fixable = true;
	}
}

int gd_resources_fix_shm(gd_json *doc, const struct gd_facts *f,
			 const struct gd_resources_config *c, struct gd_arena *a)
{
	for (size_t i = 0; c->shm_size.set && i < f->n_mounts; i++) {
		gd_json *m = gd_json_at(gd_json_get(doc, "mounts"), f->mounts[i].index), *options;

		/*
		 * the mounts are where they were: only the control mounts comes before, and it
		 * removes none
		 */
		if (!shm_over(&f->mounts[i], c, a) ||
		    !gd_streq(gd_json_get_str(m, "destination"), f->mounts[i].destination))
			continue;
		options = gd_json_arr_in(m, "options");
		for (size_t k = gd_json_len(options); k-- > 0;) {
			const char *o = gd_json_str(gd_json_at(options, k));

			if (gd_starts(o, "size=") || gd_starts(o, "nr_blocks="))
				gd_json_remove_at(options, k);
		}
		if (gd_json_push(options, gd_json_new_str(gd_printf(a, "size=%lld",
								    (long long)c->shm_size.v))) < 0)
			return -1;
	}
	return 0;
}
