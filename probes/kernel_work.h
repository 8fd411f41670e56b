/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Work of workqueues, by its function: how long it was queued, and how long it ran. A part of kernel.bpf.c, included
 * after what it counts with. */
#ifndef PROBETOP_KERNEL_WORK_H
#define PROBETOP_KERNEL_WORK_H

#include "workqueue.h"

struct work {
	__u64 count;
	__u64 ns;
	__u64 max_ns[2];
	__u64 max_wait_ns[2];
	__u32 epoch[2];
	struct hist latency;
};

struct running {
	__u64 func;
	__u64 start_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, __u64); /* function */
	__type(value, struct work);
} works SEC(".maps");

/* Since when a piece of work is queued, by its address. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, __u64);
} queued SEC(".maps");

/* By worker thread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u32);
	__type(value, struct running);
} running SEC(".maps");

static const struct work no_work; /* a new entry is copied from here: too large for the stack */

SEC("tp_btf/workqueue_queue_work")
int BPF_PROG(work_queued, int cpu, void *pool, struct work_struct *work)
{
	__u64 key = (__u64)work, now = bpf_ktime_get_ns();

	bpf_map_update_elem(&queued, &key, &now, BPF_ANY);
	return 0;
}

SEC("tp_btf/workqueue_execute_start")
int BPF_PROG(work_begins, struct work_struct *work)
{
	struct running r = { .func = (__u64)work->func, .start_ns = bpf_ktime_get_ns() };
	__u32 tid = (__u32)bpf_get_current_pid_tgid(), half;
	__u64 key = (__u64)work, *since = bpf_map_lookup_elem(&queued, &key), ns;
	struct work *w;

	bpf_map_update_elem(&running, &tid, &r, BPF_ANY);
	if (!since)
		return 0;
	ns = r.start_ns - *since;
	bpf_map_delete_elem(&queued, &key);
	w = find_or_make(&works, &r.func, &no_work);
	if (!w) {
		count_lost();
		return 0;
	}
	hist_count_shared(&w->latency, ns);
	half = half_of(config.epoch, w->epoch, w->max_ns, w->max_wait_ns);
	if (ns > w->max_wait_ns[half])
		w->max_wait_ns[half] = ns;
	return 0;
}

SEC("tp_btf/workqueue_execute_end")
int BPF_PROG(work_ends)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid(), half;
	struct running *r = bpf_map_lookup_elem(&running, &tid);
	struct work *w;
	__u64 func, ns;

	if (!r)
		return 0;
	func = r->func;
	ns = bpf_ktime_get_ns() - r->start_ns;
	bpf_map_delete_elem(&running, &tid);
	w = find_or_make(&works, &func, &no_work);
	if (!w) {
		count_lost();
		return 0;
	}
	__sync_fetch_and_add(&w->count, 1);
	__sync_fetch_and_add(&w->ns, ns);
	half = half_of(config.epoch, w->epoch, w->max_ns, w->max_wait_ns);
	if (ns > w->max_ns[half])
		w->max_ns[half] = ns;
	return 0;
}

#endif
