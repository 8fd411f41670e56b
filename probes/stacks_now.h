/* SPDX-License-Identifier: MIT OR GPL-2.0
 * MODE_NOW: where threads are at the end of an interval. */
#ifndef PROBETOP_STACKS_NOW_H
#define PROBETOP_STACKS_NOW_H

#include "stacks_offcpu.h"

/* What the iterator writes: of `ips` as many as there are. */
struct now {
	__u32 tgid;
	__u32 pid;
	enum state state;
	enum blocking_call call;
	__u64 for_ns; /* 0: not known */
	__u64 user;
	char comm[TASK_COMM_LEN];
	__u32 depth;
	__u32 unused;
	__u64 ips[KERNEL_DEPTH];
};

/* Of the iterator, which can be interrupted by the other programs. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct now);
} record SEC(".maps");

/* In MODE_NOW, at the end of each interval. */
SEC("iter/task")
int read_now(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	__u32 zero = 0, state, tid;
	struct thread *t;
	struct now *now;
	__u64 since;
	long bytes;

	if (!task || !task->pid || !selected(&config.selection, task))
		return 0;
	state = task->__state;
	now = bpf_map_lookup_elem(&record, &zero);
	if (!now || state & TASK_DEAD)
		return 0;
	tid = task->pid;
	now->tgid = task->tgid;
	now->pid = tid;
	now->call = 0;
	now->for_ns = 0;
	now->user = 0;
	now->depth = 0;
	__builtin_memset(now->comm, 0, TASK_COMM_LEN);
	name(now->comm, task);
	now->state = state_now(task, state, STATE_PREEMPTED);
	if (now->state != STATE_RUNNING) {
		now->call = blocking_call(task);
		t = bpf_map_lookup_elem(&threads, &tid);
		if (t && t->generation == config.generation) {
			since = t->since;
			if (since)
				now->for_ns = bpf_ktime_get_ns() - since;
			now->user = t->user;
		}
		bytes = bpf_get_task_stack(task, now->ips, sizeof(now->ips), 0);
		now->depth = bytes > 0 ? bytes / sizeof(__u64) : 0;
	}
	if (is_worker(task))
		now->state |= KERNEL_THREAD;
	bpf_seq_write(seq, now, sizeof(*now));
	return 0;
}

#endif
