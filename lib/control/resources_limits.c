/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "control/resources.h"

#define PODMAN_PIDS 2048 /* containers.conf's pids_limit */

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
	  "CIS-Docker-5.29 NIST-800-190-4.4.3", gd_amount_get_pids, gd_amount_put_pids, say_number,
	  AT(pids.given), AT(pids.max) },
	{ "/linux/resources/memory/limit", "memory",
	  "without a limit one container can take all the memory of the host", GD_SAY_MEMORY,
	  "CIS-Docker-5.11 NIST-800-190-4.4.3", gd_amount_get_memory, gd_amount_put_memory,
	  gd_say_bytes, AT(memory.given), AT(memory.max) },
	{ "/linux/resources/memory/swap", "swap",
	  "without a limit one container can fill the swap of the host", GD_SAY_SWAP,
	  "CIS-Docker-5.11", gd_amount_get_swap, gd_amount_put_swap, gd_say_bytes, NONE, AT(swap) },
	{ "/linux/resources/cpu/quota", "processor time",
	  "without a limit one container can keep every processor of the host busy", GD_SAY_CPUS,
	  "CIS-Docker-5.12 NIST-800-190-4.4.3", gd_amount_get_cpus, gd_amount_put_cpus, say_cpus,
	  AT(cpus.given), AT(cpus.max) },
	{ "/linux/resources/cpu/shares", "share of the processors",
	  "it would be served before everybody else", GD_SAY_CPU_SHARES, "CIS-Docker-5.12",
	  gd_amount_get_shares, gd_amount_put_shares, say_number, NONE, AT(cpu_shares) },
	{ "/linux/resources/blockIO/weight", "share of the disks",
	  "it would be served before everybody else", GD_SAY_BLKIO_WEIGHT, NULL,
	  gd_amount_get_weight, gd_amount_put_weight, say_number, NONE, AT(blkio_weight) },
};
#define N_MEASURES (sizeof(measures) / sizeof(measures[0]))

static struct gd_limit limit_at(const struct gd_resources_config *c, size_t offset)
{
	return offset == NONE ? (struct gd_limit){ 0 }
			      : *(const struct gd_limit *)((const char *)c + offset);
}

/*
 * True where the document must change, and to what. Kubernetes writes -1 where nobody asked for
 * anything.
 */
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
	*ret = unsaid && given.set && (!max.set || given.v < max.v) ? (uint64_t)given.v
								    : (uint64_t)max.v;
	return true;
}

/* Numbers that engines write when nobody said one. */
static bool is_engines(const struct measure *m, const struct gd_facts *f, struct gd_amount is)
{
	const struct gd_resources *r = &f->linux_.resources;

	if (m->get == gd_amount_get_swap && f->engine == GD_ENGINE_DOCKER)
		return !is.endless &&
		       is.v == gd_amount_get_memory(r).v; /* twice the memory, together */
	return m->get == gd_amount_get_pids && f->engine == GD_ENGINE_PODMAN && is.v == PODMAN_PIDS;
}

/* Swap can only be limited where memory is, or is about to be. */
static bool can_put(const struct measure *m, const struct gd_facts *f,
		    const struct gd_resources_config *c)
{
	uint64_t v;

	return m->get != gd_amount_get_swap ||
	       !gd_amount_get_memory(&f->linux_.resources).endless ||
	       beyond(&measures[1], f, &f->linux_.resources, c, &v);
}

static void found(const struct measure *m, const struct gd_facts *f, uint64_t target,
		  struct gd_findings *out)
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
	x->why = is.endless ? m->why
			    : gd_printf(out->arena,
					"it is more than the %s that this policy allows", best);
	x->fix = gd_printf(out->arena, "give %s or less",
			   gd_advise(f, m->term, best, best, out->arena));
	if (m->get == gd_amount_get_swap)
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

int gd_resources_fix_limits(gd_json *doc, const struct gd_facts *f,
			    const struct gd_resources_config *c, struct gd_arena *a)
{
	gd_json *res = gd_json_obj_in(gd_json_obj_in(doc, "linux"), "resources");
	uint64_t target;

	(void)a;
	for (size_t i = 0; i < N_MEASURES; i++)
		if (beyond(&measures[i], f, &f->linux_.resources, c, &target) &&
		    measures[i].put(res, target) < 0)
			return -1;
	return 0;
}
