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

/* A thread's number as it knows itself, in the namespace of processes that it is in. By calls, also where a pointer would
 * do: the verifier of Linux 6.1 adds no unknown product to one. */
static __always_inline __u32 own_number(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	void *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	__u32 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number),
			      numbers + level * bpf_core_type_size(struct upid) + bpf_core_field_offset(struct upid, nr));
	return number;
}

#endif
