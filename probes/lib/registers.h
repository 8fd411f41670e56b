/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Registers of user mode, by processor: by DWARF's numbers, and what a call was given in them. */
#ifndef PROBETOP_REGISTERS_H
#define PROBETOP_REGISTERS_H

#include "probetop.h"

struct pt_regs {
#if defined(__TARGET_ARCH_x86)
	unsigned long orig_ax;
	unsigned long ax, bx, cx, dx, si, di, bp, sp, r8, r9, r10, r11, r12, r13, r14, r15;
	unsigned long ip;
	unsigned long cs;
#else
	int syscallno;
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
	__u64 orig_x0;
#endif
} CORE;

#define REGISTERS 32

#if defined(__TARGET_ARCH_x86)
static __always_inline __u64 instruction_of(struct pt_regs *regs)
{
	return regs->ip;
}

static __always_inline void keep_registers(__u64 *to, struct pt_regs *regs)
{
	to[0] = regs->ax;
	to[1] = regs->dx;
	to[2] = regs->cx;
	to[3] = regs->bx;
	to[4] = regs->si;
	to[5] = regs->di;
	to[6] = regs->bp;
	to[7] = regs->sp;
	to[8] = regs->r8;
	to[9] = regs->r9;
	to[10] = regs->r10;
	to[11] = regs->r11;
	to[12] = regs->r12;
	to[13] = regs->r13;
	to[14] = regs->r14;
	to[15] = regs->r15;
}

#else
static __always_inline __u64 instruction_of(struct pt_regs *regs)
{
	return regs->pc;
}

static __always_inline void keep_registers(__u64 *to, struct pt_regs *regs)
{
	for (int i = 0; i < 31; i++)
		to[i] = regs->regs[i];
	to[31] = regs->sp;
}

#endif

/* Of a function of a program, where it begins, and where it returns. */
static __always_inline __u64 first_argument(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return regs->di;
#else
	return regs->regs[0];
#endif
}

static __always_inline __u64 returned(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return regs->ax;
#else
	return regs->regs[0];
#endif
}

/* As the call was given it: what it gives back is in a register of its own, or on arm64 in that of the first. */
static __always_inline __u64 argument_of(void *registers, __u32 at)
{
	struct pt_regs *regs = registers;

	switch (at) {
#if defined(__TARGET_ARCH_x86)
	case 1:
		return BPF_CORE_READ(regs, di);
	case 2:
		return BPF_CORE_READ(regs, si);
	case 3:
		return BPF_CORE_READ(regs, dx);
	case 4:
		return BPF_CORE_READ(regs, r10);
	case 5:
		return BPF_CORE_READ(regs, r8);
	default:
		return BPF_CORE_READ(regs, r9);
#else
	case 1:
		return BPF_CORE_READ(regs, orig_x0);
	case 2:
		return BPF_CORE_READ(regs, regs[1]);
	case 3:
		return BPF_CORE_READ(regs, regs[2]);
	case 4:
		return BPF_CORE_READ(regs, regs[3]);
	case 5:
		return BPF_CORE_READ(regs, regs[4]);
	default:
		return BPF_CORE_READ(regs, regs[5]);
#endif
	}
}

#endif
