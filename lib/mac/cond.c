/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every comparison is one of three shapes of sets: an interval, all but one value, or the values
 * that agree in some bits. Where two shapes cannot be compared exactly, the answer is the one that
 * refuses: "does not imply", "is not disjoint".
 */
#include "mac/filter.h"

enum shape { RANGE, BUT, BITS };

struct set {
	enum shape shape;
	bool empty;
	uint64_t lo, hi;	/* RANGE */
	uint64_t v, mask;	/* BUT: v; BITS: v, already masked, and mask */
	uint64_t max;
};

static struct set set_of(const struct gd_cond *c, int bits)
{
	uint64_t max = bits == 32 ? UINT32_MAX : UINT64_MAX, a = c->a & max, b = c->b & max;
	struct set s = { .shape = RANGE, .lo = 0, .hi = max, .max = max };

	switch ((enum gd_cmp)c->op) {
	case GD_CMP_EQ:
		s.lo = s.hi = a;
		break;
	case GD_CMP_LT:
		s.empty = a == 0;
		s.hi = a - 1;
		break;
	case GD_CMP_LE:
		s.hi = a;
		break;
	case GD_CMP_GE:
		s.lo = a;
		break;
	case GD_CMP_GT:
		s.empty = a == max;
		s.lo = a + 1;
		break;
	case GD_CMP_NE:
		s.shape = BUT;
		s.v = a;
		break;
	case GD_CMP_MASKED_EQ: /* libseccomp masks the value too: its other bits do not count */
		if (a == max) {
			s.lo = s.hi = b;
		} else if (a != 0) {
			s.shape = BITS;
			s.mask = a;
			s.v = b & a;
		}
		break;
	}
	return s;
}

static bool has(const struct set *s, uint64_t v)
{
	if (s->empty)
		return false;
	switch (s->shape) {
	case RANGE:
		return v >= s->lo && v <= s->hi;
	case BUT:
		return v != s->v;
	case BITS:
		return (v & s->mask) == s->v;
	}
	return false;
}

/* The smallest and largest value; not empty. */
static uint64_t first(const struct set *s)
{
	return s->shape == RANGE ? s->lo : s->shape == BITS ? s->v : s->v == 0;
}

static uint64_t last(const struct set *s)
{
	if (s->shape == RANGE)
		return s->hi;
	if (s->shape == BITS)
		return s->v | (s->max & ~s->mask);
	return s->v == s->max ? s->max - 1 : s->max;
}

/* The bits in which all values of an interval agree. */
static uint64_t common(const struct set *s)
{
	uint64_t differ = s->lo ^ s->hi;

	for (int i = 1; i < 64; i <<= 1)
		differ |= differ >> i;
	return s->max & ~differ;
}

static bool disjoint(const struct set *x, const struct set *y)
{
	if (x->empty || y->empty)
		return true;
	if (x->shape == RANGE && x->lo == x->hi)
		return !has(y, x->lo);
	if (y->shape == RANGE && y->lo == y->hi)
		return !has(x, y->lo);
	if (x->shape == BITS && y->shape == BITS)
		return (x->v ^ y->v) & x->mask & y->mask;
	if (x->shape == RANGE && y->shape == BITS)
		return (x->lo ^ y->v) & common(x) & y->mask || last(y) < x->lo || first(y) > x->hi;
	if (x->shape == BITS && y->shape == RANGE)
		return disjoint(y, x);
	return last(x) < first(y) || last(y) < first(x);
}

static bool implies(const struct set *x, const struct set *y)
{
	if (x->empty)
		return true;
	if (y->empty)
		return false;
	if (x->shape == RANGE && x->lo == x->hi)
		return has(y, x->lo);
	switch (y->shape) {
	case RANGE:
		return first(x) >= y->lo && last(x) <= y->hi;
	case BUT:
		return !has(x, y->v);
	case BITS:
		if (x->shape == RANGE)
			return !(y->mask & ~common(x)) && (x->lo & y->mask) == y->v;
		return x->shape == BITS && !(y->mask & ~x->mask) && (x->v & y->mask) == y->v;
	}
	return false;
}

bool gd_cond_implies(const struct gd_cond *x, const struct gd_cond *y, int bits)
{
	struct set sx = set_of(x, bits), sy = set_of(y, bits);

	return implies(&sx, &sy);
}

bool gd_cond_disjoint(const struct gd_cond *x, const struct gd_cond *y, int bits)
{
	struct set sx = set_of(x, bits), sy = set_of(y, bits);

	return disjoint(&sx, &sy);
}

bool gd_cond_always(const struct gd_cond *x, int bits)
{
	struct set s = set_of(x, bits);

	return !s.empty && s.shape == RANGE && s.lo == 0 && s.hi == s.max;
}

bool gd_cond_never(const struct gd_cond *x, int bits)
{
	struct set s = set_of(x, bits);

	return s.empty;
}
