/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an engine's store says of the image that the sample documents were made of, and of its use; answers for rows. */
#ifndef GD_TEST_IMAGE_CASE_H
#define GD_TEST_IMAGE_CASE_H

#include "control_case.h"

#define N(v) (sizeof(v) / sizeof((v)[0]))
#define WORDS(v) ((struct gd_words){ v, N(v) })

/* rimg:1 of test/data/samples/docker20-image */
static inline void image_declared(struct gd_facts *f)
{
	static const char *entrypoint[] = { "/bin/sh", "-c", "exec \"$0\" \"$@\"" }, *cmd[] = { "sleep", "1000" };
	static const char *env[] = { "A=img", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "B=two" };
	static const char *volumes[] = { "/data" }, *ports[] = { "53/udp", "8080/tcp" };
	static const uint32_t groups[] = { 1234, 44 };

	f->image = (struct gd_image){
		.state = GD_IMAGE_KNOWN, .entrypoint = WORDS(entrypoint), .cmd = WORDS(cmd), .env = WORDS(env),
		.user = "app:app", .cwd = "/srv/app", .volumes = WORDS(volumes), .ports = WORDS(ports),
		.ids_known = true, .uid = 1234, .gid = 1234, .groups = groups, .n_groups = N(groups),
	};
	f->use.ports_known = true;
	f->use.image_volumes = WORDS(volumes);
	f->use.hostname = f->engine == GD_ENGINE_DOCKER ? "f05776224303" : NULL;
	f->use.upper = "/upper";
	f->host_known = true;
}

/* The image is the policy's affair and nobody can tell. */
static inline void image_none(struct gd_facts *f)
{
	f->image.state = GD_IMAGE_NONE;
	f->host_known = true;
}

static inline void image_unknown(struct gd_facts *f)
{
	f->image = (struct gd_image){ .state = GD_IMAGE_UNKNOWN, .why = "its configuration is gone" };
	f->host_known = true;
}

/* Nobody looked; and what is not KNOWN says nothing, whatever lies in it. */
static inline void image_not_asked(struct gd_facts *f)
{
	image_declared(f);
	f->image.state = GD_IMAGE_NOT_ASKED;
}

static inline void image_sandbox(struct gd_facts *f)
{
	image_none(f);
	f->class = GD_CLASS_SANDBOX;
}

static inline void image_build(struct gd_facts *f)
{
	image_none(f);
	f->class = GD_CLASS_BUILD;
}

/* The tables say what is pinned, and for what the store is asked. */
struct image_ask { const char *config; bool needs, pins; };
static inline void image_asks(const char *control, const struct image_ask *r)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name(control);
	struct gd_config_head *config = case_config(c, r->config, a);

	for (int action = GD_IGNORE; action <= GD_DENY; action++) {
		config->action = (enum gd_action)action;
		ck_assert_msg((c->needs_image && c->needs_image(config)) == (r->needs && action != GD_IGNORE), "%d %s",
			      action, r->config ? r->config : "");
		ck_assert_msg(c->pins(config) == (r->pins && action >= GD_REWRITE), "%d %s", action,
			      r->config ? r->config : "");
	}
	gd_arena_free(a);
}

#endif
