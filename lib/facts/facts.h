/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts: what a launch asks for and what the host really is, collected before anything is judged. Controls
 * see nothing else, so each can be tested from a table without a host.
 *
 * Two halves. gd_facts_extract() decodes the document and is pure; gd_facts_collect() then asks the
 * host: what every mount source really is, whose the namespaces are, which security modules run.
 * After conforming only the first half is done again (the host is not asked twice: what was judged
 * is what is pinned), see gd_facts_again().
 *
 * Strings are lent by the document's tree or live in the arena. Absent strings are NULL, absent numbers
 * have .set false. Lists keep the document's order and indices.
 */
#ifndef GD_FACTS_FACTS_H
#define GD_FACTS_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/inner.h"
#include "base/str.h"
#include "facts/image.h"
#include "json/tree.h"

enum gd_action_verb { GD_ON_CREATE, GD_ON_RUN, GD_ON_RESTORE, GD_ON_EXEC, GD_ON_UPDATE };

/* Known from the bundle path and runtime root alone, which only root can choose; never annotations. */
enum gd_engine {
	GD_ENGINE_UNKNOWN,	/* a bundle of nobody we know: root's own hands */
	GD_ENGINE_DOCKER, GD_ENGINE_CTR, GD_ENGINE_CRI, GD_ENGINE_PODMAN, GD_ENGINE_CRIO,
	GD_ENGINE_BUILDKIT,
};
enum gd_class { GD_CLASS_CONTAINER, GD_CLASS_SANDBOX, GD_CLASS_BUILD, GD_CLASS_PLUGIN };

const char *gd_engine_name(enum gd_engine e);	/* "docker" "ctr" "cri" "podman" "crio" "buildkit" "unknown" */
const char *gd_class_name(enum gd_class c);

struct gd_u64 { bool set; uint64_t v; };
struct gd_i64 { bool set; int64_t v; };

/* --- process ------------------------------------------------------------------------------ */
enum gd_cap_set { GD_CAPS_BOUNDING, GD_CAPS_EFFECTIVE, GD_CAPS_PERMITTED, GD_CAPS_INHERITABLE,
		  GD_CAPS_AMBIENT, GD_CAPS_SETS };
struct gd_caps {
	bool present;			/* the object is there; absent means the runtime's idea, see control */
	uint64_t set[GD_CAPS_SETS];	/* bit = capability number */
	struct gd_words unknown;	/* names that no kernel we know has; runc warns and skips, crun fails */
};

struct gd_rlimit { const char *type; uint64_t hard, soft; };

struct gd_scheduler {
	const char *policy;		/* "SCHED_OTHER" ...; NULL: the object is absent */
	struct gd_i64 nice, priority;
	struct gd_words flags;
	struct gd_u64 runtime, deadline, period;
};

struct gd_process {
	const gd_json *json;		/* NULL: no process in the document */
	struct gd_words args, env;
	const char *cwd;
	uint32_t uid, gid;
	const uint32_t *groups; size_t n_groups;
	bool terminal, no_new_privileges;
	struct gd_caps caps;
	const char *apparmor, *selinux;	/* "" counts as absent: NULL */
	struct gd_i64 oom_score_adj;
	const struct gd_rlimit *rlimits; size_t n_rlimits;
	struct gd_u64 umask;
	const char *user_name;		/* user.username: Windows' field, runc ignores it */
	struct gd_scheduler scheduler;
	const char *io_class;		/* ioPriority.class, NULL where absent */
	struct gd_i64 io_priority;
	const char *cpu_initial, *cpu_final;	/* execCPUAffinity */
};

/* --- namespaces ----------------------------------------------------------------------------- */
enum gd_ns_kind { GD_NS_NETWORK, GD_NS_PID, GD_NS_IPC, GD_NS_UTS, GD_NS_MOUNT, GD_NS_USER, GD_NS_CGROUP,
		  GD_NS_TIME, GD_NS_KINDS };
extern const char *const gd_ns_names[GD_NS_KINDS];	/* the document's words */

enum gd_ns_state {
	GD_NS_HOST,	/* absent, or a path whose inode is the host's (pid 1's) */
	GD_NS_OWN,	/* a new one */
	GD_NS_JOINED,	/* a path to somebody's */
};
enum gd_ns_owner {
	GD_OWNER_NONE,		/* not joined */
	GD_OWNER_SANDBOX,	/* this k8s.io or podman pod's own sandbox, proven by the runtime's state */
	GD_OWNER_CONTAINER,	/* another container of this runtime root */
	GD_OWNER_ENGINE,	/* made by the engine for this container (netns below its own run directory) */
	GD_OWNER_UNKNOWN,
};
struct gd_namespace {
	enum gd_ns_state state;
	enum gd_ns_owner owner;
	const char *path;		/* as written, NULL where none */
	const char *owner_id;		/* container id, NULL where unknown */
	struct gd_words owner_joinable;	/* what the owner's record lets others join; meaningful with CONTAINER */
	bool owner_recorded;		/* the owner has a record of guarded's */
	size_t index;			/* in /linux/namespaces; SIZE_MAX where absent */
	bool duplicate;			/* listed more than once */
	dev_t dev; ino_t ino;		/* of the namespace at .path; 0 where it was not looked at */
	/* Open on that namespace where the path leads through a process, whose number may be another's by the
	 * time the runtime looks; else -1. Closed by gd_facts_done. */
	int fd;
};

/* --- mounts --------------------------------------------------------------------------------- */
enum gd_source_kind {
	GD_SRC_NONE,		/* not a bind: the type says what it is */
	GD_SRC_ENGINE,		/* a per-container file of the engine (resolv.conf, hosts, shm, ...) of this
				 * container, its sandbox or its network's owner, at the exact path */
	GD_SRC_INIT,		/* the engine's genuine init (docker-init, catatonit), root-owned, read-only */
	GD_SRC_VOLUME,		/* a named or anonymous volume with nothing mounted at or below its data */
	GD_SRC_KUBELET,		/* below the kubelet's pods directory, CSI or local origin */
	GD_SRC_HOST,		/* anything else: judged by .origins */
	GD_SRC_MISSING,		/* not there: the runtime would fail, or make it */
};
enum gd_origin_flags {
	GD_OR_SOCKET = 1,	/* is a socket */
	GD_OR_ENGINE_SOCKET = 2, /* is, or is a directory above, an engine's control socket */
	GD_OR_ENGINE_DIR = 4,	/* in or above an engine's own directories (data, state) or guarded's */
	GD_OR_DEVICE = 8,	/* block or character device */
	GD_OR_PROC = 16,	/* procfs, sysfs, cgroup, debugfs, tracefs, securityfs, bpf, efivarfs, configfs */
	GD_OR_RUN = 32,		/* under /run */
	GD_OR_NAMESPACE = 64,	/* nsfs */
	GD_OR_NOSUID = 128,	/* every host mount of that file system is nosuid,nodev */
	GD_OR_FIFO = 256,
	GD_OR_SHARED = 512,	/* the mount propagates to the host */
	GD_OR_TMP = 1024,
	GD_OR_CONTAINER_WRITABLE = 2048, /* a component of the path can be written by others than root */
	GD_OR_PRIVATE = 4096,	/* a file system that is mounted nowhere but in an engine's directories: a volume's
				 * own tmpfs, disk or network share; judged by fstype and device, not by path */
	GD_OR_ENGINE_ABOVE = 8192, /* beside GD_OR_ENGINE_DIR: it holds such a directory, it does not lie in one */
};
/* One file system tree that the mount brings: the source itself first, then each submount of an rbind. */
struct gd_origin {
	const char *path;	/* where it really is, as an absolute host path, links and binds resolved */
	const char *below;	/* mountpoint relative to the source: "" for the source itself */
	const char *fstype, *device; /* of the mount it lies on */
	unsigned flags;
	dev_t dev; ino_t ino; mode_t mode; uid_t uid; gid_t gid;
};
struct gd_mount {
	const char *destination, *type, *source;	/* as written; type "" where absent */
	const char *target;		/* destination cleaned and resolved against itself lexically */
	struct gd_words options;
	bool bind, recursive, read_only, nosuid, nodev, noexec; /* after reading all options in order */
	const char *propagation;	/* "private" "slave" "shared" "unbindable", "r..." ones without
					 * r; NULL none */
	bool id_mapped;			/* idmap/ridmap option or mappings given */
	struct gd_words unknown_options; /* data passed to the file system; also "remount" and what only crun
					 * knows (copy-symlink, src-nofollow, ...) */
	size_t index;			/* in /mounts */
	enum gd_source_kind kind;
	const char *volume;		/* name of the volume or sandbox, NULL */
	const struct gd_origin *origins; size_t n_origins;
	int fd;				/* O_PATH of the source as judged, -1; closed by gd_facts_done */
	const char *unpinnable;		/* why the source cannot be pinned, NULL where it can */
	/*
	 * Where .target ends up: links in the root resolved as the runtime does (image/program.h), so that /data ->
	 * /usr/bin in the image hides nothing. "/" where that cannot be told (.lands_why says why): it may be
	 * anywhere. NULL where nobody looked. Whoever asks what a mount covers asks this, not .target.
	 */
	const char *lands, *lands_why;
	/* It covers what runtimes use of /dev, by links as they stand now (image/program.h, gd_mounts_over_dev). */
	bool over_dev;
};

/* --- linux -------------------------------------------------------------------------------------- */
struct gd_device_rule {
	bool allow; char type; struct gd_i64 major, minor; const char *access;
	const char *real; struct gd_words aliases;	/* as gd_device's, where the numbers name one node */
};
struct gd_device {
	const char *path, *type; int64_t major, minor; struct gd_u64 mode, uid, gid;
	const char *real;	/* the host node with these numbers, resolved; NULL where not found */
	struct gd_words aliases; /* links of the host's to that node: /dev/serial/by-id/..., /dev/disk/by-... */
};
struct gd_id_map { uint64_t container, host, size; };
struct gd_hugepage { const char *size; struct gd_u64 limit; };
struct gd_pair { const char *key, *value; };
struct gd_pairs { const struct gd_pair *v; size_t n; };

struct gd_resources {
	const gd_json *json;
	struct gd_i64 pids;
	struct gd_i64 memory, swap, reservation, kernel, kernel_tcp;
	struct gd_u64 swappiness; bool disable_oom_killer;
	struct gd_u64 cpu_shares, cpu_period; struct gd_i64 cpu_quota; struct gd_u64 cpu_burst;
	struct gd_i64 cpu_rt_runtime; struct gd_u64 cpu_rt_period; struct gd_i64 cpu_idle;
	const char *cpus, *mems;
	struct gd_u64 io_weight, io_leaf_weight;
	bool io_devices;	/* per device weights or throttles are given */
	const struct gd_device_rule *devices; size_t n_devices;
	const struct gd_hugepage *hugepages; size_t n_hugepages;
	struct gd_pairs unified;
	struct gd_u64 net_class; bool net_priorities;
	bool rdma;		/* an rdma limit is given */
};

/* What a hook's program is, from the host (facts/hooks.c); UNKNOWN until asked. */
enum gd_hook_program {
	GD_HOOK_UNKNOWN,	/* not asked, not there, or could not be told */
	GD_HOOK_LOOSE,		/* somebody other than root could have written it or its directories */
	GD_HOOK_TRUSTED,	/* a regular file that only root can have written, .real says where */
};
struct gd_hook {
	const char *stage; size_t index; const char *path; struct gd_words args, env; struct gd_i64 timeout;
	enum gd_hook_program program;
	const char *real;	/* /proc/PID/exe and links resolved; NULL unless TRUSTED */
};

struct gd_filter;	/* mac/filter.h: a seccomp filter after runc's own translation */

struct gd_linux {
	struct gd_namespace ns[GD_NS_KINDS];
	struct gd_words unknown_ns;
	const struct gd_id_map *uid_maps, *gid_maps; size_t n_uid_maps, n_gid_maps;
	bool maps_accounts;		/* host: ids that host accounts have are the container's too */
	struct gd_resources resources;
	struct gd_pairs sysctl;
	struct gd_words masked, read_only;	/* absent and null: empty */
	const struct gd_device *devices; size_t n_devices;
	const gd_json *seccomp;			/* NULL where absent or null */
	const char *cgroups_path, *rootfs_propagation, *mount_label, *personality;
	const gd_json *intel_rdt, *memory_policy, *time_offsets, *net_devices; /* NULL where absent */
};

/* --- the host ------------------------------------------------------------------------------------ */
struct gd_host {
	bool apparmor, selinux;		/* the module is there and on */
	struct gd_words apparmor_loaded;	/* profiles loaded, of those named by document or policy */
	bool cgroup2;			/* unified hierarchy */
	uint64_t memory;		/* bytes */
	unsigned cpus;
};

struct gd_facts {
	enum gd_action_verb verb;
	enum gd_engine engine;
	enum gd_class class;
	enum gd_inner inner;
	const char *id, *bundle, *runtime_root;	/* runtime_root: the inner runtime's --root as resolved */
	const char *containerd_namespace;	/* "moby", "k8s.io", "default"; NULL for others */
	const gd_json *doc;			/* the whole document that is judged */
	const char *oci_version;

	struct gd_process process;	/* on exec: the one asked for */
	const struct gd_process *container; /* on exec: the container's own; else NULL */
	const gd_json *original; /* on exec, where another policy judged the create: what was asked then; else NULL */
	const gd_json *update;	/* on update: the resources it names, without what it leaves as it is; else NULL */
	bool healthcheck;		/* exec: the image's own health check; see lib/image/exec.h */
	const char *root_path;		/* as written; relative to the bundle where so */
	const char *root_real;		/* resolved; NULL where not there */
	bool root_read_only;
	bool root_in_engine;		/* root_real lies in the bundle or the engine's own storage */
	const struct gd_origin *root_origins; size_t n_root_origins; /* submounts below the root */
	const struct gd_mount *mounts; size_t n_mounts;
	struct gd_linux linux_;		/* "linux" is a macro of gcc's */
	const struct gd_hook *hooks; size_t n_hooks;
	struct gd_pairs annotations;
	struct gd_host host;
	/* invocation's own requests that no document shows: */
	struct gd_words flags;		/* judged flags as typed: "--no-pivot", "--l3-cache-schema", "--cgroup x" */
	bool host_known;		/* gd_facts_collect ran; controls that need the host refuse otherwise */
	bool record_known;		/* exec and update: judged.json was there */
	/* What others may join of this container, by its policy: set by whoever writes the record, kept in it. */
	struct gd_words joinable; bool joinable_known;

	/* From the engine's store (lib/image), where the applied policies need it. On exec and update from the
	 * record: .program is then of the process asked for. */
	struct gd_image image;
	struct gd_trust trust;	/* by the digests of .image; asked anew by every launch that needs it, never kept */
	struct gd_use use;
	struct gd_program program;
};

/* What the invocation stage knows; input of extract. */
struct gd_where {
	enum gd_action_verb verb;
	enum gd_inner inner;
	const char *id, *bundle, *runtime_root;
	struct gd_words flags;
};

/* Engine, class and containerd namespace from the bundle's path (engine-facts section 2). */
void gd_engine_find(const char *bundle, const char *runtime_root, struct gd_facts *f);

/*
 * Decode @doc (checked by the key tables). @container: on exec, the container's own process object. Pure. @ret lends
 * from @doc, which must live as long.
 */
int gd_facts_extract(const struct gd_where *where, const gd_json *doc, const gd_json *container,
		     struct gd_arena *a, struct gd_facts *ret, struct gd_error *err);

/* Paths that guarded.json gives to the host half. */
struct gd_host_paths {
	struct gd_words engine_dirs;	/* more data roots and state directories of engines */
	struct gd_words engine_sockets;
	struct gd_words guarded_dirs;	/* our own: applied, policyDir, audit, keys */
};

/*
 * Ask the host: sources opened (descriptors in mounts[].fd), origins, namespaces' owners, root, modules. In the
 * mount namespace that the caller is in. Never follows what a container could have planted.
 */
int gd_facts_collect(struct gd_facts *f, const struct gd_host_paths *paths, struct gd_arena *a,
		     struct gd_error *err);

/*
 * Facts of a conformed document: extract anew, host answers taken over from @before for every mount with
 * the same destination and source and every namespace with the same path; anything else unknown to the
 * host half makes this fail (conforming never adds what was not judged).
 */
int gd_facts_again(const struct gd_facts *before, const gd_json *doc, struct gd_arena *a,
		   struct gd_facts *ret, struct gd_error *err);

/* Where arm puts what it holds for the runtime (arm/pin.h): no source and no namespace of a caller's is there. */
#define GD_PIN_DIR "/run/guarded/pin"

/* Close descriptors. */
void gd_facts_done(struct gd_facts *f);

/* The facts that judged.json keeps (owned by caller), and back into @f for exec and update. */
gd_json *gd_facts_to_record(const struct gd_facts *f);
int gd_facts_from_record(struct gd_facts *f, const gd_json *record, struct gd_arena *a,
			 struct gd_error *err);

#endif
