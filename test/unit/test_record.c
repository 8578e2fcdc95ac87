/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose namespaces are, the facts in judged.json and back, and facts carried over to another document.
 */
#include "fake_host.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "document/document.h"
#include "facts/sources.h"

#define STATE "/run/docker/runtime-runc/moby"

static struct gd_arena *a;
static const struct gd_host_paths paths;

static void collect(struct gd_facts *f)
{
	struct gd_error err = { 0 };

	ck_assert_msg(gd_facts_collect(f, &paths, a, &err) == 0, "%s", err.text);
}

/* A process in namespaces of its own: another container's init. */
static pid_t container(int flags)
{
	int ready[2];
	char c;

	MUST(pipe(ready));
	pid_t pid = fork();
	if (pid == 0) {
		if (unshare(flags) == 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static const struct gd_namespace *joined(const char *type, enum gd_ns_kind k, const char *path, struct gd_facts *f)
{
	gd_json *doc;

	fake_facts("", gd_printf(a, "{\"type\":\"%s\",\"path\":\"%s\"}", type, path), a, f, &doc);
	collect(f);
	return &f->linux_.ns[k];
}

START_TEST(whose)
{
	struct gd_facts f;

	a = gd_arena_new(NULL);
	fake_host();
	pid_t other = container(CLONE_NEWUTS | CLONE_NEWNET);
	ck_assert_int_eq(joined("uts", GD_NS_UTS, "/proc/self/ns/uts", &f)->state, GD_NS_HOST);
	/* Docker 20.10's way of writing the host's network: a file to which it is bound */
	fake_dirs("/run/docker/netns");
	fake_write("/run/docker/netns/default", "");
	fake_bind("/proc/self/ns/net", "/run/docker/netns/default");
	const struct gd_namespace *ns = joined("network", GD_NS_NETWORK, "/run/docker/netns/default", &f);
	ck_assert_int_eq(ns->state, GD_NS_HOST);
	ck_assert_int_eq(ns->owner, GD_OWNER_NONE);

	fake_write("/run/docker/netns/1", "");
	fake_bind(gd_printf(a, "/proc/%d/ns/net", other), "/run/docker/netns/1");
	ns = joined("network", GD_NS_NETWORK, "/run/docker/netns/1", &f);
	ck_assert_int_eq(ns->state, GD_NS_JOINED);
	ck_assert_int_ne(ns->owner, GD_OWNER_CONTAINER);
	ck_assert_uint_ne(ns->ino, 0);
	fake_write("/srv/ns", "");
	fake_bind(gd_printf(a, "/proc/%d/ns/net", other), "/srv/ns");
	ck_assert_int_eq(joined("network", GD_NS_NETWORK, "/srv/ns", &f)->owner, GD_OWNER_UNKNOWN);

	/* not a namespace, not there, relative: nobody's, never the host's */
	static const char *const odd[] = { "/srv/app/f", "/srv/missing", "proc/1/ns/uts", "/proc/1/ns/missing" };
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		ns = joined("uts", GD_NS_UTS, odd[i], &f);
		ck_assert_int_eq(ns->state, GD_NS_JOINED);
		ck_assert_int_eq(ns->owner, GD_OWNER_UNKNOWN);
	}
	/* absent is the host's, without a path is its own; nobody is asked */
	ck_assert_int_eq(f.linux_.ns[GD_NS_PID].state, GD_NS_HOST);
	kill(other, 9);
}
END_TEST

static void put_state(const char *id, pid_t init, const char *bundle)
{
	char path[256];
	unsigned long long start = 0;
	FILE *stat_file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)init);
	stat_file = fopen(path, "re");
	ck_assert_ptr_nonnull(stat_file);
	ck_assert_int_eq(fscanf(stat_file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
				"%*d %*d %llu", &start), 1);
	fclose(stat_file);
	snprintf(path, sizeof(path), STATE "/%s", id);
	fake_dirs(path);
	fake_write(gd_printf(a, "%s/state.json", path),
		   gd_printf(a, "{\"id\":\"%s\",\"init_process_pid\":%d,\"init_process_start\":%llu,\"config\":{"
			     "\"labels\":[\"bundle=%s\"],\"namespaces\":[]}}", id, (int)init, start, bundle));
}

static void put_record(const char *bundle, const char *facts)
{
	struct gd_error err = { 0 };
	struct gd_bundle b;
	struct gd_record r = { .original = "{}", .original_len = 2, .armed = "{}", .armed_len = 2, .policy = "p" };
	char *text = gd_strdup(a, facts);

	fake_dirs(bundle);
	ck_assert_int_eq(chmod(bundle, 0700), 0);
	fake_write(gd_printf(a, "%s/config.json", bundle), "{}");
	ck_assert_int_eq(gd_json_parse(text, strlen(text), &r.facts, &err), 0);
	ck_assert_msg(gd_bundle_open(bundle, a, &b, &err) == 0, "%s", err.text);
	ck_assert_msg(gd_record_write(&b, &r, a, &err) == 0, "%s", err.text);
}

/* The owner is found through the runtime's state; its record says what may be joined. */
START_TEST(owner)
{
	static const char bundle[] = "/run/containerd/io.containerd.runtime.v2.task/moby/" OTHER;
	struct gd_facts f;

	a = gd_arena_new(NULL);
	fake_host();
	pid_t other = container(CLONE_NEWUTS | CLONE_NEWNET);
	const char *path = gd_printf(a, "/proc/%d/ns/net", other);
	put_state(OTHER, other, bundle);
	const struct gd_namespace *ns = joined("network", GD_NS_NETWORK, path, &f);
	if (!fake_is_root()) { /* the state is not root's alone: unknown, never ordinary */
		ck_assert_int_eq(ns->owner, GD_OWNER_UNKNOWN);
		kill(other, 9);
		return;
	}
	ck_assert_int_eq(ns->owner, GD_OWNER_CONTAINER);
	ck_assert_str_eq(ns->owner_id, OTHER);
	ck_assert(!ns->owner_recorded);
	put_record(bundle, "{\"joinable\":[\"network\",\"pid\"]}");
	ns = joined("network", GD_NS_NETWORK, path, &f);
	ck_assert(ns->owner_recorded);
	ck_assert_uint_eq(ns->owner_joinable.n, 2);
	ck_assert_str_eq(ns->owner_joinable.v[1], "pid");
	put_record(bundle, "{\"joinable\":[]}");
	ns = joined("network", GD_NS_NETWORK, path, &f);
	ck_assert(ns->owner_recorded);
	ck_assert_uint_eq(ns->owner_joinable.n, 0);

	/* the network's owner's files come with the network, and only with it */
	gd_json *doc;
	const char *mount_text = fake_mount(a, DATA "/containers/" OTHER "/hosts", "/etc/hosts", "\"rbind\"");
	fake_facts(mount_text, gd_printf(a, "{\"type\":\"network\",\"path\":\"%s\"}", path), a, &f, &doc);
	collect(&f);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_ENGINE);
	fake_facts(mount_text, gd_printf(a, "{\"type\":\"uts\",\"path\":\"/proc/%d/ns/uts\"}", other), a, &f, &doc);
	collect(&f);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	/* its memory does not come with its network */
	fake_facts(fake_mount(a, DATA "/containers/" OTHER "/mounts/shm", "/dev/shm", "\"rbind\""),
		   gd_printf(a, "{\"type\":\"network\",\"path\":\"%s\"}", path), a, &f, &doc);
	collect(&f);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	kill(other, 9);
}
END_TEST

/* --- a container that runs without a record ------------------------------------------------------- */

/* Its init: mounts as the document asks for them, in namespaces of its own. */
static pid_t running(const char *const (*binds)[2], size_t n)
{
	int ready[2];
	char c;

	MUST(pipe(ready));
	pid_t pid = fork();
	if (pid == 0) {
		bool ok = unshare(CLONE_NEWNS | CLONE_NEWUTS) == 0;
		for (size_t i = 0; i < n; i++)
			ok = ok && mount(binds[i][0], binds[i][1], NULL, MS_BIND | MS_REC, NULL) == 0;
		if (ok && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

START_TEST(without_record)
{
	static const char *const binds[][2] = { { "/srv/app", "/srv/c/x" },
						{ DATA "/containers/" ID "/hosts", "/srv/c/hosts" },
						{ "/srv/secret", "/srv/c/v" },
						{ DATA "/volumes/plain/_data", "/srv/c/p" },
						{ "/srv/deep", "/srv/c/d" } };
	struct gd_error err = { 0 };
	struct gd_facts f;
	gd_json *doc;

	a = gd_arena_new(NULL);
	fake_host();
	fake_dirs("/srv/c/x");
	fake_dirs("/srv/c/v");
	fake_dirs("/srv/c/p");
	fake_dirs("/srv/c/d");
	fake_write("/srv/c/hosts", "");
	fake_bind("/srv/secret", "/srv/deep/b");
	pid_t init = running(binds, 5);
	put_state(ID, init, BUNDLE);
	/* by now the path that was asked for leads elsewhere, and one that says volume never was one */
	MUST(rename("/srv/app", "/srv/app.old"));
	MUST(symlink("/etc", "/srv/app"));
	const char *mounts = gd_printf(a, "%s,%s,%s,%s,%s,%s", fake_mount(a, "/srv/app", "/srv/c/x", "\"bind\""),
				       fake_mount(a, DATA "/containers/" ID "/hosts", "/srv/c/hosts", "\"rbind\""),
				       fake_mount(a, DATA "/volumes/etc/_data", "/srv/c/v", "\"rbind\""),
				       fake_mount(a, DATA "/volumes/plain/_data", "/srv/c/p", "\"rbind\""),
				       fake_mount(a, "/srv/deep", "/srv/c/d", "\"rbind\""),
				       fake_mount(a, "/srv/secret", "/srv/c/never", "\"rbind\""));
	fake_facts(mounts, "{\"type\":\"uts\"},{\"type\":\"pid\"}", a, &f, &doc);
	f.verb = GD_ON_EXEC;
	int r = gd_facts_collect(&f, &paths, a, &err);
	if (!fake_is_root()) { /* a state that others could have written is no state */
		ck_assert_int_eq(r, -1);
		kill(init, 9);
		return;
	}
	ck_assert_msg(r == 0, "%s", err.text);
	ck_assert_int_eq(f.mounts[0].kind, GD_SRC_HOST);
	ck_assert_str_eq(f.mounts[0].origins[0].path, "/srv/app.old");
	ck_assert_int_eq(f.mounts[0].fd, -1);
	ck_assert_int_eq(f.mounts[1].kind, GD_SRC_ENGINE);
	ck_assert_int_eq(f.mounts[2].kind, GD_SRC_HOST);
	ck_assert_str_eq(f.mounts[2].origins[0].path, "/srv/secret");
	ck_assert_int_eq(f.mounts[3].kind, GD_SRC_VOLUME);
	ck_assert_int_eq(f.mounts[4].kind, GD_SRC_HOST);
	ck_assert_uint_eq(f.mounts[4].n_origins, 2);
	ck_assert_str_eq(f.mounts[4].origins[1].path, "/srv/secret");
	ck_assert_str_eq(f.mounts[4].origins[1].below, "/b");
	ck_assert_int_eq(f.mounts[5].kind, GD_SRC_MISSING);
	/* what it runs in, whatever the document says */
	ck_assert_int_eq(f.linux_.ns[GD_NS_UTS].state, GD_NS_OWN);
	ck_assert_int_eq(f.linux_.ns[GD_NS_PID].state, GD_NS_HOST);
	ck_assert_int_eq(f.linux_.ns[GD_NS_NETWORK].state, GD_NS_HOST);
	ck_assert_int_eq(f.linux_.ns[GD_NS_MOUNT].state, GD_NS_OWN);
	/* and the same facts again, for the conformed document */
	struct gd_facts g;
	ck_assert_int_eq(gd_facts_again(&f, doc, a, &g, &err), 0);
	ck_assert_int_eq(g.linux_.ns[GD_NS_MOUNT].state, GD_NS_OWN);
	ck_assert_int_eq(g.linux_.ns[GD_NS_PID].state, GD_NS_HOST);
	kill(init, 9);
	waitpid(init, NULL, 0);
	fake_facts(mounts, "", a, &f, &doc);
	f.verb = GD_ON_EXEC;
	ck_assert_int_eq(gd_facts_collect(&f, &paths, a, &err), -1); /* nobody left to ask */
	ck_assert(!f.host_known);
}
END_TEST

/* --- the record ------------------------------------------------------------------------------- */

static const char *everything(void)
{
	return gd_printf(a, "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},%s,%s,%s",
			 fake_mount(a, "/srv/link", "/a", "\"rbind\",\"rprivate\""),
			 fake_mount(a, DATA "/containers/" ID "/hosts", "/etc/hosts", "\"rbind\""),
			 fake_mount(a, "/srv/deep", "/d", "\"rbind\""));
}

static void host(void)
{
	a = gd_arena_new(NULL);
	fake_host();
	MUST(symlink("/srv/app", "/srv/link"));
	fake_tmpfs("/srv/deep/sub", MS_NOSUID | MS_NODEV);
	fake_write("/srv/ns", "");
}

static gd_json *through_bytes(gd_json *v)
{
	struct gd_error err = { 0 };
	const char *bytes;
	size_t len;
	gd_json *back;

	ck_assert_ptr_nonnull(v);
	ck_assert_int_eq(gd_json_bytes(v, a, &bytes, &len), 0);
	char *copy = gd_strndup(a, bytes, len);
	ck_assert_msg(gd_json_scan(copy, len, GD_SCAN_STRICT, &err) == 0, "%s", err.text);
	ck_assert_int_eq(gd_json_parse(copy, len, &back, &err), 0);
	gd_json_free(v);
	return back;
}

static void same_mounts(const struct gd_facts *x, const struct gd_facts *y)
{
	ck_assert_uint_eq(x->n_mounts, y->n_mounts);
	for (size_t i = 0; i < x->n_mounts; i++) {
		const struct gd_mount *m = &x->mounts[i], *n = &y->mounts[i];
		ck_assert_int_eq(m->kind, n->kind);
		ck_assert_uint_eq(m->n_origins, n->n_origins);
		for (size_t k = 0; k < m->n_origins; k++) {
			const struct gd_origin *o = &m->origins[k], *p = &n->origins[k];
			ck_assert_str_eq(o->path, p->path);
			ck_assert_str_eq(o->below, p->below);
			ck_assert_str_eq(o->fstype, p->fstype);
			ck_assert_str_eq(o->device, p->device);
			ck_assert(o->flags == p->flags && o->dev == p->dev && o->ino == p->ino && o->mode == p->mode &&
				  o->uid == p->uid && o->gid == p->gid);
		}
	}
}

START_TEST(round_trip)
{
	struct gd_error err = { 0 };
	struct gd_facts f, g;
	gd_json *doc, *doc2;

	host();
	pid_t other = container(CLONE_NEWNET);
	fake_bind(gd_printf(a, "/proc/%d/ns/net", other), "/srv/ns");
	const char *ns = "{\"type\":\"network\",\"path\":\"/srv/ns\"},{\"type\":\"pid\"}";
	fake_facts(everything(), ns, a, &f, &doc);
	collect(&f);
	gd_words_add(a, &f.joinable, "ipc");
	f.joinable_known = true;
	struct gd_namespace *net = &f.linux_.ns[GD_NS_NETWORK];
	net->owner = GD_OWNER_CONTAINER;
	net->owner_id = OTHER;
	net->owner_recorded = true;
	gd_words_add(a, &net->owner_joinable, "network");
	gd_json *record = through_bytes(gd_facts_to_record(&f));
	gd_facts_done(&f);
	/* by now every path leads elsewhere */
	MUST(unlink("/srv/link"));
	MUST(symlink("/srv/secret", "/srv/link"));
	MUST(umount("/srv/ns"));
	fake_facts(everything(), ns, a, &g, &doc2);
	ck_assert_msg(gd_facts_from_record(&g, record, a, &err) == 0, "%s", err.text);
	ck_assert(g.host_known && g.record_known);
	same_mounts(&f, &g);
	ck_assert_str_eq(g.mounts[1].origins[0].path, "/srv/app");
	ck_assert_int_eq(g.mounts[1].fd, -1);
	ck_assert_int_eq(g.linux_.ns[GD_NS_NETWORK].state, GD_NS_JOINED);
	ck_assert_int_eq(g.linux_.ns[GD_NS_NETWORK].owner, f.linux_.ns[GD_NS_NETWORK].owner);
	ck_assert_uint_eq(g.linux_.ns[GD_NS_NETWORK].ino, f.linux_.ns[GD_NS_NETWORK].ino);
	ck_assert_str_eq(g.linux_.ns[GD_NS_NETWORK].owner_id, OTHER);
	ck_assert(g.linux_.ns[GD_NS_NETWORK].owner_recorded);
	ck_assert_uint_eq(g.linux_.ns[GD_NS_NETWORK].owner_joinable.n, 1);
	ck_assert(!g.linux_.ns[GD_NS_PID].owner_recorded);
	ck_assert(g.joinable_known);
	ck_assert_str_eq(g.joinable.v[0], "ipc");
	ck_assert(g.linux_.maps_accounts); /* the host's user namespace */
	ck_assert_int_eq(g.linux_.ns[GD_NS_PID].state, GD_NS_OWN);
	ck_assert_str_eq(g.root_real, f.root_real);
	ck_assert_int_eq(g.root_in_engine, f.root_in_engine);
	ck_assert_uint_gt(g.host.memory, 0);
	kill(other, 9);
}
END_TEST

/* --- what the store said ---------------------------------------------------------------------- */

static const struct gd_image_label labels[] = { { "org.x", "" }, { "", "odd \" name" } };
static const uint32_t groups[] = { 7, 4294967294u };
static const struct gd_published published[] = { { 80, 8080, "tcp", "127.0.0.1" }, { 53, 0, "udp", "" } };

static struct gd_words words(const char *x, const char *y)
{
	struct gd_words w = { 0 };

	gd_words_add(a, &w, x);
	if (y)
		gd_words_add(a, &w, y);
	return w;
}

static void know_image(struct gd_facts *f)
{
	f->image = (struct gd_image){
		.state = GD_IMAGE_KNOWN, .why = "w", .store = "s", .config = "sha256:c", .manifest = "sha256:m",
		.index = "sha256:i", .asked = "nginx", .references = words("docker.io/library/nginx:1", "r2"),
		.entrypoint = words("/e", ""), .cmd = words("c", "d"), .env = words("A=b", "A="), .user = "u:g",
		.cwd = "/w", .volumes = words("/v", NULL), .ports = words("80/tcp", NULL), .labels = labels,
		.n_labels = 2, .health = words("/bin/sh", "-c"), .stop_signal = "SIGQUIT", .ids_known = true,
		.ids_why = "y", .home = "/h", .uid = 33, .gid = 34, .groups = groups, .n_groups = 2,
		.diff_ids = words("sha256:d", NULL), .layers = words("/l", NULL),
	};
	f->use = (struct gd_use){
		.ports_known = true, .ports = published, .n_ports = 2, .publish_all = true, .pod_namespace = "ns",
		.pod_name = "pod", .container_name = "c", .health_known = true, .health = words("h", NULL),
		.image_volumes = words("/v", NULL), .links = words("DB_*", NULL), .hostname = "hn", .init = true, .sandbox = true,
		.upper = "/up", .started_before = true,
	};
	for (size_t i = 0; i < f->n_mounts; i++)
		((struct gd_mount *)&f->mounts[i])->lands = i == 1 ? "/usr/bin" : f->mounts[i].target;
}

static void same_words(const struct gd_words *x, const struct gd_words *y)
{
	ck_assert_uint_eq(x->n, y->n);
	for (size_t i = 0; i < x->n; i++)
		ck_assert_str_eq(x->v[i], y->v[i]);
}

static void same_image(const struct gd_image *x, const struct gd_image *y)
{
	const char *const pairs[][2] = { { x->why, y->why }, { x->store, y->store }, { x->config, y->config },
		{ x->manifest, y->manifest }, { x->index, y->index }, { x->asked, y->asked }, { x->user, y->user },
		{ x->cwd, y->cwd }, { x->stop_signal, y->stop_signal }, { x->ids_why, y->ids_why },
		{ x->home, y->home } };
	const struct gd_words *const lists[][2] = { { &x->references, &y->references },
		{ &x->entrypoint, &y->entrypoint }, { &x->cmd, &y->cmd }, { &x->env, &y->env },
		{ &x->volumes, &y->volumes }, { &x->ports, &y->ports }, { &x->health, &y->health } };

	ck_assert_int_eq(x->state, y->state);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		ck_assert(gd_streq(pairs[i][0], pairs[i][1]));
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		same_words(lists[i][0], lists[i][1]);
	ck_assert(x->ids_known == y->ids_known && x->uid == y->uid && x->gid == y->gid && x->n_groups == y->n_groups &&
		  x->n_labels == y->n_labels);
	for (size_t i = 0; i < x->n_groups; i++)
		ck_assert_uint_eq(x->groups[i], y->groups[i]);
	for (size_t i = 0; i < x->n_labels; i++) {
		ck_assert_str_eq(x->labels[i].key, y->labels[i].key);
		ck_assert_str_eq(x->labels[i].value, y->labels[i].value);
	}
}

static void same_use(const struct gd_use *x, const struct gd_use *y)
{
	ck_assert(x->ports_known == y->ports_known && x->publish_all == y->publish_all && x->n_ports == y->n_ports &&
		  x->health_known == y->health_known && x->init == y->init && x->sandbox == y->sandbox && x->started_before == y->started_before);
	for (size_t i = 0; i < x->n_ports; i++) {
		const struct gd_published *p = &x->ports[i], *q = &y->ports[i];
		ck_assert(p->container == q->container && p->host == q->host && gd_streq(p->protocol, q->protocol) &&
			  gd_streq(p->address, q->address));
	}
	ck_assert(gd_streq(x->pod_namespace, y->pod_namespace) && gd_streq(x->pod_name, y->pod_name) &&
		  gd_streq(x->container_name, y->container_name) && gd_streq(x->hostname, y->hostname) &&
		  gd_streq(x->upper, y->upper));
	same_words(&x->health, &y->health);
	same_words(&x->image_volumes, &y->image_volumes);
	same_words(&x->links, &y->links);
}

static void through_record(struct gd_facts *f, struct gd_facts *g)
{
	struct gd_error err = { 0 };
	gd_json *doc;
	gd_json *record = through_bytes(gd_facts_to_record(f));

	fake_facts(everything(), "{\"type\":\"pid\"}", a, g, &doc);
	ck_assert_msg(gd_facts_from_record(g, record, a, &err) == 0, "%s", err.text);
	same_image(&f->image, &g->image);
	same_use(&f->use, &g->use);
}

START_TEST(image_round_trip)
{
	struct gd_error err = { 0 };
	struct gd_facts f, g, h;
	gd_json *doc;

	host();
	fake_facts(everything(), "{\"type\":\"pid\"}", a, &f, &doc);
	collect(&f);
	through_record(&f, &g); /* nobody asked: nothing is known, nothing lands anywhere */
	ck_assert_int_eq(g.image.state, GD_IMAGE_NOT_ASKED);
	ck_assert_ptr_null(g.mounts[1].lands);
	know_image(&f);
	through_record(&f, &g);
	ck_assert_str_eq(g.mounts[1].lands, "/usr/bin");
	ck_assert_str_eq(g.mounts[2].lands, "/etc/hosts");
	ck_assert_uint_eq(g.image.layers.n, 0); /* left out on purpose */
	/* the conformed document's facts have them too */
	g.class = GD_CLASS_SANDBOX;	/* which the document does not say */
	ck_assert_int_eq(gd_facts_again(&g, g.doc, a, &h, &err), 0);
	ck_assert_int_eq(h.class, GD_CLASS_SANDBOX);
	same_image(&g.image, &h.image);
	same_use(&g.use, &h.use);
	/* an image without anything, and one that could not be told */
	f.image = (struct gd_image){ .state = GD_IMAGE_UNKNOWN, .why = "gone" };
	f.use = (struct gd_use){ 0 };
	through_record(&f, &g);
	f.image = (struct gd_image){ .state = GD_IMAGE_NONE };
	through_record(&f, &g);
}
END_TEST

/* What does not read as it was written, or is about another document, is not believed. */
static const struct { const char *pointer, *key, *value; } damage[] = {
	{ "", "version", "1" }, { "", "version", "3" }, { "", "version", NULL }, { "", "mounts", "{}" }, { "", "mounts", "[]" },
	{ "", "namespaces", "{}" }, { "/mounts/0", "kind", "\"Host\"" }, { "/mounts/0", "origins", "[]" },
	{ "/mounts/0", "source", "\"/srv/app\"" }, { "/mounts/0", "destination", "\"/b\"" },
	{ "/mounts/0", "recursive", "false" }, { "/mounts/0/origins/0", "flags", "-1" },
	{ "/mounts/0/origins/0", "path", NULL }, { "/mounts/0/origins/0", "below", NULL },
	{ "/mounts/0/origins/0", "fstype", NULL }, { "/mounts/2/origins/1", "ino", "\"1\"" },
	{ "/namespaces/pid", "state", "\"any\"" }, { "/namespaces/network", "owner", NULL },
	{ "/root", "path", "\"/\"" },
	{ "", "image", "{}" }, { "", "image", "[]" }, { "", "use", "[]" }, { "", "image", NULL }, { "", "use", NULL },
	{ "/image", "state", "\"Known\"" }, { "/image", "state", NULL }, { "/image", "config", "1" },
	{ "/image", "entrypoint", "\"sh\"" }, { "/image", "env", "[1]" }, { "/image", "ids", NULL },
	{ "/image", "ids", "[0]" }, { "/image", "ids", "[0,-1]" }, { "/image", "ids", "[0,4294967296]" },
	{ "/image", "ids_known", "1" }, { "/image", "ids_known", NULL }, { "/image", "labels", "[\"odd\"]" },
	{ "/use", "health_known", "\"yes\"" }, { "/use", "health", "{}" }, { "/use", "ports", "{}" },
	{ "/use/ports/0", "container", "65536" }, { "/use/ports/0", "host", NULL },
	{ "/use/ports/0", "protocol", NULL }, { "/use/ports/0", "address", "0" },
	{ "", "lands", "[]" }, { "", "lands", "[\"\",\"\",\"\",\"usr/bin\"]" }, { "", "lands", "[\"\",\"\",\"\",1]" },
	{ "", "lands", "{}" },
};

START_TEST(damaged)
{
	struct gd_error err = { 0 };
	struct gd_facts f, g;
	gd_json *doc, *value = NULL;

	host();
	fake_facts(everything(), "{\"type\":\"pid\"}", a, &f, &doc);
	collect(&f);
	know_image(&f);
	gd_json *record = gd_facts_to_record(&f);
	/* as it was written it is believed: what fails below fails for the damage */
	fake_facts(everything(), "{\"type\":\"pid\"}", a, &g, &doc);
	ck_assert_msg(gd_facts_from_record(&g, record, a, &err) == 0, "%s", err.text);
	gd_json *at = damage[_i].pointer[0] ? gd_json_pointer(record, damage[_i].pointer) : record;
	ck_assert_ptr_nonnull(at);
	if (damage[_i].value) {
		char *text = gd_printf(a, "{\"v\":%s}", damage[_i].value);
		ck_assert_int_eq(gd_json_parse(text, strlen(text), &value, &err), 0);
		ck_assert_int_eq(gd_json_set(at, damage[_i].key, gd_json_copy(gd_json_get(value, "v"))), 0);
	} else {
		gd_json_remove(at, damage[_i].key);
	}
	fake_facts(everything(), "{\"type\":\"pid\"}", a, &g, &doc);
	ck_assert_int_eq(gd_facts_from_record(&g, record, a, &err), -1);
	ck_assert(!g.host_known);
}
END_TEST

/* --- again ------------------------------------------------------------------------------------- */

static int again(const struct gd_facts *f, const char *mounts, const char *namespaces, struct gd_facts *ret)
{
	struct gd_error err = { 0 };
	struct gd_facts extracted;
	gd_json *doc;

	fake_facts(mounts, namespaces, a, &extracted, &doc);
	return gd_facts_again(f, doc, a, ret, &err);
}

START_TEST(carried_over)
{
	struct gd_facts f, g;
	gd_json *doc;

	host();
	fake_facts(everything(), "{\"type\":\"pid\",\"path\":\"/proc/self/ns/pid\"}", a, &f, &doc);
	collect(&f);
	ck_assert_int_eq(f.linux_.ns[GD_NS_PID].state, GD_NS_HOST);
	const char *ns = "{\"type\":\"pid\",\"path\":\"/proc/self/ns/pid\"}";
	ck_assert_int_eq(again(&f, everything(), ns, &g), 0);
	same_mounts(&f, &g);
	ck_assert_int_eq(g.mounts[1].fd, f.mounts[1].fd);
	ck_assert_int_ge(g.mounts[1].fd, 0);
	ck_assert_int_eq(g.linux_.ns[GD_NS_PID].state, GD_NS_HOST);
	/* conforming may take away, change options, add what needs no host, give a namespace of its own */
	ck_assert_int_eq(again(&f, fake_mount(a, "/srv/deep", "/d", "\"rbind\",\"ro\""), "{\"type\":\"pid\"}", &g), 0);
	ck_assert_uint_eq(g.mounts[0].n_origins, 2);
	ck_assert_int_eq(g.linux_.ns[GD_NS_PID].state, GD_NS_OWN);
	ck_assert_int_eq(again(&f, "{\"destination\":\"/tmp\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}", ns, &g), 0);
	/* never what was not looked at */
	ck_assert_int_eq(again(&f, fake_mount(a, "/srv/app", "/a", "\"rbind\""), ns, &g), -1);
	ck_assert_int_eq(again(&f, fake_mount(a, "/srv/link", "/b", "\"rbind\""), ns, &g), -1);
	ck_assert_int_eq(again(&f, everything(), "{\"type\":\"pid\",\"path\":\"/proc/2/ns/pid\"}", &g), -1);
	ck_assert_int_eq(again(&f, everything(), "{\"type\":\"network\",\"path\":\"/srv/ns\"}", &g), -1);
	/* one look answers for one mount */
	const char *m = fake_mount(a, "/srv/link", "/a", "\"rbind\"");
	ck_assert_int_eq(again(&f, gd_printf(a, "%s,%s", m, m), ns, &g), -1);
	gd_facts_done(&f);
}
END_TEST

/* A user namespace of its own reaches accounts only where its maps do. */
START_TEST(accounts)
{
	static const struct { const char *maps; bool accounts; } rows[] = {
		{ "", true },
		{ "\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"
		  "\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]", false },
		{ "\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"
		  "\"gidMappings\":[{\"containerID\":0,\"hostID\":6,\"size\":1}]", true },
		{ "\"uidMappings\":[{\"containerID\":0,\"hostID\":65535,\"size\":1}],"
		  "\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]", true },
		{ "\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]", true },
	};

	a = gd_arena_new(NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct gd_where where = { .id = ID, .bundle = BUNDLE };
		struct gd_error err = { 0 };
		struct gd_facts f;
		gd_json *doc;
		char *text = gd_printf(a, "{\"linux\":{%s}}", rows[i].maps);
		ck_assert_int_eq(gd_json_parse(text, strlen(text), &doc, &err), 0);
		ck_assert_int_eq(gd_facts_extract(&where, doc, NULL, a, &f, &err), 0);
		ck_assert_int_eq(gd_maps_have_accounts(&f.linux_), rows[i].accounts);
	}
}
END_TEST

/* Looked at without what is below, then asked for with it. */
START_TEST(wider)
{
	struct gd_facts f, g;
	gd_json *doc;

	host();
	fake_facts(fake_mount(a, "/srv/deep", "/d", "\"bind\""), "", a, &f, &doc);
	collect(&f);
	ck_assert_int_eq(again(&f, fake_mount(a, "/srv/deep", "/d", "\"bind\""), "", &g), 0);
	ck_assert_int_eq(again(&f, fake_mount(a, "/srv/deep", "/d", "\"rbind\""), "", &g), -1);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { whose, 0 }, { owner, 0 }, { without_record, 0 },
		{ round_trip, 0 }, { image_round_trip, 0 }, { damaged, ROWS(damage) },
					   { carried_over, 0 }, { accounts, 0 }, { wider, 0 } };

	return run_suite("record", cases, ROWS(cases));
}
