/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which container is meant. Nothing found here decides: what is judged is read again, and checked,
 * by the launch's code.
 */
#include "container.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX_MIN 4	/* characters of an id */

struct found {
	struct ctl *ctl;
	struct ctl_container *v;
	size_t n;
};

static struct ctl_container *with_id(struct found *f, const char *id)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].id, id) == 0)
			return &f->v[i];
	return NULL;
}

static void add_bundle(struct found *f, const char *bundle, const char *id)
{
	struct ctl_container *c;

	if (f->n >= CTL_CONTAINERS_MAX || access(gd_printf(f->ctl->arena, "%s/config.json", bundle), F_OK) != 0 ||
	    with_id(f, id))
		return;
	c = GD_APPEND(f->ctl->arena, f->v, f->n);
	c->bundle = bundle;
	c->id = id;
}

static void find_tasks(struct found *f, const char *state)
{
	struct gd_arena *a = f->ctl->arena;
	const char *dir = gd_printf(a, "%s/io.containerd.runtime.v2.task", state);
	const struct gd_words spaces = ctl_names_in(f->ctl, dir);

	for (size_t i = 0; i < spaces.n; i++) {
		const char *space = gd_printf(a, "%s/%s", dir, spaces.v[i]);
		const struct gd_words ids = ctl_names_in(f->ctl, space);

		for (size_t k = 0; k < ids.n; k++)
			add_bundle(f, gd_printf(a, "%s/%s", space, ids.v[k]), ids.v[k]);
	}
}

static void name_them(struct found *f, const char *path)
{
	gd_json *file = ctl_read_json(f->ctl, path), *list = gd_json_get(file, "list");

	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *id = gd_json_get_str(gd_json_at(list, i), "id");
		const gd_json *names = gd_json_get(gd_json_at(list, i), "names");
		struct ctl_container *c = id ? with_id(f, id) : NULL;

		for (size_t k = 0; c && k < gd_json_len(names); k++)
			if (gd_json_str(gd_json_at(names, k)))
				gd_words_add(f->ctl->arena, &c->names,
					     gd_strdup(f->ctl->arena, gd_json_str(gd_json_at(names, k))));
	}
	gd_json_free(file);
}

static void find_stored(struct found *f, const char *root)
{
	struct gd_arena *a = f->ctl->arena;
	const char *dir = gd_printf(a, "%s/overlay-containers", root);
	const struct gd_words ids = ctl_names_in(f->ctl, dir);

	for (size_t k = 0; k < ids.n; k++)
		add_bundle(f, gd_printf(a, "%s/%s/userdata", dir, ids.v[k]), ids.v[k]);
	name_them(f, gd_printf(a, "%s/containers.json", dir));
	name_them(f, gd_printf(a, "%s/volatile-containers.json", dir));
}

/* Docker's own records: names, and containers that were created and have no bundle yet. */
static void find_docker(struct found *f, const char *root)
{
	struct gd_arena *a = f->ctl->arena;
	const char *dir = gd_printf(a, "%s/containers", root);
	const struct gd_words ids = ctl_names_in(f->ctl, dir);

	for (size_t i = 0; i < ids.n && f->n < CTL_CONTAINERS_MAX; i++) {
		const char *record = gd_printf(a, "%s/%s", dir, ids.v[i]), *name;
		gd_json *doc = ctl_read_json(f->ctl, gd_printf(a, "%s/config.v2.json", record));
		struct ctl_container *c = doc ? with_id(f, ids.v[i]) : NULL;

		if (!doc)
			continue;
		if (!c) {
			c = GD_APPEND(a, f->v, f->n);
			c->id = ids.v[i];
		}
		c->record = record;
		name = gd_json_get_str(doc, "Name");
		if (name && !gd_words_has(&c->names, name + (*name == '/')))
			gd_words_add(a, &c->names, gd_strdup(a, name + (*name == '/')));
		gd_json_free(doc);
	}
}

/* Docker's data root is above the container's root, whatever daemon.json says. */
static void learn_docker_root(struct found *f, const char *root_path, struct gd_words *roots)
{
	struct gd_arena *a = f->ctl->arena;
	char *dir = gd_strdup(a, root_path), *slash;

	while ((slash = strrchr(dir, '/')) != NULL && slash != dir) {
		*slash = '\0';
		if (gd_words_has(roots, dir))
			return;
		if (access(gd_printf(a, "%s/containers", dir), F_OK) == 0 &&
		    access(gd_printf(a, "%s/image", dir), F_OK) == 0) {
			gd_words_add(a, roots, gd_strdup(a, dir));
			return;
		}
	}
}

/*
 * Names that containerd's clients leave in the document; the CRI plugin writes its own last, others are the user's.
 */
static void read_documents(struct found *f, struct gd_words *roots)
{
	static const char *const keys[] = { "io.kubernetes.cri.container-name", "io.kubernetes.cri-o.ContainerName",
					    "nerdctl/name" };

	for (size_t i = 0; i < f->n; i++) {
		struct ctl_container *c = &f->v[i];
		gd_json *doc = c->bundle
				       ? ctl_read_json(f->ctl, gd_printf(f->ctl->arena, "%s/config.json", c->bundle))
				       : NULL;
		const gd_json *notes = gd_json_get(doc, "annotations");
		const char *root = gd_json_get_str(gd_json_get(doc, "root"), "path");

		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			if (gd_json_get_str(notes, keys[k]))
				gd_words_add(f->ctl->arena, &c->names,
					     gd_strdup(f->ctl->arena, gd_json_get_str(notes, keys[k])));
		if (root && strstr(c->bundle, "/moby/"))
			learn_docker_root(f, root, roots);
		gd_json_free(doc);
	}
}

void ctl_containers(struct ctl *ctl, struct ctl_container **ret, size_t *ret_n)
{
	const struct gd_words states = ctl_state_roots(ctl), graphs = ctl_graph_roots(ctl);
	struct gd_words docker = ctl_docker_roots(ctl);
	struct found f = { .ctl = ctl };

	for (size_t i = 0; i < states.n; i++)
		find_tasks(&f, states.v[i]);
	for (size_t i = 0; i < graphs.n; i++)
		find_stored(&f, graphs.v[i]);
	read_documents(&f, &docker);
	for (size_t i = 0; i < docker.n; i++)
		find_docker(&f, docker.v[i]);
	*ret = f.v;
	*ret_n = f.n;
}

/* How well @asked names it: 3 the id, 2 a name, 1 the beginning of the id, 0 not at all. */
static int fits(const struct ctl_container *c, const char *asked)
{
	if (strcmp(c->id, asked) == 0)
		return 3;
	if (gd_words_has(&c->names, asked))
		return 2;
	return strlen(asked) >= PREFIX_MIN && gd_starts(c->id, asked);
}

static int find_bundle(struct ctl *ctl, const char *dir, struct ctl_container *ret)
{
	char *real = realpath(dir, NULL);

	if (!real)
		return 0;
	*ret = (struct ctl_container){ .bundle = gd_strdup(ctl->arena, real) };
	ret->id = ctl_bundle_id(ret->bundle, ctl->arena);
	free(real);
	return 1;
}

int ctl_container_find(struct ctl *ctl, const char *asked, struct ctl_container *ret)
{
	const struct ctl_container *best = NULL;
	struct ctl_container *v;
	struct gd_buf several = { .arena = ctl->arena };
	size_t n, ties = 0;
	struct stat st;
	int top = 0;

	if (strchr(asked, '/') && stat(asked, &st) == 0 && S_ISDIR(st.st_mode))
		return find_bundle(ctl, asked, ret);
	ctl_containers(ctl, &v, &n);
	for (size_t i = 0; i < n; i++) {
		int fit = fits(&v[i], asked);

		if (fit == 0 || fit < top)
			continue;
		if (fit > top) {
			several.len = ties = 0;
			top = fit;
			best = &v[i];
		}
		if (++ties <= 6)
			gd_buf_fmt(&several, "%s%.12s", ties > 1 ? ", " : "", v[i].id);
	}
	if (ties > 1)
		return gd_error_set(&ctl->err, GD_E_INPUT, "%s is %zu containers: %s",
				    gd_quote(ctl->arena, asked, 80), ties, several.data);
	if (!best)
		return 0;
	*ret = *best;
	return 1;
}

int ctl_container_facts(struct ctl *ctl, const struct ctl_container *c, struct gd_document *doc,
			struct ctl_judged *ret)
{
	const enum gd_unknown_fields unknown = ctl->settings.strip_unknown ? GD_UNKNOWN_STRIP : GD_UNKNOWN_REFUSE;
	const struct ctl_where at = { .bundle = c->bundle, .id = c->id };
	struct gd_bundle bundle = { .fd = -1 };
	int r;

	if (!c->bundle)
		return gd_error_set(
			&ctl->err, GD_E_INPUT,
			"the container %.12s does not run: only its engine knows what its document would be", c->id);
	if (gd_bundle_open(c->bundle, ctl->arena, &bundle, &ctl->err) < 0)
		return -1;
	r = gd_bundle_config(&bundle, unknown, ctl->arena, doc, &ctl->err);
	gd_bundle_done(&bundle);
	return r < 0 ? -1 : ctl_judge_facts(ctl, &at, doc->root, ret);
}
