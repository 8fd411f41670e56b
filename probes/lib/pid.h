/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The numbers of a thread, one for each namespace of processes that it is in. */
#ifndef PROBETOP_PID_H
#define PROBETOP_PID_H

#include "task.h"

struct upid {
	int nr;
	void *ns;
} CORE;
struct pid {
	unsigned int level;
	struct upid numbers[1];
} CORE;

/* In the namespace so many below the first. The pid is one that was read by a call, also where a pointer would do: the
 * verifier of Linux 6.1 adds no unknown product to one. */
static __always_inline struct upid *number_at(struct pid *pid, __u32 level)
{
	return (void *)__builtin_preserve_access_index(&pid->numbers[0]) + level * bpf_core_type_size(struct upid);
}

/* A thread's number as it knows itself, in the namespace of processes that it is in. */
static __always_inline __u32 own_number(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid *number = number_at(pid, BPF_CORE_READ(pid, level));

	return BPF_CORE_READ(number, nr);
}

#endif
