/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter written into a document. */
#include "mac/profile.h"

static gd_json *args_of(const struct gd_rule *r)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < r->n; i++) {
		gd_json *c = gd_json_new_obj();
		int bad = gd_json_set(c, "index", gd_json_new_u64(r->c[i].arg));

		bad |= gd_json_set(c, "value", gd_json_new_u64(r->c[i].a));
		if (r->c[i].op == GD_CMP_MASKED_EQ)
			bad |= gd_json_set(c, "valueTwo", gd_json_new_u64(r->c[i].b));
		bad |= gd_json_set(c, "op", gd_json_new_str(gd_cmp_name((enum gd_cmp)r->c[i].op)));
		bad |= gd_json_push(list, c);
		if (bad)
			return gd_json_free(list);
	}
	return list;
}

/* An entry with one name, or with none yet. */
static gd_json *entry_of(const struct gd_rule *r, const char *name)
{
	gd_json *e = gd_json_new_obj(), *names = gd_json_arr_in(e, "names");
	int bad = names == NULL;

	if (name)
		bad |= gd_json_push(names, gd_json_new_str(name));
	bad |= gd_json_set(e, "action", gd_json_new_str(gd_act_name(r->act)));
	if (r->act == GD_ACT_ERRNO || r->act == GD_ACT_TRACE)
		bad |= gd_json_set(e, "errnoRet", gd_json_new_u64(r->err));
	if (r->n)
		bad |= gd_json_set(e, "args", args_of(r));
	return bad ? gd_json_free(e) : e;
}

int gd_rule_push(gd_json *calls, const struct gd_rule *r)
{
	return gd_json_push(calls, entry_of(r, gd_syscall_name(r->id)));
}

static int push_arches(gd_json *list, uint32_t arches)
{
	int bad = gd_json_push(list, gd_json_new_str(gd_arch_name(gd_arch_native())));

	for (int i = 0; i < GD_ARCH_COUNT; i++)
		if (arches & GD_ARCH_BIT(i) && i != (int)gd_arch_native())
			bad |= gd_json_push(list, gd_json_new_str(gd_arch_name(i)));
	return bad;
}

static int push_calls(gd_json *calls, const struct gd_filter *f)
{
	uint64_t told[GD_SYSCALL_WORDS] = { 0 };
	gd_json *allow = entry_of(&(struct gd_rule){ .act = GD_ACT_ALLOW }, NULL);
	gd_json *names = gd_json_get(allow, "names");
	int bad = 0;

	/* Those without conditions that do something else than allow stand among the rules too. */
	for (size_t i = 0; i < f->n; i++)
		if (f->rules[i].n == 0)
			GD_BIT_SET(told, f->rules[i].id);
	for (int id = 0; id < GD_SYSCALLS; id++)
		if (GD_BIT(f->exec, id) && !GD_BIT(told, id))
			bad |= gd_json_push(names, gd_json_new_str(gd_syscall_name(id)));
	if (gd_json_len(names))
		bad |= gd_json_push(calls, allow);
	else
		gd_json_free(allow);
	for (size_t i = 0; i < f->n; i++)
		bad |= gd_rule_push(calls, &f->rules[i]);
	return bad;
}

gd_json *gd_filter_json(const struct gd_filter *f)
{
	gd_json *v = gd_json_new_obj();
	int bad = gd_json_set(v, "defaultAction", gd_json_new_str(gd_act_name(f->def)));

	if (f->def == GD_ACT_ERRNO || f->def == GD_ACT_TRACE)
		bad |= gd_json_set(v, "defaultErrnoRet", gd_json_new_u64(f->def_err));
	bad |= push_arches(gd_json_arr_in(v, "architectures"), f->arches);
	bad |= push_calls(gd_json_arr_in(v, "syscalls"), f);
	return bad ? gd_json_free(v) : v;
}
