/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy/schema.h"

#include <string.h>

#include "control/config_leaf.h"
#include "control/element.h"
#include "policy/set.h"

/* Everything is written on one level deeper than its caller: the schema is read by people too. */
static void line(struct gd_buf *b, unsigned depth, const char *s)
{
	gd_buf_str(b, "\n");
	for (unsigned i = 0; i < depth; i++)
		gd_buf_str(b, "\t");
	gd_buf_str(b, s);
}

static void key(struct gd_buf *b, unsigned depth, bool first, const char *name)
{
	if (!first)
		gd_buf_str(b, ",");
	line(b, depth, "");
	gd_buf_json_str(b, name);
	gd_buf_str(b, ": ");
}

static void word_list(struct gd_buf *b, const char *const *words, size_t n, const char *extra)
{
	gd_buf_str(b, "\"enum\": [");
	for (size_t i = 0; i < n; i++) {
		gd_buf_str(b, i ? ", " : "");
		gd_buf_json_str(b, words[i]);
	}
	if (extra) {
		gd_buf_str(b, n ? ", " : "");
		gd_buf_json_str(b, extra);
	}
	gd_buf_str(b, "]");
}

static void element(struct gd_buf *b, const struct gd_field *f)
{
	size_t n;
	const char *const *words = gd_syntax_words(f, &n);

	switch (f->syntax) {
	case GD_S_WORD:
		gd_buf_str(b, "{ ");
		word_list(b, words, n, f->kind == GD_F_ALLOW ? "*" : NULL);
		gd_buf_str(b, " }");
		return;
	case GD_S_CAP:
		gd_buf_str(b, "{ \"$ref\": \"#/$defs/capability\" }");
		return;
	case GD_S_PATH:
		gd_buf_str(b, "{ \"$ref\": \"#/$defs/path\" }");
		return;
	case GD_S_RANGE:
		gd_buf_str(b, "{ \"$ref\": \"#/$defs/range\" }");
		return;
	case GD_S_SIZE:
		gd_buf_str(b, "{ \"$ref\": \"#/$defs/size\" }");
		return;
	case GD_S_NUMBER:
		gd_buf_str(b, "{ \"type\": [\"integer\", \"null\"], \"minimum\": 0 }");
		return;
	case GD_S_SIGNED:
		gd_buf_str(b, "{ \"type\": [\"integer\", \"null\"] }");
		return;
	case GD_S_BOOL:
		gd_buf_str(b, "{ \"type\": \"boolean\" }");
		return;
	case GD_S_NAME:
	case GD_S_PROFILE:
	case GD_S_TEXT:
		gd_buf_str(b, "{ \"type\": \"string\", \"minLength\": 1 }");
		return;
	}
}

static void properties(struct gd_buf *b, unsigned depth, const struct gd_field *table, bool first,
		       bool words);

static void plain(struct gd_buf *b, unsigned depth, const struct gd_field *f)
{
	switch (f->kind) {
	case GD_F_RIGHT:
	case GD_F_DUTY:
		gd_buf_str(b, "{ \"type\": \"boolean\" }");
		return;
	case GD_F_ALLOW:
	case GD_F_DEMAND:
	case GD_F_ARGV:
		gd_buf_str(b, "{ \"type\": \"array\", \"items\": ");
		element(b, f);
		gd_buf_str(b, " }");
		return;
	case GD_F_RULES:
		gd_buf_str(b, "{ \"type\": \"array\", \"items\": {");
		line(b, depth + 1,
		     "\"type\": \"object\", \"additionalProperties\": false, \"required\": [");
		gd_buf_json_str(b, f->sub->name);
		gd_buf_str(b, "],");
		line(b, depth + 1, "\"properties\": {");
		properties(b, depth + 2, f->sub, true, false);
		line(b, depth + 1, "}");
		line(b, depth, "} }");
		return;
	case GD_F_GROUP:
		gd_buf_str(b, "{ \"type\": \"object\", \"additionalProperties\": false, "
			      "\"properties\": {");
		properties(b, depth + 1, f->sub, true, true);
		line(b, depth, "} }");
		return;
	case GD_F_CHOICE:
	case GD_F_MAX:
	case GD_F_MIN:
	case GD_F_GIVEN:
	case GD_F_PATTERN:
		element(b, f);
		return;
	}
}

/* The value itself, or an object of the words that change what is inherited. */
static void with_words(struct gd_buf *b, unsigned depth, const struct gd_field *f)
{
	static const char *const list_words[] = { "add", "drop", "replace" };
	bool list = gd_kind_is_list(f->kind);

	gd_buf_str(b, "{ \"anyOf\": [");
	line(b, depth + 1, "");
	plain(b, depth + 1, f);
	gd_buf_str(b, ",");
	line(b, depth + 1,
	     "{ \"type\": \"object\", \"additionalProperties\": false, \"minProperties\": 1, "
	     "\"properties\": {");
	for (size_t i = list ? 0 : 2; i < 3; i++) {
		key(b, depth + 2, i == (list ? 0 : 2), list_words[i]);
		plain(b, depth + 2, f);
	}
	line(b, depth + 1, "} }");
	line(b, depth, "], \"description\": ");
	gd_buf_json_str(b, f->help ? f->help : "");
	gd_buf_str(b, " }");
}

static void properties(struct gd_buf *b, unsigned depth, const struct gd_field *table, bool first,
		       bool words)
{
	for (; table && table->name; table++) {
		if (table->resolved)
			continue;
		key(b, depth, first, table->name);
		first = false;
		if (words && table->kind != GD_F_GROUP)
			with_words(b, depth, table);
		else
			plain(b, depth, table);
	}
}

static const struct gd_field *primary(const struct gd_field *f)
{
	for (; f && f->name; f++)
		if (f->primary)
			return f;
	return NULL;
}

static void control(struct gd_buf *b, unsigned depth, bool first, const struct gd_control *c)
{
	static const char *const own[] = { "add", "drop" };
	const struct gd_field *p = primary(c->fields);

	key(b, depth, first, c->name);
	gd_buf_str(b, "{ \"type\": \"object\", \"additionalProperties\": false, \"description\": ");
	gd_buf_json_str(b, c->help);
	gd_buf_str(b, ", \"properties\": {");
	key(b, depth + 1, true, "replace");
	gd_buf_str(b, "{ \"type\": \"boolean\", \"description\": \"true: nothing of this control "
		      "is inherited\" }");
	for (size_t i = 0; p && i < 2; i++) {
		key(b, depth + 1, false, own[i]);
		plain(b, depth + 1, p);
	}
	properties(b, depth + 1, gd_head_fields, false, true);
	properties(b, depth + 1, c->fields, false, true);
	line(b, depth, "} }");
}

static void words_of(struct gd_buf *b, const char *(*word)(unsigned), unsigned n)
{
	gd_buf_str(b, "{ \"type\": \"array\", \"minItems\": 1, \"items\": { \"enum\": [");
	for (unsigned i = 0; i < n; i++) {
		gd_buf_str(b, i ? ", " : "");
		gd_buf_json_str(b, word(i));
	}
	gd_buf_str(b, "] } }");
}

static const char *class_word(unsigned i)
{
	return gd_class_name((enum gd_class)i);
}

static const char *engine_word(unsigned i)
{
	return gd_engine_name((enum gd_engine)i);
}

static void definitions(struct gd_buf *b)
{
	static const struct gd_field caps = { .kind = GD_F_ALLOW, .syntax = GD_S_CAP };
	size_t n;
	const char *const *names = gd_syntax_words(&caps, &n);

	line(b, 1, "\"$defs\": {");
	line(b, 2, "\"path\": { \"type\": \"string\", \"pattern\": \"^(/|@bindRoots(/|$))\" },");
	line(b, 2, "\"range\": { \"anyOf\": [{ \"type\": \"integer\", \"minimum\": 0 }, "
	     "{ \"type\": \"string\", \"pattern\": \"^([0-9]+(-[0-9]+)?|[*])$\" }] },");
	line(b, 2, "\"size\": { \"anyOf\": [{ \"type\": [\"integer\", \"null\"], \"minimum\": 0 }, "
	     "{ \"type\": \"string\", \"pattern\": \"^[1-9][0-9]*[KMGT]iB$\" }] },");
	line(b, 2, "\"capability\": { \"anyOf\": [{ ");
	word_list(b, names, n, "*");
	gd_buf_str(b, " }, { \"type\": \"string\", \"pattern\": \"^CAP_[A-Z_]+$\" }] }");
	line(b, 1, "}");
}

/* One or more of what @pattern describes. */
static void selector(struct gd_buf *b, const char *name, const char *pattern, const char *help)
{
	gd_buf_str(b, ",");
	line(b, 3, "");
	gd_buf_json_str(b, name);
	gd_buf_str(b, ": { \"type\": \"array\", \"minItems\": 1, \"items\": { \"type\": \"string\", \"pattern\": ");
	gd_buf_json_str(b, pattern);
	gd_buf_str(b, " }, \"description\": ");
	gd_buf_json_str(b, help);
	gd_buf_str(b, " }");
}

static void match(struct gd_buf *b)
{
	static const struct { const char *name, *pattern, *help; } lists[] = {
		{ "digest", "^sha256:[0-9a-f]{64}$", "of the image's index, manifest or configuration" },
		{ "reference", "^[^*?]+/[^*?]+[:@][^*?/]+$", "full names: docker.io/library/nginx:1.25" },
		{ "repository", "^[^:@]*(:[0-9]+)?[^:@]*$", "patterns of names without tag: docker.io/library/*" },
		{ "namespace", "^[a-z0-9.-]{1,253}$", "of the pod" },
		{ "pod", "^[a-z0-9.*?-]{1,253}$", "patterns of the pod's name" },
		{ "containerName", "^[a-z0-9.-]{1,253}$", "of the container in its pod" },
	};

	line(b, 2, "\"match\": { \"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
	line(b, 3, "\"class\": ");
	words_of(b, class_word, GD_CLASS_PLUGIN + 1);
	line(b, 3, ", \"engine\": ");
	words_of(b, engine_word, GD_ENGINE_BUILDKIT + 1);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		selector(b, lists[i].name, lists[i].pattern, lists[i].help);
	gd_buf_str(b, ",");
	line(b, 3, "\"label\": { \"anyOf\": [{ \"type\": \"object\", \"minProperties\": 1, "
	     "\"additionalProperties\": { \"type\": \"string\" } }, { \"type\": \"array\", \"minItems\": 1, "
	     "\"items\": { \"type\": \"string\", \"pattern\": \"^[^=]+=\" } }], "
	     "\"description\": \"of the image: every one of them\" }");
	line(b, 2, "} },");
}

void gd_policy_schema(struct gd_buf *b)
{
	static const char *const texts[] = { "reason", "ticket", "approvedBy" };

	gd_buf_str(b, "{");
	line(b, 1, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",");
	line(b, 1, "\"title\": \"guarded-policy(5)\",");
	line(b, 1,
	     "\"description\": \"made by 'guardctl policy schema'; comments and trailing commas "
	     "are allowed in "
	     "policies\",");
	line(b, 1,
	     "\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"version\", "
	     "\"name\"],");
	line(b, 1, "\"properties\": {");
	line(b, 2, "\"$schema\": { \"type\": \"string\" },");
	line(b, 2, "\"version\": { \"type\": \"integer\", \"minimum\": 1, \"maximum\": 1000000 },");
	line(b, 2,
	     "\"name\": { \"type\": \"string\", \"pattern\": \"^[a-z0-9_][a-z0-9._-]{0,63}$\" },");
	line(b, 2, "\"description\": { \"type\": \"string\" },");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		line(b, 2, "");
		gd_buf_json_str(b, texts[i]);
		gd_buf_str(b, ": { \"type\": \"string\" },");
	}
	line(b, 2, "\"until\": { \"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt].*)?$\" },");
	line(b, 2, "\"extends\": { \"type\": \"array\", \"items\": { \"type\": \"string\" } },");
	match(b);
	line(b, 2, "\"mode\": { ");
	word_list(b, gd_mode_names, 3, NULL);
	gd_buf_str(b, " },");
	line(b, 2, "\"existing\": { \"enum\": [\"deny\", \"record\"] },");
	line(b, 2,
	     "\"controls\": { \"type\": \"object\", \"additionalProperties\": false, "
	     "\"properties\": {");
	for (size_t i = 0; i < gd_n_controls; i++)
		control(b, 3, i == 0, gd_controls[i]);
	line(b, 2, "} }");
	line(b, 1, "},");
	definitions(b);
	gd_buf_str(b, "\n}\n");
}
