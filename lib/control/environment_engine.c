/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables that engines add by themselves (engine-facts 4). A name alone is never enough: "TERM=/evil" and
 * "KUBERNETES_SERVICE_HOST=$(...)" are somebody's. What a user can make an engine write (the alias of a link, the
 * name of a service) decides no more than the front of a name whose end is the engine's.
 *
 * Left out on purpose: proxies (the client's, not the engine's: they say where traffic goes) and NVIDIA_*. A policy
 * lists them under environment.allow.
 */
#include <arpa/inet.h>
#include <string.h>

#include "control/environment.h"

#define DIGITS "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_"
#define HOST "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS ".-"

static bool all_of(const char *s, const char *set, size_t max)
{
	size_t n = strspn(s, set);

	return n > 0 && n <= max && s[n] == '\0';
}

static bool is_number(const char *s)
{
	return all_of(s, DIGITS, 10);
}

static bool is_port(const char *s)
{
	uint64_t v;

	return gd_parse_u64(s, &v) == 0 && v > 0 && v <= UINT16_MAX;
}

static bool is_address(const char *s)
{
	struct in6_addr six;
	struct in_addr four;

	return inet_pton(AF_INET, s, &four) == 1 || inet_pton(AF_INET6, s, &six) == 1;
}

static bool is_protocol(const char *s)
{
	return !strcmp(s, "tcp") || !strcmp(s, "udp") || !strcmp(s, "sctp");
}

/* "tcp://10.0.0.1:443", "udp://[fd00::1]:53" */
static bool is_url(const char *s)
{
	const char *sep = strstr(s, "://"), *colon = strrchr(s, ':');
	char part[64];
	size_t n;

	if (!sep || sep == s || (size_t)(sep - s) > 4 || colon < sep + 3 || !is_port(colon + 1))
		return false;
	memcpy(part, s, (size_t)(sep - s));
	part[sep - s] = '\0';
	if (!is_protocol(part))
		return false;
	s = sep + 3;
	n = (size_t)(colon - s);
	if (n > 2 && s[0] == '[' && s[n - 1] == ']')
		s++, n -= 2;
	if (n == 0 || n >= sizeof(part))
		return false;
	memcpy(part, s, n);
	part[n] = '\0';
	return is_address(part);
}

/* "_PORT_443_TCP", and with _PROTO, _PORT, _ADDR behind. Docker's legacy links write the same, and _START, _END. */
static bool is_port_variable(const char *rest, const char *value)
{
	static const struct { const char *end; bool (*form)(const char *); } ends[] = {
		{ "", is_url }, { "_PROTO", is_protocol }, { "_PORT", is_port }, { "_ADDR", is_address },
		{ "_PORT_START", is_port }, { "_PORT_END", is_port }, { "_START", is_url }, { "_END", is_url },
	};
	size_t n;

	if (!gd_starts(rest, "_PORT_"))
		return false;
	rest += strlen("_PORT_");
	n = strspn(rest, DIGITS);
	if (n == 0 || rest[n] != '_')
		return false;
	rest += n + 1;
	if (!gd_starts(rest, "TCP") && !gd_starts(rest, "UDP") && !gd_starts(rest, "SCTP"))
		return false;
	rest += rest[0] == 'S' ? 4 : 3;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(rest, ends[i].end) == 0)
			return ends[i].form(value);
	return false;
}

/* Kubernetes tells every container of the services in its namespace. */
static bool is_service(const char *name, const char *value)
{
	const char *at;

	if (!all_of(name, UPPER, 512))
		return false;
	if (gd_ends(name, "_SERVICE_HOST"))
		return is_address(value);
	if (gd_ends(name, "_SERVICE_PORT") || strstr(name, "_SERVICE_PORT_"))
		return is_port(value);
	if (gd_ends(name, "_PORT"))
		return is_url(value) || (strstr(name, "_PORT_") && is_port(value));
	for (at = name; (at = strstr(at, "_PORT_")) != NULL; at++)
		if (at > name && is_port_variable(at, value))
			return true;
	return false;
}

/*
 * use.links: "DB_*" for a link with the alias db. The alias is the user's: "ld" must not explain LD_PRELOAD. So
 * behind it comes what Docker writes there: NAME, PORT, PORT_5432_TCP..., and ENV_ with what the other container has.
 */
static bool is_link(const struct gd_words *links, const char *name, const char *value)
{
	for (size_t i = 0; i < links->n; i++) {
		const char *front = links->v[i], *rest;
		size_t n = strlen(front);

		if (n < 2 || front[n - 1] != '*') {
			if (strcmp(front, name) == 0)
				return true;
			continue;
		}
		if (front[n - 2] != '_' || strncmp(front, name, n - 1) != 0)
			continue;
		rest = name + n - 2; /* from the underscore on */
		if (strcmp(rest, "_NAME") == 0 || (gd_starts(rest, "_ENV_") && rest[5]))
			return true;
		if (strcmp(rest, "_PORT") == 0 ? is_url(value) : is_port_variable(rest, value))
			return true;
	}
	return false;
}

static bool is_hostname(const struct gd_facts *f, const char *value)
{
	const char *in_document = gd_json_get_str(f->doc, "hostname");
	bool pod = f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO;

	/* What somebody typed: a kernel takes any bytes for a name, and scripts take this variable without quotes. */
	if (!all_of(value, HOST "_", 253))
		return false;
	if (f->use.hostname || in_document)
		return gd_streq(value, f->use.hostname) || gd_streq(value, in_document);
	/* a pod's container has its sandbox's name, which its own document does not say */
	return pod && all_of(value, HOST, 253);
}

/*
 * From the image's /etc/passwd, as the store's reader found it there; else the usual places, and where it starts.
 * Root's always: where another user was made the image's, the home of the one asked for stays behind.
 */
static bool is_home(const struct gd_facts *f, const char *value)
{
	const char *user = f->image.user ? f->image.user : "";
	size_t n = strcspn(user, ":");

	if (gd_streq(value, f->process.cwd) || strcmp(value, "/") == 0 || strcmp(value, "/root") == 0)
		return true;
	if (f->image.home && *f->image.home && f->process.uid == f->image.uid)
		return strcmp(value, f->image.home) == 0;
	return n > 0 && gd_starts(value, "/home/") && strlen(value + 6) == n && strncmp(value + 6, user, n) == 0;
}

static bool is_podmans(const struct gd_facts *f, const char *name, const char *value)
{
	if (!strcmp(name, "container"))
		return !strcmp(value, "podman") || !strcmp(value, "oci");
	if (!strcmp(name, "HOME"))
		return is_home(f, value);
	if (!strcmp(name, "container_uuid")) /* systemd in it makes its machine id of it */
		return strlen(value) == 32 && gd_starts(f->id ? f->id : "", value);
	if (!strcmp(name, "NOTIFY_SOCKET"))
		return !strcmp(value, "/run/notify/notify.sock");
	return (!strcmp(name, "LISTEN_FDS") || !strcmp(name, "LISTEN_PID")) && is_number(value);
}

bool gd_env_is_engines(const struct gd_facts *f, const char *name, const char *value, const char *own)
{
	bool pod = f->engine == GD_ENGINE_CRI || f->engine == GD_ENGINE_CRIO;

	if (!strcmp(name, "TERM"))
		return !strcmp(value, "xterm") && (f->process.terminal || f->engine == GD_ENGINE_PODMAN ||
						   f->engine == GD_ENGINE_CRIO);
	if (own)
		return false; /* whatever comes now is written over what the image says */
	if (!strcmp(name, "PATH"))
		return !strcmp(value, GD_DEFAULT_PATH);
	if (!strcmp(name, "HOSTNAME"))
		return is_hostname(f, value);
	if (f->engine == GD_ENGINE_PODMAN && is_podmans(f, name, value))
		return true;
	if (f->engine == GD_ENGINE_CRIO && ((!strcmp(name, "container") && !strcmp(value, "crio")) ||
					    (!strcmp(name, "GOMAXPROCS") && is_number(value))))
		return true;
	return (pod && is_service(name, value)) || is_link(&f->use.links, name, value);
}

bool gd_env_may_lack(const struct gd_facts *f, const char *name)
{
	static const char *const names[] = { "HOSTNAME", "HOME", "TERM", "container", "container_uuid",
					     "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return f->verb == GD_ON_EXEC;
	return false;
}
