/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter made so that nobody can set the two bits under it: what executes is narrowed, never widened. */
#include <errno.h>
#include <string.h>

#include "mac/profile.h"
#include "mac/setid_calls.h"

static const struct gd_setid_family *family_of(const char *name)
{
	for (size_t i = 0; i < gd_n_setid_families; i++)
		if (gd_streq(gd_setid_families[i].name, name))
			return &gd_setid_families[i];
	return NULL;
}

static bool is_absent(const char *name)
{
	for (size_t i = 0; i < gd_n_setid_absent; i++)
		if (gd_streq(gd_setid_absent[i], name))
			return true;
	return false;
}

/* @r and one of the family's conditions together, where libseccomp can say both. */
static int push_narrowed(gd_json *calls, const struct gd_rule *r, const struct gd_cond *extra)
{
	struct gd_cond both[GD_FILTER_CONDS_MAX + 1];
	struct gd_rule out = *r;

	for (size_t i = 0; i < r->n; i++) {
		if (r->c[i].arg == extra->arg ||
		    (r->c[i].op != GD_CMP_EQ && r->c[i].op != GD_CMP_MASKED_EQ))
			return 0; /* dropped: refusing more is safe */
		both[i] = r->c[i];
	}
	both[r->n] = *extra;
	out.c = both;
	out.n = (uint8_t)(r->n + 1);
	return gd_rule_push(calls, &out);
}

struct work {
	gd_json *calls;		/* "syscalls" */
	gd_json *plain;		/* new entries, one a condition, for calls that had none */
	const struct gd_filter *x, *const *y;
	uint64_t keep[GD_SYSCALL_WORDS]; /* covered as they are */
	bool refused;		/* a call of gd_setid_absent[] was taken out */
	struct gd_arena *arena;
	struct gd_error *err;
};

/* The gathering entry with just the condition and action of @r. */
static int gather(struct work *w, const struct gd_rule *r)
{
	for (size_t i = 0; i < gd_json_len(w->plain); i++) {
		gd_json *e = gd_json_at(w->plain, i);
		struct gd_conds c;

		if (gd_conds_decode(gd_json_get(e, "args"), w->arena, &c, w->err) < 0)
			return -1;
		if (c.c[0].arg == r->c[0].arg && c.c[0].a == r->c[0].a &&
		    gd_streq(gd_json_get_str(e, "action"), gd_act_name(r->act)))
			return gd_json_push(gd_json_get(e, "names"),
					    gd_json_new_str(gd_syscall_name(r->id)));
	}
	return gd_rule_push(w->plain, r);
}

static int narrow(struct work *w, const struct gd_setid_family *fam, const struct gd_conds *conds,
		  enum gd_act act)
{
	int id = gd_syscall_id(fam->name);

	for (size_t i = 0; i < gd_conds_rules(conds); i++) {
		struct gd_rule r = gd_conds_rule(conds, i, id, act);

		r.err = 1;
		for (size_t k = 0; k < 2 && fam->either[k]; k++) {
			struct gd_rule one = {
				.id = id, .act = act, .err = 1, .n = 1, .c = fam->either[k]
			};

			int bad = r.n ? push_narrowed(w->calls, &r, fam->either[k])
				      : gather(w, &one);

			if (bad)
				return -1;
		}
	}
	return 0;
}

/* @entry executes. Names of the families leave it, and come back narrowed at the list's end. */
static int sift(struct work *w, gd_json *entry, enum gd_act act)
{
	gd_json *names = gd_json_get(entry, "names");
	struct gd_conds conds;

	if (gd_conds_decode(gd_json_get(entry, "args"), w->arena, &conds, w->err) < 0)
		return -1;
	for (size_t i = 0; i < gd_json_len(names);) {
		const char *name = gd_json_str(gd_json_at(names, i));
		const struct gd_setid_family *fam;
		int id = gd_syscall_id(name);

		if (id >= 0 && GD_BIT(w->keep, id)) {
			i++;
			continue;
		}
		fam = family_of(name);
		w->refused |= is_absent(name);
		if (fam && narrow(w, fam, &conds, act) < 0)
			return -1;
		gd_json_remove_at(names, i);
	}
	return 0;
}

static int push_absent(gd_json *calls)
{
	gd_json *entry = NULL;

	for (size_t i = 0; i < gd_n_setid_absent; i++) {
		struct gd_rule r = { .id = gd_syscall_id(gd_setid_absent[i]),
				     .act = GD_ACT_ERRNO,
				     .err = ENOSYS };

		if (!entry && gd_rule_push(calls, &r) < 0)
			return -1;
		if (entry &&
		    gd_json_push(gd_json_get(entry, "names"), gd_json_new_str(gd_setid_absent[i])) < 0)
			return -1;
		entry = gd_json_at(calls, gd_json_len(calls) - 1);
	}
	return 0;
}

/* No rule on call @id executes any more. */
static void drop(gd_json *calls, int id)
{
	for (size_t i = gd_json_len(calls); i-- > 0;) {
		gd_json *e = gd_json_at(calls, i), *names = gd_json_get(e, "names");
		int act = gd_act_number(gd_json_get_str(e, "action"));

		if (act < 0 || !gd_act_executes((enum gd_act)act))
			continue;
		for (size_t k = gd_json_len(names); k-- > 0;)
			if (gd_syscall_id(gd_json_str(gd_json_at(names, k))) == id)
				gd_json_remove_at(names, k);
		if (gd_json_len(names) == 0)
			gd_json_remove_at(calls, i);
	}
}

/* Beside refusals of certain shapes nothing can be proven of what is left: then nothing is left. */
static int drop_unproven(gd_json *seccomp, struct gd_arena *a, struct gd_error *err)
{
	struct gd_filter own = gd_setid_allowed(a), x;
	const struct gd_filter *y[] = { &own };

	if (gd_filter_decode(seccomp, a, &x, err) < 0)
		return -1;
	for (size_t i = 0; i < gd_n_setid_families; i++)
		if (!gd_call_covered(&x, gd_syscall_id(gd_setid_families[i].name), y, 1))
			drop(gd_json_get(seccomp, "syscalls"), gd_syscall_id(gd_setid_families[i].name));
	return 0;
}

static int narrow_all(gd_json *seccomp, const struct gd_filter *x, struct gd_arena *a,
		      struct gd_error *err)
{
	struct gd_filter own = gd_setid_allowed(a);
	const struct gd_filter *y[] = { &own };
	gd_json *calls = gd_json_get(seccomp, "syscalls");
	struct work w = {
		.calls = calls, .plain = gd_json_new_arr(), .x = x, .y = y, .arena = a, .err = err
	};
	size_t n = gd_json_len(calls);
	int r = 0;

	memset(w.keep, 0xff, sizeof(w.keep));
	for (size_t i = 0; i < gd_n_setid_families + gd_n_setid_absent; i++) {
		int id = gd_syscall_id(i < gd_n_setid_families ? gd_setid_families[i].name
							       : gd_setid_absent[i - gd_n_setid_families]);

		if (!gd_call_covered(x, id, y, 1))
			w.keep[id / 64] &= ~(UINT64_C(1) << (id % 64));
	}
	for (size_t i = 0; i < n && r == 0; i++) {
		gd_json *e = gd_json_at(calls, i);
		enum gd_act act = (enum gd_act)gd_act_number(gd_json_get_str(e, "action"));

		if (gd_act_executes(act))
			r = sift(&w, e, act);
	}
	for (size_t i = n; i-- > 0;)
		if (gd_json_len(gd_json_get(gd_json_at(calls, i), "names")) == 0)
			gd_json_remove_at(calls, i);
	for (size_t i = 0; i < gd_json_len(w.plain) && r == 0; i++)
		r = gd_json_push(calls, gd_json_copy(gd_json_at(w.plain, i)));
	if (r == 0 && w.refused)
		r = push_absent(calls);
	gd_json_free(w.plain);
	if (r == 0)
		r = drop_unproven(seccomp, a, err);
	return r < 0 && err->kind == GD_OK ? gd_error_set(err, GD_E_SYSTEM, "out of memory") : r;
}

/* Everything that is known, as a list: from here on the filter can be narrowed. */
static gd_json *listed(const struct gd_filter *x)
{
	struct gd_filter all = { .arches = gd_arches_run(),
				 .def = GD_ACT_ERRNO,
				 .def_err = ENOSYS };

	for (int id = 0; id < GD_SYSCALLS; id++) {
		bool refused = x && (GD_BIT(x->deny, id) || GD_BIT(x->mixed, id));

		/* A list cannot say "unless": what is refused under conditions is not in it. */
		if (!refused)
			GD_BIT_SET(all.exec, id);
	}
	if (x) {
		all.arches = x->arches;
		/* What hides behind these two may be among the refused. */
		for (int i = 0; i < 2; i++) {
			int id = gd_syscall_id(i ? "ipc" : "socketcall");

			all.exec[id / 64] &= ~(UINT64_C(1) << (id % 64));
		}
	}
	return gd_filter_json(&all);
}

int gd_filter_block_setid(gd_json *linux_obj, struct gd_arena *a, struct gd_error *err)
{
	gd_json *seccomp = gd_json_get(linux_obj, "seccomp");
	bool none = gd_filter_absent(seccomp);
	struct gd_filter x;

	if (!none && gd_filter_decode(seccomp, a, &x, err) < 0)
		return gd_error_wrap(err, "/linux/seccomp");
	if (none || gd_act_executes(x.def)) {
		if (gd_json_set(linux_obj, "seccomp", listed(none ? NULL : &x)) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
		seccomp = gd_json_get(linux_obj, "seccomp");
		if (gd_filter_decode(seccomp, a, &x, err) < 0)
			return -1;
	}
	if (gd_filter_blocks_setid(&x, a, NULL))
		return 0;
	return narrow_all(seccomp, &x, a, err);
}
