/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Stacks by a hash of what they are, and times added up by them: what the three ways to look at stacks share. */
#ifndef PROBETOP_STACKS_H
#define PROBETOP_STACKS_H

#include "states.h"
#ifdef BY_FRAME_POINTERS
#include "stacks_table.h"
#else
#include "stacks_pieces.h"
#endif

/* Beside a state. */
enum state_flag { KERNEL_THREAD = 0x10 };
const enum state_flag *state_flag_layout __attribute__((unused));

struct stack_key {
	__u64 user;
	__u64 kernel;
	__u64 waker_user;
	__u64 waker_kernel;
	__u32 tgid;
	__u32 waker_pid;
	enum state state;
	__u32 woken; /* the waker is known */
	char comm[TASK_COMM_LEN];
	char waker_comm[TASK_COMM_LEN];
};

struct sum {
	__u64 ns;
	__u64 count;
	__u64 max_ns;
};

struct sums {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct stack_key);
	__type(value, struct sum);
};
struct sums even SEC(".maps"), odd SEC(".maps");

/* The current stack of the kernel (tgid 0) or of the process. */
static __noinline __u64 note_stack(void *ctx, __u32 tgid)
{
	__u32 zero = 0;
	struct stack *stack = bpf_map_lookup_elem(&scratch, &zero);

	if (!stack)
		return 0;
	if (!tgid)
		return note(stack, 0, bpf_get_stack(ctx, stack->ips, KERNEL_BYTES, 0));
#ifndef BY_FRAME_POINTERS
	if (config.unwind) {
		__u64 hash = note_unwound(tgid);

		if (hash)
			return hash;
	}
#endif
	return note(stack, tgid, bpf_get_stack(ctx, stack->ips, sizeof(stack->ips), BPF_F_USER_STACK));
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

static __noinline int add(const struct stack_key *key, __u64 ns)
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
	cpu = totals_here();
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
