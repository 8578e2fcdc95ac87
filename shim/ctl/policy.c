/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guardctl policy: lint, show and compare policies. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json/scan.h"
#include "json/tree.h"
#include "policy/schema.h"
#include "policy/set.h"
#include "which.h"

static const char usage[] =
	"usage: guardctl policy lint [FILE...]\n"
	"       guardctl policy show [--applied] NAME\n"
	"       guardctl policy which WORD...\n"
	"       guardctl policy diff NAME [OTHER]\n"
	"       guardctl policy schema\n"
	"\n"
	"lint     what is wrong or probably not meant in the policies of policyDir, or in these "
	"files as if they\n"
	"         stood there\n"
	"show     one policy or profile with all that it extends; --applied: as launches obey it\n"
	"which    the applied policy that governs a container of which this is known: the directory of its "
	"bundle,\n"
	"         or a digest, a reference, key=value of a label, engine:NAME, class:NAME, namespace:NAME, "
	"pod:NAME,\n"
	"         containerName:NAME\n"
	"diff     two policies or profiles field by field; without OTHER, NAME as applied and as "
	"written\n"
	"schema   the JSON schema of policies, for editors\n"
	"\n"
	"exit status: 0 nothing wrong, no difference; 1 there is; 2 error\n";

static int load(struct ctl *ctl, struct gd_set *set)
{
	return gd_set_load(set, &ctl->settings, false, ctl->arena, &ctl->err);
}

static int add_file(struct ctl *ctl, struct gd_set *set, const char *path)
{
	struct gd_bytes bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;

	if (fd < 0)
		return gd_error_sys(&ctl->err, errno, "open '%s'", path);
	r = gd_read_all(fd, GD_POLICY_FILE_MAX, ctl->arena, &bytes, &ctl->err);
	close(fd);
	if (r < 0)
		return gd_error_wrap(&ctl->err, "'%s'", path);
	struct gd_source *s = gd_set_add(set, path, bytes, false);
	if (!s)
		return 0;	/* a problem of the set */
	/* The file stands for the one of that name which is there already. */
	for (size_t i = 0; i + 1 < set->n; i++) {
		if (set->v[i]->profile || strcmp(set->v[i]->name, s->name) != 0)
			continue;
		set->v[i] = s;
		set->n--;
		break;
	}
	return 0;
}

static int lint(struct ctl *ctl, int argc, char **argv, bool applied)
{
	struct gd_set set;

	(void)applied;
	if (load(ctl, &set) < 0)
		return ctl_fail(ctl);
	for (int i = 0; i < argc; i++)
		if (add_file(ctl, &set, argv[i]) < 0)
			return ctl_fail(ctl);
	gd_set_check(&set);
	ctl_print_problems(ctl, &set);
	return set.n_errors > 0 ? CTL_NO : CTL_OK;
}

/* 0 and the policy as written; 1: a problem was printed; -1 with ctl->err. */
static int written(struct ctl *ctl, const char *name, const struct gd_policy **ret)
{
	struct gd_set *set = GD_NEW(ctl->arena, struct gd_set);
	struct gd_source *s;

	if (load(ctl, set) < 0)
		return -1;
	s = gd_set_find(set, name);
	if (!s) {
		if (set->n_errors > 0)
			return ctl_print_problems(ctl, set), 1;
		return gd_error_set(&ctl->err, GD_E_INPUT, "no policy or profile is called '%s'",
				    name);
	}
	*ret = gd_set_resolve(set, s);
	if (!*ret)
		return ctl_print_problems(ctl, set), 1;
	return 0;
}

static int from_applied(struct ctl *ctl, const char *name, const struct gd_policy **ret)
{
	struct gd_policy *p = GD_NEW(ctl->arena, struct gd_policy);
	struct gd_applied *ap;
	int n;

	if (gd_applied_open(ctl->settings.applied, ctl->arena, &ap, &ctl->err) < 0)
		return -1;
	n = gd_applied_by_name(ap, name, ctl->arena, p, &ctl->err);
	gd_applied_close(ap);
	if (n == 0)
		return gd_error_set(&ctl->err, GD_E_INPUT, "no applied policy is called '%s'",
				    name);
	*ret = p;
	return n < 0 ? -1 : 0;
}

static int show(struct ctl *ctl, int argc, char **argv, bool applied)
{
	const struct gd_policy *p;
	struct gd_buf b = { .arena = ctl->arena };
	const char *bytes;
	gd_json *tree;
	size_t len;
	int r;

	if (argc != 1)
		return ctl_usage(usage, "show takes one NAME");
	r = applied ? from_applied(ctl, argv[0], &p) : written(ctl, argv[0], &p);
	if (r != 0)
		return r < 0 ? ctl_fail(ctl) : CTL_ERROR;
	gd_policy_write(p, &b);
	if (gd_json_parse(b.data, b.len, &tree, &ctl->err) < 0)
		return ctl_fail(ctl);
	r = gd_json_pretty(tree, ctl->arena, &bytes, &len);
	gd_json_free(tree);
	if (r < 0)
		return gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory"), ctl_fail(ctl);
	fwrite(bytes, 1, len, stdout);
	putchar('\n');
	return CTL_OK;
}

static bool print_leaf(const struct ctl *ctl, const struct gd_control *c, const struct gd_leaf *l,
		       const void *x, const void *y)
{
	struct gd_buf bx = { .arena = ctl->arena }, by = { .arena = ctl->arena };

	gd_leaf_write(l, x, &bx);
	gd_leaf_write(l, y, &by);
	if (bx.len == by.len && memcmp(bx.data, by.data, bx.len) == 0)
		return false;
	printf("%s.%s: %s\n", c->name, gd_leaf_name(l, ctl->arena),
	       gd_order_names[gd_leaf_compare(l, y, x)]);
	ctl_paint(ctl, CTL_RED, gd_printf(ctl->arena, "- %s\n", bx.data));
	ctl_paint(ctl, CTL_GREEN, gd_printf(ctl->arena, "+ %s\n", by.data));
	return true;
}

static bool print_word(const struct ctl *ctl, const char *what, const char *x, const char *y)
{
	if (strcmp(x, y) == 0)
		return false;
	printf("%s:\n", what);
	ctl_paint(ctl, CTL_RED, gd_printf(ctl->arena, "- %s\n", x));
	ctl_paint(ctl, CTL_GREEN, gd_printf(ctl->arena, "+ %s\n", y));
	return true;
}

static bool print_difference(const struct ctl *ctl, const struct gd_policy *x,
			     const struct gd_policy *y)
{
	struct gd_leaf leaves[GD_LEAVES_MAX];
	bool any = print_word(ctl, "mode", gd_mode_names[x->mode], gd_mode_names[y->mode]);

	any |= print_word(ctl, "existing", gd_action_names[x->existing],
			  gd_action_names[y->existing]);
	for (size_t c = 0; c < gd_n_controls; c++) {
		size_t n = gd_leaves(gd_controls[c], leaves);
		for (size_t i = 0; i < n; i++)
			if (!leaves[i].field->resolved)
				any |= print_leaf(ctl, gd_controls[c], &leaves[i], x->config[c],
						  y->config[c]);
	}
	return any;
}

static int diff(struct ctl *ctl, int argc, char **argv, bool applied)
{
	const struct gd_policy *x, *y;
	int r;

	(void)applied;
	if (argc != 1 && argc != 2)
		return ctl_usage(usage, "diff takes one or two names");
	r = argc == 1 ? from_applied(ctl, argv[0], &x) : written(ctl, argv[0], &x);
	if (r == 0)
		r = written(ctl, argv[argc - 1], &y);
	if (r != 0)
		return r < 0 ? ctl_fail(ctl) : CTL_ERROR;
	return print_difference(ctl, x, y) ? CTL_NO : CTL_OK;
}

static int schema(struct ctl *ctl, int argc, char **argv, bool applied)
{
	struct gd_buf b = { .arena = ctl->arena };

	(void)argv, (void)applied;
	if (argc != 0)
		return ctl_usage(usage, "schema takes no argument");
	gd_policy_schema(&b);
	fwrite(b.data, 1, b.len, stdout);
	return CTL_OK;
}

static const struct {
	const char *name;
	int (*run)(struct ctl *ctl, int argc, char **argv, bool applied);
} verbs[] = {
	{ "lint", lint }, { "show", show }, { "which", ctl_which }, { "diff", diff }, { "schema", schema },
};

int ctl_policy(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "applied", no_argument, NULL, 'a' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	bool applied = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'a': applied = true; break;
		case 'h':
			fputs(usage, stdout);
			return CTL_OK;
		default:
			return ctl_usage(usage, NULL);
		}
	}
	if (optind == argc)
		return ctl_usage(usage, "lint, show, which, diff or schema?");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].name, argv[optind]) != 0)
			continue;
		if (applied && verbs[i].run != show)
			return ctl_usage(usage, "--applied belongs to show");
		return verbs[i].run(ctl, argc - optind - 1, argv + optind + 1, applied);
	}
	return ctl_usage(usage, "lint, show, which, diff or schema?");
}
