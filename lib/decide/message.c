/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line, single quotes, the consequence in plain words; the closing bracket takes the engine's ": unknown".
 * Whatever came from the user arrives here already quoted (gd_quote): controls and errors see to it.
 */
#include "decide/decide.h"

static void capital(struct gd_buf *b, const char *s)
{
	char first = s[0];

	if (first >= 'a' && first <= 'z')
		first -= 'a' - 'A';
	gd_buf_bytes(b, &first, 1);
	gd_buf_str(b, s + 1);
}

const char *gd_decision_message(const struct gd_decision *d, const char *id, const char *contact,
				struct gd_arena *a)
{
	const struct gd_finding *x = d->first;
	struct gd_buf b = { .arena = a };
	size_t more = 0;

	if (!x)
		return "guarded refused this container (no reason recorded)";
	for (size_t i = 0; i < d->n; i++)
		more += d->v[i].action == GD_DENY && &d->v[i] != x && !d->v[i].explained;
	gd_buf_fmt(&b, "guarded refused %s: %s.", x->flag ? x->flag : x->what, x->why);
	if (x->fix) {
		gd_buf_str(&b, " ");
		capital(&b, x->fix);
		gd_buf_str(&b, ".");
	}
	if (more)
		gd_buf_fmt(&b, " %zu more finding%s.", more, more == 1 ? "" : "s");
	if (contact)
		gd_buf_fmt(&b, " Ask %s.", contact);
	gd_buf_fmt(&b, " (%s, policy %s; guardctl why %s)", x->control->name, d->policy->name, id);
	return b.data;
}

static const char *const kind_words[] = {
	[GD_OK] = "system", [GD_E_SYSTEM] = "system", [GD_E_INPUT] = "document", [GD_E_TRUST] = "trust",
	[GD_E_REFUSED] = "policy",
};

const char *gd_failure_message(const struct gd_error *err, const char *object, const char *id,
			       const char *contact, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	gd_buf_fmt(&b, "guarded refused %s: %s.", object, err->text);
	if (contact)
		gd_buf_fmt(&b, " Ask %s.", contact);
	gd_buf_fmt(&b, " (%s; guardctl why %s)", kind_words[err->kind], id);
	return b.data;
}
