/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy as somebody might write it, over a profile that refuses all. What is taken is written
 * and read back equal, byte for byte; what is looser than what it extends has said so by a word
 * that was listed; what has errors is never applied. Mistakes have a place in the file.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/policy_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reads_back(const struct gd_policy *p, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a }, again = { .arena = a };
	struct gd_policy q;
	struct gd_error err = { 0 };

	gd_policy_write(p, &b);
	struct gd_bytes bytes = { gd_strndup(a, b.data, b.len), b.len };
	assert(gd_policy_read(bytes, a, &q, &err) == 0);
	gd_policy_write(&q, &again);
	assert(b.len == again.len && memcmp(b.data, again.data, b.len) == 0);
	for (size_t i = 0; i < gd_n_controls; i++)
		assert(gd_config_compare(gd_controls[i], p->config[i], q.config[i]) == GD_EQUAL);
}

static void looser_has_a_word(struct gd_set *set, const struct gd_source *s)
{
	struct gd_source *strict = gd_set_find(set, "strict");
	struct gd_policy copy = *s->resolved;

	/* Mode and existing are words of their own. */
	copy.mode = GD_MODE_ENFORCE;
	copy.existing = GD_DENY;
	if (gd_policy_looser(&copy, strict->resolved, set->arena, NULL))
		assert(has_problem(set, GD_PROBLEM_LOOSER, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_set set = new_set(a);
	char *text = gd_alloc(a, size + 1);
	struct gd_bytes applied;
	struct gd_error err = { 0 };

	memcpy(text, data, size);
	struct gd_source *s = gd_set_add(&set, "fuzz.json", (struct gd_bytes){ text, size }, false);
	if (!s) {
		assert(set.n_errors == 1 && gd_starts(set.problems[0].text, "fuzz.json:"));
	} else {
		/*
		 * Lookups of controls are files of the site, not part of the language: resolved
		 * without them.
		 */
		const struct gd_policy *p = gd_set_resolve(&set, s);
		assert((p == NULL) == (set.n_errors > 0));
		if (p) {
			reads_back(p, a);
			looser_has_a_word(&set, s);
		}
	}
	if (set.n_errors > 0)
		assert(gd_applied_build(&set, a, &applied, &err) < 0);
	gd_arena_free(a);
	return 0;
}
