// SPDX-License-Identifier: MIT OR GPL-2.0
/* System calls: how many of each, and how many by whom. Always on is only sys_enter, with one counter per number (per
 * CPU) and one per thread (slots.h); the iterator read_tasks writes out the threads that called, and a thread
 * that ends hands its remainder to `ended`.
 *
 * Errors, latency and the calls of each process cost more and live in the programs detail_enter and detail_exit, which
 * user space loads as a second instance of this object while somebody looks, with config.selection for some processes only. */
#include "selection.h"
#include <bpf/bpf_tracing.h>

#define ABI_CALLS 512 /* 64-bit numbers, then as many 32-bit ones, then one for everything else */
#define INVALID_CALL (2 * ABI_CALLS)

struct counts {
	__u64 calls[INVALID_CALL + 1];
	__u64 lost;    /* calls of threads without storage */
	__u64 unnamed; /* calls of ended threads for which there was no room */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

struct thread {
	__u64 task;
	__u64 calls;
	__u64 reported;
	__u64 fill; /* to half a cache line */
};

#include "slots.h"

struct record {
	__u32 tgid;
	__u32 unused;
	__u64 calls;
	char comm[TASK_COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct record);
} ended SEC(".maps");

/* Index of a call in `counts`. */
static __always_inline __u32 call_index(struct task_struct *task, long id)
{
	__u32 index = id;

	if (index >= ABI_CALLS)
		return INVALID_CALL;
	if (is_compat(task))
		index += ABI_CALLS;
	return index;
}

/* Its storage, or what is made for it now: a slot goes on counting from where the thread before left it. Not inlined,
 * being rare. */
static __noinline struct thread *find_elsewhere(struct task_struct *task)
{
	struct thread *t = bpf_task_storage_get(&threads, task, 0, 0);

	if (t)
		return t;
	t = reserve_slot(task);
	if (t) {
		t->reported = t->calls;
		publish(t, task);
		return t;
	}
	return bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(count_enter, void *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 zero = 0, index = call_index(task, id);
	struct counts *cpu = bpf_map_lookup_elem(&counts, &zero);
	struct thread *t;

	if (!cpu || index > INVALID_CALL)
		return 0;
	cpu->calls[index]++;
	t = slot_of(task) ?: find_elsewhere(task);
	if (t)
		t->calls++;
	else
		cpu->lost++;
	return 0;
}

/* Calls not reported yet. The exchange makes a read-out and the end of a thread at the same time share them exactly. */
static __always_inline __u64 unreported(struct thread *t)
{
	__u64 calls = *(volatile __u64 *)&t->calls, reported = __sync_lock_test_and_set(&t->reported, calls);

	return calls > reported ? calls - reported : 0; /* less: its slot has become another's */
}

static __always_inline void describe(struct record *record, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	record->tgid = task->tgid;
	bpf_probe_read_kernel(record->comm, TASK_COMM_LEN, leader->comm);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(count_exit, struct task_struct *task)
{
	struct thread *t = slot_of(task) ?: bpf_task_storage_get(&threads, task, 0, 0);
	__u64 key = ended_key(task);
	struct record record = {};
	__u32 zero = 0;
	struct counts *cpu;

	if (!t)
		return 0;
	record.calls = unreported(t);
	t->task = SLOT_FREE;
	if (!record.calls)
		return 0;
	describe(&record, task);
	if (!bpf_map_update_elem(&ended, &key, &record, BPF_NOEXIST))
		return 0;
	cpu = bpf_map_lookup_elem(&counts, &zero);
	if (cpu)
		cpu->unnamed += record.calls;
	return 0;
}

SEC("iter/task")
int read_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct record record = {};
	struct thread *t;

	if (!task || (task->flags & PF_EXITING)) /* hands over what it has */
		return 0;
	/* made for idle threads too: what a task has is found sooner than that it has none, which the kernel learns by
	 * walking through all storage of the task */
	t = slot_of(task) ?: find_elsewhere(task);
	if (!t || t->calls == t->reported)
		return 0;
	record.calls = unreported(t);
	describe(&record, task);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Detail. Counters are cumulative and per CPU: user space subtracts, so nothing is reset under a running program. */

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
	bool failed = ret < 0 && ret >= -4095;
	struct latency *latency;
	struct call *call;
	struct lost *lost;
	__u64 ns;

	if (!selected(&config.selection, task))
		return 0;
	call = bpf_task_storage_get(&pending, task, 0, 0);
	if (!call || !call->start_ns)
		return 0; /* entered before we looked */
	ns = bpf_ktime_get_ns() - call->start_ns;
	call->start_ns = 0;
	if (half)
		count_proc(&odd_procs, task->tgid, call->index, failed);
	else
		count_proc(&even_procs, task->tgid, call->index, failed);
	if (failed)
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
	if (failed)
		latency->errors++;
	if (latency->max_epoch[half] != epoch) {
		latency->max_epoch[half] = epoch;
		latency->max_ns[half] = 0;
	}
	if (ns > latency->max_ns[half])
		latency->max_ns[half] = ns;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
