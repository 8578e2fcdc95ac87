/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every control, in the order in which they judge and rewrite: the composite first (it owns what it explains),
 * then what others read as the controls before left it (seccomp resolves by capabilities, setId by seccomp).
 */
#include "control/control.h"

/* Declared here alone: nobody but the table and its test names a control. */
#define ROWS(X) \
	X(privileged) \
	X(namespaces) \
	X(user) \
	X(capabilities) \
	X(no_new_privileges) \
	X(seccomp) \
	X(set_id) \
	X(apparmor) \
	X(selinux) \
	X(rootfs) \
	X(paths) \
	X(entrypoint) \
	X(mounts) \
	X(devices) \
	X(resources) \
	X(sysctl) \
	X(hooks) \
	X(annotations) \
	X(environment) \
	X(working_dir) \
	X(ports) \
	X(image) \
	X(exec) \
	X(restore)

#define X(name) extern const struct gd_control gd_control_##name;
ROWS(X)
#undef X

const struct gd_control *const gd_controls[] = {
#define X(name) &gd_control_##name,
	ROWS(X)
#undef X
};
const size_t gd_n_controls = sizeof(gd_controls) / sizeof(gd_controls[0]);

const struct gd_control *gd_control_by_name(const char *name)
{
	for (size_t i = 0; i < gd_n_controls; i++)
		if (gd_streq(gd_controls[i]->name, name))
			return gd_controls[i];
	return NULL;
}
