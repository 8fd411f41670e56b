/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the ways to look at stacks are told, and the table of stacks by a hash of what they are. */
#ifndef PROBETOP_STACKS_TABLE_H
#define PROBETOP_STACKS_TABLE_H

#include "blocking.h"
#include "selection.h"

#define DEPTH 127
#define KERNEL_DEPTH 64
#define KERNEL_BYTES (KERNEL_DEPTH * sizeof(__u64))

/* In place of a hash: there was a stack, but no room for it. */
enum stack_id { STACK_NONE, STACK_LOST };
const enum stack_id *stack_id_layout __attribute__((unused));

enum mode { MODE_OFF, MODE_OFFCPU, MODE_ONCPU, MODE_NOW };

volatile struct {
	struct selection selection;
	__u64 threshold_ns;
	__u64 seed;
	__u32 epoch;
	enum mode mode;
	__u32 generation; /* raised when the selection or mode changes: older notes do not count */
	__u32 wakers;
	__u32 users; /* notes user stacks in MODE_NOW */
	__u32 unwind; /* user stacks by rules, not by frame pointers alone */
} config SEC(".data.config");

struct stack {
	__u32 tgid; /* 0: of the kernel */
	__u16 depth;
	__u16 how;
	__u64 ips[DEPTH];
};

struct totals {
	__u64 lost; /* threads and stacks without room */
	__u64 others_ns;
	__u64 others;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct stack);
} stacks SEC(".maps");

#include "totals.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack);
} scratch SEC(".maps");

/* How a user stack was found, which says whether its end is one. */
enum how { BY_POINTERS, WHOLE, PARTLY };
const enum how *how_layout __attribute__((unused));

/* Not static, like others here: it is verified once, and not for each way to it. */
__noinline __u64 hash_of(struct stack *stack, __u32 depth, __u64 with)
{
	__u64 hash = config.seed ^ with;

	if (!stack)
		return STACK_LOST + 1;
	for (__u32 i = 0; i < DEPTH; i++) {
		if (i >= depth)
			break;
		hash = (hash ^ stack->ips[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return hash <= STACK_LOST ? hash + 2 : hash;
}

/* Keeps a stack under a number of its own. */
static __always_inline __u64 note_as(__u64 id, struct stack *stack, __u32 tgid, __u32 depth, __u32 how)
{
	if (bpf_map_lookup_elem(&stacks, &id))
		return id;
	stack->tgid = tgid;
	stack->depth = depth;
	stack->how = how;
	if (bpf_map_update_elem(&stacks, &id, stack, BPF_ANY)) {
		count_lost();
		return STACK_LOST;
	}
	return id;
}

/* Keeps a stack of so many bytes; its hash, 0 when there is none. */
static __always_inline __u64 note(struct stack *stack, __u32 tgid, long bytes)
{
	__u32 depth;

	if (bytes <= 0)
		return 0;
	depth = bytes / sizeof(__u64);
	return note_as(hash_of(stack, depth, tgid), stack, tgid, depth, BY_POINTERS);
}

#endif
