/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guardctl except: the policy that lets one container pass as it is and pins its use. What is printed was tried
 * first: with it the container is allowed, and the same container with another command, variable or mount is not.
 */
#include "except.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
	"usage: guardctl except [--reason TEXT] [--until DATE] [--name NAME] [--write] CONTAINER\n"
	"\n"
	"The policy that lets this very container pass: it matches its image by digest, extends the policy that governs\n"
	"it now, adds the least that is denied, and pins command, environment, user, working directory, mounts, ports and\n"
	"exec. CONTAINER is an id, four characters of it or more, a name or a bundle.\n"
	"\n"
	"  --reason TEXT    why it may; a policy that is looser than the default must say so\n"
	"  --until DATE     when it ends, as 2027-03-31\n"
	"  --name NAME      of the policy; without it, from the container's name\n"
	"  --write          into policyDir instead of standard output; a file that is there is never replaced\n"
	"\n"
	"exit status: 0 done, 1 no such container, or something about it cannot be excepted, 2 error\n";

/* "except-web"; what a name may not hold becomes '-'. */
static const char *name_of(struct ctl_exception *e)
{
	const struct ctl_container *c = &e->container;
	char *s = gd_printf(e->ctl->arena, "except-%.48s",
			    c->names.n ? c->names.v[0] : gd_printf(e->ctl->arena, "%.12s", c->id));

	for (char *p = s; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", *p))
			*p = '-';
	}
	return s;
}

/* Linked into its place whole: what has the name already stays, whatever it is. */
static int write_new(struct ctl_exception *e, const char *text, size_t len)
{
	struct ctl *ctl = e->ctl;
	const char *file = gd_printf(ctl->arena, "50-%s.json", e->name);
	int dir = gd_open_trusted_dir(ctl->settings.policy_dir, &ctl->err), fd, r = 0;

	if (dir < 0)
		return gd_error_wrap(&ctl->err, "policyDir '%s'", ctl->settings.policy_dir);
	fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || fchmod(fd, 0644) < 0 || fsync(fd) < 0 ||
	    linkat(AT_FDCWD, gd_printf(ctl->arena, "/proc/self/fd/%d", fd), dir, file, AT_SYMLINK_FOLLOW) < 0)
		r = gd_error_sys(&ctl->err, errno, "write '%s/%s'", ctl->settings.policy_dir, file);
	if (fd >= 0)
		close(fd);
	close(dir);
	if (r == 0)
		printf("%s/%s written; 'guardctl apply' makes launches obey it\n", ctl->settings.policy_dir, file);
	return r;
}

static int find(struct ctl_exception *e, const char *asked)
{
	struct ctl *ctl = e->ctl;
	struct gd_applied *applied;
	int r = ctl_container_find(ctl, asked, &e->container);

	if (r <= 0) {
		if (r == 0)
			gd_error_set(&ctl->err, GD_E_INPUT, "no container %s can be found",
				     gd_quote(ctl->arena, asked, 80));
		return r < 0 ? -1 : 1;
	}
	if (ctl_container_facts(ctl, &e->container, &e->doc, &e->judged) < 0)
		return -1;
	if (e->judged.facts.image.state != GD_IMAGE_KNOWN)
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "its image is not known, and nothing else proves what it is: %s",
				    e->judged.facts.image.why ? e->judged.facts.image.why : "it has none"),
		       1;
	if (gd_applied_open(ctl->settings.applied, ctl->arena, &applied, &ctl->err) < 0)
		return -1;
	r = ctl_judge(ctl, applied, NULL, &e->judged);
	gd_applied_close(applied);
	if (r < 0)
		return gd_error_wrap(&ctl->err, "which policy governs it");
	return 0;
}

static int prepare(struct ctl_exception *e)
{
	struct ctl *ctl = e->ctl;

	if (gd_set_load(&e->set, &ctl->settings, true, ctl->arena, &ctl->err) < 0)
		return -1;
	if (!gd_set_find(&e->set, e->judged.by.name))
		return gd_error_set(&ctl->err, GD_E_INPUT,
				    "the policy '%s' that governs it is applied and no longer written",
				    e->judged.by.name);
	e->looked_up = GD_NEW_N(ctl->arena, gd_n_controls, const void *);
	e->looked_up_from = GD_NEW_N(ctl->arena, gd_n_controls, const void *);
	e->name = e->name ? e->name : name_of(e);
	if (!e->reason)
		e->reason = gd_printf(ctl->arena,
				      "the container %s as it ran when guardctl except was called; say here why",
				      e->container.names.n ? e->container.names.v[0]
							   : gd_printf(ctl->arena, "%.12s", e->container.id));
	e->controls = ctl_except_pins();
	return e->controls ? 0 : gd_error_set(&ctl->err, GD_E_SYSTEM, "out of memory");
}

/* Two policies for one digest tie: what is missing belongs into the one that is there. */
static int already(struct ctl_exception *e)
{
	fflush(stdout);
	fprintf(stderr, "guardctl: the policy '%s' matches this image by its digest already, and two would tie\n",
		e->judged.by.name);
	if (e->n_taken == 0)
		fprintf(stderr, "guardctl: it lets the container pass as it is\n");
	else
		fprintf(stderr, "guardctl: it would let the container pass with\n");
	for (size_t i = 0; i < e->n_taken; i++)
		for (size_t k = 0; k < e->taken[i].n && !e->taken[i].dropped; k++)
			fprintf(stderr, "  %s\n",
				ctl_except_step_text(e->taken[i].x, &e->taken[i].step[k], e->ctl->arena));
	return CTL_NO;
}

static int except(struct ctl_exception *e, const char *asked)
{
	struct ctl *ctl = e->ctl;
	struct gd_applied *applied = NULL;
	const char *text;
	size_t len;
	int r = find(e, asked);

	if (r != 0)
		return ctl_fail(ctl), r < 0 ? CTL_ERROR : CTL_NO;
	if (prepare(e) < 0 || (r = ctl_except_search(e)) < 0)
		return ctl_fail(ctl);
	if (r == 0) {
		for (size_t i = 0; i < e->cannot.n; i++)
			fprintf(stderr, "guardctl: cannot be excepted: %s\n", e->cannot.v[i]);
		return CTL_NO;
	}
	if (e->judged.by.match && e->judged.by.match->digests.n > 0)
		return already(e);
	text = ctl_except_final(e, &len);
	r = text ? ctl_except_applied(e, text, len, &applied) : -1;
	if (r == 0)
		r = ctl_except_prove(e, applied);
	else if (r > 0)
		r = gd_error_set(&ctl->err, GD_E_INPUT, "with it the policies are not in order: not written");
	gd_applied_close(applied);
	if (r < 0 || (e->write && write_new(e, text, len) < 0))
		return ctl_fail(ctl);
	if (!e->write)
		fwrite(text, 1, len, stdout);
	if (e->n_taken == 0)
		fprintf(stderr, "guardctl: '%s' lets it pass as it is; this only pins how it is used\n",
			e->judged.by.name);
	return CTL_OK;
}

int ctl_except(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "reason", required_argument, NULL, 'r' }, { "until", required_argument, NULL, 'u' },
		{ "name", required_argument, NULL, 'n' },   { "write", no_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },	    { 0 },
	};
	struct ctl_exception e = { .ctl = ctl };
	int opt, r;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'r': e.reason = optarg; break;
		case 'u': e.until = optarg; break;
		case 'n': e.name = optarg; break;
		case 'w': e.write = true; break;
		case 'h':
			fputs(usage, stdout);
			return CTL_OK;
		default:
			return ctl_usage(usage, NULL);
		}
	}
	if (argc - optind != 1)
		return ctl_usage(usage, "one CONTAINER is needed");
	r = except(&e, argv[optind]);
	for (size_t i = 0; i < e.n_taken; i++)
		for (size_t k = 0; k < e.taken[i].n; k++)
			gd_json_free(e.taken[i].step[k].value);
	gd_json_free(e.controls);
	return r;
}
