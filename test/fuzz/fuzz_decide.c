/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents as an adversary would write them, through every stage but the host, under both shipped profiles.
 * Invariant: what was conformed is decided clean when it is read anew, and conforming it again changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/judge_case.h"

static const struct gd_policy *policies[2];

static void must(int ok)
{
	if (!ok)
		abort();
}

static void load(void)
{
	static const char *const names[] = { "baseline", "restricted" };
	struct gd_arena *a = gd_arena_new(NULL);
	const char *problem;

	for (int i = 0; i < 2; i++) {
		policies[i] = judge_profile(names[i], a, &problem);
		must(policies[i] != NULL);
	}
}

static void judge(const gd_json *doc, const struct gd_policy *p, struct gd_arena *a)
{
	static const char bundle[] = "/run/containerd/io.containerd.runtime.v2.task/moby/0123456789ab";
	struct gd_error err = { 0 };
	struct gd_facts f, g;
	struct gd_decision d, e;
	struct gd_conformed once;

	if (judge_extract(doc, bundle, "0123456789ab", a, &f, &err) < 0)
		return;
	gd_decide(&f, p, GD_PASS_FIRST, a, &d);
	if (d.verdict != GD_CONFORM || gd_conform(&f, &d, NULL, a, &once, &err) < 0)
		return;
	if (once.again.verdict == GD_ALLOW) {
		must(judge_extract(once.doc, bundle, "0123456789ab", a, &g, &err) == 0);
		gd_decide(&g, p, GD_PASS_FIRST, a, &e);
		must(e.verdict == GD_ALLOW);
	}
	gd_conformed_done(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_error err = { 0 };
	struct gd_document doc = { 0 };
	struct gd_bytes bytes = { .len = size };

	if (!policies[0])
		load();
	bytes.data = gd_alloc(a, size + 1);
	for (size_t i = 0; i < size; i++)
		bytes.data[i] = (char)data[i];
	if (gd_document_parse("fuzz", bytes, gd_keys_config, GD_UNKNOWN_STRIP, a, &doc, &err) == 0)
		for (int i = 0; i < 2; i++)
			judge(doc.root, policies[i], a);
	gd_document_done(&doc);
	gd_arena_free(a);
	return 0;
}
