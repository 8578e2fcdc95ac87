/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flags turned into the documents that runc would make of them (runc's exec.go and update.go, 1.1
 * to 1.5), so that what is judged and what is obeyed are the same bytes. Where crun differs (its
 * --cap replaces, runc's adds), runc's meaning is taken: the runtime is handed the result and has
 * nothing left to interpret.
 */
#include <string.h>

#include "invocation/grammar.h"

static int no_memory(struct gd_error *err)
{
	return gd_error_set(err, GD_E_SYSTEM, "out of memory");
}

static int bad_value(enum gd_flag_id f, const char *want, struct gd_error *err)
{
	return gd_error_set(err, GD_E_INPUT, "--%s wants %s", gd_flag_name(f), want);
}

/* --- exec ------------------------------------------------------------------------------------- */

static int add_words(gd_json *obj, const char *key, const struct gd_words *w, struct gd_error *err)
{
	gd_json *arr;

	if (w->n == 0)
		return 0;
	if ((arr = gd_json_arr_in(obj, key)) == NULL)
		return gd_error_set(err, GD_E_INPUT, "'%s' of the container's process is no array",
				    key);
	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(arr, gd_json_new_str(w->v[i])) < 0)
			return no_memory(err);
	return 0;
}

/*
 * Into all sets but inheritable; ambient only where something is inheritable already (runc 1.3; 1.1
 * adds it always, and the kernel refuses to raise it without).
 */
static int put_caps(const struct gd_invocation *inv, gd_json *process, struct gd_error *err)
{
	static const char *const sets[] = { "bounding", "effective", "permitted", "ambient" };
	const struct gd_words *caps = &inv->flag[GD_F_CAP].list;
	gd_json *obj;

	if (caps->n == 0)
		return 0;
	if ((obj = gd_json_obj_in(process, "capabilities")) == NULL)
		return gd_error_set(err, GD_E_INPUT,
				    "'capabilities' of the container's process is no object");
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if ((strcmp(sets[i], "ambient") != 0 || gd_json_get(obj, "inheritable") != NULL) &&
		    add_words(obj, sets[i], caps, err) < 0)
			return -1;
	return 0;
}

/* The first @n bytes of @s as a number. */
static int parse_digits(const char *s, size_t n, uint64_t *ret)
{
	char digits[24]; /* 2^64 has 20 */

	if (n >= sizeof(digits))
		return -1;
	memcpy(digits, s, n);
	digits[n] = '\0';
	return gd_parse_u64(digits, ret);
}

static int parse_id(enum gd_flag_id f, const char *s, size_t n, uint64_t *ret, struct gd_error *err)
{
	/* Go parses 64 bits and keeps the lower 32: 4294967296 would be root. */
	if (parse_digits(s, n, ret) < 0 || *ret > UINT32_MAX)
		return bad_value(f, "numeric ids", err);
	return 0;
}

/* "uid" or "uid:gid"; a uid alone leaves the container's gid and groups, as runc does. */
static int put_user(const struct gd_invocation *inv, gd_json *process, struct gd_error *err)
{
	const char *user = gd_invocation_str(inv, GD_F_USER);
	const struct gd_words *gids = &inv->flag[GD_F_ADDITIONAL_GIDS].list;
	gd_json *obj, *arr;
	uint64_t id;

	if (user == NULL && gids->n == 0)
		return 0;
	if ((obj = gd_json_obj_in(process, "user")) == NULL)
		return gd_error_set(err, GD_E_INPUT,
				    "'user' of the container's process is no object");
	if (user != NULL) {
		const char *colon = strchr(user, ':');

		if (parse_id(GD_F_USER, user, strcspn(user, ":"), &id, err) < 0)
			return -1;
		if (gd_json_set(obj, "uid", gd_json_new_u64(id)) < 0)
			return no_memory(err);
		if (colon != NULL &&
		    parse_id(GD_F_USER, colon + 1, strlen(colon + 1), &id, err) < 0)
			return -1;
		if (colon != NULL && gd_json_set(obj, "gid", gd_json_new_u64(id)) < 0)
			return no_memory(err);
	}
	if (gids->n == 0)
		return 0;
	if ((arr = gd_json_arr_in(obj, "additionalGids")) == NULL)
		return gd_error_set(err, GD_E_INPUT,
				    "'additionalGids' of the container's process is no array");
	for (size_t i = 0; i < gids->n; i++) {
		if (parse_id(GD_F_ADDITIONAL_GIDS, gids->v[i], strlen(gids->v[i]), &id, err) < 0)
			return -1;
		if (gd_json_push(arr, gd_json_new_u64(id)) < 0)
			return no_memory(err);
	}
	return 0;
}

static int put_scalars(const struct gd_invocation *inv, gd_json *process, struct gd_error *err)
{
	static const struct { enum gd_flag_id flag; const char *key; } strings[] = {
		{ GD_F_CWD, "cwd" },
		{ GD_F_APPARMOR, "apparmorProfile" },
		{ GD_F_PROCESS_LABEL, "selinuxLabel" },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const char *v = gd_invocation_str(inv, strings[i].flag);

		if (v != NULL && gd_json_set(process, strings[i].key, gd_json_new_str(v)) < 0)
			return no_memory(err);
	}
	/* The container's own terminal is never inherited. */
	if (gd_json_set(process, "terminal", gd_json_new_bool(inv->flag[GD_F_TTY].on)) < 0)
		return no_memory(err);
	if (inv->flag[GD_F_NO_NEW_PRIVS].given &&
	    gd_json_set(process, "noNewPrivileges",
			gd_json_new_bool(inv->flag[GD_F_NO_NEW_PRIVS].on)) < 0)
		return no_memory(err);
	return 0;
}

static int put_args(const struct gd_invocation *inv, gd_json *process, struct gd_error *err)
{
	if (gd_json_set(process, "args", gd_json_new_arr()) < 0)
		return no_memory(err);
	return add_words(process, "args", &inv->command, err);
}

int gd_invocation_process(const struct gd_invocation *inv, const gd_json *process, gd_json **ret,
			  struct gd_error *err)
{
	gd_json *p;

	if (gd_json_kind(process) != GD_JSON_OBJECT)
		return gd_error_set(err, GD_E_INPUT, "the container's document has no process");
	if ((p = gd_json_copy(process)) == NULL)
		return no_memory(err);
	if (put_args(inv, p, err) < 0 || put_scalars(inv, p, err) < 0 ||
	    add_words(p, "env", &inv->flag[GD_F_ENV].list, err) < 0 || put_caps(inv, p, err) < 0 ||
	    put_user(inv, p, err) < 0) {
		gd_json_free(p);
		return -1;
	}
	*ret = p;
	return 0;
}

/* --- update ----------------------------------------------------------------------------------- */

enum reading { READ_U64, READ_I64, READ_BYTES, READ_STRING };

static const struct {
	enum gd_flag_id flag;
	const char *object, *key;
	enum reading reading;
} resources[] = {
	{ GD_F_CPU_PERIOD, "cpu", "period", READ_U64 },
	{ GD_F_CPU_QUOTA, "cpu", "quota", READ_I64 },
	{ GD_F_CPU_BURST, "cpu", "burst", READ_U64 },
	{ GD_F_CPU_SHARE, "cpu", "shares", READ_U64 },
	{ GD_F_CPU_RT_PERIOD, "cpu", "realtimePeriod", READ_U64 },
	{ GD_F_CPU_RT_RUNTIME, "cpu", "realtimeRuntime", READ_I64 },
	{ GD_F_CPU_IDLE, "cpu", "idle", READ_I64 },
	{ GD_F_CPUSET_CPUS, "cpu", "cpus", READ_STRING },
	{ GD_F_CPUSET_MEMS, "cpu", "mems", READ_STRING },
	{ GD_F_KERNEL_MEMORY, "memory", "kernel", READ_BYTES },
	{ GD_F_KERNEL_MEMORY_TCP, "memory", "kernelTCP", READ_BYTES },
	{ GD_F_MEMORY, "memory", "limit", READ_BYTES },
	{ GD_F_MEMORY_RESERVATION, "memory", "reservation", READ_BYTES },
	{ GD_F_MEMORY_SWAP, "memory", "swap", READ_BYTES },
};

/*
 * "-1", or a whole number with at most one of k m g t p (1024 each), with "b" or "ib" behind it:
 * what go-units reads, less its fractions, whose rounding nobody could predict.
 */
static int parse_bytes(const char *s, int64_t *ret)
{
	static const char units[] = "kmgtp";
	size_t digits = strspn(s, "0123456789");
	const char *unit, *rest = s + digits;
	uint64_t v;
	unsigned shift = 0;

	if (strcmp(s, "-1") == 0)
		return *ret = -1, 0;
	if (digits == 0 || parse_digits(s, digits, &v) < 0)
		return -1;
	if (*rest != '\0' && (unit = strchr(units, *rest | 0x20)) != NULL && *unit != '\0') {
		shift = 10 * (unsigned)(unit - units + 1);
		rest++;
		if (*rest == 'i' || *rest == 'I') {
			if (rest[1] != 'b' && rest[1] != 'B')
				return -1;
			rest++;
		}
	}
	if (*rest == 'b' || *rest == 'B')
		rest++;
	if (*rest != '\0' || v > (uint64_t)INT64_MAX >> shift)
		return -1;
	*ret = (int64_t)(v << shift);
	return 0;
}

static gd_json *read_value(enum gd_flag_id f, enum reading reading, const char *s,
			   struct gd_error *err)
{
	uint64_t u;
	int64_t i;

	switch (reading) {
	case READ_STRING:
		return gd_json_new_str(s);
	case READ_U64:
		if (gd_parse_u64(s, &u) == 0)
			return gd_json_new_u64(u);
		bad_value(f, "a plain decimal number", err);
		return NULL;
	case READ_I64:
		if (gd_parse_i64(s, &i) == 0)
			return gd_json_new_i64(i);
		bad_value(f, "a plain decimal number", err);
		return NULL;
	case READ_BYTES:
		if (parse_bytes(s, &i) == 0)
			return gd_json_new_i64(i);
		bad_value(f, "whole bytes, such as 512m, or -1", err);
		return NULL;
	}
	return NULL;
}

static int put_resource(gd_json *doc, const char *object, const char *key, gd_json *v,
			struct gd_error *err)
{
	gd_json *obj = gd_json_obj_in(doc, object);

	if (obj == NULL) {
		gd_json_free(v);
		return no_memory(err);
	}
	if (gd_json_set(obj, key, v) < 0)
		return err != NULL && err->kind != GD_OK ? -1 : no_memory(err);
	return 0;
}

static int put_resources(const struct gd_invocation *inv, gd_json *doc, struct gd_error *err)
{
	const struct gd_flag_value *weight = &inv->flag[GD_F_BLKIO_WEIGHT],
				   *pids = &inv->flag[GD_F_PIDS_LIMIT];

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		const char *s = gd_invocation_str(inv, resources[i].flag);

		if (s != NULL &&
		    put_resource(doc, resources[i].object, resources[i].key,
				 read_value(resources[i].flag, resources[i].reading, s, err),
				 err) < 0)
			return -1;
	}
	/* 0 is "not given" to runc here; a document's 0 would be a weight. */
	if (weight->given && weight->number != 0 &&
	    put_resource(doc, "blockIO", "weight", gd_json_new_i64(weight->number), err) < 0)
		return -1;
	if (pids->given &&
	    put_resource(doc, "pids", "limit", gd_json_new_i64(pids->number), err) < 0)
		return -1;
	return 0;
}

int gd_invocation_resources(const struct gd_invocation *inv, gd_json **ret, struct gd_error *err)
{
	gd_json *doc = gd_json_new_obj();
	struct gd_error first = { 0 };

	if (doc == NULL)
		return no_memory(err);
	if (put_resources(inv, doc, &first) < 0) {
		gd_json_free(doc);
		return gd_error_set(err, first.kind, "%s", first.text);
	}
	*ret = doc;
	return 0;
}
