/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mac/filter.h"

static const char *const flags[] = {
	/* None of them changes which calls execute. */
	"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
	"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

bool gd_filter_absent(const gd_json *seccomp)
{
	const char *def = gd_json_get_str(seccomp, "defaultAction");

	return !seccomp || ((!def || !*def) && gd_json_len(gd_json_get(seccomp, "syscalls")) == 0);
}

static int bad(struct gd_error *err, const char *what, const char *value)
{
	return gd_error_set(err, GD_E_INPUT, "%s '%.60s' is not known", what, value ? value : "");
}

static int decode_arches(const gd_json *list, uint32_t *ret, struct gd_error *err)
{
	*ret = GD_ARCH_BIT(gd_arch_native());
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_str(gd_json_at(list, i));
		int n = gd_arch_number(name);

		if (n < 0)
			return bad(err, "architecture", name);
		*ret |= GD_ARCH_BIT(n);
	}
	return 0;
}

static int decode_flags(const gd_json *list, struct gd_error *err)
{
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_str(gd_json_at(list, i));
		size_t k = 0;

		while (k < sizeof(flags) / sizeof(flags[0]) && !gd_streq(flags[k], name))
			k++;
		if (k == sizeof(flags) / sizeof(flags[0]))
			return bad(err, "flag", name);
	}
	return 0;
}

/* Absent is EPERM: so runc and crun. */
static int decode_errno(const gd_json *v, uint16_t *ret, struct gd_error *err)
{
	uint64_t n = 1;

	if (v && (!gd_json_u64(v, &n) || n > 4095)) /* the kernel's largest */
		return gd_error_set(err, GD_E_INPUT,
				    "an error number of a filter is not within 0 to 4095");
	*ret = (uint16_t)n;
	return 0;
}

static int decode_cond(const gd_json *v, struct gd_cond *ret, struct gd_error *err)
{
	const gd_json *two = gd_json_get(v, "valueTwo");
	const char *op = gd_json_get_str(v, "op");
	int cmp = gd_cmp_number(op);
	uint64_t index;

	if (cmp < 0)
		return bad(err, "operator", op);
	if (!gd_json_u64(gd_json_get(v, "index"), &index) || index > 5)
		return gd_error_set(err, GD_E_INPUT, "an argument's index is not within 0 to 5");
	ret->arg = (uint8_t)index;
	ret->op = (uint8_t)cmp;
	/* Go leaves an absent value at 0, and so does crun. */
	if ((gd_json_get(v, "value") && !gd_json_u64(gd_json_get(v, "value"), &ret->a)) ||
	    (two && !gd_json_u64(two, &ret->b)))
		return gd_error_set(err, GD_E_INPUT,
				    "an argument's value is not a number of 64 bits");
	return 0;
}

int gd_conds_decode(const gd_json *args, struct gd_arena *a, struct gd_conds *ret,
		    struct gd_error *err)
{
	size_t n = gd_json_len(args);
	struct gd_cond *c;
	unsigned seen = 0;

	*ret = (struct gd_conds){ 0 };
	if (n == 0)
		return 0;
	if (n > GD_FILTER_CONDS_MAX)
		return gd_error_set(err, GD_E_INPUT, "a rule has more than %d conditions",
				    GD_FILTER_CONDS_MAX);
	c = GD_NEW_N(a, n, struct gd_cond);
	for (size_t i = 0; i < n; i++) {
		if (decode_cond(gd_json_at(args, i), &c[i], err) < 0)
			return -1;
		ret->any |= seen >> c[i].arg & 1;
		seen |= 1u << c[i].arg;
	}
	ret->c = c;
	ret->n = (uint8_t)n;
	return 0;
}

size_t gd_conds_rules(const struct gd_conds *c)
{
	return c->any ? c->n : 1;
}

struct gd_rule gd_conds_rule(const struct gd_conds *c, size_t i, int id, enum gd_act act)
{
	return (struct gd_rule){
		.id = id,
		.act = act,
		.n = c->any ? 1 : c->n,
		.c = c->any ? &c->c[i] : c->c,
	};
}

static void add_name(struct gd_filter *f, const char *name, const struct gd_conds *conds,
		     enum gd_act act, uint16_t errn, struct gd_arena *a)
{
	int id = gd_syscall_id(name);

	if (id < 0) {
		/* A refusal of a call that nobody knows takes nothing away from anybody. */
		if (gd_act_executes(act))
			gd_words_add(a, &f->unknown, name);
		return;
	}
	if (conds->n == 0) {
		GD_BIT_SET(gd_act_executes(act) ? f->exec : f->deny, id);
		return;
	}
	for (size_t i = 0; i < gd_conds_rules(conds); i++) {
		struct gd_rule *r = GD_APPEND(a, f->rules, f->n);

		*r = gd_conds_rule(conds, i, id, act);
		r->err = errn;
	}
	GD_BIT_SET(f->mixed, id);
}

static int decode_entry(const gd_json *entry, struct gd_arena *a, struct gd_filter *f,
			struct gd_error *err)
{
	const gd_json *names = gd_json_get(entry, "names");
	const char *action = gd_json_get_str(entry, "action");
	int act = gd_act_number(action);
	struct gd_conds conds;
	uint16_t errn;

	if (act < 0)
		return bad(err, "action", action);
	if (decode_errno(gd_json_get(entry, "errnoRet"), &errn, err) < 0 ||
	    gd_conds_decode(gd_json_get(entry, "args"), a, &conds, err) < 0)
		return -1;
	f->notify |= act == GD_ACT_NOTIFY;
	for (size_t i = 0; i < gd_json_len(names); i++) {
		const char *name = gd_json_str(gd_json_at(names, i));

		if (!name || !*name)
			return gd_error_set(err, GD_E_INPUT, "a system call without a name");
		add_name(f, name, &conds, (enum gd_act)act, errn, a);
		if (f->n > GD_FILTER_RULES_MAX)
			return gd_error_set(err, GD_E_INPUT, "more than %d rules with conditions",
					    GD_FILTER_RULES_MAX);
	}
	return 0;
}

int gd_filter_decode(const gd_json *seccomp, struct gd_arena *a, struct gd_filter *ret,
		     struct gd_error *err)
{
	const gd_json *calls = gd_json_get(seccomp, "syscalls");
	const char *def = gd_json_get_str(seccomp, "defaultAction"), *path;
	struct gd_filter f = { 0 };
	int act = gd_act_number(def);

	if (act < 0)
		return bad(err, "default action", def);
	f.def = (enum gd_act)act;
	path = gd_json_get_str(seccomp, "listenerPath");
	f.notify = act == GD_ACT_NOTIFY || (path && *path);
	if (decode_errno(gd_json_get(seccomp, "defaultErrnoRet"), &f.def_err, err) < 0 ||
	    decode_arches(gd_json_get(seccomp, "architectures"), &f.arches, err) < 0 ||
	    decode_flags(gd_json_get(seccomp, "flags"), err) < 0)
		return -1;
	for (size_t i = 0; i < gd_json_len(calls); i++)
		if (decode_entry(gd_json_at(calls, i), a, &f, err) < 0)
			return gd_error_wrap(err, "entry %zu", i);
	*ret = f;
	return 0;
}
