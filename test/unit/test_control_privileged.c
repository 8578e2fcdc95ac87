/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The composite: which parts make --privileged. Its own fix() leaves the parts to the controls that own them, so the
 * rows are not held to the property of other tables; test_guarded.c conforms a whole privileged document.
 */
#include "control_case.h"

#define DOCUMENTED \
	"\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\",\"CAP_DAC_READ_SEARCH\",\"CAP_FOWNER\",\"CAP_FSETID\",\"CAP_KILL\"," \
	"\"CAP_SETGID\",\"CAP_SETUID\",\"CAP_SETPCAP\",\"CAP_LINUX_IMMUTABLE\",\"CAP_NET_BIND_SERVICE\"," \
	"\"CAP_NET_BROADCAST\",\"CAP_NET_ADMIN\",\"CAP_NET_RAW\",\"CAP_IPC_LOCK\",\"CAP_IPC_OWNER\"," \
	"\"CAP_SYS_MODULE\",\"CAP_SYS_RAWIO\",\"CAP_SYS_CHROOT\",\"CAP_SYS_PTRACE\",\"CAP_SYS_PACCT\"," \
	"\"CAP_SYS_BOOT\",\"CAP_SYS_NICE\",\"CAP_SYS_TIME\",\"CAP_SYS_TTY_CONFIG\"," \
	"\"CAP_MKNOD\",\"CAP_LEASE\",\"CAP_AUDIT_WRITE\",\"CAP_AUDIT_CONTROL\",\"CAP_SETFCAP\"," \
	"\"CAP_MAC_OVERRIDE\",\"CAP_MAC_ADMIN\",\"CAP_SYSLOG\""
/* As Podman and containerd write them where they hold no CAP_SYS_RESOURCE themselves. */
#define NEARLY_ALL "[" DOCUMENTED ",\"CAP_SYS_ADMIN\"]"
#define NO_ADMIN "[" DOCUMENTED "]"
#define CAPS(list) "\"process\":{\"capabilities\":{\"bounding\":" list ",\"effective\":" list ",\"permitted\":" list "}}"
#define OPEN_PATHS "\"maskedPaths\":null,\"readonlyPaths\":null"

static const struct {
	enum gd_engine engine;
	const char *patch;
	const char *flag;	/* NULL: not privileged */
} table[] = {
	{ GD_ENGINE_DOCKER, NULL, NULL },
	{ GD_ENGINE_PODMAN, NULL, NULL },
	{ GD_ENGINE_CRI, NULL, NULL },
	{ GD_ENGINE_DOCKER, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null," OPEN_PATHS "}}", "--privileged" },
	{ GD_ENGINE_PODMAN, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null," OPEN_PATHS "}}", "--privileged" },
	{ GD_ENGINE_CRI, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null," OPEN_PATHS "}}",
	  "securityContext.privileged" },
	/* nobody's words: the thing is named */
	{ GD_ENGINE_UNKNOWN, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null," OPEN_PATHS "}}",
	  "a privileged container" },
	/* a part may be missing: --privileged with --security-opt seccomp=FILE */
	{ GD_ENGINE_DOCKER, "{" CAPS(NEARLY_ALL) ",\"linux\":{" OPEN_PATHS "}}", "--privileged" },
	{ GD_ENGINE_DOCKER, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null,\"maskedPaths\":[]}}", "--privileged" },
	/* --cap-add ALL alone, and with one more option: two parts of five */
	{ GD_ENGINE_DOCKER, "{" CAPS(NEARLY_ALL) "}", NULL },
	{ GD_ENGINE_DOCKER, "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null}}", NULL },
	/* everything but the capability that makes root of it */
	{ GD_ENGINE_DOCKER, "{" CAPS(NO_ADMIN) ",\"linux\":{\"seccomp\":null," OPEN_PATHS "}}", NULL },
	/* open paths and no filter without the capabilities: each is told by itself */
	{ GD_ENGINE_DOCKER, "{\"linux\":{\"seccomp\":null," OPEN_PATHS "}}", NULL },
	{ GD_ENGINE_DOCKER,
	  "{" CAPS(NEARLY_ALL) ",\"linux\":{\"seccomp\":null,\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}}}",
	  "--privileged" },
};

START_TEST(rows)
{
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("privileged");
	const struct control_row r = { table[_i].engine, GD_ON_CREATE, table[_i].patch, "", "" };
	gd_json *doc = case_sample(case_engines[r.engine].sample, a);
	struct gd_findings out;
	struct gd_facts f;

	case_patch(doc, r.patch, a);
	case_facts(&r, doc, NULL, a, &f);
	out = case_check(c, &f, case_config(c, "", a), a);
	ck_assert_uint_eq(out.n, table[_i].flag != NULL);
	if (out.n) {
		ck_assert_str_eq(out.v[0].flag ? out.v[0].flag : out.v[0].what, table[_i].flag);
		ck_assert(out.v[0].asked && out.v[0].fixable);
	}
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) } };

	return run_suite("control privileged", cases, 1);
}
