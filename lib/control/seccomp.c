/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filter is there and allows nothing that the policy's profiles, taken together, do not. Compared
 * as the runtime will compile it (mac/filter.h); what cannot be proven tighter is looser.
 *
 * Profiles name the engines that they speak for: what Podman lets its containers call is no excuse
 * for one of Docker's. Where none of those listed speaks for the engine, all of them do.
 */
#include "control/capabilities.h"
#include "control/control.h"
#include "control/dialect.h"
#include "mac/profile.h"

struct config {
	struct gd_config_head head;
	struct gd_words profiles;
	struct gd_words resolved;	/* their lines (mac/profile.h), in the same order */
};

static const struct gd_field fields[] = {
	{ .name = "profiles",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_PROFILE,
	  .offset = offsetof(struct config, profiles),
	  .primary = true,
	  .help = "profiles that together say what may be called; 'any': a container may go "
		  "without a filter" },
	{ .name = "resolved",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_TEXT,
	  .offset = offsetof(struct config, resolved),
	  .resolved = true,
	  .help = "what the profiles stood for when the policy was applied" },
	{ .name = NULL },
};

struct profiles {
	const struct gd_filter *y[GD_FILTERS_MAX];
	size_t n;
	const struct gd_filter *given;
};

static void take(struct profiles *to, const struct gd_profile *p)
{
	if (to->n + 2 > GD_FILTERS_MAX)
		return; /* resolve() refuses more; fewer is tighter */
	if (!to->given)
		to->given = &p->given;
	to->y[to->n++] = &p->given;
	to->y[to->n++] = &p->legacy;
}

static int read_profiles(const struct gd_facts *f, const struct config *c, uint64_t caps,
			 struct gd_arena *a, struct profiles *ret, struct gd_error *err)
{
	*ret = (struct profiles){ 0 };
	for (int everybody = 0; everybody < 2 && ret->n == 0; everybody++) {
		const char *engine = everybody ? "unknown" : gd_engine_name(f->engine);

		for (size_t i = 0; i < c->resolved.n; i++) {
			struct gd_profile *p = GD_NEW(a, struct gd_profile);
			int r = gd_profile_read(c->resolved.v[i], engine, caps, a, p, err);

			if (r < 0)
				return -1;
			if (r > 0)
				take(ret, p);
		}
	}
	return ret->n ? 0 : gd_error_set(err, GD_E_INPUT, "the policy names no seccomp profile");
}

/* On exec the filter is the container's, and so are the capabilities that it was made for. */
static uint64_t caps_of(const struct gd_facts *f)
{
	bool own = f->verb == GD_ON_EXEC && f->container;

	return (own ? &f->container->caps : &f->process.caps)->set[GD_CAPS_BOUNDING];
}

static const char *without_why = "every system call of the host's kernel would be within reach";
static const char *looser_why =
	"it reaches parts of the host's kernel that containers are kept from";

static bool sets_its_own(const struct gd_facts *f)
{
	return f->engine == GD_ENGINE_DOCKER || f->engine == GD_ENGINE_PODMAN;
}

static void found_none(const struct gd_facts *f, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/linux/seccomp");

	/* containerd gives none by itself: nobody has to have asked for that. */
	x->asked = sets_its_own(f);
	x->flag = x->asked ? gd_say(f, GD_SAY_SECCOMP, "unconfined", out->arena) : NULL;
	x->what = "a container without a seccomp filter";
	x->wanted = "a filter within the policy's profiles";
	x->why = without_why;
	x->fix = x->flag ? "leave it out" : gd_advise(f, GD_SAY_SECCOMP, "RuntimeDefault",
						      "give it a filter", out->arena);
	x->fixable = true;
}

/* "'mount', 'umount2' and 24 more" */
static const char *calls(const struct gd_looser *l, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };
	size_t n = l->n < GD_LOOSER_NAMES ? l->n : GD_LOOSER_NAMES;

	for (size_t i = 0; i < n; i++)
		gd_buf_fmt(&b, "%s%s", i == 0 ? "" : i + 1 == l->n ? " and " : ", ",
			   gd_quote(a, l->names[i], 40));
	if (l->n > n)
		gd_buf_fmt(&b, " and %zu more", l->n - n);
	return b.data;
}

static void found_looser(const struct gd_facts *f, const struct gd_looser *l,
			 struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/linux/seccomp");
	struct gd_arena *a = out->arena;

	/* Calls newer than our table: the engine is newer than we are, and nobody typed them. */
	x->asked = !(l->n && l->unknown);
	x->value = l->n ? calls(l, a) : NULL;
	x->wanted = "no more than the policy's profiles allow";
	if (l->n)
		x->what = gd_printf(a, "a seccomp profile that allows %s%s", x->value,
				    l->n == 1 && l->args ? " with arguments that the policy refuses"
							 : "");
	else
		x->what = gd_printf(a, "a seccomp profile that %s", l->why);
	x->why = looser_why;
	x->fix = gd_dialect(f) == GD_SPEAK_POD
			 ? "use seccompProfile.type: RuntimeDefault"
			 : "take that out of the profile, or use the engine's own";
	x->fixable = true;
}

static void found_strange(const struct gd_error *why, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/linux/seccomp");

	x->asked = true;
	x->what = "a seccomp profile that guarded cannot read";
	x->wanted = "a filter within the policy's profiles";
	x->why = gd_printf(out->arena, "%s, so nobody can say what it allows", why->text);
	x->fix = "use the engine's own";
	x->fixable = true;
}

/*
 * Whoever answers a process's system calls puts files of its own under every name that it opens: no filter at all is
 * less than that. crun has an annotation for it besides, which the control annotations answers for.
 */
static bool has_listener(const gd_json *seccomp)
{
	const gd_json *calls = gd_json_get(seccomp, "syscalls");
	const char *path = gd_json_get_str(seccomp, "listenerPath");
	bool asks = gd_streq(gd_json_get_str(seccomp, "defaultAction"), "SCMP_ACT_NOTIFY");

	for (size_t i = 0; i < gd_json_len(calls); i++)
		asks |= gd_streq(gd_json_get_str(gd_json_at(calls, i), "action"), "SCMP_ACT_NOTIFY");
	return asks || (path && *path);
}

static void check_listener(const struct gd_facts *f, struct gd_findings *out)
{
	struct gd_finding *x;

	if (!has_listener(f->linux_.seccomp))
		return;
	x = gd_found(out, "/linux/seccomp");
	x->asked = true;
	x->what = "a seccomp profile that lets another process answer system calls";
	x->wanted = "none, or one that nobody answers for";
	x->why = "that process would decide what this container opens and runs";
	x->fix = "take SCMP_ACT_NOTIFY and listenerPath out of the profile";
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	struct profiles p;
	struct gd_filter x;
	struct gd_looser l;
	struct gd_error err = { 0 };

	if (gd_words_has(&c->profiles, "any")) {
		check_listener(f, out);
		return;
	}
	if (gd_filter_absent(f->linux_.seccomp)) {
		found_none(f, out);
		return;
	}
	if (gd_filter_decode(f->linux_.seccomp, out->arena, &x, &err) < 0) {
		found_strange(&err, out);
	} else if (read_profiles(f, c, caps_of(f), out->arena, &p, &err) < 0) {
		l = (struct gd_looser){ .why = gd_printf(out->arena, "cannot be compared (%s)",
							 err.text) };
		found_looser(f, &l, out);
		out->v[out->n - 1].fixable = false;
	} else if (!gd_filter_tighter(&x, p.y, p.n, &l)) {
		found_looser(f, &l, out);
	}
}

/* By the capabilities that are left: those that a call was allowed for may have just been taken. */
static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;
	gd_json *linux_obj = gd_json_obj_in(doc, "linux");
	struct profiles p;

	if (f->verb == GD_ON_EXEC || gd_words_has(&c->profiles, "any"))
		return 0;
	if (!linux_obj)
		return gd_error_set(err, GD_E_INPUT, "/linux is no object");
	if (read_profiles(f, c, gd_caps_in(gd_json_get(doc, "process"), GD_CAPS_BOUNDING), a, &p,
			  err) < 0)
		return -1;
	return gd_filter_conform(linux_obj, p.y, p.n, p.given, a, err);
}

static int resolve(void *config, const char *profile_dir, struct gd_arena *a, struct gd_error *err)
{
	struct config *c = config;
	struct gd_words lines = { 0 };

	for (size_t i = 0; i < c->profiles.n; i++) {
		const char *line;

		if (gd_streq(c->profiles.v[i], "any"))
			continue;
		if (gd_profile_load(profile_dir, c->profiles.v[i], a, &line, err) < 0)
			return -1;
		gd_words_add(a, &lines, line);
	}
	if (lines.n * 2 > GD_FILTERS_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d profiles", GD_FILTERS_MAX / 2);
	if (c->head.action != GD_IGNORE && c->profiles.n == 0)
		return gd_error_set(err, GD_E_INPUT,
				    "'profiles' names none: nothing could run; 'any' needs no "
				    "filter");
	c->resolved = lines;
	return 0;
}

/* Any profile pins that passes through here: with 'any' nobody answers for the container still. */
static bool pins(const void *config)
{
	const struct config *c = config;

	return c->head.action >= GD_REWRITE;
}

const struct gd_control gd_control_seccomp = {
	.name = "seccomp",
	.help = "a system call filter is there and allows nothing that the profiles do not",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.follows = true,
	.ids = "CIS-Docker-5.22 PSS-baseline-seccomp PSS-restricted-seccomp NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
	.resolve = resolve,
	.pins = pins,
};
