/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When pins are wanted, and the place for them: a mount namespace of guarded's own with a private
 * tmpfs in it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arm/pin.h"
#include "facts/places.h"

/* What the engine made for this very container, at a place that root alone can change, cannot be
 * swapped. */
bool gd_pin_exempt(enum gd_source_kind k)
{
	return k == GD_SRC_ENGINE || k == GD_SRC_INIT || k == GD_SRC_VOLUME;
}

/* Seen, not remembered: the pins' own tmpfs is mounted there in no other mount namespace. */
bool gd_pin_entered(void)
{
	struct statx above, here;

	return statx(AT_FDCWD, GD_PIN_PARENT, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &above) == 0 &&
	       statx(AT_FDCWD, GD_PIN_DIR, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &here) == 0 &&
	       above.stx_mnt_id != here.stx_mnt_id;
}

bool gd_pin_needed(const struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a)
{
	struct gd_places p;
	bool needed = false;

	gd_places_learn(f, paths, a, &p);
	/* Whose namespaces are joined is not known yet; a wrong guess here is put right by
	 * gd_pin_missed. */
	p.sandbox = f->id;
	for (int k = 0; k < GD_NS_KINDS && !needed; k++)
		needed = f->linux_.ns[k].path && gd_starts(f->linux_.ns[k].path, "/proc/") &&
			 f->engine != GD_ENGINE_CRI && f->engine != GD_ENGINE_CRIO;
	for (size_t i = 0; i < f->n_mounts && !needed; i++)
		needed = f->mounts[i].bind &&
			 !gd_pin_exempt(gd_places_claim(&p, f, &f->mounts[i], a).kind);
	return needed;
}

bool gd_pin_missed(const struct gd_facts *f)
{
	for (size_t i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].fd >= 0 && !f->mounts[i].unpinnable)
			return !gd_pin_entered();
	for (int k = 0; k < GD_NS_KINDS; k++)
		if (f->linux_.ns[k].path && f->linux_.ns[k].fd >= 0)
			return !gd_pin_entered();
	return false;
}

/* 0711: a runtime that opens sources as the container's root, in a user namespace, has to get
 * through. */
static int make_dir(const char *path, struct gd_error *err)
{
	struct stat st;

	if (mkdir(path, 0711) < 0 && errno != EEXIST)
		return gd_error_sys(err, errno, "make %s", path);
	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0 ||
	    (st.st_mode & 022) != 0)
		return gd_error_set(err, GD_E_TRUST, "%s is not a folder of root's alone", path);
	return 0;
}

int gd_pin_enter(struct gd_error *err)
{
	if (make_dir(GD_PIN_PARENT, err) < 0 || make_dir(GD_PIN_DIR, err) < 0)
		return -1;
	if (unshare(CLONE_NEWNS) < 0)
		return gd_error_sys(err, errno, "enter a mount namespace of its own");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return gd_error_sys(err, errno, "keep mounts from the host");
	if (mount("guarded", GD_PIN_DIR, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=711,size=1m") < 0)
		return gd_error_sys(err, errno, "mount %s", GD_PIN_DIR);
	/*
	 * Nothing that is bound here shows anywhere else, though the host's own mounts are
	 * followed; and a source above it ("/" itself) does not bring it along.
	 */
	if (mount(NULL, GD_PIN_DIR, NULL, MS_UNBINDABLE, NULL) < 0)
		return gd_error_sys(err, errno, "keep %s private", GD_PIN_DIR);
	return 0;
}
