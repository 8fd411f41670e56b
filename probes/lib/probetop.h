/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Shared by all kernel programs: basic types, the few kernel types they read (CO-RE relocates the fields at load
 * time, so neither a generated vmlinux.h nor kernel headers are needed), and the latency histogram. */
#ifndef PROBETOP_H
#define PROBETOP_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef __u16 __sum16;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

/* From the kernel's user-space interface: map types and flags. */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1024 };
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1 };
enum { BPF_F_USER_STACK = 256, BPF_F_FAST_STACK_CMP = 512 };

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define CORE __attribute__((preserve_access_index))
#define TASK_COMM_LEN 16

/* Log-linear histogram of ns: 8 slots per power of two from 2^6 to 2^37, as src/model/base/histogram.ts. */
#define HIST_FIRST_BITS 6
#define HIST_LAST_BITS 37
#define HIST_SLOTS (2 + (HIST_LAST_BITS - HIST_FIRST_BITS) * 8)

/* Number of the highest bit of a product of de Bruijn's sequence with 2^(n+1) - 1, by its upper six bits. */
static const __u8 highest_bit[64] = {
	0, 47, 1, 56, 48, 27, 2, 60, 57, 49, 41, 37, 28, 16, 3, 61, 54, 58, 35, 52, 50, 42, 21, 44, 38, 32, 29, 23, 17, 11, 4, 62,
	46, 55, 26, 59, 40, 36, 15, 53, 34, 51, 20, 43, 31, 22, 10, 45, 25, 39, 14, 33, 19, 30, 9, 24, 13, 18, 8, 12, 7, 6, 5, 63,
};

/* Without branches, which the processor often guesses wrong just after a switch. */
static __always_inline __u32 hist_slot(__u64 ns)
{
	__u64 filled = ns;
	__u32 bits;

	if (ns < (1ULL << HIST_FIRST_BITS))
		return 0;
	if (ns >= (1ULL << HIST_LAST_BITS))
		return HIST_SLOTS - 1;
	filled |= filled >> 1;
	filled |= filled >> 2;
	filled |= filled >> 4;
	filled |= filled >> 8;
	filled |= filled >> 16;
	filled |= filled >> 32;
	bits = highest_bit[((filled * 0x03f79d71b4cb0a89ULL) >> 58) & 63];
	return 1 + (bits - HIST_FIRST_BITS) * 8 + ((ns >> (bits - 3)) & 7);
}

struct hist {
	__u64 slots[HIST_SLOTS];
	__u64 sum_ns;
};

/* `slot`: of `ns`, below HIST_SLOTS. */
static __always_inline void hist_add(struct hist *hist, __u64 *max_ns, __u32 slot, __u64 ns)
{
	hist->slots[slot]++;
	hist->sum_ns += ns;
	if (ns > *max_ns)
		*max_ns = ns;
}

/* Without a maximum. */
static __always_inline void hist_count(struct hist *hist, __u64 ns)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS)
		return;
	hist->slots[slot]++;
	hist->sum_ns += ns;
}

/* The same where other CPUs count in it, too. */
static __always_inline void hist_count_shared(struct hist *hist, __u64 ns)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS)
		return;
	__sync_fetch_and_add(&hist->slots[slot], 1);
	__sync_fetch_and_add(&hist->sum_ns, ns);
}

/* Maxima are of two epochs, by parity: the half of this one, begun anew where it is still another's. */
static __always_inline __u32 half_of(__u32 epoch, __u32 *epochs, __u64 *max_ns, __u64 *other_max_ns)
{
	__u32 half = epoch & 1;

	if (epochs[half] != epoch) {
		epochs[half] = epoch;
		max_ns[half] = 0;
		if (other_max_ns)
			other_max_ns[half] = 0;
	}
	return half;
}

/* The value under a key, at first a copy of `fresh`; NULL where there is no room. */
static __always_inline void *find_or_make(void *map, const void *key, const void *fresh)
{
	void *value = bpf_map_lookup_elem(map, key);

	if (value)
		return value;
	bpf_map_update_elem(map, key, fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

#endif
