/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is either there or not: rights beyond an ordinary share of the host; and huge pages. */
#include "control/resources.h"

#define AT(member) offsetof(struct gd_resources_config, member)

static void check_hugepages(const struct gd_facts *f, const struct gd_resources_config *c,
			    struct gd_findings *out)
{
	const struct gd_resources *r = &f->linux_.resources;

	/* of the sizes that are listed: which others the host has, the document does not say */
	for (size_t i = 0; c->hugepages.set && i < r->n_hugepages; i++) {
		struct gd_finding *x;

		if (r->hugepages[i].limit.v <= (uint64_t)c->hugepages.v)
			continue;
		x = gd_found(out, "/linux/resources/hugepageLimits/%zu", i);
		x->value = gd_say_bytes(f, r->hugepages[i].limit.v, out->arena);
		x->wanted = gd_printf(out->arena, "at most %s",
				      gd_say_bytes(f, (uint64_t)c->hugepages.v, out->arena));
		x->what = gd_printf(out->arena, "%s of huge pages", x->value);
		x->why = gd_printf(out->arena, "this policy allows %s", x->wanted);
		x->fix = "lower the limit of huge pages";
		/* containerd writes the largest number there is for sizes that nobody spoke of */
		x->asked = gd_resources_typed(f) && r->hugepages[i].limit.v < INT64_MAX;
		x->fixable = true;
	}
}

/* Things that are either there or not. */
struct right {
	size_t offset;
	const char *pointer, *what, *why;
	const char *object;	/* pointer of the object that holds .keys */
	const char *keys[2];
	enum gd_term term;
	bool (*there)(const struct gd_linux *l);
};

static bool has_realtime(const struct gd_linux *l)
{
	const struct gd_resources *r = &l->resources;

	return (r->cpu_rt_runtime.set && r->cpu_rt_runtime.v != 0) ||
	       (r->cpu_rt_period.set && r->cpu_rt_period.v != 0);
}

static bool has_no_oom_killer(const struct gd_linux *l)
{
	return l->resources.disable_oom_killer;
}

static bool has_network(const struct gd_linux *l)
{
	return (l->resources.net_class.set && l->resources.net_class.v != 0) ||
	       l->resources.net_priorities;
}

static bool has_rdt(const struct gd_linux *l)
{
	return l->intel_rdt != NULL;
}

static const struct right rights[] = {
	{ AT(cpu_realtime),
	  "/linux/resources/cpu/realtimeRuntime",
	  "real-time processor time",
	  "it could keep a processor from everybody else",
	  "/linux/resources/cpu",
	  { "realtimeRuntime", "realtimePeriod" },
	  GD_SAY_CPU_REALTIME,
	  has_realtime },
	{ AT(disable_oom_killer),
	  "/linux/resources/memory/disableOOMKiller",
	  "a container that is never killed",
	  "when its memory is full it would hang, and processes of the host that wait for it too",
	  "/linux/resources/memory",
	  { "disableOOMKiller", NULL },
	  GD_SAY_OOM_KILL_DISABLE,
	  has_no_oom_killer },
	{ AT(network_class),
	  "/linux/resources/network",
	  "a network class or priority",
	  "it could pass for traffic that the host treats otherwise",
	  "/linux/resources/network",
	  { "classID", "priorities" },
	  GD_SAY_COUNT,
	  has_network },
	{ AT(intel_rdt),
	  "/linux/intelRdt",
	  "a share of the processor's cache of its own",
	  "it would take that cache from everybody else",
	  "/linux",
	  { "intelRdt", NULL },
	  GD_SAY_COUNT,
	  has_rdt },
};

static bool is_refused(const struct right *r, const struct gd_facts *f,
		       const struct gd_resources_config *c)
{
	/* an update cannot change what is outside the resources: create has judged it */
	if (f->verb == GD_ON_UPDATE && !gd_starts(r->pointer, "/linux/resources"))
		return false;
	return !*(const bool *)((const char *)c + r->offset) && r->there(&f->linux_);
}

/* Flags of update that no document shows. */
static void check_flags(const struct gd_facts *f, const struct gd_resources_config *c,
			struct gd_findings *out)
{
	for (size_t i = 0; i < f->flags.n && !c->intel_rdt; i++) {
		struct gd_finding *x;

		if (!gd_starts(f->flags.v[i], "--l3-cache-schema") &&
		    !gd_starts(f->flags.v[i], "--mem-bw-schema"))
			continue;
		x = gd_found(out, "/linux/intelRdt");
		x->wanted = "not given";
		x->flag = gd_bare(out->arena, f->flags.v[i], 80);
		x->what = "a share of the processor's cache of its own";
		x->why = "it would take that cache from everybody else";
		x->fix = "leave it out";
		x->asked = true;
	}
}

void gd_resources_check_rights(const struct gd_facts *f, const struct gd_resources_config *c,
			       struct gd_findings *out)
{
	check_hugepages(f, c, out);
	check_flags(f, c, out);
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		struct gd_finding *x;

		if (!is_refused(&rights[i], f, c))
			continue;
		x = gd_found(out, "%s", rights[i].pointer);
		x->wanted = "not given";
		x->flag = rights[i].term == GD_SAY_COUNT
			      ? NULL
			      : gd_say(f, rights[i].term, NULL, out->arena);
		x->what = rights[i].what;
		x->why = rights[i].why;
		x->fix = "leave it out";
		x->asked = gd_resources_typed(f);
		x->fixable = true;
	}
}

static int fix_hugepages(gd_json *res, const struct gd_resources_config *c)
{
	gd_json *list = gd_json_get(res, "hugepageLimits");

	for (size_t i = 0; c->hugepages.set && i < gd_json_len(list); i++) {
		gd_json *e = gd_json_at(list, i);
		uint64_t v = 0;

		if (gd_json_u64(gd_json_get(e, "limit"), &v) && v > (uint64_t)c->hugepages.v &&
		    gd_json_set(e, "limit", gd_json_new_i64(c->hugepages.v)) < 0)
			return -1;
	}
	return 0;
}

int gd_resources_fix_rights(gd_json *doc, const struct gd_facts *f,
			    const struct gd_resources_config *c, struct gd_arena *a)
{
	(void)a;
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		gd_json *o = gd_json_pointer(doc, rights[i].object);

		for (int k = 0; k < 2 && is_refused(&rights[i], f, c); k++)
			if (rights[i].keys[k])
				gd_json_remove(o, rights[i].keys[k]);
	}
	return fix_hugepages(gd_json_pointer(doc, "/linux/resources"), c);
}
