/* SPDX-License-Identifier: MIT OR GPL-2.0
 * MODE_OFFCPU: the stacks that threads left a CPU with, weighted by the time until they were back on one, and who woke
 * them. In MODE_NOW the same hooks note since when a thread is off. */
#ifndef PROBETOP_STACKS_OFFCPU_H
#define PROBETOP_STACKS_OFFCPU_H

#include "stacks.h"

struct thread {
	__u64 since; /* when it left its CPU; 0: it is on one */
	__u64 user;
	__u64 waker_user;
	__u64 waker_kernel;
	__u32 generation;
	enum state state;
	__u32 waker_pid;
	__u32 woken;
	char waker_comm[TASK_COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct thread);
} threads SEC(".maps");

static __always_inline void leave(void *ctx, struct task_struct *task, bool preempt, __u32 state, __u32 mode)
{
	__u32 tid = task->pid, tgid = task->tgid;
	struct thread first = {}, *t;
	bool user = !is_worker(task);
	__u64 now = bpf_ktime_get_ns(); /* taking stacks takes time too, in which it does not run */

	if (state & TASK_DEAD) {
		bpf_map_delete_elem(&threads, &tid);
		return;
	}
	t = find_or_make(&threads, &tid, &first);
	if (!t) {
		count_lost();
		return;
	}
	if (t->generation != config.generation) {
		t->generation = config.generation;
		t->woken = 0;
	}
	t->state = left_in(task, preempt, state);
	if (!user)
		t->state |= KERNEL_THREAD;
	t->user = user && (mode == MODE_OFFCPU || config.users) ? note_stack(ctx, tgid) : 0;
	t->since = now;
}

static __always_inline void enter(struct task_struct *task, __u32 mode)
{
	__u32 tid = task->pid, zero = 0;
	struct thread *t = bpf_map_lookup_elem(&threads, &tid);
	struct stack_key key = {};
	struct stack *stack;
	__u64 now, since;

	if (!t)
		return;
	since = t->since;
	t->since = 0;
	if (!since || t->generation != config.generation || mode != MODE_OFFCPU)
		return;
	now = bpf_ktime_get_ns();
	if (now < since + config.threshold_ns)
		goto out;
	key.user = t->user;
	/* the kernel's stack is still what it was; taken only now, as most stays may be too short to be of interest */
	stack = bpf_map_lookup_elem(&scratch, &zero);
	if (stack)
		key.kernel = note(stack, 0, bpf_get_task_stack(task, stack->ips, KERNEL_BYTES, 0));
	key.tgid = task->tgid;
	key.state = t->state;
	name(key.comm, task);
	if (t->woken && is_asleep(t->state & ~KERNEL_THREAD)) {
		key.woken = 1;
		key.waker_user = t->waker_user;
		key.waker_kernel = t->waker_kernel;
		key.waker_pid = t->waker_pid;
		__builtin_memcpy(key.waker_comm, t->waker_comm, TASK_COMM_LEN);
	}
	add(&key, now - since);
out:
	t->woken = 0;
}

static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	__u32 mode = config.mode;

	if (mode != MODE_OFFCPU && mode != MODE_NOW)
		return 0;
	if (prev->pid && selected(&config.selection, prev))
		leave(ctx, prev, preempt, state, mode);
	if (next->pid && selected(&config.selection, next))
		enter(next, mode);
	return 0;
}

#include "switch.h"

/* Who wakes it, which is not always who is running where it becomes runnable. Whether an interrupt did, its stack tells:
 * not every kernel lets a program read the counter that knows. */
SEC("tp_btf/sched_waking")
int BPF_PROG(waking, struct task_struct *task)
{
	struct task_struct *current;
	__u32 tid, tgid;
	struct thread *t;

	if (!config.wakers || config.mode != MODE_OFFCPU || !selected(&config.selection, task))
		return 0;
	tid = task->pid;
	t = bpf_map_lookup_elem(&threads, &tid);
	if (!t)
		return 0;
	current = bpf_get_current_task_btf();
	t->waker_pid = tgid = current->tgid;
	t->waker_user = is_worker(current) || !tgid ? 0 : note_stack(ctx, tgid);
	__builtin_memset(t->waker_comm, 0, TASK_COMM_LEN);
	name(t->waker_comm, current);
	t->waker_kernel = note_stack(ctx, 0);
	t->woken = 1;
	return 0;
}

#endif
