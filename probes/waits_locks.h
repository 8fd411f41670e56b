/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The lock of the kernel that a thread waits for, and its owner. Kernels before 6.16 do not note it: there
 * contention_begin does. */
#ifndef PROBETOP_WAITS_LOCKS_H
#define PROBETOP_WAITS_LOCKS_H

#include "lock.h"
#include "waits_record.h"

/* Locks that threads began to wait for, by thread. */
struct contended {
	__u64 lock;
	__u32 flags;
	__u32 unused;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct contended);
} contended SEC(".maps");

#define LCB_F_SPIN 1
#define LCB_F_READ 2
#define LCB_F_WRITE 4
#define LCB_F_RT 8
#define LCB_F_PERCPU 16

SEC("tp_btf/contention_begin")
int BPF_PROG(lock_begins, void *lock, unsigned int flags)
{
	struct contended c = { .lock = (__u64)lock, .flags = flags };
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	if (!(flags & LCB_F_SPIN))
		bpf_map_update_elem(&contended, &tid, &c, BPF_ANY);
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(lock_ends, void *lock)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&contended, &tid);
	return 0;
}

static __always_inline void find_lock(struct wait *w, struct task_struct *task)
{
	struct contended *c;
	unsigned long blocker;
	__u32 tid = w->tid;

	if (bpf_core_field_exists(task->blocker)) {
		blocker = task->blocker;
		if (!blocker)
			return;
		w->lock = blocker & ~3UL;
		w->lock_kind = LOCK_MUTEX + (blocker & 3);
		return;
	}
	c = bpf_map_lookup_elem(&contended, &tid);
	if (!c)
		return;
	w->lock = c->lock;
	w->lock_kind = c->flags & LCB_F_PERCPU ? LOCK_PERCPU : c->flags & LCB_F_RT ? LOCK_RT :
		       c->flags & LCB_F_READ ? LOCK_READ : c->flags & LCB_F_WRITE ? LOCK_WRITE : LOCK_MUTEX;
}

/* The three bits of a mutex say who is next, those of a rwsem that its owner is one of several readers (bit 0). */
static __always_inline void find_owner(struct wait *w)
{
	void *lock = (void *)w->lock;
	unsigned long owner = 0;
	struct task_struct *task;

	if (w->lock_kind == LOCK_MUTEX)
		owner = BPF_CORE_READ((struct mutex *)lock, owner.counter) & ~7UL;
	else if (w->lock_kind == LOCK_READ || w->lock_kind == LOCK_WRITE)
		owner = BPF_CORE_READ((struct rw_semaphore *)lock, owner.counter) & ~6UL;
	else if (w->lock_kind == LOCK_SEMAPHORE && bpf_core_field_exists(struct semaphore, last_holder))
		owner = BPF_CORE_READ((struct semaphore *)lock, last_holder);
	if (owner & 1) {
		w->flags |= ONE_OF_SEVERAL;
		owner &= ~1UL;
	}
	task = (void *)owner;
	if (task)
		w->lock_owner = BPF_CORE_READ(task, pid);
}

#endif
