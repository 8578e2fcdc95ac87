/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hook is a program that the runtime runs on the host, as root. Engines bring their own;
 * everything else must be listed by path, stage and arguments, and be a file that only root can
 * have written (asked of the host: facts/hooks.c). Hooks that start in the container's root
 * (startContainer) are looked up there, so no file of the host says what they are: only a rule
 * allows them.
 *
 * No rewriting: a container without its network hook is not the one that was asked for.
 */
#include <string.h>

#include "control/dialect.h"

struct rule {
	const char *path;
	struct gd_words stage;
	struct gd_words args;
};

struct config {
	struct gd_config_head head;
	struct gd_rules allow;
};

static const char *const stages[] = {
	"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
	NULL,
};

static const struct gd_field rule_fields[] = {
	{ .name = "path",
	  .kind = GD_F_PATTERN,
	  .syntax = GD_S_PATH,
	  .offset = offsetof(struct rule, path),
	  .help = "the program, as the document names it" },
	{ .name = "stage",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .offset = offsetof(struct rule, stage),
	  .words = stages,
	  .help = "when it may run" },
	{ .name = "args",
	  .kind = GD_F_ARGV,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct rule, args),
	  .help = "its arguments, the name of the program first; absent: any" },
	{ .name = NULL },
};
static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_RULES,
	  .offset = offsetof(struct config, allow),
	  .sub = rule_fields,
	  .sub_size = sizeof(struct rule),
	  .primary = true,
	  .help = "hooks that may run beside the engine's own" },
	{ .name = NULL },
};

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_number(const char *s, size_t n)
{
	return n > 0 && strspn(s, "0123456789") == n;
}

static const char *arg(const struct gd_hook *h, size_t i)
{
	return i < h->args.n ? h->args.v[i] : "";
}

/* Docker to 27, BuildKit in it: dockerd calls itself to give the network namespace its key. */
static bool is_setkey(const struct gd_facts *f, const struct gd_hook *h)
{
	const char *pid = h->path + strlen("/proc/");
	/* In a build it is the network's id, not the step's (Docker 20.10): both are dockerd's own words. */
	bool whose = f->engine == GD_ENGINE_BUILDKIT || gd_streq(arg(h, 2), f->id);

	return gd_starts(h->path, "/proc/") && is_number(pid, strcspn(pid, "/")) &&
	       strcmp(pid + strcspn(pid, "/"), "/exe") == 0 &&
	       strcmp(basename_of(h->real), "dockerd") == 0 && h->args.n == 4 &&
	       strcmp(arg(h, 0), "libnetwork-setkey") == 0 &&
	       gd_starts(arg(h, 1), "-exec-root=/") && whose && h->env.n == 0;
}

/* Its environment is dockerd's own. */
static bool is_nvidia_hook(const struct gd_facts *f, const struct gd_hook *h)
{
	(void)f;
	return h->args.n == 2 && strcmp(arg(h, 1), "prestart") == 0;
}

/* The container device interface: its files are root's, a user only names a device. */
static bool is_nvidia_cdi(const struct gd_facts *f, const struct gd_hook *h)
{
	static const char *const verbs[] = {
		"create-symlinks",
		"update-ldcache",
		"enable-cuda-compat",
		"disable-device-node-modification",
		"chmod",
		"create-soname-symlinks",
	};
	size_t verb = strcmp(arg(h, 1), "hook") == 0 ? 2 : 1;

	(void)f;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(arg(h, verb), verbs[i]) == 0)
			return true;
	return false;
}

static bool is_nerdctl(const struct gd_facts *f, const struct gd_hook *h)
{
	size_t n = h->args.n;

	(void)f;
	return n >= 4 && strcmp(arg(h, n - 3), "internal") == 0 &&
	       strcmp(arg(h, n - 2), "oci-hook") == 0 && strcasecmp(arg(h, n - 1), h->stage) == 0;
}

#define ON(e) (1u << (e))
#define ANY_ENGINE ~0u

/* Hooks that engines bring by themselves. Each must besides be root's file. */
static const struct {
	unsigned engines;
	const char *program;	/* basename of the resolved file */
	const char *stages;	/* words with a space behind */
	bool (*fits)(const struct gd_facts *f, const struct gd_hook *h);
} ordinary[] = {
	{ ON(GD_ENGINE_DOCKER) | ON(GD_ENGINE_BUILDKIT), "dockerd", "prestart createRuntime ",
	  is_setkey },
	{ ANY_ENGINE, "nvidia-container-runtime-hook", "prestart createRuntime ", is_nvidia_hook },
	{ ANY_ENGINE, "nvidia-container-toolkit", "prestart createRuntime ", is_nvidia_hook },
	{ ANY_ENGINE, "nvidia-cdi-hook", "createContainer ", is_nvidia_cdi },
	{ ANY_ENGINE, "nvidia-ctk", "createContainer ", is_nvidia_cdi },
	{ ON(GD_ENGINE_CTR), "nerdctl", "createRuntime poststop ", is_nerdctl },
};

static bool has_stage(const char *words, const char *stage)
{
	size_t n = strlen(stage);

	for (const char *p = words; (p = strstr(p, stage)) != NULL; p += n)
		if ((p == words || p[-1] == ' ') && p[n] == ' ')
			return true;
	return false;
}

static bool is_ordinary(const struct gd_facts *f, const struct gd_hook *h)
{
	if (h->program != GD_HOOK_TRUSTED || !h->real)
		return false;
	for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++)
		if (ordinary[i].engines & ON(f->engine) &&
		    has_stage(ordinary[i].stages, h->stage) &&
		    strcmp(basename_of(h->real), ordinary[i].program) == 0 &&
		    ordinary[i].fits(f, h))
			return true;
	return false;
}

static bool in_container(const struct gd_hook *h)
{
	return strcmp(h->stage, "startContainer") == 0;
}

static bool stage_allowed(const struct gd_words *stage, const char *s)
{
	return gd_words_has(stage, s) || gd_words_has(stage, "*");
}

static bool is_listed(const struct config *c, const struct gd_hook *h)
{
	const struct rule *r = c->allow.v;

	if (!in_container(h) && h->program != GD_HOOK_TRUSTED)
		return false;
	for (size_t i = 0; i < c->allow.n; i++)
		if (r[i].path && gd_glob(r[i].path, h->path) &&
		    stage_allowed(&r[i].stage, h->stage) && gd_argv_matches(&r[i].args, &h->args))
			return true;
	return false;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	for (size_t i = 0; i < f->n_hooks; i++) {
		const struct gd_hook *h = &f->hooks[i];
		struct gd_finding *x;

		if (is_ordinary(f, h) || is_listed(config, h))
			continue;
		x = gd_found(out, "/hooks/%s/%zu", h->stage, h->index);
		x->value = gd_quote(out->arena, h->path, 80);
		x->wanted = "a hook of the engine's own, or one that the policy lists";
		x->what = gd_printf(out->arena, "the %s hook %s", h->stage, x->value);
		if (in_container(h))
			x->why =
			    "it runs before anything else inside, and this policy does not list it";
		else if (h->program == GD_HOOK_LOOSE)
			x->why =
			    "it runs as root on the host, and others than root can change its file";
		else if (h->program == GD_HOOK_UNKNOWN)
			x->why = "it runs as root on the host, and nobody can say what it is";
		else
			x->why = "it runs as root on the host, and this policy does not list it";
		x->fix = "remove it, or list it in the policy's hooks";
		x->asked = true;
	}
}

const struct gd_control gd_control_hooks = {
	.name = "hooks",
	.help = "programs that the runtime runs on the host: the engine's own, or listed",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE,
	.sandbox = true,
	.ids = "NIST-800-190-4.4.3",
	.check = check,
};
