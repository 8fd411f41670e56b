/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Functions that an interpreter runs (Python 3.11 to 3.13), which have no frames of their own on the stack: from the lists
 * that it keeps. Where these are depends on its version, and comes from user space (src/namer/interpreter.ts). All of it is
 * memory of the process that runs, and may be anything: readings fail where there is none, and their number is bounded. */
#ifndef PROBETOP_STACKS_INTERPRETED_H
#define PROBETOP_STACKS_INTERPRETED_H

#include "pid.h"
#include "stacks_interpreter.h"

static __always_inline __u64 word_of(__u64 at)
{
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)at);
	return word;
}

__noinline __u64 find_thread(struct interpreter *p, __u32 number)
{
	__u64 state, thread = 0;

	if (!p)
		return 0;
	state = word_of(p->states);
	for (int i = 0; i < MOST_THREADS; i++) {
		if (thread) {
			if (word_of(thread + p->native_id) == number)
				return thread;
			thread = word_of(thread + p->next_thread);
		} else {
			if (!state)
				return 0;
			thread = word_of(state + p->threads);
			state = word_of(state + p->next_state);
		}
	}
	return 0;
}

static __always_inline __u64 this_thread(struct interpreter *p, __u64 mm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 tid = task->pid, number = own_number(task);
	struct known_thread *known = bpf_map_lookup_elem(&known_threads, &tid), found = {};
	__u64 now;

	if (known && known->mm == mm && known->at && word_of(known->at + p->native_id) == number)
		return known->at;
	now = bpf_ktime_get_ns();
	if (known && known->mm == mm && !known->at && now < known->until_ns)
		return 0;
	found.mm = mm;
	found.at = find_thread(p, number);
	found.until_ns = now + UNKNOWN_NS;
	bpf_map_update_elem(&known_threads, &tid, &found, BPF_ANY);
	return found.at;
}

/* A text that is longer is noted without its begin or its end. */
static __always_inline void note_text(struct text *to, struct interpreter *p, __u64 at, bool end)
{
	__u64 bytes, kind, from;
	__u32 size;

	to->length = word_of(at + 16);
	to->state = word_of(at + 32);
	kind = to->state >> 2 & 7;
	bytes = to->length * kind;
	from = at + (to->state & 64 ? p->narrow : p->wide);
	if (bytes > TEXT_BYTES && end)
		from += bytes - TEXT_BYTES;
	size = bytes > TEXT_BYTES ? TEXT_BYTES : bytes;
	to->bytes = bpf_probe_read_user(to->content, size, (void *)from) ? 0 : size;
}

__noinline int note_code(struct interpreter *p, __u64 mm, __u64 at)
{
	struct place place = {.mm = mm, .at = at};
	struct code_names *code;
	__u32 zero = 0;

	if (!p || bpf_map_lookup_elem(&codes, &place))
		return 0;
	code = bpf_map_lookup_elem(&new_code, &zero);
	if (!code)
		return 0;
	code->tgid = p->tgid;
	code->line = word_of(at + p->line);
	note_text(&code->file, p, word_of(at + p->file), true);
	note_text(&code->name, p, word_of(at + p->name), false);
	bpf_map_update_elem(&codes, &place, code, BPF_NOEXIST);
	return 0;
}

static __always_inline __u64 in_frame(struct walker *w, __u64 frame, __u32 offset)
{
	return w->window[(frame + offset) >> 3 & (WINDOW_WORDS - 1)];
}

/* The compiler, which knows of a bound, must not leave out the one that older kernels want to see here. */
static __always_inline __u64 *code_at(struct walker *w, __u64 index)
{
	asm volatile("" : "+r"(index));
	return &w->codes[index & (MOST_CODES - 1)];
}

/* Notes what is at a frame; where the one before is, 0: there is none, or no room. */
__noinline __u64 next_code(struct walker *w, struct interpreter *p, __u64 at)
{
	__u64 code, frame;
	__u32 count, entry;
	bool is_shim;

	if (!w || !p)
		return 0;
	count = w->coded;
	if (count >= MOST_CODES || at & 7)
		return 0;
	/* most lie one behind the other: what is read at once is a part of one page, as a page that is not there costs much */
	frame = at & (WINDOW_BYTES - 1);
	if (frame > WINDOW_BYTES - FRAME_BYTES) {
		frame = 0;
		w->window_at = NO_WINDOW;
		if (bpf_probe_read_user(w->window, FRAME_BYTES, (void *)at))
			return 0;
	} else if (at - frame != w->window_at) {
		w->window_at = at - frame;
		if (bpf_probe_read_user(w->window, WINDOW_BYTES, (void *)w->window_at))
			return 0;
	}
	entry = in_frame(w, frame, p->entry) >> (p->entry & 7) * 8 & 255;
	is_shim = p->shim && entry == p->shim;
	if (is_shim && count && !(*code_at(w, count - 1) & LAST)) {
		*code_at(w, count - 1) |= LAST;
	} else {
		code = CODE;
		if (!is_shim)
			code |= in_frame(w, frame, p->code) & ADDRESS;
		if (is_shim || (!p->shim && entry))
			code |= LAST;
		*code_at(w, count) = code;
		w->coded = count + 1;
	}
	return in_frame(w, frame, p->previous);
}

/* Notes what the interpreter runs in this thread, innermost first. */
__noinline int read_codes(struct walker *w)
{
	struct interpreter *p;
	__u64 at, mm;

	if (!w)
		return 0;
	w->coded = 0;
	mm = w->mm;
	p = bpf_map_lookup_elem(&interpreters, &mm);
	if (!p || p->tgid != w->tgid)
		return 0;
	at = this_thread(p, mm);
	if (!at)
		return 0;
	at = word_of(at + p->frames);
	if (p->top != NO_TOP)
		at = word_of(at + p->top);
	for (int i = 0; i < 2 * MOST_CODES && at; i++)
		at = next_code(w, p, at);
	return 0;
}

/* What they are called, of a stack that is new. */
__noinline int note_codes(struct walker *w)
{
	struct interpreter *p;
	__u64 mm, at;

	if (!w)
		return 0;
	mm = w->mm;
	p = bpf_map_lookup_elem(&interpreters, &mm);
	if (!p)
		return 0;
	for (__u32 i = 0; i < MOST_CODES; i++) {
		if (i >= w->coded)
			break;
		at = w->codes[i] & ADDRESS;
		if (at)
			note_code(p, mm, at);
	}
	return 0;
}

/* Puts them behind a stack. */
__noinline int append_codes(struct stack *stack, struct walker *w)
{
	__u32 depth;

	if (!stack || !w)
		return 0;
	for (__u32 i = 0; i < MOST_CODES; i++) {
		/* read anew, so that its bound is seen */
		depth = *(volatile __u16 *)&stack->depth;
		if (i >= w->coded || depth >= DEPTH)
			break;
		stack->ips[depth] = w->codes[i];
		stack->depth = depth + 1;
	}
	return 0;
}

#endif
