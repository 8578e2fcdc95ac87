/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mac/arch.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name, *go;
	int bits;
} arches[GD_ARCH_COUNT] = {
#define X(n, g, b) [GD_ARCH_##n] = { "SCMP_ARCH_" #n, g, b },
	GD_ARCHES(X)
#undef X
};

#define B(name) GD_ARCH_BIT(GD_ARCH_##name)

/* Those with socketcall or ipc in libseccomp; one too many here only costs precision. */
static const uint32_t muxed = B(X86) | B(MIPS) | B(MIPSEL) | B(PPC) | B(PPC64) | B(PPC64LE) |
			      B(S390) | B(S390X) | B(M68K) | B(SH) | B(SHEB) | B(MIPS64N32) |
			      B(MIPSEL64N32);

int gd_arch_number(const char *name)
{
	for (int i = 0; name && i < GD_ARCH_COUNT; i++)
		if (strcmp(arches[i].name, name) == 0)
			return i;
	return -1;
}

const char *gd_arch_name(int arch)
{
	return arch >= 0 && arch < GD_ARCH_COUNT ? arches[arch].name : NULL;
}

int gd_arch_number_go(const char *name)
{
	for (int i = 0; name && i < GD_ARCH_COUNT; i++)
		if (strcmp(arches[i].go, name) == 0)
			return i;
	return -1;
}

enum gd_arch gd_arch_native(void)
{
#if defined(__x86_64__)
	return GD_ARCH_X86_64;
#elif defined(__aarch64__)
	return GD_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
	return GD_ARCH_RISCV64;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return GD_ARCH_PPC64LE;
#elif defined(__s390x__)
	return GD_ARCH_S390X;
#else
#error "name this architecture in GD_ARCHES and say which others its kernel runs"
#endif
}

uint32_t gd_arches_run(void)
{
	switch ((int)gd_arch_native()) {
	case GD_ARCH_X86_64:
		return B(X86_64) | B(X86) | B(X32);
	case GD_ARCH_AARCH64:
		return B(AARCH64) | B(ARM);
	case GD_ARCH_S390X:
		return B(S390X) | B(S390);
	default:
		return GD_ARCH_BIT(gd_arch_native());
	}
}

bool gd_arches_32(uint32_t set)
{
	for (int i = 0; i < GD_ARCH_COUNT; i++)
		if (set & GD_ARCH_BIT(i) && arches[i].bits == 32)
			return true;
	return false;
}

bool gd_arches_mux(uint32_t set)
{
	return set & muxed;
}
