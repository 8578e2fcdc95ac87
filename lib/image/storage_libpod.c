/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpod's own records, <graph root>/libpod/bolt_state.db (Podman before 5.0; seen with 4.3):
 *   ctr/ID/{config,state}	JSON		vol/NAME/{config, vol-dependencies/ID}
 *   runtime-config/run-root
 * Podman 5 keeps the same JSON in SQLite, which is not read: ports and health check are then not known.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "image/bolt.h"
#include "image/storage.h"

#define DATABASE "libpod/bolt_state.db"
#define PORTS_MAX 70000 /* every port of the host, once */
#define INIT "/run/podman-init"
#define NEVER "0001-01-01T00:00:00Z"

struct reading {
	const char *id;
	struct gd_arena *a;
	struct gd_libpod *ret;
};

/* With a NUL behind, and none inside: the scanner's to look at. */
static int json_value(struct gd_bolt *b, const struct gd_bolt_bucket *in, const char *key, struct gd_arena *a,
		      struct gd_bytes *ret, struct gd_error *err)
{
	struct gd_bytes v;
	int r = gd_bolt_value(b, in, key, &v, err);

	if (r <= 0)
		return r;
	if (v.len > GD_IMAGE_RECORD_MAX)
		return gd_error_set(err, GD_E_INPUT, "a record of more than %u bytes", GD_IMAGE_RECORD_MAX);
	if (memchr(v.data, '\0', v.len))
		return gd_error_set(err, GD_E_INPUT, "a record with a NUL in it");
	*ret = (struct gd_bytes){ gd_strndup(a, v.data, v.len), v.len };
	return 1;
}

static int read_container(struct gd_bolt *b, void *context, struct gd_error *err)
{
	static const char *const run_path[] = { "runtime-config", NULL };
	struct reading *r = context;
	const char *const path[] = { "ctr", r->id, NULL };
	struct gd_bolt_bucket in;
	int found = gd_bolt_path(b, run_path, &in, err);

	*r->ret = (struct gd_libpod){ 0 };
	if (found < 0 || (found == 1 && gd_bolt_text(b, &in, "run-root", &r->ret->run_root, err) < 0))
		return -1;
	if ((found = gd_bolt_path(b, path, &in, err)) <= 0)
		return found;
	if (json_value(b, &in, "config", r->a, &r->ret->config, err) < 0 ||
	    json_value(b, &in, "state", r->a, &r->ret->state, err) < 0)
		return -1;
	return r->ret->config.data ? 1 : 0;
}

int gd_libpod_read(int graphfd, const char *id, struct gd_arena *a, struct gd_libpod *ret, struct gd_error *err)
{
	struct reading r = { id, a, ret };

	return gd_bolt_read(graphfd, DATABASE, read_container, &r, a, err);
}

/* --- ports ------------------------------------------------------------------------------------------------------ */

static bool port_in(const gd_json *obj, const char *key, int64_t *ret)
{
	const gd_json *v = gd_json_get(obj, key);

	*ret = 0;
	return !v || (gd_json_i64(v, ret) && *ret >= 0 && *ret <= UINT16_MAX);
}

/* Each mapping is a range; Podman has chosen host ports itself by now where nobody named one. */
static int read_ports(const gd_json *list, struct gd_use *use, struct gd_arena *a, struct gd_error *err)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	struct gd_published *v = NULL;

	for (size_t i = 0; i < gd_json_len(list); i++) {
		const gd_json *one = gd_json_at(list, i);
		const char *address = gd_json_get_str(one, "host_ip"), *name = gd_json_get_str(one, "protocol"),
			   *protocol = NULL;
		int64_t container, host, range;

		for (size_t k = 0; k < 3; k++)
			protocol = gd_streq(name && *name ? name : "tcp", protocols[k]) ? protocols[k] : protocol;
		if (!protocol || !port_in(one, "container_port", &container) || !port_in(one, "host_port", &host) ||
		    !port_in(one, "range", &range) || container == 0 || container + range > UINT16_MAX + 1 ||
		    host + range > UINT16_MAX + 1 || use->n_ports + (size_t)range > PORTS_MAX)
			return gd_error_set(err, GD_E_INPUT, "libpod's record has a port that is none");
		for (int64_t k = 0; k < (range ? range : 1); k++) {
			struct gd_published *p = GD_APPEND(a, v, use->n_ports);
			*p = (struct gd_published){ (uint16_t)(container + k), (uint16_t)(host ? host + k : 0),
						    protocol, address ? gd_strdup(a, address) : "" };
		}
	}
	use->ports = v;
	use->ports_known = true;
	return 0;
}

/* --- health check and init -------------------------------------------------------------------------------------- */

/*
 * As Podman runs it: the text of CMD-SHELL through sh, whatever the image's shell; a list without such a
 * word as it is.
 */
static int read_health(const gd_json *check, struct gd_use *use, struct gd_arena *a, struct gd_error *err)
{
	struct gd_words test;
	struct gd_buf text = { .arena = a };

	if (gd_image_words(check, "Test", a, &test, err) < 0)
		return -1;
	use->health_known = true;
	if (test.n == 0 || *test.v[0] == '\0' || gd_streq(test.v[0], "NONE"))
		return 0;
	bool shell = gd_streq(test.v[0], "CMD-SHELL"), words = gd_streq(test.v[0], "CMD");
	if (shell && test.n < 2)
		return 0;
	for (size_t i = shell || words; i < test.n; i++) {
		if (!shell)
			gd_words_add(a, &use->health, test.v[i]);
		else
			gd_buf_fmt(&text, "%s%s", i > 1 ? " " : "", test.v[i]);
	}
	if (shell) {
		gd_words_add(a, &use->health, "/bin/sh");
		gd_words_add(a, &use->health, "-c");
		gd_words_add(a, &use->health, text.data);
	}
	return 0;
}

/* The command begins with the engine's init, and neither the recorded entrypoint nor the command does. */
static bool has_init(const struct gd_facts *f, const gd_json *config)
{
	const struct gd_words *args = &f->process.args;
	const gd_json *typed = gd_json_get(config, "entrypoint");

	if (gd_json_len(typed) == 0)
		typed = gd_json_get(config, "command");
	return args->n > 2 && gd_streq(args->v[0], INIT) && gd_streq(args->v[1], "--") &&
	       !gd_streq(gd_json_str(gd_json_at(typed, 0)), INIT);
}

/* --- volumes ---------------------------------------------------------------------------------------------------- */

struct volume { const char *name, *dest; struct gd_bytes config; bool only; };
struct volumes {
	struct volume *v;
	size_t n;
	const char *id;
	struct gd_arena *a;
	bool own;	/* of the one that is looked at */
};

static int one_user(void *context, struct gd_bytes key, struct gd_bytes value, struct gd_error *err)
{
	struct volumes *all = context;

	(void)value;
	(void)err;
	all->own = all->own && key.len == strlen(all->id) && memcmp(key.data, all->id, key.len) == 0;
	return 0;
}

static int read_volumes(struct gd_bolt *b, void *context, struct gd_error *err)
{
	struct volumes *all = context;

	for (size_t i = 0; i < all->n; i++) {
		struct volume *v = &all->v[i];
		const char *const path[] = { "vol", v->name, NULL };
		struct gd_bolt_bucket in, users;
		int found = gd_bolt_path(b, path, &in, err);

		v->config = (struct gd_bytes){ 0 };
		v->only = false;
		if (found == 1)
			found = json_value(b, &in, "config", all->a, &v->config, err);
		if (found == 1 && (found = gd_bolt_bucket(b, &in, "vol-dependencies", &users, err)) == 1) {
			all->own = true;
			found = gd_bolt_each(b, &users, one_user, all, err);
			v->only = all->own;
		}
		if (found < 0)
			return -1;
	}
	return 1;
}

/* Go's RFC 3339 with nanoseconds, to nanoseconds since 1970; false where it is none. */
static bool read_time(const char *s, int64_t *ret)
{
	struct tm tm = { 0 };
	const char *end = s ? strptime(s, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	int64_t nano = 0, unit = 100000000, zone = 0;
	int hours, minutes;

	if (!end || tm.tm_year < 70 || tm.tm_year > 300)
		return false;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			nano += (*end - '0') * unit;
	if (*end == '+' || *end == '-') {
		if (sscanf(end + 1, "%2d:%2d", &hours, &minutes) != 2)
			return false;
		zone = (*end == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
	} else if (strcmp(end, "Z") != 0) {
		return false;
	}
	*ret = ((int64_t)timegm(&tm) - zone) * 1000000000 + nano;
	return true;
}

/* Anonymous, made with this container and used by it alone: nobody typed another container's volume's name. */
static bool made_for(const struct volume *v, const gd_json *container)
{
	struct gd_error ignored = { 0 };
	int64_t made, since;

	if (!v->config.data || !v->only)
		return false;
	gd_json *config = gd_image_json(v->config, &ignored);
	bool is = gd_json_get_bool(config, "isAnon") && gd_streq(gd_json_get_str(config, "name"), v->name) &&
		  read_time(gd_json_get_str(config, "createdAt"), &made) &&
		  read_time(gd_json_get_str(container, "createdTime"), &since) && made >= since;
	gd_json_free(config);
	return is;
}

/* Of the named volumes those that are declared by the image and were made for it. */
static int image_volumes(int graphfd, const gd_json *config, struct gd_facts *f, struct gd_arena *a,
			 struct gd_error *err)
{
	const gd_json *list = gd_json_get(config, "namedVolumes");
	struct volumes all = { .id = f->id, .a = a };

	for (size_t i = 0; i < gd_json_len(list); i++) {
		const char *name = gd_json_get_str(gd_json_at(list, i), "volumeName"),
			   *dest = gd_json_get_str(gd_json_at(list, i), "dest");
		if (!name || !dest || *dest != '/' || !gd_words_has(&f->image.volumes, gd_path_clean(a, dest)))
			continue;
		struct volume *v = GD_APPEND(a, all.v, all.n);
		*v = (struct volume){ .name = gd_strdup(a, name), .dest = gd_strdup(a, dest) };
	}
	if (all.n > 0 && gd_bolt_read(graphfd, DATABASE, read_volumes, &all, a, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (made_for(&all.v[i], config))
			gd_words_add(a, &f->use.image_volumes, all.v[i].dest);
	return 0;
}

/* --- all -------------------------------------------------------------------------------------------------------- */

static int read_config(int graphfd, const gd_json *config, struct gd_facts *f, struct gd_arena *a,
		       struct gd_error *err)
{
	const char *hostname = gd_json_get_str(f->doc, "hostname");

	if (!gd_streq(gd_json_get_str(config, "id"), f->id))
		return gd_error_set(err, GD_E_INPUT, "libpod's record is of another container");
	/* Before 4.0 ports were kept otherwise; such a container's are not known. */
	if (!gd_json_has(config, "portMappings") &&
	    read_ports(gd_json_get(config, "newPortMappings"), &f->use, a, err) < 0)
		return -1;
	if (read_health(gd_json_get(config, "healthcheck"), &f->use, a, err) < 0)
		return -1;
	f->use.init = has_init(f, config);
	f->use.hostname = hostname ? gd_strdup(a, hostname) : NULL;
	return image_volumes(graphfd, config, f, a, err);
}

int gd_libpod_use(int graphfd, const struct gd_libpod *record, struct gd_facts *f, struct gd_arena *a,
		  struct gd_error *err)
{
	gd_json *config = gd_image_json(record->config, err), *state = NULL;
	int r = -1;

	if (config && (!record->state.data || (state = gd_image_json(record->state, err)))) {
		const char *started = gd_json_get_str(state, "startedTime");
		f->use.started_before = started && !gd_streq(started, NEVER);
		r = read_config(graphfd, config, f, a, err);
	}
	gd_json_free(state);
	gd_json_free(config);
	return r < 0 ? gd_error_wrap(err, "libpod's record") : 0;
}
