/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Sums of each process, of those for which there was no room, and of who is selected.
 *
 * Sums of processes are of one interval. Each CPU has places for some of them by a hash of their number, which are
 * looked up without calling the kernel; a process whose place is another's in this interval is in one of two hash
 * tables by parity of the epoch, the finished one is emptied by user space. */
#ifndef PROBETOP_BLOCK_PROCS_H
#define PROBETOP_BLOCK_PROCS_H

#include "block_starts.h"

struct proc {
	__u32 epoch; /* of the interval it is of, and whose it is: only in a place */
	__u32 tgid;
	__u64 reads;
	__u64 writes;
	__u64 other_ops;
	__u64 read_bytes;
	__u64 write_bytes;
	__u64 latency_ns;
	__u64 latency_max_ns;
	__u64 queued_ns;
	__u64 last_ns; /* of the newest request charged here, whose command name is kept: exec() changes it */
	__u64 comm[TASK_COMM_LEN / 8];
};

#define PROC_BITS 6

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 << PROC_BITS); /* user space makes it larger: times the number of CPUs */
	__type(key, __u32);
	__type(value, struct proc);
} procs SEC(".maps");

struct proc_table {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct proc);
};
struct proc_table procs_even SEC(".maps");
struct proc_table procs_odd SEC(".maps");

struct target {
	struct hist hist;
	__u64 max_ns[2];
	__u32 epoch[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct target);
} target SEC(".maps");

struct totals {
	__u64 lost;        /* operations without a latency */
	__u64 other_ops;   /* operations without a process, as there was no room for it or for their start */
	__u64 other_bytes;
	__u64 completed;   /* while sampled */
};

#include "totals.h"

/* A new entry is copied from here. */
static const struct proc no_proc;

static __always_inline void count_completed(void)
{
	struct totals *t = totals_here();

	if (t)
		t->completed++;
}

static __always_inline void charge_others(__u32 op, __u32 bytes, bool done)
{
	struct totals *t = totals_here();

	if (!t)
		return;
	t->other_ops += done;
	if (op == OP_READ || op == OP_WRITE)
		t->other_bytes += bytes;
}

static __noinline struct proc *proc_elsewhere(struct start *s, __u32 epoch)
{
	__u32 tgid; /* a copy: of what a global function was given, 6.1 takes no key */

	if (!s)
		return NULL;
	tgid = s->tgid;
	return epoch & 1 ? find_or_make(&procs_odd, &tgid, &no_proc) : find_or_make(&procs_even, &tgid, &no_proc);
}

static __always_inline struct proc *proc_of(struct start *s, __u32 epoch)
{
	__u32 cpu = bpf_get_smp_processor_id(), hash = (s->tgid * 0x9e3779b1U) >> (32 - PROC_BITS);
	__u32 index = ((cpu << PROC_BITS) + hash) << 1 | (epoch & 1);
	struct proc *proc = bpf_map_lookup_elem(&procs, &index);

	if (!proc)
		return proc_elsewhere(s, epoch);
	if (proc->epoch != epoch) {
		__builtin_memset(proc, 0, sizeof(*proc));
		proc->tgid = s->tgid;
		proc->epoch = epoch;
	}
	return proc->tgid == s->tgid ? proc : proc_elsewhere(s, epoch);
}

static __always_inline void charge(struct start *s, __u32 epoch, __u32 op, __u32 bytes, bool done, const __u64 *ns)
{
	struct proc *proc = proc_of(s, epoch);

	if (!proc) {
		charge_others(op, bytes, done);
		return;
	}
	if (s->queued_ns > proc->last_ns) {
		proc->last_ns = s->queued_ns;
		proc->comm[0] = s->comm[0];
		proc->comm[1] = s->comm[1];
	}
	if (op == OP_READ)
		proc->read_bytes += bytes;
	else if (op == OP_WRITE)
		proc->write_bytes += bytes;
	if (!done)
		return;
	if (op == OP_READ)
		proc->reads++;
	else if (op == OP_WRITE)
		proc->writes++;
	else
		proc->other_ops++;
	proc->latency_ns += ns[TOTAL];
	proc->queued_ns += ns[QUEUED];
	if (ns[TOTAL] > proc->latency_max_ns)
		proc->latency_max_ns = ns[TOTAL];
}

static __always_inline void note_target(__u32 epoch, __u64 ns)
{
	__u32 slot = hist_slot(ns), zero = 0;
	struct target *t = bpf_map_lookup_elem(&target, &zero);

	if (!t || slot >= HIST_SLOTS)
		return;
	hist_add(&t->hist, &t->max_ns[half_of(epoch, t->epoch, t->max_ns, NULL)], slot, ns);
}

#endif
