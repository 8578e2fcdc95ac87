/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a container uses its image, by Docker's records of what was asked for. */
#include <ctype.h>
#include <string.h>

#include "image/docker.h"

#define PUBLISHED_MAX 4096 /* ports; over it they are not known */
#define ZERO_TIME "0001-01-01T00:00:00Z" /* Go's, for never */

static const char *copied(const struct gd_docker *d, const char *s)
{
	return s ? gd_strdup(d->a, s) : NULL;
}

/* --- ports ------------------------------------------------------------------------------------ */
struct ports {
	struct gd_published *v;
	size_t n;
};

static bool add_port(const struct gd_docker *d, struct ports *p, uint16_t container, uint16_t host,
		     const char *protocol, const char *address)
{
	if (p->n >= PUBLISHED_MAX)
		return false;
	*GD_APPEND(d->a, p->v, p->n) = (struct gd_published){
		.container = container, .host = host, .protocol = protocol, .address = address,
	};
	return true;
}

/* {"HostIp": "127.0.0.1", "HostPort": "8080"}; of a range of host ports Docker takes one: each may be it. */
static bool add_binding(const struct gd_docker *d, struct ports *p, uint16_t container, const char *protocol,
			const gd_json *binding)
{
	const gd_json *ip = gd_json_get(binding, "HostIp"), *port = gd_json_get(binding, "HostPort");
	const char *address = ip ? gd_json_str(ip) : "", *text = port ? gd_json_str(port) : "", *unused;
	uint16_t first = 0, last = 0;

	if (gd_json_kind(binding) != GD_JSON_OBJECT || !address || !text)
		return false;
	if (*text != '\0' && (strchr(text, '/') || !gd_image_port(text, &first, &last, &unused)))
		return false;
	address = copied(d, address);
	for (unsigned host = first; host <= last; host++)
		if (!add_port(d, p, container, (uint16_t)host, protocol, address))
			return false;
	return true;
}

static bool add_bindings(const struct gd_docker *d, struct ports *p, const gd_json *bindings)
{
	struct gd_json_iter it = { 0 };

	if (bindings && gd_json_kind(bindings) != GD_JSON_OBJECT)
		return false;
	while (bindings && gd_json_next(bindings, &it)) {
		uint16_t first, last;
		const char *protocol;
		if (!gd_image_port(it.key, &first, &last, &protocol) || first != last || first == 0 ||
		    (it.value && gd_json_kind(it.value) != GD_JSON_ARRAY))
			return false;
		for (size_t i = 0; i < gd_json_len(it.value); i++)
			if (!add_binding(d, p, first, protocol, gd_json_at(it.value, i)))
				return false;
	}
	return true;
}

/* --publish-all: what is exposed, by the image or by --expose, and not bound already. */
static bool add_exposed(const struct gd_docker *d, struct ports *p, const gd_json *exposed)
{
	struct gd_json_iter it = { 0 };
	size_t bound = p->n;

	while (exposed && gd_json_next(exposed, &it)) {
		uint16_t first, last;
		const char *protocol;
		bool has = false;
		if (!gd_image_port(it.key, &first, &last, &protocol))
			return false;
		for (unsigned port = first; port <= last; port++, has = false) {
			for (size_t i = 0; i < bound && !has; i++)
				has = p->v[i].container == port && p->v[i].protocol == protocol;
			if (!has && !add_port(d, p, (uint16_t)port, 0, protocol, ""))
				return false;
		}
	}
	return true;
}

/*
 * What swarm publishes through its ingress network is in the manager's log alone: ports of a task that is on
 * it are not known.
 */
static void read_ports(const struct gd_docker *d, const gd_json *record, const gd_json *host)
{
	const gd_json *networks = gd_json_get(gd_json_get(record, "NetworkSettings"), "Networks");
	struct gd_use *use = &d->f->use;
	struct ports p = { 0 };

	use->publish_all = gd_json_get_bool(host, "PublishAllPorts");
	if (gd_json_get_bool(record, "Managed") && gd_json_has(networks, "ingress"))
		return;
	if (!add_bindings(d, &p, gd_json_get(host, "PortBindings")) ||
	    (use->publish_all && !add_exposed(d, &p, gd_json_get(gd_json_get(record, "Config"), "ExposedPorts"))))
		return;
	use->ports = p.v;
	use->n_ports = p.n;
	use->ports_known = true;
}

/* --- links ------------------------------------------------------------------------------------ */
/* "db:alias", "db", or as an inspected one has it "/db:/web/alias". */
static const char *alias_of(const char *link, struct gd_arena *a)
{
	const char *colon = strchr(link, ':');
	const char *alias = colon ? colon + 1 : link;

	if (link[0] == '/' && strrchr(alias, '/'))
		alias = strrchr(alias, '/') + 1;
	char *name = gd_strdup(a, alias);
	for (char *p = name; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("_.-", *p))
			return NULL; /* not one of Docker's names; a '*' would be a pattern */
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	}
	return *name != '\0' ? name : NULL;
}

/*
 * --link sets ALIAS_PORT, ALIAS_PORT_<n>_<proto>..., ALIAS_NAME and ALIAS_ENV_*, and on the default network only.
 * Told as "ALIAS_*"; which names behind that a link has, and of which form their values are, the control environment
 * knows: an alias "ld" explains no LD_PRELOAD, and a link no DB_PORT that is no address.
 */
static void read_links(const struct gd_docker *d, const gd_json *record, const gd_json *host)
{
	const gd_json *links = gd_json_get(host, "Links");

	if (!gd_json_has(gd_json_get(gd_json_get(record, "NetworkSettings"), "Networks"), "bridge"))
		return;
	for (size_t i = 0; i < gd_json_len(links); i++) {
		const char *link = gd_json_str(gd_json_at(links, i));
		const char *alias = link ? alias_of(link, d->a) : NULL;
		if (alias)
			gd_words_add(d->a, &d->f->use.links, gd_printf(d->a, "%s_*", alias));
	}
}

/* --- the rest ------------------------------------------------------------------------------------ */
/* In the record's own words what was merged of the image's and the user's. */
static void read_health(const struct gd_docker *d, const gd_json *record)
{
	const gd_json *config = gd_json_get(record, "Config"), *health = gd_json_get(config, "Healthcheck");
	struct gd_use *use = &d->f->use;
	struct gd_words test, shell;
	struct gd_error none = { 0 };

	if (gd_json_kind(config) != GD_JSON_OBJECT || (health && gd_json_kind(health) != GD_JSON_OBJECT) ||
	    gd_image_words(health, "Test", d->a, &test, &none) < 0 ||
	    gd_image_words(config, "Shell", d->a, &shell, &none) < 0)
		return;
	use->health = gd_image_health(&test, &shell, d->a);
	use->health_known = true;
}

static bool is_anonymous(const gd_json *point)
{
	const char *name = gd_json_get_str(point, "Name"), *driver = gd_json_get_str(point, "Driver");
	struct gd_json_iter it = { 0 };
	const gd_json *spec = gd_json_get(point, "Spec");

	if (!gd_streq(gd_json_get_str(point, "Type"), "volume") || !gd_streq(driver, "local") ||
	    !gd_is_hex64(name))
		return false;
	/* Whoever typed something is in it: Docker leaves out what is empty. */
	return gd_json_kind(spec) == GD_JSON_OBJECT && !gd_json_next(spec, &it);
}

/*
 * "-v /data" makes an anonymous one as the image's VOLUME does: those that the image declares are kept.
 * --volumes-from copies the other's with its record, so that with it none can be told to be this image's.
 */
static void read_volumes(const struct gd_docker *d, const gd_json *record, const gd_json *host)
{
	const gd_json *points = gd_json_get(record, "MountPoints");
	struct gd_json_iter it = { 0 };

	if (!host || gd_json_len(gd_json_get(host, "VolumesFrom")) > 0)
		return;
	while (points && gd_json_next(points, &it)) {
		if (!is_anonymous(it.value) || it.key[0] != '/')
			continue;
		const char *path = gd_path_clean(d->a, it.key);
		if (gd_words_has(&d->f->image.volumes, path))
			gd_words_add(d->a, &d->f->use.image_volumes, path);
	}
}

/*
 * The command as recorded is without the init that the daemon puts before it, by the container's own setting or by
 * daemon.json, which no record shows.
 */
static bool has_init(const struct gd_docker *d, const gd_json *record, const gd_json *host)
{
	const struct gd_words *args = &d->f->process.args;
	const gd_json *rest = gd_json_get(record, "Args"), *init = gd_json_get(host, "Init");
	const char *path = gd_json_get_str(record, "Path");
	size_t n = gd_json_len(rest);

	if ((init && !gd_json_bool(init, false)) || !path || args->n != n + 3 ||
	    !gd_streq(args->v[0], "/sbin/docker-init") || !gd_streq(args->v[1], "--") || !gd_streq(args->v[2], path))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!gd_streq(args->v[i + 3], gd_json_str(gd_json_at(rest, i))))
			return false;
	return true;
}

void gd_docker_use(struct gd_docker *d, const gd_json *record, const gd_json *host)
{
	struct gd_use *use = &d->f->use;
	const char *started = gd_json_get_str(gd_json_get(record, "State"), "StartedAt");

	if (host && gd_json_kind(host) == GD_JSON_OBJECT) {
		read_ports(d, record, host);
		read_links(d, record, host);
		read_volumes(d, record, host);
	}
	read_health(d, record);
	use->hostname = copied(d, gd_json_get_str(gd_json_get(record, "Config"), "Hostname"));
	use->init = has_init(d, record, host);
	/* Without a word about it, what lies in the writable layer may be the container's own. */
	use->started_before = !started || strcmp(started, ZERO_TIME) != 0 ||
			      gd_json_get_bool(record, "HasBeenStartedBefore");
}
