/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a profile's file to its line. */
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cap.h"
#include "base/file.h"
#include "json/scan.h"
#include "mac/profile.h"

struct compiler {
	struct gd_arena *arena;
	struct gd_error *err;
	struct gd_buf out;
};

static int bad(struct compiler *c, const char *what, const char *value)
{
	return gd_error_set(c->err, GD_E_INPUT, "%s '%.60s' is not known", what,
			    value ? value : "");
}

/* Every key of @obj is one of the NULL-ended @keys. */
static int only(struct compiler *c, const gd_json *obj, const char *const *keys)
{
	struct gd_json_iter it = { 0 };

	while (gd_json_next(obj, &it)) {
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], it.key) != 0)
			i++;
		if (!keys[i])
			return bad(c, "key", it.key);
	}
	return 0;
}

static int unknown_call(struct compiler *c, const char *name)
{
	const char *names[GD_SYSCALLS], *near;

	for (int i = 0; i < GD_SYSCALLS; i++)
		names[i] = gd_syscall_name(i);
	near = gd_nearest(name, names, GD_SYSCALLS);
	return gd_error_set(c->err, GD_E_INPUT, "system call '%.60s' is not known%s%s%s", name,
			    near ? "; is '" : "", near ? near : "", near ? "' meant?" : "");
}

static int compile_arches(struct compiler *c, const gd_json *root, uint32_t *ret)
{
	const gd_json *map = gd_json_get(root, "archMap"),
		      *list = gd_json_get(root, "architectures");

	*ret = GD_ARCH_BIT(gd_arch_native());
	for (size_t i = 0; i < gd_json_len(map); i++) {
		const gd_json *row = gd_json_at(map, i);
		const char *name = gd_json_get_str(row, "architecture");

		if (gd_arch_number(name) < 0)
			return bad(c, "architecture", name);
		if (gd_arch_number(name) == (int)gd_arch_native())
			list = gd_json_get(row, "subArchitectures");
	}
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_str(gd_json_at(list, i));
		int n = gd_arch_number(name);

		if (n < 0)
			return bad(c, "architecture", name);
		*ret |= GD_ARCH_BIT(n);
	}
	return 0;
}

static int compile_caps(struct compiler *c, const gd_json *list, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_str(gd_json_at(list, i));
		int n = gd_cap_number(name);

		if (n < 0)
			return bad(c, "capability", name);
		*ret |= GD_CAP_BIT(n);
	}
	return 0;
}

/* 1 where the native architecture is in @list, 0 where not; -1. */
static int names_native(struct compiler *c, const gd_json *list)
{
	int found = 0;

	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_str(gd_json_at(list, i));
		int n = gd_arch_number_go(name);

		if (n < 0)
			return bad(c, "architecture", name);
		found |= n == (int)gd_arch_native();
	}
	return found;
}

/* Kernels older than 5.0 are not supported, so a bound below that always holds. */
static int check_kernel(struct compiler *c, const char *min)
{
	if (!min || (min[0] >= '1' && min[0] <= '4' && min[1] == '.') || strcmp(min, "5.0") == 0)
		return 0;
	return gd_error_set(c->err, GD_E_INPUT,
			    "minKernel '%.20s': only kernels below 5.0 can be told apart", min);
}

struct when { uint64_t all, none; bool legacy, here; };

static int compile_when(struct compiler *c, const gd_json *entry, struct when *w)
{
	static const char *const in_keys[] = { "caps", "arches", "minKernel", NULL };
	const gd_json *in = gd_json_get(entry, "includes"), *ex = gd_json_get(entry, "excludes");
	const gd_json *in_arch = gd_json_get(in, "arches"), *ex_arch = gd_json_get(ex, "arches");
	int inside, outside;

	if (only(c, in, in_keys) < 0 ||
	    only(c, ex, (const char *const[]){ "caps", "arches", NULL }) < 0 ||
	    check_kernel(c, gd_json_get_str(in, "minKernel")) < 0 ||
	    compile_caps(c, gd_json_get(in, "caps"), &w->all) < 0 ||
	    compile_caps(c, gd_json_get(ex, "caps"), &w->none) < 0)
		return -1;
	inside = names_native(c, in_arch);
	outside = names_native(c, ex_arch);
	if (inside < 0 || outside < 0)
		return -1;
	w->here = (gd_json_len(in_arch) == 0 || inside) && !outside;
	w->legacy = gd_json_get_bool(entry, "legacy");
	return 0;
}

static int compile_errno(struct compiler *c, const gd_json *v, uint64_t *ret)
{
	*ret = 1;
	if (v && (!gd_json_u64(v, ret) || *ret > 4095))
		return gd_error_set(c->err, GD_E_INPUT, "an error number is not within 0 to 4095");
	return 0;
}

static void put_rules(struct compiler *c, const struct gd_conds *conds, int id, int act,
		      uint64_t errn)
{
	for (size_t i = 0; i < gd_conds_rules(conds); i++) {
		struct gd_rule r = gd_conds_rule(conds, i, id, (enum gd_act)act);

		gd_buf_fmt(&c->out, " r%d:%d:%d:", act, (int)errn, id);
		for (size_t k = 0; k < r.n; k++) {
			gd_buf_fmt(&c->out, "%s%d%c%llx", k ? ";" : "", r.c[k].arg,
				   "nlLeGgm"[r.c[k].op], (unsigned long long)r.c[k].a);
			if (r.c[k].op == GD_CMP_MASKED_EQ)
				gd_buf_fmt(&c->out, ",%llx", (unsigned long long)r.c[k].b);
		}
	}
}

static void put_calls(struct compiler *c, const uint64_t bits[GD_SYSCALL_WORDS], int act,
		      uint64_t errn)
{
	int last = (GD_SYSCALLS - 1) / 4;

	gd_buf_fmt(&c->out, " x%d:%d:", act, (int)errn);
	while (last > 0 && !(bits[last / 16] >> (last % 16 * 4) & 15))
		last--;
	for (int i = 0; i <= last; i++)
		gd_buf_bytes(&c->out, &"0123456789abcdef"[bits[i / 16] >> (i % 16 * 4) & 15], 1);
}

static int compile_name(struct compiler *c, const char *name, int act,
			uint64_t bits[GD_SYSCALL_WORDS], int *ret_id)
{
	int id = gd_syscall_id(name);

	if (id < 0)
		return unknown_call(c, name ? name : "");
	/* What is reached through them is refused by its own name; a refusal here would be read as
	 * more. */
	if (!gd_act_executes((enum gd_act)act) &&
	    (strcmp(name, "socketcall") == 0 || strcmp(name, "ipc") == 0))
		return gd_error_set(c->err, GD_E_INPUT,
				    "'%s' cannot be refused by a rule: leave it out", name);
	GD_BIT_SET(bits, id);
	*ret_id = id;
	return 0;
}

static int compile_entry(struct compiler *c, const gd_json *entry)
{
	static const char *const keys[] = { "name",     "names",  "action",  "errnoRet",
					    "errno",    "args",   "comment", "includes",
					    "excludes", "legacy", NULL };
	const char *action = gd_json_get_str(entry, "action"),
		   *one = gd_json_get_str(entry, "name");
	const gd_json *names = gd_json_get(entry, "names");
	uint64_t bits[GD_SYSCALL_WORDS] = { 0 }, errn;
	int act = gd_act_number(action), id = -1;
	struct gd_conds conds;
	struct when w;

	if (act < 0 || act == GD_ACT_NOTIFY)
		return bad(c, "action", action);
	if (only(c, entry, keys) < 0 || compile_when(c, entry, &w) < 0 ||
	    compile_errno(c, gd_json_get(entry, "errnoRet"), &errn) < 0 ||
	    gd_conds_decode(gd_json_get(entry, "args"), c->arena, &conds, c->err) < 0 ||
	    (one && compile_name(c, one, act, bits, &id) < 0))
		return -1;
	for (size_t i = 0; i < gd_json_len(names); i++)
		if (compile_name(c, gd_json_str(gd_json_at(names, i)), act, bits, &id) < 0)
			return -1;
	if (id < 0 || !w.here)
		return 0;
	gd_buf_fmt(&c->out, " +%llx-%llx%s", (unsigned long long)w.all, (unsigned long long)w.none,
		   w.legacy ? "L" : "");
	if (conds.n == 0) {
		put_calls(c, bits, act, errn);
		return 0;
	}
	for (int i = 0; i < GD_SYSCALLS; i++)
		if (GD_BIT(bits, i))
			put_rules(c, &conds, i, act, errn);
	return 0;
}

static int compile_head(struct compiler *c, const gd_json *root, const char *name)
{
	static const char *const keys[] = { "name",         "description",   "comment",
					    "engines",      "defaultAction", "defaultErrnoRet",
					    "defaultErrno", "archMap",       "architectures",
					    "flags",        "syscalls",      NULL };
	static const char *const engine_names[] = { "docker", "ctr",      "cri", "podman",
						    "crio",   "buildkit", NULL };
	const gd_json *engines = gd_json_get(root, "engines");
	const char *def = gd_json_get_str(root, "defaultAction"),
		   *own = gd_json_get_str(root, "name");
	int act = gd_act_number(def);
	uint32_t arches;
	uint64_t errn;

	if (only(c, root, keys) < 0)
		return -1;
	if (act < 0 || act == GD_ACT_NOTIFY)
		return bad(c, "default action", def);
	if (own && strcmp(own, name) != 0)
		return gd_error_set(c->err, GD_E_INPUT, "calls itself '%.60s'", own);
	if (compile_arches(c, root, &arches) < 0 ||
	    compile_errno(c, gd_json_get(root, "defaultErrnoRet"), &errn) < 0)
		return -1;
	gd_buf_fmt(&c->out, "gd1 %s ", name);
	for (size_t i = 0; i < gd_json_len(engines); i++) {
		const char *e = gd_json_str(gd_json_at(engines, i));
		size_t k = 0;

		while (engine_names[k] && !gd_streq(engine_names[k], e))
			k++;
		if (!engine_names[k])
			return bad(c, "engine", e);
		gd_buf_fmt(&c->out, "%s%s", i ? "," : "", e);
	}
	gd_buf_fmt(&c->out, "%s %x %d:%d", gd_json_len(engines) ? "" : "-", arches, act, (int)errn);
	return 0;
}

int gd_profile_compile(char *bytes, size_t len, const char *name, struct gd_arena *a,
		       const char **ret, struct gd_error *err)
{
	struct compiler c = { .arena = a, .err = err, .out = { .arena = a } };
	const gd_json *calls;
	gd_json *root = NULL;
	int r = 0;

	if (gd_json_scan(bytes, len, GD_SCAN_POLICY, err) < 0 ||
	    gd_json_parse(bytes, len, &root, err) < 0)
		return -1;
	calls = gd_json_get(root, "syscalls");
	r = compile_head(&c, root, name);
	for (size_t i = 0; r == 0 && i < gd_json_len(calls); i++) {
		r = compile_entry(&c, gd_json_at(calls, i));
		if (r < 0)
			gd_error_wrap(err, "/syscalls/%zu", i);
	}
	gd_json_free(root);
	if (r == 0)
		*ret = c.out.data;
	return r;
}

int gd_profile_load(const char *dir, const char *name, struct gd_arena *a, const char **ret,
		    struct gd_error *err)
{
	const char *path = gd_printf(a, "%s/seccomp/%s.json", dir, name);
	struct gd_bytes b;
	int fd, r;

	if (strpbrk(name, "/ ") || name[0] == '.' || !*name)
		return gd_error_set(err, GD_E_INPUT, "'%.60s' is no name of a seccomp profile",
				    name);
	fd = gd_open_trusted(path, err);
	if (fd < 0)
		return gd_error_wrap(err, "seccomp profile '%s'", name);
	r = gd_read_all(fd, GD_PROFILE_MAX, a, &b, err);
	close(fd);
	if (r == 0)
		r = gd_profile_compile(b.data, b.len, name, a, ret, err);
	return r < 0 ? gd_error_wrap(err, "seccomp profile '%s'", path) : 0;
}
