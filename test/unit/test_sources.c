/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host half says of real files, links and mounts. */
#include "fake_host.h"

#include "facts/origin.h"


struct row {
	const char *source;
	bool rbind;
	enum gd_source_kind kind;
	const char *origin;	/* of the first; NULL: none */
	unsigned flags;		/* exactly, of those in .look */
	size_t n;		/* origins; 0: not compared */
	bool held;		/* wants pinning */
	const char *volume;
};

#define SPECIAL (GD_OR_SOCKET | GD_OR_ENGINE_SOCKET | GD_OR_ENGINE_DIR | GD_OR_DEVICE | GD_OR_PROC | GD_OR_RUN | \
		 GD_OR_NAMESPACE | GD_OR_FIFO | GD_OR_PRIVATE | GD_OR_TMP)
#define H GD_SRC_HOST
#define E GD_SRC_ENGINE
#define V GD_SRC_VOLUME
#define OWN DATA "/containers/" ID
#define THEIRS DATA "/containers/" OTHER

static const struct row rows[] = {
	/* the engine's own files, of this container, at their exact place */
	{ OWN "/hosts", true, E, NULL, 0, 0, false, NULL },
	{ OWN "/hostname", true, E, NULL, 0, 0, false, NULL },
	{ OWN "/mounts/shm", true, E, NULL, 0, 0, false, NULL },
	{ THEIRS "/hosts", true, H, THEIRS "/hosts", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ THEIRS "/mounts/shm", true, H, THEIRS "/mounts/shm", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ OWN, true, H, OWN, GD_OR_ENGINE_DIR, 1, true, NULL },
	{ OWN "/../" ID "/hosts", true, H, OWN "/hosts", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ OWN "//hosts", true, H, OWN "/hosts", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ OWN "/hosts/", true, GD_SRC_MISSING, NULL, 0, 0, false, NULL },
	{ OWN "/config.v2.json", true, H, OWN "/config.v2.json", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ OWN "/resolv.conf", true, H, "/srv/secret/key", 0, 1, true, NULL },	/* made a link by somebody */
	{ DATA, true, H, DATA, GD_OR_ENGINE_DIR, 0, true, NULL },
	{ "/var/lib", true, H, "/var/lib", GD_OR_ENGINE_DIR, 0, true, NULL },

	/* volumes */
	{ DATA "/volumes/plain/_data", true, V, NULL, 0, 0, false, "plain" },
	{ DATA "/volumes/plain/_data", false, V, NULL, 0, 0, false, "plain" },
	{ DATA "/volumes/plain", true, H, DATA "/volumes/plain", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ DATA "/volumes/plain/_data/sub", true, V, DATA "/volumes/plain/_data/sub", GD_OR_ENGINE_DIR, 1, true, "plain" },
	{ DATA "/volumes/plain/_data/evil", true, H, "/srv/secret", 0, 1, true, NULL },
	{ DATA "/volumes/plain/_data/evil/key", true, H, "/srv/secret/key", 0, 1, true, NULL },
	{ DATA "/volumes/plain/_data/s", true, H, DATA "/volumes/plain/_data/s", GD_OR_ENGINE_DIR | GD_OR_SOCKET, 1, true,
	  "plain" },
	{ DATA "/volumes/deep/_data", true, H, DATA "/volumes/deep/_data", GD_OR_ENGINE_DIR, 2, true, "deep" },
	{ DATA "/volumes/deep/_data", false, V, NULL, 0, 0, false, "deep" },	/* nothing comes along */
	{ DATA "/volumes/etc/_data", true, H, "/srv/secret", 0, 1, true, "etc" },
	{ DATA "/volumes/etc/_data", false, H, "/srv/secret", 0, 1, true, "etc" },
	{ DATA "/volumes/etc/_data/x", true, H, "/srv/secret/x", 0, 1, true, NULL },
	{ DATA "/volumes/tmp/_data", true, H, DATA "/volumes/tmp/_data", GD_OR_ENGINE_DIR | GD_OR_PRIVATE, 1, true, "tmp" },
	{ DATA "/volumes/link/_data", true, H, "/srv/secret", 0, 1, true, NULL },
	/* the whole of a file system whose directory is hidden where it is mounted: not that name */
	{ DATA "/volumes/whole/_data", true, H, "/srv/A", 0, 1, true, "whole" },
	{ DATA "/volumes/whole/_data/y", true, H, "/srv/A/y", 0, 1, true, NULL },
	{ DATA "/volumes/whole/_data/x", true, H, DATA "/volumes/whole/_data/x", GD_OR_ENGINE_DIR, 1, true, "whole" },

	/* places of the host, by any name */
	{ "/srv/app", true, H, "/srv/app", 0, 1, true, NULL },
	{ "/srv/app/f", false, H, "/srv/app/f", 0, 1, true, NULL },
	{ "/srv/link", true, H, "/srv/app", 0, 1, true, NULL },
	{ "/srv/link/f", true, H, "/srv/app/f", 0, 1, true, NULL },
	{ "/srv/alias", true, H, "/srv/app", 0, 1, true, NULL },
	{ "/srv/alias/d", true, H, "/srv/app/d", 0, 1, true, NULL },
	{ "/srv/../srv/./app", true, H, "/srv/app", 0, 1, true, NULL },
	{ "/srv/a b\\\\c", true, H, "/srv/a b\\c", 0, 1, true, NULL },
	{ "rel", true, H, BUNDLE "/rel", GD_OR_ENGINE_DIR | GD_OR_RUN, 1, true, NULL },
	{ "/srv/missing", true, GD_SRC_MISSING, NULL, 0, 0, false, NULL },
	{ "/srv/dangling", true, GD_SRC_MISSING, NULL, 0, 0, false, NULL },
	{ "/srv/app/f/x", true, GD_SRC_MISSING, NULL, 0, 0, false, NULL },
	{ "", true, H, BUNDLE, GD_OR_ENGINE_DIR | GD_OR_RUN, 1, true, NULL },
	{ "/", false, H, "/", GD_OR_ENGINE_DIR | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/tmp", false, H, "/tmp", GD_OR_TMP, 1, true, NULL },

	/* what comes along */
	{ "/srv/deep", true, H, "/srv/deep", 0, 3, true, NULL },
	{ "/srv/deep", false, H, "/srv/deep", 0, 1, true, NULL },

	/* sockets and the like */
	{ "/run/docker.sock", true, H, "/run/docker.sock", GD_OR_RUN | GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/run/hard", true, H, "/run/hard", GD_OR_RUN | GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/srv/sock-link", true, H, "/run/docker.sock", GD_OR_RUN | GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/srv/sock-bind", true, H, "/run/docker.sock", GD_OR_RUN | GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/srv/sock-dir", true, H, "/srv/sock-dir", 0, 2, true, NULL },	/* its second origin: see below */
	{ "/srv/eng", true, H, "/srv/eng", GD_OR_ENGINE_SOCKET, 1, true, NULL },	/* listens at no usual place */
	{ "/srv/given", true, H, "/srv/given", GD_OR_SOCKET | GD_OR_ENGINE_SOCKET, 1, true, NULL }, /* guarded.json */
	{ "/run", false, H, "/run", GD_OR_RUN | GD_OR_ENGINE_DIR | GD_OR_ENGINE_SOCKET, 1, true, NULL },
	/* engines' places that root moved elsewhere by a link or a bind mount */
	{ "/srv/moved/x", true, H, "/srv/moved/x", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ "/var/lib/containers/x", true, H, "/srv/moved/x", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ "/srv/bound", true, H, "/srv/bound", GD_OR_ENGINE_DIR, 1, true, NULL },
	{ "/srv/psock", true, H, "/srv/psock", GD_OR_ENGINE_SOCKET, 1, true, NULL },
	{ "/run/user", true, H, "/run/user", GD_OR_RUN, 1, true, NULL },
	{ "/srv/php", true, H, "/srv/php", GD_OR_SOCKET, 1, true, NULL },
	{ "/srv/fifo", true, H, "/srv/fifo", GD_OR_FIFO, 1, true, NULL },
	{ "/dev/null", true, H, "/dev/null", GD_OR_DEVICE, 1, true, NULL },
	{ "/srv/ns", true, H, "/srv/ns", GD_OR_NAMESPACE, 1, true, NULL },

	/* the kernel's own, and links that lead where whoever looks stands */
	{ "/proc", false, H, "/proc", GD_OR_PROC, 1, true, NULL },
	{ "/proc/sys", false, H, "/proc/sys", GD_OR_PROC, 1, true, NULL },
	{ "/sys", false, H, "/sys", GD_OR_PROC, 1, true, NULL },
	{ "/proc/self/root", true, H, "/proc/self/root", GD_OR_PROC, 1, false, NULL },
	{ "/proc/thread-self/root/etc", true, H, "/proc/thread-self/root/etc", GD_OR_PROC, 1, false, NULL },
	{ "/proc/self/cwd", true, H, "/proc/self/cwd", GD_OR_PROC, 1, false, NULL },
	{ "/proc/self/fd/0", true, H, "/proc/self/fd/0", GD_OR_PROC, 1, false, NULL },
	{ "/proc/self/ns/net", true, H, "/proc/self/ns/net", GD_OR_PROC, 1, false, NULL },
	{ "/srv/magic", true, H, "/srv/magic", GD_OR_PROC, 1, false, NULL },	/* a link to /proc/self/root */
	{ "/srv/loop", true, H, "/srv/loop", GD_OR_PROC, 1, false, NULL },
};

static void build(void)
{
	fake_host();
	fake_write(OWN "/config.v2.json", "{}");
	MUST(unlink(OWN "/resolv.conf"));
	MUST(symlink("/srv/secret/key", OWN "/resolv.conf"));
	MUST(symlink("/srv/secret", DATA "/volumes/plain/_data/evil"));
	MUST(symlink("/srv/secret", DATA "/volumes/link/_data"));
	fake_socket(DATA "/volumes/plain/_data/s");
	fake_tmpfs(DATA "/volumes/deep/_data/sub", 0);
	fake_bind("/srv/secret", DATA "/volumes/etc/_data");
	fake_tmpfs(DATA "/volumes/tmp/_data", 0);
	fake_tmpfs("/srv/A", 0);
	fake_dirs("/srv/A/x");
	fake_dirs("/srv/A/y");
	fake_bind("/srv/A", DATA "/volumes/whole/_data");
	fake_tmpfs("/srv/A/x", 0); /* hides the directory of the first */
	fake_dirs("/srv/A/x/own");

	MUST(symlink("/srv/app", "/srv/link"));
	MUST(symlink("/srv/nowhere", "/srv/dangling"));
	MUST(symlink("loop", "/srv/loop"));
	MUST(symlink("/proc/self/root", "/srv/magic"));
	fake_bind("/srv/app", "/srv/alias");
	fake_dirs(BUNDLE "/rel");
	fake_dirs("/run/user");

	fake_tmpfs("/srv/deep/sub", MS_NOSUID | MS_NODEV);
	fake_bind("/srv/secret", "/srv/deep/b");
	fake_tmpfs("/srv/deep/no", 0);
	MUST(mount(NULL, "/srv/deep/no", NULL, MS_UNBINDABLE, NULL));

	fake_socket("/run/docker.sock");
	MUST(link("/run/docker.sock", "/run/hard"));
	MUST(symlink("/run/docker.sock", "/srv/sock-link"));
	fake_write("/srv/sock-bind", "");
	fake_bind("/run/docker.sock", "/srv/sock-bind");
	fake_dirs("/srv/sock-dir");
	fake_write("/srv/sock-dir/x", "");
	fake_bind("/run/docker.sock", "/srv/sock-dir/x");
	fake_socket("/srv/eng/docker.sock");
	fake_socket("/srv/given");
	fake_socket("/srv/php");
	MUST(mkfifo("/srv/fifo", 0600));
	fake_write("/srv/ns", "");
	fake_bind("/proc/self/ns/uts", "/srv/ns");
	fake_tmpfs("/srv/nosuid", MS_NOSUID | MS_NODEV);
	fake_tmpfs("/srv/twice", MS_NOSUID | MS_NODEV);
	fake_bind("/srv/twice", "/srv/twice2");
	MUST(mount(NULL, "/srv/twice2", NULL, MS_REMOUNT | MS_BIND | MS_NODEV, NULL));
}

/* Engines' places that are not where their names say. */
static void move_places(void)
{
	fake_dirs("/srv/moved/x");
	MUST(symlink("/srv/moved", "/var/lib/containers"));
	fake_dirs("/srv/bound");
	fake_dirs("/var/lib/containerd");
	fake_bind("/srv/bound", "/var/lib/containerd");
	fake_dirs("/srv/psock");
	fake_socket("/srv/psock/real");
	fake_dirs("/run/podman");
	MUST(symlink("/srv/psock/real", "/run/podman/podman.sock"));
}

static void collect(struct gd_facts *f, struct gd_arena *a)
{
	struct gd_host_paths paths = { 0 };
	struct gd_error err = { 0 };

	gd_words_add(a, &paths.engine_sockets, "/srv/given");
	ck_assert_msg(gd_facts_collect(f, &paths, a, &err) == 0, "%s", err.text);
	ck_assert(f->host_known);
}

START_TEST(kinds)
{
	const struct row *r = &rows[_i];
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	move_places();
	fake_facts(fake_mount(a, r->source, "/x", r->rbind ? "\"rbind\"" : "\"bind\""), "", a, &f, &doc);
	collect(&f, a);
	const struct gd_mount *m = &f.mounts[0];
	ck_assert_msg(m->kind == r->kind, "%s: kind %d", r->source, m->kind);
	ck_assert_int_eq(m->fd >= 0, r->held);
	if (r->volume)
		ck_assert_str_eq(m->volume, r->volume);
	else
		ck_assert_ptr_null(m->volume);
	if (r->n)
		ck_assert_uint_eq(m->n_origins, r->n);
	if (r->origin) {
		ck_assert_uint_gt(m->n_origins, 0);
		ck_assert_str_eq(m->origins[0].path, r->origin);
		ck_assert_str_eq(m->origins[0].below, "");
		ck_assert_msg((m->origins[0].flags & SPECIAL) == r->flags, "flags %#x", m->origins[0].flags & SPECIAL);
	}
	/* what is held is what is described */
	if (m->fd >= 0) {
		struct stat st;
		MUST(fstat(m->fd, &st));
		ck_assert_uint_eq(st.st_ino, m->origins[0].ino);
		ck_assert_uint_eq(st.st_dev, m->origins[0].dev);
	}
	ck_assert_int_eq(m->unpinnable != NULL, !r->held && (r->kind == H || r->kind == GD_SRC_MISSING));
	gd_facts_done(&f);
	ck_assert_int_eq(m->fd, -1);
}
END_TEST

static const struct gd_mount *one(const char *source, const char *options, struct gd_facts *f, struct gd_arena *a)
{
	gd_json *doc;

	fake_facts(fake_mount(a, source, "/x", options), "", a, f, &doc);
	collect(f, a);
	return &f->mounts[0];
}

START_TEST(carried)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;

	build();
	const struct gd_mount *m = one("/srv/deep", "\"rbind\"", &f, a);
	ck_assert_uint_eq(m->n_origins, 3); /* the unbindable one stays behind */
	ck_assert_str_eq(m->origins[1].below, "/b");
	ck_assert_str_eq(m->origins[1].path, "/srv/secret");
	ck_assert_str_eq(m->origins[2].below, "/sub");
	ck_assert_str_eq(m->origins[2].path, "/srv/deep/sub");
	ck_assert_str_eq(m->origins[2].fstype, "tmpfs");
	ck_assert(m->origins[2].flags & GD_OR_NOSUID);
	ck_assert(!(m->origins[0].flags & GD_OR_NOSUID));
	m = one("/srv/sock-dir", "\"rbind\"", &f, a);
	ck_assert_uint_eq(m->n_origins, 2);
	ck_assert_str_eq(m->origins[1].path, "/run/docker.sock");
	ck_assert(m->origins[1].flags & GD_OR_ENGINE_SOCKET);
	/* the root brings everything, each by its own name */
	m = one("/", "\"rbind\"", &f, a);
	size_t found = 0;
	for (size_t i = 1; i < m->n_origins; i++)
		found += strcmp(m->origins[i].path, "/run") == 0 || strcmp(m->origins[i].below, "/srv/deep/sub") == 0;
	ck_assert_uint_eq(found, 2);
}
END_TEST

START_TEST(nosuid)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;

	build();
	ck_assert(one("/srv/nosuid", "\"bind\"", &f, a)->origins[0].flags & GD_OR_NOSUID);
	/* the same file system without nosuid somewhere else */
	ck_assert(!(one("/srv/twice", "\"bind\"", &f, a)->origins[0].flags & GD_OR_NOSUID));
}
END_TEST

/* Host-ward propagation: not held but named, and whether others can change the name. */
START_TEST(shared)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;

	build();
	const struct gd_mount *m = one("/srv/app", "\"rbind\",\"rshared\"", &f, a);
	ck_assert_ptr_nonnull(m->unpinnable);
	ck_assert_int_eq((m->origins[0].flags & GD_OR_CONTAINER_WRITABLE) != 0, !fake_is_root());
	m = one("/srv/link", "\"rbind\",\"rshared\"", &f, a);
	ck_assert(m->origins[0].flags & GD_OR_CONTAINER_WRITABLE);
	MUST(chmod("/srv", 01777));
	m = one("/srv/app", "\"rbind\",\"rshared\"", &f, a);
	ck_assert(m->origins[0].flags & GD_OR_CONTAINER_WRITABLE);
	ck_assert_ptr_null(one("/srv/app", "\"rbind\",\"rslave\"", &f, a)->unpinnable);
}
END_TEST

/* The engine's init, and what only looks like it. */
START_TEST(init)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	fake_dirs("/srv/bin");
	/* of its own: the fake host leaves /usr as it is on this one */
	MUST(mount("tmpfs", "/usr/sbin", "tmpfs", 0, "size=4m,mode=755"));
	fake_dirs("/usr/sbin/engine");
	fake_write("/srv/bin/docker-init", "init");
	fake_write("/usr/sbin/engine/docker-init", "init");
	fake_write("/usr/sbin/engine/catatonit", "init");
	/* root's alone as well, but made by whoever fills volumes and layers */
	fake_facts(fake_mount(a, "/srv/bin/docker-init", "/sbin/docker-init", "\"bind\",\"ro\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	/* another engine's */
	fake_facts(fake_mount(a, "/usr/sbin/engine/catatonit", "/run/podman-init", "\"bind\",\"ro\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	fake_facts(fake_mount(a, "/usr/sbin/engine/docker-init", "/sbin/docker-init", "\"bind\",\"ro\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, fake_is_root() ? GD_SRC_INIT : GD_SRC_HOST);
	fake_facts(fake_mount(a, "/usr/sbin/engine/docker-init", "/sbin/docker-init", "\"bind\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST); /* writable */
	fake_facts(fake_mount(a, "/usr/sbin/engine/docker-init", "/sbin/init", "\"bind\",\"ro\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	MUST(chmod("/usr/sbin/engine", 0777));
	fake_facts(fake_mount(a, "/usr/sbin/engine/docker-init", "/sbin/docker-init", "\"bind\",\"ro\""), "", a, &f, &doc);
	collect(&f, a);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST); /* others can replace it */
}
END_TEST

/* Asked twice, the host answers twice: nothing of the first answer is left. */
START_TEST(twice)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	fake_facts(fake_mount(a, "/srv/app", "/x", "\"bind\""), "", a, &f, &doc);
	collect(&f, a);
	int fd = f.mounts[0].fd;
	gd_facts_done(&f);
	MUST(rename("/srv/app", "/srv/gone"));
	MUST(symlink("/srv/secret", "/srv/app"));
	collect(&f, a);
	ck_assert_str_eq(f.mounts[0].origins[0].path, "/srv/secret");
	ck_assert_uint_eq(f.mounts[0].n_origins, 1);
	ck_assert_int_ge(fd, 0);
}
END_TEST

/* Whose data root a path claims counts only where this container's directory is, root's alone. */
START_TEST(data_root)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;

	build();
	ck_assert_int_eq(one(OWN "/hosts", "\"bind\"", &f, a)->kind, GD_SRC_ENGINE);
	MUST(chmod(OWN, 0777));
	ck_assert_int_eq(one(OWN "/hosts", "\"bind\"", &f, a)->kind, GD_SRC_HOST);
	MUST(chmod(OWN, 0700));
	ck_assert_int_eq(one(OWN "/hosts", "\"bind\"", &f, a)->kind, GD_SRC_ENGINE);
	if (fake_is_root()) {
		MUST(chown(OWN, 1000, 1000));
		ck_assert_int_eq(one(OWN "/hosts", "\"bind\"", &f, a)->kind, GD_SRC_HOST);
	}
}
END_TEST

/* The root: where it lies, and what lies below. */
START_TEST(root)
{
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	fake_facts("", "", a, &f, &doc);
	collect(&f, a);
	ck_assert_str_eq(f.root_real, MERGED);
	ck_assert(f.root_in_engine);
	ck_assert_uint_eq(f.n_root_origins, 0);
	fake_tmpfs(MERGED "/x", 0);
	collect(&f, a);
	ck_assert_uint_eq(f.n_root_origins, 1);
	ck_assert_str_eq(f.root_origins[0].below, "/x");
	MUST(umount(MERGED "/x"));
	fake_bind("/srv/secret", MERGED);
	collect(&f, a);
	ck_assert(!f.root_in_engine); /* a folder of the host's at the engine's place */
	MUST(umount(MERGED));
	MUST(rmdir(MERGED "/x"));
	MUST(rmdir(MERGED));
	MUST(symlink("/srv/secret", MERGED));
	collect(&f, a);
	ck_assert(!f.root_in_engine);
	ck_assert_str_eq(f.root_real, "/srv/secret");
	MUST(unlink(MERGED));
	collect(&f, a);
	ck_assert_ptr_null(f.root_real);
	ck_assert(!f.root_in_engine);
}
END_TEST

/* --- the other engines' own files ------------------------------------------------------------- */

#define GRAPH "/var/lib/containers/storage"
#define USERDATA GRAPH "/overlay-containers/" ID "/userdata"
#define RUNROOT "/run/containers/storage/overlay-containers/" ID "/userdata"
#define STRAYROOT "/srv/runroot/overlay-containers/" ID "/userdata"
#define K8S "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID
#define CRI "/var/lib/containerd/io.containerd.grpc.v1.cri"
#define POD "/var/lib/kubelet/pods/11111111-2222"
#define EXECUTOR DATA "/buildkit/executor"

static const struct {
	const char *bundle, *source, *annotations;
	enum gd_source_kind kind;
	bool held;
	bool root_only;	/* proven by a walk that only root's files pass; else as HOST */
} others[] = {
	{ USERDATA, RUNROOT "/hosts", "", E, false, false },
	{ USERDATA, RUNROOT "/.containerenv", "", E, false, false },
	{ USERDATA, USERDATA "/shm", "", E, false, false },
	{ USERDATA, RUNROOT "/secrets/token", "", E, false, false },
	{ USERDATA, RUNROOT "/config.json", "", H, true, false },
	{ USERDATA, RUNROOT, "", H, true, false },
	{ USERDATA, "/run/containers/storage/overlay-containers/" OTHER "/userdata/hosts", "", H, true, false },
	{ USERDATA, STRAYROOT "/hosts", "", E, false, true },
	{ USERDATA, "/srv/loose/overlay-containers/" ID "/userdata/hosts", "", H, true, false },
	{ USERDATA, GRAPH "/volumes/v/_data", "", V, false, false },
	{ USERDATA, GRAPH "/overlay", "", H, true, false },

	{ K8S, CRI "/sandboxes/" ID "/hosts", "", E, false, false },	/* the sandbox's own create */
	{ K8S, CRI "/sandboxes/" OTHER "/hosts", "", H, true, false },
	{ K8S, "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/" ID "/shm", "", E, false, false },
	{ K8S, CRI "/containers/" ID "/volumes/v1", "", V, false, false },
	{ K8S, CRI "/containers/" OTHER "/volumes/v1", "", H, true, false },
	{ K8S, POD "/volumes/kubernetes.io~empty-dir/e", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"",
	  GD_SRC_KUBELET, true, false },
	{ K8S, POD "/etc-hosts", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", GD_SRC_KUBELET, true, false },
	{ K8S, POD "/volumes/kubernetes.io~empty-dir/e", "\"io.kubernetes.cri.sandbox-uid\":\"3\"", H, true, false },
	{ K8S, POD "/volumes/kubernetes.io~empty-dir/e", "", H, true, false },
	{ K8S, POD, "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", H, true, false },
	{ K8S, POD "/volumes/kubernetes.io~empty-dir/evil", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", H, true,
	  false },
	/* a volume that the kubelet mounted, part of one, and part of a hostPath: that is not the pod's */
	{ K8S, POD "/volumes/kubernetes.io~local-volume/pv", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"",
	  GD_SRC_KUBELET, true, false },
	{ K8S, POD "/volume-subpaths/pv/c/0", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", GD_SRC_KUBELET, true,
	  false },
	{ K8S, POD "/volume-subpaths/e/c/0", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", GD_SRC_KUBELET, true,
	  false },
	{ K8S, POD "/volume-subpaths/host/c/0", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", H, true, false },
	{ BUNDLE, POD "/etc-hosts", "\"io.kubernetes.cri.sandbox-uid\":\"11111111-2222\"", H, true, false },

	{ EXECUTOR "/" ID, EXECUTOR "/resolv.conf", "", E, false, false },
	{ EXECUTOR "/" ID, EXECUTOR "/hosts.abc", "", E, false, false },
	{ EXECUTOR "/" ID, EXECUTOR, "", H, true, false },
	{ EXECUTOR "/" ID, DATA "/tmp/buildkit-secrets1/s", "", E, false, false },
	{ EXECUTOR "/" ID, DATA "/tmp/other/s", "", H, true, false },
	{ EXECUTOR "/" ID, DATA "/overlay2/x/diff", "", E, true, false },
	{ EXECUTOR "/" ID, DATA "/overlay2/x/diff/sub", "", E, true, false },
	{ EXECUTOR "/" ID, DATA "/overlay2/x/diff/evil", "", H, true, false },	/* a link that an earlier step laid */
	{ EXECUTOR "/" ID, DATA "/overlay2/x", "", H, true, false },
	{ EXECUTOR "/" ID, DATA "/overlay2", "", H, true, false },
	{ EXECUTOR "/" ID, DATA "/containers/" OTHER "/hosts", "", H, true, false },
	{ BUNDLE, DATA "/overlay2/x/diff", "", H, true, false },	/* nobody's but a build's */
};

START_TEST(other_engines)
{
	static const char *const dirs[] = {
		USERDATA "/shm", RUNROOT "/secrets", STRAYROOT, "/srv/loose/overlay-containers/" ID "/userdata",
		"/run/containers/storage/overlay-containers/" OTHER "/userdata", GRAPH "/volumes/v/_data", GRAPH "/overlay", K8S,
		CRI "/sandboxes/" ID, CRI "/sandboxes/" OTHER, "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/" ID "/shm",
		CRI "/containers/" ID "/volumes/v1", CRI "/containers/" OTHER "/volumes/v1",
		POD "/volumes/kubernetes.io~empty-dir/e", EXECUTOR "/" ID, DATA "/tmp/buildkit-secrets1", DATA "/tmp/other",
		DATA "/overlay2/x/diff/sub", POD "/volumes/kubernetes.io~local-volume/pv", POD "/volume-subpaths/pv/c/0",
		POD "/volume-subpaths/e/c/0", POD "/volume-subpaths/host/c/0", POD "/volumes/kubernetes.io~empty-dir/e/d",
	};
	static const char *const files[] = {
		RUNROOT "/hosts", RUNROOT "/.containerenv", RUNROOT "/secrets/token", RUNROOT "/config.json", STRAYROOT "/hosts",
		"/srv/loose/overlay-containers/" ID "/userdata/hosts",
		"/run/containers/storage/overlay-containers/" OTHER "/userdata/hosts", CRI "/sandboxes/" ID "/hosts",
		CRI "/sandboxes/" OTHER "/hosts", POD "/etc-hosts", EXECUTOR "/resolv.conf", EXECUTOR "/hosts.abc",
		DATA "/tmp/buildkit-secrets1/s", DATA "/tmp/other/s",
	};
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		fake_dirs(dirs[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		fake_write(files[i], "x");
	MUST(symlink("/srv/secret", DATA "/overlay2/x/diff/evil"));
	MUST(symlink("/proc", POD "/volumes/kubernetes.io~empty-dir/evil"));
	MUST(chmod("/srv/loose", 0777));
	fake_bind("/srv/app", POD "/volumes/kubernetes.io~local-volume/pv");
	fake_bind("/srv/app/d", POD "/volume-subpaths/pv/c/0");
	fake_bind(POD "/volumes/kubernetes.io~empty-dir/e/d", POD "/volume-subpaths/e/c/0");
	fake_bind("/srv/secret", POD "/volume-subpaths/host/c/0");
	fake_facts_of(others[_i].bundle, "rootfs", fake_mount(a, others[_i].source, "/x", "\"rbind\""), "",
		      others[_i].annotations, a, &f, &doc);
	collect(&f, a);
	bool host = others[_i].root_only && !fake_is_root();
	ck_assert_msg(f.mounts[0].kind == (host ? H : others[_i].kind), "%s: kind %d", others[_i].source, f.mounts[0].kind);
	ck_assert_int_eq(f.mounts[0].fd >= 0, host || others[_i].held);
	gd_facts_done(&f);
}
END_TEST

/* Where a root belongs, by engine. */
static const struct {
	const char *bundle, *root, *bound;	/* bound: a folder of the host's is mounted there */
	bool engines;
} places[] = {
	{ K8S, "rootfs", NULL, true }, { K8S, "rootfs", "/srv/secret", false }, { K8S, "/srv/app", NULL, false },
	{ K8S, ".", NULL, false }, { K8S, "..", NULL, false }, { K8S, "/", NULL, false },
	{ "/srv/bundle", "rootfs", NULL, true }, { "/srv/bundle", "/srv/bundle", NULL, false },
	{ "/srv/bundle", "link", NULL, false },
	{ USERDATA, GRAPH "/overlay/x/merged", NULL, true }, { USERDATA, GRAPH "/overlay/x", NULL, false },
	{ USERDATA, "/srv/overlay/x/merged", NULL, false }, { USERDATA, USERDATA "/rootfs", NULL, false },
	{ BUNDLE, MERGED, NULL, true }, { BUNDLE, BUNDLE "/rootfs", NULL, false },
	{ BUNDLE, "/srv/overlay2/x/merged", NULL, false }, { EXECUTOR "/" ID, "rootfs", NULL, true },
};

START_TEST(roots)
{
	static const char *const dirs[] = { K8S "/rootfs", "/srv/bundle/rootfs", GRAPH "/overlay/x/merged",
					    "/srv/overlay/x/merged", USERDATA "/rootfs", BUNDLE "/rootfs",
					    "/srv/overlay2/x/merged", EXECUTOR "/" ID "/rootfs" };
	struct gd_arena *a = gd_arena_new(NULL);
	struct gd_facts f;
	gd_json *doc;

	build();
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		fake_dirs(dirs[i]);
	MUST(symlink("/srv/app", "/srv/bundle/link"));
	if (places[_i].bound)
		fake_bind(places[_i].bound, K8S "/rootfs");
	fake_facts_of(places[_i].bundle, places[_i].root, "", "", "", a, &f, &doc);
	collect(&f, a);
	ck_assert_msg(f.root_in_engine == places[_i].engines, "%s: %d", f.root_real, f.root_in_engine);
}
END_TEST

/* Every component counts, and so does a sticky one. */
START_TEST(loose)
{
	build();
	ck_assert_int_eq(gd_path_is_loose("/srv/app/f"), !fake_is_root());
	ck_assert(gd_path_is_loose("srv/app/f"));
	ck_assert(gd_path_is_loose("/srv/missing"));
	MUST(chmod("/srv/app/f", 0666));
	ck_assert(gd_path_is_loose("/srv/app/f"));
	MUST(chmod("/srv/app/f", 0644));
	MUST(chmod("/srv/app", 0775));
	ck_assert(gd_path_is_loose("/srv/app/f"));
	MUST(chmod("/srv/app", 0755));
	if (fake_is_root()) {
		MUST(chown("/srv/app", 1000, 0));
		ck_assert(gd_path_is_loose("/srv/app/f"));
	}
	char *deep = memset(gd_alloc(gd_arena_new(NULL), 5000), '/', 4999);
	ck_assert(gd_path_is_loose(deep));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { kinds, ROWS(rows) }, { carried, 0 }, { nosuid, 0 }, { shared, 0 },
					   { init, 0 }, { twice, 0 }, { data_root, 0 }, { root, 0 },
					   { other_engines, ROWS(others) }, { roots, ROWS(places) },
					   { loose, 0 } };

	return run_suite("sources", cases, ROWS(cases));
}
