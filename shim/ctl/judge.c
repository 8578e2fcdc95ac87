/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision of a launch, made by guardctl: by the same code, with the facts of this host, now; nothing is changed.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "image/image.h"
#include "image/program.h"
#include "invocation/invocation.h"
#include "trust/trust.h"

/* What a launch asks of the engine's store only where a policy needs it: here nobody waits for it. */
static int ask_store(struct ctl *ctl, struct gd_facts *f)
{
	struct gd_image_roots roots;

	gd_image_roots_of(&ctl->settings.containerd_roots, &ctl->settings.storage_roots, ctl->arena, &roots);
	if (gd_image_collect(f, &roots, ctl->arena, &ctl->err) < 0)
		return -1;
	return f->image.state != GD_IMAGE_KNOWN
		       ? 0
		       : gd_trust_find(ctl->settings.trust_dir, &f->image, (int64_t)time(NULL), ctl->arena, &f->trust,
				       &ctl->err);
}

const char *ctl_bundle_id(const char *bundle, struct gd_arena *a)
{
	const char *end = gd_ends(bundle, "/userdata") ?
				  bundle + strlen(bundle) - strlen("/userdata") : strchr(bundle, '\0');
	const char *at = end;

	while (at > bundle && at[-1] != '/')
		at--;
	return gd_strndup(a, at, (size_t)(end - at));
}

int ctl_judge_facts(struct ctl *ctl, const struct ctl_where *at, const gd_json *doc, struct ctl_judged *j)
{
	struct gd_host_paths paths;
	char *real = at->bundle ? realpath(at->bundle, NULL) : NULL;
	const char *bundle = real ? gd_strdup(ctl->arena, real) : at->bundle ? at->bundle : "/nonexistent";
	struct gd_where where = {
		.verb = GD_ON_CREATE, .inner = gd_inner_of(ctl->settings.runtime), .bundle = bundle,
		.id = at->id ? at->id : ctl_bundle_id(bundle, ctl->arena),
	};

	free(real);
	j->doc = doc;
	if (gd_facts_extract(&where, doc, NULL, ctl->arena, &j->facts, &ctl->err) < 0 ||
	    ask_store(ctl, &j->facts) < 0)
		return -1;
	gd_settings_host_paths(&ctl->settings, ctl->arena, &paths);
	if (gd_facts_collect(&j->facts, &paths, ctl->arena, &ctl->err) < 0)
		return -1;
	gd_mounts_over_dev(&j->facts, ctl->arena);
	return gd_program_collect(&j->facts, ctl->arena, &ctl->err);
}

static int find_policy(struct ctl *ctl, const struct gd_applied *applied, const char *name, struct ctl_judged *j)
{
	struct gd_subject s = { .class = j->facts.class, .engine = j->facts.engine,
				.image = &j->facts.image, .use = &j->facts.use };
	int n;

	j->has_floor = gd_applied_floor(applied, ctl->arena, &j->floor, &ctl->err);
	if (j->has_floor < 0)
		return -1;
	if (!name)
		return gd_applied_select(applied, &s, ctl->arena, &j->by, &ctl->err);
	n = gd_applied_by_name(applied, name, ctl->arena, &j->by, &ctl->err);
	if (n == 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "no applied policy is called '%s' (guardctl status)",
				    name);
	return n < 0 ? -1 : 0;
}

int ctl_judge(struct ctl *ctl, const struct gd_applied *applied, const char *name, struct ctl_judged *j)
{
	memset(&j->conformed, 0, sizeof(j->conformed));
	if (find_policy(ctl, applied, name, j) < 0)
		return -1;
	gd_decide(&j->facts, &j->by, GD_PASS_FIRST, ctl->arena, &j->first);
	if (j->first.verdict == GD_REFUSE)
		return 0;
	return gd_conform(&j->facts, &j->first, j->has_floor ? &j->floor : NULL, ctl->arena, &j->conformed,
			  &ctl->err);
}

const struct gd_decision *ctl_judged_final(const struct ctl_judged *j)
{
	return j->conformed.doc && j->conformed.again.verdict == GD_REFUSE ? &j->conformed.again : &j->first;
}
