/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Stacks by a hash of what they are, and times added up by them: what the three ways to look at stacks share. */
#ifndef PROBETOP_STACKS_H
#define PROBETOP_STACKS_H

#include "blocking.h"
#include "quota.h"
#include "selection.h"

#define DEPTH 127
#define KERNEL_DEPTH 64
#define KERNEL_BYTES (KERNEL_DEPTH * sizeof(__u64))

enum { MODE_OFF, MODE_OFFCPU, MODE_ONCPU, MODE_NOW };
#define KERNEL_THREAD 0x10
/* In place of a hash: there was a stack, but no room for it. */
#define STACK_LOST 1

volatile struct {
	struct selection selection;
	__u64 threshold_ns;
	__u64 seed;
	__u32 epoch;
	__u32 mode;
	__u32 generation; /* raised when the selection or mode changes: older notes do not count */
	__u32 wakers;
	__u32 users; /* notes user stacks in MODE_NOW */
} config SEC(".data.config");

struct stack {
	__u32 tgid; /* 0: of the kernel */
	__u32 depth;
	__u64 ips[DEPTH];
};

struct key {
	__u64 user;
	__u64 kernel;
	__u64 waker_user;
	__u64 waker_kernel;
	__u32 tgid;
	__u32 waker_pid;
	__u32 state;
	__u32 woken; /* the waker is known */
	char comm[TASK_COMM_LEN];
	char waker_comm[TASK_COMM_LEN];
};

struct sum {
	__u64 ns;
	__u64 count;
	__u64 max_ns;
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

struct sums {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct key);
	__type(value, struct sum);
};
struct sums even SEC(".maps"), odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

static __always_inline struct totals *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&totals, &zero);
}

static __always_inline void count_lost(void)
{
	struct totals *cpu = this_cpu();

	if (cpu)
		cpu->lost++;
}

/* Keeps a stack of so many bytes; its hash, 0 when there is none. */
static __always_inline __u64 note(struct stack *stack, __u32 tgid, long bytes)
{
	__u64 hash = config.seed ^ tgid;
	__u32 depth;

	if (bytes <= 0)
		return 0;
	depth = bytes / sizeof(__u64);
	for (__u32 i = 0; i < DEPTH; i++) {
		if (i >= depth)
			break;
		hash = (hash ^ stack->ips[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	if (hash <= STACK_LOST)
		hash += 2;
	if (bpf_map_lookup_elem(&stacks, &hash))
		return hash;
	stack->tgid = tgid;
	stack->depth = depth;
	if (bpf_map_update_elem(&stacks, &hash, stack, BPF_ANY)) {
		count_lost();
		return STACK_LOST;
	}
	return hash;
}

/* The current stack of the kernel (tgid 0) or of the process. */
static __noinline __u64 note_stack(void *ctx, __u32 tgid)
{
	__u32 zero = 0;
	struct stack *stack = bpf_map_lookup_elem(&scratch, &zero);

	if (!stack)
		return 0;
	if (tgid)
		return note(stack, tgid, bpf_get_stack(ctx, stack->ips, sizeof(stack->ips), BPF_F_USER_STACK));
	return note(stack, 0, bpf_get_stack(ctx, stack->ips, KERNEL_BYTES, 0));
}

/* Raises a maximum that other CPUs may be raising too. */
static __always_inline void raise(__u64 *max, __u64 ns)
{
	__u64 seen = *(volatile __u64 *)max, before;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		if (ns <= seen)
			return;
		before = __sync_val_compare_and_swap(max, seen, ns);
		if (before == seen)
			return;
		seen = before;
	}
}

static __noinline int add(const struct key *key, __u64 ns)
{
	struct sum first = {}, *sum;
	struct totals *cpu;

	if (!key)
		return 0;
	sum = config.epoch & 1 ? find_or_make(&odd, key, &first) : find_or_make(&even, key, &first);
	if (sum) {
		__sync_fetch_and_add(&sum->ns, ns);
		__sync_fetch_and_add(&sum->count, 1);
		raise(&sum->max_ns, ns);
		return 0;
	}
	cpu = this_cpu();
	if (cpu) {
		cpu->others++;
		cpu->others_ns += ns;
	}
	return 0;
}

/* As a string, so that rests of an older name are not taken for another one. */
static __always_inline void name(char *to, struct task_struct *task)
{
	bpf_probe_read_kernel_str(to, TASK_COMM_LEN, task->comm);
}

#endif
