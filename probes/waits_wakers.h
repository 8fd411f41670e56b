/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Who wakes threads whose wait has no owner: attached only while there are some that somebody looks at. */
#ifndef PROBETOP_WAITS_WAKERS_H
#define PROBETOP_WAITS_WAKERS_H

#include "waits_record.h"

/* Threads that are looked at, a bit each: most wake-ups are of others, and this costs no call. */
#define WATCHED_WORDS 65536 /* of 64 bits: the kernel's own limit of 4194304 threads */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WATCHED_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} watched SEC(".maps");

struct wake {
	__u32 tid;
	__u32 waker; /* 0: an interrupt */
};
struct woken {
	__u64 count;
	__u32 pid;
	__u32 unused;
	char comm[TASK_COMM_LEN];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct wake);
	__type(value, struct woken);
} wakes SEC(".maps");

volatile struct {
	__u64 lost;
} unwatched SEC(".data.unwatched");

/* Interrupts, and softirqs at their end, run on a stack of their own. Where the program's context lies is written into a
 * map and read back, as a number then. Not every kernel lets a program read the counter that knows. */
#define STACK_BYTES 32768 /* of a thread, at most: what lies behind it is no stack of interrupts */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} here SEC(".maps");

static __always_inline bool in_interrupt(void *ctx, struct task_struct *current)
{
	__u32 zero = 0;
	volatile __u64 *at = bpf_map_lookup_elem(&here, &zero);

	/* one that interrupts a program, and not the kernel, stays on the thread's stack, but that is in no call then */
	if (!current->pid || blocking_call(current) & CALL_NONE)
		return true;
	if (!at)
		return false;
	*at = (__u64)ctx;
	return *at - (__u64)current->stack >= STACK_BYTES;
}

SEC("tp_btf/sched_waking")
int wakes_up(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0], *current;
	struct woken first = {}, *w;
	struct wake key = {};
	__u32 tid = task->pid, word = tid / 64;
	__u64 *bits = bpf_map_lookup_elem(&watched, &word);

	if (!bits || !(*bits >> (tid % 64) & 1))
		return 0;
	current = bpf_get_current_task_btf();
	key.tid = tid;
	if (!in_interrupt(ctx, current)) {
		key.waker = current->pid;
		first.pid = current->tgid;
		bpf_probe_read_kernel_str(first.comm, sizeof(first.comm), current->comm);
	}
	w = find_or_make(&wakes, &key, &first);
	if (w)
		__sync_fetch_and_add(&w->count, 1);
	else
		__sync_fetch_and_add(&unwatched.lost, 1);
	return 0;
}

/* So that their layout is known to user space. */
const struct wake *wake_layout __attribute__((unused));
const struct woken *woken_layout __attribute__((unused));

#endif
