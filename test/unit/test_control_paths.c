/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER
#define BASE \
	"\"masked\":[\"/proc/kcore\",\"/sys/firmware\"],\"readOnly\":[\"/proc/sys\",\"/proc/" \
	"irq\"]"

static const struct control_row table[] = {
	{ D, GD_ON_CREATE, NULL, BASE, "" },
	{ D, GD_ON_CREATE, NULL, "", "" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, NULL, BASE, "" },
	/* a path that this engine's version does not know: nobody asked */
	{ D, GD_ON_CREATE, NULL, "\"masked\":[\"/proc/interrupts\"]", "/linux/maskedPaths:f",
	  "kernel files that are not hidden" },
	{ D, GD_ON_CREATE, NULL, "\"readOnly\":[\"/proc/acpi\"]",
	  "" }, /* hidden is read-only too */
	{ D, GD_ON_CREATE, NULL, "\"masked\":[\"/proc/sys\"]",
	  "/linux/maskedPaths:f" }, /* but not the reverse */
	/* --security-opt systempaths=unconfined */
	{ D, GD_ON_CREATE, "{\"linux\":{\"maskedPaths\":null,\"readonlyPaths\":null}}", BASE,
	  "/linux/maskedPaths:af /linux/readonlyPaths:af", "--security-opt systempaths=unconfined",
	  "{\"linux\":{\"maskedPaths\":[\"/proc/kcore\",\"/sys/firmware\"],\"readonlyPaths\":[\"/"
	  "proc/sys\",\"/proc/irq\"]}}" },
	{ GD_ENGINE_PODMAN, GD_ON_CREATE, "{\"linux\":{\"maskedPaths\":[],\"readonlyPaths\":[]}}",
	  BASE, "/linux/maskedPaths:af /linux/readonlyPaths:af", "--security-opt unmask=ALL" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, NULL, BASE, "/linux/maskedPaths:f /linux/readonlyPaths:f" },
	/* one taken out by hand */
	{ D, GD_ON_CREATE, "{\"linux\":{\"maskedPaths\":[\"/sys/firmware\"]}}", BASE,
	  "/linux/maskedPaths:af", "kernel files that are not hidden",
	  "{\"linux\":{\"maskedPaths\":[\"/sys/firmware\",\"/proc/kcore\"]}}" },
	/* supersets, and how a path is written */
	{ D, GD_ON_CREATE,
	  "{\"linux\":{\"maskedPaths\":[\"/proc/\",\"/sys//firmware/.\"],\"readonlyPaths\":[]}}",
	  BASE, "" },
	{ D, GD_ON_CREATE, "{\"linux\":{\"maskedPaths\":[\"/proc/kcorex\",\"/sys/firmware\"]}}",
	  BASE, "/linux/maskedPaths:af" },
	{ D, GD_ON_CREATE, "{\"linux\":{\"readonlyPaths\":[\"/proc\"]}}", BASE, "" },
	/*
	 * nothing that is mounted over the root hides anything, and no runtime takes a relative
	 * path
	 */
	{ D, GD_ON_CREATE,
	  "{\"linux\":{\"maskedPaths\":[\"/\",\"proc/kcore\"],\"readonlyPaths\":[\"/\"]}}", BASE,
	  "/linux/maskedPaths:af /linux/readonlyPaths:af" },
	/* a mount below a read-only directory stays writable */
	{ D, GD_ON_CREATE,
	  "{\"linux\":{\"readonlyPaths\":[\"/proc\"]},\"mounts\":[{\"destination\":\"/proc/sys\","
	  "\"type\":\"proc\",\"source\":\"proc\"}]}",
	  BASE, "/linux/readonlyPaths:af" },
	{ D, GD_ON_CREATE, "{\"linux\":null}", BASE,
	  "/linux/maskedPaths:af /linux/readonlyPaths:af" },
	{ D, GD_ON_EXEC, "{\"linux\":{\"maskedPaths\":null}}", BASE, "/linux/maskedPaths:af" },
};

CONTROL_SUITE("paths", table)
