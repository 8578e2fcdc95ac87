/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a container runs: the image's entrypoint and command, as the engines put them together. Only the words
 * that end up in process.args count: whether somebody typed them, or the image says so, is the same command.
 * A user's entrypoint drops the image's command in every engine, so that an image's entrypoint alone is not
 * what the image declares.
 *
 * Not for exec: who may enter, and with which command, is the control exec's.
 */
#include <string.h>

#include "control/entrypoint.h"
#include "facts/init.h"

extern const struct gd_control gd_control_entrypoint;

enum { LIKE_ANY, LIKE_ARGUMENTS, LIKE_IMAGE };

static const char *const likes[] = { "any", "arguments", "image", NULL };

static const struct gd_field rule_fields[] = {
	{ .name = "argv",
	  .kind = GD_F_ARGV,
	  .syntax = GD_S_NAME,
	  .offset = offsetof(struct gd_argv_rule, argv),
	  .help = "one pattern an argument, without the engine's init; '**' at the end stands for any number more" },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(struct gd_entrypoint_config, member)
static const struct gd_field fields[] = {
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = likes,
	  AT(like),
	  .help = "what is run is the image's: 'arguments' leaves free what follows its entrypoint" },
	{ .name = "allow",
	  .kind = GD_F_RULES,
	  AT(allow),
	  .sub = rule_fields,
	  .sub_size = sizeof(struct gd_argv_rule),
	  .primary = true,
	  .beside = &fields[0],
	  .help = "command lines that may be run besides" },
	{ .name = "covered",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  AT(covered),
	  .help = "something may be mounted over the command, its interpreter or its libraries" },
	{ .name = "changed",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  AT(changed),
	  .help = "the command, its interpreter or its libraries may lie in the container's writable layer "
		  "(docker cp)" },
	{ .name = NULL },
};
#undef AT

bool gd_argv_allowed(const struct gd_rules *rules, const struct gd_words *argv)
{
	const struct gd_argv_rule *r = rules->v;

	for (size_t i = 0; i < rules->n; i++)
		if (gd_argv_matches(&r[i].argv, argv))
			return true;
	return false;
}

bool gd_argv_rules_exact(const struct gd_rules *rules)
{
	const struct gd_argv_rule *r = rules->v;

	for (size_t i = 0; i < rules->n; i++)
		if (r[i].argv.n == 0 || !gd_are_exact(&r[i].argv))
			return false;
	return true;
}

static struct gd_words without_init(const struct gd_facts *f)
{
	size_t init = gd_facts_init_args(f);

	return (struct gd_words){ f->process.args.v + init, f->process.args.n - init };
}

static struct gd_words declared(const struct gd_image *image, struct gd_arena *a)
{
	struct gd_words w = { 0 };

	for (size_t i = 0; i < image->entrypoint.n; i++)
		gd_words_add(a, &w, image->entrypoint.v[i]);
	for (size_t i = 0; i < image->cmd.n; i++)
		gd_words_add(a, &w, image->cmd.v[i]);
	return w;
}

static bool begins_with(const struct gd_words *args, const struct gd_words *head, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i >= args->n || strcmp(args->v[i], head->v[i]) != 0)
			return false;
	return true;
}

/* Of an image without an entrypoint the program is the first word of its command: "arguments" are not another one. */
static size_t kept(const struct gd_image *image)
{
	return image->entrypoint.n ? image->entrypoint.n : image->cmd.n ? 1 : 0;
}

static bool is_like(const struct gd_words *args, const struct gd_words *want, const struct gd_image *image, int like)
{
	if (want->n == 0)
		return false; /* it declares none: nothing is like it */
	if (like == LIKE_ARGUMENTS)
		return begins_with(args, want, kept(image));
	return args->n == want->n && begins_with(args, want, want->n);
}

static const char *fix_text(const struct gd_facts *f, bool command_only, struct gd_arena *a)
{
	if (gd_dialect(f) == GD_SPEAK_PLAIN)
		return "run what the image declares, or have it listed under entrypoint.allow";
	if (command_only)
		return gd_printf(a, "leave %s out, or have it listed under entrypoint.allow",
				 gd_advise(f, GD_SAY_COMMAND, NULL, "the command behind the image's name", a));
	return gd_printf(a, "leave %s out, or have it listed under entrypoint.allow",
			 gd_advise(f, GD_SAY_ENTRYPOINT, NULL, "the entrypoint", a));
}

static void found(const struct gd_facts *f, const struct gd_words *args, const struct gd_words *want, int like,
		  struct gd_findings *out)
{
	const struct gd_image *image = &f->image;
	struct gd_finding *x = gd_found(out, "/process/args");
	bool command_only = begins_with(args, &image->entrypoint, image->entrypoint.n);
	struct gd_words keep = { want->v, like == LIKE_ARGUMENTS ? kept(image) : want->n };

	x->value = gd_show_argv(args, 0, 120, out->arena);
	x->wanted = gd_show_argv(&keep, 0, 120, out->arena);
	x->what = gd_printf(out->arena, "the command %s", x->value);
	x->asked = true; /* engines run what the image declares by themselves */
	if (command_only)
		x->flag = gd_say(f, GD_SAY_COMMAND, gd_show_argv(args, image->entrypoint.n, 80, out->arena),
				 out->arena);
	else
		x->flag = gd_say(f, GD_SAY_ENTRYPOINT, args->n ? args->v[0] : "", out->arena);
	if (want->n == 0)
		x->why = "the image declares no command, and this policy lets nobody choose one";
	else if (like == LIKE_ARGUMENTS && keep.n < want->n)
		x->why = gd_printf(out->arena, "the image declares %s to be run, with whatever arguments", x->wanted);
	else
		x->why = gd_printf(out->arena, "the image declares %s%s%s", x->wanted, x->flag ? ", and not " : "",
				   x->flag ? x->value : "");
	x->fix = fix_text(f, command_only, out->arena);
	x->fixable = want->n > 0;
}

static void check_args(const struct gd_facts *f, const struct gd_entrypoint_config *c, struct gd_findings *out)
{
	const struct gd_words args = without_init(f), want = declared(&f->image, out->arena);

	if (c->like == LIKE_ANY || gd_argv_allowed(&c->allow, &args) || !gd_like_known(f, "/process/args", NULL, out))
		return;
	if (!is_like(&args, &want, &f->image, c->like))
		found(f, &args, &want, c->like, out);
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	size_t before = out->n, after;
	bool replaced;

	if (!f->process.json || gd_like_exempt(f))
		return;
	check_args(f, config, out);
	replaced = out->n > before && out->v[before].fixable;
	after = out->n;
	gd_entrypoint_check_file(f, config, out);
	/* Where the command will be another one, what lies under the name of this one matters no more. */
	for (size_t i = after; replaced && i < out->n; i++)
		out->v[i].settled_by = gd_control_entrypoint.name;
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a, struct gd_error *err)
{
	const struct gd_entrypoint_config *c = config;
	struct gd_words args = without_init(f), want = declared(&f->image, a);
	gd_json *list, *process = gd_json_get(doc, "process");
	size_t init = f->process.args.n - args.n;

	if (!process || gd_like_exempt(f) || c->like == LIKE_ANY || f->image.state != GD_IMAGE_KNOWN || want.n == 0 ||
	    gd_argv_allowed(&c->allow, &args) || is_like(&args, &want, &f->image, c->like))
		return 0;
	list = gd_json_new_arr();
	if (gd_json_set(process, "args", list) < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	for (size_t i = 0; i < init + want.n; i++)
		if (gd_json_push(list, gd_json_new_str(i < init ? f->process.args.v[i] : want.v[i - init])) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	return 0;
}

static bool needs_image(const void *config)
{
	const struct gd_entrypoint_config *c = config;

	return gd_like_looks(&c->head) && (c->like != LIKE_ANY || !c->covered || !c->changed);
}

/* A command that can be exchanged below its name is not pinned by its name. */
static bool pins(const void *config)
{
	const struct gd_entrypoint_config *c = config;

	return gd_like_acts(&c->head) && c->like == LIKE_IMAGE && gd_argv_rules_exact(&c->allow) && !c->covered &&
	       !c->changed;
}

const struct gd_control gd_control_entrypoint = {
	.name = "entrypoint",
	.help = "what is run is what the image declares, and the file that the image brought",
	.fields = fields,
	.config_size = sizeof(struct gd_entrypoint_config),
	.verbs = GD_V_CREATE,
	.sandbox = false,
	.ids = "NIST-800-190-4.1.2 NIST-800-190-4.4.4 PCI-DSS-2.2",
	.check = check,
	.fix = fix,
	.needs_image = needs_image,
	.pins = pins,
};
