/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What a program keeps of each thread, where hooks that run often find it cheaply: in an array with a place for each
 * thread by a hash of its task's address, which is looked up without calling the kernel. Task storage takes several
 * calls, so it is only for threads whose place is taken by another. (Not by number: exec() may change that.)
 *
 * Included after `struct thread`, the value of both, whose member `task` says whose it is. A thread keeps what it got
 * first until it ends, and gives it back by setting `task` to SLOT_FREE. */
#ifndef PROBETOP_SLOTS_H
#define PROBETOP_SLOTS_H

#include "task.h"

#define SLOT_BITS 13
#define SLOT_FREE 0
#define SLOT_RESERVED 1

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* begins on a page, and so each value on a cache line */
	__uint(max_entries, 1 << SLOT_BITS);
	__type(key, __u32);
	__type(value, struct thread);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

static __always_inline struct thread *place_of(struct task_struct *task)
{
	__u32 index = task_hash(task) >> (32 - SLOT_BITS);

	return bpf_map_lookup_elem(&slots, &index);
}

/* A thread's slot; NULL when it has none. */
static __always_inline struct thread *slot_of(struct task_struct *task)
{
	struct thread *t = place_of(task);

	return t && t->task == (__u64)task ? t : NULL;
}

/* Reserves a thread's place, for the caller to fill and then to `publish`; NULL when it is another's. One that has its
 * own address on it was left by a thread whose end was missed. */
static __always_inline struct thread *reserve_slot(struct task_struct *task)
{
	struct thread *t = place_of(task);
	__u64 was;

	if (!t)
		return NULL;
	was = *(volatile __u64 *)&t->task;
	if (was != SLOT_FREE && was != (__u64)task)
		return NULL;
	return __sync_val_compare_and_swap(&t->task, was, SLOT_RESERVED) == was ? t : NULL;
}

/* From here on the thread's own hooks find it. */
static __always_inline void publish(struct thread *t, struct task_struct *task)
{
	__sync_lock_test_and_set(&t->task, (__u64)task);
}

#endif
