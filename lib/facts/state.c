/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/state.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "facts/state_proc.h"
#include "json/scan.h"
#include "json/tree.h"

#define SHOWN 80 /* bytes of a path quoted in a message */

/* runc's words in namespace_paths and config.namespaces, the spec's, and the kernel's. */
static const struct {
	const char *runc, *spec, *proc;
} kinds[GD_STATE_NS] = {
	{ "NEWCGROUP", "cgroup", "cgroup" }, { "NEWIPC", "ipc", "ipc" },
	{ "NEWNS", "mount", "mnt" },	     { "NEWNET", "network", "net" },
	{ "NEWPID", "pid", "pid" },	     { "NEWTIME", "time", "time" },
	{ "NEWUSER", "user", "user" },	     { "NEWUTS", "uts", "uts" },
};

const char *gd_state_root(enum gd_inner inner, const char *flag_root, const char *xdg_runtime_dir,
			  bool root, struct gd_arena *a)
{
	const char *name = inner == GD_INNER_CRUN ? "crun" : "runc";

	if (flag_root != NULL && flag_root[0] != '\0')
		return flag_root;
	if (xdg_runtime_dir != NULL && xdg_runtime_dir[0] != '\0' &&
	    (inner == GD_INNER_CRUN || !root))
		return gd_printf(a, "%s/%s", xdg_runtime_dir, name);
	return gd_printf(a, "/run/%s", name);
}

const struct gd_state_ns *gd_state_ns(const struct gd_state *s, const char *ns)
{
	for (size_t i = 0; i < GD_STATE_NS; i++)
		if (gd_streq(s->ns[i].name, ns))
			return &s->ns[i];
	return NULL;
}

/* Read, scan and parse a file of the runtime's. *ret is owned by the caller. */
static int read_json(const char *path, struct gd_arena *a, gd_json **ret, struct gd_error *err)
{
	struct gd_bytes bytes;
	int fd = gd_open_trusted(path, err), r;

	if (fd < 0)
		return -1;
	r = gd_read_all(fd, GD_STATE_MAX, a, &bytes, err);
	close(fd);
	if (r < 0 || gd_json_scan(bytes.data, bytes.len, GD_SCAN_STRICT, err) < 0 ||
	    gd_json_parse(bytes.data, bytes.len, ret, err) < 0)
		return gd_error_wrap(err, "%s", gd_quote(a, path, SHOWN));
	return 0;
}

static int malformed(const char *what, struct gd_error *err)
{
	return gd_error_set(err, GD_E_INPUT, "the runtime's state has no usable %s", what);
}

static int read_pid(const gd_json *pid, const gd_json *start, struct gd_state *s,
		    struct gd_error *err)
{
	int64_t v = 0;

	if (pid != NULL && (!gd_json_i64(pid, &v) || v < 0 || v > INT32_MAX))
		return malformed("pid", err);
	s->init_pid = (pid_t)v;
	if (start != NULL && !gd_json_u64(start, &s->init_start))
		return malformed("start time", err);
	return 0;
}

static int set_bundle(const char *bundle, struct gd_arena *a, struct gd_state *s,
		      struct gd_error *err)
{
	if (bundle == NULL || bundle[0] != '/')
		return malformed("bundle", err);
	s->bundle = gd_strdup(a, bundle);
	return 0;
}

/*
 * runc keeps the bundle as the last of its labels (every version since 1.0), behind one for every
 * annotation. CRI-O hands on the annotations of pods, and one of them may well be called "bundle":
 * where runc itself searches, it takes the first, which guarded never lets it do (exec is always
 * given its process).
 */
static int read_labels(const gd_json *labels, struct gd_arena *a, struct gd_state *s,
		       struct gd_error *err)
{
	static const char prefix[] = "bundle=";
	size_t n = gd_json_len(labels);
	const char *last = n > 0 ? gd_json_str(gd_json_at(labels, n - 1)) : NULL;

	return set_bundle(gd_starts(last, prefix) ? last + strlen(prefix) : NULL, a, s, err);
}

/* Rows of {"type": ..., "path": ...}; @runc: runc's type names, else the spec's. */
static void read_joined(const gd_json *rows, bool runc, struct gd_arena *a, struct gd_state *s)
{
	for (size_t i = 0; i < gd_json_len(rows); i++) {
		const gd_json *row = gd_json_at(rows, i);
		const char *type = gd_json_get_str(row, "type"),
			   *path = gd_json_get_str(row, "path");

		if (type == NULL || path == NULL || path[0] == '\0')
			continue;
		for (size_t k = 0; k < GD_STATE_NS; k++)
			if (strcmp(type, runc ? kinds[k].runc : kinds[k].spec) == 0)
				s->ns[k].joined = gd_strdup(a, path);
	}
}

static int read_runc(const gd_json *root, struct gd_arena *a, struct gd_state *s,
		     struct gd_error *err)
{
	const gd_json *config = gd_json_get(root, "config");

	if (!gd_streq(gd_json_get_str(root, "id"), s->id))
		return malformed("id", err);
	if (read_pid(gd_json_get(root, "init_process_pid"), gd_json_get(root, "init_process_start"),
		     s, err) < 0 ||
	    read_labels(gd_json_get(config, "labels"), a, s, err) < 0)
		return -1;
	read_joined(gd_json_get(config, "namespaces"), true, a, s);
	return 0;
}

static int read_crun(const gd_json *root, struct gd_arena *a, struct gd_state *s,
		     struct gd_error *err)
{
	gd_json *config = NULL;

	if (read_pid(gd_json_get(root, "pid"), gd_json_get(root, "process-start-time"), s,
		     err) < 0 ||
	    set_bundle(gd_json_get_str(root, "bundle"), a, s, err) < 0 ||
	    read_json(gd_printf(a, "%s/%s/config.json", s->root, s->id), a, &config, err) < 0)
		return -1;
	read_joined(gd_json_get(gd_json_get(config, "linux"), "namespaces"), false, a, s);
	gd_json_free(config);
	return 0;
}

int gd_state_find(enum gd_inner inner, const char *root, const char *id, struct gd_arena *a,
		  struct gd_state *ret, struct gd_error *err)
{
	bool crun = inner == GD_INNER_CRUN;
	struct gd_state s = { .root = root, .id = gd_strdup(a, id) };
	struct gd_error own = { 0 };
	gd_json *json = NULL;
	int r;

	if (gd_container_id_check(id, err) < 0)
		return -1;
	if (read_json(gd_printf(a, "%s/%s/%s", root, id, crun ? "status" : "state.json"), a, &json,
		      &own) < 0) {
		if (own.errnum == ENOENT) {
			gd_error_set(err, GD_E_INPUT, "the runtime knows no such container");
			if (err != NULL)
				err->errnum = ENOENT;
			return -1;
		}
		return gd_error_set(err, own.kind, "%s", own.text);
	}
	r = crun ? read_crun(json, a, &s, err) : read_runc(json, a, &s, err);
	gd_json_free(json);
	if (r < 0)
		return -1;
	gd_state_look(&s);
	*ret = s;
	return 0;
}
