/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Calls of each process in an interval, for syscalls_detail.bpf.c. */
#ifndef PROBETOP_SYSCALLS_PROCS_H
#define PROBETOP_SYSCALLS_PROCS_H

struct proc_key {
	__u32 tgid;
	__u32 index;
};
struct proc_calls {
	__u32 tgid;
	__u32 index;
	__u32 epoch; /* of the interval it is of: only in a place */
	__u32 errors;
	__u64 count;
	__u64 fill; /* to half a cache line */
};

#define PLACE_BITS 8

/* Calls of processes in one interval. Each CPU has places for some of them by a hash, two for each by parity of the epoch,
 * which are looked up without calling the kernel; those whose place is another's in this interval are in one of two hash
 * tables, of which the finished one is emptied by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 << PLACE_BITS); /* user space makes it larger: times the number of CPUs */
	__type(key, __u32);
	__type(value, struct proc_calls);
} proc_places SEC(".maps");

struct proc_table {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct proc_key);
	__type(value, struct proc_calls);
};
struct proc_table even_procs SEC(".maps");
struct proc_table odd_procs SEC(".maps");

static const struct proc_calls no_calls;

static __noinline struct proc_calls *proc_elsewhere(__u32 tgid, __u32 index, __u32 epoch)
{
	struct proc_key key = { .tgid = tgid, .index = index };

	return epoch & 1 ? find_or_make(&odd_procs, &key, &no_calls) : find_or_make(&even_procs, &key, &no_calls);
}

static __always_inline struct proc_calls *proc_of(__u32 tgid, __u32 index, __u32 epoch)
{
	__u32 hash = ((tgid ^ index * 0x85ebca6bU) * 0x9e3779b1U) >> (32 - PLACE_BITS);
	__u32 place = ((bpf_get_smp_processor_id() << PLACE_BITS) + hash) << 1 | (epoch & 1);
	struct proc_calls *calls = bpf_map_lookup_elem(&proc_places, &place);

	if (!calls)
		return proc_elsewhere(tgid, index, epoch);
	if (calls->epoch != epoch) {
		calls->tgid = tgid;
		calls->index = index;
		calls->count = calls->errors = 0;
		calls->epoch = epoch;
	}
	return calls->tgid == tgid && calls->index == index ? calls : proc_elsewhere(tgid, index, epoch);
}

static __always_inline void count_proc(__u32 tgid, __u32 index, __u32 epoch, bool failed)
{
	struct proc_calls *calls = proc_of(tgid, index, epoch);
	struct lost *lost;

	if (calls) {
		calls->count++;
		calls->errors += failed;
		return;
	}
	lost = lost_here();
	if (lost) {
		lost->procs++;
		lost->errors += failed;
	}
}

#endif
