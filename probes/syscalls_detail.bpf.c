// SPDX-License-Identifier: MIT OR GPL-2.0
/* System calls in detail: errors, latency and the calls of each process, of those in config.selection. Costs more than
 * counting (syscalls.bpf.c), so user space loads it only while somebody looks.
 *
 * Counters are cumulative and per CPU: user space subtracts, so nothing is reset under a running program. */
#include "calls.h"
#include "selection.h"
#include <bpf/bpf_tracing.h>

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
	struct selection selection; /* of all, where nobody is selected */
} config SEC(".data.config");

struct call {
	__u64 start_ns;
	__u32 index;
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct call);
} pending SEC(".maps");

struct latency {
	struct hist hist;
	__u64 errors;
	__u64 restarted;
	__u64 max_ns[2];
	__u32 max_epoch[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct latency);
} latencies SEC(".maps");

struct errno_key {
	__u32 index;
	__u32 errno_;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct errno_key);
	__type(value, __u64);
} errnos SEC(".maps");

struct proc_key {
	__u32 tgid;
	__u32 index;
};
struct proc_calls {
	__u64 count;
	__u64 errors;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct proc_key);
	__type(value, struct proc_calls);
} even_procs SEC(".maps"), odd_procs SEC(".maps");

/* For which there was no room. */
struct lost {
	__u64 calls;  /* in pending or latencies: calls that have no latency */
	__u64 errnos;
	__u64 procs;  /* calls in even_procs or odd_procs */
	__u64 errors; /* those of them that failed */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lost);
} detail_lost SEC(".maps");

static __always_inline struct lost *lost_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&detail_lost, &zero);
}

static struct latency no_latency;
static struct proc_calls no_calls;

SEC("tp_btf/sys_enter")
int BPF_PROG(detail_enter, void *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call *call;
	struct lost *lost;

	if (!selected(&config.selection, task))
		return 0;
	call = bpf_task_storage_get(&pending, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (call) {
		call->index = call_index(task, id);
		call->start_ns = bpf_ktime_get_ns();
	} else {
		lost = lost_here();
		if (lost)
			lost->calls++;
	}
	return 0;
}

static __always_inline void count_errno(__u32 index, __u32 number)
{
	struct errno_key key = { .index = index, .errno_ = number };
	__u64 one = 1, *count = bpf_map_lookup_elem(&errnos, &key);
	struct lost *lost;

	if (count) {
		(*count)++;
	} else if (bpf_map_update_elem(&errnos, &key, &one, BPF_NOEXIST)) {
		lost = lost_here();
		if (lost)
			lost->errnos++;
	}
}

static __always_inline void count_proc(void *map, __u32 tgid, __u32 index, bool failed)
{
	struct proc_key key = { .tgid = tgid, .index = index };
	struct proc_calls *calls = find_or_make(map, &key, &no_calls);
	struct lost *lost;

	if (!calls) {
		lost = lost_here();
		if (lost) {
			lost->procs++;
			lost->errors += failed;
		}
		return;
	}
	calls->count++;
	if (failed)
		calls->errors++;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(detail_exit, void *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 epoch = config.epoch, half = epoch & 1, slot;
	struct latency *latency;
	struct call *call;
	enum answer answer;
	struct lost *lost;
	__u64 ns;

	if (!selected(&config.selection, task))
		return 0;
	call = bpf_task_storage_get(&pending, task, 0, 0);
	if (!call || !call->start_ns)
		return 0; /* entered before we looked */
	ns = bpf_ktime_get_ns() - call->start_ns;
	call->start_ns = 0;
	answer = answer_of(call->index, ret);
	if (half)
		count_proc(&odd_procs, task->tgid, call->index, answer == FAILED);
	else
		count_proc(&even_procs, task->tgid, call->index, answer == FAILED);
	if (answer == FAILED)
		count_errno(call->index, -ret);
	latency = find_or_make(&latencies, &call->index, &no_latency);
	if (!latency) {
		lost = lost_here();
		if (lost)
			lost->calls++;
		return 0;
	}
	slot = hist_slot(ns);
	if (slot >= HIST_SLOTS)
		return 0;
	latency->hist.slots[slot]++;
	latency->hist.sum_ns += ns;
	if (answer == FAILED)
		latency->errors++;
	if (answer == RESTARTED)
		latency->restarted++;
	if (latency->max_epoch[half] != epoch) {
		latency->max_epoch[half] = epoch;
		latency->max_ns[half] = 0;
	}
	if (ns > latency->max_ns[half])
		latency->max_ns[half] = ns;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
