// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the files of control groups do not have: how long the threads of each waited for a CPU, and how long they were
 * uninterruptible. The wait is the kernel's own sum of each thread, read by an iterator once an interval and when a
 * thread ends. Time in state D is from leaving a CPU until running again, less the wait for a CPU after it was woken,
 * which is known when the thread leaves the CPU the next time; of a thread that is still in it, up to the reading. A thread
 * that is moved to another CPU while it sleeps and was not yet taken from its queue (from Linux 6.12 on) the kernel has
 * waiting from then on: what it adds then counts for nothing. */
#include "blocking.h"
#include "cgroup.h"
#include "lost.h" /* times for which there was no room */

struct thread {
	__u64 cpu_ns;          /* its time on CPUs that is counted already */
	__u64 delay_ns;        /* its wait, likewise */
	__u64 left_ns;         /* since when it is in state D; 0: it is not */
	__u64 left_delay_ns;   /* its wait, then */
	__u64 blocked_ns;      /* how long it was until it ran, still with the wait after it was woken */
	__u64 blocked_counted; /* of that, what readings have counted */
	__u64 moved_delay_ns;  /* its wait, when it was moved asleep */
	__u32 moved;	       /* and has not run since */
};

struct group {
	__u64 cpu_ns;
	__u64 wait_ns;
	__u64 uninterruptible_ns;
};

volatile struct {
	__u32 version; /* of the hierarchy whose groups are told apart */
	__u32 primed;  /* all threads have been seen once: one without a slot is new */
} config SEC(".data.config");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* inode number of its folder; 0: the root */
	__type(value, struct group);
} groups SEC(".maps");

static __always_inline struct group *group_of(struct task_struct *task)
{
	struct group fresh = {}, *found;
	__u64 id;

	id = config.version == 2 ? task->cgroups->dfl_cgrp->kn->id : task->sched_task_group->css.cgroup->kn->id;
	found = find_or_make(&groups, &id, &fresh);
	if (found)
		return found;
	count_lost();
	return NULL;
}

static __always_inline void add_times(struct task_struct *task, __u64 cpu_ns, __u64 wait_ns)
{
	struct group *g = cpu_ns || wait_ns ? group_of(task) : NULL;

	if (!g)
		return;
	__sync_fetch_and_add(&g->cpu_ns, cpu_ns);
	__sync_fetch_and_add(&g->wait_ns, wait_ns);
}

static __always_inline void add_uninterruptible(struct task_struct *task, __u64 ns)
{
	struct group *g = ns ? group_of(task) : NULL;

	if (g)
		__sync_fetch_and_add(&g->uninterruptible_ns, ns);
}

static __always_inline void note_moved(struct task_struct *task, struct thread *t)
{
	t->moved_delay_ns = task->sched_info.run_delay;
	t->moved = 1;
}

/* Of one that was moved asleep, once it has run: nearly all of what the kernel took for a wait was sleep. */
static __always_inline void leave_out_moved(struct task_struct *task, struct thread *t)
{
	__u64 delay = task->sched_info.run_delay, slept = delay - t->moved_delay_ns;

	if (!t->moved || !slept)
		return;
	t->delay_ns += slept;
	t->left_delay_ns += slept;
	t->moved = 0;
}

/* A stay that is over: now the wait after it is known. */
static __always_inline void count_blocked(struct task_struct *task, struct thread *t)
{
	__u64 waited = task->sched_info.run_delay - t->left_delay_ns, ns = t->blocked_ns;

	ns = ns > waited ? ns - waited : 0;
	add_uninterruptible(task, ns > t->blocked_counted ? ns - t->blocked_counted : 0);
	t->blocked_ns = 0;
	t->blocked_counted = 0;
}

static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	struct thread *t = bpf_task_storage_get(&threads, next, NULL, 0);

	if (t && t->left_ns) {
		t->blocked_ns = bpf_ktime_get_ns() - t->left_ns;
		t->left_ns = 0;
	}
	if (preempt || !(state & TASK_UNINTERRUPTIBLE) || state & TASK_NOLOAD) {
		t = bpf_task_storage_get(&threads, prev, NULL, 0);
		if (!t)
			return 0;
		leave_out_moved(prev, t);
		if (t->blocked_ns)
			count_blocked(prev, t);
		return 0;
	}
	t = bpf_task_storage_get(&threads, prev, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!t)
		return 0;
	leave_out_moved(prev, t);
	if (t->blocked_ns)
		count_blocked(prev, t);
	t->left_ns = bpf_ktime_get_ns();
	t->left_delay_ns = prev->sched_info.run_delay;
	return 0;
}

#include "switch.h"

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(moved, struct task_struct *task)
{
	struct thread *t;

	if (!is_leaving_queue(task))
		return 0;
	t = bpf_task_storage_get(&threads, task, NULL, 0);
	if (t)
		note_moved(task, t);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(thread_ends, struct task_struct *task)
{
	struct thread *t = bpf_task_storage_get(&threads, task, NULL, 0);

	if (t)
		leave_out_moved(task, t);
	if (t && t->blocked_ns)
		count_blocked(task, t);
	if (t || config.primed)
		add_times(task, task->se.sum_exec_runtime - (t ? t->cpu_ns : 0),
			  task->sched_info.run_delay - (t ? t->delay_ns : 0));
	if (t) {
		t->cpu_ns = task->se.sum_exec_runtime;
		t->delay_ns = task->sched_info.run_delay;
	}
	return 0;
}

SEC("iter/task")
int read_threads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct thread *t;
	__u64 cpu, delay, now, ns;

	if (!task)
		return 0;
	cpu = task->se.sum_exec_runtime;
	t = bpf_task_storage_get(&threads, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!t)
		return 0;
	if (!config.primed && was_moved_asleep(task))
		note_moved(task, t); /* before we were there */
	leave_out_moved(task, t);
	delay = task->sched_info.run_delay;
	if (config.primed)
		add_times(task, cpu > t->cpu_ns ? cpu - t->cpu_ns : 0, delay > t->delay_ns ? delay - t->delay_ns : 0);
	t->cpu_ns = cpu;
	t->delay_ns = delay;
	if (!t->left_ns)
		return 0;
	now = bpf_ktime_get_ns();
	ns = now - t->left_ns;
	if (ns > t->blocked_counted && now > t->left_ns) {
		add_uninterruptible(task, ns - t->blocked_counted);
		t->blocked_counted = ns;
	}
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
