/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/extract.h"

#include <string.h>

struct gd_u64 gd_extract_u64(const gd_json *obj, const char *key)
{
	struct gd_u64 r = { 0 };

	r.set = gd_json_u64(gd_json_get(obj, key), &r.v);
	return r;
}

struct gd_i64 gd_extract_i64(const gd_json *obj, const char *key)
{
	struct gd_i64 r = { 0 };

	r.set = gd_json_i64(gd_json_get(obj, key), &r.v);
	return r;
}

const char *gd_extract_text(const gd_json *obj, const char *key)
{
	const char *s = gd_json_get_str(obj, key);

	return s && *s ? s : NULL;
}

/* null in an array of strings is "" to runc's decoder: index and meaning are kept. */
struct gd_words gd_extract_words(const gd_json *obj, const char *key, struct gd_arena *a)
{
	const gd_json *arr = gd_json_get(obj, key);
	struct gd_words w = { 0 };
	size_t n = gd_json_len(arr);

	if (n == 0)
		return w;
	w.v = GD_NEW_N(a, n, const char *);
	for (; w.n < n; w.n++) {
		const char *s = gd_json_str(gd_json_at(arr, w.n));

		w.v[w.n] = s ? s : "";
	}
	return w;
}

struct gd_pairs gd_extract_pairs(const gd_json *obj, const char *key, struct gd_arena *a)
{
	const gd_json *map = gd_json_get(obj, key);
	struct gd_json_iter it = { 0 };
	size_t n = gd_json_members(map), i = 0;
	struct gd_pair *v;

	if (n == 0)
		return (struct gd_pairs){ 0 };
	v = GD_NEW_N(a, n, struct gd_pair);
	for (; i < n && gd_json_next(map, &it); i++) {
		const char *s = gd_json_str(it.value);

		v[i] = (struct gd_pair){ .key = it.key, .value = s ? s : "" };
	}
	return (struct gd_pairs){ .v = v, .n = i };
}

static const char *const stages[] = {
	"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
};

static void extract_hooks(const gd_json *doc, struct gd_arena *a, struct gd_facts *ret)
{
	const gd_json *hooks = gd_json_get(doc, "hooks");
	struct gd_hook *v = NULL;
	size_t n = 0;

	for (size_t s = 0; s < sizeof(stages) / sizeof(stages[0]); s++) {
		const gd_json *list = gd_json_get(hooks, stages[s]);

		for (size_t i = 0; i < gd_json_len(list); i++) {
			const gd_json *h = gd_json_at(list, i);
			const char *path = gd_json_get_str(h, "path");

			*GD_APPEND(a, v, n) = (struct gd_hook){
				.stage = stages[s],
				.index = i,
				.path = path ? path : "",
				.args = gd_extract_words(h, "args", a),
				.env = gd_extract_words(h, "env", a),
				.timeout = gd_extract_i64(h, "timeout"),
			};
		}
	}
	ret->hooks = v;
	ret->n_hooks = n;
}

int gd_facts_extract(const struct gd_where *where, const gd_json *doc, const gd_json *container,
		     struct gd_arena *a, struct gd_facts *ret, struct gd_error *err)
{
	const gd_json *root = gd_json_get(doc, "root");

	*ret = (struct gd_facts){
		.verb = where->verb,
		.inner = where->inner,
		.id = where->id,
		.bundle = where->bundle,
		.runtime_root = where->runtime_root,
		.flags = where->flags,
		.doc = doc,
		.oci_version = gd_extract_text(doc, "ociVersion"),
		.root_path = gd_extract_text(root, "path"),
		.root_read_only = gd_json_get_bool(root, "readonly"),
		.annotations = gd_extract_pairs(doc, "annotations", a),
	};
	if (gd_json_kind(doc) != GD_JSON_OBJECT)
		return gd_error_set(err, GD_E_INPUT, "the document is %s, not an object",
				    gd_json_kind_name(gd_json_kind(doc)));
	gd_engine_find(where->bundle, where->runtime_root, ret);
	gd_extract_process(gd_json_get(doc, "process"), a, &ret->process);
	if (where->verb == GD_ON_EXEC && container) {
		struct gd_process *own = GD_NEW(a, struct gd_process);

		gd_extract_process(container, a, own);
		ret->container = own;
	}
	gd_extract_mounts(doc, a, ret);
	gd_extract_linux(gd_json_get(doc, "linux"), a, &ret->linux_);
	extract_hooks(doc, a, ret);
	return 0;
}
