/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "control/dialect.h"
#include "control/mounts.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Files of /proc that lxcfs stands in for; runc lets exactly these be covered (checkProcMount). */
static const char *const proc_files[] = {
	"/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat",
	"/proc/swaps",	 "/proc/uptime",    "/proc/loadavg", "/proc/slabinfo",
};

/*
 * The kernel's file systems belong to one place each: masks, read-only paths and the profiles of
 * security modules name what lies there. A second /proc has none of them.
 */
static const struct {
	const char *type, *dir;
	bool below; /* also below it */
	bool ro; /* read-only unless "TYPE-rw" is allowed */
	const char *rw;
} homes[] = {
	{ "proc", "/proc", false, false, NULL },
	{ "sysfs", "/sys", false, true, "sysfs-rw" },
	{ "cgroup", "/sys/fs/cgroup", true, true, "cgroup-rw" },
	{ "cgroup2", "/sys/fs/cgroup", true, true, "cgroup-rw" },
};

/* Data that only limit or name things inside. Anything else a file system's driver might take for
 * more. */
static const struct {
	const char *type, *keys;
} data_keys[] = {
	{ "tmpfs", " size mode uid gid nr_inodes nr_blocks mpol huge inode32 inode64 noswap " },
	{ "proc", " hidepid gid subset " },
	{ "devpts", " newinstance ptmxmode mode gid uid max " },
	{ "bind", " z Z U nocopy volume-nocopy " },
};

static struct gd_finding *found(const struct gd_facts *f, const struct gd_mount *m,
				const char *part, struct gd_findings *out)
{
	struct gd_finding *x = gd_found(out, "/mounts/%zu%s", m->index, part);

	x->what = gd_mount_what(m, out->arena);
	x->flag = gd_mount_flag(f, m, out->arena);
	x->asked = true;
	return x;
}

static bool has_dots(const char *path)
{
	for (const char *p = path; p; p = strchr(p, '/'), p = p ? p + 1 : NULL)
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

/*
 * What runtimes use of the container's own /dev, by its name alone: where the root was not looked at (exec, a document
 * by itself). The host's own /dev is what a policy may list, and nobody inside makes links there.
 */
static bool is_over_dev(const struct gd_mount *m)
{
	static const char *const used[] = { "/dev/null", "/dev/console", "/dev/ptmx", "/dev/pts" };
	bool is = m->over_dev || gd_streq(m->target, "/dev");

	if (!m->bind) /* an empty /dev is the ordinary one; with the image's files it is not */
		return gd_streq(m->target, "/dev") && gd_words_has(&m->options, "tmpcopyup");
	for (size_t i = 0; i < LEN(used); i++)
		is |= gd_path_within(m->target, used[i]);
	return is && !(m->n_origins && gd_streq(m->origins[0].fstype, "devtmpfs"));
}

static const char *wrong_place(const struct gd_mount *m)
{
	if (m->destination[0] != '/')
		return "a place in a container is given from its root on";
	if (has_dots(m->destination))
		return "a place with '..' in it is not where it seems to be";
	if (gd_streq(m->target, "/"))
		return "it would take the place of the whole container";
	if (is_over_dev(m))
		return "the runtime hides the kernel's files with what lies in /dev, which would be anybody's";
	if (gd_path_within(m->target, "/proc") && !(gd_streq(m->type, "proc") && !m->bind)) {
		for (size_t i = 0; m->bind && i < LEN(proc_files); i++)
			if (gd_streq(m->target, proc_files[i]))
				return NULL;
		return "it would cover what the kernel shows and what keeps it hidden";
	}
	return NULL;
}

static void judge_destination(const struct gd_facts *f, const struct gd_mount *m,
			      struct gd_findings *out)
{
	const char *why = wrong_place(m);

	if (!why || !out)
		return;
	struct gd_finding *x = found(f, m, "/destination", out);
	x->value = gd_quote(out->arena, m->destination, 80);
	x->wanted = "a path of its own below the root";
	x->what = gd_printf(out->arena, "the mount on %s", x->value);
	x->why = why;
	x->fix = "mount it elsewhere";
}

static bool type_allowed(const struct gd_mounts_config *c, const char *type)
{
	for (size_t i = 0; i < c->types.n; i++)
		if (gd_glob(c->types.v[i], type))
			return true;
	return false;
}

/* "bind" with another type's name: one runtime goes by the option, another by the type. */
static bool is_two_things(const struct gd_mount *m)
{
	return m->bind && m->type[0] != '\0' && !gd_streq(m->type, "bind") &&
	       !gd_streq(m->type, "rbind") && !gd_streq(m->type, "none");
}

static unsigned judge_type(const struct gd_facts *f, const struct gd_mounts_config *c,
			   const struct gd_mount *m, struct gd_findings *out)
{
	const char *why = NULL, *type = m->bind ? "bind" : m->type;
	unsigned want = 0;

	if (is_two_things(m))
		why = "its type and its options say different things";
	else if (m->bind ? m->kind == GD_SRC_HOST && !type_allowed(c, type)
			 : !type_allowed(c, type) &&
				   !type_allowed(c, gd_streq(type, "cgroup2") ? "cgroup" : type))
		why = "this policy does not let containers mount that kind of file system";
	for (size_t i = 0; i < LEN(homes) && !m->bind && !why; i++) {
		if (!gd_streq(m->type, homes[i].type))
			continue;
		if (!(homes[i].below ? gd_path_within(m->target, homes[i].dir)
				     : gd_streq(m->target, homes[i].dir)))
			why = "a second one, elsewhere, lacks everything that hides and protects "
			      "the first";
		else if (homes[i].ro && !m->read_only && !type_allowed(c, homes[i].rw))
			want |= GD_WANT_RO;
	}
	if (!out || (!why && !want))
		return want;
	struct gd_finding *x = found(f, m, why ? "/type" : "/options", out);
	x->value = gd_quote(out->arena, m->type, 40);
	x->wanted = why ? "a type that the policy lists, at its place" : "ro";
	x->what = gd_printf(out->arena, "a mount of type %s on %s", x->value,
			    gd_quote(out->arena, m->destination, 80));
	x->why = why ? why : "writing there changes the host's kernel settings or limits";
	x->fix = why ? "leave it out" : "mount it read-only";
	x->fixable = !why;
	return want;
}

static bool key_known(const char *type, const char *option)
{
	for (size_t i = 0; i < LEN(data_keys); i++) {
		if (!gd_streq(data_keys[i].type, type))
			continue;
		size_t n = strcspn(option, "=");
		for (const char *p = data_keys[i].keys; (p = strchr(p, ' ')) != NULL && p[1]; p++)
			if (strncmp(p + 1, option, n) == 0 && p[1 + n] == ' ')
				return n > 0;
	}
	return false;
}

/*
 * Words that are no flags of a mount. On kinds of file systems outside the ordinary ones (a policy
 * that lists "nfs4" says that nfs4 may be mounted) they are the policy's affair.
 */
static unsigned judge_data(const struct gd_facts *f, const struct gd_mount *m,
			   struct gd_findings *out)
{
	static const char *const strict[] = { "bind",  "tmpfs",	 "proc",    "devpts",
					      "sysfs", "cgroup", "cgroup2", "mqueue" };
	const char *type = m->bind ? "bind" : m->type, *bad = NULL;
	bool is_strict = false;

	for (size_t i = 0; i < LEN(strict); i++)
		is_strict |= gd_streq(strict[i], type);
	for (size_t i = 0; i < m->unknown_options.n && !bad; i++)
		if (gd_streq(m->unknown_options.v[i], "remount") ||
		    (is_strict && !key_known(type, m->unknown_options.v[i])))
			bad = m->unknown_options.v[i];
	if (!bad)
		return 0;
	if (out) {
		struct gd_finding *x = found(f, m, "/options", out);
		x->value = gd_quote(out->arena, bad, 60);
		x->wanted = "options that every runtime reads alike";
		x->why = gd_printf(out->arena, "nobody can say what the option %s does there",
				   x->value);
		x->fix = "leave the option out";
		x->fixable = m->bind;
	}
	return m->bind ? GD_WANT_NO_DATA : 0;
}

static unsigned judge_propagation(const struct gd_facts *f, const struct gd_mounts_config *c,
				  const struct gd_mount *m, struct gd_findings *out)
{
	bool shared = gd_streq(m->propagation, "shared"), slave = gd_streq(m->propagation, "slave");

	if (!(shared && c->propagation > GD_SPREAD_SHARED) &&
	    !(slave && c->propagation > GD_SPREAD_SLAVE))
		return 0;
	if (m->kind == GD_SRC_ENGINE && f->class == GD_CLASS_PLUGIN)
		return 0; /* a volume driver's own folder: the engine shares it to see what it
			     mounts */
	if (out) {
		struct gd_finding *x = found(f, m, "/options", out);
		x->value = gd_printf(out->arena, "'%s'", m->propagation);
		x->wanted = "private";
		x->why = shared ? "what is mounted inside would show on the host"
				: "what is mounted on the host later would show inside";
		x->fix = "leave the propagation out";
		x->fixable = true;
	}
	return GD_WANT_PRIVATE;
}

/* Not the runtime's own /dev (its nodes are there to work) nor what the engine needs to run. */
static bool takes_flags(const struct gd_mount *m)
{
	switch (m->kind) {
	case GD_SRC_NONE:
		return gd_streq(m->type, "tmpfs") && !gd_streq(m->target, "/dev");
	case GD_SRC_HOST:
	case GD_SRC_VOLUME:
	case GD_SRC_KUBELET:
	case GD_SRC_MISSING:
		return true;
	case GD_SRC_ENGINE:
	case GD_SRC_INIT:
		break;
	}
	return false;
}

static unsigned judge_flags(const struct gd_facts *f, const struct gd_mounts_config *c,
			    const struct gd_mount *m, struct gd_findings *out)
{
	const struct {
		bool demanded, is;
		unsigned want;
		const char *word;
	} flags[] = {
		{ c->nosuid, m->nosuid, GD_WANT_NOSUID, "nosuid" },
		{ c->nodev, m->nodev, GD_WANT_NODEV, "nodev" },
		{ c->noexec, m->noexec, GD_WANT_NOEXEC, "noexec" },
	};
	unsigned want = 0;

	for (size_t i = 0; i < LEN(flags) && takes_flags(m); i++) {
		if (!flags[i].demanded || flags[i].is)
			continue;
		want |= flags[i].want;
		if (!out)
			continue;
		struct gd_finding *x = found(f, m, "/options", out);
		x->wanted = flags[i].word;
		x->why = gd_printf(out->arena, "this policy wants '%s' there", flags[i].word);
		x->fix = gd_printf(out->arena, "add the option '%s'", flags[i].word);
		x->asked = false; /* engines leave it out, nobody typed that */
		x->fixable = true;
	}
	return want;
}

unsigned gd_mount_judge_place(const struct gd_facts *f, const struct gd_mounts_config *c,
			      const struct gd_mount *m, struct gd_findings *out)
{
	judge_destination(f, m, out);
	return judge_type(f, c, m, out) | judge_data(f, m, out) | judge_propagation(f, c, m, out) |
	       judge_flags(f, c, m, out);
}
