// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which processes there are: an iterator reads them once an interval, and nothing runs in between. From Linux 6.7 on a
 * program can go from process to process; before, it is called for each thread, of which there may be many more. */
#include "bpf.h"
#include "pid.h"
#include "selection.h"

struct process {
	__u64 started_ns; /* since the machine was started, suspended or not */
	__u64 cgroup;	  /* of the default hierarchy, by number */
	__u32 pid;
	__u32 parent;
	__u32 uid;
	__u32 threads;
	__u32 groups; /* tells its set of control groups from others: another one once it is moved in any hierarchy */
	char comm[TASK_COMM_LEN];
};
/* So that its layout is known to user space. */
const struct process *process_layout __attribute__((unused));

static __always_inline long write_process(struct seq_file *seq, struct task_struct *task)
{
	struct process row = {};

	row.started_ns = BPF_CORE_READ(task, start_boottime);
	/* read so that the verifier, which comes here on several paths, has no pointers to go after: half of what it took */
	row.cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	row.groups = (__u64)BPF_CORE_READ(task, cgroups) >> 3;
	row.pid = BPF_CORE_READ(task, pid);
	row.parent = BPF_CORE_READ(task, real_parent, tgid);
	row.uid = BPF_CORE_READ(task, cred, uid.val);
	row.threads = BPF_CORE_READ(task, signal, nr_threads);
	bpf_probe_read_kernel_str(row.comm, sizeof(row.comm), task->comm);
	return bpf_seq_write(seq, &row, sizeof(row));
}

SEC("iter/task")
int read_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	/* a first thread that has ended stands for the others as long as there are any */
	if (!task || !task->pid || task->pid != task->tgid || task->signal->live.counter <= 0)
		return 0;
	write_process(ctx->meta->seq, task);
	return 0;
}

/* What one call may write is bounded: it is called again, for those that follow. */
volatile struct {
	__u32 skipped;
	__u32 page; /* so many */
	__u32 seen; /* of all, with those skipped, up to the end of this page */
} paging SEC(".data.paging");

#define ALL_PROCESSES 0
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __weak __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __weak __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;

/* The namespace of processes that a thread is in, `level` below the first. */
static __always_inline __u64 namespace_of(struct task_struct *task, __u32 level)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid *number = number_at(pid, level);

	if (!pid || BPF_CORE_READ(pid, level) < level)
		return 0;
	return (__u64)BPF_CORE_READ(number, ns);
}

/* Called for each map of the machine, and at work for the first: some kernels refuse programs that are given what is in a map. */
SEC("iter/bpf_map")
int list_processes(struct bpf_iter__bpf_map *ctx)
{
	struct task_struct *own = bpf_get_current_task_btf(), *task;
	struct seq_file *seq = ctx->meta->seq;
	__u32 seen = 0, skipped = paging.skipped, end = skipped + paging.page, level;
	struct bpf_iter_task it;
	__u64 namespace;

	if (!ctx->map || ctx->meta->seq_num)
		return 0;
	level = BPF_CORE_READ(own, thread_pid, level);
	namespace = namespace_of(own, level);
	bpf_iter_task_new(&it, NULL, ALL_PROCESSES);
	while (seen < end && (task = bpf_iter_task_next(&it))) {
		if (seen++ < skipped || !task->pid || BPF_CORE_READ(task, signal, live.counter) <= 0 ||
		    namespace_of(task, level) != namespace)
			continue;
		write_process(seq, task);
	}
	bpf_iter_task_destroy(&it);
	paging.seen = seen;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
