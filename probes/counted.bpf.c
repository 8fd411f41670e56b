// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the kernel counts of every thread anyway: waits for a CPU, switches, CPU time, bytes from and to disks. One iterator,
 * run once an interval, and nothing in the way of what happens often: for machines where counting ourselves costs too much.
 *
 * Threads that end leave their sums as they begin to, and the rest when the kernel lets go of them, milliseconds or seconds
 * later: a process keeps those of its own together with those of children that it has waited for, and nobody keeps those of a
 * process. */
#include "lost.h"
#include "selection.h"
#include <bpf/bpf_tracing.h>

struct counted {
	__u32 tgid, tid;
	__u64 cgroup;	  /* number of its folder (v2) */
	__u64 started_ns; /* its process, on the clock that goes on in suspend */
	__u64 since_ns;	  /* the thread, on the steady clock */
	__u64 identity;
	__u64 switches, voluntary, waits, wait_ns, cpu_ns, read_bytes, write_bytes;
	__u64 unsure_waits, unsure_ns; /* of them, since the reading before */
	char comm[TASK_COMM_LEN];
	__u32 selected; /* then with its own name */
	__u16 freed;	/* the kernel lets go of it: these are all its sums */
	__u16 last;	/* with it the process has ended */
	char thread[TASK_COMM_LEN];
};

volatile struct {
	struct selection selection;
} config SEC(".data.config");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* identity: exec() gives a thread the number of one that has just ended */
	__type(value, struct counted);
} ended SEC(".maps");

/* A thread that was moved to another CPU while it slept and was not yet taken from its queue (from Linux 6.12 on): the kernel
 * has it waiting from then on, so what it adds next is for the most part sleep. That and what follows until the next reading
 * is unsure. */
struct moved_asleep {
	__u64 identity;
	__u64 waits, wait_ns; /* when it was moved */
	__u64 unsure_waits, unsure_ns; /* moved before since the reading: from then until it was moved again */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32); /* tid */
	__type(value, struct moved_asleep);
} moved_asleep SEC(".maps");

/* Tells threads apart that had one number or one address. It stays when exec() exchanges numbers, but for a thread that takes
 * the place of the first, which has been there from its beginning on then. No more bits than a number of user space has. */
static __always_inline __u64 identity_of(struct task_struct *task)
{
	return (task->start_time * 0x9e3779b97f4a7c15ULL ^ (__u64)task_hash(task) << 32) >> 11;
}

static __always_inline void note_moved(struct task_struct *task)
{
	struct moved_asleep now = {}, *before;
	__u32 tid = task->pid;

	now.identity = identity_of(task);
	now.waits = task->sched_info.pcount;
	now.wait_ns = task->sched_info.run_delay;
	before = bpf_map_lookup_elem(&moved_asleep, &tid);
	if (before && before->identity == now.identity) {
		now.unsure_waits = before->unsure_waits + now.waits - before->waits;
		now.unsure_ns = before->unsure_ns + now.wait_ns - before->wait_ns;
	}
	/* where there is no room it is taken for a wait */
	bpf_map_update_elem(&moved_asleep, &tid, &now, BPF_ANY);
}

static __always_inline void take_unsure(struct counted *c)
{
	struct moved_asleep *m = bpf_map_lookup_elem(&moved_asleep, &c->tid);

	if (!m)
		return;
	if (m->identity == c->identity) {
		c->unsure_waits = m->unsure_waits;
		c->unsure_ns = m->unsure_ns;
		m->unsure_waits = m->unsure_ns = 0;
		if (c->waits == m->waits)
			return; /* it sleeps on */
		c->unsure_waits += c->waits - m->waits;
		c->unsure_ns += c->wait_ns - m->wait_ns;
	}
	bpf_map_delete_elem(&moved_asleep, &c->tid);
}

static __always_inline void count(struct counted *c, struct task_struct *task)
{
	c->tgid = task->tgid;
	c->tid = task->pid;
	c->cgroup = cgroup_of(task);
	c->started_ns = task->group_leader->start_boottime;
	c->since_ns = task->start_time;
	c->identity = identity_of(task);
	c->voluntary = task->nvcsw;
	c->switches = c->voluntary + task->nivcsw;
	c->cpu_ns = task->se.sum_exec_runtime;
	if (bpf_core_field_exists(task->sched_info.run_delay)) {
		c->waits = task->sched_info.pcount;
		c->wait_ns = task->sched_info.run_delay;
		take_unsure(c);
	}
	if (bpf_core_field_exists(task->ioac.read_bytes)) {
		c->read_bytes = task->ioac.read_bytes;
		c->write_bytes = task->ioac.write_bytes - task->ioac.cancelled_write_bytes;
	}
	bpf_probe_read_kernel(c->comm, TASK_COMM_LEN, task->group_leader->comm);
	c->selected = selected(&config.selection, task);
	if (c->selected)
		bpf_probe_read_kernel(c->thread, TASK_COMM_LEN, task->comm);
}

SEC("iter/task")
int read_counted(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct counted c = {};

	if (!task || !task->pid)
		return 0;
	count(&c, task);
	/* moved before we were there */
	if (was_moved_asleep(task))
		note_moved(task);
	bpf_seq_write(ctx->meta->seq, &c, sizeof(c));
	return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(moved, struct task_struct *task)
{
	if (is_leaving_queue(task))
		note_moved(task);
	return 0;
}

static __always_inline void keep(struct counted *c)
{
	if (bpf_map_update_elem(&ended, &c->identity, c, BPF_ANY))
		count_lost();
}

/* Else what it did would be in a later interval. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(thread_ends, struct task_struct *task)
{
	struct counted c = {};

	count(&c, task);
	keep(&c);
	return 0;
}

/* Some milliseconds after the last that it did, which is all in its sums then. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(thread_freed, struct task_struct *task)
{
	struct counted c = {};

	count(&c, task);
	c.freed = 1;
	/* the first thread goes last, whichever ended last; one that has made way for exec() has another number */
	c.last = task->pid == task->tgid;
	keep(&c);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
