/* SPDX-License-Identifier: GPL-2.0-or-later */
/* create, run, restore: the bundle's config.json is judged, made to conform, armed and replaced. */
#include "launch.h"

#include <unistd.h>

#include "arm/pin.h"
#include "control/namespaces.h"

static int read_document(struct launch *l, struct gd_bundle *bundle, struct gd_document *doc)
{
	const char *path = gd_invocation_str(&l->inv, GD_F_BUNDLE);

	if (gd_bundle_open(path ? path : ".", l->arena, bundle, &l->err) < 0)
		return gd_error_wrap(&l->err, "bundle");
	l->where.bundle = bundle->path;
	l->with.bundle = bundle->path;
	if (gd_bundle_config(bundle, launch_unknown(l), l->arena, doc, &l->err) < 0)
		return -1;
	l->asked = doc->original;
	l->audit.stripped = doc->stripped;
	return 0;
}

static int collect(struct launch *l, const struct gd_document *doc)
{
	struct gd_host_paths paths;

	if (gd_facts_extract(&l->where, doc->root, NULL, l->arena, &l->facts, &l->err) < 0 ||
	    launch_policy(l) < 0)
		return -1;
	gd_settings_host_paths(&l->settings, l->arena, &paths);
	/* Before any source is opened, so that the descriptors judged are the ones bound. */
	if (gd_pin_needed(&l->facts, &paths, l->arena) && gd_pin_enter(&l->err) < 0)
		return -1;
	if (gd_facts_collect(&l->facts, &paths, l->arena, &l->err) < 0)
		return -1;
	if (!gd_pin_missed(&l->facts))
		return launch_program(l);
	gd_facts_done(&l->facts);
	if (gd_pin_enter(&l->err) < 0 || gd_facts_collect(&l->facts, &paths, l->arena, &l->err) < 0)
		return -1;
	return launch_program(l);
}

static int write_record(struct launch *l, const struct gd_bundle *bundle, const struct gd_bytes *conformed)
{
	struct gd_record r = {
		.original = l->asked.data, .original_len = l->asked.len,
		.armed = l->given.data, .armed_len = l->given.len,
		.policy = gd_printf(l->arena, "%s %s", l->policy.name, l->policy.digest),
	};
	int n;

	/* One digest serves the record and the log. */
	gd_digest_hex(l->audit.after, l->given.data, l->given.len);
	r.digest = l->audit.after;
	gd_namespaces_joinable(gd_policy_config(&l->policy, gd_control_by_name("namespaces")), l->policy.looser,
			       &l->conformed.facts);
	r.facts = gd_facts_to_record(&l->conformed.facts);

	if (conformed->data != l->given.data) {
		r.conformed = conformed->data;
		r.conformed_len = conformed->len;
	}
	if (!r.facts)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	n = gd_record_write(bundle, &r, l->arena, &l->err);
	gd_json_free(r.facts);
	return n;
}

/*
 * What arming adds is guarded's own and is not judged again: arm itself checks that it met nothing of the caller's.
 */
static int arm(struct launch *l, struct gd_bytes *conformed)
{
	int pinned;

	if (launch_bytes(l, l->conformed.doc, conformed) < 0)
		return -1;
	l->given = *conformed;
	pinned = gd_pin(&l->conformed.facts, l->conformed.doc, l->arena, &l->err);
	if (pinned < 0)
		return -1;
	return pinned ? launch_bytes(l, l->conformed.doc, &l->given) : 0;
}

int launch_create(struct launch *l)
{
	struct gd_bundle bundle = { .fd = -1 };
	struct gd_document doc = { 0 };
	struct gd_bytes conformed;

	/* The document and the bundle live until the exec or the exit: facts and findings lend from them. */
	if (read_document(l, &bundle, &doc) < 0 || collect(l, &doc) < 0 || launch_judge(l) < 0 ||
	    arm(l, &conformed) < 0 || write_record(l, &bundle, &conformed) < 0 ||
	    gd_replace_file(bundle.fd, "config.json", 0600, false, l->given.data, l->given.len, &l->err) < 0)
		return -1;
	return launch_audit(l);
}
