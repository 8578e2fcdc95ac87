/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Annotations are free text to the specification, and orders to some runtimes: crun takes run.oci.*
 * (hooks' output files, seccomp plugins, groups kept), runc and crun org.systemd.property.* (any
 * property of the unit) and org.criu.config (a file that may name programs to run as root), others
 * krun.*, module.wasm.*, io.katacontainers.*, dev.gvisor.*. Anybody who may name an annotation
 * gives those orders, so the policy lists which names are refused.
 *
 * Compared without case and with '/' as '.', so that no spelling slips past a pattern that some
 * runtime would take.
 */
#include <string.h>

#include "control/dialect.h"

struct config {
	struct gd_config_head head;
	struct gd_words deny;
};

static const struct gd_field fields[] = {
	{ .name = "deny",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct config, deny),
	  .primary = true,
	  .help = "names of annotations that may not be there, '*' matches; case does not count" },
	{ .name = NULL },
};

static const char *folded(struct gd_arena *a, const char *s)
{
	char *r = gd_strdup(a, s);

	for (char *p = r; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
		else if (*p == '/')
			*p = '.';
	}
	return r;
}

static bool is_signal(const char *v)
{
	uint64_t n;

	return gd_parse_u64(v, &n) == 0 && n >= 1 && n <= 64;
}

static bool is_timeout(const char *v)
{
	uint64_t n;

	return gd_starts(v, "uint64 ") && gd_parse_u64(v + strlen("uint64 "), &n) == 0;
}

static bool is_collect(const char *v)
{
	return strcmp(v, "'inactive-or-failed'") == 0;
}

static bool is_true(const char *v)
{
	return strcmp(v, "true") == 0;
}

static bool is_after(const char *v)
{
	return strcmp(v, "['crio.service']") == 0;
}

/* What engines write by themselves, with the values that they write (engine-facts 4.2, 4.4). */
static const struct {
	enum gd_engine engine;
	const char *name;
	bool (*sane)(const char *value);
} ordinary[] = {
	{ GD_ENGINE_PODMAN, "org.systemd.property.KillSignal", is_signal },
	{ GD_ENGINE_PODMAN, "org.systemd.property.TimeoutStopUSec", is_timeout },
	{ GD_ENGINE_CRIO, "org.systemd.property.TimeoutStopUSec", is_timeout },
	{ GD_ENGINE_CRIO, "org.systemd.property.CollectMode", is_collect },
	{ GD_ENGINE_CRIO, "org.systemd.property.DefaultDependencies", is_true },
	{ GD_ENGINE_CRIO, "org.systemd.property.After", is_after },
};

static bool is_ordinary(const struct gd_facts *f, const struct gd_pair *p)
{
	for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++)
		if (ordinary[i].engine == f->engine && strcmp(ordinary[i].name, p->key) == 0)
			return ordinary[i].sane(p->value);
	return false;
}

/* What the holder of such an annotation commands; the first that fits. */
static const struct {
	const char *prefix, *why;
} consequences[] = {
	{ "org.criu.", "its configuration file can make the host run a program as root" },
	{ "org.systemd.property.", "it can set any property of the container's unit on the host" },
	{ "run.oci.",
	  "it commands the runtime itself, for example to write to a file of the host" },
};

static const char *why(const char *name)
{
	for (size_t i = 0; i < sizeof(consequences) / sizeof(consequences[0]); i++)
		if (gd_starts(name, consequences[i].prefix))
			return consequences[i].why;
	return "a runtime may take it as an order";
}

static const char *refused(const struct gd_facts *f, const struct config *c,
			   const struct gd_pair *p, struct gd_arena *a)
{
	const char *name = folded(a, p->key);

	for (size_t i = 0; i < c->deny.n; i++)
		if (gd_glob(folded(a, c->deny.v[i]), name) && !is_ordinary(f, p))
			return name;
	return NULL;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	for (size_t i = 0; i < f->annotations.n; i++) {
		const struct gd_pair *p = &f->annotations.v[i];
		const char *name = refused(f, config, p, out->arena);
		struct gd_finding *x;

		if (!name)
			continue;
		x = gd_found(out, "/annotations/%s", gd_pointer_key(out->arena, p->key));
		x->value = gd_quote(out->arena, p->value, 60);
		x->wanted = "not there";
		x->flag = gd_say(f, GD_SAY_ANNOTATION, p->key, out->arena);
		x->what = gd_printf(out->arena, "the annotation %s",
				    gd_quote(out->arena, p->key, 80));
		x->why = why(name);
		x->fix = "leave it out";
		x->asked = true;
		x->fixable = true;
	}
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	gd_json *map = gd_json_get(doc, "annotations");

	(void)err;
	for (size_t i = 0; i < f->annotations.n; i++) {
		/* a copy: removing frees the key that the facts lend */
		const struct gd_pair p = { gd_strdup(a, f->annotations.v[i].key),
					   f->annotations.v[i].value };

		if (refused(f, config, &p, a))
			gd_json_remove(map, p.key);
	}
	return 0;
}

const struct gd_control gd_control_annotations = {
	.name = "annotations",
	.help = "annotations that drive a runtime are not there",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
