/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl policy which: the applied policy that would govern, by the look-up of a launch. */
#include "which.h"

#include <stdio.h>
#include <string.h>

#include "image/read.h"
#include "judge.h"
#include "policy/set.h"

/* What is known of the container; .words live as long as the program. */
struct known {
	struct ctl *ctl;
	enum gd_class class;
	enum gd_engine engine;
	struct gd_image image;
	struct gd_use use;
	struct gd_image_label *labels;
};

static int by_bundle(struct known *k, const char *dir)
{
	struct gd_bundle *bundle = GD_NEW(k->ctl->arena, struct gd_bundle);
	struct gd_document *doc = GD_NEW(k->ctl->arena, struct gd_document);
	struct ctl_judged *j = GD_NEW(k->ctl->arena, struct ctl_judged);

	if (gd_bundle_open(dir, k->ctl->arena, bundle, &k->ctl->err) < 0 ||
	    gd_bundle_config(bundle, GD_UNKNOWN_STRIP, k->ctl->arena, doc, &k->ctl->err) < 0 ||
	    ctl_judge_facts(k->ctl, &(struct ctl_where){ .bundle = bundle->path }, doc->root, j) < 0)
		return -1;
	k->class = j->facts.class;
	k->engine = j->facts.engine;
	k->image = j->facts.image;
	k->use = j->facts.use;
	return 0;
}

static int by_digest(struct known *k, const char *word)
{
	const char **places[] = { &k->image.config, &k->image.manifest, &k->image.index };

	k->image.state = GD_IMAGE_KNOWN;
	for (size_t i = 0; i < 3; i++) {
		if (*places[i])
			continue;
		*places[i] = word;
		return 0;
	}
	return gd_error_set(&k->ctl->err, GD_E_INPUT, "an image has three digests at most");
}

static int by_reference(struct known *k, const char *word)
{
	const char *whole = gd_image_reference(k->ctl->arena, word);

	if (!whole)
		return gd_error_set(&k->ctl->err, GD_E_INPUT, "%s is neither a selector's word nor a reference",
				    gd_quote(k->ctl->arena, word, 100));
	k->image.state = GD_IMAGE_KNOWN;
	gd_words_add(k->ctl->arena, &k->image.references, whole);
	return 0;
}

static void by_label(struct known *k, const char *word)
{
	size_t n = strcspn(word, "=");

	k->image.state = GD_IMAGE_KNOWN;
	*GD_APPEND(k->ctl->arena, k->labels, k->image.n_labels) =
		(struct gd_image_label){ gd_strndup(k->ctl->arena, word, n), word + n + 1 };
	k->image.labels = k->labels;
}

static int by_name(struct known *k, const char *what, const char *name)
{
	const struct { const char *what; const char **to; } texts[] = {
		{ "namespace:", &k->use.pod_namespace }, { "pod:", &k->use.pod_name },
		{ "containerName:", &k->use.container_name },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (gd_starts(what, texts[i].what))
			return *texts[i].to = name, 0;
	for (enum gd_engine e = 0; e <= GD_ENGINE_BUILDKIT && gd_starts(what, "engine:"); e++)
		if (gd_streq(gd_engine_name(e), name))
			return k->engine = e, 0;
	for (enum gd_class c = 0; c <= GD_CLASS_PLUGIN && gd_starts(what, "class:"); c++)
		if (gd_streq(gd_class_name(c), name))
			return k->class = c, 0;
	return gd_error_set(&k->ctl->err, GD_E_INPUT, "there is no %s", gd_quote(k->ctl->arena, what, 100));
}

static int learn(struct known *k, const char *word)
{
	static const char *const kinds[] = { "namespace:", "pod:", "containerName:", "engine:", "class:" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (gd_starts(word, kinds[i]))
			return by_name(k, word, word + strlen(kinds[i]));
	if (*word == '/' || *word == '.')
		return by_bundle(k, word);
	if (gd_image_is_digest(word))
		return by_digest(k, word);
	if (strchr(word, '=') && *word != '=')
		return by_label(k, word), 0;
	return by_reference(k, word);
}

static void print(const struct ctl *ctl, const struct gd_policy *p)
{
	struct gd_buf match = { .arena = ctl->arena };
	const struct { const char *what, *text; } rows[] = {
		{ "reason", p->reason }, { "until", p->until }, { "ticket", p->ticket },
		{ "approved by", p->approved_by },
	};

	gd_match_write(p->match, &match);
	printf("%s (%s%s)\n  %-12s %s\n", p->name, gd_mode_names[p->mode],
	       p->looser ? ", looser than the default" : "", "match", match.data);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].text)
			printf("  %-12s %s\n", rows[i].what, rows[i].text);
}

int ctl_which(struct ctl *ctl, int argc, char **argv, bool applied)
{
	struct known k = { .ctl = ctl, .image = { .state = GD_IMAGE_NONE } };
	struct gd_applied *ap;
	struct gd_policy p;
	int r;

	(void)applied;
	for (int i = 0; i < argc; i++)
		if (learn(&k, argv[i]) < 0)
			return ctl_fail(ctl);
	const struct gd_subject s = { .class = k.class, .engine = k.engine, .image = &k.image, .use = &k.use };
	if (gd_applied_open(ctl->settings.applied, ctl->arena, &ap, &ctl->err) < 0)
		return ctl_fail(ctl);
	r = gd_applied_select(ap, &s, ctl->arena, &p, &ctl->err);
	gd_applied_close(ap);
	if (r < 0 && ctl->err.kind != GD_E_REFUSED)
		return ctl_fail(ctl);
	if (r < 0) {
		printf("refused: %s\n", ctl->err.text);
		return CTL_NO;
	}
	print(ctl, &p);
	return CTL_OK;
}
