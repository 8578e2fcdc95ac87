/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_case.h"

#define D GD_ENGINE_DOCKER, GD_ON_CREATE
#define ENV(...) "{\"process\":{\"env\":[" __VA_ARGS__ "]}}"
#define LD "\"deny\":[\"LD_*\",\"BASH_ENV\"]"

static const struct control_row table[] = {
	{ D, NULL, LD, "" },
	{ D, ENV("\"A=b\""), "", "" },
	{ D, ENV("\"A=b\",\"LD_PRELOAD=/x.so\",\"C=d\""), LD, "/process/env/1:f",
	  "the variable 'LD_PRELOAD'", ENV("\"A=b\",\"C=d\"") },
	{ D, ENV("\"LD_PRELOAD\""), LD, "/process/env/0:f", .after = ENV("") },
	{ D, ENV("\"LD_PRELOAD=a\",\"LD_PRELOAD=b\",\"LD_=\""), LD,
	  "/process/env/0:f /process/env/1:f /process/env/2:f", .after = ENV("") },
	/* the kernel and the linker know the difference */
	{ D, ENV("\"ld_preload=a\",\"XLD_PRELOAD=a\",\"BASH_ENVX=\""), LD, "" },
	{ D, ENV("\"BASH_ENV=/x\""), LD, "/process/env/0:f" },
	/* what runtimes read differently, whatever the policy denies */
	{ D, ENV("\"A\""), "", "/process/env/0:f", "the variable 'A' without a value", ENV("") },
	{ D, ENV("\"=x\""), "", "/process/env/0:f", "a variable without a name", ENV("") },
	{ D, ENV("\"\""), "", "/process/env/0:f", .after = ENV("") },
	{ D, ENV("\"A=1\",\"B=2\",\"A=3\",\"A=4\""), "", "/process/env/0:f /process/env/2:f",
	  "the variable 'A' given twice", ENV("\"B=2\",\"A=4\"") },
	{ D, ENV("\"A=1=2\",\"A1=\""), "", "" },
	/* containerd's CRI writes the image's and the pod's */
	{ GD_ENGINE_CRI, GD_ON_CREATE, ENV("\"A=img\",\"A=pod\""), "", "" },
	{ GD_ENGINE_CRI, GD_ON_CREATE, ENV("\"LD_PRELOAD=img\",\"LD_PRELOAD=pod\""), LD,
	  "/process/env/0:f /process/env/1:f" },
	{ D, "{\"process\":{\"env\":null}}", LD, "" },
	/* exec: typed where the container has it not */
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/x.so\""), LD, "/process/env/0:af",
	  "docker exec --env LD_PRELOAD" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/x.so\""), LD, "/process/env/0:f",
	  .own = "{\"env\":[\"LD_PRELOAD=/x.so\"]}" },
	{ GD_ENGINE_DOCKER, GD_ON_EXEC, ENV("\"LD_PRELOAD=/y.so\""), LD, "/process/env/0:af",
	  .own = "{\"env\":[\"LD_PRELOAD=/x.so\"]}" },
};

START_TEST(rows)
{
	control_case("environment", &table[_i]);
}
END_TEST

START_TEST(no_value_in_a_finding)
{
	const struct control_row r = {
		D, ENV("\"LD_PASSWORD=hunter2\",\"=hunter2\",\"A=hunter2\",\"A=hunter2\",\"password: hunter2\""), LD
	};
	struct gd_arena *a = gd_arena_new(NULL);
	const struct gd_control *c = gd_control_by_name("environment");
	gd_json *doc = case_sample("docker20-plain", a);
	struct gd_findings out;
	struct gd_facts f;

	case_patch(doc, r.patch, a);
	case_facts(&r, doc, NULL, a, &f);
	out = case_check(c, &f, case_config(c, r.config, a), a);
	ck_assert_uint_eq(out.n, 4);
	for (size_t i = 0; i < out.n; i++) {
		const char *texts[] = { out.v[i].value, out.v[i].what, out.v[i].why,
					out.v[i].fix,	out.v[i].flag, out.v[i].wanted };

		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			ck_assert(!texts[k] || !strstr(texts[k], "hunter2"));
	}
	ck_assert_str_eq(out.v[0].value, "'LD_PASSWORD', 7 bytes");
	gd_json_free(doc);
	gd_arena_free(a);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { rows, ROWS(table) }, { no_value_in_a_finding, 0 } };

	return run_suite("control environment", cases, ROWS(cases));
}
