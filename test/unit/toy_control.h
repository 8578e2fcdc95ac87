/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A control that judges nothing and has a field of every kind, for tests of the language alone. */
#ifndef GD_TEST_TOY_CONTROL_H
#define GD_TEST_TOY_CONTROL_H

#include <stddef.h>

#include "control/config.h"

struct toy_rule {
	const char *path;
	bool read_only, waive;
	struct gd_words access, argv;
	struct gd_limit size;
};
struct toy_bounds { struct gd_limit given, max; };

struct toy {
	struct gd_config_head head;
	bool right, duty;
	struct gd_words names, words, caps, paths, profiles, texts, ranges, demand, demand_paths;
	struct gd_limit max, min, given, size;
	const char *label;
	int choice;
	struct gd_rules rules;
	struct toy_bounds bounds;
	struct gd_words looked_up, besides;
};

static const char *const toy_words[] = { "read", "write", "mknod", NULL };
static const char *const toy_choice[] = { "any", "some", "none", NULL };

#define AT(m) .offset = offsetof(struct toy_rule, m)
static const struct gd_field toy_rule_fields[] = {
	{ .name = "path", .kind = GD_F_PATTERN, .syntax = GD_S_PATH, AT(path) },
	{ .name = "readOnly", .kind = GD_F_DUTY, .syntax = GD_S_BOOL, AT(read_only) },
	{ .name = "waive", .kind = GD_F_RIGHT, .syntax = GD_S_BOOL, AT(waive) },
	{ .name = "access",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_WORD,
	  .words = toy_words,
	  AT(access) },
	{ .name = "argv", .kind = GD_F_ARGV, .syntax = GD_S_NAME, AT(argv) },
	{ .name = "size", .kind = GD_F_MAX, .syntax = GD_S_SIZE, AT(size) },
	{ .name = NULL },
};
#undef AT
static const struct gd_field toy_bounds_fields[] = {
	{ .name = "default",
	  .kind = GD_F_GIVEN,
	  .syntax = GD_S_NUMBER,
	  .offset = offsetof(struct toy_bounds, given) },
	{ .name = "max",
	  .kind = GD_F_MAX,
	  .syntax = GD_S_NUMBER,
	  .offset = offsetof(struct toy_bounds, max) },
	{ .name = NULL },
};
#define AT(m) .offset = offsetof(struct toy, m)
static const struct gd_field toy_fields[] = {
	{ .name = "right", .kind = GD_F_RIGHT, .syntax = GD_S_BOOL, AT(right) },
	{ .name = "duty", .kind = GD_F_DUTY, .syntax = GD_S_BOOL, AT(duty) },
	{ .name = "names", .kind = GD_F_ALLOW, .syntax = GD_S_NAME, .primary = true, AT(names) },
	{ .name = "words", .kind = GD_F_ALLOW, .syntax = GD_S_WORD, .words = toy_words, AT(words) },
	{ .name = "caps", .kind = GD_F_ALLOW, .syntax = GD_S_CAP, AT(caps) },
	{ .name = "paths", .kind = GD_F_ALLOW, .syntax = GD_S_PATH, AT(paths) },
	{ .name = "profiles", .kind = GD_F_ALLOW, .syntax = GD_S_PROFILE, AT(profiles) },
	{ .name = "texts", .kind = GD_F_ALLOW, .syntax = GD_S_TEXT, AT(texts) },
	{ .name = "ranges", .kind = GD_F_ALLOW, .syntax = GD_S_RANGE, AT(ranges) },
	{ .name = "demand", .kind = GD_F_DEMAND, .syntax = GD_S_NAME, AT(demand) },
	{ .name = "demandPaths", .kind = GD_F_DEMAND, .syntax = GD_S_PATH, AT(demand_paths) },
	{ .name = "max", .kind = GD_F_MAX, .syntax = GD_S_NUMBER, AT(max) },
	{ .name = "min", .kind = GD_F_MIN, .syntax = GD_S_SIGNED, AT(min) },
	{ .name = "given", .kind = GD_F_GIVEN, .syntax = GD_S_NUMBER, AT(given) },
	{ .name = "size", .kind = GD_F_MAX, .syntax = GD_S_SIZE, AT(size) },
	{ .name = "label", .kind = GD_F_GIVEN, .syntax = GD_S_TEXT, AT(label) },
	{ .name = "choice",
	  .kind = GD_F_CHOICE,
	  .syntax = GD_S_WORD,
	  .words = toy_choice,
	  AT(choice) },
	{ .name = "rules",
	  .kind = GD_F_RULES,
	  .sub = toy_rule_fields,
	  .sub_size = sizeof(struct toy_rule),
	  AT(rules) },
	{ .name = "bounds",
	  .kind = GD_F_GROUP,
	  .sub = toy_bounds_fields,
	  .sub_size = sizeof(struct toy_bounds),
	  AT(bounds) },
	{ .name = "lookedUp",
	  .kind = GD_F_ALLOW,
	  .syntax = GD_S_TEXT,
	  .resolved = true,
	  AT(looked_up) },
	{ .name = "besides", .kind = GD_F_ALLOW, .syntax = GD_S_NAME, .beside = &toy_fields[16], AT(besides) },
	{ .name = NULL },
};
#undef AT

static const struct gd_control toy_control = {
	.name = "toy", .help = "for tests", .fields = toy_fields, .config_size = sizeof(struct toy),
};

/* The duties that a root must name, so that a row can leave them out. */
#define TOY_ROOT "\"action\":\"deny\",\"duty\":false,\"choice\":\"any\""

#endif
