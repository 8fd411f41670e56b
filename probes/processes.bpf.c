// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which processes there are: an iterator reads them once an interval, and nothing runs in between. */
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

SEC("iter/task")
int read_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct process row = {};

	/* a first thread that has ended stands for the others as long as there are any */
	if (!task || !task->pid || task->pid != task->tgid || task->signal->live.counter <= 0)
		return 0;
	row.started_ns = task->start_boottime;
	row.cgroup = cgroup_of(task);
	row.groups = (__u64)BPF_CORE_READ(task, cgroups) >> 3;
	row.pid = task->pid;
	row.parent = BPF_CORE_READ(task, real_parent, tgid);
	row.uid = BPF_CORE_READ(task, cred, uid.val);
	row.threads = BPF_CORE_READ(task, signal, nr_threads);
	bpf_probe_read_kernel(row.comm, sizeof(row.comm), task->comm);
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
