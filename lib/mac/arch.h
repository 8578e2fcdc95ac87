/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Architectures of a seccomp filter. */
#ifndef GD_MAC_ARCH_H
#define GD_MAC_ARCH_H

#include <stdbool.h>
#include <stdint.h>

/* Name as the document has it behind SCMP_ARCH_, name in Docker's profiles, bits of a register. */
#define GD_ARCHES(X) \
	X(X86, "x86", 32) X(X86_64, "amd64", 64) X(X32, "x32", 32) X(ARM, "arm", 32) \
	X(AARCH64, "arm64", 64) X(MIPS, "mips", 32) X(MIPS64, "mips64", 64) \
	X(MIPS64N32, "mips64n32", 32) X(MIPSEL, "mipsel", 32) X(MIPSEL64, "mipsel64", 64) \
	X(MIPSEL64N32, "mipsel64n32", 32) X(PPC, "ppc", 32) X(PPC64, "ppc64", 64) \
	X(PPC64LE, "ppc64le", 64) X(S390, "s390", 32) X(S390X, "s390x", 64) \
	X(RISCV64, "riscv64", 64) X(LOONGARCH64, "loong64", 64) X(PARISC, "parisc", 32) \
	X(PARISC64, "parisc64", 64) X(M68K, "m68k", 32) X(SH, "sh", 32) X(SHEB, "sheb", 32)
enum gd_arch {
#define X(name, go, bits) GD_ARCH_##name,
	GD_ARCHES(X)
#undef X
	GD_ARCH_COUNT,
};
#define GD_ARCH_BIT(a) (UINT32_C(1) << (a))

/* "SCMP_ARCH_X86_64", exactly. Number or -1. */
int gd_arch_number(const char *name);
const char *gd_arch_name(int arch);		/* "SCMP_ARCH_X86_64" */
int gd_arch_number_go(const char *name);	/* "amd64". Number or -1 */

/* Of this build, which is the kernel's own: what libseccomp puts into every filter. */
enum gd_arch gd_arch_native(void);
/* The native one and those whose programs the same kernel runs too. */
uint32_t gd_arches_run(void);

bool gd_arches_32(uint32_t arches); /* one of them compares only the lower half of an argument */
/* One of them reaches socket and System V calls through socketcall and ipc as well. */
bool gd_arches_mux(uint32_t arches);

#endif
