// SPDX-License-Identifier: MIT OR GPL-2.0
/* System calls: how many of each, and how many by whom. Always on is only sys_enter, with one counter per number (per
 * CPU) and one per thread (slots.h); the iterator read_tasks writes out the threads that called, and a thread
 * that ends hands its remainder to `ended`. What costs more is in syscalls_detail.bpf.c. */
#include "calls.h"
#include <bpf/bpf_tracing.h>

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
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

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

char LICENSE[] SEC("license") = "Dual MIT/GPL";
