/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Sums of each disk and operation. They only grow, user space subtracts; all but the maxima, which are of one interval.
 *
 * A row is found by comparing a number. Its sums are kept several times, and user space adds them up: on a machine
 * with many CPUs they would all wait for one cache line. */
#ifndef PROBETOP_BLOCK_DISKS_H
#define PROBETOP_BLOCK_DISKS_H

#include "block.h"

struct disk_id {
	__u64 id; /* operation << 32 | major << 20 | minor; 0: a free row */
};

/* A maximum and the interval it is of, in one word, so that CPUs can agree on it. */
enum peak { PEAK_BITS = 46 }; /* 19 hours */
const enum peak *peak_layout __attribute__((unused));

struct disk {
	__u64 untimed; /* operations without a latency; those with are in the histograms */
	__u64 bytes;
	__u64 errors;
	__u64 peaks[2][KINDS]; /* by parity of the epoch: epoch << PEAK_BITS | ns */
	struct hist hists[KINDS]; /* no sum of the total: it is that of the others */
};

#define DISK_BITS 8
#define DISK_TRIES 8

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, OPS + (1 << DISK_BITS)); /* first those of all disks for which there was no room */
	__type(key, __u32);
	__type(value, struct disk_id);
} disk_ids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OPS + (1 << DISK_BITS)); /* user space makes it larger: 2^shard_bits times */
	__type(key, __u32);
	__type(value, struct disk);
} disks SEC(".maps");

static __always_inline __u32 row_at(__u64 id, __u32 try)
{
	__u32 hash = ((__u32)id ^ (__u32)(id >> 32) * 0x85ebca6bU) * 0x9e3779b1U;

	return OPS + (((hash >> (32 - DISK_BITS)) + try) & ((1 << DISK_BITS) - 1));
}

/* Looks further where the first row is another's, and takes a free one. Global, so that the verifier looks at it once. */
__noinline int find_row(__u64 id)
{
	for (__u32 try = 0; try < DISK_TRIES; try++) {
		__u32 row = row_at(id, try);
		struct disk_id *found = bpf_map_lookup_elem(&disk_ids, &row);
		__u64 was;

		if (!found)
			continue;
		was = *(volatile __u64 *)&found->id;
		if (!was)
			was = __sync_val_compare_and_swap(&found->id, 0, id);
		if (!was || was == id)
			return row;
	}
	return id >> 32; /* the others' of this operation */
}

static __always_inline struct disk *disk_of(__u32 dev, __u32 op)
{
	__u64 id = (__u64)op << 32 | dev;
	__u32 row = row_at(id, 0), shard = bpf_get_smp_processor_id() & ((1U << setup.shard_bits) - 1);
	struct disk_id *first = bpf_map_lookup_elem(&disk_ids, &row);

	if (!first || first->id != id)
		row = find_row(id);
	row = row << setup.shard_bits | shard;
	return bpf_map_lookup_elem(&disks, &row);
}

/* True once it is there, or a larger one of this interval is. */
static __always_inline bool raise(__u64 *peak, __u64 to)
{
	__u64 was = *(volatile __u64 *)peak;

	if (was >= to && !((was ^ to) >> PEAK_BITS))
		return true;
	return __sync_val_compare_and_swap(peak, was, to) == was;
}

__noinline int add(struct disk *disk, __u32 kind, __u32 epoch, __u64 ns)
{
	__u64 most = (1ULL << PEAK_BITS) - 1, peak = (__u64)epoch << PEAK_BITS | (ns < most ? ns : most);
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS || kind >= KINDS || !disk)
		return 0;
	__sync_fetch_and_add(&disk->hists[kind].slots[slot], 1);
	if (kind != TOTAL)
		__sync_fetch_and_add(&disk->hists[kind].sum_ns, ns);
	for (int tries = 0; tries < 4; tries++)
		if (raise(&disk->peaks[epoch & 1][kind], peak))
			break;
	return 0;
}

#endif
