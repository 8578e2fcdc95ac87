/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where AppArmor runs, every process is confined by a profile that the policy lists and the kernel
 * has loaded. On a host without it there is nothing to set; what would switch it off elsewhere is
 * refused there as well, so that a stack does not pass on one host and fail on the next.
 */
#include "control/control.h"
#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	struct gd_words profiles;
	const char *give;
	bool require;
};

static const struct gd_field fields[] = {
	{ .name = "profiles",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, profiles),
	  .primary = true,
	  .help = "profiles that a process may run under" },
	{ .name = "give",
	  .kind = GD_F_GIVEN,
	  .syntax = GD_S_TEXT,
	  .offset = offsetof(struct config, give),
	  .help = "the profile that rewrite sets; without one, the engine's own" },
	{ .name = "require",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  .offset = offsetof(struct config, require),
	  .help = "refuse where AppArmor is not there, or no profile can be set" },
	{ .name = NULL },
};

/* What each engine sets by itself (ctr: nerdctl's). Podman's name ends in a version. */
static const char *engine_default(enum gd_engine e)
{
	switch (e) {
	case GD_ENGINE_DOCKER:
	case GD_ENGINE_BUILDKIT:
		return "docker-default";
	case GD_ENGINE_CRI:
		return "cri-containerd.apparmor.d";
	case GD_ENGINE_PODMAN:
		return "containers-default-*";
	case GD_ENGINE_CRIO:
		return "crio-default*";
	case GD_ENGINE_CTR:
		return "nerdctl-default";
	case GD_ENGINE_UNKNOWN:
		break;
	}
	return NULL;
}

static bool any_matches(const struct gd_words *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (gd_glob(patterns->v[i], name))
			return true;
	return false;
}

/* The profile to set: loaded and allowed. NULL where there is none. */
static const char *pick(const struct gd_facts *f, const struct config *c)
{
	const char *want = c->give ? c->give : engine_default(f->engine);
	const struct gd_words *loaded = &f->host.apparmor_loaded;

	for (size_t i = 0; want && f->host.apparmor && i < loaded->n; i++)
		if (gd_glob(want, loaded->v[i]) && any_matches(&c->profiles, loaded->v[i]))
			return loaded->v[i];
	return NULL;
}

/* An exec without a profile of its own runs under the container's. */
static const char *profile_of(const struct gd_facts *f)
{
	if (!f->process.apparmor && f->verb == GD_ON_EXEC && f->container)
		return f->container->apparmor;
	return f->process.apparmor;
}

static struct gd_finding *found(struct gd_findings *out, const char *what, const char *why)
{
	struct gd_finding *x = gd_found(out, "/process/apparmorProfile");

	x->what = what;
	x->why = why;
	x->wanted = "a profile that the policy lists";
	return x;
}

static const char *const unconfined_why =
	"nothing would keep its processes from the host's kernel files";

static void check_given(const struct gd_facts *f, const struct config *c, const char *have,
			struct gd_findings *out)
{
	bool listed = any_matches(&c->profiles, have), is_off = gd_streq(have, "unconfined");
	const char *quoted = gd_quote(out->arena, have, 80), *own = engine_default(f->engine);
	struct gd_finding *x;

	if (is_off || !listed) {
		x = found(out,
			  is_off ? "a process that AppArmor does not confine"
				 : gd_printf(out->arena, "the AppArmor profile %s", quoted),
			  is_off ? unconfined_why
				 : "this policy does not know what it would allow");
		x->asked = true;
		x->fixable = !f->host.apparmor || pick(f, c);
	} else if (f->host.apparmor && !gd_words_has(&f->host.apparmor_loaded, have)) {
		x = found(out, gd_printf(out->arena, "the AppArmor profile %s", quoted),
			  "the kernel does not have it loaded in enforce mode");
		x->asked = !own || !gd_glob(own, have);
		x->fixable = pick(f, c);
	} else {
		return;
	}
	x->value = quoted;
	x->flag = x->asked && f->verb != GD_ON_EXEC ? gd_say(f, GD_SAY_APPARMOR, have, out->arena)
						    : NULL;
	x->fix = x->asked ? "leave it out" : NULL;
}

static void check_none(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	const char *own = engine_default(f->engine), *could = pick(f, c);
	struct gd_finding *x;

	if (could) {
		x = found(out, "a process without an AppArmor profile", unconfined_why);
		/* Its own is loaded, so the engine would have set it, had it not been told not to. */
		x->asked = own && f->engine != GD_ENGINE_CTR && gd_glob(own, could);
		x->fix = gd_advise(f, GD_SAY_APPARMOR, could, "give it a profile", out->arena);
		x->fixable = true;
	} else if (c->require) {
		x = found(out, "a host on which AppArmor confines nothing",
			  f->host.apparmor ? "no profile that the policy lists is loaded"
					   : "AppArmor is not running");
		x->fix = "load the profile, or run it elsewhere";
	} else if (f->host_known && !f->host.apparmor && !f->host.selinux) {
		x = found(out, "a host without a security module",
			  "neither AppArmor nor SELinux is running");
		x->note = true;
	}
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;
	const char *have = profile_of(f);

	if (have)
		check_given(f, c, have, out);
	if (!have || (c->require && !f->host.apparmor && out->n == 0))
		check_none(f, c, out);
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct config *c = config;
	gd_json *process = gd_json_get(doc, "process");
	const char *could = pick(f, c), *have = profile_of(f);
	bool good = have && !gd_streq(have, "unconfined") && any_matches(&c->profiles, have) &&
		    (!f->host.apparmor || gd_words_has(&f->host.apparmor_loaded, have));

	(void)a;
	if (good)
		return 0;
	if (could && gd_json_set(process, "apparmorProfile", gd_json_new_str(could)) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	if (!could && !f->host.apparmor)
		gd_json_remove(process, "apparmorProfile"); /* it could not have been set anyway */
	return 0;
}

const struct gd_control gd_control_apparmor = {
	.name = "apparmor",
	.help = "processes run under an AppArmor profile that is listed and loaded, where AppArmor "
		"runs",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.2 PSS-baseline-appArmorProfile NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
