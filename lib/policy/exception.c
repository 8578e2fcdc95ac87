/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy that is looser than the default must have, so that it cannot be borrowed. */
#include <string.h>

#include "base/time.h"
#include "policy/set.h"

/*
 * By name as well as by gd_control.pins: a control that this build has not, or that forgot to say when it pins, pins
 * nothing. namespaces answers for joins by itself: what a looser policy governs can be joined by nobody.
 */
static const char *const parts[] = { "entrypoint", "environment", "user", "workingDir", "mounts", "exec" };
#define PARTS (sizeof(parts) / sizeof(*parts))

static bool is_unforgeable(const struct gd_match *m)
{
	return m->digests.n > 0 || m->namespaces.n > 0 || gd_match_engines_own(m);
}

static bool pins(const struct gd_policy *p, const struct gd_control *c)
{
	const struct gd_config_head *head = c ? gd_policy_config(p, c) : NULL;

	/* What is not refused and not rewritten is not fixed, whatever a control thinks of its fields. */
	return head && (head->action == GD_DENY || head->action == GD_REWRITE) && c->pins && c->pins(head);
}

static bool is_part(const char *name)
{
	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i], name) == 0)
			return true;
	return false;
}

static void add(struct gd_arena *a, struct gd_lack **v, size_t *n, enum gd_lack_kind kind, const char *control)
{
	*GD_APPEND(a, *v, *n) = (struct gd_lack){ kind, control };
}

size_t gd_policy_lacks(const struct gd_policy *p, struct gd_arena *a, const struct gd_lack **ret)
{
	struct gd_lack *v = NULL;
	size_t n = 0;

	*ret = NULL;
	if (!p->looser)
		return 0;
	if (!is_unforgeable(p->match))
		add(a, &v, &n, GD_LACKS_SELECTOR, NULL);
	if (gd_match_engines_own(p->match))
		return *ret = v, n;
	if (!p->reason || p->reason[strspn(p->reason, " \t\n")] == '\0')
		add(a, &v, &n, GD_LACKS_REASON, NULL);
	for (size_t i = 0; i < PARTS; i++)
		if (!pins(p, gd_control_by_name(parts[i])))
			add(a, &v, &n, GD_LACKS_PIN, parts[i]);
	for (size_t i = 0; i < gd_n_controls; i++)
		if (gd_controls[i]->pins && !is_part(gd_controls[i]->name) && !pins(p, gd_controls[i]))
			add(a, &v, &n, GD_LACKS_PIN, gd_controls[i]->name);
	*ret = v;
	return n;
}

bool gd_policy_ended(const struct gd_policy *p, int64_t now)
{
	int64_t end;

	return p->looser && p->until && (gd_time_parse(p->until, &end) < 0 || now > end);
}

const char *gd_lack_text(const struct gd_lack *l, struct gd_arena *a)
{
	switch (l->kind) {
	case GD_LACKS_SELECTOR:
		return "'match' names no 'digest' and no 'namespace', and all else can be forged";
	case GD_LACKS_REASON:
		return "'reason' is missing";
	case GD_LACKS_PIN:
		return gd_printf(a, "'%s' does not pin how the image is used", l->control);
	}
	return "";
}

bool gd_policy_needs_image(const struct gd_policy *p)
{
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_config_head *head = p->config[i];
		if (head->action != GD_IGNORE && gd_controls[i]->needs_image && gd_controls[i]->needs_image(head))
			return true;
	}
	return false;
}
