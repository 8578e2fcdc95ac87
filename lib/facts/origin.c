/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/origin.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *type;
	unsigned flag;
} kernel_types[] = {
	{ "proc", GD_OR_PROC },	      { "sysfs", GD_OR_PROC },	  { "cgroup", GD_OR_PROC },
	{ "cgroup2", GD_OR_PROC },    { "debugfs", GD_OR_PROC },  { "tracefs", GD_OR_PROC },
	{ "securityfs", GD_OR_PROC }, { "bpf", GD_OR_PROC },	  { "efivarfs", GD_OR_PROC },
	{ "configfs", GD_OR_PROC },   { "pstore", GD_OR_PROC },	  { "binfmt_misc", GD_OR_PROC },
	{ "selinuxfs", GD_OR_PROC },  { "smackfs", GD_OR_PROC },  { "fusectl", GD_OR_PROC },
	{ "resctrl", GD_OR_PROC },    { "mqueue", GD_OR_PROC },	  { "rpc_pipefs", GD_OR_PROC },
	{ "nfsd", GD_OR_PROC },	      { "cpuset", GD_OR_PROC },	  { "xenfs", GD_OR_PROC },
	{ "devtmpfs", GD_OR_DEVICE }, { "devpts", GD_OR_DEVICE }, { "nsfs", GD_OR_NAMESPACE },
};

static unsigned type_flags(const char *fstype)
{
	for (size_t i = 0; i < LEN(kernel_types); i++)
		if (gd_streq(kernel_types[i].type, fstype))
			return kernel_types[i].flag;
	return 0;
}

static unsigned mode_flags(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFSOCK:
		return GD_OR_SOCKET;
	case S_IFBLK:
	case S_IFCHR:
		return GD_OR_DEVICE;
	case S_IFIFO:
		return GD_OR_FIFO;
	}
	return 0;
}

static bool is_nosuid_everywhere(const struct gd_view *v, const struct gd_mnt *m)
{
	for (size_t i = 0; i < v->table.n; i++) {
		const struct gd_mnt *x = &v->table.v[i];
		if (gd_mnt_same_fs(x, m) && (~x->flags & (GD_MNT_NOSUID | GD_MNT_NODEV)))
			return false;
	}
	return true;
}

/* A file system that only an engine's volume has mounted: nothing of the host's is in it. */
static bool is_private(struct gd_view *v, const struct gd_mnt *m)
{
	for (size_t i = 0; i < v->table.n; i++)
		if (gd_mnt_same_fs(&v->table.v[i], m) && !gd_view_has_dir(v, v->table.v[i].point))
			return false;
	return true;
}

static unsigned path_flags(struct gd_view *v, const char *path)
{
	unsigned flags = 0;

	if (gd_path_within(path, "/run") || gd_path_within(path, "/var/run"))
		flags |= GD_OR_RUN;
	if (gd_path_within(path, "/tmp") || gd_path_within(path, "/var/tmp"))
		flags |= GD_OR_TMP;
	for (size_t i = 0; i < v->dirs.n; i++) {
		if (gd_path_within(path, v->dirs.v[i]))
			flags |= GD_OR_ENGINE_DIR;
		else if (gd_path_within(v->dirs.v[i], path))
			flags |= GD_OR_ENGINE_DIR | GD_OR_ENGINE_ABOVE;
	}
	for (size_t i = 0; i < v->n_sockets; i++)
		if (gd_path_within(v->sockets[i].path, path))
			flags |= GD_OR_ENGINE_SOCKET;
	return flags;
}

static unsigned inode_flags(const struct gd_view *v, const struct gd_held *h)
{
	for (size_t i = 0; i < v->n_sockets; i++)
		if (v->sockets[i].dev == h->dev && v->sockets[i].ino == h->ino)
			return GD_OR_ENGINE_SOCKET;
	return 0;
}

static void describe(struct gd_view *v, const struct gd_mnt *m, const char *path,
		     const struct gd_held *h, struct gd_origin *o)
{
	o->path = gd_view_name(v, m, path, h);
	o->fstype = m->fstype;
	o->device = m->device;
	o->dev = h->dev;
	o->ino = h->ino;
	o->mode = h->mode;
	o->uid = h->uid;
	o->gid = h->gid;
	o->flags = type_flags(m->fstype) | mode_flags(h->mode) | path_flags(v, o->path) |
		   inode_flags(v, h);
	if (m->flags & GD_MNT_SHARED)
		o->flags |= GD_OR_SHARED;
	if (is_nosuid_everywhere(v, m))
		o->flags |= GD_OR_NOSUID;
	if (gd_view_has_dir(v, m->point) && is_private(v, m))
		o->flags |= GD_OR_PRIVATE;
}

int gd_origins(struct gd_view *v, const struct gd_held *h, bool recursive,
	       const struct gd_origin **ret, size_t *ret_n, const struct gd_mnt **ret_mnt,
	       struct gd_error *err)
{
	struct gd_origin *o = NULL;
	size_t n = 0, below_n = 0;

	if (gd_view_table(v, err) < 0)
		return -1;
	const struct gd_mnt *m = gd_mnt_by_id(&v->table, h->mnt_id);
	if (!m || !gd_path_within(h->path, m->point))
		return gd_error_set(err, GD_E_SYSTEM, "the mount table changed while it was read");
	gd_view_dirs(v);
	if (S_ISDIR(h->mode) || S_ISSOCK(h->mode))
		gd_view_sockets(v); /* nothing else is one or holds one */
	describe(v, m, h->path, h, GD_APPEND(v->a, o, n));
	o[0].below = "";
	const struct gd_mnt **below = recursive ? gd_mnt_below(&v->table, h->path, &below_n) : NULL;
	for (size_t i = 0; i < below_n; i++) {
		struct gd_held sub = { .fd = -1, .mode = S_IFDIR };
		if ((below[i]->flags & GD_MNT_UNBINDABLE) ||
		    !gd_mnt_hangs_on(&v->table, below[i], m->id))
			continue;
		if (n > GD_SUBMOUNTS_MAX)
			return gd_error_set(err, GD_E_INPUT, "more than %d mounts below one source",
					    GD_SUBMOUNTS_MAX);
		/* What cannot be looked at (a dead network mount) is still judged by its type and
		 * path. */
		(void)gd_hold(AT_FDCWD, below[i]->point, RESOLVE_NO_SYMLINKS, &sub);
		gd_drop(&sub);
		struct gd_origin *x = GD_APPEND(v->a, o, n);
		describe(v, below[i], below[i]->point, &sub, x);
		x->below = below[i]->point + (gd_streq(h->path, "/") ? 0 : strlen(h->path));
	}
	*ret = o;
	*ret_n = n;
	*ret_mnt = m;
	return 0;
}

int gd_origin_of_foreign(struct gd_view *v, const struct gd_mnt *theirs, struct gd_origin *ret,
			 struct gd_error *err)
{
	struct gd_held h = { .fd = -1 };
	const struct gd_mnt *on;

	if (gd_view_table(v, err) < 0)
		return -1;
	gd_view_dirs(v);
	gd_view_sockets(v);
	const char *path = gd_view_foreign_name(v, theirs, &on);
	if (!path)
		return 0;
	(void)gd_hold(AT_FDCWD, path, RESOLVE_NO_SYMLINKS, &h);
	gd_drop(&h);
	*ret = (struct gd_origin){ .below = "" };
	describe(v, on, path, &h, ret);
	return 1;
}
