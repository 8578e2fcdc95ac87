/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "like": "image": what is mounted is what the image and its engine bring. An image declares volumes by their place
 * alone; that a volume there is the one that the engine made for it, and not a typed one, the engine's own record
 * says (gd_use.image_volumes). All else is somebody's: it passes where a rule lists it with its destination, since a
 * rule without one would let its source lie over whatever the image brought.
 *
 * Nothing is rewritten: a container without the folder that it was given is another container. What a source may be
 * at all, the other files say.
 */
#include <string.h>

#include "control/mounts.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What every engine mounts into every container, by type and place. */
static const struct { const char *type, *at; } kernels[] = {
	{ "proc", "/proc" },	    { "sysfs", "/sys" },	 { "tmpfs", "/dev" },
	{ "devtmpfs", "/dev" },	    { "devpts", "/dev/pts" },	 { "mqueue", "/dev/mqueue" },
	{ "tmpfs", "/dev/shm" },    { "cgroup", "/sys/fs/cgroup" }, { "cgroup2", "/sys/fs/cgroup" },
	{ "tmpfs", "/sys/fs/cgroup" },
};

/* What one engine mounts besides: containerd's default document has /run; Podman makes places to write in a read-only
 * root. What lies there in the image is hidden either way; where that is the command, 'entrypoint' refuses. */
static const struct { enum gd_engine engine; const char *at; bool in_read_only_root; } engines_tmpfs[] = {
	{ GD_ENGINE_CTR, "/run", false },    { GD_ENGINE_PODMAN, "/run", true },
	{ GD_ENGINE_PODMAN, "/tmp", true },  { GD_ENGINE_PODMAN, "/var/tmp", true },
};

static bool is_engines_tmpfs(const struct gd_facts *f, const struct gd_mount *m)
{
	for (size_t i = 0; i < LEN(engines_tmpfs) && !m->bind && gd_streq(m->type, "tmpfs"); i++)
		if (engines_tmpfs[i].engine == f->engine && gd_streq(engines_tmpfs[i].at, m->target) &&
		    (f->root_read_only || !engines_tmpfs[i].in_read_only_root))
			return true;
	return false;
}

/*
 * Places of the engine's own files, each with what its path ends in: a container whose network or shared memory was
 * joined writes to its own "hosts" and "shm", and either can be typed as a bind to be somebody's /etc/passwd.
 * Docker's configs and Podman's secrets go where somebody said: those are typed, and are listed like anything else.
 */
static const struct { const char *at, *source; } engine_places[] = {
	{ "/etc/resolv.conf", "/**/resolv.conf" }, { "/etc/hostname", "/**/hostname" }, { "/etc/hosts", "/**/hosts" },
	{ "/etc/passwd", "/**/passwd" }, { "/etc/group", "/**/group" }, { "/etc/timezone", "/**/timezone" },
	{ "/etc/localtime", "/**/localtime" }, { "/dev/shm", "/**/shm" },
	{ "/run/.containerenv", "/**/.containerenv" }, { "/run/secrets", "/**/secrets" },
	{ "/run/secrets/**", "/**/secrets/*" }, { "/var/run/secrets", "/**/secrets" },
};

/* The kubelet's: the path of a pod's volume holds what kind it is of, and not its author's word alone. */
static const struct { const char *at, *source; } kubelet_places[] = {
	{ "/etc/hosts", "/**/pods/*/etc-hosts" }, { "/dev/termination-log", "/**/pods/*/containers/*/*" },
	{ "/var/run/secrets/kubernetes.io/serviceaccount", "/**/pods/*/volumes/kubernetes.io~projected/*" },
	{ "/var/run/secrets/kubernetes.io/serviceaccount", "/**/pods/*/volumes/kubernetes.io~secret/*" },
};

static bool at_engine_place(const struct gd_mount *m)
{
	const char *source = m->source ? m->source : "";

	for (size_t i = 0; i < LEN(engine_places) && m->kind == GD_SRC_ENGINE; i++)
		if (gd_glob(engine_places[i].at, m->target) && gd_glob(engine_places[i].source, source))
			return true;
	for (size_t i = 0; i < LEN(kubelet_places) && m->kind == GD_SRC_KUBELET; i++)
		if (gd_streq(kubelet_places[i].at, m->target) && gd_glob(kubelet_places[i].source, source))
			return true;
	return false;
}

static bool is_kernels(const struct gd_mount *m)
{
	for (size_t i = 0; i < LEN(kernels) && !m->bind; i++)
		if (gd_streq(kernels[i].type, m->type) && gd_streq(kernels[i].at, m->target))
			return true;
	/* systemd's own hierarchy, and those of a split cgroup file system */
	return !m->bind && gd_starts(m->type, "cgroup") && gd_path_within(m->target, "/sys/fs/cgroup");
}

static bool is_declared(const struct gd_facts *f, const struct gd_mount *m)
{
	return gd_words_has(&f->image.volumes, m->target);
}

/* A file of the runtime's own, an image's volume as the engine made it, the kernel's file systems at their places. */
static bool is_brought(const struct gd_facts *f, const struct gd_mount *m)
{
	switch (m->kind) {
	case GD_SRC_INIT:
		return true;
	case GD_SRC_ENGINE:
	case GD_SRC_KUBELET:
		return at_engine_place(m);
	case GD_SRC_VOLUME:
		return is_declared(f, m) && gd_words_has(&f->use.image_volumes, m->target);
	case GD_SRC_NONE:
		return is_kernels(m) || is_engines_tmpfs(f, m);
	case GD_SRC_HOST:
	case GD_SRC_MISSING:
		break;
	}
	return false;
}

static bool has_rule(const struct gd_mounts_config *c, const struct gd_mount *m, bool *ret_placeless)
{
	const struct gd_mount_rule *r = c->allow.v;
	/* A source of the host's is what it really is; the engine's own are at the path that was written. */
	const char *source = m->n_origins > 0 ? m->origins[0].path : m->source;

	for (size_t i = 0; i < c->allow.n && source; i++) {
		if (!gd_glob(r[i].source, source) || (r[i].read_only && !m->read_only))
			continue;
		*ret_placeless |= !r[i].destination;
		if (r[i].destination && gd_glob(r[i].destination, m->target))
			return true;
	}
	return false;
}

static bool has_name(const struct gd_mounts_config *c, const struct gd_mount *m)
{
	const struct gd_mount_named *r = c->named.v;

	for (size_t i = 0; i < c->named.n && m->volume; i++)
		if (gd_glob(r[i].name, m->volume) && (!r[i].destination || gd_glob(r[i].destination, m->target)) &&
		    (!r[i].read_only || m->read_only))
			return true;
	return false;
}

static bool has_tmpfs(const struct gd_mounts_config *c, const struct gd_mount *m)
{
	for (size_t i = 0; i < c->tmpfs.n && gd_streq(m->type, "tmpfs") && !m->bind; i++)
		if (gd_glob(c->tmpfs.v[i], m->target))
			return true;
	return false;
}

static const char *volume_list(const struct gd_image *image, const char *at, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };

	for (size_t i = 0; i < image->volumes.n && i < 4; i++)
		gd_buf_fmt(&b, "%s%s", i ? ", " : "", gd_quote(a, image->volumes.v[i], 60));
	if (image->volumes.n > 4)
		gd_buf_str(&b, " and more");
	return b.data ? gd_printf(a, "the image declares volumes on %s, and none on %s", b.data, at)
		      : gd_printf(a, "the image declares no volume on %s", at);
}

static const char *list_under(const struct gd_mount *m)
{
	if (!m->bind)
		return "leave it out, or have its place listed under mounts.tmpfs";
	return m->volume ? "leave it out, or have it listed with its destination under mounts.named"
			 : "leave it out, or have it listed with its destination under mounts.allow";
}

static void judge(const struct gd_facts *f, const struct gd_mounts_config *c, const struct gd_mount *m,
		  struct gd_findings *out)
{
	struct gd_arena *a = out->arena;
	struct gd_finding *x;
	bool placeless = false;

	if (is_brought(f, m) || has_rule(c, m, &placeless) || has_name(c, m) || has_tmpfs(c, m))
		return;
	x = gd_found(out, "/mounts/%zu/destination", m->index);
	x->value = gd_quote(a, m->destination, 80);
	x->wanted = "the image's own volumes";
	x->what = gd_mount_what(m, a);
	x->flag = gd_mount_flag(f, m, a);
	if (!x->flag && gd_streq(m->type, "tmpfs") && !m->bind)
		x->flag = gd_say(f, GD_SAY_TMPFS, m->destination, a);
	if (is_declared(f, m))
		x->why = gd_printf(a, "the image declares %s for a volume of its own, and this is another one",
				   x->value);
	else if (placeless)
		x->why = gd_printf(a, "%s, and the rule that lists its source names no destination",
				   volume_list(&f->image, x->value, a));
	else
		x->why = volume_list(&f->image, x->value, a);
	x->fix = list_under(m);
	x->asked = true;
}

void gd_mounts_check_like(const struct gd_facts *f, const struct gd_mounts_config *c, struct gd_findings *out)
{
	if (c->like != GD_LIKE_IMAGE || gd_like_exempt(f) || !gd_like_known(f, "/mounts", NULL, out))
		return;
	for (size_t i = 0; i < f->n_mounts; i++)
		judge(f, c, &f->mounts[i], out);
}

bool gd_mounts_need_image(const void *config)
{
	const struct gd_mounts_config *c = config;

	return gd_like_looks(&c->head) && c->like == GD_LIKE_IMAGE;
}

/*
 * Under any other word every volume may lie anywhere, filled by whoever owns it, so no list of sources pins anything.
 * Under this one what is listed is at one place.
 */
bool gd_mounts_pin(const void *config)
{
	const struct gd_mounts_config *c = config;
	const struct gd_mount_rule *r = c->allow.v;
	const struct gd_mount_named *n = c->named.v;

	for (size_t i = 0; i < c->allow.n; i++)
		if (r[i].destination && !gd_is_exact(r[i].destination))
			return false;
	for (size_t i = 0; i < c->named.n; i++)
		if (!n[i].destination || !gd_is_exact(n[i].destination))
			return false;
	return gd_like_acts(&c->head) && c->like == GD_LIKE_IMAGE;
}
