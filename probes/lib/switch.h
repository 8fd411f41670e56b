/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The hook of a switch, for programs that follow it. Included after
 *
 *	static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state);
 *
 * with the state in which `prev` leaves its CPU. From 5.18 on that is an argument; before, it can only be read again. User
 * space loads one of the two (unfitForSwitch in src/engine/native/btf.ts). */
#ifndef PROBETOP_SWITCH_H
#define PROBETOP_SWITCH_H

#include "task.h"
#include <bpf/bpf_tracing.h>

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_state, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	return switched(ctx, preempt, prev, next, prev_state);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_plain, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return switched(ctx, preempt, prev, next, prev->__state);
}

#endif
