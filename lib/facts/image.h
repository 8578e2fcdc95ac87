/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine's own store says about the image that a container is made of, and about its use: read from disk at
 * create (lib/image), kept in judged.json for exec and update. Facts: decided about nowhere but in controls.
 *
 * A store is written by the engine, which is root's; what its users may choose in it is marked FORGEABLE and decides
 * nothing that loosens. Everything else was found by the container's id, from the bundle's path alone, and
 * every blob matched the digest it was looked up by.
 *
 * Strings live in the arena. Absent strings are NULL; a list that is absent and one that is empty are the same, as
 * they are to the engines, except where a flag says otherwise.
 */
#ifndef GD_FACTS_IMAGE_H
#define GD_FACTS_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum gd_image_state {
	GD_IMAGE_NOT_ASKED,	/* zero: nobody looked; what needs the image is refused */
	GD_IMAGE_NONE,		/* this container has none: a root file system of one's own, BuildKit, a plugin, a
				 * sandbox whose pause image no store names */
	GD_IMAGE_KNOWN,
	GD_IMAGE_UNKNOWN,	/* there should be one and it cannot be told: .why */
};

struct gd_image_label { const char *key, *value; };

struct gd_image {
	enum gd_image_state state;
	const char *why;		/* UNKNOWN: what is missing or wrong, for people */
	const char *store;		/* file or directory it was read from, for people */

	/* "sha256:<64 hex>", each matched against the bytes it names where these are kept; NULL where the store keeps
	 * none (Docker with a graph driver knows only the configuration). */
	const char *config, *manifest, *index;
	const char *asked;		/* FORGEABLE: the name that somebody typed; for people */
	struct gd_words references;	/* FORGEABLE by tagging: full names that the store gives this very image now,
					 * "docker.io/library/nginx:1.25" and "...@sha256:..."; normalised */

	/* What it declares. Docker's words as in the OCI image configuration. */
	struct gd_words entrypoint, cmd, env;
	const char *user, *cwd;		/* "" and NULL alike: root, "/" */
	struct gd_words volumes;	/* container paths, clean */
	struct gd_words ports;		/* "80/tcp", always with the protocol */
	const struct gd_image_label *labels; size_t n_labels;	/* fixed by the digest; FORGEABLE in an image
								 * of one's own */
	struct gd_words health;		/* argv of its health check as the engine would exec it; n 0: none */
	const char *stop_signal;

	/* .user looked up in the image's own lower layers, as engines do at create. Not .ids_known: a name that could
	 * not be looked up there; .ids_why says why. */
	bool ids_known;
	const char *ids_why;
	uint32_t uid, gid;
	const char *home;		/* of that user in its /etc/passwd; NULL: not there, or not looked up */
	const uint32_t *groups; size_t n_groups;	/* additional groups that the image's /etc/group
							 * gives that user */

	struct gd_words diff_ids;	/* "sha256:..." from the lowest layer up */
	struct gd_words layers;		/* the lower layers' directories on this host, from the lowest up, checked
					 * to be those of .diff_ids by the store's own chain; n 0 where they
					 * cannot be told */
};

/* A published port, as recorded by the engine. */
struct gd_published {
	uint16_t container, host;	/* host 0: the engine picks one */
	const char *protocol;		/* "tcp" "udp" "sctp" */
	const char *address;		/* of the host; "" and "0.0.0.0" and "::" mean every one */
};

/* How the image is used beyond what config.json shows. */
struct gd_use {
	bool ports_known;		/* the engine's record of published ports was found (none is known too) */
	const struct gd_published *ports; size_t n_ports;
	bool publish_all;		/* --publish-all: every exposed port on an address of the engine's choice */

	const char *pod_namespace, *pod_name, *container_name;	/* Kubernetes', from the engine's record; trusted
								 * where the namespace is (whoever creates pods
								 * chooses the rest) */
	bool health_known;		/* the engine's record of the health check in force was found */
	struct gd_words health;		/* argv as the engine will exec it; n 0: none. May be the user's own */
	struct gd_words image_volumes;	/* mount destinations that the engine recorded as made for a declared volume:
					 * anonymous ones, not typed ones */
	struct gd_words links;		/* names of variables that the engine's own records explain: links, service
					 * variables' prefixes end with '*' */
	const char *hostname;		/* as the engine set it */
	bool init;			/* the engine put its init before the command */
	bool sandbox;			/* CRI: the engine's record is of a pod's sandbox, not of a container */
	const char *upper;		/* the writable layer's directory on this host; NULL where it
					 * cannot be told */
	bool started_before;		/* it ran before: what lies in .upper may be its own */
};

/*
 * What the signed records of trustDir say about the image (lib/trust): every signature named here was verified in
 * this launch, against a key that root keeps and has not revoked, over the very digest of the image.
 */
enum gd_scan_severity {
	GD_SEVERITY_NONE, GD_SEVERITY_LOW, GD_SEVERITY_MEDIUM, GD_SEVERITY_HIGH, GD_SEVERITY_CRITICAL
};

struct gd_scan {
	bool known;
	int64_t time;			/* seconds since 1970 */
	enum gd_scan_severity worst;
	const char *tool;		/* NULL: not said */
};
struct gd_signer {
	const char *name;		/* of the key here, as policies say it */
	const char *repository;		/* that the signer signed for, normalised, without a tag; NULL: none */
	const char *digest;		/* which of the image's digests was signed */
	int64_t created, expires;	/* expires 0: never */
	struct gd_scan scan;
	const char *build;		/* reference of the build, NULL */
	struct gd_words claims;		/* "key=value", the signer's own */
};
struct gd_distrust { const char *name, *why; };	/* a record that does not count; quoted, for people */
struct gd_trust {
	bool asked;			/* somebody looked; else nothing here says anything */
	const char *why;		/* asked, and it cannot be told: the reason; nothing counts then */
	int64_t now;			/* the clock that expiry and the age of scans are measured by */
	const char *revoked;		/* the image's own digest was revoked: by whom and why, for people */
	const struct gd_signer *signers; size_t n_signers;
	const struct gd_distrust *rejected; size_t n_rejected;
};

/* A file that will be executed or loaded for the command, as the kernel will find it. */
enum gd_program_role {
	GD_PROGRAM_COMMAND, GD_PROGRAM_SCRIPT_INTERPRETER, GD_PROGRAM_LOADER,
	GD_PROGRAM_LIBRARY,	/* a library, or a directory in which the loader looks for some */
	GD_PROGRAM_SEARCHED,	/* a PATH directory looked into before the command was found */
	GD_PROGRAM_LINK,	/* a symbolic link that led to one of the above: where the link itself lies */
	GD_PROGRAM_INIT,	/* the engine's genuine init: the mount of kind GD_SRC_INIT that lands there and
				 * nothing else is it; the command behind its "--" is told as the command */
	GD_PROGRAM_ARGUMENT,	/* an executable file that a later argument names, with what it needs */
	GD_PROGRAM_LOADER_FILE,	/* what the loader reads, there or not: /etc/ld.so.preload,
				 * ld.so.cache, ld-musl-*.path */
};
struct gd_program_file {
	enum gd_program_role role;
	const char *path;	/* absolute in the container, links resolved inside its root */
	const char *typed;	/* before links were resolved */
	bool in_upper;		/* lies in the container's writable layer: not what the image brought; of a directory,
				 * that what would be found there first lies, or was removed, there */
};
struct gd_facts;
struct gd_arena;
struct gd_error;
/* args[0] looked up in the container's root, with its PATH and working directory. */
struct gd_program {
	bool asked;		/* somebody looked; else .found says nothing */
	bool found;
	const char *why;	/* not found or not to be told: for people */
	const struct gd_program_file *files; size_t n_files;
	/* How gd_facts_again looks it up anew for a document whose command was rewritten; NULL: not. */
	int (*again)(struct gd_facts *f, struct gd_arena *a, struct gd_error *err);
};

#endif
