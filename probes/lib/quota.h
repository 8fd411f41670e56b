/* SPDX-License-Identifier: MIT OR GPL-2.0
 * CPU quotas of control groups: whether a thread cannot run since its group's is used up, and for how long it could not.
 *
 * From 6.18 on a thread stops by itself on its way to user mode (`task->throttled`); before, the queue of its group on
 * a CPU is taken out with all that are in it, whatever they were doing. No tracepoint tells of the end, after which a
 * thread waits for a CPU like any other. But each queue keeps the time for which it was throttled in all: what that
 * grew by during a wait is the part of it which was no wait for a CPU. */
#ifndef PROBETOP_QUOTA_H
#define PROBETOP_QUOTA_H

#include "cgroup.h"

struct rq {
	__u64 clock;
	__u64 clock_task; /* without what interrupts and the hypervisor took */
	__u64 clock_pelt;
	unsigned long lost_idle_time;
	int cpu;
} CORE;

/* `self` from 6.6 on, `pelt` from 5.18 on (which stands still while a CPU's capacity is taken by others). */
struct cfs_rq {
	struct rq *rq;
	struct task_group *tg;
	int throttled;
	int throttle_count;
	__u64 throttled_clock_self;
	__u64 throttled_clock_self_time;
	__u64 throttled_clock_pelt;
	__u64 throttled_clock_pelt_time;
} CORE;

/* Quotas are known to this kernel, and to us. */
static __always_inline bool has_quotas(void)
{
	return bpf_core_field_exists(struct cfs_rq, throttle_count) && bpf_core_field_exists(struct task_struct, sched_task_group) &&
	       bpf_core_field_exists(struct sched_entity, cfs_rq) && bpf_core_field_exists(struct rq, cpu);
}

/* Threads are throttled one by one, when they switch themselves out; else whole queues, at any time. */
static __always_inline bool throttles_threads(void)
{
	return bpf_core_field_exists(struct task_struct, throttled);
}

/* Of a thread in state R that is on no CPU. */
static __always_inline bool is_throttled(struct task_struct *task)
{
	if (!has_quotas())
		return false;
	if (throttles_threads())
		return task->throttled;
	return task->se.cfs_rq->throttle_count > 0;
}

#define QUOTA_LEVELS 16

/* How many groups above that of a queue (its address) the innermost one is whose quota is used up on its CPU; -1: none.
 * Global, as the verifier looks at such functions once. */
__noinline int throttled_above(__u64 address)
{
	struct cfs_rq *queue = (void *)address, **queues;
	struct task_group *group;
	int cpu;

	if (!has_quotas() || !bpf_core_field_exists(struct cfs_rq, throttled) || !bpf_core_field_exists(struct task_group, parent))
		return -1;
	cpu = BPF_CORE_READ(queue, rq, cpu);
	for (int level = 0; level < QUOTA_LEVELS && queue; level++) {
		if (BPF_CORE_READ_BITFIELD_PROBED(queue, throttled))
			return level;
		group = BPF_CORE_READ(queue, tg, parent);
		queues = BPF_CORE_READ(group, cfs_rq);
		queue = NULL;
		bpf_probe_read_kernel(&queue, sizeof(queue), queues + cpu);
	}
	return -1;
}

/* Of a throttled thread: how many groups above its own the one is whose quota is used up; -1: that is over. */
static __always_inline int quota_level(struct task_struct *task)
{
	struct task_group *group = BPF_CORE_READ(task, sched_task_group);
	int level = throttled_above((__u64)BPF_CORE_READ(task, se.cfs_rq));

	return level < 0 ? level : level + groups_above(task, &group->css);
}

/* Its queue has been throttled at some time, or is. */
static __always_inline bool has_been_throttled(struct task_struct *task)
{
	struct cfs_rq *queue = task->se.cfs_rq;

	if (bpf_core_field_exists(struct cfs_rq, throttled_clock_self_time))
		return queue->throttled_clock_self_time || queue->throttle_count;
	if (bpf_core_field_exists(struct cfs_rq, throttled_clock_pelt_time))
		return queue->throttled_clock_pelt_time || queue->throttle_count;
	return false;
}

/* For how long a queue has been throttled in all. `clock`: what its CPU's would say now; 0: what it says, which in the
 * scheduler's own hooks has just been brought up to date, and else is old where the CPU is idle. */
static __always_inline __u64 throttled_ns(struct cfs_rq *queue, __u64 clock)
{
	__u64 ns = 0, since = 0;

	if (bpf_core_field_exists(struct cfs_rq, throttled_clock_self_time)) {
		ns = BPF_CORE_READ(queue, throttled_clock_self_time);
		since = BPF_CORE_READ(queue, throttled_clock_self);
		if (since && !clock)
			clock = BPF_CORE_READ(queue, rq, clock);
	} else if (bpf_core_field_exists(struct cfs_rq, throttled_clock_pelt_time)) {
		ns = BPF_CORE_READ(queue, throttled_clock_pelt_time);
		since = BPF_CORE_READ(queue, throttle_count) > 0 ? BPF_CORE_READ(queue, throttled_clock_pelt) : 0;
		/* it keeps pace with the CPU's own while that is idle, which is when both are old */
		__u64 kept = BPF_CORE_READ(queue, rq, clock), ahead = clock > kept ? clock - kept : 0;

		clock = BPF_CORE_READ(queue, rq, clock_pelt) - BPF_CORE_READ(queue, rq, lost_idle_time) + ahead;
	}
	return since && clock > since ? ns + clock - since : ns;
}

/* The queue of a thread's group on a CPU. */
static __always_inline struct cfs_rq *queue_on(struct task_struct *task, __u32 cpu)
{
	struct cfs_rq **queues = BPF_CORE_READ(task, sched_task_group, cfs_rq), *queue = NULL;

	bpf_probe_read_kernel(&queue, sizeof(queue), queues + cpu);
	return queue;
}

#endif
