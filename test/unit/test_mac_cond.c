/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of argument values against brute force: a claim that one set lies in another, or meets it
 * nowhere, is tried with every value around every bound. Claims may be missed, never wrong; on
 * single bytes none is missed but those that the header of cond.c names.
 */
#include <string.h>

#include "mac/filter.h"
#include "suite.h"

static const uint64_t points[] = {
	0,
	1,
	2,
	3,
	7,
	8,
	9,
	0x7fffffff,
	0x80000000,
	0xfffffffe,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x100000008,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffffffe,
	0xffffffffffffffff,
};
#define N (sizeof(points) / sizeof(*points))

static bool in(const struct gd_cond *c, uint64_t v, int bits)
{
	uint64_t max = bits == 32 ? UINT32_MAX : UINT64_MAX, a = c->a & max, b = c->b & max;

	v &= max;
	switch ((enum gd_cmp)c->op) {
	case GD_CMP_NE:
		return v != a;
	case GD_CMP_LT:
		return v < a;
	case GD_CMP_LE:
		return v <= a;
	case GD_CMP_EQ:
		return v == a;
	case GD_CMP_GE:
		return v >= a;
	case GD_CMP_GT:
		return v > a;
	case GD_CMP_MASKED_EQ:
		return (v & a) == (b & a);
	}
	return false;
}

static struct gd_cond nth(size_t i)
{
	if (i < N * 6)
		return (struct gd_cond){ .op = (uint8_t)(i / N), .a = points[i % N] };
	i -= N * 6;
	return (struct gd_cond){ .op = GD_CMP_MASKED_EQ, .a = points[i / N], .b = points[i % N] };
}
#define CONDS (N * 6 + N * N)

static void try_pair(const struct gd_cond *x, const struct gd_cond *y, int bits, unsigned *proven)
{
	bool implies = gd_cond_implies(x, y, bits), apart = gd_cond_disjoint(x, y, bits);
	bool really_implies = true, really_apart = true, some = false, all = true;

	for (size_t p = 0; p < N; p++)
		for (int d = -1; d <= 1; d++) {
			uint64_t v = points[p] + (uint64_t)d;
			bool hx = in(x, v, bits), hy = in(y, v, bits);

			really_implies &= !hx || hy;
			really_apart &= !(hx && hy);
			some |= hx;
			all &= hx;
		}
	ck_assert_msg(!implies || really_implies, "%d: op %d %llx,%llx is not in op %d %llx,%llx",
		      bits, x->op, (unsigned long long)x->a, (unsigned long long)x->b, y->op,
		      (unsigned long long)y->a, (unsigned long long)y->b);
	ck_assert_msg(!apart || really_apart, "%d: op %d %llx,%llx meets op %d %llx,%llx", bits,
		      x->op, (unsigned long long)x->a, (unsigned long long)x->b, y->op,
		      (unsigned long long)y->a, (unsigned long long)y->b);
	ck_assert(!gd_cond_always(x, bits) || all);
	ck_assert(!gd_cond_never(x, bits) || !some);
	*proven += implies + apart;
}

START_TEST(claims_hold)
{
	unsigned proven = 0;

	for (size_t i = 0; i < CONDS; i++)
		for (size_t k = 0; k < CONDS; k++) {
			struct gd_cond x = nth(i), y = nth(k);

			try_pair(&x, &y, _i ? 32 : 64, &proven);
		}
	ck_assert_uint_gt(proven, CONDS * CONDS / 4);
}
END_TEST

/* Those that documents and profiles are made of must be seen. */
START_TEST(claims_found)
{
	const struct gd_cond eq8 = { 0, GD_CMP_EQ, 8, 0 }, ne40 = { 0, GD_CMP_NE, 40, 0 },
			     lt38 = { 0, GD_CMP_LT, 38, 0 }, gt40 = { 0, GD_CMP_GT, 40, 0 },
			     plain = { 0, GD_CMP_MASKED_EQ, 06000, 0 },
			     private = { 0, GD_CMP_MASKED_EQ, 06777, 0700 },
			     wide = { 0, GD_CMP_LE, 0777, 0 }, setuid = { 0, GD_CMP_EQ, 04755, 0 },
			     any = { 0, GD_CMP_MASKED_EQ, 0, 5 };

	ck_assert(gd_cond_implies(&eq8, &ne40, 64) && gd_cond_implies(&eq8, &lt38, 64));
	ck_assert(gd_cond_implies(&lt38, &ne40, 64) && gd_cond_implies(&gt40, &ne40, 64));
	ck_assert(gd_cond_implies(&private, &plain, 32) && gd_cond_implies(&wide, &plain, 64));
	ck_assert(!gd_cond_implies(&plain, &private, 64) && !gd_cond_implies(&ne40, &lt38, 64));
	ck_assert(gd_cond_disjoint(&setuid, &plain, 64) && gd_cond_disjoint(&lt38, &gt40, 64));
	ck_assert(gd_cond_always(&any, 64) && gd_cond_implies(&ne40, &any, 64));
	/* the upper half is lost on 32 bits: ">= 0x100000000" becomes ">= 0" */
	const struct gd_cond high = { 0, GD_CMP_GE, 0x100000000, 0 };

	ck_assert(gd_cond_always(&high, 32) && !gd_cond_always(&high, 64));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = { { claims_hold, 2 }, { claims_found, 0 } };

	return run_suite("mac/cond", cases, 2);
}
