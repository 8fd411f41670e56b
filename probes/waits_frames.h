/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Registers with which threads went to sleep, of those whose functions user space wants to name, and of those that may be
 * left to sleep for ever: the kernel keeps them at the top of its stack. A record for each follows that of its thread. */
#ifndef PROBETOP_WAITS_FRAMES_H
#define PROBETOP_WAITS_FRAMES_H

#include "registers.h"
#include "waits_record.h"

struct framed {
	__u32 tid;
	__u32 unused;
	__u64 ip;
	__u64 registers[REGISTERS];
};
/* Threads that are asked for. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} framed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct framed);
} new_framed SEC(".maps");

/* A futex that is nothing, without a time limit, in the frame of the function that waits: where C libraries leave a thread
 * that the kernel refuses a mutex. Which one is in its registers. */
#define OWN_FRAME 240
static __always_inline bool may_be_parked(struct wait *w)
{
	return w->args[0] - w->sp - 1 < OWN_FRAME && !(__u32)w->args[2] && !w->args[3];
}

static __always_inline void write_registers(struct seq_file *seq, struct task_struct *task, __u32 tid)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 zero = 0;
	struct framed *f = bpf_map_lookup_elem(&new_framed, &zero);

	if (!f || !regs)
		return;
	__builtin_memset(f, 0, sizeof(*f));
	f->tid = tid | FRAMED;
	f->ip = instruction_of(regs);
	keep_registers(f->registers, regs);
	bpf_seq_write(seq, f, sizeof(*f));
}

#endif
