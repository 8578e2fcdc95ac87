/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the host's ports leads into a container. config.json does not show it: the engine keeps it beside the
 * container (facts/image.h: gd_use). No rewriting: what is published the engine sets up after the runtime returns,
 * from its own record.
 *
 * A container in the host's network publishes nothing, and everything: whether it may be there is the control
 * namespaces'. Here it is told only where nothing at all may be published.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "control/like.h"

struct config {
	struct gd_config_head head;
	bool publish;
	int like;
	struct gd_words host_ports, addresses;
};

#define ALL_PORTS 65535
#define EVERY_ADDRESS "any" /* how a policy writes it */

#define AT(member) .offset = offsetof(struct config, member)
static const struct gd_field fields[] = {
	{ .name = "publish",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  AT(publish),
	  .help = "ports of the host may lead into the container" },
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  AT(like),
	  .help = "'image': only to ports that the image exposes" },
	{ .name = "hostPorts",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_RANGE,
	  AT(host_ports),
	  .primary = true,
	  .help = "ranges of the host's ports; one that the engine picks itself always passes" },
	{ .name = "addresses",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  AT(addresses),
	  .help = "the host's addresses, '*' matches; 'any' for all of them at once (0.0.0.0, ::, or none said)" },
	{ .name = NULL },
};
#undef AT

/* "any", or the address as inet_ntop(3) writes it, so that it has one spelling; what is none stays as it is. */
static const char *address_of(const struct gd_published *p, struct gd_arena *a)
{
	struct in6_addr six;
	struct in_addr four;
	char text[INET6_ADDRSTRLEN];
	const char *s = p->address ? p->address : "";
	bool is_four = inet_pton(AF_INET, s, &four) == 1;

	if (!*s)
		return EVERY_ADDRESS;
	if (!is_four && inet_pton(AF_INET6, s, &six) == 1) {
		if (!IN6_IS_ADDR_V4MAPPED(&six)) {
			if (IN6_IS_ADDR_UNSPECIFIED(&six))
				return EVERY_ADDRESS;
			return gd_strdup(a, inet_ntop(AF_INET6, &six, text, sizeof(text)));
		}
		memcpy(&four, &six.s6_addr[12], sizeof(four));
		is_four = true;
	}
	if (!is_four)
		return s;
	return four.s_addr == 0 ? EVERY_ADDRESS : gd_strdup(a, inet_ntop(AF_INET, &four, text, sizeof(text)));
}

static bool address_allowed(const struct config *c, const char *address)
{
	for (size_t i = 0; i < c->addresses.n; i++)
		if (gd_glob(c->addresses.v[i], address))
			return true;
	return false;
}

/* "80/tcp"; images built by hand also declare "8000-8010/tcp". */
static bool is_exposed(const struct gd_image *image, const struct gd_published *p)
{
	const char *protocol = p->protocol ? p->protocol : "tcp";

	for (size_t i = 0; i < image->ports.n; i++) {
		const char *s = image->ports.v[i], *slash = strchr(s, '/');
		char range[24];
		uint64_t lo, hi;
		size_t n = slash ? (size_t)(slash - s) : strlen(s);

		if (n >= sizeof(range) || strcmp(slash ? slash + 1 : "tcp", protocol) != 0)
			continue;
		memcpy(range, s, n);
		range[n] = '\0';
		if (gd_range_parse(range, &lo, &hi) == 0 && p->container >= lo && p->container <= hi)
			return true;
	}
	return false;
}

/* "8080:80/tcp", "127.0.0.1:8080:80/udp": as people type it. */
static const char *show(const struct gd_published *p, struct gd_arena *a)
{
	const char *address = p->address ? p->address : "", *colon = strchr(address, ':');

	return gd_printf(a, "%s%s%s%s%s%u/%s", colon ? "[" : "", *address ? gd_bare(a, address, 60) : "",
			 colon ? "]" : "", *address ? ":" : "",
			 p->host ? gd_printf(a, "%u:", p->host) : *address ? ":" : "", p->container,
			 gd_bare(a, p->protocol ? p->protocol : "tcp", 8));
}

static struct gd_finding *found(const struct gd_facts *f, const struct gd_published *p, const char *why,
				const char *fix, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "%s", "");
	bool pod = gd_dialect(f) == GD_SPEAK_POD;

	x->value = p ? show(p, out->arena) : NULL;
	x->what = p ? gd_printf(out->arena, "the published port %s", x->value) : "published ports";
	x->flag = p ? gd_say(f, GD_SAY_PUBLISH, pod ? gd_printf(out->arena, "%u", p->host) : x->value, out->arena)
		    : NULL;
	x->why = why;
	x->fix = fix;
	x->asked = true;
	return x;
}

static const char *exposed_list(const struct gd_image *image, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	for (size_t i = 0; i < image->ports.n && i < 8; i++)
		gd_buf_fmt(&b, "%s%s", i ? ", " : "", gd_quote(a, image->ports.v[i], 24));
	if (image->ports.n > 8)
		gd_buf_str(&b, " and more");
	return b.data ? b.data : "none";
}

static const char *range_list(const struct gd_words *w, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	for (size_t i = 0; i < w->n && i < 8; i++)
		gd_buf_fmt(&b, "%s%s", i ? ", " : "", w->v[i]);
	return b.data ? b.data : "none";
}

static void check_port(const struct gd_facts *f, const struct config *c, const struct gd_published *p,
		       struct gd_findings *out)
{
	struct gd_arena *a = out->arena;
	const char *address = address_of(p, a);

	if (c->like == GD_LIKE_IMAGE && f->image.state == GD_IMAGE_KNOWN && !is_exposed(&f->image, p))
		found(f, p,
		      gd_printf(a, "the image exposes %s, and not port %u", exposed_list(&f->image, a), p->container),
		      "publish a port that the image exposes", out)
			->wanted = "a port that the image exposes";
	if (p->host != 0 && !gd_ranges_have(&c->host_ports, p->host))
		found(f, p, gd_printf(a, "the host's port %u is none of those that this policy lists", p->host),
		      gd_printf(a, "publish on one of %s, or leave the host's port to the engine",
				range_list(&c->host_ports, a)),
		      out)
			->wanted = "a port of the host that the policy lists";
	if (!address_allowed(c, address))
		found(f, p,
		      strcmp(address, EVERY_ADDRESS) == 0
			      ? "it would be open on every address of the host"
			      : gd_printf(a, "the host's address %s is none of those that this policy lists",
					  gd_quote(a, address, 60)),
		      c->addresses.n ? gd_printf(a, "publish on %s", gd_quote(a, c->addresses.v[0], 60))
				     : "leave it out",
		      out)
			->wanted = "an address of the host that the policy lists";
}

static void check_all(const struct gd_facts *f, const struct config *c, struct gd_findings *out)
{
	if (f->use.publish_all && !address_allowed(c, EVERY_ADDRESS)) {
		struct gd_finding *x = found(f, NULL, "every exposed port would be open on every address of the host",
					     "publish each port by itself, on an address", out);

		x->flag = gd_dialect(f) == GD_SPEAK_FLAGS ? "--publish-all" : NULL;
	}
	for (size_t i = 0; i < f->use.n_ports; i++)
		check_port(f, c, &f->use.ports[i], out);
}

/* Anything that could be published is refused or compared with something. */
static bool restricts(const struct config *c)
{
	const struct gd_words *w = &c->host_ports;
	bool every_port = false, every_address = false;

	for (size_t i = 0; i < w->n; i++) {
		uint64_t lo, hi;

		every_port |= gd_range_parse(w->v[i], &lo, &hi) == 0 && lo <= 1 && hi >= ALL_PORTS;
	}
	for (size_t i = 0; i < c->addresses.n; i++)
		every_address |= strcmp(c->addresses.v[i], "*") == 0 || strcmp(c->addresses.v[i], "**") == 0;
	return !c->publish || c->like != GD_LIKE_ANY || !every_port || !every_address;
}

static void check_none(const struct gd_facts *f, struct gd_findings *out)
{
	for (size_t i = 0; i < f->use.n_ports; i++)
		found(f, &f->use.ports[i], "this policy lets no port of the host lead into a container",
		      "leave it out", out)
			->wanted = "nothing published";
	if (f->use.publish_all)
		found(f, NULL, "this policy lets no port of the host lead into a container",
		      "leave --publish-all out", out)
			->flag = gd_dialect(f) == GD_SPEAK_FLAGS ? "--publish-all" : NULL;
	if (f->linux_.ns[GD_NS_NETWORK].state == GD_NS_HOST) {
		struct gd_finding *x = found(f, NULL,
					     "in the host's network every port that it listens on is one "
					     "of the host's",
					     "give it a network of its own", out);

		x->what = "a container in the host's network";
		x->flag = gd_say(f, GD_SAY_NETWORK, gd_dialect(f) == GD_SPEAK_POD ? "true" : "host", out->arena);
		x->wanted = "nothing published";
	}
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct config *c = config;

	if (gd_like_exempt(f) || !restricts(c))
		return;
	if (!f->use.ports_known) {
		struct gd_finding *x = gd_found(out, "%s", "");

		x->what = "published ports";
		x->why = "which ports of the host lead into this container cannot be told: "
			 "the engine's record of them was not found";
		x->wanted = "known ports";
		x->fix = "have the control ports let everything pass where this engine keeps none";
		return;
	}
	if (!c->publish)
		check_none(f, out);
	else if (c->like != GD_LIKE_IMAGE || f->use.n_ports == 0 || gd_like_known(f, "", "a published port", out))
		check_all(f, c, out);
}

static bool needs_image(const void *config)
{
	const struct config *c = config;

	return gd_like_looks(&c->head) && restricts(c);
}

const struct gd_control gd_control_ports = {
	.name = "ports",
	.help = "which ports and addresses of the host lead into a container",
	.fields = fields,
	.config_size = sizeof(struct config),
	.verbs = GD_V_CREATE,
	.sandbox = false,
	.ids = "CIS-Docker-5.8 CIS-Docker-5.9 CIS-Docker-5.14 NIST-800-190-4.4.2 PCI-DSS-1.3",
	.check = check,
	.needs_image = needs_image,
};
