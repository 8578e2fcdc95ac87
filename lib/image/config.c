/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image configuration (OCI image-spec config.md, Docker's the same with more), and names as Docker writes them.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "image/read.h"

#define LAYERS_MAX 512	/* engines stop at 127 */
#define PORTS_MAX 200000 /* every port of every protocol, once */
#define REFERENCE_MAX 512 /* bytes: a name of 255, a tag of 128, a digest */

/* What engines read of it; keys that nobody reads may be spelled at will. */
static const char *const root_keys[] = { "architecture", "os", "config", "rootfs", NULL };
static const char *const rootfs_keys[] = { "type", "diff_ids", NULL };
static const char *const health_keys[] = { "Test", NULL };
static const char *const config_keys[] = {
	"User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal",
	"Healthcheck", "Shell", NULL
};

/* @obj[key] as an object whose keys are exactly @keys' or others; absent: NULL. */
static int object_in(const gd_json *obj, const char *key, const char *const *keys, const gd_json **ret,
		     struct gd_error *err)
{
	*ret = gd_json_get(obj, key);
	if (*ret && gd_json_kind(*ret) != GD_JSON_OBJECT)
		return gd_error_set(err, GD_E_INPUT, "'%s' is not an object", key);
	return *ret && keys ? gd_image_exact(*ret, keys, err) : 0;
}

struct gd_words gd_image_health(const struct gd_words *test, const struct gd_words *shell, struct gd_arena *a)
{
	struct gd_words ret = { 0 };
	bool by_shell = test->n > 0 && gd_streq(test->v[0], "CMD-SHELL");

	/* "NONE", nothing, and a kind that Docker does not know (it logs and runs none). */
	if (test->n < 2 || (!by_shell && !gd_streq(test->v[0], "CMD")))
		return ret;
	for (size_t i = 0; by_shell && i < shell->n; i++)
		gd_words_add(a, &ret, shell->v[i]);
	if (by_shell && shell->n == 0) {
		gd_words_add(a, &ret, "/bin/sh");
		gd_words_add(a, &ret, "-c");
	}
	for (size_t i = 1; i < test->n; i++)
		gd_words_add(a, &ret, test->v[i]);
	return ret;
}

static int read_health(const gd_json *config, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	struct gd_words test, shell;
	const gd_json *health;

	if (object_in(config, "Healthcheck", health_keys, &health, err) < 0 ||
	    gd_image_words(health, "Test", a, &test, err) < 0 || gd_image_words(config, "Shell", a, &shell, err) < 0)
		return -1;
	ret->health = gd_image_health(&test, &shell, a);
	return 0;
}

/* Docker joins a relative one to the root. */
static int read_volumes(const gd_json *config, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	struct gd_json_iter it = { 0 };
	const gd_json *v;

	if (object_in(config, "Volumes", NULL, &v, err) < 0)
		return -1;
	while (v && gd_json_next(v, &it))
		gd_words_add(a, &ret->volumes, gd_path_clean(a, gd_printf(a, "/%s", it.key)));
	return 0;
}

static int read_ports(const gd_json *config, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	struct gd_json_iter it = { 0 };
	const gd_json *v;

	if (object_in(config, "ExposedPorts", NULL, &v, err) < 0)
		return -1;
	while (v && gd_json_next(v, &it)) {
		const char *protocol;
		uint16_t first, last;
		if (!gd_image_port(it.key, &first, &last, &protocol))
			return gd_error_set(err, GD_E_INPUT, "%s is no port", gd_quote(a, it.key, 40));
		if (ret->ports.n + (size_t)(last - first) >= PORTS_MAX)
			return gd_error_set(err, GD_E_INPUT, "more than %d ports are declared", PORTS_MAX);
		for (unsigned port = first; port <= last; port++)
			gd_words_add(a, &ret->ports, gd_printf(a, "%u/%s", port, protocol));
	}
	return 0;
}

static int read_labels(const gd_json *config, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	struct gd_json_iter it = { 0 };
	struct gd_image_label *labels = NULL;
	const gd_json *v;

	if (object_in(config, "Labels", NULL, &v, err) < 0)
		return -1;
	while (v && gd_json_next(v, &it)) {
		const char *value = it.value ? gd_json_str(it.value) : "";
		if (!value)
			return gd_error_set(err, GD_E_INPUT, "a label is not a string");
		struct gd_image_label *l = GD_APPEND(a, labels, ret->n_labels);
		l->key = gd_strdup(a, it.key);
		l->value = gd_strdup(a, value);
	}
	ret->labels = labels;
	return 0;
}

static int read_declared(const gd_json *config, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	const struct { const char *key; struct gd_words *to; } lists[] = {
		{ "Entrypoint", &ret->entrypoint }, { "Cmd", &ret->cmd }, { "Env", &ret->env },
	};
	const struct { const char *key; const char **to; } strings[] = {
		{ "User", &ret->user }, { "WorkingDir", &ret->cwd }, { "StopSignal", &ret->stop_signal },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (gd_image_words(config, lists[i].key, a, lists[i].to, err) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (gd_image_str(config, strings[i].key, a, strings[i].to, err) < 0)
			return -1;
	return read_volumes(config, ret, a, err) < 0 || read_ports(config, ret, a, err) < 0 ||
	       read_labels(config, ret, a, err) < 0 || read_health(config, ret, a, err) < 0 ? -1 : 0;
}

static int read_layers(const gd_json *doc, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	const gd_json *rootfs;

	if (object_in(doc, "rootfs", rootfs_keys, &rootfs, err) < 0)
		return -1;
	if (!gd_streq(gd_json_get_str(rootfs, "type"), "layers"))
		return gd_error_set(err, GD_E_INPUT, "'rootfs' is not made of layers");
	if (gd_image_words(rootfs, "diff_ids", a, &ret->diff_ids, err) < 0)
		return -1;
	if (ret->diff_ids.n > LAYERS_MAX)
		return gd_error_set(err, GD_E_INPUT, "it has more than %d layers", LAYERS_MAX);
	for (size_t i = 0; i < ret->diff_ids.n; i++)
		if (!gd_image_is_digest(ret->diff_ids.v[i]))
			return gd_error_set(err, GD_E_INPUT, "a layer is not named by a sha256 digest");
	return 0;
}

int gd_image_config(struct gd_bytes bytes, struct gd_image *ret, struct gd_arena *a, struct gd_error *err)
{
	gd_json *doc = gd_image_json(bytes, err);
	struct gd_image read = *ret;
	const gd_json *config;

	read.entrypoint = read.cmd = read.env = read.volumes = read.ports = read.health = read.diff_ids =
		(struct gd_words){ 0 };
	read.labels = NULL;
	read.n_labels = 0;
	int r = !doc || gd_image_exact(doc, root_keys, err) < 0 ||
		object_in(doc, "config", config_keys, &config, err) < 0 ||
		read_declared(config, &read, a, err) < 0 || read_layers(doc, &read, a, err) < 0 ? -1 : 0;
	gd_json_free(doc);
	if (r < 0)
		return gd_error_wrap(err, "image configuration");
	*ret = read;
	return 0;
}

void gd_image_chain_add(char chain[static 72], const char *diff_id)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[crypto_hash_sha256_BYTES];
	char text[2 * 72];

	if (chain[0] == '\0') {
		snprintf(chain, 72, "%s", diff_id);
		return;
	}
	int len = snprintf(text, sizeof(text), "%s %s", chain, diff_id);
	crypto_hash_sha256(sum, (const unsigned char *)text, (unsigned long long)len);
	for (size_t j = 0; j < sizeof(sum); j++) {
		chain[7 + 2 * j] = digits[sum[j] >> 4];
		chain[8 + 2 * j] = digits[sum[j] & 15];
	}
}

const char *gd_image_chain(const struct gd_words *diff_ids, size_t n, struct gd_arena *a)
{
	char chain[72] = "";

	/* Of no layers: "", nothing has that name. */
	for (size_t i = 0; i < n && n <= diff_ids->n; i++)
		gd_image_chain_add(chain, diff_ids->v[i]);
	return gd_strdup(a, chain);
}
