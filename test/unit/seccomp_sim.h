/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filter really does: the document translated with libseccomp as runc does it (its steps,
 * written anew from what it was seen to do), exported as BPF and interpreted. Independent of
 * lib/mac on purpose.
 */
#ifndef SECCOMP_SIM_H
#define SECCOMP_SIM_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "json/tree.h"

struct sim {
	struct sock_filter *code;
	size_t n;
};

static uint32_t sim_action(const char *act, const gd_json *err)
{
	uint64_t e = 1;

	gd_json_u64(err, &e);
	if (strcmp(act, "SCMP_ACT_ALLOW") == 0)
		return SCMP_ACT_ALLOW;
	if (strcmp(act, "SCMP_ACT_LOG") == 0)
		return SCMP_ACT_LOG;
	if (strcmp(act, "SCMP_ACT_TRACE") == 0)
		return SCMP_ACT_TRACE((uint16_t)e);
	if (strcmp(act, "SCMP_ACT_ERRNO") == 0)
		return SCMP_ACT_ERRNO((uint16_t)e);
	return SCMP_ACT_KILL_PROCESS;
}

static enum scmp_compare sim_op(const char *op)
{
	static const struct { const char *name; enum scmp_compare op;
	} ops[] = {
		{ "SCMP_CMP_NE", SCMP_CMP_NE },
		{ "SCMP_CMP_LT", SCMP_CMP_LT },
		{ "SCMP_CMP_LE", SCMP_CMP_LE },
		{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
		{ "SCMP_CMP_GE", SCMP_CMP_GE },
		{ "SCMP_CMP_GT", SCMP_CMP_GT },
		{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, op) == 0)
			return ops[i].op;
	abort();
}

static int sim_rule(scmp_filter_ctx ctx, uint32_t act, int nr, const gd_json *args)
{
	struct scmp_arg_cmp cmp[6];
	unsigned n = (unsigned)gd_json_len(args), seen = 0;
	int twice = 0, rc = 0;

	for (unsigned i = 0; i < n; i++) {
		const gd_json *v = gd_json_at(args, i);
		uint64_t index = 0, a = 0, b = 0;

		gd_json_u64(gd_json_get(v, "index"), &index);
		gd_json_u64(gd_json_get(v, "value"), &a);
		gd_json_u64(gd_json_get(v, "valueTwo"), &b);
		cmp[i] = (struct scmp_arg_cmp){ (unsigned)index, sim_op(gd_json_get_str(v, "op")),
						a, b };
		twice |= (int)(seen >> index & 1);
		seen |= 1u << index;
	}
	if (!twice)
		return seccomp_rule_add_array(ctx, act, nr, n, cmp);
	for (unsigned i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add_array(ctx, act, nr, 1, &cmp[i]);
	return rc;
}

static int sim_rules(scmp_filter_ctx ctx, uint32_t def, const gd_json *calls)
{
	for (size_t i = 0; i < gd_json_len(calls); i++) {
		const gd_json *e = gd_json_at(calls, i), *names = gd_json_get(e, "names");
		uint32_t act = sim_action(gd_json_get_str(e, "action"), gd_json_get(e, "errnoRet"));

		for (size_t k = 0; act != def && k < gd_json_len(names); k++) {
			int nr = seccomp_syscall_resolve_name(gd_json_str(gd_json_at(names, k)));

			if (nr != __NR_SCMP_ERROR &&
			    sim_rule(ctx, act, nr, gd_json_get(e, "args")) < 0)
				return -1;
		}
	}
	return 0;
}

static int sim_arch(scmp_filter_ctx ctx, const char *name)
{
	char low[32] = "";

	for (size_t i = 0; name[10 + i] && i < sizeof(low) - 1; i++)
		low[i] = (char)(name[10 + i] | 0x20 * (name[10 + i] >= 'A' && name[10 + i] <= 'Z'));
	int rc = seccomp_arch_add(ctx, seccomp_arch_resolve_name(low));

	return rc == -EEXIST ? 0 : rc;
}

/* 0; -1 where libseccomp refuses: then the container does not start. */
static int sim_make(const gd_json *seccomp, struct sim *ret)
{
	uint32_t def = sim_action(gd_json_get_str(seccomp, "defaultAction"),
				  gd_json_get(seccomp, "defaultErrnoRet"));
	const gd_json *arches = gd_json_get(seccomp, "architectures");
	scmp_filter_ctx ctx = seccomp_init(def);
	int rc = 0, fd = memfd_create("bpf", 0);

	for (size_t i = 0; i < gd_json_len(arches) && rc == 0; i++)
		rc = sim_arch(ctx, gd_json_str(gd_json_at(arches, i)));
	if (rc == 0)
		rc = sim_rules(ctx, def, gd_json_get(seccomp, "syscalls"));
	if (rc == 0 && gd_json_len(gd_json_get(seccomp, "syscalls")) > 32)
		seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = seccomp_export_bpf(ctx, fd);
	if (rc == 0) {
		off_t len = lseek(fd, 0, SEEK_END);

		ret->n = (size_t)len / sizeof(*ret->code);
		ret->code = malloc((size_t)len);
		if (pread(fd, ret->code, (size_t)len, 0) != len)
			abort();
	}
	close(fd);
	seccomp_release(ctx);
	return rc == 0 ? 0 : -1;
}

static void sim_free(struct sim *s)
{
	free(s->code);
	s->code = NULL;
}

/* The filter's return value for one call. */
static uint32_t sim_run(const struct sim *s, const struct seccomp_data *d)
{
	uint32_t acc = 0, m[16] = { 0 };

	for (size_t pc = 0; pc < s->n; pc++) {
		const struct sock_filter *f = &s->code[pc];
		int hit;

		switch (f->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&acc, (const char *)d + f->k, 4);
			continue;
		case BPF_LD | BPF_MEM:
			acc = m[f->k];
			continue;
		case BPF_ST:
			m[f->k] = acc;
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			acc &= f->k;
			continue;
		case BPF_JMP | BPF_JA:
			pc += f->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			hit = acc == f->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			hit = acc > f->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			hit = acc >= f->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			hit = (acc & f->k) != 0;
			break;
		case BPF_RET | BPF_K:
			return f->k;
		default:
			abort();
		}
		pc += hit ? f->jt : f->jf;
	}
	abort();
}

static inline int sim_executes(const struct sim *s, const struct seccomp_data *d)
{
	uint32_t act = sim_run(s, d) & SECCOMP_RET_ACTION_FULL;

	return act == SECCOMP_RET_ALLOW || act == SECCOMP_RET_LOG || act == SECCOMP_RET_TRACE ||
	       act == SECCOMP_RET_USER_NOTIF;
}

#endif
