/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A compiled line back into filters. On the way of every launch: one pass, no allocation but for
 * rules. */
#include <string.h>

#include "mac/profile.h"

struct reader {
	const char *at;
	bool bad;
};

static uint64_t number(struct reader *r, int base)
{
	uint64_t v = 0;
	const char *start = r->at;

	for (;; r->at++) {
		char c = *r->at;
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;

		if (d >= base)
			break;
		r->bad |= v > (UINT64_MAX - (uint64_t)d) / (uint64_t)base;
		v = v * (uint64_t)base + (uint64_t)d;
	}
	r->bad |= r->at == start;
	return v;
}

static void eat(struct reader *r, char c)
{
	if (*r->at == c)
		r->at++;
	else
		r->bad = true;
}

/* The word up to the next space, which is eaten. */
static const char *word(struct reader *r, struct gd_arena *a)
{
	size_t n = strcspn(r->at, " ");
	char *s = gd_strndup(a, r->at, n);

	r->at += n;
	eat(r, ' ');
	return s;
}

static void action(struct reader *r, enum gd_act *act, uint16_t *err)
{
	uint64_t n = number(r, 10), e;

	eat(r, ':');
	e = number(r, 10);
	r->bad |= n > GD_ACT_ALLOW || n == GD_ACT_NOTIFY || e > 4095;
	*act = r->bad ? GD_ACT_KILL_PROCESS : (enum gd_act)n;
	*err = (uint16_t)e;
}

static bool listed(const char *engines, const char *engine)
{
	size_t len = strlen(engine);

	if (strcmp(engines, "-") == 0 || strcmp(engine, "unknown") == 0)
		return true;
	for (const char *p = engines; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, engine, len) == 0 && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

/* A rule without conditions, where more than the bit is worth keeping: what is given has to say it
 * again. */
static void plain(struct gd_filter *f, int id, enum gd_act act, uint16_t err, struct gd_arena *a)
{
	uint64_t *to = gd_act_executes(act) ? f->exec : f->deny;

	if (GD_BIT(f->exec, id) || GD_BIT(f->deny, id))
		return; /* the first one holds, as in libseccomp */
	GD_BIT_SET(to, id);
	if (act != GD_ACT_ALLOW)
		*GD_APPEND(a, f->rules,
			   f->n) = (struct gd_rule){ .id = id, .act = act, .err = err };
}

static void calls(struct reader *r, struct gd_filter *f, bool here, struct gd_arena *a)
{
	enum gd_act act;
	uint16_t err;

	action(r, &act, &err);
	eat(r, ':');
	for (int id = 0; !r->bad && *r->at && *r->at != ' '; id += 4, r->at++) {
		char c = *r->at;
		int bits = c >= '0' && c <= '9'   ? c - '0'
			   : c >= 'a' && c <= 'f' ? c - 'a' + 10
						  : -1;

		if (bits < 0 ||
		    (bits && id + (31 - __builtin_clz((unsigned)bits)) >= GD_SYSCALLS)) {
			r->bad = true;
			return;
		}
		if (here && act == GD_ACT_ALLOW) /* nearly all: the same as plain() four times */
			f->exec[id / 64] |= ((uint64_t)bits << (id % 64)) & ~f->deny[id / 64];
		for (int k = 0; here && act != GD_ACT_ALLOW && k < 4; k++)
			if (bits >> k & 1)
				plain(f, id + k, act, err, a);
	}
}

static void cond(struct reader *r, struct gd_cond *c)
{
	static const char ops[] = "nlLeGgm";
	uint64_t arg = number(r, 6);
	const char *op = *r->at ? strchr(ops, *r->at) : NULL;

	r->bad |= !op || arg > 5;
	if (r->bad)
		return;
	r->at++;
	*c = (struct gd_cond){ .arg = (uint8_t)arg, .op = (uint8_t)(op - ops), .a = number(r, 16) };
	if (c->op == GD_CMP_MASKED_EQ) {
		eat(r, ',');
		c->b = number(r, 16);
	}
}

static void rule(struct reader *r, struct gd_filter *f, bool here, struct gd_arena *a)
{
	struct gd_rule out = { 0 };
	struct gd_cond *c = NULL;
	size_t n = 0;
	uint64_t id;

	action(r, &out.act, &out.err);
	eat(r, ':');
	id = number(r, 10);
	eat(r, ':');
	do {
		cond(r, GD_APPEND(a, c, n));
	} while (!r->bad && n < GD_FILTER_CONDS_MAX && *r->at == ';' && r->at++);
	r->bad |= id >= GD_SYSCALLS;
	if (r->bad || !here)
		return;
	out.id = (int)id;
	out.n = (uint8_t)n;
	out.c = c;
	*GD_APPEND(a, f->rules, f->n) = out;
	GD_BIT_SET(f->mixed, out.id);
}

static void groups(struct reader *r, uint64_t caps, struct gd_arena *a, struct gd_profile *ret)
{
	struct gd_filter *f = &ret->given;
	bool here = true;

	while (!r->bad && *r->at) {
		uint64_t all, none;
		char kind;

		eat(r, ' ');
		kind = *r->at ? *r->at++ : '\0';
		switch (kind) {
		case '+':
			all = number(r, 16);
			eat(r, '-');
			none = number(r, 16);
			f = *r->at == 'L' ? &ret->legacy : &ret->given;
			r->at += *r->at == 'L';
			here = (caps & all) == all && !(caps & none);
			break;
		case 'x':
			calls(r, f, here, a);
			break;
		case 'r':
			rule(r, f, here, a);
			break;
		default:
			r->bad = true;
		}
	}
}

int gd_profile_read(const char *line, const char *engine, uint64_t caps, struct gd_arena *a,
		    struct gd_profile *ret, struct gd_error *err)
{
	struct gd_profile p = { 0 };
	struct reader r = { .at = line };
	bool is_ours = strcmp(word(&r, a), "gd1") == 0, speaks;

	p.name = word(&r, a);
	speaks = listed(word(&r, a), engine);
	if (is_ours && !r.bad && !speaks)
		return 0;
	p.given.arches = p.legacy.arches = (uint32_t)number(&r, 16);
	eat(&r, ' ');
	action(&r, &p.given.def, &p.given.def_err);
	p.legacy.def = GD_ACT_ERRNO;
	groups(&r, caps, a, &p);
	if (!is_ours || r.bad)
		return gd_error_set(err, GD_E_INPUT,
				    "a seccomp profile in the applied file is not what this "
				    "version of guarded wrote; run 'guardctl apply'");
	*ret = p;
	return 1;
}
