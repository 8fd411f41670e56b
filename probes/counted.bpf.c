// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the kernel counts of every thread anyway: waits for a CPU, switches, CPU time, bytes from and to disks. One iterator,
 * run once an interval, and nothing in the way of any event: for machines where counting ourselves costs too much.
 *
 * Switches and CPU time of threads that have ended are kept by their process; so are bytes, but together with those of
 * children that it has waited for, which would count twice. */
#include "selection.h"
#include <bpf/bpf_tracing.h>

struct sched_info___counted {
	unsigned long pcount;
	unsigned long long run_delay;
} CORE;

struct sched_entity___counted {
	__u64 sum_exec_runtime;
} CORE;

struct task_io_accounting {
	__u64 read_bytes, write_bytes, cancelled_write_bytes;
} CORE;

struct signal_struct___counted {
	unsigned long long sum_sched_runtime;
	unsigned long nvcsw, nivcsw;
} CORE;

/* The same struct, with more of its fields. */
struct task_struct___counted {
	unsigned long nvcsw, nivcsw;
	struct sched_entity___counted se;
	struct sched_info___counted sched_info;
	struct task_io_accounting ioac;
	struct signal_struct___counted *signal;
} CORE;

struct counted {
	__u32 tgid, tid;
	__u64 cgroup; /* number of its folder (v2) */
	__u64 started_ns; /* its process, on the clock that goes on in suspend */
	__u64 task;   /* tells threads apart that had one number */
	__u64 switches, waits, wait_ns, cpu_ns, read_bytes, write_bytes;
	__u64 ended_switches, ended_cpu_ns; /* of the main thread: of all that ended */
	char comm[TASK_COMM_LEN];
	__u32 selected; /* then with its own name */
	__u32 unused;
	char thread[TASK_COMM_LEN];
};

volatile struct {
	struct selection selection;
} config SEC(".data.config");

/* So that its layout is known to user space. */
const struct counted *counted_layout __attribute__((unused));

SEC("iter/task")
int read_counted(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_struct___counted *t = (void *)task;
	struct signal_struct___counted *signal;
	struct counted c = {};

	if (!task || !task->pid)
		return 0;
	c.tgid = task->tgid;
	c.tid = task->pid;
	c.cgroup = cgroup_of(task);
	c.started_ns = task->group_leader->start_boottime;
	c.task = (__u64)task;
	c.switches = t->nvcsw + t->nivcsw;
	c.cpu_ns = t->se.sum_exec_runtime;
	if (bpf_core_field_exists(t->sched_info.run_delay)) {
		c.waits = t->sched_info.pcount;
		c.wait_ns = t->sched_info.run_delay;
	}
	if (bpf_core_field_exists(t->ioac.read_bytes)) {
		c.read_bytes = t->ioac.read_bytes;
		c.write_bytes = t->ioac.write_bytes - t->ioac.cancelled_write_bytes;
	}
	signal = t->signal;
	if (task->pid == task->tgid && signal) {
		c.ended_switches = signal->nvcsw + signal->nivcsw;
		c.ended_cpu_ns = signal->sum_sched_runtime;
	}
	bpf_probe_read_kernel(c.comm, TASK_COMM_LEN, task->group_leader->comm);
	c.selected = selected(&config.selection, task);
	if (c.selected)
		bpf_probe_read_kernel(c.thread, TASK_COMM_LEN, task->comm);
	bpf_seq_write(ctx->meta->seq, &c, sizeof(c));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
