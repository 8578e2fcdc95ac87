/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "control/resources.h"

#define DEFAULT_PERIOD 100000	/* microseconds, the kernel's */
#define LARGE_PERIOD 1000000
#define LEAST_QUOTA 1000	/* below it the kernel refuses */
#define DEFAULT_SHARES 1024
#define DEFAULT_WEIGHT 500
#define PODMAN_PIDS 2048	/* containers.conf's pids_limit */

static const struct gd_amount unlimited = { .endless = true };

static struct gd_amount of_i64(struct gd_i64 n)
{
	if (!n.set || n.v == 0)
		return unlimited;
	return (struct gd_amount){ .written = true, .endless = n.v < 0, .v = n.v < 0 ? 0 : (uint64_t)n.v };
}

static struct gd_amount of_u64(struct gd_u64 n, uint64_t absent)
{
	bool there = n.set && n.v > 0;

	return (struct gd_amount){ .written = there, .v = there ? n.v : absent };
}

static struct gd_amount get_pids(const struct gd_resources *r)
{
	return of_i64(r->pids);
}

static struct gd_amount get_memory(const struct gd_resources *r)
{
	return of_i64(r->memory);
}

/* The document counts memory and swap together; the policy counts the swap alone. */
static struct gd_amount get_swap(const struct gd_resources *r)
{
	struct gd_amount memory = get_memory(r), both = of_i64(r->swap);

	if (both.endless || memory.endless)
		return (struct gd_amount){ .endless = true, .written = both.written };
	return (struct gd_amount){ .written = true, .v = both.v > memory.v ? both.v - memory.v : 0 };
}

static struct gd_amount get_cpus(const struct gd_resources *r)
{
	struct gd_amount quota = of_i64(r->cpu_quota);
	uint64_t period = r->cpu_period.set && r->cpu_period.v ? r->cpu_period.v : DEFAULT_PERIOD;
	unsigned __int128 milli = ((unsigned __int128)quota.v * 1000 + period - 1) / period;

	if (quota.endless)
		return quota;
	return (struct gd_amount){ .written = true, .endless = milli > INT64_MAX, .v = (uint64_t)milli };
}

static struct gd_amount get_shares(const struct gd_resources *r)
{
	return of_u64(r->cpu_shares, DEFAULT_SHARES);
}

static struct gd_amount get_weight(const struct gd_resources *r)
{
	struct gd_amount leaf = of_u64(r->io_leaf_weight, 0), own = of_u64(r->io_weight, DEFAULT_WEIGHT);

	return leaf.v > own.v ? leaf : own;
}

static int put_i64(gd_json *res, const char *group, const char *key, uint64_t v)
{
	return gd_json_set(gd_json_obj_in(res, group), key, gd_json_new_i64((int64_t)v));
}

static int put_pids(gd_json *res, uint64_t v)
{
	return put_i64(res, "pids", "limit", v);
}

/* What the document gives as swap stays what it gives; a reservation beyond the limit would be none. */
static int put_memory(gd_json *res, uint64_t v)
{
	gd_json *memory = gd_json_obj_in(res, "memory");
	int64_t limit = 0, swap = 0, reservation = 0;

	gd_json_i64(gd_json_get(memory, "limit"), &limit);
	gd_json_i64(gd_json_get(memory, "swap"), &swap);
	gd_json_i64(gd_json_get(memory, "reservation"), &reservation);
	if (put_i64(res, "memory", "limit", v) < 0)
		return -1;
	if (limit > 0 && swap >= limit && put_i64(res, "memory", "swap", (uint64_t)(swap - limit) + v) < 0)
		return -1;
	/* runtimes refuse less memory and swap than memory */
	if (limit <= 0 && swap > 0 && (uint64_t)swap < v && put_i64(res, "memory", "swap", v) < 0)
		return -1;
	return reservation > 0 && (uint64_t)reservation > v ? put_i64(res, "memory", "reservation", v) : 0;
}

static int put_swap(gd_json *res, uint64_t v)
{
	int64_t limit = 0, both;

	if (!gd_json_i64(gd_json_get(gd_json_get(res, "memory"), "limit"), &limit) || limit <= 0)
		return 0; /* runtimes refuse a limit of swap without one of memory */
	if (__builtin_add_overflow(limit, (int64_t)v, &both))
		both = INT64_MAX;
	return put_i64(res, "memory", "swap", (uint64_t)both);
}

static int put_cpus(gd_json *res, uint64_t milli)
{
	gd_json *cpu = gd_json_obj_in(res, "cpu");
	uint64_t period = 0;
	unsigned __int128 quota;

	gd_json_u64(gd_json_get(cpu, "period"), &period);
	quota = (unsigned __int128)milli * (period ? period : DEFAULT_PERIOD) / 1000;
	if (quota < LEAST_QUOTA) {
		period = LARGE_PERIOD;
		quota = (unsigned __int128)milli * period / 1000;
	}
	if (period && gd_json_set(cpu, "period", gd_json_new_u64(period)) < 0)
		return -1;
	/* a burst beyond the quota is refused by the kernel */
	gd_json_remove(cpu, "burst");
	return put_i64(res, "cpu", "quota", quota > INT64_MAX ? INT64_MAX : (uint64_t)quota);
}

static int put_shares(gd_json *res, uint64_t v)
{
	return gd_json_set(gd_json_obj_in(res, "cpu"), "shares", gd_json_new_u64(v));
}

static int put_weight(gd_json *res, uint64_t v)
{
	gd_json *io = gd_json_obj_in(res, "blockIO");
	uint64_t leaf = 0;

	if (gd_json_u64(gd_json_get(io, "leafWeight"), &leaf) && leaf > v &&
	    gd_json_set(io, "leafWeight", gd_json_new_u64(v)) < 0)
		return -1;
	return gd_json_set(io, "weight", gd_json_new_u64(v));
}

static const char *say_number(const struct gd_facts *f, uint64_t v, struct gd_arena *a)
{
	(void)f;
	return gd_printf(a, "%llu", (unsigned long long)v);
}

static const char *say_cpus(const struct gd_facts *f, uint64_t milli, struct gd_arena *a)
{
	unsigned rest = (unsigned)(milli % 1000);
	char *s;

	(void)f;
	s = gd_printf(a, "%llu.%03u", (unsigned long long)(milli / 1000), rest);
	while (gd_ends(s, "0"))
		s[strlen(s) - 1] = '\0';
	if (gd_ends(s, "."))
		s[strlen(s) - 1] = '\0';
	return s;
}

/* One thing that cgroups count. In the order in which they are rewritten: memory before swap. */
struct measure {
	const char *pointer, *what, *why;
	enum gd_term term;
	const char *ids;
	struct gd_amount (*get)(const struct gd_resources *r);
	int (*put)(gd_json *resources, uint64_t v);
	const char *(*say)(const struct gd_facts *f, uint64_t v, struct gd_arena *a);
	size_t given, max;	/* of struct gd_limit in the configuration; NONE */
};
#define NONE SIZE_MAX
#define AT(member) offsetof(struct gd_resources_config, member)

static const struct measure measures[] = {
	{ "/linux/resources/pids/limit", "number of processes",
	  "without a limit one container can take every process of the host", GD_SAY_PIDS,
	  "CIS-Docker-5.29 NIST-800-190-4.4.3", get_pids, put_pids, say_number, AT(pids.given), AT(pids.max) },
	{ "/linux/resources/memory/limit", "memory",
	  "without a limit one container can take all the memory of the host", GD_SAY_MEMORY,
	  "CIS-Docker-5.11 NIST-800-190-4.4.3", get_memory, put_memory, gd_say_bytes, AT(memory.given),
	  AT(memory.max) },
	{ "/linux/resources/memory/swap", "swap", "without a limit one container can fill the swap of the host",
	  GD_SAY_SWAP, "CIS-Docker-5.11", get_swap, put_swap, gd_say_bytes, NONE, AT(swap) },
	{ "/linux/resources/cpu/quota", "processor time",
	  "without a limit one container can keep every processor of the host busy", GD_SAY_CPUS,
	  "CIS-Docker-5.12 NIST-800-190-4.4.3", get_cpus, put_cpus, say_cpus, AT(cpus.given), AT(cpus.max) },
	{ "/linux/resources/cpu/shares", "share of the processors",
	  "it would be served before everybody else", GD_SAY_CPU_SHARES, "CIS-Docker-5.12", get_shares,
	  put_shares, say_number, NONE, AT(cpu_shares) },
	{ "/linux/resources/blockIO/weight", "share of the disks", "it would be served before everybody else",
	  GD_SAY_BLKIO_WEIGHT, NULL, get_weight, put_weight, say_number, NONE, AT(blkio_weight) },
};
#define N_MEASURES (sizeof(measures) / sizeof(measures[0]))

static struct gd_limit limit_at(const struct gd_resources_config *c, size_t offset)
{
	return offset == NONE ? (struct gd_limit){ 0 } : *(const struct gd_limit *)((const char *)c + offset);
}

/* True where the document must change, and to what. Kubernetes writes -1 where nobody asked for anything. */
static bool beyond(const struct measure *m, const struct gd_facts *f, const struct gd_resources *r,
		   const struct gd_resources_config *c, uint64_t *ret)
{
	struct gd_amount is = m->get(r);
	struct gd_limit given = limit_at(c, m->given), max = limit_at(c, m->max);
	bool unsaid = is.endless && !(is.written && gd_resources_typed(f));

	if (!is.endless && (!max.set || is.v <= (uint64_t)max.v))
		return false;
	if (!max.set && !(given.set && unsaid))
		return false;
	*ret = unsaid && given.set && (!max.set || given.v < max.v) ? (uint64_t)given.v : (uint64_t)max.v;
	return true;
}

/* Numbers that engines write when nobody said one. */
static bool is_engines(const struct measure *m, const struct gd_facts *f, struct gd_amount is)
{
	const struct gd_resources *r = &f->linux_.resources;

	if (m->get == get_swap && f->engine == GD_ENGINE_DOCKER)
		return !is.endless && is.v == get_memory(r).v; /* twice the memory, together */
	return m->get == get_pids && f->engine == GD_ENGINE_PODMAN && is.v == PODMAN_PIDS;
}

/* Swap can only be limited where memory is, or is about to be. */
static bool can_put(const struct measure *m, const struct gd_facts *f, const struct gd_resources_config *c)
{
	uint64_t v;

	return m->get != get_swap || !get_memory(&f->linux_.resources).endless ||
	       beyond(&measures[1], f, &f->linux_.resources, c, &v);
}

static void found(const struct measure *m, const struct gd_facts *f, uint64_t target, struct gd_findings *out)
{
	struct gd_amount is = m->get(&f->linux_.resources);
	const char *best = m->say(f, target, out->arena);
	const char *value = is.endless ? is.written ? "-1" : NULL : m->say(f, is.v, out->arena);
	struct gd_finding *x = gd_found(out, "%s", m->pointer);

	x->value = value;
	x->wanted = gd_printf(out->arena, "at most %s", best);
	x->asked = is.written && gd_resources_typed(f) && !is_engines(m, f, is);
	x->flag = x->asked ? gd_say(f, m->term, value, out->arena) : NULL;
	x->what = gd_printf(out->arena, is.endless ? "%s without a limit" : "this %s", m->what);
	x->why = is.endless ? m->why : gd_printf(out->arena, "it is more than the %s that this policy allows", best);
	x->fix = gd_printf(out->arena, "give %s or less", gd_advise(f, m->term, best, best, out->arena));
	if (m->get == get_swap)
		x->fix = "limit the memory, and give no more swap than the policy allows";
	x->ids = m->ids ? m->ids : x->ids;
	x->fixable = true;
}

void gd_resources_check_limits(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out)
{
	uint64_t target;

	for (size_t i = 0; i < N_MEASURES; i++) {
		if (!beyond(&measures[i], f, &f->linux_.resources, c, &target))
			continue;
		found(&measures[i], f, target, out);
		out->v[out->n - 1].fixable = can_put(&measures[i], f, c);
	}
}

int gd_resources_fix_limits(gd_json *doc, const struct gd_facts *f, const struct gd_resources_config *c,
			    struct gd_arena *a)
{
	gd_json *res = gd_json_obj_in(gd_json_obj_in(doc, "linux"), "resources");
	uint64_t target;

	(void)a;
	for (size_t i = 0; i < N_MEASURES; i++)
		if (beyond(&measures[i], f, &f->linux_.resources, c, &target) && measures[i].put(res, target) < 0)
			return -1;
	return 0;
}
