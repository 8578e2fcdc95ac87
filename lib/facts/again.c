/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host said, carried over to another document: the conformed one, or the one an exec is
 * judged by. */
#include <string.h>

#include "facts/hooks.h"
#include "facts/sources.h"

/*
 * Each of @before's mounts answers once: two of the same kind are told apart by their order.
 * Conforming keeps the order, so the search goes on from where the last answer was, and only then
 * from the front.
 */
static const struct gd_mount *answer(const struct gd_facts *before, bool *used, size_t *at,
				     const struct gd_mount *m)
{
	for (size_t n = 0; n < before->n_mounts; n++) {
		size_t i = (*at + n) % before->n_mounts;
		const struct gd_mount *b = &before->mounts[i];
		if (!used[i] && b->bind && gd_streq(b->destination, m->destination) &&
		    gd_streq(b->source, m->source)) {
			used[i] = true;
			*at = i + 1;
			return b;
		}
	}
	return NULL;
}

static int carry_mounts(const struct gd_facts *before, struct gd_facts *f, struct gd_arena *a,
			struct gd_error *err)
{
	bool *used = GD_NEW_N(a, before->n_mounts + 1, bool);
	size_t at = 0;

	for (size_t i = 0; i < f->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&f->mounts[i];
		if (!m->bind)
			continue;
		const struct gd_mount *b = answer(before, used, &at, m);
		/* What was looked at without its submounts cannot answer for a mount that brings
		 * them. */
		if (!b || (m->recursive && !b->recursive))
			return gd_error_set(err, GD_E_INPUT, "the mount on %s was never looked at",
					    gd_quote(a, m->destination, 80));
		m->kind = b->kind;
		m->volume = b->volume;
		m->origins = b->origins;
		m->n_origins = b->n_origins;
		m->fd = b->fd;
		m->unpinnable = b->unpinnable;
		m->over_dev = b->over_dev;
	}
	return 0;
}

static int carry_namespaces(const struct gd_linux *before, struct gd_linux *l, bool running,
			    struct gd_arena *a, struct gd_error *err)
{
	for (int k = 0; k < GD_NS_KINDS; k++) {
		const struct gd_namespace *b = &before->ns[k];
		struct gd_namespace *ns = &l->ns[k];
		/* Conforming may give a namespace of its own, but not to what runs already. */
		if (!running && ns->state == GD_NS_OWN)
			continue;
		if (ns->state == GD_NS_HOST && !ns->path && b->state != GD_NS_HOST && !running)
			return gd_error_set(err, GD_E_INPUT, "the %s namespace became the host's",
					    gd_ns_names[k]);
		if (!gd_streq(ns->path, b->path))
			return gd_error_set(
				err, GD_E_INPUT, "the %s namespace %s was never looked at",
				gd_ns_names[k], gd_quote(a, ns->path ? ns->path : "", 80));
		size_t index = ns->index;
		bool duplicate = ns->duplicate;
		*ns = *b;
		ns->index = index;
		ns->duplicate = duplicate;
	}
	l->maps_accounts = l->ns[GD_NS_USER].state != GD_NS_OWN || gd_maps_have_accounts(l);
	return 0;
}

static void carry_devices(const struct gd_linux *before, struct gd_linux *l)
{
	for (size_t i = 0; i < l->n_devices; i++) {
		struct gd_device *d = (struct gd_device *)&l->devices[i];
		for (size_t j = 0; j < before->n_devices; j++) {
			const struct gd_device *b = &before->devices[j];
			if (gd_streq(b->type, d->type) && b->major == d->major &&
			    b->minor == d->minor) {
				d->real = b->real;
				d->aliases = b->aliases;
			}
		}
	}
	for (size_t i = 0; i < l->resources.n_devices; i++) {
		struct gd_device_rule *r = (struct gd_device_rule *)&l->resources.devices[i];
		for (size_t j = 0; j < before->resources.n_devices; j++) {
			const struct gd_device_rule *b = &before->resources.devices[j];
			if (b->type == r->type && b->major.set == r->major.set &&
			    b->major.v == r->major.v && b->minor.set == r->minor.set &&
			    b->minor.v == r->minor.v) {
				r->real = b->real;
				r->aliases = b->aliases;
			}
		}
	}
}

int gd_facts_carry(const struct gd_facts *before, struct gd_facts *f, struct gd_arena *a,
		   struct gd_error *err)
{
	bool running = f->verb == GD_ON_EXEC || f->verb == GD_ON_UPDATE;

	if (carry_mounts(before, f, a, err) < 0 ||
	    carry_namespaces(&before->linux_, &f->linux_, running, a, err) < 0)
		return -1;
	if (!gd_streq(f->root_path, before->root_path))
		return gd_error_set(err, GD_E_INPUT, "the root was never looked at");
	carry_devices(&before->linux_, &f->linux_);
	gd_facts_hooks_again(before, f);
	f->root_real = before->root_real;
	f->root_in_engine = before->root_in_engine;
	f->root_origins = before->root_origins;
	f->n_root_origins = before->n_root_origins;
	f->joinable = before->joinable;
	f->joinable_known = before->joinable_known;
	return 0;
}

static bool same_words(const struct gd_words *x, const struct gd_words *y)
{
	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (!gd_streq(x->v[i], y->v[i]))
			return false;
	return x->n == y->n;
}

/* Nothing changed of what the command is looked up by, nor of what decides where mounts land. */
static bool is_looked_up_alike(const struct gd_facts *x, const struct gd_facts *y)
{
	for (size_t i = 0; i < x->n_mounts && i < y->n_mounts; i++) {
		const struct gd_mount *m = &x->mounts[i], *n = &y->mounts[i];

		if (!gd_streq(m->target, n->target) || !gd_streq(m->type, n->type) || m->bind != n->bind)
			return false;
	}
	return x->n_mounts == y->n_mounts && same_words(&x->process.args, &y->process.args) &&
	       same_words(&x->process.env, &y->process.env) && gd_streq(x->process.cwd, y->process.cwd);
}

/*
 * Conforming may rewrite the command, PATH, the directory, or leave a mount out: then it is looked up anew, as the
 * one who did so before told. Unlike sources, which are pinned, nothing holds what was found.
 */
static int program_again(const struct gd_facts *before, struct gd_facts *ret, struct gd_arena *a,
			 struct gd_error *err)
{
	if (!before->program.asked)
		return 0;
	if (!is_looked_up_alike(before, ret))
		return before->program.again ? before->program.again(ret, a, err) : 0;
	ret->program = before->program;
	for (size_t i = 0; i < ret->n_mounts; i++) {
		struct gd_mount *m = (struct gd_mount *)&ret->mounts[i];

		m->lands = before->mounts[i].lands;
		m->lands_why = before->mounts[i].lands_why;
	}
	return 0;
}

int gd_facts_again(const struct gd_facts *before, const gd_json *doc, struct gd_arena *a,
		   struct gd_facts *ret, struct gd_error *err)
{
	struct gd_where where = {
		.verb = before->verb,
		.inner = before->inner,
		.id = before->id,
		.bundle = before->bundle,
		.runtime_root = before->runtime_root,
		.flags = before->flags,
	};

	if (gd_facts_extract(&where, doc, before->container ? before->container->json : NULL, a,
			     ret, err) < 0)
		return -1;
	ret->host = before->host;
	ret->original = before->original;
	ret->update = before->update;
	ret->healthcheck = before->healthcheck;
	ret->host_known = before->host_known;
	ret->record_known = before->record_known;
	ret->image = before->image;
	ret->trust = before->trust;
	ret->use = before->use;
	ret->class = before->class;	/* a sandbox is known from the store alone */
	/* An update judges resources and nothing else: where no host was asked there is nothing to
	 * carry. */
	if (!before->host_known)
		return 0;
	if (gd_facts_carry(before, ret, a, err) < 0)
		return -1;
	return program_again(before, ret, a, err);
}
