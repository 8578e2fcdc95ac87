/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of /proc and /sys is hidden or read-only inside. The lists of engines grow with every
 * disclosed path, so a superset is demanded, never equality. Hidden is read-only too. A path that
 * is not there is skipped by the runtime; a mount that would uncover one is the control mounts'
 * affair.
 */
#include <string.h>

#include "control/dialect.h"
#include "facts/extract.h"

struct config {
	struct gd_config_head head;
	struct gd_words masked, read_only;
};

static const struct gd_field fields[] = {
	{ .name = "masked",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_PATH,
	  .offset = offsetof(struct config, masked),
	  .primary = true,
	  .help = "paths that are hidden inside" },
	{ .name = "readOnly",
	  .kind = GD_F_DEMAND,
	  .syntax = GD_S_PATH,
	  .offset = offsetof(struct config, read_only),
	  .help = "paths that are read-only or hidden inside" },
	{ .name = NULL },
};

/*
 * In the lists of every version of every engine: where one of these is missing, somebody took it
 * out.
 */
static const char *const always_masked[] = { "/proc/kcore", "/proc/keys", "/proc/timer_list",
					     "/sys/firmware", NULL };
static const char *const always_read_only[] = { "/proc/bus", "/proc/irq", "/proc/sys",
						"/proc/sysrq-trigger", NULL };

/* The document's lists with their paths cleaned: judged once, for 10,000 entries too. */
struct lists {
	struct gd_words masked, read_only;
	const struct gd_facts *facts;
};

/*
 * "/" is left out: what is mounted over the root is not seen by a process whose root it already is.
 */
static struct gd_words cleaned(const struct gd_words *w, struct gd_arena *a)
{
	struct gd_words r = { 0 };

	for (size_t i = 0; i < w->n; i++) {
		const char *p = w->v[i][0] == '/' ? gd_path_clean(a, w->v[i]) : "/";

		if (p[1])
			gd_words_add(a, &r, p);
	}
	return r;
}

/*
 * A mount of its own below @dir that holds @path: a tmpfs over @dir hides it, a remount of @dir
 * misses it.
 */
static bool mounted_between(const struct gd_facts *f, const char *dir, const char *path)
{
	for (size_t i = 0; i < f->n_mounts; i++) {
		const char *t = f->mounts[i].target;

		if (strcmp(t, dir) != 0 && gd_path_within(t, dir) && gd_path_within(path, t))
			return true;
	}
	return false;
}

static bool hidden(const struct lists *l, const char *path)
{
	for (size_t i = 0; i < l->masked.n; i++)
		if (gd_path_within(path, l->masked.v[i]))
			return true;
	return false;
}

static bool unwritable(const struct lists *l, const char *path)
{
	for (size_t i = 0; i < l->read_only.n; i++)
		if (gd_path_within(path, l->read_only.v[i]) &&
		    (strcmp(path, l->read_only.v[i]) == 0 ||
		     !mounted_between(l->facts, l->read_only.v[i], path)))
			return true;
	return hidden(l, path);
}

/* One of the two duties. */
struct duty {
	const char *key, *what, *wanted, *why;
	bool (*met)(const struct lists *l, const char *path);
	const char *const *always;
	size_t offset;
};
static const struct duty duties[] = {
	{ "maskedPaths", "kernel files that are not hidden", "hidden",
	  "the container could read the host's memory map, keys and firmware", hidden,
	  always_masked, offsetof(struct config, masked) },
	{ "readonlyPaths", "kernel files that are not read-only", "read-only",
	  "the container could write the host's kernel settings and devices under /proc",
	  unwritable, always_read_only, offsetof(struct config, read_only) },
};
#define N_DUTIES (sizeof(duties) / sizeof(duties[0]))

static const struct gd_words *demanded(const struct duty *d, const void *config)
{
	return (const void *)((const char *)config + d->offset);
}

/*
 * Kubernetes sends the lists with every container: an empty one may be procMount Unmasked, or a
 * caller that sends none; it is taken as nobody's word. A list by hand is its author's.
 */
static bool asked(const struct gd_facts *f, const struct duty *d, const struct lists *l)
{
	if (gd_dialect(f) == GD_SPEAK_POD)
		return false;
	for (const char *const *p = d->always; *p; p++)
		if (!d->met(l, *p))
			return true;
	return false;
}

static void found(const struct gd_facts *f, const struct duty *d, const struct lists *l,
		  const char *path, size_t n, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/linux/%s", d->key);
	bool none = f->linux_.masked.n == 0 && f->linux_.read_only.n == 0;

	x->value = n > 1 ? gd_printf(out->arena, "without '%s' and %zu more", path, n - 1)
			 : gd_printf(out->arena, "without '%s'", path);
	x->wanted = d->wanted;
	x->what = d->what;
	x->why = d->why;
	x->asked = asked(f, d, l);
	if (x->asked && none)
		x->flag = gd_say(f, GD_SAY_SYSTEM_PATHS,
				 f->engine == GD_ENGINE_PODMAN ? "ALL" : "unconfined", out->arena);
	x->fix = x->asked ? "leave the engine's own lists in place"
			  : gd_printf(out->arena, "add '%s' to linux.%s", path, d->key);
	if (x->flag)
		x->fix = "leave it out";
	x->fixable = true;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct lists l = { cleaned(&f->linux_.masked, out->arena),
				 cleaned(&f->linux_.read_only, out->arena), f };

	for (size_t i = 0; i < N_DUTIES; i++) {
		const struct gd_words *want = demanded(&duties[i], config);
		const char *first = NULL;
		size_t n = 0;

		for (size_t k = 0; k < want->n; k++) {
			if (duties[i].met(&l, want->v[k]))
				continue;
			first = first ? first : want->v[k];
			n++;
		}
		if (n)
			found(f, &duties[i], &l, first, n, out);
	}
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	gd_json *linux_ = gd_json_obj_in(doc, "linux");

	for (size_t i = 0; i < N_DUTIES; i++) {
		const struct gd_words masked = gd_extract_words(linux_, "maskedPaths", a);
		const struct gd_words read_only = gd_extract_words(linux_, "readonlyPaths", a);
		const struct lists l = { cleaned(&masked, a), cleaned(&read_only, a), f };
		const struct gd_words *want = demanded(&duties[i], config);

		for (size_t k = 0; k < want->n; k++)
			if (!duties[i].met(&l, want->v[k]) &&
			    gd_json_push(gd_json_arr_in(linux_, duties[i].key),
					 gd_json_new_str(want->v[k])) < 0)
				return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	return 0;
}

const struct gd_control gd_control_paths = {
	.name = "paths",
	.help = "what of /proc and /sys is hidden or read-only inside",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "PSS-baseline-procMount PSS-restricted-procMount NIST-800-190-4.4.3",
	.check = check,
	.fix = fix,
};
