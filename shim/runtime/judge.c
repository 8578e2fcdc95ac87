/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The middle of every gated verb: policy, decision, conforming, record. */
#include "launch.h"

#include <stdio.h>
#include <string.h>

#include "image/image.h"
#include "image/program.h"
#include "trust/trust.h"

/* The engine's store is asked once a launch, and not at all where a record knows what it said at create. */
static int ask_store(struct launch *l)
{
	struct gd_image_roots roots;

	if (l->facts.image.state != GD_IMAGE_NOT_ASKED)
		return 0;
	gd_image_roots_of(&l->settings.containerd_roots, &l->settings.storage_roots, l->arena, &roots);
	return gd_image_collect(&l->facts, &roots, l->arena, &l->err) < 0 ? gd_error_wrap(&l->err, "image") : 0;
}

static int find_policy(struct launch *l)
{
	struct gd_subject s = { .image = &l->facts.image, .use = &l->facts.use };

	if (gd_applied_open(l->settings.applied, l->arena, &l->applied, &l->err) < 0)
		return -1;
	if (gd_applied_selects_by_image(l->applied) && ask_store(l) < 0)
		return -1;
	/* Behind the store, which knows a pod's sandbox from a container. */
	s.class = l->facts.class;
	s.engine = l->facts.engine;
	return gd_applied_select(l->applied, &s, l->arena, &l->policy, &l->err);
}

int launch_policy(struct launch *l)
{
	int n;

	if (find_policy(l) < 0)
		return gd_error_wrap(&l->err, "policy");
	n = gd_applied_floor(l->applied, l->arena, &l->floor, &l->err);
	if (n < 0)
		return gd_error_wrap(&l->err, "floor");
	l->has_floor = n == 1;
	l->needs_image = gd_policy_needs_image(&l->policy) || (l->has_floor && gd_policy_needs_image(&l->floor));
	if (!l->needs_image)
		return 0;
	if (ask_store(l) < 0)
		return -1;
	/* Never from a record: what was trusted at create may have been revoked since. */
	return l->facts.image.state == GD_IMAGE_KNOWN &&
	       gd_trust_find(l->settings.trust_dir, &l->facts.image, (int64_t)time(NULL), l->arena, &l->facts.trust,
			     &l->err) < 0 ? gd_error_wrap(&l->err, "trust") : 0;
}

int launch_program(struct launch *l)
{
	gd_mounts_over_dev(&l->facts, l->arena);
	if (!l->needs_image)
		return 0;
	return gd_program_collect(&l->facts, l->arena, &l->err) < 0 ? gd_error_wrap(&l->err, "program") : 0;
}

int launch_refused(struct launch *l, const struct gd_decision *d)
{
	l->audit.again = d;
	l->refusal = gd_decision_message(d, l->audit.id, l->settings.contact, l->arena);
	return gd_error_set(&l->err, GD_E_REFUSED, "refused by policy '%s'", d->policy->name);
}

/*
 * What was really changed, from the documents themselves, whatever the controls say they did; before arming adds
 * what is guarded's own. Without a log nobody would read it.
 */
static int patch_of(struct launch *l)
{
	if (!l->settings.audit_file || l->decision.verdict != GD_CONFORM)
		return 0;
	return gd_json_diff(l->facts.doc, l->conformed.doc, l->arena, &l->patch);
}

int launch_judge(struct launch *l)
{
	gd_decide(&l->facts, &l->policy, GD_PASS_FIRST, l->arena, &l->decision);
	l->audit.facts = &l->facts;
	l->audit.first = &l->decision;
	if (l->decision.verdict == GD_REFUSE)
		return launch_refused(l, &l->decision);
	if (gd_conform(&l->facts, &l->decision, l->has_floor ? &l->floor : NULL, l->arena, &l->conformed,
		       &l->err) < 0)
		return -1;
	if (l->conformed.again.verdict == GD_REFUSE)
		return launch_refused(l, &l->conformed.again);
	l->audit.again = &l->conformed.again;
	if (patch_of(l) < 0)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	return 0;
}

static uint64_t microseconds_since(struct timespec start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000);
}

int launch_audit(struct launch *l)
{
	struct gd_error err = { 0 };
	const char *line;
	size_t len;
	int r;

	if (!l->settings.audit_file)
		return 0;
	if (l->asked.data)
		gd_digest_hex(l->audit.before, l->asked.data, l->asked.len);
	if (l->given.data && !l->audit.after[0])
		gd_digest_hex(l->audit.after, l->given.data, l->given.len);
	l->audit.patch = l->patch;
	l->audit.microseconds = microseconds_since(l->start);
	line = gd_audit_line(&l->audit, l->arena, &len);
	r = gd_audit_append(l->settings.audit_file, gd_audit_head(&l->settings, l->arena), line, len, l->arena,
			    &err);
	if (r < 0 && l->settings.audit_required && l->err.kind == GD_OK) {
		l->err = err;
		return -1;
	}
	return 0; /* an unwritten record does not stop a launch unless guarded.json says so */
}

int launch_bytes(struct launch *l, const gd_json *doc, struct gd_bytes *ret)
{
	const char *data;

	if (gd_json_bytes(doc, l->arena, &data, &ret->len) < 0)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	ret->data = (char *)data;
	return 0;
}

enum gd_unknown_fields launch_unknown(const struct launch *l)
{
	return l->settings.strip_unknown ? GD_UNKNOWN_STRIP : GD_UNKNOWN_REFUSE;
}
