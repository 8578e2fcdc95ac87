/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control sockets of engines: whoever may connect to one is root on the host. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/origin.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define UNIX_MAX (4u << 20) /* bytes of /proc/net/unix that are looked at */

/* The usual places; the systemd ones start whatever they are told to. */
static const char *const usual[] = {
	"/run/docker.sock",
	"/run/docker/docker.sock",
	"/run/containerd/containerd.sock",
	"/run/docker/containerd/containerd.sock",
	"/run/containerd/containerd.sock.ttrpc",
	"/run/crio/crio.sock",
	"/run/podman/podman.sock",
	"/run/buildkit/buildkitd.sock",
	"/run/k3s/containerd/containerd.sock",
	"/run/cri-dockerd.sock",
	"/run/dockershim.sock",
	"/run/systemd/private",
	"/run/dbus/system_bus_socket",
	"/run/snapd.socket",
	"/run/libvirt/libvirt-sock",
};

/* Engines that were told to listen elsewhere keep the name of their socket in most cases. */
static const char *const names[] = {
	"/docker.sock", "/containerd.sock", "/containerd.sock.ttrpc", "/crio.sock",
	"/podman.sock", "/buildkitd.sock",  "/cri-dockerd.sock",      "/dockershim.sock",
};

static void add(struct gd_view *v, const char *path)
{
	const char *reached, *lies = NULL;
	struct stat st;

	if (v->n_sockets < GD_SOCKETS_MAX)
		lies = gd_view_host_path(v, path, &reached, &st);
	if (lies && S_ISSOCK(st.st_mode))
		*GD_APPEND(v->a, v->sockets, v->n_sockets) = (struct gd_known_socket){
			.path = lies, .dev = st.st_dev, .ino = st.st_ino
		};
}

static bool is_engines(const char *path)
{
	for (size_t i = 0; i < LEN(names); i++)
		if (gd_ends(path, names[i]))
			return true;
	return false;
}

/* ffff...: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock */
static void add_listening(struct gd_view *v, char *line)
{
	char *path = strchr(line, '/'), *flags = line;

	for (int i = 0; i < 3 && flags; i++) {
		flags = strchr(flags, ' ');
		flags = flags ? flags + 1 : NULL;
	}
	if (!path || !flags || !(strtoul(flags, NULL, 16) & 0x10000) || !is_engines(path))
		return;
	for (size_t i = 0; i < v->n_sockets; i++)
		if (gd_streq(v->sockets[i].path, path))
			return;
	add(v, path);
}

/* Only what listens in this network namespace is seen: the host's engines. Best effort, beside the
 * usual places. */
static void find_listening(struct gd_view *v)
{
	int fd = open("/proc/net/unix", O_RDONLY | O_CLOEXEC);
	size_t cap = 65536, len = 0;
	char *text;
	ssize_t n;

	if (fd < 0)
		return;
	text = gd_alloc(v->a, cap + 1);
	while ((n = read(fd, text + len, cap - len)) > 0) {
		len += (size_t)n;
		if (len < cap)
			continue;
		if (cap >= UNIX_MAX)
			break;
		text = gd_realloc(v->a, text, cap + 1, 2 * cap + 1);
		cap *= 2;
	}
	close(fd);
	for (char *p = text, *nl; (nl = memchr(p, '\n', (size_t)(text + len - p))) != NULL;
	     p = nl + 1) {
		*nl = '\0';
		add_listening(v, p);
	}
}

void gd_view_sockets(struct gd_view *v)
{
	if (v->has_sockets)
		return;
	v->has_sockets = true;
	for (size_t i = 0; i < LEN(usual); i++)
		add(v, usual[i]);
	for (size_t i = 0; i < v->paths->engine_sockets.n; i++)
		add(v, v->paths->engine_sockets.v[i]);
	find_listening(v);
}
