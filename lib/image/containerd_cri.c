/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRI's own records of a container and of a pod, {"Version":"v1","Metadata":{...}} as containerd's Go writes them:
 * what kubelet asked for, and which image that became (engine-facts 3.3).
 */
#include <string.h>
#include <sys/utsname.h>

#include "image/containerd.h"

static const char *const record_keys[] = { "Version", "Metadata", NULL };
static const char *const metadata_keys[] = { "ID", "SandboxID", "Config", "ImageRef", NULL };
static const char *const config_keys[] = { "metadata", "image", "mounts", "hostname", "port_mappings", NULL };
static const char *const name_keys[] = { "name", "namespace", NULL };
static const char *const port_keys[] = { "protocol", "container_port", "host_port", "host_ip", NULL };
static const char *const image_keys[] = { "image", "user_specified_image", NULL };
static const char *const mount_keys[] = { "container_path", NULL };

#define PORTS_MAX 70000 /* every port of the host, once */

/* An object of the record with its keys exactly written; NULL where it is absent or (err set) otherwise. */
static const gd_json *object(const gd_json *in, const char *key, const char *const *keys, struct gd_error *err)
{
	const gd_json *v = gd_json_get(in, key);

	if (v && gd_json_kind(v) != GD_JSON_OBJECT) {
		gd_error_set(err, GD_E_INPUT, "'%s' is not an object", key);
		return NULL;
	}
	return v && gd_image_exact(v, keys, err) == 0 ? v : NULL;
}

/* .Metadata; *root is the caller's to free. */
static const gd_json *metadata(struct gd_bytes json, gd_json **root, struct gd_cri *ret, struct gd_arena *a,
			       struct gd_error *err)
{
	*root = gd_image_json(json, err);
	if (!*root || gd_image_exact(*root, record_keys, err) < 0)
		return NULL;
	if (!gd_streq(gd_json_get_str(*root, "Version"), "v1")) {
		gd_error_set(err, GD_E_INPUT, "a record of a version that is not known");
		return NULL;
	}
	const gd_json *m = object(*root, "Metadata", metadata_keys, err);
	if (m && gd_image_str(m, "ID", a, &ret->id, err) == 0 && ret->id)
		return m;
	if (err->kind == GD_OK)
		gd_error_set(err, GD_E_INPUT, "a record without an id");
	return NULL;
}

static int read_container(const gd_json *m, struct gd_cri *ret, struct gd_use *use, struct gd_arena *a,
			  struct gd_error *err)
{
	const gd_json *config = object(m, "Config", config_keys, err), *name, *image, *mounts;
	const char *asked = NULL, *typed = NULL;

	if (!config)
		return err->kind != GD_OK ? -1 : gd_error_set(err, GD_E_INPUT, "a record without its request");
	name = object(config, "metadata", name_keys, err);
	image = object(config, "image", image_keys, err);
	mounts = gd_json_get(config, "mounts");
	if (err->kind != GD_OK || gd_image_str(m, "ImageRef", a, &ret->config, err) < 0 ||
	    gd_image_str(m, "SandboxID", a, &ret->sandbox_id, err) < 0 ||
	    gd_image_str(name, "name", a, &use->container_name, err) < 0 ||
	    gd_image_str(image, "image", a, &asked, err) < 0 ||
	    gd_image_str(image, "user_specified_image", a, &typed, err) < 0)
		return -1;
	if (!ret->config || !gd_image_is_digest(ret->config))
		return gd_error_set(err, GD_E_INPUT, "a record that names no image");
	for (int i = 0; i < 2; i++) {
		const char *one = i == 0 ? typed : asked, *full = one ? gd_image_reference(a, one) : NULL;
		if (one)
			gd_words_add(a, &ret->names, one);
		if (full && !gd_streq(full, one))
			gd_words_add(a, &ret->names, full);
	}
	for (size_t i = 0; i < gd_json_len(mounts); i++) {
		const char *path = NULL;
		const gd_json *mount = gd_json_at(mounts, i);
		if (gd_image_exact(mount, mount_keys, err) < 0 ||
		    gd_image_str(mount, "container_path", a, &path, err) < 0)
			return -1;
		if (path)
			gd_words_add(a, &ret->mounts, path);
	}
	return 0;
}

int gd_cri_container(struct gd_bytes json, struct gd_cri *ret, struct gd_use *use, struct gd_arena *a,
		     struct gd_error *err)
{
	gd_json *root = NULL;
	const gd_json *m = metadata(json, &root, ret, a, err);
	int r = m ? read_container(m, ret, use, a, err) : -1;

	gd_json_free(root);
	return r < 0 ? gd_error_wrap(err, "CRI's record of the container") : 0;
}

/* Absent is 0, as Go leaves it out. */
static bool small(const gd_json *obj, const char *key, int64_t max, int64_t *ret)
{
	const gd_json *v = gd_json_get(obj, key);

	*ret = 0;
	return !v || (gd_json_i64(v, ret) && *ret >= 0 && *ret <= max);
}

static int read_ports(const gd_json *list, struct gd_use *use, struct gd_arena *a, struct gd_error *err)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	struct gd_published *v = NULL;

	if (gd_json_len(list) > PORTS_MAX)
		return gd_error_set(err, GD_E_INPUT, "more than %d ports", PORTS_MAX);
	for (size_t i = 0; i < gd_json_len(list); i++) {
		const gd_json *one = gd_json_at(list, i);
		int64_t protocol, container, host;
		const char *address;

		if (gd_image_exact(one, port_keys, err) < 0 || gd_image_str(one, "host_ip", a, &address, err) < 0)
			return -1;
		if (!small(one, "protocol", 2, &protocol) || !small(one, "container_port", UINT16_MAX, &container) ||
		    !small(one, "host_port", UINT16_MAX, &host))
			return gd_error_set(err, GD_E_INPUT, "a port that is none");
		if (host == 0)
			continue; /* exposed, not published */
		struct gd_published *p = GD_APPEND(a, v, use->n_ports);
		*p = (struct gd_published){ (uint16_t)container, (uint16_t)host, protocols[protocol],
					    address ? address : "" };
	}
	use->ports = v;
	use->ports_known = true;
	return 0;
}

/* Pods on the host's network have none of their own; containerd then takes the host's. */
static int read_hostname(const gd_json *config, struct gd_use *use, struct gd_arena *a, struct gd_error *err)
{
	struct utsname host;

	if (gd_image_str(config, "hostname", a, &use->hostname, err) < 0)
		return -1;
	if (!use->hostname && uname(&host) == 0)
		use->hostname = gd_strdup(a, host.nodename);
	return 0;
}

int gd_cri_sandbox(struct gd_bytes json, struct gd_cri *ret, struct gd_use *use, struct gd_arena *a,
		   struct gd_error *err)
{
	gd_json *root = NULL;
	const gd_json *m = metadata(json, &root, ret, a, err),
		      *config = m ? object(m, "Config", config_keys, err) : NULL,
		      *pod = config ? object(config, "metadata", name_keys, err) : NULL;
	int r = -1;

	if (m && !pod && err->kind == GD_OK)
		gd_error_set(err, GD_E_INPUT, "a pod without a name");
	else if (pod && gd_image_str(pod, "namespace", a, &use->pod_namespace, err) == 0 &&
		 gd_image_str(pod, "name", a, &use->pod_name, err) == 0 && read_hostname(config, use, a, err) == 0)
		r = read_ports(gd_json_get(config, "port_mappings"), use, a, err);
	gd_json_free(root);
	return r < 0 ? gd_error_wrap(err, "CRI's record of the pod") : 0;
}
