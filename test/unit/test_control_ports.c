/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define K GD_ENGINE_CRI, GD_ON_CREATE
#define ALL "\"hostPorts\":[\"*\"],\"addresses\":[\"*\"]"
#define FREE "\"publish\":true,\"like\":\"any\"," ALL
#define IMAGE "\"publish\":true,\"like\":\"image\"," ALL
#define NONE "\"publish\":false,\"like\":\"any\"," ALL
#define PORTS(...) "\"publish\":true,\"like\":\"any\",\"addresses\":[\"*\"],\"hostPorts\":[" __VA_ARGS__ "]"
#define AT(...) "\"publish\":true,\"like\":\"any\",\"hostPorts\":[\"*\"],\"addresses\":[" __VA_ARGS__ "]"
#define ONE ":a"	/* a finding about nothing in the document, asked */

#define PUBLISHED(name, ...) \
	static void name(struct gd_facts *f) \
	{ \
		static const struct gd_published p[] = { __VA_ARGS__ }; \
		image_declared(f); \
		f->use.ports = p; \
		f->use.n_ports = N(p); \
	}
PUBLISHED(web, { 8080, 8080, "tcp", "" })
PUBLISHED(web_low, { 8080, 80, "tcp", "" })
PUBLISHED(web_picked, { 8080, 0, "tcp", "" })
PUBLISHED(web_udp, { 8080, 8080, "udp", "" })
PUBLISHED(ssh, { 22, 2222, "tcp", "" })
PUBLISHED(two, { 8080, 8080, "tcp", "127.0.0.1" }, { 22, 2222, "tcp", "127.0.0.1" })
PUBLISHED(local, { 8080, 8080, "tcp", "127.0.0.1" })
PUBLISHED(other, { 8080, 8080, "tcp", "10.0.0.5" })
PUBLISHED(zeros, { 8080, 8080, "tcp", "0.0.0.0" })
PUBLISHED(colons, { 8080, 8080, "tcp", "::" })
PUBLISHED(long_zeros, { 8080, 8080, "tcp", "0:0:0:0:0:0:0:0" })
PUBLISHED(mapped_zeros, { 8080, 8080, "tcp", "::ffff:0.0.0.0" })
PUBLISHED(mapped_local, { 8080, 8080, "tcp", "::ffff:127.0.0.1" })
PUBLISHED(six, { 8080, 8080, "tcp", "FD00:0::5" })
PUBLISHED(odd, { 8080, 8080, "tcp", "0x7f.1" })
PUBLISHED(nothing, { 8080, 8080, NULL, NULL })

static void ranged(struct gd_facts *f)
{
	static const char *ports[] = { "8000-8090/tcp" };

	web(f);
	f->image.ports = WORDS(ports);
}

static void all(struct gd_facts *f)
{
	image_declared(f);
	f->use.publish_all = true;
}

static void not_recorded(struct gd_facts *f)
{
	image_declared(f);
	f->use.ports_known = false;
}

static void on_host(struct gd_facts *f)
{
	image_declared(f);
	f->linux_.ns[GD_NS_NETWORK].state = GD_NS_HOST;
}

static void web_unknown(struct gd_facts *f)
{
	web(f);
	f->image.state = GD_IMAGE_UNKNOWN;
	f->image.why = "gone";
}

static void none_unknown(struct gd_facts *f)
{
	image_unknown(f);
	f->use.ports_known = true;
}

static void sandbox(struct gd_facts *f)
{
	ssh(f);
	f->class = GD_CLASS_SANDBOX;
}

static const struct control_row table[] = {
	{ D, NULL, FREE, "", .host = web },
	{ D, NULL, FREE, "", .host = not_recorded },
	{ D, NULL, FREE, "", .host = on_host },
	/* those that the image exposes */
	{ D, NULL, IMAGE, "", .host = web },
	{ D, NULL, IMAGE, "", .host = web_low },
	{ D, NULL, IMAGE, "", .host = image_declared },
	{ D, NULL, IMAGE, "", .host = ranged },
	{ D, NULL, IMAGE, ONE, "-p 2222:22/tcp", .host = ssh },
	{ D, NULL, IMAGE, ONE, "-p 8080:8080/udp", .host = web_udp },
	{ D, NULL, IMAGE, ONE, "-p 127.0.0.1:2222:22/tcp", .host = two },
	{ K, NULL, IMAGE, ONE, "hostPort: 2222", .host = ssh },
	{ D, NULL, IMAGE, "", .host = all },
	/* ports of the host */
	{ D, NULL, PORTS("\"1024-65535\""), "", .host = web },
	{ D, NULL, PORTS("\"1024-65535\""), ONE, "-p 80:8080/tcp", .host = web_low },
	{ D, NULL, PORTS("80"), "", .host = web_low },
	{ D, NULL, PORTS(""), ONE, .host = web },
	{ D, NULL, PORTS(""), "", .host = web_picked },
	{ D, NULL, PORTS(""), "", .host = image_declared },
	{ D, NULL, PORTS("8080"), ONE, .host = two },
	/* addresses of the host: every one of them has its own word, however it is written */
	{ D, NULL, AT("\"127.0.0.1\""), "", .host = local },
	{ D, NULL, AT("\"127.0.0.1\""), "", .host = mapped_local },
	{ D, NULL, AT("\"127.0.0.1\""), ONE, "-p 10.0.0.5:8080:8080/tcp", .host = other },
	{ D, NULL, AT("\"10.0.0.*\""), "", .host = other },
	{ D, NULL, AT("\"10.0.0.*\""), ONE, .host = local },
	{ D, NULL, AT("\"127.*\""), ONE, .host = web },
	{ D, NULL, AT("\"0.0.0.0\""), ONE, .host = zeros },
	{ D, NULL, AT("\"127.*\""), ONE, .host = colons },
	{ D, NULL, AT("\"127.*\",\"::*\""), ONE, "-p [::]:8080:8080/tcp", .host = colons },
	{ D, NULL, AT("\"::ffff:*\""), ONE, .host = mapped_zeros },
	{ D, NULL, AT("\"0:*\""), ONE, .host = long_zeros },
	{ D, NULL, AT("\"any\""), "", .host = web },
	{ D, NULL, AT("\"any\""), "", .host = zeros },
	{ D, NULL, AT("\"any\""), "", .host = nothing },
	{ D, NULL, AT("\"any\""), ONE, .host = local },
	{ D, NULL, AT("\"fd00::5\""), "", .host = six },
	{ D, NULL, AT("\"127.*\""), ONE, .host = odd },
	{ D, NULL, AT("\"127.*\""), ONE, "--publish-all", .host = all },
	{ D, NULL, AT("\"any\""), "", .host = all },
	/* none at all */
	{ D, NULL, NONE, "", .host = image_declared },
	{ D, NULL, NONE, ONE, "-p 8080:8080/tcp", .host = web },
	{ D, NULL, NONE, ONE, .host = web_picked },
	{ D, NULL, NONE, ONE, "--publish-all", .host = all },
	{ D, NULL, NONE, ONE, "--network host", .host = on_host },
	{ D, NULL, IMAGE, "", .host = on_host },
	/* no record, no image */
	{ D, NULL, IMAGE, "", "", .host = sandbox },
	{ D, NULL, IMAGE, "", "published ports", .host = not_recorded },
	{ D, NULL, NONE, "", "published ports", .host = not_recorded },
	{ D, NULL, IMAGE, "", "a published port", .host = web_unknown },
	{ D, NULL, IMAGE, "", NULL, .host = none_unknown },
};

/* A finding without pointer and not asked looks like none in a row: told apart by its words. */
START_TEST(rows)
{
	struct control_row r = table[_i];
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("ports");
	gd_json *doc = case_sample(case_engines[r.engine].sample, a);
	struct gd_facts f;
	size_t want = r.findings[0] ? 1 : r.flag && r.flag[0] ? 1 : 0;

	case_facts(&r, doc, NULL, a, &f);
	struct gd_findings out = case_check(c, &f, case_config(c, r.config, a), a);
	if (r.flag && !r.flag[0])
		r.flag = NULL;
	ck_assert_msg(out.n == want, "%zu findings, the first: %s", out.n, out.n ? out.v[0].why : "");
	ck_assert_str_eq(case_findings(&out, a), r.findings);
	if (r.flag)
		ck_assert_str_eq(out.v[0].flag ? out.v[0].flag : out.v[0].what, r.flag);
	ck_assert(c->fix == NULL);
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

static const struct { const char *config; bool needs; } asks_table[] = {
	{ FREE, false }, { IMAGE, true }, { NONE, true }, { PORTS("\"1-65535\""), false }, { PORTS("\"1024-65535\""), true },
	{ AT("\"any\""), true }, { AT("\"any\",\"127.*\""), true },
};

START_TEST(asks)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("ports");

	ck_assert_msg(c->needs_image(case_config(c, asks_table[_i].config, a)) == asks_table[_i].needs, "%s",
		      asks_table[_i].config);
	ck_assert(c->pins == NULL);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { asks, ROWS(asks_table) } };

	return run_suite("control ports", cases, ROWS(cases));
}
