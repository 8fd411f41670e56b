/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Registers of user mode, by processor: those that a walk up the stack begins with, and all by DWARF's numbers. */
#ifndef PROBETOP_STACKS_REGISTERS_H
#define PROBETOP_STACKS_REGISTERS_H

#include "stacks_interpreted.h"

#if defined(__TARGET_ARCH_x86)
#define USER_32 0x23
static __always_inline bool is_narrow(struct pt_regs *regs)
{
	return regs->cs == USER_32;
}

static __always_inline void start_walk(struct walker *w, struct pt_regs *regs)
{
	w->ip = regs->ip;
	w->sp = regs->sp;
	w->pointer = regs->bp;
	w->link = 0;
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

static __always_inline void keep_few(__u64 *to, struct walker *w)
{
	to[6] = w->pointer;
	to[7] = w->sp;
}
#else
#define MODE_32 0x10
static __always_inline bool is_narrow(struct pt_regs *regs)
{
	return regs->pstate & MODE_32;
}

static __always_inline void start_walk(struct walker *w, struct pt_regs *regs)
{
	w->ip = regs->pc;
	w->sp = regs->sp;
	w->pointer = regs->regs[29];
	w->link = regs->regs[30];
}

static __always_inline void keep_registers(__u64 *to, struct pt_regs *regs)
{
	for (int i = 0; i < 31; i++)
		to[i] = regs->regs[i];
	to[31] = regs->sp;
}

static __always_inline void keep_few(__u64 *to, struct walker *w)
{
	to[29] = w->pointer;
	to[31] = w->sp;
}
#endif

#endif
