/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Registers of user mode by DWARF's numbers, by processor. */
#ifndef PROBETOP_REGISTERS_H
#define PROBETOP_REGISTERS_H

#include "blocking.h"

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

#endif
