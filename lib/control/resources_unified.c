/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resources.unified: files of the container's cgroup with what is written into them. They are
 * written after the typed limits and win over them, so each is judged as its typed twin. A key that
 * is not in the table is refused: cgroup files grow with every kernel, and cgroup.* moves processes
 * and controllers.
 *
 * Rewriting drops the key: the typed twin, which has been made to conform, then holds alone.
 */
#include <string.h>

#include "control/resources.h"

#define AT(member) offsetof(struct gd_resources_config, member)
#define NONE SIZE_MAX

enum form {
	ORDINARY,	/* only limits or lowers the container itself */
	NUMBER,		/* "max" or a number */
	QUOTA,		/* "max", "200000 100000"; alone, the number is of a period that only the kernel knows */
	SHARES,		/* 1 .. 10000, where shares are 2 .. 262144 */
	WEIGHT,		/* "default 100", "100", "8:0 100": 1 .. 10000 where blkio has 10 .. 1000 */
	BFQ_WEIGHT,	/* the same words, 1 .. 1000 */
	RESERVES,	/* keeps memory from everybody else: kubelet alone */
};

static const struct row {
	const char *key;	/* '*' matches */
	enum form form;
	size_t max;
	const char *what;
} rows[] = {
	{ "pids.max", NUMBER, AT(pids.max), "number of processes" },
	{ "memory.max", NUMBER, AT(memory.max), "memory" },
	{ "memory.swap.max", NUMBER, AT(swap), "swap" },
	{ "memory.zswap.max", NUMBER, AT(swap), "swap" },
	{ "cpu.max", QUOTA, AT(cpus.max), "processor time" },
	{ "cpu.weight", SHARES, AT(cpu_shares), "share of the processors" },
	{ "io.weight", WEIGHT, AT(blkio_weight), "share of the disks" },
	{ "io.bfq.weight", BFQ_WEIGHT, AT(blkio_weight), "share of the disks" },
	{ "hugetlb.*.max", NUMBER, AT(hugepages), "huge pages" },
	{ "memory.low", RESERVES, NONE, "reserved memory" },
	{ "memory.min", RESERVES, NONE, "reserved memory" },
	{ "memory.high", ORDINARY, NONE, NULL },
	{ "memory.swap.high", ORDINARY, NONE, NULL },
	{ "memory.oom.group", ORDINARY, NONE, NULL },
	{ "cpu.idle", ORDINARY, NONE, NULL },
	{ "cpu.max.burst", ORDINARY, NONE, NULL },
	{ "cpuset.cpus", ORDINARY, NONE, NULL },
	{ "cpuset.mems", ORDINARY, NONE, NULL },
	{ "io.max", ORDINARY, NONE, NULL },
	{ "rdma.max", ORDINARY, NONE, NULL },
	{ "misc.max", ORDINARY, NONE, NULL },
};

static const struct row *row_of(const char *key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strchr(key, '/') && gd_glob(rows[i].key, key))
			return &rows[i];
	return NULL;
}

/* The words of one line, at most two. Several lines or more words: 0. */
static int words_of(const char *value, const char *ret[static 2], struct gd_arena *a)
{
	size_t len = strcspn(value, "\n");
	char *line = gd_strndup(a, value, len), *save = NULL;
	int n = 0;

	if (value[len] && value[len + 1])
		return 0;
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (n == 2)
			return 0;
		ret[n++] = w;
	}
	return n;
}

/*
 * In the file's unit, a quota in thousandths of a processor. false: not readable, which is refused.
 */
static bool amount(enum form form, const char *value, struct gd_arena *a, struct gd_amount *ret)
{
	const char *w[2];
	uint64_t period = 0;
	int n = words_of(value, w, a), at = form == WEIGHT || form == BFQ_WEIGHT ? n - 1 : 0;

	if (n == 0 || (n == 2 && form != QUOTA && at == 0))
		return false;
	*ret = (struct gd_amount){ .written = true, .endless = strcmp(w[at], "max") == 0 };
	if (!ret->endless && gd_parse_u64(w[at], &ret->v) < 0)
		return false;
	if (form != QUOTA || ret->endless)
		return true;
	if (n == 2 && gd_parse_u64(w[1], &period) < 0)
		return false;
	if (period == 0 || ret->v > INT64_MAX / 1000 - period)
		return false;
	ret->v = (ret->v * 1000 + period - 1) / period;
	return true;
}

/* The policy's number in the file's unit, by the looser of the runtimes' conversions. */
static uint64_t in_form(enum form form, uint64_t max)
{
	if (form == SHARES)
		return max >= 102400 ? 10000 : max * 100 / 1024 ? max * 100 / 1024 : 1;
	if (form == WEIGHT)
		return max <= 10 ? 1 : 1 + (max - 10) * 9999 / 990;
	return max;
}

/* NULL: nothing wrong. */
static const char *wrong(const struct gd_facts *f, const struct gd_resources_config *c,
			 const struct gd_pair *p, struct gd_arena *a)
{
	const struct row *r = row_of(p->key);
	const struct gd_limit *max;
	struct gd_amount is;

	if (!r)
		return "nobody has judged what this file of the control group does";
	if (r->form == ORDINARY)
		return NULL;
	if (r->form == RESERVES)
		return gd_resources_typed(f) ? "it would keep that memory from everybody else"
					     : NULL;
	max = (const struct gd_limit *)((const char *)c + r->max);
	if (!max->set)
		return NULL;
	if (!amount(r->form, p->value, a, &is))
		return "nobody can say how much that is";
	if (!is.endless && is.v <= in_form(r->form, (uint64_t)max->v))
		return NULL;
	return gd_printf(a, "it is more %s than this policy allows", r->what);
}

void gd_resources_check_unified(const struct gd_facts *f, const struct gd_resources_config *c,
				struct gd_findings *out)
{
	struct gd_arena *a = out->arena;

	for (size_t i = 0; i < f->linux_.resources.unified.n; i++) {
		const struct gd_pair *p = &f->linux_.resources.unified.v[i];
		const char *why = wrong(f, c, p, a);
		struct gd_finding *x;

		if (!why)
			continue;
		x = gd_found(out, "/linux/resources/unified/%s", gd_pointer_key(a, p->key));
		x->value = gd_quote(a, p->value, 60);
		x->wanted = "within the policy's limits";
		x->asked = gd_resources_typed(f);
		x->flag = f->engine == GD_ENGINE_PODMAN
			      ? gd_say(f, GD_SAY_CGROUP_CONF,
				       gd_printf(a, "%s=%s", p->key, p->value), a)
			      : NULL;
		x->what = gd_printf(a, "the control group setting %s", gd_quote(a, p->key, 80));
		x->why = why;
		x->fix = "leave it out";
		x->fixable = true;
	}
}

int gd_resources_fix_unified(gd_json *doc, const struct gd_facts *f,
			     const struct gd_resources_config *c, struct gd_arena *a)
{
	gd_json *map = gd_json_pointer(doc, "/linux/resources/unified");

	for (size_t i = 0; i < f->linux_.resources.unified.n; i++) {
		const struct gd_pair *of = &f->linux_.resources.unified.v[i];
		const struct gd_pair p = { gd_strdup(a, of->key), gd_strdup(a, of->value) };

		if (wrong(f, c, &p, a))
			gd_json_remove(map, p.key);
	}
	return 0;
}
