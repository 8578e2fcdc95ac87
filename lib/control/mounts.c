/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is mounted into a container: where it comes from, where it goes, what kind it is, and how. A
 * source is judged by what it really is (facts/origin.h), never by how it is spelt; everything that
 * a recursive bind brings along is judged too, as if it had been typed.
 */
#include <string.h>

#include "control/dialect.h"
#include "control/mounts.h"

static const char *const specials[] = {
	"socket", /* is a socket, or holds the control socket of an engine */
	"engine", /* lies in or holds a directory of an engine's or of guarded's */
	"run", /* lies under /run */
	"kernel", /* procfs, sysfs, cgroups and the like; namespaces */
	"device", /* is a device node, or a file system of them */
	"fifo",	  NULL,
};
static const char *const propagations[] = { "shared", "slave", "private", NULL };

#define AT(member) .offset = offsetof(struct gd_mount_rule, member)
static const struct gd_field rule_fields[] = {
	{ .name = "source",
	  .kind = GD_F_PATTERN,
	  .syntax = GD_S_PATH,
	  AT(source),
	  .help = "where it really is: links and bind mounts resolved" },
	{ .name = "destination",
	  .kind = GD_F_PATTERN,
	  .syntax = GD_S_PATH,
	  AT(destination),
	  .help = "where in the container; absent: anywhere" },
	{ .name = "readOnly",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  AT(read_only),
	  .help = "only read-only, with everything that is mounted below it" },
	{ .name = "waive",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  AT(waive),
	  .help = "may be writable where set-user-id files can be made: whoever holds it can "
		  "become root" },
	{ .name = "special",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = specials,
	  AT(special),
	  .help = "what else it may be beside an ordinary file or folder" },
	{ .name = NULL },
};
#undef AT

#define AT(member) .offset = offsetof(struct gd_mount_named, member)
static const struct gd_field named_fields[] = {
	{ .name = "name", .kind = GD_F_PATTERN, .syntax = GD_S_NAME, AT(name), .help = "of the volume" },
	{ .name = "destination",
	  .kind = GD_F_PATTERN,
	  .syntax = GD_S_PATH,
	  AT(destination),
	  .help = "where in the container; absent: anywhere" },
	{ .name = "readOnly", .kind = GD_F_DUTY, .syntax = GD_S_BOOL, AT(read_only), .help = "only read-only" },
	{ .name = NULL },
};
#undef AT

#define AT(member) .offset = offsetof(struct gd_mounts_config, member)
enum { LIKE = 8 }; /* the place of "like" in the table */
static const struct gd_field fields[] = {
	{ .name = "allow",
	  .kind = GD_F_RULES,
	  AT(allow),
	  .sub = rule_fields,
	  .sub_size = sizeof(struct gd_mount_rule),
	  .primary = true,
	  .help = "files and folders of the host that may be mounted" },
	{ .name = "types",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  AT(types),
	  .help = "kinds of mounts; 'sysfs' and 'cgroup' are read-only, 'sysfs-rw' and 'cgroup-rw' "
		  "are not" },
	{ .name = "volumes",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_NAME,
	  AT(volumes),
	  .help = "file systems that a volume may bring of its own: 'tmpfs', 'nfs4 "
		  "10.0.0.5:/export/**'" },
	{ .name = "propagation",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = propagations,
	  AT(propagation),
	  .help = "how far mounts may travel between host and container" },
	{ .name = "nosuid",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  AT(nosuid),
	  .help = "host folders, volumes and tmpfs ignore set-user-id bits" },
	{ .name = "nodev",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  AT(nodev),
	  .help = "host folders, volumes and tmpfs hold no working device nodes" },
	{ .name = "noexec",
	  .kind = GD_F_DUTY,
	  .syntax = GD_S_BOOL,
	  AT(noexec),
	  .help = "nothing in host folders, volumes and tmpfs can be executed" },
	{ .name = "idMapped",
	  .kind = GD_F_RIGHT,
	  .syntax = GD_S_BOOL,
	  AT(id_mapped),
	  .help = "host folders may be mounted with owners mapped to others" },
	{ .name = "like",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = gd_like_words,
	  AT(like),
	  .help = "'image': only the image's own volumes, and what is listed with its destination" },
	{ .name = "named",
	  .kind = GD_F_RULES,
	  AT(named),
	  .sub = named_fields,
	  .sub_size = sizeof(struct gd_mount_named),
	  .beside = &fields[LIKE],
	  .help = "volumes that may be mounted besides, by name" },
	{ .name = "tmpfs",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_PATH,
	  AT(tmpfs),
	  .beside = &fields[LIKE],
	  .help = "where a tmpfs may be mounted besides" },
	{ .name = NULL },
};
#undef AT

const char *gd_mount_flag(const struct gd_facts *f, const struct gd_mount *m, struct gd_arena *a)
{
	if (!m->bind)
		return NULL;
	switch (m->kind) {
	case GD_SRC_HOST:
	case GD_SRC_MISSING:
	case GD_SRC_VOLUME:
		return gd_say(f, GD_SAY_VOLUME,
			      m->volume	  ? m->volume
			      : m->source ? m->source
					  : "",
			      a);
	case GD_SRC_NONE:
	case GD_SRC_ENGINE:
	case GD_SRC_INIT:
	case GD_SRC_KUBELET:
		break;
	}
	return NULL;
}

const char *gd_mount_what(const struct gd_mount *m, struct gd_arena *a)
{
	if (m->bind && m->volume)
		return gd_printf(a, "the volume %s", gd_quote(a, m->volume, 80));
	if (m->bind)
		return gd_printf(a, "the mount of %s", gd_quote(a, m->source ? m->source : "", 80));
	return gd_printf(a, "the mount on %s", gd_quote(a, m->destination, 80));
}

static unsigned judge(const struct gd_facts *f, const struct gd_mounts_config *c,
		      const struct gd_mount *m, enum gd_set_id *set_id, struct gd_findings *out)
{
	unsigned want = gd_mount_judge_place(f, c, m, out);

	return m->bind ? want | gd_mount_judge_source(f, c, m, set_id, out) : want;
}

static void check_root_propagation(const struct gd_facts *f, const struct gd_mounts_config *c,
				   struct gd_findings *out)
{
	const char *p = f->linux_.rootfs_propagation;
	bool shared = gd_streq(p, "shared") || gd_streq(p, "rshared");
	bool known = !p || shared || gd_ends(p, "slave") || gd_ends(p, "private") ||
		     gd_ends(p, "unbindable");

	if (known && (!shared || c->propagation == GD_SPREAD_SHARED))
		return;
	struct gd_finding *x = gd_found(out, "/linux/rootfsPropagation");
	x->value = gd_quote(out->arena, p, 40);
	x->wanted = "slave or private";
	x->what = "a root whose mounts travel to the host";
	x->why = "what is mounted inside would show on the host";
	x->fix = "leave it out";
	x->asked = f->engine != GD_ENGINE_UNKNOWN;
	x->fixable = true;
}

static void check(const struct gd_facts *f, const void *config, struct gd_findings *out)
{
	const struct gd_mounts_config *c = config;
	enum gd_set_id set_id = GD_SET_ID_UNASKED;

	if (!f->host_known) {
		struct gd_finding *x = gd_found(out, "/mounts");
		x->what = "these mounts";
		x->why = "nobody has looked at what their sources are";
		return;
	}
	for (size_t i = 0; i < f->n_mounts; i++)
		judge(f, c, &f->mounts[i], &set_id, out);
	check_root_propagation(f, c, out);
	gd_mounts_check_like(f, c, out);
}

/* --- making it conform
 * ------------------------------------------------------------------------------ */

static void drop_option(gd_json *options, const char *word)
{
	for (size_t i = gd_json_len(options); i-- > 0;)
		if (gd_streq(gd_json_str(gd_json_at(options, i)), word))
			gd_json_remove_at(options, i);
}

/* @against: words with a space behind that say the opposite. */
static int add_option(gd_json *options, const char *word, const char *against, struct gd_arena *a)
{
	for (const char *p = against; *p; p += strcspn(p, " "), p += *p == ' ')
		drop_option(options, gd_strndup(a, p, strcspn(p, " ")));
	return gd_json_push(options, gd_json_new_str(word));
}

static int conform_mount(gd_json *entry, const struct gd_mount *m, unsigned want,
			 struct gd_arena *a)
{
	static const struct {
		unsigned want;
		const char *word, *against;
	} words[] = {
		{ GD_WANT_RO | GD_WANT_SOURCE_RO, "ro", "rw rrw" },
		{ GD_WANT_DEEP_RO, "rro", "rw rrw" },
		{ GD_WANT_NOSUID, "nosuid", "suid rsuid" },
		{ GD_WANT_NODEV, "nodev", "dev rdev" },
		{ GD_WANT_NOEXEC, "noexec", "exec rexec" },
	};
	gd_json *options = gd_json_arr_in(entry, "options");

	if (!options)
		return -1;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((want & words[i].want) &&
		    add_option(options, words[i].word, words[i].against, a) < 0)
			return -1;
	if (want & GD_WANT_PRIVATE && add_option(options, m->recursive ? "rprivate" : "private",
						 "shared rshared slave rslave", a) < 0)
		return -1;
	for (size_t i = 0; want & GD_WANT_NO_DATA && i < m->unknown_options.n; i++)
		drop_option(options, m->unknown_options.v[i]);
	return 0;
}

static int fix(gd_json *doc, const struct gd_facts *f, const void *config, struct gd_arena *a,
	       struct gd_error *err)
{
	const struct gd_mounts_config *c = config;
	gd_json *linux_ = gd_json_get(doc, "linux");
	const char *p = f->linux_.rootfs_propagation;

	for (size_t i = 0; i < f->n_mounts; i++) {
		const struct gd_mount *m = &f->mounts[i];
		gd_json *entry = gd_json_at(gd_json_get(doc, "mounts"), m->index);
		unsigned want = judge(f, c, m, NULL, NULL);
		if (!want)
			continue;
		if (!gd_streq(gd_json_get_str(entry, "destination"), m->destination))
			return gd_error_set(err, GD_E_INPUT, "mount %zu is not where it was",
					    m->index);
		if (conform_mount(entry, m, want, a) < 0)
			return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	if (p && c->propagation != GD_SPREAD_SHARED && !gd_ends(p, "slave") &&
	    !gd_ends(p, "private") && !gd_ends(p, "unbindable"))
		gd_json_remove(linux_, "rootfsPropagation");
	return 0;
}

const struct gd_control gd_control_mounts = {
	.name = "mounts",
	.help = "what is mounted: its source as it really is, its destination, type, options and "
		"propagation",
	.fields = fields,
	.config_size = sizeof(struct gd_mounts_config),
	.verbs = GD_V_CREATE | GD_V_EXEC,
	.sandbox = true,
	.ids = "CIS-Docker-5.6 CIS-Docker-5.20 CIS-Docker-5.32 PSS-baseline-hostPath "
	       "NIST-800-190-4.4.3 PCI-DSS-2.2.6",
	.check = check,
	.fix = fix,
	.needs_image = gd_mounts_need_image,
	.pins = gd_mounts_pin,
};
