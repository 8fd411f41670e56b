/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Where a thread is: as it leaves its CPU, and looked at from outside. */
#ifndef PROBETOP_STATES_H
#define PROBETOP_STATES_H

#include "blocking.h"
#include "quota.h"

/* Of one that is on no CPU and could run: `ready` unless its group's quota is used up. */
static __always_inline __u32 able_in(struct task_struct *task, enum state ready)
{
	return is_throttled(task) ? STATE_THROTTLED : ready;
}

/* As sched_switch tells it: `state` is the kernel's. */
static __always_inline __u32 left_in(struct task_struct *task, bool preempt, __u32 state)
{
	return preempt || !state ? able_in(task, STATE_PREEMPTED) : asleep_in(task, state);
}

/* At this moment, by the kernel's state. `ready`: what waiting for a CPU is called, since how it came to wait is not known. */
static __always_inline __u32 state_now(struct task_struct *task, __u32 state, enum state ready)
{
	if (bpf_core_field_exists(task->on_cpu) && task->on_cpu)
		return STATE_RUNNING;
	return state ? asleep_in(task, state) : able_in(task, ready);
}

#endif
