/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define P GD_ENGINE_PODMAN, GD_ON_CREATE
#define A(key, value) "{\"annotations\":{\"" key "\":\"" value "\"}}"
#define DENY \
	"\"deny\":[\"run.oci.*\",\"org.systemd.property.*\",\"org.criu.*\",\"krun.*\",\"module." \
	"wasm.*\"," \
	"\"io.katacontainers.*\",\"dev.gvisor.*\"]"

static const struct control_row table[] = {
	{ D, NULL, DENY, "" },
	{ P, NULL, DENY, "" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, DENY, "" },
	{ D, A("com.example.team", "web"), DENY, "" },
	{ D, A("run.oci.handler", "krun"), "", "" },
	{ D, A("run.oci.handler", "krun"), DENY, "/annotations/run.oci.handler:af",
	  "--annotation run.oci.handler", "{\"annotations\":{\"run.oci.handler\":null}}" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, A("run.oci.hooks.stdout", "/etc/x"), DENY,
	  "/annotations/run.oci.hooks.stdout:af", "metadata.annotations: run.oci.hooks.stdout" },
	{ D, A("org.criu.config", "/x"), DENY, "/annotations/org.criu.config:af" },
	{ D, A("org.systemd.property.ExecStopPost", "x"), DENY,
	  "/annotations/org.systemd.property.ExecStopPost:af" },
	{ D, A("io.katacontainers.config.hypervisor.path", "x"), DENY,
	  "/annotations/io.katacontainers.config.hypervisor.path:af" },
	{ D, A("module.wasm.image/variant", "compat"), DENY,
	  "/annotations/module.wasm.image~1variant:af" },
	/* no spelling slips by */
	{ D, A("RUN.OCI.handler", "x"), DENY, "/annotations/RUN.OCI.handler:af" },
	{ D, A("Run.Oci.a/b", "x"), DENY, "/annotations/Run.Oci.a~1b:af" },
	{ D, A("run.oci./..", "x"), DENY, "/annotations/run.oci.~1..:af" },
	{ D, A("run.ocix", "x"), DENY, "" },
	/* what engines write by themselves, with sane values, and only that engine */
	{ P, A("org.systemd.property.KillSignal", "15"), DENY, "" },
	{ P, A("org.systemd.property.KillSignal", "0"), DENY,
	  "/annotations/org.systemd.property.KillSignal:af" },
	{ P, A("org.systemd.property.KillSignal", "9 "), DENY,
	  "/annotations/org.systemd.property.KillSignal:af" },
	{ P, A("org.systemd.property.TimeoutStopUSec", "uint64 10000000"), DENY, "" },
	{ P, A("org.systemd.property.TimeoutStopUSec", "10000000"), DENY,
	  "/annotations/org.systemd.property.TimeoutStopUSec:af" },
	{ P, A("org.systemd.property.killsignal", "15"), DENY,
	  "/annotations/org.systemd.property.killsignal:af" },
	{ D, A("org.systemd.property.KillSignal", "15"), DENY,
	  "/annotations/org.systemd.property.KillSignal:af" },
	{ GD_ENGINE_CRIO, GD_ON_CREATE,
	  A("org.systemd.property.CollectMode", "'inactive-or-failed'"), DENY, "" },
	{ GD_ENGINE_CRIO, GD_ON_CREATE, A("org.systemd.property.CollectMode", "'x'"), DENY,
	  "/annotations/org.systemd.property.CollectMode:af" },
	/* the others stay */
	{ D, "{\"annotations\":{\"a\":\"1\",\"krun.x\":\"2\",\"run.oci.y\":\"3\",\"b\":\"4\"}}",
	  DENY, "/annotations/krun.x:af /annotations/run.oci.y:af",
	  .after = "{\"annotations\":{\"a\":\"1\",\"b\":\"4\","
		   "\"krun.x\":null,\"run.oci.y\":null}}" },
	{ D, A("a\\\"b", "x"), "\"deny\":[\"*\"]", "/annotations/a\"b:af",
	  "--annotation 'a\\x22b'" },
};

CONTROL_SUITE("annotations", table)
