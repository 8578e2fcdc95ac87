/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl image: what an image declares, how a container's use of it differs, and a match for a policy. */
#include "image.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/set.h"
#include "store.h"

static const char usage[] =
	"usage: guardctl image show [--format text|json] CONTAINER|IMAGE\n"
	"       guardctl image match [--format text|json] CONTAINER|IMAGE\n"
	"\n"
	"show     what the image declares and where that was read; of a container also how it is used otherwise than\n"
	"         that, as the profile as-built sees it\n"
	"match    the 'match' of a policy for this very image as it is now, to paste\n"
	"\n"
	"CONTAINER is an id, four characters of it or more, a name or a bundle; IMAGE a name, or a digest or its first\n"
	"six digits or more. Read from the engines' stores on disk; no engine is asked.\n"
	"\n"
	"exit status: 0 found, 1 no such container or image, 2 error\n";

/* --- how it is used -------------------------------------------------------------------------------------------- */

/* By the controls that read the image and no others: what as-built says of capabilities is nothing of the image's. */
static void compare_use(struct ctl_shown *s)
{
	struct gd_set set;
	struct gd_source *profile;
	const struct gd_policy *p;
	struct ctl *ctl = s->ctl;

	if (gd_set_load(&set, &ctl->settings, false, ctl->arena, &ctl->err) < 0) {
		s->uses_why = ctl->err.text;
		return;
	}
	profile = gd_set_find(&set, "as-built");
	p = profile ? gd_set_resolve(&set, profile) : NULL;
	if (!p) {
		s->uses_why = "there is no profile 'as-built' in profileDir";
		return;
	}
	s->uses.arena = ctl->arena;
	for (size_t i = 0; i < gd_n_controls; i++) {
		const struct gd_control *c = gd_controls[i];

		if (!c->needs_image || !c->needs_image(p->config[i]) || !(c->verbs & GD_V_CREATE))
			continue;
		s->uses.control = c;
		c->check(s->facts, p->config[i], &s->uses);
	}
}

static int set_words(gd_json *o, const char *key, const struct gd_words *w)
{
	gd_json *list = gd_json_new_arr();

	for (size_t i = 0; i < w->n; i++)
		if (gd_json_push(list, gd_json_new_str(w->v[i])) < 0)
			return gd_json_free(list), -1;
	return gd_json_set(o, key, list);
}

static int print_pretty(struct ctl *ctl, gd_json *v)
{
	const char *bytes;
	size_t len;
	int r = v ? gd_json_pretty(v, ctl->arena, &bytes, &len) : -1;

	if (r == 0)
		fwrite(bytes, 1, len, stdout);
	gd_json_free(v);
	return r < 0 ? gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory") : 0;
}

/* --- which one -------------------------------------------------------------------------------------------------- */

/* What is to be told, most wanted first; a container that does not run has its image and no use. */
struct answer {
	struct ctl_shown *v;
	size_t n;
};

static int answer_stored(struct ctl *ctl, const char *asked, const char *container, struct answer *ret)
{
	struct ctl_stored *stored;
	size_t n;

	if (ctl_image_find(ctl, asked, &stored, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct ctl_shown *s = GD_APPEND(ctl->arena, ret->v, ret->n);

		*s = (struct ctl_shown){ .ctl = ctl, .image = &stored[i].image, .kind = stored[i].kind,
				     .container = container };
		stored[i].image.why = stored[i].why ? stored[i].why : stored[i].image.why;
	}
	return 0;
}

static int answer_container(struct ctl *ctl, const struct ctl_container *c, struct answer *ret)
{
	struct gd_document *doc = GD_NEW(ctl->arena, struct gd_document);
	struct ctl_judged *j = GD_NEW(ctl->arena, struct ctl_judged);
	struct ctl_shown *s;

	if (!c->bundle) {
		gd_json *record = ctl_read_json(ctl, gd_printf(ctl->arena, "%s/config.v2.json", c->record));
		const char *image = gd_json_get_str(record, "Image");

		image = image ? gd_strdup(ctl->arena, image) : NULL;
		gd_json_free(record);
		return image ? answer_stored(ctl, image, c->id, ret) : 0;
	}
	if (ctl_container_facts(ctl, c, doc, j) < 0)
		return -1;
	s = GD_APPEND(ctl->arena, ret->v, ret->n);
	*s = (struct ctl_shown){ .ctl = ctl, .image = &j->facts.image, .kind = gd_engine_name(j->facts.engine),
			     .container = c->id, .facts = &j->facts };
	if (s->image->state == GD_IMAGE_KNOWN)
		compare_use(s);
	return 0;
}

static int find_answer(struct ctl *ctl, const char *asked, struct answer *ret)
{
	struct ctl_container c;
	int n = ctl_container_find(ctl, asked, &c);

	if (n < 0 || (n > 0 && answer_container(ctl, &c, ret) < 0))
		return -1;
	if (n == 0 && !strchr(asked, '\n') && answer_stored(ctl, asked, NULL, ret) < 0)
		return -1;
	if (ret->n == 0)
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "no container and no image %s in any store that can be found",
				    gd_quote(ctl->arena, asked, 200)),
		       1;
	return 0;
}

static int show(struct ctl *ctl, const struct answer *a, bool json)
{
	int known = 0;

	for (size_t i = 0; i < a->n; i++) {
		known |= a->v[i].image->state == GD_IMAGE_KNOWN;
		if (json) {
			if (print_pretty(ctl, ctl_image_json(&a->v[i])) < 0)
				return ctl_fail(ctl);
			continue;
		}
		if (i)
			putchar('\n');
		ctl_image_text(&a->v[i]);
	}
	return known ? CTL_OK : CTL_NO;
}

/*
 * The configuration's digest alone: every store has it, and it fixes the layers. An index would let in the images
 * that it holds for other platforms, and Docker's graph drivers know neither it nor the manifest.
 */
static int match(struct ctl *ctl, const struct answer *a, bool json)
{
	struct gd_words digests = { 0 };
	gd_json *o;

	for (size_t i = 0; i < a->n; i++) {
		const char *digest = a->v[i].image->state == GD_IMAGE_KNOWN ? a->v[i].image->config : NULL;
		if (digest && !gd_words_has(&digests, digest))
			gd_words_add(ctl->arena, &digests, digest);
	}
	if (digests.n != 1)
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    digests.n ? "the stores have different images of that name; "
						"name one by its digest (guardctl image show)"
					      : "the image is not known: %s",
				    a->v[0].image->why ? a->v[0].image->why : "its store does not say"),
		       ctl_fail(ctl), digests.n ? CTL_ERROR : CTL_NO;
	if (!json) {
		printf("\"match\": { \"digest\": [\"%s\"] }\n", digests.v[0]);
		return CTL_OK;
	}
	o = gd_json_new_obj();
	if (set_words(o, "digest", &digests) < 0)
		o = gd_json_free(o);
	return print_pretty(ctl, o) < 0 ? ctl_fail(ctl) : CTL_OK;
}

static const struct {
	const char *name;
	int (*run)(struct ctl *ctl, const struct answer *a, bool json);
} verbs[] = { { "show", show }, { "match", match } };

int ctl_image(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	struct answer answer = { 0 };
	bool json = false;
	int opt, r;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(usage, stdout);
			return CTL_OK;
		}
		if (opt != 'f' || (strcmp(optarg, "text") && strcmp(optarg, "json")))
			return ctl_usage(usage, opt == 'f' ? "--format is text or json" : NULL);
		json = !strcmp(optarg, "json");
	}
	for (size_t i = 0; optind < argc && i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].name, argv[optind]) != 0)
			continue;
		if (argc - optind != 2)
			return ctl_usage(usage, "one CONTAINER or IMAGE is needed");
		r = find_answer(ctl, argv[optind + 1], &answer);
		if (r != 0)
			return ctl_fail(ctl), r < 0 ? CTL_ERROR : CTL_NO;
		return verbs[i].run(ctl, &answer, json);
	}
	return ctl_usage(usage, "show or match?");
}
