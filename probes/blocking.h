/* SPDX-License-Identifier: MIT OR GPL-2.0
 * How a thread left its CPU: whether its sleep can be interrupted, and the system call it was in. */
#ifndef PROBETOP_BLOCKING_H
#define PROBETOP_BLOCKING_H

#include "task.h"
#include <bpf/bpf_tracing.h>

struct pt_regs {
#if defined(__TARGET_ARCH_x86)
	unsigned long orig_ax;
#else
	int syscallno;
#endif
} CORE;

#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_NOLOAD 0x0400
#define PF_KTHREAD 0x00200000

/* The call a thread blocked in: number | flags. 0 marks a free place. */
#define CALL_NUMBER 0xffff
#define CALL_COMPAT 0x10000
#define CALL_DISK 0x20000
#define CALL_KERNEL 0x40000
#define CALL_NONE 0x80000 /* in user mode's stead: page fault, signal */
#define CALL_USED 0x80000000

/* State D; idle kernel threads sleep uninterruptibly too, but wait for nothing. */
static __always_inline bool is_disk(__u32 state)
{
	return (state & TASK_UNINTERRUPTIBLE) && !(state & TASK_NOLOAD);
}

static __always_inline __u32 blocking_call(struct task_struct *task)
{
	struct pt_regs *regs;
	__u32 key = CALL_USED;
	int nr;

	if (task->flags & PF_KTHREAD)
		return CALL_USED | CALL_KERNEL;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
	nr = (int)regs->orig_ax;
#else
	nr = regs->syscallno;
#endif
	if (is_compat(task))
		key |= CALL_COMPAT;
	return nr < 0 ? CALL_USED | CALL_NONE : key | (nr & CALL_NUMBER);
}

#endif
