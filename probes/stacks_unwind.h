/* SPDX-License-Identifier: MIT OR GPL-2.0
 * User stacks of programs that keep no frame pointers: from a function to its caller by rules, which user space takes from
 * the programs' own files as they come up. Where there is no rule yet, the registers and a piece of the stack are handed
 * over, from which all that are missing become known. Rules: src/namer/unwind/kernel-rule.ts. */
#ifndef PROBETOP_STACKS_UNWIND_H
#define PROBETOP_STACKS_UNWIND_H

#include "stacks_table.h"

/* Those of src/namer/unwind/rule-flags.ts, as is seen to when this is loaded. */
enum rule_flag {
	FROM_POINTER = 1,
	CONTENT = 2,
	RETURNS_SAVED = 4,
	RETURNS_FROM_REGISTER = 8,
	POINTER_SAVED = 16,
	POINTER_FROM_REGISTER = 32,
	SIGNAL = 64,
	OUTERMOST = 128,
	BY_POINTER = 256,
	COMPLEX = 512,
	NOTHING = 1024,
	INTERPRETS = 2048,
};

/* Of a place in a memory: that of one program, until it ends. */
struct place {
	__u64 mm;
	__u64 at;
};

struct rule {
	__u32 tgid; /* the same memory can be another process's later */
	enum rule_flag flags;
	__s32 cfa;
	__s32 more;
	__s32 returns;
	__s32 pointer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, struct place);
	__type(value, struct rule);
} rules SEC(".maps");

#define WINDOW_WORDS 128
#define WINDOW_BYTES (WINDOW_WORDS * sizeof(__u64))
#define NO_WINDOW (1ULL << 63)
#define ADDRESS (~0ULL >> 16)
#define FRAME_BYTES 72
#define MOST_CODES 128
/* Beside an address: the functions of an interpreter belong there; it is of a code object, not of machine code; it is the
 * last of those that one call of the interpreter's function runs. */
enum mark_bit { HERE_BIT = 48, CODE_BIT, LAST_BIT };
const enum mark_bit *mark_bit_layout __attribute__((unused));
#define HERE (1ULL << HERE_BIT)
#define CODE (1ULL << CODE_BIT)
#define LAST (1ULL << LAST_BIT)

struct walker {
	__u64 mm;
	__u64 ip;
	__u64 sp;
	__u64 pointer;
	__u64 link;
	__u32 tgid;
	__u32 exact; /* ip is where it was stopped, and not behind a call */
	__u32 guess; /* where there is no rule, by frame pointers */
	__u32 interprets; /* the function is that of an interpreter, for which others stand */
	__u32 coded;      /* how many these are */
	__u32 unused;
	__u64 window_at;
	__u64 window[WINDOW_WORDS];
	__u64 codes[MOST_CODES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct walker);
} walkers SEC(".maps");

/* Most of what is wanted lies together: it is read at once. */
static __always_inline bool word_at(struct walker *w, __u64 address, __u64 *word)
{
	__u64 offset = address - w->window_at;

	if (address & 7)
		return false;
	if (offset >= WINDOW_BYTES) {
		w->window_at = NO_WINDOW;
		if (bpf_probe_read_user(w->window, WINDOW_BYTES, (void *)address))
			return !bpf_probe_read_user(word, sizeof(*word), (void *)address);
		w->window_at = address;
		offset = 0;
	}
	*word = w->window[offset / sizeof(__u64) & (WINDOW_WORDS - 1)];
	return true;
}

enum { GO_ON, END_WHOLE, END_POINTERS, END_UNREADABLE, END_NO_RULE, END_COMPLEX };

static __always_inline int by_pointer(struct walker *w)
{
	__u64 pointer = w->pointer, next, ip;

	if (pointer < w->sp || !word_at(w, pointer, &next) || !word_at(w, pointer + 8, &ip) || !ip)
		return END_POINTERS;
	w->ip = ip & ADDRESS;
	w->sp = pointer + 16;
	w->pointer = next;
	w->exact = 0;
	return GO_ON;
}

/* To the caller. Not static: it is verified once, and not for each of the frames. */
__noinline int go_on(struct walker *w)
{
	struct place place;
	__u64 from, cfa, ip, pointer;
	struct rule *rule;
	__u32 flags;

	if (!w)
		return END_COMPLEX;
	place.mm = w->mm;
	place.at = w->exact ? w->ip : w->ip - 1;
	w->interprets = 0;
	rule = bpf_map_lookup_elem(&rules, &place);
	if (!rule || rule->tgid != w->tgid)
		return w->guess ? by_pointer(w) : END_NO_RULE;
	flags = rule->flags;
	w->interprets = flags & INTERPRETS;
	if (flags & (OUTERMOST | NOTHING | COMPLEX))
		return flags & OUTERMOST ? END_WHOLE : flags & NOTHING ? END_POINTERS : END_COMPLEX;
	if (flags & BY_POINTER)
		return by_pointer(w);
	from = flags & FROM_POINTER ? w->pointer : w->sp;
	cfa = from + rule->cfa;
	if (flags & CONTENT) {
		if (!word_at(w, cfa, &cfa))
			return END_UNREADABLE;
		cfa += rule->more;
	}
	ip = w->link;
	if (flags & RETURNS_SAVED && !word_at(w, (flags & RETURNS_FROM_REGISTER ? from : cfa) + rule->returns, &ip))
		return END_UNREADABLE;
	if (flags & POINTER_SAVED) {
		if (!word_at(w, (flags & POINTER_FROM_REGISTER ? from : cfa) + rule->pointer, &pointer))
			return END_UNREADABLE;
		w->pointer = pointer;
	}
	ip &= ADDRESS;
	if (!ip)
		return END_WHOLE;
	if (ip == w->ip && cfa == w->sp)
		return END_UNREADABLE;
	w->ip = ip;
	w->sp = cfa;
	w->link = 0;
	w->exact = !!(flags & SIGNAL);
	return GO_ON;
}

#endif
