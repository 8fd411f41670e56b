/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Registers of user mode, by processor, that a walk up the stack begins with. */
#ifndef PROBETOP_STACKS_REGISTERS_H
#define PROBETOP_STACKS_REGISTERS_H

#include "registers.h"
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

static __always_inline void keep_few(__u64 *to, struct walker *w)
{
	to[29] = w->pointer;
	to[31] = w->sp;
}
#endif

#endif
