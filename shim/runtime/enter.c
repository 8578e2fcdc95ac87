/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec and update: a running container is entered or its limits changed. What is judged is the container's own
 * document (the one that runs, from the record of its create) with the part asked for in its place; what
 * the runtime gets is that part alone, by descriptor, as guarded serialised it.
 */
#include "launch.h"

#include <fcntl.h>
#include <unistd.h>

#include "image/exec.h"

/* The container as it runs: its bundle, its document, what its create found out. */
struct entered {
	struct gd_state state;
	struct gd_bundle bundle;
	struct gd_document doc;		/* conformed; config.json where there is no record */
	struct gd_record record;
	bool recorded;
};

static int find(struct launch *l, struct entered *e)
{
	struct gd_bytes bytes;
	int n;

	e->bundle.fd = -1;
	l->with.root = l->where.runtime_root; /* the runtime looks where we looked */
	if (gd_state_find(l->where.inner, l->where.runtime_root, l->where.id, l->arena, &e->state, &l->err) < 0 ||
	    gd_bundle_open(e->state.bundle, l->arena, &e->bundle, &l->err) < 0)
		return -1;
	l->where.bundle = e->bundle.path;
	n = gd_record_read(&e->bundle, l->arena, &e->record, &l->err);
	if (n < 0)
		return -1;
	e->recorded = n == 1;
	if (!e->recorded)
		return gd_bundle_config(&e->bundle, launch_unknown(l), l->arena, &e->doc, &l->err);
	bytes.data = (char *)(e->record.conformed ? e->record.conformed : e->record.armed);
	bytes.len = e->record.conformed ? e->record.conformed_len : e->record.armed_len;
	return gd_document_parse("judged.json", bytes, gd_keys_config, GD_UNKNOWN_REFUSE, l->arena, &e->doc,
				 &l->err);
}

/* Decode @doc with what the create knew, or ask the host again where nobody recorded it. */
static int know(struct launch *l, const struct entered *e, const gd_json *doc, const gd_json *update)
{
	struct gd_host_paths paths;

	if (gd_facts_extract(&l->where, doc, gd_json_get(e->doc.root, "process"), l->arena, &l->facts,
			     &l->err) < 0)
		return -1;
	l->facts.update = update;
	/* What the store said at create selects too: a tag that was moved since selects nothing else now. */
	if (e->recorded && gd_facts_from_record(&l->facts, e->record.facts, l->arena, &l->err) < 0)
		return -1;
	if (launch_policy(l) < 0)
		return -1;
	gd_settings_host_paths(&l->settings, l->arena, &paths);
	if (!e->recorded && gd_facts_collect(&l->facts, &paths, l->arena, &l->err) < 0)
		return -1;
	/* With a record the command was looked at when it started; an exec's own is judged by its words. */
	return update || e->recorded ? 0 : launch_program(l);
}

/* A document named on the command line: read once; the runtime never opens the path itself. */
static int read_named(struct launch *l, const char *path, const struct gd_key *keys, struct gd_document *ret)
{
	struct gd_bytes bytes;
	int fd, r;

	if (gd_streq(path, "-")) {
		r = gd_read_stream(STDIN_FILENO, GD_CONFIG_MAX, l->arena, &bytes, &l->err);
	} else {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0)
			return gd_error_set(&l->err, GD_E_SYSTEM,
					    "the document that the engine named cannot be opened");
		r = gd_read_all(fd, GD_CONFIG_MAX, l->arena, &bytes, &l->err);
		close(fd);
	}
	if (r < 0)
		return -1;
	l->asked = bytes;
	if (gd_document_parse(gd_streq(path, "-") ? "standard input" : path, bytes, keys, launch_unknown(l), l->arena,
			      ret, &l->err) < 0)
		return -1;
	l->audit.stripped = ret->stripped;
	return 0;
}

/* What flags asked for is read through the same tables as what a document asks for. */
static int read_made(struct launch *l, gd_json *made, const char *what, const struct gd_key *keys,
		     struct gd_document *ret)
{
	int r = launch_bytes(l, made, &l->asked);

	gd_json_free(made);
	return r < 0 ? -1 : gd_document_parse(what, l->asked, keys, GD_UNKNOWN_REFUSE, l->arena, ret, &l->err);
}

static int give(struct launch *l, const gd_json *part, const char **ret_path)
{
	int fd;

	if (launch_bytes(l, part, &l->given) < 0 || launch_audit(l) < 0)
		return -1;
	fd = gd_memfd("guarded", l->given.data, l->given.len, &l->err);
	if (fd < 0)
		return -1;
	*ret_path = gd_handed_add(&l->handed, fd, l->keep, l->arena, &l->err);
	return *ret_path ? 0 : -1;
}

static int read_process(struct launch *l, const struct entered *e, struct gd_document *ret)
{
	const char *named = gd_invocation_str(&l->inv, GD_F_PROCESS);
	gd_json *made;

	if (named)
		return read_named(l, named, gd_keys_process, ret);
	if (gd_invocation_process(&l->inv, gd_json_get(e->doc.root, "process"), &made, &l->err) < 0)
		return -1;
	return read_made(l, made, "exec", gd_keys_process, ret);
}

/* The policy that judged the create is the present one: nothing of the container can be refused now. */
static bool is_judged_alike(const struct launch *l, const struct entered *e)
{
	return e->recorded &&
	       gd_streq(e->record.policy, gd_printf(l->arena, "%s %s", l->policy.name, l->policy.digest));
}

/* Judged by another policy than this one, or by none: it may be one that nobody could start now. */
static int check_container(struct launch *l, const struct entered *e)
{
	struct gd_decision *d = GD_NEW(l->arena, struct gd_decision);
	struct gd_document original;
	struct gd_bytes bytes = { (char *)e->record.original, e->record.original_len };
	struct gd_facts container;

	if (e->recorded && gd_document_parse(GD_RECORD_NAME, bytes, gd_keys_config, GD_UNKNOWN_STRIP, l->arena,
					     &original, &l->err) < 0)
		return -1;
	if (e->recorded)
		l->facts.original = original.root;
	container = l->facts;
	container.doc = e->doc.root;
	gd_decide_container(&container, &l->policy, l->arena, d);
	if (d->verdict != GD_REFUSE)
		return 0;
	l->audit.facts = &l->facts;
	l->audit.first = d;
	return launch_refused(l, d);
}

int launch_exec(struct launch *l)
{
	struct entered e = { 0 };
	struct gd_document process = { 0 };
	gd_json *judged;

	if (find(l, &e) < 0)
		return gd_error_wrap(&l->err, "container %s", l->where.id);
	if (read_process(l, &e, &process) < 0)
		return -1;
	judged = gd_json_copy(e.doc.root);
	if (!judged || gd_json_set(judged, "process", gd_json_copy(process.root)) < 0)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	if (know(l, &e, judged, NULL) < 0)
		return -1;
	l->facts.healthcheck = gd_exec_is_healthcheck(&l->facts);
	if ((!is_judged_alike(l, &e) && check_container(l, &e) < 0) || launch_judge(l) < 0)
		return -1;
	return give(l, gd_json_get(l->conformed.doc, "process"), &l->with.process);
}

/*
 * The container's resources with the update's over them. runc takes 0 and an absent key for "as it is", so they
 * leave the container's value; crun writes a 0 as it stands, so there it stands. Nothing else is interpreted
 * here: what a value means is the control's affair.
 */
static bool leaves_as_is(enum gd_inner inner, const gd_json *v)
{
	int64_t n;

	return gd_json_kind(v) == GD_JSON_NULL ||
	       (inner == GD_INNER_RUNC && gd_json_i64(v, &n) && n == 0);
}

static int merge(gd_json *into, const gd_json *update, enum gd_inner inner)
{
	struct gd_json_iter it = { 0 };

	while (gd_json_next(update, &it)) {
		if (leaves_as_is(inner, it.value))
			continue;
		if (gd_json_kind(it.value) != GD_JSON_OBJECT) {
			if (gd_json_set(into, it.key, gd_json_copy(it.value)) < 0)
				return -1;
			continue;
		}
		if (gd_json_kind(gd_json_get(into, it.key)) != GD_JSON_OBJECT &&
		    gd_json_set(into, it.key, gd_json_new_obj()) < 0)
			return -1;
		if (merge(gd_json_get(into, it.key), it.value, inner) < 0)
			return -1;
	}
	return 0;
}

/* What @update says beside what it leaves as it is. Owned by the caller; NULL: out of memory. */
static gd_json *said_of(const gd_json *update, enum gd_inner inner)
{
	gd_json *said = gd_json_new_obj();

	if (said && merge(said, update, inner) < 0)
		said = gd_json_free(said);
	return said;
}

/*
 * Quota and period are one limit. With only one of them in the update, the runtimes take for the other what they
 * remember (runc: nothing, once an update named neither), or "max" (crun): so both go together, as judged.
 */
static int complete_cpu(gd_json *update, const gd_json *said, const gd_json *conformed)
{
	static const char *const keys[] = { "quota", "period" };
	const gd_json *cpu = gd_json_get(said, "cpu"), *judged = gd_json_get(conformed, "cpu");

	if (!gd_json_has(cpu, keys[0]) && !gd_json_has(cpu, keys[1]))
		return 0;
	for (size_t i = 0; i < 2; i++) {
		const gd_json *v = gd_json_get(judged, keys[i]);

		if (v && !gd_json_has(cpu, keys[i]) &&
		    gd_json_set(gd_json_obj_in(update, "cpu"), keys[i], gd_json_copy(v)) < 0)
			return -1;
	}
	return 0;
}

/* Carry into @update what conforming changed in the merged resources, and what it took away. */
static int project(gd_json *update, const gd_json *merged, const gd_json *conformed)
{
	struct gd_json_iter it = { 0 }, gone = { 0 };

	while (gd_json_next(merged, &gone))
		if (!gd_json_has(conformed, gone.key))
			gd_json_remove(update, gone.key);
	while (gd_json_next(conformed, &it)) {
		const gd_json *was = gd_json_get(merged, it.key);
		int r;

		if (gd_json_equal(was, it.value))
			continue;
		if (gd_json_kind(it.value) == GD_JSON_OBJECT)
			r = project(gd_json_obj_in(update, it.key), was, it.value);
		else
			r = gd_json_set(update, it.key, gd_json_copy(it.value));
		if (r < 0)
			return -1;
	}
	return 0;
}

static int read_resources(struct launch *l, struct gd_document *ret)
{
	const char *named = gd_invocation_str(&l->inv, GD_F_RESOURCES);
	gd_json *made;

	if (named)
		return read_named(l, named, gd_keys_resources, ret);
	if (gd_invocation_resources(&l->inv, &made, &l->err) < 0)
		return -1;
	return read_made(l, made, "update", gd_keys_resources, ret);
}

int launch_update(struct launch *l)
{
	struct entered e = { 0 };
	struct gd_document update = { 0 };
	gd_json *judged, *resources, *said;
	const gd_json *conformed;

	if (find(l, &e) < 0)
		return gd_error_wrap(&l->err, "container %s", l->where.id);
	if (read_resources(l, &update) < 0)
		return -1;
	judged = gd_json_copy(e.doc.root);
	resources = gd_json_obj_in(gd_json_obj_in(judged, "linux"), "resources");
	said = said_of(update.root, l->where.inner);
	/* containerd repeats the devices of the container with every update; that changes none of them */
	if (gd_json_equal(gd_json_get(said, "devices"), gd_json_get(resources, "devices")))
		gd_json_remove(said, "devices");
	if (!resources || !said || merge(resources, said, l->where.inner) < 0)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	if (know(l, &e, judged, said) < 0 || launch_judge(l) < 0)
		return -1;
	conformed = gd_json_pointer(l->conformed.doc, "/linux/resources");
	if (project(update.root, resources, conformed) < 0 || complete_cpu(update.root, said, conformed) < 0)
		return gd_error_set(&l->err, GD_E_SYSTEM, "out of memory");
	return give(l, update.root, &l->with.resources);
}
