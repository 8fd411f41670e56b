/* SPDX-License-Identifier: MIT OR GPL-2.0
 * How a thread left its CPU: which state it went into, and the system call it was in. */
#ifndef PROBETOP_BLOCKING_H
#define PROBETOP_BLOCKING_H

#include "registers.h"
#include "task.h"
#include <bpf/bpf_tracing.h>

/* Where a thread is. Those from STATE_SLEEP on it leaves by a wake-up, those before are ways of being able to run. */
enum state {
	STATE_NEW,
	STATE_RUNNING,
	STATE_WAITING,   /* for a CPU, after a wake-up */
	STATE_PREEMPTED, /* for a CPU, after having lost it */
	STATE_THROTTLED, /* its group's CPU quota is used up */
	STATE_SLEEP,
	STATE_DISK,
	STATE_STOPPED,
	STATE_TRACED,
	STATE_FROZEN,
	STATE_DEAD,
};
#define ASLEEP (STATE_DEAD - STATE_SLEEP)

#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_STOPPED 0x0004
#define TASK_TRACED 0x0008
#define TASK_NOLOAD 0x0400
#define TASK_FROZEN 0x8000 /* from 6.1 on; nothing before */
/* With PF_KTHREAD it says something else; before 6.1 state D with it is frozen. */
#define PF_FROZEN 0x00010000
#define PF_IO_WORKER 0x00000010
#define PF_USER_WORKER 0x00004000 /* from 6.4 on */

/* The call a thread blocked in: number | flags. 0 marks a free place. */
enum blocking_call {
	CALL_NUMBER = 0xffff,
	CALL_COMPAT = 0x10000,
	CALL_DISK = 0x20000,
	CALL_KERNEL = 0x40000,
	CALL_NONE = 0x80000, /* in user mode's stead: page fault, signal */
	CALL_USED = 0x80000000,
};

/* Of the kernel, whether or not it shares a process's memory: workers and pollers of io_uring have neither code nor a
 * stack of their own in user space, and of the process's registers what was in them when they were made. */
static __always_inline bool is_worker(struct task_struct *task)
{
	return task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER);
}

static __always_inline bool is_asleep(__u32 state)
{
	return state - STATE_SLEEP < ASLEEP;
}

/* What it is asleep in, by the kernel's state. Idle kernel threads sleep uninterruptibly too, but wait for nothing. */
static __always_inline __u32 asleep_in(struct task_struct *task, __u32 state)
{
	if (state & (TASK_STOPPED | TASK_TRACED | TASK_FROZEN))
		return state & TASK_FROZEN ? STATE_FROZEN : state & TASK_TRACED ? STATE_TRACED : STATE_STOPPED;
	if ((state & TASK_UNINTERRUPTIBLE) && !(state & TASK_NOLOAD))
		return (task->flags & (PF_FROZEN | PF_KTHREAD)) == PF_FROZEN ? STATE_FROZEN : STATE_DISK;
	/* by version 2 of control groups: an interruptible sleep on the way to user mode */
	if (bpf_core_field_exists(task->frozen) && BPF_CORE_READ_BITFIELD(task, frozen))
		return STATE_FROZEN;
	return STATE_SLEEP;
}

static __always_inline __u32 blocking_call(struct task_struct *task)
{
	struct pt_regs *regs;
	__u32 key = CALL_USED;
	int nr;

	if (is_worker(task))
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
