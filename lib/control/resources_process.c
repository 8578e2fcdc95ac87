/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits and scheduling of the process itself. */
#include <string.h>

#include "control/resources.h"
#include "facts/extract.h"

static const char *const rlimit_names[GD_RL_COUNT] = {
#define X(id, name) [GD_RL_##id] = name,
	GD_RLIMITS(X)
#undef X
};
static const char *const rlimit_types[GD_RL_COUNT] = {
#define X(id, name) [GD_RL_##id] = "RLIMIT_" #id,
	GD_RLIMITS(X)
#undef X
};

static int rlimit_kind(const char *type)
{
	for (int i = 0; i < GD_RL_COUNT; i++)
		if (gd_streq(rlimit_types[i], type))
			return i;
	return -1;
}

/*
 * The kernel asks for these two instead of CAP_SYS_NICE: with them a process gives itself what the
 * document may not ask for. RLIMIT_NICE counts from 20, nice 0, up to 40, nice -20.
 */
static uint64_t realtime_max(int kind, const struct gd_resources_config *c)
{
	if (c->cpu_realtime)
		return UINT64_MAX;
	return kind == GD_RL_RTPRIO ? 0 : kind == GD_RL_NICE ? 20 : UINT64_MAX;
}

/* Only what the document lists: what the engine's daemon hands down otherwise, root has set. */
static bool over(const struct gd_rlimit *r, const struct gd_resources_config *c, uint64_t *ret_max)
{
	int k = rlimit_kind(r->type);
	uint64_t max;

	if (k < 0)
		return false;
	max = realtime_max(k, c);
	if (c->rlimits[k].set && (uint64_t)c->rlimits[k].v < max)
		max = (uint64_t)c->rlimits[k].v;
	*ret_max = max;
	return r->hard > max || r->soft > max;
}

static const char *say_rlimit(uint64_t v, struct gd_arena *a)
{
	return v == UINT64_MAX ? "unlimited" : gd_printf(a, "%llu", (unsigned long long)v);
}

/* Podman gives every container these two. */
static bool is_engines(const struct gd_facts *f, int kind)
{
	return f->engine == GD_ENGINE_PODMAN && (kind == GD_RL_NOFILE || kind == GD_RL_NPROC);
}

static void check_rlimits(const struct gd_facts *f, const struct gd_resources_config *c,
			  struct gd_findings *out)
{
	struct gd_arena *a = out->arena;
	uint64_t max = 0;

	for (size_t i = 0; i < f->process.n_rlimits; i++) {
		const struct gd_rlimit *r = &f->process.rlimits[i];
		int k = rlimit_kind(r->type);
		struct gd_finding *x;

		if (!over(r, c, &max))
			continue;
		x = gd_found(out, "/process/rlimits/%zu", i);
		x->value = say_rlimit(r->hard, a);
		x->wanted = gd_printf(a, "at most %s", say_rlimit(max, a));
		/* an exec is given the container's */
		x->asked = gd_resources_typed(f) && !is_engines(f, k) && f->verb != GD_ON_EXEC;
		x->flag = x->asked ? gd_say(f, GD_SAY_ULIMIT,
					    gd_printf(a, "%s=%s", rlimit_names[k],
						      r->hard == UINT64_MAX ? "-1" : x->value), a)
				   : NULL;
		x->what = gd_printf(a, "the limit %s of %s", rlimit_names[k], x->value);
		x->why = gd_printf(a, "it is more than the %s that this policy allows",
				   say_rlimit(max, a));
		x->fix = gd_printf(
		    a, "give %s or less",
		    gd_advise(f, GD_SAY_ULIMIT,
			      gd_printf(a, "%s=%s", rlimit_names[k], say_rlimit(max, a)), "that",
			      a));
		if (max == realtime_max(k, c)) {
			x->why = "with it the container could keep a processor from everybody else";
			x->fix = "leave it out";
		}
		x->ids = "CIS-Docker-5.19";
		x->fixable = true;
	}
}

/*
 * What kubelet gives to guaranteed and node-critical pods, and to every sandbox. It follows from the
 * pod's requests; no field of a pod says it.
 */
static bool is_kubelets(const struct gd_facts *f, int64_t score)
{
	return gd_dialect(f) == GD_SPEAK_POD && (score == -997 || score == -998);
}

/*
 * Absent, the process has the score of the engine's shim, which is below zero: the last to be
 * killed.
 */
static bool score_low(const struct gd_facts *f, const struct gd_resources_config *c)
{
	const struct gd_i64 *is = &f->process.oom_score_adj;

	if (!c->oom_score_adj.set || !f->process.json ||
	    (is->set && c->oom_score_adj.v <= 0 && is_kubelets(f, is->v)))
		return false;
	return is->set ? is->v < c->oom_score_adj.v : f->verb != GD_ON_EXEC;
}

static void check_score(const struct gd_facts *f, const struct gd_resources_config *c,
			struct gd_findings *out)
{
	const struct gd_i64 *is = &f->process.oom_score_adj;
	struct gd_finding *x;

	if (!score_low(f, c))
		return;
	x = gd_found(out, "/process/oomScoreAdj");
	x->value = is->set ? gd_printf(out->arena, "%lld", (long long)is->v) : NULL;
	x->wanted = gd_printf(out->arena, "at least %lld", (long long)c->oom_score_adj.v);
	x->asked = is->set && gd_resources_typed(f) && f->verb != GD_ON_EXEC;
	x->flag = x->asked ? gd_say(f, GD_SAY_OOM_SCORE, x->value, out->arena) : NULL;
	x->what = is->set ? gd_printf(out->arena, "the out-of-memory score %s", x->value)
			  : "a missing out-of-memory score";
	x->why =
	    "when memory runs out the kernel would kill the host's services before this container";
	x->fix = gd_printf(out->arena, "give %lld or more", (long long)c->oom_score_adj.v);
	x->fixable = true;
}

static bool is_realtime(const struct gd_scheduler *s)
{
	static const char *const ordinary[] = { "SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE",
						"SCHED_ISO", NULL };

	for (int i = 0; ordinary[i]; i++)
		if (gd_streq(s->policy, ordinary[i]))
			return s->nice.set && s->nice.v < 0;
	return true;
}

static bool refuses_scheduler(const struct gd_facts *f, const struct gd_resources_config *c)
{
	return !c->cpu_realtime && f->process.scheduler.policy &&
	       is_realtime(&f->process.scheduler);
}

static bool refuses_io_class(const struct gd_facts *f, const struct gd_resources_config *c)
{
	const char *class = f->process.io_class;

	return !c->cpu_realtime && class && !gd_streq(class, "IOPRIO_CLASS_BE") &&
	       !gd_streq(class, "IOPRIO_CLASS_IDLE") && *class;
}

static void check_scheduling(const struct gd_facts *f, const struct gd_resources_config *c,
			     struct gd_findings *out)
{
	const struct {
		bool there;
		const char *pointer, *value, *what;
	} rows[] = {
		{ refuses_scheduler(f, c), "/process/scheduler", f->process.scheduler.policy,
		  "a scheduling policy before everybody else's" },
		{ refuses_io_class(f, c), "/process/ioPriority", f->process.io_class,
		  "a disk priority before everybody else's" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gd_finding *x;

		if (!rows[i].there)
			continue;
		x = gd_found(out, "%s", rows[i].pointer);
		x->value = gd_quote(out->arena, rows[i].value, 40);
		x->wanted = "an ordinary one";
		x->what = rows[i].what;
		x->why = "it could keep a processor or disk of the host from everybody else";
		x->fix = "leave it out";
		x->asked = gd_resources_typed(f);
		x->fixable = true;
	}
}

static int fix_rlimits(gd_json *process, const struct gd_facts *f,
		       const struct gd_resources_config *c)
{
	static const char *const keys[] = { "hard", "soft" };
	gd_json *list = gd_json_get(process, "rlimits");
	uint64_t max, v;

	for (size_t i = 0; i < f->process.n_rlimits; i++) {
		if (!over(&f->process.rlimits[i], c, &max))
			continue;
		for (int k = 0; k < 2; k++)
			if (gd_json_u64(gd_json_get(gd_json_at(list, i), keys[k]), &v) && v > max &&
			    gd_json_set(gd_json_at(list, i), keys[k], gd_json_new_u64(max)) < 0)
				return -1;
	}
	return 0;
}

void gd_resources_check_process(const struct gd_facts *f, const struct gd_resources_config *c,
				struct gd_findings *out)
{
	if (f->verb == GD_ON_UPDATE)
		return; /* an update changes nothing of this */
	check_rlimits(f, c, out);
	check_score(f, c, out);
	check_scheduling(f, c, out);
}

int gd_resources_fix_process(gd_json *doc, const struct gd_facts *f,
			     const struct gd_resources_config *c, struct gd_arena *a)
{
	gd_json *process = gd_json_get(doc, "process");

	(void)a;
	if (f->verb == GD_ON_UPDATE)
		return 0;
	if (score_low(f, c) &&
	    gd_json_set(process, "oomScoreAdj",
			gd_json_new_i64(c->oom_score_adj.v < 0 && !f->process.oom_score_adj.set
					    ? 0
					    : c->oom_score_adj.v)) < 0)
		return -1;
	if (refuses_scheduler(f, c))
		gd_json_remove(process, "scheduler");
	if (refuses_io_class(f, c))
		gd_json_remove(process, "ioPriority");
	return fix_rlimits(process, f, c);
}
