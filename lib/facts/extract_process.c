/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cap.h"
#include "facts/extract.h"

static const char *const cap_sets[GD_CAPS_SETS] = {
	[GD_CAPS_BOUNDING] = "bounding",
	[GD_CAPS_EFFECTIVE] = "effective",
	[GD_CAPS_PERMITTED] = "permitted",
	[GD_CAPS_INHERITABLE] = "inheritable",
	[GD_CAPS_AMBIENT] = "ambient",
};

/*
 * runc takes "CAP_X" in capitals only and skips the rest with a warning; crun's libcap takes more.
 * A name that only some runtime takes counts as held and is unknown too, so that no reading of it
 * slips by.
 */
static void extract_caps(const gd_json *obj, struct gd_arena *a, struct gd_caps *ret)
{
	ret->present = gd_json_kind(obj) == GD_JSON_OBJECT;
	for (int s = 0; s < GD_CAPS_SETS; s++) {
		const gd_json *list = gd_json_get(obj, cap_sets[s]);

		for (size_t i = 0; i < gd_json_len(list); i++) {
			const char *name = gd_json_str(gd_json_at(list, i));
			int n = gd_cap_number(name);

			if (n < 0) {
				n = gd_cap_number_loosest(name);
				gd_words_add(a, &ret->unknown, name ? name : "");
			}
			if (n >= 0)
				ret->set[s] |= GD_CAP_BIT(n);
		}
	}
}

static void extract_user(const gd_json *user, struct gd_arena *a, struct gd_process *ret)
{
	const gd_json *groups = gd_json_get(user, "additionalGids");
	size_t n = gd_json_len(groups);
	uint32_t *v = n ? GD_NEW_N(a, n, uint32_t) : NULL;

	ret->uid = (uint32_t)gd_extract_u64(user, "uid").v;
	ret->gid = (uint32_t)gd_extract_u64(user, "gid").v;
	ret->umask = gd_extract_u64(user, "umask");
	ret->user_name = gd_extract_text(user, "username");
	for (size_t i = 0; i < n; i++) {
		uint64_t id = 0;

		gd_json_u64(gd_json_at(groups, i), &id);
		v[i] = (uint32_t)id;
	}
	ret->groups = v;
	ret->n_groups = n;
}

static void extract_rlimits(const gd_json *list, struct gd_arena *a, struct gd_process *ret)
{
	size_t n = gd_json_len(list);
	struct gd_rlimit *v = n ? GD_NEW_N(a, n, struct gd_rlimit) : NULL;

	for (size_t i = 0; i < n; i++) {
		const gd_json *l = gd_json_at(list, i);
		const char *type = gd_json_get_str(l, "type");

		v[i] = (struct gd_rlimit){
			.type = type ? type : "",
			.hard = gd_extract_u64(l, "hard").v,
			.soft = gd_extract_u64(l, "soft").v,
		};
	}
	ret->rlimits = v;
	ret->n_rlimits = n;
}

static void extract_scheduling(const gd_json *obj, struct gd_arena *a, struct gd_process *ret)
{
	const gd_json *s = gd_json_get(obj, "scheduler"), *io = gd_json_get(obj, "ioPriority");
	const gd_json *cpus = gd_json_get(obj, "execCPUAffinity");

	if (s) {
		const char *policy = gd_json_get_str(s, "policy");

		ret->scheduler = (struct gd_scheduler){
			.policy = policy ? policy : "",
			.nice = gd_extract_i64(s, "nice"),
			.priority = gd_extract_i64(s, "priority"),
			.flags = gd_extract_words(s, "flags", a),
			.runtime = gd_extract_u64(s, "runtime"),
			.deadline = gd_extract_u64(s, "deadline"),
			.period = gd_extract_u64(s, "period"),
		};
	}
	if (io) {
		const char *class = gd_json_get_str(io, "class");

		ret->io_class = class ? class : "";
		ret->io_priority = gd_extract_i64(io, "priority");
	}
	ret->cpu_initial = gd_extract_text(cpus, "initial");
	ret->cpu_final = gd_extract_text(cpus, "final");
}

void gd_extract_process(const gd_json *obj, struct gd_arena *a, struct gd_process *ret)
{
	*ret = (struct gd_process){
		.json = obj,
		.args = gd_extract_words(obj, "args", a),
		.env = gd_extract_words(obj, "env", a),
		.cwd = gd_json_get_str(obj, "cwd"),
		.terminal = gd_json_get_bool(obj, "terminal"),
		.no_new_privileges = gd_json_get_bool(obj, "noNewPrivileges"),
		.apparmor = gd_extract_text(obj, "apparmorProfile"),
		.selinux = gd_extract_text(obj, "selinuxLabel"),
		.oom_score_adj = gd_extract_i64(obj, "oomScoreAdj"),
	};
	extract_user(gd_json_get(obj, "user"), a, ret);
	extract_caps(gd_json_get(obj, "capabilities"), a, &ret->caps);
	extract_rlimits(gd_json_get(obj, "rlimits"), a, ret);
	extract_scheduling(obj, a, ret);
}
