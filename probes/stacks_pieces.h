/* SPDX-License-Identifier: MIT OR GPL-2.0
 * User stacks by rules, and pieces of those for which some are missing, for user space to find them. */
#ifndef PROBETOP_STACKS_PIECES_H
#define PROBETOP_STACKS_PIECES_H

#include "stacks_registers.h"

#define PIECE_BYTES 16384
#define PAGE 4096

/* As many as user space can take in at a time. */
struct piece {
	__u64 id;
	__u64 mm;
	__u64 ip;
	__u64 registers[REGISTERS]; /* by DWARF's numbers */
	__u32 tgid;
	__u32 depth; /* of `ips`, this one included */
	__u32 exact;
	__u32 bytes;
	__u32 coded;
	__u32 unused;
	__u64 ips[DEPTH];
	__u64 codes[MOST_CODES];
	__u8 stack[PIECE_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u64);
	__type(value, struct piece);
} pieces SEC(".maps");

/* Kinds that were taken, and have no answer yet. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u8);
} asked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct piece);
} new_piece SEC(".maps");

/* Hands over what is needed to go on from here, or, where more registers are needed than were followed, from the
 * innermost. One of a kind at a time; 0: there is no room, or it has been handed over already. */
__noinline __u64 keep_piece(struct stack *stack, struct walker *w, bool whole)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 zero = 0, bytes = 0, depth, size;
	struct pt_regs *regs;
	struct piece *piece;
	__u64 kind, at;

	piece = bpf_map_lookup_elem(&new_piece, &zero);
	if (!piece || !stack || !w)
		return 0;
	depth = whole ? 1 : stack->depth;
	kind = hash_of(stack, stack->depth, w->sp);
	if (bpf_map_lookup_elem(&pieces, &kind) || bpf_map_lookup_elem(&asked, &kind))
		return 0;
	__builtin_memset(piece->registers, 0, sizeof(piece->registers));
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	if (whole || depth == 1) {
		keep_registers(piece->registers, regs);
		start_walk(w, regs);
		w->exact = 1;
	} else {
		keep_few(piece->registers, w);
	}
	piece->id = kind ^ (bpf_ktime_get_ns() * 0x9e3779b97f4a7c15ULL);
	if (piece->id <= STACK_LOST)
		piece->id += 2;
	piece->mm = w->mm;
	piece->tgid = w->tgid;
	piece->ip = w->ip;
	piece->exact = w->exact;
	piece->depth = depth;
	piece->coded = w->coded;
	__builtin_memcpy(piece->ips, stack->ips, sizeof(piece->ips));
	__builtin_memcpy(piece->codes, w->codes, sizeof(piece->codes));
	at = w->sp;
	for (int i = 0; i <= PIECE_BYTES / PAGE; i++) {
		size = PAGE - (at & (PAGE - 1));
		if (bytes > PIECE_BYTES - PAGE || bpf_probe_read_user(piece->stack + bytes, size, (void *)at))
			break;
		bytes += size;
		at += size;
	}
	piece->bytes = bytes;
	if (!bytes || bpf_map_update_elem(&pieces, &kind, piece, BPF_NOEXIST))
		return 0;
	return piece->id;
}

/* Of the process that runs, in user mode or in a call. Until rules are there, on by frame pointers. Gives 0 for one of
 * 32 bits. */
__noinline __u64 note_unwound(__u32 tgid)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 zero = 0, depth = 0, how;
	struct walker *w = bpf_map_lookup_elem(&walkers, &zero);
	/* not handed in: before 6.2 a map takes no value from an argument */
	struct stack *stack = bpf_map_lookup_elem(&scratch, &zero);
	int end = GO_ON;
	__u64 id = 0;

	if (!stack || !w || is_narrow(regs))
		return 0;
	start_walk(w, regs);
	w->mm = (__u64)task->mm;
	w->tgid = tgid;
	w->exact = 1;
	w->guess = 0;
	w->window_at = NO_WINDOW;
	read_codes(w);
	w->window_at = NO_WINDOW;
	for (int i = 0; i < DEPTH; i++) {
		stack->ips[i] = i && w->exact ? w->ip + 1 : w->ip;
		depth = i + 1;
		end = go_on(w);
		if (end == END_NO_RULE) {
			stack->depth = depth;
			id = keep_piece(stack, w, false);
			w->guess = 1;
			end = go_on(w);
		}
		if (w->interprets)
			stack->ips[i] |= HERE;
		if (end != GO_ON)
			break;
	}
	if (end == END_COMPLEX && !id) {
		stack->depth = depth;
		id = keep_piece(stack, w, true);
	}
	if (w->coded) {
		stack->depth = depth;
		append_codes(stack, w);
		depth = stack->depth;
	}
	how = end == END_WHOLE ? WHOLE : end == END_POINTERS || end == GO_ON ? BY_POINTERS : PARTLY;
	if (w->guess)
		how = BY_POINTERS;
	if (!id)
		id = hash_of(stack, depth, tgid | (__u64)how << 32);
	if (w->coded && !bpf_map_lookup_elem(&stacks, &id))
		note_codes(w);
	return note_as(id, stack, tgid, depth, how);
}

#endif
