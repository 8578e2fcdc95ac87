/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cgroups count, out of the typed resources and into them. */
#include "control/resources.h"

#define DEFAULT_PERIOD 100000	/* microseconds, the kernel's */
#define LARGE_PERIOD 1000000
#define LEAST_QUOTA 1000	/* below it the kernel refuses */
#define DEFAULT_SHARES 1024
#define DEFAULT_WEIGHT 500

static const struct gd_amount unlimited = { .endless = true };

static struct gd_amount of_i64(struct gd_i64 n)
{
	if (!n.set || n.v == 0)
		return unlimited;
	return (struct gd_amount){ .written = true,
				   .endless = n.v < 0,
				   .v = n.v < 0 ? 0 : (uint64_t)n.v };
}

static struct gd_amount of_u64(struct gd_u64 n, uint64_t absent)
{
	bool there = n.set && n.v > 0;

	return (struct gd_amount){ .written = there, .v = there ? n.v : absent };
}

struct gd_amount gd_amount_get_pids(const struct gd_resources *r)
{
	return of_i64(r->pids);
}

struct gd_amount gd_amount_get_memory(const struct gd_resources *r)
{
	return of_i64(r->memory);
}

/* The document counts memory and swap together; the policy counts the swap alone. */
struct gd_amount gd_amount_get_swap(const struct gd_resources *r)
{
	struct gd_amount memory = gd_amount_get_memory(r), both = of_i64(r->swap);

	if (both.endless || memory.endless)
		return (struct gd_amount){ .endless = true, .written = both.written };
	return (struct gd_amount){ .written = true,
				   .v = both.v > memory.v ? both.v - memory.v : 0 };
}

struct gd_amount gd_amount_get_cpus(const struct gd_resources *r)
{
	struct gd_amount quota = of_i64(r->cpu_quota);
	uint64_t period = r->cpu_period.set && r->cpu_period.v ? r->cpu_period.v : DEFAULT_PERIOD;
	unsigned __int128 milli = ((unsigned __int128)quota.v * 1000 + period - 1) / period;

	if (quota.endless)
		return quota;
	return (struct gd_amount){ .written = true,
				   .endless = milli > INT64_MAX,
				   .v = (uint64_t)milli };
}

struct gd_amount gd_amount_get_shares(const struct gd_resources *r)
{
	return of_u64(r->cpu_shares, DEFAULT_SHARES);
}

static const char *const weight_keys[] = { "weight", "leafWeight" };

struct gd_amount gd_amount_get_weight(const struct gd_resources *r)
{
	struct gd_amount most = of_u64(r->io_weight, DEFAULT_WEIGHT),
			 leaf = of_u64(r->io_leaf_weight, 0);
	const gd_json *list = gd_json_pointer(r->json, "/blockIO/weightDevice");

	if (leaf.v > most.v)
		most = leaf;
	/* --blkio-weight-device: what one disk is told holds on that disk. */
	for (size_t i = 0; i < gd_json_len(list); i++) {
		for (size_t k = 0; k < 2; k++) {
			uint64_t v = 0;
			if (gd_json_u64(gd_json_get(gd_json_at(list, i), weight_keys[k]), &v) &&
			    v > most.v)
				most = (struct gd_amount){ .written = true, .v = v };
		}
	}
	return most;
}

static int put_i64(gd_json *res, const char *group, const char *key, uint64_t v)
{
	return gd_json_set(gd_json_obj_in(res, group), key, gd_json_new_i64((int64_t)v));
}

int gd_amount_put_pids(gd_json *res, uint64_t v)
{
	return put_i64(res, "pids", "limit", v);
}

/*
 * What the document gives as swap stays what it gives; a reservation beyond the limit would be
 * none.
 */
int gd_amount_put_memory(gd_json *res, uint64_t v)
{
	gd_json *memory = gd_json_obj_in(res, "memory");
	int64_t limit = 0, swap = 0, reservation = 0;

	gd_json_i64(gd_json_get(memory, "limit"), &limit);
	gd_json_i64(gd_json_get(memory, "swap"), &swap);
	gd_json_i64(gd_json_get(memory, "reservation"), &reservation);
	if (put_i64(res, "memory", "limit", v) < 0)
		return -1;
	if (limit > 0 && swap >= limit &&
	    put_i64(res, "memory", "swap", (uint64_t)(swap - limit) + v) < 0)
		return -1;
	/* runtimes refuse less memory and swap than memory */
	if (limit <= 0 && swap > 0 && (uint64_t)swap < v && put_i64(res, "memory", "swap", v) < 0)
		return -1;
	return reservation > 0 && (uint64_t)reservation > v
		   ? put_i64(res, "memory", "reservation", v)
		   : 0;
}

int gd_amount_put_swap(gd_json *res, uint64_t v)
{
	int64_t limit = 0, both;

	if (!gd_json_i64(gd_json_get(gd_json_get(res, "memory"), "limit"), &limit) || limit <= 0)
		return 0; /* runtimes refuse a limit of swap without one of memory */
	if (__builtin_add_overflow(limit, (int64_t)v, &both))
		both = INT64_MAX;
	return put_i64(res, "memory", "swap", (uint64_t)both);
}

int gd_amount_put_cpus(gd_json *res, uint64_t milli)
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

int gd_amount_put_shares(gd_json *res, uint64_t v)
{
	return gd_json_set(gd_json_obj_in(res, "cpu"), "shares", gd_json_new_u64(v));
}

int gd_amount_put_weight(gd_json *res, uint64_t v)
{
	gd_json *io = gd_json_obj_in(res, "blockIO"), *list = gd_json_get(io, "weightDevice");
	uint64_t leaf = 0, one;

	if (gd_json_u64(gd_json_get(io, "leafWeight"), &leaf) && leaf > v &&
	    gd_json_set(io, "leafWeight", gd_json_new_u64(v)) < 0)
		return -1;
	for (size_t i = 0; i < gd_json_len(list); i++) {
		for (size_t k = 0; k < 2; k++) {
			gd_json *e = gd_json_at(list, i);
			if (gd_json_u64(gd_json_get(e, weight_keys[k]), &one) && one > v &&
			    gd_json_set(e, weight_keys[k], gd_json_new_u64(v)) < 0)
				return -1;
		}
	}
	return gd_json_set(io, "weight", gd_json_new_u64(v));
}
