// SPDX-License-Identifier: MIT OR GPL-2.0
/* System calls in detail: errors and what they were about, latency and the calls of each process, of those in
 * config.selection. Costs more than counting (syscalls.bpf.c), so user space loads it only while somebody looks.
 *
 * Counters are cumulative and per CPU: user space subtracts, so nothing is reset under a running program. */
#include "calls.h"
#include "subjects.h"
#include "selection.h"
#include <bpf/bpf_tracing.h>

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
	struct selection selection; /* of all, where nobody is selected */
} config SEC(".data.config");

/* A call that goes on; start_ns is 0 while there is none. */
struct thread {
	__u64 task;
	__u64 start_ns;
	__u32 index;
	__u32 unused;
	__u64 fill; /* to half a cache line */
};

#include "slots.h"

struct latency {
	struct hist hist;
	__u64 errors;
	__u64 restarted;
	__u64 max_ns[2];
	__u32 max_epoch[2];
};

#define LATENCIES 256

/* By the order in which calls were first made, which `positions` has. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LATENCIES);
	__type(key, __u32);
	__type(value, struct latency);
} latencies SEC(".maps");

/* Of each call the number of its latency plus one, 0 for one that was not made yet; `taken` are so many. */
volatile struct {
	__u32 taken;
	__u32 of[INVALID_CALL + 1];
} positions SEC(".data.positions");

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

/* For which there was no room. */
struct lost {
	__u64 calls;  /* in pending or latencies: calls that have no latency */
	__u64 errnos;
	__u64 procs;  /* calls in even_procs or odd_procs */
	__u64 errors; /* those of them that failed */
	__u64 failures; /* calls that failed, in even_failures or odd_failures */
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

#include "syscalls_procs.h"

/* Its storage, or what is made for it now. Not inlined, being rare. */
static __noinline struct thread *find_elsewhere(struct task_struct *task, bool make)
{
	struct thread *t = bpf_task_storage_get(&threads, task, 0, 0);

	if (t || !make)
		return t;
	t = reserve_slot(task);
	if (t) {
		t->start_ns = 0;
		publish(t, task);
		return t;
	}
	return bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(detail_enter, void *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *t;
	struct lost *lost;

	if (!selected(&config.selection, task))
		return 0;
	t = slot_of(task) ?: find_elsewhere(task, true);
	if (t) {
		t->index = call_index(task, id);
		t->start_ns = bpf_ktime_get_ns();
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

/* Gives a call that is made for the first time the next place; not inlined, being rare. Where two CPUs do so at the same
 * moment, one place stays empty. */
static __noinline __u32 take_position(__u32 index)
{
	__u32 next, was;

	if (index > INVALID_CALL || positions.taken >= LATENCIES)
		return 0;
	next = __sync_fetch_and_add(&positions.taken, 1) + 1;
	was = __sync_val_compare_and_swap(&positions.of[index], 0, next);
	return was ?: next;
}

static __always_inline struct latency *latency_of(__u32 index)
{
	__u32 position = index <= INVALID_CALL ? positions.of[index] : 0;

	position = (position ?: take_position(index)) - 1; /* none: beyond all of them */
	return bpf_map_lookup_elem(&latencies, &position);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(detail_exit, void *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 epoch = config.epoch, half = epoch & 1, index, slot;
	struct latency *latency;
	struct thread *t;
	enum answer answer;
	struct lost *lost;
	__u64 ns;

	if (!selected(&config.selection, task))
		return 0;
	t = slot_of(task) ?: find_elsewhere(task, false);
	if (!t || !t->start_ns)
		return 0; /* entered before we looked */
	ns = bpf_ktime_get_ns() - t->start_ns;
	t->start_ns = 0;
	index = t->index;
	answer = answer_of(index, ret);
	count_proc(task->tgid, index, epoch, answer == FAILED);
	if (answer == FAILED) {
		count_errno(index, -ret);
		/* of somebody; of all it would be too much to tell */
		if (config.selection.kind > SELECT_ALL && !note_failure(regs, index, -ret, half)) {
			lost = lost_here();
			if (lost)
				lost->failures++;
		}
	}
	latency = latency_of(index);
	if (!latency) {
		lost = lost_here();
		if (lost)
			lost->calls++;
		return 0;
	}
	slot = hist_slot(ns);
	if (slot >= HIST_SLOTS)
		return 0;
	if (answer == FAILED)
		latency->errors++;
	if (answer == RESTARTED)
		latency->restarted++;
	half = half_of(epoch, latency->max_epoch, latency->max_ns, NULL);
	hist_add(&latency->hist, &latency->max_ns[half], slot, ns);
	return 0;
}

/* Its storage goes with it, its slot is given back. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(detail_end, struct task_struct *task)
{
	struct thread *t = slot_of(task);

	if (t)
		t->task = SLOT_FREE;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
